"""What a run of specs leaves as evidence: what was run, by what, and what came of each scenario."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from gonogo.loading import load
from gonogo.specs.running import SpecRun


def spec_record(pack: str, run: SpecRun) -> dict[str, object]:
    """What is recorded of a run, with the text of the standard and the hashes of the feature files."""
    standard = load(pack)
    files = sorted({result.path for result in run.scenarios})
    return {
        "gonogo": version("gonogo"),
        "standard": {"id": standard.id, "version": standard.version, "hash": standard.hash},
        "sources": [{"path": source.path, "text": source.text} for source in standard.compiled.written.sources],
        "features": [{"path": path, "sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest()} for path in files],
        "scenarios": len(run.scenarios),
        "failed": sum(not result.passed for result in run.scenarios),
        "problems": [str(problem) for problem in run.problems],
        "results": [result.as_dict() for result in run.scenarios],
    }
