"""A program and the shape of facts → one statement: the words of each fact's situation, and whether it is odd.

The columns that come out are `item`, `lot` and what an item belongs to above lots (`above_1`, …) as texts (NULL: none),
`odd`, and for each group of components its
words, `w0`, `w1`, …, in which two bits say what a condition came to, as in `screen.situation`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from gonogo.program import ir
from gonogo.program.ir import Kind, Program
from gonogo.program.passes.rewrite import leaves, values_of
from gonogo.screen.sql.bounds import Bounds
from gonogo.screen.sql.cells import Cells, Names, float_limit
from gonogo.screen.sql.dialect import Dialect
from gonogo.screen.sql.expressions import Expressions
from gonogo.screen.sql.shape import Form, Shape
from gonogo.screen.sql.stages import RAW, Sql, Stages

WORD: Final = 31
"""So many conditions a word holds: with two bits each it is a whole number without a sign."""

OWN: Final = ("r", "row")
"""Columns that come out beside the words have these names, and no other has."""

LONG: Final = 80
"""A condition of more characters is written once, as a column of its own."""

_FLIPPED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Screen:
    """What is printed.

    Parameters
    ----------
    exact, program : Program
        Before and after the pass `ticks`.
    words : sequence of sequence of int
        For each word the conditions whose outcomes it holds, from the lowest bits on.
    missing_numbers : tuple of Fraction
        Numbers that say nothing.
    is_quoted : bool
        True where names of items go into JSON: those that would have to be escaped are odd.
    is_wide : bool
        True to compute in wide numbers, so that fields may be larger.
    is_complete : bool
        True for facts in which no value is missing: where one is all the same, a word is NULL.
    """

    exact: Program
    program: Program
    words: Sequence[Sequence[int]]
    missing_numbers: tuple[Fraction, ...] = ()
    is_quoted: bool = False
    is_wide: bool = False
    is_complete: bool = False


def screen_statement(
    screen: Screen,
    dialect: Dialect,
    shape: Shape,
    source: str,
    kept: Mapping[str, str] | None = None,
    odd: str | None = None,
) -> str:
    """The statement that screens a source; raises `Inexpressible`.

    Parameters
    ----------
    source : str
        What stands behind `FROM`.
    kept : mapping of str to str, optional
        Columns that come out beside, such as `row`, and the expressions over the source that give them.
    odd : str, optional
        A column of the source that tells of odd rows.
    """
    writer = _Writer(screen, dialect, shape)
    if odd is not None:
        writer.odd.append(Sql(writer.cell(odd)))
    return writer.statement(source, kept or {})


@dataclass(slots=True)
class _Writer:
    screen: Screen
    dialect: Dialect
    shape: Shape
    stages: Stages = field(init=False)
    bounds: Bounds = field(init=False)
    cells: dict[str, str] = field(default_factory=dict)
    as_floats: dict[str, Sql] = field(default_factory=dict)
    odd: list[Sql] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stages = Stages(self.dialect)
        for name in OWN:
            self.stages.name(name)
        self.bounds = Bounds.of(self.screen.program, is_wide=self.screen.is_wide)

    def statement(self, source: str, kept: Mapping[str, str]) -> str:
        program = self.screen.program
        item, lot = self.identity(program.item, is_item=True), self.identity(program.lot)
        above = {above_name(number): self.identity(column) for number, column in enumerate(program.grouping) if number}
        values = self.read_fields()
        recorded = frozenset(known.name for known in program.fields if known.column in self.shape.columns)
        expressions = Expressions(self.dialect, self.stages, self.bounds, values, recorded, self.odd)
        for quantity in program.derived:
            value = expressions.operand(quantity.value)
            expressions.derived[quantity.name] = self.stages.bind(value, quantity.name)
        words = {
            f"w{number}": self.word(expressions, conditions) for number, conditions in enumerate(self.screen.words)
        }
        self.stages.raw |= kept
        beside = {name: Sql(self.dialect.named(name)) for name in kept}
        last = {**beside, "item": item, "lot": lot, **above, "odd": self.any_odd(), **words}
        return self.stages.select(last, source)

    # --------------------------------------------------------------------------------------------- columns

    def cell(self, column: str) -> str:
        """What the column of that name is called here."""
        if column not in self.cells:
            self.cells[column] = self.stages.name(f"{column} cell")
            self.stages.raw[self.cells[column]] = self.dialect.named(column)
        return self.dialect.named(self.cells[column])

    def read_fields(self) -> dict[str, Sql]:
        screen, found = self.screen, {}
        cells = Cells(self.dialect, self.shape.decimal, screen.exact.missing_words, screen.missing_numbers)
        comparable = self.comparable()
        for known in screen.program.fields:
            form = self.shape.columns.get(known.column, Form.NOTHING)
            if known.name in comparable:
                self.as_floats[known.name] = self.read_float(known, cells)
                continue
            cell = self.cell(known.column) if form is not Form.NOTHING else ""
            draft, value = self.stages.name(f"{known.name} draft"), self.stages.name(known.name)
            names = Names(cell, self.dialect.named(draft), self.dialect.named(value))
            reading = cells.reading(known, form, self.bounds.fields[known.name], names)
            found[known.name] = self.stages.place(reading, draft, value)
            if reading.odd is not None:
                self.odd.append(Sql(reading.odd, found[known.name].stage))
        return found

    def identity(self, column: str | None, *, is_item: bool = False) -> Sql:
        """The name of an item or a lot; of an item that has none, or one that SQL does not write, the row is odd."""
        d = self.dialect
        form = Form.NOTHING if column is None else self.shape.columns.get(column, Form.NOTHING)
        if column is None or form is Form.NOTHING:
            if column is not None and is_item:
                self.odd.append(Sql("TRUE"))
            return Sql(d.cast("NULL", d.text))
        cell = self.cell(column)
        if form is Form.TEXT:
            bare = self.stages.bind(Sql(f"nullif({d.stripped(cell)}, '')"), "item name" if is_item else "lot name")
            name, is_broken = bare.text, d.is_broken(cell)
            self.odd += [Sql(is_broken)] if is_broken is not None else []
            if self.screen.is_quoted:
                plain = d.is_full_match(name, r'[^"\\\x00-\x1f]*')
                self.odd.append(Sql(f"NOT coalesce({plain}, TRUE)", bare.stage))
            stage = bare.stage
        elif form is Form.WHOLE:
            name, stage = d.cast(cell, d.text), RAW
        elif form is Form.REAL:  # spreadsheets and data frames make floats of whole numbers
            whole = self.stages.bind(Sql(d.try_cast(d.rounded(cell), d.whole)), "item name" if is_item else "lot name")
            fits = f"{d.cast(whole.text, d.real)} = {cell} AND abs({cell}) < {d.float64(1e15)}"
            name, stage = f"CASE WHEN {fits} THEN {d.cast(whole.text, d.text)} END", whole.stage
            self.odd.append(Sql(f"({name} IS NULL AND {cell} IS NOT NULL)", stage))
        else:
            self.odd.append(Sql(f"({cell} IS NOT NULL)"))
            name, stage = d.cast("NULL", d.text), RAW
        if is_item:
            self.odd.append(Sql(f"({name} IS NULL)", stage))
        return Sql(name, stage)

    # ----------------------------------------------------------------------------------------- float64 columns

    def comparable(self) -> frozenset[str]:
        """Fields in columns of float64 that are only compared with limits: their floats are compared as they are."""
        exact = self.screen.exact
        candidates = {
            known.name
            for known in exact.fields
            if known.type.kind is Kind.NUMBER and self.shape.columns.get(known.column) is Form.REAL
        }
        for quantity in exact.derived:
            candidates -= {leaf.name for leaf in leaves(quantity.value) if isinstance(leaf, ir.FieldValue)}
        for test in exact.conditions:
            if self.float_test(test) is None:
                below = (leaf for value in values_of(test) for leaf in leaves(value))
                candidates -= {leaf.name for leaf in below if isinstance(leaf, ir.FieldValue)}
        return frozenset(candidates)

    def float_test(self, test: ir.Logic) -> tuple[str, str] | None:
        """The field of a test, and the test of its float64 as a template; None where it takes more than comparing."""
        match test:
            case ir.Compare(op, ir.FieldValue(name), ir.Constant(Fraction() as limit)):
                return self.against(name, op, limit)
            case ir.Compare(op, ir.Constant(Fraction() as limit), ir.FieldValue(name)):
                return self.against(name, _FLIPPED[op], limit)
            case ir.Member(ir.FieldValue(name), options):
                limits = [float_limit(o.value) if isinstance(o.value, Fraction) else None for o in options]
                if None in limits:
                    return None
                return (
                    name,
                    f"({{}} IN ({', '.join(self.dialect.float64(each) for each in limits if each is not None)}))",
                )
            case ir.Missing(ir.FieldValue(name)):
                return name, "({} IS NULL)"
            case _:
                return None

    def against(self, name: str, op: str, limit: Fraction) -> tuple[str, str] | None:
        nearest = float_limit(limit)
        sign = "<>" if op == "!=" else op
        return None if nearest is None else (name, f"({{}} {sign} {self.dialect.float64(nearest)})")

    def read_float(self, known: ir.Field, cells: Cells) -> Sql:
        """The column as it is, without what says nothing."""
        cell = self.cell(known.column)
        numbers = [float_limit(number) for number in cells.missing_numbers]
        words = [self.dialect.float64(number) for number in numbers if number is not None]
        if not words:
            return Sql(cell, is_name=True)
        return self.stages.bind(Sql(f"CASE WHEN {cell} NOT IN ({', '.join(words)}) THEN {cell} END"), known.name)

    # ---------------------------------------------------------------------------------------- odd, and words

    def any_odd(self) -> Sql:
        """Whether anything makes the row odd."""
        parts = list(dict.fromkeys(self.odd))
        if self.as_floats:
            parts.append(self.not_finite())
        return self.stages.make(balanced(["{}"] * len(parts), "OR") or "FALSE", *parts)

    def not_finite(self) -> Sql:
        """Whether a float64 that is compared is no finite number: their sum tells it of most rows at once."""
        cells = list(dict.fromkeys(self.dialect.named(self.cells[k.column]) for k in self.fields_as_floats()))
        each = balanced([f"NOT coalesce({self.dialect.is_finite(cell)}, TRUE)" for cell in cells], "OR")
        if len(cells) < 4:
            return Sql(f"({each})")
        total = self.stages.bind(Sql(balanced(cells, "+")), "sum")
        return Sql(f"CASE WHEN {self.dialect.is_finite(total.text)} THEN FALSE ELSE {each} END", total.stage)

    def fields_as_floats(self) -> list[ir.Field]:
        return [known for known in self.screen.program.fields if known.name in self.as_floats]

    def word(self, expressions: Expressions, conditions: Sequence[int]) -> Sql:
        """The outcomes of some conditions: fast where all are known, else one by one."""
        tests = [self.condition(expressions, number) for number in conditions]
        size = self.dialect.codes
        codes = [self.code(tests[start : start + size]) for start in range(0, len(tests), size)]
        whole = self.dialect.cast("{}", self.dialect.whole)
        places = [
            self.stages.make(f"{whole} * {self.dialect.number(4 ** (size * n))}" if n else whole, code)
            for n, code in enumerate(codes)
        ]
        together = "\n    | ".join("{}" for _ in places)
        return self.stages.make(together or self.dialect.cast("0", self.dialect.whole), *places)

    def code(self, tests: Sequence[Sql]) -> Sql:
        line = "\n      | "
        known = line.join(self.dialect.coded("{}", place, unknown=False) for place in range(len(tests)))
        if self.screen.is_complete:
            return self.stages.make(f"({known})", *tests)
        all_of = line.join(self.dialect.coded("{}", place, unknown=True) for place in range(len(tests)))
        return self.stages.make(f"coalesce(\n      {known},\n      {all_of})", *tests, *tests)

    def condition(self, expressions: Expressions, number: int) -> Sql:
        as_float = self.float_test(self.screen.exact.conditions[number])
        if as_float is not None and as_float[0] in self.as_floats:
            found = self.stages.make(as_float[1], self.as_floats[as_float[0]])
        else:
            found = expressions.test(self.screen.program.conditions[number])
        return self.stages.bind(found, f"condition {number}") if len(found.text) > LONG else found


def above_name(level: int) -> str:
    """The column for what an item belongs to at a level above lots."""
    return f"above_{level}"


def balanced(parts: Sequence[str], operator: str) -> str:
    """Operands in nested pairs: a chain of thousands would be deeper than engines read."""
    if len(parts) < 3:
        return f"\n    {operator} ".join(parts)
    middle = len(parts) // 2
    return f"({balanced(parts[:middle], operator)})\n    {operator} ({balanced(parts[middle:], operator)})"
