"""Several values of one characteristic → the number, or answer, of them that a program asks after.

INVARIANT: what is true of all values is told only where all could be read; `largest`, `smallest`, `unlike` and `like`
are of those that could, because one of them may be enough to find something.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gonogo.program.picks import PickName


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The cells in which an item has values of one characteristic.

    Parameters
    ----------
    cells : tuple of object
        As they were read, in the order of the rows.
    places : tuple of (str, int, int)
        For each its file, the number of its row there, and its line; empty where nobody knows.
    """

    cells: tuple[object, ...]
    places: tuple[tuple[str, int, int], ...] = ()


def cells_in(raw: object) -> tuple[object, ...]:
    """The cells of one characteristic: several, one by itself, or none."""
    if isinstance(raw, Values):
        return raw.cells
    if isinstance(raw, list | tuple):
        return tuple(raw)
    return () if raw is None else (raw,)


def picked(how: PickName, values: Sequence[Any], options: Set[object] = frozenset()) -> Any:
    """What is asked after, of values of which those are None that are missing or can't be used; None: it has no value.

    A mean is exact, and so is everything else.
    """
    known = [value for value in values if value is not None]
    if not known or (how not in ("largest", "smallest", "unlike", "like") and len(known) < len(values)):
        return None
    match how:
        case "one":
            return known[0] if len(values) == 1 else None
        case "largest" | "max":
            return max(known)
        case "smallest" | "min":
            return min(known)
        case "mean":
            return sum(map(Fraction, known)) / len(known)
        case "range":
            return max(known) - min(known)
        case "sum":
            return sum(known)
        case "count":
            return len(known)
        case "gap":
            return False
        case "unlike":
            return next((value for value in known if value not in options), known[0])
        case "like":
            return next((value for value in known if value in options), known[0])


def changed(how: PickName, values: Sequence[Any], value: Any) -> list[Any]:
    """Values of which the pick is another, changed as little as that takes; of words and flags all are that one."""
    known = [each for each in values if each is not None]
    if not known:
        return [value]
    match how:
        case "largest" | "max":
            known[known.index(max(known))] = value
            return [min(each, value) for each in known]
        case "smallest" | "min":
            known[known.index(min(known))] = value
            return [max(each, value) for each in known]
        case "mean":
            return [each + value - picked("mean", known) for each in known]
        case _:
            return [value]
