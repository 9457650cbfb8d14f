"""The sample facts of the shipped packs, made anew from a fixed seed.

Run as a program (`python tests/sample_facts.py`) it rewrites the `sample.csv` files; the test beside it
makes them again and compares, so that nobody mends a sample by hand and the story it tells stays known.

Each sample is a plain run of production, over which rows with a point are laid: values exactly on a
limit and one step beyond, each finding at least once, missing values and unusable ones.

INVARIANT: the same bytes on every machine and Python. Only `Random.random` is drawn from, and only
added (exactly) and scaled; no logarithm, no cosine.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import fsum
from pathlib import Path
from random import Random
from typing import Final

Row = dict[str, str]

ROOT: Final = Path(__file__).resolve().parent.parent

# ---------------------------------------------------------------------------------------- milling cell

MILLING_ROWS: Final = 300
VARIANTS: Final = {"L": 2, "M": 3, "H": 5}
"""The quality variants, each with the minutes that one part of it adds to the wear of the tool."""

UDI, PRODUCT, TYPE = "UDI", "Product ID", "Type"
AIR, PROCESS = "Air temperature [K]", "Process temperature [K]"
SPEED, TORQUE, WEAR = "Rotational speed [rpm]", "Torque [Nm]", "Tool wear [min]"

COOL: Final = {AIR: "300.0", PROCESS: "310.0", SPEED: "1500", TORQUE: "40.0", WEAR: "100"}
"""A part that no rule has anything to say about; the rows below change a value or two of it."""

MILLING_POINTS: Final[Mapping[int, Row]] = {
    # heat-dissipation: below 8.6 K and below 1380 rpm
    21: COOL | {PROCESS: "308.6", SPEED: "1379"},  # exactly 8.6 K is not below 8.6 K
    22: COOL | {PROCESS: "308.5", SPEED: "1380"},  # exactly 1380 rpm is not below 1380 rpm
    23: COOL | {PROCESS: "308.5", SPEED: "1379"},
    24: COOL | {AIR: "304.1", PROCESS: "312.7", SPEED: "1345"},  # 8.6 K again, where binary floats see less
    25: COOL | {AIR: "302.4", PROCESS: "310.4", SPEED: "1302", TORQUE: "52.3"},
    # overstrain: above 11000 (L), 12000 (M), 13000 (H) min·N·m
    41: COOL | {TYPE: "L", SPEED: "1300", TORQUE: "62.5", WEAR: "176"},  # exactly 11000
    42: COOL | {TYPE: "L", SPEED: "1300", TORQUE: "62.6", WEAR: "176"},
    43: COOL | {TYPE: "M", SPEED: "1300", TORQUE: "62.5", WEAR: "192"},  # exactly 12000
    44: COOL | {TYPE: "M", SPEED: "1300", TORQUE: "62.5", WEAR: "193"},
    45: COOL | {TYPE: "H", SPEED: "1300", TORQUE: "65.0", WEAR: "200"},  # exactly 13000; the tool is worn
    46: COOL | {TYPE: "H", SPEED: "1300", TORQUE: "65.1", WEAR: "200"},
    # power: below 3500 W or above 9000 W
    61: COOL | {SPEED: "2710", TORQUE: "12.3"},
    62: COOL | {SPEED: "2650", TORQUE: "12.7"},
    63: COOL | {SPEED: "1395", TORQUE: "61.7"},
    64: COOL | {TYPE: "L", SPEED: "1410", TORQUE: "65.7", WEAR: "191"},  # overstrain and power
    # runaway: heat-dissipation and power at once
    81: COOL | {PROCESS: "308.0", SPEED: "1250", TORQUE: "70.1"},
    82: COOL | {PROCESS: "308.3", SPEED: "1289", TORQUE: "24.8"},
    # tool-worn: 200 min to 240 min, both included
    101: COOL | {WEAR: "199"},
    102: COOL | {WEAR: "200"},
    103: COOL | {WEAR: "240"},
    104: COOL | {WEAR: "241"},
    # missing values
    121: COOL | {TORQUE: ""},  # power and overstrain can't be told
    122: COOL | {TORQUE: "", WEAR: "0"},
    123: COOL | {PROCESS: ""},  # fast enough that the temperatures play no part
    124: COOL | {PROCESS: "", SPEED: "1310", TORQUE: "50.2"},
    125: COOL | {SPEED: ""},  # cool enough that the speed plays no part in heat-dissipation
    126: COOL | {TYPE: "", TORQUE: "61.0", WEAR: "190", SPEED: "1350"},
    127: COOL | {TORQUE: "", PROCESS: "308.1", SPEED: "1300"},  # critical, whatever the torque was
    128: {AIR: "", PROCESS: "", SPEED: "", TORQUE: "", WEAR: ""},
    # values that can't be used
    141: COOL | {TORQUE: "4O.2"},
    142: COOL | {WEAR: "n/a"},
    143: COOL | {TYPE: "X"},
    144: COOL | {SPEED: "15OO"},
    145: COOL | {AIR: "26.9 degC"},
    146: COOL | {TORQUE: "inf"},
}


def milling_cell() -> Iterator[Row]:
    """Parts in the order they were milled, after the distributions that the paper on AI4I states."""
    rng = Random(4_711)
    air, wear = 0.0, 0.0
    for udi in range(1, MILLING_ROWS + 1):
        variant = _pick(rng, {"L": 0.6, "M": 0.3, "H": 0.1})
        air = 0.98 * air + 0.4 * _normal(rng)
        torque = max(40 + 10 * _normal(rng), 4)
        point = MILLING_POINTS.get(udi, {})
        made = point.get(TYPE, variant)
        row = {
            UDI: str(udi),
            PRODUCT: f"{made if made in VARIANTS else variant}{50_000 + udi}",
            TYPE: variant,
            AIR: f"{300 + air:.1f}",
            PROCESS: f"{310 + air + 0.6 * _normal(rng):.1f}",
            SPEED: f"{1_540 + 11 * (40 - torque) + 60 * _normal(rng):.0f}",
            TORQUE: f"{torque:.1f}",
            WEAR: f"{wear:.0f}",
        }
        yield row | point
        wear += VARIANTS[variant]
        if wear > 200 + 40 * rng.random():
            wear = 0.0


# ---------------------------------------------------------------------------------------- turned shaft

SHAFTS_PER_LOT: Final = 30
LOTS: Final = ("26-031", "26-032", "26-033", "26-034")

SERIAL, LOT, FINISHED = "Serial", "Lot", "Finished"
SEAT, JOURNAL, LENGTH = "Seat diameter [mm]", "Journal diameter [mm]", "Overall length [mm]"
RA, HARDNESS, RUNOUT = "Ra [um]", "Hardness [HRC]", "Runout [mm]"
HARDENED, DEBURRED, BURR, COLOUR = "Hardened", "Deburred", "Burr", "Colour"
SURFACE, CERTIFICATE, INSPECTED, CALIBRATED = "Surface", "Certificate", "Inspected", "Gauge calibrated"

SHAFT_POINTS: Final[Mapping[int, Row]] = {
    # exactly on a limit, and one step beyond
    3: {SEAT: "25.000"},
    4: {SEAT: "25.001"},
    5: {SEAT: "24.987"},
    6: {SEAT: "24.986"},
    7: {JOURNAL: "20.050"},
    8: {JOURNAL: "20.051"},
    9: {JOURNAL: "19.949"},
    10: {LENGTH: "120.777"},  # 4.755 in
    11: {LENGTH: "120.778"},
    12: {LENGTH: "120.522"},  # 120.523 mm is 4.745 in
    13: {RA: "0.80"},
    14: {RA: "0.81"},
    15: {HARDNESS: "58.0"},
    16: {HARDNESS: "57.9"},
    17: {HARDNESS: "61.9"},
    18: {HARDNESS: "62.0"},  # `below 62 HRC` does not accept 62
    19: {RUNOUT: "0.020"},
    20: {RUNOUT: "0.021"},
    # what the eye and the papers say
    33: {BURR: "sharp", DEBURRED: "no"},
    34: {BURR: "loose", DEBURRED: "YES"},  # deburring-ineffective: stands on the finding of burr
    35: {BURR: "slight"},
    36: {COLOUR: "red"},
    37: {DEBURRED: "No"},
    38: {SURFACE: "Rust film near the seat"},
    39: {SURFACE: "slight CORROSION at the shoulder"},
    40: {CERTIFICATE: "MC-2026-118"},
    41: {CERTIFICATE: "to follow"},
    42: {SEAT: "24.981", JOURNAL: "20.062", BURR: "sharp"},  # several at once: scrap stands above rework
    # missing values
    63: {SEAT: ""},
    64: {SEAT: "n/m"},
    65: {SEAT: "24.991", HARDNESS: "n/m", HARDENED: "yes"},
    66: {SEAT: "24.990", HARDNESS: "", HARDENED: "no", COLOUR: "green"},  # the soft variant needs no hardness
    67: {HARDENED: "", HARDNESS: "56.2"},
    68: {CERTIFICATE: ""},
    69: {SURFACE: "", COLOUR: ""},
    70: {SEAT: "", JOURNAL: "19.944"},  # scrap, whatever the seat would have measured
    71: {CALIBRATED: ""},
    # values that can't be used
    72: {SEAT: "24,99O"},
    73: {RA: "smooth"},
    74: {BURR: "some"},
    75: {DEBURRED: "perhaps"},
    76: {INSPECTED: "2026-02-30"},
    77: {RUNOUT: "0.01 2"},
    # a finer reading than the gauge's step is judged as it stands
    78: {SEAT: "25.0004"},
    79: {SEAT: "24.9996"},
}


def turned_shaft() -> Iterator[Row]:
    """Four lots: a good one, one whose insert wears, one with a wrong offset, one with an overdue gauge."""
    rng = Random(25_006)
    for number in range(1, SHAFTS_PER_LOT * len(LOTS) + 1):
        lot, place = divmod(number - 1, SHAFTS_PER_LOT)
        finished = datetime(2026, 2, 2 + 7 * lot, 6, 0) + timedelta(minutes=14 * place)
        hardened = not (lot == 2 and place >= 24)
        row = {SERIAL: f"S{number:04d}", LOT: LOTS[lot], FINISHED: finished.isoformat(timespec="minutes")}
        row |= _turned(rng, lot, place) | _hardened(rng, hardened=hardened) | _looked_at(rng)
        row |= {CERTIFICATE: f"MC-2026-{11_800 + lot:05d}"} | _gauged(finished.date(), lot, place)
        yield row | SHAFT_POINTS.get(number, {})


def _turned(rng: Random, lot: int, place: int) -> Row:
    """Sizes in whole micrometres: the insert of the second lot wears, the third gets a new one at a wrong offset."""
    drift = {1: 0.36 * place, 2: -9.0 if 19 <= place < 24 else 0.0}.get(lot, 0.0)
    seat = 24_993 + 1.6 * _normal(rng) + drift
    journal = 20_000 + 12 * _normal(rng) + drift
    return {
        SEAT: _millimetres(seat),
        JOURNAL: _millimetres(journal),
        LENGTH: _millimetres(120_650 + 35 * _normal(rng)),
        RA: f"{0.55 + 0.06 * _normal(rng) + 0.006 * max(drift, 0):.2f}",
        RUNOUT: _millimetres(max(9 + 2.5 * _normal(rng), 1)),
    }


def _hardened(rng: Random, *, hardened: bool) -> Row:
    hardness = f"{60 + 0.6 * _normal(rng):.1f}"
    if hardened:
        return {HARDNESS: hardness, HARDENED: "yes", COLOUR: "blue"}
    return {HARDNESS: "", HARDENED: "no", COLOUR: "green"}


def _looked_at(rng: Random) -> Row:
    return {
        BURR: _pick(rng, {"free": 0.9, "slight": 0.1}),
        DEBURRED: _pick(rng, {"yes": 0.8, "Yes": 0.2}),
        SURFACE: _pick(rng, {"clean": 0.9, "clean, light oil film": 0.1}),
    }


def _gauged(finished: date, lot: int, place: int) -> Row:
    """The last lot: calibrated 365 days before for the first shafts, 366 for those inspected a day later."""
    if lot < len(LOTS) - 1:
        return {INSPECTED: finished.isoformat(), CALIBRATED: "2025-11-17"}
    inspected = finished + timedelta(days=1 if place >= 20 else 0)
    return {INSPECTED: inspected.isoformat(), CALIBRATED: (finished - timedelta(days=365)).isoformat()}


def _millimetres(micrometres: float) -> str:
    whole, part = divmod(round(micrometres), 1_000)
    return f"{whole}.{part:03d}"


# ------------------------------------------------------------------------------------------------ food-containers

CONTAINER_COLUMNS: Final = ("Container", "Lot", "Inspected", "Inspection", "Lot size", "Defects")


@dataclass(frozen=True, slots=True)
class _Lot:
    """A sample: how many containers have each defect, and what is written of some instead."""

    name: str
    size: int
    sample: int
    where: str
    day: int
    defects: Mapping[int, int]
    written: Mapping[int, str] = field(default_factory=dict)


_LOTS: Final = (
    _Lot("L01", 4800, 84, "origin", 2, {211: 3, 209: 1}),
    _Lot("L02", 5400, 84, "origin", 3, {3: 1, 211: 2}),
    _Lot("L03", 6000, 84, "origin", 4, {112: 2, 113: 1, 211: 3, 202: 3}),  # at the numbers: 3 major, 9 in all
    _Lot("L04", 6000, 84, "origin", 5, {112: 3, 114: 1, 211: 2}),  # one beyond: 4 major
    _Lot("L05", 9600, 168, "other", 9, {2: 1, 113: 4, 101: 3, 211: 9, 210: 6}),  # at the numbers for elsewhere
    _Lot("L06", 9600, 84, "other", 10, {211: 1}),
    _Lot("L07", 5000, 84, "origin", 11, {211: 2}, {10: "", 11: ""}),
    _Lot("L08", 5000, 84, "other", 12, {112: 5, 209: 4}, {40: ""}),
    _Lot("L09", 5200, 84, "origin", 13, {210: 4}, {3: "dented", 60: "211 and dirty"}),
)


def food_containers() -> Iterator[Row]:
    """Nine lots, of which each shows one thing that a lot can come to."""
    random = Random(42_109)
    for lot in _LOTS:
        codes: list[list[str]] = [[] for _ in range(lot.sample)]
        for code, count in lot.defects.items():
            for place in random.sample(range(lot.sample), count):
                codes[place].append(str(code))
        for place, found in enumerate(codes):
            yield {
                "Container": f"{lot.name}-{place + 1:03}",
                "Lot": lot.name,
                "Inspected": f"2026-03-{lot.day:02}T{8 + place * 6 // lot.sample:02}:{place * 7 % 60:02}:00",
                "Inspection": lot.where,
                "Lot size": str(lot.size),
                "Defects": lot.written.get(place, " ".join(found) or "none"),
            }


# ------------------------------------------------------------------------------------- malting barley

BARLEY: Final = (
    *("Lot", "Sampled", "Test weight [lb/bu]", "Suitable malting types [%]", "Sound barley [%]", "Wild oats [%]"),
    *("Foreign material [%]", "Skinned and broken [%]", "Thin barley [%]", "Infested"),
)
FACTORS: Final = BARLEY[2:-1]
LEAST: Final = frozenset(FACTORS[:3])
"""The factors of which a grade asks for at least so much; of the others it bears at most so much."""

GRADES: Final[Mapping[str, tuple[str, ...]]] = {
    "U.S. No. 1": ("50.0", "97.0", "98.0", "1.0", "0.5", "5.0", "5.0"),
    "U.S. No. 2": ("48.0", "97.0", "98.0", "1.0", "1.0", "7.0", "7.0"),
    "U.S. No. 3": ("48.0", "95.0", "96.0", "2.0", "2.0", "10.0", "10.0"),
    "U.S. No. 4": ("48.0", "95.0", "93.0", "3.0", "3.0", "10.0", "10.0"),
}
"""The requirements of 7 CFR 810.205, in the order of the factors."""

SOUND: Final = ("51.2", "98.6", "98.9", "0.2", "0.2", "2.4", "3.1", "no")
"""A lot that is well within U.S. No. 1; of the other grades, `WITHIN` says what keeps it from the better one."""

WITHIN: Final = {"U.S. No. 1": {}, "U.S. No. 2": {0: "49.1"}, "U.S. No. 3": {2: "97.1"}, "U.S. No. 4": {2: "94.4"}}

UNUSUAL: Final[tuple[Row, ...]] = (
    {FACTORS[0]: ""},
    {FACTORS[0]: "", FACTORS[2]: "92.9"},
    {FACTORS[2]: "n/a", FACTORS[3]: "2.4"},
    {FACTORS[4]: "O.4"},
    {FACTORS[6]: "", FACTORS[5]: "10.1"},
    {"Infested": "yes"},
    {"Infested": "yes", FACTORS[0]: "46.0", FACTORS[6]: "14.2"},
    {"Infested": ""},
    {"Infested": "", FACTORS[1]: "88.0"},
    {FACTORS[0]: "49.999"},
)
"""Lots of which something is missing or odd, as they differ from a sound one."""


def malting_barley() -> Iterator[Row]:
    """For each grade and factor a lot that lies exactly on the limit and one a step beyond; then the unusual ones."""
    day = date(2026, 8, 3)
    for number, (grade, limits) in enumerate(GRADES.items(), start=1):
        usual = dict(zip(BARLEY[2:], SOUND, strict=True))
        usual |= {FACTORS[factor]: value for factor, value in WITHIN[grade].items()}
        for place, (factor, limit) in enumerate(zip(FACTORS, limits, strict=True), start=1):
            beyond = _tenths(limit, -1 if factor in LEAST else 1)
            for letter, value in (("A", limit), ("B", beyond)):
                yield {"Lot": f"{number}{place}{letter}", "Sampled": day.isoformat(), **usual, factor: value}
        day += timedelta(days=1)
    for place, odd in enumerate(UNUSUAL, start=1):
        usual = dict(zip(BARLEY[2:], SOUND, strict=True))
        yield {"Lot": f"5{place:02d}", "Sampled": day.isoformat(), **usual, **odd}


def _tenths(number: str, steps: int) -> str:
    tenths = int(number.replace(".", "")) + steps
    return f"{tenths // 10}.{tenths % 10}"


# ------------------------------------------------------------------------------------------------ all of them

SHAFT_COLUMNS: Final = (
    *(SERIAL, LOT, FINISHED, SEAT, JOURNAL, LENGTH, RA, HARDNESS, RUNOUT, HARDENED, DEBURRED),
    *(BURR, COLOUR, SURFACE, CERTIFICATE, INSPECTED, CALIBRATED),
)
MILLING_COLUMNS: Final = (UDI, PRODUCT, TYPE, AIR, PROCESS, SPEED, TORQUE, WEAR)

SAMPLES: Final[Mapping[str, tuple[tuple[str, ...], Callable[[], Iterator[Row]]]]] = {
    "food-containers": (CONTAINER_COLUMNS, food_containers),
    "milling-cell": (MILLING_COLUMNS, milling_cell),
    "turned-shaft": (SHAFT_COLUMNS, turned_shaft),
    "malting-barley": (BARLEY, malting_barley),
}


def path_of(pack: str) -> Path:
    """Where the sample of a pack is kept."""
    return ROOT / "rules" / pack / "sample.csv"


def text_of(pack: str) -> str:
    """The sample of a pack, as it must stand in its file."""
    columns, rows = SAMPLES[pack]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
    return text.getvalue()


def _normal(rng: Random) -> float:
    """About normal, mean 0, deviation 1: twelve uniform numbers, added up."""
    return fsum(rng.random() for _ in range(12)) - 6  # `sum` of floats rounds otherwise before Python 3.12


def _pick(rng: Random, shares: Mapping[str, float]) -> str:
    """One of the words, as often as its share says; the shares add up to 1."""
    point = rng.random()
    for word, share in shares.items():
        point -= share
        if point < 0:
            return word
    return word


if __name__ == "__main__":
    for name in SAMPLES:
        path_of(name).write_text(text_of(name), encoding="utf-8", newline="")
