"""The Standard: the shape of a document as its author thinks of it, every part with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from gonogo.problems import Problem, Source, Span
from gonogo.standard.changes import Change
from gonogo.standard.tree import Expression
from gonogo.standard.units import Unit

Rounding: TypeAlias = Literal["half-even", "half-up"]
FieldKind: TypeAlias = Literal["number", "text", "flag", "date", "time"]
Decision: TypeAlias = Literal["simple", "guarded", "shared"]
Judged: TypeAlias = Literal["mean", "min", "max", "range"]
LimitKey: TypeAlias = Literal["nominal", "upper", "lower", "at least", "at most", "above", "below"]
Hit: TypeAlias = Literal[
    "unique", "any", "first", "collect", "collect sum", "collect min", "collect max", "collect count"
]
CellState: TypeAlias = Literal["any", "missing", "present", "listed"]

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
    judge: Judged | None = None


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
    judge: Judged | None = None
    judge_span: Span | None = None


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
    tables: dict[str, Table] = field(default_factory=dict)


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
class Item:
    """One of what a cell lists: the text that stands there, and the test that it is, or why it is none.

    Parameters
    ----------
    text : str
        Without blanks around it, and without its double quotes.
    test : Expression or None
        Of the input of its column: it serves numbers, dates and times. A column of texts reads the text.
    problem : Problem or None
        Why there is no test. It is told where the column is not one of texts.
    is_quoted : bool
        Whether it stands in double quotes of its own, and is a text whatever it looks like.
    """

    text: str
    test: Expression | None
    problem: Problem | None
    is_quoted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Cell:
    """One test of a row: any value, one that is missing or present, or one of those listed (or, denied, none)."""

    state: CellState
    items: tuple[Item, ...]
    is_denied: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Output:
    """What a row gives: a text, and the written value that it is, if it is one."""

    text: str
    value: Expression
    problem: Problem | None
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a decision table; `notes` are its further outputs: the class and the clause of a finding."""

    cells: tuple[Cell, ...]
    output: Output
    notes: Mapping[str, str]
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """`tables.NAME`: a decision table.

    Parameters
    ----------
    output : str
        ``disposition``, ``finding``, or the name of the value that the table gives.
    class_, clause, title : str or None
        Of its findings, where the row says nothing else.
    output_span, hit_span : Span
        Where the output is named, and the hit policy (or the table, where it is left out).
    is_partial : bool
        Whether rows are missing that could not be read: what is wrong with the others is told all the same.
    """

    name: str
    hit: Hit
    inputs: tuple[Expression, ...]
    output: str
    rows: tuple[Row, ...]
    class_: str
    clause: str | None
    title: str | None
    span: Span
    output_span: Span
    hit_span: Span
    is_partial: bool = False

    @property
    def gives_value(self) -> bool:
        """Whether the table stands for a derived quantity, which has the name of its output."""
        return self.output not in ("disposition", "finding")

    @property
    def findings(self) -> dict[str, Span]:
        """The names that its rows find, each with the first place where it stands."""
        rows = self.rows if self.output == "finding" else ()
        return {row.output.text: row.output.span for row in reversed(rows)}

    @property
    def tests(self) -> tuple[Expression, ...]:
        """The tests of its cells, where those can be read as tests."""
        items = (item for row in self.rows for cell in row.cells for item in cell.items)
        return tuple(item.test for item in items if item.test is not None)


@dataclass(frozen=True, slots=True)
class Facts:
    """`facts`: the columns that name an item, its lot and its time, and the words that mean nothing is there.

    Parameters
    ----------
    characteristic, value : str or None
        In a long layout, the columns that name what was measured, and hold what came out; else None.
    """

    item: str | None = None
    lot: str | None = None
    time: str | None = None
    missing_words: tuple[str, ...] = ()
    characteristic: str | None = None
    value: str | None = None

    @property
    def is_long(self) -> bool:
        """Whether a row is a measurement, and not an item."""
        return self.characteristic is not None and self.value is not None


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
    units : mapping of str to Unit
        Those that it defines.
    changes : tuple of Change
        Those that were laid over the text.
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
    tables: Mapping[str, Table] = field(default_factory=dict)
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
    units: Mapping[str, Unit] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    @property
    def value_tables(self) -> dict[str, Table]:
        """The decision tables that give a value, by its name."""
        return {table.output: table for table in self.tables.values() if table.gives_value}

    @property
    def quantity_names(self) -> tuple[str, ...]:
        """The names that an expression may use."""
        return (*self.fields, *self.derived, *self.parameters, *self.value_tables)


def rules_of(part: Standard | Level) -> tuple[str, ...]:
    """The names of all that may find something: characteristics, rules, and findings of decision tables."""
    return (*part.characteristics, *part.rules, *(name for table in part.tables.values() for name in table.findings))


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
