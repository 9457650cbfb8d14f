"""An FMEA as an Excel workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

import gonogo
from gonogo_cli.formats.fmea import COLUMNS, cells
from gonogo_cli.output import beside

WIDTHS: Final = (24, 24, 14, 44, 10, 12, 11, 8, 13, 14, 15, 10, 40, 10)
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""When every workbook was made: the same FMEA is the same file."""


def write_workbook(rows: Sequence[gonogo.FmeaRow], graph: gonogo.CauseGraph, path: str) -> None:
    """Write one sheet: a bold head that stays, a filter, numbers as numbers, and texts that are never formulas."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = EPOCH
    book.properties.creator = "gonogo"
    sheet = book.create_sheet("FMEA")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{chr(ord('A') + len(COLUMNS) - 1)}{len(rows) + 1}"
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.append([_cell(sheet, name, bold=True) for name in COLUMNS])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in cells(row, graph)])
    with beside(path) as part:
        book.save(part)


def _cell(sheet: object, value: object, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with `=` is a text
    if bold:
        cell.font = Font(bold=True)
    return cell
