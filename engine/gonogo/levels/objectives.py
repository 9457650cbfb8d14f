"""Objectives: what is measured over all items of a run, held against the targets of the standard."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gonogo.levels.judging import LevelJudge, Sums, Tally
from gonogo.levels.ranges import Number, Range, Ranges
from gonogo.levels.verdict import ObjectiveResult
from gonogo.levels.worlds import Vector
from gonogo.program import ir
from gonogo.program.ir import Kind, Type
from gonogo.program.passes.levels import measured_name
from gonogo.program.passes.rewrite import leaves
from gonogo.program.readable import compared
from gonogo.screen.exact import Evaluator
from gonogo.screen.standing import Standing
from gonogo.standard import model, tree
from gonogo.standard.units import Unit


def measure_objectives(judge: LevelJudge, tally: Tally) -> tuple[ObjectiveResult, ...]:
    """What became of each objective, in the order of the standard; `tally` is of all items."""
    sums = judge.sums(tally)
    answer = judge.answer(sums)
    missed, is_open = {finding.rule for finding in answer.findings}, set(answer.unknown)
    return tuple(
        _Measuring(judge, sums, objective).result(
            False if objective.name in missed else None if objective.name in is_open else True
        )
        for objective in judge.judge.compiled.written.objectives.values()
    )


class _Measuring:
    """Works out one objective.

    Parameters
    ----------
    judge : LevelJudge
        Of all objectives.
    """

    def __init__(self, judge: LevelJudge, sums: Sums, objective: model.Objective) -> None:
        self.judge = judge
        self.sums = sums
        self.objective = objective
        program = judge.program
        name = measured_name(objective.name, judge.counts)
        self.measure = next(quantity for quantity in program.derived if quantity.name == name)
        tests = (program.conditions[number] for number in self._conditions())
        counts = Evaluator(program, judge.cells(sums.low))
        self.limits = [(test.op, _number(counts.value(test.right))) for test in tests if isinstance(test, ir.Compare)]

    def _conditions(self) -> Iterator[int]:
        """The conditions that make the objective missed."""
        standing = Standing.of(self.judge.program)
        for name in (f"{self.objective.name}.above", f"{self.objective.name}.below", self.objective.name):
            for leaf in leaves(standing.propositions.get(name, ir.All(()))):
                if isinstance(leaf, ir.Outcome):
                    yield leaf.condition

    def result(self, met: bool | None) -> ObjectiveResult:
        """What became of it; `met` is what the engine says."""
        value, ends = self.value(self.sums.low), self.range()
        nearest = None if value is None else self.nearest(value)
        by = None if nearest is None else nearest[0]
        return ObjectiveResult(
            id=self.objective.name,
            title=self.objective.title,
            clause=self.objective.clause,
            target=self.target,
            value=_plain(value),
            low=None if ends is None else _plain(ends[0]),
            high=None if ends is None else _plain(ends[1]),
            met=met,
            by=_plain(by),
            sentence=self.sentence(value, ends),
        )

    @property
    def target(self) -> str:
        """The limits as they are written."""
        return " and ".join(f"{key} {limit.span.text}" for key, limit in self.objective.limits)

    def value(self, counts: Vector) -> Number | None:
        """What is measured where these are the counts."""
        return _number(Evaluator(self.judge.program, self.judge.cells(counts)).derived(self.measure.name))

    def range(self) -> Range | None:
        """The least and the most that it may be."""
        worlds = self.judge.worlds(self.sums)
        if worlds is None:
            ends = dict(zip(self.judge.counts, zip(self.sums.low, self.sums.high, strict=True), strict=True))
            return Ranges(self.judge.program, ends).derived(self.measure.name)
        values = [self.value(counts) for counts in worlds]
        known = [value for value in values if value is not None]
        return (min(known), max(known)) if known and len(known) == len(values) else None

    def nearest(self, value: Number) -> tuple[Number, Number] | None:
        """How far a value lies within the limit that it is nearest to passing, and that limit."""
        known = [(op, limit) for op, limit in self.limits if limit is not None]
        if not known or len(known) < len(self.limits):
            return None
        return min((limit - value if op in (">", ">=") else value - limit, limit) for op, limit in known)

    # ------------------------------------------------------------------------------------------- to be read

    def sentence(self, value: Number | None, ends: Range | None) -> str:
        """What was measured, and how far that is from the target."""
        nearest = None if value is None else self.nearest(value)
        if value is None or nearest is None:
            return f"nothing to measure, target {self.target}"
        _, limit = nearest
        shown_value, _, distance = self.apart(value, limit)
        where = "above" if value > limit else "below"
        far = f"{distance} {where}" if value != limit else "exactly at"
        told = f"{shown_value}, {far} the target {self.target}"
        if ends is None or ends[0] == ends[1]:
            return told
        low, high = (self.apart(end, limit)[0] for end in ends)
        return f"{told}; unjudged items could make it {low} to {high}"

    def apart(self, value: Number, limit: Number) -> tuple[str, str, str]:
        """A value, a limit and how far they are apart, in the unit of the target."""
        unit = self.unit
        factor = unit.factor if unit is not None else Fraction(1)
        numbers = Fraction(value) / factor, Fraction(limit) / factor
        return compared(*numbers, Type(Kind.NUMBER, unit), measured=(False, True))

    @property
    def unit(self) -> Unit | None:
        """The unit in which the target is written."""
        for _, limit in self.objective.limits:
            if isinstance(limit, tree.Number) and limit.unit is not None:
                return limit.unit
        return None


def _number(value: object) -> Number | None:
    return value if isinstance(value, Fraction | int | float) and not isinstance(value, bool) else None


def _plain(number: Number | None) -> float | None:
    """A number as JSON writes it: whole ones without decimals."""
    if number is None or isinstance(number, int):
        return number
    exact = Fraction(number)
    return exact.numerator if exact.denominator == 1 else float(number)
