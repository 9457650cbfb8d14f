"""A plan, told to a person: what to do, what it costs, and what it takes away."""

from __future__ import annotations

from collections.abc import Iterator

import gonogo
from gonogo_cli.formats.trace import money, percent
from gonogo_cli.page import FAINT, Line, Words, grid, heading, line


def plan_lines(
    plan: gonogo.Plan | None, graph: gonogo.CauseGraph, frontier: gonogo.Frontier | None = None, *, is_paying: bool
) -> Iterator[Line]:
    """The page of a plan, and the frontier of cost against risk where it is asked for.

    Parameters
    ----------
    plan : Plan or None
        None where no actions do what was asked for.
    is_paying : bool
        Whether what pays was asked for, and not what a budget or a risk leaves.
    """
    standard = graph.standard
    yield line((f"{standard.id} {standard.version}", "bold"), f"  {graph.written.title or standard.title}")
    if plan is not None:
        yield line()
        yield from _plan(plan, graph, is_paying=is_paying)
    if frontier is not None:
        yield line()
        yield heading("what less and less risk costs")
        yield from grid(
            [
                [money(each.cost, graph), risk(each.risk), ", ".join(each.actions) or "nothing"]
                for each in frontier.points
            ],
            ">><",
        )
        if not frontier.is_whole:
            yield line(
                (f"  … there are more: these are the first {len(frontier.points)}, all that was time for", "yellow")
            )


def _plan(plan: gonogo.Plan, graph: gonogo.CauseGraph, *, is_paying: bool) -> Iterator[Line]:
    if plan.actions:
        days = float(plan.lead_time)
        lead = f", in place within {days:,.4g} day{'' if days == 1 else 's'}" if days else ""
        yield heading(f"{'actions that pay' if is_paying else 'actions'}: {money(plan.cost, graph)}{lead}")
        yield from grid(list(_actions(plan, graph)), "<<>><")
    elif is_paying and not plan.loss_before:
        yield line(
            "nothing is known of what these nonconformities cost: say a `--budget`, or a `--residual-risk`", hang=2
        )
    else:
        yield line(
            "no action is worth its cost, or none is needed" if is_paying else "no action is needed, or affordable"
        )
    yield line()
    yield heading("what they do, for one part")
    rows: list[list[str | Words]] = [
        [name, risk(plan.before[name]), "->", (risk(plan.after[name]), "bold")] for name in plan.before
    ]
    rows.append([("any of these", FAINT), risk(plan.risk_before), "->", (risk(plan.risk_after), "bold")])
    yield from grid(rows, "<>>>")
    saved = plan.loss_before - plan.loss_after
    told = f"{money(plan.loss_before, graph)} -> {money(plan.loss_after, graph)}, {money(saved, graph)} saved"
    yield line("  expected cost of 1000 parts: ", (told, "bold"), hang=4)
    proof = f"a better one may gain {plan.gap:.3g}" if plan.gap else "this is the best plan there is: its gap is 0"
    yield line((f"  {proof}", FAINT))
    yield from _corrections(plan, graph)


def risk(probability: float) -> str:
    """A chance in the long run: small ones in parts per million, and never 0 where it is not."""
    if not 0 < probability < 0.001:
        return percent(probability)
    return f"{1e6 * probability:.3g} ppm" if probability >= 1e-9 else f"{probability:.2g}"


def _actions(plan: gonogo.Plan, graph: gonogo.CauseGraph) -> Iterator[list[str | Words]]:
    for each in plan.actions:
        reduces = ", ".join(f"{what} by {percent(share)}" for what, share in each.reduces.items())
        saved = f"saves {money(each.saved, graph)} per 1000 parts"
        yield [
            (each.action.name, "bold"),
            (each.action.kind, FAINT),
            money(each.action.cost, graph),
            saved,
            "",
            reduces,
        ]


def _corrections(plan: gonogo.Plan, graph: gonogo.CauseGraph) -> Iterator[Line]:
    """What mends pieces that are there already: it leaves the causes as they are."""
    found = [
        (name, action)
        for name, action in graph.written.actions.items()
        if action.kind == "correction" and not plan.before.keys().isdisjoint(action.corrects)
    ]
    if found:
        yield line()
        yield heading("for pieces that have it already (corrections: the causes stay)")
        yield from grid(
            [[name, money(action.cost, graph), f"each, for {', '.join(action.corrects)}"] for name, action in found],
            "<><",
        )
