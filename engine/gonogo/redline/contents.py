"""What fields, quantities, classes, concessions and the heads of two versions say differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from gonogo.pack import Standard
from gonogo.problems import Span
from gonogo.program import ir
from gonogo.program.compiler import Compiled
from gonogo.program.text import number_text
from gonogo.redline.canonical import Canonical, unit_form
from gonogo.redline.difference import Difference, alone, places, said, shown
from gonogo.standard import model, tree


def field_differences(old: model.Standard, new: model.Standard) -> Iterator[Difference]:
    """Fields, by the columns that they are read from."""
    before, after = ({known.column: known for known in side.fields.values()} for side in (old, new))
    for column in {**before, **after}:
        one, other = before.get(column), after.get(column)
        if one is None or other is None:
            yield alone("field", (one or other).name, one, other, lambda known: known.column, lambda known: known.span)  # type: ignore[union-attr]  # one of them is there
            continue
        at = places(one.span, other.span)
        if unit_form(one.unit) != unit_form(other.unit):
            yield from said("field", other.name, "unit", _unit(one), _unit(other), at)
        for key, of in (
            ("kind", lambda known: known.kind),
            ("one of", lambda known: ", ".join(sorted(known.one_of)) or None),
            ("resolution", lambda known: None if known.resolution is None else number_text(known.resolution)),
            ("rounding", lambda known: known.rounding),
            ("judge", lambda known: known.judge),
            ("optional", lambda known: "true" if known.optional else "false"),
        ):
            yield from said("field", other.name, key, of(one), of(other), at)


def _unit(known: model.Field) -> str | None:
    return known.unit.text if known.unit is not None else None


def quantity_differences(old: Compiled, new: Compiled) -> Iterator[Difference]:
    """Parameters and derived quantities that both versions have, and that say something else."""
    for one, other in zip((old.written, *_levels(old)), (new.written, *_levels(new)), strict=False):
        prefix = "" if one is old.written else f"{one.level}."
        for name, was in one.parameters.items():
            now = other.parameters.get(name)
            is_lent = one is not old.written and name in old.written.parameters
            if now is not None and not is_lent and _written_form(was.value) != _written_form(now.value):
                told = _source_text(was.value), _source_text(now.value)
                yield Difference("parameter", prefix + name, "value", "changed", *told, places(was.span, now.span))
    derived = [{each.name: each for each in part.exact.derived} for part in (old, new)]
    forms = Canonical(old.exact), Canonical(new.exact)
    for name, before in derived[0].items():
        after = derived[1].get(name)
        if after is None or name not in old.written.derived or name not in new.written.derived:
            continue
        of_type = before.value.type
        values = [form.value(ir.DerivedValue(name, of_type)) for form in forms]
        if values[0] != values[1]:
            told = _source_text(old.written.derived[name].value), _source_text(new.written.derived[name].value)
            yield Difference("derived", name, "value", "changed", *told, places(before.span, after.span))


def _levels(compiled: Compiled) -> list[model.Standard]:
    return [part.written for part in compiled.levels]


def _written_form(node: Any) -> object:
    """What is written, without places; quantities in base units, so that 25.4 mm is 1 in."""
    if isinstance(node, tree.Number):
        unit = node.unit
        if unit is None:
            return node.value
        return (node.value * unit.factor + unit.offset, unit.pi, unit.dimension, unit.is_point)
    if isinstance(node, Span):
        return None
    if isinstance(node, model.ByCategory):
        entries = frozenset((word, _written_form(value)) for word, _, value in node.entries)
        return ("by category", _written_form(node.by), entries)
    if is_dataclass(node):
        return (type(node).__name__, *(_written_form(getattr(node, each.name)) for each in fields(node)))
    return tuple(map(_written_form, node)) if isinstance(node, tuple) else node


def _source_text(node: Any) -> str:
    """What was written, on one line."""
    match node:
        case model.ByCategory(by, entries):
            cases = ", ".join(f"{word}: {_source_text(value)}" for word, _, value in entries)
            return f"by {_source_text(by)}: {cases}"
        case model.ByRange(by, pairs):
            cases = ", ".join(f"{_source_text(test)}: {_source_text(value)}" for test, value in pairs)
            return f"by {_source_text(by)}: {cases}"
        case _:
            return " ".join(node.span.text.split())


def class_differences(old: model.Standard, new: model.Standard) -> Iterator[Difference]:
    yield from said("classes", "classes", "order", ", ".join(old.classes), ", ".join(new.classes), (None, None))


def concession_differences(before: Standard, after: Standard) -> Iterator[Difference]:
    sides = [{known.id: known for known in side.concessions} for side in (before, after)]
    for name in {**sides[0], **sides[1]}:
        one, other = sides[0].get(name), sides[1].get(name)
        if one is None or other is None:
            yield alone("concession", name, one, other, lambda known: known.reason, lambda known: known.span)
            continue
        for f in fields(one):
            if f.name not in ("id", "span"):
                told = shown(getattr(one, f.name)), shown(getattr(other, f.name))
                yield from said("concession", name, f.name, *told, places(one.span, other.span))


def head_differences(old: model.Standard, new: model.Standard) -> Iterator[Difference]:
    at = places(old.span, new.span)
    told: tuple[tuple[str, Callable[[model.Standard], object]], ...] = (
        ("standard", lambda side: side.id),
        ("title", lambda side: side.title),
        ("status", lambda side: side.status),
        ("effective from", lambda side: side.effective_from),
        ("effective until", lambda side: side.effective_until),
        ("owner", lambda side: side.owner),
        ("source", lambda side: side.source),
        ("policy", lambda side: side.policy),
        ("item", lambda side: side.facts.item),
        ("lot", lambda side: side.facts.lot),
        ("time", lambda side: side.facts.time),
        ("missing words", lambda side: ", ".join(sorted(side.facts.missing_words))),
        ("layout", lambda side: "long" if side.facts.is_long else "wide"),
    )
    for key, of in told:
        yield from said("standard", key, "value", shown(of(old)), shown(of(new)), at)
