"""Items one by one: the worst that are nonconforming, the first that could not be judged, cells that were no use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import gonogo
from gonogo_cli.formats.explanation import near_path
from gonogo_cli.report.content import Content
from gonogo_cli.report.markup import Child, Html, element, joined, prose
from gonogo_cli.report.numbers import counted
from gonogo_cli.report.parts import Column, Span, class_tag, clause, more, note, permitted, section, small, table

MOST_RULES: Final = 6
MOST_FINDINGS: Final = 6
"""So many findings of one item are shown, the most severe of them; it may have hundreds."""


def worst(content: Content) -> Html | None:
    """The worst findings: values against limits and clauses."""
    count, shown = content.summary.nonconforming, content.worst
    if not count:
        return None
    headings = ("Item", "Finding", "Value", "Limit", "Off by", "Clause")
    columns = [Column(heading, style="quantity" if 2 <= place <= 4 else None) for place, heading in enumerate(headings)]
    rows = [row for verdict in shown for row in _findings(content, verdict)]
    return section(
        "worst",
        "Worst findings",
        table(f"{_shown(len(shown), count, 'nonconforming item')}, worst first", columns, rows) if rows else None,
        more(count, len(shown)),
    )


def _findings(content: Content, verdict: gonogo.Verdict) -> Iterator[list[Child | Span]]:
    """The rows of one item: one for each value that lies beyond a limit, and one for all else that a rule has seen."""
    first, classes = True, content.standard.classes
    found = sorted(verdict.findings, key=lambda finding: classes.index(finding.class_))
    for finding in found[:MOST_FINDINGS]:
        name = joined(
            element("span", finding.rule, class_="rule"),
            f" {finding.side}" if finding.side else None,
            " ",
            class_tag(content, finding.class_),
            permitted(finding),
            small(prose(finding.title)) if finding.title else None,
        )
        where = clause(content, finding)
        for measured in _measured(verdict.evidence(finding)):
            yield [_item(verdict) if first else verdict.item, name, *measured, where]
            first = False
    if len(found) > MOST_FINDINGS:
        rest = f"… and {counted(len(found) - MOST_FINDINGS, 'more finding')} of this item"
        yield [verdict.item, Span(rest, 5, "")]


def _measured(evidence: tuple[gonogo.Evidence, ...]) -> Iterator[list[Child | Span]]:
    """Values with limits and distances, and what has no distance as sentences."""
    told: list[str] = []
    for each in evidence[:MOST_FINDINGS]:
        if each.value is None or each.limit is None or each.distance is None:
            told.append(each.sentence)
            continue
        from_ = ", ".join(f"{name} {value}" for name, value in each.measured if name != each.subject)
        value = joined(
            element("strong", prose(each.value)), small(each.subject), small(prose(from_)) if from_ else None
        )
        yield [value, prose(each.limit), prose(f"{each.distance} {_side(each.sentence, each.distance)}".rstrip())]
    if told:
        yield [Span([element("div", prose(sentence)) for sentence in dict.fromkeys(told)], 3, "Seen")]


def _side(sentence: str, distance: str) -> str:
    """On which side of the limit a value lies, as its sentence says: `above` or `below`."""
    found = re.search(rf"{re.escape(distance)} (above|below)\b", sentence)
    return found[1] if found else ""


def _item(verdict: gonogo.Verdict) -> Html:
    lot = f"lot {verdict.lot}" if verdict.lot else ""
    below = ", ".join(filter(None, (verdict.disposition, lot)))
    return joined(verdict.item, small(below) if below else None)


def not_judged(content: Content) -> Html | None:
    """What is indeterminate, and for want of what."""
    count, shown = content.summary.indeterminate, content.open
    if not count:
        return None
    rows = [(_item(verdict), prose("; ".join(verdict.reasons)), _rules(verdict)) for verdict in shown]
    columns = [Column("Item"), Column("Why", is_text=True), Column("Rules that could not be judged", is_text=True)]
    caption = f"{_shown(len(shown), count, 'indeterminate item')}, in the order of the facts"
    return section(
        "indeterminate",
        "Could not be judged",
        table(caption, columns, rows) if rows else None,
        more(count, len(shown)),
    )


def _rules(verdict: gonogo.Verdict) -> str:
    names = verdict.answer.unknown
    rest = f", and {len(names) - MOST_RULES:,} more" if len(names) > MOST_RULES else ""
    return ", ".join(names[:MOST_RULES]) + rest


def unusable(content: Content) -> Html:
    """Cells that were there and could not be used."""
    count, shown = content.summary.unusable, content.unusable
    if not count:
        return section("unusable", "Unusable input", note("Every value that was there could be used."))
    is_of_many = len(content.told.facts) > 1
    columns = [Column("Row"), Column("Column"), Column("What stands there"), Column("Problem", is_text=True)]
    columns += [Column("File")] if is_of_many else []
    rows: list[list[Child]] = []
    for cell in shown:
        rows.append([f"{cell.row:,}", cell.column, element("code", cell.text), prose(cell.problem)])
        rows[-1] += [near_path(cell.path)] if is_of_many else []
    return section(
        "unusable",
        "Unusable input",
        element("p", f"{counted(count, 'value')} could not be used, and counted as missing."),
        table(_shown(len(shown), count, "unusable value"), columns, rows) if rows else None,
        more(count, len(shown)),
    )


def _shown(shown: int, count: int, what: str) -> str:
    return f"{counted(count, what).capitalize()}" if shown >= count else f"{shown:,} of {counted(count, what)}"
