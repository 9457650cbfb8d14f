"""Parquet and Arrow files: tables whose columns have types, read batch by batch.

INVARIANT: one batch is held at a time, and only of the columns that are wanted.
INVARIANT: whatever bytes a file holds, it is read or refused, and one that was cut off is never taken for whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import ipc, parquet

from gonogo.facts.arrays import cells_of
from gonogo.facts.formats import NAMES, is_like
from gonogo.facts.header import refuse_repeated
from gonogo.facts.input import PIECE, Input, open_input
from gonogo.facts.row import Facts, Row, refusal
from gonogo.problems import Refused

ROWS: Final = 8192
"""So many rows become Python cells at a time."""

BUFFER: Final = 1 << 18
"""So many bytes of each column of a Parquet file are read at a time."""

_FAILURES: Final = (pa.ArrowException, OSError, EOFError, ValueError, OverflowError, TypeError, KeyError, MemoryError)
"""What pyarrow raises where the bytes of a file are not what they should be."""

_END_OF_STREAM: Final = b"\xff\xff\xff\xff\0\0\0\0"


@dataclass(frozen=True, slots=True)
class _Table:
    """An opened table: the names of all its columns, and its batches with those at some places."""

    names: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    batches: Callable[[Sequence[int]], Iterator[pa.RecordBatch]]


def open_table(source: Input, path: str, format_: str, wanted: Collection[str] = ()) -> Facts:
    """Open a Parquet or Arrow file as facts, whose rows have no lines.

    Parameters
    ----------
    source : Input
        A regular file, or a pipe with an Arrow stream; the facts close it.
    path : str
        As it was given.
    format_ : {"parquet", "arrow"}
        What it is.
    wanted : collection of str
        Names of the columns that are read; none: all.

    Raises
    ------
    Refused
        Where it is damaged, encrypted, something else, or has two columns of one name.
    """
    table = _open(source, format_)
    refuse_repeated(table.names, source.name)
    places = [place for place, name in enumerate(table.names) if name and (not wanted or name in wanted)]
    rows = _rows(source, format_, table, places)
    return Facts(path, tuple(filter(None, table.names)), rows, source.progress, source.close)


def open_zstd(packed: Input) -> pa.NativeFile:
    """Open what is packed with zstd; it is unpacked as it is read, which raises OSError where it is damaged."""
    return pa.CompressedInputStream(pa.PythonFile(_Pipe(packed, is_patient=False), mode="r"), "zstd")


def spool_to_parquet(path: str, target: Path, wanted: Collection[str]) -> bool:
    """Write an Arrow file anew as Parquet, for readers that know no Arrow.

    Parameters
    ----------
    path : str
        The Arrow file.
    target : Path
        The Parquet file. It has all columns; those that are not wanted are null.
    wanted : collection of str
        Names of the columns that are needed.

    Returns
    -------
    bool
        False where it can't be: the file can't be read, or a column loses something on the way. The target may then
        be half-written.
    """
    try:
        with closing(open_input(path)) as source:
            table = _open(source, "arrow")
            refuse_repeated(table.names, source.name)
            places = [place for place, name in enumerate(table.names) if name in wanted]
            if not all(_is_same_in_parquet(table.types[place]) for place in places):
                return False
            needed = {table.names[place]: table.types[place] for place in places}
            schema = pa.schema([(name, needed.get(name, pa.null())) for name in table.names if name])
            with parquet.ParquetWriter(target, schema) as writer:
                for batch in table.batches(places):
                    batch.validate(full=True)
                    columns = [batch[name] if name in needed else pa.nulls(len(batch)) for name in schema.names]
                    writer.write_batch(pa.record_batch(columns, schema=schema))
    except (*_FAILURES, Refused):
        return False
    return True


def names_in_parquet(path: str, wanted: Collection[str]) -> tuple[str, ...] | None:
    """The names of all columns of a Parquet file in which any reader finds the cells that are read here.

    Returns
    -------
    tuple of str or None
        None where the file can't be read, or where a wanted column is of a type that other readers take for another:
        floats of 16 bits, times of 96 bits, decimals of more than 38 digits, durations, and what is no single value.
    """
    try:
        with closing(open_input(path)) as source:
            if not is_like("parquet", source.head):
                return None
            table = _open(source, "parquet")
            refuse_repeated(table.names, source.name)
            source.seek(0)
            leaves = parquet.ParquetFile(pa.PythonFile(source.stream, mode="r")).schema
    except (*_FAILURES, Refused):
        return None
    long_times = {leaf.path for leaf in map(leaves.column, range(len(leaves))) if leaf.physical_type == "INT96"}
    kinds = (kind for name, kind in zip(table.names, table.types, strict=True) if name in wanted)
    plain = (kind.value_type if pa.types.is_dictionary(kind) else kind for kind in kinds)
    return table.names if all(map(_is_plain, plain)) and long_times.isdisjoint(wanted) else None


def can_read_parquet(path: str, columns: Collection[str]) -> bool:
    """Whether some columns of a Parquet file can be read from end to end.

    What is packed with gzip has a checksum that pyarrow verifies and DuckDB does not: to it, damaged is as good as any.
    """
    try:
        with closing(open_input(path)) as source:
            table = _open(source, "parquet")
            for _ in table.batches([place for place, name in enumerate(table.names) if name in columns]):
                pass
    except (*_FAILURES, Refused):
        return False
    return True


def plain_columns(table: pa.Table, wanted: Collection[str]) -> pa.Table | None:
    """The wanted columns of a table in memory, where engines find the cells in them that are read here; else None."""
    columns = {name: table[name] for name in table.column_names if name in wanted}
    for name, column in columns.items():
        if pa.types.is_dictionary(column.type):
            columns[name] = column.cast(column.type.value_type)
    is_plain = columns and all(_is_plain(column.type) for column in columns.values())
    return pa.table(columns) if is_plain else None


def _is_plain(kind: pa.DataType) -> bool:
    return bool(pa.types.is_null(kind) or (_is_same_in_parquet(kind) and not pa.types.is_dictionary(kind)))


def shape_of(path: str) -> object:
    """The names and types of a Parquet file's columns; what can't be read has a shape of its own."""
    try:
        schema = parquet.read_schema(path)
        return tuple(zip(schema.names, map(str, schema.types), strict=True))
    except _FAILURES:
        return path


def rows_in_parquet(path: str) -> int:
    """How many rows a Parquet file has; 0 where it can't be read."""
    try:
        return int(parquet.read_metadata(path).num_rows)
    except _FAILURES:
        return 0


def _is_same_in_parquet(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return bool(pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type))
    plain = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_string, pa.types.is_large_string, pa.types.is_date32)
    if any(is_kind(kind) for is_kind in (*plain, pa.types.is_timestamp, pa.types.is_decimal128)):
        return True
    return bool(pa.types.is_float32(kind) or pa.types.is_float64(kind))


# --------------------------------------------------------------------------------------------------- files


def _open(source: Input, format_: str) -> _Table:
    try:
        if format_ == "parquet":
            return _open_parquet(source)
        return _open_arrow_file(source) if source.head.startswith(b"ARROW1") else _open_arrow_stream(source)
    except _FAILURES as error:
        raise _refused(source, format_, error) from None


def _open_parquet(source: Input) -> _Table:
    # Without buffers of its own, pyarrow would hold whole row groups.
    file = parquet.ParquetFile(pa.PythonFile(source.stream, mode="r"), pre_buffer=False, buffer_size=BUFFER)
    schema, count = file.schema_arrow, max(1, file.metadata.num_rows)

    def batches(places: Sequence[int]) -> Iterator[pa.RecordBatch]:
        done = 0
        for batch in file.iter_batches(ROWS, columns=[schema.names[place] for place in places]):
            done += len(batch)
            source.bytes_read = done * (source.total or 0) // count
            yield batch

    return _Table(tuple(schema.names), tuple(schema.types), batches)


def _open_arrow_file(source: Input) -> _Table:
    def opened(places: Sequence[int]) -> Any:
        options = ipc.IpcReadOptions(included_fields=list(places))
        return ipc.open_file(pa.PythonFile(source.stream, mode="r"), options=options)

    def batches(places: Sequence[int]) -> Iterator[pa.RecordBatch]:
        file = opened(places)
        for number in range(file.num_record_batches):
            yield file.get_batch(number)
            source.bytes_read = (number + 1) * (source.total or 0) // file.num_record_batches

    schema = opened(()).schema
    return _Table(tuple(schema.names), tuple(schema.types), batches)


def _open_arrow_stream(source: Input) -> _Table:
    if source.total is not None:
        source.stream.seek(max(0, source.total - len(_END_OF_STREAM)))
        if source.stream.read() != _END_OF_STREAM:
            raise EOFError
        source.seek(0)
    stream = ipc.open_stream(pa.PythonFile(_Pipe(source, is_patient=True), mode="r"))

    def batches(places: Sequence[int]) -> Iterator[pa.RecordBatch]:
        if source.total is None:
            return iter(stream)  # a pipe is read once, and its header has been
        source.seek(0)
        options = ipc.IpcReadOptions(included_fields=list(places))
        return iter(ipc.open_stream(pa.PythonFile(_Pipe(source, is_patient=True), mode="r"), options=options))

    return _Table(tuple(stream.schema.names), tuple(stream.schema.types), batches)


class _Pipe:
    """An input as pyarrow reads it."""

    closed = False

    def __init__(self, source: Input, *, is_patient: bool) -> None:
        self._source = source
        self._is_patient = is_patient

    def read(self, size: int) -> bytes:
        """So many bytes, and fewer only at the end; without patience, what one read gives."""
        piece = self._source.read(min(size, PIECE))
        if len(piece) == size or not self._is_patient:
            return piece
        pieces = [piece]
        # What a damaged file asks for may be more than there is memory for: it is taken piece by piece.
        while piece and (size := size - len(piece)):
            piece = self._source.read(min(size, PIECE))
            pieces.append(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Leave it to who opened the input."""


def _refused(source: Input, format_: str, error: Exception) -> Refused:
    name, words = NAMES[format_], str(error).lower()
    if source.head.startswith(b"PARE") or "encrypt" in words or "decrypt" in words:
        return refusal("unreadable", source.name, f"{name} that is encrypted can't be read", "write it unencrypted")
    what = f"this is {name} that is damaged or cut off"
    return refusal("unreadable", source.name, what, "copy it anew from where it comes from")


def _rows(source: Input, format_: str, table: _Table, places: Sequence[int]) -> Iterator[Row]:
    number, names = 0, [table.names[place] for place in places]
    for count, columns in _pieces(source, format_, table, places):
        cells = zip(*columns, strict=True) if columns else repeat((), count)
        for number, row in enumerate(cells, number + 1):  # noqa: B020 (each piece goes on where the last one ended)
            yield Row(number, 0, dict(zip(names, row)))  # noqa: B905 (as many by construction, and it is hot)


def _pieces(
    source: Input, format_: str, table: _Table, places: Sequence[int]
) -> Iterator[tuple[int, list[list[object]]]]:
    """A table in pieces of so many rows: how many, and the cells of each column."""
    try:
        for batch in table.batches(places):
            batch.validate(full=True)  # offsets of a hostile file would lead out of its buffers
            for start in range(0, len(batch), ROWS):
                part = batch.slice(start, ROWS)
                yield len(part), [cells_of(part[table.names[place]]) for place in places]
    except _FAILURES as error:
        raise _refused(source, format_, error) from None
