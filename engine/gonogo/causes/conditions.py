"""What `causes.yaml` asks of the facts (`when`, `requires`), judged as the rules of the standard are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gonogo.causes.network import Observation
from gonogo.judge import MOST_ANSWERS, Judge
from gonogo.problems import Problems
from gonogo.program.compiler import compile_conditions
from gonogo.program.ir import FALSE, UNKNOWN
from gonogo.standard import model
from gonogo.standard.causes.model import Causes, Evidence
from gonogo.standard.tree import Expression

Outcomes: TypeAlias = tuple[int, ...]
"""The outcomes of all conditions of a `causes.yaml`, in their order."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on the facts.

    Parameters
    ----------
    node : str
        What it speaks about.
    text : str
        As it was written.
    evidence : Evidence or None
        Its likelihoods; None where it is what a cause requires.
    when : Expression
        What is asked.
    """

    node: str
    text: str
    evidence: Evidence | None
    when: Expression

    @property
    def kind(self) -> Literal["evidence", "requires"]:
        """Whether it moves a probability, or rules a cause out."""
        return "requires" if self.evidence is None else "evidence"

    def observation(self, number: int, outcome: int) -> Observation | None:
        """What an outcome says about the node of that number; None where it says nothing."""
        if outcome == UNKNOWN:
            return None
        if self.evidence is None:
            return Observation(number, 1.0, 0.0) if outcome == FALSE else None
        present, absent = self.evidence.if_present, self.evidence.if_absent
        return (
            Observation(number, 1 - absent, 1 - present) if outcome == FALSE else Observation(number, absent, present)
        )


def conditions_of(written: Causes) -> tuple[Condition, ...]:
    """All conditions of a `causes.yaml`, in the order of the document."""
    found: list[Condition] = []
    for name, cause in written.causes.items():
        if cause.requires is not None:
            found.append(Condition(name, cause.requires.span.text, None, cause.requires))
        found += (Condition(name, each.when.span.text, each, each.when) for each in cause.evidence)
    for name, effect in written.effects.items():
        found += (Condition(name, each.when.span.text, each, each.when) for each in effect.evidence)
    return tuple(found)


class FactReader:
    """Judges the conditions of a `causes.yaml` on facts. Threads may share it."""

    def __init__(self, judge: Judge | None, conditions: tuple[Condition, ...]) -> None:
        self.conditions = conditions
        self._judge = judge
        self._names = [str(number) for number in range(len(conditions))]
        self._known: dict[int, Outcomes] = {}

    @classmethod
    def of(cls, written: Causes, standard: model.Standard, problems: Problems) -> FactReader:
        """Compile the conditions; what is wrong with them is added to `problems`."""
        conditions = conditions_of(written)
        asked = {str(number): condition.when for number, condition in enumerate(conditions)}
        compiled = compile_conditions(standard, asked, written.source, problems) if asked else None
        return cls(None if compiled is None else Judge(compiled), conditions)

    def outcomes(self, cells: Mapping[str, object], recorded: Collection[str] | None) -> Outcomes:
        """The outcomes of the conditions on a fact."""
        if self._judge is None:
            return ()
        situation = self._judge.judge(cells, recorded)[0].situation
        found = self._known.get(situation)
        if found is None:
            said = self._judge.outcomes(situation)
            if len(self._known) >= MOST_ANSWERS:
                self._known.clear()
            found = self._known[situation] = tuple(said.get(name, FALSE) for name in self._names)
        return found
