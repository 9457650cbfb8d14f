"""Values and conditions over counts of which only the least and the most are known.

Used where the ways in which units may turn out are too many to be looked at one by one. Each count is bounded by
itself, so that more may seem possible than is. INVARIANT: all that is possible is among what is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import Final, TypeAlias

from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN, Logic, Program, Value
from gonogo.screen.exact import Evaluator, Exact
from gonogo.screen.functions import NEGATED, all_of, any_of

Number: TypeAlias = Fraction | int | float
Range: TypeAlias = tuple[Number, Number]
Outcomes: TypeAlias = frozenset[int]

ANY: Final[Outcomes] = frozenset({FALSE, TRUE, UNKNOWN})
EITHER: Final[Outcomes] = frozenset({FALSE, TRUE})

_MONOTONE: Final = ("negate", "min", "max", "round", "round-half-up", "floor", "ceiling")


@dataclass(slots=True)
class Ranges:
    """Works out what values of a program may be.

    Parameters
    ----------
    program : Program
        Before the pass `ticks`.
    fields : mapping of str to (int, int)
        The least and the most of each count.
    """

    program: Program
    fields: Mapping[str, tuple[int, int]]
    corners: Evaluator = field(init=False)
    _derived: dict[str, Range | None] = field(default_factory=dict)
    _options: dict[str, frozenset[Exact | None] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Corners are worked out as single values are."""
        self.corners = Evaluator(self.program, {})

    def outcome(self, logic: Logic) -> int:
        """The outcome of a logic; unknown where more than one is possible."""
        outcomes = self.outcomes(logic)
        return next(iter(outcomes)) if len(outcomes) == 1 else UNKNOWN

    # ------------------------------------------------------------------------------------------------ values

    def value(self, value: Value) -> Range | None:
        """The least and the most of a number; None where it may have no value, or nothing is known of it."""
        match value:
            case ir.Constant(known):
                return None if isinstance(known, str | bool) else (known, known)
            case ir.FieldValue(name):
                return self.fields[name]
            case ir.DerivedValue(name):
                return self.derived(name)
            case ir.Arithmetic(op, left, right):
                divisor = self.value(right)
                if op == "/" and (divisor is None or divisor[0] <= 0 <= divisor[1]):
                    return None
                return self.spanned((left, right), lambda ends: replace(value, left=ends[0], right=ends[1]))
            case ir.Convert(operand):
                return self.spanned((operand,), lambda ends: replace(value, operand=ends[0]))
            case ir.Function(name, arguments):
                return self.function(value, name, arguments)
            case ir.Choice():
                return self.choice(value)
            case ir.Lookup():
                return None

    def derived(self, name: str) -> Range | None:
        """A derived quantity, after all that stand before it."""
        if name not in self._derived:
            for quantity in self.program.derived:
                if quantity.name not in self._derived:
                    self._derived[quantity.name] = self.value(quantity.value)
                if quantity.name == name:
                    break
        return self._derived[name]

    def function(self, value: ir.Function, name: str, arguments: tuple[Value, ...]) -> Range | None:
        if name not in (*_MONOTONE, "abs"):
            return None
        found = self.spanned(arguments, lambda ends: replace(value, arguments=ends))
        inner = self.value(arguments[0])
        if name == "abs" and found is not None and inner is not None and inner[0] < 0 < inner[1]:
            return 0, found[1]
        return found

    def options(self, value: Value) -> frozenset[Exact | None] | None:
        """All that a text or flag may be, None among it where it may have no value; None where too little is known."""
        match value:
            case ir.Constant(known):
                return frozenset({known})
            case ir.DerivedValue(name):
                return self.options_of(name)
            case ir.Choice(cases, otherwise):
                return self.chosen(cases, otherwise)
            case _:
                ends = self.value(value)
                return frozenset({ends[0]}) if ends is not None and ends[0] == ends[1] else None

    def options_of(self, name: str) -> frozenset[Exact | None] | None:
        """The same of a derived quantity, after all that stand before it."""
        for quantity in self.program.derived if name not in self._options else ():
            if quantity.name not in self._options:
                self._options[quantity.name] = self.options(quantity.value)
            if quantity.name == name:
                break
        return self._options[name]

    def chosen(self, cases: Sequence[tuple[Logic, Value]], otherwise: Value | None) -> frozenset[Exact | None] | None:
        """What a choice may come to: the value of each case that may be the first to hold."""
        found: list[frozenset[Exact | None] | None] = []
        for test, chosen in cases:
            outcomes = self.outcomes(test)
            found += [frozenset({None})] if UNKNOWN in outcomes else []
            found += [self.options(chosen)] if TRUE in outcomes else []
            if FALSE not in outcomes:
                break
        else:
            found.append(frozenset({None}) if otherwise is None else self.options(otherwise))
        known = [each for each in found if each is not None]
        return frozenset[Exact | None]().union(*known) if len(known) == len(found) else None

    def choice(self, value: ir.Choice) -> Range | None:
        found: list[Range | None] = []
        for test, chosen in value.cases:
            outcomes = self.outcomes(test)
            if UNKNOWN in outcomes:
                return None
            if TRUE in outcomes:
                found.append(self.value(chosen))
            if FALSE not in outcomes:
                break
        else:
            found.append(None if value.otherwise is None else self.value(value.otherwise))
        known = [each for each in found if each is not None]
        return (min(low for low, _ in known), max(high for _, high in known)) if len(known) == len(found) else None

    def spanned(self, parts: Sequence[Value], rebuilt: Callable[[tuple[Value, ...]], Value]) -> Range | None:
        """The range of something that goes one way in each of its parts: its ends lie at their ends."""
        ranges = [self.value(part) for part in parts]
        known = ((part.type, ends) for part, ends in zip(parts, ranges, strict=True) if ends is not None)
        ends = [(ir.Constant(low, of), ir.Constant(high, of)) for of, (low, high) in known]
        if len(ends) < len(parts):
            return None
        found = [self.corners.value(rebuilt(corner)) for corner in product(*ends)]
        numbers = [number for number in found if isinstance(number, Fraction | int | float)]
        return (min(numbers), max(numbers)) if len(numbers) == len(found) else None

    # ----------------------------------------------------------------------------------------------- outcomes

    def outcomes(self, logic: Logic) -> Outcomes:
        """All that a condition may come to, and perhaps more."""
        match logic:
            case ir.All(parts):
                return frozenset(all_of(each) for each in product(*map(self.outcomes, parts)))
            case ir.AnyOf(parts):
                return frozenset(any_of(each) for each in product(*map(self.outcomes, parts)))
            case ir.Not(part):
                return frozenset(NEGATED[outcome] for outcome in self.outcomes(part))
            case ir.Compare():
                return self.compare(logic)
            case ir.Missing(value):
                return self.missing(value)
            case ir.Member() | ir.TextTest() | ir.Holds():
                return self.tested(logic.value, lambda known: replace(logic, value=known))
            case _:
                return ANY

    def compare(self, test: ir.Compare) -> Outcomes:
        left, right = self.value(test.left), self.value(test.right)
        if left is None or right is None:
            return self.tested(test.left, lambda known: replace(test, left=known)) if _is_word(test.right) else ANY
        (low, high), (least, most) = left, right
        if test.op in ("=", "!=") and not (low == high and least == most):
            apart = high < least or most < low
            return frozenset({TRUE if test.op == "!=" else FALSE}) if apart else EITHER
        corners = ((low, most), (high, least))
        return frozenset(
            self.corners.outcome(
                replace(test, left=ir.Constant(one, test.left.type), right=ir.Constant(other, test.right.type))
            )
            for one, other in corners
        )

    def tested(self, value: Value, rebuilt: Callable[[ir.Constant], Logic]) -> Outcomes:
        """What a test comes to for all that its value may be."""
        options = self.options(value)
        if options is None:
            return ANY
        known = (self.corners.like(option, value) for option in options)
        found = {self.corners.outcome(rebuilt(ir.Constant(each, value.type))) for each in known if each is not None}
        return frozenset(found | {UNKNOWN} if None in options else found)

    def missing(self, value: Value) -> Outcomes:
        options = self.options(value)
        if options is not None:
            return frozenset({TRUE if option is None else FALSE for option in options})
        return EITHER if self.value(value) is None else frozenset({FALSE})


def _is_word(value: Value) -> bool:
    return isinstance(value, ir.Constant) and isinstance(value.value, str | bool)
