"""Proposed specs as feature files, readable as a person would write them; what was approved in them stays."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final

from gonogo.library import find_standard
from gonogo.loading import load
from gonogo.pack import Standard
from gonogo.specs.approval import APPLIES, DISPOSITIONS, HASH, PROPOSED, RULE, rule_hashes
from gonogo.specs.proposing.keeping import Kept, kept_of
from gonogo.specs.proposing.proposals import Proposal, Proposed, Watch, propose
from gonogo.specs.running import FEATURES

FILES: Final = {"items": "proposed-items.feature", "lots": "proposed-lots.feature"}
"""Where scenarios are proposed, by what they are about."""

_TOLD: Final = """\
  What is expected here is what the engine found, and no more than that: read it before you rely on it.
  A scenario is approved by the tag `@approved`, or by moving it, tags and all, into a feature file of your own."""

Table = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """A feature file of proposed specs, to be written.

    Parameters
    ----------
    path : str
        Where it belongs.
    text : str
        What stands in it.
    scenarios, examples : int
        How many are proposed, and how many cases they have.
    kept : int
        How many scenarios a person has approved in it, which stay as they are.
    """

    path: str
    text: str
    scenarios: int
    examples: int
    kept: int

    def as_dict(self) -> dict[str, object]:
        """The file with the keys of ``gonogo spec --write --format json``."""
        return {"path": self.path, "scenarios": self.scenarios, "examples": self.examples, "kept": self.kept}


def propose_specs(
    pack: str, folder: str | None = None, watch: Watch = lambda _what, _whole, _done: None
) -> tuple[ProposedFile, ...]:
    """Propose the boundary cases of a standard as Gherkin specs; nothing is written yet.

    Around each limit, of each category, with each rule speaking and each needed value missing; and of lots, around each
    number of items at which their verdict turns. What a person has approved already is not proposed again.

    Parameters
    ----------
    pack : str
        A pack's folder, a standard file, or the name of a pack that ships.
    folder : str, optional
        Where they are to be written; without it the pack's folder of feature files.
    watch : callable, optional
        Called with what is being done, how much there is to do, and how much is done.

    Returns
    -------
    tuple of ProposedFile
        Those in which something stands.

    Raises
    ------
    Refused
        Where no item is found that conforms, or a file that is there holds no proposals.
    """
    standard = load(pack)
    hashes = rule_hashes(standard)
    home = find_standard(pack).parent
    target = home / FEATURES if folder is None else Path(folder)
    is_inside = home.resolve() in (target.resolve(), *target.resolve().parents)
    named = None if is_inside else os.path.relpath(home, target) if Path(pack).exists() else pack
    kept = {about: kept_of(target / name, hashes) for about, name in FILES.items()}
    proposed = propose(standard, pack, watch)
    found = []
    for about, proposals in (("items", proposed.items), ("lots", proposed.lots)):
        path, known = target / FILES[about], kept[about]
        new = [_named_apart(each, standard, known) for each in proposals if each.name not in known.names]
        if not any(each.rule for each in new):
            new = []
        text = "\n".join(_lines(standard, named, about, proposed, new, hashes, known)) + "\n"
        count = sum(map(len, known.texts.values()))
        if new or count:
            examples = sum(len(each.rows) or 1 for each in new)
            found.append(ProposedFile(str(path), text, len(new), examples, count))
    return tuple(found)


def _named_apart(proposal: Proposal, standard: Standard, kept: Kept) -> Proposal:
    """A scenario under another name than one that stays, of a rule that has changed since."""
    name, count = proposal.name, 1
    while name in kept.taken:
        count += 1
        name = f"{proposal.name}, by version {standard.version or count}{'' if count == 2 else f' ({count})'}"
    return proposal if count == 1 else replace(proposal, name=name)


def _lines(
    standard: Standard,
    named: str | None,
    about: str,
    proposed: Proposed,
    proposals: Sequence[Proposal],
    hashes: Mapping[str, str],
    kept: Kept,
) -> Iterator[str]:
    yield f"@{PROPOSED}"
    yield f"Feature: Proposed for {about} of {standard.id}"
    yield _TOLD
    yield f"  All start from one item, which is {' '.join(proposed.origin.split())}.\n"
    yield "  Background:"
    if named is not None:
        yield f'    Given the standard "{named}"'
    yield f"    {'Given' if named is None else 'And'} an item with these values:"
    yield from _table([("field", "value"), *proposed.item], 6)
    headings = {clause: list(own) for clause, own in by_clause(proposals)}
    for clause in dict.fromkeys(["", *headings, *kept.texts]):
        texts, own = kept.texts.get(clause, ()), headings.get(clause, ())
        if clause and (texts or own):
            yield ""
            yield f"  Rule: {clause}"
        for text in texts:
            yield ""
            yield text
        for proposal in own:
            yield ""
            yield from _scenario(proposal, hashes, 4 if clause else 2)


def by_clause(proposals: Sequence[Proposal]) -> Iterator[tuple[str, Iterator[Proposal]]]:
    """Proposals below their headings, in the order of the first of each."""
    places: dict[str, int] = {}
    for each in proposals:
        places.setdefault(each.clause, len(places))
    yield from groupby(sorted(proposals, key=lambda each: places[each.clause]), key=lambda each: each.clause)


def _scenario(proposal: Proposal, hashes: Mapping[str, str], depth: int) -> Iterator[str]:
    blank = " " * depth
    tags = _tags(proposal.rule, hashes)
    if tags:
        yield blank + tags
    yield f"{blank}Scenario{' Outline' if proposal.rows else ''}: {proposal.name}"
    for number, step in enumerate(proposal.steps):
        yield f"{blank}  {step}"
        if not number and proposal.table:
            yield from _table(proposal.table, depth + 4)
    if proposal.rows:
        yield ""
        yield f"{blank}  Examples:"
        yield from _table([proposal.header, *proposal.rows], depth + 4)


def _tags(rule: str, hashes: Mapping[str, str]) -> str:
    if not rule:
        return ""
    name = f"@{rule[1:]}" if rule in (DISPOSITIONS, APPLIES) else f"@{RULE}{rule}"
    return f"{name} @{HASH}{hashes[rule]}"


def _table(rows: Table, depth: int) -> Iterator[str]:
    cells = [[_cell(text) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        told = " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield f"{' ' * depth}| {told} |"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")
