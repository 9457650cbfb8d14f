"""`gonogo whatif`: what would flip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

import gonogo
from gonogo_cli.comparing import Pair, name_of
from gonogo_cli.drawings.files import ENDINGS
from gonogo_cli.formats.flips import flip_lines, write_flips
from gonogo_cli.options import AsOf, Run, common, effective, engines, facts_argument, pack_argument, reading, top_option
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.page import Line, line, write_page
from gonogo_cli.sweeping import sweep as sweep_facts

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _changes(context: click.Context, parameter: click.Parameter, told: tuple[str, ...]) -> tuple[gonogo.Change, ...]:
    """The changes of one kind: ``TARGET=VALUE`` each."""
    found = []
    for text in told:
        target, sign, value = text.partition("=")
        if not sign or not target.strip() or not value.strip():
            raise click.UsageError(f"`--{parameter.name} {text}` changes nothing: write {parameter.metavar}", context)
        found.append(gonogo.Change(parameter.name, target.strip(), value.strip()))  # type: ignore[arg-type]  # its kinds are the options
    return tuple(found)


def _drawing(context: click.Context, _parameter: click.Parameter, told: str | None) -> str | None:
    if told is not None and Path(told).suffix.lower() not in ENDINGS:
        raise click.UsageError(f"`--draw {told}` ends in none of {', '.join(ENDINGS)}", context)
    return told


def changing(command: _Command) -> _Command:
    """Give a command the options that change a standard; it gets them by their names."""
    for name, metavar, told in (
        ("limit", "CHARACTERISTIC.KEY=VALUE", "Judge by another limit, such as diameter.upper='-0.002 mm'."),
        ("parameter", "NAME=VALUE", "Judge by another parameter, such as hot_limit='9 K'; or NAME.KEY=VALUE."),
        ("rule", "RULE.KEY=VALUE", "Judge by another rule, such as overstrain.when='strain > 9000 min*N*m'."),
        ("class", "RULE=CLASS", "Let what a rule finds be of another class."),
    ):
        command = click.option(f"--{name}", name, metavar=metavar, multiple=True, callback=_changes, help=told)(command)
    return command


@click.command(
    epilog="\b\nExample:\n  gonogo init demo-pack\n"
    "  gonogo whatif demo-pack demo-pack/sample.csv --limit bore.upper='0.015 mm'"
)
@pack_argument
@facts_argument
@click.option(
    "--set",
    "settings",
    metavar="FIELD=VALUE",
    multiple=True,
    help="Judge the facts with another value in a field; FIELD+=VALUE adds to what is there.",
)
@changing
@click.option("--withdraw", metavar="RULE", multiple=True, help="Judge without this rule or characteristic.")
@click.option(
    "--sweep",
    metavar="TARGET=FROM:TO:STEP",
    help="Move a limit or a parameter step by step, such as bore.upper=0.01:0.03:0.001, and show what each lets pass.",
)
@click.option(
    "--draw", metavar="FILE", type=click.Path(), callback=_drawing, help="Draw the sweep, too: a file .svg or .png."
)
@click.option("--item", "items", metavar="ID", multiple=True, help="Only this item; may be told again.")
@top_option("How many flips the table shows one by one.")
@engines
@effective
@reading
@common("table", "json", can_fail=True)
def whatif(
    run: Run,
    pack: str,
    facts: tuple[str, ...],
    settings: tuple[str, ...],
    withdraw: tuple[str, ...],
    sweep: str | None,
    draw: str | None,
    items: tuple[str, ...],
    top: int,
    engine: str,
    master: str,
    as_of: AsOf,
    reading: gonogo.FactsOptions,
    **changes: tuple[gonogo.Change, ...],
) -> int:
    """Show what would flip if facts, limits, parameters, rules or classes were others: items and lots, dispositions,
    objectives, and cost where the pack has a `causes.yaml` that states it. Nothing is changed.

    Exits with 1 where a verdict flips.
    """
    told = [each for of_kind in changes.values() for each in of_kind]
    told += [gonogo.Change("withdraw", rule.strip()) for rule in withdraw]
    if not told and not settings and sweep is None:
        what = "say what would be otherwise, by `--set`, `--limit`, `--parameter`, `--rule`, `--class`, `--withdraw`"
        raise click.UsageError(what, click.get_current_context())
    if draw is not None and sweep is None:
        raise click.UsageError("`--draw` draws a sweep: say `--sweep`, too", click.get_current_context())
    files = facts if engine == "spark" else gonogo.expand_paths(facts)
    for path in (run.output, draw):
        refuse_overwriting(path, (*facts, *files), [pack])
    before = as_of.load(pack, run.messages)
    after = before.revised(*told) if told else before
    for warning in after.warnings:
        if warning not in before.warnings:
            run.messages.tell(warning)
    values = gonogo.read_settings(after, settings)
    after = gonogo.changed_facts(after, values)
    graph = gonogo.find_causes(pack, before)
    prices = None if graph is None else gonogo.Prices(graph)
    if engine == "auto":
        engine = "scalar" if values or items else gonogo.engine_for(files, reading)
    elif engine != "scalar" and (values or items):
        what = "`--set` and `--item` judge facts one by one: leave `--engine` out"
        raise click.UsageError(what, click.get_current_context())
    pair = Pair(run, before, after, tuple(files), reading, (prices, prices), frozenset(items), engine, master)
    head: dict[str, object] = {
        "standard": {"id": before.id, "version": before.version, "hash": before.hash},
        "changes": [*(change.as_dict() for change in told), *(value.as_dict() for value in values)],
    }
    page = _head(before, (*told, *values))
    if sweep is not None:

        def revised(change: gonogo.Change) -> gonogo.Standard:
            return gonogo.changed_facts(before.revised(*told, change), values)

        return run.code(sweep_facts(pair, gonogo.read_sweep(before, sweep), revised, (head, page), graph, draw))
    with pair.compared() as found:
        if not found.judged:
            run.messages.tell(_nothing(facts, items))
        with open_output(run.output) as stream:
            if run.format == "json":
                write_flips(found, head, stream)
            else:
                currency = None if graph is None else graph.written.currency
                lines = flip_lines(found, before.classes, top, currency)
                write_page([*page, *lines], stream, run.no_color)
        return run.code(found.is_same)


def _head(standard: gonogo.Standard, changes: Sequence[gonogo.Change | gonogo.Setting]) -> list[Line]:
    words = [f"{standard.id} {standard.version}", *(f"  with {each}" for each in changes)]
    return [line((words[0], "bold")), *(line(each, hang=4) for each in words[1:]), line()]


def _nothing(facts: tuple[str, ...], items: tuple[str, ...]) -> gonogo.Problem:
    if items:
        return gonogo.Problem("unknown-item", "--item", "there is no such item in these facts", severity="warning")
    return gonogo.Problem(
        "no-facts", name_of(facts), "there are no facts in it, and nothing was judged", severity="warning"
    )
