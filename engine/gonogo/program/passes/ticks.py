"""Pass `ticks`: decimals become whole numbers, so that every screen computes them exactly and alike.

Each exact value becomes an integer and the size of its unit step, a fraction known at compile time: torque
stated to 0.1 N*m counts tenths, and `wear * torque > 11000` is `wear * torque > 110000`. The steps of fields
are an argument: facts that are finer than a field's resolution are judged by the same pass with a finer step.
Values that π or a division took part in are float64, computed in the order in which they stand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Type, Value
from gonogo.program.passes.rewrite import leaves
from gonogo.program.picks import plain_name

ONE: Final = Fraction(1)
PI: Final = Fraction("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")
"""π to 80 decimals: products with it are rounded to float64 once."""


def lower_to_ticks(program: ir.Program, ticks: Mapping[str, Fraction] | None = None) -> ir.Program:
    """The program in integers, for facts recorded in multiples of `ticks` (by default the stated resolutions)."""
    sizes = {field.name: default_tick(field) for field in program.fields} | dict(ticks or {})
    if program.long is not None:
        sizes = _of_picks(program, sizes)
    means = frozenset(known.name for known in program.fields if known.pick and known.pick.how == "mean")
    lowering = _Lowering(sizes, {}, means)
    derived = []
    for quantity in program.derived:
        value, tick = lowering.value(quantity.value)
        lowering.derived[quantity.name] = tick
        derived.append(replace(quantity, value=value, tick=tick))
    return replace(
        program,
        fields=tuple(part for field in program.fields for part in _lowered_field(field, sizes[field.name])),
        derived=tuple(derived),
        conditions=tuple(lowering.test(test) for test in program.conditions),
    )


def _of_picks(program: ir.Program, sizes: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Picks of one field are of the same values, and have ticks of one size."""
    least: dict[str, Fraction] = {}
    for name, size in sizes.items():
        own = plain_name(name)
        least[own] = min(size, least.get(own, size))
    return {known.name: least[plain_name(known.name)] for known in program.fields}


def _lowered_field(field: ir.Field, tick: Fraction) -> tuple[ir.Field, ...]:
    """A field in ticks of that size; for a mean, which is seldom a whole number of any, sum and count."""
    if field.type.kind is not Kind.NUMBER:
        return (replace(field, tick=ONE),)
    if field.pick is None or field.pick.how != "mean":
        return (replace(field, tick=tick),)
    own = plain_name(field.name)
    count = replace(field, name=f"{own}.count", type=Type(Kind.NUMBER), pick=replace(field.pick, how="count"))
    count = replace(count, resolution=None, rounding=None)
    return replace(field, name=f"{own}.sum", tick=tick, pick=replace(field.pick, how="sum")), replace(count, tick=ONE)


def default_tick(field: ir.Field) -> Fraction:
    """The largest power of ten that the field's resolution is a multiple of: values have that many decimals."""
    if field.type.kind is not Kind.NUMBER or field.resolution is None:
        return ONE
    return decimal_tick(field.resolution)


def decimal_tick(number: Fraction) -> Fraction:
    """The largest power of ten, at most 1, of which a number is a multiple; 1 where it is no finite decimal."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return Fraction(1, 10 ** max(twos, fives)) if rest == 1 else ONE


@dataclass(frozen=True, slots=True)
class _Lowering:
    fields: Mapping[str, Fraction]
    derived: dict[str, Fraction]
    means: frozenset[str] = frozenset()

    def value(self, value: Value) -> tuple[Value, Fraction]:
        """The value in integers and the size of one of them; of float64, text and flags the size is 1."""
        match value:
            case ir.Constant(number):
                return self.constant(value, number)
            case ir.FieldValue(name) if name in self.means:
                return self.mean(value), ONE
            case ir.FieldValue(name):
                return value, self.fields[name] if value.type.kind is Kind.NUMBER else ONE
            case ir.DerivedValue(name):
                return value, self.derived[name]
            case ir.Arithmetic():
                return self.arithmetic(value)
            case ir.Convert():
                return self.convert(value)
            case ir.Function():
                return self.function(value)
            case ir.Lookup(by, entries):
                values, tick = self.aligned([entry for _, entry in entries], value.type)
                keys = [key for key, _ in entries]
                return replace(value, by=self.value(by)[0], entries=tuple(zip(keys, values, strict=True))), tick
            case ir.Choice():
                return self.choice(value)

    def constant(self, value: ir.Constant, number: Fraction | int | float | str | bool) -> tuple[Value, Fraction]:
        if isinstance(number, Fraction):
            return replace(value, value=number.numerator), Fraction(1, number.denominator)
        return value, ONE

    def arithmetic(self, value: ir.Arithmetic) -> tuple[Value, Fraction]:
        if value.type.real:
            return replace(value, left=self.real(value.left), right=self.real(value.right)), ONE
        if value.op == "*":
            (left, one), (right, other) = self.value(value.left), self.value(value.right)
            return replace(value, left=left, right=right), one * other
        (left, right), tick = self.aligned([value.left, value.right], replace(value.type, real=False))
        return replace(value, left=left, right=right), tick

    def convert(self, value: ir.Convert) -> tuple[Value, Fraction]:
        if value.type.real:
            return self.real_conversion(value), ONE
        operand, tick = self.value(value.operand)
        if value.offset == 0:
            if value.factor < 0:
                return ir.Function("negate", (operand,), value.type, value.span), tick * -value.factor
            return operand, tick * value.factor
        scaled, offset = tick * value.factor, value.offset
        common = _common([scaled, offset])
        constant = ir.Constant(int(offset / common), value.type)
        return ir.Arithmetic("+", _times(operand, scaled / common), constant, value.type, value.span), common

    def real_conversion(self, value: ir.Convert) -> Value:
        """The operand as float64, then one factor, then the offset, each rounded once, in this order."""
        result, pure = self.real(value.operand), Type(Kind.NUMBER, real=True)
        factor = nearest_float(value.factor * PI**value.pi)
        if factor != 1.0:
            result = ir.Arithmetic("*", result, ir.Constant(factor, pure), value.type, value.span)
        if value.offset != 0:
            result = ir.Arithmetic(
                "+", result, ir.Constant(nearest_float(value.offset), value.type), value.type, value.span
            )
        return result

    def function(self, value: ir.Function) -> tuple[Value, Fraction]:
        match value.name:
            case "length" | "upper" | "lower":
                return replace(value, arguments=tuple(self.value(part)[0] for part in value.arguments)), ONE
            case "round" | "round-half-up" | "floor" | "ceiling":
                return self.stepped(value)
            case _:
                parts, tick = self.aligned(value.arguments, value.type)
                return replace(value, arguments=tuple(parts)), tick

    def stepped(self, value: ir.Function) -> tuple[Value, Fraction]:
        """Whole multiples of a step: the lowered function takes value, numerator and denominator, and counts steps."""
        operand, step = value.arguments[0], _number(value.arguments[1])
        if operand.type.real:
            divided = ir.Arithmetic(
                "/", self.real(operand), ir.Constant(nearest_float(step), operand.type), operand.type
            )
            return replace(value, arguments=(divided,)), step
        lowered, tick = self.value(operand)
        ratio = tick / step
        parts = (lowered, _whole(ratio.numerator), _whole(ratio.denominator))
        return replace(value, arguments=parts), step

    def choice(self, value: ir.Choice) -> tuple[Value, Fraction]:
        chosen = [case for _, case in value.cases] + ([] if value.otherwise is None else [value.otherwise])
        values, tick = self.aligned(chosen, value.type)
        tests = [self.logic(test) for test, _ in value.cases]
        cases = tuple(zip(tests, values, strict=False))
        return replace(value, cases=cases, otherwise=None if value.otherwise is None else values[-1]), tick

    def aligned(self, values: Sequence[Value], known: Type) -> tuple[list[Value], Fraction]:
        """Values in one step size, so that they can be added, compared and chosen among; float64 if one is."""
        if known.kind is not Kind.NUMBER and known.kind not in (Kind.DATE, Kind.TIME):
            return [self.value(value)[0] for value in values], ONE
        if known.real or any(value.type.real or self.is_mean(value) for value in values):
            return [self.real(value) for value in values], ONE
        lowered = [self.value(value) for value in values]
        common = _common([tick for _, tick in lowered])
        return [_times(value, tick / common) for value, tick in lowered], common

    def is_mean(self, value: Value) -> bool:
        return isinstance(value, ir.FieldValue) and value.name in self.means

    def mean(self, value: ir.FieldValue) -> Value:
        """A mean as any other quotient: a float64."""
        known = Type(Kind.NUMBER, value.type.unit, real=True)
        total, count = _parts_of_mean(value)
        parts = [
            ir.Convert(total, self.fields[value.name], 0, Fraction(0), known, value.span),
            ir.Convert(count, ONE, 0, Fraction(0), Type(Kind.NUMBER, real=True), value.span),
        ]
        return ir.Arithmetic("/", parts[0], parts[1], known, value.span)

    def against_mean(self, test: ir.Compare) -> ir.Compare | None:
        """An exact mean held against an exact limit: the sum against so many times the limit, in integers."""
        left, right, scale, offset = test.left, test.right, ONE, Fraction(0)
        match left:
            case ir.Convert(operand, factor, 0, moved) if factor > 0:
                left, scale, offset = operand, factor, moved
        if not isinstance(left, ir.FieldValue) or left.name not in self.means or left.type.real or right.type.real:
            return None
        if any(isinstance(leaf, ir.FieldValue) and leaf.name in self.means for leaf in leaves(right)):
            return None
        total, count = _parts_of_mean(left)
        lowered, size = self.value(right)
        tick = self.fields[left.name] * scale
        common = _common([tick, size, *([offset] if offset else [])])
        limit = _times(lowered, size / common)
        if offset:
            limit = ir.Arithmetic("-", limit, _whole(int(offset / common)), right.type, right.span)
        limit = ir.Arithmetic("*", limit, count, right.type, right.span)
        return replace(test, left=_times(total, tick / common), right=limit)

    def real(self, value: Value) -> Value:
        """The value as float64: an exact one is rounded once."""
        lowered, tick = self.value(value)
        if isinstance(value, ir.FieldValue) and value.name in self.means:
            return lowered
        if value.type.real and not isinstance(value, ir.Constant):
            return lowered
        known = Type(Kind.NUMBER, value.type.unit, real=True)
        if isinstance(lowered, ir.Constant) and isinstance(lowered.value, int):
            return ir.Constant(nearest_float(lowered.value * tick), known, value.span)
        return ir.Convert(lowered, tick, 0, Fraction(0), known, value.span)

    # ------------------------------------------------------------------------------------------------- tests

    def logic(self, logic: Logic) -> Logic:
        match logic:
            case ir.All(parts):
                return ir.All(tuple(map(self.logic, parts)))
            case ir.AnyOf(parts):
                return ir.AnyOf(tuple(map(self.logic, parts)))
            case ir.Not(part):
                return ir.Not(self.logic(part))
            case ir.Open() | ir.Outcome() | ir.Found() | ir.ClassIs() | ir.OutcomeIs():
                return logic
            case test:
                return self.test(test)

    def test(self, test: ir.Test) -> ir.Test:
        match test:
            case ir.Compare() if (exact := self.against_mean(test)) is not None:
                return exact
            case ir.Compare(_, left, right):
                (one, other), _ = self.aligned([left, right], left.type)
                return _simplified(replace(test, left=one, right=other))
            case ir.Member(value, options):
                (subject, *rest), _ = self.aligned([value, *options], value.type)
                return _simplified_member(test, subject, rest)
            case ir.TextTest(_, value) | ir.Holds(value) | ir.Missing(value):
                return replace(test, value=self.value(value)[0])
            case ir.Recorded():
                return test


def _simplified(test: ir.Compare) -> ir.Test:
    """`7 * x > 30` is `x > 4`: a limit between two whole numbers is the one below or above it."""
    match test:
        case ir.Compare(op, ir.Arithmetic("*", subject, ir.Constant(int() as factor)), ir.Constant(int() as limit)) if (
            factor > 0
        ):
            if op in ("=", "!=") and limit % factor:
                return test
            bound = -(-limit // factor) if op in ("<", ">=") else limit // factor
            return replace(test, left=subject, right=replace(_constant_of(test.right), value=bound))
        case _:
            return test


def _simplified_member(test: ir.Member, subject: Value, options: Sequence[Value]) -> ir.Member:
    constants = [option for option in options if isinstance(option, ir.Constant)]
    match subject:
        case ir.Arithmetic("*", inner, ir.Constant(int() as factor)) if not subject.type.real and factor > 0:
            kept = [c for c in constants if isinstance(c.value, int) and c.value % factor == 0]
            whole = tuple(replace(c, value=int(c.value) // factor) for c in kept)
            return replace(test, value=inner, options=whole)
        case _:
            return replace(test, value=subject, options=tuple(constants))


def _constant_of(value: Value) -> ir.Constant:
    assert isinstance(value, ir.Constant)
    return value


def _times(value: Value, factor: Fraction) -> Value:
    """The integer `value * factor`; the factor is whole by construction."""
    assert factor.denominator == 1
    whole = int(factor)
    if whole == 1:
        return value
    if isinstance(value, ir.Constant) and isinstance(value.value, int):
        return replace(value, value=value.value * whole)
    if isinstance(value, ir.Lookup):
        return replace(value, entries=tuple((key, _times(entry, factor)) for key, entry in value.entries))
    return ir.Arithmetic("*", value, _whole(whole), value.type, value.span)


def _parts_of_mean(value: ir.FieldValue) -> tuple[ir.FieldValue, ir.FieldValue]:
    own = plain_name(value.name)
    total = ir.FieldValue(f"{own}.sum", replace(value.type, real=False), value.span)
    return total, ir.FieldValue(f"{own}.count", Type(Kind.NUMBER), value.span)


def _whole(number: int) -> ir.Constant:
    return ir.Constant(number, Type(Kind.NUMBER))


def _number(value: Value) -> Fraction:
    assert isinstance(value, ir.Constant)
    assert isinstance(value.value, Fraction)
    return value.value


def _common(sizes: Sequence[Fraction]) -> Fraction:
    """The largest step of which all sizes are multiples; sizes are above zero, or constants of any sign."""
    numerators = [size.numerator for size in sizes]
    denominator = math.lcm(*(size.denominator for size in sizes))
    scaled = [n * (denominator // size.denominator) for n, size in zip(numerators, sizes, strict=True)]
    return Fraction(math.gcd(*scaled) or denominator, denominator)


def nearest_float(number: Fraction) -> float:
    """The float64 nearest to an exact number; infinite where it is too large for one."""
    try:
        return number.numerator / number.denominator
    except OverflowError:
        return math.inf if number > 0 else -math.inf
