"""What `gonogo check` does with facts and a report: verdicts one by one as they come, or in columns, all at once."""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import gonogo
from gonogo_cli.formats.report import OUTCOMES, Report
from gonogo_cli.options import Run
from gonogo_cli.progress import Waiting, watched

TRACE: Final = "GONOGO_TRACE"
"""The environment variable that names a file for what a run has done, for benchmarks."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be judged, and which verdicts are shown.

    Parameters
    ----------
    name : str
        What the facts are called together.
    top : int
        How many items of a kind a table shows.
    """

    run: Run
    standard: gonogo.Standard
    files: tuple[str, ...]
    reading: gonogo.FactsOptions
    only: frozenset[str]
    engine: str
    master: str
    name: str
    top: int

    @property
    def is_interleaved(self) -> bool:
        """Whether a bar and lines of results would get into each other's way on one terminal."""
        standard = [output.format for output in self.run.outputs if output.is_standard]
        return bool({"jsonl", "csv"}.intersection(standard)) and sys.stdout.isatty()

    def tell(self, problem: gonogo.Problem, report: Report) -> None:
        """Tell a problem that does not stop the run."""
        self.run.messages.tell(problem)
        report.add_problem(problem)

    def tell_unusable(self, cell: gonogo.Unusable, report: Report) -> None:
        """Tell a cell that can't be used and counts as missing."""
        self.run.messages.tell_unusable(cell)
        report.add_unusable(cell)


def judge(job: Job, report: Report) -> gonogo.Summary:
    """Judge facts with the engine that was asked for; what was counted."""
    summary = judge_one_by_one(job, report) if job.engine == "scalar" else judge_in_columns(job, report)
    if not summary.rows:
        what = "there are no facts in it, and nothing was judged"
        job.tell(gonogo.Problem("no-facts", job.name, what, severity="warning"), report)
    return summary


def judge_one_by_one(job: Job, report: Report) -> gonogo.Summary:
    """Judge facts as they come in; what was counted."""
    run, add = job.run, report.add
    outcomes = frozenset(OUTCOMES) if report.takes_all else job.only
    tell, tell_unusable = partial(job.tell, report=report), partial(job.tell_unusable, report=report)
    inspection = gonogo.Inspection(job.standard, job.files, job.reading, tell, tell_unusable)
    try:
        for verdict in watched(inspection, run.quiet or job.is_interleaved, run.no_color):
            if verdict.answer.outcome in outcomes:
                add(verdict, inspection)
    finally:
        run.messages.close()
    return inspection.summary


def judge_in_columns(job: Job, report: Report) -> gonogo.Summary:
    """Judge facts in columns, then read the results; what was counted."""
    run = job.run
    with Waiting(run.quiet, run.no_color) as waiting, _in_columns(job, report, waiting) as judged:
        try:
            judged.judge()
            report.take(judged, OUTCOMES if report.takes_all else job.only)
        finally:
            run.messages.close()
        if path := os.environ.get(TRACE):
            Path(path).write_text(json.dumps({"facts": judged.summary.rows, "reasoned": judged.situations}), "utf-8")
        return judged.summary


def _in_columns(job: Job, report: Report, waiting: Waiting) -> gonogo.ColumnarInspection:
    """The engine that was asked for."""
    tell, tell_unusable = partial(job.tell, report=report), partial(job.tell_unusable, report=report)
    told = (job.standard, job.files, job.reading, tell, tell_unusable)
    is_json, is_both = report.reads == "lines", report.reads == "both"
    if job.engine == "spark":
        # What reaches a person is ours to say; without a handler, what Spark logs would go to standard error.
        logging.getLogger().addHandler(logging.NullHandler())
        return gonogo.ClusterInspection(*told, master=job.master, is_json=is_json, is_both=is_both, watch=waiting.tell)
    return gonogo.ColumnarInspection(*told, is_json=is_json, is_both=is_both, watch=waiting.tell)
