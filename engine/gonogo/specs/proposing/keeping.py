"""What a person approved of what was proposed before: it stays as it is, and is not proposed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException
from gherkin.parser import Parser

from gonogo.problems import Problem, Refused
from gonogo.specs.approval import APPROVED, HASH, PROPOSED, approval


@dataclass(slots=True)
class Kept:
    """What is approved in the feature files of a pack.

    Parameters
    ----------
    texts : dict of str to list of str
        Of the file that is written anew, by heading: the scenarios that stay in it.
    names : set of str
        What scenarios are called that need not be proposed again.
    taken : set of str
        What scenarios are called that stay in it.
    """

    texts: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)


def kept_of(path: Path, hashes: Mapping[str, str]) -> Kept:
    """What stays of a file of proposals, and what the feature files beside it have approved already.

    Raises
    ------
    Refused
        Where the file can't be read, or is none of proposals any more.
    """
    found = Kept()
    for each in sorted({path, *path.parent.glob("**/*.feature")}):
        if each.exists():
            _gather(each, hashes, found, is_written=each == path)
    return found


def _gather(path: Path, hashes: Mapping[str, str], found: Kept, *, is_written: bool) -> None:
    text, feature = _read(path)
    if feature is None:
        if is_written:
            raise Refused([Problem("not-proposed", str(path), "this is no feature file", "move it away")])
        return
    of_feature = _tags(feature)
    if is_written and PROPOSED not in of_feature:
        what = f"this file is approved as a whole: it has no tag `@{PROPOSED}`"
        raise Refused([Problem("not-proposed", str(path), what, "rename it, so that it is not written anew")])
    lines = text.splitlines()
    blocks = [*_blocks(feature, lines), (len(lines) + 1, "", None, frozenset())]
    for (start, heading, scenario, of_rule), (end, *_) in pairwise(blocks):
        tags = of_feature | of_rule | (_tags(scenario) if scenario is not None else frozenset())
        if scenario is None or not any(tag.startswith(HASH) for tag in tags):
            continue
        state = approval(tags, hashes)
        if state == "approved":
            found.names.add(scenario["name"])
        if is_written and (state == "approved" or APPROVED in tags):
            found.taken.add(scenario["name"])
            found.texts.setdefault(heading, []).append("\n".join(lines[start - 1 : end - 1]).rstrip())


def _read(path: Path) -> tuple[str, Any]:
    try:
        text = path.read_text("utf-8-sig")
        return text, Parser().parse(text).get("feature")
    except (OSError, UnicodeDecodeError, CompositeParserException):
        return "", None


def _tags(node: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(tag["name"].lstrip("@") for tag in node["tags"])


def _blocks(
    feature: Mapping[str, Any], lines: list[str], heading: str = "", tags: frozenset[str] = frozenset()
) -> Iterator[tuple[int, str, dict[str, Any] | None, frozenset[str]]]:
    """Where each scenario, and each rule's heading, begins; with its tags and the comments above it."""
    for child in feature["children"]:
        for kind, node in child.items():
            start = min([node["location"]["line"], *(tag["location"]["line"] for tag in node.get("tags", ()))])
            while start > 1 and lines[start - 2].lstrip().startswith("#"):
                start -= 1
            yield start, heading, node if kind == "scenario" else None, tags
            if kind == "rule":
                yield from _blocks(node, lines, node["name"], tags | _tags(node))
