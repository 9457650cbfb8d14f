"""JUnit's XML: a suite, and a case for each item; its counts stand before its cases, so cases wait on disk.

INVARIANT: missing data never passes: an item that could not be judged is an error, and never skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import IO, Final, TextIO

import gonogo
from gonogo_cli import wording
from gonogo_cli.checkout import STANDARD_INPUT, Checkout
from gonogo_cli.formats.report import Placing, Report
from gonogo_cli.formats.spool import new_spool
from gonogo_cli.formats.xml import attributes, content

HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


class JUnit(Report):
    """Spools cases, and what is said beside them, and writes the document at the end.

    Parameters
    ----------
    stream : TextIO
        Where it goes.
    standard : Standard
        What judges.
    """

    def __init__(self, stream: TextIO, standard: gonogo.Standard) -> None:
        self._stream = stream
        self._standard = standard
        self._class = attributes(classname=standard.id)
        self._checkout = Checkout.here()
        self._path = self._named = ""
        self._counts: Counter[str] = Counter()
        self._cases = new_spool()
        self._said = new_spool()

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        outcome = verdict.outcome
        self._counts[outcome] += 1
        head = f"<testcase{self._class}{attributes(name=case_name(verdict))}{self._file(at)}"
        if outcome == "conforming":
            self._cases.write(f"{head}/>\n")
            return
        missing = wording.missing(verdict)
        told = "\n".join(told_lines(verdict, missing))
        tag, type_ = ("failure", verdict.class_) if outcome == "nonconforming" else ("error", outcome)
        named = attributes(message=in_short(verdict, missing), type=type_)
        self._cases.write(f"{head}>\n<{tag}{named}>{content(told)}</{tag}>\n</testcase>\n")

    def add_unusable(self, cell: gonogo.Unusable) -> None:
        self.add_problem(cell.as_problem())

    def add_problem(self, problem: gonogo.Problem) -> None:
        self._said.write(content(str(problem)) + "\n")

    def finish(self, summary: gonogo.Summary) -> None:
        write, standard = self._stream.write, self._standard
        counted = counts(sum(self._counts.values()), self._counts["nonconforming"], self._counts["indeterminate"])
        write(f"{HEAD}<testsuites{attributes(name='gonogo check')}{counted}>\n")
        write(f"<testsuite{attributes(name=f'{standard.id} {standard.version}')}{counted}>\n<properties>\n")
        told = {"standard": standard.id, "title": standard.title, "version": standard.version, "hash": standard.hash}
        for name, value in {**told, "facts": summary.rows, "conforming": summary.conforming}.items():
            write(f"<property{attributes(name=name, value=value)}/>\n")
        write("</properties>\n")
        self._copy(self._cases)
        if self._said.tell():
            write("<system-err>")
            self._copy(self._said)
            write("</system-err>\n")
        write("</testsuite>\n</testsuites>\n")

    def release(self) -> None:
        self._cases.close()
        self._said.close()

    def _copy(self, spool: IO[str]) -> None:
        spool.seek(0)
        self._stream.writelines(spool)

    def _file(self, at: Placing) -> str:
        """The attributes that tell where the fact stands, of those that stand in a file."""
        path, _, line = at.place
        if path == STANDARD_INPUT:
            return ""
        if path != self._path:
            self._path, self._named = path, attributes(file=self._checkout.inside(path) or path)
        return f'{self._named} line="{line}"' if line else self._named


def counts(tests: int, failures: int, errors: int) -> str:
    """The attributes that count."""
    return attributes(tests=tests, failures=failures, errors=errors, skipped=0)


def case_name(verdict: gonogo.Verdict) -> str:
    """The item, and its lot where there is one."""
    return f"{verdict.item}, lot {verdict.lot}" if verdict.lot is not None else verdict.item


def in_short(verdict: gonogo.Verdict, missing: str | None) -> str:
    """What was found, or is missing, and what is to happen, on one line."""
    found = ", ".join(finding.rule for finding in verdict.findings) or missing or ""
    return f"{verdict.disposition}: {found}" if verdict.disposition else found


def told_lines(verdict: gonogo.Verdict, missing: str | None) -> Iterator[str]:
    """All that is to be said of a verdict: rules and their evidence, what is missing, cells, the disposition."""
    for finding in verdict.findings:
        yield wording.finding_head(finding)
        yield from (f"  {sentence}" for sentence in wording.sentences(verdict.evidence(finding)))
    if missing:
        yield missing
    yield from (f"column {cell.column}: {cell.problem}; it counts as missing" for cell in verdict.unusable)
    if verdict.disposition:
        yield f"disposition: {verdict.disposition}"
