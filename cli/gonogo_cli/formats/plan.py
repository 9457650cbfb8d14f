"""A plan, told to a person: what to do, what it costs, and what it takes away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import gonogo
from gonogo_cli.formats.trace import money, percent
from gonogo_cli.page import FAINT, Line, Words, grid, heading, line


def plan_lines(plan: gonogo.Plan, graph: gonogo.CauseGraph, points: Sequence[gonogo.PlanPoint] = ()) -> Iterator[Line]:
    """The page of a plan, and the frontier of cost against risk where there are points of it."""
    standard = graph.standard
    yield line((f"{standard.id} {standard.version}", "bold"), f"  {graph.written.title or standard.title}")
    yield line()
    if plan.actions:
        days = float(plan.lead_time)
        lead = f", in place within {days:,.4g} day{'' if days == 1 else 's'}" if days else ""
        yield heading(f"actions that pay: {money(plan.cost, graph)}{lead}")
        yield from grid(list(_actions(plan, graph)), "<<>><")
    else:
        yield line("no action is worth its cost, or none is needed")
    yield line()
    yield heading("what they do, for one part")
    rows: list[list[str | Words]] = [
        [name, percent(plan.before[name]), "->", (percent(plan.after[name]), "bold")] for name in plan.before
    ]
    rows.append([("any of these", FAINT), percent(plan.risk_before), "->", (percent(plan.risk_after), "bold")])
    yield from grid(rows, "<>>>")
    saved = plan.loss_before - plan.loss_after
    told = f"{money(plan.loss_before, graph)} -> {money(plan.loss_after, graph)}, {money(saved, graph)} saved"
    yield line("  expected cost of 1000 parts: ", (told, "bold"), hang=4)
    proof = f"a better one may gain {plan.gap:.3g}" if plan.gap else "this is the best plan there is: its gap is 0"
    yield line((f"  {proof}", FAINT))
    yield from _corrections(plan, graph)
    if points:
        yield line()
        yield heading("what less and less risk costs")
        yield from grid(
            [[money(each.cost, graph), percent(each.risk), ", ".join(each.actions) or "nothing"] for each in points],
            ">><",
        )


def _actions(plan: gonogo.Plan, graph: gonogo.CauseGraph) -> Iterator[list[str | Words]]:
    for each in plan.actions:
        reduces = ", ".join(f"{what} by {percent(share)}" for what, share in each.reduces.items())
        saved = f"saves {money(each.saved, graph)}"
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
