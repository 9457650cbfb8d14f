"""Two judgements of the same facts, side by side: which verdicts flip, and what all of them come to.

A verdict flips where its outcome, its class or its disposition is another one. INVARIANT: what is kept of flips one by
one goes to disk beyond some megabytes, and counts are kept by what verdicts say, so that memory does not grow with
facts.
"""

from __future__ import annotations

import heapq
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeAlias

from gonogo.levels.counting import Levels
from gonogo.levels.verdict import LevelVerdict, ObjectiveResult
from gonogo.tally import Summary
from gonogo.whatif.prices import Prices

KEPT: Final = 1 << 24
"""In bytes: more flips than that are kept on disk."""


class Judged(NamedTuple):
    """What a verdict says.

    Parameters
    ----------
    findings : tuple of str
        The rules that spoke, as ``RULE`` or ``RULE.SIDE``.
    """

    outcome: str
    class_: str | None
    disposition: str | None
    findings: tuple[str, ...] = ()

    @property
    def answer(self) -> Answered:
        """What must be another one in a flip."""
        return self[:3]

    def as_dict(self) -> dict[str, object]:
        """The verdict with the keys of ``gonogo whatif --format json``."""
        return {
            "outcome": self.outcome,
            "class": self.class_,
            "disposition": self.disposition,
            "findings": list(self.findings),
        }


Answered: TypeAlias = "tuple[str, str | None, str | None]"
"""Outcome, class and disposition."""


class Flipped(NamedTuple):
    """One item, or one unit of a level above, whose verdict flips.

    Parameters
    ----------
    item : str
        The item; of a level above, the unit, empty where it has no name.
    lot : str or None
        Of an item.
    before, after : Judged or None
        None where the unit is not judged on that side.
    """

    item: str
    lot: str | None
    before: Judged | None
    after: Judged | None

    def as_dict(self) -> dict[str, object]:
        """The flip with the keys of ``gonogo whatif --format json``."""
        before, after = (None if side is None else side.as_dict() for side in (self.before, self.after))
        return {"item": self.item, "lot": self.lot, "before": before, "after": after}


@dataclass(frozen=True, slots=True)
class Target:
    """An objective on both sides; None where that side has it not."""

    id: str
    before: ObjectiveResult | None
    after: ObjectiveResult | None

    @property
    def is_changed(self) -> bool:
        """Whether it is met on one side and not on the other."""
        return (self.before and self.before.met) != (self.after and self.after.met)

    def as_dict(self) -> dict[str, object]:
        """The objective with the keys of ``gonogo whatif --format json``."""
        sides = (None if side is None else side.as_dict() for side in (self.before, self.after))
        return {"id": self.id, **dict(zip(("before", "after"), sides, strict=True))}


PriceLists: TypeAlias = "tuple[Prices | None, Prices | None]"
"""What findings cost, before and after; None where nobody says."""


class Comparison:
    """What two judgements of the same facts came to; made by its kinds, and to be closed.

    Parameters
    ----------
    before, after : sequence of str
        The classes of both standards, most severe first.
    prices : PriceLists
        What findings cost.

    Attributes
    ----------
    before, after : Summary
        What each run has counted.
    turned : Counter
        How many items have gone from which answer to which.
    found_otherwise : int
        How many items keep their verdict, and have other findings.
    costs : tuple of (Fraction, Fraction)
        What the nonconformities of all items cost, before and after.
    """

    def __init__(self, before: Sequence[str], after: Sequence[str], prices: PriceLists = (None, None)) -> None:
        self._severity = severity_of(before, after)
        self.prices = prices
        self.before, self.after = Summary(), Summary()
        self.turned: Counter[tuple[Answered, Answered]] = Counter()
        self.found_otherwise = 0
        self.costs = (Fraction(0), Fraction(0))

    def __enter__(self) -> Self:
        """Return the comparison."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of what was kept."""
        self.close()

    def close(self) -> None:
        """Let go of what was kept."""
        raise NotImplementedError

    @property
    def judged(self) -> int:
        """How many items were judged."""
        return self.turned.total()

    @property
    def count(self) -> int:
        """How many of them flip."""
        return sum(items for (before, after), items in self.turned.items() if before != after)

    def of_outcomes(self) -> dict[tuple[str, str], int]:
        """How many items go from one outcome to another, in the order of severity of both."""
        found: Counter[tuple[str, str]] = Counter()
        for (before, after), items in self.turned.items():
            if before[0] != after[0]:
                found[before[0], after[0]] += items
        return dict(sorted(found.items()))

    def dispositions(self) -> dict[str, tuple[int, int]]:
        """How many items get each disposition, before and after; where there are any."""
        before, after = Counter[str](), Counter[str]()
        for (one, other), items in self.turned.items():
            before[one[2] or "none"] += items
            after[other[2] or "none"] += items
        names = sorted({*before, *after})
        return {} if names == ["none"] else {name: (before[name], after[name]) for name in names}

    def units(self) -> dict[str, tuple[int, list[Flipped]]]:
        """For each level above items, how many units are judged on either side, and those that flip."""
        sides = (self.before.levels.verdicts, self.after.levels.verdicts)
        return {level: _flipped_units(*(side.get(level, ()) for side in sides)) for level in {**sides[0], **sides[1]}}

    def objectives(self) -> list[Target]:
        """The objectives of both sides."""
        before, after = (_by_id(side.levels) for side in (self.before, self.after))
        return [Target(name, before.get(name), after.get(name)) for name in {**before, **after}]

    @property
    def is_same(self) -> bool:
        """Whether nothing flips."""
        units = any(flipped for _, flipped in self.units().values())
        return not self.count and not units and not any(each.is_changed for each in self.objectives())

    def per_thousand(self) -> tuple[Fraction, Fraction] | None:
        """What nonconformities cost for 1000 items, before and after; None where no costs are known."""
        if None in self.prices or not self.judged:
            return None
        return 1000 * self.costs[0] / self.judged, 1000 * self.costs[1] / self.judged

    def weight(self, flip: Flipped) -> tuple[int, int]:
        """What puts flips in order: the most severe class of both sides, then what is accepted that was not."""
        least = len(self._severity)
        ranks = [self._severity.get(side.class_ or "", least) if side is not None else least for side in flip[2:]]
        return min(ranks), int(ranks[0] > ranks[1])

    def flipped(self) -> Iterator[Flipped]:
        """The items that flip, in the order of the facts."""
        raise NotImplementedError

    def worst(self, count: int) -> list[Flipped]:
        """The first of them, the most severe first."""
        return heapq.nsmallest(count, self.flipped(), key=self.weight)


def _by_id(levels: Levels) -> dict[str, ObjectiveResult]:
    return {result.id: result for result in levels.objectives}


def _flipped_units(before: Sequence[LevelVerdict], after: Sequence[LevelVerdict]) -> tuple[int, list[Flipped]]:
    one, other = ({(each.name, *each.above.values()): each for each in side} for side in (before, after))
    names = {**one, **other}
    found = []
    for key in names:
        sides = [None if each is None else judged_unit(each) for each in (one.get(key), other.get(key))]
        if (sides[0] and sides[0].answer) != (sides[1] and sides[1].answer):
            found.append(Flipped(key[0] or "", None, sides[0], sides[1]))
    return len(names), found


def judged_unit(verdict: LevelVerdict) -> Judged:
    """What the verdict on a unit says."""
    findings = tuple(finding.name for finding in verdict.findings)
    return Judged(verdict.outcome, verdict.class_, verdict.disposition, findings)


def severity_of(*classes: Sequence[str]) -> dict[str, int]:
    """The classes of both standards, the most severe lowest."""
    found: dict[str, int] = {}
    for names in classes:
        for place, name in enumerate(names):
            found[name] = min(found.get(name, place), place)
    return found


class Spool:
    """Flips that are written once, and read again; many of them on disk."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(KEPT, "w+", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115  # it is closed by `close`

    def add(self, flip: Flipped) -> None:
        """Keep a flip."""
        self._file.write(json.dumps(flip) + "\n")

    def __iter__(self) -> Iterator[Flipped]:
        self._file.seek(0)
        for line in self._file:
            item, lot, *sides = json.loads(line)
            before, after = (Judged(side[0], side[1], side[2], tuple(side[3])) for side in sides)
            yield Flipped(item, lot, before, after)

    def close(self) -> None:
        """Let go of them."""
        self._file.close()
