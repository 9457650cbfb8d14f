"""A standard, compiled and ready to judge, by the pack that it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, overload

from gonogo.answer import Finding
from gonogo.concessions import Concessions
from gonogo.history import History
from gonogo.judge import Judge
from gonogo.levels.counting import Census, LevelJudges, Levels
from gonogo.problems import Problem, Refused
from gonogo.program.compiler import Compiled, compile_standard
from gonogo.requirements import columns_of, items_of
from gonogo.standard.bases import among
from gonogo.standard.changes import Change
from gonogo.standard.concessions import Concession
from gonogo.standard.effectiveness import refusals
from gonogo.verdict import Verdict

TABLES: Final = {
    "pyarrow": ("Table", "RecordBatch"),
    "polars": ("DataFrame", "LazyFrame"),
    "pandas": ("DataFrame",),
}
"""The kinds of tables in memory that are judged as they are, by the package they come from."""

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from gonogo.tally import Unusable

    Frame = TypeVar("Frame", pyarrow.Table, pyarrow.RecordBatch, polars.DataFrame, polars.LazyFrame, pandas.DataFrame)


def is_frame(facts: object) -> bool:
    """Whether facts are a table in memory; looks at the name of the type only, and imports nothing."""
    kind = type(facts)
    return kind.__name__ in TABLES.get(kind.__module__.partition(".")[0], ())


def _say_nothing(_told: object) -> None:
    """What came up is nobody's to know."""


class Standard:
    """A quality standard, compiled: it judges facts. Threads may share it.

    Parameters
    ----------
    compiled : Compiled
        By `gonogo.load`.
    concessions : tuple of Concession
        Those of its pack.
    day : date, optional
        As of which they permit findings; without it they permit nothing.
    judge : Judge, optional
        What judges; without it one that takes facts as they are.
    """

    def __init__(
        self,
        compiled: Compiled,
        concessions: tuple[Concession, ...] = (),
        day: date | None = None,
        judge: Judge | None = None,
    ) -> None:
        self._compiled = compiled
        self._known = concessions
        self._day = day
        self._judge = judge or Judge(
            compiled, Concessions(concessions, day) if concessions and day is not None else None
        )
        self._levels: LevelJudges | None = None

    @property
    def id(self) -> str:
        """The standard's id."""
        return self._compiled.written.id

    @property
    def title(self) -> str:
        """What it is called."""
        return self._compiled.written.title

    @property
    def version(self) -> str:
        """Its version, as its author states it."""
        return self._compiled.written.version

    @property
    def hash(self) -> str:
        """SHA-256 of its content, the same whatever its layout and comments."""
        return self._compiled.written.hash

    @property
    def path(self) -> str:
        """The file that it was read from."""
        return self._compiled.written.span.source.path

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that it was read from: its own, then that of each standard that it extends."""
        return tuple(source.path for source in self._compiled.written.sources)

    @property
    def status(self) -> Literal["draft", "effective", "withdrawn"]:
        """What its author says of it."""
        return self._compiled.written.status

    @property
    def effective_from(self) -> date | None:
        """The first day on which it holds; None where it names none."""
        return self._compiled.written.effective_from

    @property
    def effective_until(self) -> date | None:
        """The last day on which it holds; None where it names none."""
        return self._compiled.written.effective_until

    def refuse_unless_effective(self, day: date, *, draft: bool = False) -> None:
        """Refuse to be judged by on a day on which it does not hold, or as a draft.

        `judge` does not ask: a program that judges by the calendar does so first, as the command line does.

        Parameters
        ----------
        day : date
            As of which facts are to be judged.
        draft : bool
            Whether a draft is meant to judge, to be tried out.

        Raises
        ------
        Refused
            With the dates.

        Examples
        --------
        >>> import gonogo
        >>> from datetime import date
        >>> gonogo.load("milling-cell").refuse_unless_effective(date(2020, 1, 1))
        Traceback (most recent call last):
        gonogo.problems.Refused: ...: this standard is effective from 2026-01-01, and not on 2020-01-01; ...
        """
        problems = list(refusals(self._compiled.written, day, is_draft_meant=draft))
        if problems:
            raise Refused(problems)

    def as_of(self, day: date, *, draft: bool = False) -> Standard:
        """The standard as facts are to be judged by it on a day: with the concessions that are in force.

        Parameters
        ----------
        day : date
            As of which facts are to be judged.
        draft : bool
            Whether a draft is meant to judge, to be tried out.

        Raises
        ------
        Refused
            Where it does not hold on that day; see `refuse_unless_effective`.
        """
        self.refuse_unless_effective(day, draft=draft)
        return self.conceding(day)

    def conceding(self, day: date) -> Standard:
        """The standard with the concessions that are in force on a day, be it that it does not hold itself.

        Parameters
        ----------
        day : date
            As of which they permit findings.
        """
        return Standard(self._compiled, self._known, day) if self._known else self

    def revised(self, *changes: Change) -> Standard:
        """The standard as it would be with changes; it judges as of the same day.

        Parameters
        ----------
        *changes : Change
            In any order; each is told once.

        Raises
        ------
        Refused
            Where what is changed is not there, or the standard has problems then; they stand at the changes.

        Examples
        --------
        >>> import gonogo
        >>> standard = gonogo.load("milling-cell")
        >>> standard.revised(gonogo.Change("class", "tool-worn", "major")).hash == standard.hash
        False
        """
        written = self._compiled.written
        compiled = compile_standard(written.sources[0], among(written.sources), (*written.changes, *changes))
        rules = {rule.name for part in compiled.parts for rule in part.exact.rules}
        return Standard(compiled, tuple(known for known in self._known if known.rule in rules), self._day)

    def with_judge(self, judge: Judge) -> Standard:
        """The standard, judging by another judge."""
        return Standard(self._compiled, self._known, self._day, judge)

    def with_levels(self, levels: LevelJudges) -> Standard:
        """The standard, judging lots, and what stands above them, by other judges."""
        told = Standard(self._compiled, self._known, self._day, self._judge)
        told._levels = levels
        return told

    @property
    def concessions(self) -> tuple[Concession, ...]:
        """The concessions of its pack, also those that have expired."""
        return self._known

    @property
    def owner(self) -> str:
        """Who answers for it; empty where it does not say."""
        return self._compiled.written.owner

    @property
    def source(self) -> str:
        """Where its requirements come from; empty where it does not say."""
        return self._compiled.written.source

    @property
    def policy(self) -> str:
        """The sentence of policy that it serves; empty where it does not say."""
        return self._compiled.written.policy

    @property
    def classes(self) -> tuple[str, ...]:
        """Its classes of nonconformity, most severe first."""
        return self._compiled.written.classes

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of its characteristics and rules, in their order."""
        return tuple(rule.name for rule in self._compiled.exact.rules)

    def finding(self, rule: str) -> Finding:
        """What a rule of that id finds, without the side on which it does."""
        return self._judge.answering.findings[rule, None]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the facts that it reads."""
        if self._compiled.exact.long is not None:
            return columns_of(self._compiled.exact)
        return tuple(dict.fromkeys(field.column for field in self._compiled.exact.fields))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What does not refuse the standard, but should be looked at; concessions that expired before `as_of`, too."""
        concessions = self._judge.concessions
        expired = concessions.expired() if concessions is not None else ()
        return (*self._compiled.warnings, *expired)

    @property
    def compiled(self) -> Compiled:
        """The standard as written, and its program."""
        return self._compiled

    @property
    def judging(self) -> Judge:
        """What judges."""
        return self._judge

    def census(self) -> Census | None:
        """What counts for the levels above items, and for objectives; None where the standard has none."""
        if not self._compiled.exact.is_counted:
            return None
        if self._levels is None:
            self._levels = LevelJudges(self._judge)
        return Census(self._levels)

    def history(self) -> History:
        """What gathers lots over time, verdict by verdict."""
        return History(self._compiled.exact)

    @overload
    def judge(self, facts: Mapping[str, object]) -> Verdict: ...

    @overload
    def judge(
        self, facts: Frame, *, on_unusable: Callable[[Unusable], None] = ..., report: Callable[[Problem], None] = ...
    ) -> Frame: ...

    @overload
    def judge(
        self, facts: Iterable[Mapping[str, object]], *, report: Callable[[Problem], None] = ...
    ) -> Iterator[Verdict]: ...

    def judge(
        self,
        facts: Any,
        *,
        on_unusable: Callable[[Unusable], None] = _say_nothing,
        report: Callable[[Problem], None] = _say_nothing,
    ) -> Any:
        """Judge one fact, or many, or a table of them.

        Parameters
        ----------
        facts : mapping, iterable of mappings, or table
            A fact is a mapping of column names to what stands there: text as in a CSV cell, or a number, flag, date
            or None. A float stands for the shortest decimal that prints it. What is not there is missing. A table is
            a ``pyarrow.Table`` or ``RecordBatch``, a ``polars.DataFrame`` or ``LazyFrame``, or a
            ``pandas.DataFrame``. By a standard with ``layout: long``, an iterable or a table is of measurements, and
            the verdicts are about their items, in the order of their first measurements; a single mapping is an item:
            characteristics with a value, or with a list of them.
        on_unusable : callable, optional
            Of a table: takes each cell that could not be used, and counts as missing.
        report : callable, optional
            Of a table, and of measurements: takes what else came up, such as an item without a name.

        Returns
        -------
        Verdict, iterator of Verdict, or table
            One; or one for each fact in their order, made as they are asked for; or a table of the same kind with
            the columns item, lot, outcome, class, disposition, findings and unknown, a row for each fact.

        Raises
        ------
        TypeError
            Where it is none of these.
        Refused
            Where a table lacks a column.

        Examples
        --------
        >>> import gonogo
        >>> standard = gonogo.load("milling-cell")
        >>> fact = {"Type": "M", "Air temperature [K]": 298.1, "Process temperature [K]": 308.6,
        ...         "Rotational speed [rpm]": 1551, "Torque [Nm]": 42.8, "Tool wear [min]": 0}
        >>> standard.judge(fact).outcome
        'conforming'
        >>> [verdict.outcome for verdict in standard.judge([fact, fact | {"Torque [Nm]": None}])]
        ['conforming', 'indeterminate']
        """
        if isinstance(facts, dict | Mapping):  # a dict is told at once, a mapping by its methods
            return Verdict(1, facts, None, self._judge)
        if is_frame(facts):
            from gonogo.batch.frames import judge_frame

            return judge_frame(self._judge, facts, on_unusable, report)
        if isinstance(facts, str | bytes) or not isinstance(facts, Iterable):
            raise TypeError(
                "a fact is a mapping of column names to what stands there; facts are an iterable of them, or a table"
            )
        if self._compiled.exact.long is not None:
            items = items_of(self._compiled.exact, facts, report)
            return (self.judge_row(item.cells, item.number) for item in items)
        return (self.judge_row(fact, number) for number, fact in enumerate(facts, start=1))

    def judge_levels(self, facts: Iterable[Mapping[str, object]]) -> Levels:
        """Judge the lots that facts belong to, the levels above them, and the objectives.

        Parameters
        ----------
        facts : iterable of mappings
            As for `judge`.

        Returns
        -------
        Levels
            The verdicts on lots (``.lots``) and on all levels (``.verdicts``), and what became of each objective.

        Raises
        ------
        TypeError
            Where facts are no iterable of mappings.

        Examples
        --------
        >>> import gonogo
        >>> standard = gonogo.load("food-containers")
        >>> sound = {"Lot": "A", "Inspection": "origin", "Lot size": 5000, "Defects": "none"}
        >>> containers = [sound | {"Container": number} for number in range(83)]
        >>> (lot,) = standard.judge_levels([*containers, sound | {"Defects": ""}]).lots
        >>> lot.disposition, lot.unless
        ('hold', 'accept, unless the one unjudged item is critical')
        """
        if isinstance(facts, str | bytes | Mapping) or not isinstance(facts, Iterable):
            raise TypeError("lots are judged by an iterable of facts, which are mappings of column names to values")
        census = self.census()
        if census is None:
            return Levels()
        for verdict in self.judge(facts):
            census.add(verdict.names, self._judge.key(verdict.answer))
        return census.settle()

    def judge_row(self, cells: Mapping[str, object], number: int, recorded: frozenset[str] | None = None) -> Verdict:
        """Judge the fact in row `number`; `recorded` are the columns that the facts have, where they have a header."""
        return Verdict(number, cells, recorded, self._judge)
