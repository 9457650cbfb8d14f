"""The Program: a standard as it runs; typed, frozen, and printable after every pass.

Two kinds of tree make it up. A *Value* computes something from one fact (a number, a text, a flag, a
date); a *Logic* says true, false or unknown. A *Test* is where the two meet: the atomic condition.
`resolve` makes these trees from what was written, and each later pass rewrites them; the node types
stay the same, so that the text of a program can be read after any pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from gonogo.problems import Span
from gonogo.program.picks import LongLayout, Pick
from gonogo.program.trees import All as All
from gonogo.program.trees import AnyOf as AnyOf
from gonogo.program.trees import Arithmetic as Arithmetic
from gonogo.program.trees import Choice as Choice
from gonogo.program.trees import ClassIs as ClassIs
from gonogo.program.trees import Compare as Compare
from gonogo.program.trees import Constant as Constant
from gonogo.program.trees import Convert as Convert
from gonogo.program.trees import DerivedValue as DerivedValue
from gonogo.program.trees import FieldValue as FieldValue
from gonogo.program.trees import Found as Found
from gonogo.program.trees import Function as Function
from gonogo.program.trees import Holds as Holds
from gonogo.program.trees import Logic as Logic
from gonogo.program.trees import Lookup as Lookup
from gonogo.program.trees import Member as Member
from gonogo.program.trees import Missing as Missing
from gonogo.program.trees import Not as Not
from gonogo.program.trees import Open as Open
from gonogo.program.trees import Outcome as Outcome
from gonogo.program.trees import OutcomeIs as OutcomeIs
from gonogo.program.trees import Recorded as Recorded
from gonogo.program.trees import Test as Test
from gonogo.program.trees import TextTest as TextTest
from gonogo.program.trees import Value as Value
from gonogo.program.types import FALSE as FALSE
from gonogo.program.types import TRUE as TRUE
from gonogo.program.types import UNKNOWN as UNKNOWN
from gonogo.program.types import Kind as Kind
from gonogo.program.types import Type as Type

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

    @property
    def names(self) -> tuple[str, ...]:
        """What it speaks by: its name, or where it has sides those of each."""
        return tuple(f"{self.name}.{side}" for side in self.sides) or (self.name,)


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
