"""What a report keeps of a run, while it judges or when it has judged in columns."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

import gonogo
from gonogo_cli.formats.report import Placing, Reads, Report
from gonogo_cli.report.content import Content, Told
from gonogo_cli.worst import MOST_WEIGHED, Worst


class Gathering(Report):
    """Keeps the worst items, the first that could not be judged, the first cells that were no use, and lots over time.

    Parameters
    ----------
    top : int
        How many of each are kept.
    """

    takes_all = True
    reads: Reads = "rows"

    def __init__(self, standard: gonogo.Standard, top: int) -> None:
        self.standard = standard
        self.top = top
        self.worst = Worst(top, standard.classes)
        self.open: list[gonogo.Verdict] = []
        self.unusable: list[gonogo.Unusable] = []
        self.history = standard.history()

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        self.history.add(verdict)
        self._keep(verdict)

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        most = max(self.top, MOST_WEIGHED)
        for verdict in chain(judged.worst(self.top, most), judged.first_open(self.top)):
            self._keep(verdict)
        self.history = judged.history()

    def add_unusable(self, cell: gonogo.Unusable) -> None:
        if len(self.unusable) < self.top:
            self.unusable.append(cell)

    def content(self, summary: gonogo.Summary, told: Told) -> Content:
        """What the page is made of, when all is judged."""
        worst = self.worst.verdicts()
        return Content(told, self.standard, self.top, summary, worst, self.open, self.unusable, self.history)

    def _keep(self, verdict: gonogo.Verdict) -> None:
        if verdict.outcome == "nonconforming":
            self.worst.add(verdict)
        elif verdict.outcome == "indeterminate" and len(self.open) < self.top:
            self.open.append(verdict)
