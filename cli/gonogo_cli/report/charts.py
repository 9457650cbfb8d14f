"""The two charts of a report: the Pareto of findings, and lots over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Final

from gonogo_cli.report.drawing import (
    TEXT,
    WIDTHS,
    Named,
    Size,
    bar,
    curve,
    fitted,
    frame,
    label,
    line,
    width_of,
)
from gonogo_cli.report.markup import Html, element, joined
from gonogo_cli.report.numbers import percent, ticks

AXIS: Final = 24
GAP: Final = 8
MOST_NAME: Final = 96.0
"""So wide the name of a lot may be."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the Pareto: what was found, of which severity, how often."""

    name: str
    kind: str
    class_: str
    count: int


@dataclass(frozen=True, slots=True)
class Pareto:
    """Where the rows of a Pareto lie: names and counts beside the bars, or above them where there is no room."""

    bars: Sequence[Bar]
    total: int
    size: Size

    @property
    def left(self) -> float:
        return 318 if self.size == "wide" else 0

    @property
    def row(self) -> float:
        return 28 if self.size == "wide" else 46

    @property
    def right(self) -> float:
        return WIDTHS[self.size] - 20

    def x(self, share: float) -> float:
        return self.left + (self.right - self.left - 4) * share + 2

    def y(self, place: int) -> float:
        """The upper edge of a bar."""
        return place * self.row + (6 if self.size == "wide" else 24)

    def draw(self, named: Named) -> Html:
        """The whole chart."""
        bottom = len(self.bars) * self.row + 4
        sums = accumulate(each.count for each in self.bars)
        points = [(self.x(count / self.total), self.y(place) + 8) for place, count in enumerate(sums)]
        lengths = (self.x(each.count / self.total) - self.x(0) for each in self.bars)
        drawn = [
            bar(self.x(0), self.y(place), length, 16, each.kind)
            for place, (each, length) in enumerate(zip(self.bars, lengths, strict=True))
        ]
        names = [joined(*self.named(place, each)) for place, each in enumerate(self.bars)]
        return frame(named, self.size, bottom + AXIS, self.grid(bottom), drawn, curve(points), names)

    def named(self, place: int, each: Bar) -> Iterator[Html]:
        """What a bar is called, its class, and how often: beside it, or above it."""
        count, class_ = f"{each.count:,}", f" · {each.class_}" if each.class_ else ""
        base, room = self.y(place) + 12, 306 - width_of(class_) - width_of(count) - 2 * GAP
        if self.size == "narrow":
            base, room = self.y(place) - 7, self.right - width_of(class_) - width_of(count) - 2 * GAP
        name, faint = element("tspan", fitted(each.name, room)), element("tspan", class_, class_="faint")
        if self.size == "wide":
            yield element("text", name, faint, x=0.0, y=base)
            yield label(306, base, count, "end", "strong")
        else:
            yield element("text", element("tspan", count, class_="strong"), " ", name, faint, x=0.0, y=base)

    def grid(self, bottom: float) -> Html:
        """The lines of the axis, and its numbers."""
        shares = [0, 20, 40, 60, 80, 100] if self.size == "wide" else [0, 25, 50, 75, 100]
        return joined(
            joined(
                line(self.x(share / 100), 0, self.x(share / 100), bottom, "grid"),
                label(self.x(share / 100), bottom + 16, f"{share} %", "middle" if share else "start", "faint"),
            )
            for share in shares
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A lot, or some lots in a row, over time.

    Parameters
    ----------
    name : str
        The lot, or the first of them.
    began : str
        The day of its earliest item; empty where nobody knows.
    bad, open_ : float
        What share of its items is nonconforming, and could not be judged.
    sign : str
        What the lot came to: ``bad``, ``open``, or nothing.
    """

    name: str
    began: str
    bad: float
    open_: float
    sign: str = ""


@dataclass(frozen=True, slots=True)
class OverTime:
    """Where the columns of lots over time lie."""

    columns: Sequence[Column]
    size: Size

    TOP = 22.0
    HEIGHT = 180.0

    @property
    def steps(self) -> list[float]:
        """The numbers of the axis."""
        return ticks(100 * max((each.bad + each.open_ for each in self.columns), default=0.0), 4)

    @property
    def left(self) -> float:
        return max(width_of(percent(step)) for step in self.steps) + GAP

    @property
    def pitch(self) -> float:
        return (WIDTHS[self.size] - self.left) / max(len(self.columns), 1)

    def x(self, place: int) -> float:
        """The middle of a column."""
        return self.left + (place + 0.5) * self.pitch

    def y(self, share: float) -> float:
        return self.TOP + self.HEIGHT * (1 - 100 * share / self.steps[-1])

    def draw(self, named: Named) -> Html:
        """The whole chart."""
        grid = [
            joined(
                line(self.left, self.y(step / 100), WIDTHS[self.size], self.y(step / 100), "grid"),
                label(self.left - GAP, self.y(step / 100) + 4, percent(step), "end", "faint"),
            )
            for step in self.steps
        ]
        columns = [joined(*self.drawn(place, each)) for place, each in enumerate(self.columns)]
        height = self.TOP + self.HEIGHT + 2 * (TEXT + 6) + 4
        return frame(named, self.size, height, grid, columns, list(self.names()))

    def drawn(self, place: int, each: Column) -> Iterator[Html | None]:
        """One column: what is nonconforming, on it what could not be judged, above it what the lot came to."""
        width = min(0.7 * self.pitch, 44.0)
        left, base, middle, top = self.x(place) - width / 2, self.y(0), self.y(each.bad), self.y(each.bad + each.open_)
        yield bar(left, middle, width, base - middle, "bad")
        yield bar(left, top, width, middle - top, "open")
        if each.sign:
            yield sign(self.x(place), top - 9, each.sign)

    def names(self) -> Iterator[Html]:
        """The names of lots, and the days on which they began: below each, or, where room is short, from some on."""
        base = self.TOP + self.HEIGHT + TEXT + 6
        widest = max((max(width_of(each.name), width_of(each.began)) for each in self.columns), default=0.0)
        widest = min(widest, MOST_NAME)
        step = max(1, ceil((widest + GAP / 2) / self.pitch))
        anchor, told = "middle" if step == 1 else "start", ""
        for place in range(0, len(self.columns), step):
            each, x = self.columns[place], self.x(place) if step == 1 else self.x(place) - self.pitch / 2
            room = self.pitch - 2 if step == 1 else min(self.pitch * step - 2, WIDTHS[self.size] - x)
            if room < widest - 1:  # the last, too near to the edge
                return
            yield label(x, base, fitted(each.name, room), anchor)
            if each.began and each.began != told:
                yield label(x, base + TEXT + 6, fitted(each.began, room), anchor, "faint")
                told = each.began


def sign(x: float, y: float, kind: str) -> Html:
    """What a lot came to: a cross where it is nonconforming, a question mark where that is open."""
    if kind == "open":
        return label(x, y + 5, "?", "middle", "sign-open")
    path = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"
    return element("path", d=path, class_="sign-bad")
