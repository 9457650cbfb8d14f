"""Which engine judges: one fact at a time where there are few, in columns beyond."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from gonogo.facts import FactsOptions

EngineName = Literal["scalar", "columnar"]

FEW: Final = {
    ".csv": 8 << 20,
    ".tsv": 8 << 20,
    ".txt": 8 << 20,
    ".parquet": 1 << 18,
    ".pq": 1 << 18,
    ".arrow": 4 << 20,
    ".feather": 1 << 20,
    ".ipc": 4 << 20,
}
"""Files of so many bytes are judged one by one in less time than it takes to start with columns."""

PACKED: Final = {".gz": 8, ".zst": 8}
"""Packed text is about so many times smaller."""


def engine_for(paths: Sequence[str], options: FactsOptions) -> EngineName:
    """The engine for some files: columns, where what they can read is large.

    Parameters
    ----------
    paths : sequence of str
        Files as they will be judged, folders and patterns expanded; ``-`` is standard input, which is judged as it
        comes.
    options : FactsOptions
        What is told about their format.
    """
    if options.format not in (None, "csv", "parquet", "arrow"):
        return "scalar"
    share = sum(map(_share, paths))
    return "columnar" if share > 1 else "scalar"


def _share(path: str) -> float:
    """How much of what is judged one by one a file is; 0 where columns would not help."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    packed = PACKED.get(suffixes.pop(), 1) if suffixes and suffixes[-1] in PACKED else 1
    few = FEW.get(suffixes[-1] if suffixes else "", 0)
    try:
        return packed * Path(path).stat().st_size / few if few and path != "-" else 0.0
    except (OSError, ValueError):
        return 0.0
