"""Mutants: each judges as the standard would if it said so, and specs notice those that their cases tell apart."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

import gonogo
from command_line import ROOT
from command_line import gonogo as command
from gonogo.answer import Answer
from gonogo.judge import Judge
from gonogo.problems import Problems, Refused
from gonogo.program import ir
from gonogo.program.compiler import Compiled
from gonogo.program.passes.rewrite import replace_leaves
from gonogo.program.strata import plan_reasoning
from gonogo.specs.mutants import Mutant, mutants
from gonogo.specs.mutation import MutantJudge
from gonogo.specs.proposing.proposals import propose
from test_properties import SEEDS, deeply
from test_properties import written as random_standard

MOST = 16


def compiled_anew(compiled: Compiled, mutant: Mutant) -> Judge:
    """What judges by a program in which the mutant stands."""
    program, (kind, number), tree = compiled.exact, mutant.home, mutant.tree
    if kind == "condition" and isinstance(tree, ir.Not):

        def denied(leaf: ir.Logic) -> ir.Logic:
            return ir.Not(leaf) if leaf == ir.Outcome(number) else leaf

        changed = tuple(replace(each, when=replace_leaves(each.when, denied)) for each in program.propositions)
        program = replace(program, propositions=changed)
    else:
        of_home = {"condition": "conditions", "derived": "derived", "proposition": "propositions"}
        name = of_home.get(kind, "dispositions")
        parts = list(getattr(program, name))
        key = "value" if kind == "derived" else "when"
        parts[number] = tree if kind == "condition" else replace(parts[number], **{key: tree})
        program = replace(program, **{name: tuple(parts)})  # type: ignore[arg-type]  # one of its lists
    plan = plan_reasoning(program.propositions, program.components, Problems())
    return Judge(replace(compiled, exact=program, plan=plan))


def told(answer: Answer) -> tuple[object, ...]:
    findings = tuple(finding.name for finding in answer.findings)
    return answer.outcome, answer.class_, answer.disposition, findings, answer.unknown


@deeply(16)
@given(seed=SEEDS)
def test_a_mutant_judges_as_if_it_were_written(seed: int) -> None:
    author, standard = random_standard(seed)
    judge = standard.judging
    facts = [author.fact().cells for _ in range(8)]
    for mutant in [*mutants(judge.exact)][:MOST]:
        one, other = MutantJudge(judge, mutant), compiled_anew(standard.compiled, mutant)
        for cells in facts:
            assert told(one.judge(cells)[0]) == told(other.judge(cells)[0]), (mutant.kind, mutant.said, mutant.becomes)


@deeply(16)
@given(seed=SEEDS)
def test_what_is_proposed_for_any_standard_is_what_it_says(seed: int) -> None:
    _, standard = random_standard(seed)
    try:
        found = propose(standard, "")
    except Refused:
        return  # by some, nothing conforms
    assert len({each.name for each in (*found.items, *found.lots)}) == len(found.items) + len(found.lots)
    for each in found.items:
        widths = {len(row) for row in each.rows} or {0}
        assert widths == {len(each.header)}
        assert all(f"<{name}>" in "\n".join(each.steps) for name in each.header)


LIMITED = """gonogo: 1
standard: limited
facts: {fields: {a: {column: A, kind: number, resolution: 1}, b: {column: B, one of: [x, y, z]}}}
rules:
  high: {when: "a > 10 and b in (x, y)", class: minor}
  both: {when: found(high) or b = z, class: major}
classes: [major, minor]
"""


def test_what_is_changed() -> None:
    path = ROOT / "rules" / "milling-cell"
    program = gonogo.load(str(path)).compiled.exact
    found = [(mutant.kind, mutant.said, mutant.becomes) for mutant in mutants(program)]
    assert ("limit", "power < 3500 W", "power < 3501 W") in found
    assert ("limit", "temperature_difference < 8.6 K", "temperature_difference < 8.5 K") in found
    assert ("comparison", "rotational_speed < 1380 rpm", "rotational_speed <= 1380 rpm") in found
    assert ("connective", "power < 3500 W or power > 9000 W", "power < 3500 W and power > 9000 W") in found
    strain = [becomes for kind, said, becomes in found if kind == "limit" and said.startswith("strain")]
    assert "12001 min*N*m for 12000 min*N*m" in strain
    assert Counter(kind for kind, _, _ in found) == {"limit": 18, "comparison": 14, "connective": 5}


@pytest.fixture
def limited(tmp_path: Path) -> Path:
    (tmp_path / "standard.yaml").write_text(LIMITED, encoding="utf-8")
    (tmp_path / "features").mkdir()
    return tmp_path


def feature(folder: Path, *cases: tuple[int, str, str]) -> None:
    lines = ["Feature: limited"]
    for number, (a, b, expected) in enumerate(cases):
        lines += [f"  Scenario: {number}", f"    Given an item whose a is {a}", f"    And its b is {b}"]
        lines += ["    When it is inspected", f"    Then it is {expected}"]
    (folder / "features" / "own.feature").write_text("\n".join(lines) + "\n", encoding="utf-8")


def noticed(folder: Path) -> dict[str, bool]:
    run = gonogo.run_specs([str(folder / "features")])
    mutation = gonogo.check_mutants(gonogo.load(str(folder)), run.scenarios)
    return {each.mutant.becomes: each.is_noticed for each in mutation.tried}


def test_specs_notice_what_their_cases_tell_apart(limited: Path) -> None:
    feature(limited, (10, "x", "conforming"))
    before = noticed(limited)
    assert before["a > 9"]
    assert not before["a > 11"]
    assert before["a >= 10"]
    assert before["a <= 10"]
    assert not before['b in ("y")']
    assert not before['b in ("x")']
    assert before['a > 10 or b in ("x", "y")']
    feature(limited, (10, "x", "conforming"), (11, "x", "nonconforming"), (11, "y", "nonconforming"))
    after = noticed(limited)
    assert after["a > 11"]
    assert all(after[each] for each in after if each.startswith('b in ("'))


def test_what_fails_or_is_judged_otherwise_notices_nothing(limited: Path) -> None:
    feature(limited, (11, "x", "conforming"))
    assert not any(noticed(limited).values())
    (limited / "features" / "own.feature").write_text(
        "Feature: f\n  Scenario: s\n    Given an item whose a is 10\n    And its b is x\n"
        '    When "both" is withdrawn\n    Then it is conforming\n',
        encoding="utf-8",
    )
    assert not any(noticed(limited).values())


def test_lots_notice_what_is_accepted() -> None:
    run = gonogo.run_specs(gonogo.feature_folders("food-containers"))
    mutation = gonogo.check_mutants(gonogo.load("food-containers"), run.scenarios)
    of_lots = [each for each in mutation.tried if each.level == "lots"]
    assert any(each.is_noticed for each in of_lots)
    assert any(not each.is_noticed for each in of_lots)
    assert all(rule.startswith("lots.") for each in of_lots for rule in each.rules)


def test_from_the_command_line(limited: Path) -> None:
    feature(limited, (10, "x", "conforming"))
    page = command("spec", str(limited), "--mutate")
    assert page.code == 0
    assert "high: a > 10 -> a > 11" in page.out
    found = json.loads(command("spec", str(limited), "--mutate", "--format", "json").out)["mutation"]
    assert found["limit"] == {"noticed": 1, "of": 2}
    assert {
        "kind": "limit", "level": "items", "rules": ["high"], "said": "a > 10", "becomes": "a > 11", "noticed": False
    } in found["unnoticed"]  # fmt: skip
