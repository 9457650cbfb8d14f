"""`gonogo ledger`: the record of judgements."""

from __future__ import annotations

from typing import Final

import click

import gonogo
from gonogo_cli.formats.ledger import record_lines, replay_lines, rows_of
from gonogo_cli.formats.report import dumps
from gonogo_cli.options import AsOf, Run, common, complete_files, effective, facts_argument, pack_argument, reading
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.page import grid, line, write_page
from gonogo_cli.recording import recording, write_record

EXAMPLE: Final = (
    "\b\nExample:\n  gonogo init demo-pack\n  gonogo ledger record quality.ledger demo-pack demo-pack/sample.csv"
)

ledger_argument = click.argument("file", metavar="LEDGER", type=click.Path(), shell_complete=complete_files)


@click.group()
def ledger() -> None:
    """The record of judgements: who judged which facts by which standard, when and why, and what came of it.

    A ledger is a file to which is only appended. Each record holds the hash of the one before: what is changed,
    removed or put elsewhere is found. `gonogo check --record LEDGER` and `gonogo spec --record LEDGER` write into it.
    """


@ledger.command(epilog=f"{EXAMPLE} --reason 'goods in'")
@ledger_argument
@pack_argument
@facts_argument
@recording(has_file=False)
@effective
@reading
@common("text", "json")
def record(
    run: Run,
    file: str,
    pack: str,
    facts: tuple[str, ...],
    by: str,
    reason: str,
    as_of: AsOf,
    reading: gonogo.FactsOptions,
) -> int:
    """Judge facts and record it: the standard's text and hash, the facts' hash, summary and findings."""
    files = gonogo.expand_paths(facts)
    refuse_overwriting(file, (*facts, *files), [pack])
    book = gonogo.Ledger(file, create=True)
    standard = as_of.load(pack, run.messages)
    written = write_record(run, book, standard, files, reading, as_of.day, by, reason)
    with open_output(run.output) as stream:
        if run.format == "json":
            stream.write(dumps(written.as_dict()) + "\n")
        elif not run.quiet:
            write_page([line(f"record {written.seq}, hash {written.hash}")], stream, run.no_color)
    return 0


@ledger.command("list", epilog=f"{EXAMPLE}\n  gonogo ledger list quality.ledger")
@ledger_argument
@common("table", "json", "jsonl")
def list_(run: Run, file: str) -> int:
    """List the records; `--format jsonl` exports them whole, with their chain."""
    records = gonogo.Ledger(file).records()
    with open_output(run.output) as stream:
        match run.format:
            case "jsonl":
                stream.writelines(f"{dumps(each.as_dict())}\n" for each in records)
            case "json":
                stream.write(dumps({"records": [{**each.as_dict(), "body": each.content} for each in records]}) + "\n")
            case _:
                write_page(grid(rows_of(records), ">>>>>>>".replace(">", "<")), stream, run.no_color)
    return 0


@ledger.command(epilog=f"{EXAMPLE}\n  gonogo ledger show quality.ledger 1")
@ledger_argument
@click.argument("number", metavar="N", type=click.IntRange(min=1))
@common("text", "json")
def show(run: Run, file: str, number: int) -> int:
    """Show one record."""
    found = gonogo.Ledger(file).record(number)
    with open_output(run.output) as stream:
        if run.format == "json":
            stream.write(dumps({**found.as_dict(), "body": found.content}) + "\n")
        else:
            write_page(record_lines(found), stream, run.no_color)
    return 0


@ledger.command(epilog=f"{EXAMPLE}\n  gonogo ledger verify quality.ledger")
@ledger_argument
@click.option(
    "--head", metavar="HASH", help="The hash that the last record must have: what was cut off the end is found."
)
@common("text", "json", can_fail=True)
def verify(run: Run, file: str, head: str | None) -> int:
    """Verify that no record was changed, removed or put elsewhere; names the first that was. An export will do, too.

    Exits with 1 where one was.
    """
    found, count, last = gonogo.Ledger(file).verify()
    what = found.what if found is not None else None
    if what is None and head is not None and last != head.strip().lower():
        what = f"the last record, {count}, has another hash than the one that was kept: records are missing behind it"
    with open_output(run.output) as stream:
        if run.format == "json":
            stream.write(dumps({"records": count, "head": last, "broken": what}) + "\n")
        elif what is None:
            write_page(
                [line(f"{count:,} records, none of them changed; the last has the hash {last}")], stream, run.no_color
            )
    if what is not None:
        mend = "the records before it are as they were; compare with a copy"
        run.messages.tell(gonogo.Problem("broken-chain", file, what, mend))
    return run.code(what is None)


@ledger.command(epilog=f"{EXAMPLE}\n  gonogo ledger replay quality.ledger 1")
@ledger_argument
@click.argument("number", metavar="N", type=click.IntRange(min=1))
@click.option("--facts", "files", metavar="FILE", multiple=True, help="Where the facts are now; may be told again.")
@common("text", "json", can_fail=True)
def replay(run: Run, file: str, number: int, files: tuple[str, ...]) -> int:
    """Judge again what was recorded, by the standard as it was recorded, and tell what is otherwise.

    Exits with 1 where something is.
    """
    found = gonogo.replay(gonogo.Ledger(file).record(number), files)
    with open_output(run.output) as stream:
        if run.format == "json":
            stream.write(
                dumps({"record": number, "same": found.is_same, "differences": list(found.differences)}) + "\n"
            )
        else:
            write_page(replay_lines(found), stream, run.no_color)
    return run.code(found.is_same)
