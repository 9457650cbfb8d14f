"""What is said of a cell that cannot be used, in the words that stand in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from numbers import Real
from typing import Final

MOST_DIGITS: Final = 1000
SHOWN: Final = 40

_NUMERAL = re.compile(r"\s*[+\-\u2212]?[.,]*[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?\s*")
_SWAP = str.maketrans(",.", ".,")


class Unusable(Exception):
    """A cell that holds something, but nothing of the kind that was asked for: it counts as missing, and is reported.

    Parameters
    ----------
    problem : str
        A short clause for people, such as "`4O.2` is not a number"; a mend follows after a semicolon where
        there is a definite one.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class DecimalComma(str):
    """A numeral of a file with decimal commas, with commas and points exchanged: `12,5` stands here as `12.5`.

    So it is a number to every reader of text, and `1.234` (as `1,234`) is a number to none: whether a thousand
    or one and a bit was meant is not for us to say. `written` is what stood in the file.
    """

    __slots__ = ()

    # INVARIANT: it is no equal of the plain text that reads alike: what is remembered of a file with decimal points
    # says nothing about one with decimal commas, where `9,99` may be a word for nothing.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, DecimalComma) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((",", str(self)))

    @property
    def written(self) -> str:
        """The numeral as it stood in the file."""
        return self.translate(_SWAP)


def decimal_comma(cell: str) -> str:
    """Return the cell of a number column of a file with decimal commas, as the readers of cells take it."""
    if ("," in cell or "." in cell) and _NUMERAL.fullmatch(cell):
        return DecimalComma(cell.translate(_SWAP))
    return cell


def shown(text: str) -> str:
    """Return the text as problems show it: short, on one line, nothing invisible in it."""
    cut = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return cut if cut.isprintable() else "".join(map(_visible, cut))


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def as_written(text: str) -> str:
    """Return the text as it stood in the file."""
    return text.written if isinstance(text, DecimalComma) else text


def name_of(raw: object) -> str:
    """Return what to call a cell in a message: its text in backticks, or what sort of thing it is."""
    if isinstance(raw, str):
        return f"`{shown(as_written(raw))}`"
    if isinstance(raw, bool):
        return "`true`" if raw else "`false`"
    if isinstance(raw, Mapping):
        return "an object"
    if isinstance(raw, list | tuple):
        return "a list"
    if isinstance(raw, int) and raw.bit_length() > 4 * MOST_DIGITS:
        return "a number of so many digits"
    return f"`{shown(str(raw))}`" if isinstance(raw, Real | Decimal | date) else "a value of this sort"
