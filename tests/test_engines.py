"""Engines from the command line: the same words whichever judges, and only what is needed is loaded."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import gonogo as engine
from command_line import BARLEY, MILLING, ROOT, SHAFTS, Result, gonogo

PACKS = {"milling-cell": MILLING, "turned-shaft": SHAFTS, "malting-barley": BARLEY}


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def checked(pack: str, facts: str | Path, *arguments: str | Path) -> Result:
    return gonogo("check", pack, facts, *arguments)


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
@pytest.mark.parametrize("pack", PACKS)
def test_columns_print_what_is_printed_one_by_one(pack: str, form: str) -> None:
    one_by_one = checked(pack, PACKS[pack], "--format", form, "--engine", "scalar")
    assert checked(pack, PACKS[pack], "--format", form, "--engine", "columnar") == one_by_one


@pytest.mark.parametrize("only", ["conforming", "nonconforming", "indeterminate,conforming"])
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_columns_leave_out_what_is_left_out_one_by_one(form: str, only: str) -> None:
    arguments = ("--format", form, "--only", only, "--top", "2")
    one_by_one = checked("turned-shaft", SHAFTS, *arguments, "--engine", "scalar")
    assert checked("turned-shaft", SHAFTS, *arguments, "--engine", "columnar") == one_by_one


@pytest.mark.parametrize("source", ["scalar", "columnar"])
def test_verdicts_as_parquet_are_those_of_csv(source: str, tmp_path: Path) -> None:
    found = tmp_path / "verdicts.parquet"
    assert checked("turned-shaft", SHAFTS, "--format", "parquet", "-o", found, "--engine", source).code == 1
    rows = pq.read_table(found).to_pylist()
    text = checked("turned-shaft", SHAFTS, "--format", "csv").out.splitlines()
    assert list(rows[0]) == text[0].split(",")
    assert [",".join(value or "" for value in row.values()) for row in rows] == text[1:]


def test_parquet_needs_a_file_and_says_so() -> None:
    refused = checked("turned-shaft", SHAFTS, "--format", "parquet")
    assert refused.code == 2
    assert refused.errors == [
        "gonogo check: `--format parquet` needs a file: name one with `-o`; see `gonogo check --help` [usage]"
    ]


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl", "xlsx"])
@pytest.mark.parametrize("source", ["scalar", "columnar"])
def test_facts_without_a_column_are_refused_alike(source: str, form: str, tmp_path: Path) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text("UDI,Type\n1,L\n")
    refused = checked("milling-cell", facts, "--engine", source)
    assert refused.code == 2
    assert [line.rpartition(" ")[2] for line in refused.errors] == ["[missing-column]"]


def test_a_folder_is_judged_file_by_file_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        shutil.copy(ROOT / MILLING, tmp_path / name)
    (tmp_path / ".hidden.csv").write_text("nothing\n")
    for source in ("scalar", "columnar"):
        told = checked("milling-cell", tmp_path, "--engine", source, "--format", "jsonl")
        once = checked("milling-cell", MILLING, "--format", "jsonl")
        assert told.out == once.out * 2
        assert told.err == once.err.replace(MILLING, str(tmp_path / "a.csv")) + once.err.replace(
            MILLING, str(tmp_path / "b.csv")
        )


def test_standard_input_is_judged_in_columns_where_that_is_asked_for() -> None:
    text = (ROOT / MILLING).read_bytes()
    told = [gonogo("check", "milling-cell", "-", "--engine", name, stdin=text) for name in ("scalar", "columnar")]
    assert told[0] == told[1]
    assert "standard input: 300 facts" in told[0].out


def test_few_facts_are_judged_one_by_one_and_load_no_database() -> None:
    script = (
        "import sys; from gonogo_cli.main import run\n"
        f"run(['check', 'milling-cell', {MILLING!r}, '--format', 'jsonl', '-o', '/dev/null', '--quiet'])\n"
        "print(sorted({'duckdb', 'pyarrow', 'networkx', 'pandas', 'pyspark', 'numpy'} & set(sys.modules)))"
    )
    paths = f"{ROOT / 'engine'}:{ROOT / 'cli'}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": paths}, check=True
    )
    assert done.stdout == "[]\n"


def test_large_files_are_judged_in_columns(tmp_path: Path) -> None:
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    small.write_text("a\n1\n")
    large.write_text("a\n" + "1\n" * (1 << 23))
    told = engine.FactsOptions()
    assert engine.engine_for([str(small)], told) == "scalar"
    assert engine.engine_for([str(small), str(large)], told) == "columnar"
    assert engine.engine_for(["-"], told) == "scalar"
    assert engine.engine_for([str(large)], engine.FactsOptions("jsonl")) == "scalar"


@pytest.mark.parametrize("pack", PACKS)
def test_the_sql_that_is_shown_runs(pack: str) -> None:
    shown = gonogo("show", pack, "--sql")
    assert shown.code == 0
    kinds = {"number": "DOUBLE", "text": "VARCHAR", "flag": "BOOLEAN", "date": "DATE", "time": "TIMESTAMP"}
    program = engine.load(pack).compiled.program
    columns = {field.column: kinds[field.type.kind.value] for field in program.fields}
    columns |= {name: "VARCHAR" for name in (program.item, program.lot, program.time) if name is not None}
    connection = duckdb.connect()
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f"CREATE TABLE facts ({listed})")
    connection.execute("INSERT INTO facts DEFAULT VALUES")
    rows = connection.execute(shown.out).fetchall()
    assert len(rows) == 1
    assert rows[0][2] is True  # an item without a name is odd


def test_sql_is_of_the_program_after_all_passes() -> None:
    refused = gonogo("show", "milling-cell", "--sql", "--after", "fold")
    assert refused.code == 2
    assert "[usage]" in refused.err
    spark = gonogo("show", "milling-cell", "--sql", "--dialect", "spark")
    assert "`Torque [Nm]`" in spark.out
