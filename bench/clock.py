"""The clock: every peer decides the same facts, a chunk at a time, in turn; each fact once, and singly.

INVARIANT: a timed fact is new to the peer. What a peer remembers of other facts is its own good, but no fact is
shown twice, so that remembering answers to whole facts gains nothing that it would not gain in production.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Final

from peers import BY_HAND, Peer
from workload import Answer, Decide, Facts, Workload

STRETCH: Final = 20
"""Facts of the warm-up that each turn begins with, so that p99 is not the price of taking turns."""

COLD: Final = {
    "bare Python": "pass",
    "**gonogo**": """
import gonogo
fact = {"Type": "M", "Air temperature [K]": 298.1, "Process temperature [K]": 308.6, "Rotational speed [rpm]": 1551,
        "Torque [Nm]": 42.8, "Tool wear [min]": 0}
gonogo.load("milling-cell").judge(fact).outcome
""",
}


@dataclass(slots=True)
class Timing:
    """What one peer took, in nanoseconds a fact, and how often it was not right."""

    peer: Peer
    decide: Decide
    rounds: list[list[int]] = field(default_factory=list)
    wrong: int = 0
    facts: int = 0

    def microseconds(self, per_cent: int) -> float:
        return percentile([ns for ran in self.rounds for ns in ran], per_cent) / 1000

    def medians(self) -> list[float]:
        return [percentile(ran, 50) for ran in self.rounds]


def percentile(values: Sequence[float], per_cent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[per_cent - 1]


def ratios(timing: Timing, by_hand: Timing) -> tuple[float, float, float]:
    """How many times as long as by hand: the median round, and the rounds at 10 % and 90 %.

    Round by round, because what loads the machine for a while loads both.
    """
    of = [own / hand for own, hand in zip(timing.medians(), by_hand.medians(), strict=True)]
    return percentile(of, 50), percentile(of, 10), percentile(of, 90)


def race(workload: Workload, peers: Sequence[Peer], rounds: int) -> list[Timing]:
    """Time the peers on one workload."""
    timings = [Timing(peer, peer.make(workload)) for peer in peers]
    for timing in timings:
        _warm(timing, workload.facts.cut(0, workload.warmed_by))
    gc.collect()
    gc.freeze()
    stretch = workload.facts.cut(0, min(STRETCH, workload.warmed_by))
    for number, chunk in enumerate(_chunks(workload, rounds)):
        turn = number % len(timings)
        for timing in timings[turn:] + timings[:turn]:
            _run(timing, chunk, stretch)
    gc.unfreeze()
    return timings


def _warm(timing: Timing, facts: Facts) -> None:
    for fact, answer in zip(timing.peer.facts(facts), facts.expected, strict=True):
        _count(timing, timing.decide(fact), answer)


def _chunks(workload: Workload, rounds: int) -> list[Facts]:
    size = (len(workload.facts.expected) - workload.warmed_by) // rounds
    starts = range(workload.warmed_by, workload.warmed_by + size * rounds, size)
    return [workload.facts.cut(start, start + size) for start in starts]


def _run(timing: Timing, chunk: Facts, stretch: Facts) -> None:
    """One peer, one chunk: garbage is collected before, never meanwhile; the clock's own cost is taken off."""
    now, took, answers = time.perf_counter_ns, [], []
    facts, decide = list(timing.peer.facts(chunk)), timing.decide
    gc.collect()
    gc.disable()
    tick = _cost_of_clock()
    for fact in timing.peer.facts(stretch):  # the processor's caches still hold the peer before
        decide(fact)
    for fact in facts:
        start = now()
        answer = decide(fact)
        took.append(now() - start)
        answers.append(answer)
    gc.enable()
    timing.rounds.append([max(ns - tick, 1) for ns in took])
    for got, expected in zip(answers, chunk.expected, strict=True):
        _count(timing, got, expected)


def _cost_of_clock() -> int:
    now, took = time.perf_counter_ns, []
    for _ in range(501):
        start = now()
        took.append(now() - start)
    return sorted(took)[250]


def _count(timing: Timing, got: Answer, expected: Answer) -> None:
    timing.facts += 1
    timing.wrong += got[0] != expected[0] or set(got[1]) != set(expected[1])


def cold_starts(runs: int) -> dict[str, list[float]]:
    """Milliseconds from starting a Python to the first verdict, in turn with a Python that does nothing."""
    found: dict[str, list[float]] = {name: [] for name in COLD}
    with TemporaryDirectory() as folder:  # for .pyc files, as every installed program has them
        environment = os.environ | {"PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for number in range(runs + 1):
            for name, program in COLD.items():
                start = time.perf_counter()
                subprocess.run([sys.executable, "-c", program], env=environment, check=True)
                if number:  # the first run writes the .pyc files
                    found[name].append((time.perf_counter() - start) * 1000)
    return found


def by_hand(timings: Sequence[Timing]) -> Timing:
    return next(timing for timing in timings if timing.peer.name == BY_HAND)
