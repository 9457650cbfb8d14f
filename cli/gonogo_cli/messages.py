"""What is said on standard error: one line a problem, and of each kind only so many."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final, TextIO

import gonogo

MOST_OF_A_KIND: Final = 20
COMMAS: Final = "say that the file has decimal commas"
"""What the engine proposes, and this program has an option for."""


@dataclass(slots=True)
class Messages:
    """Tells problems as they come up; beyond twenty of one kind they are only counted.

    Parameters
    ----------
    quiet : bool
        Warnings and unusable values are not told.
    no_color : bool
        Never colour.
    """

    quiet: bool = False
    no_color: bool = False
    _told: Counter[str] = field(default_factory=Counter)

    def tell(self, problem: gonogo.Problem) -> None:
        """Tell a problem that does not stop the run."""
        if self.quiet and problem.severity == "warning":
            return
        self._told[problem.code] += 1
        if self._told[problem.code] <= MOST_OF_A_KIND:
            print(painted(problem, is_colored(sys.stderr, self.no_color)), file=sys.stderr)

    def tell_unusable(self, cell: gonogo.Unusable) -> None:
        """Tell a cell that can't be used and counts as missing."""
        if self.quiet:
            return
        if self._told[cell.code] < MOST_OF_A_KIND:
            problem = cell.as_problem()
            self.tell(replace(problem, mend=problem.mend.replace(COMMAS, f"{COMMAS} with `--decimal ,`")))
        else:
            self._told[cell.code] += 1

    def close(self) -> None:
        """Say of which kinds there were more, and how many."""
        for code, count in self._told.items():
            if count > MOST_OF_A_KIND:
                print(f"… and {count - MOST_OF_A_KIND:,} more [{code}]", file=sys.stderr)
        self._told.clear()


def painted(problem: gonogo.Problem, color: bool) -> str:
    """The line of a problem; on a terminal the eye is led to its place."""
    line = str(problem)
    if not color:
        return line
    import click

    place, _, _ = line.partition(": ")
    rest, code = line[len(place) : -len(problem.code) - 2], line[-len(problem.code) - 2 :]
    rest = rest.replace("warning:", click.style("warning:", fg="yellow"), 1)
    return click.style(place, bold=True) + rest + click.style(code, dim=True)


def is_colored(stream: TextIO, no_color: bool) -> bool:
    """Whether a stream is a terminal that may be coloured."""
    return not no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()
