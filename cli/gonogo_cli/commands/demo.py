"""`gonogo demo`: a walk through a standard, its verdicts, why they are what they are, and what to do about it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from textwrap import wrap
from typing import Final

import click

import gonogo
from gonogo_cli.formats.explanation import explanation_lines, near_path
from gonogo_cli.formats.plan import plan_lines
from gonogo_cli.formats.report import dumps
from gonogo_cli.formats.table import outcome_lines
from gonogo_cli.formats.trace import trace_lines
from gonogo_cli.options import Run, common
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.page import WHOLE, Line, line, write_page

PACK: Final = "milling-cell"
CHAPTERS: Final = {
    "82": (
        "It says why",
        """Part 82 is hot and short of power, and both together are a finding of their own. Each rule tells its
        values, its limits, its clause and its line in the standard; the last lines tell what would have
        made it good.""",
    ),
    "121": (
        "Missing data never passes",
        """Part 121 came without a torque. Rules that need none are judged; those that do stay open, and the part is
        held.""",
    ),
    "24": (
        "Decimals are decimals",
        """Part 24 runs at 312.7 K in air of 304.1 K. That is 8.6 K apart, and 8.6 K is not below 8.6 K: it conforms.
        The binary numbers of a computer make it 8.599999999999966 K, and would have scrapped a good part.""",
    ),
}
"""Items of the sample that are there to be looked at, and what there is to see."""
TRACED: Final = "127"
CAUSE: Final = """Part {item} is hot: that is the finding. What lies behind it? The pack's cause-effect graph weighs
what was found, what was not, and what the facts say. Probabilities are exact; decibans tell how far something
moves a cause."""
ACTION: Final = """Of the actions that the pack knows, this set pays most over ten thousand parts: none is better, and
that is proven. A correction mends the part at hand; a corrective action takes away its cause."""
TRY_NEXT: Final = "127"
PARTS: Final = 10_000
TITLE: Final = "bold cyan"


@click.command(epilog="\b\nExample:\n  gonogo demo")
@common("text", "json")
def demo(run: Run) -> int:
    """Judge the sample facts of the milling cell that ships with gonogo, and walk through what comes out."""
    standard = gonogo.load(PACK)
    facts = Path(standard.path).with_name("sample.csv")
    refuse_overwriting(run.output, [str(facts)], [PACK])
    inspection = gonogo.Inspection(standard, [str(facts)], gonogo.FactsOptions(), _ignore, _ignore)
    graph = gonogo.load_causes(PACK, standard)
    kept, tracing = dict[str, tuple[gonogo.Explanation, str]](), gonogo.Tracing(graph)
    for verdict in inspection:
        if verdict.item in CHAPTERS:
            kept[verdict.item] = (verdict.explain(), near_path(str(inspection.place)))
        if verdict.item == TRACED:
            tracing.add(verdict)
    ((unit, trace),) = tracing.traces(_ignore)
    plan = gonogo.Planner(graph, trace.traced).most_paying(PARTS)
    with open_output(run.output) as stream:
        if run.format == "json":
            items = [told.as_dict() for told, _ in kept.values()]
            told = {"item": unit.name, **trace.as_dict()}
            document = {"summary": inspection.summary.as_dict(), "items": items, "trace": told, "plan": plan.as_dict()}
            stream.write(dumps(document) + "\n")
        else:
            pages = (
                _walk(standard, inspection.summary, kept, str(facts)),
                _causes(graph, unit, trace, plan),
                _next(str(facts)),
            )
            write_page(chain.from_iterable(pages), stream, run.no_color)
    return 0


def _walk(
    standard: gonogo.Standard, summary: gonogo.Summary, kept: dict[str, tuple[gonogo.Explanation, str]], facts: str
) -> Iterator[Line]:
    told = f"{standard.title}: {len(standard.rules)} rules, written in YAML and kept in git. One of them:"
    yield from _chapter(f"1. A standard, {near_path(standard.path)}", told)
    yield from _excerpt(Path(standard.path), "  heat-dissipation:")
    yield line()
    yield from _chapter("2. It judges facts", f"{summary.rows} parts, one row each, of {near_path(facts)}:")
    yield from outcome_lines(standard, summary)
    for number, (item, (title, words)) in enumerate(CHAPTERS.items(), 3):
        yield line()
        yield from _chapter(f"{number}. {title}", words)
        yield from explanation_lines(*kept[item], standard.classes)


def _causes(
    graph: gonogo.CauseGraph, unit: gonogo.TracedUnit, trace: gonogo.Trace, plan: gonogo.Plan
) -> Iterator[Line]:
    first = 3 + len(CHAPTERS)
    yield line()
    yield from _chapter(f"{first}. From the finding to its cause", CAUSE.format(item=unit.name))
    yield from trace_lines(trace, str(unit), graph, unit.disposition or "")
    yield line()
    yield from _chapter(f"{first + 1}. From the cause to the action", ACTION)
    yield from plan_lines(plan, graph, is_paying=True)


def _next(facts: str) -> Iterator[Line]:
    yield line()
    yield line(("Try next", TITLE))
    facts = shlex.quote(near_path(facts))
    yield line(f"  gonogo check {PACK} {facts}", hang=WHOLE)
    yield line(f"  gonogo explain {PACK} {facts} --item {TRY_NEXT}", hang=WHOLE)
    yield line(f"  gonogo trace {PACK} {facts}", hang=WHOLE)
    yield line(f"  gonogo plan {PACK} {facts}", hang=WHOLE)
    yield line(f"  gonogo show {PACK}")
    yield line("  gonogo init my-standard")


def _chapter(title: str, words: str) -> Iterator[Line]:
    yield line((title, TITLE))
    yield from (line(text) for text in wrap(" ".join(words.split()), 78))
    yield line()


def _excerpt(path: Path, start: str) -> Iterator[Line]:
    """A rule, as it stands in the file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first = lines.index(start)
    for text in lines[first : lines.index("", first)]:
        yield line(f"  {text}", hang=8)


def _ignore(_problem: object) -> None:
    """The sample holds what can't be used on purpose."""
