"""What a benchmark is about: facts, rules in the forms the peers read, and the right answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Fact = dict[str, Any]
Answer = tuple[str | None, Collection[str]]
"""The class of a fact (None where nothing was found, `?` where it can't be told), and the rules that spoke."""
Decide = Callable[[Fact], Answer]
Test = tuple[str, str, object]
"""Field, operator (`$lt`, …), constant: what durable-rules compares."""

SEVERITY: Final = {"critical": 0, "major": 1, "minor": 2}
UNTOLD: Final = "?"


@dataclass(frozen=True, slots=True)
class Facts:
    """The same facts in every form that a peer reads; `expected` holds the exact answers to all of them."""

    numbers: Sequence[Fact]  # columns as they are headed, Python numbers in them
    text: Sequence[Fact]  # the same as CSV text
    named: Sequence[Fact]  # fields by their short names, Python numbers
    expected: Sequence[Answer]

    def cut(self, start: int, stop: int) -> Facts:
        part = slice(start, stop)
        return Facts(self.numbers[part], self.text[part], self.named[part], self.expected[part])


@dataclass(frozen=True, slots=True)
class Workload:
    """One benchmark."""

    title: str
    standard: str  # what `gonogo.load` is given
    classes: Mapping[str, str]  # rule → class
    expressions: Mapping[str, str]  # rule → condition, in the words that ZEN and rule-engine share
    conjunctions: Sequence[tuple[str, Sequence[Test]]]  # rule, tests that hold together; a rule may have several
    derive: Callable[[Fact], Fact] | None  # quantities that durable-rules cannot work out for itself
    by_hand: Decide
    by_hand_from_text: Decide
    facts: Facts
    warmed_by: int  # as many facts at the start warm every peer up, and are not timed
    source: str


def worst(classes: Mapping[str, str], spoke: Collection[str]) -> str | None:
    """The most severe class of the rules that spoke."""
    if not spoke:
        return None
    return min((classes[rule] for rule in spoke), key=SEVERITY.__getitem__)
