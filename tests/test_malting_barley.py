"""The pack `malting-barley` against the published table of 7 CFR 810.205: every limit, on it and just beyond."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import gonogo
from sample_facts import BARLEY, FACTORS, GRADES, LEAST, SOUND, WITHIN, path_of

PUBLISHED = Path(__file__).parents[1].parent / "shared" / "data" / "us_cfr_standards" / "standards.json"
SAMPLE_GRADE = "U.S. Sample grade"
LIMITS = [(grade, factor) for grade in GRADES for factor in range(len(FACTORS))]
STEPS = ("0.1", "0.001", "0.0000000000000001")


@pytest.fixture(scope="module")
def standard() -> gonogo.Standard:
    return gonogo.load("malting-barley")


def lot(grade: str, **values: str) -> dict[str, str]:
    """A lot well within a grade, but for some values by the numbers of their factors."""
    usual = dict(zip(BARLEY[2:], SOUND, strict=True))
    usual |= {FACTORS[number]: value for number, value in WITHIN[grade].items()}
    return usual | {FACTORS[int(number.removeprefix("f"))]: value for number, value in values.items()}


def graded(fact: dict[str, str]) -> str:
    """The grade by the figures of this test, worked out without a table of the language."""
    for grade, limits in GRADES.items():
        signs = [1 if factor in LEAST else -1 for factor in FACTORS]
        values = [Decimal(fact[factor]) for factor in FACTORS]
        if all(s * value >= s * Decimal(limit) for s, value, limit in zip(signs, values, limits, strict=True)):
            return grade
    return SAMPLE_GRADE


def disposition(grade: str) -> str:
    return "regrade" if grade == SAMPLE_GRADE else f"release as {grade}"


def test_the_figures_of_this_test_are_the_published_ones() -> None:
    if not PUBLISHED.exists():
        pytest.skip("../shared/data/us_cfr_standards is not there")
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))["7CFR810.205_two_rowed_malting_barley"]["grades"]
    assert {grade: tuple(map(Decimal, limits)) for grade, limits in GRADES.items()} == {
        grade: tuple(Decimal(str(limit)) for limit in limits) for grade, limits in published.items()
    }


@pytest.mark.parametrize(("grade", "factor"), LIMITS)
def test_a_lot_exactly_on_a_limit_has_the_grade(standard: gonogo.Standard, grade: str, factor: int) -> None:
    verdict = standard.judge(lot(grade, **{f"f{factor}": GRADES[grade][factor]}))
    assert (verdict.outcome, verdict.disposition) == ("conforming", f"release as {grade}")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("grade", "factor"), LIMITS)
def test_a_lot_just_beyond_a_limit_has_a_lower_grade(
    standard: gonogo.Standard, grade: str, factor: int, step: str
) -> None:
    sign = -1 if FACTORS[factor] in LEAST else 1
    fact = lot(grade, **{f"f{factor}": f"{Decimal(GRADES[grade][factor]) + sign * Decimal(step):f}"})
    assert graded(fact) in [*GRADES, SAMPLE_GRADE][list(GRADES).index(grade) + 1 :]
    assert standard.judge(fact).disposition == disposition(graded(fact))


@pytest.mark.parametrize(("grade", "factor"), LIMITS)
def test_a_lot_without_a_value_that_its_grade_needs_is_held(standard: gonogo.Standard, grade: str, factor: int) -> None:
    fact = lot(grade, **{f"f{factor}": ""})
    verdict = standard.judge(fact)
    assert (verdict.outcome, verdict.disposition) == ("indeterminate", "hold")
    assert "below-no-4" in [unknown.rule for unknown in verdict.unknown]


def test_the_sample_is_graded_as_the_figures_say(standard: gonogo.Standard) -> None:
    with path_of("malting-barley").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    seen: Counter[str] = Counter()
    for row, verdict in zip(rows, standard.judge(rows), strict=True):
        if all(row[factor].replace(".", "").isdigit() for factor in FACTORS) and row["Infested"] == "no":
            seen[graded(row)] += 1
            assert verdict.disposition == disposition(graded(row)), row
            factors = {finding.rule for finding in verdict.findings} - {"below-no-4"}
            assert (
                bool(factors)
                is (graded(row) == SAMPLE_GRADE)
                is any(finding.rule == "below-no-4" for finding in verdict.findings)
            )
    assert min(seen[grade] for grade in [*GRADES, SAMPLE_GRADE]) >= 7


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("501", "hold"), ("502", "regrade"), ("503", "hold"), ("504", "hold"), ("505", "regrade"), ("506", "hold"),
        ("507", "hold"), ("508", "hold"), ("509", "hold"), ("510", "release as U.S. No. 2"),
    ],
)  # fmt: skip
def test_an_unusual_lot_comes_to_what_the_readme_tells(standard: gonogo.Standard, item: str, expected: str) -> None:
    with path_of("malting-barley").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["Lot"] == item)
    assert standard.judge(row).disposition == expected


def test_an_explanation_names_the_factor_that_decided(standard: gonogo.Standard) -> None:
    told = standard.judge(lot("U.S. No. 4", f2="92.9")).explain()
    sentences = [
        evidence.sentence for report in told.rules if report.rule == "below-no-4" for evidence in report.evidence
    ]
    assert sentences == ["grade is `U.S. Sample grade` (sound_barley 92.9 %)"]
