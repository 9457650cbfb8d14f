"""A run over files of facts: verdicts one by one as the rows come in, and what a run counts on the way.

INVARIANT: nothing is kept of a fact once its verdict is out, so that memory does not grow with the facts; and
no row is lost: what can't be read counts as missing and is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from gonogo.answer import Answer
from gonogo.facts import Facts, FactsOptions, Row, open_facts
from gonogo.facts.naming import item_of
from gonogo.facts.row import UNTRUSTED
from gonogo.facts.source import require_files
from gonogo.pack import Standard
from gonogo.problems import Problem, Problems, nearest
from gonogo.program.ir import Kind, Program
from gonogo.verdict import Verdict

MOST_NAMED: Final = 12
"""So many columns of the facts are named where one is missing."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A cell that was there and could not be used.

    Parameters
    ----------
    path : str
        The file of facts.
    row : int
        Which row of the data, from 1.
    line : int
        The line of the file that the row starts on, from 1.
    column, text, problem : str
        Where it stands, what stands there, and what is wrong with it.
    """

    path: str
    row: int
    line: int
    column: str
    text: str
    problem: str

    def as_dict(self) -> dict[str, object]:
        """The cell with the keys of ``gonogo check --format json``."""
        return {"row": self.row, "column": self.column, "text": self.text, "problem": self.problem}

    def as_problem(self) -> Problem:
        """The cell as a problem with a place; what follows a semicolon in the cell's problem is its mend."""
        what, _, mend = self.problem.partition("; ")
        return Problem(
            "unusable-value", f"{self.path}:{self.line}", f"row {self.row}, column `{self.column}`: {what}", mend
        )


@dataclass(slots=True)
class Summary:
    """What a run has counted so far; classes and rules in the order of the standard, whatever that of the facts."""

    conforming: int = 0
    nonconforming: int = 0
    indeterminate: int = 0
    by_class: Counter[str] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    by_disposition: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    unusable: int = 0

    @classmethod
    def of(cls, standard: Standard) -> Summary:
        """Nothing yet, of what that standard may find."""
        return cls(
            by_class=Counter(dict.fromkeys(standard.classes, 0)), by_rule=Counter(dict.fromkeys(standard.rules, 0))
        )

    def add(self, answer: Answer) -> None:
        """Count one fact's answer."""
        self.rows += 1
        if answer.outcome == "conforming":
            self.conforming += 1
        elif answer.outcome == "nonconforming":
            self.nonconforming += 1
        else:
            self.indeterminate += 1
        if answer.class_ is not None:
            self.by_class[answer.class_] += 1
        if answer.disposition is not None:
            self.by_disposition[answer.disposition] += 1
        for finding in answer.findings:
            self.by_rule[finding.rule] += 1

    def as_dict(self) -> dict[str, object]:
        """The counts with the keys of ``gonogo check --format json``."""
        return {
            "conforming": self.conforming,
            "nonconforming": self.nonconforming,
            "indeterminate": self.indeterminate,
            "by_class": {name: count for name, count in self.by_class.items() if count},
            "by_rule": {name: count for name, count in self.by_rule.items() if count},
        }


class Inspection:
    """Judges files of facts; to be iterated once.

    Parameters
    ----------
    standard : Standard
        What judges them.
    paths : sequence of str
        Files, ``-`` for standard input.
    options : FactsOptions
        What is told about their format.
    report : callable
        Takes each problem that does not stop the run.
    on_unusable : callable
        Takes each cell that could not be used.
    stdin : BinaryIO, optional
        What standard input is.
    wanted : callable, optional
        Whether the item of that id is to be judged; without it all are. Others are read, and given no verdict.

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
        self.report = report
        self.on_unusable = on_unusable
        self.stdin = stdin
        self.wanted = wanted
        self.summary = Summary.of(standard)
        self._facts: Facts | None = None
        self._line = 0

    @property
    def place(self) -> str:
        """``path:line`` of the fact that the last verdict is about."""
        return f"{_named(self._facts.path) if self._facts else ''}:{self._line}"

    def progress(self) -> tuple[str, int, int | None]:
        """The file under way, the bytes read of it, and how many there are (None where nobody knows)."""
        if self._facts is None:
            return "", 0, None
        return (self._facts.path, *self._facts.progress())

    def __iter__(self) -> Iterator[Verdict]:
        """Give the verdicts in the order of the facts."""
        program = self.standard.compiled.exact
        numbers = {known.column for known in program.fields if known.type.kind is Kind.NUMBER}
        require_files(self.paths)
        for path in self.paths:
            with open_facts(path, numbers, self.options, self.report, self.stdin) as facts:
                self._facts = facts
                yield from self._verdicts(facts, program)

    def _verdicts(self, facts: Facts, program: Program) -> Iterator[Verdict]:
        recorded = None if facts.columns is None else frozenset(facts.columns)
        if facts.columns is not None:
            _require_columns(program, facts.path, facts.columns)
        judge_row, add, wanted = self.standard.judge_row, self.summary.add, self.wanted
        for row in self._rows(facts, program):
            if wanted is not None and not wanted(self._item(row, program)):
                continue
            verdict = judge_row(row.cells, row.number, recorded)
            self._line = row.line
            add(verdict.answer)
            if not verdict.is_complete:
                self._report_unusable(verdict, row, facts.path)
            if program.item is not None and row.cells and item_of(row.cells.get(program.item)) is None:
                self._report_blank(row, facts.path, program.item)
            yield verdict

    def _rows(self, facts: Facts, program: Program) -> Iterator[Row]:
        """The rows; where no header names the columns, they are known only from what all rows hold."""
        if facts.columns is not None:
            yield from facts
            return
        seen: set[str] = set()
        needed = {known.column for known in program.fields} | {program.item, program.lot, program.time} - {None}
        has_read = False
        for row in facts:
            if not needed <= seen:
                seen.update(row.cells)
            has_read |= row.cells is not UNTRUSTED
            yield row
        if has_read and not needed <= seen:
            _require_columns(program, facts.path, sorted(seen))

    def _item(self, row: Row, program: Program) -> str:
        if program.item is None:
            return str(row.number)
        return item_of(row.cells.get(program.item)) or f"row {row.number}"

    def _report_unusable(self, verdict: Verdict, row: Row, path: str) -> None:
        for cell in verdict.unusable:
            self.summary.unusable += 1
            self.on_unusable(Unusable(_named(path), row.number, row.line, cell.column, cell.text, cell.problem))

    def _report_blank(self, row: Row, path: str, column: str) -> None:
        what = f"row {row.number} has no `{column}`, and is called `row {row.number}`"
        self.report(Problem("blank-item", f"{_named(path)}:{row.line}", what, severity="warning"))


def _named(path: str) -> str:
    """What problems call a file of facts."""
    return "standard input" if path == "-" else path


def _require_columns(program: Program, path: str, header: Sequence[str]) -> None:
    """Refuse facts without a column that the standard reads, naming the nearest header."""
    problems, far = Problems(), []
    for name, column in _needed_columns(program):
        if column in header:
            continue
        if near := nearest(column, header):
            what = f"no column `{column}`, which `{name}` is read from"
            problems.error("missing-column", _named(path), what, f"did you mean `{near}`?")
        else:
            far.append(f"`{column}`")
    if far:
        known = ", ".join(f"`{column}`" for column in header[:MOST_NAMED]) + ", …" * (len(header) > MOST_NAMED)
        what = f"no column{'s' * (len(far) > 1)} {', '.join(far)}"
        problems.error("missing-column", _named(path), what, f"the columns are {known or 'none'}")
    problems.refuse_errors()


def _needed_columns(program: Program) -> Iterator[tuple[str, str]]:
    """What is read from which column, of those that the facts must have; each column once."""
    needed = [(known.name, known.column) for known in program.fields if not known.optional]
    named = [("item", program.item), ("lot", program.lot), ("time", program.time)]
    columns = {column: name for name, column in reversed([*needed, *named]) if column is not None}
    yield from ((name, column) for column, name in reversed(columns.items()))
