"""`gonogo check`: judges facts."""

from __future__ import annotations

from collections.abc import Sequence

import click

import gonogo
from gonogo_cli.formats.report import OUTCOMES
from gonogo_cli.judging import Job, judge
from gonogo_cli.options import AsOf, Run, common, effective, engines, facts_argument, pack_argument, reading, top_option
from gonogo_cli.output import refuse_overwriting
from gonogo_cli.outputs import InOrder
from gonogo_cli.recording import opened_ledger, recording, write_record
from gonogo_cli.reporting import opened_reports
from gonogo_cli.usage import nearest_word


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


@click.command(
    cls=InOrder, epilog="\b\nExample:\n  gonogo init demo-pack\n  gonogo check demo-pack demo-pack/sample.csv --top 3"
)
@pack_argument
@facts_argument
@click.option(
    "--only",
    metavar="OUTCOMES",
    callback=_outcomes,
    shell_complete=_complete_outcomes,
    help="Show only items with these outcomes, such as nonconforming,indeterminate.",
)
@top_option("How many items of a kind the table shows.")
@engines
@recording()
@effective
@reading
@common("table", "json", "jsonl", "csv", "parquet", "junit", "sarif", "github", can_fail=True, several=True)
def check(
    run: Run,
    pack: str,
    facts: tuple[str, ...],
    only: frozenset[str],
    top: int,
    engine: str,
    master: str,
    record: str | None,
    by: str,
    reason: str,
    as_of: AsOf,
    reading: gonogo.FactsOptions,
) -> int:
    """Judge facts: CSV, Parquet, JSON lines, JSON, Arrow or Excel files, folders of them, or `-` for standard input.

    Exits with 1 where an item is nonconforming, or indeterminate: missing data never passes.
    """
    # Spark knows folders and schemes of its own.
    files = facts if engine == "spark" else gonogo.expand_paths(facts)
    for path in (*(output.path for output in run.outputs), record):
        refuse_overwriting(path, (*facts, *files), [pack])
    _refuse_recording(record, files, reason)
    book = opened_ledger(record, [output.path for output in run.outputs])
    standard = as_of.load(pack, run.messages)
    if engine == "auto":
        engine = gonogo.engine_for(files, reading)
    job = Job(run, standard, files, reading, only, engine, master, _name(facts), top)
    with opened_reports(job) as report:
        for warning in standard.warnings:
            report.add_problem(warning)  # it has been told
        summary = judge(job, report)
        report.finish(summary)
    if book is not None:
        write_record(run, book, standard, files, reading, as_of.day, by, reason)
    return run.code(summary.is_good)


def _refuse_recording(record: str | None, files: Sequence[str], reason: str) -> None:
    """Refuse to record what can't be judged again, and a reason for nothing, before anything is judged."""
    what = ""
    if record is None and reason:
        what = "`--reason` goes into a ledger: say `--record`, too"
    elif record is not None and any(path == "-" or "://" in path for path in files):
        what = "`--record` needs facts that can be judged again: name a file"
    if what:
        raise click.UsageError(what, click.get_current_context())


def _name(facts: Sequence[str]) -> str:
    """What the facts are called together."""
    names = ["standard input" if path == "-" else path for path in facts]
    return names[0] if len(names) == 1 else f"{len(names)} files"
