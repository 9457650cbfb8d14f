"""Tables in memory: Arrow, Polars and pandas are judged as they are, and verdicts come back as the same kind."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import gonogo

FACTS: dict[str, list[Any]] = {
    "UDI": [1, 2, 3, 4],
    "Type": ["L", "M", "X", "H"],
    "Air temperature [K]": [298.1, 300.0, None, 300.0],
    "Process temperature [K]": [308.6, 308.0, 310.0, 310.0],
    "Rotational speed [rpm]": [1551, 1300, 1400, 1500],
    "Torque [Nm]": [42.8, 40.0, 60.1, float("nan")],
    "Tool wear [min]": [0, 220, 100, 0],
}
DISPOSITIONS = ["release", "scrap", "hold", "hold"]
FINDINGS = ["", "heat-dissipation;tool-worn", "", ""]


@pytest.fixture(scope="module")
def standard() -> gonogo.Standard:
    return gonogo.load("milling-cell")


@pytest.mark.parametrize(
    "make",
    [pa.table, pa.RecordBatch.from_pydict, pl.DataFrame, pl.LazyFrame, pd.DataFrame],
    ids=["pyarrow.Table", "pyarrow.RecordBatch", "polars.DataFrame", "polars.LazyFrame", "pandas.DataFrame"],
)
def test_verdicts_come_back_as_the_kind_of_table_that_the_facts_were(standard: gonogo.Standard, make: Any) -> None:
    facts = make(FACTS)
    verdicts = standard.judge(facts)
    assert type(verdicts) is type(facts)
    assert texts(verdicts, "disposition") == DISPOSITIONS
    assert texts(verdicts, "findings") == FINDINGS


def texts(table: Any, column: str) -> list[str]:
    """A column of any kind of table."""
    rows = table.collect() if isinstance(table, pl.LazyFrame) else table
    return list(map(str, rows[column] if not isinstance(rows, pa.Table | pa.RecordBatch) else rows[column].to_pylist()))


def test_what_cannot_be_used_is_told_and_what_is_missing_in_pandas_is_missing(standard: gonogo.Standard) -> None:
    told: list[gonogo.Unusable] = []
    standard.judge(pa.table(FACTS), on_unusable=told.append)
    assert [str(cell.as_problem()) for cell in told] == [
        "the table: row 3, column `Type`: `X` is not one of `H`, `L`, `M` [unusable-value]",
        "the table: row 4, column `Torque [Nm]`: `nan` is not a number [unusable-value]",
    ]
    told.clear()
    standard.judge(pd.DataFrame(FACTS), on_unusable=told.append)
    assert [cell.column for cell in told] == ["Type"]


def test_a_pandas_index_is_kept(standard: gonogo.Standard) -> None:
    verdicts = standard.judge(pd.DataFrame(FACTS, index=pd.Index(list("wxyz"))))
    assert list(verdicts.index) == list("wxyz")


def test_a_column_of_all_sorts_of_values_is_read_cell_by_cell(standard: gonogo.Standard) -> None:
    told: list[gonogo.Unusable] = []
    mixed = pd.DataFrame(FACTS | {"Torque [Nm]": [42.8, "40,0", 60.1, None]})
    verdicts = standard.judge(mixed, on_unusable=told.append)
    assert [cell.text for cell in told if cell.column == "Torque [Nm]"] == ["40,0"]
    assert verdicts["outcome"][0] == "conforming"


def test_a_table_without_a_column_is_refused_with_the_nearest(standard: gonogo.Standard) -> None:
    facts = pl.DataFrame(FACTS).rename({"Torque [Nm]": "Torque [N m]"})
    with pytest.raises(gonogo.Refused) as refused:
        standard.judge(facts)
    assert str(refused.value) == (
        "the table: no column `Torque [Nm]`, which `torque` is read from; did you mean `Torque [N m]`? [missing-column]"
    )


def test_a_table_with_names_that_differ_only_in_case_is_judged_row_by_row(standard: gonogo.Standard) -> None:
    facts = pa.table(FACTS | {"TYPE": ["a", "b", "c", "d"]})
    assert standard.judge(facts).column("disposition").to_pylist() == DISPOSITIONS


@pytest.mark.parametrize("make", [pa.Table.from_arrays, None], ids=["pyarrow", "pandas"])
def test_a_table_with_one_name_for_two_columns_is_refused(standard: gonogo.Standard, make: Any) -> None:
    facts = pd.DataFrame([[1, 2]], columns=["UDI", "UDI"]) if make is None else make([[1], [2]], names=["UDI", "UDI"])
    with pytest.raises(
        gonogo.Refused, match=r"the table: `UDI` names 2 columns, 1 and 2 the first; .*\[repeated-column\]"
    ):
        standard.judge(facts)


def test_an_empty_table_gives_an_empty_table(standard: gonogo.Standard) -> None:
    facts = pa.table({name: pa.array([], pa.string()) for name in FACTS})
    assert standard.judge(facts).num_rows == 0
    assert len(standard.judge(pd.DataFrame(FACTS).iloc[:0])) == 0


def test_facts_that_are_neither_are_named(standard: gonogo.Standard) -> None:
    with pytest.raises(TypeError, match="or a table"):
        standard.judge(7)
