"""One value or test worked out step by step on exact fractions: slow, plain, and the measure of the generated code.

Explanations read it for the numbers they show; property tests hold the screens against it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias, assert_never

from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN, Logic, Program, Value
from gonogo.program.passes.fold import COMPARE
from gonogo.program.passes.ticks import PI, nearest_float
from gonogo.screen.functions import NEGATED, all_of, any_of, finite, quotient
from gonogo.screen.scalar import search_of

Exact: TypeAlias = Fraction | int | float | str | bool
"""Numbers as fractions (float64 where π or a division took part), dates as days, times as microseconds."""


@dataclass(slots=True)
class Evaluator:
    """Works out the values and tests of an exact program on one fact.

    Parameters
    ----------
    program : Program
        Before the pass `ticks`.
    fields : mapping of str to value
        What the fact holds, by field; None where it is missing.
    recorded : collection of str
        The fields that the facts have a column for.
    """

    program: Program
    fields: Mapping[str, Exact | None]
    recorded: Collection[str] = ()
    _derived: dict[str, Exact | None] = field(default_factory=dict)

    def value(self, value: Value) -> Exact | None:
        """What a value works out to; None where something it needs is missing."""
        match value:
            case ir.Constant(known):
                return known
            case ir.FieldValue(name):
                return self.fields.get(name)
            case ir.DerivedValue(name):
                return self.derived(name)
            case ir.Arithmetic():
                return self.arithmetic(value)
            case ir.Convert():
                return self.convert(value)
            case ir.Function():
                return self.function(value)
            case ir.Lookup(by, entries):
                key = self.value(by)
                return next((self.like(self.value(entry), value) for word, entry in entries if word == key), None)
            case ir.Choice():
                return self.choice(value)
            case _:
                assert_never(value)

    def derived(self, name: str) -> Exact | None:
        """A derived quantity, after all that stand before it: each is worked out once, and none deep inside another."""
        if name not in self._derived:
            for quantity in self.program.derived:
                if quantity.name not in self._derived:
                    self._derived[quantity.name] = self.value(quantity.value)
                if quantity.name == name:
                    break
        return self._derived[name]

    def like(self, known: Exact | None, value: Value) -> Exact | None:
        """A number among float64 values is one."""
        return float_of(known) if value.type.real and known is not None else known

    def arithmetic(self, value: ir.Arithmetic) -> Exact | None:
        left, right = self.like(self.value(value.left), value), self.like(self.value(value.right), value)
        if left is None or right is None or isinstance(left, str) or isinstance(right, str):
            return None
        match value.op:
            case "+":
                return _sound(left + right)
            case "-":
                return _sound(left - right)
            case "*":
                return _sound(left * right)
            case "/":
                return quotient(float(left), float(right))

    def convert(self, value: ir.Convert) -> Exact | None:
        operand = self.value(value.operand)
        if operand is None or isinstance(operand, str):
            return None
        if not value.type.real:
            return operand * value.factor + value.offset
        real = float_of(operand)
        factor = nearest_float(value.factor * PI**value.pi)
        if not isinstance(real, float):
            return None
        result = real * factor if factor != 1.0 else real
        return _sound(result + nearest_float(value.offset) if value.offset else result)

    def function(self, value: ir.Function) -> Exact | None:
        found = [self.like(self.value(argument), value) for argument in value.arguments]
        if any(argument is None for argument in found):
            return None
        try:
            return _FUNCTIONS[value.name](*found)
        except OverflowError:  # the rounding of a float64 whose steps are too many for one
            return None

    def choice(self, value: ir.Choice) -> Exact | None:
        for test, chosen in value.cases:
            outcome = self.outcome(test)
            if outcome != FALSE:
                return self.like(self.value(chosen), value) if outcome == TRUE else None
        return None if value.otherwise is None else self.like(self.value(value.otherwise), value)

    def outcome(self, logic: Logic) -> int:
        """The outcome of a test, or of a logic of tests."""
        match logic:
            case ir.All(parts):
                return all_of(self.outcome(part) for part in parts)
            case ir.AnyOf(parts):
                return any_of(self.outcome(part) for part in parts)
            case ir.Not(part):
                return NEGATED[self.outcome(part)]
            case ir.Open():
                return UNKNOWN
            case ir.Missing(value):
                return TRUE if self.value(value) is None else FALSE
            case ir.Recorded(name):
                return TRUE if name in self.recorded else FALSE
            case _:
                truth = self.truth(logic)
                return UNKNOWN if truth is None else TRUE if truth else FALSE

    def truth(self, test: Logic) -> bool | None:
        match test:
            case ir.Compare(op, left, right):
                a, b = self.value(left), self.value(right)
                if a is None or b is None:
                    return None
                if left.type.real or right.type.real:
                    a, b = float_of(a), float_of(b)
                return None if a is None or b is None else bool(COMPARE[op](a, b))
            case ir.Member(value, options):
                known = self.value(value)
                allowed = [float_of(o.value) if value.type.real else o.value for o in options]
                return None if known is None else known in allowed
            case ir.TextTest(op, value, text):
                known = self.value(value)
                return None if not isinstance(known, str) else _TEXT_TESTS[op](known, text)
            case ir.Holds(value):
                known = self.value(value)
                return None if known is None else bool(known)
            case _:
                raise AssertionError(f"no test: {test}")


def float_of(known: Exact) -> float | str | None:
    """A number as the float64 nearest to it; None where it is too large for one."""
    if isinstance(known, str):
        return known
    try:
        return finite(float(known))
    except OverflowError:
        return None


def _sound(number: Fraction | int | float) -> Exact | None:
    return finite(number) if isinstance(number, float) else number


def _half_up(value: Fraction | float, step: Fraction) -> Fraction:
    ratio = _ratio(value, step)
    size: Fraction | float = ratio if ratio >= 0 else -ratio
    whole = int(size)
    whole += size - whole >= Fraction(1, 2)
    return (whole if ratio >= 0 else -whole) * step


def _ratio(value: Fraction | float, step: Fraction) -> Fraction | float:
    return value / float(step) if isinstance(value, float) else Fraction(value) / step


_FUNCTIONS: Final[dict[str, Callable[..., Exact]]] = {
    "negate": lambda value: -value,
    "abs": abs,
    "min": min,
    "max": max,
    "length": len,
    "upper": str.upper,
    "lower": str.lower,
    "round": lambda value, step: round(_ratio(value, step)) * step,
    "round-half-up": _half_up,
    "floor": lambda value, step: math.floor(_ratio(value, step)) * step,
    "ceiling": lambda value, step: math.ceil(_ratio(value, step)) * step,
}

_TEXT_TESTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "contains": lambda known, text: text in known,
    "starts with": str.startswith,
    "ends with": str.endswith,
    "matches": lambda known, text: search_of(text)(known),
}
