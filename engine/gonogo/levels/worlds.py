"""What a unit adds to counts, in every way in which it may still turn out.

A unit that was judged in all points adds one thing. Where a rule is unknown, its unit may turn out to be of a more
severe class, or what is asked of it true or false: each of these is a *world* of the unit.
INVARIANT: what may be the case is never left out; worlds that can't be are left out where the answer tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, TypeAlias

from gonogo.answer import Answering, Key, Outcome, evaluate
from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN
from gonogo.program.passes.rewrite import leaves
from gonogo.screen.functions import NEGATED
from gonogo.standard.model import FINDINGS, count_name, findings_name

MOST_OPEN: Final = 8
"""Of so many open questions all combinations are looked at; beyond, each count is bounded by itself."""

Vector: TypeAlias = tuple[int, ...]
"""A number for each count."""


@dataclass(frozen=True, slots=True)
class World:
    """One way in which a unit may turn out.

    Parameters
    ----------
    adds : tuple of int
        What it then adds to each count.
    label : str
        What it then is, to be read: `critical`, `counted as burrs`; empty where it is as good as can be.
    """

    adds: Vector
    label: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What a unit adds to counts.

    Parameters
    ----------
    low, high : tuple of int
        The least and the most that it adds to each.
    worlds : tuple of World
        The ways in which it may turn out, the best first.
    is_all : bool
        Whether these are all; where they are too many, they are those with one finding more.
    """

    low: Vector
    high: Vector
    worlds: tuple[World, ...]
    is_all: bool = True

    @property
    def is_open(self) -> bool:
        """Whether it is not known what the unit adds."""
        return self.low != self.high

    def doubted(self) -> Share:
        """The same of a unit that may not be there at all."""
        none = (0,) * len(self.low)
        worlds = (replace(world, label=world.label or "there") for world in self.worlds)
        return Share(none, self.high, (World(none), *worlds), self.is_all)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit as it is, or may be: its class, whether it counts at all, and what is asked after."""

    outcome: Outcome
    classes: frozenset[str | None]
    outcomes: dict[str, int]

    def is_of(self, classes: Collection[str | None]) -> int:
        """Whether its class is one of these."""
        possible = self.classes & set(classes)
        return FALSE if not possible else TRUE if possible == self.classes else UNKNOWN

    def leaf(self, leaf: ir.Logic) -> int:
        match leaf:
            case ir.ClassIs(classes):
                return self.is_of(classes)
            case ir.OutcomeIs(outcomes):
                return TRUE if self.outcome in outcomes else FALSE
            case ir.Found(name):
                return self.outcomes.get(name, FALSE)
            case _:
                raise AssertionError(f"nothing that is counted: {leaf}")


class Shares:
    """What the units of a level add to the counts of the one above; made once for each key."""

    def __init__(self, below: Answering, counts: Sequence[str], used: frozenset[str]) -> None:
        """Counts are named in the order of vectors; only those that are `used` make worlds differ."""
        self.below = below
        self.counts = tuple(counts)
        self.used = [name in used for name in self.counts]
        self.logics = {count.name: count.when for count in below.program.counts}
        self.names = {count_name(class_): class_ for class_ in below.program.classes}
        self.tallied = self._tallied()
        needed = (self.logics[name] for name in self.counts if name in self.logics and name in used)
        self.asked = {leaf.proposition for logic in needed for leaf in leaves(logic) if isinstance(leaf, ir.Found)}
        self.asked |= {rule for name, rules in self.tallied.items() if name in used for rule in rules}
        self._kept: dict[Key, Share] = {}

    @property
    def untold(self) -> Iterator[str]:
        """The counts of findings that no key tells, because nothing asks for them."""
        told = set(self.below.program.tallied)
        yield from (findings_name(class_) for class_ in self.below.program.classes if class_ not in told)
        if told < set(self.below.program.classes):
            yield FINDINGS

    def of(self, key: Key) -> Share:
        """What a unit with that key adds."""
        share = self._kept.get(key)
        if share is None:
            share = self._kept[key] = self._share(key)
        return share

    def _share(self, key: Key) -> Share:
        below = self.below
        class_, could, outcomes = below.unpacked(key)
        applies = outcomes.get(below.program.applies, TRUE) if below.program.applies else TRUE
        outcome: Outcome = "nonconforming" if class_ else "indeterminate" if could else "conforming"
        unit = _Unit(outcome, below.possible_classes(class_, could), outcomes)
        bounds = [self.count(name, unit) for name in self.counts]
        low = tuple(least if applies == TRUE else 0 for least, _ in bounds)
        high = tuple(most if applies != FALSE else 0 for _, most in bounds)
        if low == high:
            return Share(low, high, (World(low),))
        is_open = [name for name, outcome in outcomes.items() if outcome == UNKNOWN and name in self.asked]
        is_all = len(is_open) <= MOST_OPEN
        ways = self._turned_out(unit, is_open) if is_all else self._by_one_finding(unit, is_open)
        return Share(low, high, self._worlds(ways, unit, applies, low), is_all)

    def _tallied(self) -> dict[str, tuple[str, ...]]:
        """The rules whose findings each count of findings adds up."""
        rules = self.below.program.rules
        found = {
            findings_name(class_): tuple(rule.name for rule in rules if rule.class_ == class_)
            for class_ in self.below.program.classes
        }
        return {FINDINGS: tuple(rule.name for rule in rules), **found}

    def count(self, name: str, unit: _Unit) -> tuple[int, int]:
        """The least and the most that a unit adds to a count."""
        if name in self.tallied:
            outcomes = [unit.outcomes.get(rule, FALSE) for rule in self.tallied[name]]
            return outcomes.count(TRUE), len(outcomes) - outcomes.count(FALSE)
        outcome = self.outcome(name, unit)
        return int(outcome == TRUE), int(outcome != FALSE)

    def outcome(self, name: str, unit: _Unit) -> int:
        """Whether a unit is counted under that name: true, false or unknown."""
        match name:
            case "inspected":
                return TRUE
            case "indeterminate":
                return TRUE if unit.outcome == "indeterminate" else FALSE
            case "conforming":
                return unit.is_of({None})
            case "nonconforming":
                return NEGATED[unit.is_of({None})]
            case _ if name in self.logics:
                return evaluate(self.logics[name], unit.leaf)
            case _:
                return unit.is_of({self.names[name]})

    def _worlds(self, ways: Iterable[_Unit], unit: _Unit, applies: int, low: Vector) -> tuple[World, ...]:
        """What a unit adds in some ways in which it may turn out, each once; the first is the best.

        A count that nothing is judged by does not make two of one.
        """
        worlds = {low: World(low)} if applies == UNKNOWN else {}
        for turned_out in ways:
            counted = [self.count(name, turned_out)[0] for name in self.counts]
            adds = tuple(
                number if is_used else least for number, is_used, least in zip(counted, self.used, low, strict=True)
            )
            worlds.setdefault(adds, World(adds, self.label(turned_out, adds, unit) if worlds else ""))
        return tuple(worlds.values())

    def _by_one_finding(self, unit: _Unit, is_open: Sequence[str]) -> Iterator[_Unit]:
        """The unit where nothing more is found, and where one thing is, of each class that is open."""
        mildest, *others = self._mildest_first(unit.classes)
        silent = unit.outcomes | dict.fromkeys(is_open, FALSE)
        yield _Unit(unit.outcome, frozenset({mildest}), silent)
        rules = {name: self.below.rules[name][1].class_ for name in is_open if name in self.below.rules}
        for class_ in self._mildest_first({*others, *rules.values()}):
            found = next((name for name, known in rules.items() if known == class_), None)
            told = silent if found is None else silent | {found: TRUE}
            worst = self._mildest_first({class_, mildest})[-1]
            yield _Unit(unit.outcome, frozenset({worst}), told)

    def _mildest_first(self, classes: Collection[str | None]) -> list[str | None]:
        ranks = self.below.severity
        return sorted(classes, key=lambda name: -ranks.get(name or "", len(ranks)))

    def _turned_out(self, unit: _Unit, is_open: Sequence[str]) -> Iterator[_Unit]:
        mildest, *worse = self._mildest_first(unit.classes)
        for class_ in (mildest, *worse):
            for truths in product((FALSE, TRUE), repeat=len(is_open)):
                told = unit.outcomes | dict(zip(is_open, truths, strict=True))
                is_there = class_ == mildest or self._is_found(class_, told)
                if is_there and all(self._can_be(name, class_, told) for name in is_open):
                    yield _Unit(unit.outcome, frozenset({class_}), told)

    def _is_found(self, class_: str | None, told: Mapping[str, int]) -> bool:
        """Whether a rule of that class may have found something: one that does, or of which nothing is told."""
        rules = (rule.name for rule in self.below.program.rules if rule.class_ == class_)
        return any(told.get(name, UNKNOWN) != FALSE for name in rules)

    def _can_be(self, proposition: str, class_: str | None, told: Mapping[str, int]) -> bool:
        """Whether something can be found, or not, of a unit of that class.

        No finding is of a more severe one; and what is found is found on one of its sides.
        """
        name, _, side = proposition.partition(".")
        known = self.below.rules.get(name)
        if known is None:
            return True
        rule, ranks = known[1], self.below.severity
        if told[proposition] == FALSE:
            return True
        if side:
            return told.get(name, TRUE) != FALSE and self._can_be(name, class_, {name: TRUE})
        is_on_a_side = not rule.sides or any(told.get(f"{name}.{each}", TRUE) != FALSE for each in rule.sides)
        return is_on_a_side and class_ is not None and ranks[rule.class_] >= ranks[class_]

    def label(self, turned_out: _Unit, adds: Vector, unit: _Unit) -> str:
        """What a unit is in a world: its class where that is open, and what it is counted as beside."""
        (class_,) = turned_out.classes
        if len(unit.classes) > 1 and class_ is not None:
            return class_
        told = [name for name, add in zip(self.counts, adds, strict=True) if add and name in self.logics]
        return f"counted as {' and '.join(told)}" if told else class_ or "conforming"
