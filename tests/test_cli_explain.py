"""`gonogo explain`: one verdict, rule by rule, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import MILLING, ROOT, SHAFTS, expected, gonogo


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(
    ("pack", "sample", "item"),
    [("milling-cell", MILLING, "82"), ("milling-cell", MILLING, "121"), ("turned-shaft", SHAFTS, "S0042")],
)
def test_an_explanation_reads_as_it_is_written_down(pack: str, sample: str, item: str) -> None:
    result = gonogo("explain", f"rules/{pack}", sample, "--item", item)
    assert result.out == expected(f"explain-{pack}-{item}.txt", result.out)
    assert result.code == 1


def test_a_conforming_item_is_explained_with_its_distances() -> None:
    result = gonogo("explain", "rules/milling-cell", MILLING, "--item", "24")
    assert result.code == 0
    assert "item 24: conforming, release" in result.out
    assert "exactly at the limit 8.6 K" in result.out
    assert "312.7 K -> 312.6 K" in result.out


def test_a_finding_names_its_clause_and_its_line_in_the_standard() -> None:
    out = gonogo("explain", "rules/milling-cell", MILLING, "--item", "82").out
    assert "AI4I 2020, HDF; rules/milling-cell/standard.yaml:35:3" in out
    assert f"{MILLING}:83" in out


def test_an_unusable_value_is_told_beside_what_it_leaves_open() -> None:
    result = gonogo("explain", "milling-cell", MILLING, "--item", "141")
    assert "  Torque [Nm]: `4O.2` is not a number; it counts as missing" in result.lines
    assert any(line.split() == ["power", "torque", "is", "missing"] for line in result.lines)


def test_json_has_the_explanation_of_each_row() -> None:
    document = gonogo("explain", "rules/milling-cell", MILLING, "--item", "82", "--format", "json").json
    assert list(document) == ["item", "explanations"]
    [told] = document["explanations"]
    keys = ["item", "lot", "outcome", "class", "disposition", "standard", "rules", "flips", "unusable", "place"]
    assert list(told) == keys
    assert (told["outcome"], told["class"], told["disposition"]) == ("nonconforming", "critical", "scrap")
    assert [rule["said"] for rule in told["rules"]] == ["spoke", "spoke", "spoke", "silent", "silent"]
    assert told["rules"][0]["evidence"][0]["distance"] == "0.3 K"
    assert told["place"] == f"{MILLING}:83"


def test_every_row_of_the_item_is_explained(tmp_path: Path) -> None:
    lines = (ROOT / MILLING).read_text(encoding="utf-8").splitlines()
    path = tmp_path / "facts.csv"
    path.write_text("\n".join([lines[0], lines[1], lines[82], lines[1]]) + "\n", encoding="utf-8")
    result = gonogo("explain", "milling-cell", path, "--item", "1")
    assert [line for line in result.lines if line.startswith("item")] == ["item 1: conforming, release"] * 2
    assert [f"{path}:2" in result.out, f"{path}:3" in result.out, f"{path}:4" in result.out] == [True, False, True]
    assert result.code == 0


def test_an_item_without_an_id_is_found_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    lines = (ROOT / MILLING).read_text(encoding="utf-8").splitlines()
    path.write_text(lines[0] + "\n" + lines[1].replace("1,", ",", 1) + "\n", encoding="utf-8")
    assert gonogo("explain", "milling-cell", path, "--item", "row 1").code == 0


@pytest.mark.parametrize(("asked", "mend"), [("S00421", "; did you mean `S0042`?"), ("none", "")])
def test_an_unknown_item_is_told_with_the_nearest(asked: str, mend: str) -> None:
    result = gonogo("explain", "turned-shaft", SHAFTS, "--item", asked, "--quiet")
    line = f"--item: there is no item `{asked}` in these facts{mend} [unknown-item]"
    assert (result.code, result.out, result.errors) == (2, "", [line])


def test_exit_zero_makes_a_nonconforming_item_a_0() -> None:
    assert gonogo("explain", "milling-cell", MILLING, "--item", "82", "--exit-zero").code == 0


def test_an_explanation_goes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "why.txt"
    shown = gonogo("explain", "milling-cell", MILLING, "--item", "82")
    assert gonogo("explain", "milling-cell", MILLING, "--item", "82", "-o", path).out == ""
    assert path.read_text(encoding="utf-8") == shown.out


CONTAINERS = ROOT / "rules/food-containers/sample.csv"


def test_a_lot_is_explained_by_its_counts_and_their_limits() -> None:
    result = gonogo("explain", "food-containers", CONTAINERS, "--lot", "L04")
    assert result.code == 1
    assert result.lines[0] == "lot L04: nonconforming, major, reject"
    assert "    major_findings is 4, 1 above major_accepted (3)" in result.lines
    assert any(
        line.split() == ["major_findings", "4", "->", "3", "-1", "conforming,", "accept"] for line in result.lines
    )
    assert gonogo("explain", "food-containers", CONTAINERS, "--lot", "L03").code == 0


def test_a_lot_that_unjudged_items_could_flip_says_how() -> None:
    result = gonogo("explain", "food-containers", CONTAINERS, "--lot", "L07")
    assert result.lines[2] == "  accept, unless one of 2 unjudged items is critical"
    assert any("critical_findings is 0 to 8" in line for line in result.lines)
    told = gonogo("explain", "food-containers", CONTAINERS, "--lot", "L07", "--format", "json").json
    (explanation,) = told["explanations"]
    assert explanation["lot"] == "L07"
    assert explanation["unless"] == "accept, unless one of 2 unjudged items is critical"
    assert {rule["rule"]: rule["said"] for rule in explanation["rules"]}["too-many-critical"] == "unknown"


def test_an_unknown_lot_is_told_with_the_nearest() -> None:
    result = gonogo("explain", "food-containers", CONTAINERS, "--lot", "L0")
    assert (result.code, result.out) == (2, "")
    assert "there is no lot `L0` in these facts; did you mean" in result.err
    result = gonogo("explain", "milling-cell", MILLING, "--lot", "A")
    assert "the standard judges no lots [unknown-item]" in result.err


@pytest.mark.parametrize("told", [[], ["--item", "1", "--lot", "1"]])
def test_either_an_item_or_a_lot_is_explained(told: list[str]) -> None:
    result = gonogo("explain", "food-containers", CONTAINERS, *told)
    assert (result.code, result.out) == (2, "")
    assert "say what to explain: `--item ID`, or `--lot ID`" in result.err
