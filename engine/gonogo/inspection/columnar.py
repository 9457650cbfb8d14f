"""A run over files of facts in columns: everything is judged first, and results are read when that is done."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from gonogo.batch import singled
from gonogo.batch.history import gather_history
from gonogo.batch.long import take_long
from gonogo.batch.opening import Opening
from gonogo.batch.run import FLAT, Run
from gonogo.batch.source import Rows, Table
from gonogo.facts import FactsOptions
from gonogo.facts.paths import expand_paths
from gonogo.facts.unchanged import Unchanged
from gonogo.history import History
from gonogo.pack import Standard
from gonogo.problems import Problem
from gonogo.screen.columnar import Session
from gonogo.screen.engine import Unscannable
from gonogo.tally import FactPlace, Summary, Tally, Unusable
from gonogo.verdict import Verdict


class ColumnarInspection:
    """Judges files of facts in columns, with the verdicts that `Inspection` gives; to be used in a `with`.

    Parameters
    ----------
    standard : Standard
        What judges them.
    paths : sequence of str
        Files, folders and patterns of them, ``-`` for standard input.
    options : FactsOptions
        What is told about their format.
    report : callable
        Takes each problem that does not stop the run.
    on_unusable : callable
        Takes each cell that could not be used.
    stdin : BinaryIO, optional
        What standard input is.
    is_json : bool
        True where `lines` are wanted, and not `rows`, `write_parquet`, `worst` and `first_open`.
    is_both : bool
        True where all of them are.
    has_sides : bool
        Whether findings are told as ``RULE.SIDE`` by `rows` and `write_parquet`.
    watch : callable, optional
        Called now and then, with what is done (in words), the share of it that is done (None: nobody knows), and how
        many facts it is about (None likewise).

    Raises
    ------
    Refused
        By `judge`, where a file can't be read or lacks a column; by it and by whatever gives results, where a file
        was changed meanwhile (`changed-facts`).
    """

    COLUMNS = FLAT

    def __init__(
        self,
        standard: Standard,
        paths: Sequence[str],
        options: FactsOptions,
        report: Callable[[Problem], None],
        on_unusable: Callable[[Unusable], None],
        stdin: BinaryIO | None = None,
        *,
        is_json: bool = False,
        is_both: bool = False,
        has_sides: bool = False,
        watch: Callable[[str, float | None, int | None], None] | None = None,
    ) -> None:
        self.standard = standard
        self.paths = tuple(paths)
        census, concessions = standard.census(), standard.judging.concessions
        self._tally = Tally(standard.compiled.exact, report, on_unusable, census, concessions)
        self._doing = ""
        self._about: int | None = None
        self._watch = watch
        self._session = Session(self._tell_watch)
        self._opening = Opening(self._session, standard.compiled.exact, options, report, stdin)
        self._wanted = {"is_json": is_json, "is_both": is_both, "has_sides": has_sides}
        self._place = FactPlace("", 0, 0)
        self._unchanged = Unchanged()
        self._run: Run | None = None

    def __enter__(self) -> Self:
        """Return the inspection."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of everything."""
        self._session.close()

    @property
    def summary(self) -> Summary:
        """What has been counted."""
        return self._tally.summary

    def judge(self) -> None:
        """Judge all facts; raises `Refused`."""
        run = self._run = self._new_run()
        with self._unchanged.held():
            if self.standard.compiled.exact.long is None:
                for source in self._sources():
                    self._take(source, run)
            else:
                take_long(run, self._found(), self._rows_of)
            self._begin("reasoning", None)
            run.settle()
            self._tally.settle()
        self._begin("writing", self.summary.rows)

    def _take(self, source: Table | Rows, run: Run) -> None:
        self._begin(f"screening {Path(source.path).name}", source.count if isinstance(source, Table) else None)
        if not isinstance(source, Table):
            run.take_rows(source)
        elif not run.take_table(source):
            for path, _ in source.files:
                run.take_rows(self._rows(path))

    def _found(self) -> list[Table | Rows]:
        """All sources of a run, of which every one must be there before the first item is known."""
        self._begin("gathering measurements", None)
        return list(self._sources())

    def _rows_of(self, source: Table | Rows) -> Sequence[Rows]:
        return [self._rows(path) for path, _ in source.files] if isinstance(source, Table) else [source]

    def lines(self, outcomes: Collection[str]) -> Iterator[list[str]]:
        """The verdicts with these outcomes as JSON objects, many at a time."""
        yield from self._judged.lines(outcomes)

    def rows(self, outcomes: Collection[str]) -> Iterator[list[tuple[Any, ...]]]:
        """The verdicts with these outcomes as rows of `COLUMNS`, many at a time."""
        yield from self._judged.flat(outcomes)

    def write_parquet(self, path: str, outcomes: Collection[str]) -> None:
        """Write the verdicts with these outcomes as Parquet, in the order of the facts; raises `OSError`."""
        try:
            self._judged.write_parquet(path, outcomes)
        except Unscannable as error:
            number = re.search(r'"errno":"([0-9]+)"', str(error))  # what the system has told DuckDB
            raise OSError(*(int(number[1]), os.strerror(int(number[1]))) if number else (None, str(error))) from None

    def verdicts(self, outcomes: Collection[str]) -> Iterator[Verdict]:
        """The verdicts with these outcomes one by one, in the order of the facts; `place` tells of the last."""
        yield from self._singles(singled.verdicts(self._judged, outcomes))

    def worst(self, count: int, most: int) -> Iterator[Verdict]:
        """Candidates for the worst `count` verdicts, in the order of the facts; of those alike at most `most`."""
        yield from self._singles(singled.worst(self._judged, count, most))

    def first_open(self, count: int) -> Iterator[Verdict]:
        """The first verdicts that are indeterminate."""
        yield from self._singles(singled.first_open(self._judged, count))

    @property
    def place(self) -> FactPlace:
        """Where the fact stands that the last verdict of `verdicts`, `worst` or `first_open` is about."""
        return self._place

    def _singles(self, found: Iterator[singled.Single]) -> Iterator[Verdict]:
        with self._unchanged.held():
            for verdict, self._place in found:
                yield verdict

    def history(self) -> History:
        """Lots over time; the facts are read once more for it."""
        with self._unchanged.held():
            return gather_history(self._judged, self.standard.history())

    @property
    def situations(self) -> int:
        """How many distinct situations were reasoned about."""
        return self._judged.situations

    @property
    def _judged(self) -> Run:
        assert self._run is not None, "results are read after `judge`"
        return self._run

    def _new_run(self) -> Run:
        return Run(self.standard.judging, self._tally, self._session, **self._wanted)

    def _sources(self) -> Iterator[Table | Rows]:
        files = expand_paths(self.paths)
        self._unchanged.watch(files)
        return self._opening.sources(files)

    def _rows(self, path: str) -> Rows:
        """A file whose rows Python reads, because it could not be screened."""
        return self._opening.rows(path)

    def _begin(self, doing: str, facts: int | None) -> None:
        """What is done from here on, and with how many facts."""
        self._doing, self._about = doing, facts

    def _tell_watch(self, share: float | None) -> None:
        if self._watch is not None:
            self._watch(self._doing, share, self._about)
