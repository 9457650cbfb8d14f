"""What `gonogo check` does with facts and a report: verdicts one by one as they come, or in columns, all at once."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gonogo
from gonogo_cli.formats.report import Report
from gonogo_cli.options import Run
from gonogo_cli.progress import Waiting, watched

OUTCOMES: Final = ("conforming", "nonconforming", "indeterminate")

TRACE: Final = "GONOGO_TRACE"
"""The environment variable that names a file for what a run has done, for benchmarks."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be judged, and which verdicts are shown."""

    run: Run
    standard: gonogo.Standard
    files: tuple[str, ...]
    reading: gonogo.FactsOptions
    only: frozenset[str]
    engine: str
    master: str

    @property
    def outcomes(self) -> frozenset[str]:
        """The outcomes that a report is given: a table counts the others, too."""
        return frozenset(OUTCOMES) if self.run.format == "table" else self.only


def judge_one_by_one(job: Job, report: Report) -> gonogo.Summary:
    """Judge facts as they come in; what was counted."""
    run, outcomes, add = job.run, job.outcomes, report.add

    def tell_unusable(cell: gonogo.Unusable) -> None:
        run.messages.tell_unusable(cell)
        report.add_unusable(cell)

    inspection = gonogo.Inspection(job.standard, job.files, job.reading, run.messages.tell, tell_unusable)
    # A bar and lines of results would get into each other's way on one terminal.
    is_quiet = run.quiet or (run.format in ("jsonl", "csv") and run.output is None and sys.stdout.isatty())
    try:
        for verdict in watched(inspection, is_quiet, run.no_color):
            if verdict.answer.outcome in outcomes:
                add(verdict)
    finally:
        run.messages.close()
    return inspection.summary


def judge_in_columns(job: Job, report: Report) -> gonogo.Summary:
    """Judge facts in columns, then read the results; what was counted."""
    run = job.run

    def tell_unusable(cell: gonogo.Unusable) -> None:
        run.messages.tell_unusable(cell)
        report.add_unusable(cell)

    with Waiting(run.quiet, run.no_color) as waiting, _in_columns(job, tell_unusable, waiting) as judged:
        try:
            judged.judge()
            report.take(judged, job.outcomes)
        finally:
            run.messages.close()
        if path := os.environ.get(TRACE):
            Path(path).write_text(json.dumps({"facts": judged.summary.rows, "reasoned": judged.situations}), "utf-8")
        return judged.summary


def _in_columns(
    job: Job, tell_unusable: Callable[[gonogo.Unusable], None], waiting: Waiting
) -> gonogo.ColumnarInspection:
    """The engine that was asked for."""
    tell, is_json = job.run.messages.tell, job.run.format in ("json", "jsonl")
    files = job.files
    if job.engine == "spark":
        # What reaches a person is ours to say; without a handler, what Spark logs would go to standard error.
        logging.getLogger().addHandler(logging.NullHandler())
        return gonogo.ClusterInspection(
            job.standard,
            files,
            job.reading,
            tell,
            tell_unusable,
            master=job.master,
            is_json=is_json,
            watch=waiting.tell,
        )
    return gonogo.ColumnarInspection(
        job.standard, files, job.reading, tell, tell_unusable, is_json=is_json, watch=waiting.tell
    )
