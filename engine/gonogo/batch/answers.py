"""The answers to keys: what the rules of a group say in a situation, and what all groups together come to.

Reasoning is asked once for each distinct situation of each component (`Judge.component`); everything here is made of
its answers by the same `Answering` that makes those of single facts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gonogo.answer import Finding, Outcome
from gonogo.batch.groups import Group, Segment, applies_component, cut_groups, segments
from gonogo.judge import Judge


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """What the rules of one group say in one situation.

    Parameters
    ----------
    worst : int
        The rank of the most severe class found; the number of classes where nothing was.
    open : int
        A bit for the class of each rule that could not be judged.
    asked : int
        Two bits for each proposition that dispositions and counts ask after.
    texts : mapping of str to tuple of (str or None)
        For each segment of the group, by the column that they go into: its findings, joined, in each wording, and
        under `unknown` the ids of rules that could not be judged; None where there are none.
    rules : tuple of str
        The ids of the rules that spoke.
    """

    worst: int
    open: int
    asked: int
    texts: Mapping[str, tuple[str | None, ...]]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """How findings are put into a column: as the ids of their rules, with sides or without, or as objects of JSON."""

    word: Callable[[Finding], str]
    between: str


IDS: Final = Wording(lambda finding: finding.rule, ";")
NAMES: Final = Wording(lambda finding: finding.name, ";")
OBJECTS: Final = Wording(lambda finding: json.dumps(finding.as_dict(), ensure_ascii=False), ", ")


class Answers:
    """The groups of a judge's program, and their answers.

    Parameters
    ----------
    judge : Judge
        Of the standard.
    wordings : mapping of str to Wording
        How findings are told, by the column that they go into.
    """

    def __init__(self, judge: Judge, wordings: Mapping[str, Wording]) -> None:
        program = judge.exact
        self.judge = judge
        self.wordings = wordings
        self.classes = program.classes
        self.groups: tuple[Group, ...] = cut_groups(program)
        self.segments: tuple[Segment, ...] = segments(program, self.groups)
        names = [rule.name for rule in program.rules]
        everywhere = applies_component(program)
        always = () if everywhere is None else (everywhere,)
        self._components_of = [frozenset((*group.components, *always)) for group in self.groups]
        self._rules_of = [frozenset(names[place] for place in group.rules) for group in self.groups]
        # For each group the ids of the rules of each of its segments.
        self.segments_of: list[list[frozenset[str]]] = [[] for _ in self.groups]
        for segment in self.segments:
            self.segments_of[segment.group].append(frozenset(names[place] for place in segment.rules))

    def of(self, number: int, key: Sequence[int]) -> GroupAnswer:
        """The answer of a group to a key."""
        answering = self.judge.answering
        outcomes = self.outcomes(number, key)
        findings, unknown = answering.judged(outcomes)
        mine, own = self.segments_of[number], self._rules_of[number]
        ranks = answering.severity
        worst = min((ranks[finding.class_] for finding in findings), default=len(self.classes))
        applies = answering.applies(outcomes)
        return GroupAnswer(
            worst=worst,
            open=answering.open_bits(unknown),
            asked=answering.packed(outcomes, applies),
            texts={
                name: tuple(_found(wording, segment, findings) for segment in mine)
                for name, wording in self.wordings.items()
            }
            | {"unknown": tuple(_open(segment, unknown) for segment in mine)},
            # Whether the standard applies is known to every group, and with it what rules of that component say.
            rules=tuple(finding.rule for finding in findings if finding.rule in own),
        )

    def outcomes(self, number: int, key: Sequence[int]) -> dict[str, int]:
        """What is not false among the propositions of a group, and whether the standard applies."""
        judge, group = self.judge, self.groups[number]
        found = dict(judge.loud)
        for component, own in judge.layout.split(group.situation(key, judge.layout)):
            found[component] = judge.component(component, own)
        mine = found.keys() & self._components_of[number]
        return {name: outcome for component in mine for name, outcome in found[component]}

    def settle(self, worst: int, open_classes: int, asked: int) -> tuple[Outcome, str | None, str | None]:
        """Outcome, class and disposition of an item, from what its groups' answers come to together."""
        class_, could, outcomes = self.judge.answering.unpacked((worst, open_classes, asked))
        outcome, disposition = self.judge.answering.settle(class_, could, outcomes)
        return outcome, class_, disposition


def _found(wording: Wording, segment: frozenset[str], findings: Sequence[Finding]) -> str | None:
    words = [wording.word(finding) for finding in findings if finding.rule in segment]
    return wording.between.join(words) if words else None


def _open(segment: frozenset[str], unknown: Sequence[str]) -> str | None:
    return ";".join(rule for rule in unknown if rule in segment) or None
