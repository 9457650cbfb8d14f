"""Two hundred dimensions, each with a lower and an upper limit: a large standard of the plainest rules there are.

Each rule fails about once in a hundred facts, so that an item has two findings on average and hardly any two items
have the same: nothing is gained by remembering answers to whole facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from pathlib import Path
from random import Random
from typing import Final

from workload import UNTOLD, Answer, Decide, Fact, Facts, Test, Workload, worst

SEED: Final = 200
FAIL_AT: Final = 2.576  # deviations: 1 % of a normal distribution lies beyond
SHARE_MISSING: Final = 0.05
SHARES: Final = (("critical", 0.1), ("major", 0.4), ("minor", 1.0))


@dataclass(frozen=True, slots=True)
class Range:
    """A dimension and its limits, in micrometres."""

    name: str
    low: int
    high: int
    class_: str


def millimetres(micrometres: int) -> str:
    return f"{micrometres // 1000}.{micrometres % 1000:03d}"


def drawn(rng: Random, count: int) -> list[Range]:
    """Dimensions from 5 mm to 120 mm, tolerances from ± 0.02 mm to ± 0.3 mm."""
    found = []
    for number in range(count):
        nominal, half = rng.randrange(5_000, 120_000), rng.randrange(20, 300)
        point = rng.random()
        class_ = next(name for name, upto in SHARES if point < upto)
        found.append(Range(f"d{number:03d}", nominal - half, nominal + half, class_))
    return found


def standard_text(ranges: list[Range], item: str | None = None) -> str:
    """The standard, as a quality engineer would write it."""
    lines = ["gonogo: 1", "standard: ranges", "title: Dimensions of a part", "version: 1.0.0", "facts:"]
    lines += [f"  item: {item}", "  fields:"] if item else ["  fields:"]
    lines += [f"    {r.name}: {{unit: mm, resolution: 0.001}}" for r in ranges]
    lines.append("characteristics:")
    for r in ranges:
        limits = f"at least: {millimetres(r.low)} mm, at most: {millimetres(r.high)} mm"
        lines.append(f"  {r.name}: {{{limits}, class: {r.class_}}}")
    return "\n".join(lines) + "\n"


# ------------------------------------------------------------------------------------------------ by hand


def by_hand(ranges: list[Range]) -> Decide:
    """What a good programmer would write without gonogo: a table, a loop, floats, no missing values."""
    table = [(r.name, r.low / 1000, r.high / 1000) for r in ranges]
    classes = {r.name: r.class_ for r in ranges}

    def judge(fact: Fact) -> Answer:
        spoke = [name for name, low, high in table if not low <= fact[name] <= high]
        return worst(classes, spoke), spoke

    return judge


def by_hand_from_text(ranges: list[Range]) -> Decide:
    """The same of a row of `csv.DictReader`."""
    table = [(r.name, r.low / 1000, r.high / 1000) for r in ranges]
    classes = {r.name: r.class_ for r in ranges}

    def judge(fact: Fact) -> Answer:
        spoke = [name for name, low, high in table if not low <= float(fact[name]) <= high]
        return worst(classes, spoke), spoke

    return judge


def by_hand_with_missing(ranges: list[Range]) -> Decide:
    """The same where a value may be missing: an item of which nothing bad is known can't be told."""
    table = [(r.name, r.low / 1000, r.high / 1000) for r in ranges]
    classes = {r.name: r.class_ for r in ranges}

    def judge(fact: Fact) -> Answer:
        spoke, is_untold = [], False
        for name, low, high in table:
            value = fact[name]
            if value is None:
                is_untold = True
            elif not low <= value <= high:
                spoke.append(name)
        return (UNTOLD if is_untold and not spoke else worst(classes, spoke)), spoke

    return judge


# ---------------------------------------------------------------------------------------------- the facts


def workload(folder: Path, rules: int, facts: int, *, missing: bool = False) -> Workload:
    """The benchmark; its standard is written into the folder."""
    rng = Random(SEED)
    ranges = drawn(rng, rules)
    path = folder / f"ranges-{rules}.yaml"
    path.write_text(standard_text(ranges), encoding="utf-8")
    classes = {r.name: r.class_ for r in ranges}
    told = f", {SHARE_MISSING:.0%} of values missing" if missing else ""
    made = _facts(rng, ranges, facts, SHARE_MISSING if missing else 0.0)
    return Workload(
        title=f"Ranges: {rules} rules over {rules} columns{told}",
        standard=str(path),
        classes=classes,
        expressions={r.name: f"{r.name} < {millimetres(r.low)} or {r.name} > {millimetres(r.high)}" for r in ranges},
        conjunctions=[(r.name, [test]) for r in ranges for test in _tests(r)],
        derive=None,
        by_hand=by_hand_with_missing(ranges) if missing else by_hand(ranges),
        by_hand_from_text=by_hand_from_text(ranges),
        facts=made,
        warmed_by=facts // 5,
        source=f"{facts:,} generated facts (seed {SEED}); {_share(made, rules)} of the rules speak",
    )


def _tests(r: Range) -> tuple[Test, Test]:
    return (r.name, "$lt", r.low / 1000), (r.name, "$gt", r.high / 1000)


def _facts(rng: Random, ranges: list[Range], count: int, missing: float) -> Facts:
    rows = [[_value(rng, r, missing) for r in ranges] for _ in range(count)]
    names = [r.name for r in ranges]
    numbers = [{n: None if v is None else v / 1000 for n, v in zip(names, row, strict=True)} for row in rows]
    text = [{n: "" if v is None else millimetres(v) for n, v in zip(names, row, strict=True)} for row in rows]
    return Facts(numbers, text, numbers, [_exact(ranges, row) for row in rows])


def _value(rng: Random, r: Range, missing: float) -> int | None:
    if rng.random() < missing:
        return None
    normal = fsum(rng.random() for _ in range(12)) - 6
    return round((r.low + r.high) / 2 + normal * (r.high - r.low) / 2 / FAIL_AT)


def _exact(ranges: list[Range], row: list[int | None]) -> Answer:
    """The right answer: whole micrometres compared with whole micrometres."""
    pairs = list(zip(ranges, row, strict=True))
    spoke = [r for r, value in pairs if value is not None and (value < r.low or value > r.high)]
    if not spoke and None in row:
        return UNTOLD, []
    classes = {r.class_ for r in spoke}
    return next((name for name, _ in SHARES if name in classes), None), [r.name for r in spoke]


def _share(facts: Facts, rules: int) -> str:
    spoke = sum(len(rules) for _, rules in facts.expected)
    return f"{spoke / (rules * len(facts.expected)):.1%}"
