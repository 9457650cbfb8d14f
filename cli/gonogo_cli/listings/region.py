"""Where a problem stands, in the units in which other programs count: lines, and columns of UTF-16."""

from __future__ import annotations

from dataclasses import dataclass

import gonogo


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a text: lines and columns count from 1, and the end is the column behind the last."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


def region_of(problem: gonogo.Problem) -> Region | None:
    """The stretch that a problem points at; None where it is about no text."""
    place = problem.place
    if isinstance(place, str):
        return None
    text, start, end = place.source.text, place.start, max(place.start, place.end)
    line, column = _position(text, start)
    return Region(line, column, *_position(text, end), text[start:end])


def _position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of UTF-16: what lies beyond its first 65,536 characters takes two."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    return text.count("\n", 0, offset) + 1, len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1
