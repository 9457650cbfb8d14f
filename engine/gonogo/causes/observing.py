"""What a verdict says to the cause-effect graph: which nonconformities are seen, which were looked for in vain.

A finding is seen; a rule that was judged and found nothing is not seen; a rule that could not be judged, or does not
apply, or can't speak at all, is no observation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gonogo.answer import Answer, Finding
from gonogo.judge import Judge
from gonogo.levels.verdict import LevelVerdict
from gonogo.program.ir import FALSE, TRUE, UNKNOWN, Rule
from gonogo.program.possible import silent_rules
from gonogo.standard.causes.model import Nonconformity
from gonogo.standard.concessions import ITEMS
from gonogo.verdict import Verdict

States: TypeAlias = tuple[int, ...]
"""For each nonconformity of a level: seen (true), not seen (false), or no observation (unknown)."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A nonconformity, and the rule that speaks of it."""

    told: Nonconformity
    rule: Rule
    proposition: str
    is_silent: bool


class VerdictReader:
    """Reads verdicts of one level."""

    def __init__(self, judge: Judge, nonconformities: Mapping[str, Nonconformity], level: str = ITEMS) -> None:
        program = judge.exact
        silent = silent_rules(program)
        rules = {rule.name: rule for rule in program.rules}
        ranks = {name: rank for rank, name in enumerate(program.classes)}
        own = [told for told in nonconformities.values() if told.level == level]
        self._judge = judge
        self._asked = [_asked(told, rules[told.rule], silent) for told in own]
        self.nodes = tuple(told.name for told in own)
        self.ranks = tuple(ranks[rules[told.rule].class_] for told in own)

    @property
    def titles(self) -> dict[str, str | None]:
        """What the rules of the nonconformities are called."""
        return {asked.told.name: asked.rule.title for asked in self._asked}

    @property
    def silent(self) -> tuple[str, ...]:
        """The nonconformities whose rule no readable value makes true."""
        return tuple(asked.told.name for asked in self._asked if asked.is_silent)

    def states(self, verdict: Verdict | LevelVerdict) -> States:
        """What the verdict says of each nonconformity."""
        if isinstance(verdict, LevelVerdict):
            return tuple(self._of_level(verdict))
        return tuple(self._of_item(verdict.answer))

    def _of_item(self, answer: Answer) -> Iterator[int]:
        outcomes = self._judge.outcomes(answer.situation)
        for asked in self._asked:
            rule = asked.rule
            applies = outcomes.get(rule.applies, FALSE) if rule.applies is not None else TRUE
            if not answer.applies or applies == FALSE:
                yield UNKNOWN
            else:
                said, whole = (outcomes.get(name, FALSE) for name in (asked.proposition, rule.name))
                yield _unless_silent(asked, min(whole, said, key=(FALSE, UNKNOWN, TRUE).index))

    def _of_level(self, verdict: LevelVerdict) -> Iterator[int]:
        found = {finding.rule: finding for finding in verdict.findings}
        is_open = {unknown.rule for unknown in verdict.unknown}
        for asked in self._asked:
            finding, name = found.get(asked.rule.name), asked.rule.name
            if finding is None:
                yield UNKNOWN if name in is_open or asked.rule.applies else _unless_silent(asked, FALSE)
            else:
                yield TRUE if _is_meant(asked.told, finding) else FALSE


def _asked(told: Nonconformity, rule: Rule, silent: frozenset[str]) -> _Asked:
    """A rule with one limit has no sides of its own."""
    proposition = f"{rule.name}.{told.side}" if told.side in rule.sides else rule.name
    return _Asked(told, rule, proposition, proposition in silent)


def _is_meant(told: Nonconformity, finding: Finding) -> bool:
    return told.side in ("", finding.side)


def _unless_silent(asked: _Asked, outcome: int) -> int:
    return UNKNOWN if asked.is_silent and outcome == FALSE else outcome
