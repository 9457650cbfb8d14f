"""What was found, most frequent first: a Pareto, and the same as a table."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

import gonogo
from gonogo_cli.formats.table import share
from gonogo_cli.report.charts import Bar, Pareto
from gonogo_cli.report.content import Content
from gonogo_cli.report.drawing import Named, both_sizes
from gonogo_cli.report.markup import Html, element, joined, prose
from gonogo_cli.report.numbers import counted
from gonogo_cli.report.parts import Column, class_tag, clause, figure, note, section, small, table

MOST_BARS: Final = 15
MOST_ROWS: Final = 50
LEGEND: Final = ("worst", "middle", "mild", "none", "rest")
"""The kinds of bars, in the order in which they are told."""


def findings(content: Content) -> Html:
    """The section of findings."""
    found = ranked(content.summary)
    if not found:
        return section("findings", "Findings", note("No rule found anything."))
    total = sum(count for _, count in found)
    rules, items = counted(len(found), "rule"), counted(content.summary.nonconforming, "item")
    intro = element("p", f"{counted(total, 'finding')} of {rules}, on {items}; an item may have several.")
    return section("findings", "Findings", intro, _chart(content, found, total), _table(content, found, total))


def ranked(summary: gonogo.Summary) -> list[tuple[str, int]]:
    """The rules that spoke, and how often, the most frequent first; of equals, in the order of the standard."""
    return sorted(((rule, count) for rule, count in summary.by_rule.items() if count), key=lambda pair: -pair[1])


def _chart(content: Content, found: list[tuple[str, int]], total: int) -> Html:
    bars = [_bar(content, rule, count) for rule, count in found[:MOST_BARS]]
    rest = found[MOST_BARS:]
    if rest:
        bars.append(Bar(f"{counted(len(rest), 'other rule')}", "rest", "", sum(count for _, count in rest)))
    told = "; ".join(f"{each.name} {each.count:,} ({share(each.count, total)})" for each in bars)
    named = Named("pareto", "Pareto of findings", f"Findings by rule, the most frequent first: {told}.")
    caption = "Pareto of findings: how often each rule spoke, as a share of all findings; the line adds them up"
    used = {bar.kind: bar.class_ or "other rules" for bar in sorted(bars, key=lambda bar: LEGEND.index(bar.kind))}
    return figure(
        both_sizes(lambda size: Pareto(bars, total, size).draw(named)),
        caption,
        [*((kind, _legend(content, kind, name)) for kind, name in used.items()), ("curve", "all so far")],
    )


def _legend(content: Content, kind: str, name: str) -> str:
    """The classes that look alike."""
    alike = [class_ for class_ in content.standard.classes if content.severity(class_) == kind]
    return ", ".join(alike) or name


def _bar(content: Content, rule: str, count: int) -> Bar:
    class_ = content.standard.finding(rule).class_
    return Bar(rule, content.severity(class_), class_, count)


def _table(content: Content, found: list[tuple[str, int]], total: int) -> Html:
    sums, rows = accumulate(count for _, count in found), []
    for (rule, count), so_far in zip(found[:MOST_ROWS], sums, strict=False):
        finding = content.standard.finding(rule)
        name = joined(element("span", rule, class_="rule"), small(prose(finding.title)) if finding.title else None)
        class_ = class_tag(content, finding.class_)
        rows.append((name, class_, f"{count:,}", share(count, total), share(so_far, total), clause(content, finding)))
    columns = (
        Column("Rule"), Column("Class"), Column("Findings", True), Column("Share", True), Column("So far", True),
        Column("Clause"),
    )  # fmt: skip
    left = len(found) - len(rows)
    return joined(
        table("Findings by rule, the most frequent first", columns, rows),
        note(f"… and {counted(left, 'more rule')}.") if left else None,
    )
