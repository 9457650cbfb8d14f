"""GitHub's workflow commands: a line of the log that GitHub shows beside the file it is about.

INVARIANT: what stands in facts or standards is shown, and never obeyed: line ends and whatever else ends a command or
one of its properties is escaped.
"""

from __future__ import annotations

from typing import Final

_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def annotation(level: str, message: str, **properties: object) -> str:
    """A command that annotates; properties that are None or 0 are left out.

    Parameters
    ----------
    level : {"error", "warning", "notice"}
        How it is shown.
    message : str
        What is shown.
    properties
        Such as `file`, `line`, `col` and `title`.
    """
    told = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in properties.items() if value)
    return f"::{level}{' ' if told else ''}{told}::{_escaped(message, _DATA)}"


def _escaped(value: object, table: dict[int, str]) -> str:
    text = "".join(map(_visible, str(value)))
    return text.translate(table)


def _visible(character: str) -> str:
    if character.isprintable() or character in "\r\n":
        return character
    return character.encode("unicode_escape").decode("ascii")
