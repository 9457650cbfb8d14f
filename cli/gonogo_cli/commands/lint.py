"""`gonogo lint`: every problem of a pack, with place and mend."""

from __future__ import annotations

from typing import Any

import click

import gonogo
from gonogo_cli.listings.listing import Listing
from gonogo_cli.options import Run, common, complete_packs
from gonogo_cli.output import refuse_overwriting
from gonogo_cli.outputs import InOrder, opened


@click.command(cls=InOrder, epilog="\b\nExample:\n  gonogo lint milling-cell turned-shaft")
@click.argument("packs", metavar="PACK...", nargs=-1, required=True, shell_complete=complete_packs)
@common("text", "json", "junit", "sarif", "github", "parquet", can_fail=True, several=True)
def lint(run: Run, packs: tuple[str, ...]) -> int:
    """Tell every problem of one or more packs, errors and warnings, with place and mend.

    Exits with 1 where there is an error: such a standard judges nothing.
    """
    for output in run.outputs:
        refuse_overwriting(output.path, packs=packs)
    listing = Listing({pack: _problems(pack) for pack in packs})
    for problem in listing.unreadable:
        run.messages.tell(problem)
    with opened(run.outputs) as places:
        for output, place in zip(run.outputs, places, strict=True):
            _write(listing, output.format, place, run)
    return 2 if listing.unreadable else run.code(not listing.errors)


def _problems(pack: str) -> tuple[gonogo.Problem, ...]:
    try:
        standard = gonogo.load(pack)
        causes = gonogo.find_causes(pack, standard)
    except gonogo.Refused as refused:
        return refused.problems
    return (*standard.warnings, *(causes.warnings if causes is not None else ()))


def _write(listing: Listing, form: str, place: Any, run: Run) -> None:
    """Write a format, imported only then."""
    match form:
        case "json":
            from gonogo_cli.listings.document import write_document

            write_document(listing, place)
        case "junit":
            from gonogo_cli.listings.junit import write_junit

            write_junit(listing, place)
        case "sarif":
            from gonogo_cli.listings.sarif import write_sarif

            write_sarif(listing, place)
        case "github":
            from gonogo_cli.listings.github import write_github

            write_github(listing, place)
        case "parquet":
            from gonogo_cli.listings.parquet import write_parquet

            write_parquet(listing, place)
        case _:
            from gonogo_cli.listings.text import write_text

            write_text(listing, place, run)
