"""Propositions as clauses: conjunctions of literals, each of which makes a proposition true.

Negation is pushed down to the leaves, and what stands there is a literal, named by a key:

====== ==================== =================================================
`c17`  condition 17 true    A literal is read twice: pessimistically (what is
`n17`  condition 17 false   unknown is neither true nor false), to learn what
`f5`   proposition 5 true   is *certain*, and optimistically (it is both), to
`g5`   proposition 5 false  learn what is *possible*.
`o`    what is open         never certain, always possible, denied or not
====== ==================== =================================================

Both readings are monotone, and together they are Kleene's logic: true is certain, false is not possible.

INVARIANT: the clauses are linear in the size of the trees. Where distributing would multiply, an auxiliary
proposition stands for the disjunction; it is only ever asked whether it is true (`f`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain, product
from math import prod
from typing import Final, TypeAlias

from gonogo.program.ir import All, AnyOf, Found, Logic, Not, Open, Outcome

WIDEST: Final = 100
"""Most literals of a clause; a wider conjunction is split through auxiliary propositions."""

MOST_WAYS: Final = 8
"""Most conjunctions that a conjunction is distributed into; beyond, a disjunction inside it becomes auxiliary."""

ALWAYS: Final = "t"
"""The key that is true in every situation; an empty conjunction becomes a clause of it alone."""

OPEN: Final = "o"
"""The key of `ir.Open`."""

Ways: TypeAlias = tuple[tuple[str, ...], ...]
"""A disjunction of conjunctions of literals: the ways in which something can be true."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Where all `keys` hold, the proposition number `head` is true."""

    head: int
    keys: tuple[str, ...]

    @property
    def needs(self) -> tuple[int, ...]:
        """Numbers of the propositions that it asks for."""
        return tuple(int(key[1:]) for key in self.keys if key[0] in "fg")


@dataclass(frozen=True, slots=True)
class Mention:
    """That the tree of the proposition `owner` names another, and whether under an odd number of `not`s."""

    owner: int
    other: int
    is_denied: bool
    found: Found


@dataclass(slots=True)
class Draft:
    """What is written while trees become clauses.

    Parameters
    ----------
    numbers : mapping of str to int
        The number of each named proposition.
    names : list of str
        By number; auxiliary propositions are added as ``rule#1``, ``rule#2``, …
    """

    numbers: Mapping[str, int]
    names: list[str]
    clauses: list[Clause] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    _known: dict[Ways, str] = field(default_factory=dict)
    _owner: int = 0

    def write(self, number: int, tree: Logic) -> None:
        """Write the clauses of a named proposition, and of the auxiliary ones that it needs."""
        self._owner = number
        self._known.clear()
        self._write(number, self._ways(tree))

    def _ways(self, tree: Logic) -> Ways:
        # A stack in place of recursion: (node, whether it is asserted and not denied, whether its parts are done).
        todo = [(tree, True, False)]
        done: list[Ways] = []
        while todo:
            node, asserted, is_ready = todo.pop()
            match node:
                case Outcome(condition):
                    done.append(((f"{'c' if asserted else 'n'}{condition}",),))
                case Open():
                    done.append(((OPEN,),))
                case Found():
                    done.append(((self._mention(node, asserted),),))
                case Not(part):
                    todo.append((part, not asserted, False))
                case All(parts) | AnyOf(parts) if is_ready:
                    first = len(done) - len(parts)
                    join = self._conjoin if isinstance(node, All) is asserted else _disjoin
                    done[first:] = [join(done[first:])]
                case All(parts) | AnyOf(parts):
                    todo.append((node, asserted, True))
                    todo.extend((part, asserted, False) for part in reversed(parts))
                case _:
                    raise TypeError(f"not a part of a proposition: {node!r}")
        return done[0]

    def _mention(self, found: Found, asserted: bool) -> str:
        other = self.numbers[found.proposition]
        self.mentions.append(Mention(self._owner, other, not asserted, found))
        return f"{'f' if asserted else 'g'}{other}"

    def _conjoin(self, parts: list[Ways]) -> Ways:
        """Distribute where that stays small; beyond, let auxiliary propositions stand for the widest parts."""
        ways = prod(map(len, parts))
        for index in sorted(range(len(parts)), key=lambda index: -len(parts[index])):
            if ways <= MOST_WAYS:
                break
            ways //= len(parts[index])
            parts[index] = ((self._auxiliary(parts[index]),),)
        picks = (dict.fromkeys(chain.from_iterable(picked)) for picked in product(*parts))
        return tuple(dict.fromkeys(map(tuple, picks)))

    def _auxiliary(self, ways: Ways) -> str:
        """Name a proposition that is true in these ways."""
        if ways not in self._known:
            number = len(self.names)
            self._known[ways] = f"f{number}"
            self.names.append(f"{self.names[self._owner]}#{len(self._known)}")
            self._write(number, ways)
        return self._known[ways]

    def _write(self, head: int, ways: Ways) -> None:
        for keys in ways:
            while len(keys) > WIDEST:
                starts = range(0, len(keys), WIDEST)
                keys = tuple(self._auxiliary((keys[start : start + WIDEST],)) for start in starts)
            self.clauses.append(Clause(head, keys or (ALWAYS,)))


def _disjoin(parts: list[Ways]) -> Ways:
    return tuple(dict.fromkeys(chain.from_iterable(parts)))
