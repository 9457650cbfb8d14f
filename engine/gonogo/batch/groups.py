"""A program's components in groups: so large that rows need few look-ups, so small that situations stay few.

Every group has a key, the outcomes of its conditions in whole numbers, and for each key that occurs there is one
answer. A standard of few conditions is one group, and its keys are whole situations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from gonogo.answer import asked_of
from gonogo.program.ir import Program
from gonogo.screen.situation import BITS, Layout
from gonogo.screen.sql.statement import WORD

TOGETHER: Final = 12
"""A program of at most so many conditions is one group."""

IN_A_GROUP: Final = 8
"""Otherwise components share a group up to so many conditions; a larger component has one of its own."""

MOST_ASKED: Final = 30
"""Of several groups, so many findings may be asked after: two bits for each are one whole number."""


@dataclass(frozen=True, slots=True)
class Group:
    """Components whose outcomes stand in one key.

    Parameters
    ----------
    components : tuple of int
        Their numbers, ascending.
    parts : tuple of tuple of int
        The conditions of each number of the key: those of the components, then those that say whether the standard
        applies, on which all rules stand.
    rules : tuple of int
        The places of their rules in the program.
    """

    components: tuple[int, ...]
    parts: tuple[tuple[int, ...], ...]
    rules: tuple[int, ...]

    def situation(self, key: Sequence[int], layout: Layout) -> int:
        """A key as a situation of the program, in which all other conditions are false."""
        found = 0
        for number, conditions in zip(key, self.parts, strict=True):
            for place, condition in enumerate(conditions):
                found |= ((number >> (BITS * place)) & 3) << layout.shifts[condition]
        return found


@dataclass(frozen=True, slots=True)
class Segment:
    """Rules that follow each other in the standard and belong to one group: findings are told in that order."""

    group: int
    rules: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number of a key stands: in a word, behind so many conditions, for so many."""

    word: int
    start: int
    count: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Packing:
    """The keys of all groups in as few words as they take.

    Parameters
    ----------
    words : tuple of tuple of int
        For each word the conditions whose outcomes it holds, from the lowest bits on.
    places : tuple of tuple of Place
        For each group those of the numbers of its key.
    """

    words: tuple[tuple[int, ...], ...]
    places: tuple[tuple[Place, ...], ...]


def pack(groups: Sequence[Group]) -> Packing:
    """The words of some groups."""
    words: list[list[int]] = []
    starts = []
    for group in groups:
        found = []
        for part in group.parts:
            if not words or len(words[-1]) + len(part) > WORD:
                words.append([])
            found.append((len(words) - 1, len(words[-1]), len(part)))
            words[-1] += part
        starts.append(found)
    places = (
        tuple(Place(word, start, count, len(words[word]) == count) for word, start, count in found) for found in starts
    )
    return Packing(tuple(map(tuple, words)), tuple(places))


def cut_groups(program: Program) -> tuple[Group, ...]:
    """The groups of a program, in the order of their components."""
    everywhere = applies_component(program)
    extra = () if everywhere is None else program.components[everywhere].conditions
    is_asked_too_much = len(asked_of(program)) > MOST_ASKED
    if len(program.conditions) <= TOGETHER or len(extra) > IN_A_GROUP or is_asked_too_much:
        return (_group(program, range(len(program.components)), ()),)
    bundles: list[list[int]] = []
    size = 0
    for number, component in enumerate(program.components):
        conditions = len(component.conditions)
        if not bundles or size + conditions > IN_A_GROUP:  # a component may have no condition at all
            bundles.append([])
            size = 0
        bundles[-1].append(number)
        size += conditions
    return tuple(_group(program, bundle, () if everywhere in bundle else extra) for bundle in bundles)


def segments(program: Program, groups: Sequence[Group]) -> tuple[Segment, ...]:
    """All rules in the order of the standard, cut where the next belongs to another group."""
    owner = {rule: number for number, group in enumerate(groups) for rule in group.rules}
    runs = groupby(range(len(program.rules)), key=owner.__getitem__)
    return tuple(Segment(number, tuple(rules)) for number, rules in runs)


def applies_component(program: Program) -> int | None:
    """The component that says whether the standard applies to an item at all."""
    if program.applies is None:
        return None
    return next(n for n, component in enumerate(program.components) if program.applies in component.propositions)


def _group(program: Program, components: Sequence[int], extra: Sequence[int]) -> Group:
    own = [condition for number in components for condition in program.components[number].conditions]
    conditions = [*own, *extra]
    parts = tuple(tuple(conditions[start : start + WORD]) for start in range(0, len(conditions) or 1, WORD))
    members = {name for number in components for name in program.components[number].propositions}
    rules = tuple(place for place, rule in enumerate(program.rules) if rule.name in members)
    return Group(tuple(components), parts, rules)
