"""Items to order: from one that is there, the nearest at which given conditions hold, or do not.

Conditions are met one after the other, by the values at which they turn; what was met before has to hold still. It is
a search with a bound: what is not found is not claimed to be impossible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from typing import Final, TypeAlias

from gonogo.answer import Answer
from gonogo.facts import Unusable
from gonogo.facts.columns import Column, Exact, column_of, is_read_back
from gonogo.flips import MOST_PROBES, FlipFinder, TooLong
from gonogo.judge import Judge
from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, Field, Kind, Logic
from gonogo.program.passes.rewrite import has_verdict, replace_leaves
from gonogo.program.picks import plain_name
from gonogo.screen.exact import Evaluator
from gonogo.screen.standing import Standing
from gonogo.specs.mutants import Goal
from gonogo.specs.proposing.matching import matching
from gonogo.whatif.settings import Changing, Setting

MOST_VALUES: Final = 40
"""So many values of one field, the nearest, are tried."""

MOST_STEPS: Final = 4_000
"""So many values are tried for one goal."""

MOST_PLACES: Final = 6_000
"""So many places are looked at for one goal, along fields in which a condition is no straight line."""

MOST_KEPT: Final = 20_000
MOST_ITEMS: Final = 2_000
DEEPEST: Final = 40

Item: TypeAlias = Mapping[str, object]
"""The cells of a fact."""

_DEFAULTS: Final[dict[Kind, Exact]] = {
    Kind.NUMBER: Fraction(1),
    Kind.TEXT: "none",
    Kind.FLAG: True,
    Kind.DATE: 739_617,
    Kind.TIME: 1_767_225_600_000_000,
}
"""What an item has where nothing says what it should have: the first moments of 2026."""


@dataclass(slots=True)
class Search:
    """Searches items by one program.

    Parameters
    ----------
    judge : Judge
        Of the standard.
    texts : mapping of str to tuple of str
        Of fields that hold text, some that were met.

    Attributes
    ----------
    fields : dict of str to Field
        The fields, by the names that people use; of several values of a characteristic one stands for all.
    """

    judge: Judge
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: dict[str, Field] = field(init=False, default_factory=dict)
    _columns: dict[str, list[Column]] = field(init=False, default_factory=dict)
    _values: dict[tuple[tuple[str, object], ...], dict[str, Exact | None]] = field(init=False, default_factory=dict)
    _spent: int = 0
    _probes: list[int] = field(default_factory=lambda: [0])
    _known: dict[tuple[object, ...], tuple[Exact, ...]] = field(default_factory=dict)

    @property
    def program(self) -> ir.Program:
        """What is searched by."""
        return self.judge.exact

    def __post_init__(self) -> None:
        """Look up what is asked for by name."""
        missing = self.program.missing_words
        for each in self.program.fields:
            self.fields.setdefault(plain_name(each.name), each)
            column = column_of(replace(each, tick=Fraction(1)), missing)
            self._columns.setdefault(each.column, []).append(column)

    # ---------------------------------------------------------------------------------------------------- evaluating

    def put(self, item: Item, name: str, value: Exact | None) -> dict[str, object]:
        """An item with another value in a field; None: nothing is there."""
        column = self.fields[name].column
        changed = Changing(self.program, [Setting(name, column, value, moves=False, text="")])(item)
        held = {each.field.name: _exact(each, changed.get(column)) for each in self._columns[column]}
        self._keep(changed, {**self.values(item), **held})
        return changed

    def values(self, item: Item) -> dict[str, Exact | None]:
        """What an item holds, by field."""
        key = tuple(item.items())
        return self._values.get(key) or self._keep(item, self.judge.exact_values(item))

    def _keep(self, item: Item, values: dict[str, Exact | None]) -> dict[str, Exact | None]:
        if len(self._values) >= MOST_ITEMS:
            self._values.clear()
        self._values[tuple(item.items())] = values
        return values

    def evaluator(self, item: Item) -> Evaluator:
        """What works out conditions on an item."""
        known = [each.name for each in self.program.fields if each.column in item]
        return Evaluator(self.program, self.values(item), known)

    def spelled(self, logic: Logic, *, depth: int = 0) -> Logic:
        """A logic of tests alone: conditions and findings stand for what they say."""

        def leaf(each: Logic) -> Logic:
            if isinstance(each, ir.Outcome):
                return self.program.conditions[each.condition]
            if isinstance(each, ir.Found):
                when = Standing.of(self.program).propositions.get(each.proposition)
                return ir.AnyOf(()) if when is None or depth > DEEPEST else self.spelled(when, depth=depth + 1)
            return each

        return replace_leaves(logic, leaf)

    def holds(self, goal: Goal, item: Item) -> bool:
        """Whether all of a goal is met."""
        evaluator = self.evaluator(item)
        return all(evaluator.outcome(self.spelled(logic)) == (TRUE if wanted else FALSE) for logic, wanted in goal)

    # ----------------------------------------------------------------------------------------------------- searching

    def reach(self, goal: Goal, item: Item, pinned: Collection[str] = (), most: int = 3) -> Iterator[Item]:
        """Items near one at which a goal is met.

        Parameters
        ----------
        pinned : collection of str
            Fields that keep their values.
        most : int
            So many at most.
        """
        self._spent, self._probes[0] = 0, max(0, MOST_PROBES - MOST_PLACES)
        plain = tuple((self.spelled(logic), wanted) for logic, wanted in goal if not has_verdict(logic))
        return islice((found for found in self._all(plain, item, frozenset(pinned)) if self.holds(plain, found)), most)

    def _all(self, goal: Goal, item: Item, pinned: frozenset[str]) -> Iterator[Item]:
        if not goal:
            yield item
            return
        (logic, wanted), rest = goal[0], goal[1:]
        for found in self._one(logic, item, pinned, wanted=wanted):
            yield from self._all(rest, found, pinned)

    def _one(self, logic: Logic, item: Item, pinned: frozenset[str], *, wanted: bool) -> Iterator[Item]:
        if self._spent > MOST_STEPS:
            return
        if self.evaluator(item).outcome(logic) == (TRUE if wanted else FALSE):
            yield item
            return
        match logic:
            case ir.Not(part):
                yield from self._one(part, item, pinned, wanted=not wanted)
            case ir.All(parts) | ir.AnyOf(parts) if isinstance(logic, ir.All) == wanted:
                yield from self._all(tuple((part, wanted) for part in parts), item, pinned)
            case ir.All(parts) | ir.AnyOf(parts):
                for part in parts:
                    yield from self._one(part, item, pinned, wanted=wanted)
            case _:
                yield from self._test(logic, item, pinned, wanted=wanted)

    def _test(self, test: Logic, item: Item, pinned: frozenset[str], *, wanted: bool) -> Iterator[Item]:
        for name in self.below(test):
            if name in pinned:
                continue
            met = 0
            for value in self.candidates(name, item):
                self._spent += 1
                changed = self.put(item, name, value)
                if self.evaluator(changed).outcome(test) == (TRUE if wanted else FALSE):
                    yield changed
                    met += 1
                if met == 2 or self._spent > MOST_STEPS:
                    break

    def below(self, node: Logic) -> tuple[str, ...]:
        """The fields that a logic stands on, by the names that people use."""
        return tuple(dict.fromkeys(map(plain_name, Standing.of(self.program).fields_below(node))))

    def candidates(self, name: str, item: Item) -> Iterator[Exact]:
        """Other values of a field to try, nearest first."""
        known = self.fields[name]
        held = self.values(item)
        value = held.get(known.name)
        if value is None:
            value = self.default(known)
            yield value
            item = self.put(item, name, value)
            held = self.values(item)
        key = (name, *held.values())
        found = self._known.get(key)
        if found is None:
            others = dict.fromkeys(self._others(known, name, value, held))
            missing = self.program.missing_words
            found = tuple(
                each
                for each in others
                if each != value and not isinstance(each, float) and is_read_back(known, each, missing)
            )
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[key] = found
        yield from found

    def _others(
        self, known: Field, name: str, value: Exact, held: Mapping[str, Exact | None]
    ) -> Iterable[Fraction | int | float | str | bool]:
        if known.type.kind is Kind.TEXT:
            yield from known.one_of or self._texts(known, name)
        elif known.type.kind is Kind.FLAG:
            yield not value
        else:
            finder = FlipFinder(self.program, held, self._no_answer, "", _spent=self._probes)
            with suppress(TooLong):
                for own in self._like(name):
                    yield from islice(finder.candidates(own, value), MOST_VALUES)

    def step(self, name: str, item: Item) -> Fraction | None:
        """The step in which a field is recorded; None where its value is none that has steps."""
        known, held = self.fields[name], self.values(item)
        value = held.get(known.name)
        if value is None or isinstance(value, str):
            return None
        return FlipFinder(self.program, held, self._no_answer, "").step(known, Fraction(value))

    def default(self, known: Field) -> Exact:
        """A value for a field of which nothing is known."""
        if known.one_of:
            return known.one_of[0]
        texts = self._texts(known, plain_name(known.name)) if known.type.kind is Kind.TEXT else ()
        return texts[0] if texts else _DEFAULTS[known.type.kind]

    def _texts(self, known: Field, name: str) -> tuple[str, ...]:
        own = Standing.of(self.program).tests.get(known.name, ())
        finder = FlipFinder(self.program, {}, self._no_answer, "")
        told = [
            matching(test.text) if test.op == "matches" else test.text for test in own if isinstance(test, ir.TextTest)
        ]
        words = [*self.texts.get(name, ()), *sorted(finder.words(known)), *filter(None, told), "none"]
        return tuple(dict.fromkeys(words))

    def _like(self, name: str) -> Iterator[Field]:
        for each in self.program.fields:
            if plain_name(each.name) == name and (each.pick is None or each.pick.how not in ("gap", "range")):
                yield each

    def _no_answer(self, _field: Field, _value: object) -> Answer:
        raise AssertionError("only values are asked for")


def _exact(column: Column, cell: object) -> Exact | None:
    try:
        return column.exact(cell)
    except Unusable:
        return None
