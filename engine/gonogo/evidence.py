"""Why a rule spoke or did not: the conditions that decided it, each with value, limit and the distance between them.

Evidence is plain data; `sentence` is how a person reads it, in the field's own unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Final

from gonogo.answer import evaluate
from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN, Kind, Logic, Program, Type, Value
from gonogo.program.passes.rewrite import leaves, values_of
from gonogo.program.readable import (
    are,
    are_ends,
    as_written,
    compared,
    is_field_in_other_unit,
    is_measured,
    shown,
    span,
    unrounded,
    without_conversions,
)
from gonogo.program.text import logic_text, value_text
from gonogo.screen.deciding import decided
from gonogo.screen.exact import Evaluator
from gonogo.screen.functions import NEGATED
from gonogo.screen.lacking import in_the_way, lacking
from gonogo.screen.situation import Layout
from gonogo.screen.standing import Standing

_WORDS: Final = {TRUE: "true", FALSE: "false", UNKNOWN: "unknown"}
MOST_EXCESS: Final = 10**9
"""A share that says no more than: very far."""

_FOUND: Final = {TRUE: "was found", FALSE: "was not found", UNKNOWN: "could not be judged"}
_VERBS: Final = {"contains": "contain", "starts with": "start with", "ends with": "end with", "matches": "match"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One condition, as it turned out for one item.

    Parameters
    ----------
    condition : str
        The condition, in the language of standards, under `not` where the rule denies it.
    outcome : {"true", "false", "unknown"}
        How it turned out: true for all that made a rule speak.
    subject : str
        What it is about: a field, a derived quantity, or an expression.
    value, limit, distance : str or None
        As quantities with their unit; None where there is none.
    sentence : str
        The same, to be read: ``torque is 46.3 N*m, 3.7 N*m below the limit 50 N*m``.
    measured : tuple of (str, str)
        The fields that the condition stands on, with their values; ``missing`` where there is none.
    excess : float or None
        The distance in proportion: to the width between the limits of a characteristic that has two, else to
        the limit itself; None where there is no distance.
    """

    condition: str
    outcome: str
    subject: str
    value: str | None
    limit: str | None
    distance: str | None
    sentence: str
    measured: tuple[tuple[str, str], ...]
    excess: float | None = None

    def as_dict(self) -> dict[str, object]:
        """The evidence as plain data."""
        return asdict(self) | {"measured": dict(self.measured)}


@dataclass(frozen=True, slots=True)
class Weigher:
    """Tells what decided the rules of one program about one fact.

    Parameters
    ----------
    program : Program
        Before the pass `ticks`.
    outcomes : mapping of str to int
        Of the propositions that are not false.
    """

    program: Program
    layout: Layout
    situation: int
    outcomes: Mapping[str, int]
    evaluator: Evaluator

    @property
    def standing(self) -> Standing:
        return Standing.of(self.program)

    def leaf(self, leaf: Logic) -> int:
        """The outcome of a condition or finding in this situation."""
        match leaf:
            case ir.Outcome(condition):
                return self.layout.outcome(self.situation, condition)
            case ir.Found(name):
                return self.outcomes.get(name, FALSE)
            case _:
                raise AssertionError(f"no leaf of a proposition: {leaf}")

    def decisive(self, logic: Logic, denied: bool = False) -> Iterator[tuple[Logic, bool]]:
        """The leaves that make a logic come out as it does, of a false `and` the false ones; and whether denied."""
        match logic:
            case ir.All(parts) | ir.AnyOf(parts):
                outcome = evaluate(logic, self.leaf)
                for part in parts:
                    if evaluate(part, self.leaf) == outcome:
                        yield from self.decisive(part, denied)
            case ir.Not(part):
                yield from self.decisive(part, not denied)
            case _:
                yield logic, denied

    def evidence(self, name: str) -> tuple[Evidence, ...]:
        """What decided the proposition of that name, through the propositions it stands on."""
        decided = list(self.decisive(self.standing.propositions[name]))
        silent = [pair for pair in decided if self.is_where_it_applies(name, pair[0]) and self.leaf(pair[0]) == FALSE]
        found: dict[Evidence, ir.Test | None] = {}
        for leaf, denied in silent or decided:  # where it does not apply, what it would have found does not matter
            match leaf:
                case ir.Outcome(condition):
                    test = None if denied else self.program.conditions[condition]
                    found[self.of_condition(condition, denied, self.width(name))] = test
                case ir.Found(other) if self.is_internal(name, other):
                    found |= dict.fromkeys(self.evidence(other))
                case ir.Found():
                    found[_of_finding(leaf, self.leaf(leaf), denied)] = None
                case _:
                    raise AssertionError(f"no leaf of a proposition: {leaf}")
        return _merged(found) or (_of_none(self.standing.propositions[name]),)

    def is_where_it_applies(self, name: str, leaf: Logic) -> bool:
        return isinstance(leaf, ir.Found) and self.is_internal(name, leaf.proposition, "applies")

    def is_internal(self, name: str, other: str, *parts: str) -> bool:
        """Whether `other` is a side of the rule, or where it applies: part of it, and not another rule."""
        rule, _, part = other.partition(".")
        return rule == name.partition(".")[0] and part in (parts or ("above", "below", "applies"))

    # ----------------------------------------------------------------------------------------------- unknown

    def missing(self, names: Iterable[str]) -> frozenset[str]:
        """The fields (or derived quantities without a value) that leave propositions unknown."""
        return frozenset(name for test in self.open_tests(names) for name in lacking(test, self.evaluator))

    def reasons(self, names: Iterable[str]) -> tuple[str, ...]:
        """Why propositions are unknown, to be read: `torque and speed are missing`, `heat has no value: speed is 0`."""
        absent: set[str] = set()
        others: dict[str, None] = {}
        for test in self.open_tests(names):
            held = lacking(test, self.evaluator)
            absent |= {name for name, lack in held.items() if lack == "missing"}
            if "missing" not in held.values():
                sides = [side for side in values_of(test) if self.evaluator.value(side) is None]
                others |= dict.fromkeys(self.why_open(side) for side in sides)
        return (*([f"{are(sorted(absent))} missing"] if absent else []), *others)

    def open_tests(self, names: Iterable[str]) -> Iterator[ir.Test]:
        """The conditions without an outcome that leave propositions unknown, through those that they stand on."""
        waiting = [name for name in names if self.outcomes.get(name) == UNKNOWN]
        seen = set(waiting)
        while waiting:
            for leaf, _ in self.decisive(self.standing.propositions[waiting.pop()]):
                match leaf:
                    case ir.Outcome(condition):
                        yield self.program.conditions[condition]
                    case ir.Found(other) if other not in seen:
                        seen.add(other)
                        waiting.append(other)

    def why_open(self, value: Value) -> str:
        """Why a value is not there: `torque is missing`, `power has no value: torque is missing`."""
        plain = unrounded(value.operand if isinstance(value, ir.Convert) else value, self.program)
        lacks = in_the_way(value, self.evaluator)
        held = {name: self.evaluated(name) for name in sorted(lacks)}
        told = [f"{name} is {known or 'missing'}" for name, known in held.items()]
        rows = [f"{name} {known}" for name, known in held.items() if lacks[name] == "row" and known]
        match plain:
            case ir.FieldValue(name) if held.get(name):
                return f"{name} is too large to be computed with"
            case ir.FieldValue(name):
                return f"{name} is missing"
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

    def evaluated(self, name: str) -> str | None:
        value = self.standing.value_of(name)
        return self.shown(value) if value else None

    # -------------------------------------------------------------------------------------------- conditions

    def of_condition(self, number: int, denied: bool, width: Fraction | None) -> Evidence:
        test = self.program.conditions[number]
        outcome = self.layout.outcome(self.situation, number)
        match test:
            case ir.Compare():
                subject, value, limit, distance, sentence = self.of_compare(test)
            case ir.Recorded(name):
                column = next(known.column for known in self.program.fields if known.name == name)
                subject, value, limit, distance = name, None, None, None
                sentence = (
                    f"{name} is recorded"
                    if outcome == TRUE
                    else f"{name} is not recorded: there is no column `{column}`"
                )
            case ir.Member(known) | ir.TextTest(_, known) | ir.Holds(known) | ir.Missing(known):
                subject, value, distance = self.subject(known), self.shown(known), None
                limit, said = self.said(test, outcome)
                sentence = f"{subject} is {value}{self.note(known)}{said}" if value else self.why_open(known)
            case _:
                raise AssertionError(f"no condition: {test}")
        measured = tuple(dict(self.measured(test)).items())
        condition = logic_text(ir.Not(test) if denied else test)
        excess = self.excess(test, width) if isinstance(test, ir.Compare) and distance is not None else None
        return Evidence(condition, _said(outcome, denied), subject, value, limit, distance, sentence, measured, excess)

    def excess(self, test: ir.Compare, width: Fraction | None) -> float | None:
        """How far apart both sides are, in proportion to the width of a tolerance, or else to the limit."""
        sides = self.evaluator.value(test.left), self.evaluator.value(test.right)
        if any(side is None or isinstance(side, str) for side in sides):
            return None
        value, limit = (Fraction(side) for side in sides if side is not None and not isinstance(side, str))
        share = abs(value - limit) / (width or abs(limit) or abs(value))
        return float(share) if share < MOST_EXCESS else float(MOST_EXCESS)

    def width(self, name: str) -> Fraction | None:
        """The width between the limits of the characteristic that a proposition belongs to; None without two."""
        rule = name.partition(".")[0]
        limits = [limit for side in ("above", "below") for limit in self.limits(f"{rule}.{side}")]
        return abs(limits[0] - limits[1]) if len(limits) == 2 else None

    def limits(self, name: str) -> Iterator[Fraction]:
        for leaf in leaves(self.standing.propositions.get(name, ir.All(()))):
            test = self.program.conditions[leaf.condition] if isinstance(leaf, ir.Outcome) else None
            limit = self.evaluator.value(test.right) if isinstance(test, ir.Compare) else None
            if limit is not None and not isinstance(limit, str):
                yield Fraction(limit)

    def said(self, test: ir.Test, outcome: int) -> tuple[str | None, str]:
        """What a value is held against, and the words for how that came out."""
        match test:
            case ir.Member(known, options):
                listed = ", ".join(shown(option.value, known.type) for option in options)
                word = "one of " if len(options) > 1 else ""
                return listed, f", {'' if outcome == TRUE else 'not '}{word}{listed}" if word or outcome != TRUE else ""
            case ir.TextTest(op, _, text):
                against = shown(text, Type(Kind.TEXT))
                return against, f", which {op if outcome == TRUE else f'does not {_VERBS[op]}'} {against}"
            case ir.Missing():
                return None, ", and not missing"
            case _:
                return None, ""

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
            is_limit = test.op not in ("=", "!=") or not isinstance(right, ir.Constant)
            where = f"at {name}" if is_limit else shown_limit
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
                return f"{name}{text} for {value_text(by)} {self.evaluator.value(by)}"
            case ir.Choice(cases):
                asked = [leaf for test, _ in cases for leaf in leaves(test)]
                told = {value_text(leaf): self.shown(leaf) or "missing" for leaf in asked if isinstance(leaf, _NAMED)}
                return f"{name}{text} for {', '.join(f'{key} {known}' for key, known in told.items())}"
            case _:
                return f"{self.subject(right)} ({text})"

    # --------------------------------------------------------------------------------------------- subjects

    def subject(self, value: Value) -> str:
        """What to call a value: the field that a rounding or a change of unit is about, else its expression."""
        plain = unrounded(value, self.program)
        return value_text(without_conversions(plain.operand if is_field_in_other_unit(plain) else plain))

    def note(self, value: Value) -> str:
        """In brackets: what a rounded or converted field holds, or what a computed value was measured from."""
        plain = unrounded(value, self.program)
        if isinstance(value, ir.FieldValue):
            return ""
        if isinstance(plain, ir.FieldValue):
            return f" (rounded from {self.shown(plain)})" if self.shown(plain) != self.shown(value) else ""
        if is_field_in_other_unit(plain):
            return f" ({self.shown(plain.operand)})"
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
            yield name, self.shown(value) or "missing"


_NAMED = (ir.FieldValue, ir.DerivedValue)


def _merged(found: Mapping[Evidence, ir.Test | None]) -> tuple[Evidence, ...]:
    """The evidence, two ends of one range that both hold told in one sentence."""
    told = list(found)
    for low in found:
        ends = [high for high in told if are_ends(found[low], found.get(high)) and high.outcome == "true"]
        if low in told and ends and low.outcome == "true":
            told[min(told.index(low), told.index(ends[0]))] = _of_range(low, ends[0])
            told = [each for each in told if each not in (low, ends[0])]
    return tuple(told)


def _of_range(low: Evidence, high: Evidence) -> Evidence:
    start, _, _ = low.sentence.rpartition(f", {low.distance} " if low.distance else ", exactly ")
    shares = [end.excess for end in (low, high) if end.excess is not None]
    return replace(
        low,
        condition=f"{low.condition} and {high.condition}",
        limit=f"{low.limit} .. {high.limit}",
        distance=None,
        sentence=f"{start}, between {low.limit} and {high.limit}",
        excess=min(shares, default=None),
    )


def _of_finding(leaf: ir.Found, outcome: int, denied: bool) -> Evidence:
    name = leaf.proposition
    condition = logic_text(ir.Not(leaf) if denied else leaf)
    return Evidence(condition, _said(outcome, denied), name, None, None, None, f"{name} {_FOUND[outcome]}", ())


def _said(outcome: int, denied: bool) -> str:
    return _WORDS[NEGATED[outcome] if denied else outcome]


def _of_none(when: Logic) -> Evidence:
    """Of a rule that the compiler worked out: it stands on no fact."""
    word = "true" if when == ir.All(()) else "false"
    return Evidence(logic_text(when), word, "", None, None, None, f"{word} whatever the facts say", ())
