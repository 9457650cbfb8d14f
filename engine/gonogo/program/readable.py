"""Values as a person reads them: quantities with as many digits as tell them apart, dates, spans of time, words.

What was measured or written by an author is shown as it stands. What was computed is shown to six digits, or to
as many as it takes: INVARIANT: a value is never shown equal to a limit that it differs from, and the distance
between two numbers is that of the numbers shown.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Context
from fractions import Fraction
from typing import Final

from gonogo.program.ir import Kind, Type
from gonogo.program.text import number_text
from gonogo.standard.units import Unit

DIGITS: Final = 6
PLAIN_DIGITS: Final = 9
"""Most digits of a computed decimal that is shown as it is."""

LONGEST_TEXT: Final = 60
_LARGE: Final = Fraction(10**15)
_MOST_DECIMALS: Final = 15
_SPANS: Final = ((86_400, "day"), (3_600, "h"), (60, "min"))
_MICROSECONDS: Final = 1_000_000


def shown(known: Fraction | int | float | str | bool, of: Type, *, measured: bool = True) -> str:
    """A value: a quantity with its unit, a date, a time, `true`, or a text in backticks.

    Parameters
    ----------
    measured : bool
        Whether it was measured or written, and not computed.
    """
    match of.kind:
        case Kind.TEXT:
            return f"`{_one_line(str(known))}`"
        case Kind.FLAG:
            return "true" if known else "false"
        case Kind.DATE | Kind.TIME if isinstance(known, int | Fraction):
            return _moment(Fraction(known), of.kind)
        case _:
            assert not isinstance(known, str)
            number = Fraction(known)
            return quantity(
                _exact(number) if measured or _is_plain(number) else _rounded(number, _decimals(number)), of.unit
            )


def compared(value: Fraction, limit: Fraction, of: Type, *, measured: tuple[bool, bool]) -> tuple[str, str, str]:
    """Two quantities of one unit and the distance between them, so that the three agree."""
    decimals = None
    if not (measured[0] or _is_plain(value)) or not (measured[1] or _is_plain(limit)):
        decimals = _telling(value, limit)
    numbers = [
        _exact(number) if decimals is None or kept or _is_plain(number) else _rounded(number, decimals)
        for number, kept in ((value, measured[0]), (limit, measured[1]))
    ]
    apart = abs(value - limit)
    if decimals is None:
        distance = _exact(apart) if _is_finite_decimal(apart) else _rounded(apart, _decimals(apart))
    else:
        distance = _rounded(apart, decimals)
    return quantity(numbers[0], of.unit), quantity(numbers[1], of.unit), quantity(distance, of.unit)


def span(count: Fraction, kind: Kind) -> str:
    """How long it is from one date, or time, to another."""
    if kind is Kind.DATE:
        return f"{number_text(count)} {'day' if count == 1 else 'days'}"
    seconds = count / _MICROSECONDS
    for size, name in _SPANS:
        if seconds and seconds % size == 0:
            number = number_text(seconds / size)
            return f"{number} {name}{'s' if name == 'day' and number != '1' else ''}"
    return f"{number_text(seconds)} s"


def quantity(number: str, unit: Unit | None) -> str:
    """A number with its unit."""
    if unit is None or unit.text == "1":
        return number
    return f"{number} {'day' if unit.text == 'days' and number in ('1', '-1') else unit.text}"


# ------------------------------------------------------------------------------------------------- numbers


def _is_finite_decimal(number: Fraction) -> bool:
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _is_plain(number: Fraction) -> bool:
    """Whether a number is a decimal of so few digits that all of them may be shown."""
    if not _is_finite_decimal(number) or abs(number) >= _LARGE:
        return False
    return len(number_text(abs(number)).replace(".", "").strip("0")) <= PLAIN_DIGITS


def _exact(number: Fraction) -> str:
    return number_text(number) if _is_finite_decimal(number) else _rounded(number, _decimals(number))


def _decimals(number: Fraction) -> int:
    """The decimals that show six digits of a number, and all digits before the point."""
    return max(0, DIGITS - _places(number))


def _places(number: Fraction) -> int:
    """How many digits stand before the point; zero or less where the first is behind it."""
    if number == 0:
        return 1
    size = abs(number)
    places = round((size.numerator.bit_length() - size.denominator.bit_length()) * math.log10(2))
    while size >= Fraction(10) ** places:
        places += 1
    while size < Fraction(10) ** (places - 1):
        places -= 1
    return places


def _telling(value: Fraction, limit: Fraction) -> int:
    """The decimals that tell two numbers apart, the distance between them to two digits at least."""
    decimals = _decimals(max(abs(value), abs(limit)))
    return decimals if value == limit else max(decimals, 2 - _places(value - limit))


def _rounded(number: Fraction, decimals: int) -> str:
    if abs(number) >= _LARGE or (number and decimals > _MOST_DECIMALS and _places(number) < -DIGITS):
        digits = max(DIGITS, min(_places(number) + decimals, 40))
        return f"{Context(prec=digits).divide(number.numerator, number.denominator).normalize():e}"
    return number_text(round(number, decimals) if decimals else Fraction(round(number)))


# --------------------------------------------------------------------------------------------------- words


def _moment(count: Fraction, kind: Kind) -> str:
    try:
        if kind is Kind.DATE and count.denominator == 1:
            return date.fromordinal(int(count)).isoformat()
        if kind is Kind.TIME:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(count))
            return moment.isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError):  # beyond the calendar, as after adding a million years
        pass
    return f"{'day' if kind is Kind.DATE else 'microsecond'} {number_text(count)}"


def _one_line(text: str) -> str:
    cut = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
