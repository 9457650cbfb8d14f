"""What is too tangled to be summed exactly is sampled: parallel Gibbs chains, and how far they differ.

S. Geman and D. Geman, "Stochastic relaxation", IEEE PAMI 6 (1984). Beside single nodes, pairs of causes of one effect
change places, so that a chain does not stay with the first explanation that it finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from gonogo.causes.elimination import Floats
from gonogo.causes.network import Network, Node

CHAINS: Final = 96
SWEEPS: Final = 400
"""Of each chain; the first quarter is forgotten."""
SEED: Final = 20_000
FLOOR: Final = -60.0
"""The logarithm that stands for an impossible state: chains may start in one, and leave it."""
MOST_SWAPS: Final = 300


@dataclass(frozen=True, slots=True)
class Sampled:
    """Probabilities by counting.

    Parameters
    ----------
    probability : array of shape (nodes,)
        Of each node.
    error : float
        The largest standard error of these, from how far the chains differ.
    together : float
        The share of samples in which none of the causes that were asked for is present.
    """

    probability: Floats
    error: float
    together: float


def sample(
    network: Network,
    fixed: Mapping[int, bool],
    likely: Mapping[int, tuple[float, float]],
    together: frozenset[int] = frozenset(),
) -> Sampled:
    """Probabilities of all nodes, given what is known; the same ones every time.

    Parameters
    ----------
    fixed : mapping of int to bool
        The nodes that are known for certain.
    likely : mapping of int to (float, float)
        How likely what is known is, without and with each node.
    together : frozenset of int
        Causes whose common absence is asked for.
    """
    chains = _Chains(network, fixed, likely)
    asked = sorted(together)
    counted = np.zeros((len(network.nodes), CHAINS))
    absent = np.zeros(CHAINS)
    forgotten = SWEEPS // 4
    for sweep in range(SWEEPS):
        chains.sweep()
        if sweep >= forgotten:
            counted += chains.states
            absent += ~chains.states[asked].any(axis=0)
    kept = SWEEPS - forgotten
    of_chains = counted / kept
    error = of_chains.std(axis=1, ddof=1).max() / np.sqrt(CHAINS)
    return Sampled(of_chains.mean(axis=1), max(float(error), 1e-6), float(absent.mean() / kept))


class _Chains:
    """States of all nodes, side by side for each chain."""

    def __init__(self, network: Network, fixed: Mapping[int, bool], likely: Mapping[int, tuple[float, float]]) -> None:
        self._nodes = network.nodes
        self._random = np.random.default_rng(SEED)
        self._likely = likely
        matters = network.ancestors(sorted(likely))
        self._free = [number for number in range(len(network.nodes)) if number not in matters]
        self._hidden = [number for number in sorted(matters) if number not in fixed]
        self._children: dict[int, list[int]] = {number: [] for number in matters}
        for number in sorted(matters):
            for parent in network.nodes[number].parents:
                self._children[parent].append(number)
        self._swaps = self._pairs()
        self.states = np.zeros((len(network.nodes), CHAINS), dtype=bool)
        for number, node in enumerate(network.nodes):
            chance = self._chance(node)
            drawn = self._random.random(CHAINS) < np.maximum(chance, 0.5 if number in matters else 0.0)
            self.states[number] = fixed.get(number, False) if number in fixed else drawn

    def _pairs(self) -> list[tuple[int, int]]:
        """Causes of one effect, that may change places."""
        hidden = {number for number in self._hidden if self._nodes[number].gate == "cause"}
        found = {
            pair
            for number in self._children
            for pair in combinations([each for each in self._nodes[number].parents if each in hidden], 2)
        }
        pairs = sorted(found)
        if len(pairs) > MOST_SWAPS:
            chosen = self._random.choice(len(pairs), MOST_SWAPS, replace=False)
            pairs = [pairs[number] for number in sorted(chosen)]
        return pairs

    def sweep(self) -> None:
        """Draw every node anew, given all others; then let pairs change places."""
        for number in self._hidden:
            self.states[number] = True
            present = self._log_local((number,))
            self.states[number] = False
            absent = self._log_local((number,))
            chance = 1.0 / (1.0 + np.exp(np.clip(absent - present, -700, 700)))
            self.states[number] = self._random.random(CHAINS) < chance
        for pair in self._swaps:
            self._swap(pair)
        for number in self._free:
            self.states[number] = self._random.random(CHAINS) < self._chance(self._nodes[number])

    def _swap(self, pair: tuple[int, int]) -> None:
        one, other = pair
        differs = self.states[one] != self.states[other]
        if not differs.any():
            return
        before = self._log_local(pair)
        kept = self.states[list(pair)].copy()
        self.states[one] ^= differs
        self.states[other] ^= differs
        gain = self._log_local(pair) - before
        is_taken = differs & (np.log(self._random.random(CHAINS)) < gain)
        self.states[one] = np.where(is_taken, self.states[one], kept[0])
        self.states[other] = np.where(is_taken, self.states[other], kept[1])

    def _log_local(self, numbers: tuple[int, ...]) -> Floats:
        """The logarithm of all that depends on some nodes."""
        children = dict.fromkeys(child for number in numbers for child in self._children[number])
        return np.asarray(sum(self._log_of(number) for number in dict.fromkeys([*numbers, *children])))

    def _log_of(self, number: int) -> Floats:
        state = self.states[number]
        chance = self._chance(self._nodes[number])
        found = np.where(state, chance, 1.0 - chance)
        absent, present = self._likely.get(number, (1.0, 1.0))
        likely = np.where(state, present, absent)
        floor = np.exp(FLOOR)
        return np.asarray(np.log(np.maximum(found, floor)) + np.log(np.maximum(likely, floor)))

    def _chance(self, node: Node) -> Floats:
        """`Node.chance` in all chains at once."""
        if node.gate == "cause":
            return np.full(CHAINS, node.leak)
        present = self.states[list(node.parents)]
        if node.gate == "table":
            index = (present * (1 << np.arange(len(node.parents)))[:, None]).sum(axis=0)
            return np.asarray(np.asarray(node.table)[index])
        strengths = np.asarray(node.strengths)[:, None]
        if node.gate == "any":
            return np.asarray(1.0 - (1.0 - node.leak) * np.where(present, 1.0 - strengths, 1.0).prod(axis=0))
        if node.gate == "all":
            return np.asarray((1.0 - node.leak) * np.where(present, 1.0, 1.0 - strengths).prod(axis=0))
        fewer = np.zeros((node.least, CHAINS))
        fewer[0] = 1.0
        for there, strength in zip(present, node.strengths, strict=True):
            acts = np.where(there, strength, 0.0)
            after = fewer * (1.0 - acts)
            after[1:] += fewer[:-1] * acts
            fewer = after
        return np.asarray(1.0 - (1.0 - node.leak) * fewer.sum(axis=0))
