"""Lots, the levels above them, and objectives, for a person: what came of each, and why."""

from __future__ import annotations

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
        counts = [(outcome, sum(each.outcome == outcome for each in verdicts)) for outcome in OUTCOMES]
        yield from grid([[(name, OUTCOMES[name] if count else ""), f"{count:,}"] for name, count in counts], "<>")
        yield from _units([each for each in verdicts if each.outcome != "conforming"], classes, top)
    yield from objective_lines(levels.objectives)


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
        if verdict.unless:
            yield line(" " * 4, (verdict.unless, "yellow"), hang=4)
        elif verdict.unknown:
            yield line(" " * 4, (_open(verdict), "yellow"), hang=4)
    if len(worst) > top:
        yield line((f"  … and {len(worst) - top:,} more; `--top {len(worst)}` shows all", FAINT))


def _head(verdict: gonogo.LevelVerdict, classes: Sequence[str]) -> list[str | Words]:
    class_ = verdict.class_ or verdict.outcome
    style = class_style(verdict.class_, classes) if verdict.class_ else OUTCOMES[verdict.outcome]
    name = verdict.name or f"no {verdict.unit}"
    above = ", ".join(f"{unit or 'none'}" for unit in verdict.within.values())
    counts = f"{verdict.inspected:,} inspected"
    return [(name, "bold"), (class_, style), verdict.disposition or "", counts, (above, FAINT)]


def _open(verdict: gonogo.LevelVerdict) -> str:
    rules = ", ".join(unknown.rule for unknown in verdict.unknown)
    if verdict.name is None:
        return f"held: nothing says which {verdict.unit} these belong to"
    counts = sorted({name for unknown in verdict.unknown for name in unknown.missing})
    what = f"{wording.listed(counts)} {'is' if len(counts) == 1 else 'are'} not known for certain; " if counts else ""
    return f"{what}not judged: {rules}"


def objective_lines(objectives: Sequence[gonogo.ObjectiveResult]) -> Iterator[Line]:
    """What became of each objective."""
    if not objectives:
        return
    yield line()
    yield heading("objectives")
    yield from grid([[each.id, MET[each.met], each.sentence] for each in objectives], "<<<")
