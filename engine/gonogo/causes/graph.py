"""The cause-effect graph as networkx holds it: circles, reach, strongest paths. The only user of networkx."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import exp, inf, log
from typing import Final, TypeAlias

import networkx as nx

from gonogo.problems import Problems, Span
from gonogo.standard.causes.model import Causes, Effect
from gonogo.standard.sections import shown

Graph: TypeAlias = nx.DiGraph

LONGEST_CIRCLE: Final = 12
"""So many nodes of a circle are named."""


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a cause to a finding.

    Parameters
    ----------
    nodes : tuple of str
        From the cause to the finding.
    strength : float
        The product of the strengths of its links: how likely the cause alone brings the finding about on this way.
    """

    nodes: tuple[str, ...]
    strength: float

    def __str__(self) -> str:
        return f"{' > '.join(self.nodes)} {self.strength:.2g}"


def graph_of(written: Causes) -> Graph:
    """The graph of a `causes.yaml`.

    Returns
    -------
    networkx.DiGraph
        Nodes have the attribute `kind` (``cause``, ``effect``, ``nonconformity``), `title`, and what
        `standard.causes.model` says of their kind; edges have `strength`, and `length` = −log(strength). The graph
        itself has `standard`, `version` and `title`.
    """
    graph = nx.DiGraph(standard=written.standard, version=written.version, title=written.title)
    for name, cause in written.causes.items():
        graph.add_node(
            name,
            kind="cause",
            title=cause.title,
            category=cause.category,
            prior=cause.prior,
            occurrence=cause.occurrence,
            persists=cause.persists,
        )
    for name, effect in written.effects.items():
        graph.add_node(name, kind="effect", **_of_gate(effect))
    for name, told in written.nonconformities.items():
        graph.add_node(
            name,
            kind="nonconformity",
            severity=told.severity,
            detection=told.detection,
            cost=told.cost,
            **_of_gate(told.effect),
        )
    for name, gate in written.gates.items():
        for link in gate.links:
            if link.source in graph:
                length = -log(link.strength) if link.strength > 0 else inf
                graph.add_edge(link.source, name, strength=link.strength, length=length)
    return graph


def _of_gate(effect: Effect) -> dict[str, object]:
    return {
        "title": effect.title,
        "gate": effect.gate,
        "least": effect.least,
        "leak": effect.leak,
        "table": effect.table,
        "inputs": tuple(link.source for link in effect.links),
    }


def check_graph(graph: Graph, written: Causes, problems: Problems) -> None:
    """Refuse a circle, with its path; warn of causes that no nonconformity can be traced to."""
    for part in nx.strongly_connected_components(graph):
        is_circle = len(part) > 1 or any(graph.has_edge(node, node) for node in part)
        if is_circle and written.causes.keys().isdisjoint(part):  # a cause in it bears a name that is taken, as is told
            _refuse_circle(graph, part, written, problems)
    reaching = set().union(*(nx.ancestors(graph, name) for name in written.nonconformities if name in graph))
    for name, cause in written.causes.items():
        if name not in reaching and not (written.unread or problems.has_errors):
            what = f"no nonconformity can be traced to the cause {shown(name)}"
            mend = "name it in the `from` of what it brings about, or remove it"
            problems.warn("out-of-reach", cause.span, what, mend)


def _refuse_circle(graph: Graph, part: Collection[str], written: Causes, problems: Problems) -> None:
    first = min(part)
    within = graph.subgraph(part)
    before = min(within.predecessors(first))
    circle = [*nx.shortest_path(within, first, before), first]
    told = [*circle[:LONGEST_CIRCLE], "…", first] if len(circle) > LONGEST_CIRCLE else circle
    what = f"this is a circle: {' > '.join(told)}; nothing can bring itself about"
    problems.error("circle", _link(written, before, first), what, "remove one of these links")


def _link(written: Causes, source: str, name: str) -> Span:
    gate = written.gates[name]
    return next((link.span for link in gate.links if link.source == source), gate.span)


def in_order(graph: nx.DiGraph) -> Iterator[str]:
    """All nodes, each behind what brings it about; where that leaves a choice, in the order of the document."""
    place = {name: number for number, name in enumerate(graph)}
    yield from nx.lexicographical_topological_sort(graph, key=place.__getitem__)


def strongest_to(graph: Graph, finding: str) -> dict[str, Path]:
    """The strongest path to a finding, of each node that has one; of equal ones the first by name."""
    lengths, paths = nx.single_source_dijkstra(graph.reverse(copy=False), finding, weight="length")
    return {name: Path(tuple(reversed(path)), exp(-lengths[name])) for name, path in paths.items()}


def strongest_paths(graph: Graph, cause: str, findings: Sequence[str], k: int) -> tuple[Path, ...]:
    """The `k` strongest paths from a cause to any of some findings: shortest simple paths on −log(strength).

    J. Y. Yen, "Finding the K Shortest Loopless Paths in a Network", Management Science 17 (1971).
    """
    found: list[Path] = []
    for finding in findings:
        if finding != cause and nx.has_path(graph, cause, finding):
            paths = nx.shortest_simple_paths(graph, cause, finding, weight="length")
            found += (Path(tuple(path), strength_of(graph, path)) for path in islice(paths, k))
    return tuple(sorted(found, key=lambda path: (-path.strength, path.nodes))[:k])


def strength_of(graph: Graph, path: Sequence[str]) -> float:
    """The product of the strengths of the links of a path."""
    return exp(-sum(graph.edges[link]["length"] for link in pairwise(path)))


def ancestors_of(graph: Graph, names: Collection[str]) -> frozenset[str]:
    """All that may bring about one of some nodes."""
    return frozenset().union(*(nx.ancestors(graph, name) for name in names))
