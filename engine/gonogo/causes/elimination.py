"""Sums of products of tables, exactly: a bucket tree with one pass up and one down.

R. Dechter, "Bucket elimination: a unifying framework for reasoning", Artificial Intelligence 113 (1999); the order of
elimination is min-fill. Tables may hold negative numbers, as those of factorised noisy-OR gates do. Nothing is divided:
what is left out of a product is left out by products of what stands before and behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Scope: TypeAlias = tuple[int, ...]


@dataclass(slots=True)
class _Bucket:
    """Where a variable is summed out.

    Parameters
    ----------
    clique : tuple of int
        The variable, and all that share a table with it by then.
    tables : list of int
        The numbers of the tables that end here.
    below : list of int
        The buckets whose messages end here.
    """

    clique: Scope
    tables: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    above: int | None = None


class Tree:
    """The order in which variables are summed out; the same for all tables of the same scopes.

    Parameters
    ----------
    scopes : sequence of tuple of int
        The variables of each table; every variable has one.
    sizes : mapping of int to int
        How many values each variable has.
    """

    def __init__(self, scopes: Sequence[Scope], sizes: Mapping[int, int]) -> None:
        self.scopes = scopes
        self._order, cliques = _min_fill(scopes, sizes)
        place = {variable: number for number, variable in enumerate(self._order)}
        self._buckets = [_Bucket(clique) for clique in cliques]
        self.constants = [number for number, scope in enumerate(scopes) if not scope]
        for number, scope in enumerate(scopes):
            if scope:
                self._buckets[min(map(place.__getitem__, scope))].tables.append(number)
        for number, bucket in enumerate(self._buckets):
            later = [place[variable] for variable in bucket.clique[1:]]
            if later:
                bucket.above = min(later)
                self._buckets[bucket.above].below.append(number)
        self.width = max((sum(log2(sizes[each]) for each in clique) for clique in cliques), default=0.0)

    def summed(self, tables: Sequence[Floats], asked: Collection[int] = ()) -> Sums:
        """Sum the product of the tables over all variables.

        Parameters
        ----------
        tables : sequence of arrays
            One for each scope; the first axis is that of the batch, of length 1 where all are alike.
        asked : collection of int
            Numbers of tables of which it is asked what all others make of their variables.
        """
        return Sums(self, tables, asked)


class Sums:
    """What a product of tables sums up to.

    Attributes
    ----------
    log : array of shape (batch,)
        The logarithm of the sum; −inf where it is zero.
    marginals : dict of int to array of shape (batch, values)
        For each variable the sums that belong to each of its values, up to a factor.
    others : dict of int to array
        For each table that is asked after, what the product of all others sums to over its variables, up to a factor.
    """

    def __init__(self, tree: Tree, tables: Sequence[Floats], asked: Collection[int]) -> None:
        self._tree, self._tables, self._asked = tree, tables, frozenset(asked)
        self._messages: dict[int, tuple[Scope, Floats]] = {}
        self.log = np.zeros(max((len(table) for table in tables), default=1))
        self.marginals: dict[int, Floats] = {}
        self.others: dict[int, Floats] = {}
        for number in tree.constants:
            self.log = self.log + _logs(np.asarray(tables[number]))
        self._up()

    def work_out(self) -> Sums:
        """Pass down, too: only then there are marginals."""
        self._down()
        return self

    def _inputs(self, bucket: _Bucket) -> list[tuple[Scope, Floats]]:
        own = [(self._tree.scopes[number], self._tables[number]) for number in bucket.tables]
        return own + [self._messages[number] for number in bucket.below]

    def _up(self) -> None:
        for number, bucket in enumerate(self._tree._buckets):
            product = _product([_spread(table, scope, bucket.clique) for scope, table in self._inputs(bucket)])
            message = product.sum(axis=1)
            self._check_zero(product, message)
            scale = np.abs(message.reshape(len(message), -1)).max(axis=1)
            self.log = self.log + _logs(scale if bucket.above is not None else message)
            scale = np.where(scale > 0, scale, 1.0)
            self._messages[number] = (bucket.clique[1:], message / scale.reshape(-1, *[1] * (message.ndim - 1)))

    @staticmethod
    def _check_zero(product: Floats, message: Floats) -> None:
        """What cancels to a hair of its parts is zero: no sum of probabilities does."""
        if (product < 0).any():
            parts = np.abs(product).sum(axis=1)
            message[np.abs(message) < LEAST_SHARE * parts] = 0.0

    def _down(self) -> None:
        buckets = self._tree._buckets
        from_above: dict[int, Floats] = {}
        for number in reversed(range(len(buckets))):
            bucket = buckets[number]
            inputs = [_spread(table, scope, bucket.clique) for scope, table in self._inputs(bucket)]
            if number in from_above:
                inputs.append(from_above.pop(number)[:, None])
            before, behind = _running(inputs), _running(inputs[::-1])[::-1]
            whole = before[-1] * inputs[-1] if inputs else np.ones((1, 1))
            rest = tuple(range(2, whole.ndim))
            self.marginals[bucket.clique[0]] = whole.sum(axis=rest) if rest else whole
            targets = [(place, self._tree.scopes[table], table) for place, table in enumerate(bucket.tables)]
            for place, scope, table in targets:
                if table in self._asked:
                    self.others[table] = _gathered(before[place] * behind[place], bucket.clique, scope)
            for place, below in enumerate(bucket.below, len(bucket.tables)):
                scope = buckets[below].clique[1:]
                message = _gathered(before[place] * behind[place], bucket.clique, scope)
                scale = np.abs(message.reshape(len(message), -1)).max(axis=1)
                scale = np.where(scale > 0, scale, 1.0)
                from_above[below] = message / scale.reshape(-1, *[1] * (message.ndim - 1))


LEAST_SHARE = 1e-14


def _logs(values: Floats) -> Floats:
    """Logarithms; of what is not positive −inf."""
    values = values.reshape(len(values), -1)[:, 0]
    found = np.full(len(values), -np.inf)
    np.log(values, out=found, where=values > 0)
    return found


def _spread(table: Floats, scope: Scope, clique: Scope) -> Floats:
    """A table with an axis for each variable of a clique, of length 1 where it does not depend on it."""
    axes = [scope.index(variable) + 1 for variable in clique if variable in scope]
    shape = [table.shape[0]]
    turned = table.transpose(0, *axes)
    sizes = iter(turned.shape[1:])
    shape += [next(sizes) if variable in scope else 1 for variable in clique]
    return turned.reshape(shape)


def _gathered(product: Floats, clique: Scope, scope: Scope) -> Floats:
    """A product summed over what is not in a scope, its axes in the order of that; all of them at full length."""
    gone = tuple(axis for axis, variable in enumerate(clique, 1) if variable not in scope)
    left = [variable for variable in clique if variable in scope]
    summed = product.sum(axis=gone) if gone else product
    return summed.transpose(0, *(left.index(variable) + 1 for variable in scope))


def _product(inputs: Sequence[Floats]) -> Floats:
    whole = inputs[0]
    for each in inputs[1:]:
        whole = whole * each
    return whole


def _running(inputs: Sequence[Floats]) -> list[Floats]:
    """For each input the product of those before it."""
    found: list[Floats] = []
    sofar: Floats = np.ones((1,) * inputs[0].ndim) if inputs else np.ones((1, 1))
    for each in inputs:
        found.append(sofar)
        sofar = sofar * each
    return found


# -------------------------------------------------------------------------------------------------------- the order


def _min_fill(scopes: Sequence[Scope], sizes: Mapping[int, int]) -> tuple[list[int], list[Scope]]:
    """An order in which variables are summed out, and what each shares a table with by then."""
    near: dict[int, set[int]] = {variable: set() for variable in sizes}
    for scope in scopes:
        for variable in scope:
            near[variable].update(scope)
    for variable, others in near.items():
        others.discard(variable)
    cost = {variable: _cost(variable, near) for variable in near}
    order: list[int] = []
    cliques: list[Scope] = []
    while near:
        variable = min(cost, key=cost.__getitem__)
        others = near.pop(variable)
        del cost[variable]
        order.append(variable)
        cliques.append((variable, *sorted(others)))
        for other in others:
            near[other].discard(variable)
        touched = set(others)
        for other in others:
            if missing := others - near[other] - {other}:
                near[other] |= missing
                touched |= near[other]
        for other in touched:
            cost[other] = _cost(other, near)
    return order, cliques


def _cost(variable: int, near: Mapping[int, set[int]]) -> tuple[int, int, int]:
    """How many pairs would newly share a table; then how many variables do; then the first by number."""
    others = near[variable]
    fill = sum(len(others) - 1 - len(others & near[other]) for other in others)
    return fill, len(others), variable
