"""One fact → its values, by code made of the columns: a number that is a float becomes ticks without a call.

Reading cells is most of what judging a fact costs, and most cells are plain. For a column of numbers the code is

    cell = get(name)
    if cell.__class__ is float and -most < cell < most:
        value = round(cell * per_unit)
        if value / per_unit != cell:
            value = column[cell]
    elif cell.__class__ is int and -plain < cell < plain:
        value = cell * whole
    else:
        value = column[cell]

Where so few digits give the float back, they are those of its shortest decimal. A bool is no float, and NaN lies
between nothing: whatever is not plain is looked up in the column, and so is every cell of another kind.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

from gonogo.program.generated import function_code

Reader: TypeAlias = Callable[[Mapping[str, object]], list[object]]

PLAIN_BELOW: Final = 10**15
"""Decimals of at most 15 digits are told apart by the floats nearest to them."""


class PlainColumn(Protocol):
    """A column to be looked into: `column[raw]` is the value of any cell.

    Parameters
    ----------
    per_unit : int
        The ticks of one unit, where numbers can be told at a glance; else 0.
    """

    name: str
    per_unit: int

    def __getitem__(self, raw: object, /) -> object:
        """The value of a cell."""


def generate_reader(columns: Sequence[PlainColumn]) -> Reader:
    """The function that reads the values of these columns out of a fact's cells, in their order."""
    namespace: dict[str, object] = {"float": float, "int": int, "round": round, "plain": PLAIN_BELOW}
    body: list[ast.stmt] = [_assign("get", ast.Attribute(_name("cells"), "get", ast.Load()))]
    for number, column in enumerate(columns):
        namespace |= {f"name{number}": column.name, f"column{number}": column}
        body.append(_assign("cell", _call("get", _name(f"name{number}"))))
        if column.per_unit:
            namespace |= {f"whole{number}": column.per_unit, f"per_unit{number}": float(column.per_unit)}
            namespace[f"most{number}"] = PLAIN_BELOW / column.per_unit
            body.append(ast.If(_is_plain("float", f"most{number}"), _of_float(number), [_of_whole(number)]))
        else:
            body.append(_look_up(number))
    values: list[ast.expr] = [_name(f"value{number}") for number in range(len(columns))]
    body.append(ast.Return(ast.List(values, ast.Load())))
    exec(function_code("read", "cells", body, "<reader of facts>"), namespace)
    reader: Reader = namespace["read"]  # type: ignore[assignment]  # the function that was just defined
    return reader


def _is_plain(kind: str, most: str) -> ast.expr:
    is_kind = ast.Compare(ast.Attribute(_name("cell"), "__class__", ast.Load()), [ast.Is()], [_name(kind)])
    low = ast.UnaryOp(ast.USub(), _name(most))
    is_small = ast.Compare(low, [ast.Lt(), ast.Lt()], [_name("cell"), _name(most)])
    return ast.BoolOp(ast.And(), [is_kind, is_small])


def _of_float(number: int) -> list[ast.stmt]:
    per_unit, value = _name(f"per_unit{number}"), f"value{number}"
    ticks = _call("round", ast.BinOp(_name("cell"), ast.Mult(), per_unit))
    differs = ast.Compare(ast.BinOp(_name(value), ast.Div(), per_unit), [ast.NotEq()], [_name("cell")])
    return [_assign(value, ticks), ast.If(differs, [_look_up(number)], [])]


def _of_whole(number: int) -> ast.If:
    ticks = ast.BinOp(_name("cell"), ast.Mult(), _name(f"whole{number}"))
    return ast.If(_is_plain("int", "plain"), [_assign(f"value{number}", ticks)], [_look_up(number)])


def _look_up(number: int) -> ast.Assign:
    return _assign(f"value{number}", ast.Subscript(_name(f"column{number}"), _name("cell"), ast.Load()))


def _assign(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _call(function: str, argument: ast.expr) -> ast.Call:
    return ast.Call(_name(function), [argument], [])


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
