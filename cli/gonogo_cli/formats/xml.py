"""Text as XML 1.0 may hold it: escaped, and what no XML may hold told in words of backslashes."""

from __future__ import annotations

import re
from typing import Final

_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE: Final = _TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


def legal(text: str) -> str:
    """The text without characters that no XML may hold, such as control characters and halves of characters."""
    return _ILLEGAL.sub(_visible, text)


def content(text: str) -> str:
    """What stands between tags."""
    return legal(text).translate(_TEXT)


def attributes(**told: object) -> str:
    """What stands in a tag behind its name; what is None is left out, and `class_` is `class`."""
    given = ((name.rstrip("_"), str(value)) for name, value in told.items() if value is not None)
    return "".join(f' {name}="{legal(value).translate(_ATTRIBUTE)}"' for name, value in given)


def _visible(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
