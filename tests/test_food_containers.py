"""The pack after 7 CFR 42: every row of its plans, and the operating characteristic that is published of one."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gonogo.facts import FactsOptions
from gonogo.inspection.columnar import ColumnarInspection
from gonogo.levels.verdict import LevelVerdict
from gonogo.loading import load
from gonogo.pack import Standard

ROOT = Path(__file__).parent.parent
PUBLISHED = ROOT.parent / "shared" / "data" / "us_cfr_standards" / "standards.json"

# Size of the sample: acceptance numbers for critical, major and all defects at origin, then elsewhere.
PLANS = {
    84: ((0, 3, 9), (0, 4, 13)),
    168: ((1, 5, 16), (1, 7, 23)),
    315: ((2, 8, 28), (2, 13, 41)),
    500: ((3, 12, 42), (3, 18, 62)),
    800: ((4, 18, 64), (4, 27, 95)),
}
CODES = {"critical": ("2", "3", "1"), "major": ("112", "113", "101", "115"), "minor": ("211", "209", "202", "210")}
ROWS = [(size, place) for size in PLANS for place in (0, 1)]


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load(ROOT / "rules" / "food-containers")


def sample(size: int, place: int, critical: int, major: int, minor: int, seed: int = 1) -> list[dict[str, object]]:
    """A sample with so many defects, spread over its containers: some have several."""
    random = Random(seed)
    written: list[list[str]] = [[] for _ in range(size)]
    for class_, count in (("critical", critical), ("major", major), ("minor", minor)):
        for number in range(count):
            code = CODES[class_][number % len(CODES[class_])]
            random.choice([codes for codes in written if code not in codes]).append(code)
    where = ("origin", "other")[place]
    return [
        {"Container": n, "Lot": "L", "Inspection": where, "Lot size": 100, "Defects": " ".join(codes) or "none"}
        for n, codes in enumerate(written)
    ]


def judged(standard: Standard, facts: list[dict[str, object]]) -> LevelVerdict:
    (lot,) = standard.judge_levels(facts).lots
    return lot


@pytest.mark.parametrize(("size", "place"), ROWS)
def test_a_lot_is_accepted_at_each_acceptance_number_and_rejected_at_the_next(
    standard: Standard, size: int, place: int
) -> None:
    critical, major, total = PLANS[size][place]
    accepted = judged(standard, sample(size, place, critical, major, total - critical - major))
    assert (accepted.outcome, accepted.disposition) == ("conforming", "accept")
    beyond = {
        "too-many-critical": (critical + 1, 0, 0),
        "too-many-major": (0, major + 1, 0),
        "too-many-in-all": (0, 0, total + 1),
    }
    for rule, counts in beyond.items():
        lot = judged(standard, sample(size, place, *counts))
        assert [finding.rule for finding in lot.findings] == [rule]
        assert lot.disposition == "reject"
    assert judged(standard, sample(size, place, critical, major, total - critical - major + 1)).disposition == "reject"


def test_the_plans_are_those_that_are_published() -> None:
    if not PUBLISHED.exists():
        pytest.skip("the published plans are not here")
    plans = json.loads(PUBLISHED.read_text("utf-8"))["7CFR42.109_food_container_normal_plans"]["plans"]
    published = {
        plan["n"]: tuple(
            tuple(ac for ac, re in plan[place].values() if re == ac + 1) for place in ("origin", "other_than_origin")
        )
        for plan in plans
    }
    assert published == PLANS


@pytest.mark.parametrize("size", [83, 85, 167, 1000])
def test_a_sample_of_another_size_is_not_judged(standard: Standard, size: int) -> None:
    lot = judged(standard, sample(size, 0, 0, 0, 0))
    assert (lot.outcome, lot.disposition) == ("indeterminate", "hold")


@pytest.mark.parametrize(("lot_size", "needed"), [(6000, 84), (6001, 168), (12000, 168), (12001, 315), (36001, 500)])
def test_the_sample_is_as_large_as_the_lot_asks_for(standard: Standard, lot_size: int, needed: int) -> None:
    sizes = [size for size in PLANS if size >= needed]
    too_small = [size for size in PLANS if size < needed]
    for size in PLANS:
        facts = [fact | {"Lot size": lot_size} for fact in sample(size, 1, 0, 0, 0)]
        assert judged(standard, facts).disposition == ("accept" if size in sizes else "sample again")
    assert sizes
    assert too_small or needed == 84


def test_what_is_no_code_of_the_table_is_critical_and_what_is_blank_is_not_judged(standard: Standard) -> None:
    fact = sample(1, 0, 0, 0, 0)[0]
    for text, findings in (("dented", ["unlisted"]), ("4", ["unlisted"]), ("1123", ["unlisted"]), ("None", [])):
        assert [finding.rule for finding in standard.judge(fact | {"Defects": text}).findings] == findings
    assert standard.judge(fact | {"Defects": " "}).outcome == "indeterminate"
    both = standard.judge(fact | {"Defects": "112; 211,2"})
    assert [finding.nonconformity for finding in both.findings] == ["2", "112", "211"]


# Lots of so many critical defects per hundred units, and the share of them that is accepted: 7 CFR 42.140(c), plan
# of 500 containers that accepts 3; the shares of the Poisson distribution are 0.2650 and 0.9982.
CHARACTERISTIC = [(1.0, 0.2650), (0.10, 0.9982)]
LOTS, SIZE = 2_000, 500


@pytest.mark.parametrize(("dphu", "accepted"), CHARACTERISTIC)
def test_the_operating_characteristic_is_the_published_one(
    standard: Standard, dphu: float, accepted: float, tmp_path: Path
) -> None:
    path = tmp_path / "lots.parquet"
    pq.write_table(lots_of(dphu), path)
    with ColumnarInspection(standard, [str(path)], FactsOptions(), lambda _: None, lambda _: None) as inspection:
        inspection.judge()
        lots = inspection.summary.levels.lots
    assert len(lots) == LOTS
    share = sum(lot.disposition == "accept" for lot in lots) / LOTS
    error = (accepted * (1 - accepted) / LOTS) ** 0.5
    assert share == pytest.approx(accepted, abs=4 * error + 0.001)


def lots_of(dphu: float) -> pa.Table:
    """Samples from lots of that quality: each container has a critical defect by chance."""
    random, rows = Random(42), LOTS * SIZE
    return pa.table(
        {
            "Container": pa.array(range(rows)),
            "Lot": pa.array([f"L{number // SIZE}" for number in range(rows)]),
            "Inspected": pa.array(["2026-03-02"] * rows),
            "Inspection": pa.array(["origin"] * rows),
            "Lot size": pa.array([50_000] * rows),
            "Defects": pa.array(["3" if random.random() < dphu / 100 else "none" for _ in range(rows)]),
        }
    )
