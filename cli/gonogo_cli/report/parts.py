"""The pieces that sections are made of: tables that become cards on a phone, tags, figures, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gonogo
from gonogo_cli.formats.explanation import near_path
from gonogo_cli.report.content import Content
from gonogo_cli.report.markup import Child, Html, element, joined, prose

OUTCOMES: Final = {
    "conforming": ("good", "✓"),
    "nonconforming": ("bad", "✕"),
    "indeterminate": ("open", "?"),
}
"""How each outcome looks: its colour, and a sign for those who see none."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers, or sentences, which need room."""

    heading: str
    is_number: bool = False
    is_text: bool = False
    style: str | None = None

    @property
    def kind(self) -> str | None:
        """How its cells are set: the name of the style."""
        return "number" if self.is_number else "text" if self.is_text else self.style


@dataclass(frozen=True, slots=True)
class Span:
    """What takes the place of some cells in a row; `heading` names it where rows are cards."""

    child: Child
    columns: int
    heading: str


def section(id_: str, title: str, *children: Child) -> Html:
    """A section of the page, named by its heading."""
    heading = element("h2", title, id=f"{id_}-title")
    return element("section", heading, *children, id=id_, aria_labelledby=f"{id_}-title")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand below a heading of their own."""

    heading: Child
    rows: Sequence[Sequence[Child | Span]]


def table(
    caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Child | Span]], *, is_slim: bool = False
) -> Html:
    """A table whose first column names its rows.

    Where the page is narrow rows are set as cards, unless the table is slim. Browsers then forget that it is a table,
    so roles are told.
    """
    body = element("tbody", (_row(columns, row) for row in rows), role="rowgroup")
    return _table(caption, columns, body, is_slim=is_slim)


def grouped_table(caption: str, columns: Sequence[Column], groups: Iterable[Group], *, is_slim: bool = False) -> Html:
    """A table whose rows stand in groups, each with a heading; see `table`."""
    return _table(caption, columns, [_group(columns, group) for group in groups], is_slim=is_slim)


def _group(columns: Sequence[Column], group: Group) -> Html:
    span = len(columns)
    heading = element("th", group.heading, scope="rowgroup", role="rowheader", colspan=span, class_="group")
    rows = [element("tr", heading, role="row"), *(_row(columns, row) for row in group.rows)]
    return element("tbody", rows, role="rowgroup")


def _table(caption: str, columns: Sequence[Column], body: Child, *, is_slim: bool) -> Html:
    head = element("tr", map(_heading, columns), role="row")
    found = element(
        "table",
        element("caption", caption),
        element("thead", head, role="rowgroup"),
        body,
        role="table",
        class_="slim" if is_slim else "cards",
    )
    return element("div", found, class_="scroll")


def _heading(column: Column) -> Html:
    return element("th", column.heading, scope="col", role="columnheader", class_=column.kind)


def _row(columns: Sequence[Column], row: Sequence[Child | Span]) -> Html:
    cells, left = list[Html](), list(columns)
    for child in row:
        column, *left = left
        if isinstance(child, Span):
            cells.append(_cell(Column(child.heading, is_text=True), joined(child.child), child.columns))
            left = left[child.columns - 1 :]
        elif cells:
            cells.append(_cell(column, joined(child)))
        else:
            cells.append(element("th", child, scope="row", role="rowheader", class_=column.kind))
    return element("tr", cells, role="row")


def _cell(column: Column, content: Html, columns: int = 1) -> Html:
    """A cell, which carries its heading along to where rows are cards."""
    return element(
        "td",
        element("div", content),
        role="cell",
        class_=column.kind if content else "empty",
        colspan=columns if columns > 1 else None,
        data_label=column.heading,
    )


def outcome_tag(outcome: str) -> Html:
    """An outcome, with its sign and colour."""
    kind, sign = OUTCOMES[outcome]
    return tag(outcome, kind, sign)


def tag(text: str, kind: str, sign: str) -> Html:
    """A word that stands out."""
    return element("span", element("span", sign, class_="sign", aria_hidden="true"), text, class_=f"tag {kind}")


def class_tag(content: Content, class_: str) -> Html:
    """A class of nonconformity, the more severe the louder."""
    return class_mark(class_, content.severity(class_))


def class_mark(class_: str, severity: str) -> Html:
    """A class of that severity."""
    return element("span", class_, class_=f"class {severity}")


def figure(drawings: Child, caption: Child, legend: Iterable[tuple[str, str]] = ()) -> Html:
    """A chart with its caption, and what its colours and patterns mean."""
    keys = [element("li", element("span", class_=f"key {kind}", aria_hidden="true"), text) for kind, text in legend]
    return element(
        "figure",
        element("figcaption", caption),
        element("ul", keys, class_="legend") if keys else None,
        drawings,
    )


def note(*children: Child) -> Html:
    """A remark."""
    return element("p", *children, class_="note")


def more(count: int, shown: int) -> Html | None:
    """How many more there are than are shown."""
    left = count - shown
    return note(prose(f"… and {left:,} more; `--top {count}` shows all.")) if left > 0 else None


def clause(content: Content, finding: gonogo.Finding) -> Html:
    """Where a requirement comes from, and where it stands in the standard, whose folder the head of the page tells."""
    path, place = content.standard.path, finding.place
    place = place.removeprefix(path.removesuffix(Path(path).name)) if place.startswith(path) else near_path(place)
    return joined(finding.clause or "", element("div", place, class_="small place"))


def permitted(finding: gonogo.Finding) -> Html:
    """That a finding is under a concession, where it is."""
    return small(f"under concession {finding.concession}") if finding.concession is not None else joined()


def small(*children: Child) -> Html:
    """What stands behind or below, and matters less."""
    return element("div", *children, class_="small")
