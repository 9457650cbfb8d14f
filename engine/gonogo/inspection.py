"""A run over files of facts: verdicts one by one as the rows come in, and what a run counts on the way.

INVARIANT: nothing is kept of a fact once its verdict is out, so that memory does not grow with the facts; and
no row is lost: what can't be read counts as missing and is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from gonogo.facts import Facts, FactsOptions, Row, open_facts
from gonogo.pack import Standard
from gonogo.problems import Problem, Problems, nearest
from gonogo.program.ir import Kind, Program
from gonogo.verdict import Verdict


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
        """The cell as a problem with a place."""
        what = f"row {self.row}, column `{self.column}`: {self.problem}"
        return Problem("unusable-value", f"{self.path}:{self.line}", what)


@dataclass(slots=True)
class Summary:
    """What a run has counted so far."""

    conforming: int = 0
    nonconforming: int = 0
    indeterminate: int = 0
    by_class: Counter[str] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    by_disposition: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    unusable: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        self.rows += 1
        answer = verdict.answer
        match answer.outcome:
            case "conforming":
                self.conforming += 1
            case "nonconforming":
                self.nonconforming += 1
            case "indeterminate":
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
            "by_class": dict(self.by_class),
            "by_rule": dict(self.by_rule),
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
    ) -> None:
        self.standard = standard
        self.paths = tuple(paths)
        self.options = options
        self.report = report
        self.on_unusable = on_unusable
        self.stdin = stdin
        self.summary = Summary()
        self._facts: Facts | None = None

    def progress(self) -> tuple[str, int, int | None]:
        """The file under way, the bytes read of it, and how many there are (None where nobody knows)."""
        if self._facts is None:
            return "", 0, None
        return (self._facts.path, *self._facts.progress())

    def __iter__(self) -> Iterator[Verdict]:
        """Give the verdicts in the order of the facts."""
        program = self.standard.compiled.exact
        numbers = {known.column for known in program.fields if known.type.kind is Kind.NUMBER}
        for path in self.paths:
            with open_facts(path, numbers, self.options, self.report, self.stdin) as facts:
                self._facts = facts
                yield from self._verdicts(facts, program)

    def _verdicts(self, facts: Facts, program: Program) -> Iterator[Verdict]:
        recorded = None if facts.columns is None else frozenset(facts.columns)
        if recorded is not None:
            _require_columns(program, facts.path, facts.columns or ())
        seen: set[str] = set()
        needed = {known.column for known in program.fields}
        for row in facts:
            if recorded is None and not needed <= seen:
                seen.update(row.cells)
            verdict = self.standard.judge_row(row.cells, row.number, recorded)
            self._note(verdict, row, facts.path, program)
            yield verdict
        if recorded is None and self.summary.rows and not needed <= seen:
            _require_columns(program, facts.path, sorted(seen))

    def _note(self, verdict: Verdict, row: Row, path: str, program: Program) -> None:
        self.summary.add(verdict)
        if verdict.answer.unknown or program.fields:
            for cell in verdict.unusable:
                self.summary.unusable += 1
                self.on_unusable(Unusable(path, row.number, row.line, cell.column, cell.text, cell.problem))
        if program.item is not None and verdict.item == str(row.number) and not str(row.cells.get(program.item) or "").strip():
            what = f"row {row.number} has no `{program.item}`"
            self.report(Problem("blank-item", f"{path}:{row.line}", what, f"it is called {verdict.item}", "warning"))


def _require_columns(program: Program, path: str, header: Sequence[str]) -> None:
    """Refuse facts without a column that the standard reads, naming the nearest header."""
    problems = Problems()
    named = [("item", program.item), ("lot", program.lot), ("time", program.time)]
    needed = [(known.name, known.column) for known in program.fields if not known.optional]
    for name, column in [*needed, *((what, column) for what, column in named if column is not None)]:
        if column in header:
            continue
        near = nearest(column, header)
        mend = f"did you mean `{near}`?" if near else f"the columns are {', '.join(f'`{c}`' for c in header[:12])}"
        problems.error("missing-column", path, f"no column `{column}`, which `{name}` is read from", mend)
    problems.refuse_errors()
