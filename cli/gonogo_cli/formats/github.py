"""Annotations for GitHub: the worst items as workflow commands, and a job summary where GitHub asks for one.

GitHub shows ten errors and ten warnings of a step, so no more are told, and the last line says how many there are.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from itertools import chain
from typing import Final, Literal, TextIO

import gonogo
from gonogo_cli.checkout import STANDARD_INPUT, Checkout
from gonogo_cli.formats.markdown import Page
from gonogo_cli.formats.report import OUTCOMES, Placing, Reads, Report
from gonogo_cli.formats.workflow import annotation
from gonogo_cli.output import append_text
from gonogo_cli.wording import finding_head, missing, sentences
from gonogo_cli.worst import MOST_WEIGHED, Placed, Worst

MOST: Final = 10
"""So many annotations of a level GitHub shows for a step."""

SUMMARY: Final = "GITHUB_STEP_SUMMARY"
"""The environment variable that names the file of the job summary."""


class GitHub(Report):
    """Keeps the worst items, and the first that could not be judged, and writes all at the end.

    Parameters
    ----------
    stream : TextIO
        The log.
    standard : Standard
        What judges.
    name : str
        What the facts are called.
    only : collection of str
        Which outcomes are told.
    """

    takes_all = True
    reads: Reads = "rows"

    def __init__(self, stream: TextIO, standard: gonogo.Standard, name: str, only: Collection[str]) -> None:
        self._stream = stream
        self._standard = standard
        self._name = name
        self._only = only
        self._checkout = Checkout.here()
        self._worst = Worst(MOST, standard.classes)
        self._open: list[Placed] = []

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        if verdict.outcome == "nonconforming":
            self._worst.add(verdict, at.place)
        elif verdict.outcome == "indeterminate" and len(self._open) < MOST:
            self._open.append((verdict, at.place))

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        for verdict in chain(judged.worst(MOST, MOST_WEIGHED), judged.first_open(MOST)):
            self.add(verdict, judged)

    def finish(self, summary: gonogo.Summary) -> None:
        nonconforming = self._worst.placed() if "nonconforming" in self._only else []
        is_open = self._open if "indeterminate" in self._only else []
        told = [
            *(self._annotation("error", verdict, place) for verdict, place in nonconforming),
            *(self._annotation("warning", verdict, place) for verdict, place in is_open),
            self._last(summary, len(nonconforming), len(is_open)),
        ]
        self._stream.writelines(f"{command}\n" for command in told)
        if path := os.environ.get(SUMMARY):
            page = Page(self._standard, self._name, summary)
            shown = [verdict for verdict, _ in (*nonconforming, *is_open)]
            append_text(path, "\n".join((*page.lines(shown), "", "")))

    def _annotation(
        self, level: Literal["error", "warning"], verdict: gonogo.Verdict, at: gonogo.FactPlace | None
    ) -> str:
        """What is said of an item, beside its line."""
        place = at or gonogo.FactPlace(STANDARD_INPUT, verdict.row, 0)
        lot = f", lot {verdict.lot}" if verdict.lot is not None else ""
        words = filter(None, (verdict.outcome, verdict.class_, verdict.disposition))
        lines = [f"item {verdict.item}{lot}: {', '.join(words)}"]
        for finding in verdict.findings:
            lines += [finding_head(finding), *(f"  {each}" for each in sentences(verdict.evidence(finding)))]
        if (lacks := missing(verdict)) is not None:
            lines.append(lacks)
        file = None if place.path == STANDARD_INPUT else self._checkout.inside(place.path) or place.path
        title = f"{self._standard.id} {self._standard.version}: item {verdict.item}"
        return annotation(level, "\n".join(lines), file=file, line=file and place.line, title=title)

    def _last(self, summary: gonogo.Summary, nonconforming: int, is_open: int) -> str:
        """How it all came out, and how much of it is not told."""
        counts = ", ".join(f"{getattr(summary, outcome):,} {outcome}" for outcome in OUTCOMES)
        more = {
            "nonconforming": summary.nonconforming - nonconforming,
            "indeterminate": summary.indeterminate - is_open,
        }
        left = " and ".join(f"{count:,} more {outcome}" for outcome, count in more.items() if count)
        told = f"{summary.rows:,} facts: {counts}" + (f"; {left} not annotated" if left else "")
        return annotation("notice", told, title=f"{self._standard.id} {self._standard.version}")
