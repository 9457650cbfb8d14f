"""Two tables combined into one, without a subtraction: nothing cancels, and what is impossible comes out as zero.

Beside plain variables there are *acting* ones, one for each gate: 0 where nothing has acted on it, 1 where something
has. Two tables that each say what some parents do to a gate are combined by "something has acted if either has" (N. L.
Zhang and D. Poole, "Exploiting causal independence in Bayesian network inference", JAIR 5, 1996); it is associative, so
that tables are combined in any order. One table of each gate *asks*: it holds what each outcome is worth, once all
parents have acted. Combined with a table that acts it asks the remaining ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from math import prod
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Scope: TypeAlias = tuple[int, ...]
Way: TypeAlias = Literal["one", "other", "both", "summed", "acting", "one asks", "other asks"]
"""How an axis of a product comes about: from one table only; plainly from both; summed over; or as an acting one."""

LARGEST: Final = 1 << 19
"""Beyond so many products they are made in parts, so that memory holds little beside the tables themselves."""

MUCH: Final = 4
"""Where more acting axes than this are combined, more of them are taken apart."""

PASSED: Final = (0, 1, 0)
ASKING: Final = (0, 1, 1)


class Shape(NamedTuple):
    """The variables of a table, by their places in the order of elimination; and those on which it asks."""

    scope: Scope
    asks: frozenset[int] = frozenset()


class Variables(NamedTuple):
    """How many values each variable has, by its place, and which of them act."""

    sizes: Sequence[int]
    acting: frozenset[int]

    def numbers(self, scope: Scope) -> int:
        """How many numbers a table holds."""
        return prod([self.sizes[each] for each in scope])


class Product:
    """How two tables are combined; worked out once for all tables of these shapes.

    Parameters
    ----------
    out : collection of int
        The variables of the result; others, which both tables have, are summed over.

    Attributes
    ----------
    shape : Shape
        That of the result.
    products : int
        How many numbers are multiplied, for one case.
    """

    __slots__ = ("_axes", "products", "shape")

    def __init__(self, one: Shape, other: Shape, out: Collection[int], variables: Variables) -> None:
        sizes, acting = variables
        ones, others = frozenset(one.scope), frozenset(other.scope)
        axes: list[tuple[Way, int]] = []
        asks: list[int] = []
        self.products = 1
        for each in sorted(ones | others):
            size = sizes[each]
            if each not in others:
                axes.append(("one", size))
                if each in one.asks:
                    asks.append(each)
            elif each not in ones:
                axes.append(("other", size))
                if each in other.asks:
                    asks.append(each)
            elif each not in out:
                axes.append(("summed", size))
            elif each not in acting:
                axes.append(("both", size))
            else:
                size = 3
                axes.append(("one asks" if each in one.asks else "other asks" if each in other.asks else "acting", 2))
                if axes[-1][0] != "acting":
                    asks.append(each)
            self.products *= size
        self._axes = tuple(axes)
        self.shape = Shape(tuple(sorted((ones | others).intersection(out))), frozenset(asks))

    def __call__(self, one: Floats, other: Floats) -> Floats:
        """Combine tables; their first axis is that of the batch, of length 1 where all cases are alike."""
        return _plan(self._axes)(one, other)


_Axes: TypeAlias = "tuple[tuple[Way, int], ...]"
_Places: TypeAlias = "tuple[tuple[slice | int, ...], tuple[slice | int, ...]]"


@lru_cache(maxsize=1 << 14)
def _plan(axes: _Axes) -> _Whole | _Parted:
    if any(way in _SPECIAL for way, _ in axes) and prod(3 if way in _SPECIAL else size for way, size in axes) > LARGEST:
        return _Parted(axes)
    return _Whole(axes)


class _Whole:
    """A product made in one go: the first acting axes are taken apart, the others spread to three values each."""

    __slots__ = ("_direct", "_folded", "_one", "_other", "_sizes", "_summed", "_wide")

    def __init__(self, axes: _Axes) -> None:
        special = [place for place, (way, _) in enumerate(axes) if way in _SPECIAL]
        direct = special[: 1 + (len(special) > MUCH) + (len(special) > MUCH + 3)]
        rest = set(special[len(direct) :])
        wide = [3 if place in rest else size for place, (_, size) in enumerate(axes)]
        merged: list[tuple[Way, int, int]] = []  # how, how long, and which of those that are taken apart
        for place, ((way, _), length) in enumerate(zip(axes, wide, strict=True)):
            how: Way = "both" if way in _SPECIAL else way
            apart = place if place in direct else -1
            if merged and merged[-1][0] == how and merged[-1][2] == apart == -1:
                merged[-1] = (how, merged[-1][1] * length, -1)
            else:
                merged.append((how, length, apart))
        self._wide = [length for way, length, _ in merged if way != "summed"]
        self._sizes = [size for way, size in axes if way != "summed"]
        left = [(way, apart) for way, _, apart in merged if apart < 0]
        self._summed = tuple(axis for axis, (way, _) in enumerate(left, 1) if way == "summed")
        self._direct: list[tuple[Way, _Places, _Places]] = []
        for level, place in enumerate(direct):
            axis = next(axis for axis, (_, _, apart) in enumerate(merged, 1) if apart == place)
            gone = sum(way == "summed" for way, _, _ in merged[: axis - 1])
            self._direct.append((axes[place][0], _at(axis - level), _at(axis - level - gone)))
        self._one = (_spreading(axes, wide, rest, 0), [1 if way == "other" else length for way, length, _ in merged])
        self._other = (_spreading(axes, wide, rest, 1), [1 if way == "one" else length for way, length, _ in merged])
        self._folded = [
            (axes[place][0] == "acting", _behind(axes, wide, place, "summed")) for place in special[len(direct) :]
        ]

    def __call__(self, one: Floats, other: Floats) -> Floats:
        count = max(len(one), len(other))
        found = np.empty((count, *self._wide))
        self._fill(_spread(one, *self._one), _spread(other, *self._other), found, 0)
        for is_acting, behind in self._folded:
            found = found.reshape(-1, 3, behind)
            folded = np.empty((len(found), 2, behind))
            if is_acting:
                folded[:, 0] = found[:, 0]
                np.add(found[:, 1], found[:, 2], out=folded[:, 1])
            else:
                np.add(found[:, 0], found[:, 1], out=folded[:, 0])
                folded[:, 1] = found[:, 2]
            found = folded
        return found.reshape(count, *self._sizes)

    def _fill(self, one: Floats, other: Floats, found: Floats, level: int) -> None:
        """Multiply, one acting axis after the other taken apart."""
        if level == len(self._direct):
            if self._summed:
                np.add.reduce(one * other, axis=self._summed, out=found)
            else:
                np.multiply(one, other, out=found)
            return
        way, (none, some), (to_none, to_some) = self._direct[level]
        level += 1
        part = np.empty(found[to_none].shape)
        self._fill(one[none], other[none], found[to_none], level)
        if way == "other asks":
            self._fill(one[none] + one[some], other[some], found[to_some], level)
        else:
            self._fill(one[some], other[none] + other[some], found[to_some], level)
        self._fill(one[none] if way == "acting" else one[some], other[some], part, level)
        found[to_some if way == "acting" else to_none] += part


class _Parted:
    """A product whose first acting axis is taken apart."""

    __slots__ = ("_axis_one", "_axis_other", "_axis_out", "_inner", "_sizes", "_way")

    def __init__(self, axes: _Axes) -> None:
        first = next(place for place, (way, _) in enumerate(axes) if way in _SPECIAL)
        self._way = axes[first][0]
        before = [way for way, _ in axes[:first]]
        self._axis_one = 1 + sum(way != "other" for way in before)
        self._axis_other = 1 + sum(way != "one" for way in before)
        self._axis_out = 1 + sum(way != "summed" for way in before)
        self._sizes = [size for way, size in axes if way != "summed"]
        self._inner = axes[:first] + axes[first + 1 :]

    def __call__(self, one: Floats, other: Floats) -> Floats:
        inner = _plan(self._inner)
        one, other = np.moveaxis(one, self._axis_one, 0), np.moveaxis(other, self._axis_other, 0)
        found = np.empty((max(one.shape[1], other.shape[1]), *self._sizes))
        none, some = np.moveaxis(found, self._axis_out, 0)
        if self._way == "acting":
            none[...] = inner(one[0], other[0])
            np.add(inner(one[1], other[0] + other[1]), inner(one[0], other[1]), out=some)
        else:
            np.add(inner(one[0], other[0]), inner(one[1], other[1]), out=none)
            if self._way == "one asks":
                some[...] = inner(one[1], other[0] + other[1])
            else:
                some[...] = inner(one[0] + one[1], other[1])
        return found


_Taken: TypeAlias = "tuple[tuple[int, int, int] | None, int]"
"""Which value each of the three products takes; or None, and in which place the sum of both values stands."""

_SPECIAL: Final[Mapping[Way, tuple[_Taken, _Taken]]] = {
    "acting": ((PASSED, 0), (None, 1)),  # 0: 0·0; 1: 1·(0 + 1), and 0·1
    "one asks": ((ASKING, 0), (None, 2)),  # 0: 0·0, and 1·1; 1: 1·(0 + 1)
    "other asks": ((None, 2), (ASKING, 0)),
}


def _at(axis: int) -> _Places:
    """Where the two values of an axis stand."""
    before = (slice(None),) * axis
    return (*before, 0), (*before, 1)


def _behind(axes: _Axes, lengths: Sequence[int], place: int, lacking: Way) -> int:
    """How many numbers there are behind an axis of a table that lacks some axes."""
    behind = zip(axes[place + 1 :], lengths[place + 1 :], strict=True)
    return prod(length for (way, _), length in behind if way != lacking)


def _spreading(axes: _Axes, lengths: Sequence[int], places: Collection[int], which: int) -> list[tuple[_Taken, int]]:
    """How the acting axes of one of the tables are spread, the last one first: so the longest steps are the last."""
    lacking: Way = "one" if which else "other"
    return [
        (_SPECIAL[axes[place][0]][which], _behind(axes, lengths, place, lacking))
        for place in sorted(places, reverse=True)
    ]


def _spread(table: Floats, acting: Sequence[tuple[_Taken, int]], shape: list[int]) -> Floats:
    """A table with three values for each acting axis, as they are multiplied, ready to be broadcast."""
    count = len(table)
    for (taken, place), behind in acting:
        table = table.reshape(-1, 2, behind)
        wider = np.empty((len(table), 3, behind))
        if taken is not None:
            for which, value in enumerate(taken):
                wider[:, which] = table[:, value]
        else:
            wider[:, 0], wider[:, 3 - place] = table[:, 0], table[:, 1]
            np.add(table[:, 0], table[:, 1], out=wider[:, place])
        table = wider
    return table.reshape(count, *shape)


# ------------------------------------------------------------------------------------------- many small tables alike

_PASSED = np.eye(2)[list(PASSED)]
_SPREAD = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
_FOLDED = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
_ASKING = np.eye(2)[list(ASKING)]
_ASKED = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
_ANSWERED = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


class Alike:
    """Tables over the same few acting variables and nothing else, their values along the last axis."""

    def __init__(self, variables: int) -> None:
        self._acting = [_power(each, variables).T for each in (_PASSED, _SPREAD, _FOLDED)]
        self._asking = [_power(each, variables).T for each in (_ASKING, _ASKED, _ANSWERED)]

    def combined(self, one: Floats, other: Floats) -> Floats:
        """Two tables that act."""
        passed, spread, folded = self._acting
        return np.asarray(((one @ passed) * (other @ spread)) @ folded)

    def asked(self, asks: Floats, other: Floats) -> Floats:
        """A table that asks, and one that acts."""
        asking, asked, answered = self._asking
        return np.asarray(((asks @ asking) * (other @ asked)) @ answered)


@cache
def alike(variables: int) -> Alike:
    return Alike(variables)


def _power(matrix: Floats, times: int) -> Floats:
    found: Floats = np.ones((1, 1))
    for _ in range(times):
        found = np.asarray(np.kron(found, matrix))
    return found
