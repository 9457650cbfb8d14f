"""A situation as one whole number: two bits a condition, those of one component side by side.

Zero is the situation in which every condition is false, so that what lies within all limits costs nothing to
tell apart, and the components in which something is the matter are the bits that are set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gonogo.program.ir import Program

BITS: Final = 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each condition of a program stands in its situations.

    Parameters
    ----------
    shifts : tuple of int
        For each condition its lowest bit.
    components : tuple of (int, int)
        For each component its lowest bit and how many conditions it has.
    owners : tuple of int
        For each pair of bits, from the lowest, the component that it belongs to.
    """

    shifts: tuple[int, ...]
    components: tuple[tuple[int, int], ...]
    owners: tuple[int, ...]

    @classmethod
    def of(cls, program: Program) -> Layout:
        """The layout of a program that has been cut into components."""
        shifts = [0] * len(program.conditions)
        components: list[tuple[int, int]] = []
        owners: list[int] = []
        for number, component in enumerate(program.components):
            components.append((len(owners) * BITS, len(component.conditions)))
            for condition in component.conditions:
                shifts[condition] = len(owners) * BITS
                owners.append(number)
        return cls(tuple(shifts), tuple(components), tuple(owners))

    def split(self, situation: int) -> Iterator[tuple[int, int]]:
        """The components in which a condition is not false, each with its own situation."""
        while situation:
            lowest = (situation & -situation).bit_length() - 1
            component = self.owners[lowest // BITS]
            shift, count = self.components[component]
            own = (situation >> shift) & ((1 << (count * BITS)) - 1)
            yield component, own
            situation ^= own << shift

    def outcomes(self, component: int, own: int) -> tuple[int, ...]:
        """The outcomes of a component's conditions, from its own situation."""
        _, count = self.components[component]
        return tuple((own >> (place * BITS)) & 3 for place in range(count))

    def outcome(self, situation: int, condition: int) -> int:
        """The outcome of one condition in a whole situation."""
        return (situation >> self.shifts[condition]) & 3
