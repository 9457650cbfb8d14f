"""A sweep, told to a person: what each value lets pass, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import gonogo
from gonogo_cli.formats.flips import amount
from gonogo_cli.page import FAINT, Line, Words, grid, line


def sweep_lines(points: Sequence[gonogo.SweepPoint], current: Fraction | None, currency: str | None) -> Iterator[Line]:
    """The table of a sweep.

    Parameters
    ----------
    current : Fraction or None
        The value as it is now, in the unit of the steps.
    """
    has_costs = any(point.cost is not None for point in points)
    title = points[0].step.change.target
    head: list[str | Words] = [
        (title, "bold"),
        *((word, FAINT) for word in ("conforming", "", "nonconforming", "indeterminate")),
    ]
    rows: list[list[str | Words]] = [[*head, ("cost of 1000 items", FAINT) if has_costs else "", ""]]
    for point in points:
        is_current = point.step.value == current
        rate = "" if point.rate is None else f"{100 * point.rate:.2f} %"
        cost = amount(1000 * point.cost / point.judged, currency) if point.cost is not None and point.judged else ""
        rows.append(
            [
                (point.step.change.value, "bold" if is_current else ""),
                f"{point.conforming:,}",
                rate,
                f"{point.nonconforming:,}",
                f"{point.indeterminate:,}",
                cost,
                ("as it is", FAINT) if is_current else "",
            ]
        )
    judged = points[0].judged
    yield line(f"{judged:,} item{'' if judged == 1 else 's'} judged at each value")
    yield line()
    yield from grid(rows, ">>>>>><")
