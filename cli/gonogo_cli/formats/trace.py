"""Root causes, told to a person: of one unit with all that speaks for them, of many as a Pareto of causes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isfinite
from typing import Final

import gonogo
from gonogo_cli.formats.explanation import near_path
from gonogo_cli.formats.table import share
from gonogo_cli.page import FAINT, Line, Words, grid, heading, line
from gonogo_cli.wording import listed

MOST_CAUSES: Final = 8
LEAST_SHOWN: Final = 0.0005
"""Causes less probable than this are counted, and not shown."""
MOST_REASONS: Final = 6
BAR: Final = 20
NONE: Final = "none of these causes"


def trace_lines(trace: gonogo.Trace, whose: str, graph: gonogo.CauseGraph, note: str = "") -> Iterator[Line]:
    """The page of one trace.

    Parameters
    ----------
    whose : str
        What is traced: ``item 70``.
    note : str
        What else is said of it, such as its disposition.
    """
    told = f": {listed(trace.traced)}" if trace.traced else ""
    yield line((whose, "bold"), (told, "red"), hang=2)
    yield line(
        (f"  traced through {near_path(graph.path)}{f', version {graph.version}' if graph.version else ''}", FAINT),
        hang=2,
    )
    yield from _known(trace)
    yield from _ranking(trace)
    if trace.top is not None:
        yield from _why(trace, trace.top)
    yield from _sets(trace)
    yield from _checks(trace)
    yield from action_lines(trace, graph, note)


def _known(trace: gonogo.Trace) -> Iterator[Line]:
    rows: list[list[str | Words]] = []
    for kind in ("seen", "not seen"):
        names = [each.node for each in trace.known if each.kind == kind]
        if names:
            rows.append([(kind, FAINT), ", ".join(names)])
    facts = [str(each) for each in trace.known if each.text]
    rows += [[("the facts say" if not number else "", FAINT), text] for number, text in enumerate(facts)]
    yield from grid(rows, "<<")


def _ranking(trace: gonogo.Trace) -> Iterator[Line]:
    yield line()
    yield heading("root causes")
    candidates = trace.candidates
    if not candidates:
        yield line(f"  no cause in the graph can bring about {listed(trace.traced) or 'what was seen'}")
        return
    shown = [each for each in candidates if each.probability >= LEAST_SHOWN][:MOST_CAUSES] or list(candidates[:1])
    rows: list[tuple[float, list[str | Words]]] = []
    for cause in shown:
        path = next(iter(trace.paths(cause.cause, 1)), None)
        rows.append((cause.probability, [*_chance(cause.probability), (cause.cause, "bold"), *_about(cause, path)]))
    if trace.none_of_these >= LEAST_SHOWN:
        rows.append((trace.none_of_these, [*_chance(trace.none_of_these), NONE, "", "", "", ""]))
    rows.sort(key=lambda row: -row[0])
    yield from grid([row for _, row in rows], "><<<><<")
    if len(candidates) > len(shown):
        yield line((f"  … and {len(candidates) - len(shown)} less probable", FAINT))
    yield from _notes(trace)


def _chance(probability: float) -> list[str | Words]:
    return [(percent(probability), "bold" if probability >= 0.5 else ""), (bar(probability), "cyan")]


def _about(cause: gonogo.RankedCause, path: gonogo.Path | None) -> list[str | Words]:
    way = f"{' > '.join(path.nodes)} {path.strength:.2g}" if path is not None else ""
    return [(cause.category or "", FAINT), f"{percent(cause.prior)} before", (decibans(cause.decibans), FAINT), way]


def _notes(trace: gonogo.Trace) -> Iterator[Line]:
    if trace.ties and trace.is_joint:
        yield line((f"  most probably together: {listed(trace.ties)}", "yellow"), hang=4)
    elif trace.ties:
        told = f"  cannot tell apart with the present evidence: {listed(trace.ties)}"
        yield line((told, "yellow"), hang=4)
    if trace.top is None:
        told = f"  most probably none of the causes in the graph: {percent(trace.none_of_these)}"
        yield line((told, "yellow"), hang=4)
    if not trace.is_exact:
        told = f"approximate, with a standard error of {trace.error:.2g}: the graph is too tangled for exact numbers"
        yield line("  ", (told, "yellow"), hang=4)


def _why(trace: gonogo.Trace, cause: gonogo.RankedCause) -> Iterator[Line]:
    """What speaks for the cause that leads, and what against it."""
    found = [each for each in trace.contributions(cause.cause) if abs(each.decibans) >= 0.05]
    if not found:
        return
    yield line()
    yield heading(f"why {cause.cause}")
    rows: list[list[str | Words]] = [
        [(decibans(each.decibans), "green" if each.decibans > 0 else "red"), str(each.known)]
        for each in found[:MOST_REASONS]
    ]
    yield from grid(rows, "><")


def _sets(trace: gonogo.Trace) -> Iterator[Line]:
    found = [each for each in trace.explanations if each.probability >= LEAST_SHOWN]
    if len(found) < 2:
        return
    yield line()
    yield heading("most probable explanations")
    yield from grid([[percent(each.probability), " and ".join(each.causes) or NONE] for each in found], "><")


def _checks(trace: gonogo.Trace) -> Iterator[Line]:
    found = trace.checks()
    if not found:
        return
    yield line()
    yield heading("what to look at next")
    rows: list[list[str | Words]] = [
        [each.text, (f"{each.gain:.2g} bit", ""), (f"true with {percent(each.chance)}", FAINT)] for each in found
    ]
    yield from grid(rows, "<><")


def action_lines(trace: gonogo.Trace, graph: gonogo.CauseGraph, note: str) -> Iterator[Line]:
    """What can be done: about this piece, and about the causes that lead."""
    causes = set(trace.ties) or ({trace.top.cause} if trace.top is not None else set())
    corrections, corrective = [], []
    for name, action in graph.written.actions.items():
        if set(action.corrects).intersection(trace.seen):
            corrections.append((name, action))
        elif causes.intersection(action.removes) or any(source in causes for source, _ in action.weakens):
            corrective.append((name, action))
    if not (note or corrections or corrective):
        return
    yield line()
    yield heading("what can be done")
    rows: list[list[str | Words]] = []
    if note:
        rows.append([("this piece", FAINT), note, "", ""])
    for name, action in corrections:
        rows.append([("this piece", FAINT), name, money(action.cost, graph), action.title or ""])
    for name, action in corrective:
        rows.append([("the cause", FAINT), name, money(action.cost, graph), action.title or ""])
    yield from grid(rows, "<<><")


# ---------------------------------------------------------------------------------------------------- many units


def pareto_lines(found: gonogo.Pareto, what: str, graph: gonogo.CauseGraph, top: int) -> Iterator[Line]:
    """Units by cause, the most frequent first.

    Parameters
    ----------
    what : str
        What they are: ``items``.
    """
    yield heading(f"root causes of {found.units:,} {what}")
    rows: list[list[str | Words]] = [[(what, FAINT), "", "", ("cause", FAINT), "", ("for example", FAINT)]]
    sofar = 0
    for group in found.groups[:top]:
        sofar += group.units
        name = (" and " if group.is_joint else " or ").join(group.causes) or NONE
        categories = {graph.written.causes[cause].category or "" for cause in group.causes}
        examples = ", ".join(unit.name or "without a name" for unit in group.examples)
        rows.append(
            [
                f"{group.units:,}",
                share(group.units, found.units),
                (bar(group.units / found.units), "cyan"),
                (name, "bold"),
                (", ".join(sorted(filter(None, categories))), FAINT),
                examples,
            ]
        )
    yield from grid(rows, ">><<<<")
    if len(found.groups) > top:
        yield line((f"  … and {found.units - sofar:,} more; `--top {len(found.groups)}` shows all", FAINT))
    yield line()
    yield heading(f"in how many {what if what.endswith('s') else f'{what}s'} each cause is expected")
    expected = sorted(found.expected.items(), key=lambda pair: (-pair[1], pair[0]))
    yield from grid([[f"{count:,.1f}", share_of(count, found.units), name] for name, count in expected[:top]], ">><")


def share_of(count: float, whole: int) -> str:
    """A share of units that are counted by their probabilities."""
    return percent(count / whole) if whole else ""


# ------------------------------------------------------------------------------------------------------- numbers


def percent(probability: float) -> str:
    """A probability as people read it: never quite 0 % or 100 % where it is not."""
    value = 100 * probability
    if value == 0:
        return "0 %"
    if value < 0.1:
        return "<0.1 %"
    if 99.9 < value < 100:
        return ">99.9 %"
    return f"{value:.1f} %"


def bar(probability: float) -> str:
    """A bar of blocks."""
    eighths = round(probability * BAR * 8)
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]


def decibans(value: float) -> str:
    """How far something moves a cause."""
    if isfinite(value):
        return f"{value:+.1f} dB"
    return "ruled out" if value < 0 else "certain"


def money(cost: Fraction | float, graph: gonogo.CauseGraph) -> str:
    """A cost in the graph's currency."""
    told = f"{float(cost):,.2f}".removesuffix(".00")
    return f"{told} {graph.written.currency}" if graph.written.currency else told
