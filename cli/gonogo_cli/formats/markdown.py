"""A run as a page of Markdown, such as a job summary: counts, rules, and the items that are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import gonogo
from gonogo_cli import wording
from gonogo_cli.formats.levels import MET
from gonogo_cli.formats.report import OUTCOMES
from gonogo_cli.formats.table import share

MOST: Final = 20
"""So many lots, or units of a level above, are told one by one."""

_MARKS: Final = re.compile(r"([\\`*_\[\]<>#|~&])")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is about.

    Parameters
    ----------
    name : str
        What the facts are called.
    """

    standard: gonogo.Standard
    name: str
    summary: gonogo.Summary

    def lines(self, shown: Sequence[gonogo.Verdict]) -> Iterator[str]:
        """The whole page; `shown` are the items that are told one by one."""
        standard, summary = self.standard, self.summary
        yield f"### {plain(standard.id)} {plain(standard.version)}: {plain(standard.title)}"
        yield ""
        unusable = f", {summary.unusable:,} unusable values counted as missing" if summary.unusable else ""
        yield f"{plain(self.name)}: {summary.rows:,} facts{unusable}"
        yield ""
        yield from _table(("outcome", "items", "share"), self._outcomes())
        yield from _table(("rule", "found", "class", "what", "clause"), self._rules())
        yield from _table(("objective", "met", "value"), self._objectives())
        for level, verdicts in summary.levels.verdicts.items():
            bad = [each for each in verdicts if each.outcome != "conforming"]
            yield from _table((level, "class", "disposition", "why"), map(_unit, bad[:MOST]))
            if len(bad) > MOST:
                yield f"… and {len(bad) - MOST:,} more {plain(level)} that do not conform."
                yield ""
        yield from _table(("item", "lot", "class", "disposition", "why"), map(_item, shown))
        left = summary.nonconforming + summary.indeterminate - len(shown)
        if left > 0:
            yield f"… and {left:,} more items that do not conform."

    def _outcomes(self) -> Iterator[Sequence[str]]:
        for outcome in OUTCOMES:
            count = getattr(self.summary, outcome)
            yield outcome, f"{count:,}", share(count, self.summary.rows)

    def _objectives(self) -> Iterator[Sequence[str]]:
        for objective in self.summary.levels.objectives:
            yield objective.id, MET[objective.met][0], objective.sentence

    def _rules(self) -> Iterator[Sequence[str]]:
        """The rules that spoke, the most frequent first."""
        for name, count in sorted(self.summary.by_rule.items(), key=lambda pair: (-pair[1], pair[0])):
            if count:
                finding = self.standard.finding(name)
                yield name, f"{count:,}", finding.class_, finding.title or "", finding.clause or ""


def plain(text: str) -> str:
    """Text as it stands, on one line, nothing in it that Markdown or HTML would obey."""
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return _MARKS.sub(r"\\\1", visible)


def _item(verdict: gonogo.Verdict) -> Sequence[str]:
    class_ = verdict.class_ or verdict.outcome
    return verdict.item, verdict.lot or "", class_, verdict.disposition or "", _why(verdict, wording.missing(verdict))


def _unit(verdict: gonogo.LevelVerdict) -> Sequence[str]:
    class_, why = verdict.class_ or verdict.outcome, _why(verdict, wording.missing_above(verdict))
    return wording.unit_name(verdict), class_, verdict.disposition or "", why


def _why(verdict: gonogo.Verdict | gonogo.LevelVerdict, missing: str | None) -> str:
    told = [f"{each.rule}: {'; '.join(wording.sentences(verdict.evidence(each)))}" for each in verdict.findings]
    return ". ".join([*told, *filter(None, [missing])])


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """A table, if there is a row."""
    told = [" | ".join(map(plain, row)) for row in rows]
    if told:
        yield f"| {' | '.join(head)} |"
        yield "|" + " --- |" * len(head)
        yield from (f"| {row} |" for row in told)
        yield ""
