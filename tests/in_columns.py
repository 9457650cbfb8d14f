"""Judges tables of facts in columns, for tests, and says how many rows were left to the scalar screen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pyarrow as pa

from gonogo.batch.run import Run
from gonogo.batch.source import Table
from gonogo.pack import Standard
from gonogo.problems import Problem
from gonogo.screen.columnar import Session
from gonogo.tally import Summary, Tally, Unusable

ALL = ("conforming", "nonconforming", "indeterminate")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a run in columns came to."""

    lines: list[str]
    rows: list[tuple[Any, ...]]
    summary: Summary
    unusable: list[Unusable]
    problems: list[Problem]
    odd: int
    situations: int


def judged(standard: Standard, table: pa.Table, decimal: Any = ".") -> Judged:
    """Judge a table twice, for JSON and for columns."""
    lines = _run(standard, table, decimal, is_json=True)
    rows = _run(standard, table, decimal, is_json=False)
    assert lines.summary == rows.summary
    return Judged(lines.lines, rows.rows, rows.summary, rows.unusable, rows.problems, rows.odd, rows.situations)


def _run(standard: Standard, table: pa.Table, decimal: Any, *, is_json: bool) -> Judged:
    unusable: list[Unusable] = []
    problems: list[Problem] = []
    tally = Tally(standard.compiled.exact, problems.append, unusable.append)
    with Session() as session:
        session.register("facts", table)
        run = Run(standard.judging, tally, session, is_json=is_json)
        source = Table((("facts", 0),), "facts", session.columns("facts"), decimal=decimal)
        assert run.screening.screen(source, "once") is not None, "no column holds what this standard computes"
        assert run.take_table(source)
        run.settle()
        lines = [line for some in run.lines(ALL) for line in some] if is_json else []
        rows = [] if is_json else [row for some in run.flat(ALL) for row in some]
        [(odd,)] = session.run("SELECT count(*) FROM screened_0 WHERE odd")
    return Judged(lines, rows, tally.summary, unusable, problems, odd, run.situations)


def expected(standard: Standard, cells: Sequence[Mapping[str, object]], header: Sequence[str]) -> list[str]:
    """The same facts judged one by one, as JSON lines."""
    recorded = frozenset(header)
    verdicts = (standard.judge_row(fact, number, recorded) for number, fact in enumerate(cells, start=1))
    return [json.dumps(verdict.as_dict(), ensure_ascii=False) for verdict in verdicts]


def table_of(cells: Sequence[Mapping[str, object]], header: Sequence[str], *, is_text: bool) -> pa.Table:
    """Facts as a table: of texts, or of whatever Arrow makes of the values."""
    columns = {name: [fact.get(name) for fact in cells] for name in header}
    kind = pa.string() if is_text else None
    return pa.table({name: pa.array(values, kind) for name, values in columns.items()})


def typed(cell: object, kind: str) -> object:
    """A cell of text as a program holds it, where that loses nothing; else None."""
    if not isinstance(cell, str):
        return cell
    try:
        match kind:
            case "number":
                number = float(cell)
                return number if Fraction(repr(number)) == Fraction(cell.strip()) else None
            case "flag":
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(cell.lower())
            case "date":
                return date.fromisoformat(cell)
            case "time":
                return datetime.fromisoformat(cell)
            case _:
                return cell
    except (ValueError, OverflowError):
        return None
