"""The columns that a standard reads: facts that lack one are refused, and the nearest header is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from gonogo.facts import Facts, Row
from gonogo.facts.long import Gathering
from gonogo.facts.row import UNTRUSTED
from gonogo.facts.unusable import shown
from gonogo.problems import Problem, Problems, nearest
from gonogo.program.ir import Kind, Program
from gonogo.program.picks import plain_name
from gonogo.tally import named

MEASUREMENTS: Final = "the measurements"

MOST_STRANGE: Final = 100
"""So many characteristics that nobody knows are named."""

MOST_NAMED: Final = 12
"""So many columns of the facts are named where one is missing."""


def columns_of(program: Program) -> tuple[str, ...]:
    """The columns that a program reads, those that name an item among them."""
    named = (program.item, program.lot, program.time, *program.grouping)
    if program.long is not None:
        measured = [program.long.characteristic, program.long.value]
    else:
        measured = [known.column for known in program.fields]
    return tuple(dict.fromkeys([*measured, *filter(None, named)]))


def numbers_of(program: Program) -> frozenset[str]:
    """Those of them that hold numbers."""
    if program.long is not None:
        kinds = {known.pick.kind for known in program.fields if known.pick is not None}
        return frozenset([program.long.value] if Kind.NUMBER in kinds else [])
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


def check_characteristics(
    program: Program, path: str, words: Mapping[str, int], report: Callable[[Problem], None]
) -> None:
    """What the rows of a long layout name, with how many do, held against the fields of a standard.

    Raises
    ------
    Refused
        Where none names the characteristic of a field, which is not optional.
    """
    tell_strange(program, path, words, report)
    assert program.long is not None
    known = list(dict.fromkeys(field.column for field in program.fields))
    strange = [word for word in words if word not in known][:MOST_STRANGE]
    problems = Problems()
    for field in program.fields:
        if field.column not in words and not field.optional and field.column in known:
            known.remove(field.column)
            near = nearest(field.column, strange)
            what = (
                f"no row has `{field.column}` in `{program.long.characteristic}`, "
                f"which `{plain_name(field.name)}` is read from"
            )
            mend = f"did you mean `{near}`?" if near else "say `optional: true` if it need not be measured"
            problems.error("missing-column", named(path), what, mend)
    problems.refuse_errors()


def items_of(
    program: Program, rows: Iterable[Mapping[str, object]], report: Callable[[Problem], None]
) -> Iterator[Row]:
    """The items of measurements in memory, as facts, when all were taken."""
    gathering = Gathering(program, report)
    for number, cells in enumerate(rows, start=1):
        gathering.add(MEASUREMENTS, Row(number, 0, cells))
    tell_strange(program, MEASUREMENTS, gathering.words, report)
    yield from (item for _, item in gathering.facts())


def tell_strange(program: Program, path: str, words: Mapping[str, int], report: Callable[[Problem], None]) -> None:
    """Tell which words no field is read from, in how many rows each stands, and what was probably meant."""
    assert program.long is not None
    known = list(dict.fromkeys(field.column for field in program.fields))
    strange = [word for word in words if word not in known]
    for word in strange[:MOST_STRANGE]:
        near = nearest(word, known)
        what = f"`{shown(word)}`, which {_rows(words[word])} in `{program.long.characteristic}`, is read by no field"
        mend = f"did you mean `{near}`?" if near else ""
        report(Problem("unknown-characteristic", named(path), what, mend, "warning"))
    if left := strange[MOST_STRANGE:]:
        rows = sum(words[word] for word in left)
        what = f"{len(left):,} more words, in {rows:,} rows, are read by no field"
        report(Problem("unknown-characteristic", named(path), what, severity="warning"))


def _rows(count: int) -> str:
    return f"{count:,} rows have" if count != 1 else "1 row has"


def _needed_columns(program: Program) -> Iterator[tuple[str, str]]:
    """What is read from which column, of those that the facts must have; each column once."""
    needed = [(known.name, known.column) for known in program.fields if not known.optional]
    if program.long is not None:
        needed = [("characteristic", program.long.characteristic), ("value", program.long.value)]
    named_columns = [("item", program.item), ("lot", program.lot), ("time", program.time)]
    named_columns += [("levels", column) for column in program.grouping]
    columns = {column: name for name, column in reversed([*needed, *named_columns]) if column is not None}
    yield from ((name, column) for column, name in reversed(columns.items()))
