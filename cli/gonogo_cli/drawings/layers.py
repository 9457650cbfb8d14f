"""The cause-effect graph in layers: causes on the left, findings on the right, traced paths strong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from gonogo_cli.drawings.picture import Drawn, Link, Picture, percent
from gonogo_cli.drawings.sheet import SMALL, cut, measure, sheet, text, weight
from gonogo_cli.report.markup import Html, element

STEP: Final = 52
BOX: Final = 38
WIDEST: Final = 240
BETWEEN: Final = 150
MARGIN: Final = 28
TOP: Final = 60
SWEEPS: Final = 8


def layers(picture: Picture) -> str:
    """A picture as SVG."""
    nodes = {node.name: node for node in picture.nodes}
    columns = _ordered(picture, _columns(picture))
    most = max(map(len, columns))
    places: dict[str, tuple[float, float]] = {}
    widths: dict[str, float] = {}
    x = float(MARGIN)
    for column in columns:
        width = max(_width(nodes[name]) for name in column)
        first = TOP + (most - len(column)) * STEP / 2
        for number, name in enumerate(column):
            places[name], widths[name] = (x, first + STEP * number), width
        x += width + BETWEEN
    width, height = x - BETWEEN + MARGIN, TOP + STEP * most + 10
    ordered = sorted(picture.links, key=lambda link: link.is_strong)  # what is strong lies on top
    arrows = [_arrow(link, places, widths) for link in ordered]
    boxes = [part for name, place in places.items() for part in _box(nodes[name], *place, widths[name])]
    title = text(MARGIN, 30, cut(picture.title, width - 2 * MARGIN, 16), "title", whole=picture.title)
    whose = ", ".join(picture.heads) or "what was seen"
    told = f"Cause-effect graph of {whose}: causes on the left, findings on the right."
    return sheet(picture.title, told, width, height, title, *arrows, *boxes)


def _columns(picture: Picture) -> list[list[str]]:
    """Each node as far to the right as the longest way to it; findings in the last column."""
    depth = dict.fromkeys((node.name for node in picture.nodes), 0)
    for _ in depth:
        is_settled = True
        for link in picture.links:
            if depth[link.target] <= depth[link.source]:
                depth[link.target] = depth[link.source] + 1
                is_settled = False
        if is_settled:
            break
    found: dict[int, list[str]] = defaultdict(list)
    for node in picture.nodes:
        found[depth[node.name]].append(node.name)
    return [found[number] for number in sorted(found)]


def _ordered(picture: Picture, columns: list[list[str]]) -> list[list[str]]:
    """Nodes near to what they are linked with: a few sweeps of barycentres (Sugiyama et al. 1981)."""
    near: dict[str, list[str]] = defaultdict(list)
    for link in picture.links:
        near[link.source].append(link.target)
        near[link.target].append(link.source)
    for sweep in range(SWEEPS):
        height = {name: place / len(column) for column in columns for place, name in enumerate(column, 1)}
        for column in columns if sweep % 2 else columns[::-1]:
            centre = {name: _mean([height[other] for other in near[name]], height[name]) for name in column}
            column.sort(key=lambda name: (centre[name], name))
            height |= {name: place / len(column) for place, name in enumerate(column, 1)}
    return columns


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _width(node: Drawn) -> float:
    return min(WIDEST, max(measure(node.label) * 1.15, measure(_note(node), SMALL)) + 20)


def _note(node: Drawn) -> str:
    if node.probability is None:
        return node.name if node.title else node.kind
    return f"{percent(node.probability)}, {node.category or node.kind}"


def _box(node: Drawn, x: float, y: float, width: float) -> Iterator[Html]:
    kind = "box" if node.is_strong else "box weak"
    heavy = 1 + 2.5 * node.probability if node.is_strong and node.probability else None
    style = f"stroke-width:{heavy:.1f}" if heavy else None
    yield element("rect", x=x, y=y, width=width, height=float(BOX), rx=6, class_=kind, style=style)
    name = "name bold" if node.is_strong else "name faint"
    yield text(x + 10, y + 17, cut(node.label, (width - 20) / 1.15), name, whole=node.label)
    yield text(x + 10, y + 31, cut(_note(node), width - 20, SMALL), "note", whole=_note(node))


def _arrow(link: Link, places: Mapping[str, tuple[float, float]], widths: Mapping[str, float]) -> Html:
    (x1, y1), (x2, y2) = places[link.source], places[link.target]
    x1, y1, y2 = x1 + widths[link.source], y1 + BOX / 2, y2 + BOX / 2
    bend = (x2 - x1) / 2
    path = f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2 - 7:.1f} {y2:.1f}"
    tip = f"M{x2 - 8:.1f} {y2 - 4:.1f}L{x2:.1f} {y2:.1f}L{x2 - 8:.1f} {y2 + 4:.1f}"
    heavy = weight(link.strength) * 0.7 if link.is_strong else 0.8
    told = element("title", f"{link.source} → {link.target}: {link.strength:.2g}")
    return element("path", told, d=f"{path}{tip}", stroke_width=heavy, class_=None if link.is_strong else "weak")
