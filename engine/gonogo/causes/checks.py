"""What each observation does to a cause, and what a further one would tell."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, isnan, log10

import numpy as np

from gonogo.causes.combining import Floats
from gonogo.causes.inference import Inference
from gonogo.causes.network import Case, Observation


def contributions(inference: Inference, case: Case, node: int) -> tuple[float, ...]:
    """The decibans that each observation of a case adds to a node: what is lost where it alone is left out.

    I. J. Good, "Probability and the Weighing of Evidence" (1950). What alone rules a node in or out adds an infinity;
    where the observations contradict each other, none adds anything.
    """
    fewer = [case[:place] + case[place + 1 :] for place in range(len(case))]
    chances = inference.infer([case, *fewer], [node]).probability[:, node]
    if isnan(chances[0]):
        return (0.0,) * len(case)
    whole, *rest = (_decibans(float(chance)) for chance in chances)
    return tuple(0.0 if whole == each else whole - each if isfinite(each) else -each for each in rest)


def check_gains(
    inference: Inference, case: Case, checks: Sequence[Observation], causes: Sequence[int]
) -> tuple[tuple[float, float], ...]:
    """How likely each check turns out true, and what it is expected to tell.

    Parameters
    ----------
    checks : sequence of Observation
        What is known where the check turns out true; where it does not, the opposite is.
    causes : sequence of int
        Those that are to be told apart.

    Returns
    -------
    tuple of (float, float)
        The chance; and the expected drop, in bits, of the entropies of the causes, added up. Both are zero where the
        case contradicts itself.
    """
    both = [(check, Observation(check.node, 1 - check.absent, 1 - check.present)) for check in checks]
    cases = [case, *((*case, outcome) for pair in both for outcome in pair)]
    beliefs = inference.infer(cases, causes)
    if not beliefs.is_possible[0]:
        return ((0.0, 0.0),) * len(checks)
    entropy = [_entropy(row[list(causes)]) for row in beliefs.probability]
    found = []
    for place in range(1, len(cases), 2):
        chances = np.exp(beliefs.log_evidence[[place, place + 1]] - beliefs.log_evidence[0])
        if np.isnan(chances).any():  # sampled, and then of all nodes
            check, present = checks[place // 2], beliefs.probability[0, checks[place // 2].node]
            true = check.absent + (check.present - check.absent) * present
            chances = np.array([true, 1.0 - true])
        expected = sum(
            chance * each for chance, each in zip(chances, entropy[place : place + 2], strict=True) if chance > 0
        )
        found.append((float(chances[0]), max(0.0, float(entropy[0] - expected))))
    return tuple(found)


def _entropy(probability: Floats) -> float:
    """In bits, of causes one by one."""
    inside = np.clip(probability, 1e-300, 1 - 1e-16)
    bits = inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside)
    return float(-np.nansum(bits))


def _decibans(probability: float) -> float:
    if probability <= 0:
        return -inf
    return inf if probability >= 1 else 10 * log10(probability / (1 - probability))
