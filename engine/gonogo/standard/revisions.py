"""Changes to a standard that are told beside it, to see what they would do: laid over its document before it is read.

A change is written as the document would write it, and has the same problems, told where it is told. Nothing later
knows of changes, save by the places of nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gonogo.problems import Problems, Source, Span
from gonogo.standard.bases import Whole
from gonogo.standard.changes import Change
from gonogo.standard.merging import MEMBERS, RULE_PATHS, Path, names_at, without_members
from gonogo.standard.reader import Mapping, Node, Scalar, content_hash, read_document
from gonogo.standard.reader import Sequence as ListNode
from gonogo.standard.sections import Section, listed, shown, suggested

LIMITS: Final = ("nominal", "upper", "lower", "at least", "at most", "above", "below")
MOST_NAMED: Final = 12

_LIMITED: Final = (*(path for path in RULE_PATHS if path[-1] == "characteristics"), ("objectives",))
_PARAMETERS: Final = tuple(
    (*(section.split(".") if section else ()), "parameters")
    for section, groups in MEMBERS.items()
    if any("parameters" in group for group in groups)
)


def revise(whole: Whole, changes: Sequence[Change], problems: Problems) -> Whole:
    """A document as it would be with changes; raises `Refused` where a value is no YAML."""
    if not changes:
        return whole
    revision = _Revision(_document(whole), problems)
    for change in changes:
        revision.lay(change)
    document = revision.document
    assert isinstance(document, Mapping)
    top = Section(
        {key.text: value for key, value in document.items}, {key.text: key for key, _ in document.items}, whole.top.span
    )
    return replace(whole, top=top, hash=content_hash(document), withdrawn={**whole.withdrawn, **revision.withdrawn})


def _document(whole: Whole) -> Mapping:
    top = whole.top
    return Mapping(tuple((top.keys[name], value) for name, value in top.values.items()), top.span)


@dataclass(slots=True)
class _Revision:
    document: Node
    problems: Problems
    withdrawn: dict[str, Span] = field(default_factory=dict)

    def lay(self, change: Change) -> None:
        match change.kind:
            case "limit":
                self.set_key(change, _LIMITED, "characteristic", LIMITS)
            case "rule":
                self.set_key(change, RULE_PATHS, "rule", ("when", "applies", "class"))
            case "parameter":
                self.set_parameter(change)
            case "class":
                found = self.member(change, change.target, RULE_PATHS, "rule")
                if found is not None:
                    self.put(change, *found, "class")
            case "withdraw":
                found = self.member(change, change.target, RULE_PATHS, "rule")
                if found is not None:
                    path, name = found
                    self.document = without_members(self.document, path, [name])
                    self.withdrawn[name] = _told(change.place, change.target).span

    def set_key(self, change: Change, paths: Sequence[Path], what: str, keys: Sequence[str]) -> None:
        target, dot, key = change.target.rpartition(".")
        if not dot:
            mend = f"write `{target or key}.KEY`, where KEY is one of {listed(keys)}"
            self.problems.error("missing-key", change.place, f"{shown(change.target)} names no key of a {what}", mend)
            return
        found = self.member(change, target, paths, what)
        if found is not None:
            self.put(change, *found, key)

    def set_parameter(self, change: Change) -> None:
        """A parameter; or one of the categories or ranges that it depends on."""
        names = {name for path in _PARAMETERS for name in names_at(self.document, path)}
        first, _, rest = change.target.removeprefix("lots.").partition(".")
        prefix = "lots." if change.target.startswith("lots.") else ""
        target, key = (change.target, "") if change.target in names or not rest else (f"{prefix}{first}", rest)
        found = self.member(change, target, _PARAMETERS, "parameter")
        if found is None:
            return
        path, name = found
        if key:
            self.put(change, path, name, key)
        else:
            self.document = _with(self.document, path, name, lambda _: _value(change))

    def put(self, change: Change, path: Path, name: str, key: str) -> None:
        """Let a key of a member have another value, or have one at all; `upper`, `lower` are those of a tolerance."""
        keys = ("tolerance", key) if key in ("upper", "lower") and path[-1] == "characteristics" else (key,)

        def changed(member: Node) -> Node:
            if isinstance(member, Mapping):
                return _put(member, keys, change)
            what = f"{shown(name)} has no keys"
            self.problems.error("wrong-shape", change.place, what, f"say `{name}=VALUE`")
            return member

        self.document = _with(self.document, path, name, changed)

    def member(self, change: Change, target: str, paths: Sequence[Path], what: str) -> tuple[Path, str] | None:
        """Where the member of that name stands, items before lots; None, and a problem, where there is none."""
        level, _, name = target.rpartition(".")
        wanted = [path for path in paths if not level or path[0] == level]
        found = [path for path in wanted if name in names_at(self.document, path)]
        if found:
            return found[0], name
        known = [each for path in wanted for each in names_at(self.document, path)]
        near = suggested(name, known, self.problems)
        mend = f"did you mean `{near}`?" if near else f"there is {listed(known[:MOST_NAMED])}" if known else ""
        code = "unknown-name" if what == "parameter" else "unknown-rule"
        self.problems.error(code, change.place, f"{shown(target)} is no {what} of this standard", mend)
        return None


def _with(node: Node, path: Path, name: str, change: Callable[[Node], Node]) -> Node:
    """A document in which the member of that name at a path is another one."""
    match node:
        case Mapping(items=pairs):
            wanted = path[0] if path else name
            return replace(
                node,
                items=tuple(
                    (
                        key,
                        (_with(value, path[1:], name, change) if path else change(value))
                        if key.text == wanted
                        else value,
                    )
                    for key, value in pairs
                ),
            )
        case ListNode(items=parts) if path[:1] == ("[]",):
            return replace(node, items=tuple(_with(part, path[1:], name, change) for part in parts))
        case _:
            return node


def _put(section: Mapping, keys: tuple[str, ...], change: Change) -> Mapping:
    """A section in which the value behind some keys is another one."""
    first, *rest = keys
    known = next((node for word, node in section.items if word.text == first), None)
    value = _value(change)
    if rest:
        value = _put(_sides(known, change), tuple(rest), change)
    if known is None:
        return replace(section, items=(*section.items, (_told(change.place, first), value)))
    return replace(section, items=tuple((word, value if word.text == first else node) for word, node in section.items))


def _sides(tolerance: Node | None, change: Change) -> Mapping:
    """A tolerance with its sides apart: `0.05 mm` is as much to either."""
    if isinstance(tolerance, Mapping):
        return tolerance
    if not isinstance(tolerance, Scalar) or tolerance.is_empty:
        return Mapping((), _told(change.place, change.target).span)
    upper, lower = (Scalar(name, tolerance.span) for name in ("upper", "lower"))
    below = replace(_told(change.place, f"-({tolerance.text})"), span=tolerance.span)
    return Mapping(((upper, tolerance), (lower, below)), tolerance.span)


def _value(change: Change) -> Node:
    """The value that is told, as a node: a list or a mapping in brackets, or a plain text."""
    text = change.value.strip()
    if text[:1] in ("[", "{"):
        return read_document(Source(change.place, text))
    return _told(change.place, text)


def _told(place: str, text: str) -> Scalar:
    return Scalar(text, Span(Source(place, text), 0, len(text)))
