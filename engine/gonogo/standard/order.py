"""An order for things that stand on each other, however they were written; and the circles that have none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

LONGEST_SHOWN: Final = 12


def in_order(needs: Mapping[str, Collection[str]]) -> tuple[list[str], set[str], list[list[str]]]:
    """The names, each after those it needs; the names that a circle leaves out; and each circle once.

    Examples
    --------
    >>> in_order({"a": ["b"], "b": ["a"], "d": []})[::2]
    (['d'], [['a', 'b', 'a']])
    """
    waiting = {name: len(set(others)) for name, others in needs.items()}
    users: dict[str, list[str]] = {name: [] for name in needs}
    for name, others in needs.items():
        for other in set(others):
            users[other].append(name)
    ready = [name for name, count in waiting.items() if count == 0]
    for name in ready:
        for user in users[name]:
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    left = [name for name, count in waiting.items() if count > 0]
    among = set(left)
    return ready, among, _circles({name: [other for other in needs[name] if other in among] for name in left})


def _circles(needs: Mapping[str, list[str]]) -> list[list[str]]:
    """From any name that was left, its needs lead into a circle: follow them until one comes again."""
    found: list[list[str]] = []
    seen: set[str] = set()
    for start in needs:
        way: list[str] = []
        name = start
        while name not in seen:
            seen.add(name)
            way.append(name)
            name = needs[name][0]
        if name in way:
            found.append([*way[way.index(name) :], name])
    return found


def circle_text(circle: list[str]) -> str:
    """A circle as a message shows it: `a → b → a`."""
    return " → ".join(circle if len(circle) <= LONGEST_SHOWN else [*circle[:6], "…", *circle[-3:]])
