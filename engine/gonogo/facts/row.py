"""What reading facts gives, and what it may be told: a row, and the options of the formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from gonogo.problems import Problem, Refused

UNTRUSTED: Final[Mapping[str, object]] = MappingProxyType({})
"""The cells of a row that cannot be trusted; it is this very object."""


class Row(NamedTuple):
    """One fact as it was read: its cells by the names of their columns.

    Parameters
    ----------
    number : int
        Which row of the data it is, from 1; a header and blank lines do not count.
    line : int
        The line of the file that it starts on, from 1.
    cells : mapping of str to object
        What stands in its columns: text in CSV, whatever JSON can say in JSON. A column without a cell is missing;
        a row that cannot be trusted has no cells at all, but `UNTRUSTED`.
    """

    number: int
    line: int
    cells: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FactsOptions:
    """What the user says about the facts, where looking at them is not enough; None: look.

    Parameters
    ----------
    format : {"csv", "jsonl", "json"}, optional
        Else it follows from the file's ending, or from the first character.
    delimiter : str, optional
        The character between two cells of a CSV; `tab` is understood.
    decimal : {".", ","}, optional
        The decimal sign of the number columns of a CSV.
    encoding : str, optional
        Name of the character encoding.
    """

    format: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    encoding: str | None = None


def refusal(code: str, place: str, what: str, mend: str = "") -> Refused:
    """Return the exception that refuses the facts for one reason."""
    return Refused([Problem(code, place, what, mend)])
