"""Plain CSV: files that every reader of CSV reads alike, so that a faster one than ours may.

Plain is what leaves nothing to opinion: UTF-8, one sort of line ends, a row a line, quotes only around whole cells
that hold none. A file is looked through in big blocks; each test is one that Python does at the speed of memory.

`screen.columnar.csv_source` is the SQL that reads a plain file with DuckDB, to the same cells (`''` and NULL both are
missing). Where rows are uneven it raises an error: then each has to be looked at by itself.

INVARIANT: where there is a doubt a file is not plain: it is read row by row then, and what is to be said is said there.
"""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from gonogo.facts.compressed import Unpacked
from gonogo.facts.delimited import Dialect, find_dialect
from gonogo.facts.formats import Compression, compression_of
from gonogo.facts.input import Input, open_input
from gonogo.facts.row import FactsOptions
from gonogo.facts.source import format_of, looks_like_json, told_delimiter, unpack
from gonogo.facts.text import Text
from gonogo.problems import Refused

BLOCK: Final = 1 << 20
SPAN: Final = 1 << 16
"""A line ends in each span of so many bytes, so that no cell has more than the 131,072 characters that `csv` takes."""

_BOM: Final = codecs.BOM_UTF8
_BLANK_START: Final = re.compile(rb"\n[\t\n\x0b\x0c\r\x1c-\x20]")
_BLANK_START_OF_TEXT: Final = re.compile(r"\n\s")


@dataclass(frozen=True, slots=True)
class PlainCsv:
    """A CSV that every reader reads alike.

    Parameters
    ----------
    path : str
        Where it is.
    columns : tuple of str
        The names in its header, in their order, without the blanks around them; "" where there is none.
    delimiter : str
        The character between two cells.
    decimal : {".", ","}
        The decimal sign of the columns of numbers.
    compression : {"gzip", "zstd"} or None
        How it is packed.
    rows : int
        How many there are under the header; each is a line.
    has_bom : bool
        Whether it begins with a byte order mark, which is no part of the first name.
    example : str or None
        Where a decimal comma was found out: the first number that has one.
    """

    path: str
    columns: tuple[str, ...]
    delimiter: str
    decimal: Literal[".", ","]
    compression: Compression | None
    rows: int
    has_bom: bool
    example: str | None


def plain_csv(path: str, numbers: Collection[str], options: FactsOptions) -> PlainCsv | None:
    """Look through a file, and tell what must be known of it where it is a plain CSV.

    Parameters
    ----------
    path : str
        A file, packed or not.
    numbers : collection of str
        Names of the columns that hold numbers.
    options : FactsOptions
        What the user says about the file.

    Returns
    -------
    PlainCsv or None
        None where it is no plain CSV, or can't be read: `open_facts` says why, or reads it row by row.
    """
    if options.encoding is not None and not _is_utf8(options.encoding):
        return None
    try:
        # A pipe can be opened only once, and that is not for us.
        if path == "-" or not stat.S_ISREG(Path(path).stat().st_mode):
            return None
        with closing(open_input(path)) as source:
            return _look_through(path, source, numbers, options)
    except (OSError, ValueError, Refused):
        return None


def _is_utf8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except (LookupError, ValueError):
        return False


def _look_through(path: str, source: Input, numbers: Collection[str], options: FactsOptions) -> PlainCsv | None:
    unpacked = unpack(path, source)
    text = Text(unpacked, "utf-8", lambda _: None)
    if format_of(path, text, options) != "csv" or (options.format is None and looks_like_json(text)):
        return None
    dialect = find_dialect(text, numbers, options, told_delimiter(path))
    if dialect.has_separator_line or not dialect.delimiter.isascii():
        return None
    unpacked.seek(0)
    blocks = _blocks_of(unpacked)
    first = next(blocks, b"")
    columns = _columns_of(first, dialect)
    lines = _count_lines(first, blocks, _quoted_cell(dialect.delimiter)) if columns else None
    if columns is None or lines is None:
        return None
    return PlainCsv(
        path,
        columns,
        dialect.delimiter,
        dialect.decimal,
        compression_of(source.head),
        lines - 1,
        first.startswith(_BOM),
        dialect.example,
    )


def _columns_of(first: bytes, dialect: Dialect) -> tuple[str, ...] | None:
    """The names in the header; None where it takes more than a split to tell them."""
    header = first.removeprefix(_BOM).partition(b"\n")[0].decode()
    names = tuple(name.strip() for name in header.split(dialect.delimiter))
    named = list(filter(None, names))
    return names if named and '"' not in header and len(set(named)) == len(named) else None


def _quoted_cell(delimiter: str) -> re.Pattern[bytes]:
    mark = re.escape(delimiter.encode())
    # What must stand before the quote is looked at behind it: so the quote itself is searched, and quickly.
    return re.compile(rb'"(?<![^\n%b]")[^"\r\n]*"(?![^\r\n%b])' % (mark, mark))


def _blocks_of(source: Input | Unpacked) -> Iterator[bytes]:
    """The file in blocks of whole lines; the last line may lack its end."""
    rest = b""
    while piece := source.read(BLOCK):
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield rest + piece[:cut]
            rest = piece[cut:]
        elif len(rest) > BLOCK:
            break
        else:
            rest += piece
    if rest:
        yield rest


def _count_lines(first: bytes, blocks: Iterator[bytes], quoted_cell: re.Pattern[bytes]) -> int | None:
    """How many lines there are; None where a block is not plain."""
    feeds = returns = 0
    last = block = first
    while block:
        if not _is_plain(block, quoted_cell):
            return None
        feeds += block.count(b"\n")
        block_returns = block.count(b"\r")
        if block_returns and block_returns != block.count(b"\r\n"):
            return None
        returns += block_returns
        last, block = block, next(blocks, b"")
    return feeds + (not last.endswith(b"\n")) if returns in (0, feeds) else None


def _is_plain(block: bytes, quoted_cell: re.Pattern[bytes]) -> bool:
    if b"\0" in block or not _has_short_lines(block):
        return False
    if b'"' in block and block.count(b'"') != 2 * len(quoted_cell.findall(block)):
        return False
    if block.isascii():
        is_doubtful = block[:1].isspace() or _BLANK_START.search(block) is not None
    else:
        text = block.decode()  # raises UnicodeDecodeError, a ValueError
        is_doubtful = text[0].isspace() or _BLANK_START_OF_TEXT.search(text) is not None
    return not (is_doubtful and _has_blank_line(block.decode()))


def _has_short_lines(block: bytes) -> bool:
    ends = range(SPAN, len(block) + 1, SPAN)
    return all(block.find(b"\n", end - SPAN, end) >= 0 for end in ends)


def _has_blank_line(text: str) -> bool:
    return any(not line or line.isspace() for line in text.removesuffix("\n").split("\n"))
