"""Decision tables → what the program knows already: derived values, rules and lines of dispositions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Type, Value
from gonogo.program.passes.arithmetic import type_of
from gonogo.program.passes.binding import Binder
from gonogo.program.passes.domains import excludes
from gonogo.program.passes.ranges import bound
from gonogo.program.passes.rewrite import has_verdict
from gonogo.program.passes.rows import BoundRow, bind_rows, is_same_output
from gonogo.standard import model, tree
from gonogo.standard.sections import shown

TRUE = ir.All(())


@dataclass(frozen=True, slots=True)
class Finding:
    """What a table finds under one name: the row that is its place, and when."""

    row: model.Row
    when: Logic


@dataclass(frozen=True, slots=True)
class Line:
    """A line of dispositions: all of `asked`, which may ask for the verdict, and of `tests`, which may not."""

    row: model.Row
    tests: tuple[Logic, ...]
    asked: tuple[Logic, ...]


# --------------------------------------------------------------------------------------------------- values


def bind_value(binder: Binder, table: model.Table) -> Value | None:
    """What a table stands for that gives a named value; None where it is not understood, which was told."""
    outputs = _outputs(binder, table)
    rows = bind_rows(binder, table)
    if outputs is None or rows is None:
        return None
    match table.hit:
        case "unique" | "first":
            return _choice(table, [(row.when, value) for row, value in zip(rows, outputs, strict=True)])
        case "any":
            return _choice(table, _grouped(rows, outputs))
        case "collect count":
            one = ir.Constant(Fraction(1), Type(Kind.NUMBER), table.span)
            return _sum(binder, table, rows, [one] * len(rows))
        case "collect sum":
            return _sum(binder, table, rows, outputs)
        case "collect min" | "collect max":
            return _extreme(table, rows, outputs)
        case _:
            raise AssertionError(f"{table.hit} gives no value")


def words_of(table: model.Table) -> tuple[str, ...]:
    """The words that a table of texts gives."""
    return tuple(dict.fromkeys(row.output.text for row in table.rows))


def _outputs(binder: Binder, table: model.Table) -> list[Value] | None:
    """The outputs, of one kind and in the unit of the first."""
    written = [row.output for row in table.rows]
    is_text = [isinstance(output.value, tree.Text) for output in written]
    if any(is_text) and not all(is_text):
        for output in written:
            if output.problem is not None:  # among quantities, what can't be read as one is no text
                binder.problems.found.append(output.problem)
                return None
    values = binder.calculate.alike([binder.value(output.value) for output in written])
    if values is None or table.is_partial:
        return None
    kinds = {"collect sum": (Kind.NUMBER,), "collect min": _ORDERED, "collect max": _ORDERED}.get(table.hit)
    if kinds and values[0].type.kind not in kinds:
        what = f"`{table.hit}` is of numbers, and {shown(table.output)} is a {values[0].type.kind}"
        binder.problems.error("kind-mismatch", table.hit_span, what, "write numbers, or `hit: first`")
        return None
    return values


_ORDERED = (Kind.NUMBER, Kind.DATE, Kind.TIME)


def _choice(table: model.Table, cases: list[tuple[Logic, Value]]) -> Value:
    known = type_of([value for _, value in cases])
    if cases[-1][0] == TRUE:
        *cases, (_, otherwise) = cases
        return ir.Choice(tuple(cases), otherwise, known, table.span) if cases else otherwise
    return ir.Choice(tuple(cases), None, known, table.span)


def _grouped(rows: Sequence[BoundRow], outputs: Sequence[Value]) -> list[tuple[Logic, Value]]:
    """Rows that give the same are one case: then no case is unknown where another one is true."""
    groups: dict[Value, list[Logic]] = {}
    for row, value in zip(rows, outputs, strict=True):
        groups.setdefault(value, []).append(row.when)
    return [(_either(tests), value) for value, tests in groups.items()]


def _either(tests: Sequence[Logic]) -> Logic:
    return tests[0] if len(tests) == 1 else ir.AnyOf(tuple(tests))


def _extreme(table: model.Table, rows: Sequence[BoundRow], outputs: Sequence[Value]) -> Value:
    """The best output first: a row that is unknown matters only where its output would be better."""
    is_max = table.hit == "collect max"
    cases = _grouped(rows, outputs)
    return _choice(table, sorted(cases, key=lambda case: bound(case[1]) or Fraction(0), reverse=is_max))


def _sum(binder: Binder, table: model.Table, rows: Sequence[BoundRow], outputs: Sequence[Value]) -> Value | None:
    """The outputs of all rows that hold, added up pair by pair: no row lies deep inside the sum."""
    zero = ir.Constant(Fraction(0), outputs[0].type)
    terms: list[Value] = [
        ir.Choice(((row.when, value),), zero, value.type, table.span) for row, value in zip(rows, outputs, strict=True)
    ]
    while len(terms) > 1:
        pairs = zip(terms[::2], terms[1::2], strict=False)  # one may be left over
        sums = [binder.calculate.binary("+", a, b, table.output_span) for a, b in pairs]
        known = [value for value in sums if value is not None]
        if len(known) < len(sums):
            return None
        terms = [*known, *terms[len(sums) * 2 :]]
    return terms[0]


# ------------------------------------------------------------------------------------------------- findings


def bind_findings(binder: Binder, table: model.Table) -> list[Finding]:
    """What a table finds, each name once, in the order of the rows."""
    is_clear = _is_clear(binder, table)
    rows = bind_rows(binder, table)
    if rows is None or not is_clear:
        return []
    found: dict[str, tuple[model.Row, list[Logic]]] = {}
    for number, row in enumerate(rows):
        when = _not_before(rows[:number], row) if table.hit == "first" else row.when
        found.setdefault(row.written.output.text, (row.written, []))[1].append(when)
    return [Finding(row, _either(tests)) for row, tests in found.values()]


def _is_clear(binder: Binder, table: model.Table) -> bool:
    """Whether rows of one name say the same of it."""
    first: dict[str, model.Row] = {}
    told = len(binder.problems.found)
    for row in table.rows:
        before = first.setdefault(row.output.text, row)
        if not is_same_output(before, row):
            note = next(key for key in {**before.notes, **row.notes} if before.notes.get(key) != row.notes.get(key))
            what = f"{shown(row.output.text)} has another {note} on line {before.span.line}"
            mend = "say the same in both rows, or make two findings of it"
            binder.problems.error("contradiction", row.output.span, what, mend)
    return len(binder.problems.found) == told


def _not_before(before: Sequence[BoundRow], row: BoundRow) -> Logic:
    """A row that holds where none before it does, of those that find something else and could."""
    name = row.written.output.text
    denied = [
        ir.Not(other.when)
        for other in before
        if other.written.output.text != name
        and not any(excludes(a, b) for a, b in zip(other.domains, row.domains, strict=True))
    ]
    return ir.All((row.when, *denied)) if denied else row.when


# --------------------------------------------------------------------------------------------- dispositions


def bind_lines(binder: Binder, table: model.Table) -> Iterator[Line]:
    """A table as lines of dispositions: rows that give the same are one, where their order does not matter."""
    rows = bind_rows(binder, table)
    if rows is None:
        return
    if table.hit != "any":
        yield from (_line(row.written, [row.when]) for row in rows)
        return
    groups: dict[str, list[BoundRow]] = {}
    for row in rows:
        groups.setdefault(row.written.output.text, []).append(row)
    for together in groups.values():
        yield _line(together[0].written, [_either([row.when for row in together])])


def _line(row: model.Row, logics: Sequence[Logic]) -> Line:
    parts = [part for logic in logics for part in (logic.parts if isinstance(logic, ir.All) else (logic,))]
    asked = tuple(part for part in parts if has_verdict(part))
    return Line(row, tuple(part for part in parts if part not in asked), asked)


def disposition_table(binder: Binder, standard: model.Standard) -> model.Table | None:
    """The one table that may give dispositions: the order of two would decide."""
    tables = [table for table in standard.tables.values() if table.output == "disposition"]
    for one, other in pairwise(tables):
        what = f"{shown(other.name)} gives dispositions, and so does {shown(one.name)}"
        mend = "let one of them give a value, and test that in the other"
        binder.problems.error("contradiction", other.output_span, what, mend)
    return tables[0] if tables else None
