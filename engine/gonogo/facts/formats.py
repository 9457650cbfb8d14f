"""Which format a file of facts has, as far as its name and its first bytes tell."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final, Literal

Compression = Literal["gzip", "zstd"]

FORMATS: Final = ("csv", "jsonl", "json", "parquet", "arrow", "xlsx")
TEXTS: Final = ("csv", "jsonl", "json")
"""Formats that are text: they come line by line, also packed and from pipes."""

ENDINGS: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
PACKED: Final[dict[str, Compression]] = {".gz": "gzip", ".zst": "zstd"}

NAMES: Final = {"parquet": "a Parquet file", "arrow": "an Arrow file", "xlsx": "an Excel workbook"}

_PACKED_MAGIC: Final[tuple[tuple[bytes, Compression], ...]] = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))
_FORMAT_MAGIC: Final = (
    (b"PAR1", "parquet"),
    (b"PARE", "parquet"),
    (b"ARROW1\0\0", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"PK\x03\x04", "xlsx"),
    (b"\xd0\xcf\x11\xe0", "xlsx"),
)
_KINDS: Final = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive", "give its name the ending `.xlsx` if it is one"),
    (b"\xd0\xcf\x11\xe0", "an old or an encrypted workbook", "save it in Excel as `.xlsx`, without a password"),
    (b"PAR1", "a Parquet file", "give its name the ending `.parquet`"),
    (b"PARE", "an encrypted Parquet file", "write it without encryption"),
    (b"ARROW1", "an Arrow file", "give its name the ending `.arrow`"),
    (b"FEA1", "an old Feather file", "write it anew, as Feather version 2"),
    (b"SQLite format 3", "an SQLite database", "export it as CSV"),
    (b"\x1f\x8b", "compressed with gzip", "unpack it with `gunzip`"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it with `unzstd`"),
)
"""What binary files begin with, what they are called, and what to do with them where only text is read."""


def ending_of(path: str) -> str:
    """The ending that tells the format, in lower case: `.csv` of `facts.csv`, and of `FACTS.CSV.GZ`."""
    name = PurePath(path)
    return PurePath(name.stem).suffix.lower() if name.suffix.lower() in PACKED else name.suffix.lower()


def packing_of(path: str) -> Compression | None:
    """How a file is packed, by the ending of its name."""
    return PACKED.get(PurePath(path).suffix.lower())


def is_read(path: str) -> bool:
    """Whether the ending of a name is that of facts."""
    known = ENDINGS.get(ending_of(path))
    return known in TEXTS if packing_of(path) else known is not None


def compression_of(head: bytes) -> Compression | None:
    """How bytes are packed, by the first of them."""
    return next((packing for magic, packing in _PACKED_MAGIC if head.startswith(magic)), None)


def binary_format_of(head: bytes) -> str | None:
    """The format of bytes that are no text, by the first of them."""
    found = next((format_ for magic, format_ in _FORMAT_MAGIC if head.startswith(magic)), None)
    # `PAR1,PAR2` may well be a header: what only starts like a binary file must hold a NUL, too.
    return found if b"\0" in head else None


def is_like(format_: str, head: bytes) -> bool:
    """Whether bytes begin as those of that format, which is no text."""
    return any(head.startswith(magic) for magic, known in _FORMAT_MAGIC if known == format_)


def kind_of(head: bytes) -> tuple[str, str] | None:
    """What to call bytes that are no text, and how to mend it, by the first of them."""
    return next(((kind, mend) for magic, kind, mend in _KINDS if head.startswith(magic)), None)
