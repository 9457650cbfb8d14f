"""The order of computed quantities: each after those it stands on, in whatever order they were written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from gonogo.problems import Problems
from gonogo.standard import model, tree
from gonogo.standard.order import circle_text, in_order
from gonogo.standard.tree import Expression, children

Quantity: TypeAlias = model.Derived | model.Parameter | model.Table


def quantities_in_order(standard: model.Standard, problems: Problems) -> tuple[list[str], set[str]]:
    """The names of all that is computed, each after those it needs; and those that a circle leaves out."""
    quantities: dict[str, Quantity] = {**standard.value_tables, **standard.parameters, **standard.derived}
    computed = quantities.keys() - standard.fields.keys()  # a name that is taken is told of as that
    needs = {name: [use for use in _names(quantity) if use in computed] for name, quantity in quantities.items()}
    ready, left, circles = in_order(needs)
    for circle in circles:
        what = f"these quantities go round in a circle: {circle_text(circle)}"
        problems.error("circle", quantities[circle[0]].span, what, "let one of them stand on fields only")
    return ready, left


def _names(quantity: Quantity) -> Iterator[str]:
    todo = _expressions(quantity)
    while todo:
        node = todo.pop()
        if isinstance(node, tree.Name):
            yield node.name
        todo.extend(children(node))


def _expressions(quantity: Quantity) -> list[Expression]:
    if isinstance(quantity, model.Table):
        return [*quantity.inputs, *quantity.tests]
    match quantity.value:
        case model.ByCategory(by) | model.ByRange(by):
            return [by]
        case value:
            return [value]
