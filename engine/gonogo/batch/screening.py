"""Sources → tables of words: each source is screened by one statement, in ticks as fine as its facts need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from gonogo.batch.combining import Combining
from gonogo.batch.long import LongTable
from gonogo.batch.source import Table
from gonogo.facts.columns import numbers_of_words
from gonogo.judge import Judge
from gonogo.program.passes.ticks import lower_to_ticks
from gonogo.screen.engine import Engine
from gonogo.screen.sql.bounds import Inexpressible
from gonogo.screen.sql.long import long_statement
from gonogo.screen.sql.statement import Screen, screen_statement

FEW: Final = 0.01
"""If more rows are odd, finer ticks and wider numbers are tried."""

SAMPLE: Final = 2000
"""So many of the odd rows are looked at to find the ticks that they need."""

FINEST: Final = 20
"""Most decimals that ticks in columns have: beyond, facts are judged one by one."""


@dataclass(frozen=True, slots=True)
class Screening:
    """Screens sources for one judge.

    Parameters
    ----------
    is_quoted : bool
        Whether names of items go into JSON.
    """

    judge: Judge
    combining: Combining
    engine: Engine
    is_quoted: bool

    def screen(self, table: Table, name: str) -> int | None:
        """Screen a source into the table `name`; how many rows it has, or None where that takes Python.

        Raises
        ------
        Unscannable
            Where the source is not what it seemed.
        """
        count = self.created(table, name, {}, is_wide=False)
        share = self.share_of_odd(name, count)
        if share <= FEW:
            return count
        needed = {} if count is None else self.needed(table, name)
        for ticks, is_wide in ((needed, False), (needed, True)):
            if count is not None and (needed or is_wide):
                self.engine.drop(name)
                count = None
            if count is None:
                count = self.created(table, name, ticks, is_wide=is_wide)
                if self.share_of_odd(name, count) < share / 2:
                    return count
        # What finer ticks made too large for any column is judged in those of the standard, as at first.
        return self.created(table, name, {}, is_wide=False) if count is None else count

    def created(self, table: Table, name: str, ticks: Mapping[str, Fraction], *, is_wide: bool) -> int | None:
        """Make the table of a screen in ticks of these sizes; how many rows it has."""
        for is_complete in (True, False) if table.is_complete else (False,):
            statement = self.statement(table, ticks, is_wide=is_wide, is_complete=is_complete)
            if statement is None:
                return None
            count = self.engine.create(name, statement)
            if not is_complete or not self.has_gaps(name):
                return count
            self.engine.drop(name)
        return None

    def has_gaps(self, name: str) -> bool:
        """Whether a value was missing after all, or could not be worked out."""
        gaps = " OR ".join(f"w{number} IS NULL" for number in range(len(self.combining.packing.words)))
        return bool(self.engine.run(f"SELECT count(*) FROM {name} WHERE NOT odd AND ({gaps})")[0][0])

    def share_of_odd(self, name: str, count: int | None) -> float:
        """The share of odd rows in what was screened; 1 where nothing was."""
        if count is None:
            return 1.0
        [(odd,)] = self.engine.run(f"SELECT count(*) FROM {name} WHERE odd")
        return odd / count if count else 0.0

    def statement(self, table: Table, ticks: Mapping[str, Fraction], *, is_wide: bool, is_complete: bool) -> str | None:
        """The statement in ticks of these sizes; None where no column holds what it computes."""
        judge = self.judge
        exact = judge.exact
        program = lower_to_ticks(exact, ticks)
        words = self.combining.packing.words
        numbers = numbers_of_words(exact.missing_words)
        screen = Screen(exact, program, words, numbers, self.is_quoted, is_wide, is_complete)
        kept = dict(table.kept) | ({"row": table.number} if exact.item is None else {})
        try:
            if isinstance(table, LongTable):
                return long_statement(screen, self.engine.dialect, table.measured)
            return screen_statement(screen, self.engine.dialect, table.shape, table.relation, kept)
        except Inexpressible:
            return None

    def needed(self, table: Table, name: str) -> dict[str, Fraction]:
        """Of fields that hold values too fine for their ticks, ticks that would hold those of some odd rows."""
        found: dict[str, Fraction] = {}
        finest = Fraction(1, 10**FINEST)
        self.engine.create("wanted", f"SELECT r FROM {self.engine.numbered(name)} AS n WHERE odd LIMIT {SAMPLE}")
        for placed in table.rows(self.engine, "wanted", self.judge.exact):
            for field, tick in self.judge.finer_ticks(placed.row.cells).items():
                if tick >= finest:
                    found[field] = min(tick, found.get(field, tick))
        self.engine.drop("wanted")
        return found
