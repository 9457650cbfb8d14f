"""What `gonogo trace` writes: one trace in full, many as a Pareto of causes, or the graph as an FMEA."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TextIO

import gonogo
from gonogo_cli.drawings.picture import picture_of, write_picture
from gonogo_cli.formats.report import dumps
from gonogo_cli.formats.trace import pareto_lines, trace_lines
from gonogo_cli.options import Run
from gonogo_cli.output import open_output
from gonogo_cli.page import FAINT, Line, line, write_page

Traces = Sequence[tuple[gonogo.TracedUnit, gonogo.Trace]]

COLUMNS: Final = (
    "item",
    "lot",
    "traced",
    "cause",
    "category",
    "probability",
    "prior",
    "none_of_these",
    "ties",
    "exact",
)


@dataclass(frozen=True, slots=True)
class Traced:
    """What was traced.

    Parameters
    ----------
    is_single : bool
        Whether one unit was asked for, and is told in full.
    top : int
        How many groups a table shows.
    """

    run: Run
    graph: gonogo.CauseGraph
    tracing: gonogo.Tracing
    traces: Traces
    is_single: bool
    top: int


def write_traced(told: Traced, draw: str | None, draw_as: Literal["fishbone", "graph"]) -> None:
    """Write the result, and the picture where one is asked for."""
    run = told.run
    with open_output(run.output) as stream:
        match run.format:
            case "json":
                _write_json(told, stream)
            case "jsonl":
                stream.writelines(f"{dumps(_as_dict(*each))}\n" for each in told.traces)
            case "csv":
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(COLUMNS)
                writer.writerows(_row(*each) for each in told.traces)
            case _:
                write_page(_page(told), stream, run.no_color)
    if draw is not None and told.traces:
        write_picture(picture_of(told.graph, told.traces), draw, draw_as)


_NOTHING: Final[dict[str, object]] = {"item": None, "lot": None, "traced": [], "causes": []}
"""What is told of one unit in which there is nothing to trace."""


def _write_json(told: Traced, stream: TextIO) -> None:
    items = [_as_dict(*each) for each in told.traces]
    if told.is_single:
        stream.write(dumps(items[0] if len(items) == 1 else items if items else _NOTHING) + "\n")
        return
    standard, graph = told.graph.standard, told.graph
    found = gonogo.pareto(told.traces)
    document = {
        "standard": {"id": standard.id, "version": standard.version, "hash": standard.hash},
        "causes": {"path": graph.path, "version": graph.version},
        "traced": found.units,
        "pareto": [
            {"causes": list(group.causes), "together": group.is_joint, "units": group.units} for group in found.groups
        ],
        "expected": found.expected,
        "unexplained": dict(told.tracing.unexplained),
        "indeterminate": told.tracing.unjudged,
        "contradicting": told.tracing.contradicting,
    }
    lines = ",\n".join(map(dumps, items))
    stream.write(f'{dumps(document)[:-1]},\n"items": [\n{lines}]}}\n')


def _as_dict(unit: gonogo.TracedUnit, trace: gonogo.Trace) -> dict[str, object]:
    is_item = unit.kind == "item"
    about = {"item": unit.name, "lot": unit.lot} if is_item else {"item": None, unit.kind: unit.name}
    return {**about, **trace.as_dict()}


def _row(unit: gonogo.TracedUnit, trace: gonogo.Trace) -> tuple[object, ...]:
    top = trace.top
    item, lot = (unit.name, unit.lot) if unit.kind == "item" else (None, unit.name)
    cause = (top.cause, top.category, top.probability, top.prior) if top is not None else (None,) * 4
    return (item, lot, ";".join(trace.traced), *cause, trace.none_of_these, ";".join(trace.ties), trace.is_exact)


def _page(told: Traced) -> Iterator[Line]:
    graph = told.graph
    if told.is_single:
        for number, (unit, trace) in enumerate(told.traces):
            if number:
                yield line()
            note = "" if told.tracing.seen else unit.disposition or ""  # of what a person saw the verdict knows nothing
            yield from trace_lines(trace, str(unit), graph, note)
        return
    standard = graph.standard
    yield line((f"{standard.id} {standard.version}", "bold"), f"  {standard.title}")
    tracing = told.tracing
    if not told.traces and not tracing.contradicting:
        yield line("there is nothing to trace: no finding that the cause-effect graph explains")
    if tracing.contradicting:
        of = f"of {tracing.contradicting + len(told.traces):,} units with findings"
        yield line(
            (f"{tracing.contradicting:,} {of} can't be traced: what is known of them contradicts the graph", "yellow")
        )
    if tracing.unjudged:
        what = "unit that could not be judged is" if tracing.unjudged == 1 else "units that could not be judged are"
        yield line((f"{tracing.unjudged:,} {what} not in this: nothing is found of such so far", FAINT))
    kinds = Counter(unit.kind for unit, _ in told.traces)
    for kind, count in kinds.items():
        yield line()
        what = kind if count == 1 else f"{kind}s"
        part = [(unit, trace) for unit, trace in told.traces if unit.kind == kind]
        yield from pareto_lines(gonogo.pareto(part), what, graph, told.top)


# ---------------------------------------------------------------------------------------------------------- FMEA


def write_fmea(
    run: Run, graph: gonogo.CauseGraph, tracing: gonogo.Tracing | None, findings: Sequence[str], top: int
) -> int:
    """Write the FMEA of the nonconformities that were asked for, or found; its exit code."""
    names = list(findings)
    if not names and tracing is not None:
        names = list(tracing.found)
    rows = gonogo.fmea(graph, names) if names or tracing is None else ()
    if run.format == "xlsx":
        from gonogo_cli.formats.fmea_workbook import write_workbook

        write_workbook(rows, graph, run.output or "")
    else:
        from gonogo_cli.formats.fmea import write_fmea as write

        with open_output(run.output) as stream:
            write(rows, graph, stream, run, top)
    return run.code(tracing is None or not tracing.units)
