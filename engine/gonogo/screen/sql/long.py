"""Measurements → facts as SQL: each cell is read as in any column, then the picks of each item are aggregated.

The rows are in a table of `n` (the place of a row), `item`, `alone` (its place, where it names no item), `word` (the
characteristic) and `value`; the items in one of `r` (the place of an item), `first` (that of its first row), `item`,
and `b0`, `b1`, … (its lot, and what it belongs to above). What comes out has a column for each field of the program, in
ticks, and tells of odd items.
INVARIANT: an item with one odd measurement is odd as a whole: the scalar screen gets all its rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final, Literal

from gonogo.program import ir
from gonogo.program.ir import Kind, Program
from gonogo.program.picks import Pick, PickName, plain_name
from gonogo.screen.sql.bounds import LARGEST, Bounds
from gonogo.screen.sql.cells import Cells, Names
from gonogo.screen.sql.dialect import Dialect
from gonogo.screen.sql.shape import Form, Shape
from gonogo.screen.sql.stages import Sql, Stages
from gonogo.screen.sql.statement import Screen, balanced, screen_statement

ROWS, ITEMS = "measurements", "measured_items"
"""The tables."""

ITEM, ODD = "the item", "the odd"
"""Columns of an item beside its fields, `f0` and so on, and what it belongs to, `b0` and so on."""

_FINE: Final = Fraction(1, 10**9)
"""Of numbers that nothing is asked of but whether they are there."""

_UNMEASURED: Final[tuple[PickName, ...]] = ("gap", "count")


@dataclass(frozen=True, slots=True)
class Measurements:
    """How measurements lie in columns.

    Parameters
    ----------
    rows, items : str
        The tables.
    form : Form
        Of the values.
    decimal : {".", ","}
        The decimal sign of numbers in texts.
    words : collection of str
        The characteristics that occur.
    belonging : tuple of str
        The columns of the facts that `b0`, `b1`, … are from.
    kept : tuple of str
        Columns of items that come out beside, such as `r`.
    """

    rows: str
    items: str
    form: Form
    decimal: Literal[".", ","]
    words: Collection[str]
    belonging: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def long_statement(screen: Screen, dialect: Dialect, measured: Measurements) -> str:
    """The statement that screens items, from their measurements; raises `Inexpressible`."""
    source = _Pivot(screen, dialect, measured).statement()
    exact, program = (_in_columns(each, screen.program, measured) for each in (screen.exact, screen.program))
    occurring = [known for known in program.fields if _word_of(known, screen.program) in measured.words]
    forms = {known.column: Form.TICKS for known in occurring}
    kept = {name: dialect.named(name) for name in measured.kept}
    units = {f"b{place}": Form.TEXT for place in range(len(measured.belonging))}
    shape = Shape({ITEM: Form.TEXT, **units, **forms})
    wanted = replace(screen, exact=exact, program=program)
    return screen_statement(wanted, dialect, shape, f"({source}) AS items", kept, ODD)


def _in_columns(program: Program, lowered: Program, measured: Measurements) -> Program:
    """A program whose fields are read from the columns that the pivot gives them."""
    units = {column: f"b{place}" for place, column in enumerate(measured.belonging)}
    lot = None if program.lot is None else units[program.lot]
    grouping = tuple(units[column] for column in program.grouping)
    places = {known.name: f"f{place}" for place, known in enumerate(lowered.fields)}
    fields = tuple(replace(known, column=places.get(known.name, known.column)) for known in program.fields)
    return replace(program, fields=fields, item=ITEM, lot=lot, grouping=grouping, missing_words=())


def _word_of(known: ir.Field, program: Program) -> str:
    return next(each.column for each in program.fields if each.name == known.name)


@dataclass(slots=True)
class _Pivot:
    screen: Screen
    dialect: Dialect
    measured: Measurements
    stages: Stages = field(init=False)
    bounds: Bounds = field(init=False)
    odd: list[Sql] = field(default_factory=list)
    last: dict[str, Sql] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stages = Stages(self.dialect)
        self.bounds = Bounds.of(self.screen.program, is_wide=self.screen.is_wide)

    def statement(self) -> str:
        named = self.dialect.named
        for name in ("n", "item", "alone"):
            self.stages.raw[self.stages.name(name)] = named(name)
            self.last[name] = Sql(named(name))
        columns = {f"f{place}": sql for place, sql in self.picks()}
        several = [f"{self.count(name)} > 1" for name in self.asked_for_one()]
        odd_rows = self.stages.make(balanced(["{}"] * len(self.odd), "OR") or "FALSE", *self.odd)
        self.last["odd"] = odd_rows
        odd = " OR ".join([f"bool_or({named('odd')})", *several])
        made = ",\n  ".join(f"{text} AS {named(name)}" for name, text in columns.items())
        read = self.stages.select(self.last, self.measured.rows)
        grouped = (
            f"SELECT min({named('n')}) AS {named('first')},\n  ({odd}) AS {named(ODD)}"
            f"{',' if made else ''}\n  {made}\nFROM (\n{read}\n) AS m GROUP BY {named('item')}, {named('alone')}"
        )
        units = [f"b{place}" for place in range(len(self.measured.belonging))]
        beside = "".join(f", i.{named(name)} AS {named(name)}" for name in (*units, *self.measured.kept))
        return (
            f"SELECT i.{named('item')} AS {named(ITEM)}{beside}, g.*\n"
            f"FROM {self.measured.items} AS i JOIN (\n{grouped}\n) AS g ON g.{named('first')} = i.{named('first')} "
            f"ORDER BY i.{named('r')}"
        )

    def groups(self) -> dict[str, list[tuple[int, ir.Field, Pick]]]:
        """The picks by the field that they are from, each with its place in the program."""
        found: dict[str, list[tuple[int, ir.Field, Pick]]] = {}
        for place, known in enumerate(self.screen.program.fields):
            if known.pick is not None and known.column in self.measured.words:
                found.setdefault(plain_name(known.name), []).append((place, known, known.pick))
        return found

    def asked_for_one(self) -> list[str]:
        groups = self.groups()
        return [name for name, picks in groups.items() if any(pick.how == "one" for _, _, pick in picks)]

    def picks(self) -> Iterator[tuple[int, str]]:
        """For each pick its aggregate; the columns that it is made of are read on the way."""
        for name, picks in self.groups().items():
            self.read(name, [(known, pick) for _, known, pick in picks])
            for place, known, pick in picks:
                yield place, self.aggregate(name, known, pick)

    def read(self, name: str, picks: list[tuple[ir.Field, Pick]]) -> None:
        """Read the cells of one field: its value in ticks, and whether the row is about it."""
        d, (known, pick) = self.dialect, picks[0]
        measured = [each for each, of in picks if of.how not in _UNMEASURED]
        tick = measured[0].tick if measured else _FINE if pick.kind is Kind.NUMBER else Fraction(1)
        bound = min((self.bounds.fields[each.name] for each in measured), default=LARGEST)
        self.values[name] = f"v{len(self.values)}"
        is_it = f"coalesce({d.named('word')} = {d.string(known.column)}, FALSE)"
        cell, draft, value, here = (self.stages.name(f"{name} {what}") for what in ("cell", "draft", "value", "here"))
        self.stages.raw[cell] = f"CASE WHEN {is_it} THEN {d.named('value')} END"
        self.stages.raw[here] = is_it
        of_each = replace(known, type=replace(known.type, kind=pick.kind), tick=tick, pick=None)
        missing = self.screen.exact.missing_words
        cells = Cells(d, self.measured.decimal, missing, self.screen.missing_numbers)
        reading = cells.reading(of_each, self.measured.form, bound, Names(*map(d.named, (cell, draft, value))))
        self.last[self.values[name]] = self.stages.place(reading, draft, value)
        self.last[f"{self.values[name]} here"] = Sql(d.named(here))
        if reading.odd is not None:
            is_odd = f"CASE WHEN {d.named(here)} THEN {reading.odd} ELSE FALSE END"  # of other rows nothing is asked
            self.odd.append(Sql(is_odd, self.last[self.values[name]].stage))

    def count(self, name: str) -> str:
        """How many rows of the item are about a field."""
        return f"count(CASE WHEN {self.dialect.named(f'{self.values[name]} here')} THEN 1 END)"

    def aggregate(self, name: str, known: ir.Field, pick: Pick) -> str:
        value = self.dialect.named(self.values[name])
        whole = f"count({value}) = {self.count(name)} AND count({value}) > 0"
        match pick.how:
            case "largest" | "one":  # of several, one is odd
                return f"max({value})"
            case "smallest":
                return f"min({value})"
            case "max" | "min":
                return f"CASE WHEN {whole} THEN {pick.how}({value}) END"
            case "range":
                return f"CASE WHEN {whole} THEN max({value}) - min({value}) END"
            case "sum":
                return f"CASE WHEN {whole} THEN sum({self.dialect.cast(value, self.dialect.wide)}) END"
            case "count":
                return f"CASE WHEN {whole} THEN count({value}) END"
            case "gap":
                return f"CASE WHEN {whole} THEN FALSE END"
            case "unlike" | "like":
                return self.one_that_is(value, known, pick)
            case _:
                raise AssertionError(f"a mean is no pick in ticks: {pick}")

    def one_that_is(self, value: str, known: ir.Field, pick: Pick) -> str:
        """A value that is, or is not, among some; where there is none, any."""
        literals = [text for option in pick.options if (text := self.literal(option, known)) is not None]
        among = f"{value} IN ({', '.join(literals)})" if literals else "FALSE"
        test = f"NOT ({among})" if pick.how == "unlike" else among
        return f"coalesce(min(CASE WHEN {test} THEN {value} END), min({value}))"

    def literal(self, option: Fraction | int | float | str | bool, known: ir.Field) -> str | None:
        """A listed value as the column has it; None where no value in ticks can be it."""
        if isinstance(option, str):
            return self.dialect.string(option)
        if isinstance(option, bool):
            return self.dialect.boolean(option)
        ticks = Fraction(option) / known.tick
        return self.dialect.number(int(ticks)) if ticks.denominator == 1 else None
