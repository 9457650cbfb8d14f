"""What flips between two judgements of the same facts: counts of both directions, then the flips, worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TextIO

import gonogo
from gonogo_cli.formats.report import dumps
from gonogo_cli.page import FAINT, OUTCOMES, Line, Words, class_style, grid, heading, line

ORDER = tuple(OUTCOMES)


def flip_lines(found: gonogo.Comparison, classes: Sequence[str], top: int, currency: str | None) -> Iterator[Line]:
    """The page of a comparison.

    Parameters
    ----------
    classes : sequence of str
        Of the standard, most severe first.
    top : int
        How many flips of each level are shown one by one.
    currency : str or None
        Of costs.
    """
    units = found.units()
    yield line(*_headline(found), hang=2)
    yield line()
    yield from grid([["items", ("before", FAINT), ("after", FAINT), ""], *_counts(found)], "<>>>")
    yield from _ways(found)
    yield from _dispositions(found)
    for level, (judged, flipped) in units.items():
        yield from _units(level, judged, flipped, classes, top)
    yield from _objectives(found)
    yield from _cost(found, currency)
    if found.count:
        shown = found.worst(top)
        yield line()
        few = f", the first {len(shown):,} of {found.count:,}" if len(shown) < found.count else ""
        yield heading(f"items that flip, the most severe first{few}")
        yield from grid([row for flip in shown for row in _flip(flip, classes)], "<<<<")


def _headline(found: gonogo.Comparison) -> list[Words]:
    items = f"{found.judged:,} item{'' if found.judged == 1 else 's'} judged: "
    if not found.count:
        rest = f", though {found.found_otherwise:,} have other findings" if found.found_otherwise else ""
        return [(items, ""), ("no verdict flips", "bold"), (rest, "")]
    verb = "flips" if found.count == 1 else "flip"
    return [(items, ""), (f"{found.count:,} {verb}", "bold")]


def _counts(found: gonogo.Comparison) -> Iterator[list[str | Words]]:
    for outcome in ORDER:
        before, after = (getattr(side, outcome) for side in (found.before, found.after))
        yield [(f"  {outcome}", OUTCOMES[outcome]), f"{before:,}", f"{after:,}", _difference(after - before)]


def _difference(value: int) -> str:
    return f"{value:+,}" if value else ""


def _ways(found: gonogo.Comparison) -> Iterator[Line]:
    """How many items go which way."""
    ways = found.of_outcomes()
    rest = found.count - sum(ways.values())
    if not found.count:
        return
    yield line()
    yield heading("what flips")
    rows: list[list[str | Words]] = [
        [(before, OUTCOMES[before]), "->", (after, OUTCOMES[after]), f"{items:,}"]
        for (before, after), items in sorted(ways.items(), key=lambda way: tuple(map(ORDER.index, way[0])))
    ]
    if rest:
        rows.append(["the same outcome", "", "another class or disposition", f"{rest:,}"])
    yield from grid(rows, "<<<>")


def _dispositions(found: gonogo.Comparison) -> Iterator[Line]:
    rows: list[list[str | Words]] = [
        [name, f"{before:,}", "->", f"{after:,}", _difference(after - before)]
        for name, (before, after) in found.dispositions().items()
        if before != after
    ]
    if rows:
        yield line()
        yield heading("dispositions")
        yield from grid(rows, "<><>>")


def _units(
    level: str, judged: int, flipped: Sequence[gonogo.Flipped], classes: Sequence[str], top: int
) -> Iterator[Line]:
    yield line()
    yield heading(f"{level}: {len(flipped):,} of {judged:,} flip")
    yield from grid([row for flip in flipped[:top] for row in _flip(flip, classes)], "<<<<")
    if len(flipped) > top:
        yield line((f"  … and {len(flipped) - top:,} more", FAINT))


def _flip(flip: gonogo.Flipped, classes: Sequence[str]) -> Iterator[list[str | Words]]:
    """Two rows: what it was, what it becomes."""
    name = flip.item or "without a name"
    name += f" ({flip.lot})" if flip.lot else ""
    for lead, side, arrow in ((name, flip.before, ""), ("", flip.after, "-> ")):
        if side is None:
            yield [(lead, "bold"), f"{arrow}not judged", "", ""]
            continue
        class_ = f", {side.class_}" if side.class_ else ""
        style = class_style(side.class_, classes) or OUTCOMES[side.outcome]
        yield [
            (lead, "bold"),
            (f"{arrow}{side.outcome}{class_}", style),
            side.disposition or "",
            ", ".join(side.findings),
        ]


def _objectives(found: gonogo.Comparison) -> Iterator[Line]:
    targets = found.objectives()
    if not targets:
        return
    yield line()
    yield heading("objectives")
    rows: list[list[str | Words]] = []
    for target in targets:
        is_same = target.before is not None and target.after is not None and target.before == target.after
        sides = [(target.id, target.before, ""), ("", target.after, "-> ")]
        for lead, side, arrow in sides[: 1 if is_same else 2]:
            words = ("not measured", FAINT) if side is None else (side.sentence, _met(side.met))
            rows.append([(lead, "bold"), (f"{arrow}{words[0]}", words[1])])
    yield from grid(rows, "<<")


def _met(met: bool | None) -> str:
    return {True: "green", False: "red", None: "yellow"}[met]


def _cost(found: gonogo.Comparison, currency: str | None) -> Iterator[Line]:
    cost = found.per_thousand()
    if cost is None:
        return
    before, after = (amount(each, currency) for each in cost)
    yield line()
    yield heading("what nonconformities cost, for 1000 items")
    change = amount(cost[1] - cost[0], currency, is_signed=True)
    yield line(f"  {before} -> ", (after, "bold"), f"  {change}" if cost[0] != cost[1] else "")


def amount(value: Fraction, currency: str | None, *, is_signed: bool = False) -> str:
    """Money, with two decimals where it is not whole."""
    sign = "+" if is_signed else ""
    text = f"{float(value):{sign},.0f}" if value.denominator == 1 else f"{float(value):{sign},.2f}"
    return f"{text} {currency}" if currency else text


# ------------------------------------------------------------------------------------------------------------- JSON


def write_flips(found: gonogo.Comparison, head: dict[str, object], stream: TextIO) -> None:
    """Write the comparison as one JSON document, flip by flip in the order of the facts."""
    stream.write(dumps(head)[:-1])
    counts = {
        outcome: {"before": getattr(found.before, outcome), "after": getattr(found.after, outcome)} for outcome in ORDER
    }
    items = {"judged": found.judged, **counts, "found_otherwise": found.found_otherwise}
    stream.write(f', "items": {dumps(items)[:-1]}, "flipped": [')
    for number, flip in enumerate(found.flipped()):
        stream.write(f"{', ' if number else ''}{dumps(flip.as_dict())}")
    levels = {
        level: {"judged": judged, "flipped": [flip.as_dict() for flip in flipped]}
        for level, (judged, flipped) in found.units().items()
    }
    cost = found.per_thousand()
    rest = {
        "lots": levels.pop("lots", {"judged": 0, "flipped": []}),
        **({"levels": levels} if levels else {}),
        "dispositions": {
            name: {"before": before, "after": after} for name, (before, after) in found.dispositions().items()
        },
        "objectives": [target.as_dict() for target in found.objectives()],
        "cost_per_1000": None if cost is None else {"before": float(cost[0]), "after": float(cost[1])},
    }
    stream.write(f"]}}, {dumps(rest)[1:]}\n")
