"""What would flip the verdict on a unit: `accept, unless both of 2 unjudged items are critical`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from gonogo.answer import Answer
from gonogo.levels.worlds import Vector

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
        ways = [self.way(label, count, units, unjudged) for label, count, units in self.fewest()]
        if not ways:
            ways = [f"the {unjudged:,} unjudged {plural(self.judge.below, unjudged)} together make it another"]
        return f"{what}, unless {' or '.join(ways)}"

    def fewest(self) -> Iterator[tuple[str, int, int]]:
        """For each thing that units may turn out to be, the worst first: how many flip the verdict, of how many."""
        said: set[str] = set()
        ranks = self.judge.shares.below.severity
        kinds = sorted(self.kinds().items(), key=lambda kind: ranks.get(kind[0][0], len(ranks)))
        for (label, change), units in kinds:
            counts = self.sums.best
            for count in range(1, min(units, MOST_TRIED) + 1):
                counts = tuple(a + b for a, b in zip(counts, change, strict=True))
                if self.is_other(self.judge.at(counts)):
                    if label not in said:
                        yield label, count, units
                    said.add(label)
                    break

    def kinds(self) -> Counter[_Kind]:
        """What unjudged units may turn out to be, and how many of them."""
        found: Counter[_Kind] = Counter()
        for share, units in self.sums.open:
            first, *others = share.worlds
            for world in others:
                change = tuple(a - b for a, b in zip(world.adds, first.adds, strict=True))
                found[world.label, change] += units
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


def plural(level: str, count: int) -> str:
    """The units of a level, as many as there are: `items`, `lot`."""
    return level if count != 1 or not level.endswith("s") else level[:-1]
