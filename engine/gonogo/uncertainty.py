"""What measurement uncertainty says about a value: how it lies to its limits, and how likely it is to conform."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final, TypeAlias

from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN
from gonogo.program.readable import as_written, is_measured, shown
from gonogo.screen.exact import Evaluator
from gonogo.screen.standing import Standing
from gonogo.subjects import Subjects

Told: TypeAlias = "tuple[str, str | None, str | None, str | None, str]"
"""Subject, value, limit, distance and sentence."""

FARTHEST: Final = Fraction(100)
"""So many standard uncertainties away, a normal distribution has nothing left that a float64 could hold."""

_AS_IT_STANDS: Final = {
    "simple": "judged at the limit as it stands (simple acceptance)",
    "shared": "judged at the limit as it stands (the risk is shared by agreement)",
}


def zone_of(standing: Standing, name: str) -> tuple[ir.Uncertainty, ir.Zone] | None:
    """The zone that decides a proposition: a side of a characteristic, or one with a single limit."""
    rule, _, side = name.partition(".")
    measured = standing.uncertainties.get(rule)
    if measured is None:
        return None
    is_whole = side == "" and len(measured.zones) == 1
    return next(((measured, zone) for zone in measured.zones if is_whole or zone.side == side), None)


def is_within(zone: ir.Zone, evaluator: Evaluator) -> bool:
    """Whether a value lies so near to its limit that the measurement does not tell on which side of it."""
    return evaluator.outcome(zone.inner) == TRUE and evaluator.outcome(zone.outer) == FALSE


def measured_outcome(measured: ir.Uncertainty, zone: ir.Zone, evaluator: Evaluator) -> int:
    """Whether a limit is passed, by the decision rule."""
    if measured.decision != "guarded":
        return evaluator.outcome(zone.beyond)
    return UNKNOWN if is_within(zone, evaluator) else evaluator.outcome(zone.inner)


# --------------------------------------------------------------------------------------------------- words


def tell_zone(subjects: Subjects, measured: ir.Uncertainty, zone: ir.Zone) -> Told:
    """How a value lies to a limit, and what its uncertainty has to say about that."""
    subject, value, limit, distance, sentence = subjects.of_compare(zone.beyond)
    within = subjects.evaluator.value(zone.within)
    if value is None or limit is None or not isinstance(within, Fraction | int | float) or not within:
        return subject, value, limit, distance, sentence
    uncertainty = f"the measurement uncertainty {shown(within, zone.within.type, measured=is_measured(zone.within))}"
    is_near = is_within(zone, subjects.evaluator)
    if is_near and measured.decision == "guarded":
        left, right = as_written(zone.beyond.left, zone.beyond.right)
        name = subjects.limit_name(right, limit, "the limit ")
        sentence = f"{subject} is {value}{subjects.note(left)}, within {uncertainty} of {name}"
    elif is_near:
        sentence += f", within {uncertainty}: {_AS_IT_STANDS[measured.decision]}"
    elif measured.decision == "guarded":
        sentence += f", {_cleared(subjects.evaluator, zone, within)} {uncertainty}"
    return subject, value, limit, distance, sentence


def _cleared(evaluator: Evaluator, zone: ir.Zone, within: Fraction | int | float) -> str:
    if evaluator.outcome(zone.outer) != TRUE:
        return "clear of"
    value, limit = evaluator.value(zone.beyond.left), evaluator.value(zone.beyond.right)
    assert not isinstance(value, str | None)
    assert not isinstance(limit, str | None)
    return "more than" if abs(Fraction(value) - Fraction(limit)) > within else "as much as"


def likelihood(probability: float) -> str:
    """A conformance probability as people read it: never certain where it is not.

    Examples
    --------
    >>> likelihood(0.99731), likelihood(0.99999), likelihood(0.0)
    ('99.7 % likely to conform', 'more than 99.9 % likely to conform', '0 % likely to conform')
    """
    percent = 100 * probability
    if probability in (0.0, 1.0):
        share = f"{percent:.0f} %"
    elif percent < 0.1:
        share = "less than 0.1 %"
    else:
        share = "more than 99.9 %" if percent > 99.9 else f"{percent:.1f} %"
    return f"{share} likely to conform"


# --------------------------------------------------------------------------------------------- probability


def conformance_probability(measured: ir.Uncertainty, evaluator: Evaluator) -> float | None:
    """How likely it is that the true value conforms, given the measured one.

    The true value is normally distributed around the measured one; its standard uncertainty is the expanded one over
    the coverage factor. What is known of the process that made the item is left out.

    Parameters
    ----------
    measured : Uncertainty
        Of a characteristic.
    evaluator : Evaluator
        Of one fact.

    Returns
    -------
    float or None
        None where the value, or a limit, is missing.

    References
    ----------
    JCGM 106 (2012), *Evaluation of measurement data: The role of measurement uncertainty in conformity assessment*,
    7.2 to 7.4.
    """
    low, high = -math.inf, math.inf
    for zone in measured.zones:
        away = _standardized(measured, zone, evaluator)
        if away is None:
            return None
        low, high = (low, away) if zone.side == "above" else (away, high)
    return between(low, high)


def _standardized(measured: ir.Uncertainty, zone: ir.Zone, evaluator: Evaluator) -> float | None:
    """How many standard uncertainties a limit lies above the value."""
    value, limit = evaluator.value(zone.beyond.left), evaluator.value(zone.beyond.right)
    within = evaluator.value(zone.within)
    if isinstance(value, str | None) or isinstance(limit, str | None) or isinstance(within, str | None):
        return None
    if within == 0:
        is_beyond = evaluator.outcome(zone.beyond) == TRUE
        return math.inf if is_beyond is (zone.side == "below") else -math.inf
    away = (Fraction(limit) - Fraction(value)) * measured.factor / Fraction(within)
    return float(max(-FARTHEST, min(FARTHEST, away)))


def between(low: float, high: float) -> float:
    """The share of a standard normal distribution between two ends; exact to the last digits in its tails, too.

    Examples
    --------
    >>> round(between(-2, 2), 6), between(9, 10) > 0
    (0.9545, True)
    """
    if low > 0:
        low, high = -high, -low  # the tails are mirrored: far below the mean nothing is lost to 1
    share = _below(high) - _below(low) if high < 0 else 1.0 - _below(low) - _below(-high)
    return max(0.0, share)


def _below(end: float) -> float:
    return math.erfc(-end / math.sqrt(2)) / 2
