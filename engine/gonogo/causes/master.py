"""The master problem of planning: costs, exclusions, a budget, and what has been learnt of risks, solved by HiGHS."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from gonogo.causes.combining import Floats
from gonogo.causes.risk import Chosen

NEAR: Final = 1e-9
"""Chances that differ by less are equal."""

Cut: TypeAlias = "tuple[Floats, float]"
"""Coefficients of actions, and a constant."""


@dataclass(slots=True)
class Master:
    """A set of actions, and a bound on its value, under all that has been learnt.

    Parameters
    ----------
    costs : array of shape (actions,)
        What each costs, for the budget.
    excluded : sequence of (int, int)
        Actions of which only one is taken.
    with_value : bool
        Whether the objective holds a value that is bounded by cuts, beside costs.
    """

    costs: Floats
    excluded: Sequence[tuple[int, int]]
    budget: float | None = None
    with_value: bool = True
    _rows: list[Floats] = field(default_factory=list)
    _lowest: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with what is known from the start."""
        count = len(self.costs)
        for one, other in self.excluded:
            row = np.zeros(count + 1)
            row[[one, other]] = -1.0
            self._add(row, -1.0)
        if self.budget is not None:
            self._add(np.append(-self.costs, 0.0), -self.budget - 1e-9)

    def _add(self, row: Floats, lowest: float) -> None:
        self._rows.append(row)
        self._lowest.append(lowest)

    def add_value_cut(self, coefficients: Floats, constant: float) -> None:
        """The value is at least a constant and what the actions bring."""
        self._add(np.append(-coefficients, 1.0), constant)

    def add_cut(self, coefficients: Floats, constant: float, target: float) -> None:
        """A constant and what the actions bring is at most a target."""
        self._add(np.append(-coefficients, 0.0), constant - target - NEAR)

    def add_hitting(self, among: Chosen) -> None:
        """At least one of some actions is taken."""
        row = np.zeros(len(self.costs) + 1)
        row[sorted(among)] = 1.0
        self._add(row, 1.0)

    def forbid(self, chosen: Chosen) -> None:
        """Not exactly this set."""
        row = np.append(np.where([each in chosen for each in range(len(self.costs))], -1.0, 1.0), 0.0)
        self._add(row, 1.0 - len(chosen))

    def solve(self, costs: Floats, slack: float = 0.0) -> tuple[Chosen, float] | None:
        """The best set by what is known, within a relative slack, and a bound on all; None where there is none."""
        count = len(self.costs)
        objective = np.append(costs, 1.0 if self.with_value else 0.0)
        limits = [LinearConstraint(np.array(self._rows), np.array(self._lowest), np.inf)] if self._rows else []
        with _hushed():
            result = milp(
                objective,
                integrality=np.append(np.ones(count), 0.0),
                bounds=Bounds(np.zeros(count + 1), np.append(np.ones(count), np.inf)),
                constraints=limits,
                options={"mip_rel_gap": slack},
            )
        if result.x is None:
            return None
        chosen = frozenset(int(each) for each in np.flatnonzero(result.x[:-1] > 0.5))
        return chosen, float(result.fun if not slack else result.mip_dual_bound)


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
