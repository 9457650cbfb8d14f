"""Whether two tests of one number can hold for the same value: rows of a table by ranges must not overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from gonogo.program import ir

Bound: TypeAlias = "tuple[Fraction, bool] | None"
"""A limit and whether it belongs to the interval; None: there is no limit."""


def overlapping(tests: Sequence[ir.Logic]) -> Iterator[tuple[int, int]]:
    """Pairs of tests, by index, that one number satisfies together; neighbours in order of their low ends."""
    intervals = [(index, _interval(test)) for index, test in enumerate(tests)]
    known = [(index, interval) for index, interval in intervals if interval is not None]
    known.sort(key=lambda row: (row[1][0] is not None, row[1][0] and (row[1][0][0], not row[1][0][1])))
    for (first, low), (second, high) in zip(known, known[1:], strict=False):
        if _meets(low[1], high[0]):
            yield first, second


def _meets(upper: Bound, lower: Bound) -> bool:
    """Whether an interval that ends at `upper` reaches one that begins at `lower`."""
    if upper is None or lower is None:
        return True
    return upper[0] > lower[0] or (upper[0] == lower[0] and upper[1] and lower[1])


def _interval(test: ir.Logic) -> tuple[Bound, Bound] | None:
    match test:
        case ir.Compare(op, _, ir.Constant(Fraction() as limit)):
            match op:
                case "<" | "<=":
                    return None, (limit, op == "<=")
                case ">" | ">=":
                    return (limit, op == ">="), None
                case "=":
                    return (limit, True), (limit, True)
                case _:
                    return None
        case ir.All((first, second)):
            parts = [_interval(first), _interval(second)]
            if parts[0] is None or parts[1] is None:
                return None
            lows = [low for low, _ in (parts[0], parts[1]) if low is not None]
            highs = [high for _, high in (parts[0], parts[1]) if high is not None]
            return (max(lows) if lows else None), (min(highs) if highs else None)
        case _:
            return None
