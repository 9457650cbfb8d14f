"""A run over files of facts, one by one: verdicts as the rows come in, and what a run counts on the way.

INVARIANT: nothing is kept of a fact once its verdict is out, so that memory does not grow with the facts; and
no row is lost: what can't be read counts as missing and is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from gonogo.facts import Facts, FactsOptions, Row, open_facts
from gonogo.facts.long import Gathering
from gonogo.facts.naming import item_of
from gonogo.facts.paths import expand_paths
from gonogo.pack import Standard
from gonogo.problems import Problem
from gonogo.program.ir import Program
from gonogo.requirements import check_characteristics, checked_rows, columns_of, numbers_of
from gonogo.tally import FactPlace, Summary, Tally, Unusable, named
from gonogo.verdict import Verdict


class Inspection:
    """Judges files of facts; to be iterated once.

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
    wanted : callable, optional
        Whether the item of that id is to be judged; without it all are. Others are read, and given no verdict; nothing
        is said of lots and objectives then.

    Raises
    ------
    Refused
        While iterating, where a file can't be read or lacks a column.
    """

    def __init__(
        self,
        standard: Standard,
        paths: Sequence[str],
        options: FactsOptions,
        report: Callable[[Problem], None],
        on_unusable: Callable[[Unusable], None],
        stdin: BinaryIO | None = None,
        wanted: Callable[[str], bool] | None = None,
    ) -> None:
        self.standard = standard
        self.paths = tuple(paths)
        self.options = options
        self.stdin = stdin
        self.wanted = wanted
        self._program = standard.compiled.exact
        self._tally = Tally(self._program, report, on_unusable, standard.census(), standard.judging.concessions)
        self._facts: Facts | None = None
        self._path, self._row = "", Row(0, 0, {})

    @property
    def summary(self) -> Summary:
        """What has been counted so far; with what lots and objectives came to, when all verdicts have been given."""
        return self._tally.summary

    @property
    def place(self) -> FactPlace:
        """Where the fact stands that the last verdict is about; of measurements the first."""
        return FactPlace(named(self._path), self._row.number, self._row.line)

    def progress(self) -> tuple[str, int, int | None]:
        """The file under way, the bytes read of it, and how many there are (None where nobody knows)."""
        if self._facts is None:
            return "", 0, None
        return (self._facts.path, *self._facts.progress())

    def __iter__(self) -> Iterator[Verdict]:
        """Give the verdicts in the order of the facts."""
        if self._program.long is not None:
            yield from self._gathered()
        else:
            yield from self._row_by_row()
        if self.wanted is None:
            self._tally.settle()

    def _row_by_row(self) -> Iterator[Verdict]:
        program, report = self._program, self._tally.report
        numbers, wanted = numbers_of(program), frozenset(columns_of(program))
        for path in expand_paths(self.paths):
            with open_facts(path, numbers, self.options, report, self.stdin, wanted=wanted) as facts:
                self._facts = facts
                yield from self._verdicts(facts, program)

    def _verdicts(self, facts: Facts, program: Program) -> Iterator[Verdict]:
        recorded = None if facts.columns is None else frozenset(facts.columns)
        judge_row, tally, wanted = self.standard.judge_row, self._tally, self.wanted
        is_plain = not program.is_counted and tally.concessions is None
        add, count, has_item = tally.summary.add, tally.count, program.item is not None
        for row in checked_rows(facts, program):
            if wanted is not None and not wanted(self._item(row, program)):
                continue
            verdict = judge_row(row.cells, row.number, recorded)
            self._path, self._row = facts.path, row
            if is_plain:
                add(verdict.answer)
            else:
                count(verdict)
            if has_item or not verdict.is_complete:
                tally.look_at(verdict, row, facts.path)
            yield verdict

    def _gathered(self) -> Iterator[Verdict]:
        """The same where a row is a measurement: items are known when all rows were read."""
        program, tally, wanted = self._program, self._tally, self.wanted
        gathering = Gathering(program, tally.report)
        numbers, columns = numbers_of(program), frozenset(columns_of(program))
        paths = expand_paths(self.paths)
        for path in paths:
            with open_facts(path, numbers, self.options, tally.report, self.stdin, wanted=columns) as facts:
                self._facts = facts
                for row in checked_rows(facts, program):
                    gathering.add(path, row)
        if gathering.has_rows:
            check_characteristics(program, paths[0], gathering.words, tally.report)
        recorded = frozenset(gathering.words)
        for path, fact in gathering.facts():
            if wanted is not None and not wanted(self._item(fact, program)):
                continue
            verdict = self.standard.judge_row(fact.cells, fact.number, recorded)
            self._path, self._row = path, fact
            tally.count(verdict)
            tally.look_at(verdict, fact, path)
            yield verdict

    def _item(self, row: Row, program: Program) -> str:
        if program.item is None:
            return str(row.number)
        return item_of(row.cells.get(program.item)) or f"row {row.number}"
