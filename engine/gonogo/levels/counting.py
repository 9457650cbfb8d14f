"""Counts what was judged: how many items of which key each lot has, and what lots and the levels above them come to.

INVARIANT: nothing of an item is kept but its key, so that memory grows with lots and not with facts; and the order of
items never changes a verdict: lots come out in the order of their first items.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from gonogo.answer import Key
from gonogo.judge import Judge
from gonogo.levels.judging import LevelJudge
from gonogo.levels.objectives import measure_objectives
from gonogo.levels.verdict import LevelVerdict, ObjectiveResult

Names: TypeAlias = tuple[str | None, ...]
"""The lot of an item, and the units of the levels above that it belongs to, from the bottom up."""


class LevelJudges:
    """The judges of all levels above the items of one standard, and of its objectives. Threads may share them."""

    def __init__(self, items: Judge) -> None:
        compiled, below = items.compiled, items.answering
        self.levels: list[LevelJudge] = []
        for level in compiled.levels:
            self.levels.append(LevelJudge(level, below, items.concessions))
            below = self.levels[-1].answering
        self.objectives = LevelJudge(compiled.objectives, items.answering) if compiled.objectives else None

    @property
    def names(self) -> tuple[str, ...]:
        """What the levels are called, from the bottom up."""
        return tuple(level.program.level for level in self.levels)


@dataclass(frozen=True, slots=True)
class Levels:
    """What a run came to above items.

    Parameters
    ----------
    verdicts : dict of str to tuple of LevelVerdict
        For each level, from the bottom up, the verdicts on its units in the order of their first items.
    objectives : tuple of ObjectiveResult
        In the order of the standard.
    """

    verdicts: dict[str, tuple[LevelVerdict, ...]] = field(default_factory=dict)
    objectives: tuple[ObjectiveResult, ...] = ()

    @property
    def lots(self) -> tuple[LevelVerdict, ...]:
        """The verdicts on lots."""
        return self.verdicts.get("lots", ())

    @property
    def is_good(self) -> bool:
        """Whether all units of all levels conform, or are under concession, and all objectives are met."""
        units = (verdict for level in self.verdicts.values() for verdict in level)
        is_good = all(verdict.outcome == "conforming" or verdict.answer.is_conceded for verdict in units)
        return is_good and all(each.met for each in self.objectives)


class Census:
    """Takes the keys of items as they are judged; to be settled once."""

    def __init__(self, judges: LevelJudges) -> None:
        self.judges = judges
        self._items: dict[Names, Counter[Key]] = {}
        self._first: dict[Names, tuple[int, int]] = {}

    def add(self, names: Names, key: Key, items: int = 1, first: tuple[int, int] = (0, 0)) -> None:
        """Count items of one key; `first` is the source of the first of them and its place in it."""
        counter = self._items.get(names)
        if counter is None:
            counter = self._items[names] = Counter()
            self._first[names] = first
        elif first < self._first[names]:
            self._first[names] = first
        counter[key] += items

    def settle(self) -> Levels:
        """Judge lots and all that stands above them, and measure the objectives."""
        units = {names: self._items[names] for names in sorted(self._items, key=self._first.__getitem__)}
        objectives: tuple[ObjectiveResult, ...] = ()
        if self.judges.objectives is not None:
            together: Counter[Key] = Counter()
            for counter in units.values():
                together.update(counter)
            objectives = measure_objectives(self.judges.objectives, together)
        return Levels(self._judged(units), objectives)

    def _judged(self, units: dict[Names, Counter[Key]]) -> dict[str, tuple[LevelVerdict, ...]]:
        """The verdicts of all levels, from the bottom up: each level counts the keys of the one below."""
        found: dict[str, tuple[LevelVerdict, ...]] = {}
        levels, doubts = self.judges.names, dict[Names, Counter[Key]]()
        for number, judge in enumerate(self.judges.levels):
            verdicts, above, doubts_above = [], dict[Names, Counter[Key]](), dict[Names, Counter[Key]]()
            for names, counter in units.items():
                doubtful = doubts.get(names, Counter())
                sums, answer = judge.settled(counter, doubtful)
                if names[0] is None:
                    answer = judge.unnamed()
                within = dict(zip(levels[number + 1 :], names[1:], strict=True))
                verdicts.append(LevelVerdict(judge, names[0], answer, sums, within))
                above.setdefault(names[1:], Counter())
                if names[0] is None:  # these may belong to any number of units, up to one each, or to others
                    own = doubts_above.setdefault(names[1:], Counter())
                    own[answer.key] += counter.total() + doubtful.total()
                else:
                    above[names[1:]][answer.key] += 1
            found[levels[number]], units, doubts = tuple(verdicts), above, doubts_above
        return found
