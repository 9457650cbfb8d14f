"""What charts are drawn with: SVG frames that say what they show, text that is cut where it would not fit, patterns.

A chart is drawn twice, for a wide page and for a phone; the style sheet shows one of them, in print the wide one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gonogo_cli.page import visible
from gonogo_cli.report.markup import Child, Html, element, joined, raw

Size: TypeAlias = Literal["wide", "narrow"]

WIDTHS: Final[dict[Size, int]] = {"wide": 720, "narrow": 330}
TEXT: Final = 12
"""The height of text in a chart, in pixels, as it is shown."""

_WIDEST: Final = 0x1100
"""From this character on there are scripts whose signs are as wide as they are high."""

_SLIM: Final = frozenset(" -.,:;'`|!()[]/iIjltfr")
_BROAD: Final = frozenset("mwMWQO@%…")


@dataclass(frozen=True, slots=True)
class Named:
    """What a chart is called, and what it says in words, for those who do not see it.

    Parameters
    ----------
    id_ : str
        The start of the ids in it.
    """

    id_: str
    title: str
    description: str


def both_sizes(draw: Callable[[Size], Html]) -> Html:
    """A chart as it is drawn for each size of page."""
    return joined(*map(draw, WIDTHS))


def frame(named: Named, size: Size, height: float, *children: Child) -> Html:
    """A drawing with its name and its description."""
    width, ids = WIDTHS[size], (f"{named.id_}-{size}-title", f"{named.id_}-{size}-text")
    return element(
        "svg",
        element("title", named.title, id=ids[0]),
        element("desc", named.description, id=ids[1]),
        *children,
        role="img",
        aria_labelledby=f"{ids[0]} {ids[1]}",
        class_=size,
        viewBox=f"0 0 {width} {round(height)}",
        width=width,
        height=round(height),
    )


def width_of(text: str) -> float:
    """About how wide a text is in a chart, in fonts that run wide."""
    return TEXT * sum(map(_share_of_height, text))


def _share_of_height(character: str) -> float:
    if character in _SLIM:
        return 0.4
    if ord(character) >= _WIDEST:
        return 1.0
    return 0.95 if character in _BROAD else 0.7 if character.isupper() else 0.64


def fitted(text: str, room: float) -> str:
    """A text that fits; what is cut off is told by an ellipsis."""
    text = visible(text)
    if width_of(text) <= room:
        return text
    kept = text
    while kept and width_of(f"{kept}…") > room:
        kept = kept[:-1]
    return f"{kept}…"


def label(x: float, y: float, text: str, anchor: str = "start", kind: str | None = None) -> Html:
    """A text at a place, standing on the line `y`."""
    return element("text", text, x=float(x), y=float(y), text_anchor=anchor, class_=kind)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Html:
    """A line."""
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=kind)


def bar(x: float, y: float, width: float, height: float, kind: str) -> Html | None:
    """A bar; nothing where it has no length, and never too short to be seen."""
    if width <= 0 or height <= 0:
        return None
    return element("rect", x=float(x), y=float(y), width=max(width, 1.0), height=max(height, 1.0), class_=f"bar {kind}")


def curve(points: Iterable[tuple[float, float]]) -> Html:
    """A line through points, and a dot on each."""
    known = list(points)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in known)
    dots = [element("circle", cx=float(x), cy=float(y), r=3, class_="dot") for x, y in known]
    return joined(element("polyline", points=path, class_="curve"), *dots)


PATTERNS: Final = raw(
    '<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatch-middle" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground" width="6" height="6"/><rect class="middle" width="3.5" height="6"/></pattern>'
    '<pattern id="hatch-mild" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="6" height="6"/><circle class="mild" cx="3" cy="3" r="1.6"/></pattern>'
    '<pattern id="hatch-open" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="6" height="6"/><rect class="open" width="6" height="2.5"/></pattern>'
    "</defs></svg>"
)
"""Bars of milder classes are hatched or dotted: colour is never all that tells them apart."""
