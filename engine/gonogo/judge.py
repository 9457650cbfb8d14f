"""Where the rooms meet: facts and a program make verdicts.

A fact is screened to its situation; a situation is reasoned about once, component by component, and its answer
kept. INVARIANT: what is kept is bounded, and never changes a verdict: situations are exact keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, TypeVar

from gonogo.answer import Answer, Answering
from gonogo.facts.columns import Columns, TooFine, UnusableCell, raw_of
from gonogo.program import ir
from gonogo.program.compiler import Compiled
from gonogo.program.ir import FALSE
from gonogo.reason import Reasoner
from gonogo.screen.screens import FINEST_KEPT, Screens
from gonogo.screen.situation import Layout

MOST_ANSWERS: Final = 50_000

_K = TypeVar("_K")
_V = TypeVar("_V")

Outcomes = tuple[tuple[str, int], ...]


class Judge:
    """Judges facts by one compiled standard. Threads may share it."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.exact = compiled.exact
        self.layout = Layout.of(self.exact)
        self.answering = Answering(self.exact)
        self.optional = [(field.name, field.column) for field in self.exact.fields]
        self._screens = Screens.of(self.exact, self.layout, {})
        self._columns = Columns.of(self._screens.program)
        self._reasoner: Reasoner | None = None
        self._answers: dict[int, Answer] = {}
        self._of_components: dict[tuple[int, int], Outcomes] = {}
        self._loud: dict[int, Outcomes] | None = None

    # ------------------------------------------------------------------------------------------------- facts

    def judge(self, cells: Mapping[str, object], recorded: Collection[str] | None = None) -> Answer:
        """The answer to one fact.

        Parameters
        ----------
        cells : mapping of str to object
            What stands in its columns.
        recorded : collection of str, optional
            The columns that the facts have, where that is known apart from this one.
        """
        situation = self.situation(cells, recorded)
        answer = self._answers.get(situation)
        return self._answer(situation) if answer is None else answer

    def situation(self, cells: Mapping[str, object], recorded: Collection[str] | None = None) -> int:
        """The situation of one fact: the outcome of every condition."""
        columns, screens = self._columns, self._screens
        try:
            values = columns.values(cells)
        except TooFine as fine:
            return self._finer_situation(cells, recorded, fine)
        flags = [column in (cells if recorded is None else recorded) for _, column in self.optional]
        screen = screens.partial if None in values else screens.complete
        return screen(values + flags)

    def _finer_situation(self, cells: Mapping[str, object], recorded: Collection[str] | None, fine: TooFine) -> int:
        screens, columns = self._screens, self._columns
        while True:
            screens = Screens.of(self.exact, self.layout, screens.finer(fine.field, fine.tick))
            columns = Columns.of(screens.program)
            try:
                values = columns.values(cells)
                break
            except TooFine as next_fine:
                fine = next_fine
        if all(field.tick >= FINEST_KEPT for field in screens.program.fields):
            # one assignment each: a thread between them reads values and screens of different ticks only if it
            # took them apart, which `situation` does not: it takes both before it reads
            self._screens, self._columns = screens, columns
        flags = [column in (cells if recorded is None else recorded) for _, column in self.optional]
        return screens.partial(values + flags)

    def judge_with(
        self, cells: Mapping[str, object], recorded: Collection[str] | None, changed: Mapping[str, object]
    ) -> Answer:
        """The answer to a fact in which fields hold other values: fractions, days, microseconds, texts or flags."""
        columns = {field.name: field for field in self.exact.fields}
        replaced = {columns[name].column: raw_of(columns[name], value) for name, value in changed.items()}
        return self.judge({**cells, **replaced}, recorded)

    def unusable(self, cells: Mapping[str, object]) -> tuple[UnusableCell, ...]:
        """The cells of a fact that count as missing because they can't be read as their kind."""
        return tuple(self._columns.unusable(cells))

    # -------------------------------------------------------------------------------------------- situations

    def outcomes(self, situation: int) -> dict[str, int]:
        """The outcomes of all propositions that are not false in a situation."""
        found = dict(self.loud)
        for component, own in self.layout.split(situation):
            found[component] = self._component(component, own)
        return {name: outcome for of_component in found.values() for name, outcome in of_component}

    @property
    def loud(self) -> dict[int, Outcomes]:
        """The components that say something even where all their conditions are false, and what they say."""
        if self._loud is None:
            self._loud = {
                number: said
                for number, component in enumerate(self.exact.components)
                if self._may_be_loud(component) and (said := self._component(number, 0))
            }
        return self._loud

    def _may_be_loud(self, component: ir.Component) -> bool:
        members = set(component.propositions)
        return any(_holds_not(p.when) for p in self.exact.propositions if p.name in members)

    def _component(self, component: int, own: int) -> Outcomes:
        key = (component, own)
        known = self._of_components.get(key)
        if known is None:
            if self._reasoner is None:
                self._reasoner = Reasoner(self.compiled.plan)
            outcomes = self._reasoner.reason(component, self.layout.outcomes(component, own))
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
        case ir.All(parts) | ir.AnyOf(parts):
            return parts == () or any(map(_holds_not, parts))
        case ir.Not():
            return True
        case _:
            return False
