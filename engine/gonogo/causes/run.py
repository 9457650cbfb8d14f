"""Traces of many units: each distinct set of observations is traced once, and units are grouped by their causes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from gonogo.causes.pack import CauseGraph, Observed
from gonogo.causes.trace import Known, Trace
from gonogo.levels.unless import plural
from gonogo.levels.verdict import LevelVerdict
from gonogo.problems import Problem
from gonogo.verdict import Verdict

AT_ONCE: Final = 512
"""So many distinct sets of observations are traced at once."""

Key: TypeAlias = "tuple[Observed, tuple[str, ...]]"


@dataclass(frozen=True, slots=True)
class TracedUnit:
    """An item, a lot, or a unit of a level above, whose findings are traced.

    Parameters
    ----------
    kind : str
        What one of its kind is called: ``item``, ``lot``, …
    name : str or None
        Its id.
    lot : str or None
        Of an item, the id of its lot.
    disposition : str or None
        What happens to it.
    """

    kind: str
    name: str | None
    lot: str | None
    disposition: str | None

    def __str__(self) -> str:
        if self.name is None and self.kind == "item":
            return "what was seen"
        return f"{self.kind} {self.name or 'without a name'}"


@dataclass(slots=True)
class Group:
    """Units that are put down to the same cause.

    Parameters
    ----------
    causes : tuple of str
        One; or several; none where it is more probable that the graph does not know it.
    is_joint : bool
        Whether several are present together; else they can't be told apart.
    units : int
        How many they are.
    examples : list of TracedUnit
        The first of them.
    """

    causes: tuple[str, ...]
    is_joint: bool = False
    units: int = 0
    examples: list[TracedUnit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pareto:
    """Units by cause, the most frequent first; and of how many units each cause is expected to be present.

    Parameters
    ----------
    expected : dict of str to float
        The sum of its probabilities over the units, whatever leads in them.
    """

    groups: tuple[Group, ...]
    expected: dict[str, float]
    units: int


class Tracing:
    """Takes verdicts as they are given, and traces those that found something.

    Parameters
    ----------
    graph : CauseGraph
        What they are traced through.
    seen, not_seen : sequence of str
        What a person says of every unit: it outranks the verdicts.
    findings : sequence of str
        What is traced; without it, of each unit its findings of the most severe class.

    Attributes
    ----------
    unexplained : Counter
        Of how many units a rule was found that the graph does not explain.
    unjudged : int
        How many units could not be judged, and had no finding: there is nothing to trace in them.
    contradicting : int
        Of how many units the observations contradict each other, once they have been traced.
    """

    def __init__(
        self,
        graph: CauseGraph,
        *,
        seen: Sequence[str] = (),
        not_seen: Sequence[str] = (),
        findings: Sequence[str] = (),
    ) -> None:
        graph.refuse_unknown(seen, not_seen, findings)
        self.graph = graph
        self.seen, self.not_seen, self.named = tuple(seen), tuple(not_seen), tuple(findings)
        self.unexplained: Counter[str] = Counter()
        self.unjudged = 0
        self.contradicting = 0
        self._classes: dict[str, tuple[int, str]] = {}
        self.found: Counter[str] = Counter()
        self._units: list[tuple[TracedUnit, int]] = []
        self._keys: dict[Key, int] = {}

    def add_seen(self) -> None:
        """Take what a person says, of a unit that has no verdict."""
        observed = Observed()
        traced = self.graph.traced(observed, self.seen, self.not_seen, self.named)
        self._units.append((TracedUnit("item", None, None, None), self._keys.setdefault((observed, traced), 0)))

    @property
    def units(self) -> int:
        """How many units are traced."""
        return len(self._units)

    @property
    def distinct(self) -> int:
        """How many of them differ in what was observed."""
        return len(self._keys)

    def add(self, verdict: Verdict | LevelVerdict) -> bool:
        """Take a verdict; whether there is something to trace in it."""
        if not verdict.findings and not self.seen:
            self.unjudged += verdict.outcome == "indeterminate"
            return False
        observed = self.graph.observe(verdict)
        traced = self.graph.traced(observed, self.seen, self.not_seen, self.named)
        if not self.named:
            known = self.graph.written.nonconformities
            strange = {each.rule: each for each in verdict.findings if not {each.rule, each.name} & known.keys()}
            self.unexplained.update(strange.keys())
            ranks = verdict.judge.answering.severity
            self._classes.update({rule: (ranks[each.class_], each.class_) for rule, each in strange.items()})
        if not traced:
            return False
        self.found.update(traced)
        key = (observed, traced)
        self._units.append((_unit(verdict), self._keys.setdefault(key, len(self._keys))))
        return True

    def traces(
        self, report: Callable[[Problem], None], watch: Callable[[int, int], None] | None = None
    ) -> Iterator[tuple[TracedUnit, Trace]]:
        """Give the traces in the order of the units; of observations that contradict each other a problem.

        Parameters
        ----------
        report : callable
            Takes the problems.
        watch : callable, optional
            Is told how many distinct sets of observations are traced, and of how many.
        """
        traced = self._traced(watch)
        contradicting: dict[int, list[TracedUnit]] = {}
        for unit, number in self._units:
            trace = traced[number]
            if trace is None:
                contradicting.setdefault(number, []).append(unit)
            else:
                yield unit, trace
        keys = list(self._keys)
        self.contradicting = sum(map(len, contradicting.values()))
        for number, units in contradicting.items():
            others = f" and {len(units) - 1:,} more" if len(units) > 1 else ""
            whose = f"the observations of {units[0]}{others}"
            report(self.graph.contradiction(self._known(keys[number]), whose))

    def unexplained_problems(self) -> Iterator[Problem]:
        """Tell of findings that the graph does not explain, the most severe first."""
        for rule, count in sorted(self.unexplained.items(), key=lambda pair: (self._classes[pair[0]], pair[0])):
            units = "one unit" if count == 1 else f"{count:,} units"
            class_ = self._classes[rule][1]
            what = f"`{rule}`, {class_}, was found of {units}, and the cause-effect graph does not explain it"
            mend = "name it under `nonconformities`, with what brings it about"
            yield Problem("unexplained-finding", self.graph.path, what, mend, "warning")

    def _traced(self, watch: Callable[[int, int], None] | None) -> list[Trace | None]:
        keys, found = list(self._keys), list[Trace | None]()
        for first in range(0, len(keys), AT_ONCE):
            part = [(self._known(key), key[1]) for key in keys[first : first + AT_ONCE]]
            found += self.graph.traces(part)
            if watch is not None:
                watch(len(found), len(keys))
        return found

    def _known(self, key: Key) -> tuple[Known, ...]:
        return self.graph.known(key[0], self.seen, self.not_seen)


def pareto(traces: Iterable[tuple[TracedUnit, Trace]], examples: int = 3) -> Pareto:
    """Group units by what their findings are put down to.

    Parameters
    ----------
    examples : int
        How many units of each group are kept.
    """
    groups: dict[tuple[tuple[str, ...], bool], Group] = {}
    expected: defaultdict[str, float] = defaultdict(float)
    units = 0
    for unit, trace in traces:
        units += 1
        key = (_led_by(trace), trace.is_joint)
        group = groups.setdefault(key, Group(*key))
        group.units += 1
        if len(group.examples) < examples:
            group.examples.append(unit)
        for cause in trace.candidates:
            expected[cause.cause] += cause.probability
    ordered = sorted(groups.values(), key=lambda group: (-group.units, group.causes))
    return Pareto(tuple(ordered), dict(expected), units)


def _led_by(trace: Trace) -> tuple[str, ...]:
    if trace.top is None:
        return ()
    return tuple(sorted(trace.ties)) or (trace.top.cause,)


def _unit(verdict: Verdict | LevelVerdict) -> TracedUnit:
    if isinstance(verdict, LevelVerdict):
        return TracedUnit(plural(verdict.level, 1), verdict.name, None, verdict.disposition)
    return TracedUnit("item", verdict.item, verdict.lot, verdict.disposition)
