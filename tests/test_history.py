"""Lots over time: the earliest time of each lot, and how its items came out, alike one by one and in columns."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gonogo

FACTS = """
facts:
  item: id
  lot: lot
  time: at
  missing words: [none]
  fields: {x: {kind: number}}
characteristics: {x: {at most: 5, class: major}}
"""
LOTS = """
lots:
  rules: {any: {when: nonconforming > 0, class: major}}
levels:
  - {level: suppliers, by: supplier, rules: {bad: {when: nonconforming > 0, class: major}}}
"""
UNJUDGED, JUDGED = (
    f"gonogo: 1\nstandard: s\ntitle: s\nversion: 1.0.0\nowner: q\nsource: s\npolicy: p\n{FACTS}{rest}"
    for rest in ("", LOTS)
)

TIMES = [
    "2026-03-02T08:00:00",
    "2026-03-02 08:00:00.25",
    "2026-03-02T08:00",
    "2026-03-02T08:00:00+02:00",
    "2026-03-02T07:59:59Z",
    "2026-03-01",
    " 2026-03-02T08:00:01 ",
    "2026-02-30T08:00:00",
    "0000-01-01",
    "02.03.2026",
    "none",
    "",
    "?",
]


def nobody(_told: object) -> None:
    """Take what nobody wants to know."""


def standard(text: str, folder: Path) -> gonogo.Standard:
    path = folder / "standard.yaml"
    path.write_text(text, encoding="utf-8")
    return gonogo.load(path)


def one_by_one(of: gonogo.Standard, path: Path) -> gonogo.History:
    history = of.history()
    for verdict in gonogo.Inspection(of, [str(path)], gonogo.FactsOptions(), nobody, nobody):
        history.add(verdict)
    return history


def in_columns(of: gonogo.Standard, path: Path) -> gonogo.History:
    with gonogo.ColumnarInspection(of, [str(path)], gonogo.FactsOptions(), nobody, nobody) as inspection:
        inspection.judge()
        return inspection.history()


def written(rows: list[dict[str, str]], path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "lot", "supplier", "at", "x"])
        writer.writeheader()
        writer.writerows(rows)
    return path


def row(lot: str, at: str, x: str = "1", supplier: str = "a") -> dict[str, str]:
    return {"id": f"{lot}-{at}", "lot": lot, "supplier": supplier, "at": at, "x": x}


def keyed(history: gonogo.History) -> set[tuple[object, ...]]:
    """What was gathered, whatever the order; of lots without any time nothing has to be known where they are judged."""
    return {
        (lot.name, lot.within, lot.began, *sorted(lot.outcomes.items()))
        for lot in history.lots
        if lot.began is not None or history.needs_outcomes
    }


def test_a_lot_begins_with_the_earliest_of_its_items(tmp_path: Path) -> None:
    path = written(
        [row("A", "2026-03-02T08:10"), row("A", "2026-03-02T08:00"), row("B", "2026-03-01")], tmp_path / "f.csv"
    )
    history = one_by_one(standard(UNJUDGED, tmp_path), path)
    assert [(lot.name, lot.began) for lot in history.lots] == [
        ("B", datetime(2026, 3, 1, tzinfo=UTC)),
        ("A", datetime(2026, 3, 2, 8, tzinfo=UTC)),
    ]


def test_items_without_a_time_leave_their_lot_behind_those_with_one_in_the_order_of_the_facts(tmp_path: Path) -> None:
    rows = [row("C", ""), row("A", "?"), row("B", "2026-03-01")]
    history = one_by_one(standard(UNJUDGED, tmp_path), written(rows, tmp_path / "f.csv"))
    assert [lot.name for lot in history.lots] == ["B", "C", "A"]
    assert history.timed == 1


def test_where_lots_are_not_judged_their_items_are_counted(tmp_path: Path) -> None:
    rows = [row("A", "2026-03-01", x) for x in ("1", "2", "6", "")]
    (lot,) = one_by_one(standard(UNJUDGED, tmp_path), written(rows, tmp_path / "f.csv")).lots
    assert lot.outcomes == {"conforming": 2, "nonconforming": 1, "indeterminate": 1}


def test_lots_of_one_name_and_two_suppliers_are_two(tmp_path: Path) -> None:
    rows = [row("1", "2026-03-02", supplier="b"), row("1", "2026-03-01", supplier="a")]
    for gather in (one_by_one, in_columns):
        history = gather(standard(JUDGED, tmp_path), written(rows, tmp_path / "f.csv"))
        assert [(lot.name, lot.within, lot.began and lot.began.day) for lot in history.lots] == [
            ("1", ("a",), 1),
            ("1", ("b",), 2),
        ]


@pytest.mark.parametrize("text", [UNJUDGED, JUDGED], ids=["not judged", "judged"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.builds(
            row,
            st.sampled_from(["A", "B", " A ", "", "ä"]),
            st.sampled_from(TIMES),
            st.sampled_from(["1", "6", "", "x"]),
            st.sampled_from(["a", "b", ""]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_columns_gather_what_is_gathered_one_by_one(text: str, tmp_path: Path, rows: list[dict[str, str]]) -> None:
    of, path = standard(text, tmp_path), written(rows, tmp_path / "facts.csv")
    scalar, columnar = one_by_one(of, path), in_columns(of, path)
    assert keyed(columnar) == keyed(scalar)
    assert columnar.timed == scalar.timed
    if text is UNJUDGED:
        assert columnar.lots == scalar.lots


@pytest.mark.parametrize(
    "times",
    [
        pa.array([datetime(2026, 3, 2, 8), None, datetime(2026, 3, 1)], pa.timestamp("us")),
        pa.array([datetime(2026, 3, 2, 8), None, datetime(2026, 3, 1)], pa.timestamp("ns")),
        pa.array([datetime(2026, 3, 2), None, datetime(2026, 3, 1)], pa.date32()),
        pa.array(["2026-03-02T08:00", None, "2026-03-01"]),
        pa.array([7, None, 8]),
        pa.nulls(3),
    ],
    ids=lambda times: str(times.type),
)
@pytest.mark.parametrize("names", [["A", "A", None], [1, 1, 2], [1.0, 1.0, None]], ids=["text", "whole", "float"])
def test_columns_read_lots_and_times_of_every_type_as_python_does(
    tmp_path: Path, times: pa.Array, names: list[object]
) -> None:
    path = tmp_path / "facts.parquet"
    ids, measured = pa.array(["1", "2", "3"]), pa.array([1, 6, None], pa.int64())
    pq.write_table(pa.table({"id": ids, "lot": pa.array(names), "at": times, "x": measured}), path)
    of = standard(UNJUDGED, tmp_path)
    assert in_columns(of, path).lots == one_by_one(of, path).lots


def test_rows_that_only_python_reads_are_gathered_in_columns_too(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in [row("B", "2026-03-02"), row("A", "2026-03-01")]))
    of = standard(UNJUDGED, tmp_path)
    assert in_columns(of, path).lots == one_by_one(of, path).lots
    assert [lot.name for lot in in_columns(of, path).lots] == ["A", "B"]


def test_in_a_long_layout_lots_are_counted_by_items_and_have_no_times(tmp_path: Path) -> None:
    layout = "facts:\n  layout: long\n  item: id\n  lot: lot\n  time: at\n  characteristic: what\n  value: value\n"
    of = standard(UNJUDGED.replace("facts:\n  item: id\n  lot: lot\n  time: at\n", layout), tmp_path)
    path = tmp_path / "facts.csv"
    path.write_text("id,lot,at,what,value\n1,B,2026-03-02,x,1\n2,A,2026-03-01,x,6\n1,B,2026-03-02,x,2\n", "utf-8")
    for gather in (one_by_one, in_columns):
        history = gather(of, path)
        assert [(lot.name, lot.began, lot.outcomes) for lot in history.lots] == [
            ("B", None, {"conforming": 1}),
            ("A", None, {"nonconforming": 1}),
        ]
        assert history.time is None


def test_a_standard_that_names_no_lot_has_no_history() -> None:
    milling = gonogo.load("milling-cell")
    for gather in (one_by_one, in_columns):
        history = gather(milling, Path(milling.path).with_name("sample.csv"))
        assert history.lots == ()
        assert history.time is None
