"""The master problem of planning: costs, exclusions, a budget, and what has been learnt of risks, solved by HiGHS.

What is left of an element is a product over the actions that are taken; it is written as a chain of pieces, each
bounded from below by lines that meet it wherever actions are taken or not (G. P. McCormick, "Computability of global
solutions to factorable nonconvex programs", 1976). Where chances have costs, and their measures are logarithms, a
chance is a concave function of its measure, and runs along chords between points that are refined where plans were
looked at.
"""

from __future__ import annotations

import os
import sys
from bisect import insort
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from scipy.optimize import Bounds as Limits
from scipy.optimize import LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from gonogo.causes.bounds import Bounds, Cut
from gonogo.causes.combining import Floats
from gonogo.causes.risk import Chosen

NEAR: Final = 1e-9
"""Chances that differ by less are equal."""
LARGE: Final = 1e3
"""What the measures without actions are scaled to: HiGHS takes millionths for nothing."""
CHORDS: Final = 3
"""So many at first."""
OUT_OF_TIME, INFEASIBLE = 1, 2
"""What HiGHS calls these."""

Row: TypeAlias = "dict[int, float]"


class Proposal(NamedTuple):
    """The best set by what is known, and a bound on all; the set is None where time ran out before there was one."""

    chosen: Chosen | None
    bound: float


class Master:
    """Which set of actions is the best, under all that has been learnt.

    Parameters
    ----------
    costs : array of shape (actions,)
        What each costs, for the budget.
    excluded : sequence of (int, int)
        Actions of which only one is taken.
    bounds : Bounds
        The elements that actions take away, and how targets are measured.
    before, least : array of shape (targets,)
        The measures without actions, and below which none comes.
    """

    def __init__(
        self,
        costs: Floats,
        excluded: Sequence[tuple[int, int]],
        bounds: Bounds,
        before: Floats,
        least: Floats,
        budget: float | None = None,
    ) -> None:
        self._costs, self._bounds = costs, bounds
        self._scale = LARGE / np.where(before > 0, before, LARGE)
        self._rows: list[tuple[Row, float]] = []
        self._ends: list[int | None] = []
        self._columns = len(costs)
        for shares in bounds.shares.T:
            self._ends.append(self._chain(shares))
        self._measures = self._columns
        self._columns += len(before)
        self._least, self._most = (least * self._scale).tolist(), [np.inf] * len(before)
        self._points: dict[int, list[float]] = {
            target: np.linspace(least[target], before[target], CHORDS + 1).tolist()
            for target in np.flatnonzero(bounds.is_log & (before > least)).tolist()
        }
        for one, other in excluded:
            self._rows.append(({one: -1.0, other: -1.0}, -1.0))
        if budget is not None:
            self._rows.append(({each: -float(cost) for each, cost in enumerate(costs)}, -budget - NEAR))

    def _chain(self, shares: Floats) -> int | None:
        """The column of what is left of one element, behind those of the pieces before it; None: all of it, always."""
        last: int | None = None
        for action in np.flatnonzero(shares):
            share, piece = float(shares[action]), self._columns
            self._columns += 1
            if last is None:
                self._rows.append(({piece: 1.0, int(action): share}, 1.0))
            else:
                self._rows.append(({piece: 1.0, last: -1.0, int(action): share}, 0.0))
                self._rows.append(({piece: 1.0, last: share - 1.0}, 0.0))
            last = piece
        return last

    # ----------------------------------------------------------------------------------------------- learning

    def learn(self, cuts: Sequence[Cut]) -> None:
        """Measures are at least what a set whose chances are known says."""
        for cut in cuts:
            scale, constant = float(self._scale[cut.target]), cut.constant
            row: Row = {self._measures + cut.target: 1.0}
            for end, slope in zip(self._ends, cut.left.tolist(), strict=True):
                if end is None:
                    constant += slope
                elif slope:
                    row[end] = -scale * slope
            for action in np.flatnonzero(cut.taken):
                row[int(action)] = -scale * float(cut.taken[action])
            self._rows.append((row, scale * constant))

    def limit(self, target: int, most: float) -> None:
        """A measure is at most so large."""
        self._most[target] = most * float(self._scale[target])

    def add_hitting(self, among: Chosen) -> None:
        """At least one of some actions is taken."""
        self._rows.append((dict.fromkeys(among, 1.0), 1.0))

    def forbid(self, chosen: Chosen) -> None:
        """Not exactly this set."""
        row = {each: -1.0 if each in chosen else 1.0 for each in range(len(self._costs))}
        self._rows.append((row, 1.0 - len(chosen)))

    def refine(self, measures: Floats) -> bool:
        """Let the chords meet the chances of some measures; False where they did."""
        is_new = False
        for target, points in self._points.items():
            measure = float(measures[target])
            is_met = min(abs(point - measure) for point in points) <= NEAR * points[-1]
            if not is_met and points[0] < measure < points[-1]:
                insort(points, measure)
                is_new = True
        return is_new

    # ------------------------------------------------------------------------------------------------ solving

    def solve(
        self,
        costs: Floats,
        of_measures: Floats | None = None,
        of_chances: Floats | None = None,
        *,
        slack: float = 0.0,
        seconds: float = np.inf,
    ) -> Proposal | None:
        """The set with the least costs, and weighted measures or chances; None where none is possible.

        Parameters
        ----------
        slack : float
            By what share of its value the set may miss the best one; the bound is a true one in any case.
        seconds : float
            How long it may take.
        """
        problem = _Problem()
        problem.rows += self._rows
        for cost in costs.tolist():
            problem.column(cost, most=1.0, is_whole=True)
        for _ in range(len(costs), self._measures):
            problem.column()
        prices = np.zeros(len(self._scale)) if of_measures is None else of_measures
        paid = np.zeros(len(self._scale)) if of_chances is None else of_chances
        is_line = [target not in self._points for target in range(len(self._scale))]
        for price, least, most in zip(
            ((prices + paid * is_line) / self._scale).tolist(), self._least, self._most, strict=True
        ):
            problem.column(price, least=least, most=most)
        constant = sum(self._add_chords(problem, target, paid[target]) for target in self._points if paid[target])
        result = problem.solved(slack, seconds)
        if result.status == INFEASIBLE:
            return None
        bound = result.mip_dual_bound if slack or result.status == OUT_OF_TIME or result.x is None else result.fun
        chosen = None
        if result.x is not None:
            chosen = frozenset(np.flatnonzero(result.x[: len(costs)] > 0.5).tolist())
        return Proposal(chosen, -np.inf if bound is None else float(bound) + constant)

    def _add_chords(self, problem: _Problem, target: int, weight: float) -> float:
        """Let a chance cost something; returns what it costs at least."""
        points = self._points[target]
        scale = float(self._scale[target])
        chances = -np.expm1(-np.array(points))
        measure: Row = {self._measures + target: -1.0}
        before: int | None = None
        for place in range(1, len(points)):
            length = scale * (points[place] - points[place - 1])
            piece = problem.column(weight * float(chances[place] - chances[place - 1]) / length, most=length)
            measure[piece] = 1.0
            if before is not None:  # it begins only where the one before is full
                problem.rows.append(({before: length, piece: -1.0}, 0.0))
            if place < len(points) - 1:
                before = problem.column(most=1.0, is_whole=True)
                problem.rows.append(({piece: 1.0, before: -length}, 0.0))
        problem.rows.append((measure, -scale * points[0]))
        return float(weight * chances[0])


class _Problem:
    """Columns from nothing upwards, and rows, each of which adds up to at least its lowest value."""

    def __init__(self) -> None:
        self.rows: list[tuple[Row, float]] = []
        self._weights: list[float] = []
        self._least: list[float] = []
        self._most: list[float] = []
        self._is_whole: list[bool] = []

    def column(self, weight: float = 0.0, *, least: float = 0.0, most: float = np.inf, is_whole: bool = False) -> int:
        """A new column, by its number."""
        self._weights.append(weight)
        self._least.append(least)
        self._most.append(most)
        self._is_whole.append(is_whole)
        return len(self._weights) - 1

    def solved(self, slack: float, seconds: float) -> OptimizeResult:
        places = [(number, column) for number, (row, _) in enumerate(self.rows) for column in row]
        values = [value for row, _ in self.rows for value in row.values()]
        shape = (len(self.rows), len(self._weights))
        rows = csr_array((values, tuple(np.array(places, dtype=int).reshape(-1, 2).T)), shape=shape)
        options = {"mip_rel_gap": slack} | ({"time_limit": max(seconds, 0.1)} if np.isfinite(seconds) else {})
        with _hushed():
            return milp(
                np.array(self._weights),
                integrality=np.array(self._is_whole, dtype=int),
                bounds=Limits(np.array(self._least), np.array(self._most)),
                constraints=LinearConstraint(rows, np.array([lowest for _, lowest in self.rows]), np.inf)
                if self.rows
                else (),
                options=options,
            )


@contextmanager
def _hushed() -> Iterator[None]:
    """HiGHS tells standard output of its own re-solves, past Python; a result that stands there must stay whole."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # it is closed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
