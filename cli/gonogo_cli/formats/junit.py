"""JUnit's XML: a suite, and a case for each item; its counts stand before its cases, so cases wait on disk.

INVARIANT: missing data never passes: an item that could not be judged is an error, and never skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final, Literal, TextIO, TypeAlias

import gonogo
from gonogo_cli import wording
from gonogo_cli.checkout import STANDARD_INPUT, Checkout
from gonogo_cli.formats.report import Placing, Report
from gonogo_cli.formats.spool import new_spool
from gonogo_cli.formats.xml import attributes, content

AnyVerdict: TypeAlias = gonogo.Verdict | gonogo.LevelVerdict
Result: TypeAlias = Literal["failure", "error"] | None
"""What a case comes to; None: it passed."""

Suite: TypeAlias = tuple[Counter[Result], str]

MET: Final[dict[bool | None, Result]] = {True: None, False: "failure", None: "error"}

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
        self._counts: Counter[Result] = Counter()
        self._name = f"{standard.id} {standard.version}"
        self._cases = new_spool()
        self._said = new_spool()

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        head = f"{self._class}{attributes(name=case_name(verdict))}{self._file(at)}"
        result = result_of(verdict)
        self._counts[result] += 1
        if result is None and not verdict.findings:
            self._cases.write(f"<testcase{head}/>\n")
            return
        missing = wording.missing(verdict)
        told = [*found_lines(verdict, missing), *_cell_lines(verdict)]
        self._cases.write(case(head, result, verdict, (in_short(verdict, missing), told)))

    def add_unusable(self, cell: gonogo.Unusable) -> None:
        self.add_problem(cell.as_problem())

    def add_problem(self, problem: gonogo.Problem) -> None:
        self._said.write(content(str(problem)) + "\n")

    def finish(self, summary: gonogo.Summary) -> None:
        write, standard = self._stream.write, self._standard
        above = [*map(self._level, summary.levels.verdicts.values()), self._objectives(summary.levels.objectives)]
        whole = sum((counted for counted, _ in above), self._counts)
        write(f"{HEAD}<testsuites{attributes(name='gonogo check')}{counts(whole)}>\n")
        write(f"<testsuite{attributes(name=self._name)}{counts(self._counts)}>\n<properties>\n")
        told = {"standard": standard.id, "title": standard.title, "version": standard.version, "hash": standard.hash}
        for name, value in {**told, "facts": summary.rows, "conforming": summary.conforming}.items():
            write(f"<property{attributes(name=name, value=value)}/>\n")
        write("</properties>\n")
        self._copy(self._cases)
        if self._said.tell():
            write("<system-err>")
            self._copy(self._said)
            write("</system-err>\n")
        write("</testsuite>\n")
        self._stream.writelines(text for _, text in above)
        write("</testsuites>\n")

    def _level(self, verdicts: Sequence[gonogo.LevelVerdict]) -> Suite:
        """The suite of a level: a case for each lot, or unit."""
        counted: Counter[Result] = Counter()
        cases, level = [], verdicts[0].level if verdicts else ""
        for verdict in verdicts:
            result = result_of(verdict)
            counted[result] += 1
            head = attributes(classname=f"{self._standard.id}.{level}", name=wording.unit_name(verdict))
            missing = wording.missing_above(verdict)
            cases.append(case(head, result, verdict, (in_short(verdict, missing), found_lines(verdict, missing))))
        return counted, self._suite(level, counted, cases)

    def _objectives(self, objectives: Sequence[gonogo.ObjectiveResult]) -> Suite:
        """The suite of the objectives."""
        counted: Counter[Result] = Counter()
        cases = []
        for objective in objectives:
            result = MET[objective.met]
            counted[result] += 1
            head = attributes(classname=f"{self._standard.id}.objectives", name=objective.id)
            told = f"<{result}{attributes(message=objective.sentence, type='objective')}/>" if result else ""
            cases.append(f"<testcase{head}>{told}</testcase>\n")
        return counted, self._suite("objectives", counted, cases)

    def _suite(self, name: str, counted: Counter[Result], cases: Sequence[str]) -> str:
        if not cases:
            return ""
        head = f"<testsuite{attributes(name=f'{self._name}: {name}')}{counts(counted)}>\n"
        return f"{head}{''.join(cases)}</testsuite>\n"

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


def counts(counted: Counter[Result]) -> str:
    """The attributes that count."""
    return attributes(tests=sum(counted.values()), failures=counted["failure"], errors=counted["error"], skipped=0)


def result_of(verdict: AnyVerdict) -> Result:
    """What a case comes to; what is under concession fails nothing."""
    if verdict.outcome == "conforming" or verdict.answer.is_conceded:
        return None
    return "failure" if verdict.outcome == "nonconforming" else "error"


def case(head: str, result: Result, verdict: AnyVerdict, told: tuple[str, Iterable[str]]) -> str:
    """A case of which there is something to be told: in short, and in lines."""
    short, lines = told
    text = content("\n".join(lines))
    if result is None:
        said = f"<system-out>{text}</system-out>" if text else ""
        return f"<testcase{head}>{said}</testcase>\n"
    named = attributes(message=short, type=verdict.class_ or verdict.outcome)
    return f"<testcase{head}>\n<{result}{named}>{text}</{result}>\n</testcase>\n"


def case_name(verdict: gonogo.Verdict) -> str:
    """The item, and its lot where there is one."""
    return f"{verdict.item}, lot {verdict.lot}" if verdict.lot is not None else verdict.item


def in_short(verdict: AnyVerdict, missing: str | None) -> str:
    """What was found, or is missing, and what is to happen, on one line."""
    found = ", ".join(finding.rule for finding in verdict.findings) or missing or ""
    return f"{verdict.disposition}: {found}" if verdict.disposition else found


def found_lines(verdict: AnyVerdict, missing: str | None) -> Iterator[str]:
    """Rules and their evidence, what is missing, and the disposition."""
    for finding in verdict.findings:
        yield wording.finding_head(finding)
        yield from (f"  {sentence}" for sentence in wording.sentences(verdict.evidence(finding)))
    if missing:
        yield missing
    if verdict.disposition and verdict.outcome != "conforming":
        yield f"disposition: {verdict.disposition}"


def _cell_lines(verdict: gonogo.Verdict) -> Iterator[str]:
    yield from (f"column {cell.column}: {cell.problem}; it counts as missing" for cell in verdict.unusable)
