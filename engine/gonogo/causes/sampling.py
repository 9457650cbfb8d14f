"""What is too tangled to be summed exactly is sampled: parallel Gibbs chains, and how far they differ.

S. Geman and D. Geman, "Stochastic relaxation", IEEE PAMI 6 (1984). One node at a time is not enough: an effect that
certainly follows its cause holds it where it is, and a chain would stay with the first explanation that it finds. So
causes change places, those of a gate `all` come and go together, and what hangs on them is drawn anew along with them
(W. K. Hastings, "Monte Carlo sampling methods using Markov chains", Biometrika 57, 1970).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gonogo.causes.combining import Floats
from gonogo.causes.network import Network, Node

Bools: TypeAlias = NDArray[np.bool_]

CHAINS: Final = 192
SWEEPS: Final = 240
"""Of each chain; the first quarter is forgotten."""
SEED: Final = 20_000
LEAST: Final = 1e-26
"""What stands for an impossible state: chains may start in one, and leave it."""
MOST_MOVES: Final = 100
"""In each sweep, of causes together."""
MOST_PARENTS: Final = 12
"""Of gates with no more of them the chances are looked up, for each set of parents that are present."""

_POWERS: Final = 1 << np.arange(62)

MOST_TOGETHER: Final = 6
"""Causes that come and go together."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Probabilities by counting.

    Parameters
    ----------
    probability : array of shape (nodes,)
        Of each node.
    error : float
        The largest standard error of these, from how far the chains differ; not less than the share of chains that
        did not come to a state which is possible.
    causes : dict of int to int
        Where each cause stands in `present`.
    present : array of shape (sweeps, causes, chains / 8)
        Whether causes are present in the samples, a bit each.
    """

    probability: Floats
    error: float
    causes: Mapping[int, int]
    present: NDArray[np.uint8]

    def absence(self, causes: Collection[int]) -> float:
        """The share of samples in which none of some causes is present."""
        rows = [self.causes[number] for number in causes]
        some = np.bitwise_or.reduce(self.present[:, rows], axis=1)
        return 1.0 - float(np.bitwise_count(some).mean()) / 8


def sample(network: Network, fixed: Mapping[int, bool], likely: Mapping[int, tuple[float, float]]) -> Sampled:
    """Probabilities of all nodes, given what is known; the same ones every time.

    Parameters
    ----------
    fixed : mapping of int to bool
        The nodes that are known for certain.
    likely : mapping of int to (float, float)
        How likely what is known is, without and with each node.
    """
    chains = _Chains(network, fixed, likely)
    causes = [number for number, node in enumerate(network.nodes) if node.gate == "cause"]
    counted = np.zeros((len(network.nodes), CHAINS))
    present: list[NDArray[np.uint8]] = []
    forgotten = SWEEPS // 4
    for sweep in range(SWEEPS):
        chains.sweep()
        if sweep >= forgotten:
            counted += chains.states
            present.append(np.packbits(chains.states[causes], axis=1))
    kept = SWEEPS - forgotten
    of_chains = counted / kept
    error = max(of_chains.std(axis=1, ddof=1).max() / np.sqrt(CHAINS), chains.astray())
    places = {number: place for place, number in enumerate(causes)}
    return Sampled(of_chains.mean(axis=1), max(float(error), 1e-6), places, np.stack(present))


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
        self._below = {number: self._descendants(number) for number in self._hidden}
        self._causes = [number for number in self._hidden if network.nodes[number].gate == "cause"]
        self._moves = self._together()
        self._fixed = fixed
        self._tables = {
            number: self._all_chances(node)
            for number, node in enumerate(network.nodes)
            if node.gate != "cause" and len(node.parents) <= MOST_PARENTS
        }
        self.states = np.zeros((len(network.nodes), CHAINS), dtype=bool)
        for number, node in enumerate(network.nodes):
            least = 0.5 if node.gate == "cause" and number in matters else 0.0
            drawn = self._random.random(CHAINS) < np.maximum(self._chance(number), least)
            self.states[number] = fixed.get(number, drawn)
        self._logs = np.zeros((len(network.nodes), CHAINS))
        self._renew(sorted(matters))

    def _descendants(self, number: int) -> frozenset[int]:
        found, todo = set[int](), [number]
        while todo:
            for child in self._children[todo.pop()]:
                if child not in found:
                    found.add(child)
                    todo.append(child)
        return frozenset(found)

    def _together(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Causes that turn into their opposite together: those on one side, and those on the other."""
        hidden = frozenset(self._causes)
        sides: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
        above = {number: frozenset[int]() for number in self._children}
        for number in sorted(self._children):
            parents = self._nodes[number].parents
            above[number] = hidden.intersection([number]).union(*(above[parent] for parent in parents))
        for number in self._children:
            node = self._nodes[number]
            if node.gate == "all" and 1 < len(above[number]) <= MOST_TOGETHER:
                sides.add((tuple(sorted(above[number])), ()))
            sides.update(
                ((one,), (other,)) for one, other in combinations(sorted(hidden.intersection(node.parents)), 2)
            )
            for one, other in combinations(sorted(set(node.parents).intersection(above)), 2):
                first, second = above[one] - above[other], above[other] - above[one]
                if first and second and len(first) + len(second) <= MOST_TOGETHER:
                    sides.add((tuple(sorted(first)), tuple(sorted(second))))
        return sorted(sides)

    def astray(self) -> float:
        """The share of chains that are in an impossible state."""
        return float((self._logs.min(axis=0) <= log(LEAST)).mean())

    def sweep(self) -> None:
        """Draw every node anew, given all others; then move causes together, and what hangs on them."""
        for number in self._hidden:
            local = [number, *self._children[number]]
            self.states[number] = True
            present = self._renewed(local)
            self.states[number] = False
            absent = self._renewed(local)
            odds = np.exp(np.clip(absent.sum(axis=0) - present.sum(axis=0), -700, 700))
            self.states[number] = drawn = self._random.random(CHAINS) < 1.0 / (1.0 + odds)
            self._logs[local] = np.where(drawn, present, absent)
        everywhere = np.ones(CHAINS, dtype=bool)
        for number in self._hidden:
            if self._below[number]:
                self._redraw((number,), everywhere)
        for place in self._random.permutation(len(self._moves))[:MOST_MOVES]:
            one, other = self._moves[place]
            numbers = one + other
            states = self.states[list(numbers)]
            states[len(one) :] ^= True
            is_apt = (states == states[0]).all(axis=0)
            if is_apt.any():
                if self._random.random() < 0.5:
                    self._redraw(numbers, is_apt)
                else:
                    self._turn(numbers, is_apt)
        for number in self._free:
            self.states[number] = self._random.random(CHAINS) < self._chance(number)

    def _turn(self, numbers: tuple[int, ...], is_apt: Bools) -> None:
        """Turn causes into their opposite, and nothing else."""
        local = list(dict.fromkeys([*numbers, *(child for number in numbers for child in self._children[number])]))
        rows = list(numbers)
        kept = self.states[rows]
        self.states[rows] ^= is_apt
        logs = self._renewed(local)
        is_taken = is_apt & self._is_taken(logs.sum(axis=0) - self._logs[local].sum(axis=0))
        self.states[rows] = np.where(is_taken, self.states[rows], kept)
        self._logs[local] = np.where(is_taken, logs, self._logs[local])

    def _redraw(self, numbers: tuple[int, ...], is_apt: Bools) -> None:
        """Turn causes into their opposite, or draw an effect anew, and all that is hidden below."""
        is_cause = self._nodes[numbers[0]].gate == "cause"
        below = sorted(frozenset[int]().union(*(self._below[number] for number in numbers)))
        drawn = [number for number in ([] if is_cause else [*numbers]) + below if number not in self._fixed]
        bound = ([*numbers] if is_cause else []) + [number for number in below if number in self._fixed]
        likely = [number for number in drawn if number in self._likely]
        rows = ([*numbers] if is_cause else []) + drawn
        kept = self.states[rows]
        before = self._logs[bound].sum(axis=0) + sum(map(self._log_likely, likely))
        if is_cause:
            self.states[list(numbers)] ^= is_apt
        for number in drawn:
            fresh = self._random.random(CHAINS) < self._chance(number)
            self.states[number] = np.where(is_apt, fresh, self.states[number])
        after = self._renewed(bound).sum(axis=0) + sum(map(self._log_likely, likely))
        is_taken = is_apt & self._is_taken(after - before)
        self.states[rows] = np.where(is_taken, self.states[rows], kept)
        if is_taken.any():
            self._renew(bound + drawn)

    def _is_taken(self, gain: Floats) -> Bools:
        return np.asarray(np.log(self._random.random(CHAINS)) < gain)

    def _renew(self, numbers: list[int]) -> None:
        self._logs[numbers] = self._renewed(numbers)

    def _renewed(self, numbers: list[int]) -> Floats:
        """The logarithms of what some nodes contribute, as the states are."""
        return np.array([self._log_of(number) for number in numbers]).reshape(-1, CHAINS)

    def _log_of(self, number: int) -> Floats:
        state = self.states[number]
        chance = self._chance(number)
        found = np.where(state, chance, 1.0 - chance)
        return np.asarray(np.log(np.maximum(found, LEAST)) + self._log_likely(number))

    def _log_likely(self, number: int) -> Floats:
        absent, present = self._likely.get(number, (1.0, 1.0))
        return np.asarray(np.where(self.states[number], log(max(present, LEAST)), log(max(absent, LEAST))))

    def _chance(self, number: int) -> Floats:
        """`Node.chance` of a node in all chains at once."""
        node = self._nodes[number]
        if node.gate == "cause":
            return np.full(CHAINS, node.leak)
        present = self.states[list(node.parents)]
        table = self._tables.get(number)
        if table is not None:
            return np.asarray(table[_POWERS[: len(node.parents)] @ present])
        return self._worked_out(node, present)

    def _all_chances(self, node: Node) -> Floats:
        """The chances of a node, by which of its parents are present."""
        if node.gate == "table":
            return np.asarray(node.table)
        count = len(node.parents)
        present = (np.arange(1 << count) >> np.arange(count)[:, None]) & 1 == 1
        return self._worked_out(node, present)

    @staticmethod
    def _worked_out(node: Node, present: Bools) -> Floats:
        """The chances of a node whose parents are present or not."""
        if node.gate == "table":
            return np.asarray(np.asarray(node.table)[_POWERS[: len(node.parents)] @ present])
        strengths = np.asarray(node.strengths)[:, None]
        if node.gate == "any":
            return np.asarray(1.0 - (1.0 - node.leak) * np.where(present, 1.0 - strengths, 1.0).prod(axis=0))
        if node.gate == "all":
            return np.asarray((1.0 - node.leak) * np.where(present, 1.0, 1.0 - strengths).prod(axis=0))
        fewer = np.zeros((node.least, present.shape[1]))
        fewer[0] = 1.0
        for there, strength in zip(present, node.strengths, strict=True):
            acts = np.where(there, strength, 0.0)
            after = fewer * (1.0 - acts)
            after[1:] += fewer[:-1] * acts
            fewer = after
        return np.asarray(1.0 - (1.0 - node.leak) * fewer.sum(axis=0))
