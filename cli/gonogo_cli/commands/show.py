"""`gonogo show`: the program that a standard compiles to."""

from __future__ import annotations

import click

import gonogo
from gonogo_cli.formats.report import dumps
from gonogo_cli.options import Run, common, complete_packs
from gonogo_cli.output import open_output, refuse_overwriting


def _complete_passes(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The passes of the compiler, as the engine lists them where it knows none that is called nearly so."""
    try:
        gonogo.show("", "")
    except gonogo.Refused as refused:
        _, _, names = refused.problems[0].mend.partition("the passes are ")
        return [name for name in names.split(", ") if name.startswith(incomplete)]
    return []


@click.command(epilog="\b\nExample:\n  gonogo show milling-cell --after fold")
@click.argument("pack", metavar="[PACK]", required=False, shell_complete=complete_packs)
@click.option(
    "--after",
    metavar="PASS",
    shell_complete=_complete_passes,
    help="Print it as it stands after this pass of the compiler.",
)
@click.option("--sql", is_flag=True, help="Print the screen as SQL: what runs where facts are judged in columns.")
@click.option(
    "--dialect", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="Whose SQL it is."
)
@click.option("--packs", is_flag=True, help="List the packs that ship with gonogo.")
@common("text", "json")
def show(run: Run, pack: str | None, after: str | None, sql: bool, dialect: str, packs: bool) -> int:
    """Print the program that a standard compiles to: fields, conditions, rules, and how it is reasoned about."""
    refuse_overwriting(run.output, packs=[pack] if pack else gonogo.shipped_packs())
    if packs:
        text = _packs(run.format)
    elif pack is None:
        raise click.UsageError("no PACK is named", _context())
    else:
        if sql and after is not None:
            raise click.UsageError("`--sql` is of the program after all passes: leave `--after` out", _context())
        text = _program(run.format, pack, after, dialect if sql else None)
    with open_output(run.output) as stream:
        stream.write(f"{text.rstrip()}\n")
    return 0


def _context() -> click.Context:
    return click.get_current_context()


def _program(form: str, pack: str, after: str | None, sql: str | None) -> str:
    program = gonogo.show(pack, after, sql)
    if form == "text":
        return program
    standard = gonogo.load(pack)
    told = {"standard": standard.id, "version": standard.version, "hash": standard.hash, "program": program}
    return dumps(told)


def _packs(form: str) -> str:
    standards = [gonogo.load(name) for name in gonogo.shipped_packs()]
    if form == "json":
        return dumps(
            {"packs": [{"name": s.id, "version": s.version, "title": s.title, "path": s.path} for s in standards]}
        )
    width = max((len(standard.id) for standard in standards), default=0)
    return "\n".join(f"{standard.id:{width}}  {standard.version}  {standard.title}" for standard in standards)
