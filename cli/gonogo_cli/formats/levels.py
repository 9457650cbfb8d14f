"""Lots, the levels above them, and objectives, for a person: what came of each, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import gonogo
from gonogo_cli import wording
from gonogo_cli.page import FAINT, OUTCOMES, Line, Words, class_style, grid, heading, line

MET = {True: ("met", "green"), False: ("missed", "red"), None: ("not known", "yellow")}


def level_lines(levels: gonogo.Levels, classes: Sequence[str], top: int) -> Iterator[Line]:
    """The part of the page above items: each level with its units, the worst first, and the objectives."""
    for level, verdicts in levels.verdicts.items():
        yield line()
        yield heading(level)
        found: Counter[str] = Counter(verdict.outcome for verdict in verdicts)
        outcomes = ((name, style if found[name] else "") for name, style in OUTCOMES.items())
        yield from grid([[words, f"{found[words[0]]:,}"] for words in outcomes], "<>")
        yield from _dispositions(verdicts)
        yield from _units([each for each in verdicts if each.outcome != "conforming"], classes, top)
    yield from objective_lines(levels.objectives)


def _dispositions(verdicts: Sequence[gonogo.LevelVerdict]) -> Iterator[Line]:
    """What happens to how many of them, the most frequent first."""
    found = Counter(verdict.disposition for verdict in verdicts if verdict.disposition is not None)
    told = [f"{name} {count:,}" for name, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))]
    if told:
        yield line((f"  {', '.join(told)}", FAINT), hang=2)


def _units(verdicts: Sequence[gonogo.LevelVerdict], classes: Sequence[str], top: int) -> Iterator[Line]:
    """Those that do not conform, one by one, and how many more there are."""
    ranks = {name: rank for rank, name in enumerate(classes)}
    worst = sorted(verdicts, key=lambda each: (ranks.get(each.class_ or "", len(ranks)), each.name is None))
    heads = grid([_head(verdict, classes) for verdict in worst[:top]], "<<<<<")
    for verdict, head in zip(worst[:top], heads, strict=True):
        yield head
        for finding in verdict.findings:
            clause = f"  {finding.clause}" if finding.clause else ""
            yield line(" " * 4, finding.rule, (clause, FAINT), *wording.permitted(finding.concession), hang=6)
            for sentence in wording.sentences(verdict.evidence(finding)):
                yield line(" " * 6, sentence, hang=6)
        if text := wording.missing_above(verdict):
            yield line(" " * 4, (text, "yellow"), hang=4)
    if len(worst) > top:
        yield line((f"  … and {len(worst) - top:,} more; `--top {len(worst)}` shows all", FAINT))


def _head(verdict: gonogo.LevelVerdict, classes: Sequence[str]) -> list[str | Words]:
    class_ = verdict.class_ or verdict.outcome
    style = class_style(verdict.class_, classes) if verdict.class_ else OUTCOMES[verdict.outcome]
    above = ", ".join(f"{unit or 'none'}" for unit in verdict.within.values())
    counts = f"{verdict.inspected:,} inspected"
    return [(wording.unit_name(verdict), "bold"), (class_, style), verdict.disposition or "", counts, (above, FAINT)]


def objective_lines(objectives: Sequence[gonogo.ObjectiveResult]) -> Iterator[Line]:
    """What became of each objective."""
    if not objectives:
        return
    yield line()
    yield heading("objectives")
    yield from grid([[each.id, MET[each.met], each.sentence] for each in objectives], "<<<")
