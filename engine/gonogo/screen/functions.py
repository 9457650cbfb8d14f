"""What generated screens call: exact rounding, float64 with its edges made safe, and Kleene's tables."""

from __future__ import annotations

import math
from collections.abc import Iterable

from gonogo.program.ir import FALSE, TRUE, UNKNOWN

NEGATED = (TRUE, FALSE, UNKNOWN)
"""The outcome of `not`, by the outcome of what stands in it."""


def round_half_even(value: int, numerator: int, denominator: int) -> int:
    """The whole number nearest to `value · numerator / denominator`, ties to the even one (ASTM E29)."""
    whole, rest = divmod(value * numerator, denominator)
    twice = 2 * rest
    return whole + (twice > denominator or (twice == denominator and whole % 2 == 1))


def round_half_up(value: int, numerator: int, denominator: int) -> int:
    """The whole number nearest to `value · numerator / denominator`, ties away from zero."""
    scaled = value * numerator
    rounded = (2 * abs(scaled) + denominator) // (2 * denominator)
    return rounded if scaled >= 0 else -rounded


def round_down(value: int, numerator: int, denominator: int) -> int:
    """The largest whole number not above `value · numerator / denominator`."""
    return value * numerator // denominator


def round_up(value: int, numerator: int, denominator: int) -> int:
    """The smallest whole number not below `value · numerator / denominator`."""
    return -(-value * numerator // denominator)


def real_half_up(value: float) -> int:
    """The whole number nearest to a float64, ties away from zero."""
    whole = math.floor(abs(value))
    whole += abs(value) - whole >= 0.5  # exact, unlike `abs(value) + 0.5`
    return whole if value >= 0 else -whole


def real(value: int, numerator: int, denominator: int) -> float:
    """`value · numerator / denominator` as float64, rounded once; infinite where it is too large for one."""
    try:
        return value * numerator / denominator
    except OverflowError:
        return math.inf if value * numerator > 0 else -math.inf


def finite(value: float) -> float | None:
    """The float64, or no value where it is not a finite number."""
    return value if value - value == 0 else None


def quotient(dividend: float, divisor: float) -> float | None:
    """The quotient of two float64; a division by zero, or by what is too large for a float64, has no value."""
    return None if divisor == 0 or divisor - divisor != 0 else finite(dividend / divisor)


def all_of(outcomes: Iterable[int]) -> int:
    """Kleene's `and`."""
    found = set(outcomes)
    return FALSE if FALSE in found else UNKNOWN if UNKNOWN in found else TRUE


def any_of(outcomes: Iterable[int]) -> int:
    """Kleene's `or`."""
    found = set(outcomes)
    return TRUE if TRUE in found else UNKNOWN if UNKNOWN in found else FALSE
