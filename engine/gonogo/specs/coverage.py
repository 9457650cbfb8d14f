"""What of a standard its specs exercise: rules and conditions in both directions, clauses, classes, dispositions, …

A point is exercised where a scenario that passed met it, judging by the standard as it is. Conditions are those on
items: what lots are held against are counts, which may be ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from gonogo.causes.pack import CauseGraph
from gonogo.judge import Judge
from gonogo.levels.judging import LevelJudge
from gonogo.levels.verdict import LevelVerdict
from gonogo.pack import Standard
from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE
from gonogo.program.readable import logic_words
from gonogo.verdict import Verdict

POINT_KINDS: Final = (
    "rule speaks",
    "rule is silent",
    "condition true",
    "condition false",
    "clause",
    "class",
    "disposition",
    "nonconformity",
)
"""What is covered, in the order in which it is told."""


class Point(NamedTuple):
    """One thing that specs may exercise.

    Parameters
    ----------
    kind : str
        One of `POINT_KINDS`.
    name : str
        Which; of a level above items with that before it.
    """

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a standard its specs exercise.

    Parameters
    ----------
    points : tuple of Point
        All that there are.
    exercised : frozenset of Point
        Those that were met.
    """

    points: tuple[Point, ...]
    exercised: frozenset[Point]

    def of(self, kind: str) -> tuple[int, int]:
        """How many points of a kind are exercised, and how many there are."""
        own = [point for point in self.points if point.kind == kind]
        return sum(point in self.exercised for point in own), len(own)

    @property
    def holes(self) -> tuple[Point, ...]:
        """What no scenario exercises."""
        return tuple(point for point in self.points if point not in self.exercised)

    @property
    def share(self) -> float:
        """The share of points that are exercised; 1 where there are none."""
        return 1.0 - len(self.holes) / len(self.points) if self.points else 1.0

    def as_dict(self) -> dict[str, object]:
        """The coverage with the keys of ``gonogo spec --coverage --format json``."""
        kinds = {kind: dict(zip(("exercised", "of"), self.of(kind), strict=True)) for kind in POINT_KINDS}
        return {"share": self.share, **kinds, "holes": [{"kind": hole.kind, "name": hole.name} for hole in self.holes]}


def coverage(standard: Standard, graph: CauseGraph | None, exercised: Iterable[tuple[str, str]]) -> Coverage:
    """What of a standard, and of its cause-effect graph, is exercised.

    Parameters
    ----------
    exercised : iterable of (str, str)
        Points that scenarios met; those that the standard does not have are left out.
    """
    points = tuple(dict.fromkeys(_points(standard, graph)))
    met = {Point(*each) for each in exercised}
    return Coverage(points, frozenset(points) & met)


def _points(standard: Standard, graph: CauseGraph | None) -> Iterator[Point]:
    compiled = standard.compiled
    for part in (compiled, *compiled.levels):
        program = part.exact
        prefix = prefix_of(program)
        for rule in program.rules:
            for name in rule.names:
                yield Point("rule speaks", prefix + name)
            yield Point("rule is silent", prefix + rule.name)
            if rule.clause is not None:
                yield Point("clause", rule.clause)
            yield Point("class", prefix + rule.class_)
        for condition in () if prefix else program.conditions:
            words = logic_words(condition)
            yield Point("condition true", words)
            yield Point("condition false", words)
        for line in program.dispositions:
            yield Point("disposition", prefix + line.then)
    for name in graph.nonconformities if graph is not None else ():
        yield Point("nonconformity", name)


def prefix_of(program: ir.Program) -> str:
    """What stands before the names of a level above items."""
    return "" if program.level == "items" else f"{program.level}."


def met_by(said: Verdict | LevelVerdict) -> Iterator[Point]:
    """The points that a verdict meets."""
    judge: Judge | LevelJudge = said.judge
    judge = judge if isinstance(judge, Judge) else judge.judge
    program, prefix = judge.exact, prefix_of(judge.exact)
    found = {name for finding in said.findings for name in (finding.rule, finding.name)}
    clauses = {rule.name: rule.clause for rule in program.rules}
    for finding in said.findings:
        yield Point("rule speaks", prefix + finding.name)
        yield Point("class", prefix + finding.class_)
        if clauses[finding.rule] is not None:
            yield Point("clause", str(clauses[finding.rule]))
    unknown = {each.rule for each in said.unknown}
    for rule in program.rules:
        if rule.name not in found and rule.name not in unknown:
            yield Point("rule is silent", prefix + rule.name)
    if said.disposition is not None:
        yield Point("disposition", prefix + said.disposition)
    if isinstance(said, Verdict):
        for number, words in enumerate(_conditions(judge)):
            outcome = judge.layout.outcome(said.answer.situation, number)
            if outcome in (TRUE, FALSE):
                yield Point(f"condition {'true' if outcome == TRUE else 'false'}", words)


@lru_cache(maxsize=16)
def _conditions(judge: Judge) -> tuple[str, ...]:
    """The conditions of a judge's program in words, for all the verdicts that it gives."""
    return tuple(map(logic_words, judge.exact.conditions))
