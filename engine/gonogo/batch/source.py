"""What facts are read from in columns: a table that SQL reads by itself, or rows that only Python can read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from gonogo.facts.arrays import cells_of
from gonogo.facts.row import Row
from gonogo.facts.unusable import decimal_comma
from gonogo.program.ir import Program
from gonogo.requirements import columns_of
from gonogo.screen.engine import Engine
from gonogo.screen.sql.dialect import Dialect
from gonogo.screen.sql.shape import Column, Shape

BATCH: Final = 10_000
"""So many rows are held at a time where Python looks at them."""


class Placed(NamedTuple):
    """A row at its place in a source, from 0, and the columns that its facts have, where a header names them.

    The file stands with it where its place in the source does not tell.
    """

    place: int
    row: Row
    recorded: frozenset[str] | None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Facts that DuckDB reads by itself.

    Parameters
    ----------
    files : tuple of (str, int)
        What problems call the files that it is made of, each with the place of its first row, from 0.
    relation : str
        What stands behind `FROM`.
    columns : tuple of Column
        All that it has.
    first_line : int
        The line of the first row; 0 where there are no lines.
    number : str
        An expression for the number of a row in its file, from 1.
    decimal : {".", ","}
        The decimal sign of numbers in columns of text.
    is_parquet : bool
        Whether it can be read as one with other Parquet files of its shape.
    count : int or None
        How many rows it must have; None: nobody knows.
    is_complete : bool
        Whether its own statistics say that no value is missing.
    kept : mapping of str to str
        Columns that go with its rows, such as their places `r` where the engine keeps none, and what gives them.
    numbers : frozenset of str
        Columns that hold numbers; looked at where decimals have commas.
    """

    files: tuple[tuple[str, int], ...]
    relation: str
    columns: tuple[Column, ...]
    first_line: int = 0
    number: str = "row_number() OVER ()"
    decimal: Literal[".", ","] = "."
    is_parquet: bool = False
    count: int | None = None
    is_complete: bool = False
    kept: Mapping[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)

    @property
    def shape(self) -> Shape:
        """How its columns lie."""
        return Shape({column.name: column.form for column in self.columns}, self.decimal)

    @property
    def is_unambiguous(self) -> bool:
        """Whether SQL, to which `a` and `A` are one name, can tell its columns apart."""
        return len({column.name.casefold() for column in self.columns}) == len(self.columns)

    @property
    def path(self) -> str:
        """What problems call it as a whole."""
        return self.files[0][0]

    def file_of(self, place: int) -> tuple[str, int]:
        """The file of the row at a place, and the place of that file's first row."""
        return self.files[bisect_right(self.files, place, key=lambda file: file[1]) - 1]

    def rows(self, engine: Engine, wanted: str, program: Program) -> Iterator[Placed]:
        """The rows whose places stand in the table `wanted`, as the scalar screen reads them."""
        needed = self.needed(program)
        for batch in engine.batches(self.chosen(engine.dialect, wanted, needed), BATCH):
            yield from self.rows_of(map(cells_of, batch.columns), needed)

    def rows_of(self, columns: Iterable[Sequence[object]], needed: Sequence[str]) -> Iterator[Placed]:
        """Some rows, from their places and their cells, column by column, of those that are needed."""
        recorded = frozenset(self.header)
        for place, *cells in zip(*columns, strict=True):
            assert isinstance(place, int)
            yield self.placed(place, dict(zip(needed, cells, strict=True)), recorded)

    def needed(self, program: Program) -> tuple[str, ...]:
        """The columns that a program reads and the table has."""
        return tuple(name for name in columns_of(program) if name in self.shape.columns)

    def chosen(self, dialect: Dialect, wanted: str, needed: Sequence[str]) -> str:
        """The statement that gives some rows: their places, and the columns that are needed."""
        named = "".join(f", {dialect.named(name)} AS c{place}" for place, name in enumerate(needed))
        place = self.kept.get("r", "row_number() OVER () - 1")
        numbered = f"SELECT {place} AS r{named} FROM {self.relation}"
        return f"SELECT * FROM ({numbered}) AS n WHERE r IN (SELECT r FROM {wanted}) ORDER BY r"

    def placed(self, place: int, cells: dict[str, object], recorded: frozenset[str]) -> Placed:
        """A row, from its place and its cells; `recorded` are the names of all columns."""
        if self.decimal == ",":
            for name in cells.keys() & self.numbers:
                cell = cells[name]
                cells[name] = decimal_comma(cell) if isinstance(cell, str) else cell
        own = place - self.file_of(place)[1]
        line = self.first_line + own if self.first_line else 0
        return Placed(place, Row(own + 1, line, cells), recorded)


@dataclass(frozen=True, slots=True)
class Rows:
    """Facts that only Python can read: each is judged by itself.

    Parameters
    ----------
    path : str
        What problems call it.
    read, read_again : callable
        Open the facts and give the rows from the first on; the second time nothing is reported.
    """

    path: str
    read: Callable[[], Iterator[Placed]] = field(repr=False)
    read_again: Callable[[], Iterator[Placed]] = field(repr=False)

    def rows(self, wanted: Collection[int]) -> Iterator[Placed]:
        """The rows at these places, in their order."""
        return (placed for placed in self.read_again() if placed.place in wanted) if wanted else iter(())

    def file_of(self, _place: int) -> tuple[str, int]:
        """The file of the row at a place, and the place of its first row."""
        return self.path, 0
