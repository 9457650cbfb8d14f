"""A network, and which of its nodes are known for certain, as tables whose product is the probability of everything.

Gates are factorised multiplicatively (M. Takikawa and B. D'Ambrosio, "Multiplicative factorization of noisy-max", UAI
1999; F. J. Díez and S. F. Galán, "Efficient computation for the noisy MAX", 2003): a gate gets one acting variable, 0
where no parent has acted on it, and 1 where one has. So the parents of a gate share no table with each other, and of a
gate that is known to be off nothing is left but a factor for each parent. The 1 of the sources stands for "whatever
has acted", and their tables hold negative numbers: with priors of 1e-6 a few findings leave no digit of the sum. Here
`combining` puts acting variables together, and all numbers are positive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

import numpy as np

from gonogo.causes.combining import Floats, Scope
from gonogo.causes.elimination import Tree
from gonogo.causes.network import Network, Node

FEW_PARENTS: Final = 2
"""A gate of so few hidden parents is a table of its own: it is as small."""

FEW_COUNTED: Final = 5
"""Likewise a gate `at least`; beyond, what acts is counted parent by parent."""

MOST_SHARED: Final = 3
"""Causes that bear on so few acting variables are summed out in one go."""


@dataclass(frozen=True, slots=True)
class Group:
    """Causes that bear on the same acting variables, and on nothing else.

    Parameters
    ----------
    causes : tuple of int
        Their numbers.
    table : int
        The number of the table that stands for all of them.
    made : array of shape (2, causes, 2 ** variables)
        What each makes of the variables where it is absent, and where it is present.
    """

    causes: tuple[int, ...]
    table: int
    made: Floats


@dataclass(slots=True)
class Factors:
    """What is multiplied and summed.

    Parameters
    ----------
    hidden : tuple of int
        The nodes that are not known for certain, of those that matter.
    tables : list of arrays
        Those that are the same for all cases of this structure; None stands for that of a group, or of one node.
    nodes : dict of int to int
        For each node that is a variable the number of the table of its own, which a case fills.
    asks : dict of int to int
        For each acting variable the number of the table that asks.
    groups : list of Group
        Causes that are no variables.
    """

    hidden: tuple[int, ...]
    scopes: list[Scope] = field(default_factory=list)
    tables: list[Floats | None] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)
    nodes: dict[int, int] = field(default_factory=dict)
    asks: dict[int, int] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    tree: Tree = field(init=False)

    def add(self, scope: Scope, table: Floats | None) -> int:
        """Add a table; its number."""
        self.scopes.append(scope)
        self.tables.append(None if table is None else table[None])
        self.sizes.update(dict.fromkeys((each for each in scope if each not in self.sizes), 2))
        return len(self.scopes) - 1


def factors_of(network: Network, relevant: Sequence[int], known: Mapping[int, bool]) -> Factors:
    """The tables of the nodes that matter.

    Parameters
    ----------
    relevant : sequence of int
        Nodes with all their ancestors.
    known : mapping of int to bool
        Those of them that are known to be present, or absent. Of a gate `any` that is absent, and of a gate `all` that
        is present, what it says of its parents is left to `unaries`.
    """
    builder = _Builder(network, known, tuple(each for each in relevant if each not in known))
    for number in relevant:
        builder.gate(number, network.nodes[number])
    return builder.finished()


def unaries(node: Node, is_present: bool) -> tuple[float, int] | None:
    """What a gate that is known says of its parents one by one.

    Returns
    -------
    tuple of (float, int) or None
        A factor of its own; and whether absent (0) or present (1) parents each bring one more, ``1 - strength``. None
        where the gate ties its parents to each other.
    """
    if node.gate == "any" and not is_present:
        return 1.0 - node.leak, 1
    if node.gate == "all" and is_present:
        return 1.0 - node.leak, 0
    return None


@dataclass(frozen=True, slots=True)
class _Pair:
    """How a parent acts on a gate: in which of its states, and how likely."""

    acting: int
    state: int
    strength: float

    @property
    def table(self) -> Floats:
        """For each state of the parent how likely it does not act, and acts."""
        table = np.array([[1.0, 0.0], [1.0, 0.0]])
        table[self.state] = 1.0 - self.strength, self.strength
        return table


class _Builder:
    def __init__(self, network: Network, known: Mapping[int, bool], hidden: tuple[int, ...]) -> None:
        self.network, self.known = network, known
        self.factors = Factors(hidden)
        self.pairs: dict[int, list[_Pair]] = defaultdict(list)
        self.has_table: set[int] = set()
        self.fresh = len(network.nodes)

    def new(self, size: int = 2) -> int:
        """A variable that is no node."""
        self.fresh += 1
        self.factors.sizes[self.fresh] = size
        return self.fresh

    def gate(self, number: int, node: Node) -> None:
        """The tables of one node, given its parents."""
        if node.gate == "cause" or (number in self.known and unaries(node, self.known[number]) is not None):
            return
        if node.gate == "table":
            self.whole(number, node)
        elif node.gate == "at least":
            self.counted(number, node)
        else:
            self.noisy(number, node)

    def hidden_parents(self, node: Node) -> list[int]:
        return [parent for parent in node.parents if parent not in self.known]

    def whole(self, number: int, node: Node) -> None:
        """A gate as one table over its hidden parents, and over itself where it is hidden."""
        parents = self.hidden_parents(node)
        chances = np.empty((2,) * len(parents))
        for states in product((0, 1), repeat=len(parents)):
            told = dict(zip(parents, states, strict=True))
            chances[states] = node.chance([bool(told.get(each, self.known.get(each))) for each in node.parents])
        if number in self.known:
            self.factors.add(tuple(parents), chances if self.known[number] else 1.0 - chances)
            self.has_table.update(parents)
        else:
            self.factors.add((*parents, number), np.stack([1.0 - chances, chances], axis=-1))
            self.has_table.update((*parents, number))

    def noisy(self, number: int, node: Node) -> None:
        """A gate `any`, on which present parents act, or its mirror image `all`, on which absent ones do."""
        acts = node.gate == "any"
        none, some = 1.0 - node.leak, node.leak
        hidden: list[tuple[int, float]] = []
        for parent, strength in zip(node.parents, node.strengths, strict=True):
            if parent not in self.known:
                hidden.append((parent, strength))
            elif self.known[parent] == acts:
                some += none * strength
                none *= 1.0 - strength
        if len(hidden) <= FEW_PARENTS:
            self.whole(number, node)
            return
        acting = self.new()
        for parent, strength in hidden:
            self.pairs[parent].append(_Pair(acting, int(acts), strength))
        idle, active = np.array([none, 0.0]), np.array([some, 1.0])  # where the hidden parents did not act, and did
        if number in self.known:  # then something has acted: else the gate ties nothing together
            asks = self.factors.add((acting,), active)
        else:
            asks = self.factors.add((number, acting), np.stack([idle, active] if acts else [active, idle]))
            self.has_table.add(number)
        self.factors.asks[acting] = asks

    def counted(self, number: int, node: Node) -> None:
        """A gate `at least`: what acts is counted along its parents, up to as many as are needed."""
        hidden = [
            (parent, strength)
            for parent, strength in zip(node.parents, node.strengths, strict=True)
            if parent not in self.known
        ]
        if len(hidden) <= FEW_COUNTED:
            self.whole(number, node)
            return
        start = np.zeros(node.least + 1)
        start[0] = 1.0
        for parent, strength in zip(node.parents, node.strengths, strict=True):
            if self.known.get(parent):
                start = start @ _step(node.least, strength)
        before: int | None = None
        for parent, strength in hidden:
            after = self.new(node.least + 1)
            step = np.stack([np.eye(node.least + 1), _step(node.least, strength)])
            if before is None:
                self.factors.add((parent, after), np.einsum("a,pab->pb", start, step))
            else:
                self.factors.add((parent, before, after), step)
            self.has_table.add(parent)
            before = after
        chances = np.full(node.least + 1, node.leak)
        chances[-1] = 1.0
        assert before is not None
        if number in self.known:
            self.factors.add((before,), chances if self.known[number] else 1.0 - chances)
        else:
            self.factors.add((before, number), np.stack([1.0 - chances, chances], axis=-1))
            self.has_table.add(number)

    def finished(self) -> Factors:
        """The tables; causes that bear on few acting variables together."""
        factors = self.factors
        alike: dict[Scope, list[int]] = defaultdict(list)
        for number in factors.hidden:
            pairs = self.pairs[number]
            if number in self.has_table or len(pairs) > MOST_SHARED or self.network.nodes[number].parents:
                self.variable(number, pairs)
            else:
                alike[tuple(sorted(pair.acting for pair in pairs))].append(number)
        for scope, causes in alike.items():
            made = np.stack([self.columns(scope, self.pairs[cause]) for cause in causes], axis=1)
            factors.groups.append(Group(tuple(causes), factors.add(scope, None), made))
        factors.tree = Tree(factors.scopes, factors.sizes, factors.asks)
        return factors

    def variable(self, number: int, pairs: Sequence[_Pair]) -> None:
        factors = self.factors
        factors.nodes[number] = factors.add((number,), None)
        for pair in pairs:
            factors.add((number, pair.acting), pair.table)

    @staticmethod
    def columns(scope: Scope, pairs: Sequence[_Pair]) -> Floats:
        """What a cause makes of the acting variables where it is absent, and where it is present."""
        told = {pair.acting: pair.table for pair in pairs}
        columns = np.ones((2, 1))
        for acting in scope:
            columns = (columns[:, :, None] * told[acting][:, None]).reshape(2, -1)
        return columns


def _step(least: int, strength: float) -> Floats:
    """What counting one present parent does to the chances of the counts so far."""
    step = np.eye(least + 1) * (1.0 - strength) + np.eye(least + 1, k=1) * strength
    step[-1, -1] = 1.0
    return step
