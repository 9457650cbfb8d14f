"""`gonogo report`: judges facts, and writes a page about it for people: on a screen, on a phone, on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import click

import gonogo
from gonogo_cli.formats.report import OUTCOMES
from gonogo_cli.judging import Job, judge
from gonogo_cli.options import AsOf, Run, common, effective, facts_argument, pack_argument, reading, top_option
from gonogo_cli.output import folder_beside, open_output, refuse_overwriting
from gonogo_cli.report.content import Told
from gonogo_cli.report.gathering import Gathering
from gonogo_cli.report.page import page

INDEX: Final = "index.html"


@click.command(
    epilog="\b\nExample:\n  gonogo init demo-pack\n  gonogo report demo-pack demo-pack/sample.csv -o demo-report"
)
@pack_argument
@facts_argument
@click.option("--title", metavar="TEXT", help="What the page is called; else as the standard is.")
@top_option("How many items, lots and unusable values the page shows one by one.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "scalar", "columnar"]),
    default="auto",
    show_default=True,
    help="How facts are judged: one by one, or in columns; auto takes columns for large files.",
)
@effective
@reading
@common("html", can_fail=True, is_folder=True)
def report(
    run: Run,
    pack: str,
    facts: tuple[str, ...],
    title: str | None,
    top: int,
    engine: str,
    as_of: AsOf,
    reading: gonogo.FactsOptions,
) -> int:
    """Judge facts, and write a page about it: summary, objectives, findings, lots over time, the worst items.

    The page is `index.html` in a folder of its own. It needs no network, and reads well on paper and on a phone. Exits
    with 1 where an item is nonconforming, or indeterminate.
    """
    assert run.output is not None
    files = gonogo.expand_paths(facts)
    refuse_overwriting(run.output, (*facts, *files), [pack])
    standard = as_of.load(pack, run.messages)
    engine = gonogo.engine_for(files, reading) if engine == "auto" else engine
    names = ["standard input" if path == "-" else path for path in files]
    job = Job(run, standard, files, reading, frozenset(OUTCOMES), engine, "", ", ".join(names[:3]), top)
    with folder_beside(run.output, "report", [INDEX]) as folder:
        gathered = Gathering(standard, top)
        told = Told(title or standard.title, names, as_of.day, datetime.now().astimezone(), _version())
        content = gathered.content(judge(job, gathered), told)
        with open_output(str(Path(folder, INDEX))) as stream:
            stream.write(page(content))
    print(Path(run.output, INDEX))
    return run.code(content.summary.is_good)


def _version() -> str:
    from importlib.metadata import version

    return version("gonogo")
