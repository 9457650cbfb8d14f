"""One cell, one value: what a cell of the facts says when it is read as a number, a flag, a text, a date or a time.

A reader answers with the value, with None where the cell is missing (None, or nothing but blanks), or raises
`Unusable`. It never guesses: `1,234` may be a thousand or one and a bit, and so it is neither.

INVARIANT: numbers are exactly the decimals that were written; no binary fraction comes between.
INVARIANT: time and memory are bounded by the length of the cell, and no text in a message by more than 40 characters.
"""

from __future__ import annotations

import re
from decimal import Decimal
from numbers import Integral, Real
from typing import Final

from gonogo.facts.times import read_date, read_time
from gonogo.facts.unusable import MOST_DIGITS, SHOWN, DecimalComma, Unusable, as_written, name_of, shown
from gonogo.problems import nearest

__all__ = ["Unusable", "read_category", "read_date", "read_flag", "read_number", "read_text", "read_time"]

MOST_EXPONENT: Final = 400
LISTED: Final = 8

FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

_NUMBER = re.compile(r"[+-]?(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?")
_GROUPED = re.compile(r"([+-]?[1-9][0-9]{0,2})((?:([ ,._'\u00a0\u202f])[0-9]{3})(?:\3[0-9]{3})*)(?:([.,])([0-9]+))?")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_WITH_UNIT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:\s+[^\W\d_][\w*/^.·]{0,12}|\s*(?:[mµu]m|[%°]C?))")


def read_number(raw: object) -> Decimal | None:
    """Read a cell as a number: the decimal exactly as it is written.

    Parameters
    ----------
    raw : object
        Text, in ASCII digits with an optional sign, point and exponent; or a whole number, Decimal or float.
        A float stands for the shortest decimal that prints it.

    Returns
    -------
    Decimal or None
        None where the cell is missing.

    Raises
    ------
    Unusable
        Where it is no finite number, has more than 1000 digits, or an exponent beyond ±400.

    Examples
    --------
    >>> read_number(" -8.60 ")
    Decimal('-8.60')
    >>> read_number("12,5")
    Traceback (most recent call last):
    gonogo.facts.unusable.Unusable: `12,5` is not a number; write 12.5, or say that the file has decimal commas
    """
    if raw is None:
        return None
    if isinstance(raw, str):
        text = raw.strip()
        return _decimal(text.replace("\u2212", "-"), raw) if text else None
    if isinstance(raw, bool):
        raise Unusable(f"{name_of(raw)} is not a number; write 1 or 0, or call the field a flag")
    if isinstance(raw, Integral):
        return _whole(int(raw))
    if isinstance(raw, float):
        return _decimal(float.__repr__(raw), raw)
    if isinstance(raw, Real | Decimal):
        return _decimal(str(raw), raw)
    raise Unusable(f"{name_of(raw)} is not a number")


def _decimal(text: str, raw: object) -> Decimal:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise Unusable(f"{name_of(raw)} is not a number{_number_mend(text, raw)}")
    whole, fraction, exponent = match.groups()
    if exponent is not None or len(text) > MOST_DIGITS:
        digits = len(whole) + len(fraction or "")
        # The exponent's own length is looked at first: Python refuses to read a whole number of 4,300 digits.
        if digits > MOST_DIGITS or len(exponent or "") > MOST_DIGITS or abs(int(exponent or 0)) > MOST_EXPONENT:
            raise Unusable(f"{name_of(raw)} is not a number that gonogo can hold")
    return Decimal(text)


def _whole(number: int) -> Decimal:
    if abs(number) >= 10**MOST_DIGITS:
        raise Unusable(f"{name_of(number)} is not a number that gonogo can hold")
    return Decimal(number)


def _number_mend(text: str, raw: object) -> str:
    """Say how to mend what is not a number, where that is beyond doubt."""
    if isinstance(raw, DecimalComma):
        return " of a file with decimal commas; write it with a decimal comma, and without thousands separators"
    if len(text) > SHOWN:
        return ""
    if grouped := _GROUPED.fullmatch(text):
        whole, groups, separator, point, fraction = grouped.groups()
        certain = (point or separator not in ",." or groups.count(separator) > 1) and point != separator
        number = re.sub(r"[^+\-0-9]", "", whole + groups) + (f".{fraction}" if point else "")
        return f"; write {number}" if certain else "; write it with a decimal point, and without thousands separators"
    if _COMMA.fullmatch(text):
        return f"; write {text.replace(',', '.')}, or say that the file has decimal commas"
    if _WITH_UNIT.fullmatch(text):
        return "; write the number alone, in the unit that the standard gives the field"
    return ""


# ------------------------------------------------------------------------------ flags, texts, categories


def read_flag(raw: object) -> bool | None:
    """Read a cell as a flag: true/false, yes/no or 1/0, in any case.

    Parameters
    ----------
    raw : object
        Text, a truth value, or the number 0 or 1.

    Returns
    -------
    bool or None
        None where the cell is missing.

    Raises
    ------
    Unusable
        Where it says anything else.
    """
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        word = raw.strip().lower()
        if not word or word in FLAGS:
            return FLAGS.get(word)
    elif isinstance(raw, Real | Decimal) and (number := read_number(raw)) in (0, 1):
        return number == 1
    raise Unusable(f"{name_of(raw)} is neither true nor false; write true or false, yes or no, 1 or 0")


def read_text(raw: object) -> str | None:
    """Read a cell as text, which stands as it is; a number stands for its text.

    Parameters
    ----------
    raw : object
        Text, or a number as JSON has them.

    Returns
    -------
    str or None
        None where the cell is missing or holds only blanks.

    Raises
    ------
    Unusable
        Where it is a truth value, a list, an object, or holds half a character (a lone surrogate).
    """
    if raw is None:
        return None
    if isinstance(raw, str):
        text = as_written(raw)
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            raise Unusable(f"{name_of(text)} is not text: it holds half a character")
        return None if not text or text.isspace() else text
    if isinstance(raw, bool) or not isinstance(raw, float | Integral | Decimal):
        raise Unusable(f"{name_of(raw)} is not text")
    read_number(raw)  # refuses what is not finite, or too long to be shown
    return float.__repr__(raw) if isinstance(raw, float) else str(raw)


def read_category(raw: object, one_of: frozenset[str]) -> str | None:
    """Read a cell as one of the allowed texts, without the blanks around it.

    Parameters
    ----------
    raw : object
        As for `read_text`.
    one_of : frozenset of str
        The texts that are allowed; case counts.

    Returns
    -------
    str or None
        None where the cell is missing.

    Raises
    ------
    Unusable
        Where it is another text, or none.

    Examples
    --------
    >>> read_category("m", frozenset({"L", "M", "H"}))
    Traceback (most recent call last):
    gonogo.facts.unusable.Unusable: `m` is not one of `H`, `L`, `M`; the nearest is `M`
    """
    text = read_text(raw)
    if text is None or (category := text.strip()) in one_of:
        return text and text.strip()
    known = sorted(one_of)
    listed = ", ".join(f"`{shown(word)}`" for word in known[:LISTED])
    more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
    near = nearest(category, one_of)
    mend = f"; the nearest is `{shown(near)}`" if near is not None else ""
    raise Unusable(f"{name_of(category)} is not one of {listed}{more}{mend}")
