"""What reading facts gives, and what it may be told: rows, one after the other, and the options of the formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Final, Literal, NamedTuple, Self

from gonogo.problems import Problem, Refused

UNTRUSTED: Final[Mapping[str, object]] = MappingProxyType({})
"""The cells of a row that cannot be trusted; it is this very object."""


class Row(NamedTuple):
    """One fact as it was read: its cells by the names of their columns.

    Parameters
    ----------
    number : int
        Which row of the data it is, from 1; a header and blank lines do not count.
    line : int
        The line of the file that it starts on, from 1; the row of a worksheet as Excel numbers it; 0 in a file that
        has no lines.
    cells : mapping of str to object
        What stands in its columns: text in CSV, whatever JSON, Parquet, Arrow or Excel can say in theirs. A column
        without a cell is missing; a row that cannot be trusted has no cells at all, but `UNTRUSTED`.
    """

    number: int
    line: int
    cells: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FactsOptions:
    """What the user says about the facts, where looking at them is not enough; None: look.

    Parameters
    ----------
    format : {"csv", "jsonl", "json", "parquet", "arrow", "xlsx"}, optional
        Else it follows from the file's ending, or from its first bytes.
    delimiter : str, optional
        The character between two cells of a CSV; `tab` is understood.
    decimal : {".", ","}, optional
        The decimal sign of the number columns of a CSV.
    encoding : str, optional
        Name of the character encoding.
    sheet : str, optional
        Name of the worksheet of a workbook; else it is the first that is not hidden.
    """

    format: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    encoding: str | None = None
    sheet: str | None = None


class Facts:
    """Opened facts: rows, to be taken once, one after the other.

    Parameters
    ----------
    path : str
        As it was given; `-` for standard input.
    columns : tuple of str or None
        Names in the header; None where there is none, as in JSON.
    rows : iterator of Row
        The rows; taking them may raise Refused.
    progress : callable
        How many bytes were read, and how many there are.
    close : callable
        Closes what was opened.
    """

    def __init__(
        self,
        path: str,
        columns: tuple[str, ...] | None,
        rows: Iterator[Row],
        progress: Callable[[], tuple[int, int | None]],
        close: Callable[[], None],
    ) -> None:
        self.path = path
        self.columns = columns
        self._rows = rows
        self._progress = progress
        self._close = close

    def __iter__(self) -> Iterator[Row]:
        """Return the rows that are left; raises Refused where reading cannot go on."""
        return self._rows

    def progress(self) -> tuple[int, int | None]:
        """Return how many bytes were read, and how many there are (None where nobody knows)."""
        return self._progress()

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


def refusal(code: str, place: str, what: str, mend: str = "") -> Refused:
    """Return the exception that refuses the facts for one reason."""
    return Refused([Problem(code, place, what, mend)])
