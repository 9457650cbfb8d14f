"""Numbers brought into one unit, exactly; or the problem that says why they can't be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gonogo.problems import Problems, Span
from gonogo.program import ir
from gonogo.program.ir import Kind, Type, Value
from gonogo.program.passes.fold import folded_value
from gonogo.standard.sections import shown
from gonogo.standard.units import PURE, Unit, UnitError, conversion


@dataclass(frozen=True, slots=True)
class Conversions:
    """Changes of unit; where one can't be made, the problem is told and None returned."""

    problems: Problems

    def number_type(self, unit: Unit | None) -> Type:
        """The type of a number in a unit; the unit `1` is none."""
        is_pure = unit is None or (unit.dimension == () and unit.factor == 1 and unit.pi == 0 and not unit.is_angular)
        return Type(Kind.NUMBER, None if is_pure else unit)

    def converted(self, value: Value, unit: Unit, span: Span) -> Value | None:
        """The value in another unit, exactly; a float64 only where π is in the factor."""
        if value.type.kind is not Kind.NUMBER:
            self.mismatch(
                span, f"`{span.text}` is a {value.type.kind}, not a number with a unit", "compare like with like"
            )
            return None
        target = self.number_type(unit).unit
        if value.type.unit == target:
            return value
        if value.type.unit is None or target is None:
            return self.pure_conversion(value, unit, span)
        try:
            factor, pi, offset = conversion(value.type.unit, target)
        except UnitError as error:
            self.problems.error(error.code, span, error.what, error.mend)
            return None
        if factor == 1 and pi == 0 and offset == 0:
            return _retyped(value, target)
        known = Type(Kind.NUMBER, target, value.type.real or pi != 0)
        return ir.Convert(value, factor, pi, offset, known, span)

    def pure_conversion(self, value: Value, unit: Unit, span: Span) -> Value | None:
        """A pure number (a ratio) stated in %, ppm or 1; one that was written bare is asked for its unit."""
        source, target = value.type.unit, self.number_type(unit).unit
        if source is None and (isinstance(value, ir.Constant) or unit.dimension != ()):
            self.needs_unit(span, unit)
            return None
        if source is not None and source.dimension != ():
            what = f"{shown(span.text)} is in `{source.text}`, and a number without a unit stands beside it"
            self.problems.error("unit-mismatch", span, what, "compare like with like")
            return None
        factor = (source.factor if source else Fraction(1)) / unit.factor
        pi = (source.pi if source else 0) - unit.pi
        return ir.Convert(value, factor, pi, Fraction(0), Type(Kind.NUMBER, target, value.type.real or pi != 0), span)

    def needs_unit(self, span: Span, unit: Unit) -> None:
        text = span.text
        is_written = text.replace(".", "", 1).lstrip("-").isdigit()
        mend = f"write `{text} {unit.text}`" if is_written else f"give it a unit such as `{unit.text}`"
        what = f"{shown(text)} is a bare number beside one in `{unit.text}`"
        self.problems.error("unit-needed", span, what, mend)

    def mismatch(self, span: Span, what: str, mend: str) -> None:
        self.problems.error("kind-mismatch", span, what, mend)

    def brought_together(self, left: Value, right: Value, span: Span) -> tuple[Value, Value] | None:
        """Both sides in one unit: a written one in that of the other, unless π is between them or no decimal comes."""
        if left.type.unit == right.type.unit:
            return left, right
        lone = left if left.type.unit is None else right if right.type.unit is None else None
        if lone is not None and isinstance(lone, ir.Constant):
            other = right if lone is left else left
            assert other.type.unit is not None
            self.needs_unit(lone.span or span, other.type.unit)
            return None
        is_written = isinstance(left, ir.Constant) and not isinstance(right, ir.Constant)
        left_goes = is_written != self.has_pi_between(left, right)
        source, target = (left, right) if left_goes else (right, left)
        moved = self.converted(source, target.type.unit or PURE, source.span or span)
        if moved is not None and isinstance(source, ir.Constant) and not is_readable(moved):
            left_goes = not left_goes
            moved = self.converted(target, source.type.unit or PURE, target.span or span)
        if moved is None:
            return None
        return (moved, right) if left_goes else (left, moved)

    def has_pi_between(self, left: Value, right: Value) -> bool:
        a, b = left.type.unit, right.type.unit
        return (a.pi if a else 0) != (b.pi if b else 0)

    def alike(self, values: Sequence[Value | None]) -> list[Value] | None:
        """Values of one kind, in the unit of the first."""
        known = [value for value in values if value is not None]
        if not known or len(known) < len(values):
            return None
        first, found = known[0], [known[0]]
        for value in known[1:]:
            place = value.span or first.span
            assert place is not None
            if value.type.kind is not first.type.kind:
                what = f"{shown(place.text)} is a {value.type.kind}, the value before it a {first.type.kind}"
                self.mismatch(place, what, "give values of one kind")
                return None
            moved = value if value.type.kind is not Kind.NUMBER else self.brought_to(first, value, place)
            if moved is None:
                return None
            found.append(moved)
        return found

    def brought_to(self, first: Value, value: Value, place: Span) -> Value | None:
        """A number in the unit of another."""
        if first.type.unit == value.type.unit:
            return value
        if first.type.unit is None and value.type.unit is not None and value.type.unit.dimension != ():
            self.needs_unit(first.span or place, value.type.unit)
            return None
        return self.converted(value, first.type.unit or PURE, place)


def written(value: Value) -> ir.Constant | None:
    """A written value, through exact conversions and arithmetic."""
    known = folded_value(value)
    return replace(known, span=None) if isinstance(known, ir.Constant) else None


def is_readable(limit: Value) -> bool:
    """Whether a converted limit is a finite decimal: 1 mm is 5/127 in, so that inches are converted in its place."""
    known = written(limit)
    return known is None or not isinstance(known.value, Fraction) or (10**40 % known.value.denominator) == 0


def _retyped(value: Value, unit: Unit | None) -> Value:
    return replace(value, type=replace(value.type, unit=unit))
