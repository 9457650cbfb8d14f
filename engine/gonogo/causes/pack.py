"""A cause-effect graph, checked and ready to trace, by the pack that it stands in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from gonogo.causes.conditions import FactReader, Outcomes
from gonogo.causes.graph import (
    Graph,
    Path,
    ancestors_of,
    in_order,
    strongest_paths,
    strongest_to,
)
from gonogo.causes.inference import Inference, rounded
from gonogo.causes.network import Network, Node, Observation
from gonogo.causes.observing import States, VerdictReader
from gonogo.causes.trace import Known, RankedCause, Said, Trace
from gonogo.levels.counting import LevelJudges
from gonogo.levels.verdict import LevelVerdict
from gonogo.pack import Standard
from gonogo.problems import Problem, Problems, Refused, nearest
from gonogo.program.ir import FALSE, TRUE, UNKNOWN
from gonogo.standard.causes.model import Causes
from gonogo.standard.concessions import ITEMS
from gonogo.standard.sections import shown
from gonogo.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ONE: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Observed:
    """All that a verdict and the facts say to the graph; equal for units that are traced alike.

    Parameters
    ----------
    level : str
        ``items``, ``lots``, …; empty where only a person has looked.
    states : tuple of int
        Of the nonconformities of that level.
    conditions : tuple of int
        The outcomes of what the graph asks of the facts; empty where there are none.
    """

    level: str = ""
    states: States = ()
    conditions: Outcomes = ()


@dataclass(frozen=True, slots=True)
class Look:
    """Something that could be looked at, and what is observed where it turns out true."""

    observation: Observation
    text: str
    cost: Fraction


class CauseGraph:
    """The cause-effect graph of a pack. Threads may share it.

    Parameters
    ----------
    written : Causes
        As its author wrote it.
    graph : networkx.DiGraph
        The same as a graph.
    facts : FactReader
        Judges what it asks of the facts.
    standard : Standard
        Whose findings it explains.
    warnings : iterable of Problem
        What does not refuse it, but should be looked at.
    """

    def __init__(
        self,
        written: Causes,
        graph: Graph,
        facts: FactReader,
        standard: Standard,
        warnings: Iterable[Problem] = (),
    ) -> None:
        self.written = written
        self.graph = graph
        self.standard = standard
        self._facts = facts
        self.order = tuple(in_order(graph))
        self.number = {name: number for number, name in enumerate(self.order)}
        self.network = Network(tuple(map(self._node, self.order)))
        self.inference = Inference(self.network)
        self._readers = self._read_levels()
        silent = tuple(self._silent())
        self.warnings = tuple(sorted({*warnings, *silent}, key=lambda problem: problem.sort_key))
        self._strongest: dict[str, dict[str, Path]] = {}
        self._reaching: dict[tuple[str, ...], frozenset[str]] = {}

    # -------------------------------------------------------------------------------------------------- what it is

    @property
    def path(self) -> str:
        """The file that it was read from."""
        return self.written.source.path

    @property
    def version(self) -> str:
        """Its version, as its author states it."""
        return self.written.version

    @property
    def causes(self) -> tuple[str, ...]:
        """Its causes, in the order of the document."""
        return tuple(self.written.causes)

    @property
    def nonconformities(self) -> tuple[str, ...]:
        """What it explains, in the order of the document."""
        return tuple(self.written.nonconformities)

    @property
    def actions(self) -> tuple[str, ...]:
        """Its actions, in the order of the document."""
        return tuple(self.written.actions)

    def name(self, number: int) -> str:
        """The name of the node of a number."""
        return self.order[number]

    def names_of(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Their names, in alphabetical order."""
        return tuple(sorted(self.order[number] for number in numbers))

    def title(self, name: str) -> str | None:
        """What a node is called in words: by itself, or of a nonconformity by its rule; None where nothing says."""
        title: str | None = self.graph.nodes[name].get("title")
        return title or self._rule_titles.get(name)

    @cached_property
    def _rule_titles(self) -> dict[str, str | None]:
        return {name: title for reader in self._readers.values() for name, title in reader.titles.items()}

    def _node(self, name: str) -> Node:
        cause = self.written.causes.get(name)
        if cause is not None:
            return Node(name, "cause", leak=cause.prior)
        gate = self.written.gates[name]
        parents = tuple(self.number[link.source] for link in gate.links)
        strengths = () if gate.gate == "table" else tuple(link.strength for link in gate.links)
        return Node(name, gate.gate, parents, strengths, gate.leak, gate.least, gate.table)

    def _read_levels(self) -> dict[str, VerdictReader]:
        judge, told = self.standard.judging, self.written.nonconformities
        readers = {ITEMS: VerdictReader(judge, told)}
        if judge.compiled.levels:
            for level in LevelJudges(judge).levels:
                readers[level.program.level] = VerdictReader(level.judge, told, level.program.level)
        return readers

    def _silent(self) -> Iterable[Problem]:
        for reader in self._readers.values():
            for name in reader.silent:
                span = self.written.nonconformities[name].span
                what = (
                    f"no value that can be read makes the rule of {shown(name)} true, so that its silence says nothing"
                )
                yield Problem("never-true", span, what, "correct the rule, or remove this", "warning")

    # ---------------------------------------------------------------------------------------------------- observing

    def observe(self, verdict: Verdict | LevelVerdict) -> Observed:
        """What a verdict says to the graph, and the fact that it is about."""
        if isinstance(verdict, LevelVerdict):
            reader = self._readers[verdict.level]
            return Observed(verdict.level, reader.states(verdict))
        states = self._readers[ITEMS].states(verdict)
        return Observed(ITEMS, states, self._facts.outcomes(verdict.cells, verdict.recorded))

    def findings(self, observed: Observed, named: Collection[str] = ()) -> tuple[str, ...]:
        """The findings that are traced: those named, else those of the most severe class that was found.

        Parameters
        ----------
        named : collection of str
            Nonconformities; of these, the ones that were found.
        """
        if not observed.states:
            return ()
        reader = self._readers[observed.level]
        found = [
            (rank, name)
            for rank, name, state in zip(reader.ranks, reader.nodes, observed.states, strict=True)
            if state == TRUE and (not named or name in named)
        ]
        worst = min((rank for rank, _ in found), default=0)
        return tuple(name for rank, name in found if named or rank == worst)

    def known(
        self, observed: Observed, seen: Collection[str] = (), not_seen: Collection[str] = ()
    ) -> tuple[Known, ...]:
        """All that is known of a unit.

        Parameters
        ----------
        seen, not_seen : collection of str
            What a person says of nodes: this outranks what the verdict says.
        """
        nodes = self._readers[observed.level].nodes if observed.states else ()
        said = {name: state == TRUE for name, state in zip(nodes, observed.states, strict=True) if state != UNKNOWN}
        said |= dict.fromkeys(seen, True) | dict.fromkeys(not_seen, False)
        found = [self._look(name, is_seen=is_seen) for name, is_seen in said.items()]
        for condition, outcome in zip(self._facts.conditions, observed.conditions, strict=False):
            observation = condition.observation(self.number[condition.node], outcome)
            if observation is not None:
                kind: Said = "ruled out" if condition.evidence is None else "evidence"
                found.append(Known(condition.node, kind, condition.text, outcome != FALSE, observation))
        return tuple(found)

    def _look(self, name: str, *, is_seen: bool) -> Known:
        number = self.number[name]
        if is_seen:
            return Known(name, "seen", "", True, Observation(number, 0.0, 1.0))
        return Known(name, "not seen", "", False, Observation(number, 1.0, 0.0))

    def checks(self, known: Iterable[Known]) -> tuple[Look, ...]:
        """What could still be looked at: nodes that a person can see, and conditions on what the facts do not say."""
        told = {(each.node, each.text) for each in known}
        found = [
            Look(Observation(self.number[name], 0.0, 1.0), text, cost)
            for name, (text, cost) in self._looks.items()
            if (name, "") not in told
        ]
        for condition in self._facts.conditions:
            evidence = condition.evidence
            if evidence is not None and (condition.node, condition.text) not in told:
                likely = Observation(self.number[condition.node], evidence.if_absent, evidence.if_present)
                found.append(Look(likely, f"find out whether {condition.text}", ONE))
        return tuple(found)

    @cached_property
    def _looks(self) -> dict[str, tuple[str, Fraction]]:
        """What a person can look for: nodes with a `check`, and nonconformities that only a person observes."""
        written = self.written
        checks = {name: cause.check for name, cause in written.causes.items()}
        checks |= {name: gate.check for name, gate in written.gates.items()}
        found = {
            name: (check.title or f"look for {name}", check.cost) for name, check in checks.items() if check is not None
        }
        for name, told in written.nonconformities.items():
            if not told.level:
                found.setdefault(name, (f"look for {name}", ONE))
        return found

    # ------------------------------------------------------------------------------------------------------ tracing

    def trace(
        self,
        verdict: Verdict | LevelVerdict | None = None,
        *,
        seen: Sequence[str] = (),
        not_seen: Sequence[str] = (),
        findings: Sequence[str] = (),
    ) -> Trace:
        """The root causes of what a verdict found, or a person saw.

        Parameters
        ----------
        verdict : Verdict or LevelVerdict, optional
            On an item, or a lot.
        seen, not_seen : sequence of str
            Nodes of the graph that a person saw, or looked for in vain: this outranks the verdict.
        findings : sequence of str
            What is traced; without it, the findings of the most severe class, or what was seen.

        Returns
        -------
        Trace
            With the causes in their order.

        Raises
        ------
        Refused
            Where a name is none of the graph's, or what was observed can't be true together.

        Examples
        --------
        >>> import gonogo
        >>> causes = gonogo.load_causes("milling-cell")
        >>> trace = causes.trace(seen=["overstrain"])
        >>> trace.traced
        ('overstrain',)
        """
        self.refuse_unknown(seen, not_seen, findings)
        observed = Observed() if verdict is None else self.observe(verdict)
        known = self.known(observed, seen, not_seen)
        traced = self.traced(observed, seen, not_seen, findings)
        (trace,) = self.traces([(known, traced)])
        if trace is None:
            raise Refused([self.contradiction(known, "these observations")])
        return trace

    def traced(
        self, observed: Observed, seen: Collection[str], not_seen: Collection[str], named: Collection[str]
    ) -> tuple[str, ...]:
        """What is traced of what was observed, and of what a person says."""
        found = [name for name in self.findings(observed, named) if name not in not_seen]
        own = [name for name in seen if name in self.written.nonconformities and (not named or name in named)]
        if not found and not own:
            own = [name for name in seen if name in self.written.gates and (not named or name in named)]
        return tuple(dict.fromkeys([*found, *own]))

    def traces(self, units: Sequence[tuple[tuple[Known, ...], tuple[str, ...]]]) -> list[Trace | None]:
        """Many traces at once.

        Parameters
        ----------
        units : sequence of (tuple of Known, tuple of str)
            What is known of each unit, and what is traced.

        Returns
        -------
        list of Trace or None
            None where what is known contradicts itself.
        """
        cases = [tuple(each.observation for each in known) for known, _ in units]
        beliefs = self.inference.infer(cases)
        candidates = [[self.number[name] for name in self.causes if name in self.reaching(told)] for _, told in units]
        none = self.inference.absence(cases, candidates)
        return [
            Trace(self, known, traced, self._ranked(beliefs.probability[place], traced), float(none[place]), error)
            if is_possible
            else None
            for place, ((known, traced), is_possible, error) in enumerate(
                zip(units, beliefs.is_possible, beliefs.error.tolist(), strict=True)
            )
        ]

    def _ranked(self, probability: NDArray[np.float64], traced: tuple[str, ...]) -> tuple[RankedCause, ...]:
        reaching = self.reaching(traced)
        ranked = [
            RankedCause(
                name, cause.title, cause.category, float(probability[self.number[name]]), cause.prior, name in reaching
            )
            for name, cause in self.written.causes.items()
        ]
        return tuple(sorted(ranked, key=lambda each: (not each.reaches, -rounded(each.probability), each.cause)))

    def reaching(self, traced: tuple[str, ...]) -> frozenset[str]:
        """All nodes that may bring about one of some findings; where nothing is traced, all."""
        if not traced:
            return frozenset(self.number)
        found = self._reaching.get(traced)
        if found is None:
            found = self._reaching[traced] = ancestors_of(self.graph, traced)
        return found

    def strongest(self, cause: str, findings: Iterable[str]) -> tuple[Path, ...]:
        """The strongest path from a cause to each of some findings that it reaches."""
        found = []
        for finding in findings:
            if finding not in self._strongest:
                self._strongest[finding] = strongest_to(self.graph, finding)
            path = self._strongest[finding].get(cause)
            if path is not None and cause != finding:
                found.append(path)
        return tuple(found)

    def paths(self, cause: str, findings: Sequence[str], most: int) -> tuple[Path, ...]:
        """The strongest paths from a cause to any of some findings."""
        return strongest_paths(self.graph, cause, findings, most)

    # ----------------------------------------------------------------------------------------------------- problems

    def refuse_unknown(self, seen: Iterable[str], not_seen: Iterable[str], findings: Iterable[str]) -> None:
        """Refuse names that are none of the graph's, findings that are none, and what is both seen and not."""
        problems = Problems()
        seen, not_seen = tuple(seen), tuple(not_seen)
        for option, names in (("--seen", seen), ("--not-seen", not_seen)):
            for name in names:
                self._check_known(option, name, self.number, problems)
        for name in findings:
            self._check_known("--for", name, self.written.gates, problems)
        for name in set(seen).intersection(not_seen):
            what = f"{shown(name)} can't be both seen and not seen"
            problems.error("contradiction", "--seen", what, "say one of them")
        problems.refuse_errors()

    def _check_known(self, option: str, name: str, known: Mapping[str, object], problems: Problems) -> None:
        if name not in known:
            near = nearest(name, known)
            kind = "finding or effect" if option == "--for" else "node"
            mend = f"did you mean `{near}`?" if near else f"name one of {self.path}"
            problems.error("unknown-name", option, f"{shown(name)} is no {kind} of the cause-effect graph", mend)

    def contradiction(self, known: Sequence[Known], whose: str) -> Problem:
        """What can't be true together, as one sentence."""
        numbers = self.inference.contradiction(tuple(each.observation for each in known))
        told = [f"`{known[number]}`" for number in numbers]
        what = f"{whose} contradict each other: {' and '.join(told)} can't be true together"
        mend = "look again, or give the node a leak, or a strength below 1"
        return Problem("contradicting-observations", self.path, what, mend)
