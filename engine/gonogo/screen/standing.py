"""What stands on what in a program, worked out once: an explanation asks it of every rule and every field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Program, Value
from gonogo.program.passes.rewrite import leaves

MOST_KEPT: Final = 8

Pair: TypeAlias = "tuple[Value, Value]"
"""Two values whose difference matters."""

_COUNTED: Final = (Kind.NUMBER, Kind.DATE, Kind.TIME)


@dataclass(frozen=True, slots=True)
class Standing:
    """The parts of a program by name, and the fields below them.

    Parameters
    ----------
    below : mapping of str to tuple of str
        For each derived quantity the fields that it is worked out from, through others, in their order there.
    tests : mapping of str to tuple of Test
        For each field the conditions that stand on it.
    above : mapping of str to tuple of str
        For each field the derived quantities that are worked out from it, in their order.
    pairs : mapping of str to tuple of Pair
        For each field what is compared, or divided by zero, in the conditions and quantities that stand on it.
    reach : mapping of str to set of str
        For each field the rules that may speak otherwise where only its value changes.
    steady : bool
        Whether categories, and what is missing, are all it takes to tell why a condition has no outcome: nothing is
        divided, and no value is chosen but by category.
    uncertainties : mapping of str to Uncertainty
        For each rule that states one.
    """

    program: Program
    propositions: Mapping[str, Logic]
    derived: Mapping[str, Value]
    fields: Mapping[str, ir.FieldValue]
    below: Mapping[str, tuple[str, ...]]
    tests: Mapping[str, tuple[ir.Test, ...]]
    above: Mapping[str, tuple[str, ...]]
    pairs: Mapping[str, tuple[Pair, ...]]
    reach: Mapping[str, frozenset[str]]
    steady: bool
    uncertainties: Mapping[str, ir.Uncertainty]

    @classmethod
    def of(cls, program: Program) -> Standing:
        """That of a program; those of the last few programs are kept."""
        known = _KEPT.get(id(program))
        if known is None or known.program is not program:
            known = _standing(program)
            if len(_KEPT) >= MOST_KEPT:
                _KEPT.clear()
            _KEPT[id(program)] = known
        return known

    def value_of(self, name: str) -> Value | None:
        """The field or derived quantity of that name, as a value."""
        return self.fields.get(name) or self.derived.get(name)

    def fields_below(self, node: Value | Logic) -> tuple[str, ...]:
        """The fields that a value or test is worked out from, each once."""
        return _fields_below(node, self.below)


_KEPT: Final[dict[int, Standing]] = {}


def _standing(program: Program) -> Standing:
    below: dict[str, tuple[str, ...]] = {}
    for quantity in program.derived:  # each stands behind those that it uses
        below[quantity.name] = _fields_below(quantity.value, below)
    above: dict[str, list[str]] = {}
    for name, fields in below.items():
        for known in fields:
            above.setdefault(known, []).append(name)
    tests: dict[str, list[ir.Test]] = {}
    for test in program.conditions:
        for name in _fields_below(test, below):
            tests.setdefault(name, []).append(test)
    return Standing(
        program=program,
        propositions={proposition.name: proposition.when for proposition in program.propositions},
        derived={quantity.name: quantity.value for quantity in program.derived},
        fields={known.name: ir.FieldValue(known.name, known.type) for known in program.fields},
        below=below,
        tests={name: tuple(found) for name, found in tests.items()},
        above={name: tuple(found) for name, found in above.items()},
        pairs=_pairs_of_fields(program, below),
        reach=_reach(program, below),
        steady=all(map(_is_steady, (*program.conditions, *(quantity.value for quantity in program.derived)))),
        uncertainties={rule.name: rule.uncertainty for rule in program.rules if rule.uncertainty is not None},
    )


def _pairs_of_fields(program: Program, below: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[Pair, ...]]:
    found: dict[str, dict[Pair, None]] = {}
    for node in (*program.conditions, *(quantity.value for quantity in program.derived)):
        for pair in _pairs(node):
            for name in dict.fromkeys([*_fields_below(pair[0], below), *_fields_below(pair[1], below)]):
                found.setdefault(name, {})[pair] = None
    return {name: tuple(pairs) for name, pairs in found.items()}


def _pairs(node: Value | Logic) -> Iterator[Pair]:
    """The numbers, dates and times that are compared inside a node, and the divisors with zero."""
    match node:
        case ir.Compare(_, left, right) if left.type.kind in _COUNTED:
            yield left, right
        case ir.Member(known, options) if known.type.kind in _COUNTED:
            yield from ((known, option) for option in options)
        case ir.Arithmetic("/", _, right):
            yield right, ir.Constant(Fraction(0), right.type)
        case _:
            pass
    for part in _inside(node):
        yield from _pairs(part)


def _inside(node: Value | Logic) -> tuple[Value | Logic, ...]:
    match node:
        case ir.Arithmetic(_, left, right) | ir.Compare(_, left, right):
            return left, right
        case ir.Function(_, parts) | ir.All(parts) | ir.AnyOf(parts):
            return parts
        case (
            ir.Convert(part) | ir.Not(part) | ir.Member(part) | ir.TextTest(_, part) | ir.Holds(part) | ir.Missing(part)
        ):
            return (part,)
        case ir.Lookup(by, entries):
            return by, *(entry for _, entry in entries)
        case ir.Choice(cases, otherwise):
            found = tuple(part for case in cases for part in case)
            return found if otherwise is None else (*found, otherwise)
        case _:
            return ()


def _is_steady(node: Value | Logic) -> bool:
    match node:
        case ir.Choice() | ir.Arithmetic("/"):
            return False
        case ir.Lookup(by) if not isinstance(by, ir.FieldValue):
            return False
        case _:
            return all(map(_is_steady, _inside(node)))


def _reach(program: Program, below: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """Rules in one component with a condition on the field; all, where it says whether the standard applies."""
    rules = frozenset(rule.name for rule in program.rules)
    reach: dict[str, set[str]] = {}
    for component in program.components:
        members = rules if program.applies in component.propositions else rules.intersection(component.propositions)
        for number in component.conditions:
            for name in _fields_below(program.conditions[number], below):
                reach.setdefault(name, set()).update(members)
    return {name: frozenset(members) for name, members in reach.items()}


def _fields_below(node: Value | Logic, below: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for leaf in leaves(node):
        if isinstance(leaf, ir.FieldValue | ir.Recorded):
            found[leaf.name] = None
        elif isinstance(leaf, ir.DerivedValue):
            found |= dict.fromkeys(below[leaf.name])
    return tuple(found)
