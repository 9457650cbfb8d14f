"""What all pictures are drawn on: a white sheet with its own style, text by its measure, lines of several weights."""

from __future__ import annotations

from typing import Final

from gonogo_cli.report.drawing import TEXT, fitted, width_of
from gonogo_cli.report.markup import Child, Html, element, raw

SMALL: Final = 10
"""The height of small text, in pixels."""

_STYLE: Final = raw(
    "<style>"
    "text{font-family:'DejaVu Sans','Noto Sans',Arial,Helvetica,sans-serif;fill:#1b1f24}"
    f".name{{font-size:{TEXT}px}}.note{{font-size:{SMALL}px;fill:#57606a}}"
    ".title{font-size:16px;font-weight:bold}.bone-name{font-size:13px;font-weight:bold}"
    ".bold{font-weight:bold}.faint{fill:#8a929b}"
    "line,path{stroke:#1b1f24;fill:none}.weak{stroke:#b9c0c8}"
    ".box{fill:#fff;stroke:#1b1f24;stroke-width:1.5}.box.weak{stroke:#b9c0c8;stroke-width:1}"
    ".head{fill:#1b1f24;stroke:none}.on-head{fill:#fff;font-size:13px;font-weight:bold}"
    "</style>"
)


def sheet(title: str, told: str, width: float, height: float, *children: Child) -> str:
    """A whole SVG file.

    Parameters
    ----------
    told : str
        What it shows, in words, for those who do not see it.
    """
    picture = element(
        "svg",
        element("title", title, id="title"),
        element("desc", told, id="desc"),
        _STYLE,
        element("rect", width="100%", height="100%", fill="#ffffff"),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_labelledby="title desc",
        viewBox=f"0 0 {round(width)} {round(height)}",
        width=round(width),
        height=round(height),
    )
    return f"{picture}\n"


def text(x: float, y: float, words: str, kind: str, anchor: str = "start", whole: str | None = None) -> Html:
    """A text standing on the line `y`; where it was cut, the whole of it shows where one points."""
    more = element("title", whole) if whole is not None and whole != words else None
    return element("text", more, words, x=float(x), y=float(y), text_anchor=anchor, class_=kind)


def cut(words: str, room: float, size: int = TEXT) -> str:
    """A text that fits into so many pixels."""
    return fitted(words, room * TEXT / size)


def measure(words: str, size: int = TEXT) -> float:
    """About how many pixels wide a text is."""
    return width_of(words) * size / TEXT


def stroke(x1: float, y1: float, x2: float, y2: float, weight: float, *, is_strong: bool) -> Html:
    """A line."""
    kind = None if is_strong else "weak"
    return element(
        "line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), stroke_width=float(weight), class_=kind
    )


def weight(probability: float) -> float:
    """How heavy a line is drawn."""
    return 1.2 + 4.3 * probability
