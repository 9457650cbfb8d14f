"""Feature files as they are written: the official parser's tree, and what a page shows of it that no run tells."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from gherkin.ast_builder import AstBuilder
from gherkin.errors import CompositeParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from gherkin.stream.id_generator import IdGenerator

from gonogo.problems import Problem, Refused

Node: TypeAlias = "dict[str, Any]"
"""A node of the tree, with the keys of Cucumber Messages."""


@dataclass(frozen=True, slots=True)
class StepText:
    """A step as it is written: an outline's with its placeholders."""

    text: str
    table: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class FeatureDocument:
    """A feature file, parsed.

    Parameters
    ----------
    path : str
        Where it lies.
    uri : str
        What it is called by.
    text : str
        All of it.
    tree : dict
        The ``gherkinDocument`` of Cucumber Messages, by the official parser: with rules, tags, tables and examples.
    pickles : list of dict
        What is to be run, by the official compiler: one for each scenario, or example of an outline.
    """

    path: str
    uri: str
    text: str
    tree: Node
    pickles: list[Node]

    @property
    def description(self) -> str:
        """What stands below the name of the feature."""
        return _told(self.tree["feature"])

    @property
    def rule_descriptions(self) -> dict[str, str]:
        """What stands below the names of its rules."""
        rules = (child["rule"] for child in self.tree["feature"]["children"] if "rule" in child)
        return {rule["name"]: _told(rule) for rule in rules}

    @property
    def names(self) -> dict[int, str]:
        """The names of scenarios as they are written, by the line of each."""
        return {scenario["location"]["line"]: scenario["name"] for scenario in self._scenarios()}

    @property
    def descriptions(self) -> dict[int, str]:
        """What stands below the names of scenarios, by the line of each."""
        return {scenario["location"]["line"]: _told(scenario) for scenario in self._scenarios()}

    @property
    def steps(self) -> dict[int, StepText]:
        """Its steps, by the line of each."""
        return {step["location"]["line"]: _step(step) for step in _steps(self.tree["feature"]["children"])}

    @property
    def examples(self) -> dict[int, tuple[str, ...]]:
        """The names of the tables that examples stand in, one for each example, by the line of their outline."""
        return {
            scenario["location"]["line"]: tuple(
                table["name"] for table in scenario["examples"] for _ in table["tableBody"]
            )
            for scenario in self._scenarios()
        }

    @property
    def scenario_lines(self) -> dict[str, int]:
        """The lines of scenarios, by their ids in the tree."""
        return {scenario["id"]: scenario["location"]["line"] for scenario in self._scenarios()}

    def _scenarios(self) -> Iterator[Node]:
        for child in children_of(self.tree["feature"]["children"]):
            if "scenario" in child:
                yield child["scenario"]


def feature_documents(paths: Iterable[str], name: Callable[[str], str] = str) -> list[FeatureDocument]:
    """Read feature files.

    Parameters
    ----------
    paths : iterable of str
        The files.
    name : callable, optional
        What each is called by; else by its path.

    Returns
    -------
    list of FeatureDocument
        The ids of nodes are counted through all of them.

    Raises
    ------
    Refused
        Where one is no feature file any more.
    """
    ids = IdGenerator()
    return [_document(path, name(path), ids) for path in paths]


def _document(path: str, uri: str, ids: IdGenerator) -> FeatureDocument:
    try:
        text = Path(path).read_text("utf-8-sig")
        tree: Node = {**Parser(AstBuilder(ids)).parse(text), "uri": uri}
    except (OSError, UnicodeDecodeError, CompositeParserException):
        raise Refused([Problem("unreadable", path, "this file has changed while its specs ran", "run again")]) from None
    pickles: list[Any] = [*Compiler(ids).compile(_spelled(tree))]
    return FeatureDocument(path, uri, text, tree, pickles)


def _spelled(tree: Node) -> Any:
    """The tree with the names of placeholders as patterns: the compiler looks for them by regular expressions."""
    found: Any = copy.deepcopy(tree)
    for child in children_of(found["feature"]["children"]):
        for table in child.get("scenario", {}).get("examples", ()):
            for cell in table.get("tableHeader", {}).get("cells", ()):
                cell["value"] = re.escape(cell["value"])
    return found


def children_of(children: Iterable[Any]) -> Iterator[Node]:
    """Backgrounds and scenarios, also those of rules."""
    for child in children:
        if "rule" in child:
            yield from children_of(child["rule"]["children"])
        else:
            yield child


def _steps(children: list[Node]) -> Iterator[Node]:
    for child in children_of(children):
        for node in child.values():
            yield from node["steps"]


def _step(step: Node) -> StepText:
    rows = step.get("dataTable", {}).get("rows", ())
    return StepText(step["text"], tuple(tuple(cell["value"] for cell in row["cells"]) for row in rows))


def _told(node: Node) -> str:
    return "\n".join(line.strip() for line in node["description"].splitlines()).strip()
