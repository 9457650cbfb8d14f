"""The command line as a process among others: pipes, memory, interrupts, and readers that go away."""

from __future__ import annotations

import json
import resource
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Timer

import pytest

from command_line import MILLING, ROOT, process, streams

HEADER = b"UDI,Type,Air temperature [K],Process temperature [K],Rotational speed [rpm],Torque [Nm],Tool wear [min]\n"
ROW = b"%d,M,298.1,308.6,1551,42.8,%d\n"
PATIENCE = 60


def test_the_first_verdict_is_out_before_the_last_fact_is_read() -> None:
    with process("check", "milling-cell", "-", "--format", "jsonl") as child:
        stdin, stdout, _ = streams(child)
        guard = Timer(PATIENCE, child.kill)
        guard.start()
        stdin.write(HEADER + ROW % (1, 0))
        stdin.flush()
        first = json.loads(stdout.readline())
        stdin.write(ROW % (2, 220))
        stdin.flush()
        second = json.loads(stdout.readline())
        stdin.close()
        assert (first["item"], second["item"], child.wait()) == ("1", "2", 1)
        guard.cancel()


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not hold a process to its memory")
@pytest.mark.parametrize(
    ("form", "worn"),
    [("jsonl", 1), ("json", 1), ("csv", 1), ("table", 1), ("junit", 20), ("sarif", 20), ("github", 20)],
)
def test_memory_does_not_grow_with_the_facts(form: str, worn: int) -> None:
    with process(
        "check",
        "milling-cell",
        "-",
        *("--format", form, "--exit-zero"),
        stdout=subprocess.DEVNULL,
        limit=(resource.RLIMIT_AS, 300 << 20),
    ) as child:
        stdin, _, stderr = streams(child)
        stdin.write(HEADER)
        for start in range(0, 200_000, 1000):
            wear = ((number, number % 260 if number % worn == 0 else 0) for number in range(start, start + 1000))
            stdin.write(b"".join(ROW % row for row in wear))
        stdin.close()
        assert stderr.read() == b""
        assert child.wait() == 0


@pytest.mark.parametrize(
    ("number", "code", "line"),
    [(signal.SIGINT, 130, b"gonogo: interrupted\n"), (signal.SIGTERM, 143, b"gonogo: terminated\n")],
)
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_an_interrupt_leaves_no_half_written_file(
    tmp_path: Path, number: signal.Signals, code: int, line: bytes, form: str
) -> None:
    arguments = ("check", "milling-cell", "-", "--format", form, "-o", tmp_path / "result")
    with process(*arguments) as child:
        stdin, stdout, stderr = streams(child)
        stdin.write(HEADER + b"".join(ROW % (count, 0) for count in range(5000)))
        stdin.flush()
        _wait_for_a_file(tmp_path, child)
        child.send_signal(number)
        guard = Timer(PATIENCE, child.kill)
        guard.start()
        assert (stderr.read(), stdout.read(), child.wait()) == (line, b"", code)
        guard.cancel()
    assert list(tmp_path.iterdir()) == []


def _wait_for_a_file(folder: Path, child: subprocess.Popen[bytes]) -> None:
    """Wait until the command is under way: its file stands beside its place."""
    for _ in range(PATIENCE * 100):
        if any(folder.iterdir()):
            return
        assert child.poll() is None
        time.sleep(0.01)
    raise AssertionError("the command never started to write")


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    with process("check", "milling-cell", "-", "--format", "jsonl") as child:
        stdin, stdout, stderr = streams(child)
        stdin.write(HEADER + ROW % (1, 0))
        stdin.flush()
        stdout.readline()
        stdout.close()
        stdin.write(ROW % (2, 0) * 1000)
        stdin.close()
        assert (stderr.read(), child.wait()) == (b"", 141)


def test_a_table_that_nobody_reads_ends_it_quietly() -> None:
    command = f"{_python()} check milling-cell {MILLING} --quiet | head -1"
    ended = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, check=False)
    assert (ended.stdout.count(b"\n"), ended.stderr) == (1, b"")


def test_a_full_disk_is_told_in_one_line() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with Path("/dev/full").open("wb") as full, process("show", "milling-cell", stdout=full) as child:
        _, _, stderr = streams(child)
        assert stderr.read() == b"gonogo: the result can't be written: no space left on device [unwritable]\n"
        assert child.wait() == 2


def test_pipes_get_utf8_whatever_the_locale() -> None:
    command = f"LC_ALL=C PYTHONUTF8=0 PYTHONIOENCODING=ascii {_python()} check milling-cell {MILLING} --quiet --top 1"
    ended = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert "… and 25 more".encode() in ended.stdout


def _python() -> str:
    code = shlex.quote("from gonogo_cli.main import main; main()")
    return f"PYTHONPATH={ROOT / 'engine'}:{ROOT / 'cli'} {shlex.quote(sys.executable)} -c {code}"


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        (">&-", "gonogo: the result can't be written: standard output is closed [unwritable]\n"),
        ("<&-", "standard input: it is closed; name a file, or pipe the facts into it [unreadable]\n"),
        (">&- 2>&-", ""),
    ],
)
def test_a_closed_stream_is_told_in_one_line(closed: str, said: str) -> None:
    command = f"{_python()} check milling-cell - {closed}"
    header = (ROOT / MILLING).read_text(encoding="utf-8").splitlines(keepends=True)
    ended = subprocess.run(
        command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False, input="".join(header[:2])
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", said)


def test_a_closed_standard_error_is_worked_on_without() -> None:
    command = f"{_python()} check milling-cell {MILLING} --top 1 2>&-"
    ended = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.startswith("milling-cell 1.0.0")
