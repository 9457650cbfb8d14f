"""Cases of one structure, inferred in one go: they differ in what is likely, and in which causes are ruled out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gonogo.causes.elimination import Floats
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
        self._sums = factors.tree.summed(tables, self._shares)
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
        self._sums.work_out()
        factors, weights = self._factors, self._weights
        is_impossible = np.isneginf(self.log_evidence)
        grouped: set[int] = set()
        for group in factors.groups:
            grouped.update(group.causes)
            if not grouped.isdisjoint(asked):
                others = self._others(group)
                found = self._shares[group.table].probabilities(others)
                yield from (
                    (cause, _masked(found[:, place], is_impossible)) for place, cause in enumerate(group.causes)
                )
        for number in asked:
            if number in factors.nodes:
                sums = self._sums.marginals[number]
                yield number, _masked(_share(sums[:, 0], sums[:, 1]), is_impossible)
            elif number not in grouped:
                yield number, _masked(self._certain(number, weights), is_impossible)

    def _certain(self, number: int, weights: Floats) -> Floats:
        """Of a node that nothing else bears on."""
        if self._network.nodes[number].gate == "cause":
            return _share(weights[0][:, number], weights[1][:, number])
        return np.array([float(split.fixed[number]) for split in self._splits])

    def _others(self, group: Group) -> Floats:
        """What all other tables make of the variables of a group."""
        if group.table not in self._sums.others:
            return np.ones((1, 1))
        others = self._sums.others[group.table]
        whole = np.broadcast_to(others, (len(others), *(2,) * (others.ndim - 1)))
        return whole.reshape(len(others), -1)


class _Shares:
    """What the causes of one group make of their auxiliary variables.

    Attributes
    ----------
    product : array of shape (cases, 2 ** variables)
        Of all of them together, but for a factor whose logarithm is `log`.
    """

    def __init__(self, group: Group, weights: Floats) -> None:
        causes = list(group.causes)
        self._absent = weights[0][:, causes, None] * group.made[0]
        self._present = weights[1][:, causes, None] * group.made[1]
        self._each = self._absent + self._present
        scale = self._each.max(axis=2, keepdims=True)
        with np.errstate(divide="ignore"):
            self.log = np.log(scale).sum(axis=(1, 2))
        self._each /= np.where(scale > 0, scale, 1.0)
        self.product = self._each.prod(axis=1)

    def probabilities(self, others: Floats) -> Floats:
        """How likely each cause is present, given what all that is not of the group makes of the variables."""
        ones = np.ones((len(self._each), 1, self._each.shape[2]))
        before = np.concatenate([ones, np.cumprod(self._each[:, :-1], axis=1)], axis=1)
        behind = np.concatenate([np.cumprod(self._each[:, :0:-1], axis=1)[:, ::-1], ones], axis=1)
        rest = before * behind * others[:, None]
        return _share((rest * self._absent).sum(axis=2), (rest * self._present).sum(axis=2))


def _share(absent: Floats, present: Floats) -> Floats:
    """Probabilities of two sums that belong to them; rounding may leave a sum a hair below zero."""
    absent, present = np.maximum(absent, 0.0), np.maximum(present, 0.0)
    total = absent + present
    return present / np.where(total > 0, total, 1.0)


def _masked(probability: Floats, is_impossible: Floats) -> Floats:
    return np.where(is_impossible, np.nan, probability)
