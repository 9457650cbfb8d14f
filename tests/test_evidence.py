"""`gonogo spec --report`: the matrix, the circumstances, and the four files that an auditor gets."""

from __future__ import annotations

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import gonogo
from command_line import ROOT
from command_line import gonogo as command
from evidence_pack import EVIL, LONG, write_pack
from gonogo.repository import tree_state
from gonogo.specs.approval import Approval
from gonogo.specs.matrix import MatrixRow, Shown
from gonogo_cli import output
from html_pages import Node, parsed

FILES = {"evidence.html", "evidence.json", "messages.ndjson", "junit.xml"}
TIMES = re.compile(r'"(began|ended)": "[^"]*"|"seconds": [-\d.e]+|"nanos": \d+|(time|timestamp)="[^"]*"')
"""What may differ from one run to another, in JSON and XML."""


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack, and the evidence of it by one process, and by two."""
    folder = tmp_path_factory.mktemp("evidence")
    pack = write_pack(folder)
    for name, workers in (("one", "0"), ("two", "2")):
        told = command(
            "spec", pack, "--report", folder / name, "--by", "Ada", "--reason", f"audit {EVIL}", "-n", workers
        )
        assert (told.code, told.err) == (1, "")
    return folder


@pytest.fixture(scope="module")
def told(reported: Path) -> Any:
    return json.loads((reported / "one" / "evidence.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def page(reported: Path) -> Node:
    return parsed((reported / "one" / "evidence.html").read_text("utf-8"))


def text_of(folder: Path, name: str) -> str:
    return (folder / name).read_text("utf-8")


# ------------------------------------------------------------------------------------------------------- the matrix


def test_the_matrix_goes_from_clause_to_result_with_holes_as_rows(told: Any) -> None:
    rows = [(row["clause"], row["level"], row["rule"], row["state"], row["hole"]) for row in told["matrix"]]
    assert rows == [
        ("8.2", "items", "thick", "stale", True),
        ("7.1", "items", "bore", "failed", False),
        ("7.1", "items", "both", "shown", False),
        ("7.4", "items", "burr", "shown", False),
        ("9", "lots", "too-many", "hole", True),
        (None, "items", "rust", "proposed", True),
    ]


def test_a_row_names_its_scenarios_and_what_has_not_been_seen_to_speak(told: Any) -> None:
    bore = next(row for row in told["matrix"] if row["rule"] == "bore")
    found = [(each["scenario"], each["passed"], each["failed"], each["examples"]) for each in bore["scenarios"]]
    assert found == [("A bore of <bore>", 1, 1, [2, 3]), ("Both at once", 1, 0, [])]
    assert bore["not_seen_speaking"] == ["bore.below"]
    rust = next(row for row in told["matrix"] if row["rule"] == "rust")
    assert [each["approval"] for each in rust["scenarios"]] == ["proposed"]


def test_what_was_asked_of_a_changed_standard_is_no_evidence(told: Any) -> None:
    named = {each["scenario"] for row in told["matrix"] for each in row["scenarios"]}
    assert f"A thicker limit {LONG}" not in named
    ran = {each["scenario"]: each["passed"] for each in told["scenarios"]}
    assert ran[f"A thicker limit {LONG}"]


def test_a_scenario_that_judges_by_another_standard_is_no_evidence(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    (tmp_path / "other.feature").write_text(
        'Feature: Other\n  Scenario: S\n    Given the standard "turned-shaft"\n'
        '    And a part whose roughness is 1 um\n    Then "roughness" is found\n',
        encoding="utf-8",
    )
    run = gonogo.run_specs([str(tmp_path / "other.feature")])
    assert all(each.passed for each in run.scenarios)
    assert gonogo.judged_by(gonogo.load(str(pack)), run.scenarios) == []
    (row,) = [row for row in gonogo.matrix(gonogo.load("turned-shaft"), run.scenarios) if not row.is_hole]
    assert (row.rule, row.state) == ("roughness", "shown")


@pytest.mark.parametrize(
    ("shown", "state", "is_hole"),
    [
        ([], "hole", True),
        ([(1, 0, "approved")], "shown", False),
        ([(0, 1, "approved")], "failed", True),
        ([(1, 1, "approved")], "failed", False),
        ([(1, 0, "proposed")], "proposed", True),
        ([(1, 0, "stale")], "stale", True),
        ([(1, 0, "stale"), (1, 0, "proposed")], "proposed", True),
        ([(1, 0, "proposed"), (1, 0, "approved")], "shown", False),
        ([(1, 0, "approved"), (0, 1, "proposed")], "failed", False),
    ],
)
def test_only_an_approved_scenario_that_passed_fills_a_hole(
    shown: list[tuple[int, int, Approval]], state: str, is_hole: bool
) -> None:
    scenarios = tuple(Shown("f", 1, "F", "S", passed, failed, (), approval) for passed, failed, approval in shown)
    row = MatrixRow(None, "items", "r", None, "major", ("r",), (), scenarios)
    assert (row.state, row.is_hole) == (state, is_hole)


@pytest.mark.parametrize("pack", ["turned-shaft", "milling-cell"])
def test_the_packs_that_ship_have_no_holes(pack: str) -> None:
    run = gonogo.run_specs(gonogo.feature_folders(pack))
    rows = gonogo.matrix(gonogo.load(pack), run.scenarios)
    assert {row.state for row in rows} == {"shown"}
    assert [row.rule for row in rows if row.level == "items"] != []


APART = """Feature: Rust
  Scenario Outline: Rust is <rust>
    Given a disc whose rust is <rust>
    Then "rust" is <found>

    Examples: a person wrote
      | rust | found |
      | yes  | found |

    @proposed
    Examples: gonogo proposed
      | rust | found     |
      | no   | not found |
"""


def test_some_examples_of_an_outline_may_be_approved_and_others_not(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    (pack / "features" / "discs.feature").write_text(APART, encoding="utf-8")
    run = gonogo.run_specs(gonogo.feature_folders(str(pack)))
    assert [each.tags for each in run.scenarios] == [(), ("proposed",)]
    (rust,) = [row for row in gonogo.matrix(gonogo.load(str(pack)), run.scenarios) if row.rule == "rust"]
    assert [(each.examples, each.approval) for each in rust.scenarios] == [((0,), "approved"), ((1,), "proposed")]
    assert command("spec", pack, "--report", tmp_path / "out").code == 0
    summary = json.loads(text_of(tmp_path / "out", "evidence.json"))["summary"]
    assert (summary["approved"], summary["proposed"]) == (1, 1)
    page = parsed(text_of(tmp_path / "out", "evidence.html"))
    assert "1 of them proposed" in next(page.one("details", class_="scenario").all("summary")).text


# ------------------------------------------------------------------------------------------------ the circumstances


def test_the_circumstances_are_told(told: Any, reported: Path) -> None:
    found, standard = told["circumstances"], gonogo.load(str(reported / "discs"))
    assert told["standard"]["hash"] == standard.hash
    assert (told["standard"]["version"], told["standard"]["status"]) == ("2.1.0", "effective")
    assert (found["by"], found["reason"], found["tags"]) == ("Ada", f"audit {EVIL}", None)
    for name in ("gonogo", "Python", "pytest", "pytest-bdd", "gherkin-official", "networkx", "durable-rules"):
        assert re.match(r"\d+\.\d+", found["tools"][name]), name
    began, ended = (datetime.fromisoformat(found[name]) for name in ("began", "ended"))
    assert began.tzinfo is not None
    assert began <= ended
    assert [each["path"].rpartition("/")[2] for each in told["features"]] == ["discs.feature"]
    assert re.fullmatch(r"[0-9a-f]{64}", told["features"][0]["sha256"])


def git(folder: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *settings, *arguments], check=True, capture_output=True)


def test_git_tells_the_commit_and_what_is_not_in_it(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    state = tree_state(str(pack))
    assert (state.commit, state.is_dirty) == (None, False)
    assert "no git repository" in state.reason
    git(tmp_path, "init", "-q")
    assert tree_state(str(pack)).reason == "nothing is committed yet"
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    (tmp_path / "elsewhere").write_text("x", "utf-8")
    state = tree_state(str(pack))
    assert re.fullmatch(r"[0-9a-f]{40}", state.commit or "")
    assert state.changed == ()
    feature = pack / "features" / "discs.feature"
    feature.write_text(feature.read_text("utf-8") + "\n", encoding="utf-8")
    (pack / "new.csv").write_text("x", "utf-8")
    (pack / "evidence").mkdir()
    (pack / "evidence" / "evidence.html").write_text("x", "utf-8")
    assert tree_state(str(pack), apart=str(pack / "evidence")).changed == (
        "discs/features/discs.feature",
        "discs/new.csv",
    )
    assert tree_state(str(pack), [str(tmp_path / "elsewhere")]).changed[-1] == "elsewhere"


def test_git_tells_of_the_pack_also_in_a_hook_of_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = write_pack(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    expected = tree_state(str(pack))
    assert expected.commit is not None
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    assert tree_state(str(pack)) == expected


def test_a_pack_that_git_ignores_is_not_as_it_was_committed(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("discs\n", "utf-8")
    git(tmp_path, "add", ".gitignore")
    git(tmp_path, "commit", "-qm", "x")
    assert tree_state(str(pack), [str(pack / "standard.yaml")]).changed == ("discs/standard.yaml",)


def test_without_git_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tree_state(str(tmp_path)).reason == "git is not installed, or can't be called"


# --------------------------------------------------------------------------------------------------------- the files


def test_two_processes_write_the_same_evidence_but_for_times(reported: Path) -> None:
    for name in ("evidence.json", "messages.ndjson", "junit.xml"):
        one, two = (TIMES.sub("TIME", text_of(reported / folder, name)) for folder in ("one", "two"))
        assert one == two, name
    one, two = (text_of(reported / folder, "evidence.html") for folder in ("one", "two"))
    times = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d")
    assert len(times.findall(one)) == 2
    assert times.sub("TIME", one) == times.sub("TIME", two)


def test_two_processes_tell_of_a_file_that_could_not_be_read_once(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    (pack / "features" / "broken.feature").write_text("Feature: B\n  Scenario: S\n", encoding="utf-8")
    (pack / "features" / "nonsense.feature").write_text("nonsense\nmore\n", encoding="utf-8")
    one, two = (gonogo.run_specs(gonogo.feature_folders(str(pack)), workers=workers) for workers in (0, 2))
    assert len(one.problems) >= 2
    assert one.problems == two.problems
    assert one.scenarios == two.scenarios


def test_every_scenario_is_there_with_its_steps_tables_and_explanation(told: Any) -> None:
    assert told["summary"] == {
        "scenarios": 9, "failed": 2, "approved": 7, "proposed": 1, "stale": 1, "rules": 6, "holes": 3,
    }  # fmt: skip
    first, failed = told["scenarios"][0], told["scenarios"][3]
    assert first["tags"] == ["clause-7.1", "discs"]
    assert first["rule"] == f"The bore | {EVIL}"
    assert first["steps"][0]["table"][1] == ["bore", "25 mm"]
    assert first["explanation"].startswith("item row 1: conforming")
    assert (failed["number"], failed["passed"], failed["example"]["bore"]) == (3, False, "24.97 mm")
    assert failed["expected"] == "nonconforming, class critical, because of `bore`"
    assert failed["found"] == "nonconforming, class major, because of `bore.below`"


def test_junit_has_a_suite_a_feature_and_a_case_a_scenario(reported: Path) -> None:
    root = ET.fromstring(text_of(reported / "one", "junit.xml"))  # ours
    (suite,) = root
    assert suite.attrib["name"] == f"Discs {EVIL}"
    assert [root.attrib[name] for name in ("tests", "failures", "errors")] == ["9", "2", "0"]
    cases = suite.findall("testcase")
    assert len({case.attrib["name"] for case in cases}) == len(cases) == 9
    assert {case.attrib["classname"] for case in cases} == {"discs.discs"}
    assert (
        cases[3]
        .attrib["name"]
        .endswith('example 4 (bore=24.97 mm, outcome=nonconforming, class critical, because of "bore")')
    )
    (failure,) = cases[3]
    assert failure.attrib["message"].startswith("expected nonconforming, class critical, because of `bore`; found")
    assert "0.01 mm below the limit 24.98 mm" in str(failure.text)
    properties = {each.attrib["name"]: each.attrib["value"] for each in suite.iter("property")}
    assert (properties["standard"], properties["version"], properties["by"]) == ("discs", "2.1.0", "Ada")


# -------------------------------------------------------------------------------------------------- Cucumber Messages

REQUIRED = {
    "meta": {"protocolVersion", "implementation", "runtime", "os", "cpu"},
    "source": {"uri", "data", "mediaType"},
    "gherkinDocument": {"comments"},
    "pickle": {"id", "uri", "name", "language", "steps", "tags", "astNodeIds"},
    "stepDefinition": {"id", "pattern", "sourceReference"},
    "parseError": {"source", "message"},
    "testRunStarted": {"timestamp"},
    "testCase": {"id", "pickleId", "testSteps"},
    "testCaseStarted": {"attempt", "id", "testCaseId", "timestamp"},
    "testStepStarted": {"testCaseStartedId", "testStepId", "timestamp"},
    "attachment": {"body", "contentEncoding", "mediaType"},
    "testStepFinished": {"testCaseStartedId", "testStepId", "testStepResult", "timestamp"},
    "testCaseFinished": {"testCaseStartedId", "timestamp", "willBeRetried"},
    "testRunFinished": {"success", "timestamp"},
}
"""The keys that the schema of each message asks for."""

OPTIONAL = {
    "gherkinDocument": {"uri", "feature"},
    "pickle": {"location"},
    "testRunStarted": {"id"},
    "testCase": {"testRunStartedId"},
    "attachment": {"testCaseStartedId", "testStepId", "timestamp"},
    "testRunFinished": {"testRunStartedId"},
}
"""The keys that it allows beside them, of those that are used; it allows no others."""

NODES = {
    "feature": {"location", "tags", "language", "keyword", "name", "description", "children"},
    "rule": {"location", "tags", "keyword", "name", "description", "children", "id"},
    "background": {"location", "keyword", "name", "description", "steps", "id"},
    "scenario": {"location", "tags", "keyword", "name", "description", "steps", "examples", "id"},
}


@pytest.fixture(scope="module")
def messages(reported: Path) -> list[tuple[str, dict[str, Any]]]:
    lines = text_of(reported / "one", "messages.ndjson").splitlines()
    envelopes = [json.loads(line) for line in lines]
    assert all(len(envelope) == 1 for envelope in envelopes)
    return [next(iter(envelope.items())) for envelope in envelopes]


def of(messages: list[tuple[str, dict[str, Any]]], kind: str) -> list[dict[str, Any]]:
    return [told for name, told in messages if name == kind]


def test_messages_have_the_keys_of_their_schema(messages: list[tuple[str, dict[str, Any]]]) -> None:
    for kind, told in messages:
        assert REQUIRED[kind] <= told.keys() <= REQUIRED[kind] | OPTIONAL.get(kind, set()), kind
        for moment in (told[key] for key in ("timestamp",) if key in told):
            assert moment.keys() == {"seconds", "nanos"}
            assert isinstance(moment["seconds"], int)
            assert 0 <= moment["nanos"] < 1_000_000_000
    for finished in of(messages, "testStepFinished"):
        assert (
            {"status", "duration"}
            <= finished["testStepResult"].keys()
            <= {"status", "duration", "message", "exception"}
        )
    assert all(told["os"].keys() <= {"name", "version"} for told in of(messages, "meta"))
    (document,) = of(messages, "gherkinDocument")
    for kind, node in _nodes(document["feature"]):
        assert NODES[kind] <= node.keys(), kind


def _nodes(feature: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "feature", feature
    waiting = [*feature["children"]]
    while waiting:
        ((kind, node),) = waiting.pop().items()
        yield kind, node
        waiting += node.get("children", [])


def test_messages_stand_in_their_order(messages: list[tuple[str, dict[str, Any]]]) -> None:
    kinds = [kind for kind, _ in messages]
    assert (kinds[0], kinds[-1]) == ("meta", "testRunFinished")
    firsts = [kind for place, kind in enumerate(kinds) if kind not in kinds[:place]]
    assert firsts == [
        "meta", "source", "gherkinDocument", "pickle", "stepDefinition", "testRunStarted", "testCase",
        "testCaseStarted", "testStepStarted", "testStepFinished", "attachment", "testCaseFinished", "testRunFinished",
    ]  # fmt: skip
    counts = Counter(kinds)
    assert counts["pickle"] == counts["testCase"] == counts["testCaseStarted"] == counts["testCaseFinished"] == 9
    assert (
        counts["testStepStarted"]
        == counts["testStepFinished"]
        == sum(len(case["testSteps"]) for case in of(messages, "testCase"))
    )


def test_ids_are_unique_and_lead_somewhere(messages: list[tuple[str, dict[str, Any]]]) -> None:
    pickles = {pickle["id"]: pickle for pickle in of(messages, "pickle")}
    definitions = {each["id"] for each in of(messages, "stepDefinition")}
    nodes = set(re.findall(r'"id": "(\d+)"', json.dumps(of(messages, "gherkinDocument"))))
    own = [*pickles, *definitions]
    attempts, steps = {}, {}
    for pickle in pickles.values():
        assert {*pickle["astNodeIds"], *(tag["astNodeId"] for tag in pickle["tags"])} <= nodes
        own += [step["id"] for step in pickle["steps"]]
    for case in of(messages, "testCase"):
        pickled = [step["id"] for step in pickles[case["pickleId"]]["steps"]]
        assert [step["pickleStepId"] for step in case["testSteps"]] == pickled
        assert all({*step["stepDefinitionIds"]} <= definitions for step in case["testSteps"])
        steps[case["id"]] = [step["id"] for step in case["testSteps"]]
        own += [case["id"], *steps[case["id"]]]
    for started in of(messages, "testCaseStarted"):
        attempts[started["id"]] = steps[started["testCaseId"]]
        own.append(started["id"])
    assert len(set(own)) == len(own)
    assert not nodes & set(own)
    for kind in ("testStepStarted", "testStepFinished", "attachment"):
        assert all(each["testStepId"] in attempts[each["testCaseStartedId"]] for each in of(messages, kind))
    assert {each["testCaseStartedId"] for each in of(messages, "testCaseFinished")} == attempts.keys()


def test_pickles_keep_rules_tags_tables_and_examples(messages: list[tuple[str, dict[str, Any]]]) -> None:
    pickles = of(messages, "pickle")
    assert [pickle["name"] for pickle in pickles[:4]] == [
        f"A bore of {bore} mm" for bore in ("25.02", "24.98", "25.03", "24.97")
    ]
    assert [tag["name"] for tag in pickles[3]["tags"]] == ["@discs", "@clause-7.1", "@beyond"]
    assert pickles[0]["steps"][0]["argument"]["dataTable"]["rows"][1]["cells"] == [
        {"value": "bore"},
        {"value": "25 mm"},
    ]
    assert pickles[3]["steps"][-1]["text"] == 'it is nonconforming, class critical, because of "bore"'


def test_results_of_steps_say_what_was_expected(messages: list[tuple[str, dict[str, Any]]]) -> None:
    statuses = Counter(each["testStepResult"]["status"] for each in of(messages, "testStepFinished"))
    assert (statuses["FAILED"], statuses["UNDEFINED"], statuses["SKIPPED"]) == (1, 1, 1)
    failed = [
        each["testStepResult"] for each in of(messages, "testStepFinished") if "message" in each["testStepResult"]
    ]
    assert failed[0]["exception"]["type"] == "Unmet"
    assert failed[0]["message"].startswith("expected nonconforming, class critical")
    assert "the nearest is `it is inspected`" in failed[1]["message"]
    assert of(messages, "testRunFinished")[0]["success"] is False
    assert any("below the limit 24.98 mm" in each["body"] for each in of(messages, "attachment"))


def test_a_placeholder_may_be_called_as_no_pattern_may(tmp_path: Path) -> None:
    path = tmp_path / "odd.feature"
    path.write_text(
        'Feature: Odd\n  Scenario Outline: S <(+>\n    Given the standard "turned-shaft"\n'
        "    And a part whose roughness is <(+>\n    Then nothing is found\n\n    Examples:\n      | (+      |\n"
        "      | 0.5 um  |\n      | 0.\\\\5 um |\n",
        encoding="utf-8",
    )
    (document,) = gonogo.feature_documents([str(path)])
    assert [pickle["steps"][1]["text"] for pickle in document.pickles] == [
        "a part whose roughness is 0.5 um", "a part whose roughness is 0.\\5 um",
    ]  # fmt: skip
    assert document.names == {2: "S <(+>"}


def test_a_file_that_could_not_be_read_stands_in_all_of_them(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    (pack / "features" / "broken.feature").write_text("Feature: B\n  Scenario: S\n", encoding="utf-8")
    assert command("spec", pack, "--report", tmp_path / "out").code == 1
    (problem,) = json.loads(text_of(tmp_path / "out", "evidence.json"))["problems"]
    assert "this scenario has no steps" in problem
    envelopes = map(json.loads, text_of(tmp_path / "out", "messages.ndjson").splitlines())
    (error,) = [each["parseError"] for each in envelopes if "parseError" in each]
    assert error["source"]["location"] == {"line": 2}
    root = ET.fromstring(text_of(tmp_path / "out", "junit.xml"))  # ours
    assert root.attrib["errors"] == "1"
    page = parsed(text_of(tmp_path / "out", "evidence.html"))
    assert "has no steps" in page.one("section", id="unread").text


# ---------------------------------------------------------------------------------------------------------- the page


def test_the_page_says_what_came_of_it(page: Node) -> None:
    line = page.one("p", class_="verdict bad").text
    assert line.startswith(
        "✕ failed Of 9 scenarios, 2 failed. Of 6 rules, 3 are without an approved scenario that passed:"
    )
    assert "thick , too-many and rust" in line
    about = page.one("dl", class_="about").text
    assert "version 2.1.0" in about
    assert "no commit: this is no git repository" in about


def test_the_page_shows_holes_as_rows_and_links_to_scenarios(page: Node) -> None:
    matrix = page.one("section", id="matrix")
    rows = matrix.one("table").rows()
    assert [(row[0], row[3]) for row in rows] == [
        ("8.2", "○ hole: only stale"), ("7.1", "✕ failed"), ("7.1", "✓ shown"), ("7.4", "✓ shown"),
        ("9", "○ hole: no scenario"), ("no clause", "○ hole: only proposed"),
    ]  # fmt: skip
    assert "not seen below its limits" in rows[1][1]
    assert "1 of 2 examples failed" in rows[1][2]
    targets = {link.attributes["href"] for link in matrix.all("a")}
    known = {f"#{node.attributes['id']}" for node in page.all() if "id" in node.attributes}
    assert targets
    assert targets <= known


def test_the_page_says_that_proposed_values_came_from_gonogo(page: Node) -> None:
    section = page.one("section", id="approval")
    assert "What a proposed scenario expects came from gonogo itself" in section.text
    assert "Only a person's approval makes it evidence" in section.text
    ((_, proposed, stale),) = section.one("table").rows()
    assert (proposed, stale) == ("Rust as gonogo sees it", "A thickness that was approved for another limit")


def test_examples_are_one_table_and_what_failed_is_open(page: Node) -> None:
    outline = next(each for each in page.all("details", class_="scenario") if "A bore of <bore>" in each.text)
    assert "open" in outline.attributes
    (table,) = outline.all("table", class_="cards")
    assert [body.one("th", scope="rowgroup").text for body in table.all("tbody")] == ["within", "beyond it"]
    assert "expected nonconforming, class critical, because of bore" in table.text
    assert "Then it is <outcome>" in outline.text
    passed = next(each for each in page.all("details", class_="scenario") if "Both at once" in each.text)
    assert "open" not in passed.attributes
    assert "0.08 mm above the limit 25.02 mm" in passed.one("pre").text


def test_no_name_is_obeyed(page: Node, reported: Path) -> None:
    assert list(page.all("script")) == []
    assert EVIL in page.one("main").text
    assert EVIL not in text_of(reported / "one", "evidence.html")


def test_a_thousand_examples_are_folded(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    rows = "\n".join(f"      | 24.{number:03} mm |" for number in range(1000))
    (pack / "features" / "discs.feature").write_text(
        "Feature: Many\n  Scenario Outline: A disc\n    Given a disc whose bore is <bore>\n    And it is not rust\n"
        f'    Then "bore" is found\n\n    Examples:\n      | bore |\n{rows}\n',
        encoding="utf-8",
    )
    assert command("spec", pack, "--report", tmp_path / "out").code == 1
    text = text_of(tmp_path / "out", "evidence.html")
    assert len(text) < 1_000_000
    (scenario,) = parsed(text).all("details", class_="scenario")
    assert "20 of 1,000 examples failed" in scenario.text
    failed, whole = scenario.all("table", class_="slim")
    assert len(failed.rows()) == 2 * 20
    assert len(whole.rows()) == 1000 + 20
    assert "`evidence.json`" not in scenario.text
    assert "explains the other 980 examples" in scenario.text


def test_where_no_file_can_be_read_there_is_a_page_of_holes(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    (pack / "features" / "discs.feature").write_text("nonsense", encoding="utf-8")
    assert command("spec", pack, "--report", tmp_path / "out").code == 1
    page = parsed(text_of(tmp_path / "out", "evidence.html"))
    assert (
        "No scenario was run. 1 problem kept files from being run. None of 6 rules has an approved"
        in page.one("p", class_="verdict bad").text
    )
    assert {row[3] for row in page.one("section", id="matrix").one("table").rows()} == {"○ hole: no scenario"}
    assert json.loads(text_of(tmp_path / "out", "evidence.json"))["scenarios"] == []


def test_only_some_scenarios_are_told_as_such(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    assert command("spec", pack, "--tags", "proposed", "--report", tmp_path / "out").code == 0
    page = parsed(text_of(tmp_path / "out", "evidence.html"))
    assert "Others were left out by their tags." in page.one("p", class_="verdict open").text
    assert json.loads(text_of(tmp_path / "out", "evidence.json"))["circumstances"]["tags"] == "proposed"


# -------------------------------------------------------------------------------------------------------- the folder


def test_the_folder_is_made_and_made_anew(reported: Path, tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    for _ in range(2):
        assert command("spec", "milling-cell", "--report", out, "--format", "json").code == 0
        assert {path.name for path in out.iterdir()} == {*FILES, "_gonogo"}
    assert [path.name for path in out.parent.iterdir()] == ["b"]


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("discs", "output-is-input"),
        ("discs/features", "output-is-input"),
        (".", "output-is-input"),
        ("file", "already-there"),
        ("other", "already-there"),
        ("file/below", "unwritable"),
        ("s3://bucket", "bad-setting"),
    ],
)
def test_a_folder_that_may_not_be_written_is_refused(
    place: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pack(tmp_path)
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").write_text("mine", "utf-8")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    result = command("spec", "discs", "--report", place)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert result.err.endswith(f"[{code}]\n")
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_an_interrupt_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack, out = write_pack(tmp_path), tmp_path / "out"
    assert command("spec", pack, "--report", out).code == 1
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    whole = output.beside

    def interrupted(path: str) -> Any:
        if path.endswith("messages.ndjson"):
            raise KeyboardInterrupt
        return whole(path)

    monkeypatch.setattr(output, "beside", interrupted)
    assert command("spec", pack, "--report", out, "--reason", "again").code not in (0, 1)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["discs", "out"]


def test_the_ledger_and_the_evidence_name_the_same_person(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    told = ("--report", tmp_path / "out", "--record", tmp_path / "l.ledger", "--by", "Ada", "--reason", "audit")
    assert command("spec", pack, *told).code == 1
    (record,) = gonogo.Ledger(str(tmp_path / "l.ledger")).records()
    assert record.by == json.loads(text_of(tmp_path / "out", "evidence.json"))["circumstances"]["by"] == "Ada"


def test_the_keys_of_the_evidence_stand_on_the_page_of_specs(told: Any) -> None:
    page = (ROOT / "docs" / "specs.md").read_text("utf-8")
    keys = {*told, *told["circumstances"], *told["summary"], *told["matrix"][1], *told["matrix"][1]["scenarios"][0]}
    keys |= {*told["scenarios"][0], *told["scenarios"][0]["steps"][0], *told["circumstances"]["git"]}
    assert {key for key in keys if f"`{key}`" not in page and f'"{key}"' not in page} == set()
