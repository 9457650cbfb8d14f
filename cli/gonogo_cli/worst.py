"""The worst of many verdicts, in bounded memory: class first, then how many findings, then how far beyond the limit."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeAlias

import gonogo
from gonogo_cli.wording import excess

MOST_WEIGHED: Final = 10_000

Placed: TypeAlias = tuple[gonogo.Verdict, gonogo.FactPlace | None]
"""A verdict, and where its fact stands, where that is kept."""

_Kept: TypeAlias = tuple[int, int, float, int, Placed]


class Worst:
    """Keeps the worst verdicts; of equals, those that came first.

    Evidence takes time: it is looked at only where class and number of findings don't settle which of two is worse,
    and of the first ten thousand that are alike in both.

    Parameters
    ----------
    count : int
        How many to keep.
    classes : sequence of str
        Most severe first.
    """

    def __init__(self, count: int, classes: Sequence[str]) -> None:
        self.count = count
        self.severity = {name: -rank for rank, name in enumerate(classes)}
        self._kept: list[_Kept] = []
        self._seen = 0
        self._weighings: Counter[tuple[int, int]] = Counter()

    def add(self, verdict: gonogo.Verdict, place: gonogo.FactPlace | None = None) -> None:
        """Keep a nonconforming verdict if it is among the worst so far."""
        self._seen += 1
        rough = (self.severity.get(verdict.class_ or "", -len(self.severity)), len(verdict.findings))
        if len(self._kept) < self.count:
            heapq.heappush(self._kept, self._weighed(rough, (verdict, place)))
        elif self.count and self._may_be_worse(rough):
            heapq.heappushpop(self._kept, self._weighed(rough, (verdict, place)))

    def _may_be_worse(self, rough: tuple[int, int]) -> bool:
        mildest = self._kept[0][:2]
        return rough > mildest or (rough == mildest and self._weighings[rough] < MOST_WEIGHED)

    def _weighed(self, rough: tuple[int, int], placed: Placed) -> _Kept:
        self._weighings[rough] += 1
        return (*rough, excess(placed[0]), -self._seen, placed)

    def verdicts(self) -> list[gonogo.Verdict]:
        """What was kept, worst first."""
        return [verdict for verdict, _ in self.placed()]

    def placed(self) -> list[Placed]:
        """The same, with the places."""
        return [kept[-1] for kept in sorted(self._kept, key=lambda kept: kept[:-1], reverse=True)]
