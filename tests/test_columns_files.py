"""Files of facts in columns: what DuckDB reads is what our own readers read, or it is left to them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from both_engines import compare, compare_rows, standard_of
from gonogo.batch import frames
from gonogo.batch.run import Run
from gonogo.facts import FactsOptions
from gonogo.inspection.columnar import ColumnarInspection
from gonogo.pack import Standard
from gonogo.problems import Refused
from gonogo.program.ir import Kind
from gonogo.tally import Unusable
from gonogo.verdict import Verdict
from gonogo_cli.formats.flat import flat_row
from test_columns_cells import texts_of, typed_columns

NUMBER = "x: {column: X, kind: number}"
OVER_ONE = "r: {when: x > 1, class: major}"

MOST = 60

ALL_KINDS = standard_of("""
gonogo: 1
standard: all-kinds
facts:
  item: id
  missing words: ["-999", "NA"]
  fields:
    n: {column: X, kind: number, resolution: 0.1}
    t: {column: X, kind: text}
    k: {column: X, one of: [L, M, "5", "true"]}
    f: {column: X, kind: flag}
    d: {column: X, kind: date}
    w: {column: X, kind: time}
rules:
  n1: {when: n > 5, class: major}
  n2: {when: n * n > 5, class: major}
  n3: {when: n is missing, class: minor}
  t1: {when: 't contains "5"', class: minor}
  t2: {when: t is missing, class: minor}
  k1: {when: k = L, class: minor}
  k2: {when: k is missing, class: minor}
  f1: {when: f, class: minor}
  d1: {when: d > 1970-01-01, class: minor}
  w1: {when: "w > 1970-01-01T00:00:00", class: minor}
""")


def standard(*fields: str, rules: Sequence[str] = (OVER_ONE,), facts: Sequence[str] = ("item: id",)) -> Standard:
    lines = ["gonogo: 1", "standard: s", "facts:", *(f"  {line}" for line in facts), "  fields:"]
    return standard_of(
        "\n".join([*lines, *(f"    {each}" for each in fields), "rules:", *(f"  {each}" for each in rules)])
    )


def parquet(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, **options)
    return path


# ---------------------------------------------------------------------------------------------- types of columns


def unusual_columns() -> Iterator[tuple[str, pa.Array]]:
    yield "float16", pa.array(np.array([0.1, 1, 65504, np.nan, 5.5], np.float16))
    yield "decimal256", pa.array([Decimal("12345678901234567890.12"), None, Decimal("5.10")], pa.decimal256(40, 2))
    yield "decimal32", pa.array([Decimal("5.1")], pa.decimal32(5, 1))
    yield "duration", pa.array([0, 5, None], pa.duration("us"))
    yield "time32", pa.array([0, 5], pa.time32("s"))
    yield "date64", pa.array([0, 86_400_000, 86_400_001], pa.date64())
    yield "fixed binary", pa.array([b"5555"], pa.binary(4))
    yield "string view", pa.array(["5", "L"], pa.string_view())
    yield "dictionary of numbers", pa.array([5, 6, None]).dictionary_encode()
    yield "map", pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64()))
    yield "uuid", pa.array([b"0123456789abcdef"], pa.uuid())
    yield "json", pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"a":1}', "5"]))
    yield "bool8", pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0], pa.int8()))
    texts = list(dict.fromkeys(text for kind in Kind for text in texts_of(kind)))
    yield "texts", pa.array(Random(1).sample(texts, len(texts)), pa.string())


COLUMNS = [(name, array.slice(0, MOST)) for name, array in (*typed_columns(), *unusual_columns())]


@pytest.mark.parametrize(("name", "array"), COLUMNS, ids=[name for name, _ in COLUMNS])
def test_a_column_of_any_type_is_read_alike(name: str, array: pa.Array, tmp_path: Path) -> None:
    table = pa.table({"id": [f"i{number}" for number in range(len(array))], "X": array})
    pq.write_table(table, tmp_path / "x.parquet")
    compare_rows(ALL_KINDS, tmp_path / "x.parquet")
    if "Berlin" not in name and "int" not in name:
        feather.write_feather(table, tmp_path / "x.arrow")
        compare_rows(ALL_KINDS, tmp_path / "x.arrow")
    unusable: list[Unusable] = []
    found = frames.judge_frame(ALL_KINDS.judging, table, unusable.append, lambda _: None).to_pylist()
    verdicts = [
        Verdict(placed.row.number, placed.row.cells, placed.recorded, ALL_KINDS.judging)
        for placed in frames._rows(table, ("X", "id"))
    ]
    assert [tuple(row.values()) for row in found] == [flat_row(verdict) for verdict in verdicts]
    told = [(verdict.row, cell.text, cell.problem) for verdict in verdicts for cell in verdict.unusable]
    assert sorted((cell.row, cell.text, cell.problem) for cell in unusable) == sorted(told)


def test_a_time_of_96_bits_keeps_its_nanoseconds(tmp_path: Path) -> None:
    ticks = pa.array([1, 1500, 10**18 + 1000], pa.int64()).cast(pa.timestamp("ns"))
    path = parquet(tmp_path / "t.parquet", {"id": ["a", "b", "c"], "X": ticks}, use_deprecated_int96_timestamps=True)
    said = compare(
        standard("x: {column: X, kind: time}", rules=["r: {when: 'x > 2001-09-09T01:46:40', class: major}"]), path
    )
    assert [row[2] for row in said.rows] == ["indeterminate", "indeterminate", "nonconforming"]


# ---------------------------------------------------------------------------------------------- names of columns


@pytest.mark.parametrize(
    "columns",
    [
        {"x": [9, 9], "X": [1, 2]},
        {"x": [9, 9], "x_1": [1, 2], "X": [1, 2]},
        {"": [1, 2], "X": [1, 2]},
        {"file_row_number": [7, 8], "X": [1, 2]},
        {"File_Row_Number": [7, 8], "X": [1, 2]},
        {"filename": ["a", "b"], "X": [1, 2]},
        {"rowid": [5, 6], "X": [1, 2]},
    ],
    ids=lambda columns: " ".join(columns),
)
@pytest.mark.parametrize("has_item", [True, False])
def test_other_columns_are_no_matter(columns: dict[str, list[Any]], has_item: bool, tmp_path: Path) -> None:
    path = parquet(tmp_path / "x.parquet", {"id": ["a", "b"], **columns})
    compare_rows(standard(NUMBER, facts=["item: id"] if has_item else []), path)


def test_two_columns_of_one_name_are_refused_by_both(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array([9]), pa.array([1])], names=["id", "X", "X"])
    pq.write_table(table, tmp_path / "x.parquet")
    assert "repeated-column" in compare_rows(standard(NUMBER), tmp_path / "x.parquet").refused[0]


def test_a_name_that_only_duckdb_gives_is_no_column(tmp_path: Path) -> None:
    path = parquet(tmp_path / "x.parquet", {"id": ["a"], "": [1], "X": [2]})
    assert "missing-column" in compare_rows(standard("x: {column: C1, kind: number}"), path).refused[0]


def test_the_folder_says_nothing_about_the_facts(tmp_path: Path) -> None:
    optional = standard(
        NUMBER, "y: {column: lot, kind: number, optional: true}", rules=["r: {when: x > 1 or y > 3, class: major}"]
    )
    compare_rows(optional, parquet(tmp_path / "lot=5" / "x.parquet", {"id": ["a", "b"], "X": [0, 2]}))
    compare_rows(optional, parquet(tmp_path / "X=5" / "x.parquet", {"id": ["a", "b"], "X": [0, 2]}))
    (tmp_path / "X=5" / "x.csv").write_text("id,X\na,0\nb,2\n")
    assert compare_rows(optional, tmp_path / "X=5" / "x.csv").tables == 1


STRANGE = [
    "{0}", "%s", "X\\", "9 lives", "x" * 300, 'a"b', "a'b", "日本", "İ", "ß", "a\tb", "a]b", "a`b", "row", "r", "item",
    "odd", "w0", "line", "lot", "X cell", "x1 draft", "sum", "step", "select", "a.b", "--", "/*", "$1", "?", "x2",
    "condition 3", "facts", "added",
]  # fmt: skip


def test_columns_of_any_name_are_found(tmp_path: Path) -> None:
    quoted = (name.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") for name in STRANGE)
    fields = [f'x{n}: {{column: "{name}", kind: number}}' for n, name in enumerate(quoted)]
    own = standard(
        *fields, rules=[f"r{n}: {{when: x{n} * x{n} > {n}, class: major}}" for n in range(len(STRANGE))], facts=[]
    )
    for sort in (int, float, str):
        columns = {name: [sort((n + row) % 9) for row in range(4)] for n, name in enumerate(STRANGE)}
        assert compare_rows(own, parquet(tmp_path / "x.parquet", columns)).tables == 1
    plain = [n for n, name in enumerate(STRANGE) if '"' not in name]
    own = standard(
        *(fields[n] for n in plain), rules=[f"r{n}: {{when: x{n} > {n % 9}, class: major}}" for n in plain], facts=[]
    )
    cells = "\n".join(";".join(str((n + row) % 9) for n in plain) for row in range(4))
    (tmp_path / "x.csv").write_text(f"{';'.join(STRANGE[n] for n in plain)}\n{cells}\n")
    assert compare_rows(own, tmp_path / "x.csv", options=FactsOptions(delimiter=";")).tables == 1


OWN = [
    "row",
    "r",
    "item",
    "lot",
    "odd",
    "w0",
    "w1",
    "sum",
    "step",
    "worst",
    "k0_0",
    "line",
    "facts",
    "n",
    "q",
    "outcome_",
    "s",
    "i0",
]


@pytest.mark.parametrize("has_item", [True, False], ids=["item", "row"])
def test_fields_of_any_name_are_told_from_our_own(has_item: bool, tmp_path: Path) -> None:
    names = [*OWN, *map(str.upper, OWN)]
    rules = [
        f"r{n}: {{when: {name} * {name} > {n} and {name} > {names[n - 1]}, class: major}}"
        for n, name in enumerate(names)
    ]
    own = standard(
        *(f"{name}: {{column: X{n}, kind: number, resolution: 0.1}}" for n, name in enumerate(names)),
        rules=[*rules, *(f"q{n}: {{when: {name} > {n % 9}, class: minor}}" for n, name in enumerate(names))],
        facts=["item: id"] if has_item else [],
    )  # fmt: skip
    for sort in (int, float, str):
        columns = {f"X{n}": [sort((n * 5 + row) % 11) for row in range(4)] for n in range(len(names))}
        assert compare_rows(own, parquet(tmp_path / "x.parquet", {"id": ["a", "b", "c", "d"], **columns})).tables == 1


# ------------------------------------------------------------------------------------------------ several files


def folder(path: Path, *tables: dict[str, Any]) -> Path:
    for number, columns in enumerate(tables):
        parquet(path / f"{number}.parquet", {"id": [f"{number}a", f"{number}b"], **columns})
    return path


def test_files_of_different_types_are_read_each_for_itself(tmp_path: Path) -> None:
    fine = standard("x: {column: X, kind: number, resolution: 0.001}", rules=["r: {when: x > 1.24, class: major}"])
    scales = [
        {"X": pa.array([Decimal("1.2"), Decimal("1.3")], pa.decimal128(5, 1))},
        {"X": pa.array([Decimal("1.249"), Decimal("1.240")], pa.decimal128(5, 3))},
    ]
    compare_rows(fine, folder(tmp_path / "scales", *scales))
    sizes = [{"X": pa.array([1, 2], kind)} for kind in (pa.int8(), pa.int64(), pa.uint64())]
    compare_rows(fine, folder(tmp_path / "sizes", *sizes, {"X": pa.array([1, 2**40])}))
    compare_rows(
        fine,
        folder(
            tmp_path / "kinds",
            {"X": [1, 2]},
            {"X": [1.24, 1.25]},
            {"X": ["1.24", "x"]},
            {"X": pa.nulls(2)},
            {"X": [1, None]},
        ),
    )
    times = standard("x: {column: X, kind: time}", rules=["r: {when: 'x > 2001-09-09T01:46:40', class: major}"])
    moments = [
        pa.array([10**9, 10**9 + 1], pa.timestamp("s")).cast(pa.timestamp(unit, zone))
        for unit in ("s", "ms", "us", "ns")
        for zone in (None, "UTC")
    ]
    compare_rows(times, folder(tmp_path / "times", *({"X": moment} for moment in moments)))


def test_a_value_may_be_missing_in_a_later_file_only(tmp_path: Path) -> None:
    said = compare(
        standard(NUMBER), folder(tmp_path / "f", {"X": [1.0, 2.0]}, {"X": [None, 1.25]}, {"X": [float("nan"), 1.0]})
    )
    assert (said.tables, said.odd) == (1, 1)


def test_rows_are_numbered_file_by_file_and_problems_name_their_own(tmp_path: Path) -> None:
    own = standard(NUMBER, facts=[])
    files = [
        parquet(tmp_path / f"{n}.parquet", {"X": ["1", "2", bad, "0.5"] * 3}, row_group_size=5)
        for n, bad in enumerate(("n/a", "", "1e0"))
    ]
    (tmp_path / "3.csv").write_text("X\n1\nbad\n3\n")
    (tmp_path / "4.jsonl").write_text('{"X": 1}\n{"X": "bad"}\n{"X": 3}\n')
    said = compare(own, *files, tmp_path / "3.csv", tmp_path / "4.jsonl", files[0])
    assert said.tables == 3
    places = {(Path(cell.path).name, cell.row, cell.line) for cell in said.unusable}
    assert places == {
        ("0.parquet", 3, 0),
        ("0.parquet", 7, 0),
        ("0.parquet", 11, 0),
        ("3.csv", 2, 3),
        ("4.jsonl", 2, 2),
    }


def test_items_of_all_sorts_are_named_alike(tmp_path: Path) -> None:
    names = [
        'a"b',
        "back\\slash",
        "ctl\x01",
        "new\nline",
        "tab\tx",
        "\x7f",
        "ü☃😀",
        "\u2028",
        "a,b",
        " padded\u00a0",
        "\x1f",
        "",
        "'",
        ";",
        None,
        "nul\0x",
        "\x85x",
        "  ",
        "null",
    ]
    named = standard("x: {column: X, kind: number}", facts=["item: id", "lot: lot"])
    values = [float(number % 4) for number in range(len(names))]
    said = compare(
        named,
        parquet(tmp_path / "x.parquet", {"id": names, "lot": names[5:] + names[:5], "X": values}),
    )
    assert said.tables == 1
    assert sum(problem.code == "blank-item" for problem in said.problems) == 5
    columns = [
        pa.array([1.0, 2.5, -0.0, 1e15, 1e14, None, float("nan"), float("inf"), 1e300]),
        pa.array([1, 2**62, -5, None]), pa.array([1, 2**64 - 1], pa.uint64()), pa.array([True, None]),
        pa.array([Decimal("1.50"), Decimal("-0.00"), None]), pa.array([1.5, None], pa.float32()),
        pa.array([date(2026, 1, 31)]), pa.array([datetime(2026, 1, 31, 5)]), pa.array([1500, 1], pa.timestamp("ns")),
        pa.nulls(2), pa.array([[ "a"]]), pa.array([b"a"]), pa.array(["a", "b"]).dictionary_encode(),
    ]  # fmt: skip
    for array in columns:
        compare_rows(named, parquet(tmp_path / "x.parquet", {"id": array, "lot": array, "X": range(len(array))}))


# ----------------------------------------------------------------------------------------------- names of files

NAMES = [
    "a*b",
    "a?b",
    "a[b]",
    "a[b",
    "a]b",
    "a\\b",
    "a\\*b",
    "{a,b}",
    "it's",
    "a\nb",
    "ü ß",
    "x=1/y=2/z",
    "**/q",
    "[!a]",
    "-",
    "a%20b",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_itself(name: str, tmp_path: Path) -> None:
    path = parquet(tmp_path / f"{name}.parquet", {"id": ["a"], "X": [2]})
    parquet(path.with_name("axb.parquet"), {"id": ["other"], "X": [0]})
    compare_rows(standard(NUMBER), path)
    path.with_suffix(".csv").write_text("id,X\na,2\nb,0\n")
    compare_rows(standard(NUMBER), path.with_suffix(".csv"))


# ----------------------------------------------------------------------------------------------- damaged files


@pytest.mark.parametrize("compression", ["NONE", "SNAPPY", "ZSTD", "GZIP"])
def test_a_damaged_file_is_read_or_refused_by_both(compression: str, tmp_path: Path) -> None:
    columns = {"id": [f"i{n}" for n in range(40)], "X": pa.array(range(40), pa.float64()), "T": ["a", None] * 20}
    whole = parquet(tmp_path / "x.parquet", columns, compression=compression).read_bytes()
    random = Random(compression)
    damages: list[Callable[[], bytes]] = [
        lambda: whole[: random.randrange(len(whole))],
        lambda: _changed(whole, random, 0),
        lambda: _changed(whole, random, len(whole) * 3 // 4),
    ]
    for number in range(9):
        (tmp_path / "x.parquet").write_bytes(damages[number % 3]())
        compare_rows(standard(NUMBER), tmp_path / "x.parquet")


def test_damage_that_only_one_reader_sees_counts_for_both(tmp_path: Path) -> None:
    columns = {"id": [f"i{n}" for n in range(400)], "X": [Random(n).random() for n in range(400)]}
    file = parquet(tmp_path / "x.parquet", columns, compression="GZIP", use_dictionary=False)
    whole, chunk = file.read_bytes(), pq.read_metadata(file).row_group(0).column(1)
    assert not compare_rows(standard(NUMBER), file).refused
    place = chunk.data_page_offset + chunk.total_compressed_size - 6  # in the checksum of the last page
    file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    assert duckdb.execute(f"SELECT count(X) FROM '{file}'").fetchall() == [(400,)], "DuckDB does not look"
    assert compare_rows(standard(NUMBER), file).refused
    file.write_bytes(b"Q" + whole[1:])  # to pyarrow and DuckDB, this is Parquet still
    assert compare_rows(standard(NUMBER), file).refused


def _changed(whole: bytes, random: Random, start: int) -> bytes:
    place = random.randrange(start, len(whole))
    return whole[:place] + random.randbytes(1) + whole[place + 1 :]


def test_a_file_that_says_to_be_another_is_refused_by_both(tmp_path: Path) -> None:
    parquet(tmp_path / "x.parquet", {"id": ["a"], "X": [2]})
    shutil.copy(tmp_path / "x.parquet", tmp_path / "x.csv")
    assert compare_rows(standard(NUMBER), tmp_path / "x.csv").refused
    (tmp_path / "y.parquet").write_text("id,X\na,2\n")
    assert compare_rows(standard(NUMBER), tmp_path / "y.parquet").refused
    (tmp_path / "z.parquet").write_bytes(b"")
    assert compare_rows(standard(NUMBER), tmp_path / "z.parquet").refused


# ----------------------------------------------------------------------------------------------- changed files


@pytest.mark.parametrize("change", ["removed", "cut", "shorter", "longer", "another"])
@pytest.mark.parametrize("is_late", [False, True], ids=["while-judged", "before-results"])
def test_a_file_that_changes_while_it_is_judged_is_told(
    change: str, is_late: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = parquet(tmp_path / "x.parquet", {"id": ["a", "b"] * 20, "X": ["2", "4O"] * 20})

    def meddle() -> None:
        match change:
            case "removed":
                file.unlink()
            case "cut":
                file.write_bytes(file.read_bytes()[:200])
            case "shorter":
                parquet(file, {"id": ["a"], "X": ["2"]})
            case "longer":
                parquet(file, {"id": ["a", "b"] * 40, "X": ["2", "4O"] * 40})
            case _:
                parquet(file, {"id": ["a"] * 40, "Y": ["2"] * 40})

    settle = Run.settle

    def settle_late(run: Run) -> None:
        meddle()
        settle(run)

    if not is_late:
        monkeypatch.setattr(Run, "settle", settle_late)
    with (  # noqa: PT012 (which call refuses depends on when the file was changed)
        ColumnarInspection(standard(NUMBER), [str(file)], FactsOptions(), print, print) as inspection,
        pytest.raises(Refused) as refused,
    ):
        inspection.judge()
        meddle()
        list(inspection.worst(3, 3))
    what = "this file was changed while it was judged; judge it again when it stays as it is, or a copy"
    assert list(map(str, refused.value.problems)) == [f"{file}: {what} [changed-facts]"]
