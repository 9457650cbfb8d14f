"""Where standards lie: what a standard extends is a file or folder as seen from it, or a pack that ships."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import gonogo
from command_line import ROOT, SHAFTS
from command_line import gonogo as command

EXTENSION = """gonogo: 1
standard: site
version: 2
extends: {}
rules:
  wobbly: {{when: runout > 0.04 mm, class: critical}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A pack beside the one that it extends: a copy of the turned shaft."""
    base = tmp_path / "base"
    base.mkdir()
    (base / "standard.yaml").write_bytes((ROOT / "rules" / "turned-shaft" / "standard.yaml").read_bytes())
    return extending(tmp_path, "../base")


def extending(folder: Path, named: str) -> Path:
    (folder / "site").mkdir(exist_ok=True)
    path = folder / "site" / "standard.yaml"
    path.write_text(EXTENSION.format(named), encoding="utf-8")
    return path


def refused(path: Path) -> gonogo.Problem:
    with pytest.raises(gonogo.Refused) as told:
        gonogo.load(path)
    [problem] = told.value.problems
    return problem


@pytest.mark.parametrize(
    "named", ["../base", "../base/", "../base/standard.yaml", ".././base//standard.yaml", '"../base"']
)
def test_a_base_is_seen_from_the_file_that_names_it(
    site: Path, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extending(tmp_path, named)
    monkeypatch.chdir(tmp_path)
    for pack, base in (
        (site, tmp_path / "base"),
        (Path("site"), Path("base")),
        (Path("site", "..", "site"), Path("base")),
    ):
        standard = gonogo.load(pack)
        assert standard.paths[1] == str(base / "standard.yaml")
        assert "wobbly" in standard.rules
        assert "runout" in standard.rules
    monkeypatch.chdir(site.parent)
    assert gonogo.load("standard.yaml").paths == ("standard.yaml", "../base/standard.yaml")


def test_a_pack_that_ships_is_extended_by_its_name_unless_a_folder_is_called_so(tmp_path: Path) -> None:
    path = extending(tmp_path, "turned-shaft")
    assert gonogo.load(path).paths[1] == str(gonogo.shipped_packs()["turned-shaft"] / "standard.yaml")
    (path.parent / "turned-shaft").mkdir()
    assert refused(path).what == "`turned-shaft` can't be extended: this folder has no `standard.yaml`"


def test_behind_a_linked_folder_the_way_back_leads_out_of_that_folder(site: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "link").symlink_to(site.parent)
    assert gonogo.load(elsewhere / "link").paths[1] == f"{elsewhere}/link/../base/standard.yaml"


def test_a_circle_through_links_ends(tmp_path: Path) -> None:
    path = extending(tmp_path, "again/standard.yaml")
    (path.parent / "again").symlink_to(path.parent)
    problem = refused(path)
    assert problem.code == "too-large"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("../bas", "there is no such file; did you mean `../base`?"),
        ("turned-shft", "there is no such file; did you mean `turned-shaft`?"),
        ("../base/standrd.yaml", "there is no such file; did you mean `../base/standard.yaml`?"),
        (
            "nothing/like/it",
            "there is no such file; name a file or folder as seen from this file, or a pack that ships",
        ),
        ("..\\base", "there is no such file; separate folders by `/`"),
        ("..", "this folder has no `standard.yaml`"),
        (
            "/etc/passwd",
            "this path is not seen from here; write it relative to this file, as in `../base/standard.yaml`",
        ),
        (
            "C:/base.yaml",
            "this path is not seen from here; write it relative to this file, as in `../base/standard.yaml`",
        ),
        (
            "https://example.com/s.yaml",
            "only a file or folder can be extended; keep a copy beside this standard, and name that",
        ),
        (
            "file:///etc/passwd",
            "only a file or folder can be extended; keep a copy beside this standard, and name that",
        ),
        ('"\\0"', "there is no such file; name a file or folder as seen from this file, or a pack that ships"),
        ("x" * 5000, "there is no such file; name a file or folder as seen from this file, or a pack that ships"),
    ],
)
def test_what_cannot_be_extended_is_told_where_it_is_named(site: Path, tmp_path: Path, named: str, said: str) -> None:
    problem = refused(extending(tmp_path, named))
    assert str(problem).startswith(f"{site}:4:10: `")
    assert str(problem).endswith(f" can't be extended: {said} [unreadable]")


def test_devices_and_pipes_are_not_opened(tmp_path: Path) -> None:
    up = "../" * len(tmp_path.parts)
    assert refused(extending(tmp_path, f"{up}dev/zero")).code == "unreadable"
    os.mkfifo(tmp_path / "pipe")
    assert refused(extending(tmp_path, "../pipe")).code == "unreadable"


def test_a_base_that_is_too_large_or_no_text_is_told_where_it_is_named(tmp_path: Path) -> None:
    path = extending(tmp_path, "../other.yaml")
    (tmp_path / "other.yaml").write_bytes(b"\xff\xfe\x00")
    assert str(refused(path)) == (
        f"{path}:4:10: `../other.yaml` can't be extended: this file is not UTF-8; save it as UTF-8 text [bad-yaml]"
    )
    with (tmp_path / "other.yaml").open("wb") as file:
        file.truncate(1 << 40)
    assert str(refused(path)).startswith(f"{path}:4:10: `../other.yaml` can't be extended: this file has more than ")


def test_a_changed_base_changes_the_hash(site: Path, tmp_path: Path) -> None:
    before, base = gonogo.load(site).hash, tmp_path / "base" / "standard.yaml"
    base.write_text(base.read_text("utf-8").replace("0.02 mm", "0.03 mm"), "utf-8")
    assert gonogo.load(site).hash != before


def test_the_files_of_a_standard_are_told_as_far_as_they_can_be_read(site: Path, tmp_path: Path) -> None:
    assert gonogo.standard_files(site.parent) == (str(site), str(tmp_path / "base" / "standard.yaml"))
    assert gonogo.standard_files(extending(tmp_path, "../nowhere")) == (str(site),)
    assert gonogo.standard_files(tmp_path / "nowhere") == ()
    assert len(gonogo.standard_files("milling-cell")) == 1


# ---------------------------------------------------------------------------------------------- the command line


def test_explanations_point_into_the_file_that_says_it(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = command("explain", "site", ROOT / SHAFTS, "--item", "S0042", "--format", "json", "--quiet").json
    places = {rule["rule"]: rule["place"].partition(":")[0] for told in out["explanations"] for rule in told["rules"]}
    assert places.pop("wobbly") == "site/standard.yaml"
    assert set(places.values()) == {"base/standard.yaml"}


def test_an_extension_judges_alike_one_by_one_and_in_columns(site: Path) -> None:
    lines, columns = (
        command("check", site, ROOT / SHAFTS, "--format", "jsonl", "--engine", engine, "--quiet").lines
        for engine in ("scalar", "columnar")
    )
    assert lines == columns
    base = command("check", "turned-shaft", ROOT / SHAFTS, "--format", "jsonl", "--quiet").lines
    changed = [line for line, before in zip(lines, base, strict=True) if line != before]
    assert changed
    assert all('"wobbly"' in line for line in changed)


def test_lint_tells_problems_of_both_files_and_show_shows_both(site: Path, tmp_path: Path) -> None:
    assert command("lint", site).out == f"{site}: no problems\n"
    assert command("show", site, "--sql").out.startswith("-- site 2: ")
    assert "wobbly" in command("show", site, "--after", "fold").out
    base = tmp_path / "base" / "standard.yaml"
    base.write_text(base.read_text("utf-8").replace("0.02 mm", "0.02 kg"), "utf-8")
    site.write_text(site.read_text("utf-8").replace("runout >", "runot >"), "utf-8")
    lines = command("lint", site).lines
    assert [line.partition(":")[0] for line in lines] == [str(base), str(site)]


def test_a_result_never_overwrites_what_a_standard_extends(site: Path, tmp_path: Path) -> None:
    base = tmp_path / "base" / "standard.yaml"
    before = base.read_bytes()
    site.write_text(site.read_text("utf-8").replace("runout >", "runot >"), "utf-8")  # also where it is refused
    facts: dict[str, list[Path]] = {"check": [ROOT / SHAFTS], "lint": [], "show": []}
    for name, files in facts.items():
        result = command(name, site, *files, "-o", base)
        what = f"{base}: the result would overwrite `{base}`, which it is made from"
        assert result.errors == [f"{what}; name another file with `-o` [output-is-input]"]
        assert (result.code, base.read_bytes()) == (2, before)


def test_a_base_that_is_not_there_is_a_problem_of_the_standard(site: Path, tmp_path: Path) -> None:
    extending(tmp_path, "../bas")
    result = command("lint", site, "turned-shaft")
    assert (result.code, len(result.lines), result.err) == (1, 2, "")
    assert result.lines[0].endswith("did you mean `../base`? [unreadable]")
    checked = command("check", site, ROOT / SHAFTS)
    assert (checked.code, checked.out, checked.errors) == (2, "", result.lines[:1])


def test_no_promised_name_is_also_that_of_a_room() -> None:
    """Whoever imports the room would get it in the name's stead."""
    rooms = {path.stem for path in (ROOT / "engine" / "gonogo").iterdir()}
    assert rooms & {*gonogo.__all__} == set()
