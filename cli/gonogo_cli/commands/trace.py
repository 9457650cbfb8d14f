"""`gonogo trace`: root causes, ranked, with the paths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

import gonogo
from gonogo_cli.commands.explain import Wanted, one_told
from gonogo_cli.drawings.picture import ENDINGS
from gonogo_cli.options import AsOf, Run, common, complete_files, effective, pack_argument, reading, top_option
from gonogo_cli.output import is_same_file, refuse_overwriting
from gonogo_cli.progress import Waiting, watched
from gonogo_cli.tracing import Traced, write_fmea, write_traced
from gonogo_cli.usage import nearest_word
from gonogo_cli.wording import listed


def _picture(context: click.Context, _parameter: click.Parameter, told: str | None) -> str | None:
    if told is not None and Path(told).suffix.lower() not in ENDINGS:
        raise click.UsageError(f"`--draw {told}` ends in none of {', '.join(ENDINGS)}", context)
    return told


@click.command(epilog="\b\nExample:\n  gonogo trace milling-cell --seen machine-failure --not-seen overstrain")
@pack_argument
@click.argument("facts", metavar="[FACTS...]", nargs=-1, shell_complete=complete_files)
@click.option("--item", metavar="ID", multiple=True, callback=one_told, help="Trace this item only, in full.")
@click.option("--lot", metavar="ID", multiple=True, callback=one_told, help="Trace this lot, and its items.")
@click.option(
    "--for",
    "findings",
    metavar="FINDING",
    multiple=True,
    help="Trace this finding; may be told again.  [default: those of the most severe class]",
)
@click.option("--seen", metavar="NODE", multiple=True, help="This was seen, whatever the verdict says.")
@click.option("--not-seen", metavar="NODE", multiple=True, help="This was looked for, and not seen.")
@click.option("--fmea", is_flag=True, help="Show causes as a failure mode and effects analysis.")
@click.option(
    "--draw", metavar="FILE", type=click.Path(), callback=_picture, help="Draw it, too: a file .svg, .png or .dot."
)
@click.option(
    "--draw-as",
    type=click.Choice(["fishbone", "graph"]),
    default="fishbone",
    show_default=True,
    help="How it is drawn.",
)
@top_option("How many causes or groups the table shows.")
@effective
@reading
@common("table", "json", "jsonl", "csv", "xlsx", can_fail=True)
def trace(
    run: Run,
    pack: str,
    facts: tuple[str, ...],
    item: str | None,
    lot: str | None,
    findings: tuple[str, ...],
    seen: tuple[str, ...],
    not_seen: tuple[str, ...],
    fmea: bool,
    draw: str | None,
    draw_as: Any,
    top: int,
    as_of: AsOf,
    reading: gonogo.FactsOptions,
) -> int:
    """Trace nonconformities to their root causes, by the `causes.yaml` of the pack.

    Without `--item` and `--lot` each nonconforming item, or lot, is traced, and they are grouped by cause. Without
    FACTS, what was `--seen` is.

    Exits with 1 where something was traced.
    """
    _check_options(run, facts, item, lot, (*seen, *not_seen), fmea=fmea, draw=draw)
    for path in (run.output, draw):
        refuse_overwriting(path, facts, [pack])
    if run.output is not None and draw is not None and is_same_file(run.output, draw):
        raise click.UsageError("`-o` and `--draw` name the same file", click.get_current_context())
    standard = as_of.load(pack, run.messages)
    graph = gonogo.load_causes(pack, standard)
    for warning in graph.warnings:
        run.messages.tell(warning)
    tracing = gonogo.Tracing(graph, seen=seen, not_seen=not_seen, findings=findings)
    if not fmea:
        _refuse_unseen(graph, findings, seen, has_facts=bool(facts))
    if facts:
        _judge(run, standard, tracing, facts, item, lot, reading)
    elif not fmea:
        tracing.add_seen()
    if fmea:
        return write_fmea(run, graph, tracing if facts else None, findings, top)
    with Waiting(run.quiet, run.no_color) as waiting:
        watch = _watching(waiting)
        traces = list(tracing.traces(run.messages.tell if item is None and facts else _refuse, watch))
    told = Traced(run, graph, tracing, traces, is_single=item is not None or not facts, top=top)
    write_traced(told, draw, draw_as)
    if draw is not None and not traces:
        run.messages.tell(
            gonogo.Problem("nothing-to-trace", draw, "nothing was traced, and nothing drawn", "", "warning")
        )
    return run.code(not any(found.traced for _, found in traces) and not tracing.contradicting)


def _refuse_unseen(graph: gonogo.CauseGraph, findings: Sequence[str], seen: Sequence[str], *, has_facts: bool) -> None:
    """Refuse what was asked for where nothing can have shown it."""
    for name in findings:
        is_effect = name not in graph.nonconformities
        if name not in seen and (is_effect or not has_facts):
            what = f"`{name}` was not seen: there is nothing to trace"
            if has_facts:
                what = f"`{name}` is an effect, which no verdict finds: there is nothing to trace"
            raise gonogo.Refused([gonogo.Problem("nothing-to-trace", "--for", what, f"say `--seen {name}`")])


def _check_options(
    run: Run,
    facts: Sequence[str],
    item: str | None,
    lot: str | None,
    looked: Sequence[str],
    *,
    fmea: bool,
    draw: str | None,
) -> None:
    context = click.get_current_context()
    if fmea and draw is not None:
        raise click.UsageError("`--draw` draws a trace, and no FMEA", context)
    if fmea and looked:
        raise click.UsageError(
            "an FMEA is of parts of which nothing is known: leave `--seen` and `--not-seen` out", context
        )
    is_top = context.get_parameter_source("top") is ParameterSource.COMMANDLINE
    if is_top and not fmea and (item is not None or not facts):
        raise click.UsageError("one trace is told in full: `--top` is for many, or for `--fmea`", context)
    if item is not None and lot is not None:
        raise click.UsageError("say which to trace: `--item ID`, or `--lot ID`", context)
    if not facts and (item is not None or lot is not None):
        raise click.UsageError("`--item` and `--lot` need the FACTS that they stand in", context)
    if not (facts or looked or fmea):
        raise click.UsageError("say what to trace: FACTS, or what was `--seen`", context)
    if run.format == "xlsx" and not fmea:
        raise click.UsageError("`--format xlsx` is for `--fmea`", context)
    if run.format == "xlsx" and run.output in (None, "-"):
        raise click.UsageError("`--format xlsx` needs a file: name one with `-o`", context)
    if run.format == "jsonl" and fmea:
        raise click.UsageError("`--fmea` has no `--format jsonl`: take json", context)


def _judge(
    run: Run,
    standard: gonogo.Standard,
    tracing: gonogo.Tracing,
    facts: Sequence[str],
    item: str | None,
    lot: str | None,
    reading: gonogo.FactsOptions,
) -> None:
    """Judge facts, and take what is to be traced."""
    wanted = Wanted(item) if item is not None else None
    told = run.messages
    inspection = gonogo.Inspection(
        standard, facts, reading, told.tell, told.tell_unusable, wanted=wanted.is_meant if wanted is not None else None
    )
    count, lots = 0, dict[str, None]()
    try:
        for verdict in watched(inspection, run.quiet, run.no_color):
            if lot is not None:
                lots.setdefault(verdict.lot or "")
                if verdict.lot != lot:
                    continue
            count += 1
            if not tracing.add(verdict) and item is not None:
                told.tell(_untraced(tracing, verdict))
        for level in inspection.summary.levels.verdicts.values():
            for above in level:
                if lot is None or (above.unit == "lot" and above.name == lot):
                    tracing.add(above)
    finally:
        told.close()
    if wanted is not None and not count:
        raise gonogo.Refused([wanted.problem()])
    if lot is not None and not count:
        near = nearest_word(lot, list(lots))
        mend = f"did you mean `{near}`?" if near else ""
        raise gonogo.Refused(
            [gonogo.Problem("unknown-item", "--lot", f"there is no lot `{lot[:80]}` in these facts", mend)]
        )
    if item is None and lot is None and not count:
        told.tell(
            gonogo.Problem("no-facts", facts[0], "there are no facts in it, and nothing was traced", "", "warning")
        )
    for problem in tracing.unexplained_problems():
        told.tell(problem)


def _untraced(tracing: gonogo.Tracing, verdict: gonogo.Verdict) -> gonogo.Problem:
    """Why there is nothing to trace in an item."""
    unknown = {each.rule: each.missing for each in verdict.unknown}
    for name in tracing.named:
        rule = name.partition(".")[0]
        if rule in unknown:
            for_want = f" for want of {', '.join(f'`{field}`' for field in unknown[rule])}" if unknown[rule] else ""
            what = f"`{name}` could not be judged of item {verdict.item}{for_want}: that is no observation"
            return gonogo.Problem("nothing-to-trace", "--for", what, "say `--seen` or `--not-seen`", "warning")
    if verdict.outcome == "indeterminate":
        missing = listed(list(dict.fromkeys(field for fields in unknown.values() for field in fields)))
        for_want = f" for want of {missing}" if missing else ""
        what = f"item {verdict.item} could not be judged{for_want}: nothing is found of it so far"
        return gonogo.Problem("nothing-to-trace", "--item", what, "inspect what is missing, or say `--seen`", "warning")
    found = ", ".join(f"`{finding.rule}`" for finding in verdict.findings) or "nothing"
    asked = f", and not {', '.join(f'`{name}`' for name in tracing.named)}" if tracing.named else ""
    what = f"{found} was found of item {verdict.item}{asked}: there is nothing to trace"
    return gonogo.Problem("nothing-to-trace", "--item", what, "", "warning")


def _refuse(problem: gonogo.Problem) -> None:
    raise gonogo.Refused([problem])


def _watching(waiting: Waiting) -> Any:
    return lambda done, whole: waiting.tell("tracing", done / whole, None)
