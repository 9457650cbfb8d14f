"""`gonogo explain`: one verdict, rule by rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TextIO

import click

import gonogo
from gonogo_cli.formats.report import OUTCOMES, dumps
from gonogo_cli.options import AsOf, Run, common, effective, facts_argument, pack_argument, reading
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.progress import watched
from gonogo_cli.usage import nearest_word

MOST_EXPLAINED: Final = 1000
MOST_REMEMBERED: Final = 2000


def one_told(context: click.Context, parameter: click.Parameter, told: tuple[str, ...]) -> str | None:
    """The item of `--item`, or the lot of `--lot`, which is not told twice."""
    if len(told) > 1:
        raise click.UsageError(f"`--{parameter.name}` is told twice, and takes one {parameter.name}", context)
    return told[0].strip() if told else None


@click.command(
    epilog="\b\nExample:\n  gonogo init demo-pack\n  gonogo explain demo-pack demo-pack/sample.csv --item B-004"
)
@pack_argument
@facts_argument
@click.option(
    "--item",
    metavar="ID",
    multiple=True,
    callback=one_told,
    help="Which item; where it has several rows, each is explained.",
)
@click.option("--lot", metavar="ID", multiple=True, callback=one_told, help="Which lot, instead of an item.")
@click.option(
    "--flip",
    "reach",
    type=click.Choice(OUTCOMES),
    help="Look for the smallest changes, of one field and of two, that reach this outcome.",
)
@effective
@reading
@common("text", "json", can_fail=True)
def explain(
    run: Run,
    pack: str,
    facts: tuple[str, ...],
    item: str | None,
    lot: str | None,
    reach: Literal["conforming", "nonconforming", "indeterminate"] | None,
    as_of: AsOf,
    reading: gonogo.FactsOptions,
) -> int:
    """Explain one verdict: the rules that spoke, with values, limits and clauses; why not the others;
    what would flip it. It is that of an item (`--item`), or of a lot (`--lot`).

    Exits with 1 where the item, or the lot, is not conforming.
    """
    if (item is None) == (lot is None):
        raise click.UsageError("say what to explain: `--item ID`, or `--lot ID`", click.get_current_context())
    if lot is not None and reach is not None:
        raise click.UsageError("`--flip` looks for changes of an item: say `--item`", click.get_current_context())
    refuse_overwriting(run.output, facts, [pack])
    standard = as_of.load(pack, run.messages)
    found = (
        _lots(run, standard, facts, lot, reading)
        if lot is not None
        else _items(run, standard, facts, item or "", reach, reading)
    )
    with open_output(run.output) as stream:
        _write(stream, run, found, standard)
    return run.code(all(told.outcome == "conforming" for told, _ in found))


def _items(
    run: Run,
    standard: gonogo.Standard,
    facts: Sequence[str],
    item: str,
    reach: Literal["conforming", "nonconforming", "indeterminate"] | None,
    reading: gonogo.FactsOptions,
) -> list[tuple[gonogo.Explanation, str]]:
    """The explanations of an item, one for each of its rows, and where that stands."""
    wanted = Wanted(item)
    inspection = gonogo.Inspection(
        standard, facts, reading, run.messages.tell, run.messages.tell_unusable, wanted=wanted.is_meant
    )
    found: list[tuple[gonogo.Explanation, str]] = []
    try:
        for verdict in watched(inspection, run.quiet, run.no_color):
            if len(found) < MOST_EXPLAINED:
                found.append((verdict.explain(reach), str(inspection.place)))
    finally:
        run.messages.close()
    if not found:
        raise gonogo.Refused([wanted.problem()])
    return found


def _lots(
    run: Run, standard: gonogo.Standard, facts: Sequence[str], lot: str, reading: gonogo.FactsOptions
) -> list[tuple[gonogo.Explanation, str]]:
    """The explanations of the lots of that name, and of how many items they are."""
    inspection = gonogo.Inspection(standard, facts, reading, run.messages.tell, run.messages.tell_unusable)
    try:
        for _ in watched(inspection, run.quiet, run.no_color):
            pass
    finally:
        run.messages.close()
    lots = inspection.summary.levels.lots
    found = [verdict for verdict in lots if verdict.name == lot]
    if not found:
        near = nearest_word(lot, [verdict.name for verdict in lots if verdict.name is not None])
        mend = f"did you mean `{near}`?" if near else "" if lots else "the standard judges no lots"
        what = f"there is no lot `{lot[:80]}` in these facts"
        raise gonogo.Refused([gonogo.Problem("unknown-item", "--lot", what, mend)])
    return [(verdict.explain(), _of_items(verdict)) for verdict in found]


def _of_items(lot: gonogo.LevelVerdict) -> str:
    units = [f"{unit} {name or 'without a name'}" for unit, name in lot.above.items()]
    return ", ".join([*units, f"{lot.inspected:,} inspected"])


def _write(
    stream: TextIO, run: Run, found: Sequence[tuple[gonogo.Explanation, str]], standard: gonogo.Standard
) -> None:
    if run.format == "json":
        explanations = [told.as_dict() | {"place": place} for told, place in found]
        stream.write(dumps({found[0][0].unit: found[0][0].item, "explanations": explanations}) + "\n")
        return
    from gonogo_cli.formats.explanation import explanation_lines
    from gonogo_cli.page import line, write_page

    for number, (told, place) in enumerate(found):
        between = [line()] if number else []
        write_page([*between, *explanation_lines(told, place, standard.classes)], stream, run.no_color)


class Wanted:
    """The item that is asked for, and what else there was that is called nearly so."""

    def __init__(self, item: str) -> None:
        self.item = item
        self._near: dict[str, None] = {}

    def is_meant(self, item: str) -> bool:
        """Whether this is the item; if not, its name is remembered where it could have been meant."""
        if item == self.item:
            return True
        if len(self._near) < MOST_REMEMBERED and self._is_like(item):
            self._near[item] = None
        return False

    def problem(self) -> gonogo.Problem:
        """There was no such item."""
        near = nearest_word(self.item, self._near)
        mend = f"did you mean `{near}`?" if near else ""
        return gonogo.Problem("unknown-item", "--item", f"there is no item `{self.item}` in these facts", mend)

    def _is_like(self, item: str) -> bool:
        """Cheap, for it is asked of every fact: about as long, and with the same beginning or end."""
        return abs(len(item) - len(self.item)) <= 2 and (item[:2] == self.item[:2] or item[-2:] == self.item[-2:])
