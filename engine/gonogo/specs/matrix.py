"""What shows that a standard's rules do what its clauses ask: clause, rule, the scenarios that are evidence, result.

A scenario is evidence for a rule where it was judged by the standard as it is, and its tag names the rule, or one of
its `Then`, or the rule spoke in it. What a person has not approved shows nothing, and a scenario that fails does not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gonogo.library import find_standard
from gonogo.pack import Standard
from gonogo.problems import Refused
from gonogo.specs.approval import RULE, Approval, approval, rule_hashes
from gonogo.specs.coverage import prefix_of
from gonogo.specs.running import ScenarioResult
from gonogo.specs.vocabulary import phrase_of

State: TypeAlias = Literal["shown", "failed", "proposed", "stale", "hole"]
"""What there is for a rule: an approved scenario that passed; one that failed; else only proposed ones that passed,
only stale ones, or nothing."""

_BY_APPROVAL: Final[tuple[tuple[Approval, State], ...]] = (
    ("approved", "shown"),
    ("proposed", "proposed"),
    ("stale", "stale"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A scenario, or the examples of an outline, that are evidence for a rule.

    Parameters
    ----------
    line : int
        Of the scenario.
    passed, failed : int
        How many of its examples did; 1 and 0, or 0 and 1, where it has none.
    examples : tuple of int
        Which of its examples are evidence for the rule, from 0; empty where it has none.
    """

    path: str
    line: int
    feature: str
    scenario: str
    passed: int
    failed: int
    examples: tuple[int, ...]
    approval: Approval

    def as_dict(self) -> dict[str, object]:
        """The scenario with the keys of ``evidence.json``."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "examples": list(self.examples)}


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A rule, and what there is to show that it does what its clause asks.

    Parameters
    ----------
    clause : str or None
        Where the requirement comes from.
    level : str
        ``items``, ``lots``, or a level above.
    spoke : tuple of str
        In which an approved scenario has seen it speak: its own name, or those of its sides.
    names : tuple of str
        In which it may speak.
    """

    clause: str | None
    level: str
    rule: str
    title: str | None
    class_: str
    names: tuple[str, ...]
    spoke: tuple[str, ...]
    scenarios: tuple[Shown, ...]

    @property
    def state(self) -> State:
        """What there is for the rule."""
        if any(each.failed for each in self.scenarios):
            return "failed"
        known = {each.approval for each in self.scenarios}
        return next((state for told, state in _BY_APPROVAL if told in known), "hole")

    @property
    def is_hole(self) -> bool:
        """Whether no approved scenario has passed."""
        return not any(each.passed and each.approval == "approved" for each in self.scenarios)

    def as_dict(self) -> dict[str, object]:
        """The row with the keys of ``evidence.json``."""
        return {
            "clause": self.clause,
            "level": self.level,
            "rule": self.rule,
            "title": self.title,
            "class": self.class_,
            "state": self.state,
            "hole": self.is_hole,
            "not_seen_speaking": [name for name in self.names if name not in self.spoke],
            "scenarios": [each.as_dict() for each in self.scenarios],
        }


def matrix(standard: Standard, results: Iterable[ScenarioResult]) -> tuple[MatrixRow, ...]:
    """What there is for each rule of a standard, also where there is nothing.

    Parameters
    ----------
    standard : Standard
        Whose rules.
    results : iterable of ScenarioResult
        What came of its specs.

    Returns
    -------
    tuple of MatrixRow
        Rules of one clause together, in the order in which the standard first names it; last those without a clause.
    """
    hashes, rules = rule_hashes(standard), _rules(standard)
    named = {name: key for key, (_, names) in rules.items() for name in (key, *names)}
    found: dict[str, list[ScenarioResult]] = {key: [] for key in rules}
    for each in judged_by(standard, results):
        if each.is_revised:
            continue
        for key in dict.fromkeys(named[name] for name in _named_in(each) if name in named):
            found[key].append(each)
    rows = [_row(row, names, found[key], hashes) for key, (row, names) in rules.items()]
    clauses = list(dict.fromkeys(row.clause for row in rows if row.clause is not None))
    return tuple(sorted(rows, key=lambda row: len(clauses) if row.clause is None else clauses.index(row.clause)))


def judged_by(standard: Standard, results: Iterable[ScenarioResult]) -> list[ScenarioResult]:
    """The scenarios that judge by a standard, and not by another that they name."""
    results = list(results)
    own = {pack for pack in {each.standard for each in results} if _is_of(pack, standard.path)}
    return [each for each in results if each.standard in own]


def _rules(standard: Standard) -> dict[str, tuple[MatrixRow, tuple[str, ...]]]:
    """The rules of all levels, without evidence, by their names with the level before them; and all names of each."""
    found = {}
    for part in (standard.compiled, *standard.compiled.levels):
        program = part.exact
        prefix = prefix_of(program)
        for rule in program.rules:
            row = MatrixRow(rule.clause, program.level, rule.name, rule.title, rule.class_, rule.names, (), ())
            found[prefix + rule.name] = row, tuple(prefix + name for name in rule.names)
    return found


def _row(row: MatrixRow, names: tuple[str, ...], results: list[ScenarioResult], hashes: dict[str, str]) -> MatrixRow:
    approved = [each for each in results if approval(each.tags, hashes) == "approved"]
    met = {name for each in approved for kind, name in each.exercised if kind == "rule speaks"}
    spoke = tuple(own for own, name in zip(row.names, names, strict=True) if name in met)
    return MatrixRow(
        row.clause, row.level, row.rule, row.title, row.class_, row.names, spoke, tuple(_shown(results, hashes))
    )


def _shown(results: list[ScenarioResult], hashes: dict[str, str]) -> Iterator[Shown]:
    """Scenarios; the examples of an outline together, unless a person stands behind some of them only."""
    grouped: dict[tuple[str, int, Approval], list[ScenarioResult]] = {}
    for each in results:
        grouped.setdefault((each.path, each.line, approval(each.tags, hashes)), []).append(each)
    for (path, line, told), examples in grouped.items():
        first, passed = examples[0], sum(each.passed for each in examples)
        numbers = tuple(each.number for each in examples) if first.example else ()
        yield Shown(path, line, first.feature, first.scenario, passed, len(examples) - passed, numbers, told)


def _named_in(result: ScenarioResult) -> Iterator[str]:
    """The rules that a scenario names or has seen speak, and sides of them, with the level before them."""
    yield from (tag[len(RULE) :] for tag in result.tags if tag.startswith(RULE))
    yield from (name for kind, name in result.exercised if kind == "rule speaks")
    for step in result.steps:
        if step.kind == "then" and (found := phrase_of("then", step.text)):
            told = found[1].groupdict()
            prefix = "lots." if "lot" in (told.get("lot") or "") else ""
            names = [told["rule"]] if told.get("rule") else re.findall(r'"([^"]+)"', told.get("rules") or "")
            yield from (prefix + name for name in names)


def _is_of(pack: str, path: str) -> bool:
    """Whether a pack, as a scenario names it, has its standard at that path."""
    try:
        return os.path.realpath(find_standard(pack)) == os.path.realpath(path)
    except Refused:
        return False
