"""The cause-effect graph in DOT, for Graphviz and its like."""

from __future__ import annotations

from collections.abc import Iterator

from gonogo_cli.drawings.picture import Drawn, Picture, percent
from gonogo_cli.page import visible


def dot(picture: Picture) -> str:
    """A picture in DOT: causes by category, what lies on a traced path bold."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield f"digraph {_quoted(picture.title)} {{"
    yield f"  label={_quoted(picture.title)}; labelloc=t; rankdir=LR;"
    yield '  node [shape=box, fontname="DejaVu Sans"];'
    categories = dict.fromkeys(node.category for node in picture.causes)
    for number, category in enumerate(categories):
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={_quoted(category or 'other')};"
        yield from (f"    {_node(node)}" for node in picture.causes if node.category == category)
        yield "  }"
    yield from (f"  {_node(node)}" for node in picture.nodes if node.kind != "cause")
    for link in picture.links:
        style = ", style=bold" if link.is_strong else ""
        yield f"  {_quoted(link.source)} -> {_quoted(link.target)} [label={_quoted(f'{link.strength:.2g}')}{style}];"
    yield "}"


def _node(node: Drawn) -> str:
    label = node.label if node.probability is None else f"{node.label}\n{percent(node.probability)}"
    shape = ', shape=box, style="bold,filled", fillcolor="#e6e9ec"' if node.is_strong else ""
    shape += ", peripheries=2" if node.kind == "finding" else ""
    return f"{_quoted(node.name)} [label={_quoted(label)}{shape}];"


def _quoted(text: str) -> str:
    """A string of DOT; the only escape in it that we mean is the end of a line."""
    lines = (visible(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'
