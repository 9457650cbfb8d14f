"""The units that the trades of measurement and inspection write, as text: each by others, exactly.

A definition is `[number [π]] unit`: `1/30 π rad/s` is what a revolution per minute is. It is read by the
same reader that reads users' units, on first use, so that this module costs nothing to import.
INVARIANT: no name has two meanings; where the trade and SI disagree (`min`, `in`, `pc`), the trade wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

BASES: Final[Mapping[str, str]] = {
    "m": "length",
    "kg": "mass",
    "s": "time",
    "A": "current",
    "K": "temperature",
    "mol": "amount",
    "cd": "luminosity",
}
"""The units that all others are counted in, and the base name that each stands for."""

SCALES: Final = tuple("HRA HRB HRC HB HBW HV HK Shore_A Shore_D pH EUR USD GBP CHF JPY CNY".split())
"""Scales of hardness, acidity and money: each a dimension of its own that converts to nothing."""

POINTS: Final[Mapping[str, tuple[str, str]]] = {
    "degC": ("delta_degC", "273.15"),
    "°C": ("delta_degC", "273.15"),
    "degF": ("delta_degF", "45967/180"),
    "°F": ("delta_degF", "45967/180"),
}
"""Scales of temperature: the unit of their differences, and where their zero stands in K."""

DEFINITIONS: Final[Mapping[str, str]] = {
    # length
    "in": "25.4 mm",
    "inch": "in",
    "inches": "in",
    "ft": "12 in",
    "foot": "ft",
    "feet": "ft",
    "yd": "3 ft",
    "mi": "1760 yd",
    "mil": "1/1000 in",
    "thou": "1/1000 in",
    # angle
    "rad": "1",
    "deg": "1/180 π rad",
    "°": "deg",
    "arcmin": "1/60 deg",
    "arcsec": "1/3600 deg",
    "rev": "2 π rad",
    "turn": "rev",
    # time and frequency
    "sec": "s",
    "second": "s",
    "seconds": "s",
    "min": "60 s",
    "mins": "min",
    "minute": "min",
    "minutes": "min",
    "h": "60 min",
    "hr": "h",
    "hrs": "h",
    "hour": "h",
    "hours": "h",
    "d": "24 h",
    "day": "d",
    "days": "d",
    "week": "7 d",
    "weeks": "week",
    "Hz": "1/s",
    "rpm": "rev/min",
    "mph": "mi/h",
    # mass
    "g": "1/1000 kg",
    "t": "1000 kg",
    "lb": "0.45359237 kg",
    "oz": "1/16 lb",
    # force, torque, pressure
    "N": "kg*m/s^2",
    "kgf": "9.80665 N",
    "lbf": "0.45359237 kgf",
    "Nm": "N*m",
    "Nmm": "N*mm",
    "Pa": "N/m^2",
    "bar": "100 kPa",
    "psi": "lbf/in^2",
    "ksi": "1000 psi",
    "atm": "101325 Pa",
    "Torr": "1/760 atm",
    "mmHg": "133.322387415 Pa",
    # energy and power
    "J": "N*m",
    "W": "J/s",
    "Wh": "W*h",
    "cal": "4.184 J",
    "eV": "1.602176634e-19 J",
    "hp": "550 ft*lbf/s",
    # differences of temperature
    "delta_degC": "K",
    "delta_degF": "5/9 K",
    # electricity and magnetism
    "C": "A*s",
    "Ah": "A*h",
    "V": "W/A",
    "VA": "V*A",
    "ohm": "V/A",
    "\u03a9": "ohm",  # Ω, the Greek letter
    "\u2126": "ohm",  # Ω, the ohm sign
    "S": "A/V",
    "F": "C/V",
    "Wb": "V*s",
    "H": "Wb/A",
    "T": "Wb/m^2",
    # volume
    "L": "dm^3",
    "l": "L",
    "gal": "231 in^3",
    "bu": "2150.42 in^3",
    # light, dose, activity
    "lm": "cd",
    "lx": "lm/m^2",
    "Gy": "J/kg",
    "Sv": "J/kg",
    "Bq": "1/s",
    # viscosity
    "cP": "mPa*s",
    "cSt": "mm^2/s",
    # counts and parts
    "pc": "1",
    "pcs": "1",
    "piece": "1",
    "pieces": "1",
    "%": "1/100 1",
    "percent": "%",
    "dphu": "1/100 1",
    "‰": "1/1000 1",
    "ppm": "1e-6 1",
    "ppb": "1e-9 1",
    # money
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
}

PREFIXES: Final[Mapping[str, str]] = {
    "p": "1e-12",
    "n": "1e-9",
    "u": "1e-6",
    "m": "1e-3",
    "c": "1e-2",
    "d": "1e-1",
    "h": "1e2",
    "k": "1e3",
    "M": "1e6",
    "G": "1e9",
}

SPELLINGS: Final[Mapping[str, str]] = {"u": "u\u00b5\u03bc"}
"""Prefixes that are written in several ways: micro as `u`, as the micro sign and as the Greek letter."""

PREFIXED: Final[Mapping[str, str]] = {
    "m": "pnumcdk",
    "g": "num",
    "s": "pnum",
    "A": "pnumk",
    "K": "um",
    "mol": "numk",
    "cd": "m",
    "rad": "um",
    "Hz": "kMG",
    "N": "umkM",
    "Nm": "umck",
    "Pa": "umhkMG",
    "bar": "um",
    "J": "numkMG",
    "W": "numkMG",
    "Wh": "kMG",
    "cal": "k",
    "eV": "kM",
    "C": "pnum",
    "Ah": "m",
    "V": "numkM",
    "ohm": "umkMG",
    "\u03a9": "umkMG",
    "\u2126": "umkMG",
    "S": "num",
    "F": "pnum",
    "Wb": "um",
    "H": "num",
    "T": "num",
    "L": "numcdh",
    "l": "numcdh",
    "lm": "k",
    "lx": "k",
    "Gy": "um",
    "Sv": "num",
    "Bq": "kMG",
    "VA": "kM",
}
"""The prefixes that each unit is written with; only these, since `Mm`, `cd` and `pH` mislead or mean something else."""

_WORDS: Final = {
    "m": "meter metre", "g": "gram gramme", "s": "second", "N": "newton", "Pa": "pascal", "J": "joule", "W": "watt",
    "V": "volt", "A": "ampere", "L": "liter litre", "Hz": "hertz", "bar": "bar", "K": "kelvin", "Nm": "newtonmeter",
}  # fmt: skip
_PREFIX_WORDS: Final = {"": "", "n": "nano", "u": "micro", "m": "milli", "c": "centi", "k": "kilo", "M": "mega"}
_OTHER_WORDS: Final = {
    "micron": "um", "microns": "um", "celsius": "degC", "fahrenheit": "degF", "pound": "lb", "pounds": "lb",
    "ounce": "oz", "ounces": "oz", "degree": "deg", "degrees": "deg", "percent": "%", "inch": "in", "inches": "in",
}  # fmt: skip


def mend_of_mismatch(one: str, other: str) -> str:
    """How to mend two units that do not convert: `C` beside a temperature was meant to be one."""
    if "C" in (one, other) and {"K", *POINTS, "delta_degC", "delta_degF"} & {one, other}:
        return "write `degC`: `C` is the coulomb"
    return "compare like with like"


@cache
def spelled_out() -> Mapping[str, str]:
    """Units as words, and the symbol of each: what a misspelled word is likened to."""
    known, found = definitions(), dict(_OTHER_WORDS)
    for symbol, words in _WORDS.items():
        for prefix, spelled in _PREFIX_WORDS.items():
            if prefix + symbol in known:
                found |= {f"{spelled}{word}{s}": prefix + symbol for word in words.split() for s in ("", "s")}
    return found


_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_LOWERED: Final = str.maketrans(_RAISED, "0123456789+-")
_EXPONENT: Final = re.compile(rf"[⁺⁻]?[{_RAISED[:10]}]+")


def plainly(text: str) -> str:
    """The text of a unit in plain signs: `m·s⁻²` as `m*s^-2`."""
    signs = text.replace("·", "*").replace("⋅", "*")
    return _EXPONENT.sub(lambda raised: "^" + raised[0].translate(_LOWERED), signs)


def pairs() -> Iterator[tuple[str, str]]:
    """Every name of the table with its definition; the bases, scales and points define themselves."""
    for names in (BASES, SCALES, POINTS):
        yield from ((name, name) for name in names)
    yield from DEFINITIONS.items()
    for unit, prefixes in PREFIXED.items():
        for prefix in prefixes:
            yield from ((spelling + unit, f"{PREFIXES[prefix]} {unit}") for spelling in SPELLINGS.get(prefix, prefix))


@cache
def definitions() -> Mapping[str, str]:
    """The whole table: name → definition."""
    return dict(pairs())
