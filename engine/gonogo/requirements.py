"""The columns that a standard reads: facts that lack one are refused, and the nearest header is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gonogo.facts import Facts, Row
from gonogo.facts.row import UNTRUSTED
from gonogo.problems import Problems, nearest
from gonogo.program.ir import Kind, Program
from gonogo.tally import named

MOST_NAMED: Final = 12
"""So many columns of the facts are named where one is missing."""


def columns_of(program: Program) -> tuple[str, ...]:
    """The columns that a program reads, those that name an item among them."""
    named = (program.item, program.lot, program.time, *program.grouping)
    return tuple(dict.fromkeys([*(known.column for known in program.fields), *filter(None, named)]))


def numbers_of(program: Program) -> frozenset[str]:
    """Those of them that hold numbers."""
    return frozenset(known.column for known in program.fields if known.type.kind is Kind.NUMBER)


def checked_rows(facts: Facts, program: Program) -> Iterator[Row]:
    """The rows of facts that have the columns a program reads.

    Where no header names the columns, they are known only from what all rows hold.

    Raises
    ------
    Refused
        Where a column is missing; where there is no header, behind the last row.
    """
    if facts.columns is not None:
        require_columns(program, facts.path, facts.columns)
        yield from facts
        return
    seen: set[str] = set()
    needed = set(columns_of(program))
    has_read = False
    for row in facts:
        if not needed <= seen:
            seen.update(row.cells)
        has_read |= row.cells is not UNTRUSTED
        yield row
    if has_read and not needed <= seen:
        require_columns(program, facts.path, sorted(seen))


def require_columns(program: Program, path: str, header: Sequence[str]) -> None:
    """Refuse facts without a column that the standard reads, naming the nearest header."""
    problems, far = Problems(), []
    for name, column in _needed_columns(program):
        if column in header:
            continue
        if near := nearest(column, header):
            what = f"no column `{column}`, which `{name}` is read from"
            problems.error("missing-column", named(path), what, f"did you mean `{near}`?")
        else:
            far.append(f"`{column}`")
    if far:
        known = ", ".join(f"`{column}`" for column in header[:MOST_NAMED]) + ", …" * (len(header) > MOST_NAMED)
        what = f"no column{'s' * (len(far) > 1)} {', '.join(far)}"
        problems.error("missing-column", named(path), what, f"the columns are {known or 'none'}")
    problems.refuse_errors()


def _needed_columns(program: Program) -> Iterator[tuple[str, str]]:
    """What is read from which column, of those that the facts must have; each column once."""
    needed = [(known.name, known.column) for known in program.fields if not known.optional]
    named_columns = [("item", program.item), ("lot", program.lot), ("time", program.time)]
    named_columns += [("levels", column) for column in program.grouping]
    columns = {column: name for name, column in reversed([*needed, *named_columns]) if column is not None}
    yield from ((name, column) for column, name in reversed(columns.items()))
