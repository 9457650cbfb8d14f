"""The race: every peer, in turn, from a file of facts to a file of verdicts, as often as there are rounds.

INVARIANT: whatever is timed is also compared with the exact answers, once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Final

from bulk.comparing import not_right
from bulk.load import Load

BENCH: Final = Path(__file__).resolve().parents[1]
ROOT: Final = BENCH.parent
SURE: Final = 600  # seconds after which a run is given up


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table."""

    name: str
    run: str
    needs: tuple[str, ...]  # modules that must be installed, and are imported before the inner clock starts
    takes_all: bool = True  # else: a few facts, from which the rest is extrapolated
    takes_csv: bool = True

    @property
    def absent(self) -> list[str]:
        return [module for module in self.needs if find_spec(module) is None]


GONOGO: Final = ("click", "yaml", "durable_rules_engine")
POLARS: Final = Entry("by hand, Polars", "bulk.by_polars:plain", ("polars",))
DUCKDB: Final = Entry("by hand, DuckDB", "bulk.by_duckdb:plain", ("duckdb",))
TUNED: Final = Entry("by hand, Polars, tuned", "bulk.by_polars:tuned", ("polars",))
COLUMNAR: Final = Entry("**gonogo**, columnar", "bulk.by_gonogo:columnar", (*GONOGO, "duckdb"))
SCALAR: Final = Entry("**gonogo**, scalar", "bulk.by_gonogo:scalar", GONOGO, takes_all=False)
PANDERA: Final = Entry("pandera", "bulk.by_pandera:validate", ("polars", "pandera"), takes_all=False, takes_csv=False)
ZEN: Final = Entry("ZEN, one expression", "bulk.singly:zen", ("polars", "zen"), takes_all=False, takes_csv=False)
DURABLE: Final = Entry(
    "durable-rules, C extension",
    "bulk.singly:durable",
    ("polars", "durable_rules_engine"),
    takes_all=False,
    takes_csv=False,
)
ENTRIES: Final = (POLARS, DUCKDB, TUNED, COLUMNAR, SCALAR, PANDERA, ZEN, DURABLE)


class Failed(Exception):
    """A run that ended badly, and its last words."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run."""

    seconds: float  # of the whole process, as it is seen from outside
    inside: float
    megabytes: float
    situations: int | None = None


@dataclass(slots=True)
class Timed:
    """What one peer took on one workload."""

    entry: Entry
    load: Load
    rows: int
    runs: list[Ran] = field(default_factory=list)
    on_one: Ran | None = None  # the same for a single fact, where the rest is extrapolated
    wrong: int = 0
    failed: str = ""

    def seconds(self) -> list[float]:
        """Of every round; extrapolated in a straight line through one fact and a few where not all were judged."""
        if self.on_one is None:
            return [ran.seconds for ran in self.runs]
        least, more = self.on_one.seconds, (self.load.rows - 1) / (self.rows - 1)
        return [least + max(ran.seconds - least, 0) * more for ran in self.runs]

    @property
    def median(self) -> float:
        return median(self.seconds())


def race(load: Load, rounds: int) -> list[Timed]:
    """Time all peers that are here on one workload."""
    timed = [
        Timed(entry, load, load.rows if entry.takes_all else load.few)
        for entry in ENTRIES
        if not entry.absent and (entry.takes_csv or load.suffix == ".parquet")
    ]
    for one in timed:
        _begin(one)
    for number in range(rounds):
        turn = number % len(timed)
        for one in timed[turn:] + timed[:turn]:
            if not one.failed and (one.entry.takes_all or not one.runs):
                _attend(one)
    return timed


def _begin(one: Timed) -> None:
    """A first run on a single fact: compiled modules are on the disk from then on; and see whether it runs at all."""
    try:
        for _ in range(1 if one.entry.takes_all else 2):
            ran = run_once(one.entry, one.load, 1)[0]
        if not one.entry.takes_all:
            one.on_one = ran
    except Failed as failed:
        one.failed = str(failed)


def _attend(one: Timed) -> None:
    try:
        ran, out = run_once(one.entry, one.load, one.rows)
    except Failed as failed:
        one.failed = str(failed)
        return
    if not one.runs:
        one.wrong = not_right(out, one.load, one.rows)
    one.runs.append(ran)


def run_once(entry: Entry, load: Load, rows: int) -> tuple[Ran, Path]:
    """One process on the first so many facts."""
    folder = load.folder
    out, told, trace = folder / "out.parquet", folder / "told.json", folder / "trace.json"
    for path in (out, told, trace):
        path.unlink(missing_ok=True)
    job = json.dumps(asdict(load.job(rows, out)))
    command = [sys.executable, "-m", "bulk.process", entry.run, str(told), job, *entry.needs]
    start = time.perf_counter()
    try:
        ended = subprocess.run(
            command, env=_environment(trace), capture_output=True, encoding="utf-8", timeout=SURE, check=False
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"no end after {SURE} s") from None
    seconds = time.perf_counter() - start
    if ended.returncode or not told.exists():
        raise Failed((ended.stderr.strip().splitlines() or [f"ended with {ended.returncode}"])[-1])
    return Ran(seconds, **json.loads(told.read_text(encoding="utf-8")), situations=_situations(trace)), out


def _environment(trace: Path) -> dict[str, str]:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, (BENCH, ROOT / "engine", ROOT / "cli"))),
        "PYTHONPYCACHEPREFIX": str(
            trace.parent.parent / "pycache"
        ),  # compiled modules, as installed programs have them
        "GONOGO_TRACE": str(trace),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _situations(trace: Path) -> int | None:
    """How many situations gonogo has reasoned about, if it tells."""
    try:
        reasoned = json.loads(trace.read_text(encoding="utf-8")).get("reasoned")
    except (OSError, ValueError):
        return None
    return reasoned if isinstance(reasoned, int) else None


def faster_by_hand(timed: Sequence[Timed]) -> list[float]:
    """Of every round, the seconds of the faster of the two plain programs."""
    both = [one.seconds() for one in timed if one.entry in (POLARS, DUCKDB) and not one.failed]
    return [min(took) for took in zip(*both, strict=True)]
