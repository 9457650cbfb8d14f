"""The most probable sets of causes: exactly, by best-first search on the probabilities of partial sets."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, TypeAlias

import numpy as np

from gonogo.causes.inference import Inference
from gonogo.causes.network import Case, Observation

MOST_CANDIDATES: Final = 60
"""So many causes, the most probable ones, are told apart; others are summed over."""
MOST_EXPANDED: Final = 4_000
AT_ONCE: Final = 32

_Partial: TypeAlias = "tuple[float, int, tuple[bool, ...]]"


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

    A partial set (some causes present, some absent, the rest open) is at least as probable as any that completes it:
    the most probable partial set is looked into first, so that complete ones come out in their order.

    Parameters
    ----------
    causes : sequence of int
        Those that are told apart.
    k : int
        How many sets are wanted.
    """
    chances = inference.infer([case], causes).probability[0]
    ordered = sorted(causes, key=lambda number: (-chances[number], number))[:MOST_CANDIDATES]
    whole = inference.infer([case], ()).log_evidence[0]
    if not ordered or not np.isfinite(whole):
        return Explanations(((frozenset(), 1.0),) if not ordered and np.isfinite(whole) else (), True)
    found: list[tuple[frozenset[int], float]] = []
    tick = count()
    heap: list[_Partial] = [(-1.0, next(tick), ())]
    expanded = 0
    while heap and len(found) < k and expanded < MOST_EXPANDED:
        partial: list[tuple[bool, ...]] = []
        while heap and len(partial) < AT_ONCE:
            if len(heap[0][2]) == len(ordered):
                if partial:
                    break
                chance, _, states = heapq.heappop(heap)
                found.append((frozenset(each for each, is_in in zip(ordered, states, strict=True) if is_in), -chance))
                if len(found) == k:
                    break
            else:
                partial.append(heapq.heappop(heap)[2])
        if not partial:
            continue
        expanded += len(partial)
        longer = [(*states, is_in) for states in partial for is_in in (False, True)]
        logs = inference.infer([_assumed(case, ordered, states) for states in longer], ()).log_evidence
        for states, log in zip(longer, logs, strict=True):
            if np.isfinite(log):
                heapq.heappush(heap, (-float(np.exp(log - whole)), next(tick), states))
    return Explanations(tuple(found), len(found) == k or not heap)


def _assumed(case: Case, ordered: Sequence[int], states: Sequence[bool]) -> Case:
    assumed = (
        Observation(number, 0.0, 1.0) if is_in else Observation(number, 1.0, 0.0)
        for number, is_in in zip(ordered, states, strict=False)
    )
    return (*case, *assumed)
