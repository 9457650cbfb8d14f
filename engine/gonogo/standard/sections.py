"""Reading what stands in a document: sections with known keys, lists, and single values of every sort.

Nothing here knows what a standard is. Every problem is collected and the reading goes on, so that the author
hears of all of them at once; what can't be read is None, and is not spoken of again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from gonogo.problems import Problems, Refused, Span, nearest
from gonogo.standard import reader
from gonogo.standard.expression import parse_expression
from gonogo.standard.reader import MOST_PROBLEMS, Node, Scalar
from gonogo.standard.tokens import KEYWORDS, BadExpression, Locate
from gonogo.standard.tree import Expression
from gonogo.standard.units import Unit, UnitError, parse_unit

RESERVED_NAMES: Final = frozenset({*KEYWORDS, "class", "outcome"})
NAME: Final = re.compile(r"[^\W\d]\w*")
RULE_ID: Final = re.compile(r"[\w-]+")

MOST_KNOWN: Final = 2_000
MOST_SUGGESTIONS: Final = 50
"""Looking for the nearest name takes time in proportion to both: a hostile document gets problems, and no mends."""

_T = TypeVar("_T")


def suggested(word: str, known: Iterable[str], problems: Problems) -> str | None:
    """The known word that `word` was probably meant to be."""
    words = list(known)
    if len(problems.found) > MOST_SUGGESTIONS or len(words) > MOST_KNOWN:
        return None
    return nearest(word, words)


def shown(word: str) -> str:
    """A user's word as messages quote it: not longer than is of use."""
    return f"`{word[:60]}…`" if len(word) > 60 else f"`{word}`"


def listed(words: Iterable[str]) -> str:
    """Words as a mend names them."""
    return ", ".join(map(shown, words))


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping whose keys are known; `span` is where to point when one is missing."""

    values: dict[str, Node]
    keys: dict[str, Scalar]
    span: Span

    def get(self, key: str) -> Node | None:
        return self.values.get(key)


@dataclass(slots=True)
class Reading:
    """What all readers of one document share: its problems, its own units, and the names that could not be read."""

    problems: Problems
    units: dict[str, Unit] = field(default_factory=dict)
    unread_units: set[str] = field(default_factory=set)
    unread_names: set[str] = field(default_factory=set)
    unread_rules: set[str] = field(default_factory=set)

    def error(self, code: str, place: Span, what: str, mend: str = "") -> None:
        self.problems.error(code, place, what, mend)
        self.stop_at_many()

    def stop_at_many(self) -> None:
        if len(self.problems.found) >= MOST_PROBLEMS:
            raise Refused(self.problems.found)

    # ---------------------------------------------------------------------------------------------- sections

    def section(
        self, node: Node | None, known: Sequence[str], name: str, place: Span, later: Iterable[str] = ()
    ) -> Section:
        """A mapping's values by their keys; a key that is nearly a known one is told, and read as that one."""
        section = Section({}, {}, place)
        strange: list[tuple[Scalar, Node]] = []
        for key, value in self.pairs(node, name):
            if key.text in known:
                _put(section, key.text, key, value)
            elif key.text in later:
                what = f"{shown(key.text)} is a part of the language that this version of gonogo does not judge yet"
                self.error("not-yet", key.span, what, "leave it out")
            else:
                strange.append((key, value))
        for key, value in strange:
            near = self.refuse_key(key, known)
            if near and near not in section.values:
                _put(section, near, key, value)
            elif isinstance(value, reader.Mapping):  # what stands under it is not missed, too
                names = {name.text for name, _ in value.items}
                self.unread_names |= names
                self.unread_rules |= names
        return section

    def refuse_key(self, key: Scalar, known: Sequence[str]) -> str | None:
        near = suggested(key.text, known, self.problems)
        mend = f"did you mean `{near}`?" if near else f"the keys here are {listed(known)}"
        self.error("unknown-key", key.span, f"{shown(key.text)} is not a key that stands here", mend)
        return near

    def refuse_word(self, node: Node, word: str, allowed: Sequence[str]) -> None:
        near = suggested(word, allowed, self.problems)
        mend = f"did you mean `{near}`?" if near else f"write {listed(allowed)}"
        self.error("unknown-word", node.span, f"{shown(word)} is not a word that stands here", mend)

    def needed(self, section: Section, key: str) -> Node | None:
        """The value of a key that must be there."""
        if key not in section.values:
            self.error("missing-key", section.span, f"`{key}` is missing here", "add it")
        return section.get(key)

    def named(
        self,
        node: Node | None,
        name: str,
        build: Callable[[Scalar, Node], _T | None],
        *,
        pattern: re.Pattern[str] = NAME,
    ) -> dict[str, _T]:
        """The members of a section whose keys are their names."""
        members: dict[str, _T] = {}
        unread = self.unread_rules if pattern is RULE_ID else self.unread_names
        for key, value in self.pairs(node, name):
            self.check_name(key, pattern)
            member = build(key, value)
            if member is None:
                unread.add(key.text)
            else:
                members[key.text] = member
        return members

    def check_name(self, key: Scalar, pattern: re.Pattern[str]) -> None:
        if not pattern.fullmatch(key.text):
            allowed = (
                "letters, digits, `_` and `-`" if pattern is RULE_ID else "letters, digits and `_`, a letter first"
            )
            self.error("bad-name", key.span, f"{shown(key.text)} can't be a name", f"use {allowed}")
        elif pattern is NAME and key.text in RESERVED_NAMES:
            what = f"{shown(key.text)} is a word of the language"
            self.error("bad-name", key.span, what, "choose another name; the `column` may be called so")

    def pairs(self, node: Node | None, name: str) -> tuple[tuple[Scalar, Node], ...]:
        if node is None or (isinstance(node, Scalar) and node.is_empty):
            return ()
        if isinstance(node, reader.Mapping):
            return node.items
        self.error("wrong-shape", node.span, f"`{name}` holds keys with values", "write `key: value` lines")
        return ()

    # ------------------------------------------------------------------------------------------------- lists

    def items(self, node: Node | None, name: str) -> tuple[Node, ...]:
        if node is None or (isinstance(node, Scalar) and node.is_empty):
            return ()
        if isinstance(node, reader.Sequence):
            return node.items
        self.error("wrong-shape", node.span, f"`{name}` is a list", "write `[A, B]`, or lines that begin with `-`")
        return ()

    def scalars(self, node: Node | None, name: str) -> tuple[Scalar, ...]:
        """The words of a list, each once."""
        found: dict[str, Scalar] = {}
        for item in self.items(node, name):
            if not isinstance(item, Scalar) or (item.is_empty and not item.text):
                self.error("wrong-shape", item.span, f"`{name}` lists single words and values", "quote what is text")
            elif item.text in found:
                self.error("repeated-word", item.span, f"{shown(item.text)} stands here a second time", "remove it")
            else:
                found[item.text] = item
        if node is not None and not found and isinstance(node, reader.Sequence) and not node.items:
            self.error("missing-value", node.span, f"`{name}` lists nothing", "name something, or remove the key")
        return tuple(found.values())

    # ------------------------------------------------------------------------------------------------ leaves

    def text(self, node: Node | None) -> str | None:
        """INVARIANT: a scalar is the text that stands there; `NO`, `12:30` and `1e3` are no exceptions."""
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.error("wrong-shape", node.span, "a single value stands here", "write one text or number")
            return None
        if node.is_empty:
            self.error("missing-value", node.span, "nothing stands here", "write a value, or remove the key")
            return None
        return node.text

    def word(self, node: Node | None, allowed: Sequence[str]) -> str | None:
        """One of a few words."""
        word = self.text(node)
        if node is None or word is None or word in allowed:
            return word
        self.refuse_word(node, word, allowed)
        return None

    def flag(self, node: Node | None) -> bool:
        word = self.text(node)
        if node is not None and word is not None and word.lower() not in ("true", "false", "yes", "no"):
            self.refuse_word(node, word, ("true", "false"))
        return word is not None and word.lower() in ("true", "yes")

    def day(self, node: Node | None) -> date | None:
        word = self.text(node)
        if node is None or word is None:
            return None
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", word, re.ASCII):
                return date.fromisoformat(word)
        except ValueError:
            pass
        self.error("bad-value", node.span, f"{shown(word)} is not a date", "write it as 2026-01-31")
        return None

    def unit(self, node: Node | None) -> Unit | None:
        word = self.text(node)
        if node is None or word is None:
            return None
        try:
            return parse_unit(word, self.units)
        except UnitError as error:
            self.unit_error(error, node.span)
            return None

    def unit_error(self, error: UnitError, place: Span) -> None:
        """Tell of a unit, unless it stands on one whose declaration was told of already."""
        if error.code != "unknown-unit" or not self.is_unread_unit(place):
            self.error(error.code, place, error.what, error.mend)

    def is_unread_unit(self, place: Span | str) -> bool:
        """Whether what stands there names a unit whose declaration could not be read."""
        return isinstance(place, Span) and not self.unread_units.isdisjoint(NAME.findall(place.text))

    def expression(self, node: Node | None) -> Expression | None:
        if self.text(node) is None or not isinstance(node, Scalar):
            return None
        return self.parsed(node.text, node.locate, parse_expression)

    def parsed(
        self, text: str, locate: Locate, parse: Callable[[str, Locate, Mapping[str, Unit]], Expression]
    ) -> Expression | None:
        try:
            return parse(text, locate, self.units)
        except BadExpression as error:
            place = error.problem.place
            if error.problem.code != "unknown-unit" or not self.is_unread_unit(place):
                self.problems.found.append(error.problem)
                self.stop_at_many()
            return None


def check_owner(reading: Reading, top: Section, key: str, what: str, standard: str) -> None:
    """A document that stands beside a standard says that it is of that one.

    Parameters
    ----------
    key, what : str
        ``concessions-of``, and ``these concessions``.
    """
    node = reading.needed(top, key)
    owner = reading.text(node)
    if node is not None and owner not in (None, standard):
        told = f"{what} are of {shown(owner or '')}, and stand beside {shown(standard)}"
        reading.error("unknown-word", node.span, told, f"write `{key}: {standard}`")


def _put(section: Section, name: str, key: Scalar, value: Node) -> None:
    """Where nothing was written behind a key, the key is what problems point at."""
    is_nothing = isinstance(value, Scalar) and value.is_empty
    section.values[name] = Scalar("", key.span) if is_nothing else value
    section.keys[name] = key
