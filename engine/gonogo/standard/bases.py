"""What a standard extends: its base, the base of that, and the one document that all of them come to.

Documents are merged before anything is read off them; nothing later knows of bases, save by the places of nodes.
INVARIANT: a standard only names its base. What the name leads to is found by whoever compiles it, from outside, and
how many documents there are, and how much stands in them together, is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, TypeAlias

from gonogo.problems import Problem, Refused, Source, Span
from gonogo.standard import reader
from gonogo.standard.merging import RULE_PATHS, Merging, names_at, without_members
from gonogo.standard.order import circle_text
from gonogo.standard.reader import LARGEST_DOCUMENT, MOST_NODES, Node, Scalar, content_hash, read_document
from gonogo.standard.sections import Reading, Section, shown, suggested

MOST_DOCUMENTS: Final = 10
"""How many documents may stand behind each other."""

IDENTITY: Final = ("gonogo", "standard", "version")
OWN: Final = (*IDENTITY, "extends", "withdraw")
"""Keys that a document says of itself only."""

FindBase: TypeAlias = Callable[[str, str], Source]
"""Gives what a standard extends by a name (first) from the path of its own file; raises `Refused` where it can't."""

ReadTop: TypeAlias = Callable[[reader.Mapping], Section]
"""Gives the keys of a document, and tells of those that it can't have."""


def no_base(_named: str, _path: str) -> Source:
    """Finds nothing: for a text that stands in no file."""
    what = "this text was read from no file, and nothing lies beside it"
    raise Refused([Problem("unreadable", "", what, "load the standard from its file")])


def among(sources: Sequence[Source]) -> FindBase:
    """Finds what was read before: the sources of a standard, each before its base."""
    after = {one.path: base for one, base in pairwise(sources)}
    return lambda _named, path: after[path]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a chain: what it says, by its keys."""

    node: reader.Mapping
    top: Section

    @property
    def source(self) -> Source:
        """Where it was read from."""
        return self.node.span.source


@dataclass(frozen=True, slots=True)
class Whole:
    """A standard with all that it extends.

    Parameters
    ----------
    top : Section
        What it says, by its keys.
    hash : str
        SHA-256 of that.
    sources : tuple of Source
        Its own, then that of each base behind the one that extends it.
    withdrawn : mapping of str to Span
        Rules that a base has and the standard has not, and where that is said.
    """

    top: Section
    hash: str
    sources: tuple[Source, ...]
    withdrawn: Mapping[str, Span] = field(default_factory=dict)


def read_whole(reading: Reading, source: Source, find_base: FindBase, read_top: ReadTop) -> Whole | None:
    """A standard's document with its bases in it; None where it is not even a mapping."""
    chain = list(documents(reading, source, find_base, read_top))
    if not chain:
        return None
    own = chain[0]
    if len(chain) == 1:
        _refuse_lone(reading, own.top)
        return Whole(own.top, content_hash(own.node), (own.source,))
    if "version" not in own.top.values:
        what = "a standard that extends another has a version of its own"
        reading.error("missing-key", own.top.span, what, "add `version`")
    merged, withdrawn = _merge(reading, chain)
    top = Section(
        {key.text: value for key, value in merged.items}, {key.text: key for key, _ in merged.items}, own.top.span
    )
    return Whole(top, content_hash(merged), tuple(one.source for one in chain), withdrawn)


def _refuse_lone(reading: Reading, top: Section) -> None:
    if "withdraw" in top.values:
        what = "`withdraw` stands here, and this standard extends none"
        reading.error("missing-key", top.keys["withdraw"].span, what, "say with `extends` which one it builds on")


# ------------------------------------------------------------------------------------------------- the chain


def documents(reading: Reading, source: Source, find_base: FindBase, read_top: ReadTop) -> Iterator[Document]:
    """A standard's own document, then that of each base; raises `Refused` where a base can't be had."""
    node = read_document(source)
    if not isinstance(node, reader.Mapping):
        reading.error("wrong-shape", node.span, "a standard is a mapping of keys", "begin with `gonogo: 1`")
        return
    chain = _Chain(reading, find_base)
    document: Document | None = Document(node, read_top(node))
    while document is not None:
        yield document
        base = chain.base_of(document)
        document = None if base is None else Document(base, read_top(base))


@dataclass(slots=True)
class _Chain:
    """Goes from each document to its base, and knows where it has been."""

    reading: Reading
    find_base: FindBase
    paths: list[str] = field(default_factory=list)
    characters: int = 0
    nodes: int = 0

    def base_of(self, document: Document) -> reader.Mapping | None:
        self.paths.append(document.source.path)
        self.characters += len(document.source.text)
        node = document.top.get("extends")
        if node is None:
            return None
        named = self.reading.text(node)
        if named is None or not isinstance(node, Scalar):
            raise Refused(self.reading.problems.found)
        self.nodes += _size(document.node)
        return self.read(named, node.span)

    def read(self, named: str, place: Span) -> reader.Mapping:
        """The base of that name; what is wrong with it as a whole is told where it is named."""
        with self.telling(named, place):
            source = self.find_base(named, self.paths[-1])
        self.refuse_circle(source.path, place)
        self.refuse_many(len(source.text), 0, place)
        with self.telling(named, place):
            node = read_document(source)
        if not isinstance(node, reader.Mapping):
            raise self.refusal("wrong-shape", place, f"{shown(named)} is no standard", "name one that can be judged by")
        self.refuse_many(0, _size(node), place)
        return node

    @contextmanager
    def telling(self, named: str, place: Span) -> Iterator[None]:
        """Whatever a base is refused for is told with what else was found: inside of it, or where it is named."""
        try:
            yield
        except Refused as refused:
            told = [_placed(problem, named, place) for problem in refused.problems]
            raise Refused([*self.reading.problems.found, *told]) from None

    def refuse_circle(self, path: str, place: Span) -> None:
        if path in self.paths:
            circle = circle_text([*self.paths[self.paths.index(path) :], path])
            what = f"these standards extend each other in a circle: {circle}"
            raise self.refusal("circle", place, what, "let one of them extend none")
        if len(self.paths) >= MOST_DOCUMENTS:
            what = f"more than {MOST_DOCUMENTS} standards extend each other here"
            raise self.refusal("too-large", place, what, "let this one extend none, or one that is nearer to the last")

    def refuse_many(self, characters: int, nodes: int, place: Span) -> None:
        """INVARIANT: all documents together hold no more than one may."""
        what = "this standard and what it extends hold together more than {:,} {}"
        if self.characters + characters > LARGEST_DOCUMENT:
            raise self.refusal("too-large", place, what.format(LARGEST_DOCUMENT, "characters"), "split the standard")
        if self.nodes + nodes > MOST_NODES:
            raise self.refusal("too-large", place, what.format(MOST_NODES, "values"), "split the standard")

    def refusal(self, code: str, place: Span, what: str, mend: str) -> Refused:
        return Refused([*self.reading.problems.found, Problem(code, place, what, mend)])


def _placed(problem: Problem, named: str, place: Span) -> Problem:
    """A problem of a base: at its own place inside of it, else where the base is named."""
    if isinstance(problem.place, Span):
        return problem
    return Problem(problem.code, place, f"{shown(named)} can't be extended: {problem.what}", problem.mend)


def _size(node: Node) -> int:
    match node:
        case Scalar():
            return 1
        case reader.Sequence(items=items):
            return 1 + sum(map(_size, items))
        case reader.Mapping(items=pairs):
            return 1 + sum(_size(value) + 1 for _, value in pairs)


# ------------------------------------------------------------------------------------------------ one of all


def _merge(reading: Reading, chain: Sequence[Document]) -> tuple[reader.Mapping, dict[str, Span]]:
    """One document of all, from the last base on; and the rules that were withdrawn on the way."""
    layers = _Layers(reading, _stated(chain[-1]))
    for document in reversed(chain[:-1]):
        layers.lay(document)
    assert isinstance(layers.merged, reader.Mapping)
    top = chain[0].top
    own = [(Scalar(name, top.keys[name].span), top.values[name]) for name in IDENTITY if name in top.keys]
    return reader.Mapping((*own, *layers.merged.items), layers.merged.span), layers.withdrawn


def _stated(document: Document) -> reader.Mapping:
    """What a document hands on, and what it lays over its base."""
    top = document.top
    pairs = ((Scalar(name, key.span), top.values[name]) for name, key in top.keys.items() if name not in OWN)
    return reader.Mapping(tuple(pairs), document.node.span)


@dataclass(slots=True)
class _Layers:
    """What documents come to that are laid over each other, and what was withdrawn between them."""

    reading: Reading
    merged: Node
    withdrawn: dict[str, Span] = field(default_factory=dict)

    def lay(self, document: Document) -> None:
        own = _stated(document)
        added = {name for path in RULE_PATHS for name in names_at(own, path)}
        self.withdrawn |= self.withdrawals(document.top, added)
        for path in RULE_PATHS:
            self.merged = without_members(self.merged, path, self.withdrawn)
        self.merged = Merging(self.reading).over(self.merged, own)
        self.withdrawn = {name: place for name, place in self.withdrawn.items() if name not in added}

    def withdrawals(self, top: Section, added: set[str]) -> dict[str, Span]:
        """The rules of the base that a document withdraws."""
        known = {name for path in RULE_PATHS for name in names_at(self.merged, path)}
        found = {}
        for word in self.reading.scalars(top.get("withdraw"), "withdraw"):
            if word.text in added:
                what = f"{shown(word.text)} is withdrawn here, and stands in this standard"
                mend = "remove one of them: what stands here replaces what the base has"
                self.reading.error("contradiction", word.span, what, mend)
            elif word.text in known:
                found[word.text] = word.span
            else:
                self.refuse_unknown(word, known)
        return found

    def refuse_unknown(self, word: Scalar, known: set[str]) -> None:
        near = suggested(word.text, known, self.reading.problems)
        what = f"{shown(word.text)} is not a rule of what this standard extends"
        mend = f"did you mean `{near}`?" if near else "name a rule or characteristic of the base"
        if word.text in self.withdrawn:
            what, mend = f"{shown(word.text)} is withdrawn already, at {self.withdrawn[word.text]}", "remove it"
        self.reading.error("unknown-rule", word.span, what, mend)
