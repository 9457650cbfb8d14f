"""Two versions of a standard → what they say differently: rule by rule, with what that does, and both places.

A rule is *tightened* where it is proved to speak of all that it spoke of, and more; *loosened* the other way round;
*changed* where neither is proved. Order, layout, and the names of derived quantities and parameters are no differences.
"""

from __future__ import annotations

from collections.abc import Iterator

from gonogo.pack import Standard
from gonogo.redline.contents import (
    class_differences,
    concession_differences,
    field_differences,
    head_differences,
    quantity_differences,
)
from gonogo.redline.difference import Difference, alone, places, said
from gonogo.redline.rules import count_differences, level_differences, objective_differences


def differences(before: Standard, after: Standard) -> tuple[Difference, ...]:
    """What two versions of a standard say differently.

    Parameters
    ----------
    before, after : Standard
        The old version, and the new one.

    Returns
    -------
    tuple of Difference
        Rules first, those of items before those of lots; empty where both judge alike, whatever their texts.

    Examples
    --------
    >>> import gonogo
    >>> old = gonogo.load("turned-shaft")
    >>> new = old.revised(gonogo.Change("limit", "seat_diameter.upper", "-0.002 mm"))
    >>> [(each.name, each.effect, each.before, each.after) for each in gonogo.differences(old, new)]
    [('seat_diameter.above', 'tightened', 'seat_diameter > 25 mm', 'seat_diameter > 24.998 mm')]
    """
    return tuple(_all(before, after))


def _all(before: Standard, after: Standard) -> Iterator[Difference]:
    old, new = before.compiled, after.compiled
    yield from level_differences("", old, new)
    levels = {part.written.level: part for part in old.levels}, {part.written.level: part for part in new.levels}
    for name in {**levels[0], **levels[1]}:
        one, other = (side.get(name) for side in levels)
        if one is not None and other is not None:
            yield from level_differences(f"{name}.", one, other)
            yield from said(
                "level",
                name,
                "column",
                one.written.column,
                other.written.column,
                places(one.written.span, other.written.span),
            )
        else:
            yield alone("level", name, one, other, lambda part: part.written.column, lambda part: part.written.span)
    yield from objective_differences(old.objectives, new.objectives)
    written = old.written, new.written
    yield from count_differences(old, new)
    yield from field_differences(*written)
    yield from quantity_differences(old, new)
    yield from class_differences(*written)
    yield from concession_differences(before, after)
    yield from head_differences(*written)
