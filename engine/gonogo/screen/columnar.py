"""The columnar screen: statements run by DuckDB, over files or tables, in bounded memory (the only user of duckdb).

INVARIANT: rows come out as they went in. DuckDB keeps the order of what it scans and computes; a join loses it, and
so what is joined is put in order again. Left alone, its optimizer makes a join of `x IN (…)` with five literals.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from gonogo.problems import Problem, Refused
from gonogo.screen.engine import Unscannable, Values, arrow_table
from gonogo.screen.sql.dialect import DUCKDB, Dialect
from gonogo.screen.sql.shape import Column, Form

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY_MB: Final = 700
"""What DuckDB may hold; what is more goes to a temporary folder."""

PACE: Final = 0.1

_FORMS: Final = {
    "VARCHAR": Form.TEXT,
    "DOUBLE": Form.REAL,
    "FLOAT": Form.SHORT_REAL,
    "BOOLEAN": Form.FLAG,
    "DATE": Form.DATE,
    "TIMESTAMP": Form.TIME,
    "TIMESTAMP_S": Form.TIME,
    "TIMESTAMP_MS": Form.TIME,
    "TIMESTAMP WITH TIME ZONE": Form.TIME,
    "TIMESTAMP_NS": Form.FINE_TIME,
    "TIMESTAMPTZ_NS": Form.FINE_TIME,
    '"NULL"': Form.NOTHING,
    **dict.fromkeys(
        "TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER UBIGINT HUGEINT UHUGEINT".split(), Form.WHOLE
    ),
}


class Chunks(NamedTuple):
    """Columns of a Parquet file in which a value may be missing, and those that are packed with gzip."""

    incomplete: frozenset[str]
    gzip: frozenset[str]


class Session:
    """A database of its own, in memory and in a temporary folder, which is gone with it.

    Parameters
    ----------
    watch : callable, optional
        Called ten times a second while a statement runs, with the share that is done (0 to 1), where that is known.
    """

    def __init__(self, watch: Callable[[float | None], None] | None = None, memory_mb: int = MEMORY_MB) -> None:
        import duckdb

        self._folder = tempfile.TemporaryDirectory(prefix="gonogo-", ignore_cleanup_errors=True)
        self._errors = duckdb.Error
        # What DuckDB does not understand is our own fault; all else that it says is the files', or the machine's.
        self._faults = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
        self._watch = watch
        self._registered: dict[str, object] = {}
        self._made: set[str] = set()
        config = {"memory_limit": f"{memory_mb}MB", "temp_directory": self._folder.name, "TimeZone": "UTC"}
        try:
            self._connection = duckdb.connect(":memory:")
            for name, value in config.items():
                self._connection.execute(f"SET {name} = {DUCKDB.string(value)}")
            for name, value in _SETTINGS.items():
                self._connection.execute(f"SET {name} = {value}")
        except BaseException:
            self._folder.cleanup()
            raise

    @property
    def dialect(self) -> Dialect:
        """What its SQL is like."""
        return DUCKDB

    @property
    def folder(self) -> Path:
        """A folder for what is only needed now."""
        return Path(self._folder.name)

    def close(self) -> None:
        """Let go of everything."""
        with suppress(self._errors):  # behind a second interrupt, a statement may still run
            self._connection.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    # -------------------------------------------------------------------------------------------- statements

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement to its end, and give what it returns; for results of few rows.

        Raises
        ------
        Unscannable
            Where a file it reads is not what it seemed.
        """
        with self._telling():
            self._waited(self._connection, self._connection.execute, statement)
            return self._connection.fetchall() if self._connection.description else []

    def pieces(self, statement: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a result, so many at a time; nothing else may run meanwhile."""
        with closing(self._cursor()) as cursor, self._telling():
            self._waited(cursor, cursor.execute, statement)
            while rows := cursor.fetchmany(size):
                yield rows

    def batches(self, statement: str, size: int) -> Iterator[pa.RecordBatch]:
        """The same as batches of columns."""
        with closing(self._cursor()) as cursor, self._telling():
            yield from self._waited(cursor, lambda: cursor.sql(statement).to_arrow_reader(size))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except self._faults:
            raise
        except self._errors as error:
            words = " ".join(str(error).split())
            if "max_temp_directory_size" in words:
                what, mend = "this temporary folder has no room left", "make room, or name another folder in TMPDIR"
                raise Refused([Problem("unwritable", str(self.folder.parent), what, mend)]) from None
            raise Unscannable(words) from None

    def _cursor(self) -> Any:
        """A connection of its own to the same tables, so that a result can be read while others are made."""
        cursor = self._connection.cursor()
        for name, table in self._registered.items():
            cursor.register(name, table)
        return cursor

    def _waited(self, connection: Any, work: Callable[..., Any], *arguments: str) -> Any:
        """Work in a thread of its own, so that somebody can watch, and an interrupt is heard at once."""
        found: list[Any] = []
        failed: list[BaseException] = []
        is_done = threading.Event()  # a thread whose `join` is interrupted passes for dead
        is_off = threading.Event()  # and one whose `start` is interrupted may still begin

        def do() -> None:
            try:
                if not is_off.is_set():
                    found.append(work(*arguments))
            except BaseException as error:
                failed.append(error)
            finally:
                is_done.set()

        thread = threading.Thread(target=do, name="gonogo-columns", daemon=True)
        try:
            thread.start()
            while not is_done.wait(PACE):
                if self._watch is not None:
                    self._watch(self._progress())
        except BaseException:
            is_off.set()
            while thread.ident is not None and not is_done.is_set():
                connection.interrupt()
                is_done.wait(PACE)
            raise
        if failed:
            raise failed[0]
        return found[0]

    def _progress(self) -> float | None:
        with suppress(Exception):  # what tells of progress never ends a run
            share = float(self._connection.query_progress())
            return share / 100 if 0 <= share <= 100 else None
        return None

    # ------------------------------------------------------------------------------------------------ tables

    def columns(self, source: str) -> tuple[Column, ...]:
        """The columns of what may stand behind `FROM`."""
        rows = self.run(f"DESCRIBE SELECT * FROM {source}")
        return tuple(Column(row[0], _form(row[1]), row[1]) for row in rows)

    def chunks(self, path: str) -> Chunks:
        """What the metadata of a Parquet file say of its columns."""
        rows = self.run(
            "SELECT path_in_schema, coalesce(sum(stats_null_count), 0) = 0 AND count(*) = count(stats_null_count), "
            "bool_or(compression = 'GZIP') "
            f"FROM parquet_metadata({DUCKDB.string(_literal_path(path))}) GROUP BY path_in_schema"
        )
        incomplete = frozenset(name for name, is_complete, _ in rows if not is_complete)
        return Chunks(incomplete, frozenset(name for name, _, is_gzip in rows if is_gzip))

    def register(self, name: str, table: object) -> None:
        """Give a table in memory a name."""
        self._connection.register(name, table)
        self._registered[name] = table

    def unregister(self, name: str) -> None:
        """Take the name away again."""
        self._connection.unregister(name)
        del self._registered[name]

    def create(self, name: str, statement: str) -> int:
        """Make a table of what a statement gives; how many rows it has."""
        return int(self.run(f"CREATE TABLE {name} AS {statement}")[0][0])

    def drop(self, name: str) -> None:
        """Remove a table, if there is one of that name."""
        self.run(f"DROP TABLE IF EXISTS {name}")

    def enumerate(self, name: str, texts: Sequence[str]) -> None:
        """Make a type of some texts: rows are joined and written faster with numbers for them."""
        if name not in self._made:
            # Selected, because among the words of a type escapes would stand for themselves.
            self.run(f"CREATE TYPE {name} AS ENUM (SELECT unnest([{', '.join(map(DUCKDB.string, texts))}]))")
            self._made.add(name)

    def numbered(self, table: str) -> str:
        """A table that was made of a source, behind `FROM`, with the places of its rows as `r`."""
        return f"(SELECT rowid AS r, * FROM {table})"

    def in_order(self, statement: str) -> str:
        """A statement whose rows are in their order: they are, but behind a join, which then puts them in order."""
        return statement

    def write_parquet(self, statements: Sequence[str], columns: Sequence[str], path: str) -> None:
        """Write some columns of what statements give, one behind the other, as Parquet."""
        named = ", ".join(map(DUCKDB.named, columns))
        rows = " UNION ALL ".join(f"SELECT {named} FROM ({statement}) AS w" for statement in statements)
        self.run(f"COPY ({rows}) TO {DUCKDB.string(path)} (FORMAT parquet)")

    def insert(self, name: str, columns: Mapping[str, Values]) -> None:
        """Add rows to a table, which is made where it is not there: for each column its type and values."""
        self.register("added", arrow_table(columns))
        listed = ", ".join(map(DUCKDB.named, columns))
        try:
            if name in self._made:
                self.run(f"INSERT INTO {name} SELECT {listed} FROM added")
            else:
                self.run(f"CREATE TABLE {name} AS SELECT {listed} FROM added")
                self._made.add(name)
        finally:
            self.unregister("added")


_SETTINGS: Final = {
    "preserve_insertion_order": "true",
    "disabled_optimizers": "'common_subexpressions,in_clause'",
    "enable_progress_bar": "true",
    "enable_progress_bar_print": "false",
    "progress_bar_time": "0",
}


def _form(kind: str) -> Form:
    return Form.DECIMAL if kind.startswith("DECIMAL") else _FORMS.get(kind, Form.OTHER)


def parquet_source(*paths: str) -> str:
    """Parquet files of one shape behind `FROM`, one after the other."""
    listed = ", ".join(DUCKDB.string(_literal_path(path)) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def csv_source(path: str, names: Sequence[str], delimiter: str, compression: str | None) -> str:
    """A plain CSV behind `FROM`: all cells are texts, and a row of another width is an error."""
    string = DUCKDB.string
    # Names in a header have no blanks around them: one that begins with a blank is that of no other column.
    columns = ", ".join(f"{DUCKDB.named(name or f' {place}')}: 'VARCHAR'" for place, name in enumerate(names))
    told = {
        "columns": f"{{{columns}}}",
        "delim": string(delimiter),
        "compression": string(compression or "none"),
        **_CSV,
    }
    return f"read_csv({string(_literal_path(path))}, {', '.join(f'{name} = {value}' for name, value in told.items())})"


_CSV: Final = {
    "auto_detect": "false",
    "header": "true",
    "quote": "'\"'",
    "escape": "'\"'",
    "strict_mode": "true",
    "null_padding": "false",
    "hive_partitioning": "false",
    "max_line_size": "2097152",
}


def _literal_path(path: str) -> str:
    """A path without a meaning as a pattern: a file may be called `a*b`."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)


def refused(path: str, error: Unscannable) -> Refused:
    """What is said of a source that could not be read."""
    what = f"this can't be read as facts: {str(error).partition(':')[2].strip()[:200].lower() or error}"
    return Refused([Problem("unreadable", path, what)])
