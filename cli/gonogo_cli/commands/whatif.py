"""`gonogo whatif`: what would flip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

import gonogo
from gonogo_cli.asking import Question
from gonogo_cli.comparing import Pair
from gonogo_cli.drawings.files import ENDINGS
from gonogo_cli.options import AsOf, Run, common, effective, engines, facts_argument, pack_argument, reading, top_option
from gonogo_cli.output import refuse_overwriting

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
    "--act",
    metavar="ACTION",
    multiple=True,
    help="Take this corrective action of the pack's `causes.yaml`: in the long run, and after the items of the facts.",
)
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
    act: tuple[str, ...],
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
    _refuse_usage(is_changed=bool(told or settings), act=act, sweep=sweep, draw=draw)
    files = facts if engine == "spark" else gonogo.expand_paths(facts)
    for path in (run.output, draw):
        refuse_overwriting(path, (*facts, *files), [pack])
    before = as_of.load(pack, run.messages)
    revised = before.revised(*told) if told else before
    for warning in revised.warnings:
        if warning not in before.warnings:
            run.messages.tell(warning)
    values = gonogo.read_settings(revised, settings)
    graph = gonogo.load_causes(pack, before) if act else gonogo.find_causes(pack, before)
    prices = None if graph is None else gonogo.Prices(graph)
    if engine == "auto":
        engine = "scalar" if values or items or act else gonogo.engine_for(files, reading)
    elif engine != "scalar" and (values or items or act):
        what = "`--set`, `--item` and `--act` judge facts one by one: leave `--engine` out"
        raise click.UsageError(what, click.get_current_context())
    after = gonogo.changed_facts(revised, values)
    pair = Pair(run, before, after, tuple(files), reading, (prices, prices), frozenset(items), engine, master)
    question = Question(pair, (*told, *values), graph, top)
    if sweep is not None:
        steps = gonogo.read_sweep(before, sweep)
        standards = [gonogo.changed_facts(before.revised(*told, step.change), values) for step in steps]
        return run.code(question.answer_sweep(list(zip(steps, standards, strict=True)), draw))
    acting = gonogo.Acting(graph, act) if graph is not None and act else None
    return run.code(question.answer(acting, has_flips=bool(told or values)))


def _refuse_usage(*, is_changed: bool, act: tuple[str, ...], sweep: str | None, draw: str | None) -> None:
    """Refuse options that ask nothing, or that do not go together."""
    what = ""
    if not is_changed and not act and sweep is None:
        what = (
            "say what would be otherwise: `--set`, `--limit`, `--parameter`, `--rule`, `--class`, `--withdraw`, `--act`"
        )
    elif draw is not None and sweep is None:
        what = "`--draw` draws a sweep: say `--sweep`, too"
    elif act and sweep is not None:
        what = "`--act` takes actions, and `--sweep` moves a limit: ask one after the other"
    if what:
        raise click.UsageError(what, click.get_current_context())
