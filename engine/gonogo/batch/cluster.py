"""A run on a cluster: as in columns, but odd rows are judged by the workers, where they are."""

from __future__ import annotations

import json
from typing import Final

from gonogo.batch.long import LongTable
from gonogo.batch.run import Run, Taken
from gonogo.batch.source import Table
from gonogo.batch.telling import CONCEDED, COUNTED, REPORTS, SCHEMA, Telling, replay
from gonogo.batch.told import COLUMNS, Told
from gonogo.judge import Judge
from gonogo.screen.cluster import Cluster
from gonogo.tally import Tally

AT_ONCE: Final = 10_000


class ClusterRun(Run):
    """Judges facts on a cluster; see `Run`."""

    def __init__(
        self,
        judge: Judge,
        tally: Tally,
        cluster: Cluster,
        *,
        is_json: bool,
        is_both: bool = False,
        has_sides: bool = False,
    ) -> None:
        super().__init__(judge, tally, cluster, is_json=is_json, is_both=is_both, has_sides=has_sides)
        self.cluster = cluster
        self._tellings = 0

    def _tell_where(self, taken: Taken, test: str, *, is_counted: bool) -> None:
        """Have the workers judge some rows of a source one by one."""
        table = taken.source
        assert isinstance(table, Table)
        if isinstance(table, LongTable):  # an item's rows come to one place: here
            super()._tell_where(taken, test, is_counted=is_counted)
            return
        if self.engine.create("wanted", f"SELECT r FROM {taken.base} AS b WHERE {test}"):
            self._tellings += 1
            name = f"telling_{self._tellings}"
            needed = table.needed(self.judge.exact)
            written = self.judge.compiled.written
            told = (written.sources, written.changes, self.judge.concessions)
            telling = Telling(*told, table, needed, self.is_json, self.has_sides)
            frame = self.cluster.mapped(table.chosen(self.dialect, "wanted", needed), telling, SCHEMA)
            self.cluster.keep(name, frame)
            taken.told = taken.told or Told(self.engine, f"told_{taken.number}", self.is_json, self.has_sides)
            self.cluster.add(taken.told.table, frame.select(*COLUMNS))
            if is_counted:
                self._count_told(taken.number, name)
            self._concede(name, is_counted=is_counted)
        self.engine.drop("wanted")

    def _concede(self, name: str, *, is_counted: bool) -> None:
        """Note what concessions change about rows that the workers told."""
        statement = f"SELECT {CONCEDED}, count(*) FROM {name} WHERE {CONCEDED} IS NOT NULL GROUP BY {CONCEDED}"
        for told, facts in self.engine.run(statement):
            concessions, before, is_conceded = json.loads(told)
            self.tally.concede(concessions, before, is_conceded=is_conceded, items=facts, is_counted=is_counted)

    def _count_told(self, source: int, name: str) -> None:
        """Count what the workers found, and tell what came up."""
        if self.tally.census is not None:
            for counted, facts, first in self.engine.run(
                f"SELECT {COUNTED}, count(*), min(r) FROM {name} GROUP BY {COUNTED}"
            ):
                names, key = json.loads(counted)
                self.tally.census.add(tuple(names), tuple(key), facts, (source, first))
        key = "outcome, class, disposition, findings"
        for outcome, class_, disposition, findings, facts in self.engine.run(
            f"SELECT {key}, count(*) FROM {name} GROUP BY {key}"
        ):
            self.tally.summary.add_settled(outcome, class_, disposition, facts)
            for rule in filter(None, findings.split(";")):
                self.tally.summary.by_rule[rule] += facts
        for rows in self.engine.pieces(f"SELECT {REPORTS} FROM {name} WHERE {REPORTS} IS NOT NULL ORDER BY r", AT_ONCE):
            for row in rows:
                replay(row[0], self.tally)
