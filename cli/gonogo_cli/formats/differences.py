"""What two versions of a standard say differently: for a person, as Markdown for a merge request, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import gonogo
from gonogo_cli.formats.explanation import near_path
from gonogo_cli.page import FAINT, Line, Words, grid, heading, line

EFFECTS = {"added": "green", "withdrawn": "red", "tightened": "yellow", "loosened": "yellow", "changed": ""}
SHOWN = {
    "rule": "rules",
    "objective": "objectives",
    "disposition": "dispositions",
    "level": "levels",
    "count": "counts",
    "field": "fields",
    "parameter": "parameters",
    "derived": "derived quantities",
    "classes": "classes",
    "concession": "concessions",
    "standard": "standard",
}
"""What parts of a standard are called, in the order in which they are told."""


def difference_lines(
    before: gonogo.Standard, after: gonogo.Standard, found: Sequence[gonogo.Difference]
) -> Iterator[Line]:
    """The page of the differences."""
    yield line((headline(before, after), "bold"))
    if not found:
        yield line(f"  {same(before, after)}")
        return
    for what, title in SHOWN.items():
        of_part = [difference for difference in found if difference.what == what]
        if of_part:
            yield line()
            yield heading(title)
            yield from grid([row for difference in of_part for row in _rows(difference)], "<<<")


def headline(before: gonogo.Standard, after: gonogo.Standard) -> str:
    """Which versions are compared."""
    return f"{before.id} {before.version} -> {after.id} {after.version}"


def same(before: gonogo.Standard, after: gonogo.Standard) -> str:
    """What is said where nothing differs."""
    told = "" if before.version == after.version else ", but for the version"
    return f"both say the same{told}"


def _rows(difference: gonogo.Difference) -> Iterator[list[str | Words]]:
    key = f" ({difference.key})" if difference.key not in ("", "condition", "line", "value", "order") else ""
    style = EFFECTS[difference.effect]
    name: Words = (f"{difference.name}{key}", "bold")
    said = [
        (text, near_path(place) if place else "")
        for text, place in zip((difference.before, difference.after), difference.places, strict=True)
    ]
    if difference.effect == "added":
        yield [name, (difference.effect, style), *_text(said[1])]
    elif difference.effect == "withdrawn":
        yield [name, (difference.effect, style), *_text(said[0])]
    else:
        yield [name, (difference.effect, style), said[0][0] or "nothing"]
        if said[0][0] != said[1][0]:
            yield ["", "", f"-> {said[1][0] or 'nothing'}"]
        where = " -> ".join(place for _, place in said if place)
        if where:
            yield ["", "", (where, FAINT)]


def _text(said: tuple[str | None, str]) -> list[str | Words]:
    text, place = said
    return [text] if text else [(place, FAINT)]


# --------------------------------------------------------------------------------------------------------- Markdown


def difference_markdown(
    before: gonogo.Standard, after: gonogo.Standard, found: Sequence[gonogo.Difference]
) -> Iterator[str]:
    """The differences as Markdown."""
    yield f"### {_escaped(headline(before, after))}"
    yield ""
    if not found:
        yield f"{same(before, after).capitalize()}."
        return
    yield "| what | | | before | after |"
    yield "|---|---|---|---|---|"
    for what in SHOWN:
        for difference in found:
            if difference.what == what:
                key = "" if difference.key in ("condition", "line", "value", "order") else difference.key
                cells = (
                    f"{what} **{_escaped(difference.name)}**", key, difference.effect,
                    _code(difference.before), _code(difference.after),
                )  # fmt: skip
                yield f"| {' | '.join(cells)} |"


def _code(text: str | None) -> str:
    if not text:
        return ""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text.replace('|', chr(92) + '|')}{fence}"


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>|#" else character for character in text)
