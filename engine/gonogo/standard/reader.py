"""YAML text → plain nodes, every one of them with its place. The only user of yaml.

PyYAML scans and parses; what a scalar *means* is decided by whoever reads the node, so that none of
YAML 1.1's surprises (`NO` as false, `12:30` as 750) can happen. INVARIANT: nothing in a document is ever
built as an object, and a hostile one (alias bombs, a million brackets) is refused in bounded time and memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from gonogo.problems import Problem, Problems, Refused, Source, Span

LARGEST_DOCUMENT: Final = 8 * 1024 * 1024
MOST_NODES: Final = 400_000
DEEPEST_NESTING: Final = 24

QUOTE_IT: Final = (
    "inside braces or brackets a plain value ends at `,` `[` `]` `{` `}`: quote the expression, or write it in block style"
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
        places = list(_places(self))
        first = places[min(start, len(places) - 1)]
        last = places[min(max(end - 1, start), len(places) - 1)]
        return Span(self.span.source, first, max(last + 1, first) if end > start else first)


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
    problems = Problems()
    try:
        node = _Composer(source, problems).document()
    except yaml.MarkedYAMLError as error:
        raise Refused([*problems.found, _syntax_problem(source, error)]) from None
    except yaml.YAMLError as error:
        raise Refused([_character_problem(source, error)]) from None
    problems.refuse_errors()
    return node


def content_hash(node: Node) -> str:
    """SHA-256 of what a document says, whatever its layout, quoting, comments and order of keys."""
    text = json.dumps(_plain(node), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(node: Node) -> object:
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return ["[", *map(_plain, items)]
        case Mapping(items=pairs):
            return ["{", *sorted(([key.text, _plain(value)] for key, value in pairs), key=lambda pair: str(pair[0]))]


def _syntax_problem(source: Source, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    place: Span | str = source.path
    if mark is not None:
        start = min(mark.index, len(source.text))
        place = Span(source, start, min(start + 1, len(source.text)))
    what = (error.problem or error.context or "this is not YAML").replace("'", "`")
    context = error.context or ""
    if "flow" in context:
        return Problem("bad-yaml", place, f"this is not YAML: {context}, {what}", QUOTE_IT)
    if "tab" in what or "\\t" in what:
        return Problem("bad-yaml", place, f"this is not YAML: {what}", "indent with blanks")
    if "mapping values are not allowed" in what:
        return Problem("bad-yaml", place, f"this is not YAML: {what}", "quote a text that holds `: `")
    return Problem("bad-yaml", place, f"this is not YAML: {context + ', ' if context else ''}{what}", "")


def _character_problem(source: Source, error: yaml.YAMLError) -> Problem:
    position = getattr(error, "position", None)
    place: Span | str = source.path
    if isinstance(position, int) and position < len(source.text):
        place = Span(source, position, position + 1)
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
        empty = Scalar("", Span(self.source, 0, 0))
        node: Node = empty
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.problems.error("bad-yaml", self.span(event), "a second document begins here", "keep one a file")
                    break
                node = self.node(next(self.events), 0)
        if node == empty:
            self.problems.error("bad-yaml", self.source.path, "this file is empty", "`gonogo init` writes a first standard")
        return node

    def span(self, event: yaml.Event) -> Span:
        return Span(self.source, event.start_mark.index, max(event.end_mark.index, event.start_mark.index))

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
                node: Node = self.scalar(event)
            case yaml.SequenceStartEvent():
                node = self.sequence(event, depth)
            case _:
                node = self.mapping(event, depth)
        if event.tag is not None and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            self.problems.error("bad-yaml", node.span, f"`{event.tag}` is a tag, and a standard has none", "leave it out")
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.nodes - before + 1, _height(node))
        return node

    def alias(self, event: yaml.AliasEvent, depth: int) -> Node:
        """INVARIANT: an alias counts as all the values it stands for, so that a bomb runs out of budget."""
        if event.anchor not in self.anchors:
            what = f"`*{event.anchor}` stands for nothing written before"
            raise self.stop("bad-yaml", event, what, f"put `&{event.anchor}` on what it repeats")
        node, size, height = self.anchors[event.anchor]
        if depth + height > DEEPEST_NESTING:
            raise self.too_deep(event)
        self.count(event, size)
        return node

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        return Scalar(event.value, self.span(event), event.style or "")

    def sequence(self, event: yaml.SequenceStartEvent, depth: int) -> Sequence:
        items: list[Node] = []
        for inner in self.events:
            if isinstance(inner, yaml.SequenceEndEvent):
                return Sequence(tuple(items), Span(self.source, event.start_mark.index, inner.end_mark.index))
            items.append(self.node(inner, depth + 1))
        raise AssertionError("the parser closes every sequence")

    def mapping(self, event: yaml.Event, depth: int) -> Mapping:
        items: dict[str, tuple[Scalar, Node]] = {}
        for inner in self.events:
            if isinstance(inner, yaml.MappingEndEvent):
                pairs = tuple(items.values())
                if getattr(event, "flow_style", False):
                    pairs = self.without_broken_values(pairs)
                return Mapping(pairs, Span(self.source, event.start_mark.index, inner.end_mark.index))
            key = self.node(inner, depth + 1)
            value = self.node(next(self.events), depth + 1)
            self.add(items, key, value)
        raise AssertionError("the parser closes every mapping")

    def without_broken_values(self, pairs: tuple[tuple[Scalar, Node], ...]) -> tuple[tuple[Scalar, Node], ...]:
        """Recognise `{when: type in (L, M)}`, which YAML takes for two keys: `when`, and `M)` with nothing in it."""
        whole: list[tuple[Scalar, Node]] = []
        for key, value in pairs:
            before = whole[-1][1] if whole else None
            is_rest = isinstance(value, Scalar) and value.is_empty and isinstance(before, Scalar) and _is_open(before.text)
            if not is_rest or not isinstance(before, Scalar):
                whole.append((key, value))
                continue
            broken = Span(self.source, before.span.start, key.span.end)
            what = f"YAML reads `{broken.text}` as two keys"
            self.problems.error("unquoted-comma", broken, what, f'put it in quotes: `"{broken.text}"`')
            whole[-1] = (whole[-1][0], Scalar(broken.text, broken))
        return tuple(whole)

    def add(self, items: dict[str, tuple[Scalar, Node]], key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            self.problems.error("bad-yaml", key.span, "a key must be a text", QUOTE_IT)
        elif key.text == "<<" and key.style == "":
            self.problems.error("bad-yaml", key.span, "`<<` merges keys unseen", "write the keys out")
        elif key.text in items:
            first = items[key.text][0].span.line
            what = f"`{key.text}` is here a second time; it first stands on line {first}"
            self.problems.error("repeated-key", key.span, what, "remove one of them")
        else:
            items[key.text] = (key, value)


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


def _places(scalar: Scalar) -> Iterator[int]:
    """For each character of a scalar's text the offset in the file where it was written, and the end.

    The text and its writing are walked side by side: an escape is one character of the text, and a line
    break with its indentation is one blank (or one line break, in literal blocks).
    """
    written, position = scalar.span.source.text, scalar.span.start
    if scalar.style in ("'", '"'):
        position += 1
    elif scalar.style in ("|", ">"):
        position = written.find("\n", position) + 1
    for character in scalar.text:
        if written.startswith(character, position) and not character.isspace() and character not in "\\'\"":
            yield position
            position += 1
            continue
        if character.isspace() and not written.startswith("\\", position):
            yield position
            if position < len(written) and written[position].isspace():
                position += 1
                if written[position - 1] == "\n" or scalar.style in ("|", ">") or character == "\n":
                    position = _skip_blanks(written, position)
                elif "\n" in written[position : _skip_blanks(written, position)]:
                    position = _skip_blanks(written, position)
            continue
        position = _skip_blanks(written, position) if written[position : position + 1].isspace() else position
        yield position
        position += _width(written, position, scalar.style)
    yield position


def _skip_blanks(written: str, position: int) -> int:
    while position < len(written) and written[position].isspace():
        position += 1
    return position


def _width(written: str, position: int, style: str) -> int:
    """How many characters were written for the one character of the text that stands at `position`."""
    if style == "'" and written.startswith("''", position):
        return 2
    if style == '"' and written.startswith("\\", position):
        return {"x": 4, "u": 6, "U": 10}.get(written[position + 1 : position + 2], 2)
    return 1
