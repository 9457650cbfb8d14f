"""What `gonogo whatif --sweep` does: judges facts at each value of a limit, and tells what that comes to."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import gonogo
from gonogo_cli.comparing import Pair
from gonogo_cli.drawings.files import write_drawing
from gonogo_cli.drawings.sweep import sweep_svg
from gonogo_cli.formats.report import dumps
from gonogo_cli.formats.sweep import sweep_lines
from gonogo_cli.output import open_output
from gonogo_cli.page import Line, write_page


def sweep(
    pair: Pair,
    steps: tuple[gonogo.Step, ...],
    revised: Callable[[gonogo.Change], gonogo.Standard],
    head: tuple[dict[str, object], list[Line]],
    graph: gonogo.CauseGraph | None,
    draw: str | None,
) -> bool:
    """Judge facts at each step, and write what comes of it; whether it is the same everywhere.

    Parameters
    ----------
    pair : Pair
        What judges as it is, and the facts.
    revised : callable
        The standard with one more change.
    head : tuple of (dict, list of Line)
        What stands before the result, for JSON and for a table.
    draw : str or None
        The file of a drawing.
    """
    run = pair.run
    points = pair.swept([(step, revised(step.change)) for step in steps])
    current = _current(pair.after, steps)
    currency = None if graph is None else graph.written.currency
    if not points[0].judged:
        what = "there are no facts in it, and nothing was judged"
        run.messages.tell(gonogo.Problem("no-facts", pair.name, what, severity="warning"))
    with open_output(run.output) as stream:
        if run.format == "json":
            stream.write(dumps({**head[0], "sweep": [point.as_dict() for point in points]}) + "\n")
        else:
            write_page([*head[1], *sweep_lines(points, current, currency)], stream, run.no_color)
    if draw is not None:
        name = steps[0].change.target
        values = [step.value for step in steps]
        is_inside = current is not None and min(values) <= current <= max(values)
        write_drawing(
            sweep_svg(points, name, float(current) if current is not None and is_inside else None, currency), draw
        )
    return len({(point.conforming, point.nonconforming, point.indeterminate) for point in points}) <= 1


def _current(standard: gonogo.Standard, steps: tuple[gonogo.Step, ...]) -> Fraction | None:
    """The value as it is, in the unit of the steps."""
    return gonogo.written_value(standard, steps[0])
