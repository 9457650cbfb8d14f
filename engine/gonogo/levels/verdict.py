"""The verdict on a lot, or on what stands above lots; and what became of an objective: public, and ready for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gonogo.answer import Finding, Outcome
from gonogo.evidence import Evidence
from gonogo.explanation import ORDER, Explanation, RuleReport, Unknown
from gonogo.levels.unless import plural
from gonogo.program import ir
from gonogo.program.passes.rewrite import leaves
from gonogo.screen.standing import Standing
from gonogo.verdict import Verdict

if TYPE_CHECKING:
    from gonogo.levels.judging import LevelAnswer, LevelJudge, Sums


class LevelVerdict:
    """What a standard says about one lot, or about one unit of a level above lots.

    Parameters
    ----------
    judge : LevelJudge
        Of the level.
    name : str or None
        The unit's id; None for what does not say where it belongs, which is held.
    within : mapping of str to (str or None)
        The units of the levels above that it belongs to, by their levels.

    Examples
    --------
    >>> import gonogo
    >>> standard = gonogo.load("food-containers")
    >>> leaker = {"Lot": "A", "Inspection": "origin", "Lot size": 5000, "Defects": "3"}
    >>> (lot,) = standard.judge_levels([leaker] * 84).lots
    >>> lot.name, lot.inspected, lot.disposition, lot.counts["critical_findings"]
    ('A', 84, 'reject', (84, 84))
    """

    __slots__ = ("_sums", "answer", "judge", "name", "within")

    def __init__(
        self, judge: LevelJudge, name: str | None, answer: LevelAnswer, sums: Sums, within: Mapping[str, str | None]
    ) -> None:
        self.judge = judge
        self.name = name
        concessions = judge.judge.concessions
        self.answer = answer if concessions is None else concessions.applied(answer, judge.program.level, None, name)
        self.within = within
        self._sums = sums

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LevelVerdict) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash((self.level, self.name, self.outcome, self.disposition))

    def __repr__(self) -> str:
        return f"LevelVerdict({self.unit}={self.name!r}, outcome={self.outcome!r}, disposition={self.disposition!r})"

    @property
    def level(self) -> str:
        """The level that it is a unit of: ``lots``, or what the standard calls it."""
        return self.judge.program.level

    @property
    def unit(self) -> str:
        """What one of its kind is called: ``lot``."""
        return plural(self.level, 1)

    @property
    def outcome(self) -> Outcome:
        """``conforming``, ``nonconforming`` or ``indeterminate``: where units below could still flip it."""
        return self.answer.outcome

    @property
    def class_(self) -> str | None:
        """The most severe class of the findings; None where there is none."""
        return self.answer.class_

    @property
    def disposition(self) -> str | None:
        """What is to happen to it; None where the standard says nothing."""
        return self.answer.disposition

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is found however unjudged units turn out, in the order of the standard."""
        return self.answer.findings

    @property
    def unless(self) -> str | None:
        """Where unjudged units could flip it, how: ``accept, unless both of 2 unjudged items are critical``."""
        return self.answer.unless

    @property
    def inspected(self) -> int:
        """How many units were inspected for certain."""
        return self.counts["inspected"][0]

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Every count, as the least and the most that it may be; findings only where something asks for them."""
        ends = zip(self.judge.counts, zip(self._sums.low, self._sums.high, strict=True), strict=True)
        return {name: end for name, end in ends if name in self.judge.known}

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """The rules that could not be judged, each with the counts that leave it open."""
        if not self.answer.unknown:
            return ()
        is_open = {name for name, (low, high) in self.counts.items() if low != high}
        return tuple(Unknown(rule, tuple(sorted(is_open & set(self._counts_of(rule))))) for rule in self.answer.unknown)

    @property
    def above(self) -> dict[str, str | None]:
        """What it belongs to, by what one of each level above is called: ``{"supplier": "Acme"}``."""
        return {plural(level, 1): name for level, name in self.within.items()}

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why rules could not be judged though every count is known: ``there is no limit for inspected 85``."""
        if self.name is None or all(unknown.missing for unknown in self.unknown):
            return ()
        return Verdict(1, self.judge.cells(self._sums.best), None, self.judge.judge).reasons

    def evidence(self, finding: Finding) -> tuple[Evidence, ...]:
        """The conditions that made one of the findings, with counts and limits; unjudged units count as the best."""
        return Verdict(1, self.judge.cells(self._sums.best), None, self.judge.judge).evidence(finding)

    def explain(self) -> Explanation:
        """Why the verdict is what it is, rule by rule; what would flip it, where nothing is unjudged."""
        best = Verdict(1, self.judge.cells(self._sums.best), None, self.judge.judge).explain()
        return replace(
            best,
            item=self.name or "without a name",
            unit=self.unit,
            unless=self.unless,
            outcome=self.outcome,
            class_=self.class_,
            disposition=self.disposition,
            rules=tuple(sorted(map(self._reported, best.rules), key=lambda report: ORDER[report.said])),
            flips=() if self._sums.open else best.flips,
            other_dispositions=() if self._sums.open else best.other_dispositions,
        )

    def _reported(self, report: RuleReport) -> RuleReport:
        """What a rule says however unjudged units turn out."""
        spoken = next((finding for finding in self.findings if finding.rule == report.rule), None)
        unknown = next((each for each in self.unknown if each.rule == report.rule), None)
        if unknown is not None:
            counts = {name: self.counts[name] for name in unknown.missing}
            reasons = tuple(f"{name} is {low:,} to {high:,}" for name, (low, high) in counts.items())
            return replace(report, said="unknown", missing=unknown.missing, reasons=reasons or report.reasons)
        return report if spoken is None else replace(report, concession=spoken.concession)

    def finding(self, rule: str) -> Finding:
        """What a rule of its level finds."""
        return self.judge.answering.findings[rule, None]

    def as_dict(self) -> dict[str, object]:
        """The verdict with the keys of ``gonogo check --format json``."""
        return {
            self.unit: self.name,
            **self.above,
            "inspected": self.inspected,
            "outcome": self.outcome,
            "class": self.class_,
            "disposition": self.disposition,
            "findings": [finding.as_dict() for finding in self.findings],
            "unknown": [unknown.as_dict() for unknown in self.unknown],
            "unless": self.unless,
            "counts": {name: low if low == high else [low, high] for name, (low, high) in self.counts.items()},
        }

    def _counts_of(self, rule: str) -> Iterator[str]:
        """The counts that a rule stands on, through the findings that it asks for."""
        program = self.judge.program
        standing, todo, seen = Standing.of(program), [rule], {rule}
        while todo:
            for leaf in leaves(standing.propositions[todo.pop()]):
                match leaf:
                    case ir.Outcome(condition):
                        yield from standing.fields_below(program.conditions[condition])
                    case ir.Found(other) if other not in seen:
                        seen.add(other)
                        todo.append(other)
                    case _:
                        pass


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """What became of an objective in a run.

    Parameters
    ----------
    id : str
        The objective's id.
    title, clause : str or None
        What it is called, and where it comes from.
    target : str
        The limits that it is to keep, as they are written: ``at least 95 %``.
    value : float or None
        What was measured, of what is known, as a plain number: 0.95 for 95 %. None where nothing was inspected.
    low, high : float or None
        The least and the most that it may be, however unjudged items turn out.
    met : bool or None
        None where unjudged items could decide it, or nothing was inspected.
    by : float or None
        How far it lies within its target; below zero: how far it misses it.
    sentence : str
        The same, to be read: ``96.6 %, 1.6 % above the target at least 95 %``.
    """

    id: str
    title: str | None
    clause: str | None
    target: str
    value: float | None
    low: float | None
    high: float | None
    met: bool | None
    by: float | None
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """The result with the keys of ``gonogo check --format json``."""
        is_range = self.low is not None and self.low != self.high
        return {
            "id": self.id,
            "value": self.value,
            "target": self.target,
            "met": self.met,
            "by": self.by,
            "range": [self.low, self.high] if is_range else None,
            "title": self.title,
            "clause": self.clause,
        }
