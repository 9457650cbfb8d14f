"""The benchmarks run, whichever peers are installed, and gonogo is right on all their facts. No time is asserted."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PEERS = {
    "zen": "ZEN, one expression",
    "durable_rules_engine": "durable-rules, C extension",
    "rule_engine": "rule-engine",
}


ON_MANY = {  # peers of millions of facts, and the modules that each needs
    "by hand, Polars": ("polars",),
    "by hand, Polars, tuned": ("polars",),
    "by hand, DuckDB": ("duckdb",),
    "pandera": ("pandera", "polars"),
    "ZEN, one expression": ("zen", "polars"),
    "durable-rules, C extension": ("durable_rules_engine", "polars"),
}
MAKE_FACTS = ("numpy", "pyarrow", "duckdb")
WORKLOADS = 3  # the milling cell from Parquet and from CSV, and ranges


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the smallest run on facts one at a time prints."""
    return ran("one", tmp_path_factory.mktemp("facts"))


@pytest.fixture(scope="module")
def printed_of_many(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the smallest run on many facts prints."""
    if absent := [module for module in MAKE_FACTS if find_spec(module) is None]:
        pytest.skip(f"without {', '.join(absent)} there are no facts to run on")
    return ran("many", tmp_path_factory.mktemp("facts"))


def ran(half: str, folder: Path) -> str:
    """Run half of the benchmarks on facts of our own: the public ones need not be here."""
    command = [sys.executable, str(ROOT / "bench" / "run.py"), "--tiny", "--only", half]
    command += ["--facts", str(folder / "absent.csv")]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "engine")}
    ended = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def rows(printed: str, peer: str, cells: int = 5) -> list[list[str]]:
    """The rows of the tables that begin with a peer's name."""
    split = [[cell.strip() for cell in line.strip("|").split("|")] for line in printed.splitlines()]
    return [row for row in split if row[0] == peer and len(row) == cells]


@pytest.mark.parametrize("form", ["Python numbers", "CSV text"])
def test_gonogo_is_right_on_every_fact_of_the_benchmarks(printed: str, form: str) -> None:
    assert [row[-1] for row in rows(printed, f"**gonogo**, {form}")] == ["none", "none", "none"]


@pytest.mark.parametrize("module", PEERS)
def test_an_installed_peer_takes_part_and_an_absent_one_is_named(printed: str, module: str) -> None:
    if find_spec(module) is None:
        assert module in next(line for line in printed.splitlines() if line.startswith("Not installed"))
    else:
        assert len(rows(printed, PEERS[module])) == 2


def test_results_say_where_the_facts_came_from_and_on_what_machine(printed: str) -> None:
    assert "rows of our own (seed 2020)" in printed
    assert f"CPython {sys.version.split()[0]}" in printed
    assert "### Cold start" in printed


@pytest.mark.parametrize("engine", ["columnar", "scalar"])
def test_gonogo_is_right_on_many_facts_on_either_engine(printed_of_many: str, engine: str) -> None:
    found = rows(printed_of_many, f"**gonogo**, {engine}", cells=8)
    assert [row[-1] for row in found] == ["none"] * WORKLOADS, printed_of_many


@pytest.mark.parametrize("peer", ON_MANY)
def test_an_installed_peer_takes_part_in_many_facts_and_an_absent_one_is_named(printed_of_many: str, peer: str) -> None:
    if absent := [module for module in ON_MANY[peer] if find_spec(module) is None]:
        named = next(line for line in printed_of_many.splitlines() if line.startswith("Not installed"))
        assert all(module in named for module in absent)
        return
    takes_csv = peer.startswith("by hand")
    assert len(rows(printed_of_many, peer, cells=8)) == (WORKLOADS if takes_csv else WORKLOADS - 1)


def test_results_on_many_facts_say_whether_the_aims_are_met(printed_of_many: str) -> None:
    aims = printed_of_many.partition("### Aims")[2].partition("###")[0]
    assert "at most 2 times the faster program by hand" in aims
    assert "peak memory under 1 GB" in aims
    assert "compiled and planned in about 2 s" in aims
    assert "at most 1.5 times the same without lots" in aims


def test_root_causes_are_measured_beside_pgmpy(tmp_path: Path) -> None:
    printed = ran("causes", tmp_path)
    (row,) = rows(printed, "6/3/2, fan-in 2 to 3")
    assert row[3].endswith("×")
    assert float(row[4]) < 1e-9
    assert "diagnoses a second" in printed
    assert printed.count("gap 0") + printed.count("none reaches it") == 3


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<!-- results: written by bench/run.py -->", "<!-- /results -->"),
        ("<!-- many: written by bench/run.py -->", "<!-- /many -->"),
        ("<!-- causes: written by bench/run.py -->", "<!-- /causes -->"),
    ],
)
def test_the_readme_has_a_place_for_the_results(begin: str, end: str) -> None:
    readme = (ROOT / "bench" / "README.md").read_text(encoding="utf-8")
    assert readme.index(begin) < readme.index(end)
