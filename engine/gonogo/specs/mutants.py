"""Mutants of a program: the same but for one limit, comparison or connective.

A *site* is a place in the program's trees where something can be changed; its *goal* is what has to hold so that the
place matters: of `A and B`, that A does not decide where B is false. Specs that notice no difference between the
program and its mutant leave that place untold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Final, Literal, TypeAlias, TypeVar

from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Value
from gonogo.program.passes.rewrite import leaves, replace_leaves
from gonogo.program.passes.ticks import decimal_tick
from gonogo.program.readable import logic_words
from gonogo.program.text import value_text
from gonogo.redline.canonical import OPPOSITE
from gonogo.standard.tree import Comparator

MutantKind: TypeAlias = Literal["limit", "comparison", "connective"]
Home: TypeAlias = tuple[Literal["condition", "derived", "proposition", "disposition"], int]
"""The tree that a site stands in: which list of the program, and where in it."""

Goal: TypeAlias = tuple[tuple[Logic, bool], ...]
"""Logics, and whether each has to be true or false."""

Tree: TypeAlias = "Logic | Value"

MUTANT_KINDS: Final[tuple[MutantKind, ...]] = ("limit", "comparison", "connective")

_NEXT: Final[dict[Comparator, Comparator]] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
"""The same comparison with its limit on the other side."""

_SECOND: Final = Fraction(1_000_000)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Site:
    """A place in a program where something can be changed.

    Parameters
    ----------
    node : Logic or Value
        What stands there: a test, a limit (a constant), or parts joined by `and` or `or`.
    put : callable
        The tree of its home with something else there.
    goal : tuple of (Logic, bool)
        What makes it matter, within its home.
    step : Fraction
        Of a limit, by how much it moves.
    test : Logic or None
        Of a limit, the test that it belongs to.
    """

    home: Home
    node: Tree
    put: Callable[[Tree], Tree]
    goal: Goal
    step: Fraction = Fraction(1)
    test: Logic | None = None


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program with one thing changed.

    Parameters
    ----------
    tree : Logic or Value
        What stands at `home` then.
    said, becomes : str
        What is written, and what is written then.
    """

    kind: MutantKind
    home: Home
    tree: Tree
    said: str
    becomes: str


# ------------------------------------------------------------------------------------------------------------- sites


def sites(program: ir.Program) -> Iterator[Site]:
    """All places of a program where something can be changed."""
    walk = _Walk(program)
    for number, test in enumerate(program.conditions):
        yield from walk.logic(("condition", number), test, _itself, ())
    for number, quantity in enumerate(program.derived):
        is_limit = quantity.name in walk.limits
        step = walk.limits.get(quantity.name, Fraction(1))
        yield from walk.value(("derived", number), quantity.value, _itself, (), (None, step) if is_limit else None)
    for number, proposition in enumerate(program.propositions):
        yield from walk.logic(("proposition", number), proposition.when, _itself, ())
    for number, line in enumerate(program.dispositions):
        yield from walk.logic(("disposition", number), line.when, _itself, ())


Limit: TypeAlias = "tuple[Logic | None, Fraction] | None"
"""Where constants are limits: the test that they belong to, and the step in which what they limit is recorded."""


class _Walk:
    """Goes through the trees of a program."""

    def __init__(self, program: ir.Program) -> None:
        self.program = program
        self.fields = {field.name: field for field in program.fields}
        self.derived = {quantity.name: quantity for quantity in program.derived}
        self.limits: dict[str, Fraction] = {}
        """Derived quantities that others are held against, and the steps of those."""
        for test in program.conditions:
            if isinstance(test, ir.Compare):
                for one, other in ((test.left, test.right), (test.right, test.left)):
                    if isinstance(one, ir.DerivedValue) and not self.step(one):
                        self.limits[one.name] = self.step(other) or Fraction(1)

    def logic(self, home: Home, logic: Logic, put: Callable[[Tree], Tree], goal: Goal) -> Iterator[Site]:
        match logic:
            case ir.All(parts) | ir.AnyOf(parts):
                is_all = isinstance(logic, ir.All)
                if len(parts) > 1:
                    yield Site(home, logic, put, goal)
                for number, part in enumerate(parts):
                    others = tuple((other, is_all) for place, other in enumerate(parts) if place != number)
                    yield from self.logic(home, part, partial(_put_part, put, logic, number), (*goal, *others))
            case ir.Not(part):
                yield from self.logic(home, part, partial(_put_denied, put), goal)
            case ir.Compare(op, left, right):
                yield Site(home, logic, put, goal)
                for name, side, other in (("left", left, right), ("right", right, left)):
                    is_limit = op in _NEXT and _is_counted(side)
                    limit = (logic, self.step(other) or _last_decimal(side)) if is_limit else None
                    yield from self.value(home, side, partial(_put_named, put, logic, name), goal, limit)
            case ir.Member(value) | ir.TextTest(_, value) | ir.Holds(value) | ir.Missing(value):
                yield Site(home, logic, put, goal)
                yield from self.value(home, value, partial(_put_named, put, logic, "value"), goal, None)
            case _:
                return

    def value(self, home: Home, value: Value, put: Callable[[Tree], Tree], goal: Goal, limit: Limit) -> Iterator[Site]:
        match value:
            case ir.Constant() if limit is not None and _is_counted(value):
                yield Site(home, value, put, goal, limit[1], limit[0])
            case ir.Choice(cases, otherwise):
                before: Goal = goal
                for number, (test, chosen) in enumerate(cases):
                    yield from self.logic(home, test, partial(_put_test, put, value, number), before)
                    here = (*before, (test, True))
                    yield from self.value(home, chosen, partial(_put_chosen, put, value, number), here, limit)
                    before = (*before, (test, False))
                if otherwise is not None:
                    yield from self.value(home, otherwise, partial(_put_named, put, value, "otherwise"), before, limit)
            case ir.Lookup(by, entries):
                for number, (word, entry) in enumerate(entries):
                    here = (*goal, (ir.Compare("=", by, ir.Constant(word, by.type)), True))
                    yield from self.value(home, entry, partial(_put_entry, put, value, number), here, limit)
            case ir.Convert(operand):
                yield from self.value(home, operand, partial(_put_named, put, value, "operand"), goal, None)
            case ir.Arithmetic(_, left, right):
                for name, side in (("left", left), ("right", right)):
                    yield from self.value(home, side, partial(_put_named, put, value, name), goal, None)
            case ir.Function(_, arguments):
                for number, argument in enumerate(arguments):
                    yield from self.value(home, argument, partial(_put_argument, put, value, number), goal, None)
            case _:
                return

    def step(self, value: Value) -> Fraction | None:
        """The step in which a value is recorded; None where nothing tells it."""
        match value:
            case ir.FieldValue(name):
                return self._of_field(value, self.fields.get(name))
            case ir.DerivedValue(name) if name in self.derived:
                known = self.derived[name]
                return known.resolution or self.step(known.value)
            case ir.Convert(operand, factor, pi) if not pi:
                step = self.step(operand)
                return None if step is None else abs(step * factor)
            case ir.Arithmetic("+" | "-", left, right):
                steps = [step for side in (left, right) if (step := self.step(side)) is not None]
                return min(steps, default=None)
            case ir.Function("round" | "round-half-up" | "floor" | "ceiling", (_, ir.Constant(Fraction() as size))):
                return size
            case _:
                return None

    def _of_field(self, value: ir.FieldValue, field: ir.Field | None) -> Fraction | None:
        if field is not None and field.resolution is not None:
            return field.resolution
        kind = value.type.kind
        return Fraction(1) if kind is Kind.DATE else _SECOND if kind is Kind.TIME else None


def limit_step(program: ir.Program, test: ir.Compare) -> Fraction:
    """By how much the limit of a test moves in its mutants."""
    walk = _Walk(program)
    steps = [step for side in (test.left, test.right) if (step := walk.step(side)) is not None]
    return min(steps, default=min(_last_decimal(side) for side in (test.left, test.right)))


def _is_counted(value: Value) -> bool:
    return value.type.kind in (Kind.NUMBER, Kind.DATE, Kind.TIME)


def _last_decimal(side: Value) -> Fraction:
    """The last decimal of the limits that stand on a side."""
    found = [each.value for each in _constants(side) if isinstance(each.value, Fraction)]
    return min(map(decimal_tick, found), default=Fraction(1))


def _constants(value: Value) -> Iterator[ir.Constant]:
    match value:
        case ir.Constant():
            yield value
        case ir.Lookup(_, entries):
            for _, entry in entries:
                yield from _constants(entry)
        case ir.Choice(cases, otherwise):
            for _, chosen in cases:
                yield from _constants(chosen)
            if otherwise is not None:
                yield from _constants(otherwise)
        case _:
            return


def _itself(tree: Tree) -> Tree:
    return tree


def _put_part(put: Callable[[Tree], Tree], logic: ir.All | ir.AnyOf, number: int, new: Logic) -> Tree:
    return put(replace(logic, parts=put_in(logic.parts, number, new)))


def _put_denied(put: Callable[[Tree], Tree], new: Logic) -> Tree:
    return put(ir.Not(new))


def _put_named(put: Callable[[Tree], Tree], node: Tree, name: str, new: Tree) -> Tree:
    return put(replace(node, **{name: new}))  # type: ignore[arg-type]  # each name is one of that node's


def _put_test(put: Callable[[Tree], Tree], choice: ir.Choice, number: int, new: Logic) -> Tree:
    return put(replace(choice, cases=put_in(choice.cases, number, (new, choice.cases[number][1]))))


def _put_chosen(put: Callable[[Tree], Tree], choice: ir.Choice, number: int, new: Value) -> Tree:
    return put(replace(choice, cases=put_in(choice.cases, number, (choice.cases[number][0], new))))


def _put_entry(put: Callable[[Tree], Tree], lookup: ir.Lookup, number: int, new: Value) -> Tree:
    return put(replace(lookup, entries=put_in(lookup.entries, number, (lookup.entries[number][0], new))))


def _put_argument(put: Callable[[Tree], Tree], function: ir.Function, number: int, new: Value) -> Tree:
    return put(replace(function, arguments=put_in(function.arguments, number, new)))


def put_in(parts: tuple[_T, ...], number: int, new: _T) -> tuple[_T, ...]:
    """The parts, with another one in one place."""
    return (*parts[:number], new, *parts[number + 1 :])


# ----------------------------------------------------------------------------------------------------------- mutants


def mutants(program: ir.Program) -> Iterator[Mutant]:
    """All mutants of a program: each limit one step to either side, each comparison and each connective another one."""
    for site in sites(program):
        said = _words(site.test or site.node, program)
        if site.test is None and isinstance(site.node, ir.Constant):
            said = f"{program.derived[site.home[1]].name}, {said}"
        for kind, changed in _changed(site):
            tree = site.put(changed)
            if site.test is None:
                becomes = _words(changed, program)
            elif isinstance(tree, ir.Compare) and changed in (tree.left, tree.right):
                becomes = _words(tree, program)
            else:
                becomes = f"{_words(changed, program)} for {_words(site.node, program)}"
            yield Mutant(kind, site.home, tree, said, becomes)


def _changed(site: Site) -> Iterator[tuple[MutantKind, Tree]]:
    match site.node:
        case ir.Constant(number, of) if not isinstance(number, str | bool):
            for way in (-1, 1):
                moved = Fraction(number) + way * site.step
                yield "limit", replace(site.node, value=moved if of.kind is Kind.NUMBER else int(moved))
        case ir.All(parts):
            yield "connective", ir.AnyOf(parts)
        case ir.AnyOf(parts):
            yield "connective", ir.All(parts)
        case ir.Compare(op):
            if op in _NEXT:
                yield "comparison", replace(site.node, op=_NEXT[op])
            yield "comparison", replace(site.node, op=OPPOSITE[op])
        case ir.Member(_, options):
            yield "comparison", ir.Not(site.node)
            if len(options) > 1:
                for number in range(len(options)):
                    left = (*options[:number], *options[number + 1 :])
                    yield "comparison", replace(site.node, options=left)
        case ir.TextTest() | ir.Holds() | ir.Missing():
            yield "comparison", ir.Not(site.node)
        case _:
            return


def _words(tree: Tree, program: ir.Program) -> str:
    if isinstance(tree, ir.Constant):
        return value_text(tree)
    spelled = replace_leaves(tree, partial(_condition, program))  # type: ignore[arg-type]  # limits apart, all are logics
    return logic_words(spelled)


def _condition(program: ir.Program, leaf: Logic) -> Logic:
    return program.conditions[leaf.condition] if isinstance(leaf, ir.Outcome) else leaf


def conditions_on(program: ir.Program, derived: int) -> tuple[int, ...]:
    """The conditions that stand on a derived quantity, through others or not."""
    names = {program.derived[derived].name}

    def is_on(node: Tree) -> bool:
        return any(isinstance(leaf, ir.DerivedValue) and leaf.name in names for leaf in leaves(node))

    for quantity in program.derived[derived + 1 :]:  # each stands behind those that it uses
        if is_on(quantity.value):
            names.add(quantity.name)
    return tuple(number for number, test in enumerate(program.conditions) if is_on(test))


def standing_on(program: ir.Program, home: Home) -> tuple[str, ...]:
    """The rules, or dispositions, that stand on a tree of a program by themselves."""
    kind, number = home
    if kind == "disposition":
        return (f"disposition {program.dispositions[number].then}",)
    if kind == "proposition":
        return (program.propositions[number].name.partition(".")[0],)
    below = {number} if kind == "condition" else set(conditions_on(program, number))
    found = (
        proposition.name.partition(".")[0]
        for proposition in program.propositions
        if any(isinstance(leaf, ir.Outcome) and leaf.condition in below for leaf in leaves(proposition.when))
    )
    return tuple(dict.fromkeys(found))
