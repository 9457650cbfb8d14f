"""What a standard must answer, worked out the plainest way there is: the whole engine again, without its machinery.

Tests come from `screen.exact` (fractions, one node at a time), propositions from `oracle` (Kleene's tables), and
class and disposition from the sentences of the language. Nothing here knows of ticks, situations, components,
clauses or memories.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN
from gonogo.screen.exact import Evaluator, Exact
from gonogo.verdict import Verdict
from oracle import expected


@dataclass(frozen=True, slots=True)
class Answered:
    """A verdict, as far as facts decide it: findings are `rule` or `rule.side`."""

    outcome: str
    class_: str | None
    disposition: str | None
    findings: frozenset[str]
    unknown: frozenset[str]


def answered(verdict: Verdict) -> Answered:
    """What the engine says."""
    findings = frozenset(f"{f.rule}.{f.side}" if f.side else f.rule for f in verdict.findings)
    unknown = frozenset(u.rule for u in verdict.unknown)
    return Answered(verdict.outcome, verdict.class_, verdict.disposition, findings, unknown)


def answer(program: ir.Program, fields: Mapping[str, Exact | None], recorded: Collection[str]) -> Answered:
    """What it must say of one fact, by field: numbers as fractions, dates as days, times as microseconds."""
    evaluator = Evaluator(program, fields, recorded)
    outcomes = {number: evaluator.outcome(test) for number, test in enumerate(program.conditions)}
    said = expected(program.propositions, outcomes)
    assert said is not None
    judged = {rule.name: said_of(program, said, rule.name) for rule in program.rules}
    speak = [rule for rule in program.rules if judged[rule.name] == TRUE]
    unknown = [rule for rule in program.rules if judged[rule.name] == UNKNOWN]
    outcome = "nonconforming" if speak else "indeterminate" if unknown else "conforming"
    worst = next((word for word in program.classes if any(rule.class_ == word for rule in speak)), None)
    ranks = program.classes.index(worst) if worst else len(program.classes)
    worse = {rule.class_ for rule in unknown} & set(program.classes[:ranks])
    reading = _Reading(program, said, outcome, worst, worse)
    findings = {_finding(rule, said) for rule in speak}
    names = frozenset(rule.name for rule in unknown)
    return Answered(outcome, worst, reading.disposition(), frozenset(findings), names)


def said_of(program: ir.Program, said: Mapping[str, int], name: str) -> int:
    """A proposition, within whether the standard is about the item at all."""
    outcomes = {said[name], said[program.applies] if program.applies else TRUE}
    return FALSE if FALSE in outcomes else UNKNOWN if UNKNOWN in outcomes else TRUE


def _finding(rule: ir.Rule, said: Mapping[str, int]) -> str:
    return next((f"{rule.name}.{side}" for side in rule.sides if said[f"{rule.name}.{side}"] == TRUE), rule.name)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The dispositions, read from the top."""

    program: ir.Program
    said: Mapping[str, int]
    outcome: str
    worst: str | None
    worse: set[str]

    def disposition(self) -> str | None:
        before_is_open = False
        for line in self.program.dispositions:
            match self.holds(line.when):
                case ir.TRUE:
                    return "hold" if before_is_open else line.then
                case ir.UNKNOWN:
                    before_is_open = True
                case _:
                    continue
        return "hold" if before_is_open else None

    def holds(self, tree: ir.Logic) -> int:
        match tree:
            case ir.All(parts):
                return min((self.holds(part) for part in parts), key=(FALSE, UNKNOWN, TRUE).index, default=TRUE)
            case ir.AnyOf(parts):
                return min((self.holds(part) for part in parts), key=(TRUE, UNKNOWN, FALSE).index, default=FALSE)
            case ir.Not(part):
                return {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}[self.holds(part)]
            case ir.ClassIs(words):
                could = {self.worst in words} | {word in words for word in self.worse}
                return UNKNOWN if len(could) > 1 else TRUE if could == {True} else FALSE
            case ir.OutcomeIs(words):
                return TRUE if self.outcome in words else FALSE
            case ir.Found(name):
                return said_of(self.program, self.said, name)
            case _:
                raise TypeError(tree)
