"""Numbers of a `causes.yaml`: probabilities in every way that people write them, ratings, costs, lead times."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import log
from typing import Final

from gonogo.problems import Span
from gonogo.standard.causes.model import Check
from gonogo.standard.reader import Node
from gonogo.standard.sections import Reading, listed, shown

WORDS: Final[Mapping[str, float]] = {"always": 0.99, "usually": 0.8, "often": 0.5, "sometimes": 0.2, "rarely": 0.05}
"""What strengths may be called, unless a document says otherwise."""

PRIORS: Final = (1e-7, 1e-6, 1e-5, 1e-4, 5e-4, 2e-3, 1e-2, 2e-2, 5e-2, 1e-1)
"""Of the FMEA ratings of occurrence from 1 to 10 (AIAG, "Potential Failure Mode and Effects Analysis", 4th ed.)."""

LEAK: Final = 0.002

_NUMBER: Final = r"\d{1,30}(?:\.\d{1,30})?(?:[eE][-+]?\d{1,2})?"
_PROBABILITY: Final = re.compile(rf"({_NUMBER})\s*(%|ppm)?", re.ASCII)
_ODDS: Final = re.compile(rf"({_NUMBER})\s+in\s+({_NUMBER})", re.ASCII)
_AMOUNT: Final = re.compile(_NUMBER, re.ASCII)
_TIME: Final = re.compile(rf"({_NUMBER})\s*([a-z]+)", re.ASCII)
_DAYS: Final = {
    word: Fraction(*days)
    for words, days in (
        (("min", "minute", "minutes"), (1, 1440)),
        (("h", "hour", "hours"), (1, 24)),
        (("d", "day", "days"), (1, 1)),
        (("week", "weeks"), (7, 1)),
    )
    for word in words
}


@dataclass(frozen=True, slots=True)
class Range:
    """What a probability may be; `why` says what it is."""

    name: str
    is_zero_allowed: bool = False
    is_one_allowed: bool = False

    def holds(self, value: float) -> bool:
        """Whether it may be so much."""
        return 0 < value < 1 or (value == 0 and self.is_zero_allowed) or (value == 1 and self.is_one_allowed)

    def __str__(self) -> str:
        least = "from 0" if self.is_zero_allowed else "above 0"
        return f"{least} {'up to' if self.is_one_allowed else 'and below'} 1"


PRIOR: Final = Range("a prior")
STRENGTH: Final = Range("a strength", is_one_allowed=True)
LEAKS: Final = Range("a leak", is_zero_allowed=True)
SHARE: Final = Range("a share", is_one_allowed=True)
ANY: Final = Range("a probability", is_zero_allowed=True, is_one_allowed=True)


@dataclass(frozen=True, slots=True)
class NumberReader:
    """Reads numbers; what can't be read is told, and None."""

    reading: Reading
    words: Mapping[str, float] = field(default_factory=lambda: WORDS)

    def probability(self, node: Node | None, allowed: Range, *, by_word: bool = False) -> float | None:
        """`0.05`, `5 %`, `1 in 20`, or where it may be one a word."""
        word = self.reading.text(node)
        if node is None or word is None:
            return None
        if by_word and word in self.words:
            return self.words[word]
        value = read_probability(word)
        if value is None:
            ways = "write it as 0.05, 5 % or 1 in 20"
            mend = f"{ways}, or as one of {listed(self.words)}" if by_word else ways
            self.reading.error("bad-value", node.span, f"{shown(word)} is not {allowed.name}", mend)
        elif not allowed.holds(value):
            what = f"{shown(word)} is not {allowed.name}"
            self.reading.error("bad-value", node.span, what, f"{allowed.name} lies {allowed}")
            return None
        return value

    def rating(self, node: Node | None, name: str) -> int | None:
        """An FMEA rating: a whole number from 1 to 10."""
        word = self.reading.text(node)
        if node is None or word is None:
            return None
        if re.fullmatch(r"[1-9]|10", word, re.ASCII):
            return int(word)
        self.reading.error("bad-value", node.span, f"{shown(word)} is no rating of {name}", "rate it from 1 to 10")
        return None

    def amount(self, node: Node | None, name: str) -> Fraction | None:
        """A cost: a decimal that is not negative."""
        word = self.reading.text(node)
        if node is None or word is None:
            return None
        if (amount := read_amount(word)) is not None:
            return amount
        what, mend = f"{shown(word)} is no {name}", "write a number that is not negative, such as 120 or 0.85"
        self.reading.error("bad-value", node.span, what, mend)
        return None

    def days(self, node: Node | None) -> Fraction | None:
        """A time, in days."""
        word = self.reading.text(node)
        if node is None or word is None:
            return None
        if (days := read_days(word)) is not None:
            return days
        what, mend = f"{shown(word)} is no lead time", "write it as 4 hours, 1 day or 2 weeks"
        self.reading.error("bad-value", node.span, what, mend)
        return None

    def check(self, node: Node | None, place: Span) -> Check | None:
        """`check: {title: …, cost: …}`: how somebody finds out whether a node is present."""
        if node is None:
            return None
        section = self.reading.section(node, ("title", "cost"), "check", place)
        cost = self.amount(section.get("cost"), "cost")
        return Check(self.reading.text(section.get("title")), Fraction(1) if cost is None else cost, place)

    def read_words(self, node: Node | None) -> NumberReader:
        """The same, with the words of a document."""
        told: dict[str, float] = {}
        for key, value in self.reading.pairs(node, "words"):
            number = self.probability(value, STRENGTH)
            if read_probability(key.text) is not None:
                what = f"{shown(key.text)} is a number already"
                self.reading.error("bad-name", key.span, what, "choose a word for it")
            elif number is not None:
                told[key.text] = number
        return NumberReader(self.reading, {**WORDS, **told})


def read_probability(word: str) -> float | None:
    """A number of the kind of `0.05`, `5 %` or `1 in 20`; None where it is none. It may lie outside 0 to 1."""
    if odds := _ODDS.fullmatch(word):
        whole = Fraction(odds[2])
        return float(Fraction(odds[1]) / whole) if whole else None
    if told := _PROBABILITY.fullmatch(word):
        return float(Fraction(told[1]) / {"%": 100, "ppm": 1_000_000}.get(told[2], 1))
    return None


def read_amount(word: str) -> Fraction | None:
    """A decimal that is not negative; None where it is none."""
    return Fraction(word) if _AMOUNT.fullmatch(word) else None


def read_days(word: str) -> Fraction | None:
    """A time such as `4 hours`, in days; None where it is none."""
    told = _TIME.fullmatch(word)
    return Fraction(told[1]) * _DAYS[told[2]] if told is not None and told[2] in _DAYS else None


def prior_of(occurrence: int) -> float:
    """The prior of an FMEA rating of occurrence."""
    return PRIORS[occurrence - 1]


def occurrence_of(prior: float) -> int:
    """The FMEA rating of occurrence whose prior is nearest, on a logarithmic scale."""
    right = min(max(bisect_left(PRIORS, prior), 1), len(PRIORS) - 1)
    low, high = PRIORS[right - 1], PRIORS[right]
    return right if log(prior / low) < log(high / prior) else right + 1
