"""Fields of a long layout: what stands for a characteristic of which an item may have several values.

Each use of a field asks after one *pick* of its values: the largest against an upper limit, the mean where the standard
judges that, the one value where an expression computes with it. Picks are fields of the program, called
`field.pick`; all passes after `resolve` see nothing else. A gap (`field.gap`) is false where all values could be read,
and else unknown: joined by `or` to a test of the largest it makes the test what Kleene's tables make of all values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from gonogo.problems import Problems, Span
from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Type, Value
from gonogo.program.passes.rewrite import leaves
from gonogo.program.picks import Pick, PickName
from gonogo.standard import model, tree
from gonogo.standard.sections import shown
from gonogo.standard.tree import Expression
from gonogo.standard.units import difference

_ORDERED: Final = (Kind.NUMBER, Kind.DATE, Kind.TIME)
_OF_ALL: Final[tuple[PickName, ...]] = ("largest", "smallest", "max", "min", "mean", "range")


def picked_fields(standard: model.Standard, fields: Mapping[str, ir.Field], problems: Problems) -> dict[str, ir.Field]:
    """By the names that expressions and characteristics use, the picks of the fields of a standard."""
    if not standard.facts.is_long:
        _refuse_judges(standard, problems)
        return dict(fields)
    found: dict[str, ir.Field] = {}
    facts = standard.facts
    own = {facts.item, facts.lot, facts.time, *(level.column for level in standard.levels)}
    for name, written in standard.fields.items():
        known = fields[name]
        if written.column in own:
            what = f"the characteristic {shown(written.column)} is called like a column that tells of the item"
            problems.error("contradiction", written.span, what, "give one of them another name in the facts")
        found[name] = _in_expressions(known, written)
        found |= {f"{name}.{how}": _picked(known, how) for how in (*_OF_ALL, "gap")}
        _check_kind(name, known, written.judge, written.span, problems)
    for characteristic in standard.characteristics.values():
        of = fields.get(characteristic.field)
        if of is not None:
            names = (list_name(characteristic, "unlike"), list_name(characteristic, "like"))
            found |= {each: replace(_picked(of, how), name=each) for each, how in zip(names, _LISTS, strict=True)}
        _check_judge(characteristic, standard, fields, problems)
    return found


_LISTS: Final[tuple[PickName, ...]] = ("unlike", "like")


def list_name(characteristic: model.Characteristic, how: str) -> str:
    """What the pick is called that a list of values is held against."""
    return f"{characteristic.field}.{how}.{characteristic.requirement.name}"


def gap_name(name: str) -> str:
    """What the gap of a field is called."""
    return f"{name}.gap"


def presence_of(node: Expression, standard: model.Standard, unread: Collection[str]) -> Expression:
    """Of several values of a field it is asked whether they are there, and not which one."""
    if not standard.facts.is_long or not isinstance(node, tree.Name):
        return node
    is_read = node.name in standard.fields and node.name not in unread
    return tree.Name(gap_name(node.name), node.span) if is_read else node


def _picked(known: ir.Field, how: PickName) -> ir.Field:
    of = known.type
    if how == "gap":
        of = Type(Kind.FLAG)
    elif how == "range" and of.unit is not None:
        of = replace(of, unit=difference(of.unit))
    elif how == "mean" and known.rounding is not None:
        of = replace(of, real=True)
    picked = replace(known, name=f"{known.name}.{how}", type=of, pick=Pick(how, known.type.kind))
    return replace(picked, resolution=None, rounding=None) if how == "gap" else picked


def _in_expressions(known: ir.Field, written: model.Field) -> ir.Field:
    """What a field stands for where something is computed: a mean is the quotient of two numbers, as any other."""
    if written.judge is None:
        return replace(known, pick=Pick("one", known.type.kind))
    picked = _picked(known, written.judge)
    return replace(picked, type=replace(picked.type, real=True)) if written.judge == "mean" else picked


def used_fields(
    fields: Mapping[str, ir.Field], derived: Iterable[ir.Derived], propositions: Iterable[ir.Proposition]
) -> tuple[ir.Field, ...]:
    """The fields that a program reads: all of a wide one; of a long one the picks that something asks after, and gaps.

    What an item lacks, or has in a form that can't be used, shows in its gaps, whatever is asked.
    """
    logics = [proposition.when for proposition in propositions]
    found = [leaf for root in (*logics, *(quantity.value for quantity in derived)) for leaf in leaves(root)]
    used = {leaf.name for leaf in found if isinstance(leaf, ir.FieldValue | ir.Recorded)}
    picks = {known.name: known for known in fields.values()}
    return tuple(
        replace(known, type=replace(known.type, real=False), pick=_with_options(known.pick, name, logics))
        for name, known in picks.items()
        if known.pick is not None and (known.pick.how == "gap" or name in used)
    )


def _with_options(pick: Pick, name: str, logics: Iterable[Logic]) -> Pick:
    """A pick with the values of the list that it is held against."""
    if pick.how not in _LISTS:
        return pick
    return replace(pick, options=tuple(option.value for logic in logics for option in _options(logic, name)))


def _options(logic: Logic, name: str) -> Iterator[ir.Constant]:
    match logic:
        case ir.All(parts) | ir.AnyOf(parts):
            for part in parts:
                yield from _options(part, name)
        case ir.Not(part):
            yield from _options(part, name)
        case ir.Member(value, options) if _is_about(value, name):
            yield from options
        case ir.Compare("=", value, ir.Constant() as option) if _is_about(value, name):
            yield option
        case _:
            return


def _is_about(value: Value, name: str) -> bool:
    return isinstance(value, ir.FieldValue) and value.name == name


# ------------------------------------------------------------------------------------------------- what can't be


def _refuse_judges(standard: model.Standard, problems: Problems) -> None:
    fields = ((each.judge, each.span) for each in standard.fields.values())
    characteristics = ((each.judge, each.judge_span) for each in standard.characteristics.values())
    for judge, place in (*fields, *characteristics):
        if judge is not None and place is not None:
            what = "`judge` chooses among several values, which items have in a long layout only"
            problems.error("contradiction", place, what, "add `layout: long` to `facts`, or remove `judge`")


def _check_judge(
    written: model.Characteristic, standard: model.Standard, fields: Mapping[str, ir.Field], problems: Problems
) -> None:
    field, known = standard.fields.get(written.field), fields.get(written.field)
    place = written.judge_span or written.field_span
    if written.judge is not None and written.field in standard.derived:
        what = f"{shown(written.field)} is derived, and has one value"
        problems.error("contradiction", place, what, "remove `judge`, or give it to a field")
    elif field is not None and known is not None:
        _check_kind(written.field, known, written.judge, place, problems)
        if written.judge is not None and field.judge not in (None, written.judge):
            what = f"the field {shown(field.name)} stands for the {field.judge} of its values already"
            problems.error("contradiction", place, what, "remove one of them, or make two fields of one `column`")
        if (written.one_of or written.none_of) and known.rounding is not None and field.judge is None:
            what = "a list of values for a rounded field is a part of a long layout that is not judged yet"
            problems.error("not-yet", written.requirement.span, what, "set limits, or leave `rounding` out")


def _check_kind(name: str, known: ir.Field, judge: model.Judged | None, place: Span, problems: Problems) -> None:
    allowed = _ORDERED if judge in ("min", "max") else (Kind.NUMBER,)
    if judge is not None and known.type.kind not in allowed:
        what = f"{shown(name)} is a {known.type.kind}, and has no {judge}"
        problems.error("kind-mismatch", place, what, "remove `judge`, or give the field a unit")
