"""Several results of one run: which file is for which format, one judging for all, files whole or not there."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from threading import Timer
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

import gonogo as engine
from command_line import CANS, MILLING, ROOT, SHAFTS, gonogo, process, streams
from gonogo_cli.outputs import paired

TEXTS = ("json", "jsonl", "csv", "junit", "sarif", "github", "table")
BEHIND = "put it right behind its `--format`"


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def told(line: str) -> list[tuple[str, str | None]]:
    """The pairs of a command line in which `f:NAME` is a format and `o:NAME` a file."""
    words = [word.partition(":") for word in line.split()]
    formats = [name for kind, _, name in words if kind == "f"]
    paths = [name for kind, _, name in words if kind == "o"]
    outputs = paired(formats, paths, "".join(kind for kind, _, _ in words))
    return [(output.format, output.path) for output in outputs]


# ------------------------------------------------------------------------------------------------------ pairs


@pytest.mark.parametrize(
    ("line", "pairs"),
    [
        ("f:json", [("json", None)]),
        ("f:json o:a", [("json", "a")]),
        ("o:a f:json", [("json", "a")]),
        ("f:json o:a f:junit o:b", [("json", "a"), ("junit", "b")]),
        ("f:json f:junit o:a o:b", [("json", "a"), ("junit", "b")]),
        ("o:a f:json o:b f:junit", [("json", "a"), ("junit", "b")]),
        ("f:json o:a f:table", [("json", "a"), ("table", None)]),
        ("o:a f:json f:table", [("json", "a"), ("table", None)]),
        ("f:json o:a f:junit o:b f:table", [("json", "a"), ("junit", "b"), ("table", None)]),
        ("f:table f:junit o:b", [("table", None), ("junit", "b")]),
        ("f:json o:a f:table f:junit o:b", [("json", "a"), ("table", None), ("junit", "b")]),
        ("f:json o:- f:junit o:b", [("json", "-"), ("junit", "b")]),
    ],
)
def test_a_file_is_for_the_format_that_it_stands_with(line: str, pairs: list[tuple[str, str | None]]) -> None:
    assert told(line) == pairs


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("f:json f:junit", "only one result can go to standard output: tell an `-o` for each of the others"),
        ("f:json o:- f:junit", "only one result can go to standard output: tell an `-o` for each of the others"),
        ("f:a f:b f:c o:x", "only one result can go to standard output: tell an `-o` for each of the others"),
        ("f:json o:a o:b", "there is no `--format` left for `-o b`"),
        ("f:a f:b f:c o:x o:y", f"it can't be told which `--format` each `-o` is for: {BEHIND}"),
        ("o:x f:a f:b f:c o:y", f"it can't be told which `--format` each `-o` is for: {BEHIND}"),
        ("f:a o:x f:b o:./x", "two results would go to one file, `./x`: name another for one of them"),
    ],
)
def test_what_cannot_be_paired_is_refused_in_plain_words(line: str, what: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(what)}$"):
        told(line)


def test_a_pair_that_cannot_be_told_is_a_usage_error_and_nothing_is_written(tmp_path: Path) -> None:
    both = ("--format", "json", "--format", "csv", "-o", tmp_path / "a", "-o", tmp_path / "b", "-o", tmp_path / "c")
    for command in (("check", "milling-cell", MILLING), ("lint", "milling-cell")):
        result = gonogo(*command, *both)
        assert (result.code, result.out) == (2, "")
        assert result.err.endswith(f"see `gonogo {command[0]} --help` [usage]\n")
    assert list(tmp_path.iterdir()) == []


def test_a_file_by_two_names_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("before")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    both = ("--format", "json", "-o", tmp_path / "a", "--format", "csv", "-o", tmp_path / "b")
    what = f"two results would go to one file, `{tmp_path / 'b'}`: name another for one of them"
    assert gonogo("check", "milling-cell", MILLING, *both).errors == [
        f"gonogo check: {what}; see `gonogo check --help` [usage]"
    ]
    assert (tmp_path / "a").read_text() == "before"


def test_a_device_takes_more_than_one_result() -> None:
    both = ("--format", "json", "-o", "/dev/null", "--format", "csv", "-o", "/dev/null")
    assert gonogo("check", "milling-cell", MILLING, *both, "--quiet").err == ""


@pytest.mark.parametrize("place", [[], ["-o", "-"]])
@pytest.mark.parametrize("command", [("check", "milling-cell", MILLING), ("lint", "milling-cell")])
def test_parquet_needs_a_file(place: list[str], command: tuple[str, ...], tmp_path: Path) -> None:
    result = gonogo(*command, "--format", "parquet", *place)
    what = f"gonogo {command[0]}: `--format parquet` needs a file: name one with `-o`"
    assert (result.code, result.out, result.errors) == (2, "", [f"{what}; see `gonogo {command[0]} --help` [usage]"])


def test_no_result_of_several_may_overwrite_what_it_is_made_from(tmp_path: Path) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text(Path(MILLING).read_text(encoding="utf-8"), encoding="utf-8")
    result = gonogo(
        "check", "milling-cell", facts, "--format", "json", "-o", tmp_path / "a", "--format", "csv", "-o", facts
    )
    assert result.code == 2
    assert result.err.endswith("[output-is-input]\n")
    assert list(tmp_path.iterdir()) == [facts]


# -------------------------------------------------------------------------------------------------- one run


@pytest.mark.parametrize("engine_name", ["scalar", "columnar"])
@pytest.mark.parametrize(("pack", "sample"), [("milling-cell", MILLING), ("turned-shaft", SHAFTS)])
def test_results_of_one_run_are_those_of_runs_of_their_own(
    tmp_path: Path, engine_name: str, pack: str, sample: str
) -> None:
    run = ("check", pack, sample, "--engine", engine_name, "--quiet", "--only", "nonconforming,indeterminate")
    alone = {form: gonogo(*run, "--format", form).out for form in TEXTS}
    several: list[Any] = [word for form in TEXTS[:-1] for word in ("--format", form, "-o", tmp_path / form)]
    table = gonogo(*run, *several, "--format", "parquet", "-o", tmp_path / "parquet", "--format", "table").out
    assert {form: (tmp_path / form).read_text(encoding="utf-8") for form in TEXTS[:-1]} | {"table": table} == alone
    assert gonogo(*run, "--format", "parquet", "-o", tmp_path / "alone").code == 1
    assert pq.read_table(tmp_path / "parquet").equals(pq.read_table(tmp_path / "alone"))


@pytest.mark.parametrize("form", ["junit", "sarif", "github"])
@pytest.mark.parametrize(
    ("pack", "sample"), [("milling-cell", MILLING), ("turned-shaft", SHAFTS), ("food-containers", CANS)]
)
def test_all_engines_write_the_same(form: str, pack: str, sample: str) -> None:
    run = ("check", pack, sample, "--quiet", "--format", form)
    assert gonogo(*run, "--engine", "columnar") == gonogo(*run, "--engine", "scalar")


def test_each_fact_is_judged_once_however_many_results_there_are(tmp_path: Path) -> None:
    counted: Counter[str] = Counter()

    class Counting(engine.Inspection):
        def __iter__(self) -> Any:
            for verdict in super().__iter__():
                counted[verdict.item] += 1
                yield verdict

    with patch("gonogo.Inspection", Counting):
        both = ("--format", "json", "-o", tmp_path / "a", "--format", "junit", "-o", tmp_path / "b")
        gonogo("check", "milling-cell", MILLING, *both, "--engine", "scalar")
    assert set(counted.values()) == {1}
    assert len(counted) == 300


def test_what_cannot_be_used_is_told_once_and_stands_in_every_result(tmp_path: Path) -> None:
    both = ("--format", "json", "-o", tmp_path / "a", "--format", "junit", "-o", tmp_path / "b")
    result = gonogo("check", "milling-cell", MILLING, *both)
    assert len(result.errors) == 6
    assert (tmp_path / "a").read_text(encoding="utf-8").count('"problem": "`4O.2` is not a number"') == 1
    assert "`4O.2` is not a number [unusable-value]" in (tmp_path / "b").read_text(encoding="utf-8")


# --------------------------------------------------------------------------------------------- whole or not


def test_if_one_result_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("before")
    both = ("--format", "json", "-o", tmp_path / "a", "--format", "csv", "-o", tmp_path / "nowhere" / "b")
    result = gonogo("check", "milling-cell", MILLING, *both)
    line = f"{tmp_path / 'nowhere' / 'b'}: this can't be written: no such file or directory [unwritable]"
    assert (result.code, result.errors) == (2, [line])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "before"}


def test_if_one_result_finds_no_room_no_file_takes_its_place(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    (tmp_path / "a").write_text("before")
    for first, second in (("/dev/full", tmp_path / "a"), (tmp_path / "a", "/dev/full")):
        both = ("--format", "json", "-o", first, "--format", "csv", "-o", second, "--quiet")
        result = gonogo("check", "milling-cell", MILLING, *both)
        assert (result.code, len(result.errors)) == (2, 1)
        assert "no space left on device [unwritable]" in result.err
        assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "before"}


def test_facts_that_are_refused_leave_no_result(tmp_path: Path) -> None:
    forms: list[Any] = [word for form in TEXTS[:-1] for word in ("--format", form, "-o", tmp_path / form)]
    for name in ("scalar", "columnar"):
        assert gonogo("check", "milling-cell", SHAFTS, *forms, "--engine", name).code == 2
        assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_none_of_several_files(tmp_path: Path) -> None:
    header, row = Path(MILLING).read_text(encoding="utf-8").splitlines(keepends=True)[:2]
    forms: list[Any] = [word for form in TEXTS[:-1] for word in ("--format", form, "-o", tmp_path / form)]
    with process("check", "milling-cell", "-", *forms) as child:
        stdin, stdout, stderr = streams(child)
        stdin.write(header.encode() + row.encode() * 5000)
        stdin.flush()
        _wait_for_files(tmp_path, len(TEXTS) - 1, child)
        child.send_signal(signal.SIGINT)
        guard = Timer(60, child.kill)
        guard.start()
        assert (stderr.read(), stdout.read(), child.wait()) == (b"gonogo: interrupted\n", b"", 130)
        guard.cancel()
    assert list(tmp_path.iterdir()) == []


def _wait_for_files(folder: Path, count: int, child: subprocess.Popen[bytes]) -> None:
    """Wait until the command is under way: its files stand beside their places."""
    for _ in range(6000):
        if len(list(folder.iterdir())) == count:
            return
        assert child.poll() is None
        time.sleep(0.01)
    raise AssertionError("the command never started to write")
