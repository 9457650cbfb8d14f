"""What a run over facts counts and tells on its way: verdicts, values that could not be used, items without a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gonogo.answer import Answer, Outcome
from gonogo.concessions import CONCESSION, Concessions
from gonogo.facts import Row
from gonogo.facts.naming import item_of
from gonogo.levels.counting import Census, Levels
from gonogo.levels.unless import plural
from gonogo.levels.verdict import LevelVerdict
from gonogo.problems import Problem
from gonogo.program.ir import Program
from gonogo.standard.concessions import ITEMS
from gonogo.verdict import Verdict


class FactPlace(NamedTuple):
    """Where a fact stands; ``str`` of it is what problems say, ``path:line``.

    Parameters
    ----------
    path : str
        The file of facts, or ``standard input``.
    row : int
        Which row of the data, from 1.
    line : int
        The line of the file that the row starts on, from 1; 0 where the file has no lines.
    """

    path: str
    row: int
    line: int

    def __str__(self) -> str:
        return place_of(self.path, self.line)


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
        The line of the file that the row starts on, from 1; 0 where the file has no lines.
    column, text, problem : str
        Where it stands, what stands there, and what is wrong with it.
    code : str
        Of the problem.
    """

    path: str
    row: int
    line: int
    column: str
    text: str
    problem: str
    code: str = "unusable-value"

    def as_dict(self) -> dict[str, object]:
        """The cell with the keys of ``gonogo check --format json``."""
        return {"row": self.row, "column": self.column, "text": self.text, "problem": self.problem}

    def as_problem(self) -> Problem:
        """The cell as a problem with a place; what follows a semicolon in the cell's problem is its mend."""
        what, _, mend = self.problem.partition("; ")
        place = place_of(self.path, self.line)
        return Problem(self.code, place, f"row {self.row}, column `{self.column}`: {what}", mend)


@dataclass(slots=True)
class Summary:
    """What a run has counted so far; classes and rules in the order of the standard, whatever that of the facts.

    `conceded` are the nonconforming items all of whose findings are under concession. `levels` holds the verdicts on
    lots and on what stands above them, and the objectives, once all facts are judged.
    """

    conforming: int = 0
    nonconforming: int = 0
    indeterminate: int = 0
    by_class: Counter[str] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    by_disposition: Counter[str] = field(default_factory=Counter)
    conceded: int = 0
    rows: int = 0
    unusable: int = 0
    levels: Levels = field(default_factory=Levels)

    @classmethod
    def of(cls, program: Program) -> Summary:
        """Nothing yet, of what that program may find."""
        rules = (rule.name for rule in program.rules)
        return cls(by_class=Counter(dict.fromkeys(program.classes, 0)), by_rule=Counter(dict.fromkeys(rules, 0)))

    @property
    def is_good(self) -> bool:
        """Whether all that was judged conforms, or is under concession, and all objectives are met."""
        return self.conforming + self.conceded == self.rows and self.levels.is_good

    def add(self, answer: Answer) -> None:
        """Count one fact's answer."""
        self.add_settled(answer.outcome, answer.class_, answer.disposition, 1)
        self.conceded += answer.is_conceded
        for finding in answer.findings:
            self.by_rule[finding.rule] += 1

    def add_settled(self, outcome: Outcome, class_: str | None, disposition: str | None, facts: int) -> None:
        """Count facts that came to the same; their findings are counted apart."""
        self.rows += facts
        if outcome == "conforming":
            self.conforming += facts
        elif outcome == "nonconforming":
            self.nonconforming += facts
        else:
            self.indeterminate += facts
        if class_ is not None:
            self.by_class[class_] += facts
        if disposition is not None:
            self.by_disposition[disposition] += facts

    def as_dict(self) -> dict[str, object]:
        """The counts with the keys of ``gonogo check --format json``."""
        return {
            "conforming": self.conforming,
            "nonconforming": self.nonconforming,
            "indeterminate": self.indeterminate,
            **({"under_concession": self.conceded} if self.conceded else {}),
            "by_class": {name: count for name, count in self.by_class.items() if count},
            "by_rule": {name: count for name, count in self.by_rule.items() if count},
        }


@dataclass(slots=True)
class Tally:
    """Takes what comes up in a run.

    Parameters
    ----------
    program : Program
        What judges.
    report : callable
        Takes each problem that does not stop the run.
    on_unusable : callable
        Takes each cell that could not be used.
    census : Census or None
        Counts what levels above items, and objectives, are judged by; None where there are none.
    concessions : Concessions or None
        What of findings is permitted.
    """

    program: Program
    report: Callable[[Problem], None]
    on_unusable: Callable[[Unusable], None]
    census: Census | None = None
    concessions: Concessions | None = None
    summary: Summary = field(init=False)
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with nothing counted."""
        self.summary = Summary.of(self.program)

    def count(self, verdict: Verdict, place: tuple[int, int] = (0, 0)) -> None:
        """Count a verdict, and what it adds to the levels above; `place` is its source's number and its own there."""
        self.summary.add(verdict.answer)
        self.used.update(verdict.answer.concessions)
        if self.census is not None:
            self.census.add(verdict.names, verdict.judge.key(verdict.answer), 1, place)

    def concede(
        self, concessions: Iterable[str], before: str | None, *, is_conceded: bool, is_counted: bool, items: int = 1
    ) -> None:
        """Note what concessions change about items.

        Parameters
        ----------
        concessions : iterable of str
            Those that were used.
        before : str or None
            The disposition of the items without them.
        is_conceded : bool
            Whether it became `concession`.
        is_counted : bool
            Whether it is counted as such already, and not as it was before.
        """
        self.used.update(concessions)
        if not is_conceded:
            return
        self.summary.conceded += items
        if not is_counted:
            self.summary.by_disposition[CONCESSION] += items
            if before is not None:
                self.summary.by_disposition[before] -= items

    def settle(self) -> None:
        """Judge what was counted over all items, and tell of concessions that nothing was found for."""
        if self.census is not None:
            self.summary.levels = self.census.settle()
            for verdicts in self.summary.levels.verdicts.values():
                self.tell_unnamed(verdicts)
                self.used.update(name for verdict in verdicts for name in verdict.answer.concessions)
        for problem in self.concessions.unused(self.used) if self.concessions is not None else ():
            self.report(problem)

    def tell_unnamed(self, verdicts: Sequence[LevelVerdict]) -> None:
        """Tell of what does not say which lot, or which unit of a level above, it belongs to."""
        unnamed = [verdict for verdict in verdicts if verdict.name is None]
        units = sum(
            verdict.counts["inspected"][verdict.judge.below == ITEMS] for verdict in unnamed
        )  # no doubtful lots
        for verdict in unnamed[:1] if units else ():
            have = "has" if units == 1 else "have"
            below, column = plural(verdict.judge.below, units), verdict.judge.column
            what = f"{units:,} {below} {have} no `{column}`, and {have} no {verdict.unit}"
            mend = f"name the {verdict.unit} of each, so that it can be judged"
            self.report(Problem("blank-lot", "facts", what, mend, "warning"))

    def look_at(self, verdict: Verdict, row: Row, path: str) -> None:
        """Tell of the cells of a fact that could not be used, and of an item without a name."""
        if not verdict.is_complete:
            for cell in verdict.unusable:
                self.summary.unusable += 1
                file, number, line = cell.place or (path, row.number, row.line)
                told = Unusable(named(file), number, line, cell.column, cell.text, cell.problem, cell.code)
                self.on_unusable(told)
        item = self.program.item
        if item is not None and row.cells and item_of(row.cells.get(item)) is None:
            what = f"row {row.number} has no `{item}`, and is called `row {row.number}`"
            self.report(Problem("blank-item", place_of(named(path), row.line), what, severity="warning"))


def named(path: str) -> str:
    """What problems call a file of facts."""
    return "standard input" if path == "-" else path


def place_of(path: str, line: int) -> str:
    """A place in a file of facts; of a file without lines only the file."""
    return f"{path}:{line}" if line else path
