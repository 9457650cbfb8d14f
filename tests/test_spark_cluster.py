"""The cluster that tests of Spark run on is one: work is shared, a machine may die, and nothing is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from spark_cluster import MARK, Cluster, ClusterFailed, missing, processes, wait_for

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

ROWS, PARTITIONS = 4_000, 40

DRIVER = """
import json, os, pathlib, sys, time, warnings
warnings.simplefilter("ignore", FutureWarning)  # pyspark's, about the pandas that it found, which is not used here

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.functions import count, sum as total

url, facts, mark = sys.argv[1:]

def noted(seconds, notes):
    def note(batches):
        import gonogo  # the Python of a worker finds it, too
        worker = pathlib.Path(os.environ[mark]).name
        for batch in batches:
            open(os.path.join(notes, f"{worker}-{batch['n'][0]}"), "w").close()
            time.sleep(float(seconds))
            yield batch.append_column("worker", pa.array([worker] * batch.num_rows))
    return note

separate = {"spark.sql.files.openCostInBytes": "128m"}  # so much that each file is a partition
spark = SparkSession.builder.master(url).config(map=separate).getOrCreate()
for line in sys.stdin:
    seconds, notes = line.split()
    rows = spark.read.parquet(facts).mapInArrow(noted(seconds, notes), "n long, worker string")
    seen = rows.groupBy("worker").agg(count("n"), total("n")).collect()
    with open(notes + ".new", "w") as answer:
        json.dump({worker: [number, sum_] for worker, number, sum_ in seen}, answer)
    os.rename(notes + ".new", notes + ".json")
"""
"""Reads jobs: how long to sleep over a part, and the folder to note in that a worker has begun it. Counts and sums."""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of Parquet files, a partition each, with the numbers below ROWS."""
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    folder, step = tmp_path_factory.mktemp("facts"), ROWS // PARTITIONS
    for first in range(0, ROWS, step):
        parquet.write_table(arrow.table({"n": range(first, first + step)}), folder / f"{first:04}.parquet")
    return folder


def drive(cluster: Cluster, facts: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", DRIVER, cluster.url, str(facts), MARK]
    return subprocess.Popen(command, env=cluster.environment(), stdin=subprocess.PIPE, text=True)


def ask(driver: subprocess.Popen[str], seconds: float, notes: Path) -> None:
    notes.mkdir()
    assert driver.stdin is not None
    print(seconds, notes, file=driver.stdin, flush=True)


def answer(notes: Path) -> dict[str, list[int]]:
    """For each worker how many numbers it saw, and their sum."""
    path = notes.with_suffix(".json")
    seen: dict[str, list[int]] = wait_for(lambda: json.loads(path.read_text()) if path.exists() else None, 120)
    return seen


def begun(notes: Path) -> dict[str, set[str]]:
    """For each worker the parts that it has begun."""
    pairs = [note.name.rpartition("-") for note in notes.iterdir()]
    return {worker: {part for of, _, part in pairs if of == worker} for worker in ("worker-0", "worker-1")}


def test_work_is_shared_and_outlives_a_machine(facts: Path, tmp_path: Path) -> None:
    calm, stormy, whole = tmp_path / "calm", tmp_path / "stormy", [ROWS, sum(range(ROWS))]
    with Cluster() as cluster:
        driver = drive(cluster, facts)
        ask(driver, 0.02, calm)
        shares = answer(calm)
        assert set(shares) == {"worker-0", "worker-1"}
        assert [sum(column) for column in zip(*shares.values(), strict=True)] == whole

        ask(driver, 0.1, stormy)
        wait_for(lambda: min(map(len, begun(stormy).values())) > 4 or None, 120)
        assert len(processes(f"{cluster.folder}/worker-0/")) > 2  # the worker, an executor, its Python
        cluster.kill_worker(0)
        lost = begun(stormy)["worker-0"]
        assert processes(f"{cluster.folder}/worker-0/") == []
        assert answer(stormy) == {"worker-1": whole}
        assert lost <= begun(stormy)["worker-1"]
    assert cluster.processes() == []  # nor is the driver left, which nobody has told to end
    assert not cluster.folder.exists()
    driver.communicate()


def test_nothing_is_left_where_who_started_it_is_killed() -> None:
    script = "from spark_cluster import Cluster\nwith Cluster(workers=1) as c: print(c.folder, flush=True); input()"
    tests, pipe = Path(__file__).parent, subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], cwd=tests, stdin=pipe, stdout=pipe, text=True) as starter:
        assert starter.stdout is not None
        folder = Path(starter.stdout.readline().strip())
        assert len(processes(f"{folder}/")) == 2
        starter.kill()
    wait_for(lambda: not folder.exists() or None, 120)
    assert processes(f"{folder}/") == []


def test_a_cluster_that_does_not_come_up_says_what_it_waited_for() -> None:
    cluster = Cluster(patience=0)
    with pytest.raises(
        ClusterFailed, match=r"^master has not said `Starting Spark master .*` in 0 seconds\n--- master.log"
    ):
        cluster.__enter__()
    assert cluster.processes() == []
    assert not cluster.folder.exists()
