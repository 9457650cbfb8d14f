"""The smallest change of one field that would change an item's outcome: found from the conditions, proved by judging.

A condition that is linear in a field gives the value at which it turns, exactly. Any other is followed along the
steps of the field's resolution, both ways from the value: each step at first, then sixteen places to a doubling,
where it dips towards its limit down to the bottom of the dip; between two places of different sign the step is
found by halving. The steps beside all those values are judged, and the nearest one with another outcome is the
flip. Every flip has been judged, so none is ever claimed that would not happen; where the search would take too
long, none is claimed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import Final, TypeAlias

from gonogo.answer import Answer
from gonogo.facts.columns import is_read_back
from gonogo.program import ir
from gonogo.program.ir import Field, Kind, Program, Value
from gonogo.program.passes.rewrite import values_of
from gonogo.program.passes.ticks import decimal_tick
from gonogo.program.picks import plain_name
from gonogo.program.readable import shown, span
from gonogo.screen.exact import Evaluator, Exact, float_of
from gonogo.screen.standing import Pair, Standing

FINEST_STEP: Final = Fraction(1, 10**6)
MOST_TRIED: Final = 400
"""Most values that are tried for one field, the nearest; beyond, no change is claimed."""
PROBES: Final = 16
"""Places that are looked at in each doubling of the distance from a value, where a condition is not linear."""

FARTHEST: Final = 10**6
"""How many times its own size a value is changed at most."""

MOST_PROBES: Final = 60_000
"""Most places that are looked at for one fact; what is not found by then is not claimed."""

MOST_EVALUATORS: Final = 4_000

Probe: TypeAlias = tuple[int, Fraction | None]
"""A number of steps, and the difference there."""

Turn: TypeAlias = tuple[Fraction, Fraction]
"""How far a value is away, and the value."""

_UNCHANGED: Final = ("gap", "range")
"""Picks of several values of which no single change is proposed: how many there are, and how far apart."""

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
    disposition : str or None
        Of the fact as it is.
    found : collection of str
        The rules that spoke: a field that does not reach all of them can't flip the verdict.
    """

    program: Program
    fields: Mapping[str, Exact | None]
    judge: Callable[[Field, Exact], Answer]
    outcome: str
    disposition: str | None = None
    found: Collection[str] = ()
    _evaluators: dict[tuple[str, Fraction], Evaluator] = field(default_factory=dict)
    _spent: list[int] = field(default_factory=lambda: [0])

    def flips(self) -> list[Flip]:
        """One flip a field where there is one, the smallest change in proportion to its value first."""
        reach = Standing.of(self.program).reach
        fields = [each for each in self.program.fields if reach.get(each.name, frozenset()).issuperset(self.found)]
        return self.nearest(fields, lambda answer: answer.outcome != self.outcome)

    def other_dispositions(self, flipped: Collection[str]) -> list[Flip]:
        """The changes that give a finding another disposition, of fields that can't change the outcome."""
        if self.outcome != "nonconforming" or not self.program.dispositions:
            return []
        fields = [each for each in self.program.fields if plain_name(each.name) not in flipped]
        return self.nearest(fields, lambda answer: answer.disposition != self.disposition)

    def nearest(self, fields: Iterable[Field], is_other: Callable[[Answer], bool]) -> list[Flip]:
        """For each field the nearest value with such an answer."""
        found = []
        for known in fields:
            value = self.fields.get(known.name)
            if (
                value is None
                or (known.pick is not None and known.pick.how in _UNCHANGED)
                or not Standing.of(self.program).reach.get(known.name)
            ):
                continue
            with suppress(TooLong):
                found += [(size_of(known, value, other), flip) for other, flip in self.of_field(known, value, is_other)]
        nearest: dict[str, Flip] = {}
        for _, flip in sorted(found, key=lambda pair: (pair[0], pair[1].field)):
            nearest.setdefault(flip.field, flip)
        return list(nearest.values())

    def of_field(self, field: Field, value: Exact, is_other: Callable[[Answer], bool]) -> Iterator[tuple[Exact, Flip]]:
        for candidate in self.candidates(field, value):
            if not is_read_back(field, candidate, self.program.missing_words):
                continue
            answer = self.judge(field, candidate)
            if is_other(answer):
                yield candidate, flip_of(field, value, candidate, answer)
                return

    @property
    def spent(self) -> list[int]:
        """How many places were looked at: one number, which others may share."""
        return self._spent

    def spend(self) -> None:
        """Count a place that is looked at."""
        self._spent[0] += 1
        if self._spent[0] > MOST_PROBES:
            raise TooLong

    def candidates(self, field: Field, value: Exact) -> Iterator[Exact]:
        """Other values to try, nearest first."""
        match field.type.kind:
            case Kind.FLAG:
                yield not value
            case Kind.TEXT:
                yield from [word for word in field.one_of or sorted(self.words(field)) if word != value][:MOST_TRIED]
            case _:
                assert isinstance(value, Fraction | int)
                number = Fraction(value)
                turns = merge(*self.turns(Line(self, field, number, self.step(field, number))))
                found = (near for near, _ in groupby(turn for _, turn in turns))
                yield from islice((near for near in found if near != number), MOST_TRIED)

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

    def turns(self, line: Line) -> Iterator[Iterator[Turn]]:
        """Where what the conditions compare turns over, the other fields as they are; each nearest first."""
        standing = Standing.of(self.program)
        degrees: dict[str, int] = {}
        for name in standing.above.get(line.field.name, ()):
            degrees[name] = line.degree(standing.derived[name], degrees)
        for pair in standing.pairs.get(line.field.name, ()):
            is_straight = all(line.degree(side, degrees) <= 1 for side in pair)
            straight = line.straight(pair) if is_straight else None
            if straight is not None:
                yield iter(straight)
            else:
                yield line.bent(pair, 1)
                yield line.bent(pair, -1)

    def difference(self, field: Field, pair: Pair, value: Fraction) -> Fraction | None:
        """How far apart two values are with another value of the field; None where one of them is not there."""
        evaluator = self._evaluators.get((field.name, value))
        if evaluator is None:
            if len(self._evaluators) >= MOST_EVALUATORS:
                self._evaluators.clear()
            evaluator = Evaluator(self.program, {**self.fields, field.name: value})
            self._evaluators[field.name, value] = evaluator
        one, other = evaluator.value(pair[0]), evaluator.value(pair[1])
        if one is not None and other is not None and (pair[0].type.real or pair[1].type.real):
            one, other = float_of(one), float_of(other)
        if one is None or other is None or isinstance(one, str) or isinstance(other, str):
            return None
        return Fraction(one) - Fraction(other)


class TooLong(Exception):
    """The search was given up."""


@dataclass(frozen=True, slots=True)
class Line:
    """The values of one field, on its grid of steps: where the difference of two sides changes its sign along it.

    Parameters
    ----------
    number : Fraction
        What the fact holds.
    """

    finder: FlipFinder
    field: Field
    number: Fraction
    step: Fraction

    def gap(self, pair: Pair, value: Fraction) -> Fraction | None:
        return self.finder.difference(self.field, pair, value)

    def degree(self, value: Value, of_derived: Mapping[str, int]) -> int:
        """0 where a value does not stand on the field, 1 where it is a straight line over the grid, else 2."""
        match value:
            case ir.Constant():
                return 0
            case ir.FieldValue(name):
                return 1 if name == self.field.name else 0
            case ir.DerivedValue(name):
                return of_derived.get(name, 0)
            case ir.Function("round" | "round-half-up", (ir.FieldValue() as inner, ir.Constant(Fraction() as size))):
                degree = self.degree(inner, of_derived)
                return degree if (self.step / size).denominator == 1 else 2 * degree
            case ir.Arithmetic("*", left, right):
                return min(self.degree(left, of_derived) + self.degree(right, of_derived), 2)
            case ir.Arithmetic("/", left, right):
                return 2 if self.degree(right, of_derived) else self.degree(left, of_derived)
            case ir.Arithmetic(_, left, right):
                return max(self.degree(left, of_derived), self.degree(right, of_derived))
            case ir.Convert(part) | ir.Function("negate", (part,)):
                return self.degree(part, of_derived)
            case ir.Lookup(by, entries):
                degrees = [self.degree(entry, of_derived) for _, entry in entries]
                return 2 if self.stands(by) else max(degrees, default=0)
            case _:
                return 2 if self.stands(value) else 0

    def stands(self, value: Value) -> bool:
        return self.field.name in Standing.of(self.finder.program).fields_below(value)

    def straight(self, pair: Pair) -> list[Turn] | None:
        """The steps around the one place where a straight line is zero; None where float64 values blur it."""
        low = math.floor(self.number / self.step) * self.step
        high = low + math.ceil(max(abs(self.number), Fraction(1)) / self.step) * self.step
        here, there = self.gap(pair, low), self.gap(pair, high)
        is_real = pair[0].type.real or pair[1].type.real
        if here is None or there is None or here == there:
            return None if is_real else []
        place = (low - here * (high - low) / (there - here)) / self.step
        found = [count * self.step for count in range(math.floor(place) - 1, math.ceil(place) + 2)]
        if is_real and _sign(self.gap(pair, found[0])) == _sign(self.gap(pair, found[-1])):
            return None
        return sorted((abs(value - self.number), value) for value in found)

    def bent(self, pair: Pair, way: int) -> Iterator[Turn]:
        """The steps on both sides of each change of sign that is found, going up or down from the number."""

        def value_at(count: int) -> Fraction:
            if count == 0:
                return self.number
            edge = math.floor(self.number / self.step) if way > 0 else math.ceil(self.number / self.step)
            return (edge + way * count) * self.step

        def probe(count: int) -> Probe:
            self.finder.spend()
            return count, self.gap(pair, value_at(count))

        last: Probe | None = None
        for found in _with_dips(map(probe, self.counts()), probe):
            if last is not None:
                for count in _changes(last, found, probe):
                    yield abs(value_at(count) - self.number), value_at(count)
            last = found

    def counts(self) -> Iterator[int]:
        """How many steps away to look: each step at first, then sixteen places to each doubling."""
        years = _YEARS.get(self.field.type.kind)
        farthest = 1000 * years if years else FARTHEST * max(abs(self.number), self.step, Fraction(1))
        most = min(int(farthest / self.step), 2**60)
        count = 0
        while count <= most:
            yield count
            count += max(1, count // PROBES)


def _with_dips(probes: Iterator[Probe], probe: Callable[[int], Probe]) -> Iterator[Probe]:
    """The probes, and between them the lowest of each dip: the difference may reach zero there and turn back."""
    before: Probe | None = None
    last: Probe | None = None
    for found in probes:
        lowest = _lowest(before, last, found, probe) if before and last else None
        if last:
            yield from sorted({each[0]: each for each in (last, lowest) if each}.values(), key=itemgetter(0))
        before, last = last, found
    if last:
        yield last


def _lowest(before: Probe, middle: Probe, after: Probe, probe: Callable[[int], Probe]) -> Probe | None:
    """Where three probes of one sign dip towards zero, the place between them that is nearest to it."""
    sizes = [abs(gap) for _, gap in (before, middle, after) if gap is not None]
    signs = {_sign(gap) for _, gap in (before, middle, after)}
    if len(sizes) < 3 or len(signs) > 1 or not sizes[0] >= sizes[1] <= sizes[2] or sizes[0] == sizes[2] == sizes[1]:
        return None
    low, high = before[0], after[0]
    while high - low > 2:
        third = (high - low) // 3
        one, two = probe(low + third), probe(high - third)
        for found in (one, two):
            if found[1] is None or _sign(found[1]) not in signs:
                return found
        assert one[1] is not None
        assert two[1] is not None
        low, high = (low, two[0]) if abs(one[1]) <= abs(two[1]) else (one[0], high)
    return probe((low + high) // 2)


def _changes(low: Probe, high: Probe, probe: Callable[[int], Probe]) -> Iterator[int]:
    """The steps on both sides of the changes of sign between two probes."""
    if _sign(low[1]) == _sign(high[1]):
        return
    if high[0] - low[0] == 1:
        yield from (low[0], high[0])
        return
    middle = probe((low[0] + high[0]) // 2)
    yield from _changes(low, middle, probe)
    yield from _changes(middle, high, probe)


def _sign(gap: Fraction | None) -> int | None:
    return None if gap is None else (gap > 0) - (gap < 0)


def size_of(field: Field, value: Exact, candidate: Exact) -> Fraction:
    """The change in proportion to the value, or to a year; of words and flags it is as large as the value itself."""
    if isinstance(value, str | bool) or isinstance(candidate, str | bool):
        return Fraction(1)
    whole = _YEARS.get(field.type.kind) or max(abs(Fraction(value)), Fraction(1, 1000))
    return abs(Fraction(candidate) - Fraction(value)) / whole


def flip_of(field: Field, value: Exact, candidate: Exact, answer: Answer) -> Flip:
    """A changed value, told to a person."""
    was, becomes = shown(value, field.type), shown(candidate, field.type)
    change = None
    if field.type.kind not in (Kind.TEXT, Kind.FLAG) and not isinstance(value, str) and not isinstance(candidate, str):
        apart = Fraction(candidate) - Fraction(value)
        size = shown(abs(apart), field.type) if field.type.kind is Kind.NUMBER else span(abs(apart), field.type.kind)
        change = f"{'+' if apart > 0 else '-'}{size}"
    by = f" ({change})" if change else ""
    disposition, name = f", {answer.disposition}" if answer.disposition else "", plain_name(field.name)
    subject = f"mean of {name}" if field.pick is not None and field.pick.how == "mean" else name
    sentence = f"{subject} {was} -> {becomes}{by}: {answer.outcome}{disposition}"
    return Flip(name, was, becomes, change, answer.outcome, answer.disposition, sentence)
