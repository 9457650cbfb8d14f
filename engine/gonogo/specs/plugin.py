"""A pytest plugin: feature files of packs are collected and run, without a Python file beside them.

Feature files are gonogo's where a `standard.yaml` lies above them, or where they name a standard; any other is left
to whoever owns it. What a scenario says and comes to is put into its report's `user_properties`, as JSON, so that it
arrives also from the workers of pytest-xdist. With `running`, the only user of pytest and pytest-bdd.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any, Final

import pytest
from gherkin.errors import CompositeParserException
from gherkin.parser import Parser
from pytest_bdd import scenario
from pytest_bdd.feature import get_feature

from gonogo.library import STANDARD_FILE
from gonogo.problems import Problem, Refused
from gonogo.specs.documents import children_of
from gonogo.specs.scene import Scene, Unmet
from gonogo.specs.steps import definitions

PROPERTY: Final = "gonogo"
"""The name of what a report says of its scenario."""

ALL: Final = "--gonogo-all"
BRIEF: Final = "--gonogo-brief"
_NAMES_STANDARD: Final = re.compile(r'^\s*(?:Given|And|\*)\s+the standard "', re.MULTILINE)
_LARGEST: Final = 8 << 20


@pytest.fixture
def gonogo_scene(request: pytest.FixtureRequest) -> Scene:
    """What a scenario speaks of."""
    folder = Path(request.node.path).parent
    pack = pack_of(folder)
    return Scene(folder, "" if pack is None else str(pack))


def pack_of(folder: Path) -> Path | None:
    """The pack that a folder lies in."""
    return next((each for each in (folder, *folder.parents) if (each / STANDARD_FILE).is_file()), None)


# ------------------------------------------------------------------------------------------------------- collecting


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let all feature files that are named be gonogo's."""
    told = "take all feature files for specs of gonogo, also those that lie in no pack"
    group = parser.getgroup("gonogo")
    group.addoption(ALL, action="store_true", dest="gonogo_all", help=told)
    group.addoption(BRIEF, action="store_true", dest="gonogo_brief", help="explain the verdicts of failures only")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a feature file that is about a standard."""
    if file_path.suffix != ".feature" or not (parent.config.getoption("gonogo_all") or _is_ours(file_path)):
        return None
    return FeatureFile.from_parent(parent, path=file_path)


def _is_ours(path: Path) -> bool:
    if pack_of(path.parent) is not None:
        return True
    with path.open("rb") as file:
        return bool(_NAMES_STANDARD.search(file.read(_LARGEST).decode("utf-8", "replace")))


class FeatureFile(pytest.Module):
    """A feature file, as a module whose tests are its scenarios."""

    def _getobj(self) -> ModuleType:
        module = ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        module.__dict__.update(definitions())
        for number, (name, function) in enumerate(_scenarios(self.path, self.config), 1):
            words = re.sub(r"\W+", "_", name).strip("_")
            function.__name__ = f"test_{number:04}_{words[:60]}"
            module.__dict__[function.__name__] = function
        return module

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """A file that can't be read: its problems, a line each."""
        if isinstance(excinfo.value, Refused):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))


def _scenarios(path: Path, config: pytest.Config) -> Iterator[tuple[str, Callable[..., None]]]:
    _check(path)
    feature = get_feature(str(path.parent), path.name)
    rules = {template.rule.name: template.rule.tags for template in feature.scenarios.values() if template.rule}
    tags = {*feature.tags, *(tag for of_rule in rules.values() for tag in of_rule)}
    tags |= {tag for template in feature.scenarios.values() for tag in template.tags}
    tags |= {tag for template in feature.scenarios.values() for examples in template.examples for tag in examples.tags}
    for tag in sorted(tags):
        config.addinivalue_line("markers", f"{tag}: a tag of a feature file")
    for name in feature.scenarios:

        @scenario(str(path), name, features_base_dir=str(path.parent))
        def run() -> None:
            """All of it is in the steps."""

        yield name, run


def _check(path: Path) -> None:
    """Refuse what is no Gherkin, and scenarios of one name, of which only the last would run."""
    try:
        document = Parser().parse(path.read_text("utf-8-sig"))
    except CompositeParserException as error:
        raise Refused([_gherkin_problem(path, str(each)) for each in error.errors]) from None
    except UnicodeDecodeError:
        raise Refused([Problem("bad-feature", str(path), "this file is not UTF-8", "save it as UTF-8 text")]) from None
    feature = document.get("feature")
    if feature is None:
        raise Refused([Problem("bad-feature", str(path), "this file has no feature", "begin it with `Feature:`")])
    found = [child["scenario"] for child in children_of(feature["children"]) if "scenario" in child]
    names = Counter(each["name"] for each in found)
    problems = [
        Problem(
            "bad-feature",
            f"{path}:{each['location']['line']}",
            f"two scenarios are called `{each['name']}`",
            "name them apart",
        )
        for each in found
        if names[each["name"]] > 1
    ]
    empty = [
        Problem(
            "bad-feature", f"{path}:{each['location']['line']}", "this scenario has no steps", "add some, or remove it"
        )
        for each in found
        if not each["steps"]
    ]
    if problems or empty:
        raise Refused([*problems, *empty])


def _gherkin_problem(path: Path, text: str) -> Problem:
    place, _, what = text.partition("): ")
    line = place.lstrip("(").partition(":")[0]
    told = what or text
    return Problem("bad-feature", f"{path}:{line}" if line.isdigit() else str(path), told[:1].lower() + told[1:300])


# -------------------------------------------------------------------------------------------------------- reporting


def _is_mine(request: pytest.FixtureRequest) -> bool:
    return isinstance(request.node.getparent(pytest.Module), FeatureFile)


@pytest.hookimpl(tryfirst=True)
def pytest_bdd_before_scenario(request: pytest.FixtureRequest, feature: Any, scenario: Any) -> None:
    """Begin what is told of a scenario."""
    if not _is_mine(request):
        return
    rule, callspec = scenario.rule, getattr(request.node, "callspec", None)
    number = callspec.indices.get("_pytest_bdd_example", 0) if callspec is not None else 0
    tags = {*scenario.tags, *feature.tags, *(rule.tags if rule is not None else ())}
    tags |= _tags_of_example(feature, scenario.line_number, number)
    told = {
        "path": str(request.node.path),
        "feature": feature.name,
        "rule": rule.name if rule is not None else None,
        "scenario": scenario.name,
        "line": scenario.line_number,
        "number": number,
        "tags": sorted(tags),
        "example": dict(callspec.params.get("_pytest_bdd_example", {})) if callspec is not None else {},
        "steps": [
            {"keyword": step.keyword.strip(), "text": step.name, "line": step.line_number, "status": "skipped",
             "kind": step.type, "seconds": 0.0,
             "table": step.datatable.raw() if step.datatable is not None else None}
            for step in scenario.steps
        ],
        "message": None,
        "expected": None,
        "found": None,
        "explanation": "",
    }  # fmt: skip
    request.node.stash[_CLOCK] = perf_counter()
    request.node.stash[_TOLD] = (told, {id(step): number for number, step in enumerate(scenario.steps)})


def _tags_of_example(feature: Any, line: int, number: int) -> set[str]:
    """The tags of the table that an example stands in."""
    template = next(each for each in feature.scenarios.values() if each.line_number == line)
    for table in template.examples:
        if number < len(table.examples):
            return set(table.tags or ())
        number -= len(table.examples)
    return set()


_TOLD: Final = pytest.StashKey[tuple[dict[str, Any], dict[int, int]]]()
_CLOCK: Final = pytest.StashKey[float]()


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Any) -> None:
    """A step has passed."""
    _mark(request, step, "passed")


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Any, exception: BaseException) -> None:
    """A step has failed: tell what was expected, and what found."""
    _mark(request, step, "failed")
    if _TOLD in request.node.stash:
        told, _ = request.node.stash[_TOLD]
        told["message"] = _message(exception)
        if isinstance(exception, Unmet):
            told |= {"expected": exception.expected, "found": exception.found, "explanation": exception.explanation}


def _mark(request: pytest.FixtureRequest, step: Any, status: str) -> None:
    if _TOLD in request.node.stash:
        told, places = request.node.stash[_TOLD]
        began, request.node.stash[_CLOCK] = request.node.stash[_CLOCK], perf_counter()
        told["steps"][places[id(step)]] |= {"status": status, "seconds": request.node.stash[_CLOCK] - began}


def _message(exception: BaseException) -> str:
    if isinstance(exception, Refused):
        return "; ".join(
            f"{problem.what}{f'; {problem.mend}' if problem.mend else ''} [{problem.code}]"
            for problem in exception.problems
        )
    return str(exception) if isinstance(exception, Unmet) else f"{type(exception).__name__}: {exception}"


def pytest_bdd_after_scenario(request: pytest.FixtureRequest) -> None:
    """Hand on what was told."""
    if _TOLD in request.node.stash:
        told, _ = request.node.stash[_TOLD]
        scene = request.getfixturevalue("gonogo_scene")
        if not request.config.getoption("gonogo_brief"):
            told["explanation"] = told["explanation"] or scene.explanation()
        told["standard"] = scene.pack
        told["is_revised"] = bool(scene.changes)
        told["exercised"] = sorted(scene.exercised()) if told["message"] is None else []
        request.node.user_properties.append((PROPERTY, json.dumps(told)))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Examples of an outline are called by their values, and not by their number."""
    return (
        None
        if argname != "_pytest_bdd_example"
        else "-".join(map(str, val.values()))
        if isinstance(val, dict)
        else None
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A failure is told in the words of the scenario, and not by a traceback."""
    outcome = yield
    if call.excinfo is None or not isinstance(item.getparent(pytest.Module), FeatureFile):
        return
    error = call.excinfo.value
    if isinstance(error, Unmet | Refused):
        explanation = f"\n\n{error.explanation}" if isinstance(error, Unmet) and error.explanation else ""
        report = outcome.get_result()  # type: ignore[attr-defined]  # what pluggy sends in
        report.longrepr = f"{item.path}: {_message(error)}{explanation}"
