"""Packed facts: gzip and zstd in front of any text, found by what they are, whatever they are called."""

from __future__ import annotations

import gzip
import io
import os
import threading
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.facts import FactsOptions, open_facts
from gonogo.facts.compressed import Unpacked
from gonogo.facts.formats import Compression, ending_of, is_read
from gonogo.facts.input import Input
from gonogo.problems import Refused
from read_facts import Read

AB: list[dict[str, object]] = [{"a": "1", "b": "2"}]
BOTH = pytest.mark.parametrize("ending", [".gz", ".zst"])
NAMED = {".gz": "gzip", ".zst": "zstd"}


def pack(content: bytes, ending: str) -> bytes:
    if ending == ".gz":
        return gzip.compress(content)
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


def packed(path: Path, content: bytes, ending: str) -> Path:
    path.write_bytes(pack(content, ending))
    return path


# ---- what is read


@BOTH
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("f.csv", "a,b\n1,2\n"),
        ("F.TSV", "a\tb\n1\t2\n"),
        ("f.jsonl", '{"a": "1", "b": "2"}\n'),
        ("f.ndjson", '{"a": "1", "b": "2"}\n'),
        ("f.json", '[{"a": "1", "b": "2"}]'),
        ("f", '[{"a": "1",\n "b": "2"}]'),
        ("f", "a;b\n1;2\n"),
        ("f.txt", "a;b\n1;2\n"),
    ],
)
def test_the_inner_ending_or_the_first_character_tells_the_format(
    tmp_path: Path, name: str, content: str, ending: str
) -> None:
    path = packed(tmp_path / f"{name}{ending}", content.encode(), ending)
    assert Read(path).cells == AB
    path.rename(tmp_path / name)
    assert Read(tmp_path / name).cells == AB
    assert (
        Read("-", stdin=io.BytesIO(pack(content.encode(), ending)), delimiter="\t" if "TSV" in name else None).cells
        == AB
    )


@BOTH
def test_lines_and_the_encoding_are_those_of_what_was_packed(tmp_path: Path, ending: str) -> None:
    content = b"a,b\n" + b"1,2\n" * 200_000 + "3,5 µm\n".encode("cp1252")
    read = Read(packed(tmp_path / f"f.csv{ending}", content, ending))
    assert (read.rows[-1].line, read.rows[-1].cells) == (200_002, {"a": "3", "b": "5 µm"})
    assert [problem.code for problem in read.problems] == ["assumed-encoding"]
    assert read.progress == (Path(read.path).stat().st_size,) * 2


@BOTH
def test_what_is_wrong_with_a_row_is_told_at_its_line(tmp_path: Path, ending: str) -> None:
    read = Read(packed(tmp_path / f"f.csv{ending}", b"a,b\n1,2\n1,2,3\n", ending))
    assert read.said[0].startswith("F:3: row 2 has 3 cells")
    read = Read(packed(tmp_path / f"f.csv{ending}", b"a,a\n", ending))
    assert read.refused.startswith("F:1: `a` names 2 columns")


@BOTH
def test_several_packed_files_in_a_row_are_one(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"f.csv{ending}"
    path.write_bytes(b"".join(pack(part, ending) for part in (b"a,b\n", b"", b"1,", b"2\n")))
    assert Read(path).cells == AB


def test_zeros_behind_the_last_member_mean_nothing(tmp_path: Path) -> None:
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,") + b"\0" * 600_000 + gzip.compress(b"2\n") + b"\0" * 10)
    assert Read(path).cells == AB


@BOTH
def test_nothing_that_was_packed_is_nothing(tmp_path: Path, ending: str) -> None:
    assert Read(packed(tmp_path / f"f.csv{ending}", b"", ending)).refused.endswith("[empty-facts]")
    (tmp_path / f"f.csv{ending}").write_bytes(b"")
    assert Read(tmp_path / f"f.csv{ending}").refused.endswith("[empty-facts]")


# ---- what is refused


@BOTH
def test_a_packed_file_that_was_cut_off_is_refused_wherever_it_ends(tmp_path: Path, ending: str) -> None:
    content = pack(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(2000)), ending)
    path = tmp_path / f"f.csv{ending}"
    for end in [*range(9, len(content), 401), len(content) - 1]:
        path.write_bytes(content[:end])
        for read in (Read(path), Read("-", stdin=io.BytesIO(content[:end]))):
            assert read.refused == (
                f"F: what is packed here with {NAMED[ending]} ends before its end; "
                "copy it anew from where it comes from [unreadable]"
            )


def test_a_damaged_packed_file_is_refused(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(b"a,b\n" + b"1,2\n" * 5000))
    content[-6] ^= 1  # of the checksum
    (tmp_path / "f.csv.gz").write_bytes(content)
    damaged = "F: what is packed here with gzip is damaged; copy it anew from where it comes from [unreadable]"
    assert Read(tmp_path / "f.csv.gz").refused == damaged
    (tmp_path / "f.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n") + b"and something else")
    assert Read(tmp_path / "f.csv.gz").refused == damaged
    zstd = bytearray(pack(b"a,b\n" + b"1,2\n" * 5000, ".zst"))
    zstd[6:12] = b"\xff" * 6
    (tmp_path / "f.csv.zst").write_bytes(zstd)
    assert Read(tmp_path / "f.csv.zst").refused == damaged.replace("gzip", "zstd")


@BOTH
def test_a_name_that_claims_to_be_packed_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"f.csv{ending}"
    path.write_bytes(b"a,b\n1,2\n")
    assert Read(path).refused == (
        f"F: the name says that it is packed with {NAMED[ending]}, and it is not; "
        "give its name the ending of what it is [mistaken-format]"
    )


@BOTH
def test_what_was_packed_twice_is_refused(tmp_path: Path, ending: str) -> None:
    path = packed(tmp_path / f"f.csv{ending}", gzip.compress(b"a,b\n"), ending)
    assert Read(path).refused == (
        "F: this is not text, it seems to be compressed with gzip; unpack it with `gunzip` [unreadable]"
    )


@BOTH
def test_a_packed_table_under_another_name_is_refused(tmp_path: Path, ending: str) -> None:
    path = packed(tmp_path / f"f.dat{ending}", b"PAR1\0\0\0\0", ending)
    assert "it seems to be a Parquet file" in Read(path).refused


# ---- bounds


@BOTH
def test_memory_is_bounded_however_much_comes_out(tmp_path: Path, ending: str) -> None:
    path = packed(tmp_path / f"f.csv{ending}", b"a,b\n" + (b"1," + b"2" * 2000 + b"\n") * 20_000, ending)
    assert path.stat().st_size < 200_000
    tracemalloc.start()
    with open_facts(str(path), (), FactsOptions(), lambda _: None) as facts:
        assert sum(1 for _ in facts) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


def test_the_first_row_of_a_packed_pipe_comes_before_the_rest_is_written() -> None:
    reading, writing = os.pipe()
    packer = zlib.compressobj(wbits=31)
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb", buffering=0) as pen:
        pen.write(packer.compress(b"a,b\n1,2\n") + packer.flush(zlib.Z_SYNC_FLUSH))
        arrived, rows = threading.Event(), []

        def read() -> None:
            with open_facts("-", (), FactsOptions(), lambda _: None, pipe) as facts:
                for row in facts:
                    rows.append(row.cells["a"])
                    arrived.set()

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        assert arrived.wait(20), "no row came before the rest was written"
        pen.write(packer.compress(b"2,3\n") + packer.flush())
        pen.close()
        thread.join(20)
    assert rows == ["1", "2"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.binary(max_size=200), max_size=4),
    st.integers(1, 50),
    st.integers(1, 40),
    st.sampled_from([".gz", ".zst"]),
)
def test_what_is_unpacked_is_what_was_packed(parts: list[bytes], size: int, drop: int, ending: str) -> None:
    class Dripping(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            return self.read(min(size or drop, drop))

    content = b"".join(pack(part, ending) for part in [b"a", *parts])
    compression: Compression = "gzip" if ending == ".gz" else "zstd"
    source = Input("f", Dripping(content), len(content), lambda: None)
    unpacked = Unpacked(source, compression)
    for _ in range(2):
        assert b"".join(iter(lambda: unpacked.read(size), b"")) == b"a" + b"".join(parts)
        assert unpacked.progress() == (len(content), len(content))
        unpacked.seek(0)
    unpacked.seek(1)
    assert b"".join(iter(lambda: unpacked.read(size), b"")) == b"".join(parts)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd"]))
def test_any_bytes_are_unpacked_or_refused(content: bytes, magic: bytes) -> None:
    source = Input("f", io.BytesIO(magic + content), None, lambda: None)
    unpacked = Unpacked(source, "gzip" if magic[0] == 0x1F else "zstd")
    with suppress(Refused):
        while unpacked.read(100):
            pass


def test_endings_are_told_apart() -> None:
    assert [ending_of(name) for name in ("f.csv", "F.CSV.GZ", "f.zst", ".gz", "f.tar.gz", "x.y/f")] == [
        ".csv", ".csv", "", "", ".tar", "",
    ]  # fmt: skip
    assert [is_read(name) for name in ("f.csv", "f.json.zst", "f.pq", "f.pq.gz", "f.gz", "f.txt", "f")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip
