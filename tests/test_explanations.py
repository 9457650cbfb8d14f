"""What explanations say, word for word: as a quality engineer would write it, in the field's own unit."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gonogo.explanation import Explanation, RuleReport
from gonogo.pack import Standard
from gonogo.problems import Source
from gonogo.program.compiler import compile_standard

MILLING = """
facts:
  fields:
    type: {column: Type, one of: [L, M, H]}
    air: {unit: K, resolution: 0.1}
    process: {unit: K, resolution: 0.1}
    speed: {unit: rpm, resolution: 1}
    torque: {unit: N*m, resolution: 0.1}
    wear: {unit: min, resolution: 1}
  derived:
    difference: process - air
    power: {is: torque * speed, unit: W}
    strain: {is: wear * torque, unit: min*N*m}
parameters:
  strain_limit: {by: type, L: 11000 min*N*m, M: 12000 min*N*m}
rules:
  hot: {when: difference < 8.6 K and speed < 1380 rpm, class: critical}
  power: {when: power < 3500 W or power > 9000 W, class: major}
  strained: {when: strain > strain_limit, class: major}
  runaway: {when: found(hot) and found(power), class: critical}
  calm: {when: not found(hot) and torque < 1 N*m, class: minor}
"""
FACT = {"Type": "L", "air": "298.9", "process": "309.1", "speed": "1410", "torque": "46.3", "wear": "191"}


def explained(standard: str, fact: Mapping[str, object]) -> Explanation:
    text = f"gonogo: 1\nstandard: case\n{standard}"
    return Standard(compile_standard(Source("standard.yaml", text))).judge(fact).explain()


def report(standard: str, fact: Mapping[str, object], rule: str) -> RuleReport:
    return next(found for found in explained(standard, fact).rules if found.rule == rule)


def sentences(standard: str, fact: Mapping[str, object], rule: str) -> list[str]:
    return [evidence.sentence for evidence in report(standard, fact, rule).evidence]


@pytest.mark.parametrize(
    ("rule", "changes", "said"),
    [
        (
            "power",
            {},
            [
                "power is 6836.42 W (torque 46.3 N*m, speed 1410 rpm), 3336.42 W above the limit 3500 W",
                "power is 6836.42 W (torque 46.3 N*m, speed 1410 rpm), 2163.58 W below the limit 9000 W",
            ],
        ),
        (
            "power",
            {"torque": "65.7"},
            ["power is 9700.92 W (torque 65.7 N*m, speed 1410 rpm), 700.92 W above the limit 9000 W"],
        ),
        ("power", {"torque": ""}, ["power has no value: torque is missing"] * 2),
        (
            "hot",
            {},
            [
                "difference is 10.2 K (process 309.1 K, air 298.9 K), 1.6 K above the limit 8.6 K",
                "speed is 1410 rpm, 30 rpm above the limit 1380 rpm",
            ],
        ),
        (
            "hot",
            {"process": "307.5", "speed": "1300"},
            [
                "difference is 8.6 K (process 307.5 K, air 298.9 K), exactly at the limit 8.6 K",
            ],
        ),
        ("hot", {"speed": "n/a", "process": "300"}, ["speed is missing"]),
        (
            "strained",
            {},
            [
                (
                    "strain is 8843.3 min*N*m (wear 191 min, torque 46.3 N*m), "
                    "2156.7 min*N*m below the limit 11000 min*N*m for type L"
                ),
            ],
        ),
        ("strained", {"Type": "H"}, ["there is no limit for type `H`"]),
        ("strained", {"Type": ""}, ["type is missing"]),
        ("runaway", {}, ["hot was not found", "power was not found"]),
        ("runaway", {"torque": "65.7"}, ["hot was not found"]),
        ("runaway", {"torque": "", "process": "300", "speed": "1300"}, ["power could not be judged"]),
        ("calm", {"torque": "0.5"}, ["hot was not found", "torque is 0.5 N*m, 0.5 N*m below the limit 1 N*m"]),
        ("calm", {}, ["torque is 46.3 N*m, 45.3 N*m above the limit 1 N*m"]),
    ],
)
def test_the_milling_cell_is_explained_in_these_words(rule: str, changes: dict[str, str], said: list[str]) -> None:
    assert sentences(MILLING, FACT | changes, rule) == said


@pytest.mark.parametrize(
    ("fields", "when", "fact", "said"),
    [
        ("x: {unit: mm}", "x > 5 mm", {"x": "5"}, "x is 5 mm, exactly at the limit 5 mm"),
        ("x: {unit: mm}", "x = 5 mm", {"x": "5"}, "x is 5 mm, exactly 5 mm"),
        ("x: {unit: mm}", "x != 5 mm", {"x": "6"}, "x is 6 mm, 1 mm above 5 mm"),
        ("x: {unit: mm}", "5 mm < x", {"x": "5.25"}, "x is 5.25 mm, 0.25 mm above the limit 5 mm"),
        ("x: {unit: mm}", "x > 1 in", {"x": "25.5"}, "x is 25.5 mm, 0.1 mm above the limit 25.4 mm"),
        ("x: {unit: mm}, y: {unit: mm}", "x > y", {"x": "5", "y": "4"}, "x is 5 mm, 1 mm above y (4 mm)"),
        ("x: {unit: mm}, y: {unit: mm}", "x > y", {"x": "5", "y": "5"}, "x is 5 mm, exactly at y (5 mm)"),
        ("x: {kind: number}", "x > 5", {"x": "1e3"}, "x is 1000, 995 above the limit 5"),
        (
            "x: {kind: number}",
            "x > 5",
            {"x": "5.00000000000000000001"},
            "x is 5.00000000000000000001, 0.00000000000000000001 above the limit 5",
        ),
        (
            "x: {unit: mm}, y: {unit: mm}",
            "x / y > 2",
            {"x": "4", "y": "3"},
            "x / y is 1.33333 (x 4 mm, y 3 mm), 0.66667 below the limit 2",
        ),
        ("x: {unit: mm}, y: {unit: mm}", "x / y > 2", {"x": "4", "y": "0"}, "x / y has no value: y is 0 mm"),
        (
            "x: {kind: number}, y: {kind: number}",
            "x / y > 2",
            {"x": "6.0000001", "y": "3"},
            "x / y is 2.000000033 (x 6.0000001, y 3), 0.000000033 above the limit 2",
        ),
        ("x: {kind: number}", "x / 3 > 2", {"x": "7"}, "x / 3 is 2.33333 (x 7), 0.33333 above the limit 2"),
        (
            "n: {unit: rpm}",
            "n > 100 rad/s",
            {"n": "1000"},
            "n is 104.72 rad/s (1000 rpm), 4.72 rad/s above the limit 100 rad/s",
        ),
        (
            "x: {unit: mm, resolution: 0.1, rounding: half-even}",
            "x > 5 mm",
            {"x": "5.16"},
            "x is 5.2 mm (rounded from 5.16 mm), 0.2 mm above the limit 5 mm",
        ),
        (
            "x: {unit: mm, resolution: 0.1, rounding: half-even}",
            "x > 5 mm",
            {"x": "5.2"},
            "x is 5.2 mm, 0.2 mm above the limit 5 mm",
        ),
        (
            "x: {unit: mm}",
            "round(x) > 5 mm",
            {"x": "5.6"},
            "round(x, 1 mm) is 6 mm (x 5.6 mm), 1 mm above the limit 5 mm",
        ),
        ("x: {unit: mm}", "x in (1 mm, 2 mm)", {"x": "3"}, "x is 3 mm, not one of 1 mm, 2 mm"),
        ("x: {unit: mm}", "x in (1 mm, 2 mm)", {"x": "2"}, "x is 2 mm, one of 1 mm, 2 mm"),
        ("x: {unit: mm}", "x between 1 mm and 3 mm", {"x": "2"}, "x is 2 mm, between 1 mm and 3 mm"),
        ("x: {unit: mm}", "x between 1 mm and 3 mm", {"x": "1"}, "x is 1 mm, between 1 mm and 3 mm"),
        ("x: {unit: mm}", "x between 1 mm and 3 mm", {"x": "4"}, "x is 4 mm, 1 mm above the limit 3 mm"),
        ("x: {unit: rpm}", "x > 100 rad/s", {"x": "1e400"}, "x is too large to be computed with"),
        ("c: {one of: [L, M]}", "c = L", {"c": "M"}, "c is `M`, not `L`"),
        ("c: {one of: [L, M]}", "c = L", {"c": "L"}, "c is `L`"),
        ("c: {one of: [L, M, H]}", "c in (L, M)", {"c": "H"}, "c is `H`, not one of `L`, `M`"),
        ("c: {one of: [L, M, H]}", "c in (L, M)", {"c": "Q"}, "c is missing"),
        ("t: {kind: text}", 't contains "rust"', {"t": "light rust"}, "t is `light rust`, which contains `rust`"),
        ("t: {kind: text}", 't contains "rust"', {"t": "a\nb"}, "t is `a\\nb`, which does not contain `rust`"),
        ("t: {kind: text}", 't starts with "a"', {"t": "b"}, "t is `b`, which does not start with `a`"),
        ("t: {kind: text}", 't matches "^[0-9]+$"', {"t": "12"}, "t is `12`, which matches `^[0-9]+$`"),
        ("t: {kind: text}", 'lower(t) contains "a"', {"t": "A"}, "lower(t) is `a` (t `A`), which contains `a`"),
        ("t: {kind: text}", 'lower(t) = "a"', {"t": "a"}, "lower(t) is `a`"),
        ("t: {kind: text}", "length(t) > 3", {"t": "abcd"}, "length(t) is 4 (t `abcd`), 1 above the limit 3"),
        ("f: {kind: flag}", "f", {"f": "yes"}, "f is true"),
        ("f: {kind: flag}", "not f", {"f": "yes"}, "f is true"),
        ("f: {kind: flag}", "f", {}, "f is missing"),
        ("x: {unit: mm}", "x is missing", {}, "x is missing"),
        ("x: {unit: mm}", "x is missing", {"x": "3"}, "x is 3 mm, and not missing"),
        ("x: {unit: mm}", "x is present", {"x": "3"}, "x is 3 mm, and not missing"),
        ("x: {column: X, unit: mm, optional: true}", "x is recorded", {}, "x is not recorded: there is no column `X`"),
        ("x: {column: X, unit: mm, optional: true}", "x is recorded", {"X": ""}, "x is recorded"),
        (
            "d: {kind: date}",
            "d > 2026-01-31",
            {"d": "2026-02-03"},
            "d is 2026-02-03, 3 days after the limit 2026-01-31",
        ),
        (
            "d: {kind: date}",
            "d > 2026-01-31",
            {"d": "2026-01-30"},
            "d is 2026-01-30, 1 day before the limit 2026-01-31",
        ),
        (
            "d: {kind: date}, e: {kind: date}",
            "d - e > 365 days",
            {"d": "2026-03-01", "e": "2025-01-01"},
            "d - e is 424 days (d 2026-03-01, e 2025-01-01), 59 days above the limit 365 days",
        ),
        (
            "w: {kind: time}",
            "w > 2026-01-31T06:00",
            {"w": "2026-01-31T07:30"},
            "w is 2026-01-31T07:30:00Z, 90 min after the limit 2026-01-31T06:00:00Z",
        ),
        (
            "w: {kind: time}, v: {kind: date}",
            "w - v > 36 h",
            {"w": "2026-01-03T01:00", "v": "2026-01-01"},
            "w - v is 49 h (w 2026-01-03T01:00:00Z, v 2026-01-01), 13 h above the limit 36 h",
        ),
        (
            "w: {kind: time}, v: {kind: time}",
            "w > v + 36 h",
            {"w": "2026-01-03T01:00", "v": "2026-01-01T12:00"},
            "w is 2026-01-03T01:00:00Z, 1 h after v + 36 h (2026-01-03T00:00:00Z)",
        ),
        (
            "x: {unit: mm}, f: {kind: flag}",
            "x > if f then 3 mm else 4 mm",
            {"x": "3.5", "f": "yes"},
            "x is 3.5 mm, 0.5 mm above the limit 3 mm for f true",
        ),
    ],
)
def test_a_condition_is_told_in_these_words(fields: str, when: str, fact: dict[str, str], said: str) -> None:
    quoted = when.replace("'", "''")
    standard = f"facts: {{fields: {{{fields}}}}}\nrules: {{r: {{when: '{quoted}'}}}}\n"
    assert sentences(standard, fact, "r") == [said]


CHARACTERISTICS = """
facts:
  fields:
    seat: {unit: mm, resolution: 0.001}
    hardness: {unit: HRC, resolution: 0.1}
    hardened: {kind: flag}
    burr: {one of: [free, slight, sharp, loose]}
    inspected: {kind: number}
    bad: {kind: number}
parameters:
  reject: {by: inspected, "<= 84": 4, "85 .. 168": 6}
characteristics:
  seat: {nominal: 25 mm, tolerance: {upper: 0 mm, lower: -0.013 mm}}
  hardness: {at least: 58 HRC, below: 62 HRC, applies: hardened}
  burr: {none of: [sharp, loose]}
rules:
  too-many: {when: bad >= reject}
  rework: {when: found(seat.above)}
"""
SHAFT = {"seat": "25.004", "hardness": "57.5", "hardened": "no", "burr": "free", "inspected": "90", "bad": "5"}


@pytest.mark.parametrize(
    ("rule", "changes", "said"),
    [
        ("seat", {}, ["seat is 25.004 mm, 0.004 mm above the limit 25 mm"]),
        (
            "seat",
            {"seat": "25"},
            ["seat is 25 mm, exactly at the limit 25 mm", "seat is 25 mm, 0.013 mm above the limit 24.987 mm"],
        ),
        ("hardness", {}, ["hardened is false"]),
        ("hardness", {"hardened": "yes"}, ["hardened is true", "hardness is 57.5 HRC, 0.5 HRC below the limit 58 HRC"]),
        ("burr", {}, ["burr is `free`, not one of `sharp`, `loose`"]),
        ("burr", {"burr": "loose"}, ["burr is `loose`, one of `sharp`, `loose`"]),
        ("too-many", {}, ["bad is 5, 1 below the limit 6 for inspected 90"]),
        ("too-many", {"inspected": "500"}, ["there is no limit for inspected 500"]),
        ("rework", {}, ["seat.above was found"]),
    ],
)
def test_a_characteristic_is_explained_in_these_words(rule: str, changes: dict[str, str], said: list[str]) -> None:
    assert sentences(CHARACTERISTICS, SHAFT | changes, rule) == said


def test_rules_come_in_the_order_in_which_they_matter() -> None:
    told = explained(CHARACTERISTICS, SHAFT | {"burr": ""})
    assert [(found.rule, found.said) for found in told.rules] == [
        ("seat", "spoke"),
        ("rework", "spoke"),
        ("burr", "unknown"),
        ("too-many", "silent"),
        ("hardness", "does not apply"),
    ]


def test_what_a_rule_denies_is_told_as_denied() -> None:
    denied = report(MILLING, FACT | {"torque": "0.5"}, "calm").evidence[0]
    assert (denied.condition, denied.outcome, denied.sentence) == ("not found(hot)", "true", "hot was not found")
    fields = "facts: {fields: {x: {unit: mm}}}\n"
    there = report(f"{fields}rules: {{r: {{when: x is present}}}}\n", {"x": "3"}, "r").evidence[0]
    assert (there.condition, there.outcome) == ("x is present", "true")


OPEN = """
facts:
  fields: {a: {unit: A}, v: {unit: V}, speed: {unit: mm/s}, n: {kind: number}, bad: {kind: number}}
  derived: {heat: {is: a * v / speed, unit: kJ/mm}, spare: reject - bad}
parameters: {reject: {by: n, "<= 84": 4, "85 .. 168": 6}}
rules: {hot: {when: heat > 1.5 kJ/mm or a > 1000 A}, few: {when: spare < 0 or bad > reject}}
"""


def test_an_unknown_rule_tells_the_true_reason() -> None:
    fact = {"a": "200", "v": "25", "speed": "0", "n": "84.5", "bad": "1"}
    assert report(OPEN, fact, "hot").reasons == ("heat has no value: speed is 0 mm/s",)
    assert report(OPEN, fact, "few").reasons == (
        "spare has no value: no row of the table fits n 84.5",
        "there is no limit for n 84.5",
    )
    assert report(OPEN, fact | {"a": "", "speed": ""}, "hot").reasons == ("a and speed are missing",)


SCRAPPED = """
facts: {fields: {x: {unit: mm, resolution: 0.1}, f: {kind: flag}}}
rules: {flag: {when: f, class: major}, wide: {when: x > 5 mm, class: critical}}
dispositions: [{when: found(wide), then: scrap}, {when: outcome = nonconforming, then: rework}]
"""


def test_a_change_of_the_disposition_alone_is_told_apart() -> None:
    told = explained(SCRAPPED, {"x": "5.3", "f": "yes"})
    assert told.flips == ()
    assert [flip.sentence for flip in told.other_dispositions] == ["x 5.3 mm -> 5 mm (-0.3 mm): nonconforming, rework"]


def test_an_explanation_prints_as_a_short_text() -> None:
    assert str(explained(SCRAPPED, {"x": "5.3", "f": ""})).splitlines() == [
        "item 1: nonconforming, critical, scrap",
        "  wide",
        "    x is 5.3 mm, 0.3 mm above the limit 5 mm",
        "  flag (not judged)",
        "    f is missing",
        "  x 5.3 mm -> 5 mm (-0.3 mm): indeterminate",
    ]


def test_a_rule_that_does_not_apply_says_why() -> None:
    assert sentences(CHARACTERISTICS, SHAFT, "hardness") == ["hardened is false"]
    fields = "facts: {fields: {f: {kind: flag}, x: {unit: mm}}}\n"
    assert sentences(f"{fields}applies: f\nrules: {{r: {{when: x > 5 mm}}}}\n", {"f": "no", "x": "6"}, "r") == [
        "f is false"
    ]


def test_a_rule_that_stands_on_no_fact_says_so() -> None:
    standard = "facts: {fields: {f: {kind: flag}}}\nrules: {always: {when: f or true}, never: {when: f and false}}\n"
    assert sentences(standard, {"f": ""}, "always") == ["true whatever the facts say"]
    assert sentences(standard, {"f": "yes"}, "never") == ["false whatever the facts say"]


def test_a_flip_is_told_in_these_words() -> None:
    told = explained(MILLING, FACT)
    assert [flip.sentence for flip in told.flips] == [
        "torque 46.3 N*m -> 57.6 N*m (+11.3 N*m): nonconforming",
        "wear 191 min -> 238 min (+47 min): nonconforming",
        "speed 1410 rpm -> 1857 rpm (+447 rpm): nonconforming",
        "type `L` -> `H`: indeterminate",
    ]


def test_dates_flags_and_categories_flip_in_these_words() -> None:
    standard = """
facts: {fields: {d: {kind: date}, w: {kind: time}, f: {kind: flag}, c: {one of: [L, M, H]}}}
rules:
  late: {when: d > 2026-01-31}
  hour: {when: w > 2026-01-31T06:00}
  flag: {when: f}
  category: {when: c = H}
dispositions: [{when: outcome = nonconforming, then: scrap}]
"""
    fact = {"d": "2026-01-30", "w": "2026-01-31T05:00", "f": "no", "c": "L"}
    assert [flip.sentence for flip in explained(standard, fact).flips] == [
        "w 2026-01-31T05:00:00Z -> 2026-01-31T06:00:01Z (+3601 s): nonconforming, scrap",
        "d 2026-01-30 -> 2026-02-01 (+2 days): nonconforming, scrap",
        "c `L` -> `H`: nonconforming, scrap",
        "f false -> true: nonconforming, scrap",
    ]


def test_a_value_is_never_shown_equal_to_a_limit_that_it_differs_from() -> None:
    standard = "facts: {fields: {n: {unit: rpm}}}\nrules: {fast: {when: n > 100 rad/s}}\n"
    for speed in ("954.9296585513721", "954.9296585513719", "954.92965855", "954.93"):
        found = report(standard, {"n": speed}, "fast").evidence[0]
        assert found.value != found.limit


def test_evidence_of_a_thousand_derived_quantities_is_told_at_once() -> None:
    derived = "".join(f"    d{number}: d{number - 1} + d{number - 1}\n" for number in range(1, 1000))
    head = "facts:\n  fields: {x: {unit: mm}}\n  derived:\n    d0: x + x\n"
    standard = f"{head}{derived}rules: {{r: {{when: d999 > 1 mm}}}}\n"
    assert report(standard, {"x": "0"}, "r").evidence[0].measured == (("x", "0 mm"),)
    assert report(standard, {"x": ""}, "r").missing == ("x",)
