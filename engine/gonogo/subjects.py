"""What the values of a fact are called, what they are held against, and why one is not there; all to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Program, Value
from gonogo.program.passes.rewrite import leaves
from gonogo.program.picks import plain_name
from gonogo.program.readable import (
    as_written,
    called,
    compared,
    is_field_in_other_unit,
    is_gap,
    is_measured,
    of_several,
    shown,
    span,
    unrounded,
    value_words,
    without_conversions,
)
from gonogo.screen.deciding import decided
from gonogo.screen.exact import Evaluator
from gonogo.screen.lacking import in_the_way
from gonogo.screen.standing import Standing

_NAMED = (ir.FieldValue, ir.DerivedValue)


@dataclass(frozen=True, slots=True)
class Subjects:
    """Tells of the values of one fact.

    Parameters
    ----------
    program : Program
        Before the pass `ticks`.
    counts : mapping of str to int
        How many values the fact has of each field, where it may have several.
    """

    program: Program
    evaluator: Evaluator
    counts: Mapping[str, int]

    @property
    def standing(self) -> Standing:
        return Standing.of(self.program)

    def why_open(self, value: Value) -> str:
        """Why a value is not there: `torque is missing`, `power has no value: torque is missing`."""
        plain = unrounded(value.operand if isinstance(value, ir.Convert) else value, self.program)
        lacks = in_the_way(value, self.evaluator)
        held = {name: self.evaluated(name) for name in sorted(lacks)}
        told = [f"{called(name)} is {known or 'missing'}" for name, known in held.items()]
        rows = [f"{called(name)} {known}" for name, known in held.items() if lacks[name] == "row" and known]
        match plain:
            case ir.FieldValue(name) if held.get(name):
                return f"{called(name)} is too large to be computed with"
            case ir.FieldValue(name):
                return self.why_of_several(name) or f"{plain_name(name)} is missing"
            case ir.Lookup() | ir.Choice() if None in held.values():
                return ", ".join(told)
            case ir.Lookup() | ir.Choice() if rows:
                return f"there is no limit for {', '.join(rows)}"
            case _:
                subject = self.subject(value)
                if rows and len(rows) == len(held):
                    return f"{subject} has no value: no row of the table fits {', '.join(rows)}"
                return (
                    f"{subject} has no value: {', '.join(told)}"
                    if list(held) != [subject]
                    else f"{subject} has no value"
                )

    def why_of_several(self, name: str) -> str:
        """Why a pick of several values is not there; empty where there are not several."""
        plain = plain_name(name)
        count = self.counts.get(plain, 0)
        if count < 2 or self.evaluator.fields.get(name) is not None:
            return ""
        asked = f"{plain} has {count} values, and one is asked for"
        return asked if name == plain else f"not all {count} values of {plain} can be used"

    def evaluated(self, name: str) -> str | None:
        value = self.standing.value_of(name)
        return self.shown(value) if value else None

    def of_compare(self, test: ir.Compare) -> tuple[str, str | None, str | None, str | None, str]:
        left, right = test.left, test.right
        if isinstance(left, ir.Constant) and not isinstance(right, ir.Constant):
            left, right = right, left
        left, right = as_written(left, right)
        value, limit = self.evaluator.value(left), self.evaluator.value(right)
        subject = self.subject(left)
        if value is None or limit is None:
            return subject, self.shown(left), self.shown(right), None, self.why_open(left if value is None else right)
        if isinstance(value, str) or isinstance(limit, str):
            shown_value, shown_limit = shown(value, left.type), shown(limit, right.type)
            word = "" if value == limit else "not "
            sentence = f"{subject} is {shown_value}{self.note(left)}, {word}{self.limit_name(right, shown_limit, '')}"
            if value == limit and isinstance(right, ir.Constant):
                sentence = f"{subject} is {shown_value}{self.note(left)}"
            return subject, shown_value, shown_limit, None, sentence
        shown_value, shown_limit, distance = self.apart(Fraction(value), left, Fraction(limit), right)
        name = self.limit_name(right, shown_limit, "the limit " if test.op not in ("=", "!=") else "")
        told = f"{subject} is {shown_value}{self.note(left)}"
        if value == limit:
            where = (
                f"at {name}" if test.op not in ("=", "!=") or not isinstance(right, ir.Constant) else f"{shown_limit}"
            )
            return subject, shown_value, shown_limit, None, f"{told}, exactly {where}"
        words = ("after", "before") if left.type.kind in (Kind.DATE, Kind.TIME) else ("above", "below")
        return subject, shown_value, shown_limit, distance, f"{told}, {distance} {words[value < limit]} {name}"

    def apart(self, value: Fraction, left: Value, limit: Fraction, right: Value) -> tuple[str, str, str]:
        """Value, limit and distance, in the unit of the value."""
        if left.type.kind in (Kind.DATE, Kind.TIME):
            return shown(value, left.type), shown(limit, right.type), span(abs(value - limit), left.type.kind)
        return compared(value, limit, left.type, measured=(is_measured(left), is_measured(right)))

    def limit_name(self, right: Value, text: str, name: str) -> str:
        """What to call a limit: `the limit 50 N*m`, `the limit 11000 min*N*m for type L`, `width (4 mm)`."""
        plain = right.operand if isinstance(right, ir.Convert) else right
        match plain:
            case ir.Constant():
                return f"{name}{text}"
            case ir.Lookup(by):
                return f"{name}{text} for {value_words(by)} {self.evaluator.value(by)}"
            case ir.Choice(cases):
                asked = [leaf for test, _ in cases for leaf in leaves(test)]
                told = {value_words(leaf): self.shown(leaf) or "missing" for leaf in asked if isinstance(leaf, _NAMED)}
                return f"{name}{text} for {', '.join(f'{key} {known}' for key, known in told.items())}"
            case _:
                return f"{self.subject(right)} ({text})"

    # --------------------------------------------------------------------------------------------- subjects

    def subject(self, value: Value) -> str:
        """What to call a value: the field that a rounding or a change of unit is about, else its expression."""
        plain = unrounded(value, self.program)
        if isinstance(plain, ir.FieldValue):
            return called(plain.name)
        return value_words(without_conversions(plain.operand if is_field_in_other_unit(plain) else plain))

    def note(self, value: Value) -> str:
        """In brackets: what a rounded or converted field holds, or what a computed value was measured from."""
        plain = unrounded(value, self.program)
        several = ""
        if isinstance(inner := plain.operand if is_field_in_other_unit(plain) else plain, ir.FieldValue):
            several = of_several(inner, self.counts.get(plain_name(inner.name), 0))
        if isinstance(plain, ir.FieldValue):
            told = [several] if several else []
            is_rounded = not isinstance(value, ir.FieldValue) and self.shown(plain) != self.shown(value)
            told = [f"rounded from {self.shown(plain)}", *told] if is_rounded else told
            return f" ({', '.join(told)})" if told else ""
        if is_field_in_other_unit(plain):
            return f" ({', '.join(filter(None, (self.shown(plain.operand), several)))})"
        below = dict(self.measured(decided(value, self.evaluator)))
        told = [f"{name} {known}" for name, known in below.items() if known != "missing"]
        if len(told) == 1 and told[0].partition(" ")[2] == self.shown(value) and value.type.kind is Kind.TEXT:
            return ""
        return f" ({', '.join(told)})" if told else ""

    def shown(self, value: Value) -> str | None:
        known = self.evaluator.value(value)
        return None if known is None else shown(known, value.type, measured=is_measured(value))

    def measured(self, node: Value | Logic) -> Iterator[tuple[str, str]]:
        """The fields below a test or value, with their values."""
        for name in self.standing.fields_below(node):
            value = self.standing.value_of(name)
            assert value is not None
            if not is_gap(name) or self.evaluator.fields.get(name) is None:
                yield called(name), self.shown(value) or "missing"
