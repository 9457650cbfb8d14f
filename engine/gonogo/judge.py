"""Where the rooms meet: facts and a program make verdicts.

A fact is screened to its situation; a situation is reasoned about once, component by component, and its answer
kept. INVARIANT: what is kept is bounded, and never changes a verdict: situations are exact keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

from gonogo.answer import Answer, Answering, Key
from gonogo.concessions import Concessions
from gonogo.facts.columns import Columns, Exact, TooFine, UnusableCell
from gonogo.program import ir
from gonogo.program.compiler import Compiled
from gonogo.program.ir import FALSE
from gonogo.reason import Reasoner
from gonogo.screen.screens import Screens
from gonogo.screen.situation import Layout

MOST_ANSWERS: Final = 50_000
MOST_READINGS: Final = 16

_K = TypeVar("_K")
_V = TypeVar("_V")

Outcomes = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Columns and screens in the same ticks; `recorded` are the columns that the screens ask after."""

    columns: Columns
    screens: Screens
    recorded: list[str]


class Judge:
    """Judges facts by one compiled standard. Threads may share it.

    `reasoned` counts the situations of components that were reasoned about; those kept from before are not.

    Parameters
    ----------
    compiled : Compiled
        What it judges by.
    concessions : Concessions, optional
        What of findings is permitted: `Verdict` marks it, the answers of a judge know nothing of it.
    """

    def __init__(self, compiled: Compiled, concessions: Concessions | None = None) -> None:
        self.compiled = compiled
        self.concessions = concessions
        self.exact = compiled.exact
        self.layout = Layout.of(self.exact)
        self.answering = Answering(self.exact)
        self._reading = self._read_in({})
        self._stated = self._reading.columns
        self._told = Columns(self.exact)
        self._finest: dict[tuple[Fraction, ...], _Reading] = {}
        self._reasoner: Reasoner | None = None
        self._answers: dict[int, Answer] = {}
        self._keys: dict[int, Key] = {}
        self._of_components: dict[tuple[int, int], Outcomes] = {}
        self._loud: dict[int, Outcomes] | None = None
        self.reasoned = 0

    # ------------------------------------------------------------------------------------------------- facts

    def judge(self, cells: Mapping[str, object], recorded: Collection[str] | None = None) -> tuple[Answer, bool]:
        """The answer to one fact, and whether every field held a value.

        Parameters
        ----------
        cells : mapping of str to object
            What stands in its columns.
        recorded : collection of str, optional
            The columns that the facts have, where that is known apart from this one.
        """
        reading = self._reading  # once: another thread may put a finer one in its place
        try:
            values = reading.columns.values(cells)
        except TooFine:
            reading = self._finer(reading, cells)
            values = reading.columns.values(cells)
        is_complete = None not in values
        if reading.recorded:
            there = cells if recorded is None else recorded
            values += [column in there for column in reading.recorded]
        situation = reading.screens.complete(values) if is_complete else reading.screens.partial(values)
        return self._answers.get(situation) or self._answer(situation), is_complete

    def _finer(self, reading: _Reading, cells: Mapping[str, object]) -> _Reading:
        """A reading in ticks so fine that they hold this fact, too."""
        ticks = reading.screens.finer(reading.columns.ticks(cells))
        sizes = tuple(ticks.values())
        finer = self._finest.get(sizes) or self._read_in(ticks)
        if finer.screens.is_kept:
            self._reading = finer
        elif sizes not in self._finest:
            if len(self._finest) >= MOST_READINGS:
                self._finest.clear()
            self._finest[sizes] = finer
        return finer

    def _read_in(self, ticks: Mapping[str, Fraction]) -> _Reading:
        screens = Screens(self.exact, self.layout, ticks)
        columns = {field.name: field.column for field in self.exact.fields}
        return _Reading(Columns(screens.program), screens, [columns[name] for name in screens.recorded])

    def finer_ticks(self, cells: Mapping[str, object]) -> dict[str, Fraction]:
        """Of the fields that hold a value too fine for their ticks, the sizes of ticks that would hold it."""
        return self._stated.ticks(cells)

    def judge_with(
        self, cells: Mapping[str, object], recorded: Collection[str] | None, changed: Mapping[str, object]
    ) -> Answer:
        """The answer to a fact in which fields hold other values: fractions, days, microseconds, texts or flags."""
        columns = {column.field.name: column for column in self._told.columns if column.field.name in changed}
        replaced = {
            columns[name].name: columns[name].changed(cells.get(columns[name].name), value)
            for name, value in changed.items()
        }
        return self.judge({**cells, **replaced}, recorded)[0]

    def exact_values(self, cells: Mapping[str, object]) -> dict[str, Exact | None]:
        """What a fact holds, by field: numbers as fractions; None where a value is missing or unusable."""
        return self._told.exact(cells)

    def counts(self, cells: Mapping[str, object]) -> dict[str, int]:
        """How many values a fact has of each field, where it may have several."""
        return self._told.counts(cells) if self.exact.long is not None else {}

    def unusable(self, cells: Mapping[str, object]) -> tuple[UnusableCell, ...]:
        """The cells of a fact that count as missing because they can't be read as their kind."""
        return tuple(self._told.unusable(cells))

    # -------------------------------------------------------------------------------------------- situations

    def answer_to(self, situation: int) -> Answer:
        """The answer to a situation, however it came about."""
        return self._answers.get(situation) or self._answer(situation)

    def outcomes(self, situation: int) -> dict[str, int]:
        """The outcomes of all propositions that are not false in a situation."""
        found = dict(self.loud)
        for component, own in self.layout.split(situation):
            found[component] = self.component(component, own)
        return {name: outcome for of_component in found.values() for name, outcome in of_component}

    def key(self, answer: Answer) -> Key:
        """What an answer adds to counts; see `gonogo.answer.Key`."""
        key = self._keys.get(answer.situation)
        if key is None:
            key = self.answering.key(answer, self.outcomes(answer.situation))
            _keep(self._keys, answer.situation, key)
        return key

    @property
    def loud(self) -> dict[int, Outcomes]:
        """The components that say something even where all their conditions are false, and what they say."""
        if self._loud is None:
            may_speak = {p.name for p in self.exact.propositions if _holds_not(p.when)}
            self._loud = {
                number: said
                for number, component in enumerate(self.exact.components)
                if not may_speak.isdisjoint(component.propositions) and (said := self.component(number, 0))
            }
        return self._loud

    def component(self, component: int, own: int) -> Outcomes:
        """The outcomes of a component's propositions that are not false, in a situation of its own."""
        key = (component, own)
        known = self._of_components.get(key)
        if known is None:
            if self._reasoner is None:
                self._reasoner = Reasoner(self.compiled.plan)
            outcomes = self._reasoner.reason(component, self.layout.outcomes(component, own))
            self.reasoned += 1
            names = self.exact.components[component].propositions
            known = tuple((name, said) for name, said in zip(names, outcomes, strict=True) if said != FALSE)
            _keep(self._of_components, key, known)
        return known

    def _answer(self, situation: int) -> Answer:
        answer = self.answering.answer(situation, self.outcomes(situation))
        _keep(self._answers, situation, answer)
        return answer


def _keep(kept: dict[_K, _V], key: _K, value: _V) -> None:
    if len(kept) >= MOST_ANSWERS:
        kept.clear()
    kept[key] = value


def _holds_not(logic: ir.Logic) -> bool:
    """Whether a logic can be true, or unknown, with all its leaves false."""
    match logic:
        case ir.All(parts):
            return all(map(_holds_not, parts))
        case ir.AnyOf(parts):
            return any(map(_holds_not, parts))
        case ir.Not() | ir.Open():
            return True
        case _:
            return False
