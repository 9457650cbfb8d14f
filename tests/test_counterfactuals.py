"""The smallest changes of one field, and of two, that reach an outcome: held against all changes that are no larger."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from random import Random

import pytest
from hypothesis import given

import gonogo
from command_line import MILLING
from command_line import gonogo as command
from gonogo.answer import Outcome
from gonogo.counterfactuals import Counterfactual
from test_flips import compiled
from test_properties import SEEDS, deeply

FIELDS = ("x", "y", "z")


def random_rules(random: Random) -> str:
    """Conditions on three whole numbers, some of them on two."""
    rules = []
    for number in range(random.randint(1, 4)):
        parts = []
        for _ in range(random.randint(1, 2)):
            one, other = random.sample(FIELDS, 2)
            parts.append(
                random.choice(
                    [
                        f"{one} {random.choice('<>')} {random.randint(-12, 12)}",
                        f"{one} {random.choice('<>')} {random.randint(-12, 12)}",
                        f"{one} + {other} {random.choice('<>')} {random.randint(-12, 12)}",
                        f"{one} * {other} {random.choice('<>')} {random.randint(-40, 40)}",
                    ]
                )
            )
        rules.append(f"  r{number}: {{when: '{random.choice([' and ', ' or ']).join(parts)}'}}")
    fields = ", ".join(f"{name}: {{kind: number, resolution: 1}}" for name in FIELDS)
    return f"facts: {{fields: {{{fields}}}}}\nrules:\n" + "\n".join(rules)


def values(found: Counterfactual) -> dict[str, int]:
    return {change.field: int(change.changed) for change in found.changes}


@deeply(150)
@given(seed=SEEDS)
def test_what_is_proposed_reaches_the_outcome_and_nothing_smaller_does(seed: int) -> None:
    random = Random(seed)
    standard = compiled(random_rules(random))
    fact = {name: random.randint(-15, 15) for name in FIELDS}
    verdict = standard.judge(fact)
    wanted: Outcome = "nonconforming" if verdict.outcome == "conforming" else "conforming"

    def reaches(changed: Mapping[str, int]) -> bool:
        return standard.judge({**fact, **changed}).outcome == wanted

    found = verdict.explain(wanted).counterfactuals
    assert found is not None
    single = {next(iter(values(each))) for each in found if len(each.changes) == 1}
    for each in found:
        changed = values(each)
        assert each.outcome == wanted
        assert reaches(changed)
        sizes = {name: abs(value - fact[name]) for name, value in changed.items()}
        if len(changed) == 2:  # neither field does it alone
            assert single.isdisjoint(changed)
        for name, size in sizes.items():  # and neither change can be smaller, the other being what it is
            for smaller in range(min(size, 60)):
                for value in (fact[name] - smaller, fact[name] + smaller):
                    assert not reaches({**changed, name: value})
    for name in FIELDS:  # where one field does it within some steps, it is proposed
        if any(reaches({name: fact[name] + step}) for step in range(-30, 31)):
            assert name in single


@deeply(60)
@given(seed=SEEDS)
def test_limits_of_single_fields_have_no_smaller_pair_at_all(seed: int) -> None:
    random = Random(seed)
    lines = [f"  r{name}: {{when: {name} > {random.randint(-5, 5)}}}" for name in FIELDS]
    fields = ", ".join(f"{name}: {{kind: number, resolution: 1}}" for name in FIELDS)
    standard = compiled(f"facts: {{fields: {{{fields}}}}}\nrules:\n" + "\n".join(lines))
    fact = {name: random.randint(-15, 15) for name in FIELDS}
    found = standard.judge(fact).explain("conforming").counterfactuals
    assert found is not None
    for each in found:
        changed = values(each)
        spans = {name: range(-abs(value - fact[name]), abs(value - fact[name]) + 1) for name, value in changed.items()}
        reaching = [
            dict(zip(spans, steps, strict=True))
            for steps in product(*spans.values())
            if standard.judge(
                {**fact, **{name: fact[name] + step for name, step in zip(spans, steps, strict=True)}}
            ).outcome == "conforming"
        ]  # fmt: skip
        assert reaching == [{name: value - fact[name] for name, value in changed.items()}]
    broken = sum(verdict.rule.startswith("r") for verdict in standard.judge(fact).findings)
    assert len(found) == (1 if broken in (1, 2) else 0)


def test_the_command_tells_them() -> None:
    result = command("explain", "milling-cell", MILLING, "--item", "81", "--flip", "conforming", "--quiet")
    assert "and rotational_speed  1250 rpm -> 1226 rpm" in result.out
    found = command(
        "explain", "milling-cell", MILLING, "--item", "42", "--flip", "conforming", "--format", "json", "--quiet"
    )
    (told,) = found.json["explanations"]
    assert [change["field"] for each in told["counterfactuals"] for change in each["changes"]] == [
        "torque", "tool_wear", "type",
    ]  # fmt: skip
    assert "counterfactuals" not in command("explain", "milling-cell", MILLING, "--item", "42", "--format", "json").json


@pytest.mark.parametrize("told", [("--lot", "x", "--flip", "conforming"), ("--item", "1", "--flip", "good")])
def test_wrong_usage_is_one_line(told: tuple[str, ...]) -> None:
    result = command("explain", "milling-cell", MILLING, *told)
    assert result.code == 2
    assert len(result.errors) == 1


def test_what_is_the_outcome_already_needs_no_change() -> None:
    fact = {"x": 1, "y": 1, "z": 1}
    standard = compiled("facts: {fields: {x: {kind: number}}}\nrules: {r: {when: x > 5}}")
    assert standard.judge(fact).explain("conforming").counterfactuals == ()
    assert gonogo.load("milling-cell").judge({}).explain("conforming").counterfactuals == ()
