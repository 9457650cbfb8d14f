"""Typed operations: each checks kinds and units, inserts exact conversions, or says what does not go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final, Literal

from gonogo.problems import Problems, Span
from gonogo.program import ir
from gonogo.program.ir import Kind, Type, Value
from gonogo.program.passes.ranges import overlapping
from gonogo.standard.tree import Comparator
from gonogo.standard.units import Unit, UnitError, conversion, difference, divide, multiply, parse_unit

MICROSECONDS_A_DAY: Final = 86_400_000_000
LARGEST_DEGREE: Final = 64
_ROUNDING: Final = {"half-even": "round", "half-up": "round-half-up"}


@dataclass(frozen=True, slots=True)
class Calculator:
    """Builds checked operations; where one can't be built, the problem is told and None returned."""

    problems: Problems
    degrees: dict[str, int] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------- units

    def number_type(self, unit: Unit | None) -> Type:
        """The type of a number in a unit; the unit `1` is none."""
        is_pure = unit is None or (unit.dimension == () and unit.factor == 1 and unit.pi == 0)
        return Type(Kind.NUMBER, None if is_pure else unit)

    def converted(self, value: Value, unit: Unit, span: Span) -> Value | None:
        """The value in another unit, exactly; a float64 only where π is in the factor."""
        if value.type.kind is not Kind.NUMBER:
            self.mismatch(span, f"`{span.text}` is a {value.type.kind}, not a number with a unit", "compare like with like")
            return None
        target = self.number_type(unit).unit
        if value.type.unit == target:
            return value
        if value.type.unit is None or target is None:
            factor_one = self.pure_conversion(value, unit)
            if factor_one is not None:
                return factor_one
            self.needs_unit(span, value.type.unit or unit)
            return None
        try:
            factor, pi, offset = conversion(value.type.unit, target)
        except UnitError as error:
            self.problems.error(error.code, span, error.what, error.mend)
            return None
        if factor == 1 and pi == 0 and offset == 0:
            return _retyped(value, target)
        known = Type(Kind.NUMBER, target, value.type.real or pi != 0)
        return ir.Convert(value, factor, pi, offset, known, span)

    def pure_conversion(self, value: Value, unit: Unit) -> Value | None:
        """A computed pure number (a ratio) stated in %, ppm or 1; a bare written number is not converted."""
        source, target = value.type.unit, self.number_type(unit).unit
        if isinstance(value, ir.Constant) or (source or unit).dimension != () or unit.dimension != ():
            return None
        factor = (source.factor if source else Fraction(1)) / unit.factor
        pi = (source.pi if source else 0) - unit.pi
        return ir.Convert(value, factor, pi, Fraction(0), Type(Kind.NUMBER, target, value.type.real or pi != 0), value.span)

    def needs_unit(self, span: Span, unit: Unit) -> None:
        text = span.text
        mend = f"write `{text} {unit.text}`" if text.replace(".", "", 1).lstrip("-").isdigit() else f"give it a unit such as `{unit.text}`"
        self.problems.error("unit-needed", span, f"`{text}` is a bare number beside one in `{unit.text}`", mend)

    def mismatch(self, span: Span, what: str, mend: str) -> None:
        self.problems.error("kind-mismatch", span, what, mend)

    def brought_together(self, left: Value, right: Value, span: Span) -> tuple[Value, Value] | None:
        """Both sides in one unit: the written one's where π is between them, else that of the left."""
        if left.type.unit == right.type.unit:
            return left, right
        lone = left if left.type.unit is None else right if right.type.unit is None else None
        if lone is not None and isinstance(lone, ir.Constant):
            other = right if lone is left else left
            assert other.type.unit is not None
            self.needs_unit(lone.span or span, other.type.unit)
            return None
        left_goes = isinstance(left, ir.Constant) != self.has_pi_between(left, right)
        source, target = (left, right) if left_goes else (right, left)
        moved = self.converted(source, target.type.unit or parse_unit("1"), source.span or span)
        if moved is None:
            return None
        return (moved, right) if left_goes else (left, moved)

    def has_pi_between(self, left: Value, right: Value) -> bool:
        a, b = left.type.unit, right.type.unit
        return (a.pi if a else 0) != (b.pi if b else 0)

    def alike(self, values: Sequence[Value | None]) -> list[Value] | None:
        """Values of one kind, in the unit of the first."""
        if not values or any(value is None for value in values):
            return None
        known = [value for value in values if value is not None]
        first = known[0]
        found = [first]
        for value in known[1:]:
            place = value.span or first.span
            assert place is not None
            if value.type.kind is not first.type.kind:
                self.mismatch(place, f"`{place.text}` is a {value.type.kind}, the value before it a {first.type.kind}", "")
                return None
            together = (first, value) if value.type.kind is not Kind.NUMBER else self.brought_to(first, value, place)
            if together is None:
                return None
            found.append(together[1])
        return found

    def brought_to(self, first: Value, value: Value, place: Span) -> tuple[Value, Value] | None:
        if first.type.unit == value.type.unit:
            return first, value
        if first.type.unit is None or value.type.unit is None:
            unit = first.type.unit or value.type.unit
            assert unit is not None
            self.needs_unit(place, unit)
            return None
        moved = self.converted(value, first.type.unit, place)
        return None if moved is None else (first, moved)

    # -------------------------------------------------------------------------------------------- operations

    def negative(self, value: Value, span: Span) -> Value | None:
        if value.type.kind is not Kind.NUMBER:
            self.mismatch(span, f"`{span.text}` is not a number", "")
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
        word = next(kind for kind in kinds if kind is not Kind.NUMBER)
        self.mismatch(span, f"`{op}` computes with numbers, and a {word} stands beside it", "")
        return None

    def sum(self, op: Literal["+", "-", "*", "/"], left: Value, right: Value, span: Span) -> Value | None:
        point = left.type.unit is not None and left.type.unit.is_point
        other = right.type.unit is not None and right.type.unit.is_point
        if (point or other) and op in "+-":
            return self.temperature(op, left, right, span)
        together = self.brought_together(left, right, span)
        if together is None:
            return None
        return ir.Arithmetic(op, *together, _of_both(together[0].type, together[1].type), span)

    def temperature(self, op: Literal["+", "-", "*", "/"], left: Value, right: Value, span: Span) -> Value | None:
        """INVARIANT: a temperature difference is not a temperature: point − point = difference, point ± difference = point."""
        a, b = left.type.unit, right.type.unit
        if a is None or b is None:
            self.needs_unit((right if b is None else left).span or span, difference(a or b or parse_unit("K")))
            return None
        if a.is_point and b.is_point and op == "-":
            moved = self.converted(right, a, right.span or span)
            return moved and ir.Arithmetic("-", left, moved, Type(Kind.NUMBER, difference(a), _real(left, moved)), span)
        if a.is_point and not b.is_point and (op == "+" or b.text.startswith("delta")):
            moved = self.converted(right, difference(a), right.span or span)
            return moved and ir.Arithmetic(op, left, moved, Type(Kind.NUMBER, a, _real(left, moved)), span)
        if b.is_point and not a.is_point and op == "+":
            return self.temperature(op, right, left, span)
        what = f"`{a.text}` {op} `{b.text}` is no temperature and no difference of temperatures"
        self.problems.error("unit-mismatch", span, what, "write a difference in `delta_degC` or `delta_degF`")
        return None

    def product(self, op: Literal["+", "-", "*", "/"], left: Value, right: Value, span: Span) -> Value | None:
        if op == "/" and isinstance(right, ir.Constant) and right.value == 0:
            self.problems.error("division-by-zero", right.span or span, "this divides by zero", "")
            return None
        units = [value.type.unit for value in (left, right)]
        try:
            unit = _unit_of_product(op, *units)
        except UnitError as error:
            self.problems.error(error.code, span, error.what, error.mend)
            return None
        if max(self.degree(left), 1) + max(self.degree(right), 1) > LARGEST_DEGREE:
            self.problems.error("too-large", span, f"this multiplies more than {LARGEST_DEGREE} factors", "")
            return None
        known = self.number_type(unit)
        if op == "/" and isinstance(right, ir.Constant) and isinstance(right.value, Fraction):
            return ir.Convert(left, 1 / right.value, 0, Fraction(0), replace(known, real=left.type.real), span)
        return ir.Arithmetic(op, left, right, replace(known, real=op == "/" or _real(left, right)), span)

    def degree(self, value: Value) -> int:
        """How many factors a product holds: exact integers grow with it."""
        match value:
            case ir.Arithmetic(op, left, right):
                degrees = self.degree(left), self.degree(right)
                return sum(degrees) if op == "*" else max(degrees)
            case ir.Convert(operand=operand):
                return self.degree(operand)
            case ir.Function(_, arguments):
                return max(map(self.degree, arguments))
            case ir.Choice(cases, otherwise):
                values = [chosen for _, chosen in cases] + ([otherwise] if otherwise else [])
                return max(map(self.degree, values))
            case ir.DerivedValue(name):
                return self.degrees.get(name, 1)
            case ir.Constant():
                return 0
            case _:
                return 1

    def moment(self, op: Literal["+", "-", "*", "/"], left: Value, right: Value, span: Span) -> Value | None:
        """Dates count in days and times in microseconds; a difference of them is a time span."""
        if right.type.kind in (Kind.DATE, Kind.TIME) and op == "-":
            left, right = self.as_moments(left, right)
            unit = parse_unit("days" if left.type.kind is Kind.DATE else "s")
            days = ir.Arithmetic("-", left, right, Type(Kind.NUMBER, unit), span)
            return days if left.type.kind is Kind.DATE else ir.Convert(days, Fraction(1, 10**6), 0, Fraction(0), days.type, span)
        if right.type.kind is not Kind.NUMBER or right.type.unit is None:
            self.mismatch(span, f"`{span.text}` is not a moment and a time span", "write a span such as `30 days`")
            return None
        unit = parse_unit("days" if left.type.kind is Kind.DATE else "us")
        moved = self.converted(right, unit, right.span or span)
        return moved and ir.Arithmetic(op, left, moved, left.type, span)

    def as_moments(self, left: Value, right: Value) -> tuple[Value, Value]:
        """Beside a time, a date is its midnight."""
        if left.type.kind is right.type.kind:
            return left, right
        return tuple(self.as_time(value) for value in (left, right))  # type: ignore[return-value]  # two in, two out

    def as_time(self, value: Value) -> Value:
        if value.type.kind is not Kind.DATE:
            return value
        to_1970 = Fraction(-719_163 * MICROSECONDS_A_DAY)
        return ir.Convert(value, Fraction(MICROSECONDS_A_DAY), 0, to_1970, Type(Kind.TIME), value.span)

    def call(self, name: str, arguments: tuple[Value, ...], span: Span) -> Value | None:
        if name in ("length", "upper", "lower"):
            if arguments[0].type.kind is not Kind.TEXT:
                self.mismatch(span, f"`{name}` is about text, and a {arguments[0].type.kind} stands in it", "")
                return None
            return ir.Function(name, arguments, Type(Kind.NUMBER if name == "length" else Kind.TEXT), span)
        if any(argument.type.kind is not Kind.NUMBER for argument in arguments):
            self.mismatch(span, f"`{name}` is about numbers", "")
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
            together = self.brought_to(value, arguments[1], arguments[1].span or span)
            step = together and together[1]
        while isinstance(step, ir.Convert) and isinstance(step.operand, ir.Constant) and step.pi == 0:
            assert isinstance(step.operand.value, Fraction)
            step = ir.Constant(step.operand.value * step.factor + step.offset, step.type)
        if not isinstance(step, ir.Constant) or not isinstance(step.value, Fraction) or step.value <= 0:
            if step is not None:
                self.problems.error("bad-value", span, f"the step of `{name}` is a written number above zero", "")
            return None
        return ir.Function(name, (value, replace(step, type=replace(step.type, real=False))), replace(value.type, real=False), span)

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
            self.mismatch(span, f"a {left.type.kind} is compared by `=` or `!=` only", "")
            return None
        if left.type.kind is Kind.FLAG:
            return self.compare_flags(op, left, right, span)
        return ir.Compare(op, left, right, span)

    def refuse_kinds(self, left: Value, right: Value, span: Span) -> None:
        mend = "compare like with like"
        texts = [value for value in (left, right) if isinstance(value, ir.Constant) and isinstance(value.value, str)]
        if texts and {left.type.kind, right.type.kind} & {Kind.NUMBER, Kind.DATE, Kind.TIME}:
            mend = f"write `{texts[0].value}` without quotes"
        self.mismatch(span, f"a {left.type.kind} is compared with a {right.type.kind}", mend)

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
        constants = [folded for option in moved if (folded := _constant(option)) is not None]
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

    def check_disjoint(self, name: str, cases: Sequence[tuple[ir.Logic, Span]]) -> None:
        """INVARIANT: the order of rows never decides, so that rows which overlap are refused."""
        for first, second in overlapping([case for case, _ in cases]):
            what = f"two rows of `{name}` hold for the same value; the other one is on line {cases[first][1].line}"
            self.problems.error("overlapping-rows", cases[second][1], what, "make their ranges meet without overlapping")


def type_of(values: Sequence[Value]) -> Type:
    """The type of a choice among values of one kind and unit: a float64 where any of them is."""
    return replace(values[0].type, real=_real(*values))


def _unit_of_product(op: str, left: Unit | None, right: Unit | None) -> Unit | None:
    if right is None:
        if left is not None and left.is_point:
            return multiply(left, left)  # raises: a point on a scale can't be scaled
        return left
    one = parse_unit("1")
    return multiply(left or one, right) if op == "*" else divide(left or one, right)


def _constant(value: Value) -> ir.Constant | None:
    """A written value, through exact conversions."""
    if isinstance(value, ir.Constant):
        return replace(value, span=None)
    if isinstance(value, ir.Convert) and value.pi == 0 and (inner := _constant(value.operand)) is not None:
        if isinstance(inner.value, bool) or not isinstance(inner.value, int | Fraction):
            return None
        return ir.Constant(inner.value * value.factor + value.offset, value.type)
    return None


def _retyped(value: Value, unit: Unit | None) -> Value:
    return replace(value, type=replace(value.type, unit=unit))


def _real(*values: Value) -> bool:
    return any(value.type.real for value in values)


def _of_both(left: Type, right: Type) -> Type:
    return replace(left, real=left.real or right.real)
