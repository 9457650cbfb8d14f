"""Annotations for GitHub: the worst items as workflow commands, and a job summary where GitHub asks for one.

GitHub shows ten errors and ten warnings of a step, so no more are told, and the last line says how many there are.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Final, Literal, TextIO, TypeAlias

import gonogo
from gonogo_cli.checkout import STANDARD_INPUT, Checkout
from gonogo_cli.formats.markdown import Page
from gonogo_cli.formats.report import OUTCOMES, Placing, Reads, Report
from gonogo_cli.formats.workflow import annotation
from gonogo_cli.output import append_text
from gonogo_cli.wording import finding_head, missing, missing_above, sentences, unit_name
from gonogo_cli.worst import MOST_WEIGHED, Placed, Worst

Level: TypeAlias = Literal["error", "warning"]

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
        if verdict.outcome == "nonconforming" and not verdict.answer.is_conceded:
            self._worst.add(verdict, at.place)
        elif verdict.outcome == "indeterminate" and len(self._open) < MOST:
            self._open.append((verdict, at.place))

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        conceded = judged.summary.conceded  # they are among the candidates
        for verdict in chain(judged.worst(MOST + conceded, MOST_WEIGHED), judged.first_open(MOST)):
            self.add(verdict, judged)

    def finish(self, summary: gonogo.Summary) -> None:
        above = [*self._levels(summary.levels)][:MOST]
        counted = Counter(level for level, _ in above)
        nonconforming = self._worst.placed()[: MOST - counted["error"]] if "nonconforming" in self._only else []
        is_open = self._open[: MOST - counted["warning"]] if "indeterminate" in self._only else []
        told = [
            *(command for _, command in above),
            *(self._annotation("error", verdict, place) for verdict, place in nonconforming),
            *(self._annotation("warning", verdict, place) for verdict, place in is_open),
            self._last(summary, len(nonconforming), len(is_open)),
        ]
        self._stream.writelines(f"{command}\n" for command in told)
        if path := os.environ.get(SUMMARY):
            page = Page(self._standard, self._name, summary)
            shown = [verdict for verdict, _ in (*nonconforming, *is_open)]
            append_text(path, "\n".join((*page.lines(shown), "", "")))

    def _levels(self, levels: gonogo.Levels) -> Iterator[tuple[Level, str]]:
        """What is said of objectives that are missed, and of lots and the levels above that do not conform."""
        title = self._title
        for objective in levels.objectives:
            if not objective.met:
                level: Level = "warning" if objective.met is None else "error"
                yield level, annotation(level, f"objective {objective.id}: {objective.sentence}", title=title)
        for verdict in (each for verdicts in levels.verdicts.values() for each in verdicts):
            if verdict.outcome != "conforming" and not verdict.answer.is_conceded:
                level = "error" if verdict.outcome == "nonconforming" else "warning"
                head = f"{verdict.unit} {unit_name(verdict)}"
                text = "\n".join(_lines(head, verdict, missing_above(verdict)))
                yield level, annotation(level, text, title=f"{title}: {head}")

    def _annotation(self, level: Level, verdict: gonogo.Verdict, at: gonogo.FactPlace | None) -> str:
        """What is said of an item, beside its line."""
        place = at or gonogo.FactPlace(STANDARD_INPUT, verdict.row, 0)
        lot = f", lot {verdict.lot}" if verdict.lot is not None else ""
        text = "\n".join(_lines(f"item {verdict.item}{lot}", verdict, missing(verdict)))
        file = None if place.path == STANDARD_INPUT else self._checkout.inside(place.path) or place.path
        title = f"{self._title}: item {verdict.item}"
        return annotation(level, text, file=file, line=file and place.line, title=title)

    @property
    def _title(self) -> str:
        return f"{self._standard.id} {self._standard.version}"

    def _last(self, summary: gonogo.Summary, nonconforming: int, is_open: int) -> str:
        """How it all came out, and how much of it is not told."""
        counts = [f"{summary.rows:,} facts: {_counted(getattr(summary, name) for name in OUTCOMES)}"]
        counts += [f"{summary.conceded:,} under concession"] if summary.conceded else []
        for level, verdicts in summary.levels.verdicts.items():
            found = Counter(verdict.outcome for verdict in verdicts)
            counts.append(f"{len(verdicts):,} {level}: {_counted(found[name] for name in OUTCOMES)}")
        more = {
            "nonconforming": summary.nonconforming - summary.conceded - nonconforming,
            "indeterminate": summary.indeterminate - is_open,
        }
        left = " and ".join(f"{count:,} more {outcome}" for outcome, count in more.items() if count)
        counts += [f"{left} not annotated"] if left else []
        return annotation("notice", "; ".join(counts), title=self._title)


def _counted(counts: Iterable[int]) -> str:
    return ", ".join(f"{count:,} {outcome}" for count, outcome in zip(counts, OUTCOMES, strict=True))


def _lines(head: str, verdict: gonogo.Verdict | gonogo.LevelVerdict, lacks: str | None) -> Iterator[str]:
    """All that is said of a verdict."""
    yield f"{head}: {', '.join(filter(None, (verdict.outcome, verdict.class_, verdict.disposition)))}"
    for finding in verdict.findings:
        yield finding_head(finding)
        yield from (f"  {each}" for each in sentences(verdict.evidence(finding)))
    if lacks is not None:
        yield lacks
