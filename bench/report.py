"""The results as Markdown, and the place in README.md where they stand."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from clock import Timing, by_hand, percentile, ratios
from workload import Workload

BEGIN: Final = "<!-- results: written by bench/run.py -->"
END: Final = "<!-- /results -->"
AIM: Final = 10
PACKAGES: Final = ("durable-rules", "zen-engine", "rule-engine")


def results(
    raced: Sequence[tuple[Workload, Sequence[Timing]]],
    cold: Mapping[str, Sequence[float]],
    absent: Sequence[str],
    today: date,
) -> str:
    """Everything that stands between the markers."""
    lines = [f"Measured {today.isoformat()} on {machine()}.", "", libraries()]
    if absent:
        lines += ["", f"Not installed, and so not measured: {', '.join(absent)}."]
    for workload, timings in raced:
        lines += ["", *_table(workload, timings)]
    return "\n".join([*lines, "", *_cold(cold)]) + "\n"


def _table(workload: Workload, timings: Sequence[Timing]) -> Iterator[str]:
    hand = by_hand(timings)
    yield f"### {workload.title}"
    yield ""
    timed = sum(map(len, hand.rounds))
    yield f"{workload.source}. {timed:,} of them timed, in {len(hand.rounds)} rounds."
    yield ""
    yield "| µs a decision | p50 | p99 | ÷ by hand (10 % – 90 % of rounds) | not right |"
    yield "|---|--:|--:|--:|--:|"
    for timing in timings:
        ratio, low, high = ratios(timing, hand)
        times = f"{figure(timing.microseconds(50))} | {figure(timing.microseconds(99))}"
        yield f"| {timing.peer.name} | {times} | {ratio:.1f} ({low:.1f} – {high:.1f}) | {timing.wrong or 'none'} |"
    yield ""
    for timing in timings:
        if "gonogo" in timing.peer.name:
            yield f"* {timing.peer.name}: aim of {AIM} times {aim(timing, timings)}."


def aim(timing: Timing, timings: Sequence[Timing]) -> str:
    """Whether gonogo is within ten times of the function by hand, and ahead of every other engine."""
    ratio, _, _ = ratios(timing, by_hand(timings))
    others = [other for other in timings if not other.peer.is_by_hand and "gonogo" not in other.peer.name]
    ahead = [other.peer.name for other in others if other.microseconds(50) < timing.microseconds(50)]
    place = f"behind {' and '.join(ahead)}" if ahead else "ahead of every peer" if others else "no peer takes part"
    return f"{'met' if ratio <= AIM else 'missed'}, {ratio:.1f} times the function by hand; {place}"


def _cold(cold: Mapping[str, Sequence[float]]) -> Iterator[str]:
    yield "### Cold start"
    yield ""
    runs = len(next(iter(cold.values())))
    yield f"From starting a Python to the first verdict of the milling cell; {runs} runs each, in turn."
    yield ""
    yield "| ms | p50 | most |"
    yield "|---|--:|--:|"
    for name, took in cold.items():
        yield f"| {name} | {percentile(took, 50):.0f} | {max(took):.0f} |"


def figure(number: float) -> str:
    """Three digits that mean something."""
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:,.0f}"


def machine() -> str:
    """The processor, its cores, and the system."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def libraries(packages: Sequence[str] = PACKAGES) -> str:
    """The versions of everything that was measured."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return ", ".join([python, *(f"{name} {_version(name)}" for name in ("gonogo", *packages))]) + "."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "of this checkout" if package == "gonogo" else "(not installed)"


def rewrite(path: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Put the results between the markers of a Markdown file; the rest of it stays."""
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{path} has no `{begin}` … `{end}`")
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")
