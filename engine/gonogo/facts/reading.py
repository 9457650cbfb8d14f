"""One fact → its values, by code made of the columns: a number that is a float becomes ticks without a call.

Reading a cell is most of what judging a fact costs, and most cells are plain. The code for a column is a
template, parsed once, in which its names are replaced by that column's; no text is ever pasted together.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Final, Protocol, TypeAlias

Reader: TypeAlias = Callable[[Mapping[str, object]], list[object]]

PLAIN_BELOW: Final = 10**15
"""Decimals of at most 15 digits are told apart by the floats nearest to them."""


class PlainColumn(Protocol):
    """A column that can be looked into: `column[raw]` is the value of any cell, `per_unit` the ticks of one unit or 0."""

    @property
    def name(self) -> str:
        """The column's name."""

    @property
    def per_unit(self) -> float:
        """How many ticks make one unit, where a float can tell; else 0."""

    def __getitem__(self, raw: object, /) -> object:
        """The value of a cell."""


# Where so few digits give the float back, they are those of its shortest decimal. A bool is not a float, nor NaN
# below anything, nor a numeral longer than that: whatever is not plain is looked up in the column.
_NUMBER: Final = ast.parse(
    """
cell = get(name)
if cell.__class__ is float and -most < cell < most:
    value = round(cell * per_unit)
    if value / per_unit != cell:
        value = column[cell]
else:
    value = column[cell]
"""
).body
_OTHER: Final = ast.parse("value = column[get(name)]").body
_OWN: Final = frozenset({"name", "value", "column", "per_unit", "most"})


def generate_reader(columns: Sequence[PlainColumn]) -> Reader:
    """The function that reads the values of these columns out of a fact's cells, in their order."""
    namespace: dict[str, object] = {}
    body = ast.parse("get = cells.get").body
    for number, column in enumerate(columns):
        namespace |= {f"name{number}": column.name, f"column{number}": column}
        if column.per_unit:
            namespace |= {f"per_unit{number}": column.per_unit, f"most{number}": PLAIN_BELOW / column.per_unit}
        template = _NUMBER if column.per_unit else _OTHER
        body += [_Renamed(number).visit(statement) for statement in deepcopy(template)]
    values: list[ast.expr] = [ast.Name(f"value{number}", ast.Load()) for number in range(len(columns))]
    module = ast.parse("def read(cells): pass")
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = [*body, ast.Return(ast.List(values, ast.Load()))]
    exec(compile(ast.fix_missing_locations(module), "<reader>", "exec"), namespace)
    reader: Reader = namespace["read"]  # type: ignore[assignment]  # the function that was just defined
    return reader


class _Renamed(ast.NodeTransformer):
    """A template's statement with its own names made those of one column."""

    def __init__(self, number: int) -> None:
        self.number = number

    def visit_Name(self, node: ast.Name) -> ast.Name:  # noqa: N802  # the name that NodeTransformer calls
        return ast.Name(f"{node.id}{self.number}" if node.id in _OWN else node.id, node.ctx)
