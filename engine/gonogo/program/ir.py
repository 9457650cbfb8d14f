"""The Program: a standard as it runs; typed, frozen, and printable after every pass.

Two kinds of tree make it up. A *Value* computes something from one fact (a number, a text, a flag, a
date); a *Logic* says true, false or unknown. A *Test* is where the two meet: the atomic condition.
`resolve` makes these trees from what was written, and each later pass rewrites them; the node types
stay the same, so that the text of a program can be read after any pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from gonogo.problems import Span
from gonogo.program.picks import LongLayout, Pick
from gonogo.program.types import FALSE as FALSE
from gonogo.program.types import TRUE as TRUE
from gonogo.program.types import UNKNOWN as UNKNOWN
from gonogo.program.types import Kind as Kind
from gonogo.program.types import Type as Type

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


# --------------------------------------------------------------------------------------------- program


@dataclass(frozen=True, slots=True)
class Field:
    """A measured field: where its value stands in a fact, and how it is to be read.

    Parameters
    ----------
    column : str
        The column's name; in a long layout the word that names the characteristic.
    pick : Pick or None
        In a long layout, which of its values it is.
    resolution : Fraction or None
        The step in which it is recorded, in its unit.
    rounding : str or None
        ``half-even`` or ``half-up``: values are rounded to the resolution before they are judged.
    tick : Fraction
        Set by the pass `ticks`: the size, in its unit, of the whole numbers that stand for it.
    """

    name: str
    column: str
    type: Type
    one_of: tuple[str, ...] = ()
    resolution: Fraction | None = None
    rounding: Literal["half-even", "half-up"] | None = None
    optional: bool = False
    tick: Fraction = Fraction(1)
    pick: Pick | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived quantity; `value` may use those that stand before it in the program."""

    name: str
    value: Value
    resolution: Fraction | None = None
    rounding: Literal["half-even", "half-up"] | None = None
    tick: Fraction = Fraction(1)
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Proposition:
    """Something that reasoning finds true, false or unknown: a rule, a side of one, or where it applies."""

    name: str
    when: Logic


@dataclass(frozen=True, slots=True)
class Zone:
    """What lies so near to a limit that the measurement does not tell on which side of it the item is.

    Parameters
    ----------
    beyond : Compare
        The value, compared with the limit as it is specified: true where it is passed.
    within : Value
        The expanded uncertainty, in the unit of a difference between both.
    inner, outer : Compare
        The same with the limit moved by the uncertainty, into what conforms and out of it.
    """

    side: Literal["above", "below"]
    beyond: Compare
    within: Value
    inner: Compare
    outer: Compare


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How well a characteristic is measured, and what is said inside its zones; `factor` is the coverage factor."""

    zones: tuple[Zone, ...]
    factor: Fraction
    decision: Literal["simple", "guarded", "shared"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule or characteristic as an auditor knows it. What makes it speak is the proposition of its name.

    Parameters
    ----------
    sides : tuple of str
        ``("above", "below")`` for a characteristic with two limits: the propositions ``name.above`` and
        ``name.below`` tell which was passed.
    applies : str or None
        The proposition that says whether it applies; None: always.
    """

    name: str
    class_: str
    nonconformity: str
    clause: str | None = None
    title: str | None = None
    sides: tuple[str, ...] = ()
    applies: str | None = None
    text: str = ""
    uncertainty: Uncertainty | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Disposition:
    """`when` holds, `then` is what happens to the item."""

    when: Logic
    then: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Count:
    """Something that the level above counts over the units of this one: those of which `when` is true."""

    name: str
    when: Logic


@dataclass(frozen=True, slots=True)
class Component:
    """Rules that share conditions or findings, and the conditions they share; independent of all others.

    Parameters
    ----------
    conditions : tuple of int
        Numbers of its conditions, ascending: their outcomes make up its situation.
    propositions : tuple of str
        Names of its propositions, in the program's order.
    """

    conditions: tuple[int, ...]
    propositions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A standard, ready to run. Later passes fill what earlier ones leave empty.

    Parameters
    ----------
    standard, version, hash : str
        What it was compiled from; `hash` is that of the content, whatever its layout and comments.
    item, lot, time : str or None
        Columns that name the item, its lot and its time.
    long : LongLayout or None
        Where facts have one row a measurement.
    conditions : tuple of Test
        Filled by the pass `conditions`; `Outcome` leaves of propositions count into it.
    applies : str or None
        The proposition that says whether the standard applies to an item at all.
    components : tuple of Component
        Filled by the pass `components`.
    level : str
        What its units are called: ``items``, ``lots``, …
    counts : tuple of Count
        What the level above counts, beside what is counted at every level.
    tallied : tuple of str
        The classes whose findings the level above, or an objective, counts one by one.
    is_counted : bool
        Whether there is a level above, or an objective that counts.
    grouping : tuple of str
        The columns that name the lot of an item, where lots are judged, and the units of the levels above it.
    """

    standard: str
    version: str
    hash: str
    classes: tuple[str, ...]
    fields: tuple[Field, ...]
    derived: tuple[Derived, ...]
    rules: tuple[Rule, ...]
    propositions: tuple[Proposition, ...]
    dispositions: tuple[Disposition, ...]
    item: str | None = None
    lot: str | None = None
    time: str | None = None
    missing_words: tuple[str, ...] = ()
    long: LongLayout | None = None
    applies: str | None = None
    conditions: tuple[Test, ...] = ()
    components: tuple[Component, ...] = ()
    level: str = "items"
    counts: tuple[Count, ...] = ()
    tallied: tuple[str, ...] = ()
    is_counted: bool = False
    grouping: tuple[str, ...] = ()
