"""Facts: how files and pipes become rows, and what is said of those that do not."""

from __future__ import annotations

import io
import json
import os
import threading
import tracemalloc
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gonogo.facts import Facts, FactsOptions, Row, Unusable, open_facts, read_number, read_text
from gonogo.problems import Problem, Refused


def to_nobody(problem: Problem) -> None:
    """Report to nobody."""


class Read:
    """What reading gave: columns, rows, problems as lines, and what refused it in the end."""

    def __init__(
        self,
        content: str | bytes,
        name: str = "facts.csv",
        numbers: Collection[str] = (),
        folder: Path | None = None,
        **options: Any,
    ) -> None:
        self.problems: list[Problem] = []
        self.rows: list[Row] = []
        self.columns: tuple[str, ...] | None = None
        self.refused: Refused | None = None
        content = content.encode() if isinstance(content, str) else content
        path = str(folder / name) if folder else "-"
        if folder:
            Path(path).write_bytes(content)
        elif "format" not in options and name != "-":
            options["format"] = name.rsplit(".")[-1]
        try:
            with open_facts(path, numbers, FactsOptions(**options), self.problems.append, io.BytesIO(content)) as facts:
                self.columns = facts.columns
                self.rows.extend(facts)
        except Refused as refused:
            self.refused = refused

    @property
    def said(self) -> list[str]:
        return list(map(str, self.problems))

    @property
    def why(self) -> str:
        assert self.refused is not None
        return str(self.refused).replace("standard input", "F")

    @property
    def cells(self) -> list[dict[str, object]]:
        assert self.refused is None
        return [dict(row.cells) for row in self.rows]


FORMATS = "csv, jsonl, json, parquet, arrow or xlsx"
AB: list[dict[str, object]] = [{"a": "1", "b": "2"}]


# ---- CSV: rows and lines


def test_rows_carry_their_number_their_line_and_their_cells() -> None:
    read = Read('a,b\n1,"x\ny"\n\n3,4\n')
    assert read.columns == ("a", "b")
    assert [(row.number, row.line, dict(row.cells)) for row in read.rows] == [
        (1, 2, {"a": "1", "b": "x\ny"}),
        (2, 5, {"a": "3", "b": "4"}),
    ]
    assert read.said == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(end: str) -> None:
    read = Read(end.join(["a,b", "1,2", "", "3,4"]))
    assert read.cells == [*AB, {"a": "3", "b": "4"}]
    assert [row.line for row in read.rows] == [2, 4]


def test_quotes_hold_delimiters_line_ends_and_doubled_quotes() -> None:
    assert Read('a,b\n"1,5","say ""x""\r\ny"\n').cells == [{"a": "1,5", "b": 'say "x"\r\ny'}]


def test_other_line_separators_are_text() -> None:
    assert Read("a,b\n1\u2028,2\x0b\n").cells == [{"a": "1\u2028", "b": "2\x0b"}]


def test_a_header_without_rows_is_no_problem() -> None:
    read = Read("a,b\n")
    assert (read.columns, read.rows, read.refused) == (("a", "b"), [], None)


def test_names_of_columns_stand_without_blanks_around_them_and_cells_as_they_are() -> None:
    assert Read(" a ,\tb\n 1 ,2\n").cells == [{"a": " 1 ", "b": "2"}]


def test_blank_lines_before_the_header_are_skipped_and_counted() -> None:
    assert [row.line for row in Read("\n\na,b\n1,2\n   \n1,2\n").rows] == [4, 6]


def test_columns_without_a_name_are_no_columns() -> None:
    read = Read("a,b,,\n1,2,,\n")
    assert read.columns == ("a", "b")
    assert read.rows[0].cells["b"] == "2"


# ---- CSV: what is wrong with rows


def test_a_row_with_too_many_cells_is_named_and_trusted_with_nothing() -> None:
    read = Read("a,b\n1,2\n1,5,3\n4,5\n")
    assert read.cells == [*AB, {}, {"a": "4", "b": "5"}]
    assert [row.number for row in read.rows] == [1, 2, 3]
    (said,) = read.said
    assert said == (
        "standard input:3: row 2 has 3 cells under 2 columns (`3` too many), and all of them count as missing; "
        "quote a cell that holds `,` [too-many-cells]"
    )
    assert read.problems[0].severity == "error"


def test_surplus_cells_that_are_blank_are_no_shift() -> None:
    read = Read("a,b\n1,5,\n1,6, ,\n")
    assert (read.cells, read.said) == ([{"a": "1", "b": "5"}, {"a": "1", "b": "6"}], [])


def test_a_row_with_too_few_cells_lacks_the_last() -> None:
    read = Read("a,b,c\n1\n")
    assert read.cells == [{"a": "1"}]
    (said,) = read.said
    assert said == (
        "standard input:2: warning: row 1 has 1 cell under 3 columns; "
        "`b` and all after it count as missing [too-few-cells]"
    )


def test_a_repeated_column_is_refused() -> None:
    assert Read("a,b, a,c,c,a\n1,2,3,4,5,6\n").why.splitlines() == [
        "F:1: `a` names 3 columns, 1 and 3 the first; give each column a name of its own [repeated-column]",
        "F:1: `c` names 2 columns, 4 and 5 the first; give each column a name of its own [repeated-column]",
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "  \n", "\ufeff", ",,,\n"])
def test_an_empty_file_is_refused(content: str) -> None:
    assert Read(content).why == "F: there is nothing in it, not even names of columns [empty-facts]"


def test_a_quote_that_is_never_closed_is_refused_at_the_row_where_it_opens() -> None:
    read = Read('a,b\n1,2\n3,"4\n5,6\n')
    assert len(read.rows) == 1
    assert read.why == (
        "F:3: in the row that starts here a quote is opened and never closed; "
        "close it, or double a quote that stands for itself [broken-csv]"
    )


def test_a_quote_that_is_never_closed_swallows_neither_time_nor_memory() -> None:
    for rest in ("1,2\n" * 2_000_000, '"x\n","y\n",' * 500_000, "z" * 20_000_000, "\n" * 5_000_000):
        tracemalloc.start()
        content = io.BytesIO(('a,b\n3,"' + rest).encode())
        with pytest.raises(Refused, match=r"input:2: .*broken-csv"):
            list(open_facts("-", (), FactsOptions("csv"), to_nobody, content))
        peak = tracemalloc.get_traced_memory()[1] - len(content.getbuffer())
        tracemalloc.stop()
        assert peak < 60_000_000
        assert content.tell() < 3_000_000


def test_text_after_a_closing_quote_is_refused() -> None:
    assert Read('a,b\n1,"say "x""\n').why == (
        "F:2: in the row that starts here something follows a closing quote; "
        "double the quotes inside a quoted cell [broken-csv]"
    )


def test_a_quote_inside_an_unquoted_cell_is_a_quote() -> None:
    assert Read('a,b\n5" pipe,2\n').cells == [{"a": '5" pipe', "b": "2"}]


def test_a_line_without_end_is_refused() -> None:
    assert (
        "F:2: a line of more than 1,048,576 characters is no row of facts [broken-csv]"
        in Read("a\n" + "x," * 2**20).why
    )


def test_a_nul_character_is_refused_where_it_stands() -> None:
    assert (
        Read("a,b\n1,2\n3,\0\n").why
        == "F: this is not text, it seems to be a binary file; export it as CSV [unreadable]"
    )
    assert Read("a,b\n" + "1,2\n" * 100_000 + "3,\0\n").why == (
        "F:100002: a NUL character stands where only text should; export the facts anew, as UTF-8 [broken-encoding]"
    )


# ---- CSV: delimiters and decimal signs


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert Read("a,b\n1,2\n".replace(",", delimiter)).cells == AB


@pytest.mark.parametrize("content", ["a,b\n1,x;y\n2,z;z\n", "a;b\n1,5;2,5\n", 'a;b\n"1,5, ""x"";";2\n', "a|b\n1,2|3\n"])
def test_a_delimiter_inside_cells_misleads_nobody(content: str) -> None:
    assert Read(content).columns == ("a", "b")


def test_the_names_of_number_columns_tell_the_delimiter() -> None:
    content = "Torque, Nm;Speed, rpm\n1,5;2,5\n"
    assert Read(content, numbers=["Speed, rpm"]).columns == ("Torque, Nm", "Speed, rpm")


def test_a_single_column_needs_no_delimiter() -> None:
    assert Read("a\n1\n2\n").cells == [{"a": "1"}, {"a": "2"}]
    assert Read("a\n1,5\n", numbers=["a"]).said[0].endswith("[too-many-cells]")


@pytest.mark.parametrize("told", ["\t", "tab", "\\t"])
def test_the_delimiter_may_be_told(told: str) -> None:
    assert Read("a,x\tb\n1\t2\n", delimiter=told).columns == ("a,x", "b")


@pytest.mark.parametrize("told", ["", ";;", '"', "\n", "\0"])
def test_what_cannot_delimit_is_refused(told: str) -> None:
    assert Read("a,b\n", delimiter=told).why.endswith("say one character, such as `;`, or `tab` [bad-delimiter]")


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n'])
def test_the_separator_line_of_a_spreadsheet_is_understood(first: str) -> None:
    read = Read(first + "a;b,c\n1;2\n")
    assert read.columns == ("a", "b,c")
    assert read.rows[0].line == 3
    assert Read(first + "a;a\n1;2\n").why.startswith("F:2: `a` names")


def numbers_of(read: Read) -> list[str]:
    return [str(read_number(row.cells["b"])) for row in read.rows]


def test_decimal_commas_are_found_in_number_columns() -> None:
    read = Read("a;b\nx,1;12,5\ny;7\n", numbers=["b"])
    assert numbers_of(read) == ["12.5", "7"]
    assert [row.cells["a"] for row in read.rows] == ["x,1", "y"]
    assert read_text(read.rows[0].cells["b"]) == "12,5"


def test_an_abbreviation_among_the_numbers_is_no_decimal_point() -> None:
    assert numbers_of(Read("a;b\n1;\n1;12,5\n", numbers=["b"])) == ["None", "12.5"]
    assert str(Read("a;b\n1;k.A.\n1;12,5\n", numbers=["b"]).rows[1].cells["b"]) == "12.5"


def test_decimal_commas_are_not_guessed_where_points_stand_too() -> None:
    read = Read("a;b\n1;12,5\n1;1.5\n", numbers=["b"])
    with pytest.raises(Unusable, match="decimal commas"):
        read_number(read.rows[0].cells["b"])
    assert read_number(read.rows[1].cells["b"]) == Decimal("1.5")


def test_a_point_that_comes_later_in_a_file_of_decimal_commas_is_not_read_as_a_number() -> None:
    read = Read("a;b\n" + "1;12,5\n" * 20_000 + "1;1.234\n", numbers=["b"])
    with pytest.raises(Unusable, match=r"`1\.234` is not a number of a file with decimal commas"):
        read_number(read.rows[-1].cells["b"])


def test_the_decimal_sign_may_be_told() -> None:
    assert numbers_of(Read('a,b\n1,"1,5"\n', numbers=["b"], decimal=",")) == ["1.5"]
    assert Read("a;b\n1;1,5\n", numbers=["b"], decimal=".").cells == [{"a": "1", "b": "1,5"}]


def test_a_short_row_has_decimal_commas_too() -> None:
    read = Read("b;c\n1,5;2,5\n1,5\n", numbers=["b", "c"])
    assert numbers_of(read) == ["1.5", "1.5"]


# ---- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks_are_no_part_of_the_first_name(encoding: str) -> None:
    for content in ("ä,b\n1,2\n".encode(encoding), "\ufeffä,b\n1,2\n".encode("utf-16-be")):
        assert Read(content).cells == [{"ä": "1", "b": "2"}]


def test_a_file_that_is_not_utf8_is_read_as_windows_1252_and_that_is_told(tmp_path: Path) -> None:
    read = Read(b"a,b\n" + b"1,2\n" * 200_000 + "3,5 € – µm\n".encode("cp1252"), folder=tmp_path)
    assert read.rows[-1].cells["b"] == "5 € – µm"
    assert [p.code for p in read.problems] == ["assumed-encoding"]
    assert read.said[0].endswith(
        "warning: the file is not UTF-8, and is read as cp1252; "
        "say `--encoding cp1252` if that is right [assumed-encoding]"
    )


def test_bytes_that_windows_lacks_make_it_latin1(tmp_path: Path) -> None:
    assert Read(b"a,b\n1,\x81\xe4\n", folder=tmp_path).cells == [{"a": "1", "b": "\x81ä"}]


def test_a_late_broken_byte_in_a_pipe_stops_it_with_its_line() -> None:
    read = Read(b"a,b\n" + b"1,2\n" * 200_000 + b"3,\xe4\n4,4\n", name="-")
    assert read.why == (
        "F:200002: these bytes are not utf-8; say which encoding it is, such as `--encoding latin-1` [broken-encoding]"
    )
    assert len(read.rows) <= 200_000


def test_the_encoding_may_be_told() -> None:
    assert Read("a,ä\n1,2\n".encode("latin-1"), encoding="latin-1").columns == ("a", "ä")
    assert Read("a,ä\n1,2\n".encode("utf-16-le"), encoding="utf-16-le").columns == ("a", "ä")


@pytest.mark.parametrize("encoding", ["utf8x", "base64", "hex", "", "a\0b", "undefined"])
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    assert Read("a\n", encoding=encoding).why.endswith("say utf-8, cp1252, latin-1 or utf-16 [unknown-encoding]")


@pytest.mark.parametrize("cut", [1, 2, 3, 5])
def test_a_character_cut_in_two_by_a_pipe_is_whole(cut: int) -> None:
    class Dripping(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            return self.read(cut)

    facts = open_facts("-", (), FactsOptions(), to_nobody, Dripping("\ufeffä,€\r\n𝄞,ß\r\n".encode()))
    assert [dict(row.cells) for row in facts] == [{"ä": "𝄞", "€": "ß"}]


# ---- JSON lines


def test_json_lines_are_rows_and_their_numbers_are_decimals() -> None:
    read = Read('{"a": 8.60, "b": 12}\n\n{"a": "x", "b": null, "c": true}\r\n', "facts.jsonl")
    assert read.columns is None
    assert [(row.number, row.line) for row in read.rows] == [(1, 1), (2, 3)]
    assert read.cells == [{"a": Decimal("8.60"), "b": 12}, {"a": "x", "b": None, "c": True}]
    assert str(read.rows[0].cells["a"]) == "8.60"


def test_a_line_that_is_no_json_is_a_row_that_is_missing() -> None:
    read = Read('{"a": 1}\n  {"a": 1, b}\n[1]\n7\n{"a": 2} x\n' + "[" * 100_000 + "\n", "facts.jsonl")
    assert read.cells == [{"a": 1}, {}, {}, {}, {}, {}]
    mend = ", and all of it counts as missing; write one object, `{…}`, on each line [broken-json]"
    assert read.said == [
        f"standard input:2:12: row 2 is not JSON: expecting property name enclosed in double quotes{mend}",
        f"standard input:3:1: row 3 is not an object{mend}",
        f"standard input:4:1: row 4 is not an object{mend}",
        f"standard input:5:10: row 5 is not JSON: extra data{mend}",
        f"standard input:6:1: row 6 is nested too deeply{mend}",
    ]


def test_a_repeated_key_makes_the_row_missing() -> None:
    read = Read('{"a": 1, "b": 2, "a": 3}\n{"a": {"x": 1, "x": 2}}\n', "facts.jsonl")
    assert read.cells[0] == {}
    (said,) = read.said
    assert said == (
        "standard input:1: row 1 has the key `a` twice, and all of it counts as missing; "
        "give each value a key of its own [repeated-key]"
    )
    with pytest.raises(Unusable):
        read_number(read.rows[1].cells["a"])


@pytest.mark.parametrize(
    "number", ["NaN", "-Infinity", "1e999999999999999999999", "1" * 5000, "1e-500", "0." + "1" * 5000]
)
def test_json_numbers_beyond_all_bounds_cost_one_cell(number: str) -> None:
    read = Read(f'{{"a": {number}, "b": 1}}\n', "facts.jsonl")
    assert read.said == []
    with pytest.raises(Unusable):
        read_number(read.rows[0].cells["a"])
    assert read.rows[0].cells["b"] == 1


def test_a_json_line_without_end_is_refused() -> None:
    read = Read('{"a": "' + "x" * (1 << 25), "facts.jsonl")
    assert read.why == "F:1: a line of more than 16,777,216 characters is no row of facts [broken-json]"


# ---- JSON


@pytest.mark.parametrize("content", ['[{"a": 1},\n {"a": 8.6}]', '\n[ {"a":1} , {"a":8.6} ]\n', '[{"a":1},{"a":8.6}]'])
def test_an_array_of_objects_is_rows(content: str) -> None:
    assert Read(content, "facts.json").cells == [{"a": 1}, {"a": Decimal("8.6")}]


def test_one_object_is_one_row() -> None:
    assert Read('{\n "a": 1\n}\n', "facts.json").cells == [{"a": 1}]


def test_an_empty_array_has_no_rows() -> None:
    assert Read("[ ]\n", "facts.json").cells == []


def test_rows_of_an_array_carry_the_lines_they_start_on() -> None:
    objects = ",\n".join('{"a": 1,\n "b": "' + "x" * 50_000 + '"}' for _ in range(20))
    read = Read(f"[\n{objects}]", "facts.json")
    assert [row.line for row in read.rows] == list(range(2, 42, 2))
    assert [row.number for row in read.rows] == list(range(1, 21))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("7", "1:1: this is neither an array of objects nor an object"),
        ("[1, 2]", "1:2: row 1 is not an object; write an array of objects, `[{…}, {…}]`"),
        ('[{"a": 1},\n  [1]]', "2:3: row 2 is not an object; write an array of objects, `[{…}, {…}]`"),
        ('[{"a": 1},]', "1:11: row 2 is not an object; write an array of objects, `[{…}, {…}]`"),
        (
            '[{"a": 1}\n{"a": 2}]',
            "2:1: the array is not closed here; write `,` between two objects and `]` after the last",
        ),
        ('[{"a": 1}', "1:10: the array is not closed here; write `,` between two objects and `]` after the last"),
        ("[", "1:2: row 1 is not an object; write an array of objects, `[{…}, {…}]`"),
        ('[\n{"a": 1,\n "b" 2}]', "3:6: this is not JSON: expecting `:` delimiter"),
        ('{"a": 1}\n{"a": 2}', "2:1: something follows the end of the JSON; end the name of JSON lines with `.jsonl`"),
        ('{"a": "x', "1:7: this is not JSON: unterminated string"),
        ('[{"a":' + "[" * 100_000, "1:2: this is nested too deeply"),
    ],
)
def test_any_other_json_is_refused_where_it_goes_wrong(content: str, why: str) -> None:
    assert Read(content, "facts.json").why == f"F:{why} [broken-json]"


def test_the_place_of_an_error_survives_the_window_that_moves() -> None:
    objects = ('{"a": "' + "x" * 1000 + '"},\n') * 2_000
    assert Read(f'[{objects}  {{"a" 1}}]', "facts.json").why.startswith("F:2001:8: this is not JSON: expecting `:`")
    flat = objects.replace("\n", "")
    assert Read(f'[{flat}  {{"a" 1}}]', "facts.json").why.startswith(f"F:1:{1 + len(flat) + 2 + 6}: ")


def test_a_repeated_key_in_an_array_makes_one_row_missing() -> None:
    read = Read('[{"a": 1, "a": 2}, {"a": 3}]', "facts.json")
    assert read.cells == [{}, {"a": 3}]
    assert read.problems[0].code == "repeated-key"


def test_an_object_without_end_swallows_neither_time_nor_memory() -> None:
    read = Read('[{"a": "' + "x" * 60_000_000, "facts.json")
    assert read.why.endswith("[broken-json]")


# ---- which format it is


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("f.csv", "a,b\n1,2\n"),
        ("f.TSV", "a\tb\n1\t2\n"),
        ("f.txt", "a;b\n1;2\n"),
        ("f.jsonl", '{"a": "1", "b": "2"}\n'),
        ("f.ndjson", '{"a": "1", "b": "2"}\n'),
        ("f.json", '[{"a": "1", "b": "2"}]'),
        ("f", "a,b\n1,2\n"),
        ("f.dat", '\n {"a": "1", "b": "2"}\n'),
        ("f.dat", '\n[{"a": "1", "b": "2"}]\n'),
        ("f.dat", '{"a": "1",\n"b": "2"}'),
    ],
)
def test_the_format_follows_from_the_ending_or_the_first_character(tmp_path: Path, name: str, content: str) -> None:
    assert Read(content, name, folder=tmp_path).cells == AB
    if "." not in name or name.endswith(".dat"):
        assert Read(content, "-").cells == AB


def test_the_format_may_be_told(tmp_path: Path) -> None:
    assert Read('{"a": "1", "b": "2"}', "f.csv", folder=tmp_path, format="json").cells == AB
    assert Read("a", format="xml").why == f"-: `xml` is not a format of facts; say {FORMATS} [unknown-format]"


@pytest.mark.parametrize("name", ["f.csv", "f.json", "f.jsonl", "f"])
def test_nothing_is_refused_in_every_format(tmp_path: Path, name: str) -> None:
    for content in ("", " \n"):
        assert Read(content, name, folder=tmp_path).why.endswith("[empty-facts]")


# ---- files that cannot be read


def refusal_of(path: Path | str) -> str:
    with pytest.raises(Refused) as caught:
        open_facts(str(path), (), FactsOptions(), to_nobody)
    return str(caught.value)


def test_a_missing_file_is_told_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "inspection.csv").write_text("a\n")
    assert refusal_of(tmp_path / "inspektion.csv") == (
        f"{tmp_path}/inspektion.csv: there is no such file; perhaps `{tmp_path}/inspection.csv` is meant [unreadable]"
    )
    assert refusal_of(tmp_path / "xyz") == f"{tmp_path}/xyz: there is no such file [unreadable]"
    assert refusal_of(tmp_path / "no" / "xyz").endswith("there is no such file [unreadable]")


def test_a_folder_and_a_name_that_no_file_can_have_are_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path) == f"{tmp_path}: this is a folder; name a file in it [unreadable]"
    assert refusal_of("a\0b").endswith("[unreadable]")
    assert refusal_of("x" * 5000).endswith("[unreadable]")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a\n")
    path.chmod(0)
    assert refusal_of(path).endswith("this file may not be read; ask for the right to read it [unreadable]")


@pytest.mark.parametrize(
    ("head", "kind", "mend"),
    [
        (
            b"PK\x03\x04\x14\x00",
            "an Excel workbook or another zip archive",
            "give its name the ending `.xlsx` if it is one",
        ),
        (b"PAR1\x15\x00\x15", "a Parquet file", "give its name the ending `.parquet`"),
        (b"ARROW1\x00\x00", "an Arrow file", "give its name the ending `.arrow`"),
        (
            b"\xd0\xcf\x11\xe0\xa1\x00",
            "an old or an encrypted workbook",
            "save it in Excel as `.xlsx`, without a password",
        ),
        (b"a\x00,\x00b\x00", "a binary file", "export it as CSV"),
    ],
)
def test_a_binary_file_is_refused_and_called_what_it_seems_to_be(
    tmp_path: Path, head: bytes, kind: str, mend: str
) -> None:
    read = Read(head, "f.csv", folder=tmp_path)
    assert str(read.refused) == f"{tmp_path}/f.csv: this is not text, it seems to be {kind}; {mend} [unreadable]"


@pytest.mark.parametrize(("text", "count"), [('{"a": 1}\n{"a": 2}\n', 2), ('[{"a": 1}]', 1), ("a\n1\n2\n3\n", 3)])
def test_a_text_file_is_what_it_begins_like(tmp_path: Path, text: str, count: int) -> None:
    assert len(Read(text, "f.txt", folder=tmp_path).rows) == count


def test_json_under_the_name_of_a_csv_is_refused(tmp_path: Path) -> None:
    read = Read('{"a": 1}\n', "f.csv", folder=tmp_path)
    assert "--facts-format jsonl" in str(read.refused)
    assert Read("[mm],[N]\n1,2\n", "g.csv", folder=tmp_path).columns == ("[mm]", "[N]")


def test_a_decimal_comma_that_was_found_out_is_told_once() -> None:
    (said,) = Read("a;b\n1;1,500\n2;2,5\n", numbers=["b"]).said
    assert said.startswith("standard input: warning: commas are read as decimal signs, `2,5` as 2.5; say `--decimal ,`")


def test_a_header_that_only_starts_like_a_binary_file_is_a_header() -> None:
    assert Read("PAR1,PAR2\n1,2\n").columns == ("PAR1", "PAR2")


# ---- streams


def first_row_of_a_pipe(first: bytes, rest: bytes) -> None:
    """The first row is there before the rest was written; then all are."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb", buffering=0) as pen:
        pen.write(first)
        answers: list[Any] = []

        def read() -> None:
            with open_facts("-", ["a"], FactsOptions(), answers.append, pipe) as facts:
                rows = iter(facts)
                answers.append(next(rows).cells)
                arrived.set()
                answers.extend(row.cells for row in rows)

        arrived = threading.Event()
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        assert arrived.wait(20), "no row came before the rest was written"
        pen.write(rest)
        pen.close()
        thread.join(20)
        assert [str(cells["a"]) for cells in answers] == ["1", "2"]


def test_the_first_row_of_a_csv_pipe_comes_before_the_rest_is_written() -> None:
    first_row_of_a_pipe(b"a,b\n1,2\n", b"2,3\n")


def test_the_first_row_of_a_json_lines_pipe_comes_before_the_rest_is_written() -> None:
    first_row_of_a_pipe(b'{"a": 1}\n', b'{"a": 2}\n')


def test_the_first_row_of_a_json_pipe_comes_before_the_rest_is_written() -> None:
    first_row_of_a_pipe(b'[{"a": 1}', b',{"a": 2}]')


@pytest.mark.parametrize("ending", ["csv", "jsonl", "json"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, ending: str) -> None:
    row = {"csv": '1,"x"\n', "jsonl": '{"a": 1, "b": "x"}\n', "json": '{"a": 1, "b": "x"},\n'}[ending].replace(
        "x", "x" * 200
    )
    opening, closing = {"csv": ("a,b\n", ""), "jsonl": ("", ""), "json": ("[", '{"a": 1}]')}[ending]
    path = tmp_path / f"f.{ending}"
    path.write_text(opening + row * 40_000 + closing)
    tracemalloc.start()
    with open_facts(str(path), (), FactsOptions(), to_nobody) as facts:
        count = sum(1 for _ in facts)
        assert facts.progress() == (path.stat().st_size, path.stat().st_size)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count >= 40_000
    assert peak < 4_500_000 < path.stat().st_size


def test_progress_goes_from_the_first_piece_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a,b\n" + "1,2\n" * 500_000)
    with open_facts(str(path), (), FactsOptions(), to_nobody) as facts:
        next(iter(facts))
        done, total = facts.progress()
        assert total == path.stat().st_size
        assert 0 < done < total
    assert open_facts("-", (), FactsOptions(), to_nobody, io.BytesIO(b"a\n1\n")).progress() == (4, None)


def test_standard_input_stays_open() -> None:
    stdin = io.BytesIO(b"a\n1\n")
    open_facts("-", (), FactsOptions(), to_nobody, stdin).close()
    assert not stdin.closed


def test_a_named_pipe_is_read_like_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    thread = threading.Thread(target=path.write_text, args=("a,b\n1,2\n",), daemon=True)
    thread.start()
    with open_facts(str(path), (), FactsOptions(), to_nobody) as facts:
        assert isinstance(facts, Facts)
        assert facts.progress()[1] is None
        assert [dict(row.cells) for row in facts] == AB
    thread.join()


def test_csv_and_json_lines_say_the_same_numbers(tmp_path: Path) -> None:
    texts = ["8.6", "298.10", "-0.5", "1e3", "12", "1.5E-7"]
    csv_rows = Read("\n".join(["a,b", *(f"{text}," for text in texts)]) + "\n").rows
    json_rows = Read("".join(f'{{"a": {text}}}\n' for text in texts), "f.jsonl").rows
    numbers = [read_number(row.cells["a"]) for row in csv_rows]
    assert numbers == [read_number(row.cells["a"]) for row in json_rows]
    assert json.loads("8.6") != Decimal("8.6") == numbers[0]


def test_a_comma_that_may_part_thousands_is_not_guessed_at() -> None:
    read = Read("id;b\n1;50\n2;1,234\n", numbers=["b"])
    assert read.why.endswith("write the numbers without thousands separators [ambiguous-decimal]")
    assert numbers_of(Read("id;b\n1;24,987\n2;0,5\n", numbers=["b"])) == ["24.987", "0.5"]
    told = Read("id;b\n1;24,987\n", decimal=",", numbers=["b"])
    assert numbers_of(told) == ["24.987"]
