"""The tree of an expression as it was written; every node knows where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

from gonogo.problems import Span
from gonogo.standard.units import Unit

Comparator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">="]
TextOperator: TypeAlias = Literal["contains", "starts with", "ends with", "matches"]


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal with its unit, if it has one: `8.6 K`."""

    value: Fraction
    unit: Unit | None
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A text in double quotes."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Moment:
    """A date (as a day number) or a time (in microseconds), in ISO 8601."""

    kind: Literal["date", "time"]
    value: int
    span: Span


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A field, a derived quantity, a parameter or, beside a category, one of its values."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    """`-operand`."""

    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """`left op right`."""

    op: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions of the language, called."""

    function: str
    arguments: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then chosen else other`."""

    condition: Expression
    chosen: Expression
    other: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """One link of a chain: `left op right`."""

    op: Comparator
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Among:
    """`value in (A, B)`."""

    value: Expression
    options: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TextCheck:
    """`value contains "text"` and its kin."""

    op: TextOperator
    value: Expression
    text: str
    text_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Presence:
    """`value is missing | present | recorded`."""

    value: Expression
    state: Literal["missing", "present", "recorded"]
    span: Span


@dataclass(frozen=True, slots=True)
class FoundRule:
    """`found(rule)` or `found(characteristic.side)`."""

    rule: str
    span: Span


@dataclass(frozen=True, slots=True)
class Both:
    """`and` of two or more parts."""

    parts: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Either:
    """`or` of two or more parts."""

    parts: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Negation:
    """`not part`."""

    part: Expression
    span: Span


Expression: TypeAlias = (
    "Number | Text | Moment | Truth | Name | Negative | Binary | Call | If | Comparison | Among"
    " | TextCheck | Presence | FoundRule | Both | Either | Negation"
)


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside a node, in the order in which they were written."""
    match node:
        case Number() | Text() | Moment() | Truth() | Name() | FoundRule():
            return ()
        case Negative(inner, _) | Negation(inner, _):
            return (inner,)
        case Binary(_, left, right, _) | Comparison(_, left, right, _):
            return (left, right)
        case Call(_, arguments, _):
            return arguments
        case If(condition, chosen, other, _):
            return (condition, chosen, other)
        case Among(value, options, _):
            return (value, *options)
        case TextCheck(value=value) | Presence(value=value):
            return (value,)
        case Both(parts, _) | Either(parts, _):
            return parts
        case _:
            assert_never(node)


def height(node: Expression) -> int:
    """How many nodes stand above each other at most."""
    level, levels = [node], 0
    while level:
        levels += 1
        level = [child for parent in level for child in children(parent)]
    return levels


def is_constant(node: Expression) -> bool:
    """Whether nothing but written values, and arithmetic between them, makes an expression up."""
    todo = [node]
    while todo:
        part = todo.pop()
        if not isinstance(part, Number | Text | Moment | Truth | Negative | Binary | Call):
            return False
        todo.extend(children(part))
    return True
