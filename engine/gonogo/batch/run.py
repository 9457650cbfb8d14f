"""A run over facts in columns: sources are screened, keys answered, rows looked up; what is odd is judged one by one.

INVARIANT: nothing of the facts is held in Python but a batch at a time; tables that outgrow the memory are DuckDB's
to put on disk.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gonogo.answer import HOLD
from gonogo.batch.answers import IDS, NAMES, OBJECTS, Answers, GroupAnswer
from gonogo.batch.combining import BITS, COUNTED, MOST_WRITTEN, SETTLED, Combining
from gonogo.batch.screening import Screening
from gonogo.batch.settling import joined, settle_together
from gonogo.batch.source import Placed, Rows, Table
from gonogo.batch.told import Told
from gonogo.judge import Judge
from gonogo.levels.counting import Census
from gonogo.problems import Problem
from gonogo.screen.engine import Engine, Unscannable, Values
from gonogo.screen.sql.dialect import Dialect
from gonogo.screen.sql.statement import above_name
from gonogo.standard.concessions import ITEMS
from gonogo.tally import Tally
from gonogo.verdict import Verdict

if TYPE_CHECKING:
    import pyarrow as pa

MANY: Final = 100_000
"""So many distinct situations are worth a word: reasoning about them takes most of the time."""

AT_ONCE: Final = 10_000
AT_A_TIME: Final = 64
"""So many groups are asked for their keys in one statement."""

FLAT: Final = ("item", "lot", "outcome", "class", "disposition", "findings", "unknown")
"""The columns of verdicts as a table."""


_Answered: TypeAlias = "tuple[Sequence[int], GroupAnswer, int]"
"""A key, the answer to it, and how many facts have it."""


@dataclass(slots=True)
class Taken:
    """A source, and what has become of it: `base` gives its rows with what was looked up for them."""

    source: Table | Rows
    number: int
    told: Told | None = None
    base: str = ""
    is_ordered: bool = False

    @property
    def screened(self) -> str:
        return f"screened_{self.number}"


class Run:
    """Judges facts in columns; sources first, then `settle`, then results.

    Parameters
    ----------
    judge : Judge
        Of the standard.
    tally : Tally
        Counts, and is told what comes up.
    engine : Engine
        What screens.
    is_json : bool
        Whether verdicts are wanted as JSON, and not as a table.
    is_both : bool
        Whether they are wanted as both.
    has_sides : bool
        Whether the findings of a table say on which side of limits they are.
    """

    def __init__(
        self,
        judge: Judge,
        tally: Tally,
        engine: Engine,
        *,
        is_json: bool,
        is_both: bool = False,
        has_sides: bool = False,
    ) -> None:
        self.judge = judge
        self.tally = tally
        self.engine = engine
        self.is_json = is_json or is_both
        self.columns = (*(FLAT if is_both or not is_json else ("outcome",)), *(("line",) if self.is_json else ()))
        self.has_sides = has_sides
        ids = NAMES if has_sides else IDS
        wordings = {"found": ids, "objects": OBJECTS} if is_both else {"found": OBJECTS if is_json else ids}
        self.answers = Answers(judge, wordings)
        self.combining = Combining(self.answers, engine.dialect)
        self.screening = Screening(judge, self.combining, engine, self.is_json)
        self._reasoned_before = judge.reasoned
        self._facts: dict[tuple[int, tuple[int, ...]], int] = {}
        self._settled: dict[str, str] = {}
        self.taken: list[Taken] = []

    @property
    def dialect(self) -> Dialect:
        """What the engine's SQL is like."""
        return self.engine.dialect

    @property
    def situations(self) -> int:
        """How many distinct situations of components were reasoned about."""
        return self.judge.reasoned - self._reasoned_before

    # ----------------------------------------------------------------------------------------------- sources

    def take_table(self, table: Table) -> bool:
        """Screen a source; False where that takes Python."""
        taken = Taken(table, len(self.taken))
        if not table.is_unambiguous:
            return False
        try:
            count = self.screening.screen(table, taken.screened)
        except Unscannable:
            return False
        if count is None or count != (table.count if table.count is not None else count):
            self.engine.drop(taken.screened)
            return False
        self.taken.append(taken)
        return True

    def take_rows(self, rows: Rows) -> None:
        """Judge the rows of a source one by one."""
        taken = Taken(rows, len(self.taken))
        taken.told = Told(self.engine, f"told_{taken.number}", self.is_json, self.has_sides)
        for placed in rows.read():
            self._tell(taken, taken.told, placed, is_counted=True)
        taken.told.flush()
        self.taken.append(taken)

    def _tell(self, taken: Taken, told: Told, placed: Placed, *, is_counted: bool) -> None:
        verdict, source, number = self.verdict(placed), taken.source, taken.number
        if is_counted:
            self.tally.count(verdict, (number, placed.place))
            self.tally.look_at(verdict, placed.row, placed.path or source.file_of(placed.place)[0])
        elif verdict.answer.concessions:
            answer = verdict.answer
            is_conceded = answer.is_conceded
            self.tally.concede(answer.concessions, verdict.before, is_conceded=is_conceded, is_counted=False)
        told.add(placed.place, verdict)

    def verdict(self, placed: Placed) -> Verdict:
        """The verdict on a row."""
        return Verdict(placed.row.number, placed.row.cells, placed.recorded, self.judge)

    # --------------------------------------------------------------------------------------------- reasoning

    def settle(self) -> None:
        """Answer what was screened."""
        tables = self._tables()
        if tables:
            self._answer([taken.screened for taken in tables])
            for taken in tables:
                taken.base = self._look_up(taken)
            if not self.combining.is_one:
                self._answer_together(tables)
        if self.tally.census is not None:
            for taken in tables:
                self._count_levels(taken, self.tally.census)
        if self.situations > MANY:
            what = f"the facts are in {self.situations:,} distinct situations, and each was reasoned about"
            place = self.judge.compiled.written.span.source.path
            mend = "split rules that tie many independent conditions together"
            self.tally.report(Problem("many-situations", place, what, mend, "warning"))
        again = self._told_again()
        for taken in tables:
            self._tell_where(taken, "odd", is_counted=True)
            if again:
                self._tell_where(taken, f"NOT odd AND ({again})", is_counted=False)

    def _told_again(self) -> str:
        """The rows that are counted, and of which there is more to say than their groups do."""
        tests = ["unknown <> ''"] if self.is_json else []  # what is missing is each fact's own to say
        concessions = self.judge.concessions
        for names, column in zip(concessions.scope(ITEMS), (self._item, "b.lot"), strict=True) if concessions else ():
            if names:
                listed = ", ".join(map(self.dialect.string, sorted(names)))
                tests.append(f"found <> '' AND {column} IN ({listed})")
        return " OR ".join(tests)

    @property
    def _item(self) -> str:
        """What names the item of a row."""
        return self.dialect.cast("b.row", self.dialect.text) if self.judge.exact.item is None else "b.item"

    def _tables(self) -> list[Taken]:
        return [taken for taken in self.taken if isinstance(taken.source, Table)]

    def _answer(self, screened: Sequence[str]) -> None:
        """Answer the keys that occur, group by group; those of very many into tables."""
        for group in range(len(self.answers.groups)):
            self.combining.written[group] = []
        groups = list(self.combining.written)
        for some in (groups[start : start + AT_A_TIME] for start in range(0, len(groups), AT_A_TIME)):
            for rows in self.engine.pieces(self.combining.keys(some, screened), AT_ONCE):
                for group, of_group in groupby(rows, key=itemgetter(0)):
                    self._keep(group, [(key[: self._length(group)], facts) for _, facts, *key in of_group])
        for group, answered in self.combining.written.items():
            answered.sort(key=lambda each: -self._facts[group, tuple(each[0])])

    def _keep(self, group: int, keys: Sequence[tuple[Sequence[int], int]]) -> None:
        """Answer some keys of a group."""
        answered = [(key, self.answers.of(group, key), facts) for key, facts in keys]
        self._count(answered)
        written = self.combining.written.get(group)
        if written is not None and len(written) + len(keys) <= MOST_WRITTEN:
            written += [(key, answer) for key, answer, _ in answered]
            self._facts |= {(group, tuple(key)): facts for key, facts in keys}
            return
        if written is not None:
            answered = [*((key, answer, 0) for key, answer in written), *answered]
            del self.combining.written[group]
        self.engine.insert(f"answers_{group}", self._columns(group, answered))

    def _length(self, group: int) -> int:
        """How many numbers a group's key has."""
        return len(self.combining.packing.places[group])

    def _columns(self, group: int, answered: Sequence[_Answered]) -> dict[str, Values]:
        """Answers as columns."""
        found: dict[str, Values] = {
            f"k{place}": ("BIGINT", [key[place] for key, _, _ in answered]) for place in range(self._length(group))
        }
        if self.combining.is_one:
            settled = [self.answers.settle(answer.worst, answer.open, answer.asked) for _, answer, _ in answered]
            found |= {name: ("VARCHAR", [row[place] for row in settled]) for place, name in enumerate(SETTLED)}
            if self.combining.is_counted:
                found[COUNTED] = "BIGINT", [self.combining.number_of_answer(answer) for _, answer, _ in answered]
        else:
            for name in ("worst", *BITS):
                found[name] = "BIGINT", [getattr(answer, name) for _, answer, _ in answered]
        for name in (*self.answers.wordings, "unknown"):
            for place in range(len(self.answers.segments_of[group])):
                found[f"{name}_{place}"] = "VARCHAR", [answer.texts[name][place] for _, answer, _ in answered]
        return found

    def _count(self, answered: Sequence[_Answered]) -> None:
        summary = self.tally.summary
        for _, answer, facts in answered:
            for rule in answer.rules:
                summary.by_rule[rule] += facts
            if self.combining.is_one:
                summary.add_settled(*self.answers.settle(answer.worst, answer.open, answer.asked), facts)

    # ---------------------------------------------------------------------------------------------- look-ups

    def _look_up(self, taken: Taken) -> str:
        """What gives the rows of a source with what their groups say."""
        kept = ["r", "item", "lot", "odd", *(["row"] if self.judge.exact.item is None else [])]
        kept += self._grouping[1:]
        statement = self.combining.looked_up(f"{self.engine.numbered(taken.screened)} AS n", kept)
        self._enumerate()
        if self.combining.is_one and not self.combining.is_joined:
            return f"({statement})"
        base = f"base_{taken.number}"
        self.engine.create(base, statement)
        return base

    def _enumerate(self) -> None:
        """Make the types that statements name, once."""
        for name, texts in self.combining.enumerations.items():
            self.engine.enumerate(name, texts)

    def _answer_together(self, tables: Sequence[Taken]) -> None:
        """Settle what the groups' answers come to together."""
        bases = [taken.base for taken in tables]
        settled = settle_together(self.engine, self.combining, bases, self.tally.summary)
        self._settled = settled or {}
        self._enumerate()
        for taken in tables if settled is None else ():
            taken.base = joined(self.engine, taken.base)

    @property
    def _grouping(self) -> list[str]:
        """The columns of looked-up rows that name the lot of an item, and what it belongs to above."""
        return [above_name(level) if level else "lot" for level in range(len(self.judge.exact.grouping))]

    def _count_levels(self, taken: Taken, census: Census) -> None:
        """Count what was looked up for the levels above: how many rows of each lot have which key."""
        names, keys, key_of = self._grouping, self.combining.key_columns, self.combining.answer_keys()
        grouped = ", ".join([*names, *keys])
        statement = f"SELECT {grouped}, count(*), min(r) FROM {taken.base} AS b WHERE NOT odd GROUP BY {grouped}"
        for rows in self.engine.pieces(statement, AT_ONCE):
            for row in rows:
                *told, facts, first = row
                census.add(tuple(told[: len(names)]), key_of(told[len(names) :]), facts, (taken.number, first))

    def _tell_where(self, taken: Taken, test: str, *, is_counted: bool) -> None:
        """Judge some rows of a source one by one."""
        assert isinstance(taken.source, Table)
        if not self.engine.create("wanted", f"SELECT r FROM {taken.base} AS b WHERE {test}"):
            self.engine.drop("wanted")
            return
        taken.told = taken.told or Told(self.engine, f"told_{taken.number}", self.is_json, self.has_sides)
        for placed in taken.source.rows(self.engine, "wanted", self.judge.exact):
            self._tell(taken, taken.told, placed, is_counted=is_counted)
        taken.told.flush()
        self.engine.drop("wanted")

    # ----------------------------------------------------------------------------------------------- results

    def write_parquet(self, path: str, outcomes: Collection[str]) -> None:
        """Write the verdicts with these outcomes as Parquet, in the order of the facts."""
        self.engine.write_parquet([self.verdicts(taken, outcomes) for taken in self.taken], FLAT, path)

    def flat(self, outcomes: Collection[str]) -> Iterator[list[tuple[Any, ...]]]:
        """The verdicts with these outcomes as rows, many at a time."""
        yield from self._pieces(", ".join(map(self.dialect.named, FLAT)), outcomes)

    def batches(self, outcomes: Collection[str]) -> Iterator[pa.RecordBatch]:
        """The same as batches of columns."""
        columns = ", ".join(map(self.dialect.named, FLAT))
        for taken in self.taken:
            ordered = self.engine.in_order(self.verdicts(taken, outcomes))
            yield from self.engine.batches(f"SELECT {columns} FROM ({ordered}) AS w", 10 * AT_ONCE)

    def lines(self, outcomes: Collection[str]) -> Iterator[list[str]]:
        """The verdicts with these outcomes as JSON objects, many at a time."""
        for rows in self._pieces("line", outcomes):
            yield [row[0] for row in rows]

    def _pieces(self, columns: str, outcomes: Collection[str]) -> Iterator[list[tuple[Any, ...]]]:
        for taken in self.taken:
            ordered = self.engine.in_order(self.verdicts(taken, outcomes))
            yield from self.engine.pieces(f"SELECT {columns} FROM ({ordered}) AS w", AT_ONCE)

    def verdicts(self, taken: Taken, outcomes: Collection[str]) -> str:
        """The verdicts of one source in their order: `r`, the place of the row, and `columns`."""
        wanted = ", ".join(map(self.dialect.string, sorted(outcomes)))
        return f"SELECT * FROM {self._ordered(taken)} WHERE outcome IN ({wanted})"

    def _ordered(self, taken: Taken) -> str:
        """What gives all verdicts of a source in their order."""
        if taken.told is None:
            return f"({self._settling(taken, {})}) AS v"
        name = f"verdicts_{taken.number}"
        if not taken.is_ordered:
            statement = f"SELECT * FROM {taken.told.table} ORDER BY r"
            if isinstance(taken.source, Table):
                told = {column: f"t.{self.dialect.named(column)}" for column in (*FLAT, "line")}
                statement = f"{self._settling(taken, told)} LEFT JOIN {taken.told.table} AS t ON b.r = t.r ORDER BY b.r"
            self.engine.create(name, statement)
            taken.is_ordered = True
        return name

    def _settling(self, taken: Taken, told: Mapping[str, str]) -> str:
        """Verdicts made of what was looked up, but for those that were told one by one."""
        values = {"item": self._item, "lot": "b.lot", "findings": "b.found", "unknown": "b.unknown"}
        values |= self._settled or {name: f"b.{self.dialect.named(name)}" for name in SETTLED}
        values["objects"] = "b.objects" if "objects" in self.answers.wordings else "b.found"
        values["line"] = self._line(values)
        chosen = []
        for name in self.columns:
            value = f"CASE WHEN t.r IS NOT NULL THEN {told[name]} ELSE {values[name]} END" if told else values[name]
            chosen.append(f"{value} AS {self.dialect.named(name)}")
        return f"SELECT b.r AS r, {', '.join(chosen)} FROM {taken.base} AS b"

    def _line(self, values: dict[str, str]) -> str:
        """The object of a verdict in which nothing has to be escaped and nothing is unknown."""

        def quoted(text: str) -> str:
            return f"""coalesce('"' || {text} || '"', 'null')"""

        parts = [
            "'{\"item\": '", quoted(values["item"]), "', \"lot\": '", quoted(values["lot"]),
            "', \"outcome\": '", quoted(values["outcome"]), "', \"class\": '", self._quoted_word(values["class"]),
            "', \"disposition\": '", self._quoted_word(values["disposition"]),
            "', \"findings\": ['", values["objects"], "'], \"unknown\": []}'",
        ]  # fmt: skip
        return " || ".join(parts)

    def _quoted_word(self, text: str) -> str:
        """A word of the standard as JSON."""
        known = dict.fromkeys((*self.judge.exact.classes, *(line.then for line in self.judge.exact.dispositions), HOLD))
        string = self.dialect.string
        arms = " ".join(f"WHEN {string(word)} THEN {string(json.dumps(word, ensure_ascii=False))}" for word in known)
        return f"CASE {self.dialect.cast(text, self.dialect.text)} {arms} ELSE 'null' END"
