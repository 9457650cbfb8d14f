"""The statements of columns, run by Spark, say what single facts are told: the corpus, random standards, odd files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from in_spark import Came
from spark_cluster import DEFAULTS, LOOPBACK, ROOT, find_java, missing

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Came]:
    """What each job came to, in one driver."""
    folder, settings = tmp_path_factory.mktemp("jobs"), tmp_path_factory.mktemp("settings")
    (settings / "spark-defaults.conf").write_text(DEFAULTS, "utf-8")
    java = find_java()
    assert java is not None
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))},
        "JAVA_HOME": str(java.parents[1]),
        "PYTHONPATH": f"{ROOT / 'engine'}:{ROOT / 'cli'}:{ROOT / 'tests'}",
        "SPARK_CONF_DIR": str(settings),
        "SPARK_LOCAL_IP": LOOPBACK,
    }
    command = [sys.executable, "-W", "ignore", str(ROOT / "tests" / "in_spark.py"), str(folder)]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
    return {path.stem: Came(**json.loads(path.read_text("utf-8"))) for path in Path(folder).glob("*.json")}


def test_the_corpus_holds_on_spark(came: dict[str, Came]) -> None:
    assert came["corpus"].wrong == []
    assert came["corpus"].left_out == 0
    assert came["corpus"].odd < 0.3 * came["corpus"].rows


def test_random_standards_mean_the_same_on_spark(came: dict[str, Came]) -> None:
    assert came["random"].wrong == []
    assert came["random"].rows > 200
    assert came["random"].odd < 0.3 * came["random"].rows


def test_answers_in_statements_and_in_tables_are_the_same(came: dict[str, Came]) -> None:
    assert came["runs"].wrong == []
    assert came["runs"].rows > 40


def test_files_of_all_sorts_are_read_whole_and_in_order(came: dict[str, Came]) -> None:
    assert came["files"].wrong == []
    assert came["files"].rows == 9 * 3 + 3 + 3 + 2 + 3


def test_lots_and_concessions_are_counted_by_workers_as_here(came: dict[str, Came]) -> None:
    assert came["levels"].wrong == []
    assert came["levels"].rows >= 15


def test_measurements_are_gathered_on_spark_as_anywhere(came: dict[str, Came]) -> None:
    assert came["measurements"].wrong == []
    assert came["measurements"].rows > 100


def test_half_a_character_is_told_and_never_judged(came: dict[str, Came]) -> None:
    assert came["broken"].wrong == []
