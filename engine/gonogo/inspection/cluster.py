"""A run over files of facts on a Spark cluster: facts stay there, and only what is distinct comes to the driver."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import accumulate, groupby
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, BinaryIO, Final

from gonogo.batch import singled
from gonogo.batch.cluster import ClusterRun
from gonogo.batch.run import Run
from gonogo.batch.source import Rows, Table
from gonogo.facts import FactsOptions
from gonogo.facts.formats import ENDINGS
from gonogo.facts.paths import expand_paths
from gonogo.facts.tables import names_in_parquet, rows_in_parquet, shape_of
from gonogo.inspection.columnar import ColumnarInspection
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused
from gonogo.requirements import columns_of, numbers_of, require_columns
from gonogo.screen.cluster import NUMBER, PLACE, Cluster
from gonogo.screen.columnar import refused
from gonogo.screen.engine import Unscannable
from gonogo.screen.sql.dialect import SPARK
from gonogo.screen.sql.shape import Column
from gonogo.tally import Unusable
from gonogo.verdict import Verdict

WAITING: Final = 20
"""So many seconds pass without a worker until it is told that there is none."""


class ClusterInspection(ColumnarInspection):
    """Judges files of facts on a Spark cluster, with the verdicts that `Inspection` gives; to be used in a `with`.

    Parquet files are read by the workers, which must reach them; any other file is read here and put into Parquet in
    the temporary folder (`TMPDIR`), which the workers must then reach. Workers need gonogo in their Python.

    Parameters
    ----------
    standard, paths, options, report, on_unusable, stdin, is_json, is_both, has_sides, watch
        As of `ColumnarInspection`; a path may also be a URI that Spark knows, such as ``s3a://…``.
    master : str
        The cluster, such as ``spark://host:7077`` or ``local[2]``.

    Raises
    ------
    Refused
        Where a path names nothing (`unreadable`), or there is no Spark or no cluster (`no-spark`); by `judge` and
        whatever gives results also where Spark fails (`cluster-failed`).
    """

    def __init__(
        self,
        standard: Standard,
        paths: Sequence[str],
        options: FactsOptions,
        report: Callable[[Problem], None],
        on_unusable: Callable[[Unusable], None],
        stdin: BinaryIO | None = None,
        *,
        master: str = "local[*]",
        is_json: bool = False,
        is_both: bool = False,
        has_sides: bool = False,
        watch: Callable[[str, float | None, int | None], None] | None = None,
    ) -> None:
        files = tuple(_files(paths))
        wanted = {"is_json": is_json, "is_both": is_both, "has_sides": has_sides}
        super().__init__(standard, files, options, report, on_unusable, stdin, **wanted, watch=watch)
        self._master = master
        self._report = report
        try:
            self._cluster = Cluster(master)
        except BaseException:
            self._session.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of everything."""
        self._cluster.close()
        super().__exit__(kind, error, trace)

    def judge(self) -> None:
        """Judge all facts; raises `Refused`."""
        waiting = Timer(WAITING, self._tell_of_no_workers)  # meanwhile, work is what brings them on some clusters
        waiting.start()
        try:
            with self._telling():
                super().judge()
        finally:
            waiting.cancel()
            waiting.join()

    def _tell_of_no_workers(self) -> None:
        if not self._cluster.has_workers:
            what, mend = "no worker has come to do the work yet", "start one, or wait until one is free"
            self._report(Problem("no-workers", f"--master {self._master}", what, mend, "warning"))

    def lines(self, outcomes: Collection[str]) -> Iterator[list[str]]:
        """As of `ColumnarInspection`."""
        with self._telling():
            yield from super().lines(outcomes)

    def rows(self, outcomes: Collection[str]) -> Iterator[list[tuple[Any, ...]]]:
        """As of `ColumnarInspection`."""
        with self._telling():
            yield from super().rows(outcomes)

    def write_parquet(self, path: str, outcomes: Collection[str]) -> None:
        """Have the workers write the verdicts with these outcomes, in the order of the facts, to a folder."""
        with self._telling():
            super().write_parquet(path, outcomes)

    def _singles(self, found: Iterator[singled.Single]) -> Iterator[Verdict]:
        with self._telling():
            yield from super()._singles(found)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What fails on the cluster is the user's to know."""
        try:
            yield
        except Unscannable as error:
            mend = "the logs of its workers say more"
            raise Refused(
                [Problem("cluster-failed", f"--master {self._master}", f"Spark failed: {error}", mend)]
            ) from None

    def _new_run(self) -> Run:
        return ClusterRun(self.standard.judging, self._tally, self._cluster, **self._wanted)

    def _begin(self, doing: str, _facts: int | None) -> None:
        super()._begin(doing, None)  # Spark does not tell what share is done
        self._tell_watch(None)

    def _rows(self, path: str) -> Rows:
        if "://" in path:
            what, mend = "these facts can't be judged where they are", "copy them here, and name the files"
            raise Refused([Problem("cluster-failed", path, what, mend)])
        return super()._rows(path)

    def _sources(self) -> Iterator[Table | Rows]:
        self._unchanged.watch(self.paths)
        named: Counter[str] = Counter()
        for number, (shape, paths) in enumerate(groupby(self.paths, key=partial(self._shape, named))):
            alike, table = list(paths), None
            if "://" in alike[0]:
                table = self._of_uri(f"facts_{number}", alike[0])
            elif shape is not None:
                table = self._of_files(f"facts_{number}", alike)
            yield from (table,) if table is not None else map(self._of_another_format, alike)

    def _shape(self, named: Counter[str], path: str) -> object:
        """What Parquet files have in common that are read as one; None: a file that Spark does not read.

        A file that was named before is another one: rows of one table have places of their own.
        """
        if "://" in path:
            return path
        known = {self._opening.options.format or "parquet", ENDINGS.get(Path(path).suffix.lower())}
        if known != {"parquet"} or names_in_parquet(path, columns_of(self.standard.compiled.exact)) is None:
            return None
        file = os.path.realpath(path)
        named[file] += 1
        return (named[file], shape_of(path))

    def _of_uri(self, name: str, uri: str) -> Table:
        try:
            columns, files = self._cluster.read_uri(name, uri)
        except Unscannable as error:
            raise refused(uri, error) from None
        require_columns(self.standard.compiled.exact, uri, [column.name for column in columns])
        return self._placed(files, name, columns)

    def _of_files(self, name: str, paths: Sequence[str]) -> Table | None:
        """Parquet files as one table; None where Spark can't read them: it lacks types that others have."""
        rows = {path: rows_in_parquet(path) for path in paths}
        try:
            columns = self._cluster.read_parquet(name, rows)
        except Unscannable:
            return None
        files = tuple(zip(paths, accumulate(rows.values(), initial=0), strict=False))
        require_columns(self.standard.compiled.exact, paths[0], [column.name for column in columns])
        return replace(self._placed(files, name, columns), count=sum(rows.values()))

    def _placed(self, files: tuple[tuple[str, int], ...], name: str, columns: tuple[Column, ...]) -> Table:
        """A table of the cluster, in which rows have their places."""
        place, number = SPARK.named(PLACE), SPARK.named(NUMBER)
        return Table(files, name, columns, number=number, kept={"r": place})

    def _of_another_format(self, path: str) -> Table | Rows:
        """A file that only DuckDB reads, as one that Spark reads; or one that only Python does."""
        table = self._opening.source(path)
        if not isinstance(table, Table):
            return table
        number = len(list(self._session.folder.glob("spooled-*")))
        file = str(self._session.folder / f"spooled-{number}.parquet")
        program = self.standard.compiled.exact
        names = table.needed(program) or table.header[:1]
        try:
            self._session.write_parquet([f"SELECT * FROM {table.relation}"], names, file)
            columns = self._cluster.read_parquet(f"spooled_{number}", {file: rows_in_parquet(file)})
        except Unscannable:
            return self._opening.rows(path)
        found = self._placed(table.files, f"spooled_{number}", columns)
        numbers, count = numbers_of(program), table.count
        return replace(found, first_line=table.first_line, decimal=table.decimal, numbers=numbers, count=count)


def _files(paths: Sequence[str]) -> Iterator[str]:
    """Files by their names; what has a scheme is left to Spark as it is. Refused before a cluster is asked for."""
    expand_paths([path for path in paths if "://" not in path])
    for path in paths:
        yield from (path,) if "://" in path else expand_paths([path])
