"""Large standards through the public API: right, and within bounds; no test asserts a duration."""

from __future__ import annotations

import pytest

from gonogo.pack import Standard
from gonogo.problems import Source
from gonogo.program.compiler import compile_standard


def compiled(lines: list[str]) -> Standard:
    return Standard(
        compile_standard(Source("standard.yaml", "\n".join(["gonogo: 1", "standard: large", *lines]) + "\n"))
    )


def facts(count: int, unit: str = "mm") -> list[str]:
    fields = [f"    x{number}: {{unit: {unit}, resolution: 0.01}}" for number in range(count)]
    return ["facts:", "  fields:", *fields]


@pytest.fixture(scope="module")
def five_thousand() -> Standard:
    """Rule `r1234` speaks where field 34 lies above 12.34 mm, or field 35 below -12.34 mm."""
    rules = [
        f"  r{n:04}: {{when: x{n % 300} > {limit} mm or x{(n + 1) % 300} < -{limit} mm}}"
        for n, limit in ((n, f"{n // 100}.{n % 100:02}") for n in range(5000))
    ]
    return compiled([*facts(300), "rules:", *rules])


def speaking(values: list[float]) -> list[str]:
    found = []
    for number in range(5000):
        limit = number / 100
        if values[number % 300] > limit or values[(number + 1) % 300] < -limit:
            found.append(f"r{number:04}")
    return found


def test_five_thousand_rules_over_three_hundred_fields(five_thousand: Standard) -> None:
    for step in (0.0, 0.37, 1.03):
        values = [round(step * ((number * 7) % 41 - 20), 2) for number in range(300)]
        fact = {f"x{number}": value for number, value in enumerate(values)}
        assert [finding.rule for finding in five_thousand.judge(fact).findings] == speaking(values)


def test_one_missing_value_among_three_hundred_leaves_open_what_hangs_on_it(five_thousand: Standard) -> None:
    fact: dict[str, object] = {f"x{number}": 0 for number in range(300)} | {"x7": ""}
    verdict = five_thousand.judge(fact)
    asks = [f"r{number:04}" for number in range(5000) if 7 in (number % 300, (number + 1) % 300)]
    assert [unknown.rule for unknown in verdict.unknown] == asks
    assert all(unknown.missing == ("x7",) for unknown in verdict.unknown)


def test_values_finer_than_the_resolution_in_three_hundred_fields(five_thousand: Standard) -> None:
    values = [number / 10 + 1e-9 for number in range(300)]
    verdict = five_thousand.judge({f"x{number}": value for number, value in enumerate(values)})
    assert [finding.rule for finding in verdict.findings] == speaking(values)


def test_an_explanation_of_five_thousand_rules(five_thousand: Standard) -> None:
    told = five_thousand.judge({f"x{number}": 3 for number in range(300)}).explain()
    assert len(told.rules) == 5000
    assert {report.said for report in told.rules} == {"spoke", "silent"}
    assert all(report.evidence for report in told.rules)


def test_two_hundred_findings_on_one_item() -> None:
    limits = [f"  x{n}: {{at most: 1 mm, at least: -1 mm, class: minor}}" for n in range(200)]
    standard = compiled(
        [*facts(200), "characteristics:", *limits, "dispositions:", "  - {when: found(x199.below), then: scrap}"]
    )
    verdict = standard.judge({f"x{n}": (1.01, -1.01)[n % 2] for n in range(200)})
    assert [(f.rule, f.side) for f in verdict.findings] == [(f"x{n}", ("above", "below")[n % 2]) for n in range(200)]
    assert (verdict.class_, verdict.disposition) == ("minor", "scrap")


def test_forty_strata_of_rules_that_deny_each_other() -> None:
    rules = ["  s0: {when: x0 > 1 mm}", *(f"  s{n}: {{when: not found(s{n - 1})}}" for n in range(1, 40))]
    standard = compiled([*facts(1), "rules:", *rules])
    for value, first in (("2", 0), ("1", 1)):
        assert [finding.rule for finding in standard.judge({"x0": value}).findings] == [
            f"s{n}" for n in range(first, 40, 2)
        ]
    assert len(standard.judge({}).unknown) == 40


def test_a_chain_of_five_hundred_findings() -> None:
    rules = ["  s0: {when: x0 > 1 mm}", *(f"  s{n}: {{when: found(s{n - 1})}}" for n in range(1, 500))]
    standard = compiled([*facts(1), "rules:", *rules])
    assert len(standard.judge({"x0": 2}).findings) == 500
    assert standard.judge({}).unknown[499].missing == ("x0",)
    assert len(standard.judge({"x0": 2}).explain().rules) == 500


def test_a_rule_with_two_thousand_parts() -> None:
    parts = " or ".join(f"x0={n}mm" for n in range(2000))
    standard = compiled([*facts(1), "rules:", f"  any: {{when: {parts}}}"])
    assert [standard.judge({"x0": x}).outcome for x in (1999, 2000, "0.5", "")] == [
        "nonconforming", "conforming", "conforming", "indeterminate",
    ]  # fmt: skip
    assert standard.judge({"x0": "1999.5"}).explain().flips[0].changed in ("1999 mm", "1999.00 mm")


def test_a_thousand_derived_quantities_that_stand_on_each_other() -> None:
    derived = ["  derived:", "    d0: x0", *(f"    d{n}: d{n - 1} + x0" for n in range(1, 1000))]
    standard = compiled([
        *facts(1), *derived, "rules: {long: {when: d999 > 1000 mm}}",
    ])  # fmt: skip
    assert [standard.judge({"x0": x}).outcome for x in ("1", "1.01", "")] == [
        "conforming",
        "nonconforming",
        "indeterminate",
    ]
    told = standard.judge({"x0": "1.5"}).explain()
    assert [flip.sentence for flip in told.flips] == ["x0 1.5 mm -> 1 mm (-0.5 mm): conforming"]
    assert standard.judge({}).unknown[0].missing == ("x0",)


def test_derived_quantities_that_double_a_thousand_times() -> None:
    derived = ["  derived:", "    d0: x0", *(f"    d{n}: d{n - 1} + d{n - 1}" for n in range(1, 1000))]
    standard = compiled([*facts(1), *derived, "rules: {long: {when: d999 > 0 mm}}"])
    assert [standard.judge({"x0": x}).outcome for x in ("0", "0.01", "")] == [
        "conforming",
        "nonconforming",
        "indeterminate",
    ]
    assert standard.judge({"x0": "0.01"}).explain().rules[0].evidence


def test_more_situations_than_are_remembered() -> None:
    limits = [f"  x{n}: {{at most: 1 mm, class: minor}}" for n in range(17)]
    standard = compiled([*facts(17), "characteristics:", *limits])
    for number in range(0, 2**17, 2):
        fact = {f"x{n}": (number >> n) & 1 and 2 for n in range(17)}
        assert len(standard.judge(fact).findings) == number.bit_count()
