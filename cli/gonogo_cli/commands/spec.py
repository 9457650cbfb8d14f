"""`gonogo spec`: runs the Gherkin specs of a pack."""

from __future__ import annotations

import click

import gonogo
from gonogo_cli.formats.report import dumps
from gonogo_cli.formats.specs import spec_lines, step_lines
from gonogo_cli.options import Run, common, complete_packs
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.page import write_page
from gonogo_cli.progress import Waiting
from gonogo_cli.recording import opened_ledger, recording, write_specs


@click.command(epilog="\b\nExample:\n  gonogo spec turned-shaft")
@click.argument("pack", metavar="[PACK]", required=False, shell_complete=complete_packs)
@click.option(
    "--features",
    metavar="DIR",
    multiple=True,
    type=click.Path(),
    help="Run these feature files, too; may be told again.",
)
@click.option("--tags", metavar="EXPRESSION", default="", help="Only scenarios with such tags, as of pytest's -m.")
@click.option(
    "-n", "workers", metavar="N", type=click.IntRange(min=0), default=0, help="Let so many processes share the work."
)
@click.option("--steps", is_flag=True, help="List the words of specs, each with an example.")
@recording()
@common("text", "json", can_fail=True)
def spec(
    run: Run,
    pack: str | None,
    features: tuple[str, ...],
    tags: str,
    workers: int,
    steps: bool,
    record: str | None,
    by: str,
    reason: str,
) -> int:
    """Run the Gherkin specs of a pack: the feature files in its folder `features`, without a Python file.

    Exits with 1 where a scenario fails.
    """
    if steps:
        with open_output(run.output) as stream:
            write_page(step_lines(), stream, run.no_color)
        return 0
    if pack is None:
        raise click.UsageError("name a PACK, or list the words with `--steps`", click.get_current_context())
    for path in (run.output, record):
        refuse_overwriting(path, features, [pack])
    book = opened_ledger(record, [run.output])
    folders = gonogo.feature_folders(pack, features)
    with Waiting(run.quiet, run.no_color) as waiting:
        found = gonogo.run_specs(
            folders, workers=workers, tags=tags, watch=lambda done: waiting.tell("running specs", None, done)
        )
    for problem in found.problems:
        run.messages.tell(problem)
    if not found.scenarios and not found.problems:
        what = f"no scenario has such tags: `{tags}`" if tags else "there are no scenarios in them"
        run.messages.tell(gonogo.Problem("no-specs", pack, what))
    with open_output(run.output) as stream:
        if run.format == "json":
            counts = {"scenarios": len(found.scenarios), "failed": sum(not each.passed for each in found.scenarios)}
            stream.write(dumps({**counts, "results": [each.as_dict() for each in found.scenarios]}) + "\n")
        else:
            write_page(spec_lines(found), stream, run.no_color)
    if book is not None:
        write_specs(book, gonogo.spec_record(pack, found), by, reason)
    return run.code(found.is_good)
