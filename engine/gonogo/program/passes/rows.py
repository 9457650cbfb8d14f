"""The rows of a decision table, bound and held against each other: which overlap, which are never reached.

INVARIANT: where the hit policy is `unique` or `any`, a row that is true makes every row that gives something else
false, also where values are missing: what decides does not depend on the order of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gonogo.problems import Refused
from gonogo.program import ir
from gonogo.program.ir import Logic
from gonogo.program.passes.binding import FLAG, Binder
from gonogo.program.passes.columns import Column, ValueColumn, bind_cell, bind_column
from gonogo.program.passes.coverage import Measured, uncovered
from gonogo.program.passes.domains import Domain, excludes
from gonogo.program.passes.overlaps import MOST_PAIRS, Pair, TooManyPairs, covered, overlapping, parted_by_missing
from gonogo.standard import model, tree
from gonogo.standard.reader import MOST_PROBLEMS
from gonogo.standard.sections import shown
from gonogo.standard.tree import Expression


@dataclass(frozen=True, slots=True)
class BoundRow:
    """One row: its tests, by columns, what they accept, and the rows that must not hold for this one to."""

    written: model.Row
    tests: tuple[Logic, ...]
    domains: tuple[Domain, ...]
    unless: tuple[Logic, ...] = ()

    @property
    def when(self) -> Logic:
        """What must be true for the row to hold."""
        parts = (*(test for test in self.tests if test != ir.All(())), *(ir.Not(row) for row in self.unless))
        return parts[0] if len(parts) == 1 else ir.All(parts)


def bind_rows(binder: Binder, table: model.Table) -> list[BoundRow] | None:
    """The rows of a table; None where something in it is not understood, or rows contradict each other."""
    columns = [bind_column(binder, written) for written in table.inputs]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns):
        return None
    rows = [_bound(binder, known, row) for row in table.rows]
    bound = [row for row in rows if row is not None]
    if len(bound) < len(rows) or table.is_partial:
        return None
    told = len(binder.problems.found)
    try:
        found = _with_guards(bound, list(_checked(binder, table, bound)))
    except TooManyPairs:
        what = f"the rows of {shown(table.name)} are too many to tell which of them overlap"
        mend = "split it into several tables, or write `hit: first`"
        binder.problems.error("too-large", table.span, what, mend)
        return None
    if any(problem.severity == "error" for problem in binder.problems.found[told:]):
        return None
    if table.gives_value and table.hit not in ("collect sum", "collect count"):
        _warn_uncovered(binder, table, known, found)
    return found


def _warn_uncovered(binder: Binder, table: model.Table, columns: Sequence[Column], rows: Sequence[BoundRow]) -> None:
    measured = [_measured(binder, column, by) for column, by in zip(columns, table.inputs, strict=True)]
    if binder.problems.has_errors or any(column.type.unit and column.type.unit.pi for column in measured):
        return
    where = uncovered(measured, [row.domains for row in rows])
    if where:
        what = f"{shown(table.output)} has no value where {where}"
        binder.problems.warn("uncovered-value", table.output_span, what, "add a row: what needs it is unknown there")


def _measured(binder: Binder, column: Column, by: Expression) -> Measured:
    field = binder.fields.get(by.name) if isinstance(by, tree.Name) else None
    resolution = field.resolution if field is not None else None
    if isinstance(column, ValueColumn):
        return Measured(by.span.text, column.words, column.value.type, resolution)
    return Measured(by.span.text, ("true", "false"), FLAG, None)


def _bound(binder: Binder, columns: Sequence[Column], row: model.Row) -> BoundRow | None:
    tested = [bind_cell(column, cell) for column, cell in zip(columns, row.cells, strict=True)]
    if len(binder.problems.found) >= MOST_PROBLEMS:
        raise Refused(binder.problems.found)
    known = [cell for cell in tested if cell is not None]
    if len(known) < len(tested):
        return None
    return BoundRow(row, tuple(test for test, _ in known), tuple(domain for _, domain in known))


# ------------------------------------------------------------------------------------------- rows together


def _checked(binder: Binder, table: model.Table, rows: Sequence[BoundRow]) -> Iterator[Pair]:
    """Tell of rows that contradict each other; yield those of which the first guards the second."""
    match table.hit:
        case "unique" | "any":
            yield from _exclusive(binder, table, rows)
        case "first":
            _warn_unreachable(binder, rows)
            yield from _of_missing(rows, only_before=True)
        case "collect":
            pass
        case _:
            yield from _of_missing(rows, only_before=False)


def _exclusive(binder: Binder, table: model.Table, rows: Sequence[BoundRow]) -> Iterator[Pair]:
    """Rows that could hold together, one of them for a missing value; those that do hold together are told."""
    told: set[int] = set()
    for first, second in overlapping([row.domains for row in rows]):
        one, other = rows[first], rows[second]
        if table.hit == "any" and is_same_output(one.written, other.written):
            continue
        if parted_by_missing(one.domains, other.domains):
            yield first, second
        elif parted_by_missing(other.domains, one.domains):
            yield second, first
        elif second not in told:
            told.add(second)
            _tell_overlap(binder, table, one.written, other.written)


def _tell_overlap(binder: Binder, table: model.Table, one: model.Row, other: model.Row) -> None:
    also = "" if table.hit == "unique" else ", and they give different outputs"
    what = f"this row and that of line {one.span.line} hold for the same values{also}"
    mend = "let a cell of one exclude the other's, or write `hit: first`"
    binder.problems.error("overlapping-rows", other.span, what, mend)
    if len(binder.problems.found) >= MOST_PROBLEMS:
        raise Refused(binder.problems.found)


def is_same_output(one: model.Row, other: model.Row) -> bool:
    """Whether two rows give the same, as it is written."""
    return one.output.text == other.output.text and one.notes == other.notes


def _warn_unreachable(binder: Binder, rows: Sequence[BoundRow]) -> None:
    for first, second in covered([row.domains for row in rows]):
        what = f"this row never decides: that of line {rows[first].written.span.line} holds wherever it does"
        binder.problems.warn("unreachable-row", rows[second].written.span, what, "move it up, or remove it")


def _of_missing(rows: Sequence[BoundRow], *, only_before: bool) -> Iterator[Pair]:
    """Rows for a missing value, each with the rows about the value, which it takes the place of."""
    looked_at = 0
    for number, row in enumerate(rows):
        if not any(domain.state == "missing" for domain in row.domains):
            continue
        others = range(number if only_before else len(rows))
        looked_at += len(others)
        if looked_at > MOST_PAIRS:
            raise TooManyPairs
        for other in others:
            is_apart = any(excludes(a, b) for a, b in zip(row.domains, rows[other].domains, strict=True))
            if not is_apart and parted_by_missing(row.domains, rows[other].domains):
                yield number, other


def _with_guards(rows: list[BoundRow], guards: list[Pair]) -> list[BoundRow]:
    """A row about a value does not hold where one holds for its being missing: else it would be unknown."""
    found = list(rows)
    for guard, guarded in guards:
        row = found[guarded]
        found[guarded] = replace(row, unless=(*row.unless, rows[guard].when))
    return found
