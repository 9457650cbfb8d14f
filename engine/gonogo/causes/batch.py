"""Cases of one structure, inferred in one go: they differ in what is likely, and in which causes are ruled out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gonogo.causes.combining import Floats, alike
from gonogo.causes.elimination import Sums
from gonogo.causes.factors import Factors, Group, unaries
from gonogo.causes.network import Network


@dataclass(frozen=True, slots=True)
class Split:
    """A case: what is known for certain, and how likely all that is known is without and with each node."""

    fixed: Mapping[int, bool]
    likely: Mapping[int, tuple[float, float]]


class Batch:
    """Cases of one structure.

    Parameters
    ----------
    known : mapping of int to bool
        The nodes that make the structure, and are no variables of it.

    Attributes
    ----------
    log_evidence : array of shape (cases,)
        The logarithm of the probability of all that is known.
    """

    def __init__(self, network: Network, factors: Factors, known: Mapping[int, bool], splits: Sequence[Split]) -> None:
        self._network, self._factors, self._known, self._splits = network, factors, known, splits
        nodes = network.nodes
        self._weights = np.ones((2, len(splits), len(nodes)))
        priors = np.array([node.leak if node.gate == "cause" else np.nan for node in nodes])
        causes = ~np.isnan(priors)
        self._weights[0][:, causes], self._weights[1][:, causes] = 1.0 - priors[causes], priors[causes]
        self._log = np.zeros(len(splits))
        self._add_likelihoods()
        self._add_unaries()
        free = causes.copy()
        free[list(factors.hidden)] = False
        with np.errstate(divide="ignore"):
            self._log += np.log(self._weights.sum(axis=0)[:, free]).sum(axis=1)
        self._shares = {group.table: _Shares(group, self._weights) for group in factors.groups}
        tables = [self._table(number) for number in range(len(factors.scopes))]
        self._sums = Sums(factors.tree, tables)
        scales = sum(share.log for share in self._shares.values())
        self.log_evidence = self._log + scales + self._sums.log

    def _add_likelihoods(self) -> None:
        rows, nodes, absent, present = list[int](), list[int](), list[float](), list[float]()
        for row, split in enumerate(self._splits):
            for node, (without, with_) in split.likely.items():
                if node in split.fixed and self._network.nodes[node].gate != "cause":
                    self._log[row] += np.log(with_ if split.fixed[node] else without)
                else:
                    rows.append(row)
                    nodes.append(node)
                    absent.append(without)
                    present.append(with_)
        self._weights[0][rows, nodes] *= absent
        self._weights[1][rows, nodes] *= present

    def _add_unaries(self) -> None:
        """Gates that are known, and say something of each parent by itself."""
        told: dict[tuple[int, bool], list[int]] = defaultdict(list)
        for row, split in enumerate(self._splits):
            for number, is_present in split.fixed.items():
                told[number, is_present].append(row)
        for (number, is_present), rows in told.items():
            node = self._network.nodes[number]
            factor = unaries(node, is_present) if node.gate != "cause" else None
            if factor is None:
                continue
            constant, acting = factor
            hidden, strengths = list[int](), list[float]()
            for parent, strength in zip(node.parents, node.strengths, strict=True):
                if parent not in self._known:
                    hidden.append(parent)
                    strengths.append(1.0 - strength)
                elif self._known[parent] == bool(acting):
                    constant *= 1.0 - strength
            with np.errstate(divide="ignore"):
                self._log[rows] += np.log(constant)
            self._weights[acting][np.ix_(rows, hidden)] *= strengths

    def _table(self, number: int) -> Floats:
        """A table as it is summed: its own, that of a group, or that of a node."""
        table = self._factors.tables[number]
        if table is not None:
            return table
        scope = self._factors.scopes[number]
        if number in self._shares:
            return np.asarray(self._shares[number].product.reshape(-1, *(2,) * len(scope)))
        return np.asarray(self._weights[:, :, scope[0]].T)

    # --------------------------------------------------------------------------------------------------- answers

    def probabilities(self, asked: Collection[int]) -> Iterator[tuple[int, Floats]]:
        """How likely nodes are present, in each case."""
        if not asked:
            return
        factors, weights = self._factors, self._weights
        others = self._sums.others([*factors.nodes.values(), *self._shares])
        is_impossible = np.isneginf(self.log_evidence)
        grouped: set[int] = set()
        for group in factors.groups:
            grouped.update(group.causes)
            if not grouped.isdisjoint(asked):
                found = self._shares[group.table].probabilities(others.get(group.table, np.ones(1)))
                yield from (
                    (cause, _masked(found[:, place], is_impossible)) for place, cause in enumerate(group.causes)
                )
        for number in asked:
            if number in factors.nodes:
                rest = others[factors.nodes[number]]
                found = _share(rest[:, 0] * weights[0][:, number], rest[:, 1] * weights[1][:, number])
                yield number, _masked(found, is_impossible)
            elif number not in grouped:
                yield number, _masked(self._certain(number, weights), is_impossible)

    def _certain(self, number: int, weights: Floats) -> Floats:
        """Of a node that nothing else bears on."""
        if self._network.nodes[number].gate == "cause":
            return _share(weights[0][:, number], weights[1][:, number])
        return np.array([float(split.fixed[number]) for split in self._splits])


class _Shares:
    """What the causes of one group make of their acting variables.

    Attributes
    ----------
    product : array of shape (cases, 2 ** variables)
        Of all of them together, but for a factor whose logarithm is `log`.
    """

    def __init__(self, group: Group, weights: Floats) -> None:
        causes = list(group.causes)
        self._absent = weights[0][:, causes, None] * group.made[0]
        self._present = weights[1][:, causes, None] * group.made[1]
        each = self._absent + self._present
        scale = each.sum(axis=2, keepdims=True)
        with np.errstate(divide="ignore"):
            self.log = np.log(scale).sum(axis=(1, 2))
        self._alike = alike(group.made.shape[2].bit_length() - 1)
        self._levels = [each / np.where(scale > 0, scale, 1.0)]  # causes, pairs of them, pairs of pairs, …
        while self._levels[-1].shape[1] > 1:
            level = self._levels[-1]
            if level.shape[1] % 2:
                nothing = np.zeros((len(level), 1, level.shape[2]))
                nothing[..., 0] = 1.0
                level = self._levels[-1] = np.concatenate([level, nothing], axis=1)
            self._levels.append(self._alike.combined(level[:, ::2], level[:, 1::2]))
        self.product = self._levels[-1][:, 0]

    def probabilities(self, others: Floats) -> Floats:
        """How likely each cause is present, given what all that is not of the group makes of the variables."""
        rest = others.reshape(len(others), 1, -1)
        for level in self._levels[-2::-1]:
            rest = rest[:, : level.shape[1] // 2]
            told = np.empty((max(len(rest), len(level)), *level.shape[1:]))
            told[:, ::2] = self._alike.asked(rest, level[:, 1::2])
            told[:, 1::2] = self._alike.asked(rest, level[:, ::2])
            largest = told.max(axis=2, keepdims=True)
            rest = told / np.where(largest > 0, largest, 1.0)
        rest = rest[:, : self._absent.shape[1]]
        return _share((rest * self._absent).sum(axis=2), (rest * self._present).sum(axis=2))


def _share(absent: Floats, present: Floats) -> Floats:
    """Probabilities of two sums that belong to them."""
    total = absent + present
    return np.asarray(present / np.where(total > 0, total, 1.0))


def _masked(probability: Floats, is_impossible: Floats) -> Floats:
    return np.where(is_impossible, np.nan, probability)
