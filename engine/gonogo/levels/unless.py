"""What would flip the verdict on a unit: `accept, unless both of 2 unjudged items are critical`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from gonogo.answer import Answer
from gonogo.levels.worlds import Share, Vector, World

if TYPE_CHECKING:
    from gonogo.levels.judging import LevelJudge, Sums

MOST_TRIED: Final = 1_000
"""So many units are made worse at most, one after the other, to see what flips."""

_Kind: TypeAlias = tuple[str, Vector]
"""What units may turn out to be, and how counts then differ."""


@dataclass(frozen=True, slots=True)
class Unless:
    """Looks for the fewest units below that would flip the verdict on one above.

    Parameters
    ----------
    best : Answer
        What it is where all units turn out as good as they can.
    """

    judge: LevelJudge
    sums: Sums
    best: Answer

    def sentence(self) -> str:
        """The verdict at best, and what would flip it."""
        what = self.best.disposition or self.best.outcome
        unjudged = sum(units for _, units in self.sums.open)
        ranks = self.judge.shares.below.severity
        found = sorted(self.fewest(), key=lambda way: ranks.get(way[0], len(ranks)))
        ways = [self.way(label, count, units, unjudged) for label, count, units in found]
        if not ways:
            number = "the one" if unjudged == 1 else f"the {unjudged:,}"
            turn = "turns" if unjudged == 1 else "together turn"
            ways = [f"{number} unjudged {plural(self.judge.below, unjudged)} {turn} out to be worse"]
        return f"{what}, unless {' or '.join(ways)}"

    def fewest(self) -> Iterator[tuple[str, int, int]]:
        """For each thing that units may turn out to be: how few flip the verdict, of how many."""
        found: dict[str, tuple[int, int]] = {}
        kinds = self.kinds()
        for (label, change), units in kinds.items():
            most = min(units, MOST_TRIED, found[label][0] - 1 if label in found else units)
            counts = self.sums.best
            for count in range(1, most + 1):
                counts = _plus(counts, change, 1)
                if self.is_other(self.judge.at(counts)):
                    found[label] = count, units
                    break
        for label in dict.fromkeys(label for label, _ in kinds):
            yield from [(label, *found[label])] if label in found else self.together(label)

    def together(self, label: str) -> Iterator[tuple[str, int, int]]:
        """Whether all units flip the verdict that may turn out to be that, be it from unlike beginnings."""
        counts, all_units = self.sums.best, 0
        for share, units in self.sums.open:
            world = next((world for world in share.worlds[1:] if world.label == label), None)
            if world is not None:
                counts, all_units = _plus(counts, _change(share, world), units), all_units + units
        if self.is_other(self.judge.at(counts)):
            yield label, all_units, all_units

    def kinds(self) -> Counter[_Kind]:
        """What unjudged units may turn out to be, and how many of them."""
        found: Counter[_Kind] = Counter()
        for share, units in self.sums.open:
            for world in share.worlds[1:]:
                found[world.label, _change(share, world)] += units
        return found

    def is_other(self, answer: Answer) -> bool:
        """Whether an answer is another verdict than the best."""
        mine, best = (answer.outcome, answer.class_, answer.disposition), self.best
        return mine != (best.outcome, best.class_, best.disposition)

    def way(self, label: str, count: int, units: int, unjudged: int) -> str:
        below = self.judge.below
        whole = f"unjudged {plural(below, units)}"
        if count == units:
            number = "the one" if units == 1 else "both of 2" if units == 2 else f"all {units:,}"
        else:
            number = f"{'one' if count == 1 else f'{count:,}'} of {units:,}"
        return f"{number} {whole} {'is' if count == 1 else 'are'} {label}"


def _change(share: Share, world: World) -> Vector:
    """How counts differ where a unit is not as good as it can be."""
    return tuple(a - b for a, b in zip(world.adds, share.worlds[0].adds, strict=True))


def _plus(counts: Vector, change: Vector, units: int) -> Vector:
    return tuple(a + units * b for a, b in zip(counts, change, strict=True))


def plural(level: str, count: int) -> str:
    """The units of a level, as many as there are: `items`, `lot`."""
    if count != 1 or not level.endswith("s"):
        return level
    if level.endswith("ies"):
        return f"{level[:-3]}y"
    return level[:-2] if level.endswith(("ches", "shes", "sses", "xes")) else level[:-1]
