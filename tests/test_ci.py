"""What `docs/ci.md` shows works: its YAML is read, its commands run; and the hook for pre-commit is a hook."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from command_line import ROOT, gonogo
from sample_packs import broken
from test_docs import run as shell

PAGE = ROOT / "docs" / "ci.md"
BLOCKS = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)]
WORKFLOW, PIPELINE, REVIEW, REVIEW_PIPELINE, PRE_COMMIT, LOCAL = BLOCKS
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
FORMATS = ("junit", "sarif", "github", "json", "jsonl", "csv", "parquet")


def steps() -> list[dict[str, Any]]:
    [job] = WORKFLOW["jobs"].values()
    return list(job["steps"])


def commands() -> Iterator[str]:
    """The commands of gonogo in the workflow and in the pipeline."""
    for line in (*(step.get("run", "") for step in steps()), *PIPELINE["conformity"]["script"]):
        if line.startswith("gonogo "):
            yield line


def work_in(folder: Path) -> Path:
    (folder / "work").mkdir()
    (folder / "work" / "rules").symlink_to(ROOT / "rules")
    return folder / "work"


# ------------------------------------------------------------------------------------------------- workflows


def test_the_workflow_is_one_that_github_runs() -> None:
    assert set(WORKFLOW) == {"name", True, "permissions", "jobs"}  # `on` is a flag to YAML 1.1
    assert WORKFLOW["permissions"] == {"contents": "read", "security-events": "write"}
    for step in steps():
        assert ("uses" in step) != ("run" in step)
        assert set(step) <= {"name", "uses", "run", "with", "if"}


def test_what_is_uploaded_is_what_the_steps_write(tmp_path: Path) -> None:
    work = work_in(tmp_path)
    for step in steps():
        if step.get("run", "").startswith("gonogo "):
            shell(step["run"], tmp_path)
    written = {path.name for path in work.iterdir()} - {"rules"}
    assert written == {"lint.sarif", "check.sarif", "junit.xml"}
    uploads = [step["with"] for step in steps() if "upload" in step.get("uses", "")]
    assert [upload.get("sarif_file") or upload["path"] for upload in uploads] == [".", "junit.xml"]
    assert PIPELINE["conformity"]["artifacts"]["reports"]["junit"] in written


@pytest.mark.parametrize("line", list(commands()))
def test_the_commands_of_the_page_exit_as_it_says(line: str, tmp_path: Path) -> None:
    work_in(tmp_path)
    printed = shell(f"{line}; echo $?", tmp_path)
    code = "1" if line.startswith("gonogo check") else "0"
    assert printed.splitlines()[-1] == code or f"\n{code}\n" in printed
    assert "[usage]" not in printed


def test_the_steps_that_show_results_run_behind_a_failed_one() -> None:
    for step in steps():
        if "upload" in step.get("uses", ""):
            assert step["if"].startswith("${{ !cancelled() ")
    assert PIPELINE["conformity"]["artifacts"]["when"] == "always"


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_the_page_is_one(form: str, tmp_path: Path) -> None:
    assert f"`{form}`" in PAGE.read_text(encoding="utf-8")
    facts = ROOT / "rules" / "milling-cell" / "sample.csv"
    assert gonogo("check", "milling-cell", facts, "--quiet", "--format", form, "-o", tmp_path / "x").code == 1


def test_exit_codes_are_as_the_page_says(tmp_path: Path) -> None:
    facts = ROOT / "rules" / "milling-cell" / "sample.csv"
    assert gonogo("check", "milling-cell", facts, "--quiet", "--exit-zero").code == 0
    assert gonogo("lint", broken(tmp_path)).code == 1
    assert gonogo("lint", broken(tmp_path), "--exit-zero").code == 0
    for command in (("lint", tmp_path / "nowhere"), ("check", tmp_path / "nowhere", facts)):
        assert gonogo(*command, "--exit-zero").code == 2


# -------------------------------------------------------------------------------------------- merge requests


def reviews() -> Iterator[str]:
    """The commands that compare versions, on GitHub and on GitLab."""
    for line in (
        *(step.get("run", "") for step in REVIEW["jobs"]["difference"]["steps"]),
        *REVIEW_PIPELINE["difference"]["script"],
    ):
        if line.startswith("gonogo diff"):
            yield line


@pytest.mark.parametrize("line", list(reviews()))
def test_a_merge_request_is_shown_with_its_flips(line: str, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    pack = work / "rules" / "milling-cell"
    shutil.copytree(ROOT / "rules" / "milling-cell", pack)
    git = "git -c user.name=q -c user.email=q@example.org"
    shell(
        f"git init -q; {git} add .; {git} commit -q -m before; git update-ref refs/remotes/origin/main HEAD", tmp_path
    )
    file = pack / "standard.yaml"
    file.write_text(file.read_text("utf-8").replace("hot_limit: 8.6 K", "hot_limit: 8.9 K"), encoding="utf-8")
    base = "export GITHUB_BASE_REF=main CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git rev-parse HEAD)"
    assert shell(f"{base}; {line} --quiet; echo $?", tmp_path).strip() == "0"
    told = (work / "difference.md").read_text("utf-8")
    assert "| rule **heat-dissipation** |  | tightened |" in told
    assert "items flip**" in told
    assert "| parameter **hot\\_limit** |  | changed | `8.6 K` | `8.9 K` |" in told


def test_the_specs_of_all_packs_are_run(tmp_path: Path) -> None:
    work_in(tmp_path)
    scripts = [step["run"] for step in REVIEW["jobs"]["difference"]["steps"] if "gonogo spec" in step.get("run", "")]
    scripts += [line for line in REVIEW_PIPELINE["difference"]["script"] if "gonogo spec" in line]
    assert len(scripts) == 2
    for script in scripts:
        printed = shell(f"set -e\n{script}\necho all of them", tmp_path)
        assert printed.splitlines()[-1] == "all of them"
        assert printed.count(" passed\n") == 4
        assert "failed" not in printed


def test_the_comment_is_the_file_that_was_written() -> None:
    *_, post = REVIEW["jobs"]["difference"]["steps"]
    assert "--body-file difference.md" in post["run"]
    assert REVIEW["jobs"]["difference"]["steps"][0]["with"] == {"fetch-depth": 0}
    assert REVIEW_PIPELINE["difference"]["artifacts"]["paths"] == ["difference.md"]
    assert any("body=<difference.md" in line for line in REVIEW_PIPELINE["difference"]["script"])


# ---------------------------------------------------------------------------------------------------- hooks


def test_the_hook_is_one_that_pre_commit_takes() -> None:
    [hook] = HOOKS
    assert set(hook) == {"id", "name", "description", "entry", "language", "files"}
    assert (hook["id"], hook["language"]) == ("gonogo-lint", "python")
    assert [each["id"] for each in PRE_COMMIT["repos"][0]["hooks"]] == [hook["id"]]
    [local] = LOCAL["repos"][0]["hooks"]
    assert {key: local[key] for key in ("id", "name", "entry", "files")} == {
        key: hook[key] for key in ("id", "name", "entry", "files")
    }


def test_the_entry_of_the_hook_runs_on_the_standards_that_change(tmp_path: Path) -> None:
    [hook] = HOOKS
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    changed = [path for path in listed.splitlines() if re.search(hook["files"], path)]
    if not changed:  # an archive of the sources has no git
        pytest.skip("this is no checkout")
    assert {"rules/milling-cell/standard.yaml", "rules/turned-shaft/standard.yaml"} <= set(changed)
    assert not any(path.endswith((".csv", ".md", "causes.yaml")) for path in changed)
    work_in(tmp_path)
    shipped = [path for path in changed if path.startswith("rules/")]
    printed = shell(f"{hook['entry']} {shlex.join(shipped)}; echo $?", tmp_path)
    assert printed == "".join(f"{path}: no problems\n" for path in shipped) + "0\n"


def test_the_hook_fails_where_a_standard_has_an_error(tmp_path: Path) -> None:
    [hook] = HOOKS
    work = work_in(tmp_path)
    broken(work).rename(work / "standard.yaml")
    assert re.search(hook["files"], "standard.yaml")
    printed = shell(f"{hook['entry']} standard.yaml; echo $?", tmp_path)
    assert printed.splitlines()[-1] == "1"
    assert printed.startswith("standard.yaml:38:36: ")


def test_the_page_is_found_from_the_readme() -> None:
    assert "(docs/ci.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
