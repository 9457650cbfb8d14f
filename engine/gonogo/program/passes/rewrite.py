"""Walks over the program's trees that several passes share: rebuild from the leaves up, and list what is inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias, assert_never

from gonogo.program import ir
from gonogo.program.ir import Logic, Value

OnValue: TypeAlias = Callable[[Value], Value]
OnLogic: TypeAlias = Callable[[Logic], Logic]


def rebuild_value(value: Value, on_value: OnValue, on_logic: OnLogic) -> Value:
    """The value with its parts rebuilt first, then itself."""

    def inner(part: Value) -> Value:
        return rebuild_value(part, on_value, on_logic)

    match value:
        case ir.Constant() | ir.FieldValue() | ir.DerivedValue():
            return on_value(value)
        case ir.Arithmetic():
            return on_value(replace(value, left=inner(value.left), right=inner(value.right)))
        case ir.Function():
            return on_value(replace(value, arguments=tuple(map(inner, value.arguments))))
        case ir.Convert():
            return on_value(replace(value, operand=inner(value.operand)))
        case ir.Choice():
            cases = tuple((rebuild_logic(test, on_value, on_logic), inner(chosen)) for test, chosen in value.cases)
            return on_value(replace(value, cases=cases, otherwise=value.otherwise and inner(value.otherwise)))
        case ir.Lookup():
            entries = tuple((key, inner(entry)) for key, entry in value.entries)
            return on_value(replace(value, by=inner(value.by), entries=entries))
        case _:
            assert_never(value)


def rebuild_logic(logic: Logic, on_value: OnValue, on_logic: OnLogic) -> Logic:
    """The logic with its parts, and the values in its tests, rebuilt first, then itself."""

    def inner(part: Value) -> Value:
        return rebuild_value(part, on_value, on_logic)

    match logic:
        case ir.All(parts):
            return on_logic(ir.All(tuple(rebuild_logic(part, on_value, on_logic) for part in parts)))
        case ir.AnyOf(parts):
            return on_logic(ir.AnyOf(tuple(rebuild_logic(part, on_value, on_logic) for part in parts)))
        case ir.Not(part):
            return on_logic(ir.Not(rebuild_logic(part, on_value, on_logic)))
        case ir.Compare():
            return on_logic(replace(logic, left=inner(logic.left), right=inner(logic.right)))
        case ir.Member() | ir.TextTest() | ir.Holds() | ir.Missing():
            return on_logic(replace(logic, value=inner(logic.value)))
        case ir.Open() | ir.Outcome() | ir.Found() | ir.ClassIs() | ir.OutcomeIs() | ir.Recorded():
            return on_logic(logic)
        case _:
            assert_never(logic)


def rebuild_program(program: ir.Program, on_value: OnValue, on_logic: OnLogic) -> ir.Program:
    """The program with every tree in it rebuilt."""

    def logic(tree: Logic) -> Logic:
        return rebuild_logic(tree, on_value, on_logic)

    def compared(test: ir.Compare) -> ir.Compare:
        rebuilt = logic(test)
        return rebuilt if isinstance(rebuilt, ir.Compare) else test

    def zone(known: ir.Zone) -> ir.Zone:
        within = rebuild_value(known.within, on_value, on_logic)
        return ir.Zone(known.side, compared(known.beyond), within, compared(known.inner), compared(known.outer))

    def rule(known: ir.Rule) -> ir.Rule:
        measured = known.uncertainty
        return replace(known, uncertainty=measured and replace(measured, zones=tuple(map(zone, measured.zones))))

    return replace(
        program,
        rules=tuple(map(rule, program.rules)),
        derived=tuple(replace(d, value=rebuild_value(d.value, on_value, on_logic)) for d in program.derived),
        propositions=tuple(replace(p, when=logic(p.when)) for p in program.propositions),
        dispositions=tuple(replace(d, when=logic(d.when)) for d in program.dispositions),
        counts=tuple(replace(c, when=logic(c.when)) for c in program.counts),
        conditions=tuple(test for c in program.conditions if isinstance(test := logic(c), TESTS)),
    )


def replace_leaves(logic: Logic, on_leaf: OnLogic) -> Logic:
    """The logic with its leaves replaced; what stands inside their values is left alone."""
    match logic:
        case ir.All(parts):
            return ir.All(tuple(replace_leaves(part, on_leaf) for part in parts))
        case ir.AnyOf(parts):
            return ir.AnyOf(tuple(replace_leaves(part, on_leaf) for part in parts))
        case ir.Not(part):
            return ir.Not(replace_leaves(part, on_leaf))
        case _:
            return on_leaf(logic)


TESTS = (ir.Compare, ir.Member, ir.TextTest, ir.Holds, ir.Missing, ir.Recorded)
"""The node types of `ir.Test`, for `isinstance`."""


def values_of(test: Logic) -> tuple[Value, ...]:
    """The values that a test is about."""
    match test:
        case ir.Compare(_, left, right):
            return (left, right)
        case ir.Member(value) | ir.TextTest(_, value) | ir.Holds(value) | ir.Missing(value):
            return (value,)
        case _:
            return ()


def leaves(node: Value | Logic) -> Iterator[Value | Logic]:
    """The fields, derived quantities, conditions and findings that a tree stands on; constants are left out."""
    match node:
        case ir.FieldValue() | ir.DerivedValue() | ir.Recorded() | ir.Outcome() | ir.Found():
            yield node
        case ir.Arithmetic(_, left, right) | ir.Compare(_, left, right):
            yield from leaves(left)
            yield from leaves(right)
        case ir.Function(_, parts) | ir.All(parts) | ir.AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case (
            ir.Convert(part) | ir.Not(part) | ir.Member(part) | ir.TextTest(_, part) | ir.Holds(part) | ir.Missing(part)
        ):
            yield from leaves(part)
        case ir.Lookup(by, entries):
            yield from leaves(by)
            for _, entry in entries:
                yield from leaves(entry)
        case ir.Choice(cases, otherwise):
            for test, chosen in cases:
                yield from leaves(test)
                yield from leaves(chosen)
            if otherwise is not None:
                yield from leaves(otherwise)
        case ir.Constant() | ir.Open() | ir.ClassIs() | ir.OutcomeIs():
            return
        case _:
            assert_never(node)


def has_verdict(logic: Logic) -> bool:
    """Whether a logic asks for the item's class or outcome: only dispositions may."""
    match logic:
        case ir.All(parts) | ir.AnyOf(parts):
            return any(map(has_verdict, parts))
        case ir.Not(part):
            return has_verdict(part)
        case _:
            return isinstance(logic, ir.ClassIs | ir.OutcomeIs)
