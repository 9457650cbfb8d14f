"""What stands on what in a program, worked out once: an explanation asks it of every rule and every field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gonogo.program import ir
from gonogo.program.ir import Logic, Program, Value
from gonogo.program.passes.rewrite import leaves

MOST_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """The parts of a program by name, and the fields below them.

    Parameters
    ----------
    below : mapping of str to tuple of str
        For each derived quantity the fields that it is worked out from, through others, in their order there.
    tests : mapping of str to tuple of Test
        For each field the conditions that stand on it.
    reach : mapping of str to set of str
        For each field the rules that may speak otherwise where only its value changes.
    """

    program: Program
    propositions: Mapping[str, Logic]
    derived: Mapping[str, Value]
    fields: Mapping[str, ir.FieldValue]
    below: Mapping[str, tuple[str, ...]]
    tests: Mapping[str, tuple[ir.Test, ...]]
    reach: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, program: Program) -> Standing:
        """That of a program; those of the last few programs are kept."""
        known = _KEPT.get(id(program))
        if known is None or known.program is not program:
            known = _standing(program)
            if len(_KEPT) >= MOST_KEPT:
                _KEPT.clear()
            _KEPT[id(program)] = known
        return known

    def value_of(self, name: str) -> Value | None:
        """The field or derived quantity of that name, as a value."""
        return self.fields.get(name) or self.derived.get(name)

    def fields_below(self, node: Value | Logic) -> tuple[str, ...]:
        """The fields that a value or test is worked out from, each once."""
        return _fields_below(node, self.below)


_KEPT: Final[dict[int, Standing]] = {}


def _standing(program: Program) -> Standing:
    below: dict[str, tuple[str, ...]] = {}
    for quantity in program.derived:  # each stands behind those that it uses
        below[quantity.name] = _fields_below(quantity.value, below)
    tests: dict[str, list[ir.Test]] = {}
    for test in program.conditions:
        for name in _fields_below(test, below):
            tests.setdefault(name, []).append(test)
    return Standing(
        program=program,
        propositions={proposition.name: proposition.when for proposition in program.propositions},
        derived={quantity.name: quantity.value for quantity in program.derived},
        fields={known.name: ir.FieldValue(known.name, known.type) for known in program.fields},
        below=below,
        tests={name: tuple(found) for name, found in tests.items()},
        reach=_reach(program, below),
    )


def _reach(program: Program, below: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """Rules in one component with a condition on the field; all, where it says whether the standard applies."""
    rules = frozenset(rule.name for rule in program.rules)
    reach: dict[str, set[str]] = {}
    for component in program.components:
        members = rules if program.applies in component.propositions else rules.intersection(component.propositions)
        for number in component.conditions:
            for name in _fields_below(program.conditions[number], below):
                reach.setdefault(name, set()).update(members)
    return {name: frozenset(members) for name, members in reach.items()}


def _fields_below(node: Value | Logic, below: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for leaf in leaves(node):
        if isinstance(leaf, ir.FieldValue | ir.Recorded):
            found[leaf.name] = None
        elif isinstance(leaf, ir.DerivedValue):
            found |= dict.fromkeys(below[leaf.name])
    return tuple(found)
