"""Judges the same files one by one and in columns, and holds what the two engines say against each other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from gonogo.facts import FactsOptions
from gonogo.inspection.columnar import ColumnarInspection
from gonogo.inspection.one_by_one import Inspection
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused, Source
from gonogo.program.compiler import compile_standard
from gonogo.tally import FactPlace, Summary, Unusable
from gonogo.verdict import Verdict
from gonogo_cli.formats.flat import flat_row
from gonogo_cli.worst import MOST_WEIGHED, Worst

OUTCOMES = ("conforming", "nonconforming", "indeterminate")
TOLD = ("nonconforming", "indeterminate")
TOP = 3


@dataclass(slots=True)
class Said:
    """What one engine said.

    Parameters
    ----------
    tables, odd : int
        How many sources the columns read by themselves, and how many of their rows they left to the scalar screen.
    """

    lines: list[str] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    worst: list[str] = field(default_factory=list)
    first_open: list[str] = field(default_factory=list)
    placed: list[tuple[FactPlace, str]] | None = None
    unusable: list[Unusable] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    summary: Summary | None = None
    refused: list[str] = field(default_factory=list)
    tables: int = 0
    odd: int = 0
    situations: int = 0


def standard_of(text: str) -> Standard:
    return Standard(compile_standard(Source("standard.yaml", text)))


def one_by_one(standard: Standard, paths: Sequence[str], options: FactsOptions, *, has_tops: bool = True) -> Said:
    said, verdicts, placed = Said(), [], []
    inspection = Inspection(standard, paths, options, said.problems.append, said.unusable.append)
    try:
        for verdict in inspection:
            verdicts.append(verdict)
            if verdict.outcome in TOLD:
                placed.append((inspection.place, line_of(verdict)))
    except Refused as refused:
        said.refused = [str(problem) for problem in refused.problems]
    said.lines = [line_of(verdict) for verdict in verdicts]
    said.rows = [flat_row(verdict) for verdict in verdicts]
    if has_tops:
        said.worst = worst_of(standard, (verdict for verdict in verdicts if verdict.outcome == "nonconforming"))
        said.first_open = [line_of(verdict) for verdict in verdicts if verdict.outcome == "indeterminate"][:TOP]
        said.placed = placed
    said.summary = inspection.summary
    return said


def in_columns(
    standard: Standard,
    paths: Sequence[str],
    options: FactsOptions,
    *,
    is_json: bool = False,
    is_both: bool = False,
    has_tops: bool = False,
) -> Said:
    said = Said()
    report, tell = said.problems.append, said.unusable.append
    with ColumnarInspection(standard, paths, options, report, tell, is_json=is_json, is_both=is_both) as judged:
        try:
            judged.judge()
        except Refused as refused:
            said.refused = [str(problem) for problem in refused.problems]
            return said
        if is_json or is_both:
            said.lines = [line for some in judged.lines(OUTCOMES) for line in some]
        if is_both or not is_json:
            said.rows = [tuple(row) for some in judged.rows(OUTCOMES) for row in some]
        if has_tops:
            judged.write_parquet(str(judged._session.folder / "rows.parquet"), OUTCOMES)
            written = pq.read_table(judged._session.folder / "rows.parquet").to_pylist()
            assert [tuple(row.values()) for row in written] == said.rows
            said.worst = worst_of(standard, judged.worst(TOP, MOST_WEIGHED))
            said.first_open = [line_of(verdict) for verdict in judged.first_open(TOP)]
            said.placed = [(judged.place, line_of(verdict)) for verdict in judged.verdicts(TOLD)]
        said.summary, said.situations = judged.summary, judged.situations
        tables = judged._judged._tables()
        said.tables = len(tables)
        counts = (f"SELECT count(*) FROM {taken.screened} WHERE odd" for taken in tables)
        said.odd = sum(judged._session.run(count)[0][0] for count in counts)
    return said


def line_of(verdict: Verdict) -> str:
    return json.dumps(verdict.as_dict(), ensure_ascii=False)


def worst_of(standard: Standard, verdicts: Iterable[Verdict]) -> list[str]:
    """What the table shows of nonconforming items."""
    worst = Worst(TOP, standard.classes)
    for verdict in verdicts:
        worst.add(verdict)
    return [line_of(verdict) for verdict in worst.verdicts()]


def compare(standard: Standard, *paths: str | Path, options: FactsOptions | None = None) -> Said:
    """Assert that both engines say the same of some files, in all formats; what the columns said."""
    told, named = options or FactsOptions(), [str(path) for path in paths]
    wanted = one_by_one(standard, named, told)
    hold(in_columns(standard, named, told, is_json=True), wanted)
    rows = in_columns(standard, named, told, is_both=True, has_tops=True)
    hold(rows, wanted)
    return rows


def compare_rows(standard: Standard, *paths: str | Path, options: FactsOptions | None = None) -> Said:
    """The same of flat rows alone, which takes a third of the time."""
    told, named = options or FactsOptions(), [str(path) for path in paths]
    rows = in_columns(standard, named, told)
    hold(rows, one_by_one(standard, named, told, has_tops=False))
    return rows


def hold(said: Said, wanted: Said) -> None:
    """Hold what one engine said against what the other did; one of them in lines or in rows only."""
    assert said.refused == wanted.refused
    if wanted.refused:
        return
    assert said.lines in ([], wanted.lines)
    assert said.rows in ([], wanted.rows)
    assert bool(said.lines or said.rows) == bool(wanted.rows)
    assert said.worst in ([], wanted.worst)
    assert said.first_open in ([], wanted.first_open)
    assert said.placed is None or said.placed == wanted.placed
    assert said.summary == wanted.summary
    assert in_order(said.unusable) == in_order(wanted.unusable)
    problems = (problem for problem in said.problems if problem.code != "many-situations")
    assert sorted(map(str, problems)) == sorted(map(str, wanted.problems))


def in_order(cells: Sequence[Unusable]) -> list[Unusable]:
    """What is said of cells, whatever the order of the files."""
    return sorted(cells, key=lambda cell: (cell.path, cell.row, cell.column, cell.problem))
