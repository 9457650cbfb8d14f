"""The compiler: a standard's text → Program, by named passes in a forced order.

`resolve` first, because all others work on its trees; `fold` before `conditions`, so that equal tests written
in different units become one; `components` needs numbered conditions; `ticks` last, because explanations and
finer facts go back to the exact program before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gonogo.problems import Problem, Problems, Source
from gonogo.program import ir
from gonogo.program.passes.components import cut_components
from gonogo.program.passes.conditions import number_conditions
from gonogo.program.passes.fold import fold
from gonogo.program.passes.limits import warn_never_true
from gonogo.program.passes.releases import warn_dispositions
from gonogo.program.passes.resolve import resolve
from gonogo.program.passes.ticks import lower_to_ticks
from gonogo.program.strata import Plan, plan_reasoning
from gonogo.standard import model
from gonogo.standard.document import read_standard

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
    """

    written: model.Standard
    exact: ir.Program
    program: ir.Program
    plan: Plan
    warnings: tuple[Problem, ...]


def compile_standard(source: Source) -> Compiled:
    """Read and compile a standard; raises `Refused` with all its problems at once."""
    problems = Problems()
    written = read_standard(source, problems)
    stages = _stages(written, problems) if written is not None else {}
    problems.refuse_errors()
    assert written is not None
    exact = stages["components"]
    plan = plan_reasoning(exact.propositions, exact.components, problems)
    problems.refuse_errors()
    warn_never_true(stages["fold"], problems)
    warn_dispositions(stages["fold"], problems)
    warnings = sorted(set(problems.found), key=lambda problem: problem.sort_key)
    return Compiled(written, exact, stages["ticks"], plan, tuple(warnings))


def program_after(source: Source, name: str) -> ir.Program:
    """The program as it stands after the pass of that name; raises `Refused`."""
    problems = Problems()
    written = read_standard(source, problems)
    stages = _stages(written, problems) if written is not None else {}
    problems.refuse_errors()
    return stages[name]


def _stages(written: model.Standard, problems: Problems) -> dict[str, ir.Program]:
    """The program after each pass; only `resolve` can find problems, and the others need a program without."""
    program = resolve(written, problems)
    stages = {"resolve": program}
    if problems.has_errors:
        return stages
    for name, run in PASSES.items():
        program = run(program)
        stages[name] = program
    return stages
