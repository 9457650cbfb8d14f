"""A real Spark cluster for tests: a master and its workers, each a process of its own, on loopback only.

Every process carries a mark in its environment, the name of the daemon that it belongs to, and what it starts inherits
the mark, whatever group or session it moves to. So a machine that dies is a mark that is killed, and nothing escapes.

INVARIANT: the end of the cluster does not hang on the end of the test. A keeper, a process that only waits for its
standard input to close, kills whatever carries a mark of the cluster; it does so where this process was killed, too.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = "127.0.0.1"
T = TypeVar("T")
DEPLOY = "org.apache.spark.deploy"
MARK = "GONOGO_SPARK"
JAVA_VERSIONS = (17, 21)
"""What Spark 4 is released for."""

LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %p %c{1}: %m%n%ex
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
logger.master.name = org.apache.spark.deploy.master
logger.master.level = info
logger.worker.name = org.apache.spark.deploy.worker
logger.worker.level = info
"""
"""For log4j: warnings, and what a master and its workers say about each other, by which we know that they are up."""

QUICK = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
"""For a JVM that lives for seconds: the collector and the compiler that start soonest."""
DEFAULTS = f"""\
spark.driver.extraJavaOptions {QUICK}
spark.executor.extraJavaOptions {QUICK}
spark.sql.shuffle.partitions 2
spark.ui.enabled false
"""
"""What drivers go by that say nothing else; no more than makes them quick."""


class ClusterFailed(RuntimeError):
    """A daemon ended, or said nothing in the time that it had."""


# ------------------------------------------------------------------------------------------ what the machine has


def find_java() -> Path | None:
    """The `java` to run Spark with: of JAVA_HOME, else on PATH, else a Java 17 of the system; None: there is none."""
    home, found = os.environ.get("JAVA_HOME"), shutil.which("java")
    candidates = [Path(home, "bin", "java")] if home else []
    candidates += [Path(found)] if found else []
    candidates += sorted(Path("/usr/lib/jvm").glob("*17*/bin/java"))
    return next((java.resolve() for java in candidates if _java_version(java) in JAVA_VERSIONS), None)


def _java_version(java: Path) -> int | None:
    """The version that the file `release` beside a Java states, which costs nothing to read."""
    release = java.resolve().parents[1] / "release"
    stated = re.search(r'^JAVA_VERSION="(\d+)', release.read_text("utf-8"), re.M) if release.is_file() else None
    return int(stated[1]) if stated and os.access(java, os.X_OK) else None


def find_spark() -> Path | None:
    """The folder of the installed pyspark, which holds Spark whole; None: it is not installed."""
    spec = find_spec("pyspark")
    return Path(spec.origin).parent if spec and spec.origin else None


def missing() -> str | None:
    """What keeps a cluster from running here, for `pytest.mark.skipif`; None: nothing."""
    for module in ("pyspark", "pyarrow"):
        if find_spec(module) is None:
            return f"{module} is not installed"
    if find_java() is None:
        return f"no Java {' or '.join(map(str, JAVA_VERSIONS))}: set JAVA_HOME"
    return None if Path("/proc/self/environ").exists() else "processes are looked up in /proc, which is not here"


# ---------------------------------------------------------------------------------------------------- processes


def processes(mark: str) -> list[int]:
    """The ids of the living processes whose mark begins so."""
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _mark(folder).startswith(mark)]


def _mark(process: Path) -> str:
    """The mark of a process; what is dead, or not ours to look into, has none."""
    try:
        environment = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    marks = [entry for entry in environment if entry.startswith(MARK.encode() + b"=")]
    return os.fsdecode(marks[0].partition(b"=")[2]) if marks else ""


def kill(mark: str) -> None:
    """Kill -9 what carries a mark that begins so, until nothing does: one may have been forking."""
    looks = 0
    while looks < 3:  # a process shows no environment in the instant of its exec, so that one look proves nothing
        living = processes(mark)
        for process in living:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        looks = 0 if living else looks + 1
        time.sleep(0.01)


def keep(folder: Path) -> None:
    """The keeper: wait for standard input to close, then kill what a cluster has started, and remove its folder."""
    sys.stdin.read()
    kill(f"{folder}/")
    shutil.rmtree(folder, ignore_errors=True)


# ------------------------------------------------------------------------------------------------------ cluster


class Cluster:
    """One master and `workers` workers of one core and one GB each, up inside `with`.

    Parameters
    ----------
    workers
        How many.
    patience
        How many seconds a daemon may take until it has said that it is up.
    """

    url: str
    """What drivers connect to: `spark://127.0.0.1:` and the port."""
    folder: Path
    """Logs, what executors work in, and the configuration; gone with the cluster."""

    def __init__(self, workers: int = 2, patience: float = 120) -> None:
        self._count, self._patience = workers, patience
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Cluster:
        self.folder = Path(tempfile.mkdtemp(prefix="gonogo-spark-"))
        keeper = [sys.executable, __file__, str(self.folder)]
        self._keeper = subprocess.Popen(keeper, stdin=subprocess.PIPE, start_new_session=True)
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    @property
    def workers(self) -> list[int]:
        """The process ids of the workers."""
        return [daemon.pid for name, daemon in self._daemons.items() if name.startswith("worker")]

    def processes(self) -> list[int]:
        """The ids of all that runs: daemons, executors, drivers, the Python of each."""
        return processes(f"{self.folder}/")

    def kill_worker(self, number: int) -> None:
        """Kill -9 a worker with all that it started, as a machine dies."""
        kill(f"{self.folder}/worker-{number}/")

    def environment(self) -> dict[str, str]:
        """What a driver's process finds around it: Java, Python, gonogo to import, the mark by which it ends, too."""
        java = find_java()
        assert java is not None, missing()
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))},
            "JAVA_HOME": str(java.parents[1]),
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": f"{ROOT / 'engine'}:{ROOT / 'cli'}",
            "SPARK_CONF_DIR": str(self.folder),
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "SPARK_LOCAL_IP": LOOPBACK,
            MARK: f"{self.folder}/driver/",
        }

    def _start(self) -> None:
        (self.folder / "log4j2.properties").write_text(LOGGING, encoding="utf-8")
        (self.folder / "spark-defaults.conf").write_text(DEFAULTS, encoding="utf-8")
        master = ("master.Master", "--host", LOOPBACK, "--port", "0", "--webui-port", "0")
        self.url = self._await(self._launch("master", *master), rf"Starting Spark master at (spark://{LOOPBACK}:\d+)")
        limits = ("--cores", "1", "--memory", "1g", "--work-dir", str(self.folder / "work"))
        worker = ("worker.Worker", "--host", LOOPBACK, "--webui-port", "0", *limits, self.url)
        for log in [self._launch(f"worker-{number}", *worker) for number in range(self._count)]:
            self._await(log, "(Successfully registered) with master")

    def _launch(self, name: str, kind: str, *arguments: str) -> Path:
        """Start a daemon that writes into a log, which is given."""
        spark, log = find_spark(), self.folder / f"{name}.log"
        assert spark is not None, missing()
        command = ["bash", str(spark / "bin" / "spark-class"), f"{DEPLOY}.{kind}", *arguments]
        environment = {
            **self.environment(),
            "SPARK_HOME": str(spark),
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": f"{QUICK} -Dspark.master.rest.enabled=false",  # that one's port is not random
            MARK: f"{self.folder}/{name}/",
        }
        with log.open("wb") as out:
            self._daemons[name] = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        return log

    def _await(self, log: Path, line: str) -> str:
        """What the first group of a pattern matches in a log, once it is there."""

        def said() -> str | None:
            for name, daemon in self._daemons.items():
                if daemon.poll() is not None:
                    raise ClusterFailed(f"{name} ended with {daemon.returncode}\n{self.log()}")
            found = re.search(line, log.read_text("utf-8", "replace"))
            return found[1] if found else None

        try:
            return wait_for(said, self._patience)
        except TimeoutError:
            silent = f"{log.stem} has not said `{line}` in {self._patience:g} seconds"
            raise ClusterFailed(f"{silent}\n{self.log()}") from None

    def log(self, lines: int = 20) -> str:
        """The last lines of every daemon's and every executor's log, for who has to find out what went wrong."""
        tails = []
        for log in sorted([*self.folder.glob("*.log"), *self.folder.glob("work/*/*/stderr")]):
            tail = log.read_text("utf-8", "replace").splitlines()[-lines:]
            tails.append("\n".join([f"--- {log.relative_to(self.folder)}", *tail]))
        return "\n".join(tails)

    def _stop(self) -> None:
        self._keeper.communicate()  # closes its input: it kills, cleans, and ends
        for daemon in self._daemons.values():
            daemon.wait()


def wait_for(seen: Callable[[], T | None], seconds: float) -> T:
    """What `seen` gives, as soon as it gives something; TimeoutError where it gives nothing in time."""
    end = time.monotonic() + seconds
    while (found := seen()) is None:
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)
    return found


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
