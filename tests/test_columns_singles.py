"""Verdicts out of a run in columns, one by one: with their places, in all formats of facts, beside lines and rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from both_engines import compare, standard_of
from gonogo.facts import FactsOptions
from gonogo.inspection.columnar import ColumnarInspection
from gonogo.loading import load
from gonogo.pack import Standard
from gonogo.tally import FactPlace

ROOT = Path(__file__).resolve().parents[1]

STANDARD = """
gonogo: 1
standard: s
facts:
  item: id
  fields:
    x: {unit: mm}
    y: {unit: mm}
rules:
  large: {when: x > 5 mm, class: major}
  small: {when: y < 1 mm, class: minor}
"""
CELLS: dict[str, list[str | None]] = {
    "id": ["a", 'b"', "c", "d", "e"],
    "x": ["1", "9", None, "7", "1"],
    "y": ["2", "2", "2", "n/a", "0"],
}


def standard() -> Standard:
    return standard_of(STANDARD)


def text(start: str = "") -> str:
    rows = zip(*([cell or "" for cell in column] for column in CELLS.values()), strict=True)
    return start + "\n".join([",".join(CELLS), *(",".join(row).replace('b"', '"b"""') for row in rows)]) + "\n"


def places(path: Path, outcomes: tuple[str, ...] = ("nonconforming", "indeterminate")) -> list[tuple[str, FactPlace]]:
    with ColumnarInspection(standard(), [str(path)], FactsOptions(), lambda _: None, lambda _: None) as judged:
        judged.judge()
        return [(verdict.item, judged.place) for verdict in judged.verdicts(outcomes)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", text().encode()),
        ("packed.csv.gz", gzip.compress(text().encode(), mtime=0)),
        ("folded.csv", text().replace("d,7", '"d\nd",7').encode()),
        ("blank-lines.csv", text().replace("c,", "\n\nc,").encode()),
    ],
)
def test_a_verdict_out_of_columns_tells_the_line_of_its_fact(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = [place for _, place in places(path)]
    lines = (gzip.decompress(content) if name.endswith("gz") else content).decode().split("\n")
    assert [place.row for place in found] == [2, 3, 4, 5]
    for place, start in zip(found, "bcde", strict=True):
        assert lines[place.line - 1].lstrip('"').startswith(start)
        assert str(place) == f"{path}:{place.line}"


def test_a_verdict_of_a_file_without_lines_tells_its_row(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table(CELLS), path)
    assert [place for _, place in places(path)] == [FactPlace(str(path), row, 0) for row in (2, 3, 4, 5)]
    assert str(places(path)[0][1]) == str(path)


def test_rows_of_several_files_read_as_one_are_told_by_their_own_file(tmp_path: Path) -> None:
    for name in ("x.parquet", "y.parquet"):
        pq.write_table(pa.table(CELLS), tmp_path / name)
    assert [(Path(place.path).name, place.row) for _, place in places(tmp_path)] == [
        (name, row) for name in ("x.parquet", "y.parquet") for row in (2, 3, 4, 5)
    ]
    assert compare(standard(), tmp_path / "x.parquet", tmp_path / "y.parquet").tables == 1


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.parquet"])
def test_verdicts_are_those_of_the_outcomes_that_are_asked_for(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    match path.suffix:
        case ".csv":
            path.write_text(text())
        case ".jsonl":
            path.write_text("\n".join(map(json.dumps, pa.table(CELLS).to_pylist())))
        case _:
            pq.write_table(pa.table(CELLS), path)
    assert [item for item, _ in places(path, ("nonconforming",))] == ['b"', "d", "e"]
    assert [item for item, _ in places(path, ("indeterminate",))] == ["c"]
    assert [item for item, _ in places(path, ("conforming", "indeterminate"))] == ["a", "c"]
    assert places(path, ()) == []


@pytest.mark.parametrize("pack", ["milling-cell", "turned-shaft"])
def test_lines_rows_and_single_verdicts_of_one_run_are_those_of_the_facts_one_by_one(pack: str) -> None:
    said = compare(load(pack), ROOT / "rules" / pack / "sample.csv")
    assert said.lines
    assert len(said.lines) == len(said.rows)
    assert said.placed
