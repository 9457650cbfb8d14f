"""Where in the file each character of a YAML scalar was written.

What a scalar says and how it was written differ: quotes double or escape characters, lines fold into blanks,
blocks are indented. The two are walked side by side, once, so that a problem inside an expression underlines
exactly the characters that its author sees.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias

from gonogo.problems import Source

Places: TypeAlias = tuple[tuple[int, int], ...]
"""For each character of the text the stretch of the file in which it was written."""

_BREAKS: Final = "\r\n\x85\u2028\u2029"
_BREAK: Final = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_BLANKS: Final = re.compile(r"[ \t\r\n\x85\u2028\u2029]*")
_HEXADECIMAL: Final = {"x": 4, "u": 6, "U": 10}
"""How many characters an escape takes; any other takes two."""


def locate_text(text: str, style: str, source: Source, begin: int, start: int, end: int) -> tuple[int, int]:
    """The stretch of the file that holds the characters `start:end` of a scalar written from `begin` on."""
    first = begin + len(style) if style in ("'", '"') else begin
    is_escaped = style in ("|", ">") or (style == '"' and "\\" in text) or (style == "'" and "'" in text)
    if not is_escaped and source.text.startswith(text, first):
        return first + start, first + max(end, start)
    places = _places(text, style, source, begin)
    if start >= len(places):
        after = places[-1][1] if places else first
        return after, after
    return places[start][0], places[min(end, len(places)) - 1][1] if end > start else places[start][0]


@lru_cache(maxsize=4)
def _places(text: str, style: str, source: Source, begin: int) -> Places:
    written = source.text
    if style in ("'", '"'):
        found = _quoted(written, begin + 1, style, len(text))
    else:
        found = _unquoted(written, written.find("\n", begin) + 1 if style in ("|", ">") else begin, text)
    last = found[-1][1] if found else begin
    return (*found, *[(last, last)] * (len(text) - len(found)))


def _quoted(written: str, position: int, quote: str, length: int) -> list[tuple[int, int]]:
    """An escape is one character; a line break with its indentation is a blank, more of them one break less."""
    found: list[tuple[int, int]] = []
    while len(found) < length and position < len(written):
        blanks = _end_of_blanks(written, position)
        if blanks > position and (breaks := len(_BREAK.findall(written, position, blanks))):
            found += [(position, position + 1)] * max(1, breaks - 1)
            position = blanks
        elif quote == '"' and written.startswith("\\", position) and written[position + 1 : position + 2] in _BREAKS:
            position = _end_of_blanks(written, position + 1)
        else:
            width = _width(written, position, quote)
            found.append((position, position + width))
            position += width
    return found


def _width(written: str, position: int, quote: str) -> int:
    """How many characters were written for one character of the text."""
    if quote == '"' and written[position] == "\\":
        return _HEXADECIMAL.get(written[position + 1 : position + 2], 2)
    return 2 if written.startswith("''", position) and quote == "'" else 1


def _unquoted(written: str, position: int, text: str) -> list[tuple[int, int]]:
    """Plain texts and blocks: all but blanks stands in the file as it is, in the same order."""
    found: list[tuple[int, int]] = []
    for character in text:
        blanks = _end_of_blanks(written, position)
        if character not in " \t" + _BREAKS:
            found.append((blanks, blanks + 1))
            position = blanks + 1
            continue
        found.append((position, min(position + 1, blanks)))
        if written[position:blanks].strip(" \t") == "" and blanks > position:
            position += 1
    return found


def _end_of_blanks(written: str, position: int) -> int:
    match = _BLANKS.match(written, position)
    return match.end() if match else position
