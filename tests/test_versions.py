"""Versions of a standard from git: in a clone, a worktree and a bare repository, with what they extend."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import gonogo
from command_line import ROOT
from command_line import gonogo as command

SITE = """
gonogo: 1
standard: site
version: 1.0.0
extends: ../base
characteristics: {bore: {nominal: 25 mm, tolerance: 0.02 mm, class: major}}
"""
BASE = """
gonogo: 1
standard: base
version: 1.0.0
facts: {item: Part, fields: {bore: {column: Bore, unit: mm}, depth: {column: Depth, unit: mm}}}
rules: {deep: {when: depth > 30 mm, class: minor}}
"""
FACTS = "Part,Bore,Depth\nA,25.01,29.5\nB,25.015,30.5\nC,25.03,31\n"


def git(folder: Path, *arguments: str) -> str:
    told = ("-c", "user.name=q", "-c", "user.email=q@example.org", *arguments)
    return subprocess.run(["git", *told], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three commits: two packs, the base with another limit, and the site with another one."""
    folder = tmp_path_factory.mktemp("work")
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name, text in (("site", SITE), ("base", BASE)):
        (folder / "rules" / name).mkdir(parents=True)
        (folder / "rules" / name / "standard.yaml").write_text(text, encoding="utf-8")
    _commit(folder, "first")
    git(folder, "tag", "first")
    (folder / "rules" / "base" / "standard.yaml").write_text(BASE.replace("30 mm", "29 mm"), encoding="utf-8")
    _commit(folder, "second")
    (folder / "rules" / "site" / "standard.yaml").write_text(SITE.replace("0.02 mm", "0.01 mm"), encoding="utf-8")
    _commit(folder, "third")
    return folder


def _commit(folder: Path, message: str) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", message)


@pytest.fixture(params=["work", "clone", "worktree", "bare", "below"])
def place(request: pytest.FixtureRequest, repository: Path, tmp_path: Path) -> Path:
    """A place in which the repository can be read."""
    match request.param:
        case "work":
            return repository
        case "below":
            return repository / "rules" / "base"
        case "clone":
            git(tmp_path, "clone", "--quiet", str(repository), "clone")
            return tmp_path / "clone"
        case "worktree":
            git(repository, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
            return tmp_path / "tree"
        case _:
            git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")
            return tmp_path / "bare.git"


def test_versions_are_read_wherever_the_repository_is(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    before, middle, after = (gonogo.load_version(f"{name}:rules/site") for name in ("first", "HEAD~1", "HEAD"))
    assert [(each.name, each.effect) for each in gonogo.differences(before, middle)] == [("deep", "tightened")]
    assert [(each.name, each.effect) for each in gonogo.differences(middle, after)] == [
        ("bore.above", "tightened"),
        ("bore.below", "tightened"),
    ]
    (told, _) = gonogo.differences(middle, after)
    assert told.places == ("HEAD~1:rules/site/standard.yaml:6:19", "HEAD:rules/site/standard.yaml:6:19")


def test_the_command_tells_changes_and_flips(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    facts = tmp_path / "facts.csv"
    facts.write_text(FACTS, encoding="utf-8")
    result = command("diff", "first:rules/site", "HEAD:rules/site", facts, "--format", "json")
    assert result.code == 1
    assert {each["name"]: each["effect"] for each in result.json["changes"]} == {
        "bore.above": "tightened", "bore.below": "tightened", "deep": "tightened",
    }  # fmt: skip
    flipped = {flip["item"]: flip["after"]["findings"] for flip in result.json["items"]["flipped"]}
    assert flipped == {"A": ["deep"], "B": ["bore.above", "deep"]}
    same = command("diff", "HEAD:rules/site", "rules/site/standard.yaml", facts)
    assert same.code == 0
    assert "both say the same" in same.out
    assert git(repository, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ("HEAD:rules/nothing", "there was nothing of that path"),
        ("nothing:rules/site", "there is no revision `nothing`"),
        ("HEAD:rules", "had no `standard.yaml`"),
        ("HEAD:../elsewhere/x", "leads out of the repository"),
        ("-x:rules/site", "there is no such pack"),
        ("HEAD", "there is no such pack"),
    ],
)
def test_what_is_no_version_is_told(told: str, what: str, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    result = command("diff", "--", told, "rules/site")
    assert result.code == 2
    assert what in result.err
    assert len(result.errors) == 1


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = command("diff", "HEAD:rules/site", "milling-cell")
    assert (result.code, "this is no git repository" in result.err) == (2, True)


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = command("diff", "HEAD:rules/site", "milling-cell")
    assert (result.code, "[no-git]" in result.err) == (2, True)


def test_packs_of_this_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    inside = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, check=False).returncode == 0
    if not inside:
        pytest.skip("this is no git repository")
    assert command("diff", "HEAD:rules/turned-shaft", "HEAD:rules/turned-shaft").code == 0
