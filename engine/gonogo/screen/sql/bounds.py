"""How large the whole numbers of a program can come to be, so that no column ever overflows.

A field is believed up to a bound; a row with a value beyond it is judged by the scalar screen, which knows none.
The bounds are chosen so that all that is computed fits into the columns' own whole numbers, and where that would
leave too little, into the wide ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gonogo.program import ir
from gonogo.program.ir import Kind, Program, Value
from gonogo.program.passes.rewrite import leaves, values_of
from gonogo.program.passes.size import parts
from gonogo.screen.sql.dialect import REAL_LIMIT, WHOLE_LIMIT, WIDE_LIMIT

LARGEST: Final = 2**53
LARGEST_WIDE: Final = 10**36
"""Of any field, in ticks: a measurement of sixteen digits is none, but a float64 may be written with seventeen."""

LONGEST: Final = 2**32
"""No text in a column has more characters."""

LEAST: Final = 24
LEAST_WIDE: Final = 12
"""So many bits a field must be allowed before wide numbers are taken, and with them."""

_NO_NUMBERS: Final = {Kind.DATE: 4_000_000, Kind.TIME: 3 * 10**17, Kind.TEXT: 0, Kind.FLAG: 0}
_STEPPED: Final = ("round", "round-half-up", "floor", "ceiling")


class Inexpressible(Exception):
    """The program computes with numbers that no column holds: its facts are judged one by one."""


@dataclass(slots=True)
class Bounds:
    """The largest magnitudes of fields and derived quantities, in ticks.

    Parameters
    ----------
    program : Program
        After the pass `ticks`.
    is_wide : bool
        True to take wide numbers wherever they let fields be larger.
    """

    program: Program
    is_wide: bool = False
    fields: dict[str, int] = field(default_factory=dict)
    derived: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program, *, is_wide: bool = False) -> Bounds:
        """The bounds of a program; raises `Inexpressible`."""
        bounds = cls(program, is_wide)
        largest = LARGEST_WIDE if is_wide else LARGEST
        bounds.fields = {known.name: _NO_NUMBERS.get(known.type.kind, largest) for known in program.fields}
        for quantity in program.derived:
            bounds._fit(quantity.value)
            bounds.derived[quantity.name] = bounds.magnitude(quantity.value)
        for test in program.conditions:
            for value in values_of(test):
                bounds._fit(value)
        return bounds

    def magnitude(self, value: Value) -> int:
        """The largest that a value, or what it is computed from on the way, may be; of float64 and texts 0."""
        match value:
            case ir.Constant(int() as number) if not isinstance(number, bool):
                return abs(number)
            case ir.FieldValue(name):
                return self.fields[name]
            case ir.DerivedValue(name):
                return self.derived[name]
            case ir.Arithmetic(op, left, right) if not value.type.real:
                one, other = self.magnitude(left), self.magnitude(right)
                return max(one * other, one, other) if op == "*" else one + other
            case ir.Function(name, (operand, ir.Constant(int() as numerator), ir.Constant(int() as denominator))) if (
                name in _STEPPED
            ):
                return 2 * self.magnitude(operand) * numerator + 2 * denominator
            case ir.Function(name, (operand,)) if name in _STEPPED:  # a float64 beyond makes the row odd
                return max(REAL_LIMIT + 1, self.magnitude(operand))
            case ir.Function("length"):
                return LONGEST
            case _:
                return max((self.magnitude(part) for part in _values_in(value)), default=0)

    def real_magnitude(self, value: Value) -> float:
        """The largest that a float64 may be; infinite where nothing keeps it finite."""
        match value:
            case ir.Constant(int() | float() as number):
                return abs(float(number))
            case ir.Convert(operand, factor):
                return float(min(self.magnitude(operand) * factor.numerator, 2**53)) / factor.denominator
            case ir.Arithmetic(op, left, right) if op != "/":
                one, other = self.real_magnitude(left), self.real_magnitude(right)
                return one * other if op == "*" else one + other
            case ir.DerivedValue(name):
                return self.real_magnitude(next(d.value for d in self.program.derived if d.name == name))
            case _:
                return math.inf

    def _fit(self, value: Value) -> None:
        """Lower the bounds of the fields below a value until it fits."""
        if self.magnitude(value) <= (WIDE_LIMIT if self.is_wide else WHOLE_LIMIT):
            return
        whole = [] if self.is_wide else [(e, WHOLE_LIMIT) for e in range(52, LEAST - 1, -1)]
        wide = [(e, WIDE_LIMIT) for e in range(119, LEAST_WIDE - 1, -1)]
        names = list(self._numbers_below(value))
        for exponent, limit in (*whole, *wide):
            narrowed = self.fields | {name: min(self.fields[name], 2**exponent) for name in names}
            tried = Bounds(self.program, self.is_wide, narrowed, dict(self.derived))
            tried._rework()
            if tried.magnitude(value) <= limit:
                self.fields, self.derived = tried.fields, tried.derived
                return
        raise Inexpressible

    def _rework(self) -> None:
        """Work out anew the derived quantities that were met before."""
        for quantity in self.program.derived:
            if quantity.name in self.derived:
                self.derived[quantity.name] = self.magnitude(quantity.value)

    def _numbers_below(self, value: Value) -> Iterator[str]:
        derived = {quantity.name: quantity.value for quantity in self.program.derived}
        waiting, seen = [value], set[str]()
        while waiting:
            for leaf in leaves(waiting.pop()):
                if isinstance(leaf, ir.FieldValue) and leaf.type.kind is Kind.NUMBER:
                    yield leaf.name
                elif isinstance(leaf, ir.DerivedValue) and leaf.name not in seen:
                    seen.add(leaf.name)
                    waiting.append(derived[leaf.name])


def _values_in(value: Value) -> Iterator[Value]:
    """The values inside a value, through the tests of its choices."""
    waiting: list[Value | ir.Logic] = list(parts(value))
    while waiting:
        node = waiting.pop()
        match node:
            case (
                ir.All()
                | ir.AnyOf()
                | ir.Not()
                | ir.Compare()
                | ir.Member()
                | ir.TextTest()
                | ir.Holds()
                | ir.Missing()
            ):
                waiting += parts(node)
            case ir.Open() | ir.Recorded() | ir.Outcome() | ir.Found() | ir.ClassIs() | ir.OutcomeIs():
                continue
            case _:
                yield node
