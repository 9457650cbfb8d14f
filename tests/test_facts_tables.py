"""Tables: Parquet and Arrow files become the rows that a CSV of the same values would give."""

from __future__ import annotations

import io
import math
import random
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import feather, ipc

from gonogo.facts import (
    FactsOptions,
    Unusable,
    open_facts,
    read_date,
    read_flag,
    read_number,
    read_text,
    read_time,
)
from gonogo.facts.arrays import cells_of
from gonogo.facts.tables import spool_to_parquet
from read_facts import Read

TABLE = pa.table({"a": [1, 2, None], "b": ["x", None, "z"], "c": [8.6, 0.1, float("nan")]})
CELLS = [{"a": 1, "b": "x", "c": 8.6}, {"a": 2, "b": None, "c": 0.1}]


def write_parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path)


def write_arrow(table: pa.Table, path: Path) -> None:
    with ipc.new_file(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=20_000)


def write_stream(table: pa.Table, path: Path) -> None:
    with ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=20_000)


def write_feather(table: pa.Table, path: Path) -> None:
    feather.write_feather(table, path)


Writer = Callable[[pa.Table, Path], None]
WAYS: list[tuple[str, Writer]] = [
    ("f.parquet", write_parquet),
    ("f.PQ", write_parquet),
    ("f.arrow", write_arrow),
    ("f.ipc", write_stream),
    ("f.feather", write_feather),
    ("f", write_parquet),
    ("f.dat", write_arrow),
    ("f.bin", write_stream),
]
EACH_WAY = pytest.mark.parametrize(("name", "write"), WAYS, ids=[f"{name}-{way.__name__}" for name, way in WAYS])


# ---- rows


@EACH_WAY
def test_rows_have_numbers_and_cells_and_no_lines(tmp_path: Path, name: str, write: Writer) -> None:
    write(TABLE, tmp_path / name)
    read = Read(tmp_path / name)
    assert read.columns == ("a", "b", "c")
    assert [(row.number, row.line) for row in read.rows] == [(1, 0), (2, 0), (3, 0)]
    assert read.cells[:2] == CELLS
    assert read.said == []


@EACH_WAY
def test_only_wanted_columns_are_read_and_all_are_known(tmp_path: Path, name: str, write: Writer) -> None:
    write(TABLE, tmp_path / name)
    read = Read(tmp_path / name, wanted={"c", "a", "elsewhere"})
    assert read.columns == ("a", "b", "c")
    assert read.cells[0] == {"a": 1, "c": 8.6}


@EACH_WAY
def test_a_table_with_nothing_that_is_wanted_has_its_rows(tmp_path: Path, name: str, write: Writer) -> None:
    write(TABLE, tmp_path / name)
    assert Read(tmp_path / name, wanted={"elsewhere"}).cells == [{}, {}, {}]


@EACH_WAY
def test_a_table_without_rows_is_no_problem(tmp_path: Path, name: str, write: Writer) -> None:
    write(TABLE.slice(0, 0), tmp_path / name)
    read = Read(tmp_path / name)
    assert (read.columns, read.cells) == (("a", "b", "c"), [])


@EACH_WAY
def test_many_batches_are_one_table(tmp_path: Path, name: str, write: Writer) -> None:
    table = pa.concat_tables([pa.table({"n": range(start, start + 10_000)}) for start in range(0, 50_000, 10_000)])
    write(table, tmp_path / name)
    read = Read(tmp_path / name)
    assert [(row.number, row.cells["n"]) for row in read.rows] == [(n + 1, n) for n in range(50_000)]
    assert read.progress == ((tmp_path / name).stat().st_size,) * 2


@EACH_WAY
def test_a_repeated_column_of_a_table_is_refused(tmp_path: Path, name: str, write: Writer) -> None:
    write(pa.Table.from_arrays([pa.array([1])] * 3, names=["a", "b", "a"]), tmp_path / name)
    assert Read(tmp_path / name).refused == (
        "F: `a` names 2 columns, 1 and 3 the first; give each column a name of its own [repeated-column]"
    )


def test_a_column_without_a_name_is_no_column_of_a_table(tmp_path: Path) -> None:
    write_arrow(pa.Table.from_arrays([pa.array([1])] * 3, names=["", "b", ""]), tmp_path / "f.arrow")
    read = Read(tmp_path / "f.arrow")
    assert (read.columns, read.cells) == (("b",), [{"b": 1}])


def test_a_name_with_a_point_is_one_column_and_not_a_field_of_another(tmp_path: Path) -> None:
    write_parquet(pa.table({"a": [{"b": 1}], "a.b": [2], "a.c": [3]}), tmp_path / "f.parquet")
    assert Read(tmp_path / "f.parquet", wanted={"a.b"}).cells == [{"a.b": 2}]
    assert Read(tmp_path / "f.parquet", wanted={"a.c", "a"}).cells == [{"a": {"b": 1}, "a.c": 3}]


def test_an_arrow_stream_comes_through_a_pipe() -> None:
    sink = io.BytesIO()
    with ipc.new_stream(sink, TABLE.schema) as writer:
        writer.write_table(TABLE)

    class Dripping(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            return self.read(min(7, size or 7))

    for pipe in (io.BytesIO(sink.getvalue()), Dripping(sink.getvalue())):
        assert Read("-", stdin=pipe, wanted={"a"}).cells == [{"a": 1}, {"a": 2}, {"a": None}]


@pytest.mark.parametrize(
    ("name", "write", "kind"), [("f.pq", write_parquet, "a Parquet file"), ("f.arrow", write_arrow, "an Arrow file")]
)
def test_a_file_that_is_read_from_its_end_comes_through_no_pipe(
    tmp_path: Path, name: str, write: Writer, kind: str
) -> None:
    write(TABLE, tmp_path / name)
    read = Read("-", stdin=io.BytesIO((tmp_path / name).read_bytes()))
    assert read.refused == (
        f"F: {kind} is not read from its start to its end, and can't come through a pipe; name the file itself "
        "[unreadable]"
    )


# ---- what cells say


def test_whole_numbers_floats_flags_and_texts_are_cells_as_they_are() -> None:
    for kind in (pa.int8(), pa.int64(), pa.uint8(), pa.uint64()):
        assert cells_of(pa.array([7, None, 0], kind)) == [7, None, 0]
    assert cells_of(pa.array([2**64 - 1], pa.uint64())) == [2**64 - 1]
    assert cells_of(pa.array([True, None, False])) == [True, None, False]
    assert cells_of(pa.array([0.1, None, math.inf])) == [0.1, None, math.inf]
    for kind in (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())):
        assert cells_of(pa.array(["µm", None, ""], kind)) == ["µm", None, ""]
    assert cells_of(pa.chunked_array([["a"], [None, "b"]], pa.string())) == ["a", None, "b"]
    assert cells_of(pa.array([Decimal("8.60"), None], pa.decimal128(9, 2))) == [Decimal("8.60"), None]
    assert cells_of(pa.nulls(2)) == [None, None]
    assert cells_of(pa.RunEndEncodedArray.from_arrays([2, 3], pa.array([1.5, None]))) == [1.5, 1.5, None]


def test_a_float_of_32_bits_is_the_shortest_decimal_that_it_stands_for() -> None:
    cells = cells_of(pa.array([308.7, -0.1, 1e20, 1e-7, 16777216, None, math.inf, math.nan], pa.float32()))
    assert cells[:7] == [*map(Decimal, "308.7 -0.1 1e20 1e-7 16777216".split()), None, math.inf]
    assert math.isnan(cells[7])  # type: ignore[arg-type]
    assert isinstance(cells[6], float)
    assert cells_of(pa.array([308.7], pa.float32()).dictionary_encode()) == [Decimal("308.7")]


def test_all_floats_of_16_bits_and_some_of_32_are_as_numpy_prints_them() -> None:
    halves = np.frombuffer(struct.pack("<65536H", *range(65536)), np.float16)
    chance = random.Random(8)
    bits = [chance.getrandbits(32) for _ in range(20_000)] + [exponent << 23 for exponent in range(255)]
    singles = np.frombuffer(struct.pack(f"<{len(bits)}I", *bits), np.float32)
    for floats in (halves, singles):
        finite = floats[np.isfinite(floats)]
        assert cells_of(pa.array(finite)) == [Decimal(np.format_float_scientific(number)) for number in finite]
        odd = cells_of(pa.array(floats[~np.isfinite(floats)]))
        assert all(isinstance(number, float) and not math.isfinite(number) for number in odd)


def test_what_is_no_finite_number_is_refused_by_readers_of_numbers() -> None:
    for kind in (pa.float16(), pa.float32(), pa.float64()):
        for number in (math.nan, math.inf, -math.inf):
            with pytest.raises(Unusable):
                read_number(cells_of(pa.array([np.float16(number)]).cast(kind))[0])


def test_dates_and_times_are_those_of_the_calendar() -> None:
    day, noon = date(2026, 1, 31), datetime(2026, 1, 31, 12, 0, 0, 250_000)
    assert cells_of(pa.array([day, None], pa.date32())) == [day, None]
    assert cells_of(pa.array([day, None], pa.date64())) == [day, None]
    for unit in ("ms", "us", "ns"):
        assert cells_of(pa.array([noon, None], pa.timestamp(unit))) == [noon, None]
    assert cells_of(pa.array([noon.replace(microsecond=0)], pa.timestamp("s"))) == [noon.replace(microsecond=0)]
    ends = [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999)]
    assert cells_of(pa.array(ends, pa.timestamp("us"))) == ends


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "+02:00", "No/Where"])
def test_a_time_with_a_zone_is_a_point_in_time_whatever_the_zone_is_called(zone: str) -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    micros = pa.array([int(moment.timestamp()) * 10**6]).cast(pa.timestamp("us", zone))
    assert cells_of(micros) == [moment]
    assert read_time(cells_of(micros)[0]) == read_time("2026-01-31T12:00Z")


def test_a_time_finer_than_microseconds_is_refused_and_shown_whole() -> None:
    fine = 1_769_860_800_123_456_789
    cells = cells_of(pa.array([fine, fine - 789, -1], pa.timestamp("ns")))
    assert cells == [
        "2026-01-31T12:00:00.123456789",
        datetime(2026, 1, 31, 12, 0, 0, 123_456),
        "1969-12-31T23:59:59.999999999",
    ]
    with pytest.raises(Unusable, match="more than six digits of a second"):
        read_time(cells[0])
    (zoned,) = cells_of(pa.array([fine], pa.timestamp("ns", "UTC")))
    assert zoned == "2026-01-31T12:00:00.123456789Z"
    with pytest.raises(Unusable, match="more than six digits of a second"):
        read_time(zoned)


def test_what_the_calendar_lacks_is_text_that_no_reader_takes() -> None:
    for array, reads in [
        (pa.array([2**31 - 1], pa.int32()).cast(pa.date32()), read_date),
        (pa.array([-(2**31)], pa.int32()).cast(pa.date32()), read_date),
        (pa.array([2**60], pa.int64()).cast(pa.timestamp("s")), read_time),
        (pa.array([2**63 - 1], pa.int64()).cast(pa.timestamp("us")), read_time),
        (pa.array([-(2**63)], pa.int64()).cast(pa.timestamp("ms", "UTC")), read_time),
        (pa.array([2**60 // 86_400_000 * 86_400_000], pa.int64()).cast(pa.date64()), read_date),
    ]:
        (cell,) = cells_of(array)
        assert isinstance(cell, str)
        with pytest.raises(Unusable):
            reads(cell)


READERS = (read_number, read_flag, read_text, read_date, read_time)
STRANGE = [
    pa.array([time(12, 30)]),
    pa.array([1], pa.time64("ns")),
    pa.array([timedelta(1)]),
    pa.array([1], pa.duration("ns")),
    pa.array([b"\xff"]),
    pa.array([b"\xff"], pa.large_binary()),
    pa.array([b"1234"], pa.binary(4)),
    pa.array([[1, 2]]),
    pa.array([{"x": 1}]),
    pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
    pa.array([b"\xff"]).view(pa.string()),
    pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
]


@pytest.mark.parametrize("array", STRANGE, ids=[str(array.type) for array in STRANGE])
def test_any_other_value_is_one_that_no_reader_takes(array: pa.Array) -> None:
    assert cells_of(pa.concat_arrays([array, pa.nulls(1, array.type)]))[1] is None
    (cell,) = cells_of(array)
    for reads in READERS:
        with pytest.raises(Unusable):
            reads(cell)


def test_what_python_can_not_hold_costs_no_other_cell() -> None:
    cells = cells_of(pa.array([b"a", b"\xff", None, b"\xc3\xa4"]).view(pa.string()))
    assert (cells[0], cells[2], cells[3]) == ("a", None, "ä")
    with pytest.raises(Unusable, match="half a character"):
        read_text(cells[1])
    days = cells_of(pa.array([0, 2**31 - 1], pa.int32()).cast(pa.date32()))
    assert days[0] == date(1970, 1, 1)


@given(st.lists(st.none() | st.floats(width=32, allow_nan=False)), st.integers(0, 5), st.integers(0, 5))
def test_a_slice_has_the_cells_of_its_place(numbers: list[float | None], start: int, length: int) -> None:
    for array in (
        pa.array(numbers, pa.float32()),
        pa.array(numbers, pa.float64()),
        pa.array([None if n is None else len(str(n)) for n in numbers], pa.int64()).cast(pa.timestamp("ms")),
        pa.array([None if n is None else str(n) for n in numbers], pa.string()).dictionary_encode(),
    ):
        assert cells_of(array.slice(start, length)) == cells_of(array)[start : start + length]


def test_csv_and_tables_say_the_same_numbers(tmp_path: Path) -> None:
    texts = ["8.6", "298.1", "-0.5", "1000.0", "12", "1.5e-7", "308.7"]
    (tmp_path / "f.csv").write_text("\n".join(["a", *texts]) + "\n")
    csv = [read_number(row.cells["a"]) for row in Read(tmp_path / "f.csv").rows]
    for kind in (pa.float32(), pa.float64()):
        write_parquet(pa.table({"a": pa.array(map(float, texts), kind)}), tmp_path / "f.parquet")
        assert [read_number(row.cells["a"]) for row in Read(tmp_path / "f.parquet").rows] == csv


# ---- files that are something else, or broken


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("f.parquet", b"a,b\n1,2\n", "a Parquet file"),
        ("f.arrow", b"a,b\n1,2\n", "an Arrow file"),
        ("f.pq", b"PK\x03\x04\0\0", "a Parquet file, it seems to be an Excel workbook or another zip archive"),
        ("f.feather", b"FEA1\0\0\0\0\0", "an Arrow file, it seems to be an old Feather file"),
    ],
)
def test_a_file_that_only_claims_to_be_a_table_is_refused(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    mend = "give its name the ending of what it is"
    assert Read(tmp_path / name).refused == f"F: this is not {why}; {mend} [mistaken-format]"


@pytest.mark.parametrize("name", ["f.parquet", "f.arrow"])
def test_an_empty_table_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert Read(tmp_path / name).refused == "F: there is nothing in it [empty-facts]"


@EACH_WAY
def test_a_table_that_was_cut_off_is_refused_wherever_it_ends(tmp_path: Path, name: str, write: Writer) -> None:
    path = tmp_path / name
    write(pa.concat_tables([TABLE] * 3), path)
    content = path.read_bytes()
    kind = "a Parquet file" if write is write_parquet else "an Arrow file"
    for end in [*range(16, len(content), 37), len(content) - 8, len(content) - 1]:
        path.write_bytes(content[:end])
        assert Read(path).refused == (
            f"F: this is {kind} that is damaged or cut off; copy it anew from where it comes from [unreadable]"
        )


@EACH_WAY
def test_a_damaged_table_is_read_or_refused_and_nothing_else(tmp_path: Path, name: str, write: Writer) -> None:
    path = tmp_path / name
    write(pa.concat_tables([TABLE] * 40), path)
    content, chance = path.read_bytes(), random.Random(7)
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        read = Read(path)
        assert (
            not read.refused or read.refused.endswith("-format]") or read.refused.endswith(("[unreadable]", "column]"))
        )


def test_an_encrypted_parquet_file_is_called_that(tmp_path: Path) -> None:
    encryption = pytest.importorskip("pyarrow.parquet.encryption")

    class Keys(encryption.KmsClient):  # type: ignore[misc, name-defined]  # of a library without types
        def wrap_key(self, key: bytes, _name: str) -> str:
            return key.hex()

        def unwrap_key(self, key: str, _name: str) -> bytes:
            return bytes.fromhex(key)

    factory = encryption.CryptoFactory(lambda _: Keys())
    for is_plain in (True, False):
        config = encryption.EncryptionConfiguration("k", column_keys={"k": ["a"]}, plaintext_footer=is_plain)
        properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), config)
        path = tmp_path / "f.parquet"
        with pq.ParquetWriter(path, TABLE.schema, encryption_properties=properties) as writer:
            writer.write_table(TABLE)
        assert Read(path).refused == (
            "F: a Parquet file that is encrypted can't be read; write it unencrypted [unreadable]"
        )


@pytest.mark.parametrize("ending", [".gz", ".zst", ""])
def test_a_packed_table_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"f.parquet{ending}"
    write_parquet(TABLE, tmp_path / "plain")
    with pa.output_stream(path, compression="zstd" if ending == ".zst" else "gzip") as stream:
        stream.write((tmp_path / "plain").read_bytes())
    assert Read(path).refused == "F: a Parquet file can't be read while it is packed; unpack it first [unreadable]"


# ---- bounds


@pytest.mark.parametrize(("name", "write"), WAYS[:5])
def test_memory_does_not_grow_with_a_table(tmp_path: Path, name: str, write: Writer) -> None:
    def peak(count: int) -> int:
        write(pa.table({"a": range(count), "b": [f"{n:0100}" for n in range(count)]}), tmp_path / name)
        tracemalloc.start()
        with open_facts(str(tmp_path / name), (), FactsOptions(), lambda _: None) as facts:
            assert sum(1 for _ in facts) == count
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(200_000) < 1.5 * peak(50_000) + 4_000_000


def test_pyarrow_is_imported_only_where_a_table_is_opened() -> None:
    code = "import gonogo.facts, sys; assert not {'pyarrow', 'openpyxl', 'zlib_ng', 'numpy'} & set(sys.modules)"
    folder = Path(__file__).parent.parent / "engine"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(folder)})


# ---- Arrow as Parquet


def test_arrow_is_spooled_to_parquet_with_all_names_and_the_wanted_values(tmp_path: Path) -> None:
    write_arrow(TABLE, tmp_path / "f.arrow")
    assert spool_to_parquet(str(tmp_path / "f.arrow"), tmp_path / "f.parquet", {"a", "b"})
    read = Read(tmp_path / "f.parquet")
    assert read.columns == ("a", "b", "c")
    assert read.cells == [{**row, "c": None} for row in Read(tmp_path / "f.arrow", wanted={"a", "b"}).cells]


@pytest.mark.parametrize(
    "column", [pa.array([np.float16(0.1)]), pa.array([date(2026, 1, 1)], pa.date64()), pa.array([[1]])]
)
def test_what_parquet_would_change_is_not_spooled(tmp_path: Path, column: Any) -> None:
    write_arrow(pa.table({"a": column}), tmp_path / "f.arrow")
    assert not spool_to_parquet(str(tmp_path / "f.arrow"), tmp_path / "f.parquet", {"a"})
    assert not spool_to_parquet(str(tmp_path / "none"), tmp_path / "f.parquet", {"a"})
