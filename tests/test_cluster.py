"""A standalone cluster of two workers judges as one machine does, also where a worker dies; errors are one line."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest

from command_line import MILLING, ROOT, SHAFTS, Result, gonogo, started
from spark_cluster import Cluster, missing, processes, wait_for

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

AI4I = ROOT.parent / "shared" / "data" / "ai4i2020" / "ai4i2020.csv"
PACK, SHAFT = "rules/milling-cell", "rules/turned-shaft"
COLUMNS = (
    "UDI", "Type", "Air temperature [K]", "Process temperature [K]", "Rotational speed [rpm]", "Torque [Nm]",
    "Tool wear [min]",
)  # fmt: skip

DRIVER = """
import io, json, sys, warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch
warnings.simplefilter("ignore", FutureWarning)  # pyspark's, about the pandas that it found, which is not used here
from pyspark.sql import SparkSession
from gonogo_cli.main import run

def tasks():
    session = SparkSession.getActiveSession()
    if session is None:
        return {}
    executors = session.sparkContext._jsc.sc().statusStore().executorList(False)
    return {e.id(): e.completedTasks() for e in map(executors.apply, range(executors.size())) if e.id() != "driver"}

stop, results = SparkSession.stop, []
with patch.object(SparkSession, "stop", lambda session: None):  # one session for all: they start in seconds
    for arguments in json.loads(Path(sys.argv[1]).read_text()):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(arguments)
        results.append([code, out.getvalue(), err.getvalue(), tasks()])
Path(sys.argv[2]).write_text(json.dumps(results))
stop(SparkSession.getActiveSession())
"""
"""Runs command lines on one session; what each came to, and how many tasks each executor had done by then."""

MAIN = "from gonogo_cli.main import main; main()"
ODD_TYPES = ("", " ", "XL", "n/a")
ODD_NUMBERS = ("", " ", "NaN", "4e1", "1.3800000000000001e3", "4O", "½")

PATTERNS = {
    "named": (r"(?P<n>a)", ("a", "b")),
    "number": (r"\pN", ("x½", "٣", "x", "7")),
    "end": (r"a$", ("a", "a\n", "ab")),
    "dot": (r"^a.b$", ("a\u2028b", "a\rb", "a\nb", "a\x85b", "axb")),
    "edge": (r"\bt", ("ét", "t", "at", "-t")),
    "class": (r"^[[:alpha:]]+$", ("abc", ":", "aé", "a1")),
    "both": (r"^[a&&b]+$", ("&", "a", "c")),
    "blank": (r"^x\sy$", ("x\x0by", "x y", "x\xa0y")),
    "fold": (r"(?i)^k$", ("\u212a", "K", "k")),
    "lazy": (r"(?U)^\w+$", ("é", "e")),
    "brace": (r"^x{,3}$", ("x{,3}", "xx")),
    "last": (r"b\z", ("b", "b\n", "ab")),
}
"""What RE2 and `java.util.regex` read differently, or only one of them reads; and texts that show it."""


@dataclass(frozen=True)
class Work:
    """What is judged on the cluster, and what came of it by the name of each run."""

    folder: Path
    runs: dict[str, list[str]]
    results: dict[str, Result]
    tasks: dict[str, dict[str, int]]

    def here(self, name: str, engine: str) -> Result:
        """The same run on another engine."""
        arguments = self.runs[name]
        at = arguments.index("--engine")
        return gonogo(*arguments[: at + 1], engine, *arguments[at + 4 :])


# ------------------------------------------------------------------------------------------------------- facts


def milling_rows(count: int, seed: int, *, odd: float) -> list[list[str]]:
    """Rows of the milling cell as texts; a share of them holds what only the scalar screen reads."""
    random, rows = Random(seed), []
    for number in range(1, count + 1):
        air = random.gauss(300, 2)
        row = [
            str(number), random.choice("LLLMMH"), f"{air:.1f}", f"{air + random.gauss(10, 1):.1f}",
            str(round(random.gauss(1540, 180))), f"{max(random.gauss(40, 10), 0):.1f}", str(random.randrange(254)),
        ]  # fmt: skip
        if random.random() < odd:
            place = random.randrange(len(row))
            nonsense = (
                ("", " ", "XL", "n/a") if place == 1 else ("", " ", "NaN", "4e1", "1.3800000000000001e3", "4O", "½")
            )
            row[place] = random.choice(nonsense)
        rows.append(row)
    return rows


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])


def write_parquet(path: Path, rows: Sequence[Sequence[str]], *, is_text: bool) -> None:
    """Rows as a Parquet file of several row groups: of texts, or of numbers where they are, NaN and null else."""
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    if not is_text:
        columns[2:] = [[_float(text) for text in column] for column in columns[2:]]
    table = arrow.table(dict(zip(COLUMNS, columns, strict=True)))
    parquet.write_table(table, path, row_group_size=max(1, len(rows) // 3))


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def write_texts(path: Path) -> list[str]:
    """Texts for all patterns, and a missing one; each item is called after its place."""
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    texts = [None, *dict.fromkeys(text for _, texts in PATTERNS.values() for text in texts)]
    parquet.write_table(arrow.table({"id": [f"i{n}" for n in range(len(texts))], "note": texts}), path)
    return [text or "" for text in texts]


def write_pattern_pack(folder: Path) -> None:
    folder.mkdir()
    rules = [
        f"  {name}: {{when: 'note matches \"{pattern}\"', class: major}}" for name, (pattern, _) in PATTERNS.items()
    ]
    head = "gonogo: 1\nstandard: texts\nfacts:\n  item: id\n  fields:\n    note: {kind: text}\nrules:\n"
    (folder / "standard.yaml").write_text(head + "\n".join(rules) + "\n", "utf-8")


# ------------------------------------------------------------------------------------------------------- runs


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as started:
        yield started


@pytest.fixture(scope="module")
def work(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """All runs on one session of the cluster."""
    folder = tmp_path_factory.mktemp("cluster")
    write_csv(folder / "rows.csv", milling_rows(3000, 1, odd=0.05))
    several = folder / "several"
    several.mkdir()
    for number in range(5):
        rows = milling_rows(700, 10 + number, odd=0.1)
        write_parquet(several / f"part-{4 - number}.parquet", rows, is_text=number < 2)
    write_texts(folder / "texts.parquet")
    write_pattern_pack(folder / "texts")
    (folder / "short.csv").write_text("UDI,Type\n1,L\n", "utf-8")
    told = {
        "milling": (PACK, MILLING, "jsonl"),
        "shafts": (SHAFT, SHAFTS, "jsonl"),
        "csv": (PACK, folder / "rows.csv", "jsonl"),
        "table": (PACK, folder / "rows.csv", "table"),
        "folder": (PACK, several, "parquet"),
        "patterns": (folder / "texts", folder / "texts.parquet", "jsonl"),
        "short": (PACK, folder / "short.csv", "jsonl"),
    }
    if AI4I.exists():
        with AI4I.open(encoding="utf-8-sig", newline="") as file:
            rows = [[row[name] for name in COLUMNS] for row in csv.DictReader(file)]
        write_parquet(folder / "ai4i.parquet", rows, is_text=False)
        told |= {"ai4i csv": (PACK, AI4I, "jsonl"), "ai4i parquet": (PACK, folder / "ai4i.parquet", "jsonl")}
    runs = {}
    for name, (pack, facts, format_) in told.items():
        out = ["-o", str(folder / f"{name} verdicts")] if format_ == "parquet" else []
        runs[name] = [
            "check",
            str(pack),
            str(facts),
            "--engine",
            "spark",
            "--master",
            cluster.url,
            "--format",
            format_,
            *out,
        ]
    (folder / "jobs.json").write_text(json.dumps(list(runs.values())))
    command = [sys.executable, "-c", DRIVER, str(folder / "jobs.json"), str(folder / "results.json")]
    subprocess.run(command, env=cluster.environment(), cwd=ROOT, check=True, timeout=400)
    found = json.loads((folder / "results.json").read_text())
    results = {name: Result(code, out, err) for name, (code, out, err, _) in zip(runs, found, strict=True)}
    return Work(folder, runs, results, {name: each[3] for name, each in zip(runs, found, strict=True)})


def same(work: Work, name: str, *engines: str) -> None:
    for engine in engines:
        assert work.here(name, engine) == work.results[name]


@pytest.mark.parametrize("name", ["milling", "shafts", "csv", "ai4i csv", "ai4i parquet"])
def test_a_cluster_says_what_one_machine_says(work: Work, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name not in work.results:
        pytest.skip("the AI4I 2020 data set is not here")
    monkeypatch.chdir(ROOT)
    same(work, name, "scalar", "columnar")
    assert work.results[name].code == 1
    assert len(work.results[name].lines) > (9_999 if "ai4i" in name else 5)


def test_odd_rows_are_told_of_as_on_one_machine(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert "[unusable-value]" in work.results["csv"].err
    same(work, "table", "scalar", "columnar")


def test_a_folder_of_parquet_comes_back_as_one_in_the_order_of_its_files(work: Work) -> None:
    parquet = import_module("pyarrow.parquet")
    verdicts = work.folder / "folder verdicts"
    assert work.results["folder"].code == 1
    files = sorted(verdicts.glob("*.parquet"))
    found = [row for file in files for row in parquet.read_table(file).to_pylist()]
    arguments = work.runs["folder"]
    here = gonogo(*arguments[:3], "--engine", "columnar", "--format", "parquet", "-o", work.folder / "here.parquet")
    assert found == parquet.read_table(work.folder / "here.parquet").to_pylist()
    assert len(found) == 5 * 700
    assert here.err == work.results["folder"].err
    assert (verdicts / "_SUCCESS").exists()
    assert [path.name for path in work.folder.iterdir() if path.name.startswith(".")] == []


def test_both_workers_take_their_share(work: Work) -> None:
    names = list(work.runs)
    before, after = (work.tasks[names[names.index("folder") - step]] for step in (1, 0))
    assert len(after) == 2
    assert all(after[executor] > before.get(executor, 0) for executor in after)


def test_patterns_mean_on_a_cluster_what_they_mean_elsewhere(work: Work) -> None:
    same(work, "patterns", "scalar", "columnar")
    spoke = [{finding["rule"] for finding in json.loads(line)["findings"]} for line in work.results["patterns"].lines]
    assert set().union(*spoke) == set(PATTERNS)


def test_a_missing_column_is_one_line(work: Work) -> None:
    result = work.results["short"]
    assert (result.code, result.out) == (2, "")
    assert len(result.errors) == 1
    assert result.err.endswith("[missing-column]\n")
    same(work, "short", "scalar", "columnar")


# ------------------------------------------------------------------------------------------------------ errors


def refused(*arguments: str, **environment: str) -> str:
    """What a command line that is refused says, in one line."""
    told = {**os.environ, "PYTHONPATH": f"{ROOT / 'engine'}:{ROOT / 'cli'}", **environment}
    command = [
        sys.executable,
        "-c",
        "from gonogo_cli.main import main; main()",
        "check",
        *arguments,
        "--engine",
        "spark",
    ]
    found = subprocess.run(command, env=told, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert (found.returncode, found.stdout) == (2, "")
    [line] = found.stderr.splitlines()
    return line


def test_a_file_that_is_not_there_is_told_before_spark_is_started(tmp_path: Path) -> None:
    line = refused(PACK, str(tmp_path / "none.parquet"), "--master", "spark://127.0.0.1:1")
    assert line.startswith(f"{tmp_path}/none.parquet: ")
    assert line.endswith("[unreadable]")


@pytest.mark.parametrize(
    "master", ["spark://127.0.0.1:1", "spark://nowhere.invalid:7077", "spark://127.0.0.1:1,127.0.0.1:2"]
)
def test_a_master_that_does_not_answer_is_told_at_once(master: str, tmp_path: Path) -> None:
    line = refused(PACK, MILLING, "--master", master, "--format", "parquet", "-o", str(tmp_path / "verdicts"))
    assert line == f"--master {master}: no master answers there; start it, or name another [no-spark]"
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_none_is_told() -> None:
    line = refused(PACK, MILLING, "--master", "spark://127.0.0.1")
    assert line == "--master spark://127.0.0.1: this is no address of a master; write `spark://host:7077` [no-spark]"


def test_spark_that_is_not_installed_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyspark").mkdir()
    (tmp_path / "pyspark" / "__init__.py").write_text("raise ModuleNotFoundError('No module named pyspark')\n", "utf-8")
    path = f"{tmp_path}:{ROOT / 'engine'}:{ROOT / 'cli'}"
    line = refused(PACK, MILLING, "-o", str(tmp_path / "verdicts"), PYTHONPATH=path)
    assert line.startswith("--engine spark: PySpark is not installed; `pip install 'gonogo[spark]'`")
    assert line.endswith("[no-spark]")
    assert not (tmp_path / "verdicts").exists()


def test_a_master_that_spark_does_not_know_is_told() -> None:
    line = refused(PACK, MILLING, "--master", "sparkle")
    assert line.startswith("--master sparkle: Spark does not start: ")
    assert line.endswith("[no-spark]")


def test_a_folder_that_is_no_result_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep", "utf-8")
    line = refused(PACK, MILLING, "--format", "parquet", "-o", str(tmp_path / "mine"))
    assert line == (
        f"{tmp_path}/mine: this is there, and no result of a cluster; "
        "name another folder with `-o`, or remove it [already-there]"
    )
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "notes.txt"]


# ------------------------------------------------------------------------------------------------ what would flip


def test_what_flips_is_the_same_on_a_cluster(cluster: Cluster, tmp_path: Path) -> None:
    facts = tmp_path / "facts.parquet"
    write_parquet(facts, milling_rows(2000, 7, odd=0.1), is_text=True)
    told = ["whatif", PACK, str(facts), "--parameter", "hot_limit=9.3 K", "--format", "json", "--quiet"]
    start = [sys.executable, "-W", "ignore", "-c", "from gonogo_cli.main import main; main()", *told]
    run = subprocess.run(
        [*start, "--engine", "spark", "--master", cluster.url],
        env=cluster.environment(), cwd=ROOT, capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    here = gonogo("whatif", ROOT / PACK, facts, *told[3:], "--engine", "scalar")
    assert run.returncode == here.code == 1, run.stderr.decode()
    assert run.stdout.decode() == here.out
    assert here.json["items"]["flipped"]


# ------------------------------------------------------------------------------- no worker, and one that dies


def test_a_cluster_without_workers_is_told_and_can_be_left(tmp_path: Path) -> None:
    program = "import gonogo.inspection.cluster as c; c.WAITING = 1; from gonogo_cli.main import main; main()"
    said = tmp_path / "said"
    with Cluster(workers=0) as alone, said.open("w") as stderr:
        command = ["check", PACK, MILLING, "--engine", "spark", "--master", alone.url, "-o", str(tmp_path / "verdicts")]
        start = [sys.executable, "-W", "ignore", "-c", program, *map(str, command)]
        with started(start, env=alone.environment(), cwd=ROOT, stderr=stderr, start_new_session=True) as run:
            wait_for(lambda: run.poll() is not None or "\n" in said.read_text() or None, 120)
            time.sleep(3)  # it has begun to judge, and waits
            run.send_signal(signal.SIGINT)
            code = run.wait(60)
    waits = "warning: no worker has come to do the work yet; start one, or wait until one is free [no-workers]"
    assert said.read_text().splitlines() == [f"--master {alone.url}: {waits}", "gonogo: interrupted"]
    assert (code, list(tmp_path.iterdir())) == (130, [said])


def test_a_worker_that_dies_half_way_costs_no_verdict(cluster: Cluster, tmp_path: Path) -> None:
    facts, verdicts = tmp_path / "facts", tmp_path / "verdicts.jsonl"
    facts.mkdir()
    for number in range(24):
        write_parquet(facts / f"{number:02}.parquet", milling_rows(1500, 100 + number, odd=0.8), is_text=True)
    command = ["check", PACK, str(facts), "--engine", "spark", "--master", cluster.url, "--format", "jsonl", "--quiet"]
    start = [sys.executable, "-W", "ignore", "-c", "from gonogo_cli.main import main; main()"]
    pipe = subprocess.PIPE
    with started([*start, *command, "-o", str(verdicts)], env=cluster.environment(), cwd=ROOT, stderr=pipe) as run:
        # The Python of an executor is there as soon as odd rows are judged: all facts are screened then, and kept.
        wait_for(lambda: run.poll() is not None or len(processes(f"{cluster.folder}/worker-0/")) > 2 or None, 120)
        assert run.poll() is None, run.communicate()
        cluster.kill_worker(0)
        assert not verdicts.exists()
        _, said = run.communicate(timeout=300)
    assert run.returncode == 1, said.decode()
    here = gonogo("check", ROOT / PACK, facts, "--engine", "columnar", "--format", "jsonl", "--quiet")
    assert verdicts.read_text("utf-8") == here.out
    assert here.code == 1
