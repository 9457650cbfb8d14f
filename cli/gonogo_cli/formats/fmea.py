"""An FMEA as a table for people, as CSV and as JSON."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Final, TextIO

import gonogo
from gonogo_cli.formats.report import dumps, dumps_lines
from gonogo_cli.formats.trace import money, percent
from gonogo_cli.options import Run
from gonogo_cli.page import FAINT, Line, Words, grid, heading, line, write_page

COLUMNS: Final = (
    "nonconformity", "cause", "category", "path", "severity", "occurrence", "detection", "rpn", "probability",
    "due_to_cause", "cost_per_1000", "currency", "actions", "error",
)  # fmt: skip


def write_fmea(rows: Sequence[gonogo.FmeaRow], graph: gonogo.CauseGraph, stream: TextIO, run: Run, top: int) -> None:
    """Write the rows in the format of the run."""
    match run.format:
        case "json":
            standard = graph.standard
            about = {"id": standard.id, "version": standard.version, "hash": standard.hash}
            currency = dumps(graph.written.currency)
            told = dumps_lines({**row.as_dict(), "category": graph.written.causes[row.cause].category} for row in rows)
            stream.write(f'{{"standard": {dumps(about)}, "currency": {currency},\n"rows": {told}}}\n')
        case "csv":
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(cells(row, graph) for row in rows)
        case _:
            write_page(_page(rows, graph, top), stream, run.no_color)


def cells(row: gonogo.FmeaRow, graph: gonogo.CauseGraph) -> tuple[object, ...]:
    """A row as `COLUMNS`."""
    return (
        row.nonconformity,
        row.cause,
        graph.written.causes[row.cause].category,
        " > ".join(row.path.nodes),
        row.severity,
        row.occurrence,
        row.detection,
        row.rpn,
        row.chance,
        row.due,
        row.cost,
        graph.written.currency,
        ";".join(row.actions),
        row.error,
    )


def _page(rows: Sequence[gonogo.FmeaRow], graph: gonogo.CauseGraph, top: int) -> Iterator[Line]:
    standard = graph.standard
    yield line((f"{standard.id} {standard.version}", "bold"), f"  {graph.written.title or standard.title}")
    yield line()
    if not rows:
        yield line("there is nothing to show: no nonconformity that the cause-effect graph explains")
        return
    yield heading("failure mode and effects analysis, the dearest cause first")
    told: list[list[str | Words]] = [
        [(word, FAINT) for word in ("cost/1000", "RPN", "S", "O", "D", "of it", "nonconformity", "path", "actions")]
    ]
    for row in rows[:top]:
        told.append(
            [
                "" if row.cost is None else money(row.cost, graph),
                ("" if row.rpn is None else str(row.rpn), "bold"),
                *("" if each is None else str(each) for each in (row.severity, row.occurrence, row.detection)),
                percent(row.due / row.chance) if row.chance else "",
                row.nonconformity,
                " > ".join(row.path.nodes[:-1]),
                (", ".join(row.actions), FAINT),
            ]
        )
    yield from grid(told, ">>>>>><<<")
    if len(rows) > top:
        yield line((f"  … and {len(rows) - top:,} more; `--top {len(rows)}` shows all", FAINT))
    yield line()
    error = max(row.error for row in rows)
    if error:
        told_of = f"approximate, with a standard error of up to {error:.2g} in the chance that is due to a cause: "
        yield line("  ", (f"{told_of}the graph is too tangled for exact numbers", "yellow"), hang=4)
    yield line(
        ("  cost/1000: expected cost of 1000 parts that is due to the cause, what detection catches left out", FAINT)
    )
    yield line(("  of it: the share of the nonconformity that would be gone without the cause", FAINT))
