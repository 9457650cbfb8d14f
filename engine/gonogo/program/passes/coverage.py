"""Which values no row of a decision table holds for: looked for region by region, as long as that stays cheap.

Each column is cut where its cells begin and end; within a region all values are alike to every row. What lies between
two values that can follow each other directly, such as 84 and 85 items, is no region.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Final

from gonogo.program import ir
from gonogo.program.ir import Kind, Type
from gonogo.program.passes.domains import PRESENT, Domain, covers
from gonogo.program.text import value_text
from gonogo.standard.sections import shown

MOST_STEPS: Final = 60_000
"""So often a cell is held against a region; in larger tables nobody looks for a gap."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A column: what it is called, all its words where they are known, and what its numbers are."""

    name: str
    words: tuple[str, ...]
    type: Type
    resolution: Fraction | None


Region = tuple[str, Domain]
"""In words, and what lies in it; the words are empty where a column does not matter."""


class _TooLarge(Exception):
    pass


def uncovered(columns: Sequence[Measured], rows: Sequence[Sequence[Domain]]) -> str | None:
    """Where no row holds, in words, all values being there; None where rows cover everything, or that is not seen."""
    cells = list(zip(*rows, strict=True))
    if any(cell.state == "some" for column in cells for cell in column):
        return None
    regions = [list(_regions(column, below)) for column, below in zip(columns, cells, strict=True)]
    steps = iter(range(MOST_STEPS))
    try:
        found = _gap(regions, [list(row) for row in rows], steps)
    except _TooLarge:
        return None
    return None if found is None else " and ".join(word for word in found if word)


def _gap(regions: list[list[Region]], rows: list[list[Domain]], steps: Iterator[int]) -> list[str] | None:
    """The words of a region, column by column, in which none of the rows holds."""
    if not rows:
        return []
    if not regions or any(all(cell.state == "any" for cell in row) for row in rows):
        return None
    first, *others = regions
    for word, region in first:
        if next(islice(steps, len(rows) - 1, None), None) is None:  # one step a row
            raise _TooLarge
        left = [row[1:] for row in rows if row[0].state in ("any", "present") or covers(row[0], region)]
        found = _gap(others, left, steps)
        if found is not None:
            return [word, *found]
    return None


# ------------------------------------------------------------------------------------------------- regions


def _regions(column: Measured, cells: Sequence[Domain]) -> Iterator[Region]:
    if any(cell.state == "words" for cell in cells):
        yield from _of_words(column, cells)
    elif any(cell.state == "numbers" for cell in cells):
        yield from _of_numbers(column, cells)
    else:
        is_asked = any(cell.state != "any" for cell in cells)
        yield f"{shown(column.name)} is present" if is_asked else "", PRESENT


def _of_words(column: Measured, cells: Sequence[Domain]) -> Iterator[Region]:
    named = list(dict.fromkeys(word for cell in cells for word in sorted(cell.words)))
    for word in column.words or named:
        yield f"{shown(column.name)} is {shown(word)}", Domain("words", frozenset({word}))
    if not column.words:
        yield f"{shown(column.name)} is another text", Domain("words", frozenset(named), is_denied=True)


def _of_numbers(column: Measured, cells: Sequence[Domain]) -> Iterator[Region]:
    ends = sorted({end[0] for cell in cells for interval in cell.numbers for end in interval if end is not None})
    name, first, last = shown(column.name), ends[0], ends[-1]
    if first != 0:  # what is measured seldom lies below zero
        yield f"{name} is below {_text(column, first)}", Domain("numbers", numbers=((None, (first, False)),))
    for number, end in enumerate(ends):
        yield f"{name} is {_text(column, end)}", Domain("numbers", numbers=(((end, True), (end, True)),))
        after = ends[number + 1] if end != last else None
        if after is not None and not _is_next(column, end, after):
            words = f"{name} is between {_text(column, end)} and {_text(column, after)}"
            yield words, Domain("numbers", numbers=(((end, False), (after, False)),))
    yield f"{name} is above {_text(column, last)}", Domain("numbers", numbers=(((last, False), None),))


def _is_next(column: Measured, low: Fraction, high: Fraction) -> bool:
    """Whether no value lies between two: they are a step of the resolution apart, or whole numbers that follow."""
    a, b = _own(column, low), _own(column, high)
    is_whole = a.denominator == b.denominator == 1
    return b - a <= column.resolution if column.resolution is not None else is_whole and b - a == 1


def _own(column: Measured, base: Fraction) -> Fraction:
    """A number in the unit of the column; limits are compared in base units."""
    unit = column.type.unit
    return base if unit is None else (base - unit.offset) / unit.factor


def _text(column: Measured, base: Fraction) -> str:
    value = _own(column, base)
    is_count = column.type.kind in (Kind.DATE, Kind.TIME)
    return value_text(ir.Constant(int(value) if is_count else value, column.type))
