"""What a cell of a decision table accepts: words, numbers, a missing value. Whether two cells can hold together.

INVARIANT: where two cells exclude each other, one that is true makes the other false, and never unknown; so that the
order of rows that exclude each other can't matter, whatever is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from gonogo.program.passes.ranges import Bound, Interval, is_below, low_end, meets

State: TypeAlias = Literal["any", "missing", "present", "words", "numbers", "some"]


@dataclass(frozen=True, slots=True)
class Domain:
    """What a cell accepts.

    Parameters
    ----------
    state : str
        ``any`` value, or none at all; a ``missing`` one; any that is ``present``; some ``words`` or ``numbers``;
        ``some`` values of which nothing more is known.
    words : frozenset of str
        Those accepted or, where ``is_denied``, those that are not.
    numbers : tuple of Interval
        In base units, ascending, none reaching the next.
    """

    state: State
    words: frozenset[str] = frozenset()
    is_denied: bool = False
    numbers: tuple[Interval, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no value at all is accepted."""
        no_words = self.state == "words" and not self.words and not self.is_denied
        return no_words or (self.state == "numbers" and not self.numbers)

    @property
    def is_value(self) -> bool:
        """Whether it is about a value, so that its test is unknown where the value is missing."""
        return self.state in ("words", "numbers", "some")


ANY: Final = Domain("any")
MISSING: Final = Domain("missing")
PRESENT: Final = Domain("present")
SOME: Final = Domain("some")


def of_words(words: Iterable[str], all_words: Sequence[str] = (), *, is_denied: bool = False) -> Domain:
    """The domain of listed words; where all that there are is known, that of the others, if denied."""
    listed = frozenset(words)
    if is_denied and all_words:
        return Domain("words", frozenset(all_words) - listed)
    return Domain("words", listed, is_denied)


def of_numbers(intervals: Iterable[Interval | None], *, is_denied: bool = False) -> Domain:
    """The domain of listed intervals; of one that is not known, only that it accepts some."""
    known: list[Interval] = []
    for interval in intervals:
        if interval is None:
            return SOME
        if meets(interval[1], interval[0]):
            known.append(interval)
    joined = _joined(known)
    return Domain("numbers", numbers=_others(joined) if is_denied else joined)


def excludes(one: Domain, other: Domain) -> bool:
    """Whether one that is true makes the other false."""
    if one.is_empty or other.is_empty:
        return True
    match one.state, other.state:
        case ("missing", "present") | ("present", "missing"):
            return True
        case ("words", "words"):
            return _words_exclude(one, other)
        case ("numbers", "numbers"):
            return not any(_meet(a, b) for a in one.numbers for b in other.numbers)
        case _:
            return False


def is_about_missing(one: Domain, other: Domain) -> bool:
    """Whether one holds where the value is missing, and the other is about a value, and unknown then."""
    return one.state == "missing" and other.is_value


def covers(one: Domain, other: Domain) -> bool:
    """Whether one accepts all that the other does; False where that is not seen."""
    if one.state == "any" or other.is_empty:
        return True
    match one.state, other.state:
        case ("missing", "missing"):
            return True
        case ("present", state):
            return state == "present"  # a value that may be missing is unknown to the other, not to this one
        case ("words", "words"):
            return _words_cover(one, other)
        case ("numbers", "numbers"):
            return all(any(_holds(a, b) for a in one.numbers) for b in other.numbers)
        case _:
            return False


# ---------------------------------------------------------------------------------------------------- words


def _words_exclude(one: Domain, other: Domain) -> bool:
    if one.is_denied and other.is_denied:
        return False
    if one.is_denied or other.is_denied:
        listed, denied = (other, one) if one.is_denied else (one, other)
        return listed.words <= denied.words
    return one.words.isdisjoint(other.words)


def _words_cover(one: Domain, other: Domain) -> bool:
    if one.is_denied:
        return one.words <= other.words if other.is_denied else one.words.isdisjoint(other.words)
    return not other.is_denied and other.words <= one.words


# -------------------------------------------------------------------------------------------------- numbers


def _meet(one: Interval, other: Interval) -> bool:
    return meets(one[1], other[0]) and meets(other[1], one[0])


def _holds(outer: Interval, inner: Interval) -> bool:
    """Whether one interval lies within another."""
    begins = low_end(outer) <= low_end(inner)
    (_, high), (_, end) = outer, inner
    return begins and (high is None or (end is not None and (end[0], end[1]) <= (high[0], high[1])))


def _joined(intervals: list[Interval]) -> tuple[Interval, ...]:
    """Intervals in order, those that meet or touch put together."""
    found: list[Interval] = []
    for low, high in sorted(intervals, key=low_end):
        if found and not is_below(found[-1][1], low):
            before = found[-1]
            found[-1] = (before[0], _later(before[1], high))
        else:
            found.append((low, high))
    return tuple(found)


def _later(one: Bound, other: Bound) -> Bound:
    return None if one is None or other is None else max(one, other)


def _others(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """What lies between intervals, before them and behind them."""
    found: list[Interval] = []
    begin: tuple[Fraction, bool] | None = None
    is_open = True
    for low, high in intervals:
        if low is not None:
            found.append((begin, (low[0], not low[1])))
        if high is None:
            is_open = False
            break
        begin = (high[0], not high[1])
    if is_open:
        found.append((begin, None))
    return tuple(found)
