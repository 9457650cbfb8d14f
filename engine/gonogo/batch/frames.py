"""Tables in memory, of Arrow, Polars or pandas: judged in columns, and the verdicts come back as the same kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gonogo.batch.long import take_long
from gonogo.batch.run import FLAT, Run
from gonogo.batch.source import Placed, Rows, Table
from gonogo.facts import Row
from gonogo.facts.arrays import cells_of
from gonogo.facts.header import refuse_repeated
from gonogo.facts.tables import plain_columns
from gonogo.judge import Judge
from gonogo.problems import Problem
from gonogo.requirements import columns_of, require_columns
from gonogo.screen.columnar import Session
from gonogo.screen.engine import Unscannable
from gonogo.tally import Tally, Unusable

if TYPE_CHECKING:
    import pyarrow as pa

NAME: Final = "the table"
OUTCOMES: Final = ("conforming", "nonconforming", "indeterminate")


def judge_frame(
    judge: Judge, frame: Any, on_unusable: Callable[[Unusable], None], report: Callable[[Problem], None]
) -> Any:
    """Judge the rows of a table.

    Parameters
    ----------
    frame : pyarrow.Table, pyarrow.RecordBatch, polars.DataFrame, polars.LazyFrame or pandas.DataFrame
        A column for each column of the facts. In pandas, NaN means that a value is missing.
    on_unusable : callable
        Takes each cell that could not be used.
    report : callable
        Takes what else came up.

    Returns
    -------
    table of the same kind
        A row for each of the facts, in their order: item, lot, outcome, class, disposition, and the ids of the rules
        that spoke and of those that could not be judged, each joined by ``;``. A pandas index is kept. In a long
        layout it has a row for each item, in the order of their first rows.

    Raises
    ------
    Refused
        Where a column is missing, or two have one name.
    """
    refuse_repeated(_names(frame), NAME)
    judged = _judged(judge, _arrow(frame), on_unusable, report)
    return _like(frame, judged, is_long=judge.exact.long is not None)


def _judged(
    judge: Judge, table: pa.Table, on_unusable: Callable[[Unusable], None], report: Callable[[Problem], None]
) -> pa.Table:
    import pyarrow as pa

    require_columns(judge.exact, NAME, table.column_names)
    tally = Tally(judge.exact, report, on_unusable)
    with Session() as session:
        run = Run(judge, tally, session, is_json=False)
        read = partial(_rows, table, columns_of(judge.exact))
        rows, source = Rows(NAME, read, read), _table(run, session, table)
        if judge.exact.long is not None:
            take_long(run, [rows if source is None else source], lambda _: [rows])
        elif source is None or not run.take_table(source):
            run.take_rows(rows)
        run.settle()
        schema = pa.schema([(name, pa.string()) for name in FLAT])
        batches = [pa.Table.from_batches([batch]).cast(schema) for batch in run.batches(OUTCOMES)]
    return pa.concat_tables([schema.empty_table(), *batches])


def _table(run: Run, session: Session, table: pa.Table) -> Table | None:
    """The source that DuckDB reads; None where it can't."""
    needed = plain_columns(table, columns_of(run.judge.exact))
    if needed is None or len({name.casefold() for name in table.column_names}) < table.num_columns:
        return None
    session.register("facts", needed)
    try:
        return Table(((NAME, 0),), "facts", session.columns("facts"))
    except Unscannable:
        return None


def _rows(table: pa.Table, wanted: tuple[str, ...]) -> Iterator[Placed]:
    """The rows as the scalar screen reads them."""
    recorded = frozenset(table.column_names)
    names = [name for name in wanted if name in recorded]
    place = 0
    for batch in table.to_batches(10_000):
        columns = [cells_of(batch.column(name)) for name in names]
        for cells in zip(*columns, strict=True) if columns else [()] * batch.num_rows:
            yield Placed(place, Row(place + 1, 0, dict(zip(names, cells, strict=True))), recorded)
            place += 1


def _names(frame: Any) -> list[str]:
    """The names of a table's columns; those of Polars differ from each other."""
    match type(frame).__module__.partition(".")[0]:
        case "pandas":
            return list(map(str, frame.columns))
        case "pyarrow":
            return list(frame.schema.names)
        case _:
            return []


def _arrow(frame: Any) -> pa.Table:
    """A table as Arrow has it."""
    import pyarrow as pa

    match type(frame).__module__.partition(".")[0]:
        case "polars":
            return (frame.collect() if type(frame).__name__ == "LazyFrame" else frame).to_arrow()
        case "pandas":
            return pa.table({str(name): _series(frame[name]) for name in frame.columns})
        case _:
            return pa.Table.from_batches([frame]) if isinstance(frame, pa.RecordBatch) else frame


def _series(series: Any) -> pa.Array:
    """A column of pandas; one of all sorts of values as their texts, for Arrow has only columns of one sort."""
    import pyarrow as pa

    try:
        return pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        is_there = series.notna()
        return pa.array(
            [str(cell) if there else None for cell, there in zip(series, is_there, strict=True)], pa.string()
        )


def _like(frame: Any, table: pa.Table, *, is_long: bool) -> Any:
    """Verdicts as the kind of table that the facts were; of measurements there are not as many as there are rows."""
    import pyarrow as pa

    match type(frame).__module__.partition(".")[0]:
        case "polars":
            import polars

            found = polars.from_arrow(table)
            return found.lazy() if type(frame).__name__ == "LazyFrame" else found  # type: ignore[union-attr]  # a table gives a frame
        case "pandas":
            found = table.to_pandas()
            return found if is_long else found.set_axis(frame.index, axis="index")
        case _:
            return (
                table.combine_chunks().to_batches()[0]
                if isinstance(frame, pa.RecordBatch) and table.num_rows
                else table
            )
