"""Engines that take one fact at a time, behind the same reading and writing: rows of a file in, verdicts out.

How each is used stands in `peers.py`. The reading and writing are done by Polars, which adds little to what they take.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import milling
import peers
import polars as pl
import ranges
from workload import Decide, Workload

from bulk.load import COLUMNS, Job


def zen(job: Job) -> None:
    _run(job, peers.zen_expression)


def durable(job: Job) -> None:
    _run(job, peers.durable)


def _run(job: Job, make: Callable[[Workload], Decide]) -> None:
    is_milling = job.kind == "milling"
    decide = make(_workload(job))
    names = milling.NAMES if is_milling else {}
    item = "UDI" if is_milling else "id"
    rows = []
    for fact in pl.read_parquet(job.facts).rename(names).iter_rows(named=True):
        class_, spoke = decide(fact)
        outcome = "nonconforming" if spoke else "conforming"
        disposition = milling.disposition(class_, list(spoke)) if is_milling else None
        rows.append((str(fact[item]), None, outcome, class_, disposition, ";".join(spoke), ""))
    pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row").write_parquet(job.out)


def _workload(job: Job) -> Workload:
    """The rules as the peers read them; the few facts that come with them are not used."""
    if job.kind == "milling":
        return milling.workload(10, Path())
    with TemporaryDirectory() as folder:
        return ranges.workload(Path(folder), job.rules, 5)
