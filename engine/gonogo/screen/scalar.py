"""The scalar screen: one fact → its situation, by Python code generated from the program's integers.

The code is built as a syntax tree from fixed node types and compiled once; no text is ever pasted together.
INVARIANT: a condition on a value that is missing is unknown, and so is all that is computed from it. Generated
names: `f3` a field, `r3` whether it is recorded, `d2` a derived quantity, `t5` a value on the way, `s0` a word of
the situation.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Final, assert_never

from gonogo.program import ir
from gonogo.program.generated import function_code
from gonogo.program.ir import TRUE, UNKNOWN, Logic, Program, Value
from gonogo.program.passes.rewrite import leaves
from gonogo.screen import functions
from gonogo.screen.situation import BITS, Layout

Screen = Callable[[Sequence[object]], int]
"""Takes the values of the program's fields (None: missing), then for each of `recorded_fields` whether it is."""

WORD_BITS: Final = 1024
"""Outcomes are collected in words of so many bits: a constant as wide as the situation for each would take too much."""

_BINARY: Final = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult}
_COMPARE: Final = {"=": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
_STEPPED: Final = {
    "round": (functions.round_half_even, round),
    "round-half-up": (functions.round_half_up, functions.real_half_up),
    "floor": (functions.round_down, math.floor),
    "ceiling": (functions.round_up, math.ceil),
}
_PLAIN: Final = {"abs": abs, "min": min, "max": max, "length": len, "upper": str.upper, "lower": str.lower}


def generate_screen(program: Program, layout: Layout, *, complete: bool = False) -> Screen:
    """The screen of a program in ticks.

    Parameters
    ----------
    complete : bool
        True for facts in which no field is missing: the code does without asking.
    """
    writer = _Writer(program, layout, complete)
    code = function_code("screen", "values", writer.body(), f"<screen of {program.standard}>")
    namespace = writer.namespace
    exec(code, namespace)  # our own syntax tree
    screen: Screen = namespace["screen"]  # type: ignore[assignment]  # the function that was just defined
    return screen


def recorded_fields(program: Program) -> tuple[str, ...]:
    """The fields of which a program asks whether they are recorded, in the program's order."""
    roots = (*program.conditions, *(quantity.value for quantity in program.derived))
    asked = {leaf.name for root in roots for leaf in leaves(root) if isinstance(leaf, ir.Recorded)}
    return tuple(field.name for field in program.fields if field.name in asked)


class _Writer:
    def __init__(self, program: Program, layout: Layout, complete: bool) -> None:
        self.program = program
        self.layout = layout
        self.namespace: dict[str, object] = {}
        self.constants: dict[int, str] = {}
        self.block: list[ast.stmt] = []
        self.temporaries = 0
        self.fields = {field.name: f"f{number}" for number, field in enumerate(program.fields)}
        self.recorded = {name: f"r{number}" for number, name in enumerate(recorded_fields(program))}
        self.derived = {quantity.name: f"d{number}" for number, quantity in enumerate(program.derived)}
        self.words = [f"s{number}" for number in range(len(program.conditions) * BITS // WORD_BITS + 1)]
        self.nullable: set[str] = set() if complete else set(self.fields.values())

    # ------------------------------------------------------------------------------------------ the function

    def body(self) -> list[ast.stmt]:
        names = [*self.fields.values(), *self.recorded.values()]
        if names:
            target = ast.Tuple([ast.Name(name, ast.Store()) for name in names], ast.Store())
            self.block.append(ast.Assign([target], ast.Name("values", ast.Load())))
        for word in self.words:
            self.assign(word, ast.Constant(0))
        for quantity in self.program.derived:
            self.settle(self.derived[quantity.name], quantity.value)
        for number, test in enumerate(self.program.conditions):
            self.condition(number, test)
        self.block.append(ast.Return(self.situation()))
        return self.block

    def situation(self) -> ast.expr:
        """All words as one number."""
        whole: ast.expr = ast.Name(self.words[0], ast.Load())
        for number, word in enumerate(self.words[1:], start=1):
            shifted = ast.BinOp(ast.Name(word, ast.Load()), ast.LShift(), ast.Constant(number * WORD_BITS))
            whole = ast.BinOp(whole, ast.BitOr(), shifted)
        return whole

    def condition(self, number: int, test: Logic) -> None:
        unknown = self.when_known(test, lambda: self.set_outcome(number, UNKNOWN))
        with unknown as expression, self.under(expression):
            self.set_outcome(number, TRUE)

    def set_outcome(self, number: int, outcome: int) -> None:
        word, shift = divmod(self.layout.shifts[number], WORD_BITS)
        bits = ast.Constant(outcome << shift)
        self.block.append(ast.AugAssign(ast.Name(self.words[word], ast.Store()), ast.BitOr(), bits))

    # -------------------------------------------------------------------------------------------- statements

    def assign(self, name: str, value: ast.expr) -> None:
        self.block.append(ast.Assign([ast.Name(name, ast.Store())], value))

    @contextmanager
    def under(self, test: ast.expr) -> Iterator[None]:
        """Statements written meanwhile stand under `if test:`."""
        outer, self.block = self.block, []
        yield
        outer.append(ast.If(test, self.block or [ast.Pass()], []))
        self.block = outer

    @contextmanager
    def when_known(self, test: Logic, otherwise: Callable[[], None]) -> Iterator[ast.expr]:
        """The test as an expression; statements written meanwhile stand where all it needs is there."""
        expression, needs = self.test(test)
        missing = _any_missing(needs)
        if missing is None:
            yield expression
            return
        outer, self.block = self.block, []
        otherwise()
        unknown, self.block = self.block, []
        yield expression
        outer.append(ast.If(missing, unknown, self.block or [ast.Pass()]))
        self.block = outer

    def temporary(self) -> str:
        self.temporaries += 1
        return f"t{self.temporaries}"

    def constant(self, thing: object) -> ast.Name:
        """A name in the function's own namespace for something that can't be written as a literal."""
        name = self.constants.setdefault(id(thing), f"k{len(self.constants)}")
        self.namespace[name] = thing
        return ast.Name(name, ast.Load())

    def call(self, function: object, *arguments: ast.expr) -> ast.Call:
        return ast.Call(self.constant(function), list(arguments), [])

    def settle(self, name: str, value: Value) -> None:
        """Assign a value to a name: None where something it needs is missing."""
        expression, needs = self.finite(value)
        missing = _any_missing(needs)
        if missing is not None:
            expression = ast.IfExp(missing, ast.Constant(None), expression)
        self.assign(name, expression)
        if needs or value.type.real:
            self.nullable.add(name)

    def settled(self, value: Value) -> tuple[ast.expr, frozenset[str]]:
        """A name that holds the value."""
        name = self.temporary()
        self.settle(name, value)
        return self.named(name)

    def settled_as(self, expression: ast.expr) -> tuple[ast.expr, frozenset[str]]:
        """A name that holds what the expression computes, or None."""
        name = self.temporary()
        self.assign(name, expression)
        self.nullable.add(name)
        return self.named(name)

    def named(self, name: str) -> tuple[ast.expr, frozenset[str]]:
        return ast.Name(name, ast.Load()), frozenset([name]) & self.nullable

    # ------------------------------------------------------------------------------------------------ values

    def finite(self, value: Value) -> tuple[ast.expr, frozenset[str]]:
        """The value as an expression that is None, or fails to be computed, nowhere but where `needs` are missing."""
        expression, needs = self.value(value)
        if value.type.real and isinstance(value, ir.Arithmetic | ir.Convert | ir.Function):
            return self.call(functions.finite, expression), needs
        return expression, needs

    def operand(self, value: Value) -> tuple[ast.expr, frozenset[str]]:
        """A value that is compared or rounded: float64 that came out infinite is missing."""
        if value.type.real and isinstance(value, ir.Arithmetic | ir.Convert | ir.Function):
            return self.settled(value)
        return self.value(value)

    def value(self, value: Value) -> tuple[ast.expr, frozenset[str]]:
        """An expression, and the names that must hold something for it to be computed."""
        match value:
            case ir.Constant(float() as number) if number - number != 0:  # a limit that no float64 can hold
                return self.settled_as(ast.Constant(None))
            case ir.Constant(number):
                assert not isinstance(number, Fraction)  # there is none behind the pass `ticks`
                return ast.Constant(number), frozenset()
            case ir.FieldValue(name):
                return self.named(self.fields[name])
            case ir.DerivedValue(name):
                return self.named(self.derived[name])
            case ir.Arithmetic():
                return self.arithmetic(value)
            case ir.Convert(operand, factor):
                expression, needs = self.value(operand)
                parts = ast.Constant(factor.numerator), ast.Constant(factor.denominator)
                return self.call(functions.real, expression, *parts), needs
            case ir.Function():
                return self.function(value)
            case ir.Lookup():
                return self.lookup(value)
            case ir.Choice():
                return self.choice(value)
            case _:
                assert_never(value)

    def arithmetic(self, value: ir.Arithmetic) -> tuple[ast.expr, frozenset[str]]:
        (left, one), (right, other) = self.value(value.left), self.value(value.right)
        needs = one | other
        if value.op != "/":
            return ast.BinOp(left, _BINARY[value.op](), right), needs
        quotient: ast.expr = self.call(functions.quotient, left, right)
        if (missing := _any_missing(needs)) is not None:
            quotient = ast.IfExp(missing, ast.Constant(None), quotient)
        return self.settled_as(quotient)

    def function(self, value: ir.Function) -> tuple[ast.expr, frozenset[str]]:
        parts = [self.operand(argument) for argument in value.arguments]
        expressions = [expression for expression, _ in parts]
        needs = frozenset[str]().union(*(need for _, need in parts))
        if value.name == "negate":
            return ast.UnaryOp(ast.USub(), expressions[0]), needs
        if value.name in _STEPPED:
            exact, of_real = _STEPPED[value.name]
            return self.call(exact if len(expressions) == 3 else of_real, *expressions), needs
        return self.call(_PLAIN[value.name], *expressions), needs

    def lookup(self, value: ir.Lookup) -> tuple[ast.expr, frozenset[str]]:
        by, _ = self.settled(value.by)
        name = self.temporary()
        self.nullable.add(name)
        if all(isinstance(entry, ir.Constant) for _, entry in value.entries):
            look_up = {key: entry.value for key, entry in value.entries if isinstance(entry, ir.Constant)}.get
            self.assign(name, self.call(look_up, by))
            return self.named(name)
        self.assign(name, ast.Constant(None))
        for key, entry in value.entries:
            with self.under(ast.Compare(by, [ast.Eq()], [ast.Constant(key)])):
                self.settle(name, entry)
        return self.named(name)

    def choice(self, value: ir.Choice) -> tuple[ast.expr, frozenset[str]]:
        """Case by case, as long as every case before was false; none where one was unknown."""
        name, decided = self.temporary(), self.temporary()
        self.nullable.add(name)
        self.assign(name, ast.Constant(None))
        self.assign(decided, ast.Constant(0))
        undecided = ast.Compare(ast.Name(decided, ast.Load()), [ast.Eq()], [ast.Constant(0)])
        for test, chosen in value.cases:
            with self.under(undecided):
                self.assign(decided, self.outcome(test))
                with self.under(ast.Compare(ast.Name(decided, ast.Load()), [ast.Eq()], [ast.Constant(TRUE)])):
                    self.settle(name, chosen)
        if value.otherwise is not None:
            with self.under(undecided):
                self.settle(name, value.otherwise)
        return self.named(name)

    # ------------------------------------------------------------------------------------------------- tests

    def outcome(self, logic: Logic) -> ast.expr:
        """An expression for the outcome of a logic inside a value."""
        match logic:
            case ir.All(parts):
                return self.call(functions.all_of, ast.Tuple([self.outcome(part) for part in parts], ast.Load()))
            case ir.AnyOf(parts):
                return self.call(functions.any_of, ast.Tuple([self.outcome(part) for part in parts], ast.Load()))
            case ir.Not(part):
                return ast.Subscript(self.constant(functions.NEGATED), self.outcome(part), ast.Load())
            case test:
                name = self.temporary()
                with self.when_known(test, lambda: self.assign(name, ast.Constant(UNKNOWN))) as expression:
                    self.assign(name, self.call(int, expression))
                return ast.Name(name, ast.Load())

    def test(self, test: Logic) -> tuple[ast.expr, frozenset[str]]:
        """A truth value, and the names that must hold something for it to be known."""
        match test:
            case ir.Compare(op, left, right):
                (one, needs), (other, more) = self.operand(left), self.operand(right)
                return ast.Compare(one, [_COMPARE[op]()], [other]), needs | more
            case ir.Member(value, options):
                expression, needs = self.operand(value)
                allowed = self.constant(frozenset(option.value for option in options))
                return ast.Compare(expression, [ast.In()], [allowed]), needs
            case ir.TextTest():
                return self.text_test(test)
            case ir.Holds(value):
                return self.value(value)
            case ir.Missing(value):
                _, needs = self.operand(value)
                return _any_missing(needs) or ast.Constant(False), frozenset()
            case ir.Recorded(name):
                return ast.Name(self.recorded[name], ast.Load()), frozenset()
            case _:
                raise AssertionError(f"no test: {test}")

    def text_test(self, test: ir.TextTest) -> tuple[ast.expr, frozenset[str]]:
        expression, needs = self.value(test.value)
        match test.op:
            case "contains":
                return ast.Compare(ast.Constant(test.text), [ast.In()], [expression]), needs
            case "starts with":
                return self.call(str.startswith, expression, ast.Constant(test.text)), needs
            case "ends with":
                return self.call(str.endswith, expression, ast.Constant(test.text)), needs
            case "matches":
                return self.call(search_of(test.text), expression), needs


def search_of(pattern: str) -> Callable[[str], bool]:
    """Whether a text holds a match of an RE2 pattern; linear in the text, whatever the pattern."""
    import re2

    search = re2.compile(pattern).search

    def is_found(text: str) -> bool:
        try:
            return search(text) is not None
        except UnicodeEncodeError:  # half of a surrogate pair, as JSON can spell it, is no character
            return search(text.encode("utf-8", "replace").decode()) is not None

    return is_found


def _any_missing(names: frozenset[str]) -> ast.expr | None:
    tests: list[ast.expr] = [
        ast.Compare(ast.Name(name, ast.Load()), [ast.Is()], [ast.Constant(None)]) for name in sorted(names)
    ]
    return None if not tests else tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)
