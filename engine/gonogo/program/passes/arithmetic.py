"""Typed operations: each checks kinds and units, inserts exact conversions, or says what does not go together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from gonogo.problems import Span
from gonogo.program import ir
from gonogo.program.ir import Kind, Type, Value
from gonogo.program.passes.conversions import Conversions, written
from gonogo.standard.sections import shown
from gonogo.standard.tree import Comparator
from gonogo.standard.units import PURE, Unit, UnitError, difference, divide, multiply, parse_unit

MICROSECONDS_A_DAY: Final = 86_400_000_000
_NUMERIC: Final = re.compile(r"\s*-?\.?\d")
_ROUNDING: Final = {"half-even": "round", "half-up": "round-half-up"}


@dataclass(frozen=True, slots=True)
class Calculator(Conversions):
    """Builds checked operations; where one can't be built, the problem is told and None returned."""

    # -------------------------------------------------------------------------------------------- operations

    def negative(self, value: Value, span: Span) -> Value | None:
        if value.type.kind is not Kind.NUMBER:
            self.mismatch(value.span or span, f"{shown(span.text)} is not a number", "remove the `-`")
            return None
        if isinstance(value, ir.Constant) and isinstance(value.value, Fraction):
            return ir.Constant(-value.value, value.type, span)
        return ir.Function("negate", (value,), value.type, span)

    def binary(self, op: Literal["+", "-", "*", "/"], left: Value, right: Value, span: Span) -> Value | None:
        kinds = (left.type.kind, right.type.kind)
        if kinds == (Kind.NUMBER, Kind.NUMBER):
            return self.sum(op, left, right, span) if op in "+-" else self.product(op, left, right, span)
        if op in "+-" and kinds[0] in (Kind.DATE, Kind.TIME):
            return self.moment(op, left, right, span)
        if op == "+" and kinds[0] is Kind.NUMBER and kinds[1] in (Kind.DATE, Kind.TIME):
            return self.moment(op, right, left, span)
        side = left if kinds[0] is not Kind.NUMBER else right
        what = f"`{op}` computes with numbers, and a {side.type.kind} stands beside it"
        self.mismatch(side.span or span, what, "compute with numbers, or compare the two")
        return None

    def sum(self, op: Literal["+", "-", "*", "/"], left: Value, right: Value, span: Span) -> Value | None:
        point = left.type.unit is not None and left.type.unit.is_point
        other = right.type.unit is not None and right.type.unit.is_point
        if (point or other) and op in "+-":
            return self.temperature(op, left, right, span)
        together = self.brought_together(left, right, span)
        if together is None:
            return None
        known = _of_both(together[0].type, together[1].type)
        return ir.Arithmetic(op, *together, replace(known, unit=_unit_of_sum(op, left, right, known.unit)), span)

    def temperature(self, op: Literal["+", "-", "*", "/"], left: Value, right: Value, span: Span) -> Value | None:
        """INVARIANT: a difference is not a temperature: point − point = difference, point ± difference = point."""
        a, b = left.type.unit, right.type.unit
        if a is None or b is None:
            self.needs_unit((right if b is None else left).span or span, difference(a or b or parse_unit("K")))
            return None
        if a.is_point and b.is_point and op == "-":
            moved = self.converted(right, a, right.span or span)
            return moved and ir.Arithmetic("-", left, moved, Type(Kind.NUMBER, difference(a), _real(left, moved)), span)
        if a.is_point and not b.is_point and (op == "+" or b.is_difference):
            moved = self.converted(right, difference(a), right.span or span)
            return moved and ir.Arithmetic(op, left, moved, Type(Kind.NUMBER, a, _real(left, moved)), span)
        if b.is_point and not a.is_point and op == "+":
            return self.temperature(op, right, left, span)
        if (
            op == "-" and b.is_point and not (a.is_point or a.is_difference)
        ):  # `K` - `degC`: the point is a temperature in K, too
            moved = self.converted(right, a, right.span or span)
            known = Type(Kind.NUMBER, replace(a, is_difference=True), _real(left, moved or right))
            return moved and ir.Arithmetic("-", left, moved, known, span)
        what = f"`{a.text}` {op} `{b.text}` is no temperature and no difference of temperatures"
        self.problems.error("unit-mismatch", span, what, "write a difference in `delta_degC` or `delta_degF`")
        return None

    def product(self, op: Literal["+", "-", "*", "/"], left: Value, right: Value, span: Span) -> Value | None:
        divisor = written(right) if op == "/" else None
        if divisor is not None and divisor.value == 0:
            place = right.span or span
            self.problems.error("division-by-zero", place, "this divides by zero", "divide by something else")
            return None
        units = [value.type.unit for value in (left, right)]
        try:
            unit = _unit_of_product(op, *units)
        except UnitError as error:
            self.problems.error(error.code, span, error.what, error.mend)
            return None
        known = self.number_type(unit)
        if divisor is not None and isinstance(divisor.value, Fraction):
            exact = replace(known, real=left.type.real)
            result: Value = ir.Convert(left, 1 / divisor.value, 0, Fraction(0), exact, span)
        else:
            result = ir.Arithmetic(op, left, right, replace(known, real=op == "/" or _real(left, right)), span)
        return self.as_ratio(result, units)

    def as_ratio(self, value: Value, units: Sequence[Unit | None]) -> Value:
        """Where two dimensions cancel each other out, a pure number is left: mm/in is one of 5/127."""
        unit = value.type.unit
        cancelled = unit is not None and unit.dimension == () and all(side and side.dimension for side in units)
        if unit is None or not cancelled or unit.pi != 0:
            return value
        return ir.Convert(value, unit.factor, 0, Fraction(0), Type(Kind.NUMBER, None, value.type.real), value.span)

    def moment(self, op: Literal["+", "-", "*", "/"], left: Value, right: Value, span: Span) -> Value | None:
        """Dates count in days and times in microseconds; a difference of them is a time span."""
        if right.type.kind in (Kind.DATE, Kind.TIME) and op == "-":
            left, right = self.as_moments(left, right)
            unit = parse_unit("days" if left.type.kind is Kind.DATE else "us")
            known = Type(Kind.NUMBER, unit, _real(left, right))
            apart = ir.Arithmetic("-", left, right, known, span)
            return apart if left.type.kind is Kind.DATE else self.converted(apart, parse_unit("s"), span)
        if right.type.kind is not Kind.NUMBER or right.type.unit is None:
            what = f"{shown(right.span.text if right.span else span.text)} is not a time span"
            self.mismatch(right.span or span, what, "write a span such as `30 days`")
            return None
        unit = parse_unit("days" if left.type.kind is Kind.DATE else "us")
        moved = self.converted(right, unit, right.span or span)
        if moved is None:
            return None
        return ir.Arithmetic(op, left, moved, replace(left.type, real=_real(left, moved)), span)

    def as_moments(self, left: Value, right: Value) -> tuple[Value, Value]:
        """Beside a time, a date is its midnight."""
        if left.type.kind is right.type.kind:
            return left, right
        return self.as_time(left), self.as_time(right)

    def as_time(self, value: Value) -> Value:
        if value.type.kind is not Kind.DATE:
            return value
        to_1970 = Fraction(-719_163 * MICROSECONDS_A_DAY)
        return ir.Convert(
            value, Fraction(MICROSECONDS_A_DAY), 0, to_1970, Type(Kind.TIME, real=value.type.real), value.span
        )

    def call(self, name: str, arguments: tuple[Value, ...], span: Span) -> Value | None:
        if name in ("length", "upper", "lower"):
            if arguments[0].type.kind is not Kind.TEXT:
                what = f"`{name}` is about text, and a {arguments[0].type.kind} stands in it"
                self.mismatch(arguments[0].span or span, what, "name a field of `kind: text`")
                return None
            return ir.Function(name, arguments, Type(Kind.NUMBER if name == "length" else Kind.TEXT), span)
        for argument in arguments:
            if argument.type.kind is not Kind.NUMBER:
                what = f"`{name}` is about numbers, and a {argument.type.kind} stands in it"
                self.mismatch(argument.span or span, what, "name a number")
                return None
        if name in ("round", "floor", "ceiling"):
            return self.stepped(name, arguments, span)
        values = self.alike(arguments)
        if values is None:
            return None
        return ir.Function(name, tuple(values), type_of(values), span)

    def stepped(self, name: str, arguments: tuple[Value, ...], span: Span) -> Value | None:
        """`round(x)` to whole numbers of its unit, `round(x, 0.5 mm)` to multiples of a step."""
        value = arguments[0]
        step: Value | None = ir.Constant(Fraction(1), value.type)
        if len(arguments) == 2:
            step = self.step_of(value, arguments[1], arguments[1].span or span)
        if step is None:
            return None
        known = written(step)
        if known is None or not isinstance(known.value, Fraction) or known.value <= 0:
            place = arguments[-1].span or span
            what = f"{shown(place.text)} is not the step of a `{name}`"
            self.problems.error("bad-value", place, what, "write a number above zero")
            return None
        exact = replace(value.type, real=False)
        return ir.Function(name, (value, ir.Constant(known.value, exact, step.span)), exact, span)

    def step_of(self, value: Value, step: Value, place: Span) -> Value | None:
        """A step in the unit of a value; of a temperature, a difference of them."""
        unit = value.type.unit
        if unit is None or not unit.is_point or step.type.unit is None:
            return self.brought_to(value, step, place)
        return self.converted(step, difference(unit), place)

    def rounded(self, value: Value, step: Fraction, how: str) -> Value:
        """The value rounded to multiples of a step in its unit; exact from then on."""
        exact = replace(value.type, real=False)
        return ir.Function(_ROUNDING[how], (value, ir.Constant(step, exact)), exact, value.span)

    # ------------------------------------------------------------------------------------------------- tests

    def compare(self, op: Comparator, left: Value, right: Value, span: Span) -> ir.Logic | None:
        kinds = {left.type.kind, right.type.kind}
        if kinds == {Kind.DATE, Kind.TIME}:
            return ir.Compare(op, *self.as_moments(left, right), span)
        if len(kinds) > 1:
            self.refuse_kinds(left, right, span)
            return None
        if left.type.kind is Kind.NUMBER:
            together = self.brought_together(left, right, span)
            return together and ir.Compare(op, *together, span)
        if left.type.kind in (Kind.TEXT, Kind.FLAG) and op not in ("=", "!="):
            mend = (
                "write `=` or `!=`, or compare its `length(…)`" if left.type.kind is Kind.TEXT else "write `=` or `!=`"
            )
            self.mismatch(span, f"a {left.type.kind} is neither more nor less than another", mend)
            return None
        if left.type.kind is Kind.FLAG:
            return self.compare_flags(op, left, right, span)
        return ir.Compare(op, left, right, span)

    def refuse_kinds(self, left: Value, right: Value, span: Span) -> None:
        mend = "compare like with like"
        for value, other in ((left, right), (right, left)):
            if not isinstance(value, ir.Constant) or value.span is None:
                continue
            if other.type.kind is Kind.TEXT:
                mend = f'write `"{value.span.text}"`'
            elif isinstance(value.value, str) and _NUMERIC.match(value.value):
                mend = f"write `{value.value}` without quotes"
        what = f"{_shown(left, span)} is a {left.type.kind}, and {_shown(right, span)} a {right.type.kind}"
        self.mismatch(span, what, mend)

    def compare_flags(self, op: Comparator, left: Value, right: Value, span: Span) -> ir.Logic:
        a, b = (self.holds(value, span) for value in (left, right))
        same = ir.AnyOf((ir.All((a, b)), ir.All((ir.Not(a), ir.Not(b)))))
        return same if op == "=" else ir.Not(same)

    def holds(self, value: Value, span: Span) -> ir.Logic:
        if isinstance(value, ir.Constant):
            return ir.All(()) if value.value else ir.AnyOf(())
        return ir.Holds(value, span)

    def member(self, value: Value, options: Sequence[Value], span: Span) -> ir.Logic | None:
        """`value in (…)`: one test where the options are written values, else one comparison each."""
        tests = [self.compare("=", value, option, option.span or span) for option in options]
        if any(test is None for test in tests):
            return None
        moved = [test.right for test in tests if isinstance(test, ir.Compare) and test.left == value]
        constants = [folded for option in moved if (folded := written(option)) is not None]
        if len(constants) == len(options):
            return ir.Member(value, tuple(dict.fromkeys(constants)), span)
        return ir.AnyOf(tuple(test for test in tests if test is not None))

    def is_regex(self, pattern: str, span: Span) -> bool:
        """Whether RE2 takes the pattern: it answers in linear time or refuses, and never backtracks."""
        import re2

        options = re2.Options()
        options.log_errors = False
        options.max_mem = 1 << 20
        try:
            re2.compile(pattern, options)
        except re2.error as error:
            reason = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
            self.problems.error("bad-regex", span, f"this is not a regular expression: {reason}", "use RE2 syntax")
            return False
        return True


def type_of(values: Sequence[Value]) -> Type:
    """The type of a choice among values of one kind and unit: a float64 where any of them is."""
    return replace(values[0].type, real=_real(*values))


def _unit_of_sum(op: str, left: Value, right: Value, unit: Unit | None) -> Unit | None:
    """INVARIANT: two temperatures in K are a difference apart; a written number of K may be either."""
    a, b = left.type.unit, right.type.unit
    if unit is None or unit.dimension != (("temperature", 1),) or a is None or b is None:
        return unit
    if op == "-":
        is_difference = a.is_difference or not (b.is_difference or written(left) or written(right))
    else:
        is_difference = a.is_difference and b.is_difference
    return replace(unit, is_difference=is_difference)


def _unit_of_product(op: str, left: Unit | None, right: Unit | None) -> Unit | None:
    if right is None:
        if left is not None and left.is_point:
            return multiply(left, left)  # raises: a point on a scale can't be scaled
        return left
    one = PURE
    return multiply(left or one, right) if op == "*" else divide(left or one, right)


def _shown(value: Value, span: Span) -> str:
    return shown((value.span or span).text)


def _real(*values: Value) -> bool:
    return any(value.type.real for value in values)


def _of_both(left: Type, right: Type) -> Type:
    return replace(left, real=left.real or right.real)
