"""Problems as a table in Parquet: the keys of JSON are its columns."""

from __future__ import annotations

from pathlib import Path

from gonogo_cli.listings.listing import Listing


def write_parquet(listing: Listing, path: Path) -> None:
    """Write a row for each problem."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = ("text", "code", "severity", "what", "mend")
    schema = pa.schema(
        [("path", pa.string()), ("line", pa.int32()), ("column", pa.int32()), *((name, pa.string()) for name in texts)]
    )
    rows = [problem.as_dict() for problem in listing.problems]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
