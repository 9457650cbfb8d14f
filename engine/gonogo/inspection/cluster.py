"""A run over files of facts on a Spark cluster: facts stay there, and only what is distinct comes to the driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from gonogo.batch.cluster import ClusterRun
from gonogo.batch.source import Rows, Table, numbers_of
from gonogo.facts import FactsOptions
from gonogo.facts.paths import expand_paths
from gonogo.facts.tables import shape_of
from gonogo.inspection.columnar import ColumnarInspection
from gonogo.pack import Standard
from gonogo.problems import Problem
from gonogo.requirements import require_columns
from gonogo.screen.cluster import NUMBER, PLACE, Cluster
from gonogo.screen.columnar import refused
from gonogo.screen.engine import Unscannable
from gonogo.screen.sql.dialect import SPARK
from gonogo.tally import Unusable

PARQUET: Final = (".parquet", ".pq")


class ClusterInspection(ColumnarInspection):
    """Judges files of facts on a Spark cluster, with the verdicts that `Inspection` gives; to be used in a `with`.

    Parquet files are read by the workers, which must reach them; any other file is read here and put into Parquet in
    the temporary folder (`TMPDIR`), which the workers must then reach. Workers need gonogo in their Python.

    Parameters
    ----------
    standard, paths, options, report, on_unusable, stdin, is_json, watch
        As of `ColumnarInspection`; a path may also be a URI that Spark knows, such as ``s3a://…``.
    master : str
        The cluster, such as ``spark://host:7077`` or ``local[2]``.
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
        watch: Callable[[str, float | None, int | None], None] | None = None,
    ) -> None:
        super().__init__(standard, paths, options, report, on_unusable, stdin, is_json=is_json, watch=watch)
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
        run = ClusterRun(self.standard.judging, self._tally, self._cluster, is_json=self._is_json)
        self._run = run
        for source in self._sources():
            self._doing = f"screening {Path(source.path).name}"
            self._tell_watch(None)
            if isinstance(source, Rows):
                run.take_rows(source)
            elif not run.take_table(source):
                for path, _ in source.files:
                    run.take_rows(self._opening.rows(path))
        self._doing = "reasoning"
        self._tell_watch(None)
        run.settle()

    def _sources(self) -> Iterator[Table | Rows]:
        for number, (shape, paths) in enumerate(groupby(self._files(), key=self._shape)):
            if shape is not None:
                yield self._table(f"facts_{number}", list(paths))
                continue
            for path in paths:
                source = self._opening.source(path)
                yield self._spooled(source) if isinstance(source, Table) else source

    def _files(self) -> Iterator[str]:
        """Files by their names; what has a scheme is left to Spark as it is."""
        for path in self.paths:
            yield from (path,) if "://" in path else expand_paths([path])

    def _shape(self, path: str) -> object:
        """What Parquet files have in common that are read as one; None: a file of another format."""
        if "://" in path:
            return path
        return shape_of(path) if Path(path).suffix.lower() in PARQUET else None

    def _table(self, name: str, paths: Sequence[str]) -> Table:
        try:
            columns, files = self._cluster.read_parquet(name, paths)
        except Unscannable as error:
            raise refused(paths[0], error) from None
        place, number = SPARK.named(PLACE), SPARK.named(NUMBER)
        table = Table(files or ((paths[0], 0),), name, columns, number=number, kept={"r": place})
        require_columns(self.standard.compiled.exact, table.path, table.header)
        return table

    def _spooled(self, table: Table) -> Table:
        """A table that only DuckDB reads, as one that Spark reads."""
        number = len(list(self._session.folder.glob("spooled-*")))
        file = str(self._session.folder / f"spooled-{number}.parquet")
        names = table.header
        self._session.write_parquet([f"SELECT * FROM {table.relation}"], names, file)
        found = self._table(f"spooled_{number}", [file])
        numbers = numbers_of(self.standard.compiled.exact)
        return replace(found, files=table.files, first_line=table.first_line, decimal=table.decimal, numbers=numbers)
