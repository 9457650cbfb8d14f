"""All races on millions of facts, one workload after the other; its files are gone before the next ones are made."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bulk.load import Load
    from bulk.tables import Counting, Planning

BEGIN: Final = "<!-- many: written by bench/run.py -->"
END: Final = "<!-- /many -->"
NEEDED: Final = ("numpy", "pyarrow", "duckdb")
"""Without these no facts can be made, and no verdicts compared."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    milling: tuple[int, ...]  # facts
    ranges: tuple[tuple[int, int], ...]  # rules, facts
    lots: tuple[int, int]  # facts, and how many of them are a lot
    rounds: int


FULL: Final = Size(
    milling=(1_000_000, 10_000_000), ranges=((200, 1_000_000), (2_000, 100_000)), lots=(10_000_000, 1_000_000), rounds=3
)
TINY: Final = Size(milling=(300,), ranges=((35, 200),), lots=(300, 100), rounds=1)


def measured(size: Size, source: Path, today: date) -> str:
    """The results as Markdown."""
    absent = [module for module in NEEDED if find_spec(module) is None]
    if absent:
        return f"Millions of facts were not measured: {', '.join(absent)} not installed.\n"
    from bulk.racing import ENTRIES, race
    from bulk.tables import results

    raced = []
    with TemporaryDirectory() as top:
        for make in _loads(size, source):
            with TemporaryDirectory(dir=top) as folder:
                load = make(Path(folder))
                print(f"{load.title} …", file=sys.stderr)
                raced.append(race(load, size.rounds))
        planning = planned(size, Path(top))
        lots = counted(size, source, Path(top))
    return results(
        raced, (planning, lots), list(dict.fromkeys(module for entry in ENTRIES for module in entry.absent)), today
    )


def _loads(size: Size, source: Path) -> list[Callable[[Path], Load]]:
    from bulk.making import milling_load, ranges_load

    milling = [
        partial(milling_load, rows=rows, suffix=suffix, source=source)
        for suffix in (".parquet", ".csv")
        for rows in size.milling
    ]
    return [*milling, *(partial(ranges_load, rules=rules, rows=rows) for rules, rows in size.ranges)]


def planned(size: Size, folder: Path) -> Planning | None:
    """What a large standard costs before the first fact: a check of one fact, less the same with one rule."""
    from bulk.making import ranges_load
    from bulk.racing import COLUMNAR, Failed, run_once
    from bulk.tables import Planning

    rules = max(rules for rules, _ in size.ranges)
    loads = []
    for count in (1, rules):
        of_its_own = folder / f"planned-{count}"
        of_its_own.mkdir()
        loads.append(ranges_load(of_its_own, count, 2))
    try:
        rounds = [[run_once(COLUMNAR, load, 1)[0].seconds for load in loads] for _ in range(size.rounds)]
    except Failed:
        return None
    return Planning(rules, [large - small for small, large in rounds])


def counted(size: Size, source: Path, folder: Path) -> Counting | None:
    """What lots cost: the same facts judged without them and with them, in turn."""
    from bulk.making import lots_loads
    from bulk.racing import COLUMNAR, Failed, run_once
    from bulk.tables import Counting

    rows, in_a_lot = size.lots
    of_its_own = folder / "lots"
    of_its_own.mkdir()
    plain, with_lots = lots_loads(of_its_own, rows, in_a_lot, source)
    try:
        rounds = [
            [run_once(COLUMNAR, load, rows)[0].seconds for load in (plain, with_lots)] for _ in range(size.rounds)
        ]
    except Failed:
        return None
    return Counting(rows, in_a_lot, rounds)
