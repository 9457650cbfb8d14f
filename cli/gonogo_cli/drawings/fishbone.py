"""The fishbone of Ishikawa: a bone for each category, a twig for each cause, the traced ones strong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gonogo_cli.drawings.picture import SENT, Drawn, Picture, percent
from gonogo_cli.drawings.sheet import SMALL, cut, measure, sheet, stroke, text, weight
from gonogo_cli.report.markup import Html, element

ORDER: Final = ("man", "machine", "material", "method", "measurement", "milieu", SENT)
STEP: Final = 40
"""Between two twigs, in pixels."""
FIRST: Final = 34
SLANT: Final = 0.45
"""How far a bone leans, in proportion to its height."""
LONGEST: Final = 250
"""No twig is longer, in pixels: what does not fit is cut."""
WIDE: Final = 1.15
"""Bold text is so much wider."""
HEAD: Final = 230
MARGIN: Final = 28
TITLE: Final = 46


@dataclass(frozen=True, slots=True)
class _Bone:
    name: str
    causes: Sequence[Drawn]

    @property
    def height(self) -> float:
        return FIRST + STEP * len(self.causes)

    @property
    def reach(self) -> float:
        """How far its twigs reach to the left of it."""
        return max(map(_length, self.causes))

    @property
    def width(self) -> float:
        """From its foot on the spine to the end of the longest of its twigs."""
        return SLANT * self.height + max(self.reach, measure(self.name, 13) / 2 + 14)


def _length(cause: Drawn) -> float:
    return min(LONGEST, max(measure(cause.label) * WIDE, measure(cause.note, SMALL) * 1.02) + 12)


def fishbone(picture: Picture) -> str:
    """A picture as SVG: it grows with the causes, so that no text meets another."""
    bones = _bones(picture.causes)
    above, below = bones[::2], bones[1::2]
    top = max((bone.height for bone in above), default=FIRST) + 30
    spine = TITLE + top
    bottom = max((bone.height for bone in below), default=FIRST) + 30
    parts: list[Html] = []
    x = float(MARGIN)
    for number in range(len(above)):
        pair = [above[number], *below[number : number + 1]]
        x += max(bone.width for bone in pair) + 18
        for place, bone in enumerate(pair):
            parts += _drawn(bone, x, spine, -1 if place == 0 else 1)
    x += 26
    width, height = x + HEAD + MARGIN, spine + max(bottom, 20 + 9 * len(picture.heads)) + 12
    is_strong = any(cause.is_strong for cause in picture.causes)
    head = _head(picture, x, spine)
    title = text(MARGIN, 30, cut(picture.title, width - 2 * MARGIN, 16), "title", whole=picture.title)
    back = stroke(MARGIN, spine, x, spine, 4 if is_strong else 2, is_strong=is_strong)
    return sheet(picture.title, _told(picture), width, height, title, *parts, back, *head)


def _bones(causes: Sequence[Drawn]) -> list[_Bone]:
    """Those that have causes, the fullest first: so the fish is short where it is low."""
    by_name: dict[str, list[Drawn]] = {}
    for cause in causes:
        by_name.setdefault(cause.category or SENT, []).append(cause)
    found = [_Bone(name, by_name[name]) for name in ORDER if name in by_name]
    return sorted(found, key=lambda bone: (len(bone.causes), ORDER.index(bone.name)))


def _drawn(bone: _Bone, foot: float, spine: float, way: int) -> Iterator[Html]:
    """A bone above (-1) or below (1) the spine."""
    is_strong = any(cause.is_strong for cause in bone.causes)
    end = bone.height
    yield stroke(foot - SLANT * end, spine + way * end, foot, spine, 2.5 if is_strong else 1.2, is_strong=is_strong)
    x, y = foot - SLANT * end, spine + way * (end + (8 if way < 0 else 19))
    yield text(x, y, bone.name, "bone-name" if is_strong else "bone-name faint", "middle")
    for number, cause in enumerate(bone.causes):
        yield from _twig(cause, foot, spine, way, FIRST + STEP * number)


def _twig(cause: Drawn, foot: float, spine: float, way: int, distance: float) -> Iterator[Html]:
    x, y, length = foot - SLANT * distance, spine + way * distance, _length(cause)
    chance = cause.probability or 0.0
    yield stroke(x - length, y, x, y, weight(chance) if cause.is_strong else 1, is_strong=cause.is_strong)
    kind = "name bold" if cause.is_strong and chance >= 0.5 else "name" if cause.is_strong else "name faint"
    up = weight(chance) / 2 if cause.is_strong else 0.5
    yield text(x - length, y - 4 - up, cut(cause.label, (length - 8) / WIDE), kind, whole=cause.label)
    yield text(x - length, y + 11 + up, cut(cause.note, length, SMALL), "note", whole=cause.note)


def _head(picture: Picture, x: float, spine: float) -> Iterator[Html]:
    lines = [cut(head, HEAD - 34, 13) for head in picture.heads[:6]] or ["what was seen"]
    if len(picture.heads) > 6:
        lines[-1] = f"and {len(picture.heads) - 5} more"
    half = 16 + 9.5 * len(lines)
    top, bottom, neck = spine - half, spine + half, x + HEAD - 16
    corners = ((x, top), (neck, top), (x + HEAD, spine), (neck, bottom), (x, bottom))
    points = " ".join(f"{at:.1f},{height:.1f}" for at, height in corners)
    yield element("polygon", element("title", "; ".join(picture.heads)), points=points, class_="head")
    first = spine - 9.5 * (len(lines) - 1) + 4.5
    for number, words in enumerate(lines):
        yield text(x + 10, first + 19 * number, words, "on-head")


def _told(picture: Picture) -> str:
    """The picture in words."""
    known = [cause for cause in picture.causes if cause.is_strong]
    told = "; ".join(f"{cause.label} {percent(cause.probability or 0)}" for cause in known[:10])
    return f"Fishbone diagram of {', '.join(picture.heads) or 'what was seen'}. Probable causes: {told or 'none'}."
