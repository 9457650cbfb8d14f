"""Units as exact factors: what `N*m`, `rpm` or `degC` means, and how one converts to another.

A limit must not move because it was written in inches: factors are Fractions, and π is kept as a power,
so that only the value itself can be inexact. The common units stand in `unit_table`; others are looked up in
pint, which is loaded only then. INVARIANT: time and memory are bounded, whatever the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal

from gonogo.problems import nearest
from gonogo.standard.unit_table import BASES, POINTS, SCALES, definitions, mend_of_mismatch, plainly, spelled_out

MAX_LENGTH: Final = 200
MAX_DEPTH: Final = 8
MAX_EXPONENT: Final = 12
MAX_WEIGHT: Final = 288
"""Bounds exponents, and factors in words of 32 bits: powers of powers would outgrow any memory."""

_NAME = r"(?:[^\W\d]\w*|°[CF]?|[%‰€$£])"
_WORD = re.compile(rf"\s*({_NAME}|[0-9]+|[*/()]|\^\s*[+-]?[0-9]+)\s*")
_EXPONENT = re.compile(r"(.*[^0-9])([2-9])")
_MULTIPLE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?![0-9.*/·⋅^])(.*)", re.DOTALL)


class UnitError(Exception):
    """A unit that can't be read, or two that don't fit together; to be made a Problem where its place is known.

    Parameters
    ----------
    code : {"unknown-unit", "unit-mismatch"}
        The code of the Problem.
    what, mend : str
        The fact and the instruction, as in `gonogo.problems.Problem`.
    """

    def __init__(self, code: Literal["unknown-unit", "unit-mismatch"], what: str, mend: str = "") -> None:
        super().__init__(f"{what}; {mend}" if mend else what)
        self.code, self.what, self.mend = code, what, mend


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts: `value in base units = value · factor · π^pi + offset`.

    Parameters
    ----------
    text : str
        As written, for people: `N*m`, `µm`.
    dimension : tuple of (str, int)
        Base names with their exponents, sorted, none of them zero; empty for a pure number.
    factor : Fraction
        Exact size in base units, but for π.
    pi : int
        The power of π in the size: 1 for `rpm`, `deg` and `rev`.
    offset : Fraction
        Where the zero stands, in base units; other than 0 only for points.
    is_point : bool
        True for `degC` and `degF`: a point on a scale, not a difference.
    is_difference : bool
        True for `delta_degC` and `delta_degF`, and what is made of them: never a point. `K` may be either.
    is_angular : bool
        True for `rad` and what is made of it: `rpm` counts turns, and is neither `Hz` nor `1/s`.
    """

    text: str
    dimension: tuple[tuple[str, int], ...]
    factor: Fraction
    pi: int = 0
    offset: Fraction = Fraction(0)
    is_point: bool = False
    is_difference: bool = False
    is_angular: bool = False


_FREQUENCY: Final = (("time", -1),)

PURE: Final = Unit("1", (), Fraction(1))
"""The unit of a pure number."""

NONE_OWN: Final[Mapping[str, Unit]] = MappingProxyType({})


# ------------------------------------------------------------------------------------------ arithmetic


def multiply(left: Unit, right: Unit) -> Unit:
    """The unit of a product; raises UnitError for a point on a scale.

    Examples
    --------
    >>> multiply(parse_unit("N"), parse_unit("m")).text
    'N*m'
    """
    _refuse_points(left, right)
    texts = [unit.text for unit in (left, right) if unit.text != "1"]
    return _combined("*".join(texts) or "1", left, right, 1)


def divide(left: Unit, right: Unit) -> Unit:
    """The unit of a quotient, `PURE` for two equal units; raises UnitError for a point on a scale.

    Examples
    --------
    >>> divide(PURE, parse_unit("min")).text
    '1/min'
    """
    _refuse_points(left, right)
    if left == right:
        return PURE
    divisor = f"({right.text})" if re.search(r"[*/·⋅]", right.text) else right.text
    return _combined(left.text if divisor == "1" else f"{left.text}/{divisor}", left, right, -1)


def raise_to(unit: Unit, n: int) -> Unit:
    """The unit of a power; raises UnitError for a point on a scale, and for powers beyond any physical meaning.

    Examples
    --------
    >>> raise_to(parse_unit("mm"), 2).text
    'mm^2'
    """
    _refuse_points(unit)
    if abs(n) > MAX_EXPONENT:
        raise UnitError("unknown-unit", f"{_quoted(unit.text)} is raised to {n}", f"stay within ±{MAX_EXPONENT}")
    if n in (0, 1) or unit == PURE:
        return unit if n == 1 else PURE
    _bounded(unit, abs(n))
    base = unit.text if re.fullmatch(rf"{_NAME}(?<![0-9])", plainly(unit.text)) else f"({unit.text})"
    dimension = tuple((name, exponent * n) for name, exponent in unit.dimension)
    return replace(unit, text=f"{base}^{n}", dimension=dimension, factor=unit.factor**n, pi=unit.pi * n)


def _combined(text: str, left: Unit, right: Unit, sign: Literal[1, -1]) -> Unit:
    exponents = Counter(dict(left.dimension))
    for base, exponent in right.dimension:
        exponents[base] += sign * exponent
    dimension = tuple(sorted((base, exponent) for base, exponent in exponents.items() if exponent))
    factor = left.factor * right.factor if sign == 1 else left.factor / right.factor
    is_difference = (left.is_difference or right.is_difference) and BASES["K"] in dict(dimension)
    is_angular = left.is_angular or right.is_angular
    pi = left.pi + sign * right.pi
    return _bounded(Unit(text, dimension, factor, pi, is_difference=is_difference, is_angular=is_angular))


def _bounded(unit: Unit, power: int = 1) -> Unit:
    bits = unit.factor.numerator.bit_length() + unit.factor.denominator.bit_length()
    weight = max(bits // 32, abs(unit.pi), *(abs(exponent) for _, exponent in unit.dimension), 1)
    if weight * power > MAX_WEIGHT:
        what = f"{_quoted(unit.text)} comes to a size that no unit can have"
        raise UnitError("unknown-unit", what, "use smaller powers and multiples")
    return unit


def _refuse_points(*units: Unit) -> None:
    for unit in units:
        if unit.is_point:
            what = f"`{unit.text}` is a point on a scale, and can't be multiplied, divided or raised to a power"
            raise UnitError("unit-mismatch", what, f"write `{difference(unit).text}`")


# ------------------------------------------------------------------------------------------ conversion


def conversion(source: Unit, target: Unit) -> tuple[Fraction, int, Fraction]:
    """The exact `factor, pi, offset` of a change of unit: `in target = in source · factor · π^pi + offset`.

    Raises
    ------
    UnitError
        Where the dimensions differ, or one is a temperature and the other a temperature difference.

    Examples
    --------
    >>> conversion(parse_unit("in"), parse_unit("mm"))
    (Fraction(127, 5), 0, Fraction(0, 1))
    """
    if not is_same_kind(source, target):
        what = f"{_quoted(source.text)} does not convert to {_quoted(target.text)}"
        raise UnitError("unit-mismatch", what, mend_of_mismatch(source.text, target.text))
    if source.dimension == _FREQUENCY and source.is_angular != target.is_angular:
        what = f"{_quoted(source.text)} and {_quoted(target.text)}: one counts angles, the other does not"
        raise UnitError("unit-mismatch", what, "write both in `rpm` or `rev/s`, or both in `Hz` or `1/min`")
    for point, other in ((source, target), (target, source)):
        if point.is_point and other.is_difference:
            what = f"`{point.text}` meets {_quoted(other.text)}, and a temperature difference is not a temperature"
            mend = f"write differences in `{difference(point).text}` or `K`, and temperatures in `{point.text}` or `K`"
            raise UnitError("unit-mismatch", what, mend)
    # A point has no π, so the target's offset is divided by its factor alone.
    return source.factor / target.factor, source.pi - target.pi, (source.offset - target.offset) / target.factor


def difference(unit: Unit) -> Unit:
    """The unit of a difference of two values in `unit`: `delta_degC` for `degC`; any but a point is its own."""
    return _of_table("delta_degC" if unit.factor == 1 else "delta_degF") if unit.is_point else unit


def is_same_kind(a: Unit, b: Unit) -> bool:
    """Whether the two have the same dimension; `N*m` and `J` have."""
    return a.dimension == b.dimension


# --------------------------------------------------------------------------------------------- reading


def is_unit_name(name: str, own: Mapping[str, Unit]) -> bool:
    """Whether `name`, without operators, is a unit of the table or one of `own`; pint is not asked.

    A name may carry its exponent as a last digit or raised: `mm2`, `mm²`.
    """
    stem = plainly(name).partition("^")[0]
    exponent = _EXPONENT.fullmatch(stem)
    return _is_known(stem, own) or (exponent is not None and _is_known(exponent[1], own))


def parse_unit(text: str, own: Mapping[str, Unit] = NONE_OWN) -> Unit:
    """Read a unit as people write it.

    Parameters
    ----------
    text : str
        Names joined by `*`, `·` or `/`, with powers (`mm^2`, `mm²`, `mm2`) and brackets: `J/(kg*K)`, `1/min`.
        From left to right, so that `J/kg*K` is `(J/kg)*K`.
    own : mapping of str to Unit, optional
        Units that the standard declares; see `declare`.

    Raises
    ------
    UnitError
        Where a name is unknown, or the text is not a unit.

    Examples
    --------
    >>> parse_unit("rpm").dimension, parse_unit("rpm").factor, parse_unit("rpm").pi
    ((('time', -1),), Fraction(1, 30), 1)
    """
    if len(text) > MAX_LENGTH or text.count("(") > MAX_DEPTH:
        what = f"{_quoted(text)} is too long or too nested for a unit"
        raise UnitError("unknown-unit", what, "declare a part of it under `units`")
    reader = _Reader(text, own)
    unit = reader.product()
    if reader.rest:
        raise reader.refused()
    return replace(unit, text=text.strip())


class _Reader:
    """Recursive descent over the words of one text; `rest` holds them last word first."""

    def __init__(self, text: str, own: Mapping[str, Unit]) -> None:
        self.text = text
        self.own = own
        plain = plainly(text)
        words = list(_WORD.finditer(plain))
        if sum(len(word[0]) for word in words) != len(plain):
            raise self.refused()
        self.rest = [word[1] for word in reversed(words)]

    def product(self) -> Unit:
        unit = self.power()
        while self.rest and self.rest[-1] in "*/":
            combine = multiply if self.rest.pop() == "*" else divide
            unit = combine(unit, self.power())
        return unit

    def power(self) -> Unit:
        unit = self.atom()
        if self.rest and self.rest[-1].startswith("^"):
            return raise_to(unit, int(self.rest.pop()[1:]))
        return unit

    def atom(self) -> Unit:
        word = self.rest.pop() if self.rest else ""
        if word == "(":
            unit = self.product()
            if not self.rest or self.rest.pop() != ")":
                raise self.refused()
            return unit
        if word.isdecimal() and word != "1":
            what = f"{_quoted(self.text.strip())} has the number {_quoted(word)} in it"
            raise UnitError("unknown-unit", what, "declare the multiple under `units`, as in `leaf: 0.5 mm`")
        if not re.fullmatch(f"1|{_NAME}", word):
            raise self.refused()
        return PURE if word == "1" else _named(word, self.own)

    def refused(self) -> UnitError:
        mend = "join units with `*` and `/`, and write powers as in `mm^2`"
        return UnitError("unknown-unit", f"{_quoted(self.text.strip())} is not a unit", mend)


def _is_known(name: str, own: Mapping[str, Unit]) -> bool:
    return name in own or name in definitions()


def _named(name: str, own: Mapping[str, Unit]) -> Unit:
    if _is_known(name, own):
        return own[name] if name in own else _of_table(name)
    stem, power = exponent.groups() if (exponent := _EXPONENT.fullmatch(name)) else (name, "1")
    if _is_known(stem, own):
        return raise_to(_named(stem, own), int(power))
    # Before pint is asked: to pint, `MM` is a megamolar.
    if twins := [known for known in (*own, *definitions()) if known.casefold() == stem.casefold()]:
        mend = "write " + " or ".join(f"`{twin}`" for twin in twins)
        raise UnitError("unknown-unit", f"{_quoted(stem)} is not a known unit", mend)
    if unit := _of_pint(name):
        return unit
    near = nearest(name, (*own, *definitions(), *spelled_out())) if len(name) > 2 else None
    mend = f"write `{spelled_out().get(near, near)}`" if near else "write it in known units, such as `N*m`"
    raise UnitError("unknown-unit", f"{_quoted(name)} is not a known unit", f"{mend}, or declare it under `units`")


def _quoted(text: str) -> str:
    return f"`{text[:40]}…`" if len(text) > 40 else f"`{text}`"


@cache
def _of_table(name: str) -> Unit:
    if name == "rad":
        return replace(PURE, text=name, is_angular=True)
    if name in BASES or name in SCALES:
        return Unit(name, ((BASES.get(name, name), 1),), Fraction(1))
    if name in POINTS:
        step, zero = POINTS[name]
        return replace(_of_table(step), text=name, offset=Fraction(zero), is_point=True, is_difference=False)
    *multiple, text = definitions()[name].split()
    unit = parse_unit(text)
    factor, pi = unit.factor * Fraction(multiple[0] if multiple else 1), unit.pi + multiple.count("π")
    return replace(unit, text=name, factor=factor, pi=pi, is_difference=name.startswith("delta_"))


def declare(name: str, text: str, own: Mapping[str, Unit]) -> Unit:
    """The unit that a standard declares for itself under `units`.

    Parameters
    ----------
    name : str
        Its name: one that is not taken by the table.
    text : str
        A decimal multiple of a known unit (`0.5 mm`), or `scale`: a dimension of its own that converts to nothing.
    own : mapping of str to Unit
        The units that were declared before it.

    Raises
    ------
    UnitError
        Where the name is taken or is no name, or the text is neither.

    Examples
    --------
    >>> declare("mil_leaf", "0.5 mm", {}).factor
    Fraction(1, 2000)
    """
    if not re.fullmatch(r"[^\W\d]\w*", name) or plainly(name) != name:
        what = f"{_quoted(name)} can't name a unit"
        raise UnitError("unknown-unit", what, "use letters, digits and `_`, and begin with a letter")
    if is_unit_name(name, NONE_OWN) or name in BASES.values():
        raise UnitError("unit-mismatch", f"{_quoted(name)} has a meaning already", "choose another name")
    if text.strip() == "scale":
        return Unit(name, ((name, 1),), Fraction(1))
    multiple = _MULTIPLE.fullmatch(text.strip()) if len(text) <= MAX_LENGTH else None
    number, unit_text = multiple.groups() if multiple else ("1", text)
    if not text.strip() or not Fraction(number):
        what = f"{_quoted(name)} is declared as {_quoted(text.strip())}"
        raise UnitError("unknown-unit", what, "write a multiple of a known unit, such as `0.5 mm`, or `scale`")
    unit = parse_unit(unit_text or "1", own)
    _refuse_points(unit)
    return _bounded(replace(unit, text=name, factor=unit.factor * Fraction(number)))


# ------------------------------------------------------------------------------------------------ pint


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(non_int_type=Fraction)


def _of_pint(name: str) -> Unit | None:
    """The unit as pint knows it, or None; exact where pint's definition is."""
    registry = _registry()
    prefix, root, _ = next(iter(registry.parse_unit_name(name)), (name, "", ""))
    # Only prefixes that are spelled out: `rm`, to pint a rontometre, is a slip of the finger.
    if not root or not name.startswith(prefix):
        return None
    unit = registry.UnitsContainer({prefix + root: 1})
    exponents = registry.get_dimensionality(unit)
    if not registry._units[root].is_multiplicative:
        what = f"`{name}` is not a multiple of another unit, but a scale with an offset or a logarithm"
        mend = "write `degC` or `degF`" if "[temperature]" in exponents else "declare it under `units` as a `scale`"
        raise UnitError("unknown-unit", what, mend)
    if any(exponent != int(exponent) for exponent in exponents.values()):
        return None
    dimension = sorted((base.strip("[]").replace("substance", "amount"), int(n)) for base, n in exponents.items())
    factor, pi = _without_pi(*(Fraction(registry.get_base_units(each)[0]) for each in (unit, "pi")))
    return _bounded(Unit(name, tuple(dimension), factor, pi, is_difference=name.startswith("delta_")))


def _without_pi(size: Fraction, pi: Fraction) -> tuple[Fraction, int]:
    """Take out pint's fifty digits of π again: the power that leaves the shortest fraction is the one put in."""
    rests = {power: size / pi**power for power in range(-4, 5)}
    power = min(rests, key=lambda n: rests[n].numerator.bit_length() + rests[n].denominator.bit_length())
    return rests[power], power
