"""The most probable sets of causes: exactly, by branch and bound, the best bound first.

A. H. Land and A. G. Doig, "An automatic method of solving discrete programming problems", Econometrica 28 (1960); sets
are parted as E. L. Lawler does, "A procedure for computing the k best solutions", Management Science 18 (1972).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, TypeAlias

import numpy as np

from gonogo.causes.inference import Inference, rounded
from gonogo.causes.network import Case, Observation

MOST_CANDIDATES: Final = 60
"""So many causes, the most probable ones, are told apart; others are summed over."""
MOST_EXPANDED: Final = 4_000
LEAST_EXPANDED: Final = 64
MOST_PRODUCTS: Final = 1 << 31
"""Of numbers, in all: beyond, what is found is not proven to be the best."""
AT_ONCE: Final = 16

_Partial: TypeAlias = "tuple[float, int, tuple[int, ...], int]"
"""A bound; the order in which they were found; places of causes that are present; and where the undecided ones start,
or −1 where all others are absent."""


@dataclass(frozen=True, slots=True)
class Explanations:
    """The most probable sets of causes.

    Parameters
    ----------
    sets : tuple of (frozenset of int, float)
        The causes that are present, while all others that were asked for are absent, and how likely that is.
    is_proven : bool
        Whether no other set can be more probable than the last of these.
    """

    sets: tuple[tuple[frozenset[int], float], ...]
    is_proven: bool


def explanations(inference: Inference, case: Case, causes: Sequence[int], k: int) -> Explanations:
    """The `k` most probable sets of causes, given what is known of a part.

    With some causes present and some absent, what is known makes each of the others so likely: no set that has it too
    is more probable than that. So sets are grown by one present cause at a time, the most probable partial set first,
    and complete ones come out in their order.

    Parameters
    ----------
    causes : sequence of int
        Those that are told apart.
    k : int
        How many sets are wanted.
    """
    beliefs = inference.infer([case], causes)
    whole = float(beliefs.log_evidence[0])
    if not np.isfinite(whole):
        return Explanations((), not np.isnan(whole))
    chances = beliefs.probability[0]
    ordered = sorted(causes, key=lambda number: (-chances[number], number))[:MOST_CANDIDATES]
    found: list[tuple[frozenset[int], float]] = []
    tick = count()
    heap: list[_Partial] = [(-1.0, next(tick), (), 0)]
    most = min(MOST_EXPANDED, max(LEAST_EXPANDED, MOST_PRODUCTS // (1 + inference.work(case, causes))))
    while heap and len(found) < k:
        partial = list[tuple[tuple[int, ...], int]]()
        while heap and len(partial) < min(AT_ONCE, most):
            _, _, present, first = heap[0]
            if first < 0 and partial:
                break
            bound, *_ = heapq.heappop(heap)
            if first >= 0:
                partial.append((present, first))
                continue
            found.append((frozenset(ordered[place] for place in present), -bound))
            if len(found) == k:
                break
        if not partial:
            if len(found) < k and heap:
                break  # nothing more may be looked into
            continue
        most -= len(partial)
        for chance, entry in _grown(inference, case, ordered, partial, whole):
            heapq.heappush(heap, (-chance, next(tick), *entry))
    found.sort(key=lambda each: (-rounded(each[1]), sorted(each[0])))
    return Explanations(tuple(found), len(found) == k or not heap)


def _grown(
    inference: Inference,
    case: Case,
    ordered: Sequence[int],
    partial: Sequence[tuple[tuple[int, ...], int]],
    whole: float,
) -> Iterator[tuple[float, tuple[tuple[int, ...], int]]]:
    """Partial sets with one more present cause, and bounds on them; and what they are with no more, exactly."""
    decided = [_assumed(case, ordered, present, first) for present, first in partial]
    beliefs = inference.infer(decided, ordered)
    complete = inference.infer([_assumed(case, ordered, present, len(ordered)) for present, _ in partial], ())
    both = np.exp(np.stack([beliefs.log_evidence, complete.log_evidence]) - whole)
    for (present, first), chance, alone, row in zip(partial, *both, beliefs.probability, strict=True):
        if alone > 0:
            yield float(alone), (present, -1)
        if chance > 0:
            for place in range(first, len(ordered)):
                if (bound := float(chance * row[ordered[place]])) > 0:
                    yield bound, ((*present, place), place + 1)


def _assumed(case: Case, ordered: Sequence[int], present: tuple[int, ...], first: int) -> Case:
    """What is known, and that those up to the first undecided cause are absent, but for the present ones."""
    absent = (Observation(number, 1.0, 0.0) for place, number in enumerate(ordered[:first]) if place not in present)
    return (*case, *absent, *(Observation(ordered[place], 0.0, 1.0) for place in present))
