"""Parameters that are tables, by a category, by a flag or by ranges: what each row says, and that no two say it."""

from __future__ import annotations

from gonogo.program import ir
from gonogo.program.ir import Kind, Value
from gonogo.program.passes.arithmetic import type_of
from gonogo.program.passes.binding import Binder
from gonogo.program.passes.ranges import is_empty, overlapping
from gonogo.standard import model
from gonogo.standard.sections import listed, shown
from gonogo.standard.tree import Expression

_TRUE = ("true", "yes", "1")
_FALSE = ("false", "no", "0")


def bind_table(binder: Binder, written: model.Parameter) -> Value | None:
    """What a parameter stands for: a written value, or a table of them."""
    match written.value:
        case model.ByCategory():
            return _by_category(binder, written.name, written.value)
        case model.ByRange():
            return _by_range(binder, written.name, written.value)
        case expression:
            return binder.value(expression)


def _by_category(binder: Binder, name: str, table: model.ByCategory) -> Value | None:
    by = binder.value(table.by)
    values = binder.calculate.alike([binder.value(value) for _, _, value in table.entries])
    if by is None or values is None:
        return None
    if by.type.kind is Kind.FLAG:
        return _by_flag(binder, name, table, by, values)
    if by.type.kind is not Kind.TEXT:
        what = f"{shown(table.by.span.text)} is a {by.type.kind}, and these rows are words"
        mend = 'write rows such as `"<= 84"` or `"85 .. 168"`'
        binder.problems.error("kind-mismatch", table.by.span, what, mend)
        return None
    categories = binder.categories_of(table.by)
    for key, span, _ in table.entries:
        binder.check_category(key, categories, span)
    keys = {key for key, _, _ in table.entries}
    _warn_uncovered(binder, name, table.by, [category for category in categories if category not in keys])
    entries = tuple((key, value) for (key, _, _), value in zip(table.entries, values, strict=True))
    return ir.Lookup(by, entries, type_of(values), table.by.span)


def _warn_uncovered(binder: Binder, name: str, by: Expression, left_out: list[str]) -> None:
    if left_out and not binder.problems.has_errors:
        what = f"{shown(name)} has no value for {listed(left_out[:12])}"
        binder.problems.warn("uncovered-value", by.span, what, "rules that need it will be unknown there")


def _by_flag(binder: Binder, name: str, table: model.ByCategory, by: Value, values: list[Value]) -> Value | None:
    rows: dict[bool, Value] = {}
    for (key, span, _), value in zip(table.entries, values, strict=True):
        truth = key.lower() in _TRUE
        if not truth and key.lower() not in _FALSE:
            what = f"{shown(key)} is not a value of a flag"
            binder.problems.error("unknown-category", span, what, "write `true` and `false`")
            return None
        if truth in rows:
            what = f"two rows of {shown(name)} hold for the same value"
            binder.problems.error("overlapping-rows", span, what, "keep one of them")
            return None
        rows[truth] = value
    holds = binder.calculate.holds(by, table.by.span)
    _warn_uncovered(
        binder, name, table.by, [word for word, row in (("true", True), ("false", False)) if row not in rows]
    )
    known = type_of(values)
    if True not in rows:
        return ir.Choice(((ir.Not(holds), rows[False]),), None, known, table.by.span)
    return ir.Choice(((holds, rows[True]),), rows.get(False), known, table.by.span)


def _by_range(binder: Binder, name: str, table: model.ByRange) -> Value | None:
    """INVARIANT: the order of rows never decides, so that rows which overlap are refused."""
    values = binder.calculate.alike([binder.value(value) for _, value in table.entries])
    if binder.value(table.by) is None:
        return None
    tests = [binder.logic(test) for test, _ in table.entries]
    known = [test for test in tests if test is not None]
    if values is None or len(known) < len(tests):
        return None
    for index, test in enumerate(known):
        if is_empty(test):
            place = table.entries[index][0].span
            what = f"no value lies in the range {shown(place.text)}"
            binder.problems.error("contradiction", place, what, "write the lower end first")
            return None
    for first, second in overlapping(known):
        place, other = table.entries[second][0].span, table.entries[first][0].span
        what = f"two rows of {shown(name)} hold for the same value; the other one is {shown(other.text)}"
        binder.problems.error("overlapping-rows", place, what, "let their ranges meet without overlapping")
    return ir.Choice(tuple(zip(known, values, strict=True)), None, type_of(values), table.by.span)
