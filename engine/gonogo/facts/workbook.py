"""Excel workbooks: the rows under the header of a worksheet, as last worked out. (The only user of openpyxl.)

People put titles above their tables, notes beside them and blank rows between: the header is the row, of the first
fifty, that names most of the columns that are wanted. A formula that nobody has worked out yet holds no value; it
counts as missing, and the first is named.

INVARIANT: of a worksheet no more than a hundred rows are held. The texts of a workbook, which Excel keeps in one place,
are held together.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final
from xml.etree.ElementTree import iterparse

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser

from gonogo.facts.header import refuse_repeated
from gonogo.facts.input import PIECE, Input
from gonogo.facts.naming import item_of
from gonogo.facts.row import Facts, Row, refusal
from gonogo.facts.unusable import shown
from gonogo.problems import Problem, Refused, nearest

SEARCHED: Final = 50
"""So many rows are searched for the header."""

LISTED: Final = 8
_HELD: Final = 100
_NO_RESULT: Final = object()
"""What a cell holds whose formula was never worked out."""

_Line = tuple[int, Mapping[int, object]]
"""A row as Excel numbers it, and what stands in its columns, from 1."""


def open_workbook(
    source: Input, path: str, wanted: Collection[str], sheet: str | None, report: Callable[[Problem], None]
) -> Facts:
    """Open a workbook as facts.

    Parameters
    ----------
    source : Input
        A regular file; the facts close it.
    path : str
        As it was given.
    wanted : collection of str
        Names of the columns that are read: the header is found by them, and rows may lack the cells of others. Without
        any, all are read.
    sheet : str or None
        The name of the worksheet; None: the first that is not hidden.
    report : callable
        Takes the warning that there are formulas without a result.

    Raises
    ------
    Refused
        Where it is no workbook, is encrypted or damaged, or has no such sheet; where two columns have one name.
    """
    book = _load(source)
    try:
        chosen = _sheet_of(book, sheet, source.name)
        table = _Worksheet(source, _lines(source, book, chosen), chosen.title, wanted, report)
    except BaseException:
        book.close()
        raise

    def close() -> None:
        book.close()
        source.close()

    return Facts(path, table.columns, table.rows(), source.progress, close)


def _load(source: Input) -> Any:
    if source.head.startswith(b"\xd0\xcf\x11\xe0"):
        if _holds(source, "EncryptedPackage".encode("utf-16-le")):
            raise refusal("unreadable", source.name, "this workbook is encrypted", "save it without a password")
        what = "this is an old Excel workbook, which is not read"
        raise refusal("unreadable", source.name, what, "save it in Excel as `.xlsx`")
    source.seek(0)
    try:
        with _quiet():
            return load_workbook(source.stream, read_only=True, data_only=True, keep_links=False)
    except Exception:  # a damaged workbook makes openpyxl raise whatever there is to raise
        raise _damaged(source) from None


def _holds(source: Input, words: bytes) -> bool:
    source.seek(0)
    end = b""
    while piece := source.read(PIECE):
        if words in end + piece:
            return True
        end = piece[-len(words) :]
    return False


def _damaged(source: Input) -> Refused:
    what = "this is no Excel workbook, or it is damaged or cut off"
    return refusal("unreadable", source.name, what, "open it in Excel, and save it as `.xlsx`")


def _quiet() -> warnings.catch_warnings[None]:
    """What openpyxl warns of (styles, extensions, print areas) changes no cell."""
    return warnings.catch_warnings(action="ignore")


def _sheet_of(book: Any, name: str | None, place: str) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if not sheets:
        raise refusal("empty-facts", place, "there is no worksheet in it")
    if name is None:
        return next((sheet for sheet in sheets.values() if sheet.sheet_state == "visible"), book.worksheets[0])
    if name not in sheets:
        listed = ", ".join(f"`{shown(title)}`" for title in list(sheets)[:LISTED]) + ", …" * (len(sheets) > LISTED)
        near = nearest(name, sheets)
        mend = f"perhaps `{shown(near)}` is meant" if near else f"the sheets are {listed}"
        raise refusal("unknown-sheet", place, f"there is no sheet `{shown(name)}` in it", mend)
    return sheets[name]


# ---------------------------------------------------------------------------------------------------- rows


class _Parser(WorkSheetParser):  # type: ignore[misc]  # of a library without types
    """Reads the rows of a worksheet, and nothing of what Excel keeps behind them."""

    def rows(self) -> Iterator[_Line]:
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                line, cells = self.parse_row(element)
                element.clear()
                yield line, {cell["column"]: cell["value"] for cell in cells if cell["value"] is not None}
            elif element.tag == DATA_TAG:
                break
        while self.source.read(PIECE):  # to the end, where the archive says whether all was right
            pass

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        # Excel says of a result that is a text without characters that it is a text.
        if cell["value"] is None and element.get("t") != "str" and element.find(FORMULA_TAG) is not None:
            cell["value"] = _NO_RESULT
        return cell


def _lines(source: Input, book: Any, sheet: Any) -> Iterator[_Line]:
    """The rows of a worksheet that are there; Excel leaves out those that never held anything."""
    with sheet._get_source() as xml:
        formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
        rows = _Parser(xml, sheet._shared_strings, data_only=True, epoch=book.epoch, **formats).rows()
        while True:
            try:
                with _quiet():
                    held = list(islice(rows, _HELD))
            except Exception:  # as above
                raise _damaged(source) from None
            source.bytes_read = source.stream.tell() if held else source.total or 0
            if not held:
                return
            yield from held


class _Worksheet:
    """The table of a worksheet: its header, and the rows under it."""

    def __init__(
        self,
        source: Input,
        lines: Iterator[_Line],
        sheet: str,
        wanted: Collection[str],
        report: Callable[[Problem], None],
    ) -> None:
        self._name = source.name
        self._sheet = sheet
        self._report = report
        self._is_told = False
        first = list(islice(lines, SEARCHED))
        header = _header_of(first, wanted)
        if header is None:
            what = f"there is nothing in the sheet `{shown(sheet)}`, not even names of columns"
            raise refusal("empty-facts", source.name, what)
        line, names = first[header][0], _names_of(first[header])
        refuse_repeated((names.get(place, "") for place in range(1, max(names) + 1)), f"{source.name}:{line}")
        self.columns = tuple(names.values())
        self._places = names
        self._wanted = {place: name for place, name in names.items() if not wanted or name in wanted}
        self._lines = chain(first[header + 1 :], lines)

    def rows(self) -> Iterator[Row]:
        """The rows under the header; those without anything in the table's columns are none."""
        number = 0
        for line, cells in self._lines:
            if not any(map(_is_something, map(cells.get, self._places))):
                continue
            number += 1
            found = {name: cells.get(place) for place, name in self._wanted.items()}
            if _NO_RESULT in found.values():
                self._tell(line, cells)
                found = {name: None if value is _NO_RESULT else value for name, value in found.items()}
            yield Row(number, line, found)

    def _tell(self, line: int, cells: Mapping[int, object]) -> None:
        if self._is_told:
            return
        self._is_told = True
        column = next(place for place in self._wanted if cells.get(place) is _NO_RESULT)
        cell = f"{get_column_letter(column)}{line}"
        sheet = shown(self._sheet)
        what = f"the formula in cell {cell} of the sheet `{sheet}` was never worked out, and counts as missing"
        mend = "open the workbook in Excel, and save it; there may be more such cells"
        self._report(Problem("no-result", f"{self._name}:{line}", what, mend, "warning"))


def _header_of(lines: list[_Line], wanted: Collection[str]) -> int | None:
    """The place of the header: the row with most of the wanted names, without any most texts; the first of equals."""
    named = [set(_names_of(line).values()) for line in lines]
    texts = [sum(isinstance(value, str) for value in cells.values()) for _, cells in lines]
    for counts in ([len(names.intersection(wanted)) for names in named], texts, list(map(len, named))):
        if any(counts):
            return counts.index(max(counts))
    return None


def _names_of(line: _Line) -> dict[int, str]:
    """What stands in a row, as names of columns by their places."""
    names = {place: item_of(value) for place, value in sorted(line[1].items()) if value is not _NO_RESULT}
    return {place: name for place, name in names.items() if name}


def _is_something(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())
