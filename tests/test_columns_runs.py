"""Runs in columns that are interrupted, find no room, or are large: nothing is left, and memory stays bounded."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch

import duckdb
import pyarrow.parquet as pq
import pytest

from command_line import ROOT, started
from gonogo.screen.columnar import Session

STANDARD = """
gonogo: 1
standard: s
version: 1.0.0
facts:
  item: id
  lot: lot
  fields:
    a: {column: A, kind: number, resolution: 0.01}
    b: {column: B, kind: number, resolution: 0.01}
    c: {column: C, kind: number, resolution: 0.01}
    d: {column: D, kind: number, resolution: 0.01}
rules:
  a: {when: a > 90, class: critical}
  b: {when: b > 95 or b < 1, class: major}
  c: {when: c * d > 9000 and c - d > 10, class: minor}
  d: {when: d > 99, class: minor}
"""

GONOGO = [sys.executable, "-c", "from gonogo_cli.main import main; main()"]
ENDLESS = (
    "SELECT (a.range * b.range) % 7, count(*) FROM range(10000000) AS a, range(10000000) AS b GROUP BY 1 ORDER BY 1"
)

STAGES = {
    "screening": "Session.create = lambda self, name, statement: endless(self.run)",
    "reasoning": "Run._keep = lambda self, *_: None; Combining.keys = lambda self, *_: said(endless_statement)",
    "odd rows": "Table.rows = lambda self, engine, *_: engine.batches(said(endless_statement), 1000)",
}

SLOWED = """
import sys
from gonogo.batch.combining import Combining
from gonogo.batch.run import Run
from gonogo.batch.source import Table
from gonogo.screen.columnar import Session
from gonogo_cli.main import main

endless_statement = {endless!r}

def said(text):
    print("now", flush=True)
    return text

def endless(run):
    print("now", flush=True)
    run(endless_statement)

{stage}
sys.argv[0] = "gonogo"
main()
"""


def facts(folder: Path, rows: int) -> Path:
    """Facts of which some are left to the scalar screen."""
    cells = ", ".join(f"round(random() * 100, 2) AS {name}" for name in "BCD")
    odd = "CASE WHEN range % 100 = 0 THEN 'nan'::DOUBLE ELSE round(random() * 100, 2) END AS A"
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(
            f"COPY (SELECT 'item-' || range AS id, 'L' || range // 1000 AS lot, {odd}, {cells} FROM range({rows})) "
            f"TO '{folder / 'facts.parquet'}' (FORMAT parquet, ROW_GROUP_SIZE 100000)"
        )
    (folder / "standard.yaml").write_text(STANDARD)
    return folder / "facts.parquet"


def environment(folder: Path) -> dict[str, str]:
    (folder / "temporary").mkdir(exist_ok=True)
    paths = os.pathsep.join([str(ROOT / "engine"), str(ROOT / "cli")])
    return {**os.environ, "TMPDIR": str(folder / "temporary"), "PYTHONPATH": paths}


def arguments(folder: Path, format_: str) -> list[str]:
    told = ["--format", format_, "-o", str(folder / "out"), "--engine", "columnar"]
    return ["check", str(folder / "standard.yaml"), str(folder / "facts.parquet"), *told]


def left_behind(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")} - {"standard.yaml", "facts.parquet", "temporary"}


@pytest.mark.parametrize(
    ("stage", "number", "code"),
    [
        ("screening", signal.SIGINT, 130),
        ("reasoning", signal.SIGTERM, 143),
        ("odd rows", signal.SIGINT, 130),
        ("odd rows", signal.SIGTERM, 143),
    ],
)
def test_an_interrupted_run_leaves_nothing(stage: str, number: signal.Signals, code: int, tmp_path: Path) -> None:
    facts(tmp_path, 1000)
    program = SLOWED.format(endless=ENDLESS, stage=STAGES[stage])
    command = [sys.executable, "-c", program, *arguments(tmp_path, "csv")]
    pipe = subprocess.PIPE
    with started(command, stdout=pipe, stderr=pipe, text=True, env=environment(tmp_path)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        try:
            process.communicate(timeout=0.5)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, len(said.splitlines())) == (code, 1), said
    assert left_behind(tmp_path) == set()


class Late(threading.Thread):
    """A thread that begins after the interrupt of its start."""

    timer: ClassVar[threading.Timer]

    def start(self) -> None:
        Late.timer = threading.Timer(0.2, super().start)
        Late.timer.start()
        raise KeyboardInterrupt


def test_a_statement_whose_start_is_interrupted_never_runs() -> None:
    with Session() as session:
        with patch("gonogo.screen.columnar.threading.Thread", Late), pytest.raises(KeyboardInterrupt):
            session.run("CREATE TABLE late AS SELECT 1")
        Late.timer.join()
        time.sleep(0.2)
        assert session.run("SELECT count(*) FROM duckdb_tables()") == [(0,)]


@pytest.mark.parametrize("format_", ["parquet", "jsonl"])
def test_a_result_that_finds_no_room_is_told_in_one_line(format_: str, tmp_path: Path) -> None:
    facts(tmp_path, 30_000)

    command, pipe = [*GONOGO, *arguments(tmp_path, format_)], subprocess.PIPE
    room = (resource.RLIMIT_FSIZE, 1 << 16)
    with started(command, limit=room, stdout=pipe, stderr=pipe, text=True, env=environment(tmp_path)) as process:
        _, said = process.communicate(timeout=120)
    last = said.splitlines()[-1]
    assert (process.returncode, last) == (2, "gonogo: the result can't be written: file too large [unwritable]")
    assert "internal" not in said
    assert left_behind(tmp_path) == set()


def test_a_run_over_three_million_rows_stays_below_a_gigabyte(tmp_path: Path) -> None:
    facts(tmp_path, 3_000_000)
    table = pq.ParquetFile(tmp_path / "facts.parquet")
    assert table.metadata.num_rows == 3_000_000
    # The size of this very process would count, where it were forked: so somebody else starts the run.
    program = (
        "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
        "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    run = [*GONOGO, *arguments(tmp_path, "parquet"), "--quiet"]
    found = subprocess.run(
        [sys.executable, "-c", program, *run], capture_output=True, text=True, env=environment(tmp_path), check=True
    )
    code, kilobytes = map(int, found.stdout.split())
    assert code == 1
    assert kilobytes < 1_000_000
    assert pq.ParquetFile(tmp_path / "out").metadata.num_rows == 3_000_000
    assert left_behind(tmp_path) == {"out"}
