"""Specs that gonogo proposes: they parse, pass, tell the standard from its mutants, and keep what was approved."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from gherkin.parser import Parser

import gonogo
from command_line import ROOT
from command_line import gonogo as command
from gonogo.problems import Refused
from gonogo.specs.proposing.matching import matching

PACKS = ("food-containers", "malting-barley", "milling-cell", "turned-shaft")


def copied(pack: str, folder: Path) -> Path:
    """A pack without its own feature files."""
    target = folder / pack
    shutil.copytree(ROOT / "rules" / pack, target)
    shutil.rmtree(target / "features")
    return target


def written(pack: Path) -> list[gonogo.ProposedFile]:
    found = list(gonogo.propose_specs(str(pack)))
    for file in found:
        Path(file.path).parent.mkdir(exist_ok=True)
        Path(file.path).write_text(file.text, encoding="utf-8")
    return found


DISCS = """gonogo: 1
standard: discs
version: {version}
facts:
  item: No
  fields:
    bore:     {{column: Bore, unit: mm, resolution: 0.01}}
    edge:     {{column: Edge, one of: [free, slight, sharp]}}
    washed:   {{column: Washed, kind: flag}}
    remark:   {{column: Remark, kind: text}}
characteristics:
  bore: {{clause: "4.1", title: Bore 25, nominal: 25 mm, tolerance: {tolerance} mm, class: major}}
rules:
  edge:  {{clause: "4.2", when: edge = sharp or remark contains "burr", class: minor}}
  stain: {{when: not washed and edge = slight, class: minor}}
classes: [critical, major, minor]
dispositions:
  - {{when: class = major, then: scrap}}
  - {{when: outcome = conforming, then: release}}
"""


def discs(folder: Path, tolerance: str = "0.02", version: str = "1.0.0") -> Path:
    (folder / "discs").mkdir(exist_ok=True)
    text = DISCS.format(tolerance=tolerance, version=version)
    (folder / "discs" / "standard.yaml").write_text(text, encoding="utf-8")
    return folder / "discs"


@pytest.mark.parametrize("pack", PACKS)
def test_what_is_proposed_for_a_pack_passes_and_notices_every_other_limit(pack: str, tmp_path: Path) -> None:
    folder = copied(pack, tmp_path)
    files = written(folder)
    documents = [Parser().parse(file.text)["feature"] for file in files]
    assert {document["tags"][0]["name"] for document in documents} == {"@proposed"}
    run = gonogo.run_specs([str(folder / "features")])
    assert run.is_good
    assert len(run.scenarios) == sum(file.examples for file in files)
    standard = gonogo.load(str(folder))
    mutation = gonogo.check_mutants(standard, run.scenarios)
    met, whole = mutation.of("limit")
    assert whole >= 18
    assert met == whole
    assert {each.mutant.kind for each in mutation.unnoticed} <= {"comparison", "connective"}
    assert len(mutation.unnoticed) <= 2
    covered = gonogo.coverage(standard, None, [point for each in run.scenarios for point in each.exercised])
    assert covered.holes == ()


def test_without_sample_facts_an_item_is_made_up(tmp_path: Path) -> None:
    for pack in PACKS:
        folder = copied(pack, tmp_path)
        (folder / "sample.csv").unlink()
        run = gonogo.run_specs([str(Path(file.path)) for file in written(folder)])
        assert run.is_good
        assert gonogo.check_mutants(gonogo.load(str(folder)), run.scenarios).of("limit")[0] > 0


@pytest.mark.parametrize(
    ("sample", "origin"),
    [
        (None, "made up: there is no `sample.csv` beside the standard"),
        ("No,Bore\n1,25\n", "made up: `sample.csv` can't be read: no columns `Edge`, `Washed`, `Remark`"),
        (
            "No,Bore,Edge,Washed,Remark\n1,25,free,,ok\n2,26,free,yes,ok\n",
            "made up: no item of `sample.csv` conforms with a value in every field",
        ),
        (
            'No,Bore,Edge,Washed,Remark\n1,26,free,yes,ok\n"A\nScenario: 2",25,free,yes,ok\n',
            "item A Scenario: 2 of `sample.csv`",
        ),
    ],
)
def test_a_file_says_where_its_item_comes_from(sample: str | None, origin: str, tmp_path: Path) -> None:
    folder = discs(tmp_path)
    if sample is not None:
        (folder / "sample.csv").write_text(sample, encoding="utf-8")
    written(folder)
    text = (folder / "features" / "proposed-items.feature").read_text(encoding="utf-8")
    assert f"\n  All start from one item, which is {origin}.\n" in text
    assert gonogo.run_specs([str(folder / "features")]).is_good


def test_a_page_that_a_person_would_write(tmp_path: Path) -> None:
    (file,) = written(discs(tmp_path))
    text = re.sub(r"@hash-\w+", "@hash-x", file.text)
    assert "  Rule: 4.1\n\n    @rule-bore @hash-x\n    Scenario Outline: Bore 25: at its limits\n" in text
    assert '        | 25.03 mm | nonconforming, class major, because of "bore.above" | scrap       |\n' in text
    assert '        | 24.97 mm | nonconforming, class major, because of "bore.below" | scrap       |\n' in text
    assert "        | 24.98 mm | conforming" in text
    assert "    Scenario: Bore 25: without bore\n      Given its bore is not known\n" in text
    assert '      And "bore" is not judged, because bore is missing\n' in text
    assert "  Rule: No clause\n" in text
    assert "      Given it is not washed\n" in text


def test_all_that_decides_is_among_the_cases(tmp_path: Path) -> None:
    folder = discs(tmp_path)
    (file,) = written(folder)
    run = gonogo.run_specs([file.path])
    assert run.is_good
    values = {step.text for each in run.scenarios for step in each.steps if step.text.startswith("its bore is")}
    bores = (24.97, 24.98, 24.99, 25.01, 25.02, 25.03)
    assert values == {f"its bore is {bore} mm" for bore in bores} | {"its bore is not known"}
    said = {(each.example.get("edge"), each.example.get("outcome")) for each in run.scenarios}
    assert {edge for edge, _ in said if edge} == {"free", "slight", "sharp"}
    assert gonogo.check_mutants(gonogo.load(str(folder)), run.scenarios).unnoticed == ()


def test_both_edges_of_what_a_measurement_leaves_open(tmp_path: Path) -> None:
    """Beside a guarded limit an item is found, indeterminate, and conforming: all four edges are cases."""
    (tmp_path / "standard.yaml").write_text(
        "gonogo: 1\nstandard: guarded\nfacts: {fields: {bore: {column: Bore, unit: mm, resolution: 0.001}}}\n"
        "classes: [major]\ncharacteristics:\n"
        "  bore: {nominal: 25 mm, tolerance: 0.02 mm, class: major, measured within: 0.004 mm}\n",
        encoding="utf-8",
    )
    (file,) = written(tmp_path)
    run = gonogo.run_specs([file.path])
    assert run.is_good
    said = {each.example.get("bore"): str(each.example.get("outcome")).partition(",")[0] for each in run.scenarios}
    assert said["24.975 mm"] == "nonconforming"
    assert said["24.976 mm"] == said["24.983 mm"] == "indeterminate"
    assert said["24.984 mm"] == said["25.016 mm"] == "conforming"
    assert said["25.017 mm"] == said["25.024 mm"] == "indeterminate"
    assert said["25.025 mm"] == "nonconforming"
    met, whole = gonogo.check_mutants(gonogo.load(str(tmp_path)), run.scenarios).of("limit")
    assert met == whole == 8


def test_what_a_person_approved_stays_and_is_not_proposed_again(tmp_path: Path) -> None:
    folder = discs(tmp_path)
    (first,) = written(folder)
    path = Path(first.path)
    mark = "    Scenario Outline: Bore 25: at its limits"
    tags = re.search(r"    (@rule-bore @hash-\w+)\n" + re.escape(mark), first.text)
    assert tags is not None
    approved = first.text.replace(f"    {tags[1]}\n{mark}", f"    # seen by J.\n    {tags[1]} @approved\n{mark}")
    path.write_text(approved, encoding="utf-8")
    (second,) = written(folder)
    assert (second.kept, second.scenarios) == (1, first.scenarios - 1)
    assert second.text.count(mark) == 1
    assert f"    # seen by J.\n    {tags[1]} @approved\n{mark}\n" in second.text
    assert gonogo.run_specs([str(path)]).is_good
    told = json.loads(command("spec", str(folder), "--format", "json").out)
    assert told["rules_without"] == ["edge", "stain"]
    assert told["proposed"] == second.examples
    assert told["stale"] == 0


def test_a_rule_that_changed_makes_its_specs_stale(tmp_path: Path) -> None:
    folder = discs(tmp_path)
    (first,) = written(folder)
    path = Path(first.path)
    path.write_text(first.text.replace("    @rule-bore", "    @approved @rule-bore"), encoding="utf-8")
    discs(tmp_path, tolerance="0.03", version="1.1.0")
    result = command("spec", str(folder))
    assert result.code == 1
    assert "stale" in result.out
    assert "are stale: their rules have changed since" in result.out
    told = json.loads(command("spec", str(folder), "--format", "json").out)
    assert {each["approval"] for each in told["results"] if each["scenario"].startswith("Bore 25: at")} == {"stale"}
    (second,) = written(folder)
    assert "Scenario Outline: Bore 25: at its limits, by version 1.1.0\n" in second.text
    assert "Scenario Outline: Bore 25: at its limits\n" in second.text


def test_what_was_moved_is_not_proposed_again(tmp_path: Path) -> None:
    folder = discs(tmp_path)
    (first,) = written(folder)
    own = Path(first.path).with_name("own.feature")
    own.write_text(first.text.replace("@proposed\n", ""), encoding="utf-8")
    assert gonogo.propose_specs(str(folder)) == ()
    Path(first.path).unlink()
    assert gonogo.propose_specs(str(folder)) == ()


@pytest.mark.parametrize("text", ["Feature: mine\n", "no feature\n"])
def test_a_file_that_holds_no_proposals_is_not_written_anew(tmp_path: Path, text: str) -> None:
    folder = discs(tmp_path)
    (file,) = written(folder)
    Path(file.path).write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        gonogo.propose_specs(str(folder))
    assert [problem.code for problem in refused.value.problems] == ["not-proposed"]
    result = command("spec", str(folder), "--write")
    assert result.code == 2
    assert Path(file.path).read_text(encoding="utf-8") == text


def test_a_standard_by_which_nothing_conforms(tmp_path: Path) -> None:
    (tmp_path / "standard.yaml").write_text(
        "gonogo: 1\nstandard: never\nfacts: {fields: {size: {column: Size, kind: number}}}\n"
        "rules: {a: {when: size > 1 or size <= 2, class: minor}}\nclasses: [minor]\n",
        encoding="utf-8",
    )
    result = command("spec", str(tmp_path), "--write")
    assert result.code == 2
    assert "[no-sound-item]" in result.err
    assert not (tmp_path / "features").exists()


def test_from_the_command_line(tmp_path: Path) -> None:
    folder = discs(tmp_path)
    told = json.loads(command("spec", str(folder), "--write", "--format", "json").out)
    (file,) = told["written"]
    assert file["path"] == str(folder / "features" / "proposed-items.feature")
    assert (file["kept"], file["scenarios"] > 4, file["examples"] > 12) == (0, True, True)
    assert "proposed" in command("spec", str(folder), "--write").out
    beside = command("spec", "milling-cell", "--write", "--into", str(tmp_path / "mine"))
    assert beside.code == 0
    text = (tmp_path / "mine" / "proposed-items.feature").read_text(encoding="utf-8")
    assert '    Given the standard "milling-cell"\n' in text
    run = gonogo.run_specs([str(tmp_path / "mine")])
    assert run.is_good
    elsewhere = command("spec", str(folder), "--write", "--into", str(tmp_path / "else" / "where"))
    assert elsewhere.code == 0
    assert gonogo.run_specs([str(tmp_path / "else")]).is_good


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("turned-shaft", "--write"), "[unwritable]"),
        (("turned-shaft", "--write", "--mutate", "--into", "x"), "leave the options of a run out"),
        (("turned-shaft", "--into", "x"), "`--into` says where"),
    ],
)
def test_what_is_told_of_wrong_options(arguments: tuple[str, ...], word: str) -> None:
    result = command("spec", *arguments)
    assert result.code == 2
    assert word in result.err


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^MC-20[0-9]{2}-[0-9]{5}$", "MC-2000-00000"),
        (r"\b101\b", "101"),
        ("(?i)^none$", "none"),
        ("^(1|2)([ ,;]+(1|2))*$", "1"),
        ("[^a-z]x", "0x"),
        ("a.*b+", "ab"),
        (r"^\d+\s\w\D$", "0 aa"),
        ("(?:ab|c)?d", "d"),
        ("[", None),
        ("(?=x)x", None),
        ("$a", None),
    ],
)
def test_a_text_that_a_pattern_finds(pattern: str, text: str | None) -> None:
    assert matching(pattern) == text
