"""What a unit adds to counts, in every way in which it may still turn out.

A unit that was judged in all points adds one thing. Where a rule is unknown, its unit may turn out to be of a more
severe class, or what is asked of it true or false: each of these is a *world* of the unit.
INVARIANT: what may be the case is never left out; worlds that can't be are left out where the answer tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias

from gonogo.answer import Answering, Key, Outcome, evaluate, within
from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN
from gonogo.program.passes.rewrite import leaves
from gonogo.standard.model import count_name

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
    worlds : tuple of World or None
        All ways in which it may turn out, the best first; None where they are too many.
    """

    low: Vector
    high: Vector
    worlds: tuple[World, ...] | None

    @property
    def is_open(self) -> bool:
        """Whether it is not known what the unit adds."""
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit as it is, or may be: its class, whether it counts at all, and what is asked after."""

    outcome: Outcome
    classes: frozenset[str | None]
    outcomes: dict[str, int]

    def leaf(self, leaf: ir.Logic) -> int:
        match leaf:
            case ir.ClassIs(classes):
                possible = self.classes & set(classes)
                return FALSE if not possible else TRUE if possible == self.classes else UNKNOWN
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
        needed = (self.logics[name] for name in self.counts if name in self.logics and name in used)
        self.asked = {leaf.proposition for logic in needed for leaf in leaves(logic) if isinstance(leaf, ir.Found)}
        self._kept: dict[Key, Share] = {}

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
        bounds = [_ends(within(applies, self.count(name, unit))) for name in self.counts]
        low, high = (tuple(end[place] for end in bounds) for place in (0, 1))
        if low == high:
            return Share(low, high, (World(low),))
        return Share(low, high, self._worlds(unit, applies, low))

    def count(self, name: str, unit: _Unit) -> int:
        """Whether a unit is counted under that name: true, false or unknown."""
        match name:
            case "inspected":
                return TRUE
            case "indeterminate":
                return TRUE if unit.outcome == "indeterminate" else FALSE
            case "conforming" | "nonconforming":
                is_good = unit.leaf(ir.ClassIs((None,)))  # type: ignore[arg-type]  # no class: nothing was found
                return is_good if name == "conforming" else (TRUE, FALSE, UNKNOWN)[is_good]
            case _ if name in self.logics:
                return evaluate(self.logics[name], unit.leaf)
            case _:
                return unit.leaf(ir.ClassIs((self.names[name],)))

    def _worlds(self, unit: _Unit, applies: int, low: Vector) -> tuple[World, ...] | None:
        """All that a unit may turn out to be, the best first, each once; None where they are too many.

        A count that nothing is judged by does not make two of one.
        """
        is_open = [name for name, outcome in unit.outcomes.items() if outcome == UNKNOWN and name in self.asked]
        if len(is_open) > MOST_OPEN:
            return None
        worlds: dict[Vector, World] = {}
        if applies == UNKNOWN:
            worlds[low] = World(low)
        for turned_out in self._turned_out(unit, is_open):
            counted = [self.count(name, turned_out) for name in self.counts]
            adds = tuple(
                int(truth == TRUE) if is_used else least
                for truth, is_used, least in zip(counted, self.used, low, strict=True)
            )
            worlds.setdefault(adds, World(adds, self.label(turned_out, adds, unit) if worlds else ""))
        return tuple(worlds.values())

    def _turned_out(self, unit: _Unit, is_open: Sequence[str]) -> Iterator[_Unit]:
        ranks = self.below.severity
        mildest_first = sorted(unit.classes, key=lambda name: -ranks.get(name or "", len(ranks)))
        for class_ in mildest_first:
            for truths in product((FALSE, TRUE), repeat=len(is_open)):
                told = dict(zip(is_open, truths, strict=True))
                if all(self._can_be(name, class_) for name, truth in told.items() if truth == TRUE):
                    yield _Unit(unit.outcome, frozenset({class_}), unit.outcomes | told)

    def _can_be(self, proposition: str, class_: str | None) -> bool:
        """Whether something can be found of a unit of that class: no finding is of a more severe one."""
        rule = self.below.rules.get(proposition.partition(".")[0])
        if rule is None:
            return True
        ranks = self.below.severity
        return class_ is not None and ranks[rule[1].class_] >= ranks[class_]

    def label(self, turned_out: _Unit, adds: Vector, unit: _Unit) -> str:
        """What a unit is in a world: its class where that is open, and what it is counted as beside."""
        (class_,) = turned_out.classes
        if len(unit.classes) > 1 and class_ is not None:
            return class_
        told = [name for name, add in zip(self.counts, adds, strict=True) if add and name in self.logics]
        return f"counted as {' and '.join(told)}" if told else class_ or "conforming"


def _ends(outcome: int) -> tuple[int, int]:
    """The least and the most that an outcome adds to a count."""
    return (int(outcome == TRUE), int(outcome != FALSE))
