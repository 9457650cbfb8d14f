"""The screen on a cluster: the same statements as Spark SQL, facts stay where they are (the only user of pyspark).

INVARIANT: every row has its place in the facts, `r`, found from its file and its number there. Whatever order Spark
works in, and whichever worker is lost and its work done again, results are put in order by it.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote, urlsplit

from gonogo.problems import Problem, Refused
from gonogo.screen.engine import Unscannable, Values
from gonogo.screen.scalar import search_of
from gonogo.screen.sql.dialect import SPARK, Dialect
from gonogo.screen.sql.shape import Column, Form

if TYPE_CHECKING:
    import pyarrow as pa

PLACE: Final = "gonogo place"
NUMBER: Final = "gonogo number"
FILE: Final = "gonogo file"
OWN: Final = (PLACE, NUMBER, FILE)
"""Columns that a table of facts is given: the place of a row in all facts, its number in its file, the file."""

_FORMS: Final = {
    "string": Form.TEXT,
    "double": Form.REAL,
    "float": Form.SHORT_REAL,
    "boolean": Form.FLAG,
    "date": Form.DATE,
    "timestamp": Form.TIME,
    "timestamp_ntz": Form.TIME,
    "void": Form.NOTHING,
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), Form.WHOLE),
}

_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}


class Cluster:
    """A session of Spark; to be used in a `with`.

    Parameters
    ----------
    master : str
        ``spark://host:port``, ``local[2]``, or whatever Spark takes.

    Raises
    ------
    Refused
        ``no-spark``, where PySpark or a Java is missing, or the master does not answer.
    """

    def __init__(self, master: str) -> None:
        self._session = _session(master)
        self._folder = tempfile.TemporaryDirectory(prefix="gonogo-")
        self._frames: dict[str, Any] = {}
        self._added: dict[str, list[Any]] = {}

    @property
    def dialect(self) -> Dialect:
        """What its SQL is like."""
        return SPARK

    @property
    def folder(self) -> Path:
        """A folder of the driver's, for what is only needed now."""
        return Path(self._folder.name)

    def close(self) -> None:
        """Let go of everything."""
        self._session.stop()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        """Return the cluster."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    # -------------------------------------------------------------------------------------------- statements

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement and give what it returns; for results of few rows."""
        rows = _failing(lambda: self._session.sql(statement).collect())
        return [tuple(row) for row in rows]

    def pieces(self, statement: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a result, so many at a time: partition by partition they come to the driver."""
        rows = iter(_failing(lambda: self._session.sql(statement).toLocalIterator(prefetchPartitions=True)))
        while piece := _failing(lambda: [tuple(row) for row in islice(rows, size)]):
            yield piece

    def batches(self, statement: str, size: int) -> Iterator[pa.RecordBatch]:
        """The rows of a result as batches of columns; for results of few rows."""
        table = _failing(lambda: self._session.sql(statement).toArrow())
        yield from table.to_batches(size)

    def create(self, name: str, statement: str) -> int:
        """Make a table of what a statement gives, kept on the workers' disks; how many rows it has."""
        return self.keep(name, self._session.sql(statement))

    def keep(self, name: str, frame: Any) -> int:
        """Give a frame a name, and keep what it computes."""
        from pyspark import StorageLevel

        kept = frame.persist(StorageLevel.DISK_ONLY)
        kept.createOrReplaceTempView(name)
        self._frames[name] = kept
        return int(_failing(kept.count))

    def insert(self, name: str, columns: Mapping[str, Values]) -> None:
        """Add rows to a table, which is made where it is not there."""
        import pyarrow as pa

        kinds = {"INTEGER": pa.int32(), "BIGINT": pa.int64(), "VARCHAR": pa.string()}
        arrays = {column: pa.array(values, kinds[kind]) for column, (kind, values) in columns.items()}
        self.add(name, self._session.createDataFrame(pa.table(arrays)))

    def add(self, name: str, frame: Any) -> None:
        """Add a frame's rows to a table."""
        parts = self._added.setdefault(name, [])
        parts.append(frame)
        whole = parts[0]
        for part in parts[1:]:
            whole = whole.unionByName(part)
        whole.createOrReplaceTempView(name)

    def drop(self, name: str) -> None:
        """Remove a table, if there is one of that name."""
        self._added.pop(name, None)
        frame = self._frames.pop(name, None)
        if frame is not None:
            frame.unpersist()
        self._session.catalog.dropTempView(name)

    def enumerate(self, name: str, texts: Sequence[str]) -> None:
        """Spark has no such types."""

    def numbered(self, table: str) -> str:
        """A table that was made of a source: its rows have their places."""
        return table

    def in_order(self, statement: str) -> str:
        """A statement whose rows come out in the order of their places."""
        return f"{statement} ORDER BY r"

    def write_parquet(self, statements: Sequence[str], columns: Sequence[str], path: str) -> None:
        """Let the workers write what statements give, one behind the other, to a folder; file by file in order."""
        frames = [
            self._session.sql(f"SELECT {number} AS s, v.* FROM ({statement}) AS v")
            for number, statement in enumerate(statements)
        ]
        whole = frames[0]
        for frame in frames[1:]:
            whole = whole.unionByName(frame, allowMissingColumns=True)
        ordered = whole.orderBy("s", "r").select(*(f"`{name}`" for name in columns))
        _failing(lambda: ordered.write.mode("overwrite").parquet(path))

    # ------------------------------------------------------------------------------------------------- facts

    def read_parquet(self, name: str, paths: Sequence[str]) -> tuple[tuple[Column, ...], tuple[tuple[str, int], ...]]:
        """Give Parquet files of one shape a name as a table.

        Returns
        -------
        columns : tuple of Column
            Those of the facts.
        files : tuple of (str, int)
            Each file, with the place of its first row.

        Raises
        ------
        Unscannable
            Where they can't be read.
        """
        from pyspark.sql import functions

        def read() -> tuple[Any, list[tuple[str, int]]]:
            frame = self._session.read.parquet(*paths)
            frame = frame.withColumn(FILE, functions.col("_metadata.file_path"))
            frame = frame.withColumn(NUMBER, functions.col("_metadata.row_index") + functions.lit(1))
            counts = frame.groupBy(FILE).count().collect()
            return frame, [(row[0], row[1]) for row in counts]

        frame, counts = _failing(read)
        files, starts, place = [], [], 0
        for uri, count in sorted(counts, key=lambda counted: _rank(counted[0], paths)):
            files.append((_named(uri, paths), place))
            starts.append((uri, place))
            place += count
        known = self._session.createDataFrame(starts, "uri string, start bigint") if starts else None
        if known is None:
            placed = frame.withColumn(PLACE, functions.lit(0).cast("bigint"))
        else:
            joined = frame.join(functions.broadcast(known), frame[f"`{FILE}`"] == known["uri"])
            placed = joined.withColumn(PLACE, functions.col("start") + functions.col(f"`{NUMBER}`") - 1)
            placed = placed.drop("uri", "start") if not {"uri", "start"} & set(frame.columns) else placed
        placed.createOrReplaceTempView(name)
        columns = (Column(field.name, _form(field.dataType.simpleString())) for field in frame.schema.fields)
        return tuple(column for column in columns if column.name not in OWN), tuple(files)

    def mapped(
        self, statement: str, function: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]], schema: str
    ) -> Any:
        """The frame of what a function makes, on the workers, of the rows of a statement."""
        return self._session.sql(statement).mapInArrow(function, schema)


def _form(kind: str) -> Form:
    return Form.DECIMAL if kind.startswith("decimal") else _FORMS.get(kind, Form.OTHER)


def _rank(uri: str, paths: Sequence[str]) -> tuple[int, str]:
    """Files in the order in which they were named; those of one folder or pattern by their names."""
    local = unquote(urlsplit(uri).path)
    places = [place for place, path in enumerate(paths) if local.startswith(_local(path)) or uri.startswith(path)]
    return (min(places, default=len(paths)), uri)


def _named(uri: str, paths: Sequence[str]) -> str:
    """A file as the user named it; as Spark does, where that was a folder or pattern."""
    local = unquote(urlsplit(uri).path)
    return next((path for path in paths if _local(path) == local), uri)


def _local(path: str) -> str:
    return path if "://" in path else str(Path(path).absolute())


def _session(master: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        mend = "`pip install 'gonogo[spark]'`, and a Java 17 or 21"
        raise Refused([Problem("no-spark", "--engine spark", "PySpark is not installed", mend)]) from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers take any python3 that they find, else
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    builder = SparkSession.builder.master(master).appName("gonogo")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")  # which is not used here
    with _silent_children():
        try:
            session = builder.getOrCreate()
        except Exception as error:
            words = " ".join(str(error).split())[:200]
            mend = "is there a Java 17 or 21, and does the master of `--master` answer?"
            raise Refused([Problem("no-spark", f"--master {master}", f"Spark does not start: {words}", mend)]) from None
    session.sparkContext.setLogLevel("OFF")
    _register(session)
    return session


@contextmanager
def _silent_children() -> Iterator[None]:
    """Processes that are started meanwhile say nothing on standard error: what fails in Spark comes as an exception."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _register(session: Any) -> None:
    """Make RE2 known to SQL: Spark's own regular expressions are others."""
    from pyspark.sql import functions

    # Its stubs do not know it yet.
    arrow_udf: Callable[..., Any] = functions.arrow_udf  # type: ignore[attr-defined]
    session.udf.register("gonogo_matches", arrow_udf(_matches_of(), "boolean"))


def _matches_of() -> Callable[..., Any]:
    import pyarrow as pa

    def matches(texts: pa.Array, patterns: pa.Array) -> pa.Array:
        pairs = zip(texts.to_pylist(), patterns.to_pylist(), strict=True)
        return pa.array([None if text is None else _search(pattern)(text) for text, pattern in pairs], pa.bool_())

    matches.__annotations__ = dict.fromkeys(("texts", "patterns", "return"), pa.Array)
    return matches


@cache
def _search(pattern: str) -> Callable[[str], bool]:
    return search_of(pattern)


def _failing(work: Callable[[], Any]) -> Any:
    """Do work; where Spark fails, in its own words, on one line."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        return work()
    except (PySparkException, Py4JError) as error:
        raise Unscannable(" ".join(str(error).split())[:400]) from None
