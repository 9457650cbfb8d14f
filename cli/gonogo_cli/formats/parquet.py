"""Parquet: the columns of `--format csv`, in a file that other programs read fast."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gonogo
from gonogo_cli.formats.flat import COLUMNS, flat_row, whole
from gonogo_cli.formats.report import Placing, Reads, Report

if TYPE_CHECKING:
    import pyarrow.parquet as pq

AT_ONCE: Final = 50_000


class Parquet(Report):
    """Writes verdicts so many at a time.

    Parameters
    ----------
    path : Path or str
        The file, which is made; a folder where a cluster writes.
    """

    reads: Reads = "rows"

    def __init__(self, path: Path | str) -> None:
        self._path = path
        self._rows: list[tuple[str | None, ...]] = []
        self._writer: pq.ParquetWriter | None = None
        self._is_done = False

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        self._rows.append(tuple(map(whole, flat_row(verdict))))
        if len(self._rows) >= AT_ONCE:
            self._write()

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        judged.write_parquet(str(self._path), outcomes)
        self._is_done = True

    def finish(self, summary: gonogo.Summary) -> None:
        if not self._is_done:
            self._write()
        self.release()

    def release(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _write(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(name, pa.string()) for name in COLUMNS])
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, schema)
        columns = [[row[place] for row in self._rows] for place in range(len(COLUMNS))]
        self._writer.write_table(pa.table(columns, schema=schema))
        self._rows.clear()
