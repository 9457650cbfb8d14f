"""By hand in DuckDB: one query that a good programmer would write for this one standard. Floats, no missing values."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Final

import duckdb
import milling
import ranges
from milling import AIR, PER_RPM, PROCESS, SPEED, STRAIN_LIMIT, TORQUE, TYPE, WEAR

from bulk.load import Job

POWER: Final = f'"{TORQUE}" * "{SPEED}" * {PER_RPM!r}::DOUBLE'
LIMITS: Final = " ".join(f"WHEN '{kind}' THEN {limit}" for kind, limit in STRAIN_LIMIT.items())
MILLING: Final = {
    "heat-dissipation": f'"{PROCESS}" - "{AIR}" < 8.6::DOUBLE AND "{SPEED}" < 1380',
    "power": f"{POWER} < 3500 OR {POWER} > 9000",
    "overstrain": f'"{WEAR}" * "{TORQUE}" > CASE "{TYPE}" {LIMITS} END',
    "tool-worn": f'"{WEAR}" BETWEEN 200 AND 240',
}
MILLING_RUNAWAY: Final = f"({MILLING['heat-dissipation']}) AND ({MILLING['power']})"
MILLING_DISPOSITION: Final = f"""CASE WHEN class = 'critical' THEN 'scrap'
    WHEN ({MILLING["overstrain"]}) AND NOT ({MILLING["power"]}) THEN 'rework' WHEN class = 'major' THEN 'hold'
    WHEN class = 'minor' THEN 'concession' ELSE 'release' END"""


def plain(job: Job) -> None:
    """One CASE a rule, and one for the class."""
    speaks, classes = _rules(job)
    spoken = ", ".join(f"CASE WHEN {condition} THEN '{rule}' END" for rule, condition in speaks.items())
    item, disposition = ("UDI", MILLING_DISPOSITION) if job.kind == "milling" else ("id", "NULL::VARCHAR")
    with duckdb.connect() as connection:
        connection.execute(f"""
            COPY (
                SELECT {item}::VARCHAR AS item, NULL::VARCHAR AS lot,
                       CASE WHEN class IS NULL THEN 'conforming' ELSE 'nonconforming' END AS outcome,
                       class, {disposition} AS disposition, concat_ws(';', {spoken}) AS findings, '' AS unknown
                FROM (SELECT *, {_class(speaks, classes)} AS class FROM {_facts(job)})
            ) TO '{job.out}' (FORMAT parquet)
        """)


def _facts(job: Job) -> str:
    if job.facts.endswith(".parquet"):
        return f"read_parquet('{job.facts}')"
    types = {AIR: "DOUBLE", PROCESS: "DOUBLE", TORQUE: "DOUBLE", SPEED: "BIGINT", WEAR: "BIGINT"}
    return f"read_csv('{job.facts}', types = {types})"


def _class(speaks: Mapping[str, str], classes: Mapping[str, str]) -> str:
    lines = [
        f"WHEN {' OR '.join(f'({condition})' for rule, condition in speaks.items() if classes[rule] == class_)} "
        f"THEN '{class_}'"
        for class_ in ("critical", "major", "minor")
        if class_ in classes.values()
    ]
    return f"CASE {' '.join(lines)} END"


def _rules(job: Job) -> tuple[dict[str, str], Mapping[str, str]]:
    if job.kind == "milling":
        return MILLING | {"runaway": MILLING_RUNAWAY}, milling.CLASSES
    drawn = ranges.drawn(Random(ranges.SEED), job.rules)
    speaks = {r.name: f"{r.name} < {r.low / 1000}::DOUBLE OR {r.name} > {r.high / 1000}::DOUBLE" for r in drawn}
    return speaks, {r.name: r.class_ for r in drawn}
