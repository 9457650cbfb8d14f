"""The published failure conditions of AI4I 2020 (Matzka 2020; UCI 601), on all of its 10,000 rows."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import gonogo

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "ai4i2020" / "ai4i2020.csv"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="../shared/data/ai4i2020 is not there")

NUMBERS = (
    "Air temperature [K]", "Process temperature [K]", "Rotational speed [rpm]", "Torque [Nm]", "Tool wear [min]",
)  # fmt: skip
Row = Mapping[str, str]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def verdicts(rows: list[dict[str, str]]) -> list[gonogo.Verdict]:
    return list(gonogo.load("milling-cell").judge(rows))


def rules(verdict: gonogo.Verdict) -> set[str]:
    return {finding.rule for finding in verdict.findings}


def test_the_findings_are_as_many_as_were_published(verdicts: list[gonogo.Verdict]) -> None:
    found = Counter(rule for verdict in verdicts for rule in rules(verdict))
    assert found == {"power": 95, "overstrain": 98, "heat-dissipation": 103, "tool-worn": 790, "runaway": 3}
    assert sum({"power", "heat-dissipation"} <= rules(verdict) for verdict in verdicts) == 3


@pytest.mark.parametrize(("label", "rule"), [("PWF", "power"), ("OSF", "overstrain")])
def test_labels_and_findings_agree_on_every_row(
    rows: list[dict[str, str]], verdicts: list[gonogo.Verdict], label: str, rule: str
) -> None:
    assert [row[label] == "1" for row in rows] == [rule in rules(verdict) for verdict in verdicts]


def test_ten_thousand_rows_are_29_situations(verdicts: list[gonogo.Verdict]) -> None:
    assert len({verdict.answer.situation for verdict in verdicts}) == 29
    assert len({id(verdict.answer) for verdict in verdicts}) == 29


def test_a_difference_of_exactly_8_6_k_is_not_below_8_6_k(
    rows: list[dict[str, str]], verdicts: list[gonogo.Verdict]
) -> None:
    slow = [(row, verdict) for row, verdict in zip(rows, verdicts, strict=True) if int(row[NUMBERS[2]]) < 1380]
    ties = [(row, verdict) for row, verdict in slow if _difference(row, Decimal) == Decimal("8.6")]
    assert len(ties) == 27
    assert sum(_difference(row, float) < 8.6 for row, _ in ties) == 12  # so a float64 would have it
    assert not any("heat-dissipation" in rules(verdict) for _, verdict in ties)


def _difference(row: Row, make: Any) -> Any:
    return make(row[NUMBERS[1]]) - make(row[NUMBERS[0]])


@pytest.mark.parametrize("make", [float, Decimal], ids=lambda make: make.__name__)
def test_text_and_numbers_are_judged_alike(
    rows: list[dict[str, str]], verdicts: list[gonogo.Verdict], make: Callable[[str], object]
) -> None:
    facts = [row | {column: make(row[column]) for column in NUMBERS} for row in rows]
    assert [verdict.answer for verdict in gonogo.load("milling-cell").judge(facts)] == [v.answer for v in verdicts]


MODES = {
    "coolant-starved": "HDF", "hot-hall": "HDF", "load-off-window": "PWF", "speed-mistyped": "PWF",
    "edge-overloaded": "OSF", "worn-tool": "TWF",
}  # fmt: skip
"""The failure mode that each cause of the pack's graph is one of."""


@pytest.mark.parametrize("by_rules", [False, True])
def test_the_first_cause_of_a_failure_is_a_labelled_mode(
    rows: list[dict[str, str]], verdicts: list[gonogo.Verdict], by_rules: bool
) -> None:
    graph = gonogo.load_causes("milling-cell")
    failed, right = 0, 0
    for row, verdict in zip(rows, verdicts, strict=True):
        labels = {mode for mode in ("HDF", "PWF", "OSF", "TWF") if row[mode] == "1"}
        if row["Machine failure"] != "1" or not labels:
            continue
        failed += 1
        observed = graph.observe(verdict)
        told = observed if by_rules else replace(observed, level="", states=())
        known = graph.known(told, ["machine-failure"])
        (trace,) = graph.traces([(known, graph.traced(told, ["machine-failure"], (), ()))])
        assert trace is not None
        right += trace.top is not None and MODES.get(trace.top.cause) in labels
    assert failed == 330
    assert right >= 0.99 * failed
