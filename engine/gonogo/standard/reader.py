"""YAML text → plain nodes, every one of them with its place. The only user of yaml.

PyYAML scans and parses; what a scalar *means* is decided by whoever reads the node, so that none of
YAML 1.1's surprises (`NO` as false, `12:30` as 750) can happen. INVARIANT: nothing in a document is ever
built as an object, and a hostile one (alias bombs, a million brackets) is refused in bounded time and memory.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from gonogo.problems import Problem, Problems, Refused, Source, Span
from gonogo.standard.places import locate_text
from gonogo.standard.syntax import QUOTE_IT, syntax_problem

LARGEST_DOCUMENT: Final = 8 * 1024 * 1024
MOST_NODES: Final = 400_000
DEEPEST_NESTING: Final = 24
MOST_PROBLEMS: Final = 400
"""After so many problems reading stops: the time that they take is bounded, and nobody reads more at once."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXTS: Final = frozenset("title clause nonconformity column owner source policy".split())
_BARE: Final = frozenset({"optional", *_TEXTS})
"""Keys whose value was forgotten, rather than pieces of a text."""
_TAG = re.compile(r"!\S*")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; `style` is the quote or block sign it was written with, empty for a plain one."""

    text: str
    span: Span
    style: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written here."""
        return self.style == "" and self.text in ("", "~")

    def locate(self, start: int, end: int) -> Span:
        """The place in the file of the characters `start:end` of the text."""
        source = self.span.source
        return Span(source, *locate_text(self.text, self.style, source, self.span.start, start, end))


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their nodes, in the order of the text."""

    items: tuple[tuple[Scalar, Node], ...]
    span: Span


Node: TypeAlias = "Scalar | Sequence | Mapping"


def read_document(source: Source) -> Node:
    """The one document of a YAML text; raises `Refused` with every reason why it can't be read."""
    if len(source.text) > LARGEST_DOCUMENT:
        what = f"this file has {len(source.text):,} characters, more than {LARGEST_DOCUMENT:,}"
        raise Refused([Problem("too-large", source.path, what, "split the standard")])
    source = Source(source.path, source.text.removeprefix("\ufeff"))
    problems = Problems()
    try:
        node = _Composer(source, problems).document()
    except yaml.MarkedYAMLError as error:
        raise Refused([*problems.found, syntax_problem(source, error)]) from None
    except yaml.YAMLError as error:
        raise Refused([_character_problem(source, getattr(error, "position", None))]) from None
    except UnicodeEncodeError as error:  # half of a surrogate pair is no character
        raise Refused([_character_problem(source, error.start)]) from None
    problems.refuse_errors()
    return node


def content_hash(node: Node) -> str:
    """SHA-256 of what a document says, whatever its layout, quoting, comments and order of keys."""
    text = json.dumps(_plain(node), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(node: Node) -> object:
    match node:
        case Scalar(text=text, style=style):
            return text.rstrip("\n") if style in ("|", ">") else text  # how a block ends is layout
        case Sequence(items=items):
            return ["[", *map(_plain, items)]
        case Mapping(items=pairs):
            return ["{", *sorted(([key.text, _plain(value)] for key, value in pairs), key=lambda pair: str(pair[0]))]


def _character_problem(source: Source, position: int | None) -> Problem:
    start = min(position or 0, len(source.text))
    place = Span(source, start, min(start + 1, len(source.text)))
    return Problem("bad-yaml", place, "this file holds a character that YAML does not allow", "save it as UTF-8 text")


class _Composer:
    """Builds nodes from PyYAML's events, which come one by one: depth and size are bounded as they come."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems
        self.events: Iterator[yaml.Event] = yaml.parse(source.text, Loader=_LOADER)
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.nodes = 0

    def document(self) -> Node:
        node: Node = Scalar("", Span(self.source, 0, 0))
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.error("bad-yaml", self.span(event), "a second document begins here", "keep one a file")
                    break
                node = self.node(next(self.events), 0)
        if isinstance(node, Scalar) and node.is_empty:
            self.problems.error(
                "bad-yaml", self.source.path, "this file is empty", "`gonogo init` writes a first standard"
            )
        return node

    def span(self, event: yaml.Event) -> Span:
        start = self.start(event)
        end = event.end_mark.index if event.end_mark is not None else start
        return Span(self.source, start, max(start, end))

    def start(self, event: yaml.Event) -> int:
        """Where a value itself begins: the parser counts its anchor and tag in."""
        start = event.start_mark.index if event.start_mark is not None else 0
        if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent):
            properties = _PROPERTIES.match(self.source.text, start)
            return properties.end() if properties else start
        return start

    def error(self, code: str, place: Span, what: str, mend: str) -> None:
        self.problems.error(code, place, what, mend)
        if len(self.problems.found) >= MOST_PROBLEMS:
            raise Refused(self.problems.found)

    def stop(self, code: str, event: yaml.Event, what: str, mend: str) -> Refused:
        return Refused([*self.problems.found, Problem(code, self.span(event), what, mend)])

    def too_deep(self, event: yaml.Event) -> Refused:
        return self.stop("too-large", event, f"this is nested more than {DEEPEST_NESTING} deep", "flatten it")

    def count(self, event: yaml.Event, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            raise self.stop("too-large", event, f"this document holds more than {MOST_NODES:,} values", "split it")

    def node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, depth)
        if depth > DEEPEST_NESTING:
            raise self.too_deep(event)
        self.count(event, 1)
        before = self.nodes
        match event:
            case yaml.ScalarEvent():
                node: Node = Scalar(event.value, self.span(event), event.style or "")
            case yaml.SequenceStartEvent():
                node = self.sequence(event, depth)
            case yaml.MappingStartEvent():
                node = self.mapping(event, depth)
            case _:
                raise AssertionError(f"no value begins with {event}")
        if event.tag is not None and event.tag != "!":
            tag = self.tag_of(event)
            what, mend = (
                f"`{tag.text}` is a tag, and a standard has none",
                "leave it out, or write `not` for a negation",
            )
            self.error("bad-yaml", tag, what, mend)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.nodes - before + 1, _height(node))
        return node

    def tag_of(self, event: yaml.Event) -> Span:
        """The tag before a value, as it was written."""
        found = _TAG.search(self.source.text, event.start_mark.index if event.start_mark is not None else 0)
        return Span(self.source, *found.span()) if found else self.span(event)

    def alias(self, event: yaml.AliasEvent, depth: int) -> Node:
        """INVARIANT: an alias counts as all the values it stands for, so that a bomb runs out of budget."""
        name = event.anchor or ""
        if name not in self.anchors:
            what = f"`*{name}` stands for nothing written before"
            raise self.stop("bad-yaml", event, what, f"put `&{name}` on what it repeats, or quote an expression")
        node, size, height = self.anchors[name]
        if depth + height > DEEPEST_NESTING:
            raise self.too_deep(event)
        self.count(event, size)
        return node

    def sequence(self, event: yaml.SequenceStartEvent, depth: int) -> Sequence:
        items: list[Node] = []
        for inner in self.events:
            if isinstance(inner, yaml.SequenceEndEvent):
                return Sequence(tuple(items), self.collection(event, inner, items[-1] if items else None))
            items.append(self.node(inner, depth + 1))
        raise AssertionError("the parser closes every sequence")

    def mapping(self, event: yaml.MappingStartEvent, depth: int) -> Mapping:
        pairs: list[tuple[Node, Node]] = []
        for inner in self.events:
            if isinstance(inner, yaml.MappingEndEvent):
                whole = self.without_broken_values(pairs) if event.flow_style else pairs
                return Mapping(self.keyed(whole), self.collection(event, inner, pairs[-1][1] if pairs else None))
            key = self.node(inner, depth + 1)
            pairs.append((key, self.node(next(self.events), depth + 1)))
        raise AssertionError("the parser closes every mapping")

    def collection(self, event: yaml.CollectionStartEvent, end: yaml.Event, last: Node | None) -> Span:
        """From the first to the last character of a collection; of a block, without the blank lines behind it."""
        start = self.start(event)
        if last is None or event.flow_style or last.span.start < start:
            return Span(self.source, start, end.end_mark.index if end.end_mark is not None else start)
        return Span(self.source, start, _end_of(last))

    def without_broken_values(self, pairs: list[tuple[Node, Node]]) -> list[tuple[Node, Node]]:
        """Recognise `{when: type in (L, M)}`, which YAML takes for two keys: `when`, and `M)` with nothing in it."""
        whole: list[tuple[Node, Node]] = []
        broken: list[int] = []
        for key, value in pairs:
            before = whole[-1][1] if whole else None
            is_rest = isinstance(key, Scalar) and isinstance(value, Scalar) and value.is_empty
            if (
                not is_rest
                or not isinstance(before, Scalar)
                or before.style
                or not self.is_cut(whole[-1][0], before, key)
            ):
                whole.append((key, value))
                continue
            rest = Span(self.source, before.span.start, key.span.end)
            whole[-1] = (whole[-1][0], Scalar(rest.text, rest))
            if broken[-1:] != [len(whole) - 1]:
                broken.append(len(whole) - 1)
        for index in broken:
            span = whole[index][1].span
            self.error(
                "unquoted-comma",
                span,
                f"YAML reads `{span.text}` as several keys",
                f"quote it: {_in_quotes(span.text)}",
            )
        return whole

    def is_cut(self, name: Node, before: Scalar, rest: Node) -> bool:
        """Whether a comma cut a value in two: within its brackets, or in what is a text by its key."""
        if before.style:
            return False
        if _is_open(before.text):
            return True
        is_text = isinstance(name, Scalar) and name.text in _TEXTS and not before.is_empty
        has_colon = self.source.text[rest.span.end :][:80].lstrip().startswith(":")
        return is_text and not has_colon and isinstance(rest, Scalar) and rest.text not in _BARE

    def keyed(self, pairs: list[tuple[Node, Node]]) -> tuple[tuple[Scalar, Node], ...]:
        items: dict[str, tuple[Scalar, Node]] = {}
        for key, value in pairs:
            if not isinstance(key, Scalar):
                self.error("bad-yaml", key.span, "a key must be a text", QUOTE_IT)
            elif key.text == "<<" and key.style == "":
                self.error("bad-yaml", key.span, "`<<` merges keys unseen", "write the keys out")
            elif key.text in items:
                first = items[key.text][0].span.line
                what = f"`{key.text[:80]}` is here a second time; it first stands on line {first}"
                self.error("repeated-key", key.span, what, "remove one of them")
            else:
                items[key.text] = (key, value)
        return tuple(items.values())


def _in_quotes(text: str) -> str:
    """The text as a quoted YAML scalar, in the quotes that it does not hold."""
    return f"`'{text}'`" if '"' in text and "'" not in text else f'`"{text}"`'


def _height(node: Node) -> int:
    match node:
        case Scalar():
            return 0
        case Sequence(items=items):
            return 1 + max(map(_height, items), default=0)
        case Mapping(items=pairs):
            return 1 + max((_height(value) for _, value in pairs), default=0)


def _is_open(text: str) -> bool:
    """Whether a bracket is opened and not closed."""
    return text.count("(") + text.count("[") > text.count(")") + text.count("]")


def _end_of(node: Node) -> int:
    """Where what is written ends: the parser's own mark of a block stands behind the comments that follow it."""
    match node:
        case Scalar(span=span, style=style) if style in ("|", ">"):
            return span.start + len(span.text.rstrip())
        case Scalar(span=span) | Sequence(span=span) | Mapping(span=span):
            return span.end
