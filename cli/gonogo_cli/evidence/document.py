"""The evidence as JSON: all of it, for programs."""

from __future__ import annotations

from datetime import UTC, datetime

import gonogo
from gonogo_cli.evidence.content import Content


def document(content: Content) -> dict[str, object]:
    """The evidence with the keys of ``evidence.json``."""
    standard, name = content.standard, content.name
    return {
        "standard": {
            "id": standard.id,
            "title": standard.title,
            "version": standard.version,
            "status": standard.status,
            "hash": standard.hash,
            "path": name(standard.path),
        },
        "circumstances": content.told.as_dict(),
        "features": [{"path": name(path), "sha256": told} for path, told in content.hashes.items()],
        "summary": _summary(content),
        "problems": [str(problem) for problem in content.run.problems],
        "coverage": content.covered.as_dict(),
        "matrix": [_row(content, row) for row in content.rows],
        "scenarios": [
            _scenario(content, result, approval)
            for scenario in content.scenarios
            for result, approval in zip(scenario.results, scenario.approvals, strict=True)
        ],
    }


def _summary(content: Content) -> dict[str, object]:
    return {
        "scenarios": len(content.run.scenarios),
        "failed": content.failed,
        **{told: content.count(told) for told in ("approved", "proposed", "stale")},
        "rules": len(content.rows),
        "holes": len(content.holes),
    }


def _row(content: Content, row: gonogo.MatrixRow) -> dict[str, object]:
    scenarios = [
        {**each.as_dict(), "path": content.name(each.path), "scenario": content.title(each.path, each.line)}
        for each in row.scenarios
    ]
    return {**row.as_dict(), "scenarios": scenarios}


def _scenario(content: Content, result: gonogo.ScenarioResult, approval: str) -> dict[str, object]:
    began = datetime.fromtimestamp(result.began, UTC).isoformat(timespec="milliseconds")
    told = {"path": content.name(result.path), "number": result.number, "approval": approval}
    return {**result.as_dict(), **told, "began": began, "seconds": result.seconds}
