"""What a run of specs leaves as evidence: what was run, by what and whom, and what came of each scenario."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from gonogo.loading import load
from gonogo.pack import Standard
from gonogo.repository import TreeState, tree_state
from gonogo.specs.running import SpecRun

TOOLS: Final = ("gonogo", "pytest", "pytest-bdd", "gherkin-official", "networkx", "durable-rules")
"""The packages that take part, by their names on PyPI."""


def spec_record(pack: str, run: SpecRun) -> dict[str, object]:
    """What is recorded of a run, with the text of the standard and the hashes of the feature files."""
    standard = load(pack)
    return {
        "gonogo": version("gonogo"),
        "standard": {"id": standard.id, "version": standard.version, "hash": standard.hash},
        "sources": [{"path": source.path, "text": source.text} for source in standard.compiled.written.sources],
        "features": [{"path": path, "sha256": told} for path, told in feature_hashes(run).items()],
        "scenarios": len(run.scenarios),
        "failed": sum(not result.passed for result in run.scenarios),
        "problems": [str(problem) for problem in run.problems],
        "results": [result.as_dict() for result in run.scenarios],
    }


def feature_hashes(run: SpecRun) -> dict[str, str]:
    """SHA-256 of the feature files whose scenarios were run, by their paths."""
    paths = sorted({result.path for result in run.scenarios})
    return {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths}


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that took part."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Who had specs run.

    Parameters
    ----------
    by, reason : str
        Who, and why; the reason may be empty.
    tags : str
        Only scenarios with such tags were run; empty: all.
    """

    by: str
    reason: str = ""
    tags: str = ""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a run of specs was made with, when, and by whom.

    Parameters
    ----------
    tree : TreeState
        How the pack lies in git.
    tools : tuple of Tool
        gonogo, Python, and the packages that take part.
    platform : str
        The machine's system and architecture.
    began, ended : datetime
        With their zone.
    asked : Asked
        Who had it run, why, and what of it.
    """

    tree: TreeState
    tools: tuple[Tool, ...]
    platform: str
    began: datetime
    ended: datetime
    asked: Asked

    def as_dict(self) -> dict[str, object]:
        """The circumstances with the keys of ``evidence.json``."""
        return {
            "git": {
                "commit": self.tree.commit,
                "dirty": self.tree.is_dirty if self.tree.commit else None,
                "changed": list(self.tree.changed),
                "reason": self.tree.reason or None,
            },
            "tools": {tool.name: tool.version for tool in self.tools},
            "platform": self.platform,
            "began": self.began.isoformat(timespec="milliseconds"),
            "ended": self.ended.isoformat(timespec="milliseconds"),
            "by": self.asked.by,
            "reason": self.asked.reason,
            "tags": self.asked.tags or None,
        }


def circumstances(
    standard: Standard,
    run: SpecRun,
    times: tuple[datetime, datetime],
    asked: Asked,
    apart: str | None = None,
) -> Circumstances:
    """The circumstances of a run.

    Parameters
    ----------
    standard : Standard
        Whose specs were run.
    times : tuple of datetime
        When it began and ended, with the zone.
    asked : Asked
        Who had it run.
    apart : str, optional
        A folder that does not belong to what was run, such as that of an earlier report.
    """
    files = [*standard.paths, *{result.path: None for result in run.scenarios}]
    tree = tree_state(str(Path(standard.path).parent), files, apart)
    machine = " ".join(filter(None, (platform.system(), platform.release(), platform.machine())))
    return Circumstances(tree, tuple(_tools(TOOLS)), machine, *times, asked)


def _tools(names: Iterable[str]) -> Iterable[Tool]:
    yield Tool("Python", platform.python_version())
    for name in names:
        try:
            yield Tool(name, version(name))
        except PackageNotFoundError:
            yield Tool(name, "not installed")
