"""`gonogo check`: judges facts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final, TextIO

import click

import gonogo
from gonogo_cli.formats.report import Report
from gonogo_cli.options import Run, common, facts_argument, pack_argument, reading
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.progress import watched
from gonogo_cli.usage import nearest_word

OUTCOMES: Final = ("conforming", "nonconforming", "indeterminate")


def _outcomes(context: click.Context, _parameter: click.Parameter, told: str | None) -> frozenset[str]:
    """The outcomes of `--only`; without it, all."""
    words = [word.strip() for word in told.split(",")] if told is not None else OUTCOMES
    for word in words:
        if word not in OUTCOMES:
            near = nearest_word(word, OUTCOMES)
            mean = f"perhaps `{near}`" if near else f"say {', '.join(OUTCOMES)}"
            raise click.UsageError(f"`{word}` is not an outcome: {mean}", context)
    return frozenset(words)


def _complete_outcomes(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Outcomes that are not told yet, behind those that are."""
    told, comma, last = incomplete.rpartition(",")
    rest = [word for word in OUTCOMES if word not in told.split(",")]
    return [f"{told}{comma}{word}" for word in rest if word.startswith(last)]


@click.command(epilog="\b\nExample:\n  gonogo init demo-pack\n  gonogo check demo-pack demo-pack/sample.csv --top 3")
@pack_argument
@facts_argument
@click.option(
    "--only",
    metavar="OUTCOMES",
    callback=_outcomes,
    shell_complete=_complete_outcomes,
    help="Show only items with these outcomes, such as nonconforming,indeterminate.",
)
@click.option(
    "--top",
    metavar="N",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="How many items of a kind the table shows.",
)
@reading
@common("table", "json", "jsonl", "csv", can_fail=True)
def check(
    run: Run, pack: str, facts: tuple[str, ...], only: frozenset[str], top: int, reading: gonogo.FactsOptions
) -> int:
    """Judge facts: CSV, JSON lines or JSON files, or `-` for standard input.

    Exits with 1 where an item is nonconforming, or indeterminate: missing data never passes.
    """
    refuse_overwriting(run.output, facts, [pack])
    standard = gonogo.load(pack)
    for warning in standard.warnings:
        run.messages.tell(warning)
    with open_output(run.output) as stream, ExitStack() as at_the_end:
        report = _report(run, stream, standard, (_name(facts), top, only))
        at_the_end.callback(report.release)

        def tell_unusable(cell: gonogo.Unusable) -> None:
            run.messages.tell_unusable(cell)
            report.add_unusable(cell)

        inspection = gonogo.Inspection(standard, facts, reading, run.messages.tell, tell_unusable)
        _judge(inspection, run, report, frozenset(OUTCOMES) if run.format == "table" else only)
        report.finish(inspection.summary)
    return run.code(inspection.summary.conforming == inspection.summary.rows)


def _judge(inspection: gonogo.Inspection, run: Run, report: Report, only: frozenset[str]) -> None:
    add = report.add
    # A bar and lines of results would get into each other's way on one terminal.
    is_quiet = run.quiet or (run.format in ("jsonl", "csv") and run.output is None and sys.stdout.isatty())
    try:
        for verdict in watched(inspection, is_quiet, run.no_color):
            if verdict.answer.outcome in only:
                add(verdict)
    finally:
        run.messages.close()
    if not inspection.summary.rows:
        what = "there are no facts in it, and nothing was judged"
        run.messages.tell(gonogo.Problem("no-facts", _name(inspection.paths), what, severity="warning"))


def _report(run: Run, stream: TextIO, standard: gonogo.Standard, table: tuple[str, int, frozenset[str]]) -> Report:
    """The format that was asked for, imported only then."""
    match run.format:
        case "json":
            from gonogo_cli.formats.document import Document

            return Document(stream, standard)
        case "jsonl":
            from gonogo_cli.formats.jsonl import JsonLines

            return JsonLines(stream)
        case "csv":
            from gonogo_cli.formats.flat import Flat

            return Flat(stream)
        case _:
            from gonogo_cli.formats.table import Table

            return Table(stream, standard, *table, run.no_color)


def _name(facts: Sequence[str]) -> str:
    """What the facts are called together."""
    names = ["standard input" if path == "-" else path for path in facts]
    return names[0] if len(names) == 1 else f"{len(names)} files"
