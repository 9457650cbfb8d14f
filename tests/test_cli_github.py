"""Annotations for GitHub: workflow commands of `gonogo check` and `gonogo lint`, and the job summary."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import CANS, MILLING, ROOT, SHAFTS, gonogo
from gonogo_cli.formats.markdown import plain
from gonogo_cli.formats.workflow import annotation
from sample_packs import awkward, broken, conceded, withdrawn

COMMAND = re.compile(r"::(\w+)(?: ([^:]*))?::(.*)")


@dataclass(frozen=True)
class Command:
    level: str
    properties: dict[str, str]
    message: str


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def commands_of(out: str) -> list[Command]:
    """The commands of a log, read as GitHub's runner reads them; every line is one."""
    found = [COMMAND.fullmatch(line) for line in out.splitlines()]
    assert all(found)
    return [_command(match) for match in found if match]


def _command(match: re.Match[str]) -> Command:
    pairs = dict(pair.split("=", 1) for pair in (match[2] or "").split(",") if pair)
    return Command(match[1], {name: _read(value) for name, value in pairs.items()}, _read(match[3]))


def _read(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


# ----------------------------------------------------------------------------------------------------- check


def test_the_ten_worst_items_are_errors_and_ten_that_are_open_are_warnings() -> None:
    commands = commands_of(gonogo("check", "milling-cell", MILLING, "--format", "github").out)
    assert [command.level for command in commands] == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    table = gonogo("check", "milling-cell", MILLING, "--top", "10").out
    worst = re.findall(r"^  (\d+) +(?:critical|major|minor) +\w+$", table, re.MULTILINE)
    assert [command.message.split(":")[0] for command in commands[:10]] == [f"item {item}" for item in worst]


def test_an_annotation_stands_at_the_line_of_the_fact_and_tells_the_evidence() -> None:
    first = commands_of(gonogo("check", "milling-cell", MILLING, "--format", "github").out)[0]
    assert first.properties == {"file": MILLING, "line": "82", "title": "milling-cell 1.0.0: item 81"}
    assert first.message.splitlines()[:2] + first.message.splitlines()[3:4] == [
        "item 81: nonconforming, critical, scrap",
        "heat-dissipation: Heat is not carried away (critical, AI4I 2020, HDF)",
        "  rotational_speed is 1250 rpm, 130 rpm below the limit 1380 rpm",
    ]


def test_the_last_line_tells_how_many_more_there_are() -> None:
    commands = commands_of(gonogo("check", "milling-cell", MILLING, "--format", "github").out)
    assert commands[-1].message == (
        "300 facts: 263 conforming, 26 nonconforming, 11 indeterminate; "
        "16 more nonconforming and 1 more indeterminate not annotated"
    )


def test_items_of_outcomes_that_are_not_shown_are_only_counted() -> None:
    result = gonogo("check", "milling-cell", MILLING, "--format", "github", "--only", "indeterminate")
    commands = commands_of(result.out)
    assert [command.level for command in commands] == ["warning"] * 10 + ["notice"]
    assert "26 more nonconforming and 1 more indeterminate not annotated" in commands[-1].message


def test_facts_that_all_conform_are_one_notice() -> None:
    rows = Path(MILLING).read_text(encoding="utf-8").splitlines()[:3]
    result = gonogo("check", "milling-cell", "-", "--format", "github", stdin="\n".join(rows))
    assert result.out == "::notice title=milling-cell 1.0.0::2 facts: 2 conforming, 0 nonconforming, 0 indeterminate\n"
    assert result.code == 0


def test_facts_of_a_pipe_are_annotated_without_a_file() -> None:
    facts = Path(MILLING).read_text(encoding="utf-8")
    out = gonogo("check", "milling-cell", "-", "--format", "github", stdin=facts).out
    assert {tuple(command.properties) for command in commands_of(out)} == {("title",)}


def test_paths_are_told_from_the_root_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    before = gonogo("check", "turned-shaft", SHAFTS, "--format", "github").out
    monkeypatch.chdir(ROOT / "rules" / "turned-shaft")
    assert gonogo("check", "turned-shaft", "sample.csv", "--format", "github").out == before


def test_lots_and_objectives_come_before_items() -> None:
    commands = commands_of(gonogo("check", "food-containers", CANS, "--format", "github").out)
    heads = [command.message.split(":")[0].split()[0] for command in commands[:-1]]
    assert heads == ["objective"] * 3 + ["lot"] * 6 + ["item"] * 5
    assert sum(command.level == "error" for command in commands) == 10
    assert "9 lots: 3 conforming, 5 nonconforming, 1 indeterminate" in commands[-1].message


@pytest.mark.parametrize("engine", ["scalar", "columnar"])
def test_what_is_under_concession_is_counted_and_no_error(tmp_path: Path, engine: str) -> None:
    commands = commands_of(gonogo("check", *conceded(tmp_path), "--format", "github", "--engine", engine).out)
    assert [command.properties["title"] for command in commands[:-1]] == ["s : item b", "s : item c"]
    assert commands[-1].message == ("3 facts: 0 conforming, 3 nonconforming, 0 indeterminate; 1 under concession")


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None), min_size=1))
def test_whatever_stands_in_facts_stays_within_its_command(message: str, title: str) -> None:
    command = annotation("error", message, title=title, line=0)
    assert command.isprintable()
    [found] = commands_of(command)
    assert found.level == "error"
    assert _shown(message) == found.message
    assert found.properties == {"title": _shown(title)}


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\r\n" else c.encode("unicode_escape").decode() for c in text)


def test_a_hostile_item_is_annotated_and_never_obeyed() -> None:
    names = ["::stop-commands::x", "a\n::error::b", "100%0A", "x,y:z"]
    cells = {"Type": "M", "Air temperature [K]": 298.1, "Process temperature [K]": 308.6, "Torque [Nm]": None}
    cells |= {"Rotational speed [rpm]": 1551, "Tool wear [min]": 0}
    facts = "\n".join(json.dumps({"UDI": name} | cells) for name in names)
    commands = commands_of(gonogo("check", "milling-cell", "-", "--format", "github", stdin=facts).out)
    assert [command.properties["title"] for command in commands[:-1]] == [
        f"milling-cell 1.0.0: item {name}" for name in names
    ]


# --------------------------------------------------------------------------------------------------- summary


def summary_of(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: str = "") -> str:
    path = folder / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    gonogo("check", *arguments, "--format", "github", stdin=stdin)
    return path.read_text(encoding="utf-8")


def test_the_job_summary_has_counts_rules_and_the_worst_items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = summary_of(tmp_path, monkeypatch, "milling-cell", MILLING)
    assert page.startswith("### milling-cell 1.0.0: Process conformity of the milling cell\n")
    assert "| nonconforming | 26 | 8.7 % |\n" in page
    assert "| power | 11 | major | Spindle power outside the stable range | AI4I 2020, PWF |\n" in page
    assert "| 81 |  | critical | scrap | heat-dissipation: temperature\\_difference is 8 K " in page
    assert "| 121 |  | indeterminate | hold | torque is missing; not judged: power, overstrain |" in page
    assert page.endswith("\n… and 17 more items that do not conform.\n\n")
    for table in re.findall(r"(?:^\|.*\|\n)+", page, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_the_job_summary_has_lots_and_objectives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = summary_of(tmp_path, monkeypatch, "food-containers", CANS)
    assert "| sound-containers | missed | 92.381 %, " in page
    assert "| L07 | indeterminate | hold | accept, unless one of 2 unjudged items is critical |\n" in page


def test_the_job_summary_stands_behind_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "summary.md").write_text("# before\n")
    page = summary_of(tmp_path, monkeypatch, "milling-cell", MILLING)
    assert page.startswith("# before\n### milling-cell")
    assert summary_of(tmp_path, monkeypatch, "milling-cell", MILLING).count("### milling-cell") == 2


def test_no_other_format_writes_a_job_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    gonogo("check", "milling-cell", MILLING)
    gonogo("check", "milling-cell", MILLING, "--format", "junit")
    assert list(tmp_path.iterdir()) == []


def test_a_job_summary_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    result = gonogo("check", "milling-cell", MILLING, "--format", "github", "--quiet")
    assert (result.code, result.errors) == (2, [f"{tmp_path}: this can't be written: is a directory [unwritable]"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a|b", "a\\|b"),
        ("<img src=x>", "\\<img src=x\\>"),
        ("*_`[x](y)", "\\*\\_\\`\\[x\\](y)"),
        ("a\nb\x1b", "a\\\\nb\\\\x1b"),
        ("#1 & ~2", "\\#1 \\& \\~2"),
    ],
)
def test_text_in_a_page_is_shown_as_it_stands(text: str, told: str) -> None:
    assert plain(text) == told


# ------------------------------------------------------------------------------------------------------ lint


def test_each_problem_is_an_annotation_where_it_stands(tmp_path: Path) -> None:
    bad, old = broken(tmp_path), withdrawn(tmp_path)
    commands = commands_of(gonogo("lint", bad, old, "--format", "github").out)
    problems = gonogo("lint", bad, old, "--format", "json").json["problems"]
    assert [(command.level, command.properties) for command in commands] == [
        (
            problem["severity"],
            {
                "file": problem["path"],
                "line": str(problem["line"]),
                "col": str(problem["column"]),
                "title": problem["code"],
            },
        )
        for problem in problems
    ]
    assert commands[0].message == "`hot_limt` is not a name of this standard; did you mean `hot_limit`?"


def test_columns_count_units_of_utf16(tmp_path: Path) -> None:
    [command] = commands_of(gonogo("lint", awkward(tmp_path), "--format", "github").out)
    [problem] = gonogo("lint", tmp_path / "awkward.yaml", "--format", "json").json["problems"]
    assert int(command.properties["col"]) == problem["column"] + 2


def test_a_clean_pack_has_no_annotations() -> None:
    assert gonogo("lint", "milling-cell", "--format", "github").out == ""


def test_a_pack_that_cannot_be_read_is_annotated(tmp_path: Path) -> None:
    result = gonogo("lint", tmp_path / "nowhere", "--format", "github")
    [command] = commands_of(result.out)
    assert (result.code, command.level, command.properties["title"]) == (2, "error", "unreadable")
