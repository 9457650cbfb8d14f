"""Numbers as a page shows them: thousands apart, shares that never round something to nothing, round ticks."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Final

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def counted(count: int, what: str) -> str:
    """How many of something: `1 lot`, `2,000 lots`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def ticks(most: float, count: int = 5) -> list[float]:
    """Round numbers from 0 to at least `most`, about so many of them."""
    rough = max(most, 1e-9) / count
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in _STEPS if factor * power >= rough * (1 - 1e-9))
    return [step * number for number in range(ceil(most / step - 1e-9) + 1)] if most > 0 else [0.0, step]


def percent(number: float) -> str:
    """A percentage on an axis: as many decimals as it needs."""
    return f"{number:.3f}".rstrip("0").rstrip(".") + " %"
