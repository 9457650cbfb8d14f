"""What is known of parts → how likely each cause is: exactly where the graph allows it, and many parts at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, TypeAlias

import numpy as np

from gonogo.causes.batch import Batch, Split
from gonogo.causes.combining import Floats
from gonogo.causes.factors import Factors, factors_of, unaries
from gonogo.causes.network import Case, Network, Observation
from gonogo.causes.sampling import Sampled, sample

WIDEST: Final = 24
"""Tables of up to two to this power numbers are summed; where more would be needed, the answer is sampled."""
MOST_WORK: Final = 1 << 28
"""Likewise, products of so many numbers: some ten seconds for one case."""
LARGEST_BATCH: Final = 1 << 24
"""About so many numbers are in one table of a batch."""
MOST_STRUCTURES: Final = 2_000

Structure: TypeAlias = "tuple[frozenset[tuple[int, bool]], frozenset[int]]"
"""The nodes that are known for certain and tie others together; and all that matter."""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """How likely nodes are present, case by case.

    Parameters
    ----------
    probability : array of shape (cases, nodes)
        NaN for nodes that were not asked for, and where the case is impossible.
    log_evidence : array of shape (cases,)
        The natural logarithm of the probability of all that is known; −inf where it contradicts itself, NaN where the
        probabilities are sampled.
    error : array of shape (cases,)
        The largest standard error of the probabilities; 0 where they are exact.
    """

    probability: Floats
    log_evidence: Floats
    error: Floats

    @property
    def is_possible(self) -> list[bool]:
        """Whether what is known can be true together."""
        return [bool(each) for each in self.log_evidence != -inf]


class Inference:
    """Infers on one network; what belongs to the structure of a case is worked out once. Threads may share it.

    Parameters
    ----------
    widest : int
        Beyond this width an answer is sampled, and says so.
    """

    def __init__(self, network: Network, widest: int = WIDEST) -> None:
        self.network = network
        self.widest = widest
        self.causes = frozenset(number for number, node in enumerate(network.nodes) if node.gate == "cause")
        parents = frozenset(parent for node in network.nodes for parent in node.parents)
        self._ties = [
            tuple(self._tie(number, state, parents) for state in (False, True)) for number in range(len(network.nodes))
        ]
        self._relevant: dict[frozenset[int], frozenset[int]] = {}
        self._structures: dict[Structure, Factors] = {}
        self._last: tuple[object, Sampled] | None = None

    # ------------------------------------------------------------------------------------------------- questions

    def infer(self, cases: Sequence[Case], wanted: Collection[int] | None = None) -> Beliefs:
        """How likely nodes are present.

        Parameters
        ----------
        cases : sequence of Case
            What is known of each part.
        wanted : collection of int, optional
            The nodes that are asked for; without it, all causes.
        """
        asked = self.causes if wanted is None else frozenset(wanted)
        count = len(cases)
        found = Beliefs(np.full((count, len(self.network.nodes)), np.nan), np.zeros(count), np.zeros(count))
        alike: dict[Structure, list[tuple[int, Split]]] = defaultdict(list)
        for place, case in enumerate(cases):
            split, structure = self._split(case, asked)
            if split is None:
                found.log_evidence[place] = -inf
            else:
                alike[structure].append((place, split))
        for structure, members in alike.items():
            self._infer_alike(structure, members, asked, found)
        return found

    def absence(self, cases: Sequence[Case], causes: Sequence[Collection[int]]) -> Floats:
        """For each case how likely none of some causes is present; NaN where the case is impossible."""
        whole = self.infer(cases, ())
        without = [
            (*case, *(Observation(number, 1.0, 0.0) for number in sorted(them))) if not is_sampled else ()
            for case, them, is_sampled in zip(cases, causes, np.isnan(whole.log_evidence).tolist(), strict=True)
        ]
        alone = self.infer(without, ())
        found = np.full(len(cases), np.nan)
        for place, (log_alone, log_whole) in enumerate(zip(alone.log_evidence, whole.log_evidence, strict=True)):
            if np.isnan(log_whole):
                found[place] = self._sampled(cases[place], causes[place])
            elif log_whole > -inf:
                found[place] = min(1.0, float(np.exp(log_alone - log_whole)))
        return found

    def width(self, case: Case, wanted: Collection[int] | None = None) -> float:
        """The logarithm to base two of the largest table that an exact answer takes; no such table is made."""
        split, structure = self._split(case, self.causes if wanted is None else frozenset(wanted))
        return 0.0 if split is None else self._factors(structure).tree.width

    def work(self, case: Case, wanted: Collection[int] | None = None) -> int:
        """How many products of numbers an exact answer takes; none is made."""
        split, structure = self._split(case, self.causes if wanted is None else frozenset(wanted))
        return 0 if split is None else self._factors(structure).tree.work

    def contradiction(self, case: Case) -> tuple[int, ...]:
        """Observations that can't be true together, and of which none can be left out; empty where all can be.

        Returns
        -------
        tuple of int
            Their places in the case.
        """
        if self.infer([case], ()).is_possible[0]:
            return ()
        left = list(range(len(case)))
        for place in range(len(case)):
            fewer = [each for each in left if each != place]
            if not self.infer([tuple(case[each] for each in fewer)], ()).is_possible[0]:
                left = fewer
        return tuple(left)

    # ----------------------------------------------------------------------------------------------- one structure

    def _split(self, case: Case, asked: frozenset[int]) -> tuple[Split | None, Structure]:
        """A case as it is inferred, and its structure; None where it contradicts itself at one node."""
        likely: dict[int, tuple[float, float]] = {}
        for each in case:
            absent, present = likely.get(each.node, (1.0, 1.0))
            likely[each.node] = (absent * each.absent, present * each.present)
        fixed: dict[int, bool] = {}
        known, ties = set[tuple[int, bool]](), set[int]()
        for node, (absent, present) in likely.items():
            if absent > 0 and present > 0:
                if node not in self.causes:
                    ties.add(node)
                continue
            if absent <= 0 and present <= 0:
                return None, (frozenset(), frozenset())
            fixed[node] = absent <= 0
            if self._ties[node][fixed[node]]:
                known.add((node, fixed[node]))
                ties.add(node)
        ties.update(node for node in asked - self.causes if node not in fixed)
        return Split(fixed, likely), (frozenset(known), self._ancestors(frozenset(ties)))

    def _tie(self, number: int, is_present: bool, parents: frozenset[int]) -> bool:
        """Whether a gate that is known ties other nodes together, and is not just a factor for each of its causes."""
        node = self.network.nodes[number]
        if node.gate == "cause":
            return False
        return number in parents or unaries(node, is_present) is None or not self.causes.issuperset(node.parents)

    def _ancestors(self, nodes: frozenset[int]) -> frozenset[int]:
        found = self._relevant.get(nodes)
        if found is None:
            if len(self._relevant) >= MOST_STRUCTURES:
                self._relevant.clear()
            found = self._relevant[nodes] = self.network.ancestors(sorted(nodes))
        return found

    def _factors(self, structure: Structure) -> Factors:
        found = self._structures.get(structure)
        if found is None:
            if len(self._structures) >= MOST_STRUCTURES:
                self._structures.clear()
            known, relevant = structure
            found = self._structures[structure] = factors_of(self.network, sorted(relevant), dict(known))
        return found

    def _infer_alike(
        self, structure: Structure, members: list[tuple[int, Split]], asked: frozenset[int], found: Beliefs
    ) -> None:
        factors = self._factors(structure)
        if factors.tree.width > self.widest or factors.tree.work > MOST_WORK:
            for place, split in members:
                sampled = self._sample(split)
                found.probability[place], found.error[place] = sampled.probability, sampled.error
                found.log_evidence[place] = np.nan
            return
        most = max(1, LARGEST_BATCH // max(2 ** int(factors.tree.width), len(self.network.nodes)))
        for first in range(0, len(members), most):
            part = members[first : first + most]
            batch = Batch(self.network, factors, dict(structure[0]), [split for _, split in part])
            places = [place for place, _ in part]
            found.log_evidence[places] = batch.log_evidence
            for number, probability in batch.probabilities(asked):
                found.probability[places, number] = probability

    def _sampled(self, case: Case, causes: Collection[int]) -> float:
        split, _ = self._split(case, frozenset())
        assert split is not None
        return self._sample(split).absence(causes)

    def _sample(self, split: Split) -> Sampled:
        """Samples of a case; the last ones are kept, for more than one thing is asked of them."""
        key = (tuple(sorted(split.fixed.items())), tuple(sorted(split.likely.items())))
        if self._last is None or self._last[0] != key:
            self._last = key, sample(self.network, split.fixed, split.likely)
        return self._last[1]


def rounded(probability: float) -> float:
    """A probability without the digits that depend on the order of summing, so that what is alike sorts alike."""
    return float(f"{probability:.12g}")
