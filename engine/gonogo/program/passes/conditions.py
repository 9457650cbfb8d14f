"""Pass `conditions`: the atomic tests of all rules, each once and numbered; the rules keep their outcomes only."""

from __future__ import annotations

from dataclasses import replace

from gonogo.program import ir
from gonogo.program.passes.rewrite import TESTS, replace_leaves


def number_conditions(program: ir.Program) -> ir.Program:
    """The program with `conditions` filled; tests inside values (`if C then …`) stay where they are."""
    numbers: dict[ir.Test, int] = {}

    def outcome(logic: ir.Logic) -> ir.Logic:
        if not isinstance(logic, TESTS):
            return logic
        return ir.Outcome(numbers.setdefault(logic, len(numbers)))

    propositions = tuple(replace(p, when=replace_leaves(p.when, outcome)) for p in program.propositions)
    return replace(program, propositions=propositions, conditions=tuple(numbers))
