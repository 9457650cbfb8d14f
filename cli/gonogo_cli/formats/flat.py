"""CSV: one row an item, the ids of its rules joined by semicolons."""

from __future__ import annotations

import csv
from collections.abc import Collection
from typing import Final, TextIO

import gonogo
from gonogo_cli.formats.report import Placing, Reads, Report
from gonogo_cli.output import is_streamed

COLUMNS: Final = ("item", "lot", "outcome", "class", "disposition", "findings", "unknown")


class Flat(Report):
    """Writes each verdict as it comes."""

    reads: Reads = "rows"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_streamed = is_streamed(stream)
        self._writer = csv.writer(stream, lineterminator="\n")
        self._has_head = False

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        self._head()
        self._writer.writerow(flat_row(verdict))
        if self._is_streamed:
            self._stream.flush()

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        self._head()
        for rows in judged.rows(outcomes):
            self._writer.writerows(rows)

    def finish(self, summary: gonogo.Summary) -> None:
        self._head()

    def _head(self) -> None:
        """The names of the columns, not before there are facts to be read."""
        if not self._has_head:
            self._has_head = True
            self._writer.writerow(COLUMNS)


def flat_row(verdict: gonogo.Verdict) -> tuple[str | None, ...]:
    """A verdict as a row of `COLUMNS`."""
    answer = verdict.answer
    findings = ";".join(finding.rule for finding in answer.findings)
    return (
        verdict.item,
        verdict.lot,
        answer.outcome,
        answer.class_,
        answer.disposition,
        findings,
        ";".join(answer.unknown),
    )


def whole(text: str | None) -> str | None:
    """A text in which halves of characters, which JSON can spell and no column holds, are escaped."""
    return text if text is None or text.isascii() else text.encode("utf-8", "backslashreplace").decode()
