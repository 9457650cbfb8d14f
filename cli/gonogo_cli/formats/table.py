"""A table that a person likes to read: what a run has found, then what is nonconforming, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import TextIO

import gonogo
from gonogo_cli import wording
from gonogo_cli.formats.levels import level_lines
from gonogo_cli.formats.report import Placing, Reads, Report
from gonogo_cli.page import FAINT, OUTCOMES, Line, Words, class_style, grid, heading, line, write_page
from gonogo_cli.worst import MOST_WEIGHED, Worst


class Table(Report):
    """Keeps the worst items, and the first that could not be judged; counts the rest.

    Parameters
    ----------
    stream : TextIO
        Where the table goes.
    standard : Standard
        What judged.
    name : str
        What the facts are called.
    top : int
        How many items of each sort are shown.
    only : collection of str
        Which outcomes are shown.
    """

    takes_all = True
    reads: Reads = "rows"

    def __init__(
        self, stream: TextIO, standard: gonogo.Standard, name: str, top: int, only: Collection[str], no_color: bool
    ) -> None:
        self.stream = stream
        self.standard = standard
        self.name = name
        self.top = top
        self.only = only
        self.no_color = no_color
        self.worst = Worst(top, standard.classes)
        self.open: list[gonogo.Verdict] = []
        self.shown_rules: dict[str, gonogo.Finding] = {}

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        if verdict.outcome == "nonconforming":
            self.worst.add(verdict)
            for finding in verdict.findings:
                self.shown_rules.setdefault(finding.rule, finding)
        elif verdict.outcome == "indeterminate" and len(self.open) < self.top:
            self.open.append(verdict)

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        most = max(self.top, MOST_WEIGHED)
        for verdict in chain(judged.worst(self.top, most), judged.first_open(self.top)):
            self.add(verdict, judged)
        self.shown_rules = {
            name: judged.standard.finding(name) for name, count in judged.summary.by_rule.items() if count
        }

    def finish(self, summary: gonogo.Summary) -> None:
        write_page(self.lines(summary), self.stream, self.no_color)

    def lines(self, summary: gonogo.Summary) -> Iterator[Line]:
        """The whole page."""
        yield line((f"{self.standard.id} {self.standard.version}", "bold"), f"  {self.standard.title}")
        yield line(f"{self.name}: {_count(summary.rows, 'fact')}", (_unusable(summary.unusable), "yellow"))
        yield line()
        yield from outcome_lines(self.standard, summary)
        yield from self.rules(summary.by_rule)
        yield from self.dispositions(summary.by_disposition)
        yield from level_lines(summary.levels, self.standard.classes, self.top)
        yield from self.section("nonconforming, worst first", self.worst.verdicts(), summary.nonconforming)
        yield from self.section("indeterminate", self.open, summary.indeterminate)

    def rules(self, found: Counter[str]) -> Iterator[Line]:
        """How often each rule spoke, the most frequent first."""
        if not self.shown_rules:
            return
        yield line()
        yield heading("findings")
        rows: list[list[str | Words]] = []
        for name, finding in sorted(self.shown_rules.items(), key=lambda pair: (-found[pair[0]], pair[0])):
            words = (finding.class_, class_style(finding.class_, self.standard.classes))
            rows.append([name, f"{found[name]:,}", words, finding.title or finding.clause or ""])
        yield from grid(rows, "<><<")

    def dispositions(self, found: Counter[str]) -> Iterator[Line]:
        if not +found:
            return
        yield line()
        yield heading("dispositions")
        rows = [[name, f"{count:,}"] for name, count in sorted((+found).items(), key=lambda pair: (-pair[1], pair[0]))]
        yield from grid(rows, "<>")

    def section(self, title: str, verdicts: Sequence[gonogo.Verdict], count: int) -> Iterator[Line]:
        """Items one by one, and how many more there are."""
        if not count or title.partition(",")[0] not in self.only:
            return
        yield line()
        yield heading(title)
        heads = grid([self.head(verdict) for verdict in verdicts], "<<<<")
        for verdict, head in zip(verdicts, heads, strict=True):
            yield head
            yield from self.findings(verdict)
            if text := wording.missing(verdict):
                yield line(" " * 4, (text, "yellow"), hang=4)
        if count > len(verdicts):
            yield line((f"  … and {count - len(verdicts):,} more; `--top {count}` shows all", FAINT))

    def head(self, verdict: gonogo.Verdict) -> list[str | Words]:
        class_ = verdict.class_ or ""
        lot = f"lot {verdict.lot}" if verdict.lot else ""
        cells: list[str | Words] = [(verdict.item, "bold"), (class_, class_style(class_, self.standard.classes))]
        cells = cells if class_ else cells[:1]
        return [*cells, verdict.disposition or "", (lot, FAINT)]

    def findings(self, verdict: gonogo.Verdict) -> Iterator[Line]:
        for finding in verdict.findings:
            side = f" {finding.side}" if finding.side else ""
            clause = f"  {finding.clause}" if finding.clause else ""
            yield line(" " * 4, finding.rule, side, (clause, FAINT), *wording.permitted(finding.concession), hang=6)
            for sentence in wording.sentences(verdict.evidence(finding)):
                yield line(" " * 6, sentence, hang=6)


def outcome_lines(standard: gonogo.Standard, summary: gonogo.Summary) -> Iterator[Line]:
    """How many items came out how, and of which classes."""
    classes = [f"{name} {summary.by_class[name]:,}" for name in standard.classes if summary.by_class.get(name)]
    rows: list[list[str | Words]] = []
    for outcome, style in OUTCOMES.items():
        count = getattr(summary, outcome)
        note = ", ".join(classes) if outcome == "nonconforming" else ""
        rows.append([(outcome, style if count else ""), f"{count:,}", share(count, summary.rows), note])
    return grid(rows, "<>><")


def share(count: int, whole: int) -> str:
    """A percentage that never rounds something to nothing, or nearly all to all."""
    if not whole:
        return ""
    percent = 100 * count / whole
    if 0 < percent < 0.05:
        return "<0.1 %"
    if 99.95 <= percent < 100:
        return ">99.9 %"
    return f"{percent:.1f} %"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _unusable(count: int) -> str:
    return f", {_count(count, 'unusable value')} counted as missing" if count else ""
