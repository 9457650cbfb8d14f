"""Specs, told to a person: scenario by scenario, and of what failed what was expected, what was found, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, Literal

import gonogo
from gonogo_cli.formats.explanation import near_path
from gonogo_cli.page import FAINT, WHOLE, Line, Words, grid, heading, line

MOST_HOLES: Final = 12
"""So many rules without evidence are named; ``--format json`` has all."""

PASSED, FAILED = ("passed", "green"), ("failed", "bold red")


def spec_lines(found: gonogo.SpecRun, standard: gonogo.Standard, *, is_whole: bool) -> Iterator[Line]:
    """The page of a run; where it was not of all specs, there is no telling which rules have none."""
    hashes = gonogo.rule_hashes(standard)
    for path, of_file in groupby(found.scenarios, key=lambda each: each.path):
        scenarios = list(of_file)
        yield line((scenarios[0].feature, "bold"), (f"  {near_path(path)}", FAINT))
        for rule, of_rule in groupby(scenarios, key=lambda each: each.rule):
            if rule is not None:
                yield line(f"  {rule}")
            for _, of_scenario in groupby(of_rule, key=lambda each: (each.line, _title(each))):
                results = list(of_scenario)
                state = gonogo.approval(results[0].tags, hashes)
                yield from _scenario(results, state, indent=4 if rule is not None else 2)
        yield line()
    yield line(*_summary(found))
    yield from _standing(found, standard, hashes, is_whole=is_whole)


def _standing(
    found: gonogo.SpecRun, standard: gonogo.Standard, hashes: dict[str, str], *, is_whole: bool
) -> Iterator[Line]:
    """What of the run is no evidence, and which rules have none."""
    states = [gonogo.approval(each.tags, hashes) for each in found.scenarios]
    for state, one, several in _STANDING:
        if count := states.count(state):
            yield line((f"{count:,} {one if count == 1 else several}", "yellow"), hang=2)
    holes = [row.rule for row in gonogo.matrix(standard, found.scenarios) if row.is_hole]
    if holes and is_whole and found.scenarios:
        told = f"{len(holes):,} {'rule has' if len(holes) == 1 else 'rules have'} no approved scenario that passes"
        more = f", and {len(holes) - MOST_HOLES:,} more" if len(holes) > MOST_HOLES else ""
        yield line((f"{told}: {', '.join(holes[:MOST_HOLES])}{more}", "yellow"), hang=2)


_STANDING: Final[tuple[tuple[Literal["proposed", "stale"], str, str], ...]] = (
    ("proposed", "is proposed: nobody has approved what it expects", "are proposed: nobody approved what they expect"),
    ("stale", "is stale: its rule has changed since", "are stale: their rules have changed since"),
)


def _title(result: gonogo.ScenarioResult) -> str:
    """Examples of an outline are told together, unless their names differ."""
    return result.scenario


def _scenario(results: Sequence[gonogo.ScenarioResult], state: str, indent: int) -> Iterator[Line]:
    first, blank = results[0], " " * indent
    failed = [result for result in results if not result.passed]
    count = f", {len(results):,} example{'' if len(results) == 1 else 's'}" if first.example else ""
    if not failed:
        yield line(blank, PASSED, f"  {first.scenario}{count}", ("" if state == "approved" else f"  {state}", "yellow"))
        return
    some = f", {len(failed):,} of {len(results):,} examples" if first.example else ""
    yield line(blank, FAILED, (f"  {first.scenario}{some}", "bold"))
    for result in failed:
        yield from _failure(result, indent + 4)


def _failure(result: gonogo.ScenarioResult, indent: int) -> Iterator[Line]:
    blank = " " * indent
    for step in result.steps:
        style = "bold red" if step.status == "failed" else FAINT if step.status == "skipped" else ""
        mark = f"  <- {near_path(result.path)}:{step.line}" if step.status == "failed" else ""
        yield line(blank, (f"{step.keyword} {step.text}", style), (mark, FAINT), hang=indent + 2)
    if result.expected is not None:
        yield line(blank, f"expected  {result.expected}", hang=indent + 10)
        yield line(blank, f"found     {result.found}", hang=indent + 10)
    elif result.message:
        yield line(blank, (result.message, "red"), hang=indent + 2)
    for text in result.explanation.splitlines() if result.expected is not None else ():
        yield Line(((f"{blank}  {text}", FAINT),), WHOLE)


def _summary(found: gonogo.SpecRun) -> list[Words]:
    failed = sum(not result.passed for result in found.scenarios)
    count = len(found.scenarios)
    told: list[Words] = [(f"{count:,} scenario{'' if count == 1 else 's'}: ", "")]
    told.append((f"{count - failed:,} passed", "green" if not failed else ""))
    if failed:
        told.append((f", {failed:,} failed", "bold red"))
    return told


def coverage_lines(covered: gonogo.Coverage) -> Iterator[Line]:
    """What of the standard the specs exercise, and what they do not."""
    yield line()
    yield heading(f"what they exercise: {100 * covered.share:.1f} % of the standard")
    yield from _shares({kind: covered.of(kind) for kind in gonogo.POINT_KINDS}, "holes")
    if covered.holes:
        yield line()
        yield heading("holes")
        yield from grid([[(hole.kind, FAINT), hole.name] for hole in covered.holes], "<<")


def _shares(counts: Mapping[str, tuple[int, int]], left: str) -> Iterator[Line]:
    """Of each kind how many are met, of how many; and what is said of those that are left."""
    rows: list[list[str | Words]] = [
        [kind, f"{met:,} of {whole:,}", ("", "") if met == whole else (left, "yellow")]
        for kind, (met, whole) in counts.items()
        if whole
    ]
    yield from grid(rows, "<><")


def mutation_lines(found: gonogo.Mutation) -> Iterator[Line]:
    """Which mutants of the standard the specs noticed, and which they did not."""
    yield line()
    noticed, whole = len(found.tried) - len(found.unnoticed), len(found.tried)
    yield heading(f"what they notice: {noticed:,} of {whole:,} changes of the standard")
    yield from _shares({kind: found.of(kind) for kind in gonogo.MUTANT_KINDS}, "unnoticed")
    if found.unnoticed:
        yield line()
        yield heading("no spec notices")
        for each in found.unnoticed:
            yield line((f"{', '.join(each.rules)}: ", FAINT), f"{each.mutant.said} -> {each.mutant.becomes}", hang=2)


def proposal_lines(files: Sequence[gonogo.ProposedFile]) -> Iterator[Line]:
    """What was written, and what is to be done with it."""
    if not files:
        yield line("nothing is left to propose")
        return
    for file in files:
        kept = f", beside {file.kept:,} that you approved" if file.kept else ""
        told = f"{file.scenarios:,} scenarios with {file.examples:,} cases proposed{kept}"
        yield line(f"{near_path(file.path)}: {told}")
    yield line()
    yield line(
        "What they expect is what the engine found. Read them, and approve each by the tag `@approved`; or move it,"
    )
    yield line("with its tags and the background, into a feature file of your own.")


def step_lines() -> Iterator[Line]:
    """All steps that there are."""
    for kind in ("given", "when", "then"):
        yield heading(kind.capitalize())
        rows: list[list[str | Words]] = [
            [f"{kind.capitalize()} {phrase.example}", (phrase.meaning, FAINT)]
            for phrase in gonogo.spec_steps()
            if phrase.kind == kind
        ]
        yield from grid(rows, "<<")
        yield line()
