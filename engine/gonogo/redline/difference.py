"""One thing that two versions of a standard say differently, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from gonogo.problems import Span

Effect: TypeAlias = Literal["added", "withdrawn", "tightened", "loosened", "changed"]
Places: TypeAlias = "tuple[str | None, str | None]"
"""Where each version says it, ``path:line:column``."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions of a standard say differently.

    Parameters
    ----------
    what : str
        What it is: ``rule``, ``objective``, ``disposition``, ``field``, ``parameter``, ``derived``, ``count``,
        ``classes``, ``level``, ``concession`` or ``standard``.
    name : str
        Which of them; of a level above items with that before it: ``lots.too-many-major``.
    key : str
        What of it: ``condition``, ``class``, ``clause``, ``unit``, …; empty where it is added or withdrawn.
    effect : {"added", "withdrawn", "tightened", "loosened", "changed"}
        What the new version does.
    before, after : str or None
        What each says.
    places : Places
        Where each says it, ``path:line:column``.
    """

    what: str
    name: str
    key: str
    effect: Effect
    before: str | None
    after: str | None
    places: Places

    def as_dict(self) -> dict[str, str | None]:
        """The difference with the keys of ``gonogo diff --format json``."""
        return {
            "what": self.what,
            "name": self.name,
            "key": self.key or None,
            "effect": self.effect,
            "before": self.before,
            "after": self.after,
            "before_place": self.places[0],
            "after_place": self.places[1],
        }


def said(what: str, name: str, key: str, before: str | None, after: str | None, places: Places) -> Iterator[Difference]:
    if before != after:
        yield Difference(what, name, key, "changed", before, after, places)


def alone(
    what: str,
    name: str,
    before: _T | None,
    after: _T | None,
    text: Callable[[_T], str | None],
    span: Callable[[_T], Span | None],
) -> Difference:
    """What only one version has."""
    sides = [None if side is None else text(side) for side in (before, after)]
    spans = [None if side is None else span(side) for side in (before, after)]
    effect: Effect = "added" if before is None else "withdrawn"
    return Difference(what, name, "", effect, sides[0], sides[1], places(*spans))


def places(before: Span | None, after: Span | None) -> Places:
    return (None if before is None else str(before), None if after is None else str(after))


def shown(value: object) -> str | None:
    if value is None or value == "":
        return None
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
