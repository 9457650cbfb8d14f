"""Pass `fold`: what is known before any fact is worked out: converted limits, sums of constants, nested lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final

from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Value
from gonogo.program.passes.rewrite import rebuild_logic, rebuild_program, rebuild_value

TRUE = ir.All(())
FALSE = ir.AnyOf(())


def fold(program: ir.Program) -> ir.Program:
    """The program with constants worked out, exactly. Nothing that holds π or a division by a field is touched."""
    return rebuild_program(program, _fold_value, _fold_logic)


def folded(logic: Logic) -> Logic:
    """One logic, folded."""
    return rebuild_logic(logic, _fold_value, _fold_logic)


def folded_value(value: Value) -> Value:
    """One value, folded."""
    return rebuild_value(value, _fold_value, _fold_logic)


def _fold_value(value: Value) -> Value:
    match value:
        case ir.Convert(operand, factor, pi, offset) if not value.type.real and pi == 0:
            if (number := _exact(operand)) is not None:
                return _constant(number * factor + offset, value)
            return _joined(value, operand)
        case ir.Arithmetic(op, left, right) if not value.type.real:
            a, b = _exact(left), _exact(right)
            if a is None or b is None:
                return value
            return _constant(a + b if op == "+" else a - b if op == "-" else a * b, value)
        case ir.Function("negate" | "abs" | "min" | "max" as name, arguments) if not value.type.real:
            numbers = [number for argument in arguments if (number := _exact(argument)) is not None]
            if len(numbers) < len(arguments):
                return value
            return _constant(_FUNCTIONS[name](numbers), value)
        case _:
            return value


def _joined(value: ir.Convert, operand: Value) -> Value:
    """Two changes of unit are one; one that changes nothing is none."""
    match operand:
        case ir.Convert(inner, factor, 0, Fraction(numerator=0)) if not operand.type.real and value.offset == 0:
            return _joined(replace(value, operand=inner, factor=value.factor * factor), inner)
        case _ if value.factor == 1 and value.offset == 0 and value.type == operand.type:
            return operand
        case _:
            return value


_FUNCTIONS: Final[dict[str, Callable[[list[Fraction | int]], Fraction | int]]] = {
    "negate": lambda numbers: -numbers[0],
    "abs": lambda numbers: max(numbers[0], -numbers[0]),
    "min": min,
    "max": max,
}


def _exact(value: Value) -> Fraction | int | None:
    """The number that a constant is; dates and times count, flags do not."""
    if not isinstance(value, ir.Constant) or value.type.kind in (Kind.FLAG, Kind.TEXT):
        return None
    return value.value if isinstance(value.value, Fraction | int) else None


def _constant(number: Fraction | int, value: Value) -> ir.Constant:
    whole = value.type.kind in (Kind.DATE, Kind.TIME) and Fraction(number).denominator == 1
    return ir.Constant(int(number) if whole else Fraction(number), value.type, value.span)


def _fold_logic(logic: Logic) -> Logic:
    match logic:
        case ir.All(parts):
            return _flatten(parts, ir.All, FALSE)
        case ir.AnyOf(parts):
            return _flatten(parts, ir.AnyOf, TRUE)
        case ir.Not(ir.Not(part)):
            return part
        case ir.Not(part) if part == TRUE:
            return FALSE
        case ir.Not(part) if part == FALSE:
            return TRUE
        case ir.Compare(op, left, right):
            a, b = _written(left), _written(right)
            return logic if a is None or b is None else TRUE if COMPARE[op](a, b) else FALSE
        case ir.Missing(ir.Constant()):
            return FALSE
        case ir.Holds(ir.Constant(truth)):
            return TRUE if truth else FALSE
        case _:
            return logic


COMPARE = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _written(value: Value) -> Fraction | int | str | None:
    if isinstance(value, ir.Constant) and isinstance(value.value, str):
        return value.value
    return _exact(value)


def _flatten(parts: tuple[Logic, ...], node: type[ir.All] | type[ir.AnyOf], decided: Logic) -> Logic:
    """One list where lists of the same kind are nested; decided where one part decides; repeated parts once."""
    flat: list[Logic] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, node) else (part,))
    unique = tuple(dict.fromkeys(flat))
    if any(part == decided for part in unique if isinstance(part, type(decided))):
        return decided
    return unique[0] if len(unique) == 1 else node(unique)
