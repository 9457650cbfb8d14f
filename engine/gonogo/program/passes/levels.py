"""Levels and objectives as standards of their own, whose fields are counts: the same passes then serve all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, is_dataclass, replace
from dataclasses import fields as fields_of
from typing import Final

from gonogo.standard import model, tree
from gonogo.standard.levels import count_field, given_fields

ITEMS: Final = "items"


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted over the units of a level.

    Parameters
    ----------
    counts : tuple of Count
        What the standard asks for.
    classes : tuple of str
        Those whose findings are counted one by one.
    """

    counts: tuple[model.Count, ...] = ()
    classes: tuple[str, ...] = ()


NOTHING: Final = Counted()


def standards_of(standard: model.Standard) -> Iterator[tuple[model.Standard, Counted]]:
    """The standard of each level, items first, and what the level above counts over its units."""
    lent = frozenset(_names_in((standard.levels, standard.objectives)))
    judging, below = replace(standard, lent=lent), ITEMS
    objectives = tuple(_found_in(standard.objectives.values()))
    used = frozenset(_names_in(standard.objectives))
    for level in standard.levels:
        yield judging, _counted(standard, (*level.counts.values(), *objectives), used | frozenset(_names_in(level)))
        judging, below, objectives, used = _of_level(standard, level, below), level.name, (), frozenset()
    yield judging, _counted(standard, objectives, used)


def _counted(standard: model.Standard, counts: tuple[model.Count, ...], used: frozenset[str]) -> Counted:
    is_total = model.FINDINGS in used
    return Counted(counts, tuple(each for each in standard.classes if is_total or model.findings_name(each) in used))


def _of_level(standard: model.Standard, level: model.Level, below: str) -> model.Standard:
    shared = _constants(standard)
    return replace(
        standard,
        facts=model.Facts(),
        fields=level.fields,
        derived=level.derived,
        parameters=shared | level.parameters,
        characteristics=level.characteristics,
        rules=level.rules,
        tables=level.tables,
        dispositions=level.dispositions,
        applies=level.applies,
        levels=(),
        objectives={},
        level=level.name,
        column=level.column,
        counted=below,
        lent=frozenset(shared),
    )


def standard_of_objectives(standard: model.Standard) -> model.Standard:
    """Objectives as characteristics of what is measured over the counts of all items of a run."""
    counted = [*_found_in(standard.objectives.values())]
    if standard.levels:
        counted += standard.levels[0].counts.values()
    fields = given_fields(standard.classes, standard.span)
    fields |= {count.name: count_field(count.name, count.span) for count in counted}
    names = {name: measured_name(name, fields) for name in standard.objectives}
    shared = _constants(standard)
    return replace(
        standard,
        facts=model.Facts(),
        fields=fields,
        derived={
            names[name]: model.Derived(names[name], objective.measure, None, None, None, objective.span)
            for name, objective in standard.objectives.items()
        },
        parameters=shared,
        characteristics={
            name: _as_characteristic(objective, names[name], standard.classes[0])
            for name, objective in standard.objectives.items()
        },
        rules={},
        tables={},
        dispositions=(),
        applies=None,
        levels=(),
        level="objectives",
        counted=ITEMS,
        lent=frozenset(shared),
    )


def measured_name(objective: str, counts: Iterable[str]) -> str:
    """What the measure of an objective is called among the counts, one of which may have its name."""
    return f"measured {objective}" if objective in counts else objective


def found_name(rule: str) -> str:
    """The count of the items of which a rule found something: what `found(…)` means in a measure."""
    return f"found({rule})"


def _as_characteristic(objective: model.Objective, measure: str, class_: str) -> model.Characteristic:
    requirement = model.Requirement(
        objective.name, class_, objective.name, objective.clause, objective.title, None, objective.span
    )
    return model.Characteristic(requirement, measure, objective.span, objective.limits, (), ())


def _constants(standard: model.Standard) -> dict[str, model.Parameter]:
    """Parameters that depend on no fact are known at every level."""
    tables = (model.ByCategory, model.ByRange)
    return {name: known for name, known in standard.parameters.items() if not isinstance(known.value, tables)}


def _found_in(objectives: Iterable[model.Objective]) -> Iterator[model.Count]:
    """The findings that measures count, each once."""
    found: dict[str, model.Count] = {}
    todo: list[tree.Expression] = [objective.measure for objective in objectives]
    while todo:
        node = todo.pop(0)
        if isinstance(node, tree.FoundRule):
            found.setdefault(node.rule, model.Count(found_name(node.rule), node, node.span))
        todo = [*tree.children(node), *todo]
    yield from found.values()


def _names_in(part: object) -> Iterator[str]:
    """All names in the expressions of a part of a document."""
    todo = [part]
    while todo:
        match todo.pop():
            case tree.Name(name, _):
                yield name
            case tuple() as parts:
                todo += parts
            case dict() as members:
                todo += members.values()
            case known if type(known).__module__ in (model.__name__, tree.__name__) and is_dataclass(known):
                todo += [getattr(known, each.name) for each in fields_of(known)]
            case _:
                pass
