"""`gonogo diff`: what a new version of a standard says differently, and which past verdicts it flips."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

import gonogo
from gonogo_cli.comparing import Pair, name_of
from gonogo_cli.formats.differences import difference_lines, difference_markdown
from gonogo_cli.formats.flips import flip_lines, write_flips
from gonogo_cli.formats.flips_markdown import flip_markdown
from gonogo_cli.formats.report import dumps
from gonogo_cli.options import Run, common, complete_files, complete_packs, conceded, engines, reading, top_option
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.page import line, write_page


@click.command(epilog="\b\nExample:\n  gonogo diff milling-cell turned-shaft")
@click.argument("old", metavar="OLD", shell_complete=complete_packs)
@click.argument("new", metavar="NEW", shell_complete=complete_packs)
@click.argument("facts", metavar="[FACTS...]", nargs=-1, shell_complete=complete_files)
@top_option("How many flips are shown one by one.")
@engines
@conceded
@reading
@common("table", "markdown", "json", can_fail=True)
def diff(
    run: Run,
    old: str,
    new: str,
    facts: tuple[str, ...],
    top: int,
    engine: str,
    master: str,
    day: date,
    reading: gonogo.FactsOptions,
) -> int:
    """Show what a new version of a standard says differently: rules added, withdrawn, tightened or loosened, classes,
    dispositions, clauses, units; and, with FACTS, which of their verdicts it flips.

    OLD and NEW are packs, files, or `REV:PATH`: what stood there at a commit, a branch or a tag of the git repository,
    such as HEAD~3:rules/turned-shaft. The order and layout of texts make no difference.

    Exits with 1 where there is a difference, or a flip.
    """
    files = facts if engine == "spark" else gonogo.expand_paths(facts) if facts else ()
    refuse_overwriting(run.output, (*facts, *files), [path for path in (old, new) if Path(path).exists()])
    before, after = gonogo.load_version(old), gonogo.load_version(new)
    for warning in after.warnings:
        run.messages.tell(warning)
    found = gonogo.differences(before, after)
    if not facts:
        with open_output(run.output) as stream:
            if run.format == "json":
                stream.write(dumps(_head(before, after, found)) + "\n")
            elif run.format == "markdown":
                stream.writelines(f"{each}\n" for each in difference_markdown(before, after, found))
            else:
                write_page(difference_lines(before, after, found), stream, run.no_color)
        return run.code(not found)
    if engine == "auto":
        engine = gonogo.engine_for(files, reading)
    pair = Pair(run, before.conceding(day), after.conceding(day), tuple(files), reading, engine=engine, master=master)
    with pair.compared() as flips:
        if not flips.judged:
            what = "there are no facts in it, and nothing was judged"
            run.messages.tell(gonogo.Problem("no-facts", name_of(facts), what, severity="warning"))
        with open_output(run.output) as stream:
            if run.format == "json":
                write_flips(flips, _head(before, after, found), stream)
            elif run.format == "markdown":
                told = (*difference_markdown(before, after, found), *flip_markdown(flips, top))
                stream.writelines(f"{each}\n" for each in told)
            else:
                pages = (*difference_lines(before, after, found), line(), *flip_lines(flips, after.classes, top, None))
                write_page(pages, stream, run.no_color)
        return run.code(flips.is_same and not found)


def _head(before: gonogo.Standard, after: gonogo.Standard, found: tuple[gonogo.Difference, ...]) -> dict[str, object]:
    return {
        **{
            name: {"id": side.id, "version": side.version, "hash": side.hash}
            for name, side in (("old", before), ("new", after))
        },
        "changes": [difference.as_dict() for difference in found],
    }
