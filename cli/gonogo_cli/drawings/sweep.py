"""The curve of a sweep: the share of items that conform, and below it what nonconformities cost, against the limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, log10

import gonogo
from gonogo_cli.drawings.sheet import sheet, text
from gonogo_cli.report.markup import Html, element

WIDTH, PANEL = 760, 230
LEFT, RIGHT, TOP, GAP, BOTTOM = 84, 28, 64, 58, 60
TICKS = 5

Scale = Callable[[float], float]


def sweep_svg(points: Sequence[gonogo.SweepPoint], name: str, current: float | None, currency: str | None) -> str:
    """The drawing.

    Parameters
    ----------
    name : str
        What is moved.
    current : float or None
        Where it is now, if that lies in the range.
    currency : str or None
        Of costs; there is a second panel where costs are known.
    """
    unit = points[0].step.unit
    places = [float(point.step.value) for point in points]
    rates = [(place, 100 * point.rate) for place, point in zip(places, points, strict=True) if point.rate is not None]
    costs = [
        (place, point.per_thousand)
        for place, point in zip(places, points, strict=True)
        if point.per_thousand is not None
    ]
    low, high = min(places), max(places)
    across = _scale(low, high, LEFT, WIDTH - RIGHT)
    panels = [("conforming, %", rates)]
    if costs:
        panels.append((f"cost of 1000 items{f', {currency}' if currency else ''}", costs))
    children: list[Html] = [text(LEFT, 30, f"{name}: what it lets pass", "title")]
    height = TOP
    for title, values in panels:
        children += _panel(title, values, across, height, (low, high), current)
        height += PANEL + GAP
    height += BOTTOM - GAP
    children.append(
        text((LEFT + WIDTH - RIGHT) / 2, height - 12, f"{name}{f' [{unit}]' if unit else ''}", "name", "middle")
    )
    told = f"Share of conforming items against {name}, from {low:g} to {high:g} {unit}".strip()
    return sheet(f"{name}: what it lets pass", told, WIDTH, height, *children)


def _panel(
    title: str,
    values: Sequence[tuple[float, float]],
    across: Scale,
    top: float,
    ends: tuple[float, float],
    current: float | None,
) -> Iterator[Html]:
    """One curve with its axes."""
    marks = _ticks(min((y for _, y in values), default=0.0), max((y for _, y in values), default=1.0))
    up = _scale(marks[0], marks[-1], top + PANEL, top)
    yield text(LEFT, top - 10, title, "bone-name")
    for mark in marks:
        yield _line(LEFT, up(mark), WIDTH - RIGHT, up(mark), "weak")
        yield text(LEFT - 8, up(mark) + 4, f"{mark:,.10g}", "note", "end")
    for mark in _ticks(*ends):
        if ends[0] <= mark <= ends[1]:
            yield _line(across(mark), top + PANEL, across(mark), top + PANEL + 5, "axis")
            yield text(across(mark), top + PANEL + 18, f"{mark:.10g}", "note", "middle")
    yield _line(LEFT, top + PANEL, WIDTH - RIGHT, top + PANEL, "axis")
    if current is not None:
        x = across(current)
        yield element("line", x1=x, y1=float(top), x2=x, y2=float(top + PANEL), stroke_dasharray="5 4")
        is_right = x > (LEFT + WIDTH - RIGHT) / 2
        yield text(x + (-6 if is_right else 6), top + 14, "as it is", "note", "end" if is_right else "start")
    path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in values)
    yield element("polyline", points=path, fill="none", stroke="#1b1f24", stroke_width=2)
    for x, y in values if len(values) <= 60 else ():
        yield element("circle", element("title", f"{x:.10g}: {y:,.6g}"), cx=across(x), cy=up(y), r=3)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Html:
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=kind)


def _scale(low: float, high: float, begin: float, end: float) -> Scale:
    span = (high - low) or 1.0
    return lambda value: float(begin + (value - low) / span * (end - begin))


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers that hold a range between them."""
    if high <= low:
        low, high = low - 0.5 * (abs(low) or 1), high + 0.5 * (abs(high) or 1)
    rough = (high - low) / TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough * 0.999)
    return [round(number * step, 12) for number in range(floor(low / step + 1e-9), ceil(high / step - 1e-9) + 1)]
