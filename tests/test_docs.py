"""What README and docs show is what happens: console blocks are run, and Python blocks are doctests.

A block ```console holds commands behind `$ ` and, under each, everything it prints (standard output, then standard
error); a line `…` stands for any lines. `GONOGO_UPDATE=1 pytest tests/test_docs.py` writes the output anew.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "rules").glob("*/README.md")])
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
UPDATING = bool(os.environ.get("GONOGO_UPDATE"))


@dataclass(frozen=True)
class Command:
    line: str
    expected: str


def commands_of(block: str) -> list[Command]:
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    return [Command(line, expected) for line, expected in zip(parts[1::2], parts[2::2], strict=True)]


def run(line: str, folder: Path) -> str:
    """What a shell prints for a line, `gonogo` being the one under test."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "gonogo"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m gonogo_cli "$@"\n')
    program.chmod(0o755)
    paths = os.pathsep.join([str(ROOT / "engine"), str(ROOT / "cli")])
    environment = os.environ | {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": paths, "COLUMNS": "100",
    }  # fmt: skip
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder / "work", env=environment, capture_output=True, text=True, timeout=120
    )
    return (done.stdout + done.stderr).replace(f"{ROOT}/", "")


def matches(expected: str, printed: str) -> bool:
    pattern = ".*?".join(re.escape(part) for part in re.split(r"^…\n", expected, flags=re.MULTILINE))
    return re.fullmatch(pattern, printed, flags=re.DOTALL) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_console_block_prints_what_it_shows(page: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "rules").symlink_to(ROOT / "rules")
    text = page.read_text()
    for block in BLOCK.finditer(text):
        shown = block[1]
        for command in commands_of(shown):
            printed = run(command.line, tmp_path)
            if UPDATING and "…\n" not in command.expected:
                shown = shown.replace(f"$ {command.line}\n{command.expected}", f"$ {command.line}\n{printed}")
                continue
            assert matches(command.expected, printed), f"$ {command.line}\n{printed}"
        text = text.replace(block[1], shown)
    if UPDATING:
        page.write_text(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_python_block_runs_as_shown(page: Path) -> None:
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    names: dict[str, object] = {}
    for block in PYTHON.finditer(page.read_text()):
        example = parser.get_doctest(block[1], names, page.name, str(page), 0)
        runner.run(example, clear_globs=False)
        names = example.globs
    assert runner.failures == 0


@pytest.mark.parametrize(
    "module", ["gonogo", "gonogo.pack", "gonogo.verdict", "gonogo.levels.verdict", "gonogo.facts.cells"]
)
def test_the_examples_of_public_docstrings_run(module: str) -> None:
    __import__(module)
    results = doctest.testmod(sys.modules[module], optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert results.failed == 0
    assert results.attempted > 0
