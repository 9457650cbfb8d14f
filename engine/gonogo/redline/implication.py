"""Whether one condition is true of every fact of which another is: proved from their form, or not claimed.

INVARIANT: what is claimed holds in Kleene's logic, for all facts; nothing is tried out. What is not seen is no claim.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Final, TypeAlias, cast

from gonogo.redline.canonical import Form

MOST_STEPS: Final = 20_000
"""So many pairs of conditions are held against each other; beyond, nothing is claimed."""

Number: TypeAlias = "Fraction | int | float"

_TESTS: Final[Mapping[str, Callable[[Number, Number], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


@dataclass(slots=True)
class _Prover:
    wider: Collection[tuple[str, str, str]]
    steps: int = 0

    def implies(self, one: Form, other: Form) -> bool:
        self.steps += 1
        if self.steps > MOST_STEPS:
            return False
        if one == other:
            return True
        if one[0] == "any":
            return all(self.implies(part, other) for part in _parts(one))
        if other[0] == "all":
            return all(self.implies(one, part) for part in _parts(other))
        if one[0] == "all" and any(self.implies(part, other) for part in _parts(one)):
            return True
        if other[0] == "any":
            return any(self.implies(one, part) for part in _parts(other))
        if one[0] == other[0] == "found" and one[1] == other[1]:
            return (one[1], one[2], other[2]) in self.wider
        if one[0] == other[0] == "not":
            return self.implies(cast(Form, other[1]), cast(Form, one[1]))
        return _leaf_implies(one, other)


def implies(one: Form, other: Form, wider: Collection[tuple[str, str, str]] = ()) -> bool:
    """Whether the other condition is seen to be true wherever the one is.

    Parameters
    ----------
    wider : collection of (str, str, str)
        Findings, each with the side that is known to find it only where the other side does, and that side.
    """
    return _Prover(wider).implies(one, other)


def _parts(form: Form) -> Iterable[Form]:
    return cast("frozenset[Form]", form[1])


def _leaf_implies(one: Form, other: Form) -> bool:
    """Of two tests of the same value."""
    kinds = ("is", "in", "not in")
    if one[0] not in kinds or other[0] not in kinds or one[1] != other[1]:
        return False
    match one[0], other[0]:
        case "in", "in":
            return _options(one) <= _options(other)
        case "in", "not in":
            return _options(one).isdisjoint(_options(other))
        case "not in", "not in":
            return _options(one) >= _options(other)
        case "in", "is":
            return _all_pass(_options(one), other)
        case "is", "not in":
            return not any(_passes(option, one) for option in _options(other))
        case "is", "is":
            return _narrower(one, other)
        case _:
            return False


def _options(form: Form) -> frozenset[Hashable]:
    return cast("frozenset[Hashable]", form[2])


def _limits(form: Form) -> dict[Hashable, Hashable]:
    return dict(cast("tuple[tuple[Hashable, Hashable], ...]", form[3]))


def _all_pass(options: Iterable[Hashable], test: Form) -> bool:
    return all(map(partial(_surely_passes, test=test), options))


def _surely_passes(option: Hashable, test: Form) -> bool:
    """Whether a value passes a comparison with one limit; of limits that depend on something nothing is known."""
    limits = _limits(test)
    return list(limits) == [None] and _compare(option, cast(str, test[2]), limits[None])


def _passes(option: Hashable, test: Form) -> bool:
    """Whether a value may pass a comparison."""
    return any(_compare(option, cast(str, test[2]), limit) for limit in _limits(test).values())


def _compare(value: Hashable, op: str, limit: Hashable) -> bool:
    if not _are_numbers(value, limit):
        return (value == limit) == (op == "=") if op in ("=", "!=") else True
    one, other = cast(Number, value), cast(Number, limit)
    return _TESTS[op](one, other)


def _are_numbers(*values: Hashable) -> bool:
    return all(isinstance(value, Fraction | int | float) and not isinstance(value, bool) for value in values)


def _narrower(one: Form, other: Form) -> bool:
    """Whether all that passes one comparison passes another, whatever category or case it is in."""
    limits, wider = _limits(one), _limits(other)
    if None in wider and None not in limits:
        pairs = [(limit, wider[None]) for limit in limits.values()]
    elif not limits.keys() <= wider.keys():
        return False
    else:
        pairs = [(limit, wider[key]) for key, limit in limits.items()]
    return all(_is_inside(cast(str, one[2]), limit, cast(str, other[2]), beyond) for limit, beyond in pairs)


def _is_inside(op: str, limit: Hashable, other_op: str, other: Hashable) -> bool:
    if not _are_numbers(limit, other):
        return (op, limit) == (other_op, other)
    inner, outer = cast(Number, limit), cast(Number, other)
    if op == "=":
        return _compare(inner, other_op, outer)
    if other_op == "!=":
        return not _compare(outer, op, inner)
    if op[0] != other_op[0] or op[0] not in "<>":
        return False
    if inner == outer:
        return op == other_op or other_op.endswith("=")
    return inner < outer if op[0] == "<" else inner > outer
