"""By hand in Polars: what a good programmer would write for this one standard. Floats, no missing values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

import milling
import polars as pl
import ranges
from milling import AIR, PER_RPM, PROCESS, SPEED, STRAIN_LIMIT, TORQUE, TYPE, WEAR
from workload import worst

from bulk.load import COLUMNS, Job

NUMBERS: Final = {AIR: pl.Float64, PROCESS: pl.Float64, TORQUE: pl.Float64, SPEED: pl.Int64, WEAR: pl.Int64}


def plain(job: Job) -> None:
    """One expression a rule; texts are chosen by `when` and joined."""
    facts = _facts(job)
    speaks, classes = _rules(job)
    item = _item(job)
    is_a = {class_: _any(speaks, classes, class_) for class_ in ("critical", "major", "minor")}
    disposition = pl.lit(None, pl.String)
    if job.kind == "milling":
        disposition = (
            pl.when(is_a["critical"])
            .then(pl.lit("scrap"))
            .when(speaks["overstrain"] & ~speaks["power"])
            .then(pl.lit("rework"))
            .when(is_a["major"])
            .then(pl.lit("hold"))
            .when(is_a["minor"])
            .then(pl.lit("concession"))
            .otherwise(pl.lit("release"))
        )
    class_ = pl.coalesce([pl.when(spoke).then(pl.lit(name)) for name, spoke in is_a.items()])
    spoken = [pl.when(spoke).then(pl.lit(rule)) for rule, spoke in speaks.items()]
    findings = pl.concat_str(spoken, separator=";", ignore_nulls=True)
    outcome = pl.when(pl.any_horizontal(list(is_a.values()))).then(pl.lit("nonconforming"))
    columns = [item, None, outcome.otherwise(pl.lit("conforming")), class_, disposition, findings, pl.lit("")]
    _write(facts, columns, job)


def tuned(job: Job) -> None:
    """Eight rules are one byte, and a byte's texts are looked up in a table of 256: what an hour's tuning gives."""
    speaks, classes = _rules(job)
    rules = list(speaks)
    bytes_ = [rules[start : start + 8] for start in range(0, len(rules), 8)]
    coded = [
        pl.sum_horizontal([speaks[rule].cast(pl.UInt32) * (1 << bit) for bit, rule in enumerate(byte)]).alias(
            f"byte{n}"
        )
        for n, byte in enumerate(bytes_)
    ]
    facts = _facts(job).select(_item(job).alias("item"), *coded)
    texts = [_looked_up(n, [";".join(spoke) or None for spoke in _subsets(byte)]) for n, byte in enumerate(bytes_)]
    findings = pl.concat_str(texts, separator=";", ignore_nulls=True)
    order = ["critical", "major", "minor", None]
    ranks = [_looked_up(n, [order.index(worst(classes, s)) for s in _subsets(byte)]) for n, byte in enumerate(bytes_)]
    rank = pl.min_horizontal(ranks).cast(pl.UInt32)
    class_ = pl.lit(pl.Series(order)).gather(rank)
    outcome = pl.lit(pl.Series(["nonconforming"] * 3 + ["conforming"])).gather(rank)
    disposition = None
    if job.kind == "milling":
        disposition = _looked_up(0, [milling.disposition(worst(classes, s), s) for s in _subsets(rules)])
    _write(facts, [pl.col("item"), None, outcome, class_, disposition, findings, pl.lit("")], job)


def _subsets(rules: Sequence[str]) -> list[list[str]]:
    return [[rule for bit, rule in enumerate(rules) if code >> bit & 1] for code in range(1 << len(rules))]


def _looked_up(byte: int, answers: Sequence[str | int | None]) -> pl.Expr:
    return pl.lit(pl.Series(answers)).gather(pl.col(f"byte{byte}"))


# ----------------------------------------------------------------------------------------------- the pieces


def _facts(job: Job) -> pl.LazyFrame:
    if job.facts.endswith(".parquet"):
        return pl.scan_parquet(job.facts)
    return pl.scan_csv(job.facts, schema_overrides=NUMBERS)


def _item(job: Job) -> pl.Expr:
    return pl.col("UDI" if job.kind == "milling" else "id").cast(pl.String)


def _any(speaks: Mapping[str, pl.Expr], classes: Mapping[str, str], class_: str) -> pl.Expr:
    return pl.any_horizontal([spoke for rule, spoke in speaks.items() if classes[rule] == class_] or [pl.lit(False)])


def _rules(job: Job) -> tuple[dict[str, pl.Expr], Mapping[str, str]]:
    """The condition of each rule, and its class, in the order of the standard."""
    if job.kind == "milling":
        return milling_rules(), milling.CLASSES
    drawn = ranges.drawn(Random(ranges.SEED), job.rules)
    return {r.name: _beyond(r) for r in drawn}, {r.name: r.class_ for r in drawn}


def _beyond(r: ranges.Range) -> pl.Expr:
    return (pl.col(r.name) < r.low / 1000) | (pl.col(r.name) > r.high / 1000)


def milling_rules() -> dict[str, pl.Expr]:
    power = pl.col(TORQUE) * pl.col(SPEED) * PER_RPM
    limit = pl.coalesce([pl.when(pl.col(TYPE) == kind).then(most) for kind, most in STRAIN_LIMIT.items()])
    is_hot = (pl.col(PROCESS) - pl.col(AIR) < 8.6) & (pl.col(SPEED) < 1380)
    is_out_of_power = (power < 3500) | (power > 9000)
    return {
        "heat-dissipation": is_hot,
        "power": is_out_of_power,
        "overstrain": pl.col(WEAR) * pl.col(TORQUE) > limit,
        "tool-worn": pl.col(WEAR).is_between(200, 240),
        "runaway": is_hot & is_out_of_power,
    }


def _write(facts: pl.LazyFrame, columns: Sequence[pl.Expr | None], job: Job) -> None:
    named = zip(COLUMNS, columns, strict=True)
    facts.select(
        (pl.lit(None, pl.String) if column is None else column).alias(name) for name, column in named
    ).sink_parquet(job.out)
