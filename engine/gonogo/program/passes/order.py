"""The order of computed quantities: each after those it stands on, in whatever order they were written."""

from __future__ import annotations

from collections.abc import Iterator

from gonogo.problems import Problems
from gonogo.standard import model, tree
from gonogo.standard.order import circle_text, in_order
from gonogo.standard.tree import Expression, children


def quantities_in_order(standard: model.Standard, problems: Problems) -> tuple[list[str], set[str]]:
    """The names of parameters and derived quantities, each after those it needs; and those that a circle leaves out."""
    quantities: dict[str, model.Derived | model.Parameter] = {**standard.parameters, **standard.derived}
    needs = {name: [use for use in _names(quantity) if use in quantities] for name, quantity in quantities.items()}
    ready, left, circles = in_order(needs)
    for circle in circles:
        what = f"these quantities go round in a circle: {circle_text(circle)}"
        problems.error("circle", quantities[circle[0]].span, what, "let one of them stand on fields only")
    return ready, left


def _names(quantity: model.Derived | model.Parameter) -> Iterator[str]:
    value = quantity.value
    todo: list[Expression] = []
    match value:
        case model.ByCategory(by) | model.ByRange(by):
            todo.append(by)
        case _:
            todo.append(value)
    while todo:
        node = todo.pop()
        if isinstance(node, tree.Name):
            yield node.name
        todo.extend(children(node))
