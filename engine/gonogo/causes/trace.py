"""What lies behind the findings of one unit: causes in their order, and whatever else is asked about them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf, isfinite, log10
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from gonogo.causes.checks import check_gains, contributions
from gonogo.causes.explanations import explanations
from gonogo.causes.graph import Path
from gonogo.causes.network import Case, Observation

if TYPE_CHECKING:
    from gonogo.causes.pack import CauseGraph

Said: TypeAlias = Literal["seen", "not seen", "evidence", "ruled out"]

TIE: Final = 0.01
"""Causes whose probabilities lie so near to the first one's can't be told apart."""
LEAST_GAIN: Final = 0.05
"""In bits: what tells less is not worth a look."""
MOST_SETS: Final = 5
PATHS_EACH: Final = 3


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known of a unit.

    Parameters
    ----------
    node : str
        What it speaks about.
    kind : str
        ``seen`` or ``not seen``; ``evidence`` where the facts speak; ``ruled out`` where a cause lacks what it needs.
    text : str
        The condition on the facts, as it was written; empty where a node was looked for.
    holds : bool
        Whether that condition is true.
    observation : Observation
        The same in numbers.
    """

    node: str
    kind: Said
    text: str
    holds: bool
    observation: Observation

    def __str__(self) -> str:
        match self.kind:
            case "seen" | "not seen":
                return f"{self.node} {self.kind}"
            case "evidence":
                return self.text if self.holds else f"not: {self.text}"
            case "ruled out":
                return f"{self.node} ruled out, for it requires: {self.text}"


@dataclass(frozen=True, slots=True)
class RankedCause:
    """A cause as it stands in a ranking.

    Parameters
    ----------
    probability, prior : float
        How likely it is present in this unit, and in any.
    reaches : bool
        Whether a traced finding can come of it.
    """

    cause: str
    title: str | None
    category: str | None
    probability: float
    prior: float
    reaches: bool

    @property
    def decibans(self) -> float:
        """How far what is known has moved it: ten times the logarithm of the ratio of its odds (Good 1950)."""
        return 10 * (_log_odds(self.probability) - _log_odds(self.prior))


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one thing that is known does to a cause: the decibans that are lost where it is left out."""

    known: Known
    decibans: float


@dataclass(frozen=True, slots=True)
class CauseSet:
    """Causes that are all present, while the others are not; and how likely that is."""

    causes: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class NextCheck:
    """Something that is not known yet and would tell causes apart.

    Parameters
    ----------
    node : str
        What would be looked at.
    text : str
        What to do, or which condition on the facts is to be known.
    chance : float
        How likely it turns out true.
    gain : float
        In bits: how far the uncertainty about the causes is expected to drop.
    cost : Fraction
        Of looking once.
    """

    node: str
    text: str
    chance: float
    gain: float
    cost: Fraction


class Trace:
    """The causes of one unit's findings; `gonogo.CauseGraph` makes it.

    Parameters
    ----------
    known : tuple of Known
        All that is known of the unit.
    traced : tuple of str
        The findings whose causes are sought.
    causes : tuple of RankedCause
        Those that can bring about a traced finding first, the most probable first.
    none_of_these : float
        How likely no cause of the graph is behind it: none that can bring about a traced finding is present.
    error : float
        The standard error of the probabilities; 0 where they are exact.
    """

    def __init__(
        self,
        graph: CauseGraph,
        known: tuple[Known, ...],
        traced: tuple[str, ...],
        causes: tuple[RankedCause, ...],
        none_of_these: float,
        error: float,
    ) -> None:
        self._graph = graph
        self.known = known
        self.traced = traced
        self.causes = causes
        self.none_of_these = none_of_these
        self.error = error

    @property
    def is_exact(self) -> bool:
        """Whether the probabilities are exact; else they are sampled, and `error` says how well."""
        return self.error == 0

    @property
    def seen(self) -> tuple[str, ...]:
        """What was seen."""
        return tuple(each.node for each in self.known if each.kind == "seen")

    @property
    def not_seen(self) -> tuple[str, ...]:
        """What was looked for and not seen."""
        return tuple(each.node for each in self.known if each.kind == "not seen")

    @cached_property
    def candidates(self) -> tuple[RankedCause, ...]:
        """The causes that a traced finding can come of."""
        return tuple(each for each in self.causes if each.reaches)

    @property
    def top(self) -> RankedCause | None:
        """The most probable cause; None where none of the graph's is more probable than that it is none of them."""
        first = next(iter(self.candidates), None)
        return first if first is not None and first.probability > self.none_of_these else None

    @property
    def ties(self) -> tuple[str, ...]:
        """The causes at the top that can't be told apart with what is known; empty where one leads."""
        candidates = self.candidates
        near = [each.cause for each in candidates if candidates[0].probability - each.probability <= TIE]
        return tuple(near) if len(near) > 1 and candidates[0].probability > TIE else ()

    @property
    def is_joint(self) -> bool:
        """Whether the causes at the top are most probably present together, and need not be told apart."""
        sets = self.explanations
        return bool(self.ties and sets) and set(self.ties) <= set(sets[0].causes)

    @property
    def case(self) -> Case:
        """What is known, in numbers."""
        return tuple(each.observation for each in self.known)

    def paths(self, cause: str, most: int = PATHS_EACH) -> tuple[Path, ...]:
        """The strongest ways from a cause to the traced findings."""
        return self._graph.paths(cause, self.traced, most)

    @cached_property
    def explanations(self) -> tuple[CauseSet, ...]:
        """The most probable sets of causes: all of a set are present, and no other candidate is."""
        graph = self._graph
        numbers = [graph.number[each.cause] for each in self.candidates]
        found = explanations(graph.inference, self.case, numbers, MOST_SETS)
        return tuple(CauseSet(graph.names_of(present), probability) for present, probability in found.sets)

    def contributions(self, cause: str) -> tuple[Contribution, ...]:
        """What each thing that is known does to a cause, the most telling first."""
        graph = self._graph
        moved = contributions(graph.inference, self.case, graph.number[cause])
        found = [Contribution(*each) for each in zip(self.known, moved, strict=True)]
        return tuple(sorted(found, key=lambda each: (-abs(each.decibans), str(each.known))))

    def checks(self, most: int = PATHS_EACH) -> tuple[NextCheck, ...]:
        """What to look at next: what is not known and tells causes apart, the most bits for the cost first."""
        graph = self._graph
        asked = graph.checks(self.known)
        numbers = [graph.number[each.cause] for each in self.candidates]
        told = check_gains(graph.inference, self.case, [each.observation for each in asked], numbers)
        found = [
            NextCheck(graph.name(check.observation.node), check.text, chance, gain, check.cost)
            for check, (chance, gain) in zip(asked, told, strict=True)
            if gain > LEAST_GAIN
        ]
        return tuple(sorted(found, key=lambda each: (-each.gain / _priced(each.cost), each.node, each.text))[:most])

    def as_dict(self) -> dict[str, object]:
        """The trace with the keys of ``gonogo trace --format json``, without the unit that it is about."""
        return {
            "observed": {
                "seen": list(self.seen),
                "not_seen": list(self.not_seen),
                "evidence": [
                    {"node": each.node, "kind": each.kind, "when": each.text, "holds": each.holds}
                    for each in self.known
                    if each.text
                ],
            },
            "traced": list(self.traced),
            "causes": [self._as_dict(each) for each in self.causes],
            "none_of_these": self.none_of_these,
            "ties": [list(self.ties)] if self.ties else [],
            "explanations": [
                {"causes": list(each.causes), "probability": each.probability} for each in self.explanations
            ],
            "exact": self.is_exact,
            **({} if self.is_exact else {"error": self.error}),
        }

    def _as_dict(self, cause: RankedCause) -> dict[str, object]:
        return {
            "cause": cause.cause,
            "category": cause.category,
            "probability": cause.probability,
            "prior": cause.prior,
            "decibans": cause.decibans if isfinite(cause.decibans) else None,
            "paths": [list(path.nodes) for path in self._graph.strongest(cause.cause, self.traced)],
        }


def _priced(cost: Fraction) -> float:
    """What a check costs, for a comparison: looking is never quite free."""
    return float(cost) if cost > 0 else 1e-3


def _log_odds(probability: float) -> float:
    if probability <= 0:
        return -inf
    return inf if probability >= 1 else log10(probability / (1 - probability))
