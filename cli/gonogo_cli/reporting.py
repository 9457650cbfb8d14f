"""What `gonogo check` is to write, opened: one report a format, together one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from gonogo_cli.formats.report import Report
from gonogo_cli.formats.several import Several
from gonogo_cli.judging import Job
from gonogo_cli.outputs import opened


@contextmanager
def opened_reports(job: Job) -> Iterator[Report]:
    """All formats that were asked for, as one report."""
    outputs = job.run.outputs
    with opened(outputs, are_folders=job.engine == "spark") as places, ExitStack() as at_the_end:
        reports = [_report(output.format, place, job) for output, place in zip(outputs, places, strict=True)]
        for report in reports:
            at_the_end.callback(report.release)
        yield reports[0] if len(reports) == 1 else Several(reports, job.only)


def _report(form: str, place: Any, job: Job) -> Report:
    """The report of a format, imported only then."""
    standard = job.standard
    match form:
        case "json":
            from gonogo_cli.formats.document import Document

            return Document(place, standard)
        case "jsonl":
            from gonogo_cli.formats.jsonl import JsonLines

            return JsonLines(place)
        case "csv":
            from gonogo_cli.formats.flat import Flat

            return Flat(place)
        case "parquet":
            from gonogo_cli.formats.parquet import Parquet

            return Parquet(place)
        case "junit":
            from gonogo_cli.formats.junit import JUnit

            return JUnit(place, standard)
        case "sarif":
            from gonogo_cli.formats.sarif import Sarif

            return Sarif(place, standard)
        case "github":
            from gonogo_cli.formats.github import GitHub

            return GitHub(place, standard, job.name, job.only)
        case _:
            from gonogo_cli.formats.table import Table

            return Table(place, standard, job.name, job.top, job.only, job.run.no_color)
