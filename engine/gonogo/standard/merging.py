"""One document laid over another that it extends, as nodes: each of them keeps its place in the file that says it.

What the extension states replaces what its base does, save where members stand under names of their own: those are
added, or replaced one by one, each as a whole and where the base has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from gonogo.standard.reader import Mapping, Node, Scalar, Sequence
from gonogo.standard.sections import Reading

Path: TypeAlias = tuple[str, ...]
"""Keys, from the top of a document; `[]` stands for each part of a list."""

Pairs: TypeAlias = tuple[tuple[Scalar, Node], ...]

_LEVEL: Final = (("counts", "derived", "parameters"), ("characteristics", "rules"), ("tables",))

MEMBERS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "": (
        ("facts.fields", "facts.derived", "parameters"),
        ("characteristics", "rules"),
        ("units",),
        ("tables",),
        ("objectives",),
    ),
    "lots": _LEVEL,
    "levels.[]": _LEVEL,
}
"""Where named members stand, by the section that holds them; those of one line share their names."""

NAMED_BY: Final[dict[Path, str]] = {("levels",): "level"}
"""Lists whose parts are sections, and the key that names each."""

RULES: Final = ("characteristics", "rules")
"""Where there is something to withdraw, in every section that has it."""


def _path(text: str) -> Path:
    return tuple(text.split(".")) if text else ()


_SHARED: Final = {_path(section): [list(map(_path, group)) for group in of] for section, of in MEMBERS.items()}
_MEMBERS: Final = frozenset(
    (*section, *path) for section, groups in _SHARED.items() for group in groups for path in group
)
_SECTIONS: Final = frozenset(path[:length] for path in _MEMBERS for length in range(len(path))) - NAMED_BY.keys()
RULE_PATHS: Final = tuple(path for path in sorted(_MEMBERS) if path[-1] in RULES)


@dataclass(frozen=True, slots=True)
class Merging:
    """Lays documents over each other; what has the wrong shape for it is told, and left out."""

    reading: Reading

    def over(self, base: Node, extension: Node, path: Path = ()) -> Node:
        """What stands at a path where both documents say something."""
        is_made_of_parts = path in _MEMBERS or path in _SECTIONS or path in NAMED_BY
        if not is_made_of_parts:
            return extension
        if isinstance(extension, Scalar) and extension.is_empty:
            return base
        if path in NAMED_BY:
            return self.parts(base, extension, path)
        name = path[-1] if path else "a standard"
        written = self.reading.pairs(extension, name)
        if path in _MEMBERS:
            return self.laid(self.reading.pairs(base, name), written, extension, None)
        without = self.without_renamed(base, Mapping(written, extension.span), path)
        return self.laid(self.reading.pairs(without, name), written, extension, path)

    def laid(self, base: Pairs, written: Pairs, extension: Node, path: Path | None) -> Mapping:
        """Pairs over pairs, in the order of the base; those of a section, which has a path, may be laid in turn."""
        found = {key.text: (key, value) for key, value in base}
        for key, value in written:
            below = found.get(key.text)
            if below is not None and path is not None:
                value = self.over(below[1], value, (*path, key.text))
            found[key.text] = (key, value)
        return Mapping(tuple(found.values()), extension.span)

    def parts(self, base: Node, extension: Node, path: Path) -> Node:
        """Parts of a list that have the same name are laid over each other; others are added, also a second one."""
        found = list(self.reading.items(base, path[-1]))
        places: dict[str | None, int] = {}
        for place, part in enumerate(found):
            places.setdefault(_name_of(part, NAMED_BY[path]), place)
        places.pop(None, None)
        for part in self.reading.items(extension, path[-1]):
            at = places.pop(_name_of(part, NAMED_BY[path]), None)
            if at is None:
                found.append(part)
            else:
                found[at] = self.over(found[at], part, (*path, "[]"))
        return Sequence(tuple(found), extension.span)

    def without_renamed(self, base: Node, extension: Mapping, path: Path) -> Node:
        """The base without what the extension states elsewhere under the same name: a rule for a characteristic."""
        for group in _SHARED.get(path, ()):
            for place in group:
                others = {name for other in group if other != place for name in names_at(extension, other)}
                base = without_members(base, place, others)
        return base


def _name_of(part: Node, key: str) -> str | None:
    """The name of a section that stands in a list; None where it has none."""
    for word, value in part.items if isinstance(part, Mapping) else ():
        if word.text == key and isinstance(value, Scalar):
            return value.text
    return None


def names_at(node: Node, path: Path) -> dict[str, Scalar]:
    """The names of the members that stand at a path."""
    return {key.text: key for mapping in _mappings_at(node, path) for key, _ in mapping.items}


def _mappings_at(node: Node, path: Path) -> Iterator[Mapping]:
    match node:
        case Mapping() if not path:
            yield node
        case Mapping(items=pairs):
            for key, value in pairs:
                if key.text == path[0]:
                    yield from _mappings_at(value, path[1:])
        case Sequence(items=parts) if path[:1] == ("[]",):
            for part in parts:
                yield from _mappings_at(part, path[1:])
        case _:
            return


def without_members(node: Node, path: Path, names: Iterable[str]) -> Node:
    """A document without the members of those names at a path."""
    match node:
        case Mapping(items=pairs) if not path:
            return replace(node, items=tuple((key, value) for key, value in pairs if key.text not in names))
        case Mapping(items=pairs):
            left = [(k, without_members(v, path[1:], names) if k.text == path[0] else v) for k, v in pairs]
            return replace(node, items=tuple(left))
        case Sequence(items=parts) if path[:1] == ("[]",):
            return replace(node, items=tuple(without_members(part, path[1:], names) for part in parts))
        case _:
            return node
