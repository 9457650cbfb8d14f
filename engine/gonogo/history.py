"""Lots over time: when each began and, where the standard does not judge lots, how their items came out.

Gathered beside a run by whoever asks for it. INVARIANT: nothing of an item is kept but what is counted of its lot, so
that memory grows with lots and not with facts; and the order of items changes only that of lots without a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from gonogo.answer import Outcome
from gonogo.facts.cells import Unusable
from gonogo.facts.columns import Column
from gonogo.facts.naming import storable
from gonogo.program import ir
from gonogo.program.ir import Kind, Program
from gonogo.verdict import Verdict

Names: TypeAlias = tuple[str | None, ...]
"""A lot, and the units of the levels above that it belongs to, from the bottom up."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LotHistory:
    """What was gathered of one lot.

    Parameters
    ----------
    name : str or None
        The lot; None for items that name none.
    within : tuple of (str or None)
        The units of the levels above that it belongs to, from the bottom up.
    began : datetime or None
        The earliest time of its items, in UTC; what names no zone counts as UTC. None where none has a time.
    outcomes : mapping of str to int
        How many of its items came out how; empty where the standard judges lots, for their verdicts tell it.
    """

    name: str | None
    within: Names
    began: datetime | None
    outcomes: Mapping[Outcome, int]


@dataclass(slots=True)
class _Gathered:
    first: tuple[int, int]
    began: int | None = None
    outcomes: Counter[Outcome] = field(default_factory=Counter)


class History:
    """Gathers lots over time; made by `gonogo.Standard.history`.

    Parameters
    ----------
    program : Program
        Of the standard.
    timed : int
        How many items had a time that can be read.

    Examples
    --------
    >>> import gonogo
    >>> standard = gonogo.load("food-containers")
    >>> history = standard.history()
    >>> sound = {"Lot": "A", "Inspection": "origin", "Lot size": 5000, "Defects": "none"}
    >>> for hour in ("09", "08"):
    ...     history.add(standard.judge(sound | {"Inspected": f"2026-03-02T{hour}:00"}))
    >>> [(lot.name, lot.began.hour) for lot in history.lots]
    [('A', 8)]
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.timed = 0
        self.needs_outcomes = program.lot is not None and not program.grouping
        self.columns = program.grouping or ((program.lot,) if program.lot is not None else ())
        self._lots: dict[Names, _Gathered] = {}
        self._clock = None
        # In a long layout a time is that of a measurement, and not of an item.
        if program.time is not None and self.columns and program.long is None:
            self._clock = Column(ir.Field("time", program.time, ir.Type(Kind.TIME)), program.missing_words)

    @property
    def time(self) -> str | None:
        """The column that holds the time of an item; None where none is read."""
        return self._clock.name if self._clock is not None else None

    @property
    def lots(self) -> tuple[LotHistory, ...]:
        """The lots in the order of their times; behind them those without one, in the order of the facts."""
        pairs = sorted(self._lots.items(), key=lambda pair: (pair[1].began is None, pair[1].began or 0, pair[1].first))
        return tuple(
            LotHistory(names[0], names[1:], _moment(gathered.began), dict(gathered.outcomes))
            for names, gathered in pairs
        )

    def add(self, verdict: Verdict, place: tuple[int, int] = (0, 0)) -> None:
        """Gather one item; `place` is that of its source and its own there, where items do not come in order."""
        if not self.columns:
            return
        names = verdict.names or (verdict.lot,)
        gathered = self._gathered(names, place if place != (0, 0) else (0, len(self._lots)))
        if self.needs_outcomes:
            gathered.outcomes[verdict.outcome] += 1
        if self.time is not None:
            self.add_cell(names, verdict.cells.get(self.time))

    def add_outcomes(self, names: Names, outcome: Outcome, items: int, first: tuple[int, int]) -> None:
        """Gather some items of a lot that came out alike."""
        self._gathered(names, first).outcomes[outcome] += items

    def add_cell(self, names: Names, cell: object) -> None:
        """Gather the time of an item as it stands in the facts; what is no time is left out."""
        if self._clock is None:
            return
        try:
            moment = self._clock.exact(cell)
        except Unusable:
            return
        if isinstance(moment, int):
            self.add_times(names, moment, 1)

    def add_times(self, names: Names, earliest: int, items: int) -> None:
        """Gather the times of some items of a lot, of which the earliest is in microseconds since 1970."""
        gathered = self._gathered(names, (0, 0))
        gathered.began = earliest if gathered.began is None else min(earliest, gathered.began)
        self.timed += items

    def _gathered(self, names: Names, first: tuple[int, int]) -> _Gathered:
        """What is gathered of a lot; halves of characters, which no column holds, are escaped in its name."""
        key = tuple(None if name is None else storable(name) for name in names)
        found = self._lots.get(key)
        if found is None:
            found = self._lots[key] = _Gathered(first)
        return found


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)
