"""The name of an item or lot, from the cell that holds it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from gonogo.facts.unusable import as_written

LONGEST_BITS: Final = 4096
"""Of a whole number that names an item: Python does not write those of thousands of digits."""


def item_of(raw: object) -> str | None:
    """The text of a cell without the blanks around it; None where there is nothing, or no single value."""
    if isinstance(raw, str):
        return as_written(raw).strip() or None
    if raw is None or isinstance(raw, list | dict):
        return None
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int) and raw.bit_length() > LONGEST_BITS:
        return None
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, Decimal):
        return format(raw, "f") if abs(raw.adjusted()) < 40 else str(raw)
    return str(raw)


def storable(text: str) -> str:
    """A text in which halves of characters, which no column holds, are escaped."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
