"""Problems as people read them, one line each; on a terminal with the text that is pointed at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

import gonogo
from gonogo_cli.listings.listing import Listing
from gonogo_cli.messages import is_colored, painted
from gonogo_cli.options import Run


def write_text(listing: Listing, stream: TextIO, run: Run) -> None:
    """Write what can be told of a pack that was read; the others are told on standard error."""
    is_terminal = stream.isatty()
    for problem in listing.readable:
        if run.quiet and problem.severity == "warning":
            continue
        stream.write(painted(problem, is_colored(stream, run.no_color)) + "\n")
        if is_terminal:
            stream.writelines(f"{text}\n" for text in pointed_at(problem))
    if not run.quiet:
        stream.writelines(f"{pack}: no problems\n" for pack, found in listing.packs.items() if not found)


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
