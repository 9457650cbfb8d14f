"""The two kinds of tree that make up a Program: a *Value* computes something from one fact, a *Logic* says true, false
or unknown; a *Test* is where the two meet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from gonogo.problems import Span
from gonogo.program.types import Type

# ---------------------------------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that was written: number, text, flag; dates as days and times as microseconds."""

    value: Fraction | int | float | str | bool
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What the fact holds in the field of that name."""

    name: str
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """What the derived quantity of that name works out to."""

    name: str
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left op right`; a division by zero has no value."""

    op: Literal["+", "-", "*", "/"]
    left: Value
    right: Value
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Function:
    """A named function of values: see `standard.expression.FUNCTIONS`. Without a value where an argument has none."""

    name: str
    arguments: tuple[Value, ...]
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Convert:
    """`operand · factor · π^pi + offset`: a change of unit, or (in ticks) of scale.

    Where `type.real` and the operand is exact, this is where an exact value becomes a float64: the exact
    value is rounded once, then multiplied by the float64 nearest to `factor · π^pi`.
    """

    operand: Value
    factor: Fraction
    pi: int
    offset: Fraction
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """The value behind the first case that is true; none where a case before it is unknown.

    `if C then A else B`, and parameters by ranges. `otherwise` None means: no value.
    """

    cases: tuple[tuple[Logic, Value], ...]
    otherwise: Value | None
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A parameter by category: the value that stands beside the text of `by`; none beside others."""

    by: Value
    entries: tuple[tuple[str, Value], ...]
    type: Type
    span: Span | None = field(default=None, compare=False)


Value: TypeAlias = "Constant | FieldValue | DerivedValue | Arithmetic | Function | Convert | Choice | Lookup"

# ----------------------------------------------------------------------------------------------- tests


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`: unknown where a side has no value."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Value
    right: Value
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """`value in (…)`, of constants of the value's kind."""

    value: Value
    options: tuple[Constant, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TextTest:
    """`value contains | starts with | ends with | matches text`; `matches` searches, in RE2 syntax."""

    op: Literal["contains", "starts with", "ends with", "matches"]
    value: Value
    text: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Holds:
    """A flag by itself."""

    value: Value
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """`value is missing`: never unknown."""

    value: Value
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Recorded:
    """`field is recorded`: the facts have a column for it. Never unknown."""

    name: str
    span: Span | None = field(default=None, compare=False)


Test: TypeAlias = "Compare | Member | TextTest | Holds | Missing | Recorded"

# ----------------------------------------------------------------------------------------------- logic


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of the program's condition number `condition`."""

    condition: int


@dataclass(frozen=True, slots=True)
class Found:
    """Whether the proposition of that name is true: `found(rule)`, or one side of a characteristic."""

    proposition: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Open:
    """What is unknown of every fact: there a rule stands where a measurement can't decide it."""


@dataclass(frozen=True, slots=True)
class All:
    """Kleene's `and`; of nothing it is true."""

    parts: tuple[Logic, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Kleene's `or`; of nothing it is false."""

    parts: tuple[Logic, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Kleene's `not`."""

    part: Logic


Logic: TypeAlias = "All | AnyOf | Not | Open | Outcome | Found | ClassIs | OutcomeIs | Test"


@dataclass(frozen=True, slots=True)
class ClassIs:
    """In a disposition: the item's class is one of these; unknown while an unknown rule could change that."""

    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeIs:
    """In a disposition: the item's outcome is one of these."""

    outcomes: tuple[str, ...]
