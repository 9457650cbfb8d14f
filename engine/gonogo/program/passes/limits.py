"""What one comparison with a written limit says about another of the same value: that it holds, or that it can't."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Final

from gonogo.problems import Problems
from gonogo.program import ir
from gonogo.program.ir import Logic, Value
from gonogo.standard.sections import shown
from gonogo.standard.tree import Comparator

_MIRRORED: Final[dict[Comparator, Comparator]] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE: Final[dict[Comparator, Comparator]] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MOST_PARTS: Final = 60
"""Parts of one conjunction are compared pair by pair: in longer ones nobody looks for a slip of the pen."""


def warn_never_true(program: ir.Program, problems: Problems) -> None:
    """Warn of parts of one `and` that exclude each other; `program` is folded, so that limits are in one unit."""
    for logic in (*(p.when for p in program.propositions), *(d.when for d in program.dispositions)):
        for parts in _conjunctions(logic):
            tests = [part for part in parts if isinstance(part, ir.Compare) and _limit(part)]
            for number, test in enumerate(tests[:MOST_PARTS]):
                other = next((before for before in tests[:number] if excludes(before, test)), None)
                if other is None or other.span is None or test.span is None:
                    continue
                both = f"{shown(other.span.text)} and {shown(test.span.text)}"
                if other.span == test.span:
                    both = f"the two limits of {shown(test.span.text)}"
                what = f"{both} exclude each other, so that this is never true"
                problems.warn("never-true", test.span, what, "join them with `or`, or correct a limit")
                break


def _conjunctions(logic: Logic) -> Iterator[tuple[Logic, ...]]:
    todo = [logic]
    while todo:
        match todo.pop():
            case ir.All(parts):
                yield parts
                todo.extend(parts)
            case ir.AnyOf(parts):
                todo.extend(parts)
            case ir.Not(part):
                todo.append(part)
            case _:
                pass


def is_implied(test: Logic, known: Collection[Logic]) -> bool:
    """Whether a test holds wherever all that is known holds."""
    if test in known:
        return True
    if not isinstance(test, ir.Compare):
        return False
    opposite = ir.Compare(_OPPOSITE[test.op], test.left, test.right)
    return any(isinstance(other, ir.Compare) and excludes(other, opposite) for other in known)


def is_excluded(test: Logic, known: Collection[Logic]) -> bool:
    """Whether a test fails wherever all that is known holds."""
    return ir.Not(test) in known or any(
        isinstance(other, ir.Compare) and isinstance(test, ir.Compare) and excludes(other, test) for other in known
    )


def excludes(one: ir.Compare, other: ir.Compare) -> bool:
    """Whether no value passes both comparisons; False where that is not seen at once."""
    a, b = _limit(one), _limit(other)
    if a is None or b is None or a[1] != b[1]:
        return False
    (op, _, left), (with_, _, right) = a, b
    if isinstance(left, str) or isinstance(right, str):
        return (op, with_) == ("=", "=") if left != right else {op, with_} == {"=", "!="}
    if left == right and {op, with_} == {"=", "!="}:
        return True
    if "!=" in (op, with_):
        return False
    return _is_above(op, left, with_, right) or _is_above(with_, right, op, left)


def _is_above(op: Comparator, low: Fraction | int, other: Comparator, high: Fraction | int) -> bool:
    """Whether all that passes `op low` lies above all that passes `other high`."""
    if op in ("<", "<=") or other in (">", ">="):
        return False
    return low > high or (low == high and (op == ">" or other == "<"))


def _limit(test: ir.Compare) -> tuple[Comparator, Value, Fraction | int | str] | None:
    """The comparison as `value op limit`, where one side is written and exact."""
    for op, value, limit in ((test.op, test.left, test.right), (_MIRRORED[test.op], test.right, test.left)):
        if isinstance(limit, ir.Constant) and not isinstance(value, ir.Constant):
            written = limit.value
            return None if isinstance(written, float | bool) else (op, value, written)
    return None
