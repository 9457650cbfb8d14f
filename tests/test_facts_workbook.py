"""Workbooks: what stands under the header of a worksheet becomes rows, wherever the header stands."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from gonogo.facts import FactsOptions, Unusable, open_facts, read_date, read_number, read_text
from read_facts import Read

AB: list[list[object]] = [["a", "b"], [1, "x"], [2.5, None]]


def book(path: Path, *sheets: tuple[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook of these sheets."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets:
        sheet = workbook.create_sheet(title)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(line, column, value)
    workbook.save(path)
    return path


def one(path: Path, *rows: Sequence[object]) -> Path:
    return book(path / "f.xlsx", ("Sheet", rows))


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The workbook with some of its parts changed, or left out."""
    with zipfile.ZipFile(path) as archive:
        parts = [(name, change(name, archive.read(name))) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            if content is not None:
                archive.writestr(name, content)
    return path


def with_cells(path: Path, pattern: str, cell: str) -> Path:
    """The workbook with some XML of its first sheet replaced."""

    def change(name: str, content: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return content
        changed = re.sub(pattern, cell, content.decode())
        assert changed != content.decode()
        return changed.encode()

    return rewritten(path, change)


# ---- rows


@pytest.mark.parametrize("name", ["f.xlsx", "f.XLSM", "f", "f.dat"])
def test_rows_carry_the_number_that_excel_gives_them(tmp_path: Path, name: str) -> None:
    read = Read(book(tmp_path / name, ("Sheet", AB)))
    assert read.columns == ("a", "b")
    assert [(row.number, row.line) for row in read.rows] == [(1, 2), (2, 3)]
    assert read.cells == [{"a": 1, "b": "x"}, {"a": 2.5, "b": None}]
    assert read.said == []


def test_only_wanted_cells_are_kept_and_all_columns_are_known(tmp_path: Path) -> None:
    read = Read(one(tmp_path, *AB), wanted={"a", "z"})
    assert (read.columns, read.cells) == (("a", "b"), [{"a": 1}, {"a": 2.5}])


def test_titles_and_blank_rows_above_the_header_are_skipped(tmp_path: Path) -> None:
    path = one(
        tmp_path, ["Inspection report"], [], ["made by", "a"], ["x", "y", "z"], [None, "b", " a ", "c"], [0, 1, 2]
    )
    read = Read(path, wanted={"a", "b"})
    assert read.columns == ("b", "a", "c")
    assert [(row.line, row.cells) for row in read.rows] == [(6, {"a": 2, "b": 1})]


def test_the_header_is_the_first_of_the_rows_that_name_as_many(tmp_path: Path) -> None:
    read = Read(one(tmp_path, ["a", "b"], ["a", "b"], [1, 2]), wanted={"a", "b"})
    assert read.cells == [{"a": "a", "b": "b"}, {"a": 1, "b": 2}]


def test_where_no_row_names_a_wanted_column_the_header_is_the_row_of_most_texts(tmp_path: Path) -> None:
    path = one(tmp_path, ["Report", 2026], [], ["A", "B", "C"], ["x", 1, 2])
    assert Read(path, wanted={"a"}).columns == ("A", "B", "C")
    assert Read(path).columns == ("A", "B", "C")


def test_a_header_beyond_fifty_rows_is_not_found(tmp_path: Path) -> None:
    path = one(tmp_path, *[["t"]] * 50, ["a", "b"])
    assert Read(path, wanted={"a"}).columns == ("t",)


def test_blank_rows_under_the_header_are_skipped_and_counted(tmp_path: Path) -> None:
    read = Read(one(tmp_path, ["a", "b"], [1, 2], [None, "  "], [], [3, 4]))
    assert [(row.number, row.line) for row in read.rows] == [(1, 2), (2, 5)]


def test_what_stands_beside_the_table_is_no_part_of_it(tmp_path: Path) -> None:
    read = Read(one(tmp_path, ["a", None, "b"], [1, "note", 2, "note"], [None, "note"]))
    assert (read.columns, read.cells) == (("a", "b"), [{"a": 1, "b": 2}])


def test_a_row_whose_wanted_cells_are_missing_is_a_row(tmp_path: Path) -> None:
    assert Read(one(tmp_path, ["a", "b"], [None, 2]), wanted={"a"}).cells == [{"a": None}]


def test_names_of_columns_may_be_numbers(tmp_path: Path) -> None:
    assert Read(one(tmp_path, ["a", 2026, 8.0], [1, 2, 3])).columns == ("a", "2026", "8")


def test_a_repeated_name_in_a_worksheet_is_refused_at_its_row(tmp_path: Path) -> None:
    assert Read(one(tmp_path, ["title"], ["a", None, "b", "a"])).refused == (
        "F:2: `a` names 2 columns, 1 and 4 the first; give each column a name of its own [repeated-column]"
    )


def test_a_header_without_rows_is_no_problem_in_a_worksheet(tmp_path: Path) -> None:
    read = Read(one(tmp_path, ["a", "b"]))
    assert (read.columns, read.cells) == (("a", "b"), [])


def test_an_empty_worksheet_is_refused(tmp_path: Path) -> None:
    assert Read(one(tmp_path)).refused == (
        "F: there is nothing in the sheet `Sheet`, not even names of columns [empty-facts]"
    )


def test_a_worksheet_that_says_too_little_of_its_size_is_read_whole(tmp_path: Path) -> None:
    path = with_cells(one(tmp_path, *AB), r'<dimension ref="[^"]*"', '<dimension ref="A1:A1"')
    assert len(Read(path).cells) == 2
    assert Read(path).columns == ("a", "b")


def test_what_excel_keeps_behind_the_rows_is_not_looked_at(tmp_path: Path) -> None:
    path = with_cells(one(tmp_path, *AB), "</sheetData>", '</sheetData><conditionalFormatting sqref="Ü"/>')
    assert len(Read(path).cells) == 2


# ---- cells


def test_numbers_flags_dates_and_texts_are_cells_as_excel_has_them(tmp_path: Path) -> None:
    row = [8, 8.6, True, datetime(2026, 1, 31, 14, 5), date(2026, 1, 31), " µm ", "12,5", -0.001]
    path = one(tmp_path, list("abcdefgh"), row)
    cells = list(Read(path).rows[0].cells.values())
    assert cells == [*row[:4], datetime(2026, 1, 31), *row[5:]]
    assert read_date(cells[4]) == date(2026, 1, 31).toordinal()
    assert isinstance(cells[0], int)
    assert str(read_number(cells[1])) == "8.6"


def test_a_float_stays_a_float(tmp_path: Path) -> None:
    path = with_cells(one(tmp_path, ["a"], [8]), "<v>8</v>", "<v>8.0</v>")
    (cell,) = Read(path).rows[0].cells.values()
    assert isinstance(cell, float)


def test_an_error_of_a_formula_is_no_number(tmp_path: Path) -> None:
    for error in ("#N/A", "#DIV/0!", "#VALUE!"):
        (cell,) = Read(one(tmp_path, ["a"], [error])).rows[0].cells.values()
        with pytest.raises(Unusable, match=error):
            read_number(cell)


def test_a_date_beyond_the_calendar_and_a_time_of_day_are_no_dates(tmp_path: Path) -> None:
    path = one(tmp_path, ["a"], [date(2026, 1, 31)], [time(12, 30)])
    path = with_cells(path, r"<v>46053</v>", "<v>99999999999</v>")
    for row in Read(path).rows:
        with pytest.raises(Unusable):
            read_date(row.cells["a"])


def test_a_formula_without_a_result_counts_as_missing_and_the_first_is_named(tmp_path: Path) -> None:
    path = one(tmp_path, ["a", "b"], [1, 2], [3, "=A3*2"], ["=A2", "=A3"])
    read = Read(path)
    assert read.cells == [{"a": 1, "b": 2}, {"a": 3, "b": None}, {"a": None, "b": None}]
    (said,) = read.said
    assert said == (
        "F:3: warning: the formula in cell B3 of the sheet `Sheet` was never worked out, and counts as missing; "
        "open the workbook in Excel, and save it; there may be more such cells [no-result]"
    )
    assert Read(path, wanted={"a"}).said[0].startswith("F:4: warning: the formula in cell A4")


def test_a_formula_with_a_result_is_its_result(tmp_path: Path) -> None:
    path = one(tmp_path, ["a", "b"], ["=1+1", '=""'])
    cell = r'<c r="A2"><f>1\+1</f><v ?/?>(</v>)?</c>'
    path = with_cells(path, cell, '<c r="A2"><f>1+1</f><v>2</v></c>')
    path = with_cells(path, r'<c r="B2">(<f>[^<]*</f>)<v ?/?>(</v>)?</c>', r'<c r="B2" t="str">\1<v></v></c>')
    read = Read(path)
    assert (read.cells, read.said) == ([{"a": 2, "b": None}], [])


# ---- sheets


def test_the_first_sheet_that_is_not_hidden_is_read(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.active.append(["hidden"])
    workbook.active.sheet_state = "hidden"
    workbook.create_sheet("Data").append(["a"])
    workbook.create_sheet("More").append(["b"])
    workbook.create_chartsheet("Chart", 0).add_chart(BarChart())
    workbook.save(tmp_path / "f.xlsx")
    assert Read(tmp_path / "f.xlsx").columns == ("a",)
    assert Read(tmp_path / "f.xlsx", sheet="More").columns == ("b",)
    assert Read(tmp_path / "f.xlsx", sheet="Sheet").columns == ("hidden",)


def test_an_unknown_sheet_is_told_the_nearest(tmp_path: Path) -> None:
    path = book(tmp_path / "f.xlsx", ("Measurements", AB), ("Notes", AB))
    assert Read(path, sheet="measurement").refused == (
        "F: there is no sheet `measurement` in it; perhaps `Measurements` is meant [unknown-sheet]"
    )
    assert Read(path, sheet="xyz").refused == (
        "F: there is no sheet `xyz` in it; the sheets are `Measurements`, `Notes` [unknown-sheet]"
    )


# ---- files that are something else, or broken

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600_000


def test_an_old_and_an_encrypted_workbook_are_called_that(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(OLD)
    assert Read(path).refused == (
        "F: this is an old Excel workbook, which is not read; save it in Excel as `.xlsx` [unreadable]"
    )
    path.write_bytes(OLD + "EncryptedPackage".encode("utf-16-le") + OLD)
    assert Read(path).refused == "F: this workbook is encrypted; save it without a password [unreadable]"
    path.write_bytes(OLD)
    path.rename(tmp_path / "f.xls")
    assert "old Excel workbook" in Read(tmp_path / "f.xls").refused


DAMAGED = (
    "F: this is no Excel workbook, or it is damaged or cut off; open it in Excel, and save it as `.xlsx` [unreadable]"
)


def test_another_archive_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f.xlsx", "w") as archive:
        archive.writestr("a.csv", "a,b\n")
    assert Read(tmp_path / "f.xlsx").refused == DAMAGED
    (tmp_path / "f.xlsx").write_text("a,b\n1,2\n")
    assert Read(tmp_path / "f.xlsx").refused == (
        "F: this is not an Excel workbook; give its name the ending of what it is [mistaken-format]"
    )
    (tmp_path / "f.xlsx").write_bytes(b"")
    assert Read(tmp_path / "f.xlsx").refused == "F: there is nothing in it [empty-facts]"


def test_a_workbook_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = one(tmp_path, ["a"], *[[n] for n in range(1000)])
    content = path.read_bytes()
    for end in range(30, len(content), 211):
        path.write_bytes(content[:end])
        assert Read(path).refused == DAMAGED


def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    path = one(tmp_path, ["a", "b"], *[[n, f"text {n}"] for n in range(300)])
    content, chance = path.read_bytes(), random.Random(5)
    for _ in range(60):
        damaged = bytearray(content)
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        refused = Read(path).refused
        assert not refused or refused.endswith((DAMAGED, "-facts]", "-format]", "-column]"))


def test_rows_whose_xml_is_broken_are_not_the_end(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a"]]
    rows.extend([n] for n in range(500))
    read = Read(with_cells(one(tmp_path, *rows), r'<row r="400".*', ""))
    assert read.refused == DAMAGED
    assert len(read.rows) < 400
    read = Read(with_cells(one(tmp_path, *rows), '<c r="A450"', '<c r="AAAAA450"'))
    assert read.refused == DAMAGED


def test_a_workbook_comes_through_no_pipe(tmp_path: Path) -> None:
    content = one(tmp_path, *AB).read_bytes()
    for options in ({}, {"format": "xlsx"}):
        assert Read("-", stdin=io.BytesIO(content), **options).refused == (
            "F: an Excel workbook is not read from its start to its end, and can't come through a pipe; "
            "name the file itself [unreadable]"
        )


def test_a_workbook_is_closed_and_its_progress_ends_with_its_bytes(tmp_path: Path) -> None:
    path = one(tmp_path, ["a"], *[[n] for n in range(2000)])
    assert Read(path).progress == (path.stat().st_size,) * 2
    with open_facts(str(path), (), FactsOptions(), lambda _: None) as facts:
        assert next(iter(facts)).cells == {"a": 0}
    path.unlink()


def test_text_of_a_worksheet_is_text(tmp_path: Path) -> None:
    (cell,) = Read(one(tmp_path, ["a"], ["S-1"])).rows[0].cells.values()
    assert read_text(cell) == "S-1"
