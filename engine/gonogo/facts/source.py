"""Opening facts: a path, or standard input, becomes a stream of rows, whatever the format.

INVARIANT: rows come out as they go in. The first is there before the rest is read, also from a pipe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import BinaryIO, Final

from gonogo.facts.compressed import Unpacked
from gonogo.facts.delimited import Delimited, find_dialect
from gonogo.facts.formats import (
    ENDINGS,
    FORMATS,
    NAMES,
    TEXTS,
    binary_format_of,
    compression_of,
    ending_of,
    is_like,
    kind_of,
    packing_of,
)
from gonogo.facts.input import Input, open_input, standard_input
from gonogo.facts.objects import is_one_line_object, read_document, read_lines
from gonogo.facts.row import Facts, FactsOptions, refusal
from gonogo.facts.text import Text
from gonogo.facts.unusable import shown
from gonogo.problems import Problem

__all__ = ["Facts", "assumed_decimal", "open_facts", "standard_input"]

_JSON: Final = re.compile(r"\s*(?:\[\s*[{\]]|\{\s*[\"}])")
"""How JSON begins, and hardly ever a header."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `open_facts` is asked for."""

    path: str
    numbers: Collection[str]
    wanted: Collection[str]
    options: FactsOptions
    report: Callable[[Problem], None]


def open_facts(
    path: str,
    numbers: Collection[str],
    options: FactsOptions,
    report: Callable[[Problem], None],
    stdin: BinaryIO | None = None,
    *,
    wanted: Collection[str] = (),
) -> Facts:
    """Open a file of facts, and read as far as its header.

    Parameters
    ----------
    path : str
        A CSV, JSON or JSON lines file, also packed with gzip or zstd, a Parquet or Arrow file or an Excel workbook;
        `-` is standard input.
    numbers : collection of str
        Names of the columns that hold numbers.
    options : FactsOptions
        What the user says about the file.
    report : callable
        Takes each problem that does not stop the reading.
    stdin : BinaryIO, optional
        What standard input is.
    wanted : collection of str, optional
        Names of the columns that are read: rows may lack the cells of others. Without it they have them all.

    Returns
    -------
    Facts
        To be closed, or used in a `with`.

    Raises
    ------
    Refused
        Where the facts cannot be read at all. Taking rows may raise it, too, where reading cannot go on.
    """
    if options.format is not None and options.format not in FORMATS:
        mend = f"say {', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
        raise refusal("unknown-format", path, f"`{options.format}` is not a format of facts", mend)
    source = open_input(path, stdin)
    try:
        known = options.format or ENDINGS.get(ending_of(path))
        asked = _Asked(path, numbers, wanted, options, report)
        binary = binary_format_of(source.head) if known is None else known if known not in TEXTS else None
        return _open_text(source, asked) if binary is None else _open_binary(source, binary, asked)
    except BaseException:
        source.close()
        raise


def _open_text(source: Input, asked: _Asked) -> Facts:
    path, options, report = asked.path, asked.options, asked.report
    unpacked = unpack(path, source)
    text = Text(unpacked, options.encoding, report)
    match format_of(path, text, options):
        case "csv":
            if options.format is None and looks_like_json(text):
                what = f"the name ends with `{ending_of(path)}`, and what is in it looks like JSON"
                mend = "say `--facts-format jsonl` or `--facts-format json`, or `--facts-format csv` if it is none"
                raise refusal("mistaken-format", text.name, what, mend)
            dialect = find_dialect(text, asked.numbers, options, told_delimiter(path))
            if dialect.example is not None:
                report(assumed_decimal(text.name, dialect.example.strip()))
            delimited = Delimited(text, dialect, asked.numbers, report)
            return Facts(path, delimited.columns, delimited.rows(), unpacked.progress, source.close)
        case known:
            if not text.ahead(lines=0).strip():
                raise refusal("empty-facts", text.name, "there is nothing in it")
            rows = (read_lines if known == "jsonl" else read_document)(text, report)
            return Facts(path, None, rows, unpacked.progress, source.close)


def _open_binary(source: Input, format_: str, asked: _Asked) -> Facts:
    if not source.head:
        raise refusal("empty-facts", source.name, "there is nothing in it")
    if compression_of(source.head) is not None:
        what = f"{NAMES[format_]} can't be read while it is packed"
        raise refusal("unreadable", source.name, what, "unpack it first")
    if not is_like(format_, source.head):
        seems = f", it seems to be {kind[0]}" if (kind := kind_of(source.head)) else ""
        what = f"this is not {NAMES[format_]}{seems}"
        raise refusal("mistaken-format", source.name, what, "give its name the ending of what it is")
    if source.total is None and (format_ != "arrow" or source.head.startswith(b"ARROW1")):
        what = f"{NAMES[format_]} is not read from its start to its end, and can't come through a pipe"
        raise refusal("unreadable", source.name, what, "name the file itself")
    if format_ == "xlsx":
        from gonogo.facts.workbook import open_workbook

        return open_workbook(source, asked.path, asked.wanted, asked.options.sheet, asked.report)
    from gonogo.facts.tables import open_table

    return open_table(source, asked.path, format_, asked.wanted)


# ---------------------------------------------------------------------------------------- what a text is


def unpack(path: str, source: Input) -> Input | Unpacked:
    """The bytes of a text, unpacked where they are packed."""
    compression = compression_of(source.head)
    if compression is not None:
        return Unpacked(source, compression)
    packing = packing_of(path)
    if packing is not None and source.head:
        what = f"the name says that it is packed with {packing}, and it is not"
        raise refusal("mistaken-format", source.name, what, "give its name the ending of what it is")
    return source


def format_of(path: str, text: Text, options: FactsOptions) -> str:
    """The format of a text: as it is told, by the ending, or by the first character that is not blank."""
    known = options.format or ENDINGS.get(ending_of(path))
    if known is not None:
        return known
    match text.ahead(lines=0).lstrip()[:1]:
        case "[":
            return "json"
        case "{":
            return "jsonl" if is_one_line_object(text.ahead(lines=1)) else "json"
        case _:
            return "csv"


def looks_like_json(text: Text) -> bool:
    """Whether a text begins like JSON, whatever it is called."""
    return _JSON.match(text.ahead(lines=0)) is not None


def told_delimiter(path: str) -> str | None:
    """What stands between cells, where the ending of the name says it."""
    return "\t" if ending_of(path) == ".tsv" else None


def assumed_decimal(name: str, example: str) -> Problem:
    """The warning that commas were found to be decimal signs."""
    what = f"commas are read as decimal signs, `{shown(example)}` as {shown(example.replace(',', '.'))}"
    return Problem("assumed-decimal", name, what, "say `--decimal ,` if that is right, else `--decimal .`", "warning")
