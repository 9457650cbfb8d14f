"""Pass `components`: the program is cut where rules share no condition and no finding.

Two hundred independent limits that each fail now and then would make more situations together than there are
facts; taken one by one they make a few hundred.
"""

from __future__ import annotations

from dataclasses import replace

from gonogo.program import ir
from gonogo.program.passes.rewrite import leaves


def cut_components(program: ir.Program) -> ir.Program:
    """The program with `components` filled, in the order of their first propositions."""
    names = [proposition.name for proposition in program.propositions]
    group = _Groups()
    for proposition in program.propositions:
        group.join(proposition.name, proposition.name)
        for leaf in leaves(proposition.when):
            if isinstance(leaf, ir.Outcome):
                group.join(proposition.name, leaf.condition)
            elif isinstance(leaf, ir.Found):
                group.join(proposition.name, leaf.proposition)
    members: dict[str | int, list[str]] = {}
    for name in names:
        members.setdefault(group.root(name), []).append(name)
    conditions: dict[str | int, list[int]] = {root: [] for root in members}
    for number in range(len(program.conditions)):
        conditions[group.root(number)].append(number)
    components = tuple(ir.Component(tuple(conditions[root]), tuple(found)) for root, found in members.items())
    return replace(program, components=components)


class _Groups:
    """Disjoint sets, joined pair by pair."""

    def __init__(self) -> None:
        self.parent: dict[str | int, str | int] = {}

    def root(self, member: str | int) -> str | int:
        parent = self.parent.setdefault(member, member)
        while parent != self.parent[parent]:
            self.parent[parent] = self.parent[self.parent[parent]]
            parent = self.parent[parent]
        self.parent[member] = parent
        return parent

    def join(self, one: str | int, other: str | int) -> None:
        self.parent[self.root(one)] = self.root(other)
