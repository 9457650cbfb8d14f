"""Whether two tests of one number can hold for the same value: rows of a table by ranges must not overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from gonogo.program import ir
from gonogo.program.passes.fold import folded_value
from gonogo.program.passes.ticks import PI

Bound: TypeAlias = "tuple[Fraction, bool] | None"
"""A limit and whether it belongs to the interval; None: there is no limit."""

Interval: TypeAlias = "tuple[Bound, Bound]"


def overlapping(tests: Sequence[ir.Logic]) -> Iterator[tuple[int, int]]:
    """Pairs of tests, by index, that one number satisfies together; neighbours in order of their low ends."""
    known = [(index, interval) for index, test in enumerate(tests) if (interval := interval_of(test)) is not None]
    known.sort(key=lambda row: low_end(row[1]))
    for (first, low), (second, high) in pairwise(known):
        if meets(low[1], high[0]):
            yield first, second


def is_empty(test: ir.Logic) -> bool:
    """Whether no number satisfies a test: `[95 .. 90)`."""
    interval = interval_of(test)
    return interval is not None and not meets(interval[1], interval[0])


def low_end(interval: Interval) -> tuple[bool, Fraction, bool]:
    """A key that sorts intervals by where they begin."""
    low = interval[0]
    return (False, Fraction(0), False) if low is None else (True, low[0], not low[1])


def meets(upper: Bound, lower: Bound) -> bool:
    """Whether an interval that ends at `upper` reaches one that begins at `lower`."""
    if upper is None or lower is None:
        return True
    return upper[0] > lower[0] or (upper[0] == lower[0] and upper[1] and lower[1])


def is_below(upper: Bound, lower: Bound) -> bool:
    """Whether an interval ends at `upper` before one begins at `lower`, and something lies between them."""
    if upper is None or lower is None:
        return False
    return upper[0] < lower[0] or (upper[0] == lower[0] and not upper[1] and not lower[1])


def interval_of(test: ir.Logic) -> Interval | None:
    """The numbers that satisfy a test, in base units; None where that is not seen."""
    match test:
        case ir.Compare(op, _, limit):
            end = bound(limit)
            return None if end is None else _one_sided(op, end)
        case ir.All((first, second)):
            one, other = interval_of(first), interval_of(second)
            return None if one is None or other is None else (one[0] or other[0], one[1] or other[1])
        case _:
            return None


def _one_sided(op: str, limit: Fraction) -> Interval | None:
    match op:
        case "<" | "<=":
            return None, (limit, op == "<=")
        case ">" | ">=":
            return (limit, op == ">="), None
        case "=":
            return (limit, True), (limit, True)
        case _:
            return None


def bound(limit: ir.Value) -> Fraction | None:
    """A limit in base units, so that rows written in different ones are compared."""
    known = folded_value(limit)
    if not isinstance(known, ir.Constant) or isinstance(known.value, str | bool | float):
        return _bound_before_pi(known)
    unit = known.type.unit
    return Fraction(known.value) if unit is None else known.value * unit.factor * PI**unit.pi + unit.offset


def _bound_before_pi(limit: ir.Value) -> Fraction | None:
    """The limit that a conversion by π, which is not worked out ahead, starts from."""
    return bound(limit.operand) if isinstance(limit, ir.Convert) else None
