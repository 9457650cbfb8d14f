"""The matrix: clause, rule, the scenarios that are evidence for it, and what they show; holes are rows of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import gonogo
from gonogo_cli.evidence.content import Content
from gonogo_cli.evidence.marks import STATES, mark
from gonogo_cli.report.content import severity
from gonogo_cli.report.markup import Html, element, joined, prose
from gonogo_cli.report.numbers import counted
from gonogo_cli.report.parts import Column, class_mark, section, small, table
from gonogo_cli.wording import listed

MOST_SCENARIOS: Final = 12
"""So many scenarios are named for one rule; there may be thousands."""

MOST_NUMBERS: Final = 4
"""So many examples are told by their numbers."""

MOST_HOLES: Final = 100


def matrix(content: Content) -> Html:
    """The section of the matrix."""
    columns = (Column("Clause"), Column("Rule", is_text=True), Column("Scenarios", is_text=True), Column("Evidence"))
    rows = [
        (row.clause or "no clause", _rule(content, row), _scenarios(content, row), mark(*STATES[row.state]))
        for row in content.rows
    ]
    holes = counted(len(content.holes), "hole") if content.holes else "no holes"
    caption = f"{counted(len(rows), 'rule')} by their clauses, in the order of the standard; {holes}"
    return section("matrix", "From clause to result", table(caption, columns, rows))


def _rule(content: Content, row: gonogo.MatrixRow) -> Html:
    level = small(f"judged of {row.level}") if row.level != "items" else None
    silent = [name.rpartition(".")[2] for name in row.names if name not in row.spoke]
    unseen = small(f"not seen {listed(silent)} its limits") if row.spoke and len(row.names) > 1 and silent else None
    return joined(
        element("span", row.rule, class_="rule"), " ", class_mark(row.class_, severity(content.standard, row.class_)),
        small(prose(row.title)) if row.title else None, level, unseen,
    )  # fmt: skip


def _scenarios(content: Content, row: gonogo.MatrixRow) -> Html:
    shown = sorted(row.scenarios, key=lambda each: not each.failed)[:MOST_SCENARIOS]
    left = len(row.scenarios) - len(shown)
    named = [element("li", _scenario(content, each)) for each in shown]
    if left:
        named.append(element("li", f"… and {left:,} more", class_="small"))
    return element("ul", named, class_="bare") if named else joined("no scenario")


def _scenario(content: Content, shown: gonogo.Shown) -> Html:
    link = element("a", content.title(shown.path, shown.line), href=f"#{content.anchors[shown.path, shown.line]}")
    return joined(link, element("span", f" {_result(shown)}", class_="small-inline"))


def _result(shown: gonogo.Shown) -> str:
    count = len(shown.examples)
    told = "failed" if shown.failed else "passed"
    if shown.failed and shown.passed:
        told = f"{shown.failed:,} of {counted(count, 'example')} failed"
    elif 0 < count <= MOST_NUMBERS:
        numbers = listed([f"{number + 1:,}" for number in shown.examples])
        told = f"example{'' if count == 1 else 's'} {numbers} {told}"
    elif count:
        told = f"{count:,} examples {told}"
    return told if shown.approval == "approved" else f"{told}, {shown.approval}"


def coverage(content: Content) -> Html:
    """What of the standard the scenarios exercise, and what they do not."""
    covered = content.covered
    counts = [(kind, *covered.of(kind)) for kind in gonogo.POINT_KINDS]
    rows = [
        (kind, f"{met:,}", f"{whole:,}", "none" if met == whole else f"{whole - met:,}")
        for kind, met, whole in counts
        if whole
    ]
    columns = (Column("What"), Column("Exercised", True), Column("Of", True), Column("Holes", True))
    holes = [(kind, _names(list(names))) for kind, names in groupby(covered.holes, key=lambda hole: hole.kind)]
    return section(
        "coverage",
        "What the scenarios exercise",
        element("p", f"{_percent(covered)} of the standard, by scenarios that passed."),
        table("Points of the standard that were met", columns, rows, is_slim=True),
        table("Not exercised", (Column("What"), Column("Which", is_text=True)), holes) if holes else None,
    )


def _names(holes: Sequence[gonogo.Point]) -> Html:
    """Names of one kind, one below the other."""
    named = [element("li", element("code", hole.name)) for hole in holes[:MOST_HOLES]]
    left = len(holes) - len(named)
    rest = element("li", f"… and {left:,} more", class_="small") if left else None
    return element("ul", named, rest, class_="bare")


def _percent(covered: gonogo.Coverage) -> str:
    """The share, which is 100 % only where nothing is missing."""
    percent = 100 * covered.share
    return f"{percent:.1f} %" if not covered.holes or percent < 99.95 else "99.9 %"
