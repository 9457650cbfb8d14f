"""Verdicts: what was found about an item, and whatever else is asked about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Final
from weakref import WeakKeyDictionary

from gonogo.answer import Answer, Finding, Outcome
from gonogo.counterfactuals import Counterfactual, Reaching
from gonogo.evidence import Evidence, Weigher
from gonogo.explanation import ORDER, Explanation, RuleReport, Said, Unknown
from gonogo.facts.columns import UnusableCell
from gonogo.facts.naming import item_of
from gonogo.flips import FlipFinder
from gonogo.judge import Judge
from gonogo.program.ir import FALSE, TRUE, Field, Rule
from gonogo.program.picks import plain_name
from gonogo.screen.exact import Evaluator, Exact
from gonogo.screen.standing import Standing
from gonogo.uncertainty import conformance_probability

MOST_KEPT: Final = 10_000
LONGEST_CATEGORY: Final = 64
LARGE_BITS: Final = 300
"""What is larger may leave something without a value though nothing is missing."""

_UNKNOWN: Final[WeakKeyDictionary[Judge, dict[tuple[object, ...], tuple[Unknown, ...]]]] = WeakKeyDictionary()


class Verdict:
    """What a standard says about one item.

    `gonogo.Standard` makes verdicts, millions in a run: one holds its fact and the answer to its situation, which
    other facts share, and works out whatever else is asked for.

    Parameters
    ----------
    row : int
        The number of the fact among its like, from 1.
    cells : mapping of str to object
        The fact.
    recorded : collection of str or None
        The columns that the facts have, where that is known apart from this one.
    answer : Answer
        Outcome, class, disposition and findings.
    is_complete : bool
        Whether every field held a value that could be used.

    Examples
    --------
    >>> import gonogo
    >>> standard = gonogo.load("milling-cell")
    >>> fact = {"UDI": "70", "Type": "L", "Air temperature [K]": "298.9", "Process temperature [K]": "309.1",
    ...         "Rotational speed [rpm]": "1410", "Torque [Nm]": "65.7", "Tool wear [min]": "191"}
    >>> verdict = standard.judge(fact)
    >>> verdict.outcome, verdict.class_, [finding.rule for finding in verdict.findings]
    ('nonconforming', 'major', ['power', 'overstrain'])
    """

    __slots__ = ("answer", "cells", "is_complete", "judge", "recorded", "row")

    def __init__(self, row: int, cells: Mapping[str, object], recorded: Collection[str] | None, judge: Judge) -> None:
        self.row = row
        self.cells = cells
        self.recorded = recorded
        self.judge = judge
        self.answer, self.is_complete = judge.judge(cells, recorded)
        if judge.concessions is not None and self.answer.findings:
            self.answer = judge.concessions.applied(self.answer, judge.exact.level, self.item, self.lot)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Verdict) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash((self.item, self.lot, self.outcome, self.class_, self.disposition))

    def __repr__(self) -> str:
        said = ", ".join(finding.rule for finding in self.findings)
        return f"Verdict(item={self.item!r}, outcome={self.outcome!r}, findings=[{said}])"

    @property
    def item(self) -> str:
        """The item's id, or the number of its row."""
        column = self.judge.exact.item
        return str(self.row) if column is None else item_of(self.cells.get(column)) or f"row {self.row}"

    @property
    def lot(self) -> str | None:
        """The id of the item's lot."""
        column = self.judge.exact.lot
        return item_of(self.cells.get(column)) if column is not None else None

    @property
    def names(self) -> tuple[str | None, ...]:
        """The lot, and the units of the levels above it, from the bottom up; empty where none are judged."""
        return tuple(item_of(self.cells.get(column)) for column in self.judge.exact.grouping)

    @property
    def outcome(self) -> Outcome:
        """``conforming``, ``nonconforming`` or ``indeterminate``."""
        return self.answer.outcome

    @property
    def class_(self) -> str | None:
        """The most severe class of the findings; None where there is none."""
        return self.answer.class_

    @property
    def disposition(self) -> str | None:
        """What is to happen to the item; None where the standard says nothing."""
        return self.answer.disposition

    @property
    def before(self) -> str | None:
        """Its disposition without concessions."""
        return self.judge.answer_to(self.answer.situation).disposition

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The rules that spoke, in the order of the standard."""
        return self.answer.findings

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """The rules that could not be judged, each with the values that were missing."""
        if not self.answer.unknown:
            return ()
        values = self.judge.exact_values(self.cells)
        key = self._cause(values)
        kept = _UNKNOWN.setdefault(self.judge, {})
        found = kept.get(key) if key is not None else None
        if found is None:
            weigher = self._weigher(values)
            found = tuple(Unknown(rule, self._missing(weigher, rule)) for rule in self.answer.unknown)
            if key is not None:
                if len(kept) >= MOST_KEPT:
                    kept.clear()
                kept[key] = found
        return found

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why rules could not be judged, in sentences: what is missing, has no value, or lies too near to a limit."""
        if not self.answer.unknown:
            return ()
        weigher = self._weigher()
        return weigher.reasons(name for rule in self.answer.unknown for name in self._open(weigher, rule))

    @property
    def unusable(self) -> tuple[UnusableCell, ...]:
        """The cells that hold something, but nothing of their kind; they count as missing."""
        return self.judge.unusable(self.cells)

    def as_dict(self) -> dict[str, object]:
        """The verdict with the keys of ``gonogo check --format jsonl``."""
        return {
            "item": self.item,
            "lot": self.lot,
            "outcome": self.outcome,
            "class": self.class_,
            "disposition": self.disposition,
            "findings": [finding.as_dict() for finding in self.findings],
            "unknown": [unknown.as_dict() for unknown in self.unknown],
        }

    def evidence(self, finding: Finding) -> tuple[Evidence, ...]:
        """The conditions that made one of the findings, with values and limits."""
        return self._weigher().evidence(finding.rule)

    def explain(self, reach: Outcome | None = None) -> Explanation:
        """Why the verdict is what it is, rule by rule, and what would flip it.

        Parameters
        ----------
        reach : str, optional
            An outcome: the smallest changes of one field, and of two, that reach it are looked for, too.
        """
        weigher = self._weigher()
        program = self.judge.exact
        reports = [self._report(weigher, rule) for rule in program.rules]
        found = [finding.rule for finding in self.findings]
        finder = FlipFinder(program, weigher.evaluator.fields, self._judge_with, self.outcome, self.disposition, found)
        flips = finder.flips()
        return Explanation(
            item=self.item,
            lot=self.lot,
            outcome=self.outcome,
            class_=self.class_,
            disposition=self.disposition,
            standard={"id": program.standard, "version": program.version, "hash": program.hash},
            rules=tuple(sorted(reports, key=lambda report: ORDER[report.said])),
            flips=tuple(flips),
            unusable=self.unusable,
            other_dispositions=tuple(finder.other_dispositions([flip.field for flip in flips])),
            counterfactuals=self._reaching(reach, weigher.evaluator.fields) if reach is not None else None,
        )

    # ------------------------------------------------------------------------------------------------ inside

    def _cause(self, values: Mapping[str, Exact | None]) -> tuple[object, ...] | None:
        """What tells why rules are unknown: the situation, the categories and what is missing; None: not enough."""
        if not Standing.of(self.judge.exact).steady:
            return None
        told: list[object] = [self.answer.situation]
        for value in values.values():
            if isinstance(value, Fraction):
                if value.numerator.bit_length() > LARGE_BITS:
                    return None
                told.append(0)
            elif isinstance(value, str) and len(value) > LONGEST_CATEGORY:
                return None
            else:
                told.append(value if value is None or isinstance(value, str) else 0)
        return tuple(told)

    def _weigher(self, values: Mapping[str, Exact | None] | None = None) -> Weigher:
        judge = self.judge
        recorded = self.cells if self.recorded is None else self.recorded
        names = {known.name for known in judge.exact.fields if known.column in recorded}
        evaluator = Evaluator(judge.exact, judge.exact_values(self.cells) if values is None else values, names)
        situation = self.answer.situation
        outcomes, counts = judge.outcomes(situation), judge.counts(self.cells)
        return Weigher(judge.exact, evaluator, counts, judge.layout, situation, outcomes)

    def _open(self, weigher: Weigher, rule: str) -> list[str]:
        """The propositions that leave a rule unknown: its own, and where the standard applies."""
        applies = weigher.program.applies
        is_open = applies is not None and weigher.outcomes.get(applies, FALSE) != TRUE
        return [rule, applies] if is_open and applies is not None else [rule]

    def _missing(self, weigher: Weigher, rule: str) -> tuple[str, ...]:
        return tuple(sorted(weigher.missing(self._open(weigher, rule))))

    def _report(self, weigher: Weigher, rule: Rule) -> RuleReport:
        spoken = next((finding for finding in self.findings if finding.rule == rule.name), None)
        return RuleReport(
            rule=rule.name,
            title=rule.title,
            class_=rule.class_,
            nonconformity=rule.nonconformity,
            clause=rule.clause,
            side=spoken.side if spoken else None,
            concession=spoken.concession if spoken else None,
            said=(said := self._said(weigher, rule)),
            place=str(rule.span or ""),
            when=rule.text,
            evidence=weigher.evidence(self._decider(weigher, rule) if said == "does not apply" else rule.name),
            missing=self._missing(weigher, rule.name) if said == "unknown" else (),
            reasons=weigher.reasons(self._open(weigher, rule.name)) if said == "unknown" else (),
            conformance_probability=self._probability(weigher, rule) if said != "does not apply" else None,
        )

    def _probability(self, weigher: Weigher, rule: Rule) -> float | None:
        measured = rule.uncertainty
        if measured is None or any(weigher.counts.get(name, 0) > 1 for name in self._measured(rule, weigher)):
            return None  # what several measured values together say of a true one is not known
        return conformance_probability(measured, weigher.evaluator)

    def _measured(self, rule: Rule, weigher: Weigher) -> Iterator[str]:
        """The fields that a requirement holds against its limits."""
        for zone in rule.uncertainty.zones if rule.uncertainty else ():
            yield from map(plain_name, weigher.standing.fields_below(zone.beyond.left))

    def _said(self, weigher: Weigher, rule: Rule) -> Said:
        if any(finding.rule == rule.name for finding in self.findings):
            return "spoke"
        if rule.name in self.answer.unknown:
            return "unknown"
        applies = rule.applies is None or weigher.outcomes.get(rule.applies, FALSE) != FALSE
        return "silent" if applies and self.answer.applies else "does not apply"

    def _decider(self, weigher: Weigher, rule: Rule) -> str:
        """What keeps a rule from applying: itself, or the whole standard."""
        applies = weigher.program.applies
        is_here = rule.applies is None or weigher.outcomes.get(rule.applies, FALSE) != FALSE
        return applies if applies is not None and is_here else rule.name

    def _reaching(self, wanted: Outcome, fields: Mapping[str, Exact | None]) -> tuple[Counterfactual, ...]:
        if wanted == self.outcome:
            return ()
        found = [finding.rule for finding in self.findings]
        judge = partial(self.judge.judge_with, self.cells, self.recorded)
        return Reaching(self.judge.exact, fields, judge, wanted, found).counterfactuals()

    def _judge_with(self, changed: Field, value: Exact) -> Answer:
        return self.judge.judge_with(self.cells, self.recorded, {changed.name: value})
