"""Compares a file of verdicts with the exact answers, in columns."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bulk.load import Load

COMPARED: Final = ("outcome", "class", "disposition")
ITEM: Final = "o.item IS DISTINCT FROM (o.file_row_number + 1)::VARCHAR"
FINDINGS: Final = """CASE WHEN coalesce(o.findings, '') = e.findings THEN false
    ELSE list_sort(string_split(coalesce(o.findings, ''), ';')) <> list_sort(string_split(e.findings, ';')) END"""


def not_right(out: Path, load: Load, rows: int) -> int:
    """How many verdicts are missing, or differ from the exact ones in any column that was written.

    The order of a verdict's findings is left open, and whether none is written as null or as an empty text.
    """
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        written = f"read_parquet('{out}', file_row_number = true)"
        has = {name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {written}").fetchall()}
        others = [f"coalesce(o.{name}, '') <> coalesce(e.{name}, '')" for name in COMPARED if name in has]
        differs = [ITEM, FINDINGS, *others]
        found, wrong = connection.execute(f"""
            SELECT count(*), count(*) FILTER ({" OR ".join(differs)})
            FROM {written} o JOIN '{load.exact}' e ON o.file_row_number % {load.unique} = e.n
        """).fetchall()[0]
    return int(wrong) + abs(rows - found)
