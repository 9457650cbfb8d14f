"""How large a program may grow: every expression is measured once, before anything walks it or computes with it.

INVARIANT: later stages walk trees by recursion, copy what trees share, and compute with whole numbers of any
length; within these bounds none of them meets the recursion limit, and none takes time out of proportion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias, assert_never

from gonogo.problems import Problems, Refused, Span
from gonogo.program import ir
from gonogo.program.ir import Logic, Value

HIGHEST: Final = 700
"""Most frames that a stage may need to walk one expression; Python gives 1,000, and its callers need some."""

MOST_NODES: Final = 500_000
"""Most nodes of a whole program, where what an expression shares counts each time."""

MOST_BITS: Final = 8_192
"""Longest number that ticks, limits and factors of one expression may come to."""

LARGEST_DEGREE: Final = 64
"""Most fields that may be multiplied with each other: exact whole numbers grow with it."""

Node: TypeAlias = "Value | Logic"


class _TooLarge(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Scale:
    """What exact numbers of an expression can come to.

    Parameters
    ----------
    bits : int
        Length of its factors and constants.
    denominator : int
        One over the size of its ticks.
    degree : int
        How many fields it multiplies.
    """

    bits: int = 0
    denominator: int = 1
    degree: int = 0


@dataclass(slots=True)
class Sizes:
    """Measures the expressions of one program in their order; derived quantities come before their uses."""

    problems: Problems
    fields: dict[str, ir.Field]
    derived: dict[str, Scale] = field(default_factory=dict)
    nodes: int = 0

    def accepts(self, node: Node, span: Span, name: str = "") -> bool:
        """Whether an expression stays within the bounds; if not, that is told. Raises `Refused` for the whole."""
        height, count = _measured(node)
        self.nodes += count
        mend = "split it into several rules or derived quantities"
        if height > HIGHEST or count > MOST_NODES // 10:
            self.problems.error("too-large", span, "this expression is too deep, or repeats itself too often", mend)
            return False
        if self.nodes > MOST_NODES:
            what = f"this standard holds more than {MOST_NODES:,} operations up to here"
            self.problems.error("too-large", span, what, "split the standard")
            raise Refused(self.problems.found)
        try:
            self.derived[name] = self._scale(node)
        except _TooLarge:
            what = "this multiplies or divides so often that its numbers outgrow any measurement"
            self.problems.error("too-large", span, what, "round it on the way, or compute with fewer factors")
            return False
        return True

    def _scale(self, node: Node) -> Scale:
        match node:
            case ir.Constant(Fraction() as number):
                return _bounded(number.numerator.bit_length(), number.denominator, 0)
            case ir.FieldValue(name):
                step = self.fields[name].resolution
                return Scale(0, 1 if step is None else step.denominator, 1)
            case ir.DerivedValue(name):
                return self.derived.get(name, Scale())
            case ir.Arithmetic("*", left, right) if not node.type.real:
                one, other = self._scale(left), self._scale(right)
                denominator = one.denominator * other.denominator
                return _bounded(one.bits + other.bits, denominator, one.degree + other.degree)
            case ir.Convert(operand, factor, _, offset):
                inner = self._scale(operand)
                if node.type.real:
                    return Scale(0, 1, inner.degree)
                denominator = math.lcm(inner.denominator * factor.denominator, offset.denominator)
                bits = max(inner.bits + factor.numerator.bit_length(), offset.numerator.bit_length())
                return _bounded(bits, denominator, inner.degree)
            case ir.Function("round" | "round-half-up" | "floor" | "ceiling", (value, step)):
                inner, by = self._scale(value), self._scale(step)
                return _bounded(max(inner.bits, by.bits), by.denominator, inner.degree)
            case _:
                return self._common(node)

    def _common(self, node: Node) -> Scale:
        """What lies side by side is brought to one size of tick."""
        bits, denominator, degree = 0, 1, 0
        for child in parts(node):
            scale = self._scale(child)
            denominator = math.lcm(denominator, scale.denominator)
            bits, degree = max(bits, scale.bits), max(degree, scale.degree)
            _bounded(bits, denominator, degree)
        is_real = isinstance(node, ir.Arithmetic) and node.type.real
        is_value = not isinstance(node, ir.All | ir.AnyOf | ir.Not)
        return Scale(0, 1, degree) if is_real else Scale(bits, denominator, degree) if is_value else Scale()


def _bounded(bits: int, denominator: int, degree: int) -> Scale:
    if bits + denominator.bit_length() > MOST_BITS or degree > LARGEST_DEGREE:
        raise _TooLarge
    return Scale(bits, denominator, degree)


def parts(node: Node) -> tuple[Node, ...]:
    """The trees directly inside a tree."""
    match node:
        case ir.Arithmetic(_, left, right) | ir.Compare(_, left, right):
            return (left, right)
        case ir.Function(_, arguments):
            return arguments
        case ir.Convert(operand):
            return (operand,)
        case ir.Choice(cases, otherwise):
            last = () if otherwise is None else (otherwise,)
            return (*(part for case in cases for part in case), *last)
        case ir.Lookup(by, entries):
            return (by, *(entry for _, entry in entries))
        case ir.Member(value, options):
            return (value, *options)
        case ir.TextTest(_, value) | ir.Holds(value) | ir.Missing(value):
            return (value,)
        case ir.All(inner) | ir.AnyOf(inner):
            return inner
        case ir.Not(part):
            return (part,)
        case ir.Constant() | ir.FieldValue() | ir.DerivedValue() | ir.Recorded():
            return ()
        case ir.Open() | ir.Outcome() | ir.Found() | ir.ClassIs() | ir.OutcomeIs():
            return ()
        case _:
            assert_never(node)


_FRAMES: Final[dict[type, int]] = {
    ir.Arithmetic: 4, ir.Convert: 4, ir.Function: 8, ir.Choice: 6, ir.Lookup: 5, ir.All: 4, ir.AnyOf: 4, ir.Not: 4,
}  # fmt: skip
"""How many frames a stage needs at most for one level; for tests it is 10."""


def _measured(node: Node) -> tuple[int, int]:
    """The frames that walking a tree takes, and its nodes, those that it shares counted each time."""
    known: dict[int, tuple[int, int]] = {}
    todo = [node]
    while todo:
        top = todo[-1]
        inner = parts(top)
        waiting = [part for part in inner if id(part) not in known]
        if waiting:
            todo.extend(waiting)
            continue
        todo.pop()
        measures = [known[id(part)] for part in inner]
        frames = _FRAMES.get(type(top), 10) + max((height for height, _ in measures), default=0)
        known[id(top)] = frames, 1 + sum(count for _, count in measures)
    return known[id(node)]
