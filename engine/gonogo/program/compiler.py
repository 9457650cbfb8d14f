"""The compiler: a standard's text → Program, by named passes in a forced order.

`resolve` first, because all others work on its trees; `fold` before `conditions`, so that equal tests written
in different units become one; `components` needs numbered conditions; `ticks` last, because explanations and
finer facts go back to the exact program before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gonogo.problems import Problem, Problems, Source, Span
from gonogo.program import ir
from gonogo.program.passes.components import cut_components
from gonogo.program.passes.conditions import number_conditions
from gonogo.program.passes.fold import fold
from gonogo.program.passes.levels import NOTHING, Counted, standard_of_objectives, standards_of
from gonogo.program.passes.limits import warn_never_true
from gonogo.program.passes.releases import warn_dispositions
from gonogo.program.passes.resolve import resolve
from gonogo.program.passes.ticks import lower_to_ticks
from gonogo.program.strata import Plan, plan_reasoning
from gonogo.standard import model
from gonogo.standard.bases import FindBase, no_base
from gonogo.standard.changes import Change
from gonogo.standard.document import read_standard
from gonogo.standard.tree import Expression

PASSES: Final[dict[str, Callable[[ir.Program], ir.Program]]] = {
    "fold": fold,
    "conditions": number_conditions,
    "components": cut_components,
    "ticks": lower_to_ticks,
}
"""The passes after `resolve`, by name, in their order."""

PASS_NAMES: Final = ("resolve", *PASSES)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a standard compiles to.

    Parameters
    ----------
    written : model.Standard
        As its author wrote it.
    exact : ir.Program
        The program before `ticks`, in decimals and units: explanations are read off it.
    program : ir.Program
        The program after all passes, in integers, for facts recorded to the stated resolutions; screens run it, or
        one with finer ticks where facts are finer.
    plan : Plan
        How reasoning is laid out: strata, pages, clauses.
    warnings : tuple of Problem
        What does not refuse the standard, but should be looked at.
    levels : tuple of Compiled
        The levels above items, from the bottom up; `written` of each is the standard that stands for it.
    objectives : Compiled or None
        What is measured over all items of a run, as a standard whose characteristics are the objectives.
    """

    written: model.Standard
    exact: ir.Program
    program: ir.Program
    plan: Plan
    warnings: tuple[Problem, ...] = ()
    levels: tuple[Compiled, ...] = ()
    objectives: Compiled | None = None

    @property
    def parts(self) -> tuple[Compiled, ...]:
        """Items, the levels above them, and the objectives."""
        return (self, *self.levels, *filter(None, [self.objectives]))


@dataclass(frozen=True, slots=True)
class _Part:
    """One level, or the objectives, after each pass."""

    written: model.Standard
    stages: dict[str, ir.Program]

    def compiled(self, problems: Problems) -> Compiled:
        exact = self.stages["components"]
        plan = plan_reasoning(exact.propositions, exact.components, problems)
        return Compiled(self.written, exact, self.stages["ticks"], plan)

    def warn(self, problems: Problems) -> None:
        warn_never_true(self.stages["fold"], problems)
        warn_dispositions(self.stages["fold"], problems)


def compile_standard(source: Source, find_base: FindBase = no_base, changes: Sequence[Change] = ()) -> Compiled:
    """Read and compile a standard; raises `Refused` with all its problems at once.

    Parameters
    ----------
    find_base : callable
        Gives what a standard extends; see `FindBase`.
    changes : sequence of Change
        Laid over the text before it is read.
    """
    problems = Problems()
    items, *above = parts = _parts(source, problems, find_base, changes)
    compiled = [part.compiled(problems) for part in parts]
    problems.refuse_errors()
    has_objectives = bool(items.written.objectives)
    for part in parts[: len(parts) - has_objectives]:
        part.warn(problems)
    warnings = sorted(set(problems.found), key=lambda problem: problem.sort_key)
    return replace(
        compiled[0],
        warnings=tuple(warnings),
        levels=tuple(compiled[1 : len(above) + 1 - has_objectives]),
        objectives=compiled[-1] if has_objectives else None,
    )


def programs_after(source: Source, name: str, find_base: FindBase = no_base) -> tuple[ir.Program, ...]:
    """The programs of all levels and of the objectives after the pass of that name; raises `Refused`."""
    return tuple(part.stages[name] for part in _parts(source, Problems(), find_base))


def compile_conditions(
    standard: model.Standard, conditions: Mapping[str, Expression], source: Source, problems: Problems
) -> Compiled | None:
    """Conditions on the facts of a standard, written in another text: each as a rule of its name; None with problems.

    Parameters
    ----------
    standard : model.Standard
        One that compiles.
    conditions : mapping of str to Expression
        By names of any kind.
    source : Source
        The text that they stand in. What else there is to be said of the standard has been said.
    """
    found = Problems()
    part = _Part(asking := _asking(standard, conditions), _stages(asking, NOTHING, found))
    own = [each for each in found.found if isinstance(each.place, Span) and each.place.source is source]
    problems.found += own
    return None if found.has_errors else part.compiled(problems)


def _asking(standard: model.Standard, conditions: Mapping[str, Expression]) -> model.Standard:
    """A standard with the same quantities, whose rules are the conditions."""
    class_ = standard.classes[0]
    return replace(
        standard,
        characteristics={},
        rules={
            name: model.Rule(model.Requirement(name, class_, name, None, None, None, when.span), when)
            for name, when in conditions.items()
        },
        tables={name: table for name, table in standard.tables.items() if table.gives_value},
        dispositions=(),
        applies=None,
        levels=(),
        objectives={},
        lent=frozenset(standard.parameters),
    )


def _parts(source: Source, problems: Problems, find_base: FindBase, changes: Sequence[Change] = ()) -> list[_Part]:
    """Items, the levels above them from the bottom up, and the objectives, compiled; raises `Refused`."""
    written = read_standard(source, problems, find_base, changes)
    parts = []
    if written is not None:
        parts = [_Part(standard, _stages(standard, counted, problems)) for standard, counted in standards_of(written)]
        if written.objectives:
            parts.append(_Part(measured := standard_of_objectives(written), _stages(measured, NOTHING, problems)))
    problems.refuse_errors()
    return parts


def _stages(written: model.Standard, counted: Counted, problems: Problems) -> dict[str, ir.Program]:
    """The program after each pass; only `resolve` can find problems, and the others need a program without."""
    program = resolve(written, problems, counted)
    stages = {"resolve": program}
    if problems.has_errors:
        return stages
    for name, run in PASSES.items():
        program = run(program)
        stages[name] = program
    return stages
