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


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the smallest run prints, on facts of our own: the public ones need not be here."""
    absent = tmp_path_factory.mktemp("facts") / "absent.csv"
    command = [sys.executable, str(ROOT / "bench" / "run.py"), "--tiny", "--facts", str(absent)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "engine")}
    ran = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def rows(printed: str, peer: str) -> list[list[str]]:
    """The rows of the tables of decisions that begin with a peer's name."""
    split = [[cell.strip() for cell in line.strip("|").split("|")] for line in printed.splitlines()]
    return [row for row in split if row[0] == peer and len(row) == 5]


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


def test_the_readme_has_a_place_for_the_results() -> None:
    readme = (ROOT / "bench" / "README.md").read_text(encoding="utf-8")
    assert readme.index("<!-- results: written by bench/run.py -->") < readme.index("<!-- /results -->")
