"""The concessions that were in force: what they permit, why, on whose word and how long."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import gonogo
from gonogo_cli.report.content import Content
from gonogo_cli.report.markup import Html, element, joined
from gonogo_cli.report.numbers import counted
from gonogo_cli.report.parts import Column, more, section, small, table

MOST_NAMES: Final = 8


def concessions(content: Content) -> Html | None:
    """The section of concessions; None where none was in force."""
    day = content.told.as_of
    known = [each for each in content.standard.concessions if each.expires >= day]
    if not known:
        return None
    columns = [Column("Concession"), Column("Permits"), Column("Reason", is_text=True), Column("Approved by")]
    columns.append(Column("Last day"))
    rows = [
        (each.id, _permits(each), each.reason, each.approver, each.expires.isoformat()) for each in known[: content.top]
    ]
    conceded = content.summary.conceded
    return section(
        "concessions",
        "Concessions",
        element("p", f"{counted(conceded, 'nonconforming item')} under concession, and no other finding.")
        if conceded
        else None,
        table(f"In force on {day.isoformat()}", columns, rows),
        more(len(known), len(rows)),
    )


def _permits(concession: gonogo.Concession) -> Html:
    """What is permitted, of what."""
    side = f" {concession.side}" if concession.side else ""
    units = "lots" if concession.level == "items" else concession.level
    named = [("items", concession.items), (units, concession.units)]
    told = [small(f"{kind} {_some(names)}") for kind, names in named if names]
    return joined(element("span", concession.rule, class_="rule"), side, told)


def _some(names: Iterable[str]) -> str:
    known = sorted(names)
    rest = f" and {len(known) - MOST_NAMES:,} more" if len(known) > MOST_NAMES else ""
    return ", ".join(known[:MOST_NAMES]) + rest
