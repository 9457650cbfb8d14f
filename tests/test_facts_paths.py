"""Paths: folders and patterns stand for the files of facts in them; whatever names nothing is told at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import gonogo
from gonogo.facts.paths import expand_paths
from gonogo.problems import Refused

FILES = [
    "a.csv", "b.csv.gz", "c.PARQUET", "d.xlsx", "deep/er/e.jsonl", "deep/f.json.zst", "g.arrow", "h[1].csv",
    "_SUCCESS.csv", ".hidden.csv", "_temporary/x.csv", ".git/x.csv", "notes.txt", "i.parquet.gz", "j.gz", "Makefile",
]  # fmt: skip
FACTS = ["a.csv", "b.csv.gz", "c.PARQUET", "d.xlsx", "deep/er/e.jsonl", "deep/f.json.zst", "g.arrow", "h[1].csv"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES:
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_text("a,b\n1,2\n")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


ENDINGS = (
    "`.csv`, `.tsv`, `.jsonl`, `.ndjson`, `.json`, `.parquet`, `.pq`, `.arrow`, `.feather`, `.ipc`, `.xlsx`, `.xlsm`; "
    "text may be packed, `.gz` or `.zst`"
)


def below(*names: str) -> tuple[str, ...]:
    return tuple(f"data/{name}" for name in names)


def why(*paths: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        expand_paths(paths)
    return list(map(str, caught.value.problems))


def test_a_folder_is_all_files_of_facts_below_it_in_order(folder: Path) -> None:
    assert expand_paths(["data"]) == expand_paths(["data/"]) == below(*FACTS)
    assert expand_paths([str(folder / "data" / "deep")]) == tuple(str(folder / name) for name in below(*FACTS[4:6]))


def test_a_file_and_standard_input_stay_as_they_are_whatever_they_are_called(folder: Path) -> None:
    paths = ["data/notes.txt", "-", "data/_SUCCESS.csv", "data/h[1].csv", "data/a.csv", "data/a.csv", "./data/a.csv"]
    assert expand_paths(paths) == tuple(paths)


def test_a_pattern_is_all_that_it_matches_in_order(folder: Path) -> None:
    assert expand_paths(["data/?.csv*"]) == below("a.csv", "b.csv.gz")
    assert expand_paths(["data/[c-d].*"]) == below("c.PARQUET", "d.xlsx")
    assert expand_paths(["data/*.txt"]) == below("notes.txt")
    assert expand_paths(["data/**/*.js*", "data/a*"]) == below("deep/er/e.jsonl", "deep/f.json.zst", "a.csv")


def test_a_folder_that_a_pattern_matches_stands_for_the_files_in_it_and_each_file_comes_once(folder: Path) -> None:
    assert expand_paths(["dat*"]) == below(*FACTS)
    assert expand_paths(["data/deep/**"]) == below(*FACTS[4:6])


def test_what_was_expanded_stays_as_it_is(folder: Path) -> None:
    assert expand_paths(expand_paths(["data"])) == below(*FACTS)


def test_a_link_that_leads_back_is_no_endless_folder(folder: Path) -> None:
    (folder / "data" / "deep" / "back").symlink_to(folder / "data", target_is_directory=True)
    (folder / "data" / "loop.csv").symlink_to(folder / "data" / "loop.csv")
    assert expand_paths(["data/deep"]) == below(*FACTS[4:6])
    assert why("data/loop.csv")[0].endswith("this link leads back to itself; name the file itself [unreadable]")


def test_all_that_names_nothing_is_told_at_once(folder: Path) -> None:
    assert why("data/A.csv", "nope/*.csv", "empty", "a\0b", "x" * 5000, "data") == [
        why("a\0b")[0],
        "data/A.csv: there is no such file; perhaps `data/a.csv` is meant [unreadable]",
        f"empty: there are no facts in this folder; the names of facts end with {ENDINGS} [unreadable]",
        "nope/*.csv: no facts match the pattern `nope/*.csv` [unreadable]",
        why("x" * 5000)[0],
    ]
    assert why("empty*") == ["empty*: no facts match the pattern `empty*` [unreadable]"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_looked_into_is_refused(folder: Path) -> None:
    (folder / "data" / "deep").chmod(0)
    assert why("data") == ["data/deep: this file may not be read; ask for the right to read it [unreadable]"]


def test_a_folder_is_judged_as_its_files_are(tmp_path: Path) -> None:
    rows = (Path(__file__).parent.parent / "rules" / "milling-cell" / "sample.csv").read_text().splitlines()
    for part in range(3):
        text = "\n".join([rows[0], *rows[1 + part :: 3]]) + "\n"
        (tmp_path / f"{part}.csv").write_text(text)

    def verdicts(*paths: object) -> list[tuple[str, str]]:
        standard, options = gonogo.load("milling-cell"), gonogo.FactsOptions()
        inspection = gonogo.Inspection(standard, list(map(str, paths)), options, print, print)
        return [(verdict.item, verdict.outcome) for verdict in inspection]

    assert len(verdicts(tmp_path)) == len(rows) - 1
    assert verdicts(tmp_path) == verdicts(tmp_path / "*.csv") == verdicts(*sorted(tmp_path.iterdir()))
