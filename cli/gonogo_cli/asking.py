"""What `gonogo whatif` is asked, and how it answers: flips, the steps of a sweep, and what actions would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gonogo
from gonogo_cli.comparing import Pair
from gonogo_cli.drawings.files import write_drawing
from gonogo_cli.drawings.sweep import sweep_svg
from gonogo_cli.formats.acts import act_lines, acts_as_dict
from gonogo_cli.formats.flips import flip_lines, write_flips
from gonogo_cli.formats.report import dumps
from gonogo_cli.formats.sweep import sweep_lines
from gonogo_cli.output import open_output
from gonogo_cli.page import Line, line, write_page


@dataclass(frozen=True, slots=True)
class Question:
    """What would be otherwise.

    Parameters
    ----------
    pair : Pair
        The standard as it is and as it would be, and the facts.
    changes : sequence of Change or Setting
        What makes the difference.
    graph : CauseGraph or None
        Of the pack.
    top : int
        How many flips a table shows one by one.
    """

    pair: Pair
    changes: Sequence[gonogo.Change | gonogo.Setting]
    graph: gonogo.CauseGraph | None
    top: int

    @property
    def head(self) -> dict[str, object]:
        """What stands first in JSON."""
        standard = self.pair.before
        return {
            "standard": {"id": standard.id, "version": standard.version, "hash": standard.hash},
            "changes": [change.as_dict() for change in self.changes],
        }

    @property
    def page(self) -> list[Line]:
        """What stands first in a table."""
        standard = self.pair.before
        title = line((f"{standard.id} {standard.version}", "bold"))
        return [title, *(line(f"  with {change}", hang=4) for change in self.changes), line()]

    @property
    def currency(self) -> str | None:
        """Of costs."""
        return None if self.graph is None else self.graph.written.currency

    def answer(self, acting: gonogo.Acting | None, *, has_flips: bool) -> bool:
        """Tell what flips, and what actions would do; whether nothing flips."""
        if acting is not None:
            self.pair.take(acting.add)
        if not has_flips:
            assert acting is not None
            with open_output(self.pair.run.output) as stream:
                if self.pair.run.format == "json":
                    stream.write(dumps({**self.head, "act": acts_as_dict(acting)}) + "\n")
                else:
                    write_page([*self.page, *act_lines(acting)], stream, self.pair.run.no_color)
            return True
        with self.pair.compared() as found:
            if not found.judged:
                self._tell_of_nothing()
            with open_output(self.pair.run.output) as stream:
                if self.pair.run.format == "json":
                    more = {} if acting is None else {"act": acts_as_dict(acting)}
                    write_flips(found, {**self.head, **more}, stream)
                else:
                    lines = [*self.page, *flip_lines(found, self.pair.before.classes, self.top, self.currency)]
                    lines += [line(), *act_lines(acting)] if acting is not None else []
                    write_page(lines, stream, self.pair.run.no_color)
            return found.is_same

    def answer_sweep(self, standards: Sequence[tuple[gonogo.Step, gonogo.Standard]], draw: str | None) -> bool:
        """Tell, and draw, what facts come to at each step; whether that is the same everywhere."""
        run, steps = self.pair.run, [step for step, _ in standards]
        points = self.pair.swept(standards)
        current = gonogo.written_value(self.pair.after, steps[0])
        if not points[0].judged:
            self._tell_of_nothing()
        with open_output(run.output) as stream:
            if run.format == "json":
                stream.write(dumps({**self.head, "sweep": [point.as_dict() for point in points]}) + "\n")
            else:
                write_page([*self.page, *sweep_lines(points, current, self.currency)], stream, run.no_color)
        if draw is not None:
            values = [step.value for step in steps]
            is_inside = current is not None and min(values) <= current <= max(values)
            place = float(current) if current is not None and is_inside else None
            write_drawing(sweep_svg(points, steps[0].change.target, place, self.currency), draw)
        return len({(point.conforming, point.nonconforming, point.indeterminate) for point in points}) <= 1

    def _tell_of_nothing(self) -> None:
        problem = gonogo.Problem(
            "no-facts", self.pair.name, "there are no facts in it, and nothing was judged", "", "warning"
        )
        if self.pair.items:
            problem = gonogo.Problem("unknown-item", "--item", "there is no such item in these facts", "", "warning")
        self.pair.run.messages.tell(problem)
