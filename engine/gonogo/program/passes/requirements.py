"""Characteristics and rules, brought into one form: what must be true for each of them to speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.problems import Problems
from gonogo.program.ir import Kind
from gonogo.program.passes.long import gap_name, list_name
from gonogo.standard import model, tree
from gonogo.standard.sections import shown, suggested
from gonogo.standard.tree import Comparator, Expression
from gonogo.standard.units import Unit, is_same_kind


@dataclass(frozen=True, slots=True)
class Requirement:
    """A rule or characteristic: `when` it speaks, or its two `sides` with the expression of each."""

    written: model.Requirement
    when: Expression | None
    sides: tuple[tuple[str, Expression], ...] = ()
    text: str = ""
    uncertainty: model.Uncertainty | None = None


def as_requirements(
    standard: model.Standard, kinds: Mapping[str, Kind], unread: set[str], problems: Problems
) -> list[Requirement]:
    """Characteristics first, then rules, each in the order of the document."""
    found = [_of_characteristic(c, standard, kinds, unread, problems) for c in standard.characteristics.values()]
    found += [Requirement(rule.requirement, rule.when, text=rule.when.span.text) for rule in standard.rules.values()]
    return found


def _of_characteristic(
    written: model.Characteristic,
    standard: model.Standard,
    kinds: Mapping[str, Kind],
    unread: set[str],
    problems: Problems,
) -> Requirement:
    known = [*standard.fields, *standard.derived, *standard.value_tables]
    if written.field not in known:
        if written.field not in unread and (standard.fields or not problems.has_errors):
            near = suggested(written.field, known, problems)
            mend = f"did you mean `{near}`?" if near else "name it under `fields`, or say which `field` is meant"
            what = f"{shown(written.field)} is not a field of this standard"
            problems.error("unknown-name", written.field_span, what, mend)
        unread.add(written.field)  # its sides may be asked for all the same
    field = standard.fields.get(written.field)
    kind = kinds.get(written.field)
    values = _Values.of(written, standard, kind, is_read=written.field not in unread)
    above, below = _passed(written, values, field.unit if field is not None else None)
    options = _options(written, values, kind)
    above, below = values.each(above), values.each(below)
    options = [each for option in options if (each := values.each(option)) is not None]
    if above is not None and below is not None:
        sides = (("above", above), ("below", below))
        return Requirement(written.requirement, None, sides, uncertainty=written.uncertainty)
    speaks = [part for part in (above, below, *options) if part is not None]
    when = speaks[0] if len(speaks) == 1 else tree.Either(tuple(speaks), written.requirement.span)
    return Requirement(written.requirement, when if speaks else None, uncertainty=written.uncertainty)


@dataclass(frozen=True, slots=True)
class _Values:
    """What a characteristic is held against: one field, or in a long layout picks of its values.

    Parameters
    ----------
    largest, smallest, unlike, like : Name
        What stands against an upper and a lower limit, an allowed and a forbidden list.
    gap : Name or None
        What is unknown where a value is missing.
    """

    largest: tree.Name
    smallest: tree.Name
    unlike: tree.Name
    like: tree.Name
    gap: tree.Name | None = None

    @classmethod
    def of(
        cls, written: model.Characteristic, standard: model.Standard, kind: Kind | None, *, is_read: bool
    ) -> _Values:
        name, span, field = written.field, written.field_span, standard.fields.get(written.field)
        plain = tree.Name(name, span)
        if not standard.facts.is_long or field is None or not is_read:
            return cls(plain, plain, plain, plain)
        if (judge := written.judge or field.judge) is not None:
            judged = tree.Name(f"{name}.{judge}", span)
            return cls(judged, judged, plain, plain)
        largest, smallest = (tree.Name(f"{name}.{how}", span) for how in ("largest", "smallest"))
        unlike, like = (tree.Name(list_name(written, how), span) for how in ("unlike", "like"))
        if kind is Kind.FLAG:  # one that is not `true` is the smallest, if any is
            unlike = smallest if _is_truth(written.one_of, True) else largest
            like = largest if _is_truth(written.none_of, True) else smallest
        return cls(largest, smallest, unlike, like, tree.Name(gap_name(name), span))

    def each(self, test: Expression | None) -> Expression | None:
        """The test where it is about any value: unknown where one is missing, and it is true of none."""
        return test if test is None or self.gap is None else tree.Either((test, self.gap), test.span)


def _is_truth(options: tuple[Expression, ...], truth: bool) -> bool:
    """Whether a list of flags begins with that one."""
    return any(_as_kind(option, Kind.FLAG) == tree.Truth(truth, option.span) for option in options[:1])


def _passed(
    written: model.Characteristic, values: _Values, unit: Unit | None
) -> tuple[Expression | None, Expression | None]:
    """What it means to lie above, and below, what the characteristic allows: limits themselves conform."""
    limits = dict(written.limits)
    if "nominal" in limits:
        upper, lower = (_deviating(limits["nominal"], limits.get(side), unit) for side in ("upper", "lower"))
        return _against(">", values.largest, upper), _against("<", values.smallest, lower)
    largest, smallest = values.largest, values.smallest
    above = _against(">", largest, limits.get("at most")) or _against(">=", largest, limits.get("below"))
    below = _against("<", smallest, limits.get("at least")) or _against("<=", smallest, limits.get("above"))
    return above, below


def _deviating(nominal: Expression, deviation: Expression | None, unit: Unit | None) -> Expression | None:
    """A limit; where the nominal value does not fit the field it stands last, since the last one is told of."""
    if deviation is None:
        return None
    is_alien = isinstance(nominal, tree.Number) and nominal.unit and unit and not is_same_kind(nominal.unit, unit)
    parts = (deviation, nominal) if is_alien else (nominal, deviation)
    return tree.Binary("+", *parts, deviation.span)


def _against(op: Comparator, value: tree.Name, limit: Expression | None) -> Expression | None:
    return None if limit is None else tree.Comparison(op, value, limit, limit.span)


def _options(written: model.Characteristic, values: _Values, kind: Kind | None) -> list[Expression]:
    speaks: list[Expression] = []
    if written.one_of:
        allowed = tuple(_as_kind(option, kind) for option in written.one_of)
        span = written.requirement.span
        speaks.append(tree.Negation(tree.Among(values.unlike, allowed, span), span))
    if written.none_of:
        forbidden = tuple(_as_kind(option, kind) for option in written.none_of)
        speaks.append(tree.Among(values.like, forbidden, written.requirement.span))
    return speaks


def _as_kind(option: Expression, kind: Kind | None) -> Expression:
    """A listed word in the kind of its field: `5` is a text where the field is one, `yes` a flag likewise."""
    if kind is Kind.TEXT and not isinstance(option, tree.Text):
        return tree.Text(option.span.text, option.span)
    if kind is Kind.FLAG:
        word = option.span.text.strip("\"'").lower()
        if word in ("true", "yes", "1", "false", "no", "0"):
            return tree.Truth(word in ("true", "yes", "1"), option.span)
    return option
