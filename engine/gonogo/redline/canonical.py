"""Conditions in one form, so that what says the same is the same: however it is ordered, written or named.

Derived quantities stand for what they work out to, fields for their columns, limits for exact numbers in one unit;
`and` and `or` are sets, `not` stands at the leaves (Kleene's tables allow that), and what is compared stands left of
its limit. What may differ by the last digit of a float64 is not the same: such sums and products keep their order.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias, cast

from gonogo.program import ir
from gonogo.program.ir import Logic, Value
from gonogo.standard.tree import Comparator
from gonogo.standard.units import Unit

Form: TypeAlias = tuple[Hashable, ...]
"""A condition: ``("all", parts)``, ``("any", parts)``, ``("not", part)``, or a leaf by its first word."""

Limits: TypeAlias = "tuple[tuple[Hashable, Fraction | int | float | str | bool], ...]"
"""One limit, under None; or one for each category or case."""

MIRRORED: Final[dict[Comparator, Comparator]] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPPOSITE: Final[dict[Comparator, Comparator]] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

TRUE: Final[Form] = ("all", frozenset())
FALSE: Final[Form] = ("any", frozenset())


@dataclass(frozen=True, slots=True)
class Canonical:
    """Brings the conditions of one program into one form.

    Parameters
    ----------
    program : Program
        Before the pass `ticks`.
    side : str
        What marks findings that the two versions find differently.
    otherwise : collection of str
        The propositions of which that is so.
    """

    program: ir.Program
    side: str = ""
    otherwise: Collection[str] = ()
    _columns: dict[str, Form] = field(init=False)
    _derived: dict[str, Form] = field(init=False, default_factory=dict)
    _when: dict[str, Logic] = field(init=False)

    def __post_init__(self) -> None:
        """Look up what is asked for by name."""
        columns = {each.name: ("field", each.column, each.pick) for each in self.program.fields}
        object.__setattr__(self, "_columns", columns)
        object.__setattr__(self, "_when", {each.name: each.when for each in self.program.propositions})
        for each in self.program.derived:
            value = self.value(each.value)
            stated = (each.resolution, each.rounding)
            self._derived[each.name] = value if stated == (None, None) else ("stated", value, *stated)

    # ------------------------------------------------------------------------------------------------ conditions

    def proposition(self, name: str) -> Form:
        """What makes a proposition true; one that is not there never is."""
        return self.logic(self._when[name], name) if name in self._when else FALSE

    def logic(self, logic: Logic, of: str = "", *, is_denied: bool = False) -> Form:
        """A condition.

        Parameters
        ----------
        of : str
            The rule whose own parts stand for what they say; those of others are found, or not.
        is_denied : bool
            Whether it is its opposite that is meant.
        """
        match logic:
            case ir.All(parts) | ir.AnyOf(parts):
                word = "all" if isinstance(logic, ir.All) != is_denied else "any"
                return joined(word, [self.logic(part, of, is_denied=is_denied) for part in parts])
            case ir.Not(part):
                return self.logic(part, of, is_denied=not is_denied)
            case ir.Outcome(condition):
                return self.logic(self.program.conditions[condition], of, is_denied=is_denied)
            case ir.Found(name) if of and name.partition(".")[0] == of.partition(".")[0] and name != of:
                return self.logic(self._when[name], of, is_denied=is_denied)
            case ir.Compare(op, left, right):
                return self.compared(OPPOSITE[op] if is_denied else op, left, right)
            case ir.Member(value, options):
                word = "not in" if is_denied else "in"
                return (word, self.value(value), frozenset(each.value for each in options))
            case _:
                leaf = self._leaf(logic)
                return ("not", leaf) if is_denied else leaf

    def _leaf(self, logic: Logic) -> Form:
        match logic:
            case ir.TextTest(op, value, text):
                return (op, self.value(value), text)
            case ir.Holds(value):
                return ("holds", self.value(value))
            case ir.Missing(value):
                return ("missing", self.value(value))
            case ir.Recorded(name):
                return ("recorded", self._columns.get(name, (name,)))
            case ir.Found(name):
                return ("found", name, self.side) if name in self.otherwise else ("found", name)
            case ir.ClassIs(classes):
                return ("class", frozenset(classes))
            case ir.OutcomeIs(outcomes):
                return ("outcome", frozenset(outcomes))
            case _:
                return ("open",)

    def compared(self, op: Comparator, left: Value, right: Value) -> Form:
        """A comparison, its limit on the right; without a limit, both sides in one order."""
        for way, held, other in ((op, left, right), (MIRRORED[op], right, left)):
            limits = self.limits(other)
            if limits is not None and self.limits(held) is None:
                return self._limited(way, *_in_own_unit(held, limits))
        sides = [self.value(left), self.value(right)]
        if repr(sides[0]) > repr(sides[1]):
            return ("sides", sides[1], MIRRORED[op], sides[0])
        return ("sides", sides[0], op, sides[1])

    def _limited(self, op: Comparator, value: Value, limits: Limits) -> Form:
        single = dict(limits).get(None)
        if single is not None and op in ("=", "!="):
            return ("in" if op == "=" else "not in", self.value(value), frozenset({single}))
        return ("is", self.value(value), op, limits)

    def limits(self, value: Value) -> Limits | None:
        """A value as limits, where it is written: one, or one for each category or case."""
        match value:
            case ir.Constant(written):
                return ((None, written),)
            case ir.Lookup(by, entries) if all(isinstance(entry, ir.Constant) for _, entry in entries):
                key = self.value(by)
                found = [((key, word), entry.value) for word, entry in entries if isinstance(entry, ir.Constant)]
                return tuple(sorted(found, key=repr))
            case ir.Choice(cases, otherwise) if all(isinstance(case, ir.Constant) for _, case in cases):
                if otherwise is not None and not isinstance(otherwise, ir.Constant):
                    return None
                tests = [self.logic(test) for test, _ in cases]
                told = [case.value for _, case in cases if isinstance(case, ir.Constant)]
                if otherwise is not None:
                    told.append(otherwise.value)
                keys = [(tuple(tests), place) for place in range(len(told))]
                return tuple(zip(keys, told, strict=True))
            case _:
                return None

    # ---------------------------------------------------------------------------------------------------- values

    def value(self, value: Value) -> Form:
        """A value."""
        match value:
            case ir.Constant(written, of):
                return ("constant", type(written).__name__, written, unit_form(of.unit))
            case ir.FieldValue(name, of):
                return (*self._columns.get(name, ("count", name)), of.kind, unit_form(of.unit))
            case ir.DerivedValue(name):
                return self._derived[name]
            case ir.Arithmetic(op, left, right, of):
                sides = [self.value(left), self.value(right)]
                if op in ("+", "*") and not of.real:
                    sides.sort(key=repr)
                return (op, *sides)
            case ir.Function(name, arguments):
                inner = [self.value(each) for each in arguments]
                if name in ("min", "max"):
                    inner.sort(key=repr)
                return (name, *inner)
            case ir.Convert(operand, factor, pi, offset, of):
                inner_form = self.value(operand)
                if factor == 1 and pi == 0 and offset == 0 and not of.real:
                    return inner_form
                return ("convert", inner_form, factor, pi, offset, of.real)
            case ir.Choice(cases, otherwise):
                told = tuple((self.logic(test), self.value(chosen)) for test, chosen in cases)
                return ("choice", told, None if otherwise is None else self.value(otherwise))
            case ir.Lookup(by, entries):
                return ("lookup", self.value(by), frozenset((word, self.value(entry)) for word, entry in entries))


def joined(word: str, parts: list[Form]) -> Form:
    """Parts joined by `and` ("all") or `or` ("any"), each once, without a level that says nothing."""
    found: set[Form] = set()
    for part in parts:
        found |= cast("frozenset[Form]", part[1]) if part[0] == word else {part}
    found = _merged(found, "not in" if word == "all" else "in")
    if (FALSE if word == "all" else TRUE) in found:
        return FALSE if word == "all" else TRUE
    return next(iter(found)) if len(found) == 1 else (word, frozenset(found))


def _merged(parts: set[Form], word: str) -> set[Form]:
    """Tests of one value against several lists of constants, as one against all of them."""
    options: dict[Hashable, frozenset[Hashable]] = {}
    for part in parts:
        if part[0] == word:
            options[part[1]] = options.get(part[1], frozenset()) | cast("frozenset[Hashable]", part[2])
    return {part for part in parts if part[0] != word} | {(word, value, told) for value, told in options.items()}


def unit_form(unit: Unit | None) -> Hashable:
    """A unit, whatever it is called."""
    if unit is None:
        return None
    return (unit.dimension, unit.factor, unit.pi, unit.offset, unit.is_point, unit.is_angular)


def _in_own_unit(value: Value, limit: Limits) -> tuple[Value, Limits]:
    """A value and its limits without a conversion that is exact both ways."""
    while isinstance(value, ir.Convert) and not value.type.real and not value.pi and value.factor > 0:
        if not all(isinstance(written, Fraction) for _, written in limit):
            break
        factor, offset = value.factor, value.offset
        limit = tuple((key, (written - offset) / factor) for key, written in limit if isinstance(written, Fraction))
        value = value.operand
    return value, limit
