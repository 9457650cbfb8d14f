"""The screen on a cluster: the same statements as Spark SQL, facts stay where they are (the only user of pyspark).

INVARIANT: every row has its place in the facts, `r`, found from its file and its number there. Whatever order Spark
works in, and whichever worker is lost and its work done again, results are put in order by it.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, reduce
from itertools import accumulate, islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote, urlsplit

from gonogo.problems import Problem, Refused
from gonogo.screen.engine import Unscannable, Values, arrow_table
from gonogo.screen.scalar import search_of
from gonogo.screen.sql.dialect import SPARK, Dialect
from gonogo.screen.sql.shape import Column, Form

if TYPE_CHECKING:
    import pyarrow as pa

PLACE: Final = "gonogo place"
NUMBER: Final = "gonogo number"
FILE: Final = "gonogo file"
STARTING: Final = "gonogo starting"
OWN: Final = (PLACE, NUMBER, FILE)
"""Columns that a table of facts is given: the place of a row in all facts, its number in its file, the file."""

ANSWERING: Final = 10
"""So many seconds a master has to take a connection."""

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
        self._frames: dict[str, Any] = {}
        self._added: dict[str, Any] = {}

    @property
    def dialect(self) -> Dialect:
        """What its SQL is like."""
        return SPARK

    def close(self) -> None:
        """Let go of everything."""
        self._session.stop()

    @property
    def has_workers(self) -> bool:
        """Whether somebody does the work: on a cluster a worker, without one the driver."""
        with suppress(Exception):  # what tells of workers never ends a run
            context = self._session.sparkContext
            with_driver = int(context._jsc.sc().getExecutorMemoryStatus().size())
            return with_driver > 1 or context.master.startswith("local")
        return True

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
        return self.keep(name, _failing(lambda: self._session.sql(statement)))

    def keep(self, name: str, frame: Any) -> int:
        """Give a frame a name, and keep what it computes."""
        from pyspark import StorageLevel

        kept = frame.persist(StorageLevel.DISK_ONLY)
        kept.createOrReplaceTempView(name)
        self._frames[name] = kept
        return int(_failing(kept.count))

    def insert(self, name: str, columns: Mapping[str, Values]) -> None:
        """Add rows to a table, which is made where it is not there."""
        self.add(name, self._session.createDataFrame(arrow_table(columns)))

    def add(self, name: str, frame: Any) -> None:
        """Add a frame's rows to a table."""
        whole = self._added[name].unionByName(frame) if name in self._added else frame
        self._added[name] = whole
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
        numbered = (f"SELECT {n} AS s, v.* FROM ({statement}) AS v" for n, statement in enumerate(statements))

        def behind(one: Any, other: Any) -> Any:
            return one.unionByName(other, allowMissingColumns=True)

        def write() -> None:
            ordered = reduce(behind, map(self._session.sql, numbered))
            ordered = ordered.orderBy("s", "r").select(*(f"`{name}`" for name in columns))
            ordered.write.mode("errorifexists" if "://" in path else "overwrite").parquet(path)

        _failing(write)

    # ------------------------------------------------------------------------------------------------- facts

    def read_parquet(self, name: str, paths: Mapping[str, int]) -> tuple[Column, ...]:
        """Give Parquet files of one shape, each with how many rows it has, a name as a table; its columns.

        Raises
        ------
        Unscannable
            Where they can't be read, or not all of them were: Spark leaves out files whose names begin with `_`.
        """
        frame, found = _failing(lambda: self._counted(self._session.read.option("__globPaths__", "false"), paths))
        named = {str(Path(os.path.abspath(path))): path for path in paths}  # noqa: PTH100 (as Spark does, by the text)
        uris = {named.get(_local(uri)): uri for uri in found}
        if {path: found[uris[path]] if path in uris else 0 for path in paths} != paths or None in uris:
            raise Unscannable("not all files are seen")
        self._place(name, frame, [(uris[path], rows) for path, rows in paths.items() if path in uris])
        return columns_in(frame)

    def read_uri(self, name: str, uri: str) -> tuple[tuple[Column, ...], tuple[tuple[str, int], ...]]:
        """Give what Spark finds as Parquet below a URI a name as a table.

        Returns
        -------
        columns : tuple of Column
            Those of the facts.
        files : tuple of (str, int)
            Each file, by its name, with the place of its first row.

        Raises
        ------
        Unscannable
            Where it can't be read.
        """
        frame, found = _failing(lambda: self._counted(self._session.read, [uri]))
        files = self._place(name, frame, sorted(found.items()))
        return columns_in(frame), files or ((uri, 0),)

    def _counted(self, reader: Any, paths: Iterable[str]) -> tuple[Any, dict[str, int]]:
        """A frame of files with the name and number of each row, and how many rows each file has."""
        frame = reader.parquet(*paths)
        about = frame.metadataColumn("_metadata")
        frame = frame.withColumns(
            {FILE: about.getField("file_path"), NUMBER: about.getField("row_index") + 1}  # facts may have `_metadata`
        )
        return frame, {row[0]: row[1] for row in frame.groupBy(f"`{FILE}`").count().collect()}

    def _place(self, name: str, frame: Any, files: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
        """Give rows their places, file behind file; each file with the place of its first row."""
        from pyspark.sql import functions

        starts = tuple(zip((uri for uri, _ in files), accumulate((n for _, n in files), initial=0), strict=False))
        known = self._session.createDataFrame(starts, f"`{STARTING}` string, `{PLACE}` bigint")
        joined = frame.join(functions.broadcast(known), frame[f"`{FILE}`"] == known[f"`{STARTING}`"])
        place = functions.col(f"`{PLACE}`") + functions.col(f"`{NUMBER}`") - 1
        joined.withColumn(PLACE, place).drop(STARTING).createOrReplaceTempView(name)
        return starts

    def mapped(
        self, statement: str, function: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]], schema: str
    ) -> Any:
        """The frame of what a function makes, on the workers, of the rows of a statement."""
        return _failing(lambda: self._session.sql(statement).mapInArrow(function, schema))


def _form(kind: str) -> Form:
    return Form.DECIMAL if kind.startswith("decimal") else _FORMS.get(kind, Form.OTHER)


def columns_in(frame: Any) -> tuple[Column, ...]:
    """The columns of the facts themselves."""
    columns = (Column(field.name, _form(field.dataType.simpleString())) for field in frame.schema.fields)
    return tuple(column for column in columns if column.name not in OWN)


def _local(uri: str) -> str:
    """The path of a local file."""
    return unquote(urlsplit(uri).path)


def _session(master: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        mend = "`pip install 'gonogo[spark]'`, and a Java 17 or 21"
        raise Refused([Problem("no-spark", "--engine spark", "PySpark is not installed", mend)]) from None
    _find_master(master)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers take any python3 that they find, else
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):  # what fails comes as an exception
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    builder = SparkSession.builder.master(master).appName("gonogo")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")  # which is not used here
    with _silent_children(), _own_interrupt():
        try:
            session = builder.getOrCreate()
        except Exception as error:
            words = " ".join(str(error).split())[:200]
            raise _no_spark(master, f"Spark does not start: {words}", "see that there is a Java 17 or 21") from None
    session.sparkContext.setLogLevel("OFF")
    _register(session)
    return session


def _no_spark(master: str, what: str, mend: str) -> Refused:
    return Refused([Problem("no-spark", f"--master {master}", what, mend)])


def _find_master(master: str) -> None:
    """Refuse a standalone master that takes no connection: Spark itself would try for a minute."""
    if not master.startswith("spark://"):
        return
    try:
        for place in master.removeprefix("spark://").split(","):
            host, _, port = place.rpartition(":")
            with suppress(OSError), socket.create_connection((host.strip("[]"), int(port)), ANSWERING):
                return
    except (ValueError, OverflowError):
        raise _no_spark(master, "this is no address of a master", "write `spark://host:7077`") from None
    raise _no_spark(master, "no master answers there", "start it, or name another") from None


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


@contextmanager
def _own_interrupt() -> Iterator[None]:
    """What Ctrl-C does stays as it is: Spark would first try to cancel its jobs, over a line that is waiting."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, kept)


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
