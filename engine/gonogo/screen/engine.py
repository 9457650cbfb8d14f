"""What an engine that screens in columns can do, whichever it is: statements, and tables that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from gonogo.screen.sql.dialect import Dialect

if TYPE_CHECKING:
    import pyarrow as pa

Values: TypeAlias = "tuple[str, Sequence[object]]"
"""A column: its type (INTEGER, BIGINT or VARCHAR) and values."""


class Unscannable(Exception):
    """A source could not be read to its end; the engine's words are the argument."""


class Engine(Protocol):
    """DuckDB, or Spark."""

    @property
    def dialect(self) -> Dialect:
        """What its SQL is like."""

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement and give what it returns; for results of few rows. Raises `Unscannable`."""

    def pieces(self, statement: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a result, so many at a time."""

    def batches(self, statement: str, size: int) -> Iterator[pa.RecordBatch]:
        """The same as batches of columns."""

    def create(self, name: str, statement: str) -> int:
        """Make a table of what a statement gives; how many rows it has."""

    def insert(self, name: str, columns: Mapping[str, Values]) -> None:
        """Add rows to a table, which is made where it is not there."""

    def drop(self, name: str) -> None:
        """Remove a table, if there is one of that name."""

    def enumerate(self, name: str, texts: Sequence[str]) -> None:
        """Make a type of some texts, where the dialect picks texts from such."""

    def numbered(self, table: str) -> str:
        """A table that was made of a source, behind `FROM`, with the places of its rows as `r`."""

    def in_order(self, statement: str) -> str:
        """A statement whose rows have places `r`, so that they come out in their order."""

    def write_parquet(self, statements: Sequence[str], columns: Sequence[str], path: str) -> None:
        """Write some columns of what statements give, one behind the other, as Parquet; by the places of the rows."""


def arrow_table(columns: Mapping[str, Values]) -> pa.Table:
    """Columns as a table of Arrow."""
    import pyarrow as pa

    kinds = {"INTEGER": pa.int32(), "BIGINT": pa.int64(), "VARCHAR": pa.string()}
    return pa.table({name: pa.array(values, kinds[kind]) for name, (kind, values) in columns.items()})
