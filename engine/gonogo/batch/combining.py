"""SQL that brings answers to rows: each group's key is looked up, and what the groups say is put together.

Few answers are written into the statement: a key becomes a number, and the number picks from lists. Rows then stay in
their order, whatever the engine. The answers to very many keys are a table that rows are joined with, and the rows
are put in order again. Names: `w0`, `w1`, … the words of keys; `worst`, `open` and `asked` as in `GroupAnswer`;
its texts (`unknown`, and findings in one or two wordings) in the order of the standard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from gonogo.answer import Key
from gonogo.batch.answers import Answers, GroupAnswer
from gonogo.batch.groups import Packing, pack
from gonogo.screen.sql.dialect import Dialect

MOST_WRITTEN: Final = 400
"""The answers to so many keys of a group are written into statements."""

SETTLED: Final = ("outcome", "class", "disposition")
COUNTED: Final = "counted"
BITS: Final = ("open", "asked")
"""What of answers is put together bit by bit."""


@dataclass(slots=True)
class Combining:
    """Writes the statements for one program's groups.

    Parameters
    ----------
    answers : Answers
        Of the program.
    dialect : Dialect
        Of the engine.
    written : dict
        For groups of few keys these keys, the most frequent first, and the answers to them; the others have tables.
    enumerations : dict of str to list of str
        Is filled: types that statements name, and their texts; engines write those faster than texts.
    keys_by_number : dict of Key to int
        Is filled, of one group whose answers are counted by the level above: their keys, numbered.
    """

    answers: Answers
    dialect: Dialect
    written: dict[int, list[tuple[Sequence[int], GroupAnswer]]] = field(default_factory=dict)
    packing: Packing = field(init=False)
    enumerations: dict[str, list[str]] = field(default_factory=dict)
    keys_by_number: dict[Key, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Pack the keys."""
        self.packing = pack(self.answers.groups)

    @property
    def is_one(self) -> bool:
        """Whether there is one group, whose answers are whole verdicts."""
        return len(self.answers.groups) == 1

    @property
    def is_counted(self) -> bool:
        """Whether a level above items counts what they come to."""
        return self.answers.judge.exact.is_counted

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns of looked-up rows that tell the key of an item's answer."""
        return (COUNTED,) if self.is_one else ("worst", *BITS)

    def number_of_answer(self, answer: GroupAnswer) -> int:
        """The number of the key of a whole answer among all keys that occur; of one group."""
        return self.keys_by_number.setdefault((answer.worst, answer.open, answer.asked), len(self.keys_by_number))

    def answer_keys(self) -> Callable[[Sequence[int]], Key]:
        """What gives the key of an answer, from what stands in `key_columns`."""
        if self.is_one:
            known = list(self.keys_by_number)
            return lambda values: known[values[0]]
        return lambda values: (values[0], values[1], values[2])

    @property
    def is_joined(self) -> bool:
        """Whether rows are joined with a table of answers, and lose their order."""
        return len(self.written) < len(self.answers.groups)

    def key(self, group: int) -> list[str]:
        """The numbers of a group's key, as they are found in the words."""
        number, found = self.dialect.number, []
        for place in self.packing.places[group]:
            word = f"w{place.word}"
            mask = number((1 << (2 * place.count)) - 1)
            found.append(word if place.is_whole else f"({self.dialect.shifted(word, 2 * place.start)} & {mask})")
        return found

    def keys(self, groups: Sequence[int], screened: Sequence[str]) -> str:
        """The distinct keys of some groups among rows that are not odd: group, how many rows have it, its numbers."""
        most = max(len(self.packing.places[group]) for group in groups)
        found = []
        for group in groups:
            key = self.key(group)
            named = ", ".join(f"{number} AS k{place}" for place, number in enumerate(key))
            rows = " UNION ALL ".join(f"SELECT {named} FROM {table} WHERE NOT odd" for table in screened)
            columns = ", ".join(f"k{place}" for place in range(len(key)))
            padded = columns + f", {self.dialect.number(0)}" * (most - len(key))
            found.append(
                f"SELECT {group} AS g, count(*) AS facts, {padded} FROM ({rows}) AS r{group} GROUP BY {columns}"
            )
        return " UNION ALL ".join(found)

    # ------------------------------------------------------------------------------------------------- rows

    def looked_up(self, screened: str, kept: Sequence[str]) -> str:
        """Rows with what their groups say: the `kept` columns, and the texts; of one group what it settles, of
        several `worst`, `open` and `asked`.
        """
        named = [self.dialect.named(name) for name in kept]
        groups = range(len(self.answers.groups))
        keys = [f"{n} AS k{group}_{place}" for group in groups for place, n in enumerate(self.key(group))]
        numbers = [f"{self.number_of(group)} AS i{group}" for group in self.written]
        others = [group for group in groups if group not in self.written]
        kept_keys = [f"k{group}_{place}" for group in others for place in range(len(self.packing.places[group]))]
        keyed = f"SELECT {', '.join([*named, *keys])} FROM {screened}"
        inner = f"SELECT {', '.join([*named, *kept_keys, *numbers])} FROM ({keyed}) AS q"
        columns = [f"s.{name} AS {name}" for name in named]
        columns += self.settled() if self.is_one else [self.worst(), *map(self.bits, BITS)]
        columns += [self.counted()] if self.is_one and self.is_counted else []
        columns += [self.texts(name, wording.between) for name, wording in self.answers.wordings.items()]
        columns.append(self.texts("unknown", ";"))
        joins = " ".join(f"LEFT JOIN {self.joined(group)}" for group in others)
        order = f" ORDER BY s.{self.dialect.named('r')}" if others else ""
        return f"SELECT {', '.join(columns)} FROM ({inner}) AS s {joins}{order}"

    def number_of(self, group: int) -> str:
        """The number of a row's key among those that occur; NULL for the first, where it says nothing."""
        numbers = [f"k{group}_{place}" for place in range(len(self.packing.places[group]))]
        arms = []
        for number, (key, answer) in enumerate(self.written[group], start=1):
            test = " AND ".join(f"{name} = {value}" for name, value in zip(numbers, key, strict=True))
            is_silent = number == 1 and not self.is_one and self.says_nothing(answer)
            arms.append(f"WHEN {test} THEN {'NULL' if is_silent else number}")
        return f"CAST(CASE {' '.join(arms)} END AS INT)" if arms else "CAST(NULL AS INT)"

    def says_nothing(self, answer: GroupAnswer) -> bool:
        """Whether an answer adds nothing to those of other groups."""
        return not (answer.open or answer.asked or answer.rules) and answer.worst == len(self.answers.classes)

    def joined(self, group: int) -> str:
        """The table of a group's answers, and how they are found."""
        equal = " AND ".join(f"s.k{group}_{n} = a{group}.k{n}" for n in range(len(self.packing.places[group])))
        return f"answers_{group} AS a{group} ON {equal}"

    def settled(self) -> list[str]:
        """What one group settles by itself."""
        if self.is_joined:
            return [f"a0.{self.dialect.named(name)}" for name in SETTLED]
        verdicts = [self.answers.settle(answer.worst, answer.open, answer.asked) for _, answer in self.written[0]]
        return [
            f"{self.picked(0, [verdict[place] for verdict in verdicts], name)} AS {self.dialect.named(name)}"
            for place, name in enumerate(SETTLED)
        ]

    def counted(self) -> str:
        """Of one group, the number of the key of its answer."""
        if self.is_joined:
            return f"a0.{COUNTED} AS {COUNTED}"
        numbers = [self.dialect.number(self.number_of_answer(answer)) for _, answer in self.written[0]]
        return f"{self.dialect.picked(numbers, 's.i0') if numbers else self.dialect.number(0)} AS {COUNTED}"

    def worst(self) -> str:
        """The least rank of all groups."""
        parts = [part for group in range(len(self.answers.groups)) if (part := self.part(group, "worst"))]
        return f"{self.dialect.least([*parts, str(len(self.answers.classes))])} AS worst"

    def bits(self, name: str) -> str:
        """The bits of all groups together."""
        parts = [part for group in range(len(self.answers.groups)) if (part := self.part(group, name))]
        together = " | ".join(f"coalesce({part}, {self.dialect.number(0)})" for part in parts)
        return f"{self.dialect.cast(together or '0', self.dialect.whole)} AS {name}"

    def part(self, group: int, name: str) -> str | None:
        """A number of a group's answer; None where it never says anything."""
        if group not in self.written:
            return f"a{group}.{name}"
        silent = len(self.answers.classes) if name == "worst" else 0
        values = [int(getattr(answer, name)) for _, answer in self.written[group]]
        return (
            None
            if set(values) <= {silent}
            else self.dialect.picked(list(map(self.dialect.number, values)), f"s.i{group}")
        )

    def texts(self, name: str, between: str) -> str:
        """Findings, or unknown rules, of all groups in the order of the standard."""
        seen = dict.fromkeys(range(len(self.answers.groups)), 0)
        pieces = []
        for segment in self.answers.segments:
            group, place = segment.group, seen[segment.group]
            seen[group] += 1
            if group not in self.written:
                pieces.append(f"a{group}.{name}_{place}")
                continue
            texts = [answer.texts[name][place] for _, answer in self.written[group]]
            if any(texts):
                pieces.append(self.picked(group, [t or "" for t in texts] if self.is_one else texts, name))
        if self.is_one and pieces:
            return f"{pieces[0]} AS {name}" if self.written else f"coalesce({pieces[0]}, '') AS {name}"
        joined = ", ".join([self.dialect.string(between), *pieces])
        return f"{f'concat_ws({joined})' if pieces else self.dialect.string('')} AS {name}"

    def picked(self, group: int, texts: Sequence[str | None], name: str = "") -> str:
        """The text of a row's answer; where it stands for itself, as one of an enumeration of that name."""
        null = self.dialect.cast("NULL", self.dialect.text)
        words = [null if text is None else self.dialect.string(text) for text in texts]
        return self.dialect.picked_text(words, f"s.i{group}", self.enumerated(name, texts) if self.is_one else None)

    def enumerated(self, name: str, texts: Sequence[str | None]) -> str | None:
        """Note an enumeration of some texts, to be created before the statement runs; what it is called."""
        words = sorted({text for text in texts if text is not None})
        if not words:
            return None
        self.enumerations[f"text_{name}"] = words
        return f"text_{name}"

    # ------------------------------------------------------------------------------------------ all together

    def together(self, found: Sequence[tuple[int, int, int]]) -> dict[str, str]:
        """Outcome, class and disposition of rows, from `worst`, `open` and `asked`, which come to so many things."""
        verdicts = [self.answers.settle(*row) for row in found]
        number = self.dialect.number
        arms = [
            f"WHEN b.worst = {row[0]} AND b.open = {number(row[1])} AND b.asked = {number(row[2])} THEN {place}"
            for place, row in enumerate(found, start=1)
        ]
        place = f"CAST(CASE {' '.join(arms)} END AS INT)" if arms else "CAST(NULL AS INT)"
        null = self.dialect.cast("NULL", self.dialect.text)
        chosen = {}
        for at, name in enumerate(SETTLED):
            texts = [verdict[at] for verdict in verdicts]
            words = [null if text is None else self.dialect.string(text) for text in texts]
            chosen[name] = self.dialect.picked_text(words, place, self.enumerated(name, texts))
        return chosen
