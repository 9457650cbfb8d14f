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
from gonogo.program.ir import FALSE, TRUE, UNKNOWN, Kind, Logic, Type
from gonogo.program.passes.rewrite import leaves, values_of
from gonogo.program.picks import plain_name
from gonogo.program.readable import are, are_ends, is_gap_of, logic_words, shown
from gonogo.screen.functions import NEGATED
from gonogo.screen.lacking import lacking
from gonogo.screen.situation import Layout
from gonogo.subjects import Subjects
from gonogo.uncertainty import is_within, measured_outcome, tell_zone, zone_of

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
class Weigher(Subjects):
    """Tells what decided the rules of one program about one fact.

    Parameters
    ----------
    outcomes : mapping of str to int
        Of the propositions that are not false.
    """

    layout: Layout
    situation: int
    outcomes: Mapping[str, int]

    def leaf(self, leaf: Logic) -> int:
        """The outcome of a condition or finding in this situation."""
        match leaf:
            case ir.Outcome(condition):
                return self.layout.outcome(self.situation, condition)
            case ir.Found(name):
                return self.outcomes.get(name, FALSE)
            case ir.Open():
                return UNKNOWN
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
        measured = zone_of(self.standing, name)
        decided = [pair for pair in decided if not self.is_about_gap(pair[0])] or decided
        for leaf, denied in silent or decided:  # where it does not apply, what it would have found does not matter
            match leaf:
                case ir.Outcome() | ir.Open() if measured is not None and not self.is_about_gap(leaf):
                    found[self.of_zone(*measured, self.width(name))] = None
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

    def is_about_gap(self, leaf: Logic) -> bool:
        """Whether a leaf tells that not all values could be used, beside one that tells of them."""
        test = self.program.conditions[leaf.condition] if isinstance(leaf, ir.Outcome) else None
        return isinstance(test, ir.Holds) and is_gap_of(test.value)

    def is_where_it_applies(self, name: str, leaf: Logic) -> bool:
        return isinstance(leaf, ir.Found) and self.is_internal(name, leaf.proposition, "applies")

    def is_internal(self, name: str, other: str, *parts: str) -> bool:
        """Whether `other` is a side of the rule, or where it applies: part of it, and not another rule."""
        rule, _, part = other.partition(".")
        return rule == name.partition(".")[0] and part in (parts or ("above", "below", "applies"))

    # ----------------------------------------------------------------------------------------------- unknown

    def missing(self, names: Iterable[str]) -> frozenset[str]:
        """The fields (or derived quantities without a value) that leave propositions unknown."""
        tests = (leaf for _, leaf in self.open_leaves(names) if not isinstance(leaf, ir.Open))
        return frozenset(plain_name(name) for test in tests for name in lacking(test, self.evaluator))

    def reasons(self, names: Iterable[str]) -> tuple[str, ...]:
        """Why propositions are unknown, to be read: `torque and speed are missing`, `heat has no value: speed is 0`."""
        absent: set[str] = set()
        others: dict[str, None] = {}
        for owner, leaf in self.open_leaves(names):
            if isinstance(leaf, ir.Open):
                others |= dict.fromkeys(self.undecided(owner))
                continue
            held = lacking(leaf, self.evaluator)
            absent |= {name for name, lack in held.items() if lack == "missing"}
            others |= dict.fromkeys(filter(None, map(self.why_of_several, held)))
            if "missing" not in held.values():
                sides = [side for side in values_of(leaf) if self.evaluator.value(side) is None]
                others |= dict.fromkeys(self.why_open(side) for side in sides)
        wholly = sorted({plain_name(name) for name in absent if not self.why_of_several(name)})
        return (*([f"{are(wholly)} missing"] if wholly else []), *others)

    def undecided(self, name: str) -> Iterator[str]:
        """That a value is there, and lies so near to a limit that its uncertainty leaves it open."""
        measured = zone_of(self.standing, name)
        if measured is not None and is_within(measured[1], self.evaluator):
            yield tell_zone(self, *measured)[-1]

    def open_leaves(self, names: Iterable[str]) -> Iterator[tuple[str, ir.Test | ir.Open]]:
        """What has no outcome and leaves propositions unknown, through those that they stand on; and whose it is."""
        waiting = [name for name in names if self.outcomes.get(name) == UNKNOWN]
        seen = set(waiting)
        for owner in waiting:  # which grows meanwhile
            for leaf, _ in self.decisive(self.standing.propositions[owner]):
                match leaf:
                    case ir.Outcome(condition):
                        yield owner, self.program.conditions[condition]
                    case ir.Open():
                        yield owner, leaf
                    case ir.Found(other) if other not in seen:
                        seen.add(other)
                        waiting.append(other)

    # -------------------------------------------------------------------------------------------- conditions

    def of_condition(self, number: int, denied: bool, width: Fraction | None) -> Evidence:
        test = self.program.conditions[number]
        outcome = self.layout.outcome(self.situation, number)
        match test:
            case ir.Compare():
                subject, value, limit, distance, sentence = self.of_compare(test)
            case ir.Recorded(name):
                column = next(known.column for known in self.program.fields if known.name == name)
                subject, value, limit, distance = plain_name(name), None, None, None
                not_there = "row names" if self.program.long else "column"
                sentence = f"{subject} is recorded"
                if outcome != TRUE:
                    sentence = f"{subject} is not recorded: there is no {not_there} `{column}`"
            case ir.Missing(known) if is_gap_of(known) and outcome != TRUE:
                subject, value, limit, distance = self.subject(known), None, None, None
                sentence = f"{subject} is present"
            case ir.Member(known) | ir.TextTest(_, known) | ir.Holds(known) | ir.Missing(known):
                subject, value, distance = self.subject(known), self.shown(known), None
                limit, said = self.said(test, outcome)
                sentence = f"{subject} is {value}{self.note(known)}{said}" if value else self.why_open(known)
            case _:
                raise AssertionError(f"no condition: {test}")
        measured = tuple(dict(self.measured(test)).items())
        condition = logic_words(ir.Not(test) if denied else test)
        excess = self.excess(test, width) if isinstance(test, ir.Compare) and distance is not None else None
        return Evidence(condition, _said(outcome, denied), subject, value, limit, distance, sentence, measured, excess)

    def of_zone(self, measured: ir.Uncertainty, zone: ir.Zone, width: Fraction | None) -> Evidence:
        """What is said of a limit, beside which the value is measured within an uncertainty."""
        outcome = measured_outcome(measured, zone, self.evaluator)
        subject, value, limit, distance, sentence = tell_zone(self, measured, zone)
        condition, fields = logic_words(zone.beyond), tuple(dict(self.measured(zone.beyond)).items())
        excess = None if distance is None else self.excess(zone.beyond, width)
        return Evidence(condition, _WORDS[outcome], subject, value, limit, distance, sentence, fields, excess)

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
        measured = zone_of(self.standing, name)
        for leaf in leaves(self.standing.propositions.get(name, ir.All(()))) if measured is None else (measured[1],):
            test = self.program.conditions[leaf.condition] if isinstance(leaf, ir.Outcome) else None
            test = leaf.beyond if isinstance(leaf, ir.Zone) else test
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
    condition = logic_words(ir.Not(leaf) if denied else leaf)
    return Evidence(condition, _said(outcome, denied), name, None, None, None, f"{name} {_FOUND[outcome]}", ())


def _said(outcome: int, denied: bool) -> str:
    return _WORDS[NEGATED[outcome] if denied else outcome]


def _of_none(when: Logic) -> Evidence:
    """Of a rule that the compiler worked out: it stands on no fact."""
    word = "true" if when == ir.All(()) else "false"
    return Evidence(logic_words(when), word, "", None, None, None, f"{word} whatever the facts say", ())
