"""A text that a pattern finds: the shortest that it spells out, its first choice wherever it leaves one."""

from __future__ import annotations

import re
from re import _constants as sre  # type: ignore[attr-defined]  # how the standard library reads patterns
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_CLASSES = {
    sre.CATEGORY_DIGIT: "0",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_WORD: "a",
    sre.CATEGORY_NOT_DIGIT: "a",
    sre.CATEGORY_NOT_SPACE: "a",
    sre.CATEGORY_NOT_WORD: " ",
}
_CATEGORY = {sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_WORD: r"\w"}
_TRIED = "a0 -_.,;:/bxZ9"


def matching(pattern: str) -> str | None:
    r"""A text in which a pattern is found; None where this is too simple to make one.

    Examples
    --------
    >>> matching("^MC-20[0-9]{2}-[0-9]{5}$"), matching(r"\b101\b"), matching("(?i)^none$")
    ('MC-2000-00000', '101', 'none')
    """
    try:
        text = _text(parser.parse(pattern))
        return text if re.search(pattern, text) else None
    except (re.error, LookupError, RecursionError):
        return None


def _text(parsed: Any) -> str:
    return "".join(_part(op, what) for op, what in parsed)


def _part(op: Any, what: Any) -> str:
    if op is sre.LITERAL:
        return chr(what)
    if op is sre.ANY:
        return "a"
    if op is sre.NOT_LITERAL:
        return next((each for each in _TRIED if ord(each) != what), "")
    if op is sre.IN:
        return _one_of(what)
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        least, _, repeated = what
        return _text(repeated) * int(least)
    if op is sre.SUBPATTERN:
        return _text(what[3])
    if op is sre.BRANCH:
        return _text(what[1][0])
    if op is sre.AT:
        return ""
    raise LookupError(op)


def _one_of(choices: Any) -> str:
    op, what = choices[0]
    if op is sre.NEGATE:
        return next((each for each in _TRIED if not _is_in(each, choices[1:])), "")
    if op is sre.LITERAL:
        return chr(what)
    return chr(what[0]) if op is sre.RANGE else str(_CLASSES[what])


def _is_in(each: str, choices: Any) -> bool:
    for op, what in choices:
        if op is sre.LITERAL and ord(each) == what:
            return True
        if op is sre.RANGE and what[0] <= ord(each) <= what[1]:
            return True
        if op is sre.CATEGORY and re.fullmatch(_CATEGORY.get(what, "."), each):
            return True
    return False
