"""Values and tests of a program in ticks → SQL expressions: NULL is what is missing, and what is unknown.

SQL's own three values are Kleene's, so tests need no help; what engines compute in their own ways is spelt out:
roundings, divisions, the least and largest of values of which one is missing.
INVARIANT: no whole number overflows (`Bounds`), and a float64 is computed from what a float64 holds exactly, in the
order of the tree; a row for which that is not so is odd.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, assert_never

from gonogo.program import ir
from gonogo.program.ir import Logic, Value
from gonogo.program.passes.rewrite import leaves
from gonogo.screen.sql.bounds import Bounds, Inexpressible
from gonogo.screen.sql.dialect import REAL_LIMIT, WHOLE_LIMIT, Dialect
from gonogo.screen.sql.stages import Sql, Stages

LARGE_REAL: Final = 1e300
_COMPARE: Final = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_UNICODE: Final = re.compile(r"\\[pP]|\(\?[a-zA-Z]*i.*[^\x00-\x7f]", re.DOTALL)
"""What in a pattern may mean other characters to another release of RE2, where a text is not ASCII."""


@dataclass(slots=True)
class Expressions:
    """Writes the values and tests of one program.

    Parameters
    ----------
    fields : mapping of str to Sql
        The columns that hold the fields' values in ticks.
    recorded : collection of str
        The fields that the facts have a column for.
    odd : list of Sql
        Is added to: what makes a row one that only the scalar screen judges; never NULL.
    """

    dialect: Dialect
    stages: Stages
    bounds: Bounds
    fields: Mapping[str, Sql]
    recorded: frozenset[str]
    odd: list[Sql] = field(default_factory=list)
    derived: dict[str, Sql] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------ values

    def value(self, value: Value) -> Sql:
        """A value as an expression: NULL where something it needs is missing."""
        match value:
            case ir.Constant(int() as number) if not isinstance(number, bool):
                return Sql(self.dialect.computed(number), is_name=True)
            case ir.Constant():
                return self.constant(value)
            case ir.FieldValue(name):
                return self.fields[name]
            case ir.DerivedValue(name):
                return self.derived[name]
            case ir.Arithmetic():
                return self.arithmetic(value)
            case ir.Convert():
                return self.real_of(value)
            case ir.Function():
                return self.function(value)
            case ir.Lookup():
                return self.lookup(value)
            case ir.Choice():
                return self.choice(value)
            case _:
                assert_never(value)

    def constant(self, constant: ir.Constant) -> Sql:
        d = self.dialect
        match constant.value:
            case bool() as truth:
                return Sql(d.boolean(truth), is_name=True)
            case str() as text:
                return Sql(d.string(text), is_name=True)
            case float() as number if number - number != 0:  # a limit that no float64 can hold
                return Sql(d.cast("NULL", d.real), is_name=True)
            case float() as number:
                return Sql(d.float64(number), is_name=True)
            case number:
                return Sql(d.number(int(number)), is_name=True)

    def operand(self, value: Value) -> Sql:
        """A value that is compared or rounded: float64 that came out infinite is missing."""
        found = self.value(value)
        is_computed = isinstance(value, ir.Arithmetic | ir.Convert | ir.Function) and value.type.real
        if not is_computed or self.bounds.real_magnitude(value) < LARGE_REAL:
            return found
        bound = self.stages.bind(found)
        return self.stages.bind(self.stages.make(f"CASE WHEN {self.dialect.is_finite('{0}')} THEN {{0}} END", bound))

    def arithmetic(self, value: ir.Arithmetic) -> Sql:
        left, right = self.value(value.left), self.value(value.right)
        make = self.stages.make
        if value.type.real:
            return self.quotient(left, right) if value.op == "/" else make(f"({{}} {value.op} {{}})", left, right)
        is_wide = self.bounds.magnitude(value) > WHOLE_LIMIT
        kind = self.dialect.wide if is_wide else self.dialect.whole
        if is_wide:
            left, right = (make(self.dialect.cast("{}", kind), part) for part in (left, right))
        if value.op == "*":
            return make(self.dialect.product("{}", "{}", kind), left, right)
        return make(
            self.dialect.cast(f"({{}} {value.op} {{}})", kind) if is_wide else f"({{}} {value.op} {{}})", left, right
        )

    def quotient(self, dividend: Sql, divisor: Sql) -> Sql:
        """A division by zero, or by what is too large for a float64, has no value."""
        by = self.stages.bind(divisor)
        divided = f"CASE WHEN {self.dialect.is_finite('{1}')} AND {{1}} <> 0e0 THEN {{0}} / {{1}} END"
        bound = self.stages.bind(self.stages.make(divided, dividend, by))
        return self.stages.bind(self.stages.make(f"CASE WHEN {self.dialect.is_finite('{0}')} THEN {{0}} END", bound))

    def real_of(self, value: ir.Convert) -> Sql:
        """An exact value as the float64 nearest to it: whole numbers that float64 holds exactly, divided once."""
        d, numerator, denominator = self.dialect, value.factor.numerator, value.factor.denominator
        if denominator > REAL_LIMIT or numerator > REAL_LIMIT:
            raise Inexpressible
        whole, most = self.value(value.operand), REAL_LIMIT // numerator
        if self.bounds.magnitude(value.operand) > most:
            whole = self.within_real(self.stages.bind(whole), most)
        times = f" * {d.float64(float(numerator))}" if numerator != 1 else ""
        divided = f" / {d.float64(float(denominator))}" if denominator != 1 else ""
        return self.stages.make(f"({d.cast('{}', d.real)}{times}{divided})", whole)

    def within_real(self, whole: Sql, most: int = REAL_LIMIT) -> Sql:
        """A whole number that float64 holds exactly, also as what is made of it; else the row is odd."""
        limits = f"{self.dialect.number(-most)} AND {self.dialect.number(most)}"
        self.odd.append(self.stages.make(f"coalesce({{}} NOT BETWEEN {limits}, FALSE)", whole))
        return whole

    # --------------------------------------------------------------------------------------------- functions

    def function(self, value: ir.Function) -> Sql:
        parts = [self.operand(argument) for argument in value.arguments]
        make, bind = self.stages.make, self.stages.bind
        match value.name:
            case "negate":
                return make("(-{})", *parts)
            case "abs" | "length":
                return make(f"{'CAST(length({}) AS BIGINT)' if value.name == 'length' else 'abs({})'}", *parts)
            case "upper" | "lower":
                self.require_ascii(value)
                return make(f"{value.name}({{}})", *parts)
            case "min" | "max":
                bound = [bind(part) for part in parts]
                function = "least" if value.name == "min" else "greatest"
                there = " AND ".join("{} IS NOT NULL" for _ in bound)
                listed = ", ".join("{}" for _ in bound)
                return make(f"CASE WHEN {there} THEN {function}({listed}) END", *bound, *bound)
            case name if len(parts) == 3:
                return self.rounded_whole(name, value, parts[0])
            case name:
                return self.rounded_real(name, bind(parts[0]))

    def rounded_whole(self, name: str, value: ir.Function, operand: Sql) -> Sql:
        """`operand · numerator / denominator` to a whole number."""
        d, make, bind = self.dialect, self.stages.make, self.stages.bind
        _, numerator, denominator = (argument for argument in value.arguments)
        assert isinstance(numerator, ir.Constant)
        assert isinstance(denominator, ir.Constant)
        magnitude = self.bounds.magnitude(value)
        kind = d.wide if magnitude > WHOLE_LIMIT else d.whole
        if kind == d.wide and d.name != "duckdb":  # Spark divides wide numbers as fractions of so many digits
            raise Inexpressible
        by = d.number(int(denominator.value))
        scaled = bind(make(d.product(d.cast("{}", kind), d.number(int(numerator.value)), kind), operand))
        rest = bind(make(f"((({{0}} % {by}) + {by}) % {by})", scaled))
        down = bind(make(d.quotient("({0} - {1})", by), scaled, rest))
        ups = {
            "floor": "FALSE",
            "ceiling": "{1} > 0",
            "round": f"2 * {{1}} > {by} OR (2 * {{1}} = {by} AND {{0}} % 2 <> 0)",
            "round-half-up": f"2 * {{1}} > {by} OR (2 * {{1}} = {by} AND {{2}} >= 0)",
        }
        return make(f"({{0}} + CASE WHEN {ups[name]} THEN 1 ELSE 0 END)", down, rest, scaled)

    def rounded_real(self, name: str, operand: Sql) -> Sql:
        """A float64 to a whole number; one of more digits than float64 tells apart makes the row odd."""
        d, make, bind = self.dialect, self.stages.make, self.stages.bind
        self.within_real(operand)
        most = d.float64(float(REAL_LIMIT))
        floor = f"CASE WHEN {{0}} BETWEEN -{most} AND {most} THEN {d.try_cast('floor({0})', d.whole)} END"
        down = bind(make(floor, operand))
        rest = bind(make("({0} - floor({0}))", operand))
        ups = {
            "floor": "FALSE",
            "ceiling": "{1} > 0e0",
            "round": "{1} > 5e-1 OR ({1} = 5e-1 AND {0} % 2 <> 0)",
            "round-half-up": "{1} > 5e-1 OR ({1} = 5e-1 AND {2} >= 0e0)",
        }
        return make(f"({{0}} + CASE WHEN {ups[name]} THEN 1 ELSE 0 END)", down, rest, operand)

    def require_ascii(self, node: Value | Logic) -> None:
        """Texts below a node that are not ASCII are left to the scalar screen: engines know different alphabets."""
        for leaf in leaves(node):
            if isinstance(leaf, ir.FieldValue) and leaf.name in self.fields:
                is_ascii = self.dialect.is_ascii("{0}")
                self.odd.append(self.stages.make(f"NOT coalesce({is_ascii}, TRUE)", self.fields[leaf.name]))
            elif isinstance(leaf, ir.DerivedValue):
                is_ascii = self.dialect.is_ascii("{0}")
                self.odd.append(self.stages.make(f"NOT coalesce({is_ascii}, TRUE)", self.derived[leaf.name]))

    # --------------------------------------------------------------------------------- tables and conditions

    def lookup(self, value: ir.Lookup) -> Sql:
        by = self.stages.bind(self.value(value.by))
        arms = " ".join(f"WHEN {_escaped(self.dialect.string(key))} THEN {{}}" for key, _ in value.entries)
        entries = [self.operand(entry) for _, entry in value.entries]
        return self.stages.bind(self.stages.make(f"CASE {{}} {arms} END", by, *entries))

    def choice(self, value: ir.Choice) -> Sql:
        """Case by case, as long as every case before was false; none where one was unknown."""
        arms, parts = [], []
        for test, chosen in value.cases:
            outcome = self.stages.bind(self.logic(test))
            arms.append("WHEN {} IS NULL THEN NULL WHEN {} THEN {}")
            parts += [outcome, outcome, self.operand(chosen)]
        if value.otherwise is not None:
            arms.append("ELSE {}")
            parts.append(self.operand(value.otherwise))
        return self.stages.bind(self.stages.make(f"CASE {' '.join(arms)} END", *parts))

    # ------------------------------------------------------------------------------------------------- tests

    def logic(self, logic: Logic) -> Sql:
        """A logic inside a value: SQL's `and`, `or` and `not` are Kleene's."""
        match logic:
            case ir.All(parts):
                found = [self.logic(part) for part in parts]
                return self.stages.make(f"({' AND '.join('{}' for _ in found) or 'TRUE'})", *found)
            case ir.AnyOf(parts):
                found = [self.logic(part) for part in parts]
                return self.stages.make(f"({' OR '.join('{}' for _ in found) or 'FALSE'})", *found)
            case ir.Not(part):
                return self.stages.make("(NOT {})", self.logic(part))
            case test:
                return self.test(test)

    def test(self, test: Logic) -> Sql:
        """A test as a truth value: NULL where it is unknown."""
        make = self.stages.make
        match test:
            case ir.Compare(op, left, right):
                sides = (self.constant(v) if isinstance(v, ir.Constant) else self.operand(v) for v in (left, right))
                return make(f"({{}} {_COMPARE[op]} {{}})", *sides)
            case ir.Member(value, options):
                if not options:
                    return make("CASE WHEN {} IS NOT NULL THEN FALSE END", self.operand(value))
                listed = ", ".join(self.constant(option).text for option in options)
                return make(f"({{}} IN ({_escaped(listed)}))", self.operand(value))
            case ir.TextTest(op, value, text):
                if op != "matches":
                    return make(
                        _escaped(self.dialect.text_test(op, "\0", self.dialect.string(text))), self.value(value)
                    )
                if _UNICODE.search(text):
                    self.require_ascii(value)
                return make(_escaped(self.dialect.search("\0", text)), self.value(value))
            case ir.Holds(value):
                return self.value(value)
            case ir.Missing(value):
                return make("({} IS NULL)", self.operand(value))
            case ir.Recorded(name):
                return Sql(self.dialect.boolean(name in self.recorded))
            case _:
                raise AssertionError(f"no test: {test}")


def _escaped(text: str) -> str:
    """A text as a part of a template, with its own place, if it has one, where a NUL stands."""
    return text.replace("{", "{{").replace("}", "}}").replace("\0", "{}")
