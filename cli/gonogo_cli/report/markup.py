"""HTML and SVG as values: what is not made here is text, and is escaped.

INVARIANT: `Html` comes from `element`, `joined`, `prose` and `raw` only, and `raw` is given nothing but what stands in
this package; so that whatever facts, standards and names of files hold, it is shown, and never obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final, TypeAlias

from gonogo_cli.page import visible

VOID: Final = frozenset({"meta", "br"})
LONGEST: Final = 600
"""So many characters of one text are shown: what facts hold may be of any length, and a page may not."""

_CODE: Final = re.compile(r"`([^`]*)`")
_UNIT: Final = re.compile(r"(?<=\d) (?=[^\W\d]|%)")


class Html(str):
    """Text that is markup."""

    __slots__ = ()


Child: TypeAlias = "str | Html | Iterable[Child] | None"
Attribute: TypeAlias = "str | int | float | bool | None"


def element(tag: str, *children: Child, **attributes: Attribute) -> Html:
    """Make an element.

    Parameters
    ----------
    children : str, Html, None, or iterables of them
        Texts are escaped; None is nothing.
    attributes : str, number, bool or None
        A trailing `_` is dropped and any other stands for `-`; True is an attribute without a value, False and None
        are none.
    """
    told = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in VOID:
        return Html(f"<{tag}{told}>")
    return Html(f"<{tag}{told}>{joined(*children)}</{tag}>")


def joined(*children: Child) -> Html:
    """Children one behind the other."""
    return Html("".join(map(_child, children)))


def raw(text: str) -> Html:
    """Markup as it stands: of ours, never of a fact."""
    return Html(text)


def prose(text: str) -> Html:
    """A sentence in which what stands in backticks is set as code, and a number stays with its unit."""
    parts = _CODE.split(text)
    return joined(element("code", part) if place % 2 else _glued(part) for place, part in enumerate(parts))


def _glued(text: str) -> Html:
    return Html(_UNIT.sub("\N{NO-BREAK SPACE}", escape(shown(text))))


def shown(text: str) -> str:
    """A text as it can be shown: without what can't be seen, and not too long."""
    return visible(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _child(child: Child) -> str:
    match child:
        case None:
            return ""
        case Html():
            return child
        case str():
            return escape(shown(child))
        case _:
            return "".join(map(_child, child))


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.removesuffix("_").replace("_", "-")
    if value is True:
        return f" {name}"
    told = f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else shown(str(value))
    return f' {name}="{escape(told)}"'
