"""Lots over time, in columns: SQL finds the earliest time of each lot; cells that it is not trusted with, Python reads.

The facts are read once more for it, and only the columns that name a lot and its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, get_args

from gonogo.answer import Outcome
from gonogo.batch.run import AT_ONCE, Run, Taken
from gonogo.batch.source import BATCH, Table
from gonogo.facts.arrays import cells_of
from gonogo.facts.naming import item_of
from gonogo.history import History
from gonogo.screen.sql.cells import Cells, Names
from gonogo.screen.sql.dialect import Dialect
from gonogo.screen.sql.shape import Form

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)


def gather_history(run: Run, history: History) -> History:
    """Gather what a run has judged."""
    for taken in run.taken if history.columns else ():
        if history.needs_outcomes:
            _gather_outcomes(run, taken, history)
        if history.time is not None:
            _gather_times(run, taken, history, history.time)
    return history


def _gather_outcomes(run: Run, taken: Taken, history: History) -> None:
    verdicts = run.verdicts(taken, OUTCOMES)
    statement = f"SELECT lot, outcome, count(*), min(r) FROM ({verdicts}) AS o GROUP BY lot, outcome ORDER BY min(r)"
    for rows in run.engine.pieces(statement, AT_ONCE):
        for lot, outcome, items, first in rows:
            history.add_outcomes((lot,), outcome, items, (taken.number, first))


def _gather_times(run: Run, taken: Taken, history: History, time: str) -> None:
    if not isinstance(taken.source, Table):
        for placed in taken.source.read_again():
            cells = placed.row.cells
            history.add_cell(tuple(item_of(cells.get(column)) for column in history.columns), cells.get(time))
        return
    clock = _Clock(run.engine.dialect, taken.source, history.columns, time)
    names = clock.names()
    if names is None:
        left = clock.cells()
    else:
        for rows in run.engine.pieces(clock.earliest(names, history.program.missing_words), AT_ONCE):
            for *lot, moment, items in rows:
                history.add_times(tuple(lot), moment, items)
        left = clock.cells(clock.unread(history.program.missing_words))
    for *lot, cell in _rows(run, left):
        history.add_cell(tuple(map(item_of, lot)), cell)


def _rows(run: Run, statement: str) -> Iterator[Sequence[object]]:
    """The cells that a statement gives, row by row, as the scalar screen reads them."""
    for batch in run.engine.batches(statement, BATCH):
        yield from zip(*map(cells_of, batch.columns), strict=True)


class _Clock:
    """Writes the statements that read one source for its lots and times.

    Parameters
    ----------
    columns : sequence of str
        Those that name the lot of an item, and what it belongs to above.
    time : str
        The column of its time.
    """

    def __init__(self, dialect: Dialect, table: Table, columns: Sequence[str], time: str) -> None:
        self.dialect = dialect
        self.table = table
        self.columns = columns
        self.time = time

    def cells(self, where: str | None = None) -> str:
        """The statement that gives cells as they stand: those that name a lot, and the time."""
        chosen = (
            f"{self.dialect.named(column)} AS c{place}" for place, column in enumerate((*self.columns, self.time))
        )
        return f"SELECT {', '.join(chosen)} FROM {self.table.relation}" + (f" WHERE {where}" if where else "")

    def names(self) -> list[str] | None:
        """What SQL makes of the cells that name a lot; None where a column holds what only Python writes."""
        found = []
        for column in self.columns:
            cell = self.dialect.named(column)
            match self.table.shape.columns.get(column):
                case Form.TEXT:
                    found.append(f"nullif({self.dialect.stripped(cell)}, '')")
                case Form.WHOLE:
                    found.append(self.dialect.cast(cell, self.dialect.text))
                case _:
                    return None
        return found

    def earliest(self, names: Sequence[str], missing_words: tuple[str, ...]) -> str:
        """The statement that gives, for each lot, its earliest time and how many times it has."""
        named = ", ".join(f"{name} AS n{place}" for place, name in enumerate(names))
        groups = ", ".join(f"n{place}" for place in range(len(names)))
        rows = f"SELECT {named}, {self.moment(missing_words)} AS moment FROM {self.table.relation}"
        return (
            f"SELECT {groups}, min(moment), count(moment) FROM ({rows}) AS t WHERE moment IS NOT NULL GROUP BY {groups}"
        )

    def moment(self, missing_words: tuple[str, ...]) -> str:
        """What SQL reads of a time: NULL where there is none, or Python has to read it."""
        return self._cells(missing_words).time(self._form, Names(self._cell, "", "")).value

    def unread(self, missing_words: tuple[str, ...]) -> str:
        """Whether there is something in the cell of the time that SQL has not read."""
        text = self._form is Form.TEXT
        is_there = f"NOT {self._cells(missing_words).is_nothing(self._cell)}" if text else f"{self._cell} IS NOT NULL"
        return f"({self.moment(missing_words)}) IS NULL AND {is_there}"

    @property
    def _cell(self) -> str:
        return self.dialect.named(self.time)

    @property
    def _form(self) -> Form:
        return self.table.shape.columns.get(self.time, Form.NOTHING)

    def _cells(self, missing_words: tuple[str, ...]) -> Cells:
        return Cells(self.dialect, self.table.decimal, missing_words, ())
