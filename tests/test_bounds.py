"""Large and hostile standards: each compiles and judges, or is refused with a reason; none meets a limit of Python."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from gonogo.judge import Judge
from gonogo.problems import Refused, Source
from gonogo.program.compiler import compile_standard
from gonogo.program.text import program_text

PATIENCE = 60.0
"""Seconds that one standard may take on a slow machine: far more than it does, far less than a hang."""

HEAD = """gonogo: 1
standard: s
facts:
  fields:
    x: {kind: number}
    d: {unit: mm}
    w: {unit: rad/s}
    v: {unit: rpm}
    t: {one of: [L, M]}
    s: {kind: text}
    f: {kind: flag}
"""
FACTS: tuple[dict[str, object], ...] = (
    {},
    {"x": "1.5", "d": "2.25", "w": "1", "v": "10", "t": "L", "s": "k7", "f": "yes"},
)

T = TypeVar("T")


def rule(when: str) -> str:
    return f"{HEAD}rules:\n  r:\n    when: {when}\n"


def nested(pattern: str, core: str, times: int) -> str:
    for _ in range(times):
        core = pattern.format(core)
    return core


def derived(last: int, pattern: str) -> str:
    """Quantities `d0` to `d<last>`, each by the one before, the last written first."""
    lines = "".join("    " + pattern.format(n=n, before=n - 1) + "\n" for n in range(last, 0, -1))
    return f"{HEAD}  derived:\n{lines}    d0: x\nrules: {{r: {{when: d{last} > 1}}}}\n"


def table(rows: str) -> str:
    return f"{HEAD}parameters:\n  limit:\n{rows}"


RANGES = "    by: x\n" + "".join(f'    "[{n} .. {n + 1})": {n} mm\n' for n in range(2000))
WORDS = "    by: s\n" + "".join(f"    k{n}: {n} mm\n" for n in range(2000))

COMPILES = {
    "five thousand alternatives": rule(" or ".join(f"x = {n}" for n in range(5000))),
    "five thousand pairs": rule(" or ".join(f"x > {n} and d < {n} mm" for n in range(5000))),
    "five thousand words of a list": rule("x in (" + ", ".join(map(str, range(5000))) + ")"),
    "three thousand quantities in a row": derived(3000, "d{n}: d{before} + 1"),
    "a table of two thousand ranges": table(RANGES) + "rules: {r: {when: d > limit}}\n",
    "a table of two thousand words": table(WORDS) + "rules: {r: {when: d > limit}}\n",
    "five thousand rules": HEAD + "rules:\n" + "".join(f"  r{n}: {{when: d > {n} mm}}\n" for n in range(5000)),
    "five hundred findings in a row": HEAD
    + "rules:\n"
    + "".join(f"  r{n}: {{when: found(r{n + 1}) or x > {n}}}\n" for n in range(500))
    + "  r500: {when: x > 1}\n",
    "two hundred units in a row": HEAD
    + "rules:\n  r: {when: d > 1 uu199}\nunits:\n"
    + "".join(f"  uu{n}: 2 uu{n + 1}\n" for n in range(200))
    + "  uu200: 1 mm\n",
    "as many brackets as are allowed": rule(nested("({})", "x", 48) + " > 1"),
    "as many negations as are allowed": rule("not " * 48 + "f"),
    "as many functions as are allowed": rule(nested("max({}, 1)", "x", 48) + " > 1"),
    "as many rounded sums as are allowed": rule(nested("round({} + v, 1 rpm)", "w", 48) + " > 1 rpm"),
    "a hundred and forty summands": rule(" + ".join(["x"] * 140) + " > 1"),
    "a hundred and forty divisions": rule("x" + " / x" * 140 + " > 1"),
    "a hundred and forty conversions": rule("d" + " + (1 in)" * 140 + " > 1 mm"),
    "a regular expression of four hundred groups": rule(f"'s matches \"{'(' * 400}a{')' * 400}\"'"),
}

REFUSED = {
    "one bracket too many": (rule(nested("({})", "x", 49) + " > 1"), "too-large"),
    "one summand too many": (rule(" + ".join(["x"] * 151) + " > 1"), "too-large"),
    "a tower of units by π": (rule("w" + " + v + w" * 70 + " > 1 rpm"), "too-large"),
    "choices that repeat what they choose by": (rule(nested("(if {} then f else not f)", "f", 24)), "too-large"),
    "flags that repeat what they compare": (rule(nested("({} = f)", "f", 40)), "too-large"),
    "squares of squares": (derived(3000, "d{n}: d{before} * d{before}"), "too-large"),
    "parts of parts": (derived(3000, "d{n}: d{before} / 3.{n:07d}"), "too-large"),
    "sums of parts": (derived(3000, "d{n}: d{before} + x / 3.{n:07d}"), "too-large"),
    "numbers of ten thousand digits": (rule(" * ".join(["9" * 60 + "e60"] * 140) + " > x"), "too-large"),
    "a circle of three thousand": (
        HEAD + "  derived:\n" + "".join(f"    d{n}: d{(n + 1) % 3000} + 1\n" for n in range(3000)),
        "circle",
    ),
    "a large table in every rule": (
        table(RANGES) + "rules:\n" + "".join(f"  r{n}: {{when: d > limit + {n} mm}}\n" for n in range(2000)),
        "too-large",
    ),
    "five thousand unknown names": (rule(" or ".join(f"name{n} > 1" for n in range(5000))), "unknown-name"),
    "a thousand unknown units": (
        HEAD + "rules:\n" + "".join(f"  r{n}: {{when: d > 1 uq{n}}}\n" for n in range(1000)),
        "unknown-unit",
    ),
    "five thousand broken rules": (
        HEAD + "rules:\n" + "".join(f"  r{n}: {{when: d > {n}}}\n" for n in range(5000)),
        "unit-needed",
    ),
    "an expression of a quarter of a million characters": (rule("x > 1 or " * 30_000 + "f"), "too-large"),
}


def under(depth: int, work: Callable[[], T]) -> T:
    """The result of `work`, called with so many frames of a caller's below it."""
    return work() if depth == 0 else under(depth - 1, work)


@pytest.mark.parametrize("text", COMPILES.values(), ids=COMPILES)
def test_a_large_standard_compiles_and_judges_wherever_it_is_called_from(text: str) -> None:
    def work() -> None:
        compiled = compile_standard(Source("standard.yaml", text))
        assert program_text(compiled.exact)
        assert program_text(compiled.program)
        judge = Judge(compiled)
        for fact in FACTS:
            judge.judge(fact)

    began = time.perf_counter()
    under(100, work)
    assert time.perf_counter() - began < PATIENCE


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED)
def test_what_grows_without_bound_is_refused_in_bounded_time(text: str, code: str) -> None:
    began = time.perf_counter()
    with pytest.raises(Refused) as refused:
        under(100, lambda: compile_standard(Source("standard.yaml", text)))
    assert code in {problem.code for problem in refused.value.problems}
    assert time.perf_counter() - began < PATIENCE
