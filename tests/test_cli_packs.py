"""`gonogo lint`, `show`, `init` and `demo`: what concerns a pack rather than facts."""

from __future__ import annotations

import shlex
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

import gonogo as engine
from command_line import ROOT, expected, gonogo
from gonogo.problems import Source, Span
from gonogo_cli.listings.text import pointed_at

STANDARD = ROOT / "rules" / "milling-cell" / "standard.yaml"


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    text = STANDARD.read_text(encoding="utf-8")
    path = tmp_path / "bad.yaml"
    path.write_text(text.replace("< hot_limit", "< hot_limt").replace("> 9000 W", "> 9000 K"), encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------------------------ lint


def test_a_clean_pack_has_nothing_to_say() -> None:
    result = gonogo("lint", "milling-cell", "rules/turned-shaft")
    assert (result.code, result.out, result.err) == (
        0,
        "milling-cell: no problems\nrules/turned-shaft: no problems\n",
        "",
    )
    assert gonogo("lint", "milling-cell", "--quiet").out == ""


def test_all_problems_of_all_packs_are_told_at_once(bad: Path) -> None:
    result = gonogo("lint", bad, "milling-cell")
    first = f"{bad}:38:36: `hot_limt` is not a name of this standard; did you mean `hot_limit`? [unknown-name]"
    assert result.lines[0] == first
    assert result.lines[1].startswith(f"{bad}:45:37: ")
    assert result.lines[1].endswith("[unit-mismatch]")
    assert result.lines[2:] == ["milling-cell: no problems"]
    assert (result.code, result.err) == (1, "")
    assert gonogo("lint", bad, "--exit-zero").code == 0


def test_lint_as_json_has_the_problems_as_data(bad: Path) -> None:
    result = gonogo("lint", bad, "--format", "json")
    assert result.json["summary"] == {"errors": 2, "warnings": 0}
    assert result.json["problems"][0] == {
        "path": str(bad),
        "line": 38,
        "column": 36,
        "text": "hot_limt",
        "code": "unknown-name",
        "severity": "error",
        "what": "`hot_limt` is not a name of this standard",
        "mend": "did you mean `hot_limit`?",
    }
    assert result.code == 1
    assert gonogo("lint", "milling-cell", "--format", "json").json["problems"] == []


def test_lint_as_parquet_is_a_table_of_the_problems_as_json_has_them(bad: Path, tmp_path: Path) -> None:
    path = tmp_path / "problems.parquet"
    result = gonogo("lint", bad, "milling-cell", "--format", "parquet", "-o", path, "--format", "json")
    table = pq.read_table(path)
    assert table.to_pylist() == result.json["problems"]
    assert table.column_names == ["path", "line", "column", "text", "code", "severity", "what", "mend"]
    assert gonogo("lint", "milling-cell", "--format", "parquet", "-o", path).code == 0
    assert pq.read_table(path).num_rows == 0


def test_several_results_of_lint_are_those_of_runs_of_their_own(bad: Path, tmp_path: Path) -> None:
    forms = ("text", "json", "junit", "sarif", "github")
    several = [word for form in forms for word in ("--format", form, "-o", tmp_path / form)]
    assert gonogo("lint", bad, "milling-cell", *several).out == ""
    for form in forms:
        alone = gonogo("lint", bad, "milling-cell", "--format", form).out
        assert (tmp_path / form).read_text(encoding="utf-8") == alone


def test_a_pack_that_cannot_be_read_exits_with_2_and_the_others_are_told(bad: Path, tmp_path: Path) -> None:
    result = gonogo("lint", tmp_path / "nowhere.yaml", bad)
    assert result.code == 2
    assert len(result.lines) == 2
    assert result.err.endswith("[unreadable]\n")


def test_a_caret_stands_under_each_character_that_is_meant(bad: Path) -> None:
    with pytest.raises(engine.Refused) as refused:
        engine.load(bad)
    source, caret = pointed_at(refused.value.problems[0])
    assert source[caret.index("^") : caret.rindex("^") + 1] == "hot_limt"


def test_a_long_line_is_shown_around_the_place() -> None:
    text = "x" * 500 + " wrong " + "y" * 500
    problem = engine.Problem("code", Span(Source("p", text), 501, 506), "what")
    source, caret = pointed_at(problem)
    assert len(source) == len("    ") + 76
    assert source[caret.index("^") : caret.rindex("^") + 1] == "wrong"


# ------------------------------------------------------------------------------------------------------ show


def test_show_prints_the_program() -> None:
    assert gonogo("show", "milling-cell").out.rstrip() == engine.show("milling-cell").rstrip()
    assert (
        gonogo("show", "milling-cell", "--after", "fold").out.rstrip() == engine.show("milling-cell", "fold").rstrip()
    )


def test_show_as_json_names_the_standard() -> None:
    document = gonogo("show", "milling-cell", "--format", "json").json
    standard = engine.load("milling-cell")
    assert list(document) == ["standard", "version", "hash", "program"]
    assert [document["standard"], document["version"], document["hash"]] == [
        standard.id,
        standard.version,
        standard.hash,
    ]


def test_an_unknown_pass_is_told_with_the_nearest() -> None:
    result = gonogo("show", "milling-cell", "--after", "fld")
    line = "--after: `fld` is not a pass of the compiler; did you mean `fold`? [unknown-pass]"
    assert (result.code, result.errors) == (2, [line])


def test_the_shipped_packs_are_listed() -> None:
    names = ["food-containers", "malting-barley", "milling-cell", "turned-shaft"]
    assert [line.split()[0] for line in gonogo("show", "--packs").lines] == names
    packs = gonogo("show", "--packs", "--format", "json").json["packs"]
    assert [list(pack) for pack in packs] == [["name", "version", "title", "path"]] * 4


# ------------------------------------------------------------------------------------------------------ init


def test_a_new_pack_lints_clean_and_judges_its_sample(tmp_path: Path) -> None:
    folder = tmp_path / "Bearing Block 7"
    result = gonogo("init", folder)
    assert result.code == 0
    assert sorted(entry.name for entry in folder.iterdir()) == ["README.md", "features", "sample.csv", "standard.yaml"]
    linted = gonogo("lint", folder)  # it begins as a draft, and may be told so
    assert [line for line in linted.lines if "[not-effective]" not in line] in ([], [f"{folder}: no problems"])
    assert linted.code == 0
    standard = (folder / "standard.yaml").read_text(encoding="utf-8")
    assert standard.index("class = major, then: hold") < standard.index("otherwise: release")
    checked = gonogo("check", folder, folder / "sample.csv", "--format", "json")
    assert checked.json["standard"]["id"] == "bearing-block-7"
    assert checked.json["summary"] == {
        "conforming": 4,
        "nonconforming": 4,
        "indeterminate": 2,
        "by_class": {"critical": 1, "major": 2, "minor": 1},
        "by_rule": {"bore": 2, "full_length": 1, "burr": 1, "wobbly": 1, "deburring-ineffective": 1},
    }


def test_after_init_the_next_commands_are_told_and_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = gonogo("init", "my pack").lines
    commands = [shlex.split(line) for line in lines[lines.index("next:") + 1 :]]
    assert [gonogo(*command[1:]).code for command in commands] == [0, 1, 0]


def test_the_readme_of_a_new_pack_shows_commands_that_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    gonogo("init", "bushing")
    readme = (tmp_path / "bushing" / "README.md").read_text(encoding="utf-8")
    commands = [shlex.split(line, comments=True)[1:] for line in readme.splitlines() if line.startswith("gonogo ")]
    assert [gonogo(*command).code for command in commands] == [0, 1, 1, 0]


def test_init_that_fails_leaves_nothing_half_written(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    files = ("standard.yaml", "features/bore.feature", "no-such-file")
    with patch("gonogo_cli.commands.init.FILES", files):
        result = gonogo("init", folder)
    assert (result.code, len(result.errors)) == (2, 1)
    assert list(folder.iterdir()) == []


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "sample.csv").write_text("mine", encoding="utf-8")
    result = gonogo("init", tmp_path)
    line = f"{tmp_path}/sample.csv: this file is there already; name another folder, or move it away [already-there]"
    assert (result.code, result.out, result.errors) == (2, "", [line])
    assert [entry.name for entry in tmp_path.iterdir()] == ["sample.csv"]


@pytest.mark.parametrize(
    ("folder", "name"), [("x", "x"), ("7-up", "standard-7-up"), ("Größe", "gr-e"), ("__", "standard")]
)
def test_the_standard_is_named_after_its_folder(tmp_path: Path, folder: str, name: str) -> None:
    gonogo("init", tmp_path / folder)
    assert engine.load(tmp_path / folder).id == name


def test_init_into_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    assert gonogo("init", path).errors == [f"{path}: this is a file; name a new folder [already-there]"]


# ------------------------------------------------------------------------------------------------------ demo


def test_the_demo_reads_as_it_is_written_down() -> None:
    result = gonogo("demo")
    assert result.out == expected("demo.txt", result.out)
    assert (result.code, result.err) == (0, "")


def test_what_the_demo_proposes_to_try_works(tmp_path: Path) -> None:
    lines = gonogo("demo").lines
    commands = [shlex.split(line)[1:] for line in lines[lines.index("Try next") + 1 :]]
    assert [command[0] for command in commands] == ["check", "explain", "trace", "plan", "show", "init"]
    commands[-1][-1] = str(tmp_path / "new")
    assert [gonogo(*command).code for command in commands] == [1, 1, 1, 0, 0, 0]


def test_what_the_demo_says_of_binary_numbers_is_true() -> None:
    assert 312.7 - 304.1 == 8.599999999999966


def test_the_demo_as_json_holds_what_it_shows() -> None:
    document = gonogo("demo", "--format", "json").json
    assert [item["item"] for item in document["items"]] == ["24", "82", "121"]
