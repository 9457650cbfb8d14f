"""Lots over time, as a chart and as a table, and the levels above them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import gonogo
from gonogo_cli import wording
from gonogo_cli.formats.flat import whole
from gonogo_cli.formats.table import share
from gonogo_cli.report import charts
from gonogo_cli.report.content import Content
from gonogo_cli.report.drawing import Named, Size, both_sizes
from gonogo_cli.report.markup import Child, Html, element, joined, prose
from gonogo_cli.report.numbers import counted
from gonogo_cli.report.parts import Column, class_tag, figure, more, outcome_tag, permitted, section, small, table

MOST_COLUMNS: Final[dict[Size, int]] = {"wide": 60, "narrow": 26}
MOST_FINDINGS: Final = 6
MOST_TOLD: Final = 12
"""So many lots are told one by one in the words of a chart."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as it is shown, whether the standard judges lots or not.

    Parameters
    ----------
    verdict : LevelVerdict or None
        Where it is judged.
    """

    name: str
    within: str
    began: datetime | None
    inspected: int
    bad: int
    open_: int
    verdict: gonogo.LevelVerdict | None = None

    @property
    def day(self) -> str:
        return f"{self.began:%Y-%m-%d}" if self.began else ""

    @property
    def sign(self) -> str:
        outcome = self.verdict.outcome if self.verdict else ""
        return {"nonconforming": "bad", "indeterminate": "open"}.get(outcome, "")


def lots_in_order(content: Content) -> list[Lot]:
    """All lots, in the order of their times; those without one behind, in the order of the facts."""
    history, judged = content.history, content.summary.levels.lots
    if not judged:
        return [_counted(lot) for lot in history.lots] if history.needs_outcomes else []
    began = {(lot.name, *lot.within): lot.began for lot in history.lots}
    found = [_judged(verdict, began.get(_key(verdict))) for verdict in judged]
    return sorted(found, key=lambda lot: (lot.began is None, lot.began.timestamp() if lot.began else 0.0))


def _key(verdict: gonogo.LevelVerdict) -> tuple[str | None, ...]:
    """What a lot is called in a history, where halves of characters are escaped."""
    return tuple(map(whole, (verdict.name, *verdict.within.values())))


def _counted(lot: gonogo.LotHistory) -> Lot:
    found = lot.outcomes
    bad, open_ = found.get("nonconforming", 0), found.get("indeterminate", 0)
    return Lot(lot.name or "no lot", "", lot.began, sum(found.values()), bad, open_)


def _judged(verdict: gonogo.LevelVerdict, began: datetime | None) -> Lot:
    counts = verdict.counts
    within = ", ".join(f"{level}: {name or 'none'}" for level, name in verdict.within.items())
    bad, open_ = counts["nonconforming"][0], counts["indeterminate"][0]
    return Lot(wording.unit_name(verdict), within, began, verdict.inspected, bad, open_, verdict)


# -------------------------------------------------------------------------------------------------- section


def lots(content: Content) -> Html | None:
    """The section of lots; None where there are none."""
    found = lots_in_order(content)
    if not found:
        return None
    columns = {size: _columns(found, most) for size, most in MOST_COLUMNS.items()}
    order = _order(content)
    named = Named("lots-chart", "Lots over time", _told(found))
    drawn = both_sizes(lambda size: charts.OverTime(columns[size], size).draw(named))
    caption = "Lots over time: the share of their items that is nonconforming, and that could not be judged"
    return section(
        "lots", "Lots", _intro(content, found), figure(joined(drawn, _grouped(len(found))), caption, _legend(found)),
        _table(content, found, order),
    )  # fmt: skip


def _legend(found: Sequence[Lot]) -> Iterator[tuple[str, str]]:
    """What is drawn of these lots; what a lot came to only where it has a column of its own."""
    signs = {lot.sign for lot in found} if len(found) <= MOST_COLUMNS["wide"] else set()
    yield "bad", "nonconforming items"
    if any(lot.open_ for lot in found):
        yield "open", "items that could not be judged"
    if "bad" in signs:
        yield "cross", "the lot is nonconforming"
    if "open" in signs:
        yield "question", "the lot could not be judged"


def _intro(content: Content, found: Sequence[Lot]) -> Html:
    sentences = [f"{counted(len(found), 'lot')}, {_order(content)}."]
    if found[0].verdict is None:
        sentences.append("The standard names lots and does not judge them: their items are counted here.")
    if content.history.time and (untimed := content.summary.rows - content.history.timed):
        has = "has" if untimed == 1 else "have"
        sentences.append(f"{counted(untimed, 'item')} {has} no time that can be read.")
    return element("p", prose(" ".join(sentences)))


def _order(content: Content) -> str:
    if content.history.time:
        return f"in the order of their earliest times (`{content.history.time}`)"
    return "in the order of the facts, for no times of items are read"


def _columns(found: Sequence[Lot], most: int) -> list[charts.Column]:
    """Columns of a chart: a lot each, or, of very many, some lots in a row."""
    size = -(-len(found) // most)
    columns = []
    for some in (found[start : start + size] for start in range(0, len(found), size)):
        inspected = sum(lot.inspected for lot in some) or 1
        bad, open_ = sum(lot.bad for lot in some) / inspected, sum(lot.open_ for lot in some) / inspected
        columns.append(charts.Column(some[0].name, some[0].day, bad, open_, some[0].sign if size == 1 else ""))
    return columns


def _grouped(count: int) -> Html:
    """What a column stands for, where it is not one lot: that differs with the size of the chart."""
    sizes = {size: -(-count // most) for size, most in MOST_COLUMNS.items()}
    return joined(
        element("p", f"Each column is {lots:,} lots in a row, named by the first.", class_=f"note {size}")
        for size, lots in sizes.items()
        if lots > 1
    )


def _told(found: Sequence[Lot]) -> str:
    """The chart in words."""
    shown = [f"{lot.name} {share(lot.bad, lot.inspected) or 'none'}" for lot in found[:MOST_TOLD]]
    left = len(found) - len(shown)
    rest = f", and {left:,} more" if left else ""
    return f"The share of nonconforming items by lot: {', '.join(shown)}{rest}."


def _table(content: Content, found: list[Lot], order: str) -> Html:
    """A row a lot; of very many those that do not conform, the worst first to be chosen, in their order."""
    chosen = found
    if len(found) > content.top:
        worst = sorted(range(len(found)), key=lambda place: _badness(content, found[place]))
        chosen = [found[place] for place in sorted(worst[: content.top])]
    is_judged = found[0].verdict is not None
    columns = [Column("Lot"), Column("Inspected", True), Column("Nonconforming", True), Column("Not judged", True)]
    columns += [Column("Outcome, disposition"), Column("Why", is_text=True)] if is_judged else []
    rows = [_row(content, lot) for lot in chosen]
    title = "Lots" if len(chosen) == len(found) else f"The worst {len(chosen):,} of {len(found):,} lots"
    return joined(table(f"{title}, {order.replace('`', '')}", columns, rows), more(len(found), len(chosen)))


def _badness(content: Content, lot: Lot) -> tuple[float, ...]:
    classes, verdict = content.standard.classes, lot.verdict
    class_ = verdict.class_ if verdict else None
    rank = classes.index(class_) if class_ in classes else len(classes)
    of = lot.inspected or 1
    return (rank, {"bad": 0, "open": 1}.get(lot.sign, 2), -lot.bad / of, -lot.open_ / of)


def _row(content: Content, lot: Lot) -> list[Child]:
    began = f"{lot.began:%Y-%m-%d %H:%M}" if lot.began else ""
    below = [element("div", began, class_="small when") if began else None, small(lot.within) if lot.within else None]
    bad, open_ = (
        joined(f"{count:,}", " ", element("span", share(count, lot.inspected), class_="small-inline")) if count else "0"
        for count in (lot.bad, lot.open_)
    )
    cells: list[Child] = [joined(lot.name, below), f"{lot.inspected:,}", bad, open_]
    if lot.verdict is not None:
        cells += [_came_to(lot.verdict), why(content, lot.verdict)]
    return cells


def _came_to(verdict: gonogo.LevelVerdict) -> Html:
    """The outcome of a lot, or of what stands above lots, and what happens to it."""
    return joined(outcome_tag(verdict.outcome), element("div", verdict.disposition) if verdict.disposition else None)


def why(content: Content, verdict: gonogo.LevelVerdict) -> Html:
    """What was found about a lot, or what stands above lots, and what could still change that."""
    parts: list[Html] = []
    for finding in verdict.findings[:MOST_FINDINGS]:
        parts.append(
            element("div", element("span", finding.rule, class_="rule"), " ", class_tag(content, finding.class_))
        )
        parts += [permitted(finding)] if finding.concession else []
        parts += [small(prose(sentence)) for sentence in wording.sentences(verdict.evidence(finding))[:MOST_FINDINGS]]
        parts += [small(finding.clause)] if finding.clause else []
    if len(verdict.findings) > MOST_FINDINGS:
        parts.append(small(f"… and {counted(len(verdict.findings) - MOST_FINDINGS, 'more finding')}"))
    if open_ := wording.missing_above(verdict):
        parts.append(element("div", open_) if verdict.unless else small(open_))
    return joined(parts)


# ------------------------------------------------------------------------------------------- levels above lots


def levels_above(content: Content) -> list[Html]:
    """A section for each level above lots."""
    found: list[Html] = []
    for level, verdicts in content.summary.levels.verdicts.items():
        if level == "lots" or not verdicts:
            continue
        worst = sorted(verdicts, key=lambda each: _unit_badness(content, each))[: content.top]
        names = (verdicts[0].unit.capitalize(), "Inspected", "Outcome, disposition", "Why")
        columns = [Column(name, name == "Inspected", name == "Why") for name in names]
        rows = [(wording.unit_name(each), f"{each.inspected:,}", _came_to(each), why(content, each)) for each in worst]
        title, rest = level.capitalize(), more(len(verdicts), len(rows))
        found.append(section(f"level-{len(found) + 1}", title, table(f"{title}, worst first", columns, rows), rest))
    return found


def _unit_badness(content: Content, verdict: gonogo.LevelVerdict) -> tuple[int, int]:
    classes = content.standard.classes
    rank = classes.index(verdict.class_) if verdict.class_ in classes else len(classes)
    return rank, {"nonconforming": 0, "indeterminate": 1, "conforming": 2}[verdict.outcome]
