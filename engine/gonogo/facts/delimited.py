"""Delimited text, CSV and its kin: how its cells are told apart, and its rows.

What differs between countries (delimiter, decimal sign) is found out from a sample, by what the header names and
by how evenly the rows come out. A row with too many cells has shifted somewhere, and nobody can say where: all
its cells count as missing; blank cells that are too many are no shift, many exports end their lines with them.
After a broken quote nothing says where the next row starts: reading stops there.

INVARIANT: a row holds at most a mebibyte or so, so that a quote that is never closed does not swallow the memory.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from typing import Final, Literal

from gonogo.facts.header import refuse_repeated
from gonogo.facts.row import UNTRUSTED, FactsOptions, Row, refusal
from gonogo.facts.text import Text
from gonogo.facts.unusable import decimal_comma, shown
from gonogo.problems import Problem, Refused

DELIMITERS: Final = "\t;|,"
"""In the order of preference: what two delimiters explain equally well, a comma only happens to (as a decimal sign)."""
LIMIT: Final = 1 << 20

_SEPARATOR_LINE = re.compile(r'"?sep=([^"\r\n])"?(?:\r?\n|\r|$)', re.IGNORECASE)
_LIKE_THOUSANDS = re.compile(r"\s*[+\-\u2212]?[1-9][0-9]{0,2},[0-9]{3}\s*")
_WITH_COMMA = re.compile(r"\s*[+\-\u2212]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?\s*")
_WITH_POINT = re.compile(r"[0-9]\.|\.[0-9]")
_WORDS: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are written: delimiter, decimal sign, and whether a line `sep=;` stands before the header."""

    delimiter: str
    decimal: Literal[".", ","]
    has_separator_line: bool = False
    example: str | None = None
    """Where a decimal comma was found out: the first number that has one."""


def find_dialect(text: Text, numbers: Collection[str], options: FactsOptions, delimiter: str | None) -> Dialect:
    """Find the dialect of a text: what is said, else what a sample of it shows.

    Parameters
    ----------
    text : Text
        Nothing of it is used up.
    numbers : collection of str
        Names of the columns that hold numbers.
    options : FactsOptions
        What the user says.
    delimiter : str or None
        What the file's ending says, where it says anything.
    """
    sample = text.ahead(lines=2)
    first = _SEPARATOR_LINE.match(sample)
    told = _told_delimiter(options.delimiter, text.name) or (first and first[1]) or delimiter
    body = sample[first.end() :] if first else sample
    rows = {mark: _sample_rows(body, mark, text.is_all_ahead()) for mark in (told or DELIMITERS)}
    chosen = max(rows, key=lambda mark: _likelihood(rows[mark], numbers))
    if not told and not _likelihood(rows[chosen], numbers)[1]:
        chosen = ","  # nothing was seen between cells: one column, and CSV as its name says
    example = None if options.decimal else _decimal_comma_of(chosen, rows[chosen], numbers, text.name)
    decimal = options.decimal or ("." if example is None else ",")
    return Dialect(chosen, decimal, first is not None, example)


def _told_delimiter(told: str | None, name: str) -> str | None:
    if told is None:
        return None
    mark = _WORDS.get(told.lower(), told)
    if len(mark) != 1 or mark in '"\r\n\0':
        what = f"`{shown(told)}` cannot stand between cells"
        raise refusal("bad-delimiter", name, what, "say one character, such as `;`, or `tab`")
    return mark


def _sample_rows(sample: str, delimiter: str, is_all: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(row for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter) if row)
    # The sample may end in the middle of a row, but a lone header is worth looking at in any case.
    return rows if is_all or len(rows) < 2 or sample.endswith(("\n", "\r")) else rows[:-1]


def _likelihood(rows: list[list[str]], numbers: Collection[str]) -> tuple[int, bool, float]:
    """Measure how well a delimiter explains the sample; of equals, the first candidate wins."""
    header = rows[0] if rows else []
    named = len({name.strip() for name in header}.intersection(numbers))
    even = sum(len(row) == len(header) for row in rows)
    several = len(header) > 1
    return (named, several, even / len(rows) if several else 0.0)


def _decimal_comma_of(delimiter: str, rows: list[list[str]], numbers: Collection[str], name: str) -> str | None:
    """Find a decimal comma only where it does not delimit, some number has one for certain, and none has a point."""
    if delimiter == "," or not rows:
        return None
    places = [place for place, column in enumerate(rows[0]) if column.strip() in numbers]
    cells = [row[place] for row in rows[1:] if len(row) == len(rows[0]) for place in places]
    commas = list(filter(_WITH_COMMA.fullmatch, cells))
    if not commas or any(map(_WITH_POINT.search, cells)):
        return None
    certain = next((cell for cell in commas if not _LIKE_THOUSANDS.fullmatch(cell)), None)
    if certain is None:  # INVARIANT: what may be a thousand or one and a bit is never guessed
        what = f"`{shown(commas[0].strip())}` may be with a decimal comma or a thousands separator, and no number tells"
        mend = "say `--decimal ,`, or write the numbers without thousands separators"
        raise refusal("ambiguous-decimal", name, what, mend)
    return certain


class Delimited:
    """The rows of a delimited text, under the names of its header.

    Parameters
    ----------
    text : Text
        Used up row by row.
    dialect : Dialect
        How its cells are written.
    numbers : collection of str
        Names of the columns that hold numbers: decimal commas are understood only there.
    report : callable
        Takes the problems of single rows.

    Raises
    ------
    Refused
        Where there is no header, or a name stands in it twice.
    """

    def __init__(
        self, text: Text, dialect: Dialect, numbers: Collection[str], report: Callable[[Problem], None]
    ) -> None:
        self._text = text
        self._report = report
        self._delimiter = dialect.delimiter
        self._start = 1
        lines = chain.from_iterable(self._blocks())
        self._reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
        self._names = self._read_header(dialect.has_separator_line)
        self._commas = [place for place, name in enumerate(self._names) if dialect.decimal == "," and name in numbers]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns; a column without a name is none."""
        return tuple(filter(None, self._names))

    def rows(self) -> Iterator[Row]:
        """Return the rows under the header, in order."""
        names, width, commas, reader = self._names, len(self._names), self._commas, self._reader
        number, start = 0, self._start
        try:
            for cells in reader:
                if len(cells) > width and not any(map(str.strip, cells[width:])):
                    del cells[width:]
                if len(cells) == width:
                    number += 1
                    for place in commas:
                        cells[place] = decimal_comma(cells[place])
                    yield Row(number, start, dict(zip(names, cells)))  # noqa: B905 (just compared, and it is hot)
                elif cells and not (len(cells) == 1 and cells[0].isspace()):
                    number += 1
                    yield self._uneven_row(number, start, cells)
                self._start = start = reader.line_num + 1
        except csv.Error as error:
            raise self._broken(error) from None

    def _read_header(self, has_separator_line: bool) -> tuple[str, ...]:
        try:
            if has_separator_line:
                next(self._reader)
                self._start = 2
            for cells in self._reader:
                if any(cell.strip() for cell in cells):
                    return self._named(tuple(cell.strip() for cell in cells))
                self._start = self._reader.line_num + 1
        except csv.Error as error:
            raise self._broken(error) from None
        raise refusal("empty-facts", self._text.name, "there is nothing in it, not even names of columns")

    def _named(self, names: tuple[str, ...]) -> tuple[str, ...]:
        refuse_repeated(names, f"{self._text.name}:{self._start}")
        self._start = self._reader.line_num + 1
        return names

    def _uneven_row(self, number: int, line: int, cells: list[str]) -> Row:
        width, place = len(self._names), f"{self._text.name}:{line}"
        counts = f"row {number} has {len(cells)} cell{'s' * (len(cells) > 1)} under {width} column{'s' * (width > 1)}"
        if len(cells) < width:
            what = f"{counts}; `{shown(self._names[len(cells)])}` and all after it count as missing"
            self._report(Problem("too-few-cells", place, what, severity="warning"))
            whole = [decimal_comma(cell) if at in self._commas else cell for at, cell in enumerate(cells)]
            return Row(number, line, dict(zip(self._names, whole, strict=False)))
        written = [cell for cell in cells[width:] if cell.strip()]
        surplus = ", ".join(f"`{shown(cell)}`" for cell in written[:3])
        more = ", …" if len(written) > 3 else ""
        what = f"{counts} ({surplus}{more} too many), and all of them count as missing"
        mend = f"quote a cell that holds `{shown(self._delimiter)}`"
        self._report(Problem("too-many-cells", place, what, mend))
        return Row(number, line, UNTRUSTED)

    def _blocks(self) -> Iterator[StringIO]:
        """Blocks of lines, as long as rows come of them."""
        start, size = 0, 0
        for block in self._text.blocks(LIMIT, "broken-csv"):
            size = size + len(block.getvalue()) if start == self._start else 0
            start = self._start
            if size > LIMIT:
                raise self._broken(csv.Error("unexpected end of data"))
            yield block

    def _broken(self, error: csv.Error) -> Refused:
        place, words = f"{self._text.name}:{self._start}", str(error)
        if "expected after" in words:
            what = "in the row that starts here something follows a closing quote"
            return refusal("broken-csv", place, what, "double the quotes inside a quoted cell")
        if "field limit" in words or "end of data" in words:
            what = "in the row that starts here a quote is opened and never closed"
            return refusal("broken-csv", place, what, "close it, or double a quote that stands for itself")
        return refusal("broken-csv", place, f"the row that starts here cannot be read: {words}")
