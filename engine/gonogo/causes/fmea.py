"""The graph as a failure mode and effects analysis: severity, occurrence, detection, and what each cause costs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from math import hypot
from typing import Final

from gonogo.causes.graph import Path
from gonogo.causes.network import Observation
from gonogo.causes.pack import CauseGraph

PARTS: Final = 1000
"""Costs are told for so many parts."""


@dataclass(frozen=True, slots=True)
class FmeaRow:
    """A cause of a nonconformity.

    Parameters
    ----------
    path : Path
        The strongest way from the cause to the nonconformity.
    severity, detection : int or None
        Ratings of the nonconformity.
    occurrence : int
        Rating of the cause.
    chance : float
        How likely the nonconformity is in a part.
    due : float
        By how much less likely it would be without the cause. Where causes act together, these do not add up to
        `chance`.
    cost : float or None
        Expected cost of what is due to the cause, per 1000 parts; None where the nonconformity has no cost.
    actions : tuple of str
        What acts on the cause, or on a link of the path.
    error : float
        The standard error of `due`; 0 where it is exact.
    """

    nonconformity: str
    cause: str
    path: Path
    severity: int | None
    occurrence: int
    detection: int | None
    chance: float
    due: float
    cost: float | None
    actions: tuple[str, ...]
    error: float = 0.0

    @property
    def rpn(self) -> int | None:
        """The risk priority number, severity × occurrence × detection; None where one is missing."""
        if self.severity is None or self.detection is None:
            return None
        return self.severity * self.occurrence * self.detection

    def as_dict(self) -> dict[str, object]:
        """The row with the keys of ``gonogo trace --fmea --format json``."""
        return {
            "nonconformity": self.nonconformity,
            "cause": self.cause,
            "path": list(self.path.nodes),
            "strength": self.path.strength,
            "severity": self.severity,
            "occurrence": self.occurrence,
            "detection": self.detection,
            "rpn": self.rpn,
            "probability": self.chance,
            "due_to_cause": self.due,
            "cost_per_1000": self.cost,
            "actions": list(self.actions),
            "exact": not self.error,
            **({"error": self.error} if self.error else {}),
        }


def detected(rating: int | None) -> float:
    """The share of nonconforming parts that is caught before it costs anything: none at a rating of 10, all at 1.

    The ratings of FMEA are in words; between their ends, shares are taken to fall evenly. Without a rating nothing is
    caught.
    """
    return 0.0 if rating is None else (10 - rating) / 9


def undetected_cost(cost: Fraction | None, detection: int | None) -> float:
    """What one nonconforming part is expected to cost, in the graph's currency."""
    return 0.0 if cost is None else float(cost) * (1 - detected(detection))


def fmea(graph: CauseGraph, nonconformities: Collection[str] = ()) -> tuple[FmeaRow, ...]:
    """All causes of all nonconformities, the dearest first, then by risk priority number.

    Parameters
    ----------
    nonconformities : collection of str
        Those that are asked for; without it, all.
    """
    rows: list[FmeaRow] = []
    for name, told in graph.written.nonconformities.items():
        if nonconformities and name not in nonconformities:
            continue
        paths = {cause: path for cause in graph.causes for path in graph.strongest(cause, [name])}
        number = graph.number[name]
        cases = [(), *((Observation(graph.number[cause], 1.0, 0.0),) for cause in paths)]
        beliefs = graph.inference.infer(cases, [number])
        chance, *without = beliefs.probability[:, number].tolist()
        own, *errors = beliefs.error.tolist()
        each = undetected_cost(told.cost, told.detection)
        for (cause, path), less, error in zip(paths.items(), without, errors, strict=True):
            due = max(0.0, chance - less)
            cost = None if told.cost is None else PARTS * each * due
            occurrence = graph.written.causes[cause].occurrence
            acting = _acting_on(graph, path)
            rows.append(
                FmeaRow(
                    name,
                    cause,
                    path,
                    told.severity,
                    occurrence,
                    told.detection,
                    chance,
                    due,
                    cost,
                    acting,
                    hypot(own, error),
                )
            )
    return tuple(sorted(rows, key=lambda row: (-(row.cost or 0.0), -(row.rpn or 0), row.nonconformity, row.cause)))


def _acting_on(graph: CauseGraph, path: Path) -> tuple[str, ...]:
    links = set(zip(path.nodes, path.nodes[1:], strict=False))
    return tuple(
        name
        for name, action in graph.written.actions.items()
        if path.nodes[0] in action.removes or links.intersection(action.weakens)
    )
