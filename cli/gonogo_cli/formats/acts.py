"""What actions on causes would do, told to a person: in the long run, and on the part that comes next."""

from __future__ import annotations

from collections.abc import Iterator

import gonogo
from gonogo_cli.formats.trace import money, percent
from gonogo_cli.page import FAINT, Line, Words, grid, heading, line


def act_lines(acting: gonogo.Acting) -> Iterator[Line]:
    """The page of some actions."""
    graph, plan = acting.graph, acting.long_run()
    names = ", ".join(action.name for action in acting.actions)
    yield heading(f"actions: {names}")
    yield line(f"  they cost {money(acting.cost, graph)}", hang=4)
    yield line()
    yield heading("in the long run, for one part")
    rows: list[list[str | Words]] = [
        [name, percent(plan.before[name]), "->", (percent(plan.after[name]), "bold")]
        for name in plan.before
        if plan.before[name] != plan.after[name]
    ]
    rows.append([("any nonconformity", FAINT), percent(plan.risk_before), "->", (percent(plan.risk_after), "bold")])
    yield from grid(rows, "<>>>")
    saved = plan.loss_before - plan.loss_after
    told = f"{money(plan.loss_before, graph)} -> {money(plan.loss_after, graph)}, {money(saved, graph)} saved"
    yield line("  expected cost of 1000 parts: ", (told, "bold"), hang=4)
    if saved > 0:
        parts = float(acting.cost) / saved * 1000
        yield line((f"  they pay for themselves within {parts:,.0f} parts", FAINT))
    recurrences = acting.recurrences()
    yield line()
    yield heading("this incident: does the next part have it, too?")
    if not recurrences:
        yield line(("  no item has a finding that the cause-effect graph explains", FAINT))
        return
    yield from grid(
        [
            [each.finding, f"{each.items:,} item{'' if each.items == 1 else 's'}", percent(each.before), "->",
             (percent(each.after), "bold")]
            for each in recurrences
        ],
        "<>>>>",
    )  # fmt: skip
    yield line(("  with the causes as likely as these items make them, as far as they persist", FAINT))


def acts_as_dict(acting: gonogo.Acting) -> dict[str, object]:
    """The same with the keys of ``gonogo whatif --act --format json``."""
    plan = acting.long_run().as_dict()
    kept = ("risk_before", "risk_after", "nonconformities", "cost_per_1000")
    cost = acting.cost
    return {
        "actions": [action.name for action in acting.actions],
        "cost": int(cost) if cost.denominator == 1 else float(cost),
        "long_run": {key: plan[key] for key in kept},
        "incident": [each.as_dict() for each in acting.recurrences()],
    }
