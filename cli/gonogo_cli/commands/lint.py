"""`gonogo lint`: every problem of a pack, with place and mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO

import click

import gonogo
from gonogo_cli.formats.report import dumps
from gonogo_cli.messages import is_colored, painted
from gonogo_cli.options import Run, common, complete_packs
from gonogo_cli.output import open_output, refuse_overwriting


@click.command(epilog="\b\nExample:\n  gonogo lint milling-cell turned-shaft")
@click.argument("packs", metavar="PACK...", nargs=-1, required=True, shell_complete=complete_packs)
@common("text", "json", can_fail=True)
def lint(run: Run, packs: tuple[str, ...]) -> int:
    """Tell every problem of one or more packs, errors and warnings, with place and mend.

    Exits with 1 where there is an error: such a standard judges nothing.
    """
    refuse_overwriting(run.output, packs=packs)
    found = {pack: _problems(pack) for pack in packs}
    problems = list(dict.fromkeys(problem for of_pack in found.values() for problem in of_pack))
    errors = [problem for problem in problems if problem.severity == "error"]
    # What a standard extends is a problem of the standard; only what is named here can't be read itself.
    unreadable = [problem for problem in errors if problem.code == "unreadable" and isinstance(problem.place, str)]
    for problem in unreadable:
        run.messages.tell(problem)
    with open_output(run.output) as stream:
        if run.format == "json":
            counts = {"errors": len(errors), "warnings": len(problems) - len(errors)}
            stream.write(dumps({"problems": [problem.as_dict() for problem in problems], "summary": counts}) + "\n")
        else:
            _write(stream, (problem for problem in problems if problem not in unreadable), run)
            _write_clean(stream, [pack for pack, of_pack in found.items() if not of_pack], run)
    return 2 if unreadable else run.code(not errors)


def _problems(pack: str) -> tuple[gonogo.Problem, ...]:
    try:
        return gonogo.load(pack).warnings
    except gonogo.Refused as refused:
        return refused.problems


def _write(stream: TextIO, problems: Iterable[gonogo.Problem], run: Run) -> None:
    is_terminal = stream.isatty()
    for problem in problems:
        if run.quiet and problem.severity == "warning":
            continue
        stream.write(painted(problem, is_colored(stream, run.no_color)) + "\n")
        if is_terminal:
            stream.writelines(f"{text}\n" for text in pointed_at(problem))


def _write_clean(stream: TextIO, packs: list[str], run: Run) -> None:
    if not run.quiet:
        stream.writelines(f"{pack}: no problems\n" for pack in packs)


def pointed_at(problem: gonogo.Problem, width: int = 76) -> Iterator[str]:
    """The line of the source, and a caret under each character that is meant."""
    place = problem.place
    if isinstance(place, str):
        return
    lines = place.source.text.split("\n")
    if place.line > len(lines):
        return
    source, column = lines[place.line - 1].rstrip("\r").replace("\t", " "), place.column - 1
    first = max(0, column - width // 2) if len(source) > width else 0  # a long line is shown around the place
    length = max(1, min(len(place.text.partition("\n")[0]), len(source) - column, width - (column - first)))
    yield f"    {source[first : first + width]}"
    yield f"    {' ' * (column - first)}{'^' * length}"
