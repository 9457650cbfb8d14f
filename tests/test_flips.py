"""The smallest change that gives another outcome, held against trying every step of a field's grid.

`GONOGO_EXAMPLES=20` makes the property twenty times as thorough.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.pack import Standard
from gonogo.problems import Refused, Source
from gonogo.program.compiler import compile_standard
from test_properties import deeply

WINDOW = 200
"""Steps to each side that are tried one by one."""


def compiled(standard: str) -> Standard:
    return Standard(compile_standard(Source("standard.yaml", f"gonogo: 1\nstandard: case\n{standard}")))


def flips(standard: str, fact: Mapping[str, object]) -> list[str]:
    return [flip.sentence for flip in compiled(standard).judge(fact).explain().flips]


def rule(when: str, fields: str = "a: {unit: A, resolution: 1}") -> str:
    return f"facts: {{fields: {{{fields}}}}}\nrules: {{r: {{when: '{when}'}}}}\n"


WELD = """
facts:
  fields: {a: {unit: A}, v: {unit: V}, s: {unit: mm/s, resolution: 0.1}}
  derived: {h: {is: a * v / s, unit: kJ/mm, resolution: 0.001}}
rules: {hot: {when: h > 1.5 kJ/mm}}
"""


def test_a_speed_that_is_divided_by_flips_at_the_nearest_step() -> None:
    assert flips(WELD, {"a": "200", "v": "25.0", "s": "5.0"}) == [
        "s 5 mm/s -> 3.3 mm/s (-1.7 mm/s): nonconforming",
        "a 200 A -> 300.2 A (+100.2 A): nonconforming",
        "v 25 V -> 37.6 V (+12.6 V): nonconforming",
    ]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("(a - 300 A) * (a - 300 A) > 20000 A*A", "a 200 A -> 158 A (-42 A): nonconforming"),
        ("(a - 3000 A) * (a - 3000 A) < 2 A*A", "a 200 A -> 2999 A (+2799 A): nonconforming"),
        ("round(a, 10 A) > 250 A", "a 200 A -> 255 A (+55 A): nonconforming"),
        ("(if a > 777 A and a < 779 A then 2 A else 1 A) > 1 A", "a 200 A -> 778 A (+578 A): nonconforming"),
        ("1 A*A / (a - 195 A) > 5 A", "a 200 A -> 195 A (-5 A): indeterminate"),
        ("abs(a - 205 A) < 1 A", "a 200 A -> 205 A (+5 A): nonconforming"),
        ("a * a = 44944 A*A", "a 200 A -> 212 A (+12 A): nonconforming"),
        ("a > 1e12 A", "a 200 A -> 1000000000001 A (+999999999801 A): nonconforming"),
    ],
)
def test_a_condition_that_is_no_straight_line_flips_at_the_nearest_step(when: str, said: str) -> None:
    assert flips(rule(when), {"a": "200"}) == [said]


def test_where_no_single_change_helps_none_is_claimed() -> None:
    assert flips(rule("a * a < -1 A*A"), {"a": "200"}) == []


def a_value(of: Random, depth: int) -> str:
    """A random expression of pure numbers in `x` and `y`."""
    if depth == 0:
        return of.choice(["x", "x", "y", str(of.randint(1, 40))])
    one, other = a_value(of, depth - 1), a_value(of, depth - 1)
    return of.choice(
        [
            f"({one} + {other})",
            f"({one} - {other})",
            f"({one} * {other})",
            f"({one} / {other})",
            f"abs({one})",
            f"min({one}, {other})",
            f"max({one}, {other})",
            f"round({one}, {of.choice(['1', '5', '0.5'])})",
            f"(if {one} > {of.randint(0, 60)} then {other} else {of.randint(0, 60)})",
        ]
    )


def a_standard(of: Random) -> str:
    tests = [
        f"{a_value(of, of.randint(1, 3))} {of.choice(['>', '<', '>=', '<='])} {of.randint(-50, 2000)}"
        for _ in range(of.randint(1, 3))
    ]
    rules = "".join(f"  r{number}: {{when: '{test}'}}\n" for number, test in enumerate(tests))
    return f"facts: {{fields: {{x: {{kind: number, resolution: 0.5}}, y: {{kind: number}}}}}}\nrules:\n{rules}"


@deeply(150)
@given(seed=st.integers(min_value=0, max_value=2**48))
def test_a_claimed_change_is_the_smallest_on_the_grid(seed: int) -> None:
    of = Random(seed)
    try:
        standard = compiled(a_standard(of))
    except Refused:
        return
    x, y = Fraction(of.randint(-60, 120), 2), of.randint(-20, 60)
    verdict = standard.judge({"x": str(float(x)), "y": str(y)})
    told = next((flip for flip in verdict.explain().flips if flip.field == "x"), None)
    nearest = next(
        (
            steps
            for steps in range(1, WINDOW + 1)
            if any(
                standard.judge({"x": str(float(x + sign * Fraction(steps, 2))), "y": str(y)}).outcome != verdict.outcome
                for sign in (1, -1)
            )
        ),
        None,
    )
    if nearest is not None:
        assert told is not None
        assert abs(Fraction(told.changed) - x) == Fraction(nearest, 2)
    elif told is not None:
        assert abs(Fraction(told.changed) - x) > Fraction(WINDOW, 2)
