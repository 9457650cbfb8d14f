"""Specs, run: pytest in this process, or with workers, and what came of each scenario as data."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from pytest_bdd import feature as bdd_features

from gonogo.library import find_standard
from gonogo.problems import Problem, Refused
from gonogo.specs.known import forget
from gonogo.specs.plugin import ALL, BRIEF, PROPERTY

PLUGINS: Final = ("pytest_bdd.plugin", "gonogo.specs.plugin", "xdist.plugin", "xdist.looponfail")
FEATURES: Final = "features"


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of a scenario.

    Parameters
    ----------
    status : str
        ``passed``, ``failed`` or ``skipped``.
    kind : str
        ``given``, ``when`` or ``then``, also of an `And`.
    seconds : float
        How long it took.
    """

    keyword: str
    text: str
    line: int
    status: str
    kind: str
    table: tuple[tuple[str, ...], ...] = ()
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What came of one scenario, or of one example of an outline.

    Parameters
    ----------
    path : str
        Its feature file.
    number : int
        Of an outline, which of its examples it is, from 0.
    message : str or None
        Why it failed.
    expected, found : str or None
        Where something else was found than it expects.
    explanation : str
        Why the verdict is what it is.
    exercised : tuple of (str, str)
        The points of the standard that it met, where it passed; see `Coverage`.
    is_revised : bool
        Whether it judged by the standard as it would be with a change.
    began, seconds : float
        When, in seconds since 1970 in UTC, and how long it took.
    """

    path: str
    feature: str
    rule: str | None
    scenario: str
    line: int
    number: int
    tags: tuple[str, ...]
    example: dict[str, str]
    steps: tuple[StepResult, ...]
    passed: bool
    message: str | None
    expected: str | None
    found: str | None
    explanation: str
    standard: str
    exercised: tuple[tuple[str, str], ...]
    is_revised: bool
    began: float = field(compare=False)
    seconds: float = field(compare=False)

    def as_dict(self) -> dict[str, object]:
        """The scenario with the keys of ``gonogo spec --format json``."""
        return {
            "path": self.path,
            "line": self.line,
            "feature": self.feature,
            "rule": self.rule,
            "scenario": self.scenario,
            "tags": list(self.tags),
            "example": self.example,
            "passed": self.passed,
            "message": self.message,
            "expected": self.expected,
            "found": self.found,
            "steps": [
                {
                    "keyword": step.keyword,
                    "text": step.text,
                    "line": step.line,
                    "status": step.status,
                    "table": [list(row) for row in step.table],
                }
                for step in self.steps
            ],
            "explanation": self.explanation,
        }


@dataclass(slots=True)
class SpecRun:
    """What came of the specs of a pack.

    Parameters
    ----------
    scenarios : list of ScenarioResult
        By file and line, whatever the order in which they ran.
    problems : list of Problem
        Files that could not be read.
    """

    scenarios: list[ScenarioResult] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether all scenarios passed, and there are some."""
        return bool(self.scenarios) and not self.problems and all(each.passed for each in self.scenarios)


def feature_folders(pack: str, others: Sequence[str] = ()) -> tuple[str, ...]:
    """Where the feature files of a pack lie; raises `Refused` where there are none.

    Parameters
    ----------
    pack : str
        A pack's folder, a standard file, or the name of a pack that ships.
    others : sequence of str
        Further folders, or files.
    """
    own = find_standard(pack).parent / FEATURES
    folders = [*([str(own)] if own.is_dir() else []), *others]
    for folder in others:
        if not Path(folder).exists():
            raise Refused([Problem("unreadable", folder, "there is no such folder")])
    if not any(_features_in(folder) for folder in folders):
        what, mend = (
            "this pack has no feature files",
            f"write some into `{own}`; `gonogo spec --steps` lists their words",
        )
        raise Refused([Problem("no-specs", pack, what, mend)])
    return tuple(folders)


def _features_in(folder: str) -> bool:
    path = Path(folder)
    return path.suffix == ".feature" if path.is_file() else any(path.rglob("*.feature"))


def run_specs(
    paths: Sequence[str],
    *,
    workers: int = 0,
    tags: str = "",
    is_brief: bool = False,
    watch: Callable[[int], None] | None = None,
) -> SpecRun:
    """Run feature files.

    Parameters
    ----------
    paths : sequence of str
        Files, and folders of them.
    workers : int
        So many processes share the scenarios; 0: this one runs all.
    tags : str
        Only scenarios with such tags, as an expression of pytest's ``-m``.
    is_brief : bool
        Whether only the verdicts of failures are explained: an explanation takes longer than a verdict.
    watch : callable, optional
        Called with how many scenarios are done.

    Returns
    -------
    SpecRun
        The same for any number of workers, but for times.

    Raises
    ------
    Refused
        Where `tags` is no such expression.
    """
    forget()
    bdd_features.features.clear()
    gathering = _Gathering(watch)
    with tempfile.TemporaryDirectory(prefix="gonogo-") as folder, _alone():
        ini = Path(folder) / "pytest.ini"
        ini.write_text("[pytest]\n", encoding="utf-8")
        told = ["-c", str(ini), f"--rootdir={Path.cwd()}", "-p", "no:cacheprovider", "--import-mode=importlib", "-q"]
        # Tracebacks, which nobody is shown, would take ten times as long as the scenarios that fail.
        told += ["--continue-on-collection-errors", "--tb=no", "-p", "no:unraisableexception", ALL]
        told += [argument for plugin in PLUGINS[:3] for argument in ("-p", plugin)]
        told += ["-n", str(workers)] if workers else []
        told += ["-m", tags] if tags else []
        told += [BRIEF] if is_brief else []
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = pytest.main([*told, *map(os.path.abspath, paths)], plugins=[gathering])
    if gathering.interrupt is not None:
        raise gathering.interrupt  # what was run so far is no run
    if code == pytest.ExitCode.USAGE_ERROR and tags:
        what, mend = f"`{tags[:80]}` is no expression of tags", "write it as `slow and not draft`"
        raise Refused([Problem("bad-setting", "--tags", what, mend)])
    failed = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR)
    if code in failed and not gathering.run.problems:
        lines = [line for line in said.getvalue().splitlines() if line.strip()]
        what = f"the specs could not be run: {lines[-1].strip()[:200] if lines else 'no reason given'}"
        gathering.run.problems.append(Problem("bad-feature", "spec", what))
    gathering.run.scenarios.sort(key=lambda each: (each.path, each.line, each.number))
    return gathering.run


@contextmanager
def _alone() -> Iterator[None]:
    """Without the plugins that happen to be installed: what runs specs is the same everywhere."""
    name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    kept = {each: os.environ.get(each) for each in (name, "PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    os.environ[name] = "1"
    for each in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(each, None)
    try:
        yield
    finally:
        for each, value in kept.items():
            os.environ.pop(each, None)
            if value is not None:
                os.environ[each] = value


class _Gathering:
    """Takes the reports of pytest, from this process or from workers."""

    def __init__(self, watch: Callable[[int], None] | None) -> None:
        self.run = SpecRun()
        self.interrupt: BaseException | None = None
        self._watch = watch

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """The run was interrupted: pytest would end it in good order."""
        self._end(excinfo)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Likewise while workers run."""
        self._end(excinfo)

    def pytest_exception_interact(self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[object]) -> None:
        """Likewise where a scenario runs or a file is read: pytest takes a request to end for a fault of theirs."""
        if call.excinfo is not None and self._end(call.excinfo):
            node.session.shouldstop = "the run was to end"

    def _end(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        usual = (Exception, pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception)
        if self.interrupt is None and not isinstance(excinfo.value, usual):
            self.interrupt = excinfo.value
        return self.interrupt is not None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A scenario has been run."""
        told = dict(report.user_properties).get(PROPERTY)
        if report.when == "call" and isinstance(told, str):
            self.run.scenarios.append(_result(json.loads(told), report))
            if self._watch is not None:
                self._watch(len(self.run.scenarios))
        elif report.failed:
            self.run.problems.append(Problem("bad-feature", report.nodeid, str(report.longrepr)[:500]))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file could not be read."""
        if report.failed:
            for line in str(report.longrepr).splitlines():
                place, _, what = line.partition(": ")
                text, _, code = what.rpartition(" [")
                if code == "bad-feature]":
                    told, _, mend = text.partition("; ")
                    self.run.problems.append(Problem("bad-feature", place, told, mend))
                else:
                    self.run.problems.append(Problem("bad-feature", report.nodeid, line[:300]))


def _result(told: dict[str, Any], report: pytest.TestReport) -> ScenarioResult:
    steps = tuple(StepResult(**{**step, "table": tuple(map(tuple, step["table"] or ()))}) for step in told.pop("steps"))
    points = tuple((kind, name) for kind, name in told["exercised"])
    told |= {"tags": tuple(told["tags"]), "exercised": points, "passed": report.passed}
    return ScenarioResult(steps=steps, began=report.start, seconds=report.duration, **told)
