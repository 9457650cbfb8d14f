"""Gherkin specs: their words, how they are run, in one process and in several, and in a repository of one's own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from gherkin.parser import Parser

import gonogo
from command_line import ROOT, started
from command_line import gonogo as command
from gonogo.problems import Refused
from gonogo.specs.scene import Scene, Unmet
from gonogo.specs.vocabulary import PHRASES, perform, phrase_of

PACKS = ("food-containers", "malting-barley", "milling-cell", "turned-shaft")
SHAFTS = ROOT / "rules" / "turned-shaft"


def scene(pack: str = "turned-shaft", item: str | None = "S0002") -> Scene:
    found = Scene(ROOT / "rules" / pack / "features", str(ROOT / "rules" / pack))
    if item is not None:
        found.like(item, "../sample.csv")
    return found


def do(found: Scene, *steps: tuple[str, str]) -> None:
    for kind, text in steps:
        perform(kind, text, found)  # type: ignore[arg-type]  # one of the three kinds


# ------------------------------------------------------------------------------------------------------------ words


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.example)
def test_the_example_of_each_step_is_that_step(phrase: gonogo.Phrase) -> None:
    found = phrase_of(phrase.kind, phrase.example)
    assert found is not None
    assert found[0] is phrase
    assert phrase.meaning


def test_every_step_stands_on_the_page_of_specs() -> None:
    page = (ROOT / "docs" / "specs.md").read_text(encoding="utf-8")
    missing = [phrase.example for phrase in PHRASES if f"`{phrase.example}`" not in page]
    assert missing == []
    listed = command("spec", "--steps")
    assert all(phrase.example in listed.out for phrase in PHRASES)


@pytest.mark.parametrize(
    ("kind", "text", "nearest"),
    [
        ("when", "it is inspcted", "it is inspected"),
        ("then", "it should be nonconforming, class major", "it is nonconforming, class major"),
        ("given", "a standard called turned-shaft", "the standard"),
        ("then", "the most likely cause is \"x\"", "the most probable cause is"),
    ],
)  # fmt: skip
def test_an_unknown_step_proposes_the_nearest(kind: str, text: str, nearest: str) -> None:
    with pytest.raises(Refused) as refused:
        do(scene(), (kind, text))
    (problem,) = refused.value.problems
    assert problem.code == "unknown-step"
    assert nearest in problem.mend


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a shaft whose sat diameter is 25 mm", "unknown-name"),
        ("its seat diameter is 25 kg", "unit-mismatch"),
        ("its colour is purple", "unusable-value"),
        ("its seat diameter is wide", "unknown-name"),
        ("it is painted", "unknown-name"),
        ('a shaft like item "S9999" of "../sample.csv"', "unknown-item"),
        ('the standard "nowhere"', "unreadable"),
        ("the day is tomorrow", "bad-setting"),
    ],
)
def test_what_is_given_is_held_to_the_standard(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        do(scene(), ("given", text), ("when", "it is inspected"))
    assert {problem.code for problem in refused.value.problems} == {code}


@pytest.mark.parametrize(
    ("steps", "expected", "found"),
    [
        ([("then", "it is nonconforming")], "nonconforming", "conforming"),
        ([("given", "its seat diameter is 25.1 mm"), ("then", "it is nonconforming, class minor")],
         "nonconforming, class minor", "nonconforming, class major, because of `seat_diameter.above`"),
        ([("given", "its seat diameter is 25.1 mm"), ("then", 'it is nonconforming, because of "runout"')],
         "nonconforming, because of `runout`", "nonconforming, class major, because of `seat_diameter.above`"),
        ([("given", "its seat diameter is 25.1 mm"), ("then", "it is to be scrapped")],
         "disposition scrap", "disposition rework"),
        ([("given", "its runout is not measured"), ("then", '"runout" is not found')],
         "that `runout` is not found", "that it could not be judged"),
        ([("given", "its runout is not measured"), ("then", "it is indeterminate, because roughness is missing")],
         "indeterminate, because `roughness` is missing", "indeterminate, because `runout` is missing"),
        ([("then", '"runout" is not judged, because runout is missing')],
         "that `runout` is not judged, because `runout` is missing", "that it was judged"),
        ([("given", "its seat diameter is 25.1 mm"), ("then", "nothing is found")],
         "that nothing is found", "`seat_diameter.above`"),
    ],
)  # fmt: skip
def test_what_is_not_met_says_what_was_found_and_why(steps: list[tuple[str, str]], expected: str, found: str) -> None:
    with pytest.raises(Unmet) as unmet:
        do(scene(), *steps)
    assert (unmet.value.expected, unmet.value.found) == (expected, found)
    assert unmet.value.explanation.startswith("item S0002: ")


def test_because_of_names_all_findings_and_no_others() -> None:
    found = scene()
    do(found, ("given", "its seat diameter is 25.1 mm"), ("given", "its roughness is 0.9 um"))
    do(found, ("then", 'it is nonconforming, class major, because of "seat_diameter" and "roughness"'))
    with pytest.raises(Unmet):
        do(found, ("then", 'it is nonconforming, class major, because of "seat_diameter"'))


def test_flags_words_and_actions() -> None:
    found = scene()
    do(found, ("given", "it is not deburred"), ("then", '"not-deburred" is found'), ("given", "it is deburred"))
    do(found, ("then", "nothing is found"), ("then", "it is released"))
    cell = scene("milling-cell", None)
    do(cell, ("given", '"overstrain" is seen'), ("when", "the causes are traced"))
    do(cell, ("then", 'the most probable cause is "edge-overloaded", with at least 70 %'))
    with pytest.raises(Unmet, match="edge-overloaded") as unmet:
        do(cell, ("then", 'the most probable cause is "worn-tool"'))
    assert "%  edge-overloaded" in unmet.value.explanation
    do(
        cell,
        ("when", 'the action "wear-limited-feed" is taken'),
        ("then", 'the action "wear-limited-feed" is proposed'),
    )
    with pytest.raises(Unmet, match="falls below"):
        do(cell, ("then", 'the risk of "overstrain" falls below 0.1 %'))


def test_what_the_page_shows_runs(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "specs.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```gherkin\n(.*?)^```$", page, re.M | re.S)
    pack = tmp_path / "shafts"
    (pack / "features").mkdir(parents=True)
    for name in ("standard.yaml", "sample.csv"):
        (pack / name).write_text((SHAFTS / name).read_text("utf-8"), encoding="utf-8")
    for number, text in enumerate(blocks):
        whole = text if text.startswith("Feature:") else f"Feature: Of the page\n\n{text}"
        (pack / "features" / f"{number}.feature").write_text(whole, encoding="utf-8")
    result = command("spec", pack)
    assert result.code == 0, result.out
    assert "4 scenarios: 4 passed" in result.out


# ---------------------------------------------------------------------------------------------------------- running


@pytest.mark.parametrize("pack", PACKS)
def test_the_specs_of_a_pack_that_ships_pass(pack: str) -> None:
    for path in (ROOT / "rules" / pack / "features").glob("*.feature"):
        assert Parser().parse(path.read_text(encoding="utf-8"))["feature"]["name"]
    result = command("spec", ROOT / "rules" / pack)
    assert result.code == 0, result.out
    assert "failed" not in result.out


def test_the_promises_of_the_product_are_kept() -> None:
    result = command("spec", "turned-shaft", "--features", ROOT / "features", "--format", "json")
    assert result.code == 0, result.out
    promised = [each for each in result.json["results"] if each["feature"] == "What gonogo promises"]
    assert len(promised) >= 15


FAILING = """
Feature: Seats
  Scenario Outline: At <diameter>
    Given a shaft like item "S0002" of "{sample}"
    And its seat diameter is <diameter>
    When it is inspected
    Then it is <outcome>

    @wide
    Examples:
      | diameter  | outcome    |
      | 25.001 mm | conforming |

    Examples:
      | diameter  | outcome    |
      | 25.000 mm | conforming |

  @clause-4.2
  Scenario: A typo
    Given a shaft like item "S0002" of "{sample}"
    When it is inspcted
    Then nothing is found
"""


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    path = tmp_path / "seats.feature"
    text = FAILING.format(sample=SHAFTS / "sample.csv").replace(
        "Feature: Seats\n", 'Feature: Seats\n  Background:\n    Given the standard "turned-shaft"\n'
    )
    path.write_text(text, encoding="utf-8")
    return path


def test_a_failure_is_told_with_expected_found_and_the_explanation(failing: Path) -> None:
    run = gonogo.run_specs([str(failing)])
    wide, exact, typo = run.scenarios
    assert (wide.passed, exact.passed, typo.passed) == (False, True, False)
    assert (wide.expected, wide.found) == ("conforming", "nonconforming, class major, because of `seat_diameter.above`")
    assert "0.001 mm above the limit 25 mm" in wide.explanation
    assert [step.status for step in wide.steps] == ["passed", "passed", "passed", "passed", "failed"]
    assert [step.status for step in typo.steps] == ["passed", "passed", "failed", "skipped"]
    assert typo.message is not None
    assert "the nearest is `it is inspected` [unknown-step]" in typo.message
    assert typo.tags == ("clause-4.2",)
    result = command("spec", "turned-shaft", "--features", failing)
    assert result.code == 1
    assert "found     nonconforming, class major" in result.out
    assert command("spec", "turned-shaft", "--features", failing, "--exit-zero").code == 0


def test_a_brief_run_explains_failures_only(failing: Path) -> None:
    run = gonogo.run_specs([str(failing)], is_brief=True)
    assert any(result.explanation for result in run.scenarios if not result.passed)
    assert {result.explanation for result in run.scenarios if result.passed} == {""}
    assert any(result.explanation for result in gonogo.run_specs([str(failing)]).scenarios if result.passed)


def test_several_processes_come_to_the_same(failing: Path) -> None:
    one, two = (gonogo.run_specs([str(failing), str(SHAFTS / "features")], workers=workers) for workers in (0, 2))
    assert [replace(each, seconds=0) for each in one.scenarios] == [replace(each, seconds=0) for each in two.scenarios]
    assert one.problems == two.problems == []


MANY = """Feature: Many
  Scenario Outline: A thin seat
    Given the standard "turned-shaft"
    And a shaft whose seat diameter is <d>
    Then "seat_diameter" is found

    Examples:
      | d |
{rows}
"""


def test_a_thousand_examples_are_a_thousand_scenarios(tmp_path: Path) -> None:
    rows = "\n".join(f"      | 24.{number:03} mm |" for number in range(1000))
    path = tmp_path / "many.feature"
    path.write_text(MANY.format(rows=rows), encoding="utf-8")
    run = gonogo.run_specs([str(path)])
    assert len(run.scenarios) == 1000
    assert sum(each.passed for each in run.scenarios) == 987


TWICE = "Feature: F\n  Scenario: S\n    Given it is x\n  Scenario: S\n    Given it is y\n"
BROKEN = {
    "no Gherkin": ("nothing at all\n", "expected"),
    "empty": ("", "no feature"),
    "two of one name": (TWICE, "two scenarios are called `S`"),
    "no steps": ("Feature: F\n  Scenario: S\n", "has no steps"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_feature_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    text, what = BROKEN[name]
    pack = tmp_path / "pack"
    (pack / "features").mkdir(parents=True)
    (pack / "standard.yaml").write_text((SHAFTS / "standard.yaml").read_text("utf-8"), encoding="utf-8")
    (pack / "features" / "broken.feature").write_text(text, encoding="utf-8")
    result = command("spec", pack)
    assert result.code == 1
    assert all("[bad-feature]" in error for error in result.errors), result.err
    assert what in result.err


def test_where_there_are_no_specs(tmp_path: Path) -> None:
    (tmp_path / "standard.yaml").write_text((SHAFTS / "standard.yaml").read_text("utf-8"), encoding="utf-8")
    for told in ((tmp_path,), ("turned-shaft", "--features", tmp_path / "none"), ()):
        result = command("spec", *told)
        assert result.code == 2
        assert len(result.errors) == 1
    assert command("spec", "turned-shaft", "--tags", "nothing").code == 1
    assert command("spec", "turned-shaft", "--tags", "a b c").code == 2


def test_a_file_that_cant_be_read_keeps_no_other_from_being_run(failing: Path) -> None:
    broken = failing.with_name("broken.feature")
    broken.write_text("nonsense", encoding="utf-8")
    run = gonogo.run_specs([str(broken), str(SHAFTS / "features" / "bearing-seat.feature")])
    assert [problem.code for problem in run.problems] == ["bad-feature"]
    assert sum(each.passed for each in run.scenarios) == 8


def test_pytest_runs_the_feature_files_of_a_repository_by_itself(tmp_path: Path) -> None:
    """With other feature files beside them, which are left alone."""
    pack = tmp_path / "rules" / "shafts"
    (pack / "features").mkdir(parents=True)
    for name in ("standard.yaml", "sample.csv", "features/bearing-seat.feature"):
        (pack / name).write_text((SHAFTS / name).read_text("utf-8"), encoding="utf-8")
    (tmp_path / "other.feature").write_text("Feature: Other\n  Scenario: S\n    Given a user\n", encoding="utf-8")
    paths = f"{ROOT / 'engine'}{os.pathsep}{ROOT / 'cli'}"
    environment = {**os.environ, "PYTHONPATH": paths, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    plugins = ("-p", "pytest_bdd.plugin", "-p", "gonogo.specs.plugin")
    told = [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-W", "error", *plugins, str(tmp_path)]
    run = subprocess.run(told, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "8 passed" in run.stdout
    text = (pack / "features" / "bearing-seat.feature").read_text("utf-8")
    (pack / "features" / "bearing-seat.feature").write_text(
        text.replace("to be scrapped", "to be held"), encoding="utf-8"
    )
    run = subprocess.run(told, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "expected disposition hold; found disposition scrap" in run.stdout
    assert "Traceback" not in run.stdout


# --------------------------------------------------------------------------------------------------------- coverage


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_that_is_ended_is_no_run(tmp_path: Path, sent: signal.Signals, code: int, workers: str) -> None:
    rows = "\n".join(f"      | {number} |" for number in range(6_000))
    (tmp_path / "many.feature").write_text(
        'Feature: many\n  Scenario Outline: many\n    Given the standard "turned-shaft"\n'
        "    And a shaft whose hardness is <hardness> HRC\n    When it is inspected\n"
        f"    Then it is indeterminate\n\n    Examples:\n      | hardness |\n{rows}\n",
        encoding="utf-8",
    )
    program = [sys.executable, "-m", "gonogo_cli", "spec", "turned-shaft", "--features", str(tmp_path), "-n", workers]
    told, pipe = [*program, "--report", str(tmp_path / "evidence")], subprocess.PIPE
    with started(told, stdout=pipe, stderr=pipe, text=True) as process:
        time.sleep(5)
        process.send_signal(sent)
        out, _ = process.communicate(timeout=120)
    assert process.returncode in (code, -sent)  # the latter where it had not yet begun
    assert out == ""
    assert not (tmp_path / "evidence").exists()


class Ending(BaseException):
    """What a request to end raises, wherever one is."""


@pytest.mark.parametrize("stage", ["gonogo.specs.plugin._check", "gonogo.specs.scene.Scene.expect_outcome"])
def test_a_request_to_end_is_no_fault_of_what_is_read_or_run(failing: Path, stage: str) -> None:
    with patch(stage, side_effect=Ending), pytest.raises(Ending):
        gonogo.run_specs([str(failing)])


@pytest.mark.parametrize("pack", PACKS)
def test_the_specs_of_a_pack_that_ships_exercise_all_of_its_rules(pack: str) -> None:
    covered = command("spec", pack, "--coverage", "--format", "json").json["coverage"]
    for kind in ("rule speaks", "rule is silent", "clause", "class", "disposition"):
        assert covered[kind]["exercised"] == covered[kind]["of"], covered["holes"]
    assert covered["condition true"]["exercised"] == covered["condition true"]["of"]
    assert covered["condition false"]["exercised"] == covered["condition false"]["of"]


def test_coverage_counts_what_passed_scenarios_met(failing: Path) -> None:
    standard = gonogo.load("turned-shaft")
    run = gonogo.run_specs([str(failing)])
    exact = run.scenarios[1]
    assert run.scenarios[0].exercised == ()  # it failed
    covered = gonogo.coverage(standard, None, exact.exercised)
    met = {(point.kind, point.name) for point in covered.exercised}
    assert ("rule is silent", "seat_diameter") in met
    assert ("condition false", "seat_diameter > 25 mm") in met
    assert ("condition true", "seat_diameter > 25 mm") not in met
    assert ("disposition", "release") in met
    assert covered.of("rule speaks") == (0, 17)
    assert 0 < covered.share < 1
    assert gonogo.Coverage((), frozenset()).share == 1


def test_what_would_be_otherwise_is_not_covered(tmp_path: Path) -> None:
    path = tmp_path / "whatif.feature"
    path.write_text(
        'Feature: W\n  Scenario: S\n    Given the standard "turned-shaft"\n'
        "    And a part whose seat diameter is 25 mm\n"
        '    When the limit "seat_diameter.upper" becomes -0.002 mm\n    Then "seat_diameter" is found\n',
        encoding="utf-8",
    )
    (result,) = gonogo.run_specs([str(path)]).scenarios
    assert result.passed
    assert result.exercised == ()


def test_a_graph_is_read_only_where_it_is_asked_for(tmp_path: Path) -> None:
    assert command("init", str(tmp_path / "pack")).code == 0
    assert command("spec", str(tmp_path / "pack")).code == 0
    (tmp_path / "pack" / "causes.yaml").write_text("gonogo: 1\ncauses-of: nothing\n", encoding="utf-8")
    assert command("spec", str(tmp_path / "pack")).code == 0
    assert command("spec", str(tmp_path / "pack"), "--coverage").code == 2


def test_too_little_coverage_fails() -> None:
    assert command("spec", "milling-cell", "--min-coverage", "80 %").code == 0
    result = command("spec", "milling-cell", "--min-coverage", "0.999")
    assert (result.code, "[low-coverage]" in result.err) == (1, True)
    assert "holes" in result.out
    assert command("spec", "milling-cell", "--min-coverage", "much").code == 2
