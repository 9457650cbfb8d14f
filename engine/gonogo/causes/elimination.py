"""Sums of products of tables, exactly: a bucket tree with one pass up and one down.

R. Dechter, "Bucket elimination: a unifying framework for reasoning", Artificial Intelligence 113 (1999). Tables are
combined as `combining` says: no number is negative, none is subtracted, and nothing is divided but by a scale, so that
the smallest probabilities keep their digits. What all other tables make of one is handed down as the derivative of the
sum (A. Darwiche, "A differential approach to inference in Bayesian networks", JACM 50, 2003).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log2
from typing import Final

import numpy as np

from gonogo.causes.combining import Floats, Product, Scope, Shape, Variables
from gonogo.causes.ordering import min_fill

RESCALED: Final = 8
"""After so many tables of a bucket its numbers are scaled."""


@dataclass(slots=True)
class _Bucket:
    """Where a variable is summed out.

    Parameters
    ----------
    inputs : list of int
        What is combined here, the largest first: a table by its number, the message of a bucket by ``~number``.
    shapes : list of Shape
        Theirs.
    partial : list of Shape
        What the first of them make together, the first two, and so on, and all but the variable.
    ups : list of Product
        How the second of them is combined with the first, and so on.
    """

    variable: int
    inputs: list[int] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    partial: list[Shape] = field(default_factory=list)
    ups: list[Product] = field(default_factory=list)


class Tree:
    """The order in which variables are summed out, and how; the same for all tables of the same scopes.

    Parameters
    ----------
    scopes : sequence of tuple of int
        The variables of each table; every variable has one.
    sizes : mapping of int to int
        How many values each variable has.
    asks : mapping of int to int
        For each acting variable the number of the table that asks.

    Attributes
    ----------
    width : float
        The logarithm to base two of the largest table; known before any is made.
    """

    def __init__(self, scopes: Sequence[Scope], sizes: Mapping[int, int], asks: Mapping[int, int]) -> None:
        order, cliques = min_fill(scopes, sizes)
        place = {variable: number for number, variable in enumerate(order)}
        self._variables = Variables([sizes[each] for each in order], frozenset(map(place.__getitem__, asks)))
        self._asks = {table: frozenset({place[variable]}) for variable, table in asks.items()}
        self._places = [tuple(map(place.__getitem__, scope)) for scope in scopes]
        self.constants = [number for number, scope in enumerate(scopes) if not scope]
        self.width = max((sum(log2(sizes[each]) for each in clique) for clique in cliques), default=0.0)

    @cached_property
    def buckets(self) -> list[_Bucket]:
        """What is combined where, and how."""
        buckets = [_Bucket(number) for number in range(len(self._variables.sizes))]
        for number, scope in enumerate(self._places):
            if scope:
                bucket = buckets[min(scope)]
                bucket.inputs.append(number)
                bucket.shapes.append(Shape(tuple(sorted(scope)), self._asks.get(number, frozenset())))
        for number, bucket in enumerate(buckets):
            message = self._plan_up(bucket)
            if message.scope:
                above = buckets[message.scope[0]]
                above.inputs.append(~number)
                above.shapes.append(message)
        return buckets

    def _plan_up(self, bucket: _Bucket) -> Shape:
        """Put inputs into their order, and say how they are combined."""
        variables = self._variables
        largest = sorted(range(len(bucket.inputs)), key=lambda each: -variables.numbers(bucket.shapes[each].scope))
        bucket.inputs = [bucket.inputs[each] for each in largest]
        bucket.shapes = [bucket.shapes[each] for each in largest]
        sofar = bucket.shapes[0]
        bucket.partial.append(sofar)
        for number, shape in enumerate(bucket.shapes[1:], 1):
            out = {*sofar.scope, *shape.scope}
            if number == len(bucket.shapes) - 1:
                out.discard(bucket.variable)
            bucket.ups.append(Product(sofar, shape, out, variables))
            sofar = bucket.ups[-1].shape
            bucket.partial.append(sofar)
        if len(bucket.shapes) == 1:
            sofar = Shape(sofar.scope[1:], sofar.asks - {bucket.variable})
        return sofar

    @cached_property
    def downs(self) -> list[list[tuple[Product, Product]]]:
        """For each bucket, and each of its inputs but the first: what it is told, and what those before it are."""
        told: dict[int, Shape] = {}
        found: list[list[tuple[Product, Product]]] = []
        for number in reversed(range(len(self.buckets))):
            bucket = self.buckets[number]
            rest = told.pop(~number, Shape(()))
            pairs: list[tuple[Product, Product]] = []
            for each in range(len(bucket.inputs) - 1, 0, -1):
                shape, before = bucket.shapes[each], bucket.partial[each - 1]
                pair = (
                    Product(rest, before, shape.scope, self._variables),
                    Product(rest, shape, before.scope, self._variables),
                )
                pairs.append(pair)
                told[bucket.inputs[each]], rest = pair[0].shape, pair[1].shape
            if not pairs:
                is_told = bucket.variable in self._variables.acting and bucket.variable not in bucket.shapes[0].asks
                rest = Shape((bucket.variable, *rest.scope), rest.asks | ({bucket.variable} if is_told else set()))
            told[bucket.inputs[0]] = rest
            found.append(pairs)
        return found[::-1]

    @cached_property
    def work(self) -> int:
        """How many products one case takes on the way up; known before any is made."""
        return sum(up.products for bucket in self.buckets for up in bucket.ups)

    def turned(self, number: int, table: Floats) -> Floats:
        """A table with its axes in the order of elimination."""
        scope = self._places[number]
        return table.transpose(0, *(scope.index(each) + 1 for each in sorted(scope))) if len(scope) > 1 else table

    def turned_back(self, number: int, table: Floats) -> Floats:
        """And with its axes as they were."""
        ordered = sorted(self._places[number])
        return table.transpose(0, *(ordered.index(each) + 1 for each in self._places[number]))


class Sums:
    """What a product of tables sums up to.

    Parameters
    ----------
    tables : sequence of arrays
        One for each scope; the first axis is that of the batch, of length 1 where all are alike.

    Attributes
    ----------
    log : array of shape (batch,)
        The logarithm of the sum; −inf where it is zero.
    """

    def __init__(self, tree: Tree, tables: Sequence[Floats]) -> None:
        self._tree = tree
        self._tables = [tree.turned(number, table) for number, table in enumerate(tables)]
        self.log = np.zeros(max((len(table) for table in tables), default=1))
        for number in tree.constants:
            self.log = self.log + _log(np.asarray(tables[number]))
        self._messages: dict[int, Floats] = {}
        for number, bucket in enumerate(tree.buckets):
            sofar = self._input(bucket.inputs[0])
            for place, up in enumerate(bucket.ups, 1):
                sofar = up(sofar, self._input(bucket.inputs[place]))
                if place % RESCALED == 0 and place < len(bucket.ups):
                    sofar = self._scaled(sofar)
            if not bucket.ups:
                acts = bucket.variable in bucket.shapes[0].asks
                sofar = sofar[:, 0] if acts else sofar.sum(axis=1)
            self._messages[~number] = self._scaled(sofar)

    def _input(self, number: int) -> Floats:
        return self._messages[number] if number < 0 else self._tables[number]

    def _scaled(self, table: Floats) -> Floats:
        table, log = _scaled(table)
        self.log = self.log + log
        return table

    def others(self, asked: Collection[int]) -> dict[int, Floats]:
        """For each of some tables, what the product of all others sums to over its variables, but for a factor.

        Parameters
        ----------
        asked : collection of int
            Numbers of tables.
        """
        tree, asked = self._tree, frozenset(asked)
        told: dict[int, Floats] = {}
        for number in reversed(range(len(tree.buckets))):
            bucket = tree.buckets[number]
            rest = _scaled(told.pop(~number, _ONE))[0]
            befores = self._befores(bucket)
            for each, (tell, go_on) in zip(range(len(bucket.inputs) - 1, 0, -1), tree.downs[number], strict=True):
                which = bucket.inputs[each]
                if which < 0 or which in asked:
                    told[which] = tell(rest, befores[each - 1])
                rest = go_on(rest, self._input(which))
                if each % RESCALED == 0:
                    rest = _scaled(rest)[0]
            if not bucket.ups:
                rest = np.stack([rest, np.zeros_like(rest) if bucket.variable in bucket.shapes[0].asks else rest], 1)
            told[bucket.inputs[0]] = rest
        return {number: tree.turned_back(number, told[number]) for number in asked if number in told}

    def _befores(self, bucket: _Bucket) -> list[Floats]:
        """What the first input makes, the first two, and so on, up to the last but one."""
        found = [self._input(bucket.inputs[0])]
        for place, up in enumerate(bucket.ups[:-1], 1):
            sofar = up(found[-1], self._input(bucket.inputs[place]))
            found.append(_scaled(sofar)[0] if place % RESCALED == 0 else sofar)
        return found


_ONE: Final = np.ones(1)


def _scaled(table: Floats) -> tuple[Floats, Floats]:
    """A table whose largest number is one in each case; and the logarithm of what it was."""
    scale = table.reshape(len(table), -1).max(axis=1)
    log = _log(scale)
    scale = np.where(scale > 0, scale, 1.0)
    return table / scale.reshape(-1, *[1] * (table.ndim - 1)), log


def _log(values: Floats) -> Floats:
    """Logarithms; of zero −inf."""
    values = values.reshape(len(values))
    return np.log(values, out=np.full(len(values), -np.inf), where=values > 0)
