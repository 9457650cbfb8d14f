"""The kind of a field that states only its column, from the way in which the standard uses it."""

from __future__ import annotations

from collections.abc import Iterator

from gonogo.problems import Problems
from gonogo.program.ir import Kind
from gonogo.standard import model, tree
from gonogo.standard.tree import Expression


def infer_kinds(standard: model.Standard, problems: Problems) -> tuple[dict[str, Kind], set[str]]:
    """The kind of every field, and the fields of which neither their keys nor their use tell it."""
    kinds = {name: Kind(field.kind) for name, field in standard.fields.items() if field.kind is not None}
    unstated = {name for name in standard.fields if name not in kinds}
    if unstated:
        numbers = {use for expression in _expressions(standard) for use in _numbers(expression, standard)}
        kinds |= dict.fromkeys(unstated & (numbers | _limited(standard)), Kind.NUMBER)
    unknown = unstated - set(kinds)
    for name in sorted(unknown):
        what = f"nothing tells what kind of value `{name}` holds"
        mend = "add `kind: text`, `flag`, `date`, `time` or `number`, or a `unit`"
        problems.error("kind-needed", standard.fields[name].span, what, mend)
    return kinds, unknown


def _limited(standard: model.Standard) -> set[str]:
    """Fields with numeric limits on them, or a list of allowed numbers."""
    return {
        characteristic.field
        for characteristic in standard.characteristics.values()
        if any(
            _is_number(written, standard)
            for written in (
                *(limit for _, limit in characteristic.limits),
                *characteristic.one_of,
                *characteristic.none_of,
            )
        )
    }


def _expressions(standard: model.Standard) -> Iterator[Expression]:
    for derived in standard.derived.values():
        yield derived.value
    for parameter in standard.parameters.values():
        match parameter.value:
            case model.ByCategory():
                pass
            case model.ByRange(entries=tests):
                yield from (test for test, _ in tests)
            case expression:
                yield expression
    for table in standard.tables.values():
        yield from (*table.inputs, *table.tests)
    for rule in standard.rules.values():
        yield rule.when
        yield from (applies for applies in [rule.requirement.applies] if applies is not None)
    for characteristic in standard.characteristics.values():
        yield from (limit for _, limit in characteristic.limits)
        yield from (applies for applies in [characteristic.requirement.applies] if applies is not None)
    yield from (line.when for line in standard.dispositions if line.when is not None)
    yield from (count.value for level in standard.levels[:1] for count in level.counts.values())
    if standard.applies is not None:
        yield standard.applies


def _numbers(node: Expression, standard: model.Standard) -> Iterator[str]:
    """Names that stand where only a number can."""
    match node:
        case tree.Binary(_, left, right, _):
            yield from (side.name for side in (left, right) if isinstance(side, tree.Name))
        case tree.Negative(tree.Name(name, _), _):
            yield name
        case tree.Call(function, arguments, _) if function not in ("length", "upper", "lower"):
            yield from (argument.name for argument in arguments if isinstance(argument, tree.Name))
        case tree.Comparison(_, left, right, _):
            for side, other in ((left, right), (right, left)):
                if isinstance(side, tree.Name) and _is_number(other, standard):
                    yield side.name
        case tree.Among(tree.Name(name, _), options, _):
            if any(_is_number(option, standard) for option in options):
                yield name
        case _:
            pass
    for child in tree.children(node):
        yield from _numbers(child, standard)


def _is_number(node: Expression, standard: model.Standard) -> bool:
    match node:
        case tree.Number() | tree.Negative() | tree.Binary():
            return True
        case tree.Call(function, _, _):
            return function not in ("upper", "lower")
        case tree.Name(name, _):
            if name in standard.parameters:
                value = standard.parameters[name].value
                rows = value.entries if isinstance(value, model.ByCategory | model.ByRange) else ()
                first = rows[0][-1] if rows else value
                return isinstance(first, tree.Number | tree.Negative)
            table = standard.value_tables.get(name)
            if table is not None:
                return any(isinstance(row.output.value, tree.Number | tree.Negative) for row in table.rows)
            field, derived = standard.fields.get(name), standard.derived.get(name)
            if derived is not None:
                return derived.unit is not None or isinstance(derived.value, tree.Number | tree.Negative | tree.Binary)
            return field is not None and field.kind == "number"
        case _:
            return False
