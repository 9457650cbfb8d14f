"""Values as a person reads them: quantities with as many digits as tell them apart, dates, spans of time, words.

What was measured or written by an author is shown as it stands. What was computed is shown to six digits, or to
as many as it takes: INVARIANT: a value is never shown equal to a limit that it differs from, and the distance
between two numbers is that of the numbers shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Context
from fractions import Fraction
from typing import Final, TypeGuard

from gonogo.program import ir
from gonogo.program.ir import Kind, Program, Type, Value
from gonogo.program.passes.rewrite import rebuild_logic, rebuild_value
from gonogo.program.picks import plain_name
from gonogo.program.text import logic_text, number_text, value_text
from gonogo.standard.units import Unit, UnitError, conversion, parse_unit

DIGITS: Final = 6
PLAIN_DIGITS: Final = 9
"""Most digits of a computed decimal that is shown as it is."""

LONGEST_TEXT: Final = 60
_LARGE: Final = Fraction(10**15)
_MOST_DECIMALS: Final = 15
_SPANS: Final = ((86_400, "day"), (3_600, "h"), (60, "min"))
_WRITTEN: Final = re.compile(r"[+-]?[0-9.]+\s*([a-z]+)")
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


def are(words: Sequence[str]) -> str:
    """Words as a sentence lists them, and its verb: `a, b and c are`."""
    *most, last = words
    return f"{', '.join(most)} and {last} are" if most else f"{last} is"


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


# ------------------------------------------------------------------------------------------ times as written


def as_written(left: Value, right: Value) -> tuple[Value, Value]:
    """A time between two moments and its limit, in the unit that its author wrote: `36 h`, and not `129600 s`."""
    if not isinstance(left, ir.Convert) or not _is_time_between(left.operand) or not isinstance(right, ir.Constant):
        return left, right
    limit = _in_written_unit(right)
    if left.type.real or left.type.unit is None or limit.type.unit is None or limit is right:
        return left, right
    factor, _, _ = conversion(left.type.unit, limit.type.unit)
    return replace(left, factor=left.factor * factor, type=limit.type), limit


def without_conversions(value: Value) -> Value:
    """A value without what the compiler put in to reckon with times: microseconds, and dates as times."""
    return rebuild_value(value, _without_conversion, lambda logic: logic)


def _without_conversion(value: Value) -> Value:
    match value:
        case ir.Convert(operand) if value.type.kind is Kind.TIME or _is_time_between(operand):
            return operand
        case ir.Constant() if value.type.unit is not None and value.type.unit.text == "us":
            return _in_written_unit(value)
        case _:
            return value


def _is_time_between(value: Value) -> bool:
    """Whether a value is the time from one moment to another: those are counted in microseconds."""
    is_between = isinstance(value, ir.Arithmetic) and value.op == "-"
    return is_between and value.type.unit is not None and value.type.unit.text == "us"


def _in_written_unit(value: ir.Constant) -> ir.Constant:
    """A constant in the unit that stands beside it in the standard, where that is one of time without more."""
    written = _WRITTEN.fullmatch(value.span.text.strip()) if value.span else None
    if written is None or value.type.unit is None or not isinstance(value.value, Fraction):
        return value
    try:
        unit = parse_unit(written[1])
        factor, pi, offset = conversion(value.type.unit, unit)
    except UnitError:
        return value
    return value if pi or offset else replace(value, value=value.value * factor, type=replace(value.type, unit=unit))


# -------------------------------------------------------------------------------------- what is spoken about


def unrounded(value: Value, program: Program) -> Value:
    """A field without the rounding that its standard asks for."""
    match value:
        case ir.Function("round" | "round-half-up", (ir.FieldValue(name) as inner, ir.Constant(step))):
            known = next((known for known in program.fields if known.name == name), None)
            return inner if known is not None and known.rounding is not None and known.resolution == step else value
        case _:
            return value


def value_words(value: Value) -> str:
    """A value as its author would write it: a pick of a field is the field."""
    return value_text(rebuild_value(value, _without_pick, _of_any))


def logic_words(logic: ir.Logic) -> str:
    """A condition likewise."""
    return logic_text(rebuild_logic(logic, _without_pick, _of_any))


def _without_pick(value: Value) -> Value:
    """Gaps keep their names, by which the test of one is known."""
    is_pick = isinstance(value, ir.FieldValue) and not is_gap(value.name)
    return _plain(value) if is_pick else value


def _plain(value: Value) -> Value:
    return replace(value, name=plain_name(value.name)) if isinstance(value, ir.FieldValue) else value


def _of_any(logic: ir.Logic) -> ir.Logic:
    if isinstance(logic, ir.Holds) and is_gap_of(logic.value):
        return ir.Not(ir.Missing(_plain(logic.value), logic.span))
    if isinstance(logic, ir.Missing):
        return replace(logic, value=_plain(logic.value))
    return replace(logic, name=plain_name(logic.name)) if isinstance(logic, ir.Recorded) else logic


_PICKED: Final = {
    "largest": "the largest of ",
    "max": "the largest of ",
    "smallest": "the smallest of ",
    "min": "the smallest of ",
    "mean": "the mean of ",
    "unlike": "one of ",
    "like": "one of ",
}


def of_several(value: ir.FieldValue, count: int) -> str:
    """Which of several values of an item a pick is, to be read; nothing where there is one only."""
    _, is_picked, pick = value.name.partition(".")
    pick = "like" if value.type.kind is Kind.FLAG else pick.partition(".")[0]
    return f"{_PICKED.get(pick, '')}{count} values" if is_picked and count > 1 else ""


def called(name: str) -> str:
    """What a field is called: that of which its range is asked has values of its own."""
    plain, _, pick = name.partition(".")
    return f"range of {plain}" if pick == "range" else plain


def is_gap(name: str) -> bool:
    """Whether a field tells that not all values of another could be used."""
    return name.endswith(".gap")


def is_gap_of(value: Value) -> bool:
    """Whether a value is such a field."""
    return isinstance(value, ir.FieldValue) and is_gap(value.name)


def is_field_in_other_unit(value: Value) -> TypeGuard[ir.Convert]:
    if not isinstance(value, ir.Convert) or not isinstance(value.operand, ir.FieldValue):
        return False
    return value.type.unit != value.operand.type.unit


def is_measured(value: Value) -> bool:
    """Whether a value stands as it was measured or written: nothing was computed on the way."""
    match value:
        case ir.FieldValue(name):
            return not name.endswith(".mean")
        case ir.Constant():
            return True
        case ir.Lookup(_, entries):
            return all(is_measured(entry) for _, entry in entries)
        case _:
            return False


def are_ends(above: ir.Test | None, below: ir.Test | None) -> bool:
    """Whether two tests hold one value against a lower and an upper limit that were written."""
    low = upward(above) if isinstance(above, ir.Compare) else None
    high = upward(below) if isinstance(below, ir.Compare) else None
    return low is not None and high is not None and low[0] == high[0] and low[1] and not high[1]


def upward(test: ir.Compare) -> tuple[Value, bool] | None:
    """What is held against a written limit, and whether the limit is its lower one."""
    if isinstance(test.right, ir.Constant) and test.op[0] in "<>":
        return test.left, test.op[0] == ">"
    if isinstance(test.left, ir.Constant) and test.op[0] in "<>":
        return test.right, test.op[0] == "<"
    return None
