"""Which rules can speak at all: a rule that no readable value makes true is silent, and its silence says nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from gonogo.program import ir
from gonogo.program.ir import Logic
from gonogo.program.passes.limits import MOST_PARTS, excludes

DEEPEST: Final = 50
"""Findings that stand on findings are followed so far; beyond, nothing is claimed."""


def silent_rules(program: ir.Program) -> frozenset[str]:
    """The rules and sides of which it is seen at once that no fact makes them true.

    Parameters
    ----------
    program : Program
        After the pass `conditions`.
    """
    possible = _Possible(program)
    return frozenset(each.name for each in program.propositions if not possible.can_be(each.when, outcome=True))


@dataclass(slots=True)
class _Possible:
    program: ir.Program
    _depth: int = 0
    _known: dict[tuple[str, bool], bool] = field(default_factory=dict)
    _words: dict[str, frozenset[str]] = field(init=False)
    _when: dict[str, Logic] = field(init=False)

    def __post_init__(self) -> None:
        """Look up by name what is asked after often."""
        self._words = {each.name: frozenset(each.one_of) for each in self.program.fields if each.one_of}
        self._when = {each.name: each.when for each in self.program.propositions}

    def can_be(self, logic: Logic, *, outcome: bool) -> bool:
        """Whether a logic may be true, or false, of some fact."""
        match logic:
            case ir.All(parts):
                return self._together(parts, outcome=True) if outcome else self._one_of(parts, outcome=False)
            case ir.AnyOf(parts):
                return self._one_of(parts, outcome=True) if outcome else self._together(parts, outcome=False)
            case ir.Not(part):
                return self.can_be(part, outcome=not outcome)
            case ir.Outcome(condition):
                return self.can_be(self.program.conditions[condition], outcome=outcome)
            case ir.Found(name):
                return self._finding(name, outcome=outcome)
            case ir.Member(ir.FieldValue(name=name), options):
                return self._word(name, frozenset(each.value for each in options), outcome=outcome)
            case ir.Compare("=" | "!=" as op, ir.FieldValue(name=name), ir.Constant(value)):
                return self._word(name, frozenset({value}), outcome=outcome == (op == "="))
            case _:
                return True

    def _one_of(self, parts: tuple[Logic, ...], *, outcome: bool) -> bool:
        return any(self.can_be(part, outcome=outcome) for part in parts)

    def _together(self, parts: tuple[Logic, ...], *, outcome: bool) -> bool:
        if not all(self.can_be(part, outcome=outcome) for part in parts):
            return False
        tests = [self._test(part) for part in parts[:MOST_PARTS]] if outcome else []
        compared = [test for test in tests if isinstance(test, ir.Compare)]
        return not any(excludes(one, other) for one, other in combinations(compared, 2))

    def _test(self, logic: Logic) -> Logic:
        return self.program.conditions[logic.condition] if isinstance(logic, ir.Outcome) else logic

    def _finding(self, name: str, *, outcome: bool) -> bool:
        key = (name, outcome)
        if key not in self._known:
            if name not in self._when or self._depth >= DEEPEST:
                return True
            self._depth += 1
            self._known[key] = self.can_be(self._when[name], outcome=outcome)
            self._depth -= 1
        return self._known[key]

    def _word(self, name: str, words: frozenset[object], *, outcome: bool) -> bool:
        """A category holds one of its own words, or nothing that can be used."""
        own = self._words.get(name)
        if own is None:
            return True
        return bool(own & words if outcome else own - words)
