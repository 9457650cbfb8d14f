"""The milling cell: the five failure conditions of AI4I 2020, by hand and in the forms the peers read.

The facts are the 10,000 of the public data set where it lies beside this checkout; else rows of our own after the
distributions that its paper states, from a fixed seed.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from decimal import Decimal
from math import fsum, pi
from pathlib import Path
from random import Random
from typing import Final

from workload import Answer, Fact, Facts, Test, Workload

AI4I: Final = Path(__file__).resolve().parents[2] / "shared" / "data" / "ai4i2020" / "ai4i2020.csv"
ROWS: Final = 10_000

TYPE, AIR, PROCESS = "Type", "Air temperature [K]", "Process temperature [K]"
SPEED, TORQUE, WEAR = "Rotational speed [rpm]", "Torque [Nm]", "Tool wear [min]"
NAMES: Final = {TYPE: "type", AIR: "air", PROCESS: "process", SPEED: "speed", TORQUE: "torque", WEAR: "wear"}
WHOLE: Final = {SPEED, WEAR}

PER_RPM: Final = 2 * pi / 60  # rad/s
STRAIN_LIMIT: Final = {"L": 11_000, "M": 12_000, "H": 13_000}
CLASSES: Final = {
    "heat-dissipation": "critical",
    "power": "major",
    "overstrain": "major",
    "tool-worn": "minor",
    "runaway": "critical",
}

# --------------------------------------------------------------------------------------------- by hand


def by_hand(fact: Fact) -> Answer:
    """What a good programmer would write without gonogo: floats, no missing values."""
    speed, torque, wear = fact[SPEED], fact[TORQUE], fact[WEAR]
    is_hot = fact[PROCESS] - fact[AIR] < 8.6 and speed < 1380
    is_out_of_power = not 3500 <= torque * speed * PER_RPM <= 9000
    spoke, class_ = [], None
    if 200 <= wear <= 240:
        spoke.append("tool-worn")
        class_ = "minor"
    if wear * torque > STRAIN_LIMIT[fact[TYPE]]:
        spoke.append("overstrain")
        class_ = "major"
    if is_out_of_power:
        spoke.append("power")
        class_ = "major"
    if is_hot:
        spoke.append("heat-dissipation")
        class_ = "critical"
        if is_out_of_power:
            spoke.append("runaway")
    return class_, spoke


def by_hand_from_text(fact: Fact) -> Answer:
    """The same of a row of `csv.DictReader`."""
    return by_hand({TYPE: fact[TYPE]} | {column: float(fact[column]) for column in (AIR, PROCESS, SPEED, TORQUE, WEAR)})


def exact(fact: Fact) -> Answer:
    """The right answer to a row of text: decimals are decimals (the power, which has a π in it, is a float)."""
    air, process, speed, torque, wear = (Decimal(str(fact[name])) for name in (AIR, PROCESS, SPEED, TORQUE, WEAR))
    power = float(torque * speed) * PER_RPM
    holds = {
        "heat-dissipation": process - air < Decimal("8.6") and speed < 1380,
        "power": power < 3500 or power > 9000,
        "overstrain": wear * torque > STRAIN_LIMIT[str(fact[TYPE])],
        "tool-worn": 200 <= wear <= 240,
    }
    holds["runaway"] = holds["heat-dissipation"] and holds["power"]
    spoke = [rule for rule, speaks in holds.items() if speaks]
    return next((c for c in ("critical", "major", "minor") if c in {CLASSES[rule] for rule in spoke}), None), spoke


def disposition(class_: str | None, spoke: Collection[str]) -> str:
    """As the pack's disposition lines say; nothing is missing here."""
    if class_ == "critical":
        return "scrap"
    if "overstrain" in spoke and "power" not in spoke:
        return "rework"
    return {"major": "hold", "minor": "concession", None: "release"}[class_]


# ------------------------------------------------------------------------------------- as the peers read it

_HOT: Final = "process - air < 8.6 and speed < 1380"
_POWER: Final = f"(torque * speed * {PER_RPM!r} < 3500 or torque * speed * {PER_RPM!r} > 9000)"
EXPRESSIONS: Final = {
    "heat-dissipation": _HOT,
    "power": _POWER,
    "overstrain": " or ".join(f'(type == "{t}" and wear * torque > {limit})' for t, limit in STRAIN_LIMIT.items()),
    "tool-worn": "wear >= 200 and wear <= 240",
    "runaway": f"{_HOT} and {_POWER}",
}

_IS_HOT: Final[list[Test]] = [("difference", "$lt", 8.6), ("speed", "$lt", 1380)]
_WEAK: Final[Test] = ("power", "$lt", 3500)
_STRONG: Final[Test] = ("power", "$gt", 9000)
CONJUNCTIONS: Final[list[tuple[str, list[Test]]]] = [
    ("heat-dissipation", _IS_HOT),
    ("power", [_WEAK]),
    ("power", [_STRONG]),
    *(("overstrain", [("type", "$eq", t), ("strain", "$gt", limit)]) for t, limit in STRAIN_LIMIT.items()),
    ("tool-worn", [("wear", "$gte", 200), ("wear", "$lte", 240)]),
    ("runaway", [*_IS_HOT, _WEAK]),
    ("runaway", [*_IS_HOT, _STRONG]),
]


def derive(fact: Fact) -> Fact:
    """durable-rules compares a field with a constant: derived quantities are worked out before it is asked."""
    torque, speed, wear = fact["torque"], fact["speed"], fact["wear"]
    return {
        "type": fact["type"],
        "speed": speed,
        "wear": wear,
        "difference": fact["process"] - fact["air"],
        "power": torque * speed * PER_RPM,
        "strain": wear * torque,
    }


# ---------------------------------------------------------------------------------------------- the facts


def workload(most: int | None, source: Path = AI4I) -> Workload:
    """The benchmark on at most so many facts."""
    if source.is_file():
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows: list[dict[str, str]] = list(csv.DictReader(file))[:most]
        told = f"AI4I 2020 (UCI 601), {len(rows):,} rows"
    else:
        rows = generated(most or ROWS)
        told = f"{len(rows):,} rows of our own (seed 2020): the AI4I 2020 data set is not here"
    return Workload(
        title="Milling cell: 5 rules, 6 columns",
        standard="milling-cell",
        classes=CLASSES,
        expressions=EXPRESSIONS,
        conjunctions=CONJUNCTIONS,
        derive=derive,
        by_hand=by_hand,
        by_hand_from_text=by_hand_from_text,
        facts=_facts(rows),
        warmed_by=len(rows) // 5,
        source=told,
    )


def _facts(rows: list[dict[str, str]]) -> Facts:
    numbers = [{column: _number(column, text) for column, text in row.items()} for row in rows]
    named = [{name: row[column] for column, name in NAMES.items()} for row in numbers]
    return Facts(numbers, rows, named, [exact(row) for row in rows])


def _number(column: str, text: str) -> object:
    if column in WHOLE:
        return int(text)
    return float(text) if column in NAMES and column != TYPE else text


def generated(count: int) -> list[dict[str, str]]:
    """Rows after the distributions that the paper on AI4I states."""
    rng = Random(2020)
    air, wear, rows = 0.0, 0, []
    for number in range(1, count + 1):
        kind = rng.choices("LMH", (60, 30, 10))[0]
        air = 0.98 * air + 0.4 * _normal(rng)
        torque = max(40 + 10 * _normal(rng), 4)
        rows.append(
            {
                "UDI": str(number),
                TYPE: kind,
                AIR: f"{300 + air:.1f}",
                PROCESS: f"{310 + air + _normal(rng):.1f}",
                SPEED: f"{1_540 + 11 * (40 - torque) + 60 * _normal(rng):.0f}",
                TORQUE: f"{torque:.1f}",
                WEAR: str(wear),
            }
        )
        wear = 0 if wear > 200 + 40 * rng.random() else wear + {"L": 2, "M": 3, "H": 5}[kind]
    return rows


def _normal(rng: Random) -> float:
    return fsum(rng.random() for _ in range(12)) - 6
