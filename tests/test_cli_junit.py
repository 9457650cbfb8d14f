"""JUnit's XML of `gonogo check` and `gonogo lint`, read by a common reader and by a strict one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

import gonogo as engine
from command_line import CANS, MILLING, ROOT, SHAFTS, gonogo
from gonogo_cli.formats.xml import attributes, content
from sample_packs import broken, conceded, withdrawn

HEADER = ["UDI", "Type", "Air temperature [K]", "Process temperature [K]", "Rotational speed [rpm]", "Torque [Nm]"]


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def suite_of(out: str) -> TestSuite:
    [suite] = JUnitXml.fromstring(out.encode())
    assert isinstance(suite, TestSuite)
    return suite


def cases_of(out: str) -> dict[str, TestCase]:
    return {case.name: case for case in suite_of(out)}


def fact(item: str, **changed: object) -> str:
    cells = dict(zip(HEADER, [item, "M", 298.1, 308.6, 1551, 42.8], strict=True)) | {"Tool wear [min]": 0}
    return json.dumps(cells | changed)


# ----------------------------------------------------------------------------------------------------- check


@pytest.mark.parametrize(("pack", "sample"), [("milling-cell", MILLING), ("turned-shaft", SHAFTS)])
def test_a_common_reader_counts_what_the_suite_says_and_what_was_judged(pack: str, sample: str) -> None:
    out = gonogo("check", pack, sample, "--format", "junit").out
    suite, summary = suite_of(out), gonogo("check", pack, sample, "--format", "json").json["summary"]
    wanted = (summary["nonconforming"], summary["indeterminate"], 0)
    assert (suite.failures, suite.errors, suite.skipped) == wanted
    assert suite.tests == len(list(suite)) == sum(summary[outcome] for outcome in ("conforming",)) + sum(wanted)
    suite.update_statistics()  # type: ignore[no-untyped-call]  # the reader has no types there
    assert (suite.failures, suite.errors, suite.skipped) == wanted
    whole = JUnitXml.fromstring(out.encode())
    assert (whole.tests, whole.failures, whole.errors) == (suite.tests, *wanted[:2])


def test_a_suite_is_named_by_its_standard_and_tells_its_hash() -> None:
    suite, standard = (
        suite_of(gonogo("check", "milling-cell", MILLING, "--format", "junit").out),
        engine.load("milling-cell"),
    )
    assert suite.name == "milling-cell 1.0.0"
    told = suite.properties()  # type: ignore[no-untyped-call]  # the reader has no types there
    assert {each.name: each.value for each in told} == {
        "standard": standard.id,
        "title": standard.title,
        "version": standard.version,
        "hash": standard.hash,
        "facts": "300",
        "conforming": "263",
    }


def test_a_nonconforming_item_is_a_failure_of_its_class_with_value_limit_clause_and_disposition() -> None:
    case = cases_of(gonogo("check", "milling-cell", MILLING, "--format", "junit").out)["81"]
    [failure] = case.result
    assert isinstance(failure, Failure)
    told = (case.classname, failure.type, failure.message)
    assert told == ("milling-cell", "critical", "scrap: heat-dissipation, power, runaway")
    lines = failure.text.splitlines()
    assert [lines[0], *lines[2:4]] == [
        "heat-dissipation: Heat is not carried away (critical, AI4I 2020, HDF)",
        "  rotational_speed is 1250 rpm, 130 rpm below the limit 1380 rpm",
        "power: Spindle power outside the stable range (major, AI4I 2020, PWF)",
    ]
    assert lines[-1] == "disposition: scrap"


def test_missing_data_is_an_error_and_never_skipped() -> None:
    out = gonogo("check", "milling-cell", MILLING, "--format", "junit").out
    [error] = cases_of(out)["121"].result
    assert isinstance(error, Error)
    assert (error.type, error.message) == ("indeterminate", "hold: torque is missing; not judged: power, overstrain")
    assert "<skipped" not in out


def test_a_cell_that_cannot_be_used_is_told_with_its_item_and_of_the_suite() -> None:
    out = gonogo("check", "milling-cell", MILLING, "--format", "junit").out
    [error] = cases_of(out)["141"].result
    assert "column Torque [Nm]: `4O.2` is not a number; it counts as missing" in error.text.splitlines()
    said = ElementTree.fromstring(out).findtext("testsuite/system-err") or ""
    assert said.splitlines()[0].endswith("column `Torque [Nm]`: `4O.2` is not a number [unusable-value]")
    assert len(said.splitlines()) == 6


def test_a_case_is_named_by_item_and_lot_and_tells_file_and_line() -> None:
    root = ElementTree.fromstring(gonogo("check", "turned-shaft", SHAFTS, "--format", "junit").out)
    case = root.find("testsuite/testcase")
    assert case is not None
    assert case.attrib == {
        "classname": "turned-shaft", "name": "S0001, lot 26-031", "file": SHAFTS, "line": "2"
    }  # fmt: skip


def test_paths_are_told_from_the_root_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "rules")
    root = ElementTree.fromstring(gonogo("check", "turned-shaft", "turned-shaft/sample.csv", "--format", "junit").out)
    assert {case.get("file") for case in root.iter("testcase")} == {SHAFTS}


def test_facts_of_a_pipe_stand_in_no_file() -> None:
    out = gonogo("check", "milling-cell", "-", "--format", "junit", stdin=fact("7")).out
    assert ElementTree.fromstring(out).find("testsuite/testcase").attrib == {"classname": "milling-cell", "name": "7"}  # type: ignore[union-attr]  # there is one


def test_items_that_are_not_shown_are_no_cases() -> None:
    out = gonogo("check", "milling-cell", MILLING, "--format", "junit", "--only", "indeterminate").out
    suite = suite_of(out)
    assert (suite.tests, suite.failures, suite.errors, len(list(suite))) == (11, 0, 11, 11)


def test_lots_and_objectives_are_suites_of_their_own() -> None:
    result = gonogo("check", "food-containers", CANS, "--format", "junit")
    whole, document = (
        JUnitXml.fromstring(result.out.encode()),
        gonogo("check", "food-containers", CANS, "--format", "json").json,
    )
    items, lots, objectives = whole
    tags: dict[str, list[Any]] = {"conforming": [], "nonconforming": ["failure"], "indeterminate": ["error"]}
    assert [(case.name, [each._tag for each in case.result]) for case in lots] == [
        (lot["lot"], tags[lot["outcome"]]) for lot in document["lots"]
    ]
    assert {case.classname for case in lots} == {"food-containers.lots"}
    assert [(case.name, case.is_passed) for case in objectives] == [
        (each["id"], each["met"]) for each in document["objectives"]
    ]
    for count in ("tests", "failures", "errors"):
        assert getattr(whole, count) == sum(getattr(suite, count) for suite in whole)
    assert (items.tests, lots.failures, lots.errors) == (840, 5, 1)


def test_a_lot_that_could_flip_is_an_error_that_says_how() -> None:
    root = ElementTree.fromstring(gonogo("check", "food-containers", CANS, "--format", "junit").out)
    [error] = [case.find("error") for case in root.iter("testcase") if case.get("name") == "L07"]
    assert error is not None
    assert error.get("message") == "hold: accept, unless one of 2 unjudged items is critical"


def test_what_is_under_concession_fails_nothing_and_is_told(tmp_path: Path) -> None:
    out = gonogo("check", *conceded(tmp_path), "--format", "junit").out
    cases = cases_of(out)
    assert [(name, case.is_passed) for name, case in cases.items()] == [("a", True), ("b", False), ("c", False)]
    assert (suite_of(out).tests, suite_of(out).failures) == (3, 2)
    assert cases["a"].system_out.splitlines()[0] == "long (major, under concession C-1)"
    assert "long (major, under concession C-1)" in cases["b"].result[0].text.splitlines()


@given(st.text(st.characters(codec=None), min_size=1))
def test_any_text_makes_xml_that_reads_back(text: str) -> None:
    root = ElementTree.fromstring(f"<a{attributes(b=text)}>{content(text)}</a>".encode())
    legal = [c in "\t\n\r" or " " <= c < "\ud800" or "\ue000" <= c <= "\ufffd" or c > "\uffff" for c in text]
    if all(legal):
        assert (root.get("b"), root.text) == (text, text)
    else:
        assert root.get("b") == root.text
        assert "\\" in (root.text or "")


def test_hostile_names_of_items_stay_names() -> None:
    names = ["\x1b[31m", "\x00", "\ud800", "</testcase>", "a&b\"'<", "\uffff", "line\nend", "\U0001f600"]
    out = gonogo("check", "milling-cell", "-", "--format", "junit", stdin="\n".join(map(fact, names))).out
    assert [case.name for case in suite_of(out)] == [
        "\\x1b[31m", "\\x00", "\\ud800", "</testcase>", "a&b\"'<", "\\uffff", "line\nend", "\U0001f600",
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------------ lint


def test_a_pack_is_a_case_and_each_error_a_failure_of_it(tmp_path: Path) -> None:
    bad = broken(tmp_path)
    result = gonogo("lint", bad, "milling-cell", "--format", "junit")
    suite, cases = suite_of(result.out), cases_of(result.out)
    assert (result.code, suite.tests, suite.failures, suite.errors) == (1, 2, 1, 0)
    failures = cases[str(bad)].result
    assert [failure.type for failure in failures] == ["unknown-name", "unit-mismatch"]
    assert [failure.text for failure in failures] == gonogo("lint", bad).lines
    assert failures[0].message == "`hot_limt` is not a name of this standard; did you mean `hot_limit`?"
    assert cases["milling-cell"].is_passed


def test_a_warning_fails_nothing_and_is_told(tmp_path: Path) -> None:
    old = withdrawn(tmp_path)
    result = gonogo("lint", old, "--format", "junit")
    case = cases_of(result.out)[str(old)]
    assert (result.code, suite_of(result.out).failures, case.is_passed) == (0, 0, True)
    assert case.system_out == gonogo("lint", old).lines[0]


def test_a_pack_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    result = gonogo("lint", tmp_path / "nowhere", "milling-cell", "--format", "junit")
    assert (result.code, suite_of(result.out).failures, suite_of(result.out).errors) == (2, 0, 1)
    [error] = cases_of(result.out)[str(tmp_path / "nowhere")].result
    assert isinstance(error, Error)
    assert error.type == "unreadable"
