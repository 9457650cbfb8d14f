"""Situations to findings, by forward chaining in durable-rules.

A layer of the plan is one flat message to each page that holds its clauses: a field for each literal that
holds, asserted as a fact, drained, retracted. What fired are findings, and findings are literals of the
next layer. Each layer is worked out pessimistically (what is certain) and, where any outcome is
unknown, optimistically (what is possible); see `program.clauses`.

INVARIANT: durable-rules sees conjunctions of `field == 1` and nothing else, one message at a time per ruleset,
one sid. Outside of that it loses firings, hangs or crashes.
INVARIANT: a ruleset is lent to one thread at a time, and given back only after a drain and a retraction that
succeeded; after anything else it is deleted, and nothing of a situation can leak into the next.
INVARIANT: a ruleset's state is deleted before the ruleset: durable-rules does not do it, and loses some 800 kB.
INVARIANT: a new ruleset is first shown the situation in which everything holds, and must fire each clause once. It
proves the page, and makes the state safe to delete: durable-rules frees a wild pointer in one that never fired.
"""

from __future__ import annotations

import json
import os
import sys
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, compress
from operator import add, itemgetter
from typing import Any, Final

from gonogo.problems import Problem, Refused
from gonogo.program.clauses import ALWAYS, OPEN, Clause
from gonogo.program.ir import FALSE, TRUE, UNKNOWN
from gonogo.program.strata import Group, Layer, Plan, Section

_SID: Final = "0"
_HEAD: Final = ('{"id":1,"sid":0', f'"{ALWAYS}":1')
"""How every message begins; both fields are kept by the slot 0 of a truth, which is always 1."""


def _table(*, holds_for: Iterable[int]) -> bytes:
    return bytes(outcome in holds_for for outcome in range(256))


_IS_TRUE, _IS_FALSE = _table(holds_for={TRUE}), _table(holds_for={FALSE})
_CAN_BE_TRUE, _CAN_BE_FALSE = _table(holds_for={TRUE, UNKNOWN}), _table(holds_for={FALSE, UNKNOWN})

_OUTCOMES: Final = (FALSE, UNKNOWN, TRUE)
"""By the number of readings (certain, possible) in which a proposition is true; what is certain is possible."""


class Reasoner:
    """Works out the propositions of a component from the outcomes of its conditions. Threads may share it.

    Parameters
    ----------
    plan : Plan
        Of the program; its pages become rulesets when they are first needed, and are deleted with the reasoner.

    Raises
    ------
    Refused
        ``no-durable-rules``, where durable-rules cannot be imported.
    """

    def __init__(self, plan: Plan) -> None:
        _engine()
        self._plan = plan
        self._pages = tuple(map(_Page, plan.pages))
        self._rooms: dict[int, _Room] = {}
        # At exit the process takes its memory with it.
        weakref.finalize(self, _close, self._pages).atexit = False

    def reason(self, component: int, outcomes: Sequence[int]) -> tuple[int, ...]:
        """Work out one situation.

        Parameters
        ----------
        component : int
            Its number in the program.
        outcomes : sequence of int
            FALSE, TRUE or UNKNOWN for each of ``component.conditions``, in that order.

        Returns
        -------
        tuple of int
            FALSE, TRUE or UNKNOWN for each of ``component.propositions``, in that order.
        """
        room = self._rooms.get(component)
        if room is None:
            room = self._rooms[component] = _Room.furnish(self._plan.groups[component], self._pages)
        return room.reason(bytes(outcomes))


# ------------------------------------------------------------------------------------------ one component


@dataclass(frozen=True, slots=True)
class _Step:
    """A layer, ready to run: `denied` are the slots of (true, false) of propositions whose falsehood is asked for."""

    leaves: tuple[_Leaf, ...]
    denied: tuple[tuple[int, int], ...]
    is_circular: bool

    def infer(self, truth: bytearray) -> None:
        """Add to `truth` what this layer finds."""
        before = None
        while before != truth:
            before = truth[:] if self.is_circular else truth
            for leaf in self.leaves:
                leaf.infer(truth)


@dataclass(frozen=True, slots=True)
class _Room:
    """One component's steps over its *truth*: a byte for each literal, `1 o c… n… f… g…`, 1 where it holds."""

    conditions: int
    propositions: int
    named: slice
    steps: tuple[_Step, ...]
    is_open: bool
    """Whether something is unknown in every situation."""

    @classmethod
    def furnish(cls, group: Group, pages: Sequence[_Page]) -> _Room:
        keys = chain(
            (ALWAYS, OPEN),
            (f"{letter}{number}" for letter in "cn" for number in group.conditions),
            (f"{letter}{number}" for letter in "fg" for number in group.propositions),
        )
        slots = {key: slot for slot, key in enumerate(keys)}
        first = slots[OPEN] + 1 + 2 * len(group.conditions)
        steps = tuple(_step(layer, slots, pages) for layer in group.layers)
        sections = [section for layer in group.layers for section in layer.sections]
        clauses = (clause for part in sections for clause in pages[part.page].clauses[part.start : part.stop])
        is_open = any(OPEN in clause.keys for clause in clauses)
        return cls(len(group.conditions), len(group.propositions), slice(first, first + group.named), steps, is_open)

    def reason(self, situation: bytes) -> tuple[int, ...]:
        """Outcomes of the named propositions."""
        certain = possible = self._truth(situation, _IS_TRUE, _IS_FALSE, is_open=False)
        if UNKNOWN in situation or self.is_open:
            possible = self._truth(situation, _CAN_BE_TRUE, _CAN_BE_FALSE, is_open=True)
        for step in self.steps:
            step.infer(certain)
            if possible is not certain:
                step.infer(possible)
            for found, not_found in step.denied:
                certain[not_found] = not possible[found]
                possible[not_found] = not certain[found]
        readings = map(add, certain[self.named], possible[self.named])
        return tuple(map(_OUTCOMES.__getitem__, readings))

    def _truth(self, situation: bytes, is_true: bytes, is_false: bytes, *, is_open: bool) -> bytearray:
        if len(situation) != self.conditions:
            raise ValueError(f"{len(situation)} outcomes for {self.conditions} conditions")
        findings = bytes(2 * self.propositions)
        return bytearray(bytes((1, is_open)) + situation.translate(is_true) + situation.translate(is_false) + findings)


def _step(layer: Layer, slots: dict[str, int], pages: Sequence[_Page]) -> _Step:
    leaves = tuple(_leaf(section, slots, pages[section.page]) for section in layer.sections)
    denied = tuple((slots[f"f{number}"], slots[f"g{number}"]) for number in layer.denied)
    return _Step(leaves, denied, layer.is_circular)


# ----------------------------------------------------------------------------------------------- one page


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A section of a page as its component sees it; what else stands on the page is not heard."""

    page: _Page
    read: Callable[[bytearray], tuple[int, ...]]
    fragments: tuple[str, ...]
    heads: dict[str, int]

    def infer(self, truth: bytearray) -> None:
        """Add to `truth` what this section finds."""
        message = ",".join(compress(self.fragments, self.read(truth))) + "}"
        for name in self.page.fire(message):
            if name in self.heads:
                truth[self.heads[name]] = 1


def _leaf(section: Section, slots: dict[str, int], page: _Page) -> _Leaf:
    names = range(section.start, section.stop)
    heads = {_name(number): slots[f"f{page.clauses[number].head}"] for number in names}
    keys = _fields(page.clauses[section.start : section.stop])
    fragments = (*_HEAD, *(f'"{page.fields[key]}":1' for key in keys))
    return _Leaf(page, itemgetter(0, 0, *(slots[key] for key in keys)), fragments, heads)


class _Page:
    """A ruleset that is compiled when it is needed, as often as threads need it at the same time."""

    __slots__ = ("clauses", "fields", "idle")

    def __init__(self, clauses: tuple[Clause, ...]) -> None:
        self.clauses = clauses
        self.fields = _fields(clauses)
        self.idle: list[int] = []

    def fire(self, message: str) -> list[str]:
        """Send the message; the names of the clauses that it makes true."""
        try:
            ruleset = self.idle.pop()
        except IndexError:
            ruleset = self._compile()
        try:
            fired = _drain(ruleset, message)
        except BaseException:
            _delete(ruleset)
            raise
        self.idle.append(ruleset)
        return fired

    def _compile(self) -> int:
        rules = {_name(number): {"all": [{"m": self._pattern(clause)}]} for number, clause in enumerate(self.clauses)}
        ruleset: int = _engine().create_ruleset("gonogo", json.dumps(rules))
        everything = (f'"{name}":1' for name in self.fields.values())
        fired = _drain(ruleset, ",".join((*_HEAD, *everything)) + "}")
        if sorted(fired) != list(rules):
            raise RuntimeError(f"durable-rules fired {len(fired)} clauses where {len(rules)} hold")
        return ruleset

    def _pattern(self, clause: Clause) -> dict[str, Any]:
        tests = [{self.fields.get(key, ALWAYS): 1} for key in clause.keys]
        return {"$and": tests} if len(tests) > 1 else tests[0]


def _fields(clauses: Iterable[Clause]) -> dict[str, str]:
    """Name each key on this page; durable-rules tells names apart by a hash only, and of these few none collide."""
    keys = dict.fromkeys(key for clause in clauses for key in clause.keys if key != ALWAYS)
    return {key: f"k{number}" for number, key in enumerate(keys)}


def _name(number: int) -> str:
    """Name a clause on its page in two characters, so that it is cut out of an answer without parsing it."""
    return f"{number:02}"


# -------------------------------------------------------------------------------------------- durable-rules


def _drain(ruleset: int, message: str) -> list[str]:
    """Assert, take every firing, retract."""
    engine = _engine()
    fired = []
    status, state = engine.assert_fact(ruleset, message)
    if status > 1:  # 0: something fires, 1: nothing does, else a failure
        raise RuntimeError(f"durable-rules did not accept a situation (status {status})")
    started = engine.start_action_for_state(ruleset, state)
    firing = started and started[1]
    while firing:
        fired.append(firing[2:4])  # {"07":{"m":…}}
        firing = engine.complete_and_start_action(ruleset, state)
    engine.retract_fact(ruleset, message)
    return fired


def _delete(ruleset: int) -> None:
    engine = _engine()
    engine.delete_state(ruleset, _SID)
    engine.delete_ruleset(ruleset)


def _close(pages: Iterable[_Page]) -> None:
    for page in pages:
        while page.idle:
            _delete(page.idle.pop())


@cache
def _engine() -> Any:
    """Import the C extension under durable-rules: faster than its Python front, and without its timer threads."""
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    try:
        if flags is not None:
            # Python 3.13 dropped a symbol that the extension names and never calls: bind it when it is called.
            sys.setdlopenflags(flags & ~os.RTLD_NOW | os.RTLD_LAZY)
        import durable_rules_engine
    except ImportError as error:
        raise Refused([_missing(error)]) from error
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)
    return durable_rules_engine


def _missing(error: ImportError) -> Problem:
    return Problem(
        "no-durable-rules",
        "durable-rules",
        f"it cannot be imported: {error}",
        "install a C compiler and the Python headers, then durable-rules; on Python 3.13 and later by "
        "`CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install --no-binary :all: --force-reinstall "
        "--no-cache-dir durable-rules`",
    )
