"""pandera validates a Polars frame lazily, and its report of failure cases becomes the findings of each row.

It has no classes and no dispositions, and so writes none.
"""

from __future__ import annotations

from random import Random

import pandera.polars as pa
import polars as pl
import ranges
from pandera.errors import SchemaErrors

from bulk.by_polars import milling_rules
from bulk.load import Job


def validate(job: Job) -> None:
    """Which rows fail which checks."""
    facts = pl.read_parquet(job.facts)
    schema, rule = _milling_schema() if job.kind == "milling" else _ranges_schema(job.rules)
    try:
        schema.validate(facts, lazy=True)
        cases = pl.DataFrame(schema={rule: pl.String, "index": pl.Int32})
    except SchemaErrors as errors:
        cases = errors.failure_cases
    by_row = cases.group_by("index").agg(pl.col(rule).str.join(";").alias("findings"))
    item = pl.col("UDI" if job.kind == "milling" else "id").cast(pl.String).alias("item")
    rows = facts.select(item).with_row_index("index").with_columns(pl.col("index").cast(pl.Int32))
    rows.join(by_row.cast({"index": pl.Int32}), on="index", how="left", maintain_order="left").drop(
        "index"
    ).write_parquet(job.out)


def _milling_schema() -> tuple[pa.DataFrameSchema, str]:
    def check(speaks: pl.Expr, rule: str) -> pa.Check:
        return pa.Check(lambda data: data.lazyframe.select(~speaks), name=rule, error=rule)

    return pa.DataFrameSchema(checks=[check(speaks, rule) for rule, speaks in milling_rules().items()]), "check"


def _ranges_schema(rules: int) -> tuple[pa.DataFrameSchema, str]:
    drawn = ranges.drawn(Random(ranges.SEED), rules)
    columns = {r.name: pa.Column(float, pa.Check.in_range(r.low / 1000, r.high / 1000)) for r in drawn}
    return pa.DataFrameSchema(columns), "column"
