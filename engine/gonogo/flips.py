"""The smallest change of one field that would change an item's outcome: found from the conditions, proved by judging.

A condition that is linear in a field gives the value at which it turns, exactly; the steps of the field's
resolution beside that value are judged, and the nearest one with another outcome is the flip. Every flip has
been judged, so none is ever claimed that would not happen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from heapq import nsmallest
from typing import Final

from gonogo.answer import Answer
from gonogo.facts.columns import is_read_back
from gonogo.program import ir
from gonogo.program.ir import Field, Kind, Program, Value
from gonogo.program.passes.rewrite import values_of
from gonogo.program.passes.ticks import decimal_tick
from gonogo.program.readable import shown, span
from gonogo.screen.exact import Evaluator, Exact
from gonogo.screen.standing import Standing

FINEST_STEP: Final = Fraction(1, 10**6)
MOST_TRIED: Final = 400
"""Most values that are tried for one field, the nearest; beyond, no change is claimed."""

_STEPS: Final = {Kind.DATE: Fraction(1), Kind.TIME: Fraction(1_000_000)}
_YEARS: Final = {Kind.DATE: Fraction(365), Kind.TIME: Fraction(365 * 86_400_000_000)}


@dataclass(frozen=True, slots=True)
class Flip:
    """One changed value, and what the verdict would be with it.

    Parameters
    ----------
    field : str
        Which field.
    value, changed, change : str
        What it is, what it would have to be, and the difference, with its unit and sign.
    outcome, disposition : str or None
        Of the item with the changed value.
    sentence : str
        The same, to be read.
    """

    field: str
    value: str
    changed: str
    change: str | None
    outcome: str
    disposition: str | None
    sentence: str

    def as_dict(self) -> dict[str, str | None]:
        """The flip as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FlipFinder:
    """Searches the flips of one fact.

    Parameters
    ----------
    program : Program
        Before the pass `ticks`.
    fields : mapping of str to value
        What the fact holds.
    judge : callable
        The answer to the fact with one field's value replaced.
    outcome : str
        Of the fact as it is.
    found : collection of str
        The rules that spoke: a field that does not reach all of them can't flip the verdict.
    """

    program: Program
    fields: Mapping[str, Exact | None]
    judge: Callable[[Field, Exact], Answer]
    outcome: str
    found: Collection[str] = ()
    _evaluators: dict[tuple[str, Fraction], Evaluator] = field(default_factory=dict)

    def flips(self) -> list[Flip]:
        """One flip a field where there is one, the smallest change in proportion to its value first."""
        found = [(size, flip) for field in self.program.fields for size, flip in self.of_field(field)]
        return [flip for _, flip in sorted(found, key=lambda pair: (pair[0], pair[1].field))]

    def of_field(self, field: Field) -> Iterator[tuple[Fraction, Flip]]:
        value = self.fields.get(field.name)
        if value is None or not Standing.of(self.program).reach.get(field.name, frozenset()).issuperset(self.found):
            return
        for candidate in self.candidates(field, value):
            if not is_read_back(field, candidate, self.program.missing_words):
                continue
            answer = self.judge(field, candidate)
            if answer.outcome != self.outcome:
                yield _size(field, value, candidate), _flip(field, value, candidate, answer)
                return

    def candidates(self, field: Field, value: Exact) -> Sequence[Exact]:
        """Other values to try, nearest first."""
        match field.type.kind:
            case Kind.FLAG:
                return [not value]
            case Kind.TEXT:
                return [word for word in field.one_of or sorted(self.words(field)) if word != value][:MOST_TRIED]
            case _:
                assert isinstance(value, Fraction | int)
                number, step = Fraction(value), self.step(field, Fraction(value))
                found: set[Fraction] = {near for turn in self.turns(field, number) for near in _near(turn, step)} - {
                    number
                }
                return nsmallest(MOST_TRIED, found, key=lambda near: (abs(near - number), near))

    def tests_of(self, field: Field) -> tuple[ir.Test, ...]:
        return Standing.of(self.program).tests.get(field.name, ())

    def words(self, field: Field) -> set[str]:
        """The texts that the standard's conditions name for a field."""
        return {
            constant.value
            for test in self.tests_of(field)
            for constant in (*values_of(test), *getattr(test, "options", ()))
            if isinstance(constant, ir.Constant) and isinstance(constant.value, str)
        }

    def step(self, field: Field, value: Fraction) -> Fraction:
        """The step in which the field is recorded, or the last decimal of its value and its limits."""
        if field.resolution is not None:
            return field.resolution
        if field.type.kind is not Kind.NUMBER:
            return _STEPS[field.type.kind]
        limits = [c.value for test in self.tests_of(field) for c in values_of(test) if isinstance(c, ir.Constant)]
        ticks = [decimal_tick(limit) for limit in limits if isinstance(limit, Fraction)]
        return max(min([decimal_tick(value), *ticks]), FINEST_STEP)

    def turns(self, field: Field, value: Fraction) -> Iterator[Fraction]:
        """Where conditions on the field turn, the other fields as they are."""
        for test in self.tests_of(field):
            match test:
                case ir.Compare(_, left, right) if left.type.kind is not Kind.TEXT:
                    yield from self.zeros(field, left, right, value)
                case ir.Member(known, options):
                    for option in options:
                        yield from self.zeros(field, known, option, value)
                case _:
                    continue

    def zeros(self, field: Field, left: Value, right: Value, value: Fraction) -> Iterator[Fraction]:
        """The value of the field at which two sides are equal, where their difference is a straight line around it."""
        there = value + max(abs(value), Fraction(1))
        here, beyond = self.difference(field, left, right, value), self.difference(field, left, right, there)
        if here is None or beyond is None or here == beyond:
            return
        zero = value - here * (there - value) / (beyond - here)
        yield zero
        rest = self.difference(field, left, right, zero)
        if rest and rest != here and zero != value:  # not straight: one step of the secant method more
            yield zero - rest * (zero - value) / (rest - here)

    def difference(self, field: Field, left: Value, right: Value, value: Fraction) -> Fraction | None:
        evaluator = self._evaluators.get((field.name, value))
        if evaluator is None:
            evaluator = Evaluator(self.program, {**self.fields, field.name: value})
            self._evaluators[field.name, value] = evaluator
        one, other = evaluator.value(left), evaluator.value(right)
        if one is None or other is None or isinstance(one, str) or isinstance(other, str):
            return None
        return Fraction(one) - Fraction(other)


def _near(turn: Fraction, step: Fraction) -> Iterator[Fraction]:
    """The steps at and around a value."""
    place = turn / step
    for count in range(math.floor(place) - 1, math.ceil(place) + 2):
        yield count * step


def _size(field: Field, value: Exact, candidate: Exact) -> Fraction:
    """The change in proportion to the value, or to a year; of words and flags it is as large as the value itself."""
    if isinstance(value, str | bool) or isinstance(candidate, str | bool):
        return Fraction(1)
    whole = _YEARS.get(field.type.kind) or max(abs(Fraction(value)), Fraction(1, 1000))
    return abs(Fraction(candidate) - Fraction(value)) / whole


def _flip(field: Field, value: Exact, candidate: Exact, answer: Answer) -> Flip:
    was, becomes = shown(value, field.type), shown(candidate, field.type)
    change = None
    if field.type.kind not in (Kind.TEXT, Kind.FLAG) and not isinstance(value, str) and not isinstance(candidate, str):
        apart = Fraction(candidate) - Fraction(value)
        size = shown(abs(apart), field.type) if field.type.kind is Kind.NUMBER else span(abs(apart), field.type.kind)
        change = f"{'+' if apart > 0 else '-'}{size}"
    by = f" ({change})" if change else ""
    disposition = f", {answer.disposition}" if answer.disposition else ""
    sentence = f"{field.name} {was} -> {becomes}{by}: {answer.outcome}{disposition}"
    return Flip(field.name, was, becomes, change, answer.outcome, answer.disposition, sentence)
