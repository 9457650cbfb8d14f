"""Makes the files of facts, and the exact answers to them, from a fixed seed.

The milling facts are the 10,000 rows of AI4I over and over, under item ids that run on: the answers are worked out in
decimals once. The ranges are drawn in whole micrometres; the answers are worked out from those, before they become
floating-point millimetres.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from random import Random
from typing import Any, Final, Literal

import duckdb
import milling
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import ranges
from workload import SEVERITY

from bulk.load import Load

RULES: Final = Path(__file__).resolve().parents[2] / "rules"

GROUP: Final = 100_000  # rows of a row group
CELLS: Final = 10_000_000  # drawn at a time
REAL: Final = {milling.AIR, milling.PROCESS, milling.TORQUE}
TEXT: Final = {milling.TYPE, "Product ID"}

# ------------------------------------------------------------------------------------------------- milling


def milling_load(folder: Path, rows: int, suffix: Literal[".parquet", ".csv"], source: Path) -> Load:
    """AI4I repeated, or rows of our own where it is not here."""
    unique, told = _unique(source)
    unique = unique[:rows]
    kind = "Parquet" if suffix == ".parquet" else "CSV"
    load = Load(
        title=f"Milling cell: 5 rules, {rows:,} facts from {kind}",
        source=told,
        kind="milling",
        rules=len(milling.CLASSES),
        rows=rows,
        unique=len(unique),
        standard="milling-cell",
        folder=folder,
        suffix=suffix,
    )
    _write_exact(load, [_answer(*milling.exact(row), milling.disposition) for row in unique])
    write = _repeat_as_parquet if suffix == ".parquet" else _repeat_as_csv
    for count in {rows, load.few, 1}:
        write(load.first(count), unique, count)
    return load


def _unique(source: Path) -> tuple[list[dict[str, str]], str]:
    if source.is_file():
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows: list[dict[str, str]] = list(csv.DictReader(file))
        return rows, f"The {len(rows):,} rows of AI4I 2020 (UCI 601), repeated"
    return milling.generated(milling.ROWS), f"{milling.ROWS:,} rows of our own (seed 2020), repeated"


def _repeat_as_parquet(path: Path, unique: list[dict[str, str]], rows: int) -> None:
    columns = {name: _column(name, [row[name] for row in unique]) for name in unique[0] if name != "UDI"}
    once = pa.table(columns)
    block = pa.concat_tables([once] * -(-min(rows, GROUP) // len(unique))).combine_chunks()
    schema = pa.schema([("UDI", pa.int64()), *once.schema])
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, rows, len(block)):
            part = block.slice(0, min(len(block), rows - start))
            items = pa.array(np.arange(start + 1, start + 1 + len(part)))
            writer.write_table(pa.table([items, *part.columns], schema=schema), row_group_size=len(part))


def _column(name: str, cells: list[str]) -> pa.Array:
    if name in TEXT:
        return pa.array(cells)
    return pa.array([float(cell) for cell in cells] if name in REAL else [int(cell) for cell in cells])


def _repeat_as_csv(path: Path, unique: list[dict[str, str]], rows: int) -> None:
    names = [name for name in unique[0] if name != "UDI"]
    rest = [",".join(row[name] for name in names) + "\n" for row in unique]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(["UDI", *names]) + "\n")
        for start in range(1, rows + 1, len(rest)):
            file.write("".join([f"{n},{line}" for n, line in enumerate(islice(rest, rows + 1 - start), start)]))


LOTS: Final = """
lots:
  counts: {overstrained: found(overstrain)}
  parameters: {most_major: {by: inspected, "<= 100000": 5 %, "> 100000": 2 %}}
  derived: {share: major / inspected}
  rules:
    any-critical: {when: critical > 0, class: critical}
    too-many-major: {when: share > most_major, class: major}
    strained: {when: overstrained / inspected > 1 %, class: minor}
  dispositions: [{when: found(any-critical), then: reject}, {otherwise: accept}]
objectives:
  first-pass-yield: {measure: conforming / inspected, at least: 95 %}
"""


def lots_loads(folder: Path, rows: int, in_a_lot: int, source: Path) -> tuple[Load, Load]:
    """The milling facts with the lot of each, as loads without and with lots that are judged."""
    plain = milling_load(folder, rows, ".parquet", source)
    facts = plain.facts
    lotless = facts.rename(folder / "lotless.parquet")
    lot = f'("UDI" - 1) // {in_a_lot} AS "Lot"'
    duckdb.sql(f"COPY (SELECT *, {lot} FROM read_parquet('{lotless}')) TO '{facts}' (FORMAT parquet)")
    lotless.unlink()
    text = (RULES / "milling-cell" / "standard.yaml").read_text(encoding="utf-8")
    without, counted = folder / "without.yaml", folder / "counted.yaml"
    without.write_text(text.replace("facts:\n", "facts:\n  lot: Lot\n", 1), encoding="utf-8")
    counted.write_text(without.read_text(encoding="utf-8") + LOTS, encoding="utf-8")
    return replace(plain, standard=str(without)), replace(plain, standard=str(counted))


# -------------------------------------------------------------------------------------------------- ranges


def ranges_load(folder: Path, rules: int, rows: int) -> Load:
    """So many dimensions, each out of its limits once in a hundred facts."""
    drawn = ranges.drawn(Random(ranges.SEED), rules)
    standard = folder / f"many-{rules}.yaml"
    standard.write_text(ranges.standard_text(drawn, item="id"), encoding="utf-8")
    load = Load(
        title=f"Ranges: {rules:,} rules over {rules:,} columns, {rows:,} facts from Parquet",
        source=f"Generated facts (seed {ranges.SEED}); each rule speaks in about 1 % of them",
        kind="ranges",
        rules=rules,
        rows=rows,
        unique=rows,
        standard=str(standard),
        folder=folder,
        suffix=".parquet",
    )
    _write_exact(load, _write_drawn(load, drawn))
    for count in {load.few, 1} - {rows}:
        first = next(pq.ParquetFile(load.facts).iter_batches(count))
        pq.write_table(pa.Table.from_batches([first]), load.first(count))
    return load


def _write_drawn(load: Load, drawn: list[ranges.Range]) -> list[tuple[str | None, ...]]:
    rng = np.random.default_rng(ranges.SEED)
    low, high = np.array([[r.low] for r in drawn]), np.array([[r.high] for r in drawn])
    schema = pa.schema([("id", pa.int64()), *((r.name, pa.float64()) for r in drawn)])
    answers: list[tuple[str | None, ...]] = []
    step = max(CELLS // load.rules, 1)
    with pq.ParquetWriter(load.facts, schema) as writer:
        for start in range(0, load.rows, step):
            stop = min(start + step, load.rows)
            deviation = rng.standard_normal((load.rules, stop - start)) * ((high - low) / 2 / ranges.FAIL_AT)
            micrometres = np.rint((low + high) / 2 + deviation)  # whole numbers
            items = pa.array(np.arange(start + 1, stop + 1))
            writer.write_table(pa.table([items, *micrometres / 1000], schema=schema))
            answers += _answers(drawn, ((micrometres < low) | (micrometres > high)).T)
    return answers


def _answers(drawn: list[ranges.Range], fails: np.ndarray) -> Iterator[tuple[str | None, ...]]:
    hits = zip(*(found.tolist() for found in np.nonzero(fails)), strict=True)  # row by row
    by_row = {row: [drawn[rule] for _, rule in found] for row, found in groupby(hits, key=lambda hit: hit[0])}
    for row in range(len(fails)):
        spoke = by_row.get(row, [])
        class_ = min((r.class_ for r in spoke), key=SEVERITY.__getitem__, default=None)
        yield _answer(class_, [r.name for r in spoke], None)


# --------------------------------------------------------------------------------------------- exact answers


def _answer(class_: str | None, spoke: Sequence[str], dispose: Any) -> tuple[str | None, ...]:
    outcome = "nonconforming" if spoke else "conforming"
    return outcome, class_, dispose and dispose(class_, spoke), ";".join(spoke)


def _write_exact(load: Load, answers: list[tuple[str | None, ...]]) -> None:
    columns = [pa.array(column, pa.string()) for column in zip(*answers, strict=True)]
    numbers = pa.array(range(len(answers)))
    pq.write_table(pa.table([numbers, *columns], ["n", "outcome", "class", "disposition", "findings"]), load.exact)
