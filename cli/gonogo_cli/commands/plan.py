"""`gonogo plan`: the corrective actions that pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import click

import gonogo
from gonogo_cli.formats.plan import plan_lines
from gonogo_cli.formats.report import dumps
from gonogo_cli.options import AsOf, Run, common, complete_files, effective, pack_argument, reading
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.page import write_page
from gonogo_cli.progress import watched

Told = Callable[[click.Context, click.Parameter, str | None], object]


def _read_by(read: Callable[[str], Fraction | float | None], what: str) -> Told:
    """What reads the text of an option."""

    def told(context: click.Context, parameter: click.Parameter, text: str | None) -> object:
        value = None if text is None else read(text)
        if text is not None and value is None:
            name = (parameter.name or "").replace("_", "-")
            raise click.UsageError(f"`--{name} {text}` is not {what}", context)
        return value

    return told


def _chance(text: str) -> float | None:
    value = gonogo.read_probability(text)
    return value if value is not None and 0 <= value <= 1 else None


@click.command(epilog="\b\nExample:\n  gonogo plan milling-cell --for overstrain --budget 1000")
@pack_argument
@click.argument("facts", metavar="[FACTS...]", nargs=-1, shell_complete=complete_files)
@click.option(
    "--for",
    "findings",
    metavar="FINDING",
    multiple=True,
    help="Plan against this nonconformity; may be told again.  [default: all that the facts have]",
)
@click.option(
    "--budget",
    metavar="N",
    callback=_read_by(gonogo.read_amount, "an amount: write it as 1000"),
    help="Leave the least risk for so much money.",
)
@click.option(
    "--residual-risk",
    metavar="P",
    callback=_read_by(_chance, "a probability: write it as 0.001, 0.1 %, 20 ppm or 1 in 1000"),
    help="Bring each nonconformity down to this chance, as cheaply as can be.",
)
@click.option(
    "--within",
    metavar="TIME",
    callback=_read_by(gonogo.read_days, "a time: write it as 4 hours, 1 day or 2 weeks"),
    help="Take only actions that are in place within this time, such as 10 days.",
)
@click.option(
    "--parts",
    metavar="N",
    type=click.IntRange(min=1),
    default=10_000,
    show_default=True,
    help="Without a budget and a residual risk: actions have to pay within so many parts.",
)
@click.option("--frontier", is_flag=True, help="Show what less and less risk costs, too.")
@effective
@reading
@common("table", "json", can_fail=True)
def plan(
    run: Run,
    pack: str,
    facts: tuple[str, ...],
    findings: tuple[str, ...],
    budget: Fraction | None,
    residual_risk: float | None,
    within: Fraction | None,
    parts: int,
    frontier: bool,
    as_of: AsOf,
    reading: gonogo.FactsOptions,
) -> int:
    """Propose the corrective actions that pay, by the `causes.yaml` of the pack: the best set of them, exactly.

    It is about the long run: the chance that one part has a nonconformity, with the causes as likely as the pack says.
    Without FACTS and `--for`, all nonconformities of the pack are at stake.

    Exits with 1 where no actions reach the residual risk.
    """
    if budget is not None and residual_risk is not None:
        told = "say `--budget`, or `--residual-risk`, not both"
        raise click.UsageError(told, click.get_current_context())
    refuse_overwriting(run.output, facts, [pack])
    standard = as_of.load(pack, run.messages)
    graph = gonogo.load_causes(pack, standard)
    for warning in graph.warnings:
        run.messages.tell(warning)
    graph.refuse_unknown((), (), findings)
    stake = findings or (_found(run, standard, graph, facts, reading) if facts else graph.nonconformities)
    if not stake and facts:
        return _nothing(run, graph)
    planner = gonogo.Planner(graph, stake, within)
    if residual_risk is not None:
        found = planner.cheapest(residual_risk)
    elif budget is not None:
        found = planner.within_budget(budget)
    else:
        found = planner.most_paying(parts)
    line = planner.frontier() if frontier else None
    if found is None:
        run.messages.tell(_out_of_reach(graph, planner, residual_risk or 0.0))
    with open_output(run.output) as stream:
        if run.format == "json":
            document: dict[str, object] = {"actions": None} if found is None else found.as_dict()
            if line is not None:
                document |= {"frontier": [point.as_dict() for point in line.points], "frontier_whole": line.is_whole}
            stream.write(dumps(document) + "\n")
        else:
            is_paying = residual_risk is None and budget is None
            write_page(plan_lines(found, graph, line, is_paying=is_paying), stream, run.no_color)
    return run.code(found is not None)


def _nothing(run: Run, graph: gonogo.CauseGraph) -> int:
    """The facts have no nonconformity that the graph explains."""
    what = "nothing was found in these facts that the cause-effect graph explains: there is nothing to plan against"
    run.messages.tell(gonogo.Problem("nothing-to-plan", graph.path, what, "", "warning"))
    with open_output(run.output) as stream:
        if run.format == "json":
            stream.write(dumps({"actions": [], "cost": 0, "risk_before": 0, "risk_after": 0}) + "\n")
    return 0


def _found(
    run: Run,
    standard: gonogo.Standard,
    graph: gonogo.CauseGraph,
    facts: Sequence[str],
    reading: gonogo.FactsOptions,
) -> tuple[str, ...]:
    """The nonconformities that the facts have, in the order of the graph."""
    found: set[str] = set()
    inspection = gonogo.Inspection(standard, facts, reading, run.messages.tell, run.messages.tell_unusable)
    try:
        for verdict in watched(inspection, run.quiet, run.no_color):
            if verdict.findings:
                found.update(graph.findings(graph.observe(verdict), graph.nonconformities))
        for level in inspection.summary.levels.verdicts.values():
            for unit in level:
                found.update(graph.findings(graph.observe(unit), graph.nonconformities) if unit.findings else ())
    finally:
        run.messages.close()
    return tuple(name for name in graph.nonconformities if name in found)


def _out_of_reach(graph: gonogo.CauseGraph, planner: gonogo.Planner, wanted: float) -> gonogo.Problem:
    _, chances = planner.least()
    name, least = max(chances.items(), key=lambda pair: pair[1])
    what = f"no actions bring every nonconformity to {wanted:.3g}"
    if least > wanted:
        what += f": `{name}` would stay at {least:.3g} with all of them"
    else:
        what += ": some that would have to be taken together exclude each other"
    return gonogo.Problem("out-of-budget", graph.path, what, "ask for less, or add actions to the graph")
