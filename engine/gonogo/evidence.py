"""Why a rule spoke or did not: the conditions that decided it, each with value, limit and the distance between them.

Evidence is plain data; `sentence` is how a person reads it, in the field's own unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from gonogo.answer import evaluate
from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN, Kind, Logic, Program, Value
from gonogo.program.passes.rewrite import leaves
from gonogo.program.text import logic_text, number_text, quantity_text, value_text
from gonogo.screen.exact import Evaluator, Exact
from gonogo.screen.situation import Layout

@dataclass(frozen=True, slots=True)
class Evidence:
    """One condition, as it turned out for one item.

    Parameters
    ----------
    condition : str
        The condition, in the language of standards.
    outcome : {"true", "false", "unknown"}
        How it turned out.
    subject : str
        What it is about: a field, a derived quantity, or an expression.
    value, limit, distance : str or None
        As quantities with their unit; None where there is none.
    sentence : str
        The same, to be read: ``torque is 46.3 N*m, 3.7 N*m below the limit 50 N*m``.
    measured : tuple of (str, str)
        The fields that the condition stands on, with their values; ``missing`` where there is none.
    """

    condition: str
    outcome: str
    subject: str
    value: str | None
    limit: str | None
    distance: str | None
    sentence: str
    measured: tuple[tuple[str, str], ...]

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

    def leaf(self, leaf: Logic) -> int:
        """The outcome of a condition or finding in this situation."""
        match leaf:
            case ir.Outcome(condition):
                return self.layout.outcome(self.situation, condition)
            case ir.Found(name):
                return self.outcomes.get(name, FALSE)
            case _:
                raise AssertionError(f"no leaf of a proposition: {leaf}")

    def decisive(self, logic: Logic) -> Iterator[Logic]:
        """The leaves that make a logic come out as it does: of an `and` that is false, those that are false."""
        match logic:
            case ir.All(parts) | ir.AnyOf(parts):
                outcome = evaluate(logic, self.leaf)
                for part in parts:
                    if evaluate(part, self.leaf) == outcome:
                        yield from self.decisive(part)
            case ir.Not(part):
                yield from self.decisive(part)
            case _:
                yield logic

    def evidence(self, name: str) -> tuple[Evidence, ...]:
        """What decided the proposition of that name, through the propositions it stands on."""
        when = next(p.when for p in self.program.propositions if p.name == name)
        found: dict[Evidence, None] = {}
        for leaf in self.decisive(when):
            match leaf:
                case ir.Outcome(condition):
                    found[self.of_condition(condition)] = None
                case ir.Found(other) if self.is_internal(name, other):
                    found |= dict.fromkeys(self.evidence(other))
                case ir.Found(other):
                    found[_of_finding(other, self.leaf(leaf))] = None
        return tuple(found)

    def is_internal(self, name: str, other: str) -> bool:
        """Whether `other` is a side of the rule, or where it applies: part of it, and not another rule."""
        return other.startswith(f"{name.partition('.')[0]}.") and name.partition(".")[0] == other.partition(".")[0]

    def missing(self, name: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """The fields (or derived quantities without a value) that leave the proposition unknown."""
        when = next((p.when for p in self.program.propositions if p.name == name), None)
        found: set[str] = set()
        if when is None or name in seen:
            return frozenset()
        for leaf in self.decisive(when):
            match leaf:
                case ir.Outcome(condition):
                    found |= self.missing_of(self.program.conditions[condition])
                case ir.Found(other):
                    found |= self.missing(other, seen | {name})
        return frozenset(found)

    def missing_of(self, test: ir.Test | Value) -> set[str]:
        """The missing fields below a test or value; where all are there, the derived quantity that has no value."""
        found: set[str] = set()
        for leaf in leaves(test):
            if isinstance(leaf, ir.FieldValue) and self.evaluator.fields.get(leaf.name) is None:
                found.add(leaf.name)
            elif isinstance(leaf, ir.DerivedValue) and self.evaluator.value(leaf) is None:
                inner = self.missing_of(self.derived(leaf.name))
                found |= inner or {leaf.name}
        return found

    def derived(self, name: str) -> Value:
        return next(quantity.value for quantity in self.program.derived if quantity.name == name)

    # -------------------------------------------------------------------------------------------- conditions

    def of_condition(self, number: int) -> Evidence:
        test = self.program.conditions[number]
        outcome = self.layout.outcome(self.situation, number)
        match test:
            case ir.Compare():
                subject, value, limit, distance, sentence = self.of_compare(test, outcome)
            case ir.Member(known, options):
                subject, value = value_text(known), self.shown(known)
                limit, distance = ", ".join(shown(o.value, o) for o in options), None
                word = {TRUE: "one of", FALSE: "none of"}.get(outcome, "")
                sentence = f"{subject} is {value}, {word} {limit}" if value else f"{subject} has no value"
            case ir.TextTest(op, known, text):
                subject, value, limit, distance = value_text(known), self.shown(known), f'"{text}"', None
                verb = {TRUE: f"which {_verb(op, True)}", FALSE: f"which {_verb(op, False)}"}.get(outcome, "")
                sentence = f"{subject} is {value}, {verb} {limit}" if value else f"{subject} has no value"
            case ir.Holds(known):
                subject, value, limit, distance = value_text(known), self.shown(known), None, None
                sentence = f"{subject} is {value}" if value else f"{subject} has no value"
            case ir.Missing(known):
                subject, value, limit, distance = value_text(known), self.shown(known), None, None
                sentence = f"{subject} is {value}" if value else f"{subject} is missing"
            case ir.Recorded(name):
                subject, value, limit, distance = name, None, None, None
                sentence = f"{name} is {'' if outcome == TRUE else 'not '}recorded"
        return Evidence(
            logic_text(test), _word(outcome), subject, value, limit, distance, sentence, tuple(dict(self.measured(test)).items())
        )

    def of_compare(self, test: ir.Compare, outcome: int) -> tuple[str, str | None, str | None, str | None, str]:
        left, right = test.left, test.right
        if isinstance(left, ir.Constant) and not isinstance(right, ir.Constant):
            left, right = right, left
        value, limit = self.evaluator.value(left), self.evaluator.value(right)
        subject = value_text(left)
        if value is None or limit is None:
            lacking = subject if value is None else value_text(right)
            return subject, self.shown(left), self.shown(right), None, f"{lacking} has no value"
        value_shown, limit_shown = _told_apart(value, left, limit, right)
        if left.type.kind is Kind.TEXT:
            word = "as" if value == limit else "not"
            return subject, value_shown, limit_shown, None, f"{subject} is {value_shown}, {word} {limit_shown}"
        distance, where = _distance(value, limit, left)
        name = "the limit" if isinstance(right, ir.Constant) else f"{value_text(right)},"
        if distance is None:
            sentence = f"{subject} is {value_shown}, exactly {name} {limit_shown}".replace(",,", ",")
        else:
            sentence = f"{subject} is {value_shown}, {distance} {where} {name} {limit_shown}"
        return subject, value_shown, limit_shown, distance, sentence

    def shown(self, value: Value) -> str | None:
        known = self.evaluator.value(value)
        return None if known is None else shown(known, value)

    def measured(self, test: ir.Test | Value) -> Iterator[tuple[str, str]]:
        """The fields below a test, with their values."""
        for leaf in leaves(test):
            if isinstance(leaf, ir.FieldValue):
                yield leaf.name, self.shown(leaf) or "missing"
            elif isinstance(leaf, ir.DerivedValue):
                yield from self.measured(self.derived(leaf.name))


def shown(known: Exact, value: Value) -> str:
    """A value as people write it: a quantity with its unit, a date, a text in quotes."""
    match value.type.kind:
        case Kind.TEXT:
            return f"`{known}`"
        case Kind.FLAG:
            return "true" if known else "false"
        case Kind.DATE if isinstance(known, int | Fraction) and known == int(known) and 1 <= known <= date.max.toordinal():
            return date.fromordinal(int(known)).isoformat()
        case Kind.TIME if isinstance(known, int | Fraction) and known == int(known):
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(known))
            return moment.isoformat().replace("+00:00", "Z")
        case _:
            assert not isinstance(known, str)
            return quantity_text(known if isinstance(known, float) else Fraction(known), value.type.unit)


def _told_apart(value: Exact, left: Value, limit: Exact, right: Value) -> tuple[str, str]:
    """Both quantities; a float64 that rounds to its limit is shown with all its digits."""
    one, other = shown(value, left), shown(limit, right)
    if one == other and value != limit and isinstance(value, float):
        unit = f" {left.type.unit.text}" if left.type.unit else ""
        one = f"{value!r}{unit}"
    return one, other


def _distance(value: Exact, limit: Exact, subject: Value) -> tuple[str | None, str]:
    """How far a value lies from a limit, in the subject's unit, and on which side."""
    if isinstance(value, str) or isinstance(limit, str):
        return None, ""
    apart = value - limit
    if apart == 0:
        return None, ""
    where = "above" if apart > 0 else "below"
    size = abs(apart)
    match subject.type.kind:
        case Kind.DATE:
            return f"{number_text(Fraction(size))} days", "after" if apart > 0 else "before"
        case Kind.TIME:
            return f"{number_text(Fraction(size) / 1_000_000)} s", "after" if apart > 0 else "before"
        case _:
            return quantity_text(size if isinstance(size, float) else Fraction(size), subject.type.unit), where


def _of_finding(name: str, outcome: int) -> Evidence:
    said = {TRUE: "spoke", FALSE: "did not speak", UNKNOWN: "could not be judged"}[outcome]
    return Evidence(f"found({name})", _word(outcome), name, None, None, None, f"{name} {said}", ())


def _word(outcome: int) -> str:
    return {TRUE: "true", FALSE: "false", UNKNOWN: "unknown"}[outcome]


def _verb(op: str, holds: bool) -> str:
    verb = {"contains": "contain", "starts with": "start with", "ends with": "end with", "matches": "match"}[op]
    return op if holds else f"does not {verb}"
