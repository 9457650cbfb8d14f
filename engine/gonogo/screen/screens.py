"""The scalar screens of one program: for complete facts and others, in ticks as fine as the facts need.

INVARIANT: a value finer than the stated resolution is judged as it stands. The first such values make the ticks
finer for all that follow; values of more decimals than is reasonable to keep are screened in ticks of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Final

from gonogo.program.ir import Program
from gonogo.program.passes.ticks import lower_to_ticks
from gonogo.screen.scalar import Screen, generate_screen, recorded_fields
from gonogo.screen.situation import Layout

FINEST_KEPT: Final = 24
"""Most decimals that ticks keep for all later facts."""

_STEPS: Final = (6, 16)
"""By how many decimals ticks become finer at once: up to `FINEST_KEPT`, and beyond. Each step costs a compilation."""


class Screens:
    """One program in ticks, and its screens, each generated when it is first needed.

    Parameters
    ----------
    exact : Program
        Before the pass `ticks`.
    ticks : mapping of str to Fraction
        Sizes of ticks, by field, that differ from those of the stated resolutions.
    """

    def __init__(self, exact: Program, layout: Layout, ticks: Mapping[str, Fraction]) -> None:
        self.program = lower_to_ticks(exact, ticks)
        self.layout = layout
        self.recorded = recorded_fields(self.program)

    @cached_property
    def complete(self) -> Screen:
        """The screen for facts in which no value is missing."""
        return generate_screen(self.program, self.layout, complete=True)

    @cached_property
    def partial(self) -> Screen:
        """The screen for all facts."""
        return generate_screen(self.program, self.layout)

    def finer(self, ticks: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """The sizes of ticks that also hold values with ticks of these sizes."""
        sizes = {known.name: known.tick for known in self.program.fields}
        return sizes | {field: min(sizes[field], _ladder(tick)) for field, tick in ticks.items()}

    @property
    def is_kept(self) -> bool:
        """Whether these ticks serve the facts that follow, too."""
        return all(field.tick.denominator <= 10**FINEST_KEPT for field in self.program.fields)


def _ladder(tick: Fraction) -> Fraction:
    """The next rung at or below a tick, so that facts of ever more digits are not ever more compilations."""
    decimals = len(str(tick.denominator)) - 1
    step = _STEPS[decimals > FINEST_KEPT]
    return Fraction(1, 10 ** (-(-decimals // step) * step))
