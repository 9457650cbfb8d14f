"""The order in which variables are summed out: min-fill (U. Kjærulff, "Triangulation of graphs", 1990)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from heapq import heapify, heappop, heappush

from gonogo.causes.combining import Scope


def min_fill(scopes: Sequence[Scope], variables: Collection[int]) -> tuple[list[int], list[Scope]]:
    """Order variables so that few newly share a table.

    Parameters
    ----------
    scopes : sequence of tuple of int
        The variables of each table.

    Returns
    -------
    tuple of (list of int, list of tuple of int)
        The order; and for each variable in it, itself and all that share a table with it by then.
    """
    names = list(variables)
    number = {name: place for place, name in enumerate(names)}
    near = [0] * len(names)  # as bits
    for scope in scopes:
        members = [number[each] for each in scope]
        together = sum(1 << each for each in members)
        for each in members:
            near[each] |= together
    near = [bits & ~(1 << each) for each, bits in enumerate(near)]
    cost = {each: _cost(each, near) for each in range(len(names))}
    heap = list(cost.values())
    heapify(heap)
    order: list[int] = []
    cliques: list[Scope] = []
    while cost:
        cheapest = heappop(heap)
        variable = cheapest[-1]
        if cost.get(variable) != cheapest:
            continue
        del cost[variable]
        others = near[variable]
        order.append(names[variable])
        cliques.append((names[variable], *(names[each] for each in _members(others))))
        touched = others
        for other in _members(others):
            near[other] &= ~(1 << variable)
            if others & ~near[other] & ~(1 << other):
                near[other] |= others & ~(1 << other)
                touched |= near[other]
        for other in _members(touched):
            renewed = _cost(other, near)
            if renewed != cost[other]:
                cost[other] = renewed
                heappush(heap, renewed)
    return order, cliques


def _members(bits: int) -> list[int]:
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def _cost(variable: int, near: Sequence[int]) -> tuple[int, int, int]:
    """How many pairs would newly share a table; then how many variables do; then the first by number."""
    others = near[variable]
    members = _members(others)
    fill = sum((others & ~near[each]).bit_count() - 1 for each in members)
    return fill, len(members), variable
