"""The command line as a whole: help, usage, exit codes, and that nothing ever ends in a traceback."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest

from command_line import IS_UPDATING, MILLING, ROOT, gonogo
from gonogo_cli.commands.ledger import ledger
from gonogo_cli.group import COMMANDS

DOCUMENT = ROOT / "docs" / "cli.md"
OF_LEDGERS = tuple(f"ledger {name}" for name in ledger.commands)
ALONE = tuple(name for name in COMMANDS if name != "ledger")
"""Commands that have none below them."""

ALL = (*ALONE, "ledger", *OF_LEDGERS)
with patch.dict(os.environ, {"COLUMNS": "80"}):
    HELP = {name: gonogo(*name.split(), "--help").out for name in ("", *ALL)}


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def document() -> str:
    """`docs/cli.md`, made of what `--help` says."""
    parts = [
        "# The command line",
        "This page is made of what `--help` says; `GONOGO_UPDATE=1 pytest tests/test_cli.py` writes it anew.",
    ]
    for name, text in HELP.items():
        parts.append(f"## gonogo {name}".rstrip() + f"\n\n```text\n{text.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def example(name: str) -> list[str]:
    """The command lines that a command's help shows, from its `Example:` on."""
    return re.findall(r"^ +gonogo (.+)$", HELP[name].partition("Example:")[2], re.MULTILINE)


# ------------------------------------------------------------------------------------------------------ help


def test_every_command_is_documented_as_its_help_says() -> None:
    if IS_UPDATING:
        DOCUMENT.write_text(document(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("name", [*ALONE, *OF_LEDGERS])
def test_every_help_has_one_example(name: str) -> None:
    *before, last = example(name)
    assert last.startswith(f"{name} ") or last == name
    assert {line.split()[0] for line in before} <= {"init", "ledger"}


@pytest.mark.parametrize("name", [*ALONE, *OF_LEDGERS])
def test_the_example_of_every_help_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = [gonogo(*shlex.split(line)) for line in example(name)][-1]
    assert result.out
    assert result.code == (1 if name in ("check", "diff", "explain", "report", "trace", "whatif") else 0)


@pytest.mark.parametrize("name", [*ALONE, *OF_LEDGERS])
def test_every_command_takes_the_shared_options(name: str) -> None:
    output = "-o, --output DIR" if name == "report" else "-o, --output FILE"
    for option in ("--format", output, "--quiet", "--no-color", "--help"):
        assert option in HELP[name]


@pytest.mark.parametrize(
    "name", ["lint", "check", "explain", "report", "trace", "plan", "whatif", "diff", "spec", "ledger verify"]
)
def test_what_can_exit_with_1_can_be_told_not_to(name: str) -> None:
    assert "--exit-zero" in HELP[name]


def test_gonogo_alone_shows_its_help() -> None:
    assert gonogo() == gonogo("--help")


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"gonogo \d+\.\d+\.\d+\n", gonogo("--version").out)


def test_help_loads_neither_the_engine_nor_rich() -> None:
    code = "import sys; from gonogo_cli.main import run; run(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": "engine:cli"}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    for heavy in ("rich", "yaml", "gonogo.pack", "durable_rules_engine", "fractions"):
        assert f"'{heavy}'" not in ended.stderr


# ----------------------------------------------------------------------------------------------------- usage


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["chek"], "gonogo: there is no command `chek`; did you mean `check`? [usage]"),
        (["xyzzy"], "gonogo: there is no command `xyzzy`; see `gonogo --help` [usage]"),
        (["--vers"], "gonogo: there is no option `--vers`; did you mean `--version`? [usage]"),
        (["check", "--frmat"], "gonogo check: there is no option `--frmat`; did you mean `--format`? [usage]"),
        (["check"], "gonogo check: missing argument `PACK`; see `gonogo check --help` [usage]"),
        (["check", "x"], "gonogo check: missing argument `FACTS...`; see `gonogo check --help` [usage]"),
        (
            ["explain", "x", "y"],
            "gonogo explain: say what to explain: `--item ID`, or `--lot ID`; see `gonogo explain --help` [usage]",
        ),
        (["show"], "gonogo show: no PACK is named; see `gonogo show --help` [usage]"),
        (
            ["check", "--top", "-1"],
            "gonogo check: `--top` takes a whole number from 0 on, not `-1`; see `gonogo check --help` [usage]",
        ),
        (
            ["check", "x", "y", "--only", "conformng"],
            "gonogo check: `conformng` is not an outcome: perhaps `conforming`; see `gonogo check --help` [usage]",
        ),
        (
            ["check", "--top", "x"],
            "gonogo check: `--top` takes a whole number from 0 on, not `x`; see `gonogo check --help` [usage]",
        ),
        (
            ["spec", "x", "-n", "99"],
            "gonogo spec: `-n` takes a whole number from 0 to 64, not `99`; see `gonogo spec --help` [usage]",
        ),
        (["show", "x", "-o", ""], "gonogo show: `--output` names no file; see `gonogo show --help` [usage]"),
        (["ch\x1b[31m"], "gonogo: there is no command `ch\\x1b[31m`; see `gonogo --help` [usage]"),
        (
            ["explain", "x", "y", "--item", "1", "--item", "2"],
            "gonogo explain: `--item` is told twice, and takes one item; see `gonogo explain --help` [usage]",
        ),
        (
            ["demo", "more"],
            "gonogo demo: got unexpected extra argument (more); see `gonogo demo --help` [usage]",
        ),
    ],
)
def test_a_misunderstood_command_line_is_one_line_and_exits_2(arguments: list[str], line: str) -> None:
    result = gonogo(*arguments)
    assert (result.code, result.out, result.errors) == (2, "", [line])


def test_an_error_of_our_own_is_one_line_that_asks_for_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONOGO_DEBUG", raising=False)
    with patch("gonogo.load", side_effect=ZeroDivisionError("two\nlines")):
        result = gonogo("check", "milling-cell", MILLING)
    line = "gonogo: something went wrong inside (ZeroDivisionError: two lines); please report it [internal]"
    assert (result.code, result.out, result.errors) == (2, "", [line])


@pytest.mark.parametrize(
    ("number", "code", "line"),
    [(signal.SIGINT, 130, "gonogo: interrupted"), (signal.SIGTERM, 143, "gonogo: terminated")],
)
def test_a_request_to_end_stays_one_whatever_is_made_of_it(number: signal.Signals, code: int, line: str) -> None:
    def load(*_: object) -> None:
        try:
            signal.raise_signal(number)
        except BaseException as error:
            raise RuntimeError("a class could not be made") from error

    with patch("signal.default_int_handler", signal.getsignal(signal.SIGINT)), patch("gonogo.load", load):
        result = gonogo("check", "milling-cell", MILLING)
    assert (result.code, result.out, result.errors) == (code, "", [line])


class Tidied:
    """Asks this process to end where Python drops what is raised."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def caught() -> None:
    """Ask it, and drop what is raised."""
    with suppress(BaseException):
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize("drop", [Tidied, caught])
def test_a_request_to_end_that_is_dropped_is_made_again(drop: Callable[[], object]) -> None:
    cleaned = []

    def load(*_: object) -> None:
        try:
            drop()
            time.sleep(20)
        finally:
            time.sleep(2.5)  # not when this is cleaned up, though
            cleaned.append(drop)

    handler = signal.getsignal(signal.SIGALRM)
    with patch("gonogo.load", load):
        result = gonogo("check", "milling-cell", MILLING)
    assert (result.code, result.out, result.errors) == (143, "", ["gonogo: terminated"])
    assert cleaned == [drop]
    assert signal.getsignal(signal.SIGALRM) is handler


def test_gonogo_debug_shows_where_it_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONOGO_DEBUG", "1")
    with patch("gonogo.load", side_effect=ZeroDivisionError("why")):
        result = gonogo("check", "milling-cell", MILLING)
    assert result.err.startswith("Traceback")
    assert result.errors[-1].endswith("please report it [internal]")


# ------------------------------------------------------------------------------------------------ completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_a_shell_asks_gonogo(shell: str) -> None:
    result = gonogo("completion", shell)
    assert result.code == 0
    assert "_GONOGO_COMPLETE" in result.out


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("gonogo che", ["plain,check"]),
        ("gonogo check mill", ["plain,milling-cell", "file,mill"]),
        ("gonogo lint turned", ["plain,turned-shaft", "file,turned"]),
        ("gonogo check milling-cell rules", ["file,rules"]),
        ("gonogo check --form", ["plain,--format"]),
        ("gonogo check --format js", ["plain,json", "plain,jsonl"]),
        ("gonogo check --only non", ["plain,nonconforming"]),
        ("gonogo check --only nonconforming,in", ["plain,nonconforming,indeterminate"]),
        ("gonogo show --after fol", ["plain,fold"]),
    ],
)
def test_completion_offers_commands_packs_files_and_options(
    typed: str, offered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_GONOGO_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    assert gonogo().lines == offered


def test_bash_completes_packs_and_files_together(tmp_path: Path) -> None:
    (tmp_path / "milk run.csv").touch()
    program = tmp_path / "gonogo"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT}/engine:{ROOT}/cli exec {sys.executable} -m gonogo_cli "$@"\n')
    program.chmod(0o755)
    (tmp_path / "script").write_text(gonogo("completion", "bash").out)
    line = "source ./script; COMP_WORDS=(gonogo check mil); COMP_CWORD=2; _gonogo_completion ./gonogo"
    told = ["bash", "--norc", "-c", f"{line}; printf '%s\\n' \"${{COMPREPLY[@]}}\""]
    ended = subprocess.run(told, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (ended.stdout.splitlines(), ended.stderr) == (["milling-cell", "milk run.csv"], "")
