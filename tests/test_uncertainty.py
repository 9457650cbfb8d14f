"""Measurement uncertainty: what is said of values near their limits, how likely they conform, and what would flip."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gonogo
from gonogo.pack import Standard
from gonogo.problems import Source
from gonogo.program.compiler import compile_standard
from gonogo.program.text import program_text
from gonogo.uncertainty import between, likelihood
from random_standards import decimal_text
from test_properties import deeply


def compiled(standard: str) -> Standard:
    return Standard(compile_standard(Source("standard.yaml", f"gonogo: 1\nstandard: case\n{standard}")))


def seat(rest: str = "measured within: 0.002 mm") -> str:
    return f"""
facts: {{fields: {{seat: {{unit: mm, resolution: 0.001}}}}}}
characteristics:
  seat: {{at least: 24.987 mm, at most: 25 mm, {rest}}}
"""


def report(standard: str, fact: Mapping[str, object]) -> gonogo.RuleReport:
    return compiled(standard).judge(fact).explain().rules[0]


def sentences(standard: str, fact: Mapping[str, object]) -> list[str]:
    return [evidence.sentence for evidence in report(standard, fact).evidence]


# ------------------------------------------------------------------------------------------------ verdicts


@deeply(300)
@given(
    ends=st.lists(st.integers(-2000, 2000), min_size=2, max_size=2, unique=True),
    within=st.integers(0, 1000),
    value=st.integers(-4000, 4000),
    strict=st.tuples(st.booleans(), st.booleans()),
)
def test_a_guarded_verdict_is_that_of_all_values_that_may_be_true(
    ends: list[int], within: int, value: int, strict: tuple[bool, bool]
) -> None:
    low, high = sorted(ends)
    within = min(within, (high - low) // 2 - any(strict))
    if within < 0:
        return
    keys = ("above" if strict[0] else "at least", "below" if strict[1] else "at most")
    limits = ", ".join(
        f"{key}: {decimal_text(Fraction(end, 100))} mm" for key, end in zip(keys, (low, high), strict=True)
    )
    uncertainty = f"measured within: {decimal_text(Fraction(within, 100))} mm"
    standard = compiled(
        f"facts: {{fields: {{x: {{unit: mm}}}}}}\ncharacteristics: {{x: {{{limits}, {uncertainty}}}}}\n"
    )
    said = standard.judge({"x": decimal_text(Fraction(value, 100))}).outcome
    too_low = [may < low or (strict[0] and may == low) for may in range(value - within, value + within + 1)]
    too_high = [may > high or (strict[1] and may == high) for may in range(value - within, value + within + 1)]
    if all(too_low) or all(too_high):
        assert said == "nonconforming"
    else:
        assert said == ("indeterminate" if any(too_low) or any(too_high) else "conforming")


@pytest.mark.parametrize("decision", ["simple", "shared"])
@pytest.mark.parametrize("value", ["24.986", "24.987", "24.988", "24.999", "25", "25.001", "26"])
def test_unguarded_verdicts_are_those_without_an_uncertainty(decision: str, value: str) -> None:
    plain = compiled(seat("class: major")).judge({"seat": value})
    measured = compiled(seat(f"class: major, measured within: 0.002 mm, decision: {decision}")).judge({"seat": value})
    assert measured.as_dict() == plain.as_dict()


def test_an_open_verdict_lacks_nothing() -> None:
    verdict = compiled(seat()).judge({"seat": "25.0005"})
    assert verdict.as_dict()["unknown"] == [{"rule": "seat", "missing": []}]
    assert verdict.reasons == ("seat is 25.0005 mm, within the measurement uncertainty 0.002 mm of the limit 25 mm",)


def test_a_rule_that_stands_on_an_open_finding_says_the_same() -> None:
    standard = seat() + "rules: {thick: {when: found(seat.above)}}\n"
    told = {found.rule: found for found in compiled(standard).judge({"seat": "25"}).explain().rules}
    said = ("seat is 25 mm, within the measurement uncertainty 0.002 mm of the limit 25 mm",)
    assert (told["thick"].said, told["thick"].missing, told["thick"].reasons) == ("unknown", (), said)
    assert told["seat"].reasons == said


def test_what_is_missing_is_told_as_missing() -> None:
    verdict = compiled(seat()).judge({"seat": ""})
    assert verdict.reasons == ("seat is missing",)
    assert [found.conformance_probability for found in verdict.explain().rules] == [None]


def test_the_program_shows_the_limits_that_are_judged() -> None:
    text = program_text(compiled(seat("measured within: 2 um, coverage factor: 3")).compiled.exact)
    assert "c0: seat > 24.998 mm\n  c1: seat > 25.002 mm\n  c2: seat < 24.989 mm\n  c3: seat < 24.985 mm" in text
    assert "seat.above: c0 and (c1 or unknown)" in text
    assert "sides above and below, measured within 0.002 mm, coverage factor 3, decision guarded" in text


# ------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            "25.003",
            ["seat is 25.003 mm, 0.003 mm above the limit 25 mm, more than the measurement uncertainty 0.002 mm"],
        ),
        ("25.002", ["seat is 25.002 mm, within the measurement uncertainty 0.002 mm of the limit 25 mm"]),
        ("25", ["seat is 25 mm, within the measurement uncertainty 0.002 mm of the limit 25 mm"]),
        ("24.986", ["seat is 24.986 mm, within the measurement uncertainty 0.002 mm of the limit 24.987 mm"]),
        (
            "24.998",
            [
                "seat is 24.998 mm, 0.002 mm below the limit 25 mm, clear of the measurement uncertainty 0.002 mm",
                "seat is 24.998 mm, 0.011 mm above the limit 24.987 mm, clear of the measurement uncertainty 0.002 mm",
            ],
        ),
    ],
)
def test_what_is_said_of_a_guarded_limit(value: str, said: list[str]) -> None:
    assert sentences(seat(), {"seat": value}) == said


@pytest.mark.parametrize(
    ("decision", "words"),
    [("simple", "simple acceptance"), ("shared", "the risk is shared by agreement")],
)
def test_near_a_limit_that_is_not_guarded_the_uncertainty_is_told(decision: str, words: str) -> None:
    standard = seat(f"measured within: 0.002 mm, decision: {decision}")
    ending = f"within the measurement uncertainty 0.002 mm: judged at the limit as it stands ({words})"
    assert sentences(standard, {"seat": "25.001"}) == [f"seat is 25.001 mm, 0.001 mm above the limit 25 mm, {ending}"]
    assert sentences(standard, {"seat": "24.999"}) == [
        f"seat is 24.999 mm, 0.001 mm below the limit 25 mm, {ending}",
        "seat is 24.999 mm, 0.012 mm above the limit 24.987 mm",
    ]
    assert sentences(standard, {"seat": "25.5"}) == ["seat is 25.5 mm, 0.5 mm above the limit 25 mm"]


def test_a_limit_that_does_not_conform_is_passed_by_as_much_as_the_uncertainty() -> None:
    standard = "facts: {fields: {x: {unit: mm}}}\ncharacteristics: {x: {below: 5 mm, measured within: 0.1 mm}}\n"
    assert sentences(standard, {"x": "5.1"}) == [
        "x is 5.1 mm, 0.1 mm above the limit 5 mm, as much as the measurement uncertainty 0.1 mm"
    ]


def test_evidence_tells_the_limit_as_it_is_specified() -> None:
    evidence = report(seat(), {"seat": "25.013"}).evidence[0]
    assert (evidence.condition, evidence.outcome, evidence.limit) == ("seat > 25 mm", "true", "25 mm")
    assert (evidence.distance, evidence.excess) == ("0.013 mm", 1.0)
    open_ = report(seat(), {"seat": "25.001"}).evidence[0]
    assert (open_.condition, open_.outcome, open_.distance) == ("seat > 25 mm", "unknown", "0.001 mm")


def test_a_limit_out_of_a_table_and_a_derived_value_are_named() -> None:
    standard = """
facts: {fields: {top: {unit: mm}, bottom: {unit: mm}, type: {one of: [L, M]}}, derived: {taper: top - bottom}}
parameters: {most: {by: type, L: 0.01 mm, M: 0.02 mm}}
characteristics: {taper: {at most: most, measured within: 2 um}}
"""
    [said] = sentences(standard, {"top": "5.011", "bottom": "5", "type": "L"})
    assert said.startswith("taper is 0.011 mm (top 5.011 mm, bottom 5 mm), within the measurement uncertainty 0.002 mm")
    assert said.endswith(" of the limit 0.01 mm for type L")


# --------------------------------------------------------------------------------------------- probability


@pytest.mark.parametrize("value", ["24.98", "24.986", "24.987", "24.99", "24.9935", "24.999", "25", "25.0011", "25.01"])
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_the_conformance_probability_is_that_of_a_normal_distribution(value: str, factor: int) -> None:
    told = report(seat(f"measured within: 0.002 mm, coverage factor: {factor}"), {"seat": value})
    true_value = NormalDist(float(value), 0.002 / factor)
    assert told.conformance_probability == pytest.approx(true_value.cdf(25) - true_value.cdf(24.987), abs=1e-9)
    assert told.as_dict()["conformance_probability"] == told.conformance_probability


def test_of_one_limit_there_is_one_tail() -> None:
    standard = "facts: {fields: {x: {unit: mm}}}\ncharacteristics: {x: {at most: 5 mm, measured within: 0.2 mm}}\n"
    assert report(standard, {"x": "5"}).conformance_probability == 0.5
    assert report(standard, {"x": "4.9"}).conformance_probability == pytest.approx(NormalDist().cdf(1))
    assert report(standard, {"x": "5.1"}).conformance_probability == pytest.approx(NormalDist().cdf(-1))


def test_the_limits_may_stand_in_different_units() -> None:
    standard = """
facts: {fields: {x: {unit: in}}}
characteristics: {x: {at least: 1 in, at most: 26 mm, measured within: 0.1 mm}}
"""
    mm = NormalDist(25.4508, 0.05)
    assert report(standard, {"x": "1.002"}).conformance_probability == pytest.approx(mm.cdf(26) - mm.cdf(25.4))


@pytest.mark.parametrize(("value", "probability"), [("25.01", 0.0), ("25", 1.0), ("24.987", 1.0), ("24.98", 0.0)])
def test_without_uncertainty_nothing_is_likely(value: str, probability: float) -> None:
    assert report(seat("measured within: 0 mm"), {"seat": value}).conformance_probability == probability


@pytest.mark.parametrize(
    ("low", "high", "share"),
    [
        (-math.inf, math.inf, 1.0),
        (-1, 1, 0.6826894921370859),
        (8, math.inf, 6.220960574271785e-16),
        (-math.inf, -8, 6.220960574271785e-16),
        (8, 9, 6.219831987865856e-16),
        (20, math.inf, 2.7536241186062337e-89),
        (-100, 100, 1.0),
        (3, -3, 0.0),
    ],
)
def test_the_tails_of_the_distribution_are_exact(low: float, high: float, share: float) -> None:
    assert between(low, high) == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, "100 %"),
        (1 - 1e-12, "more than 99.9 %"),
        (0.9991, "more than 99.9 %"),
        (0.9973, "99.7 %"),
        (0.5, "50.0 %"),
        (0.001, "0.1 %"),
        (1e-30, "less than 0.1 %"),
        (0.0, "0 %"),
    ],
)
def test_no_probability_is_rounded_to_certainty(probability: float, words: str) -> None:
    assert likelihood(probability) == f"{words} likely to conform"


def test_a_value_of_any_size_has_a_probability() -> None:
    for value in ("1e400", "-1e400", "25" + "0" * 40):
        assert report(seat(), {"seat": value}).conformance_probability == pytest.approx(0, abs=1e-300)


def test_what_does_not_apply_has_no_probability() -> None:
    standard = seat("measured within: 0.002 mm, applies: seat < 20 mm")
    assert report(standard, {"seat": "25"}).conformance_probability is None


def test_a_characteristic_without_an_uncertainty_has_no_probability() -> None:
    told = report(seat("class: major"), {"seat": "25"})
    assert (told.conformance_probability, told.likelihood) == (None, None)
    assert json.loads(json.dumps(told.as_dict()))["conformance_probability"] is None


def test_an_explanation_says_how_likely_the_item_conforms() -> None:
    assert "    30.9 % likely to conform" in str(compiled(seat()).judge({"seat": "25.0005"}).explain()).splitlines()
    assert "    2.3 % likely to conform" in str(
        compiled(seat("measured within: 0.002 mm, decision: simple")).judge({"seat": "25.002"}).explain()
    )


# --------------------------------------------------------------------------------------------------- flips


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("24.998", "seat 24.998 mm -> 24.999 mm (+0.001 mm): indeterminate"),
        ("24.99", "seat 24.99 mm -> 24.988 mm (-0.002 mm): indeterminate"),
        ("24.999", "seat 24.999 mm -> 24.998 mm (-0.001 mm): conforming"),
        ("25.002", "seat 25.002 mm -> 25.003 mm (+0.001 mm): nonconforming"),
        ("25.004", "seat 25.004 mm -> 25.002 mm (-0.002 mm): indeterminate"),
        ("24.984", "seat 24.984 mm -> 24.985 mm (+0.001 mm): indeterminate"),
        ("24.985", "seat 24.985 mm -> 24.984 mm (-0.001 mm): nonconforming"),
    ],
)
def test_the_nearest_change_crosses_the_border_of_a_zone(value: str, said: str) -> None:
    assert [flip.sentence for flip in compiled(seat()).judge({"seat": value}).explain().flips] == [said]


# ---------------------------------------------------------------------------------------------- dispositions


def warnings(*lines: str) -> list[str]:
    rules = "rules: {unmeasured: {when: seat is missing, class: minor}}\ndispositions:\n"
    text = seat("class: major, measured within: 0.002 mm") + rules + "".join(f"  - {line}\n" for line in lines)
    return [problem.what for problem in compiled(text).warnings]


def test_a_line_that_releases_what_is_measured_too_near_to_a_limit_is_told() -> None:
    lines = ["{when: found(unmeasured), then: hold}", "{when: class = major, then: scrap}"]
    assert warnings(*lines, "{when: outcome = indeterminate, then: hold}", "{otherwise: release}") == []
    released = compiled(
        seat("class: major, measured within: 0.002 mm")
        + "rules: {unmeasured: {when: seat is missing, class: minor}}\n"
        + "dispositions: [{when: found(unmeasured), then: hold}, {when: outcome = nonconforming, then: scrap}, "
        + "{otherwise: release}]\n"
    )
    assert [released.judge({"seat": value}).disposition for value in ("", "25")] == ["hold", "release"]
    said = "this line releases an item of which `seat`, of class `major`, is not known"
    assert [problem.what for problem in released.warnings] == [said]


def test_a_line_that_asks_for_the_finding_is_not_told() -> None:
    lines = ["{when: found(seat.above), then: rework}", "{when: found(seat), then: scrap}"]
    assert warnings(*lines, "{when: found(unmeasured), then: hold}", "{otherwise: release}") == []
