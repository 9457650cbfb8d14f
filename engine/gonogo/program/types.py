"""What values are: their kinds and units; and the three outcomes of what is asked about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gonogo.standard.units import Unit

FALSE: Final = 0
TRUE: Final = 1
UNKNOWN: Final = 2
"""The three outcomes as they stand in situations. INVARIANT: missing data is UNKNOWN, never FALSE."""


class Kind(StrEnum):
    """What sort of value a field or an expression has."""

    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"
    DATE = "date"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is: its kind and, of a number, its unit and whether it is a float64.

    Parameters
    ----------
    kind : Kind
        Dates count in days and times in microseconds, both as exact whole numbers.
    unit : Unit or None
        Of numbers; None for a pure number.
    real : bool
        True where the value is a float64 (an irrational factor or a division took part); else exact.
    """

    kind: Kind
    unit: Unit | None = None
    real: bool = False
