"""Paths → sources: files that DuckDB reads by itself, several of one shape as one; anything else row by row."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, groupby
from pathlib import Path
from typing import BinaryIO, Final

from gonogo.batch.source import Placed, Rows, Table
from gonogo.facts import FactsOptions, open_facts
from gonogo.facts.formats import ENDINGS
from gonogo.facts.input import standard_input
from gonogo.facts.plain import plain_csv
from gonogo.facts.source import assumed_decimal
from gonogo.facts.tables import can_read_parquet, names_in_parquet, spool_to_parquet
from gonogo.problems import Problem
from gonogo.program.ir import Program
from gonogo.requirements import checked_rows, columns_of, numbers_of, require_columns
from gonogo.screen.columnar import Session, csv_source, parquet_source
from gonogo.screen.engine import Unscannable
from gonogo.screen.sql.shape import Column, Form

ROW_NUMBER: Final = "file_row_number"


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens the files of one run.

    Parameters
    ----------
    program : Program
        Of the standard.
    options : FactsOptions
        What the user says about the files.
    report : callable
        Takes each problem that does not stop the run.
    stdin : BinaryIO, optional
        What standard input is.
    """

    session: Session
    program: Program
    options: FactsOptions
    report: Callable[[Problem], None]
    stdin: BinaryIO | None = None

    def sources(self, paths: Iterable[str]) -> Iterator[Table | Rows]:
        """The sources of some files, in their order; raises `Refused` where one lacks a column."""
        for key, alike in groupby(map(self.source, paths), key=_joined_with):
            found = list(alike)
            tables = [source for source in found if isinstance(source, Table)]
            yield from found if key is None or len(found) == 1 else [self._joined(tables)]

    def source(self, path: str) -> Table | Rows:
        """The source of one file."""
        format_ = self.options.format or ENDINGS.get(Path(path).suffix.lower(), "csv")
        table = None
        if format_ == "parquet":
            table = self._parquet(path, path)
        elif format_ == "arrow":
            table = self._arrow(path)
        elif format_ == "csv" and path != "-":
            table = self._csv(path)
        if table is None or not table.is_unambiguous:
            return self.rows(path)
        require_columns(self.program, path, table.header)
        return table

    def rows(self, path: str) -> Rows:
        """A file whose rows Python reads; standard input is kept, for it may be read more than once."""
        kept = self._kept_input() if path == "-" else None
        read = partial(self._read, path, kept)
        return Rows(path, partial(read, self.report), partial(read, lambda _: None))

    def _kept_input(self) -> Path:
        kept = self.session.folder / "input"
        if not kept.exists():
            with kept.open("wb") as file:
                shutil.copyfileobj(self.stdin or standard_input(), file)
        return kept

    def _read(self, path: str, kept: Path | None, report: Callable[[Problem], None]) -> Iterator[Placed]:
        wanted, numbers = columns_of(self.program), numbers_of(self.program)
        with ExitStack() as at_the_end:
            stdin = at_the_end.enter_context(kept.open("rb")) if kept is not None else None
            facts = at_the_end.enter_context(open_facts(path, numbers, self.options, report, stdin, wanted=wanted))
            recorded = None if facts.columns is None else frozenset(facts.columns)
            for place, row in enumerate(checked_rows(facts, self.program)):
                yield Placed(place, row, recorded)

    # ------------------------------------------------------------------------------------ what SQL can read

    def _parquet(self, path: str, file: str) -> Table | None:
        relation, wanted = parquet_source(file), columns_of(self.program)
        names = names_in_parquet(file, wanted)
        if names is None or ROW_NUMBER in map(str.casefold, names):  # it would hide the number of a row
            return None
        try:
            columns = self.session.columns(relation)
            chunks = self.session.chunks(file)
            [(count,)] = self.session.run(f"SELECT count(*) FROM {relation}")
        except Unscannable:
            return None
        if names != tuple(column.name for column in columns):  # DuckDB renames columns that it can't tell apart
            return None
        if (packed := chunks.gzip.intersection(wanted)) and not can_read_parquet(file, packed):
            return None
        return Table(
            ((path, 0),),
            relation,
            columns,
            number=f"{ROW_NUMBER} + 1",
            is_parquet=path == file,
            count=count,
            is_complete=chunks.incomplete.isdisjoint(wanted),
        )

    def _arrow(self, path: str) -> Table | None:
        """Arrow files go through Parquet, which is read from disk piece by piece."""
        number = len(list(self.session.folder.glob("arrow-*")))
        file = self.session.folder / f"arrow-{number}.parquet"
        return self._parquet(path, str(file)) if spool_to_parquet(path, file, columns_of(self.program)) else None

    def _csv(self, path: str) -> Table | None:
        plain = plain_csv(path, numbers_of(self.program), self.options)
        if plain is None:
            return None
        if plain.example is not None:
            self.report(assumed_decimal(path, plain.example))
        columns = tuple(Column(name, Form.TEXT) for name in plain.columns if name)
        relation = csv_source(path, plain.columns, plain.delimiter, plain.compression)
        return Table(
            ((path, 0),),
            relation,
            columns,
            first_line=2,
            decimal=plain.decimal,
            count=plain.rows,
            numbers=numbers_of(self.program),
        )

    def _joined(self, tables: list[Table]) -> Table:
        """Parquet files of one shape as one table."""
        counts = [table.count or 0 for table in tables]
        starts = accumulate(counts[:-1], initial=0)
        return replace(
            tables[0],
            files=tuple((table.path, start) for table, start in zip(tables, starts, strict=True)),
            relation=parquet_source(*(table.path for table in tables)),
            count=sum(counts),
            is_complete=all(table.is_complete for table in tables),
        )


def _joined_with(source: Table | Rows) -> object:
    """What sources have in common that are read as one; None: each by itself."""
    return source.columns if isinstance(source, Table) and source.is_parquet else None
