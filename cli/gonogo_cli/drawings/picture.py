"""What is drawn of a trace, or of many; and the file that it goes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final, Literal

import gonogo
from gonogo_cli.drawings import files
from gonogo_cli.drawings.files import write_drawing
from gonogo_cli.output import beside

ENDINGS: Final = (*files.ENDINGS, ".dot")
FAINT: Final = 0.01
"""Causes below this are drawn faintly."""
SENT: Final = "other"
"""The bone of causes without a category."""

Kind = Literal["cause", "effect", "finding"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A node as it is drawn.

    Parameters
    ----------
    probability : float or None
        How likely a cause is; None of all others.
    note : str
        What stands below its name, in small.
    is_strong : bool
        Whether it lies on a traced path.
    """

    name: str
    title: str | None
    kind: Kind
    category: str | None = None
    probability: float | None = None
    note: str = ""
    is_strong: bool = False

    @property
    def label(self) -> str:
        """What it is called in the picture."""
        return self.title or self.name


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow between two nodes."""

    source: str
    target: str
    strength: float
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A cause-effect graph, and what was traced in it.

    Parameters
    ----------
    title : str
        What is traced.
    heads : tuple of str
        The findings, as the head of the fish tells them.
    """

    title: str
    heads: tuple[str, ...]
    nodes: tuple[Drawn, ...]
    links: tuple[Link, ...]

    @property
    def causes(self) -> tuple[Drawn, ...]:
        """The causes, the most probable first."""
        found = [node for node in self.nodes if node.kind == "cause"]
        return tuple(sorted(found, key=lambda node: (not node.is_strong, -(node.probability or 0), node.name)))


def picture_of(graph: gonogo.CauseGraph, traces: Sequence[tuple[gonogo.TracedUnit, gonogo.Trace]]) -> Picture:
    """The picture of some traces; of several the mean of their probabilities."""
    findings = dict.fromkeys(name for _, trace in traces for name in trace.traced)
    chances: dict[str, list[float]] = {}
    for _, trace in traces:
        for cause in trace.causes:
            chances.setdefault(cause.cause, []).append(cause.probability)
    strong: set[tuple[str, str]] = set()
    nodes: list[Drawn] = []
    for name in graph.causes:
        chance, paths = fmean(chances[name]), graph.strongest(name, findings)
        is_strong = bool(paths) and chance >= FAINT
        if is_strong:
            strong.update(link for path in paths for link in zip(path.nodes, path.nodes[1:], strict=False))
        between = list(dict.fromkeys(node for path in paths for node in path.nodes[1:] if node not in findings))
        way = "".join(f" › {graph.title(node) or node}" for node in between[:2])
        written = graph.written.causes[name]
        note = f"{percent(chance)}, before {percent(written.prior)}{way}"
        nodes.append(Drawn(name, written.title, "cause", written.category, chance, note, is_strong))
    on_path = {name for link in strong for name in link}
    for name in graph.written.gates:
        kind: Kind = "finding" if name in graph.nonconformities else "effect"
        nodes.append(Drawn(name, graph.title(name), kind, is_strong=name in on_path or name in findings))
    links = tuple(
        Link(link.source, name, link.strength, (link.source, name) in strong)
        for name, gate in graph.written.gates.items()
        for link in gate.links
    )
    whose = str(traces[0][0]) if len(traces) == 1 else f"{len(traces):,} {traces[0][0].kind}s"
    heads = tuple(graph.title(name) or name for name in findings)
    return Picture(f"Root causes of {whose}", heads, tuple(nodes), links)


def percent(probability: float) -> str:
    """A probability as a picture tells it."""
    value = 100 * probability
    if 99.5 <= value < 100:
        return f"{value:.1f} %" if value < 99.95 else ">99.9 %"
    return f"{value:.0f} %" if value >= 9.5 or value == 0 else f"{value:.1f} %" if value >= 0.1 else "<0.1 %"


def write_picture(picture: Picture, path: str, way: Literal["fishbone", "graph"]) -> None:
    """Write a picture: SVG, PNG or DOT, by the ending of the file."""
    if Path(path).suffix.lower() != ".dot":
        write_drawing(drawn(picture, way), path)
        return
    from gonogo_cli.drawings.dot import dot

    with beside(path) as part:
        part.write_text(dot(picture), "utf-8")


def drawn(picture: Picture, way: Literal["fishbone", "graph"]) -> str:
    """A picture as SVG."""
    if way == "graph":
        from gonogo_cli.drawings.layers import layers

        return layers(picture)
    from gonogo_cli.drawings.fishbone import fishbone

    return fishbone(picture)
