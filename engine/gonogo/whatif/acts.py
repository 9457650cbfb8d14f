"""What actions on causes would do: in the long run, and for the part that comes after one with findings.

Two questions, kept apart. In the long run priors and strengths are what the actions leave of them. After one part, its
causes are as likely as what was observed of it makes them, and stay on the next part as far as they persist; whether
they then bring a finding about is drawn afresh. Both parts stand in one network, each with its copy of all nodes (a
twin network: A. Balke and J. Pearl, "Probabilistic evaluation of counterfactual queries", AAAI 1994).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from gonogo.causes.actions import Plan, Planner
from gonogo.causes.inference import Inference
from gonogo.causes.network import Case, Network, Node
from gonogo.causes.pack import CauseGraph
from gonogo.problems import Problems, Refused, nearest
from gonogo.standard.causes.model import Action
from gonogo.verdict import Verdict

_Incident: TypeAlias = "tuple[Case, tuple[str, ...]]"
"""What is known of a part, and the findings that are followed."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How likely parts that come after some with a finding have it, too.

    Parameters
    ----------
    items : int
        How many parts with the finding there are.
    before, after : float
        The mean chance, without the actions and with them.
    """

    finding: str
    items: int
    before: float
    after: float

    def as_dict(self) -> dict[str, object]:
        """The recurrence with the keys of ``gonogo whatif --act --format json``."""
        return {"finding": self.finding, "items": self.items, "before": self.before, "after": self.after}


class Acting:
    """What some actions would do.

    Parameters
    ----------
    graph : CauseGraph
        With its actions.
    actions : sequence of str
        Their names.

    Raises
    ------
    Refused
        Where one is unknown, mends single pieces only, or excludes another.
    """

    def __init__(self, graph: CauseGraph, actions: Sequence[str]) -> None:
        self.graph = graph
        self.actions = tuple(_known(graph, dict.fromkeys(actions)))
        self._incidents: Counter[_Incident] = Counter()

    @property
    def cost(self) -> Fraction:
        """What the actions cost together."""
        return sum((action.cost for action in self.actions), Fraction(0))

    def long_run(self) -> Plan:
        """What they do in the long run, for one part; against all nonconformities of the graph."""
        return Planner(self.graph, self.graph.nonconformities).plan_of([action.name for action in self.actions])

    def add(self, verdict: Verdict) -> None:
        """Take a part whose findings may come again on the next one."""
        if verdict.findings:
            observed = self.graph.observe(verdict)
            traced = self.graph.findings(observed, self.graph.nonconformities)
            if traced:
                self._incidents[tuple(known.observation for known in self.graph.known(observed)), traced] += 1

    def recurrences(self) -> tuple[Recurrence, ...]:
        """How likely findings come again on the part after, in the order of the graph.

        Parts whose observations contradict each other are left out.
        """
        cases = [case for case, _ in self._incidents]
        asked = {
            name: len(self.graph.order) + self.graph.number[name] for _, traced in self._incidents for name in traced
        }
        sides = [self._chances(actions, cases, asked.values()) for actions in ((), self.actions)]
        sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        counts: Counter[str] = Counter()
        for place, ((_, traced), items) in enumerate(self._incidents.items()):
            chances = [side[place] for side in sides]
            if chances[0] is None or chances[1] is None:
                continue
            for name in traced:
                counts[name] += items
                for which, of_side in enumerate(chances):
                    sums[name][which] += items * (of_side or {})[asked[name]]
        return tuple(
            Recurrence(name, counts[name], sums[name][0] / counts[name], sums[name][1] / counts[name])
            for name in self.graph.nonconformities
            if counts[name]
        )

    def _chances(
        self, actions: Sequence[Action], cases: Sequence[Case], asked: Iterable[int]
    ) -> list[dict[int, float] | None]:
        """For each part the chances of some nodes of the next one; None where what is known can't be."""
        if not cases:
            return []
        wanted = sorted(set(asked))
        beliefs = Inference(self._twins(actions)).infer(list(cases), wanted)
        return [
            {number: float(row[number]) for number in wanted} if is_possible else None
            for row, is_possible in zip(beliefs.probability, beliefs.is_possible, strict=True)
        ]

    def _twins(self, actions: Sequence[Action]) -> Network:
        """One part, and the next one behind it."""
        graph, first = self.graph, self.graph.network.nodes
        count = len(first)
        left = dict.fromkeys(graph.written.causes, 1.0)
        weakened: defaultdict[tuple[str, str], float] = defaultdict(lambda: 1.0)
        for action in actions:
            for cause, share in action.removes.items():
                left[cause] *= 1.0 - share
            for link, share in action.weakens.items():
                weakened[link] *= 1.0 - share
        second = []
        for number, node in enumerate(first):
            if node.gate == "cause":
                persists = graph.written.causes[node.name].persists
                fresh = (1.0 - persists) * node.leak
                table = (left[node.name] * fresh, left[node.name] * (persists + fresh))
                second.append(Node(f"{node.name}, next", "table", (number,), table=table))
                continue
            strengths = tuple(
                strength * weakened[first[parent].name, node.name]
                for parent, strength in zip(node.parents, node.strengths, strict=False)
            )
            parents = tuple(count + parent for parent in node.parents)
            second.append(replace(node, name=f"{node.name}, next", parents=parents, strengths=strengths))
        return Network((*first, *second))


def _known(graph: CauseGraph, names: Iterable[str]) -> Iterable[Action]:
    """The actions of these names; raises `Refused`."""
    problems, found = Problems(), []
    for name in names:
        action = graph.written.actions.get(name)
        if action is None:
            near = nearest(name, graph.actions)
            mend = f"did you mean `{near}`?" if near else f"name one of {', '.join(graph.actions[:12])}"
            problems.error("unknown-name", f"--act {name[:80]}", "this is no action of the cause-effect graph", mend)
        elif action.kind == "correction":
            what = f"`{name}` mends single pieces, and leaves the causes as they are"
            problems.error("bad-setting", f"--act {name}", what, "name a corrective action")
        else:
            found.append(action)
    for action in found:
        for other in found:
            if other.name in action.excludes and other.name != action.name:
                what = f"`{action.name}` excludes `{other.name}`"
                problems.error("contradiction", f"--act {action.name}", what, "say one of them")
    if problems.has_errors:
        raise Refused(problems.found)
    return found
