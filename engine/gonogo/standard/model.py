"""The Standard: the shape of a document as its author thinks of it, every part with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from gonogo.problems import Source, Span
from gonogo.standard.tree import Expression
from gonogo.standard.units import Unit

Rounding: TypeAlias = Literal["half-even", "half-up"]
FieldKind: TypeAlias = Literal["number", "text", "flag", "date", "time"]
Decision: TypeAlias = Literal["simple", "guarded", "shared"]
LimitKey: TypeAlias = Literal["nominal", "upper", "lower", "at least", "at most", "above", "below"]

DEFAULT_CLASSES: Final = ("critical", "major", "minor")

ONE: Final = Fraction(1)

GIVEN_COUNTS: Final = ("inspected", "conforming", "nonconforming", "indeterminate")
"""What is counted over the units of any level, beside units and findings of each class."""


@dataclass(frozen=True, slots=True)
class Field:
    """`fields.NAME`; `kind` None where the author left it to the way the field is used."""

    name: str
    column: str
    kind: FieldKind | None
    unit: Unit | None
    one_of: tuple[str, ...]
    resolution: Fraction | None
    rounding: Rounding | None
    optional: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Derived:
    """`derived.NAME`: an expression, and the unit and resolution it is stated in."""

    name: str
    value: Expression
    unit: Unit | None
    resolution: Fraction | None
    rounding: Rounding | None
    span: Span


@dataclass(frozen=True, slots=True)
class ByCategory:
    """A parameter that depends on a text: `{by: type, L: 11000, M: 12000}`."""

    by: Expression
    entries: tuple[tuple[str, Span, Expression], ...]


@dataclass(frozen=True, slots=True)
class ByRange:
    """A parameter that depends on where a number lies; each key is a test of `by`, and none overlap."""

    by: Expression
    entries: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """`parameters.NAME`."""

    name: str
    value: Expression | ByCategory | ByRange
    span: Span


@dataclass(frozen=True, slots=True)
class Requirement:
    """What rules and characteristics have in common."""

    name: str
    class_: str
    nonconformity: str
    clause: str | None
    title: str | None
    applies: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How well a characteristic is measured (expanded uncertainty, coverage factor), and how that is judged."""

    within: Expression
    factor: Fraction
    decision: Decision
    span: Span


@dataclass(frozen=True, slots=True)
class Characteristic:
    """`characteristics.NAME`: a requirement on one field, as limits or as allowed or forbidden values."""

    requirement: Requirement
    field: str
    field_span: Span
    limits: tuple[tuple[LimitKey, Expression], ...]
    one_of: tuple[Expression, ...]
    none_of: tuple[Expression, ...]
    uncertainty: Uncertainty | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """`rules.NAME`."""

    requirement: Requirement
    when: Expression


@dataclass(frozen=True, slots=True)
class Disposition:
    """One line of `dispositions`; `when` None is `otherwise`."""

    when: Expression | None
    then: str
    span: Span


@dataclass(frozen=True, slots=True)
class Count:
    """`counts.NAME`: the units of the level below of which this is true are counted."""

    name: str
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Level:
    """`lots`, or one of `levels`: units that are judged by counts over the level below.

    Parameters
    ----------
    name, column : str
        What the level is called, and the column of the facts that names its units.
    fields : dict of str to Field
        All counts, those that are given among them.
    """

    name: str
    column: str
    fields: dict[str, Field]
    counts: dict[str, Count]
    derived: dict[str, Derived]
    parameters: dict[str, Parameter]
    applies: Expression | None
    characteristics: dict[str, Characteristic]
    rules: dict[str, Rule]
    dispositions: tuple[Disposition, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Objective:
    """`objectives.NAME`: what is measured over all items of a run, and the limits that it is to keep."""

    name: str
    measure: Expression
    limits: tuple[tuple[LimitKey, Expression], ...]
    title: str | None
    clause: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Facts:
    """`facts`: the columns that name an item, its lot and its time, and the words that mean nothing is there."""

    item: str | None = None
    lot: str | None = None
    time: str | None = None
    missing_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standard:
    """A document, whole.

    Parameters
    ----------
    unread_names, unread_rules : frozenset of str
        What is named in the document, but could not be read: nothing more is said of what stands on it.
    level, counted : str
        Of a standard that stands for one level of another: that level, and the one over whose units its fields count.
    column : str
        Likewise, the column of the facts that names its units.
    lent : frozenset of str
        Parameters that other levels of the same document may be the only ones to use.
    sources : tuple of Source
        The text of the standard, and of each that it extends behind the one that does.
    withdrawn : mapping of str to Span
        Rules of what it extends that it does without, and where that is said.
    status_span, effective_span : Span or None
        Where `status` and `effective` are said.
    """

    id: str
    title: str
    version: str
    status: Literal["draft", "effective", "withdrawn"]
    effective_from: date | None
    effective_until: date | None
    owner: str
    source: str
    policy: str
    facts: Facts
    fields: dict[str, Field]
    derived: dict[str, Derived]
    parameters: dict[str, Parameter]
    classes: tuple[str, ...]
    characteristics: dict[str, Characteristic]
    rules: dict[str, Rule]
    dispositions: tuple[Disposition, ...]
    applies: Expression | None
    hash: str
    span: Span
    unread_names: frozenset[str] = frozenset()
    unread_rules: frozenset[str] = frozenset()
    levels: tuple[Level, ...] = ()
    objectives: dict[str, Objective] = field(default_factory=dict)
    level: str = "items"
    counted: str = ""
    column: str = ""
    lent: frozenset[str] = frozenset()
    sources: tuple[Source, ...] = ()
    withdrawn: Mapping[str, Span] = field(default_factory=dict)
    status_span: Span | None = None
    effective_span: Span | None = None


FINDINGS: Final = "findings"


def count_name(class_: str) -> str:
    """What the count of a class is called in expressions: `safety-critical` is no name, and `safety_critical` is."""
    return re.sub(r"\W", "_", class_)


def findings_name(class_: str) -> str:
    """The count of the findings of a class, of which one unit may have several: nonconformities, and not units."""
    return f"{count_name(class_)}_{FINDINGS}"


def given_counts(classes: tuple[str, ...]) -> tuple[str, ...]:
    """What is counted over the units of any level without being asked for."""
    return (*GIVEN_COUNTS, *map(count_name, classes), FINDINGS, *map(findings_name, classes))
