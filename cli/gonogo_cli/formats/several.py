"""Several formats of one run: each verdict is judged once, and told to all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import gonogo
from gonogo_cli.formats.report import OUTCOMES, Placing, Report


class Several(Report):
    """Passes everything on.

    Parameters
    ----------
    reports : sequence of Report
        The formats.
    only : collection of str
        Which outcomes are shown.
    """

    takes_all = True

    def __init__(self, reports: Sequence[Report], only: Collection[str]) -> None:
        self._reports = [(report, OUTCOMES if report.takes_all else only) for report in reports]
        read = {report.reads for report in reports}
        self.reads = "both" if {"lines", "rows"} <= read else "lines" if "lines" in read else "rows"

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        for report, outcomes in self._reports:
            if verdict.answer.outcome in outcomes:
                report.add(verdict, at)

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        singly = [(report, own) for report, own in self._reports if report.reads is None]
        for report, own in self._reports:
            if report.reads is not None:
                report.take(judged, own)
        for verdict in judged.verdicts({outcome for _, own in singly for outcome in own}) if singly else ():
            for report, own in singly:  # a verdict is judged again once for all of them
                if verdict.answer.outcome in own:
                    report.add(verdict, judged)

    def add_unusable(self, cell: gonogo.Unusable) -> None:
        for report, _ in self._reports:
            report.add_unusable(cell)

    def add_problem(self, problem: gonogo.Problem) -> None:
        for report, _ in self._reports:
            report.add_problem(problem)

    def finish(self, summary: gonogo.Summary) -> None:
        for report, _ in self._reports:
            report.finish(summary)
