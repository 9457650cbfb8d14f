"""Picks: in a long layout, which of the several values that an item has of a characteristic a field stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from gonogo.program.types import Kind

_PICKED: Final = re.compile(r"(\w+)\.")
"""How the name of a pick begins; levels above items have fields of other names, such as `found(bore.above)`."""

PickName: TypeAlias = Literal[
    "one", "largest", "smallest", "max", "min", "mean", "range", "unlike", "like", "gap", "sum", "count"
]


@dataclass(frozen=True, slots=True)
class Pick:
    """Which number, or answer, of all the values that an item has of one characteristic.

    Parameters
    ----------
    how : str
        ``one``: the value, where there is one only; ``largest`` and ``smallest`` of those that could be read; ``max``,
        ``min``, ``mean``, ``range``, ``sum``: where all could be; ``unlike``, ``like``: one that is not, or is, among
        the options, if there is one, else any; ``gap``: false where all could be read, else it has no value; ``count``.
    kind : Kind
        Of the values.
    options : tuple of values
        What they are held against, for ``unlike`` and ``like``; numbers in the field's unit.
    """

    how: PickName
    kind: Kind
    options: tuple[Fraction | int | float | str | bool, ...] = ()


@dataclass(frozen=True, slots=True)
class LongLayout:
    """Facts of one row a measurement: the columns that name what was measured, and hold what came out."""

    characteristic: str
    value: str


def plain_name(name: str) -> str:
    """The field that a pick is from: `diameter` of `diameter.largest`; any other name is its own."""
    picked = _PICKED.match(name)
    return picked[1] if picked else name
