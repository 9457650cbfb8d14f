"""The results on millions of facts as Markdown: a table a workload, and whether the aims are met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final, TypeAlias

from report import figure, libraries, machine

from bulk.racing import COLUMNAR, DURABLE, Timed, faster_by_hand

PACKAGES: Final = ("duckdb", "polars", "pyarrow", "pandera", "zen-engine", "durable-rules")

TIMES_BY_HAND: Final = 2
MEGABYTES: Final = 1000
TIMES_DURABLE: Final = 1000
PLANNED_IN: Final = 2
TIMES_WITHOUT: Final = 1.5
SITUATIONS: Final = 1000


@dataclass(frozen=True, slots=True)
class Planning:
    """Seconds that gonogo takes to compile and plan a standard of so many rules: more than one of a single rule."""

    rules: int
    seconds: Sequence[float]  # of every round


@dataclass(frozen=True, slots=True)
class Counting:
    """Seconds that gonogo takes for the same facts without lots, and with lots of so many."""

    facts: int
    in_a_lot: int
    rounds: Sequence[Sequence[float]]  # without, with

    @property
    def ratios(self) -> list[float]:
        return [with_lots / without for without, with_lots in self.rounds]


Beside: TypeAlias = "tuple[Planning | None, Counting | None]"
"""What is measured beside the races."""


def results(raced: Sequence[Sequence[Timed]], beside: Beside, absent: Sequence[str], today: date) -> str:
    """Everything that stands between the markers."""
    lines = [f"Measured {today.isoformat()} on {machine()}.", "", libraries(PACKAGES)]
    if absent:
        lines += ["", f"Not installed, and so not measured: {', '.join(absent)}."]
    lines += ["", "### Aims", "", *(f"* {line}" for line in aims(raced, beside))]
    for timed in raced:
        lines += ["", *_table(timed)]
    return "\n".join(lines) + "\n"


# -------------------------------------------------------------------------------------------------- tables


def _table(timed: Sequence[Timed]) -> Iterator[str]:
    load, here = timed[0].load, [one for one in timed if not one.failed]
    yield f"### {load.title}"
    yield ""
    yield f"{load.source}. Rounds: {max((len(one.runs) for one in here), default=0)}."
    yield ""
    yield "| | s (least – most) | s inside | facts/s | MB | situations | ÷ by hand (least – most) | not right |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    by_hand = faster_by_hand(timed)
    for one in here:
        yield f"| {one.entry.name} | {' | '.join(_cells(one, by_hand))} |"
    failed = [f"{one.entry.name} ({one.failed})" for one in timed if one.failed]
    if failed:
        yield ""
        yield f"Could not be measured: {'; '.join(failed)}."


def _cells(one: Timed, by_hand: Sequence[float]) -> Iterator[str]:
    is_whole = one.on_one is None
    took = one.seconds()
    yield _spread(took) if is_whole else f"≈ {figure(took[0])} from {one.rows:,}"
    yield figure(median(ran.inside for ran in one.runs)) if is_whole else ""
    yield f"{'' if is_whole else '≈ '}{one.load.rows / one.median:,.0f}"
    yield f"{max(ran.megabytes for ran in one.runs):,.0f}"
    yield f"{one.runs[0].situations:,}" if one.runs[0].situations is not None else ""
    if not by_hand:
        yield ""
    elif is_whole:
        yield _spread(ratios(one, by_hand))
    else:
        yield f"≈ {figure(one.median / median(by_hand))}"
    yield "none" if not one.wrong else f"{one.wrong:,}" if is_whole else f"{one.wrong:,} of {one.rows:,}"


def _spread(values: Sequence[float]) -> str:
    return f"{figure(median(values))} ({figure(min(values))} – {figure(max(values))})"


def ratios(one: Timed, by_hand: Sequence[float]) -> list[float]:
    """Round by round, because what loads the machine for a while loads both."""
    return [own / hand for own, hand in zip(one.seconds(), by_hand, strict=False)]


# ---------------------------------------------------------------------------------------------------- aims


def aims(raced: Sequence[Sequence[Timed]], beside: Beside) -> Iterator[str]:
    """What was promised, and what was measured."""
    from_parquet = [timed for timed in raced if timed[0].load.suffix == ".parquet"]
    milling = max((t for t in from_parquet if t[0].load.kind == "milling"), key=lambda t: t[0].load.rows)
    ranges = min((t for t in from_parquet if t[0].load.kind == "ranges"), key=lambda t: t[0].load.rules)
    if _of(milling, COLUMNAR) is None:
        yield "gonogo was not measured."
    yield from _beside_by_hand(milling)
    yield from _in_memory(milling)
    yield from _beside_durable(milling)
    yield from _beside_by_hand(ranges)
    yield from _in_situations(ranges)
    planning, lots = beside
    if planning is not None:
        yield _in_planning(planning)
    if lots is not None:
        yield _in_lots(lots)


def _of(timed: Sequence[Timed], entry: object) -> Timed | None:
    return next((one for one in timed if one.entry is entry and one.runs), None)


def _beside_by_hand(timed: Sequence[Timed]) -> Iterator[str]:
    own, by_hand = _of(timed, COLUMNAR), faster_by_hand(timed)
    if own and by_hand:
        ratio = median(ratios(own, by_hand))
        told = f"at most {TIMES_BY_HAND} times the faster program by hand"
        yield _aim(own.load.title, told, ratio <= TIMES_BY_HAND, f"{figure(ratio)} times")


def _in_memory(timed: Sequence[Timed]) -> Iterator[str]:
    if own := _of(timed, COLUMNAR):
        most = max(ran.megabytes for ran in own.runs)
        yield _aim(own.load.title, "peak memory under 1 GB", most < MEGABYTES, f"{most:,.0f} MB")


def _beside_durable(timed: Sequence[Timed]) -> Iterator[str]:
    own, durable = _of(timed, COLUMNAR), _of(timed, DURABLE)
    if own and durable:
        ratio = durable.median / own.median
        told = f"over {TIMES_DURABLE:,} times as fast as durable-rules used directly"
        yield _aim(own.load.title, told, ratio > TIMES_DURABLE, f"≈ {figure(ratio)} times")


def _in_situations(timed: Sequence[Timed]) -> Iterator[str]:
    own = _of(timed, COLUMNAR)
    if own and (number := own.runs[0].situations) is not None:
        yield _aim(own.load.title, "a few hundred situations reasoned about", number < SITUATIONS, f"{number:,}")


def _in_planning(planning: Planning) -> str:
    took, told = median(planning.seconds), f"compiled and planned in about {PLANNED_IN} s"
    return _aim(f"{planning.rules:,} rules", told, took < PLANNED_IN + 0.5, f"{took:.1f} s")


def _in_lots(lots: Counting) -> str:
    ratio = median(lots.ratios)
    of = f"{lots.facts:,} milling facts in lots of {lots.in_a_lot:,}"
    told = f"at most {TIMES_WITHOUT} times the same without lots"
    spread = f"{figure(min(lots.ratios))} – {figure(max(lots.ratios))}"
    return _aim(of, told, ratio <= TIMES_WITHOUT, f"{figure(ratio)} times ({spread})")


def _aim(of: str, told: str, is_met: bool, measured: str) -> str:
    return f"{of} – {told}: {'met' if is_met else 'missed'}, {measured}."
