"""What decided a value that was chosen among several: the tests of the case that holds, and why none before it did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, Logic, Value
from gonogo.program.passes.rewrite import leaves
from gonogo.screen.exact import Evaluator
from gonogo.screen.standing import Standing


def decided(value: Value, evaluator: Evaluator) -> Value:
    """The value without what did not matter on this fact: of a choice, one case with the tests that decided."""
    if isinstance(value, ir.DerivedValue):
        inner = Standing.of(evaluator.program).derived[value.name]
        return decided(inner, evaluator) if isinstance(inner, ir.Choice) else value
    if not isinstance(value, ir.Choice):
        return value
    outcomes = [evaluator.outcome(test) for test, _ in value.cases]
    held = outcomes.index(TRUE) if TRUE in outcomes else len(outcomes)
    taken = value.cases[held][1] if held < len(outcomes) else value.otherwise
    if taken is None or any(outcome != FALSE for outcome in outcomes[:held]):
        return value
    failed = [list(_deciding(test, FALSE, evaluator)) for test, _ in value.cases[:held]]
    holds = list(_deciding(value.cases[held][0], TRUE, evaluator)) if held < len(outcomes) else []
    return ir.Choice(((ir.All((*holds, *_telling(failed))), taken),), None, value.type)


def _deciding(logic: Logic, outcome: int, evaluator: Evaluator) -> Iterator[Logic]:
    """The tests that make a logic come out as it does."""
    match logic:
        case ir.All(parts) | ir.AnyOf(parts):
            for part in parts:
                if evaluator.outcome(part) == outcome:
                    yield from _deciding(part, outcome, evaluator)
        case ir.Not(part):
            yield from _deciding(part, TRUE if outcome == FALSE else FALSE, evaluator)
        case test:
            yield test


def _telling(failed: Sequence[Sequence[Logic]]) -> list[Logic]:
    """The tests that failed; where one field alone let every case fail, only those that are about it."""
    about = [{leaf for test in tests for leaf in leaves(test)} for tests in failed]
    common = set.intersection(*about) if about else set()
    tests = list(dict.fromkeys(test for case in failed for test in case))
    return [test for test in tests if not common or not common.isdisjoint(leaves(test))]
