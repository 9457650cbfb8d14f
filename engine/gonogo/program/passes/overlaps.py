"""Which rows of a decision table can hold together: found in bounded time, whatever the table looks like.

Two rows can hold together unless in some column their cells exclude each other. Not every pair of rows is looked
at: the column that tells most of them apart says which pairs are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import chain, combinations, islice
from typing import Final, TypeAlias

from gonogo.program.passes.domains import Domain, covers, excludes, is_about_missing
from gonogo.program.passes.ranges import Interval, low_end, meets

DomainRow: TypeAlias = Sequence[Domain]
Pair: TypeAlias = tuple[int, int]

MOST_PAIRS: Final = 250_000
"""Most pairs of rows that are looked at: all those of 700 rows."""


class TooManyPairs(Exception):
    """No column tells the rows apart well enough."""


def overlapping(rows: Sequence[DomainRow]) -> Iterator[Pair]:
    """Pairs of rows, the first before the second, that can hold together; raises TooManyPairs."""
    for first, second in _candidates(rows):
        if not any(excludes(a, b) for a, b in zip(rows[first], rows[second], strict=True)):
            yield first, second


def parted_by_missing(one: DomainRow, other: DomainRow) -> bool:
    """Whether the first holds only where a value is missing that the second is about."""
    return any(is_about_missing(a, b) for a, b in zip(one, other, strict=True))


def covered(rows: Sequence[DomainRow]) -> Iterator[Pair]:
    """Of each row that an earlier one covers whole, the earlier one and itself; only where rows are not too many."""
    if len(rows) * (len(rows) - 1) // 2 > MOST_PAIRS:
        return
    for second, row in enumerate(rows):
        for first in range(second):
            if all(covers(a, b) for a, b in zip(rows[first], row, strict=True)):
                yield first, second
                break


# ---------------------------------------------------------------------------------------------- candidates


def _candidates(rows: Sequence[DomainRow]) -> list[Pair]:
    """Pairs that no single column, the one that tells most rows apart, tells apart."""
    count = len(rows)
    if count * (count - 1) // 2 <= MOST_PAIRS:
        return list(combinations(range(count), 2))
    found: list[Pair] | None = None
    for column in zip(*rows, strict=True):
        pairs = list(islice(_pairs_of(column), MOST_PAIRS + 1 if found is None else len(found)))
        if len(pairs) <= MOST_PAIRS:
            found = pairs if found is None or len(pairs) < len(found) else found
    if found is None:
        raise TooManyPairs
    return list(dict.fromkeys(found))


def _pairs_of(column: Sequence[Domain]) -> Iterator[Pair]:
    """The pairs of rows whose cells in one column may hold together; some more than once."""
    words = [number for number, cell in enumerate(column) if cell.state == "words" and not cell.is_denied]
    numbers = [number for number, cell in enumerate(column) if cell.state == "numbers" and cell.numbers]
    listed = {*words, *numbers}
    wide = [number for number in range(len(column)) if number not in listed]
    beside = ((row, other) for row in wide for other in range(len(column)) if row != other)
    return map(_in_order, chain(beside, _sharing_words(column, words), _meeting(column, numbers)))


def _in_order(pair: Iterable[int]) -> Pair:
    first, second = sorted(pair)
    return first, second


def _sharing_words(column: Sequence[Domain], rows: Sequence[int]) -> Iterator[Pair]:
    having: dict[str, list[int]] = {}
    for row in rows:
        for word in column[row].words:
            having.setdefault(word, []).append(row)
    for together in having.values():
        yield from combinations(together, 2)


def _meeting(column: Sequence[Domain], rows: Sequence[int]) -> Iterator[Pair]:
    """Rows in the order of where their numbers begin, each with those before it that have not ended by then."""
    hulls: list[tuple[Interval, int]] = [((column[row].numbers[0][0], column[row].numbers[-1][1]), row) for row in rows]
    endless: list[int] = []
    ending: list[tuple[tuple[object, ...], int, Interval]] = []
    for hull, row in sorted(hulls, key=lambda known: low_end(known[0])):
        while ending and not meets(ending[0][2][1], hull[0]):
            heappop(ending)
        yield from ((other, row) for other in endless)
        yield from ((other, row) for _, other, _ in ending)
        high = hull[1]
        if high is None:
            endless.append(row)
        else:
            heappush(ending, ((high[0], high[1]), row, hull))
