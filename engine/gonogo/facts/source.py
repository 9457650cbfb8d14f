"""Opening facts: a path, or standard input, becomes a stream of rows, whatever the format.

INVARIANT: rows come out as they go in. The first is there before the rest is read, also from a pipe.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from gonogo.facts.delimited import Delimited, find_dialect
from gonogo.facts.objects import is_one_line_object, read_document, read_lines
from gonogo.facts.row import FactsOptions, Row, refusal
from gonogo.facts.text import Text
from gonogo.facts.unusable import shown
from gonogo.problems import Problem, Refused, nearest

FORMATS: Final = ("csv", "jsonl", "json")
_ENDINGS: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
}
_JSON = re.compile(r"\s*(?:\[\s*[{\]]|\{\s*[\"}])")
"""How JSON begins, and hardly ever a header."""


class Facts:
    """Opened facts: rows, to be taken once, one after the other.

    Parameters
    ----------
    path : str
        As it was given; `-` for standard input.
    columns : tuple of str or None
        Names in the header; None where there is none, as in JSON.
    """

    def __init__(
        self, path: str, columns: tuple[str, ...] | None, rows: Iterator[Row], text: Text, close: Callable[[], None]
    ) -> None:
        self.path = path
        self.columns = columns
        self._rows = rows
        self._text = text
        self._close = close

    def __iter__(self) -> Iterator[Row]:
        """Return the rows that are left; raises Refused where reading cannot go on."""
        return self._rows

    def progress(self) -> tuple[int, int | None]:
        """Return how many bytes were read, and how many there are (None where nobody knows)."""
        return self._text.bytes_read, self._text.total

    def close(self) -> None:
        """Close the file; standard input stays open."""
        self._close()

    def __enter__(self) -> Self:
        """Return the facts themselves."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()


def open_facts(
    path: str,
    numbers: Collection[str],
    options: FactsOptions,
    report: Callable[[Problem], None],
    stdin: BinaryIO | None = None,
) -> Facts:
    """Open a file of facts, and read as far as its header.

    Parameters
    ----------
    path : str
        A CSV, JSON or JSON lines file; `-` is standard input.
    numbers : collection of str
        Names of the columns that hold numbers.
    options : FactsOptions
        What the user says about the file.
    report : callable
        Takes each problem that does not stop the reading.
    stdin : BinaryIO, optional
        What standard input is.

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
        raise refusal("unknown-format", path, f"`{options.format}` is not a format of facts", "say csv, jsonl or json")
    name, stream, total = _open_input(path, stdin)
    close = stream.close if path != "-" else lambda: None
    try:
        text = Text(name, stream, total, options.encoding, report)
        columns, rows = _open_rows(text, Path(path).suffix.lower(), numbers, options, report)
    except BaseException:
        close()
        raise
    return Facts(path, columns, rows, text, close)


def _open_rows(
    text: Text, ending: str, numbers: Collection[str], options: FactsOptions, report: Callable[[Problem], None]
) -> tuple[tuple[str, ...] | None, Iterator[Row]]:
    chosen = options.format or _ENDINGS.get(ending) or _find_format(text)
    if chosen == "csv":
        if options.format is None and _JSON.match(text.ahead(lines=0)):
            what = f"the name ends with `{ending}`, and what is in it looks like JSON"
            mend = "say `--facts-format jsonl` or `--facts-format json`, or `--facts-format csv` if it is none"
            raise refusal("mistaken-format", text.name, what, mend)
        dialect = find_dialect(text, numbers, options, "\t" if ending == ".tsv" else None)
        if dialect.example is not None:
            report(_assumed_decimal(text.name, dialect.example.strip()))
        delimited = Delimited(text, dialect, numbers, report)
        return delimited.columns, delimited.rows()
    if not text.ahead(lines=0).strip():
        raise refusal("empty-facts", text.name, "there is nothing in it")
    return None, (read_lines if chosen == "jsonl" else read_document)(text, report)


def _assumed_decimal(name: str, example: str) -> Problem:
    what = f"commas are read as decimal signs, `{shown(example)}` as {shown(example.replace(',', '.'))}"
    return Problem("assumed-decimal", name, what, "say `--decimal ,` if that is right, else `--decimal .`", "warning")


def _find_format(text: Text) -> str:
    """Find the format, by the first character that is not blank."""
    match text.ahead(lines=0).lstrip()[:1]:
        case "[":
            return "json"
        case "{":
            return "jsonl" if is_one_line_object(text.ahead(lines=1)) else "json"
        case _:
            return "csv"


def _open_input(path: str, stdin: BinaryIO | None) -> tuple[str, BinaryIO, int | None]:
    """Return what problems call the input, its bytes, and how many there are."""
    if path == "-":
        stream = stdin if stdin is not None else _standard_input()
        # A pipe that does not block says "nothing" for "nothing yet": facts would end before their end.
        with suppress(OSError, AttributeError, io.UnsupportedOperation):
            os.set_blocking(stream.fileno(), True)
        return "standard input", stream, None
    try:
        # Unbuffered, so that a read of a named pipe gives what is there.
        file = Path(path).open("rb", buffering=0)  # noqa: SIM115 (`Facts` closes it)
        status = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        raise Refused([_unopened(path, error)]) from None
    return path, file, status.st_size if stat.S_ISREG(status.st_mode) else None


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise refusal("unreadable", "standard input", "it is closed", "name a file, or pipe the facts into it")
    return sys.stdin.buffer


def require_files(paths: Iterable[str]) -> None:
    """Refuse all paths that are no files, before any of them is opened: a pipe can be opened only once."""
    problems = []
    for path in paths:
        try:
            if path != "-" and stat.S_ISDIR(Path(path).stat().st_mode):
                raise IsADirectoryError
        except (OSError, ValueError) as error:
            problems.append(_unopened(path, error))
    if problems:
        raise Refused(problems)


def _unopened(path: str, error: OSError | ValueError) -> Problem:
    """What is said of a file that can't be opened."""
    match error:
        case FileNotFoundError():
            what, mend = "there is no such file", _similar(Path(path))
        case IsADirectoryError():
            what, mend = "this is a folder", "name a file in it"
        case PermissionError():
            what, mend = "this file may not be read", "ask for the right to read it"
        case OSError(errno=errno.ELOOP):
            what, mend = "this link leads back to itself", "name the file itself"
        case _:
            what, mend = f"this cannot be opened: {(getattr(error, 'strerror', None) or str(error)).lower()}", ""
    return Problem("unreadable", path, what, mend)


def _similar(path: Path) -> str:
    """Propose the file of the folder with the nearest name."""
    with suppress(OSError):
        near = nearest(path.name, (entry.name for entry in islice(os.scandir(path.parent), 1000)))
        return f"perhaps `{path.parent / near}` is meant" if near else ""
    return ""
