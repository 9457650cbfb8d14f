"""Plain CSV: what is accepted as plain, DuckDB reads to the cells that our own reader gives, or not at all."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gonogo.facts import FactsOptions
from gonogo.facts.plain import PlainCsv, plain_csv
from gonogo.facts.unusable import as_written
from read_facts import Read


def plain(folder: Path, content: str | bytes, name: str = "f.csv", **options: str) -> PlainCsv | None:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return plain_csv(str(path), {"b"}, FactsOptions(**options))  # type: ignore[arg-type]


def string(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def relation(found: PlainCsv) -> str:
    """The SQL that reads a plain file."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(found.columns)))
    return (
        f"read_csv({string(found.path)}, auto_detect = false, header = true, columns = {{{columns}}}, "
        f"delim = {string(found.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, null_padding = false, "
        f"compression = '{found.compression or 'none'}')"
    )


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        yield connection


def rows_in_sql(duck: duckdb.DuckDBPyConnection, found: PlainCsv) -> list[dict[str, str]] | None:
    """The cells that hold something, under their names; None where DuckDB refuses the file."""
    try:
        rows = duck.execute(f"SELECT * FROM {relation(found)}").fetchall()
    except duckdb.Error:
        return None
    return [filled(dict(zip(found.columns, row, strict=True))) for row in rows]


def filled(cells: dict[str, object]) -> dict[str, str]:
    """The cells that are not missing, under names."""
    texts = {name: as_written(text) for name, text in cells.items() if name and isinstance(text, str)}
    return {name: text for name, text in texts.items() if text.strip()}


# ---- what is plain


def test_a_plain_file_is_told_with_all_that_must_be_known(tmp_path: Path) -> None:
    found = plain(tmp_path, "a; b ;;ü\nx;1,5;;\ny;2;3;")
    assert found == PlainCsv(
        str(tmp_path / "f.csv"), ("a", "b", "", "ü"), ";", ",", None, 2, has_bom=False, example="1,5"
    )


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("a,b\n", 0),
        ("a,b", 0),
        ("a,b\r\n1,2\r\n", 1),
        ("a,b\r\n1,2", 1),
        ("a\n1\n2", 2),
        ("a,b\n,\n", 1),
        ('a,b\n"x, y","2"\n"",""\n', 2),
        ("a,b\nµ,2\n", 1),
        ("a,b\n 1,2\n", 1),
        ("a,b\n1,2,3\n", 1),
    ],
)
def test_a_file_that_is_plain_has_so_many_rows(tmp_path: Path, content: str, rows: int) -> None:
    found = plain(tmp_path, content)
    assert found is not None
    assert found.rows == rows


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "\na,b\n1,2\n",
        "a,b\n\n1,2\n",
        "a,b\n  \n1,2\n",
        "a,b\n1,2\n\n",
        "a,b\n1,2\n \x1c",
        "a,b\n\u2003\n",
        "a,b\r\n\r\n1,2\r\n",
        "a,b\r\n1,2\n",
        "a,b\n1,2\r\n",
        "a,b\r1,2\r",
        "a,b\n1,2\r",
        "a,b\r\n1\r,2\r\n",
        "a,a\n1,2\n",
        ",,\n1,2\n",
        '"a",b\n1,2\n',
        "sep=;\na;b\n1;2\n",
        "a,b\n1,\0\n",
        'a,b\n"x""y",2\n',
        'a,b\n"x\ny",2\n',
        'a,b\n"x,2\n',
        'a,b\nx"y",2\n',
        'a,b\n "x",2\n',
        'a,b\n"x" ,2\n',
        'a,b\nx",",2\n',
        '[{"a": 1}]',
        '{"a": 1}\n',
        "a\n" + "x" * 140_000 + "\n",
        "a\n" + "1\n" * 700_000 + "x" * 140_000 + "\n",
        "id;b\n1;1,234\n",
    ],
)
def test_a_file_that_leaves_something_to_opinion_is_not_plain(tmp_path: Path, content: str) -> None:
    assert plain(tmp_path, content) is None


def test_what_is_no_utf8_is_not_plain(tmp_path: Path) -> None:
    assert plain(tmp_path, "a,b\nä,2\n".encode("latin-1")) is None
    assert plain(tmp_path, "a,b\n1,2\n".encode("utf-16")) is None
    assert plain(tmp_path, "a,b\n" + "1,2\n" * 500_000 + "3,2\n", encoding="utf8") is not None
    assert plain(tmp_path, b"a,b\n" + b"1,2\n" * 500_000 + b"\xe4,2\n") is None
    assert plain(tmp_path, "a,b\n1,2\n", encoding="latin-1") is None
    assert plain(tmp_path, "a,b\n1,2\n", encoding="no such") is None


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    found = plain(tmp_path, "\ufeffa,b\n1,2\n")
    assert found is not None
    assert (found.columns, found.has_bom, found.rows) == (("a", "b"), True, 1)


def test_what_is_told_is_believed(tmp_path: Path) -> None:
    assert plain(tmp_path, "a,b\n1,2\n", format="json") is None
    assert plain(tmp_path, "a,b\n1,2\n", delimiter="§") is None
    found = plain(tmp_path, "a;b,c\n1;1,5\n", delimiter=",", decimal=".")
    assert found is not None
    assert (found.delimiter, found.decimal, found.columns) == (",", ".", ("a;b", "c"))
    assert plain(tmp_path, '{"a": 1}\n', format="csv") is None
    assert plain(tmp_path, "a\tb\n1,5\t2\n", "f.tsv") is not None


def test_only_a_regular_file_of_text_is_plain(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in ("-", str(tmp_path), str(tmp_path / "none.csv"), str(tmp_path / "pipe.csv"), "a\0b"):
        assert plain_csv(path, (), FactsOptions()) is None
    assert plain(tmp_path, "a,b\n1,2\n", "f.parquet") is None
    assert plain(tmp_path, b"PAR1\0\0\0\0\0", "f") is None
    assert plain(tmp_path, b"PAR1\0\0\0\0\0", "f.csv") is None


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_packed_file_may_be_plain(tmp_path: Path, duck: duckdb.DuckDBPyConnection, compression: str) -> None:
    content = b"\xef\xbb\xbfa,b\n" + b"".join(b'"x, %d",%d\n' % (n, n) for n in range(200_000))
    path = tmp_path / "f.csv"
    if compression == "gzip":  # two members, as logs that were put together have
        path.write_bytes(gzip.compress(content[:1_000_000]) + gzip.compress(content[1_000_000:]))
    else:
        with pa.output_stream(path, compression="zstd") as stream:
            stream.write(content)
    found = plain_csv(str(path), (), FactsOptions())
    assert found is not None
    assert (found.compression, found.rows, found.has_bom) == (compression, 200_000, True)
    total = f"SELECT count(*), count(DISTINCT c0), sum(c1::BIGINT) FROM {relation(found)}"
    assert duck.execute(total).fetchone() == (200_000, 200_000, sum(range(200_000)))
    path.write_bytes(path.read_bytes()[:-9])
    assert plain_csv(str(path), (), FactsOptions()) is None


def test_blocks_end_where_lines_end(tmp_path: Path, duck: duckdb.DuckDBPyConnection) -> None:
    content = "a,b\r\n" + "".join(f'{n},"é{n}"\r\n' for n in range(150_000))
    found = plain(tmp_path, content)
    assert found is not None
    assert found.rows == 150_000
    assert duck.execute(f"SELECT count(*), max(c1) FROM {relation(found)}").fetchone() == (150_000, "é99999")
    assert plain(tmp_path, content + "\r\n") is None


# ---- the promise

PIECES = st.sampled_from(
    ["a", "b", "1", "2.5", "1,5", ",", ",", ";", "\t", "|", '"', '"x"', '"x, y"', '""', "\n", "\n", "\n", "\r\n", "\r",
     " ", "é", "\u2003", "\u2028", "\x0b", "\x1c", "\\", "'", "#", "NULL", "-", "\ufeff"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=24).map("".join)
CELLS = st.sampled_from(
    ["", "", "1", "x", " ", '"x"', '""', '"a,b"', "é", "\\", '"\\"', "'", "#c", "1 2", '" "', "NULL"]
)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Texts that are CSV but for a row here and there."""
    width, mark, end = draw(st.integers(1, 3)), draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n"]))
    names = draw(st.lists(st.sampled_from(["a", "b", " c", "", "d e"]), min_size=width, max_size=width))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4))
    odd = draw(st.lists(st.lists(CELLS, max_size=4), max_size=1))
    bom, last = draw(st.sampled_from(["", "\ufeff"])), draw(st.sampled_from(["", end]))
    return bom + end.join(mark.join(row) for row in [names, *rows, *odd]) + last


def assert_read_alike(duck: duckdb.DuckDBPyConnection, text: str, name: str = "f.csv") -> PlainCsv | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        found = plain_csv(str(path), {"b"}, FactsOptions())
        if found is not None and (in_sql := rows_in_sql(duck, found)) is not None:
            read = Read(path, numbers={"b"})
            assert read.columns == tuple(filter(None, found.columns))
            assert in_sql == [filled(cells) for cells in read.cells]
            assert len(in_sql) == found.rows
            assert [row.line for row in read.rows] == list(range(2, found.rows + 2))
            return found
    return None


@settings(max_examples=1500, deadline=None)
@given(st.one_of(TEXTS, tables(), TEXTS.map(lambda text: f"a,b\n{text}")))
@example("a\n''\n\"\"\n")
@example('a\n""')
@example("a,b\n,\n")
@example("a,b\n1,2\n\\,3\n")
@example('a,b\n"\\",3\n')
@example("a\n#\n1\n")
@example("\ufeff\ufeffa\n1\n")
@example("a,b\n1,2,\n")
@example("a,b,\n1,2,\n")
@example("a\x1c,b\n1,2\n")
@example("a\u2028,b\n1\u2028,2\n")
def test_what_is_plain_is_read_alike_or_not_at_all(duck: duckdb.DuckDBPyConnection, text: str) -> None:
    assert_read_alike(duck, text)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_what_is_plain_is_read_alike_also_packed(duck: duckdb.DuckDBPyConnection, text: str) -> None:
    assert_read_alike(duck, text, "f.csv.gz")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "1"])
def test_most_files_are_plain_and_read_in_sql(duck: duckdb.DuckDBPyConnection, end: str, last: str) -> None:
    rows = ["serial;b;note", *['S;1,5;"x; y"', "S;;", ";2;é", ";;"] * 500, *(["S;1;"] if last else [])]
    found = assert_read_alike(duck, end.join(rows) + ("" if last else end))
    assert found is not None
    assert found.decimal == ","
