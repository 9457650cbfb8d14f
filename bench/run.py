"""Measures gonogo beside its peers and rewrites the results in bench/README.md: `make bench`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import causes
import milling
import ranges
from bulk import many
from clock import Timing, cold_starts, race
from peers import PEERS
from report import results, rewrite
from workload import Workload

README: Final = Path(__file__).resolve().parent / "README.md"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    milling: int | None  # facts; None: all
    rules: int
    facts: int
    rounds: int
    cold: int


FULL: Final = Size(milling=None, rules=200, facts=5_000, rounds=40, cold=20)
TINY: Final = Size(milling=200, rules=35, facts=50, rounds=2, cold=2)


def measured(size: Size, folder: Path, facts: Path) -> list[tuple[Workload, list[Timing]]]:
    """All workloads, one after the other, each by all peers that can take it."""
    found = []
    for number in range(3):
        workload = _workload(number, size, folder, facts)
        peers = [peer for peer in PEERS if peer.is_here and (number < 2 or peer.takes_missing)]
        print(f"{workload.title}: {', '.join(peer.name.strip('*') for peer in peers)} …", file=sys.stderr)
        found.append((workload, race(workload, peers, size.rounds)))
    return found


def _workload(number: int, size: Size, folder: Path, facts: Path) -> Workload:
    if number == 0:
        return milling.workload(size.milling, facts)
    return ranges.workload(folder, size.rules, size.facts, missing=number == 2)


def one_at_a_time(size: Size, facts: Path, today: date) -> str:
    """The results on facts that come singly, as Markdown."""
    with TemporaryDirectory() as folder:
        raced = measured(size, Path(folder), facts)
    absent = dict.fromkeys(peer.needs for peer in PEERS if peer.needs is not None and not peer.is_here)
    return results(raced, cold_starts(size.cold), list(absent), today)


def main(arguments: Sequence[str]) -> None:
    options = _options(arguments)
    today, writes = datetime.now(tz=UTC).date(), not (options.no_write or options.tiny)
    if options.only in (None, "one"):
        text = one_at_a_time(TINY if options.tiny else FULL, options.facts, today)
        print(text)
        if writes:
            rewrite(README, text)
    if options.only in (None, "many"):
        text = many.measured(many.TINY if options.tiny else many.FULL, options.facts, today)
        print(text)
        if writes:
            rewrite(README, text, many.BEGIN, many.END)
    if options.only in (None, "causes"):
        text = causes.measured(causes.TINY if options.tiny else causes.FULL, today)
        print(text)
        if writes:
            rewrite(README, text, causes.BEGIN, causes.END)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["one", "many", "causes"], help="only this part")
    parser.add_argument("--tiny", action="store_true", help="see that it runs: few facts, no meaning in the times")
    parser.add_argument("--facts", type=Path, default=milling.AI4I, help="the CSV file of AI4I 2020")
    parser.add_argument("--no-write", action="store_true", help="print the results, and leave bench/README.md alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
