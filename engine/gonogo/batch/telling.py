"""What workers of a cluster do with odd rows: the scalar screen judges them where they are.

A worker is told the standard as its text, and compiles it once; what comes up about a row comes back with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from gonogo.batch.source import Placed, Table
from gonogo.batch.told import COLUMNS, in_columns, told_row
from gonogo.concessions import Concessions
from gonogo.facts.arrays import cells_of
from gonogo.judge import Judge
from gonogo.problems import Problem, Source
from gonogo.program.compiler import compile_standard
from gonogo.screen.engine import arrow_table
from gonogo.standard.bases import among
from gonogo.standard.changes import Change
from gonogo.tally import Tally, Unusable
from gonogo.verdict import Verdict

if TYPE_CHECKING:
    import pyarrow as pa

REPORTS: Final = "reports"
"""The column of what came up: unusable cells and problems, as JSON; NULL: nothing."""
COUNTED: Final = "counted"
"""The column of what the levels above count: the units that an item belongs to, and its key, as JSON; NULL: nothing."""

CONCEDED: Final = "conceded"
"""The column of what concessions change: their ids, the disposition without, and whether all is permitted, as JSON."""
TOLD: Final = {**COLUMNS, **dict.fromkeys((REPORTS, COUNTED, CONCEDED), "VARCHAR")}
SCHEMA: Final = ", ".join(f"`{name}` {'bigint' if kind == 'BIGINT' else 'string'}" for name, kind in TOLD.items())


@dataclass(frozen=True, slots=True)
class Telling:
    """Judges rows on a worker.

    Parameters
    ----------
    sources : tuple of Source
        The standard's text, and that of each standard that it extends.
    changes : tuple of Change
        Laid over it.
    concessions : Concessions or None
        What of findings is permitted.
    table : Table
        What the rows come from.
    needed : tuple of str
        The columns that come with them, behind their place.
    has_lines : bool
        Whether the verdicts are wanted as JSON.
    has_sides : bool
        Whether findings say on which side of limits they are.
    """

    sources: tuple[Source, ...]
    changes: tuple[Change, ...]
    concessions: Concessions | None
    table: Table
    needed: tuple[str, ...]
    has_lines: bool
    has_sides: bool

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Verdicts on the rows of some batches."""
        for batch in batches:
            rows = [self._told(placed) for placed in self.table.rows_of(map(cells_of, batch.columns), self.needed)]
            yield from arrow_table(in_columns(rows, TOLD)).to_batches()

    def _told(self, placed: Placed) -> tuple[object, ...]:
        judge = _judge(self.sources, self.changes, self.concessions)
        verdict = Verdict(placed.row.number, placed.row.cells, placed.recorded, judge)
        problems: list[Problem] = []
        unusable: list[Unusable] = []
        file, _ = self.table.file_of(placed.place)
        Tally(judge.exact, problems.append, unusable.append).look_at(verdict, placed.row, file)
        came_up = [[cell.path, cell.row, cell.line, cell.column, cell.text, cell.problem] for cell in unusable]
        told = [
            [problem.code, str(problem.place), problem.what, problem.mend, problem.severity] for problem in problems
        ]
        reports = json.dumps([came_up, told]) if came_up or told else None
        counted = json.dumps([verdict.names, judge.key(verdict.answer)]) if judge.exact.is_counted else None
        answer = verdict.answer
        conceded = [answer.concessions, verdict.before, answer.is_conceded] if answer.concessions else None
        extra = (reports, counted, json.dumps(conceded) if conceded else None)
        return (*told_row(placed.place, verdict, has_lines=self.has_lines, has_sides=self.has_sides), *extra)


def replay(reports: str, tally: Tally) -> None:
    """Tell, on the driver, what came up on a worker."""
    unusable, problems = json.loads(reports)
    for cell in unusable:
        tally.summary.unusable += 1
        tally.on_unusable(Unusable(*cell))
    for problem in problems:
        tally.report(Problem(*problem))


@cache
def _judge(sources: tuple[Source, ...], changes: tuple[Change, ...], concessions: Concessions | None) -> Judge:
    return Judge(compile_standard(sources[0], among(sources), changes), concessions)
