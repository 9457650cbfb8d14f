"""Measurements in columns: the rows of all files of a run as one table, their items as another; or items by Python.

INVARIANT: an item's rows may lie anywhere in the files of a run. Where not all files can be read in columns, and as
one, Python gathers the rows of all of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from gonogo.batch.source import BATCH, Placed, Rows, Table
from gonogo.facts import Row
from gonogo.facts.arrays import cells_of
from gonogo.facts.long import Gathering, belonging_of, blank_characteristic, differing_lots
from gonogo.facts.picks import Values
from gonogo.facts.unusable import decimal_comma
from gonogo.problems import Problem
from gonogo.program.ir import Program
from gonogo.requirements import check_characteristics
from gonogo.screen.engine import Engine, Unscannable
from gonogo.screen.sql.long import ITEMS, ROWS, Measurements
from gonogo.screen.sql.shape import Form

if TYPE_CHECKING:
    from gonogo.batch.run import Run

Report = Callable[[Problem], None]


NOWHERE: Final = Measurements(ROWS, ITEMS, Form.NOTHING, ".", ())

RowsOf = Callable[["Table | Rows"], Sequence[Rows]]
"""The rows of a source as Python reads them, file by file."""


def take_long(run: Run, sources: Sequence[Table | Rows], rows_of: RowsOf) -> None:
    """Judge the items of sources that hold measurements."""
    program, report = run.judge.exact, run.tally.report
    tables = [source for source in sources if isinstance(source, Table)]
    if tables and len(tables) == len(sources):
        table = table_gathered(run.engine, program, tables)
        if table is not None and run.take_table(table):
            tell_gathered(run.engine, program, table, report)
            return
    run.take_rows(rows_gathered(program, [rows for source in sources for rows in rows_of(source)], report))


def rows_gathered(program: Program, files: Sequence[Rows], report: Report) -> Rows:
    """The items of some files, whose rows Python reads."""

    def read(tell: Report, *, is_again: bool) -> Iterator[Placed]:
        gathering = Gathering(program, tell)
        for file in files:
            for placed in file.read_again() if is_again else file.read():
                gathering.add(file.path, placed.row)
        if gathering.has_rows:
            check_characteristics(program, files[0].path, gathering.words, tell)
        recorded = frozenset(gathering.words)
        for place, (path, fact) in enumerate(gathering.facts()):
            yield Placed(place, fact, recorded, path)

    path = files[0].path if files else ""
    return Rows(path, lambda: read(report, is_again=False), lambda: read(lambda _: None, is_again=True))


@dataclass(frozen=True, slots=True)
class LongTable(Table):
    """Items in columns, of measurements in a table.

    Parameters
    ----------
    tables : tuple of Table
        What the measurements are from.
    starts : tuple of int
        For each the place of its first row among all.
    measured : Measurements
        Where they are.
    """

    tables: tuple[Table, ...] = ()
    starts: tuple[int, ...] = ()
    measured: Measurements = NOWHERE

    def place_of(self, row: int) -> tuple[str, int, int]:
        """File, number and line of the measurement at a place among all."""
        number = bisect_right(self.starts, row) - 1
        table, own = self.tables[number], row - self.starts[number]
        path, start = table.file_of(own)
        own -= start
        return path, own + 1, table.first_line + own if table.first_line else 0

    def rows(self, engine: Engine, wanted: str, program: Program) -> Iterator[Placed]:
        """The items whose places stand in the table `wanted`, as the scalar screen reads them."""
        recorded = frozenset(self.measured.words)
        belonging = self.measured.belonging
        known = recorded.intersection(each.column for each in program.fields)
        for place, rows in groupby(self._measurements(engine, wanted), key=itemgetter(0)):
            found: dict[str, list[tuple[object, tuple[str, int, int]]]] = {}
            of_item = list(rows)
            _, first, item, *units = of_item[0][: 3 + len(belonging)]
            for *_, n, word, value in of_item:
                if word in known:
                    found.setdefault(word, []).append((value, self.place_of(n)))
            cells: dict[str, object] = {word: _values(each) for word, each in found.items()}
            cells |= dict(zip((program.item or "", *belonging), (item, *units), strict=True))
            path, number, line = self.place_of(first)
            yield Placed(place, Row(number, line, cells), recorded, path)

    def _measurements(self, engine: Engine, wanted: str) -> Iterator[tuple[Any, ...]]:
        """The rows of some items, item by item."""
        units = "".join(f", i.b{place}" for place in range(len(self.measured.belonging)))
        chosen = (
            f"SELECT i.r, i.first, i.item{units}, m.n, m.word, m.value FROM {self.measured.items} AS i "
            f"JOIN {self.measured.rows} AS m ON coalesce(i.item, '') = coalesce(m.item, '') "
            f"AND coalesce(i.alone, -1) = coalesce(m.alone, -1) "
            f"WHERE i.r IN (SELECT r FROM {wanted}) ORDER BY i.r, m.n"
        )
        for batch in engine.batches(chosen, BATCH):
            *columns, values = (cells_of(column) for column in batch.columns)
            if self.measured.decimal == ",":
                values = [decimal_comma(value) if isinstance(value, str) else value for value in values]
            yield from zip(*columns, values, strict=True)


def _values(found: Sequence[tuple[object, tuple[str, int, int]]]) -> Values:
    cells, places = zip(*found, strict=True)
    return Values(cells, places)


def table_gathered(engine: Engine, program: Program, tables: Sequence[Table]) -> LongTable | None:
    """The items of some tables in columns; None where that takes Python."""
    reading = _Gathered(engine, program, tuple(tables))
    try:
        return reading.table()
    except Unscannable:
        return None


@dataclass(frozen=True, slots=True)
class _Gathered:
    engine: Engine
    program: Program
    tables: tuple[Table, ...]

    def table(self) -> LongTable | None:
        long = self.program.long
        assert long is not None
        forms = {(table.shape.columns[long.value], _kind_of(table, long.value), table.decimal) for table in self.tables}
        names = [self.names(table) for table in self.tables]
        if (
            len(forms) != 1
            or any(None in named.values() for named in names)
            or not all(table.is_unambiguous for table in self.tables)
        ):
            return None
        counts = [self.counted(table) for table in self.tables]
        starts = tuple(accumulate(counts[:-1], initial=0))
        parts = [self.part(table, start, named) for table, start, named in zip(self.tables, starts, names, strict=True)]
        rows = self.engine.create(ROWS, " UNION ALL ".join(parts))
        if rows != sum(counts) or self.has_odd_names():
            return None
        items = self.engine.create(ITEMS, self.items())
        [(form, _, decimal)] = forms
        words = [word for word, _ in self.words()]
        kept = tuple(name for name in ("r",) if self.tables[0].kept)
        measured = Measurements(ROWS, ITEMS, form, decimal, frozenset(words), belonging_of(self.program), kept)
        first = self.tables[0]
        return LongTable(first.files, ITEMS, (), count=items, tables=self.tables, starts=starts, measured=measured)

    def counted(self, table: Table) -> int:
        if table.count is not None:
            return table.count
        return int(self.engine.run(f"SELECT count(*) FROM {table.relation}")[0][0])

    def names(self, table: Table) -> dict[str, str | None]:
        """Item, characteristic and what the item belongs to, as texts; None where SQL does not write them as Python."""
        long = self.program.long
        assert long is not None
        columns = {"item": self.program.item, "word": long.characteristic}
        columns |= {f"b{place}": column for place, column in enumerate(belonging_of(self.program))}
        return {name: self.name(table, column) for name, column in columns.items()}

    def name(self, table: Table, column: str | None) -> str | None:
        d = self.engine.dialect
        form = Form.NOTHING if column is None else table.shape.columns.get(column, Form.NOTHING)
        cell = d.named(column or "")
        match form:
            case Form.NOTHING:
                return d.cast("NULL", d.text)
            case Form.TEXT:
                return f"nullif({d.stripped(cell)}, '')"
            case Form.WHOLE:
                return d.cast(cell, d.text)
            case Form.REAL:  # spreadsheets and data frames make floats of whole numbers
                whole = d.try_cast(d.rounded(cell), d.whole)
                fits = f"{d.cast(whole, d.real)} = {cell} AND abs({cell}) < {d.float64(1e15)}"
                other = f"CASE WHEN {cell} IS NOT NULL THEN {d.string(_ODD)} END"
                return f"CASE WHEN {fits} THEN {d.cast(whole, d.text)} ELSE {other} END"
            case _:
                return None

    def part(self, table: Table, start: int, names: Mapping[str, str | None]) -> str:
        d, long = self.engine.dialect, self.program.long
        assert long is not None
        named = ", ".join(f"{text} AS {name}" for name, text in names.items())
        place = table.kept.get("r", "row_number() OVER () - 1")
        numbered = (
            f"SELECT {place} + {d.number(start)} AS n, {named}, {d.named(long.value)} AS value FROM {table.relation}"
        )
        return f"SELECT *, CASE WHEN item IS NULL THEN n END AS alone FROM ({numbered}) AS t"

    def has_odd_names(self) -> bool:
        """Whether a name is one that only Python writes, or holds half a character."""
        d = self.engine.dialect
        names = list(self.names(self.tables[0]))
        tests = [f"{name} = {d.string(_ODD)}" for name in names]
        tests += [test for name in names if (test := d.is_broken(name)) is not None]
        return bool(self.engine.run(f"SELECT count(*) FROM {ROWS} WHERE {' OR '.join(tests)}")[0][0])

    def items(self) -> str:
        units = "".join(
            f", CASE WHEN count(DISTINCT b{place}) = 1 THEN min(b{place}) END AS b{place}, "
            f"count(DISTINCT b{place}) AS many_{place}"
            for place in range(len(belonging_of(self.program)))
        )
        grouped = f"SELECT item, alone, min(n) AS first{units} FROM {ROWS} GROUP BY item, alone"
        return f"SELECT row_number() OVER (ORDER BY first) - 1 AS r, * FROM ({grouped}) AS g ORDER BY first"

    def words(self) -> list[tuple[str, int]]:
        """The characteristics that occur, in the order of their first rows, and in how many rows."""
        counted = f"SELECT word, count(*), min(n) FROM {ROWS} WHERE word IS NOT NULL GROUP BY word ORDER BY min(n)"
        return [(row[0], row[1]) for row in self.engine.run(counted)]


_ODD = "\x00"
"""What stands for a name that only Python writes: no name is so."""


def _kind_of(table: Table, name: str) -> str:
    return next(column.kind for column in table.columns if column.name == name)


def tell_gathered(engine: Engine, program: Program, table: LongTable, report: Report) -> None:
    """Tell what the rows of items in columns lack; raises `Refused` where no row is about a field."""
    long = program.long
    assert long is not None
    for piece in engine.pieces(f"SELECT n FROM {ROWS} WHERE word IS NULL ORDER BY n", BATCH):
        for (row,) in piece:
            report(blank_characteristic(long, table.place_of(row)))
    words = dict(_Gathered(engine, program, table.tables).words())
    if table.count:
        check_characteristics(program, table.path, words, report)
    for place, column in enumerate(belonging_of(program)):
        units = (
            f"SELECT i.first, i.item, m.b{place} FROM {ITEMS} AS i JOIN {ROWS} AS m ON i.item = m.item "
            f"WHERE i.many_{place} > 1 AND m.b{place} IS NOT NULL "
            f"GROUP BY i.first, i.item, m.b{place} ORDER BY i.first, m.b{place}"
        )
        differing = (row for piece in engine.pieces(units, BATCH) for row in piece)
        for (first, item), rows in groupby(differing, key=itemgetter(0, 1)):
            report(differing_lots(item, table.place_of(first), column, [row[2] for row in rows]))
