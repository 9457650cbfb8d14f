"""Why something has no value on one fact: the fields that are missing, or what makes it impossible to work out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN, Logic, Value
from gonogo.program.passes.rewrite import leaves
from gonogo.screen.exact import Evaluator, float_of
from gonogo.screen.standing import Standing

Node: TypeAlias = "Value | Logic"
Lack: TypeAlias = Literal["missing", "empty", "value", "row"]
"""What is about a name: it is missing; nothing it needs is, and it has no value; its own stands in the way; no row
of a table fits that."""

_NAMED: Final = (ir.FieldValue, ir.DerivedValue)
_VALUES: Final = (*_NAMED, ir.Constant, ir.Arithmetic, ir.Function, ir.Convert, ir.Choice, ir.Lookup)


def lacking(node: Node, evaluator: Evaluator) -> dict[str, Lack]:
    """The names of missing fields below a node without a value; where none is missing, of what stands in the way."""
    derived = Standing.of(evaluator.program).derived
    found: dict[str, Lack] = {}
    seen: set[str] = set()
    waiting: list[Node] = [node]
    while waiting:
        match waiting.pop():
            case ir.FieldValue(name):
                found[name] = "missing" if evaluator.fields.get(name) is None else "value"
            case ir.DerivedValue(name) if name not in seen:
                seen.add(name)
                value = derived[name]
                inner = [value] if isinstance(value, _NAMED) else _causes(value, evaluator)
                waiting += inner
                found |= {} if inner else {name: "empty"}
            case ir.DerivedValue():
                continue
            case other:
                causes = _causes(other, evaluator)
                waiting += causes
                found |= {} if causes else dict(_culprits(other, evaluator))
    return found


def in_the_way(node: Node, evaluator: Evaluator) -> dict[str, Lack]:
    """As `lacking`, but of a derived quantity without a value not its name: what it is that leaves it without."""
    derived = Standing.of(evaluator.program).derived
    found: dict[str, Lack] = {}
    for name, lack in lacking(node, evaluator).items():
        found |= dict(_culprits(derived[name], evaluator)) if lack == "empty" else {name: lack}
    return found


def _causes(node: Node, evaluator: Evaluator) -> list[Node]:
    """The parts below a node without a value that have none themselves."""
    return list(dict.fromkeys(part for part in _parts(node, evaluator) if _is_open(part, evaluator)))


def _is_open(node: Node, evaluator: Evaluator) -> bool:
    if isinstance(node, _VALUES):
        return evaluator.value(node) is None
    return evaluator.outcome(node) == UNKNOWN


def _parts(node: Node, evaluator: Evaluator) -> Iterator[Node]:
    """The parts that a node needs on this fact: of a choice, not the branches that were not taken."""
    match node:
        case ir.Arithmetic(_, left, right) | ir.Compare(_, left, right):
            yield from (left, right)
        case ir.Function(_, parts):
            yield from parts
        case ir.All(logics) | ir.AnyOf(logics):
            yield from logics
        case ir.Convert(part) | ir.Member(part) | ir.TextTest(_, part) | ir.Holds(part):
            yield part
        case ir.Not(logic):
            yield logic
        case ir.Lookup(by, entries):
            key = evaluator.value(by)
            yield by
            yield from (entry for word, entry in entries if word == key)
        case ir.Choice(cases, otherwise):
            outcomes = [evaluator.outcome(test) for test, _ in cases]
            decided = outcomes.index(TRUE) if TRUE in outcomes else len(cases)
            unknown = [test for (test, _), outcome in zip(cases[:decided], outcomes, strict=False) if outcome != FALSE]
            taken = cases[decided][1] if decided < len(cases) else otherwise
            yield from unknown
            if not unknown and taken is not None:
                yield taken
        case _:
            return


def _culprits(node: Node, evaluator: Evaluator) -> Iterator[tuple[str, Lack]]:
    """Where all parts have a value and the whole has none: a divisor of zero, the key of a table, what is too large."""
    is_table = isinstance(node, ir.Lookup | ir.Choice)
    for root in _roots(node, evaluator):
        for leaf in leaves(root):
            if isinstance(leaf, _NAMED):
                yield leaf.name, "row" if is_table else "value"


def _roots(node: Node, evaluator: Evaluator) -> Sequence[Node]:
    match node:
        case ir.Arithmetic("/", left, right):
            if evaluator.value(right) == 0:
                return [right]
            return [side for side in (left, right) if _is_too_large(side, evaluator)] or [left, right]
        case ir.Lookup(by):
            return [by]
        case ir.Choice(cases):
            return [test for test, _ in cases]
        case _:
            return [node]


def _is_too_large(value: Value, evaluator: Evaluator) -> bool:
    known = evaluator.value(value)
    return known is not None and float_of(known) is None
