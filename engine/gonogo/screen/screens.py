"""The scalar screens of one program: for complete facts and others, in ticks as fine as the facts need.

INVARIANT: a value finer than the stated resolution is judged as it stands. The first such value makes the ticks
finer for all that follow; values of more decimals than is reasonable to keep are screened in ticks of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from gonogo.program.ir import Program
from gonogo.program.passes.ticks import lower_to_ticks
from gonogo.screen.scalar import Screen, generate_screen
from gonogo.screen.situation import Layout

FINEST_KEPT: Final = Fraction(1, 10**24)


@dataclass(frozen=True, slots=True)
class Screens:
    """One program in ticks, and its screens.

    Parameters
    ----------
    program : Program
        After the pass `ticks`.
    complete, partial : callable
        The screens for facts in which no value is missing, and for those in which one is.
    """

    program: Program
    complete: Screen
    partial: Screen

    @classmethod
    def of(cls, exact: Program, layout: Layout, ticks: Mapping[str, Fraction]) -> Screens:
        """Lower an exact program to ticks of these sizes, and generate its screens."""
        program = lower_to_ticks(exact, ticks)
        complete = generate_screen(program, layout, complete=True)
        return cls(program, complete, generate_screen(program, layout))

    def finer(self, field: str, tick: Fraction) -> dict[str, Fraction]:
        """The sizes of ticks that also hold a value of that field with finer ones."""
        return {known.name: known.tick for known in self.program.fields} | {field: tick}
