"""Mutation check: which mutants of a standard its specs notice.

What a scenario gives is set up once. By each mutant the verdict is worked out anew, from the outcomes of the
conditions that changed; only where it is another one are the expectations of the scenario asked whether they notice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path

from gonogo.answer import Answer, Answering
from gonogo.judge import Judge, Outcomes
from gonogo.levels.judging import LevelJudge
from gonogo.pack import Standard
from gonogo.problems import Problems, Refused
from gonogo.program import ir
from gonogo.program.ir import FALSE, Logic
from gonogo.program.strata import plan_reasoning
from gonogo.reason import Reasoner
from gonogo.screen.exact import Evaluator, Exact
from gonogo.specs.coverage import prefix_of
from gonogo.specs.mutants import MUTANT_KINDS, Mutant, conditions_on, mutants, put_in, standing_on
from gonogo.specs.running import ScenarioResult
from gonogo.specs.scene import Scene, Unmet
from gonogo.specs.vocabulary import perform


@dataclass(frozen=True, slots=True)
class TriedMutant:
    """A mutant, and whether any spec noticed it.

    Parameters
    ----------
    level : str
        What it judges: ``items``, ``lots``, ….
    rules : tuple of str
        What stands on what was changed: rules, or dispositions.
    """

    mutant: Mutant
    level: str
    rules: tuple[str, ...]
    is_noticed: bool

    def as_dict(self) -> dict[str, object]:
        """The mutant with the keys of ``gonogo spec --mutate --format json``."""
        return {
            "kind": self.mutant.kind,
            "level": self.level,
            "rules": list(self.rules),
            "said": self.mutant.said,
            "becomes": self.mutant.becomes,
            "noticed": self.is_noticed,
        }


@dataclass(frozen=True, slots=True)
class Mutation:
    """Which mutants the specs of a standard noticed."""

    tried: tuple[TriedMutant, ...]

    def of(self, kind: str) -> tuple[int, int]:
        """How many mutants of a kind were noticed, and how many there are."""
        own = [each for each in self.tried if each.mutant.kind == kind]
        return sum(each.is_noticed for each in own), len(own)

    @property
    def unnoticed(self) -> tuple[TriedMutant, ...]:
        """What no spec noticed."""
        return tuple(each for each in self.tried if not each.is_noticed)

    def as_dict(self) -> dict[str, object]:
        """The check with the keys of ``gonogo spec --mutate --format json``."""
        kinds: dict[str, object] = {
            kind: dict(zip(("noticed", "of"), self.of(kind), strict=True)) for kind in MUTANT_KINDS
        }
        return {**kinds, "unnoticed": [each.as_dict() for each in self.unnoticed]}


def check_mutants(
    standard: Standard, scenarios: Sequence[ScenarioResult], watch: Callable[[int, int], None] | None = None
) -> Mutation:
    """Which mutants of a standard its specs notice.

    Parameters
    ----------
    scenarios : sequence of ScenarioResult
        Of a run; those that failed, or that judge by another standard or a changed one, notice nothing.
    watch : callable, optional
        Called with how many mutants were tried, and how many there are.
    """
    found = [scene for result in scenarios if result.passed and (scene := _Prepared.of(result, standard)) is not None]
    compiled = standard.compiled
    of_parts = [
        (place, part.exact, tuple(mutants(part.exact))) for place, part in enumerate((compiled, *compiled.levels))
    ]
    whole, done = sum(len(own) for _, _, own in of_parts), 0
    tried: list[TriedMutant] = []
    for place, program, own in of_parts:
        for mutant in own:
            trial = _Trial(place, mutant)
            is_noticed = any(scene.notices(trial) for scene in found)
            rules = tuple(prefix_of(program) + name for name in standing_on(program, mutant.home))
            tried.append(TriedMutant(mutant, program.level, rules, is_noticed))
            done += 1
            if watch is not None:
                watch(done, whole)
    return Mutation(tuple(tried))


# --------------------------------------------------------------------------------------------------------- scenarios


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact, and what was worked out of it once: its situation, what its fields hold, which of them are recorded."""

    situation: int
    values: Mapping[str, Exact | None]
    recorded: tuple[str, ...]

    @classmethod
    def of(cls, judge: Judge, cells: Mapping[str, object]) -> _Fact:
        recorded = tuple(field.name for field in judge.exact.fields if field.column in cells)
        return cls(judge.judge(cells)[0].situation, judge.exact_values(cells), recorded)


@dataclass(slots=True)
class _Prepared:
    """A scenario as it is before its expectations are asked."""

    scene: Scene
    expectations: tuple[tuple[str, tuple[tuple[str, ...], ...] | None], ...]
    facts: tuple[_Fact, ...]
    standard: Standard

    @classmethod
    def of(cls, result: ScenarioResult, standard: Standard) -> _Prepared | None:
        """That of a result; None where it says nothing about the standard as it is."""
        scene = Scene(Path(result.path).parent, result.standard)
        expectations = []
        try:
            for step in result.steps:
                if step.kind == "then":
                    expectations.append((step.text, step.table or None))
                else:
                    perform("given" if step.kind == "given" else "when", step.text, scene, step.table or None)
            own = scene.standard
        except (Refused, Unmet):
            return None
        if scene.changes or own.hash != standard.hash:
            return None
        facts = tuple(cells for cells, _ in scene.lot) if scene.lot else (scene.cells,) if scene.has_item else ()
        return cls(scene, tuple(expectations), tuple(_Fact.of(own.judging, cells) for cells in facts), own)

    def notices(self, trial: _Trial) -> bool:
        """Whether an expectation is not met by a mutant."""
        if trial.place and not self.scene.lot:
            return False
        changed = trial.standard(self.standard)
        judge = changed.judging
        if isinstance(judge, MutantJudge) and not any(judge.is_other(fact) for fact in self.facts):
            return False
        self.scene.judge_by(changed)
        try:
            for text, table in self.expectations:
                perform("then", text, self.scene, table)
        except (Refused, Unmet):
            return True
        finally:
            self.scene.judge_by(self.standard)
        return False


@dataclass(slots=True)
class _Trial:
    """A mutant of items (place 0), or of a level above, and what judges by it: made once for all scenarios."""

    place: int
    mutant: Mutant
    _kept: dict[Standard, Standard] = field(default_factory=dict)

    def standard(self, own: Standard) -> Standard:
        """A standard as it would be with the mutant."""
        if own not in self._kept:
            self._kept[own] = self._changed(own)
        return self._kept[own]

    def _changed(self, own: Standard) -> Standard:
        census = own.census()
        if not self.place:
            changed = own.with_judge(MutantJudge(own.judging, self.mutant))
            return changed if census is None else changed.with_levels(census.judges)
        assert census is not None  # there is a level above
        judges = copy(census.judges)
        judges.levels = list(judges.levels)
        judges.levels[self.place - 1] = mutant_level(judges.levels[self.place - 1], self.mutant)
        return own.with_levels(judges)


def mutant_level(level: LevelJudge, mutant: Mutant) -> LevelJudge:
    """What judges a level by a mutant of its program."""
    changed = copy(level)
    changed.judge = MutantJudge(level.judge, mutant)
    changed.forget()
    return changed


# ------------------------------------------------------------------------------------------------------------ judges


class MutantJudge(Judge):
    """Judges as another judge does, but by a mutant of its program.

    Parameters
    ----------
    judge : Judge
        Of the program as it is.
    mutant : Mutant
        Of the same program.
    """

    def __init__(self, judge: Judge, mutant: Mutant) -> None:
        self.__dict__.update(judge.__dict__)
        self._base = judge
        self._answers, self._keys, self._of_components, self._loud = {}, {}, {}, None
        self._evaluated, self._conditions = self.exact, dict[int, Logic]()
        self._replanned: tuple[int, Reasoner] | None = None
        program, number = self.exact, mutant.home[1]
        match mutant.home[0]:
            case "condition":
                self._conditions = {number: mutant.tree}  # type: ignore[dict-item]  # what stands there is a logic
            case "derived":
                quantity = replace(program.derived[number], value=mutant.tree)  # type: ignore[arg-type]  # likewise
                self._evaluated = replace(program, derived=put_in(program.derived, number, quantity))
                self._conditions = {place: program.conditions[place] for place in conditions_on(program, number)}
            case "proposition":
                changed = replace(program.propositions[number], when=mutant.tree)  # type: ignore[arg-type]  # likewise
                self.exact = replace(program, propositions=put_in(program.propositions, number, changed))
                self._replanned = _replanned(self.exact, changed.name)
            case "disposition":
                line = replace(program.dispositions[number], when=mutant.tree)  # type: ignore[arg-type]  # likewise
                lines = put_in(program.dispositions, number, line)
                self.answering = Answering(replace(program, dispositions=lines))

    def is_other(self, fact: _Fact) -> bool:
        """Whether it says anything else about a fact than the program as it is."""
        situation = self._moved(fact)
        if self._conditions and situation == fact.situation:
            return False
        before, after = self._base.answer_to(fact.situation), self.answer_to(situation)
        if replace(after, situation=0) != replace(before, situation=0):
            return True
        return self.exact.is_counted and self.key(after) != self._base.key(before)

    def judge(self, cells: Mapping[str, object], recorded: Collection[str] | None = None) -> tuple[Answer, bool]:
        """As of `Judge`."""
        answer, is_complete = self._base.judge(cells, recorded)
        if not self._conditions:
            return self.answer_to(answer.situation), is_complete
        there = cells if recorded is None else recorded
        known = tuple(field.name for field in self.exact.fields if field.column in there)
        situation = self._moved(_Fact(answer.situation, self.exact_values(cells), known))
        return self.answer_to(situation), is_complete

    def _moved(self, fact: _Fact) -> int:
        """The situation of a fact, with the outcomes of what was changed."""
        situation = fact.situation
        if self._conditions:
            evaluator = Evaluator(self._evaluated, fact.values, fact.recorded)
            for number, logic in self._conditions.items():
                shift = self.layout.shifts[number]
                situation = situation & ~(3 << shift) | (evaluator.outcome(logic) << shift)
        return situation

    def component(self, component: int, own: int) -> Outcomes:
        """As of `Judge`."""
        if self._replanned is None or self._replanned[0] != component:
            return self._base.component(component, own)
        key = (component, own)
        if key not in self._of_components:
            outcomes = self._replanned[1].reason(0, self.layout.outcomes(component, own))
            names = self.exact.components[component].propositions
            told = zip(names, outcomes, strict=True)
            self._of_components[key] = tuple((name, said) for name, said in told if said != FALSE)
        return self._of_components[key]


def _replanned(program: ir.Program, name: str) -> tuple[int, Reasoner]:
    """What reasons about the one component in which a proposition stands."""
    components = enumerate(program.components)
    place, component = next((place, each) for place, each in components if name in each.propositions)
    own = [proposition for proposition in program.propositions if proposition.name in component.propositions]
    return place, Reasoner(plan_reasoning(own, [component], Problems()))
