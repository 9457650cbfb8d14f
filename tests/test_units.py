"""Units convert exactly, agree with pint, and refuse what they can't read in words that say what to write."""

from __future__ import annotations

import doctest
import math
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from fractions import Fraction
from functools import cache
from typing import Any

import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.standard import units
from gonogo.standard.unit_table import POINTS, SCALES, definitions, pairs
from gonogo.standard.units import (
    PURE,
    Unit,
    UnitError,
    conversion,
    declare,
    difference,
    divide,
    is_same_kind,
    is_unit_name,
    multiply,
    parse_unit,
    raise_to,
)

TRADE_BEFORE_PINT = {"mil", "pc", "pcs", "mcd"} | {name for name in definitions() if name.endswith("Nm")}
"""To pint an angle, a parsec and several, a micro-day, and a count of yarn."""

OWN = {"leaf": declare("leaf", "0.5 mm", {}), "gloss": declare("gloss", "scale", {})}

names = st.sampled_from(sorted(set(definitions()) - set(POINTS)))
exponents = st.integers(-3, 3)


@st.composite
def unit_texts(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.tuples(names, exponents), min_size=1, max_size=5))
    return "*".join(f"{name}^{exponent}" for name, exponent in words)


@cache
def pint_registry(*, is_exact: bool) -> Any:
    return pint.UnitRegistry(non_int_type=Fraction) if is_exact else pint.UnitRegistry()


def in_pint(name: str, *, is_exact: bool) -> Any:
    """The factor and the dimension of a unit in pint."""
    registry = pint_registry(is_exact=is_exact)
    unit = registry.UnitsContainer({registry.get_name(name): 1})
    return registry.get_base_units(unit)[0], registry.get_dimensionality(unit)


def names_that_pint_knows() -> list[str]:
    known = pint_registry(is_exact=True)
    skipped = {*POINTS, *SCALES, *TRADE_BEFORE_PINT}
    return sorted(name for name in definitions() if name not in skipped and known.parse_unit_name(name))


def refusal(text: str) -> UnitError:
    with pytest.raises(UnitError) as caught:
        parse_unit(text, OWN)
    return caught.value


def exactly(factor: Fraction | int, pi: int = 0) -> tuple[Fraction, int, Fraction]:
    """A conversion without an offset."""
    return Fraction(factor), pi, Fraction(0)


def convert(value: str, source: str, target: str) -> Fraction:
    factor, pi, offset = conversion(parse_unit(source), parse_unit(target))
    assert pi == 0
    return Fraction(value) * factor + offset


# --------------------------------------------------------------------------------------------- the table


def test_pint_knows_most_of_the_table() -> None:
    assert len(names_that_pint_knows()) > 230


@pytest.mark.parametrize("name", names_that_pint_knows())
def test_a_unit_of_the_table_is_exactly_what_pint_says(name: str) -> None:
    unit = parse_unit(name)
    factor, dimension = in_pint(name, is_exact=True)
    approximate_pi = Fraction(pint_registry(is_exact=True).get_base_units("pi")[0])
    assert unit.factor * approximate_pi**unit.pi == factor
    theirs = {base.strip("[]").replace("substance", "amount"): power for base, power in dimension.items()}
    assert dict(unit.dimension) == theirs


@pytest.mark.parametrize("name", names_that_pint_knows())
def test_a_unit_of_the_table_is_what_pint_computes_in_floats(name: str) -> None:
    unit = parse_unit(name)
    assert float(unit.factor) * math.pi**unit.pi == pytest.approx(in_pint(name, is_exact=False)[0], rel=1e-12)


@pytest.mark.parametrize("name", definitions())
def test_every_name_of_the_table_is_read_as_written(name: str) -> None:
    assert is_unit_name(name, {})
    assert parse_unit(name).text == name


def test_no_name_of_the_table_has_two_meanings() -> None:
    assert [name for name, count in Counter(name for name, _ in pairs()).items() if count > 1] == []


@pytest.mark.parametrize("scale", SCALES)
def test_a_scale_of_the_trade_converts_to_nothing(scale: str) -> None:
    kin = [name for name in definitions() if is_same_kind(parse_unit(name), parse_unit(scale))]
    assert set(kin) <= {scale, "€", "$", "£"}


def test_reading_the_table_does_not_load_pint() -> None:
    program = (
        "import sys; from gonogo.standard.units import *; "
        "parse_unit('kg*m/s^2'); is_unit_name('furlong', {}); assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(sys.path)})


# --------------------------------------------------------------------------------------------- spellings


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("Nm", "N*m"),
        ("N·m", "N*m"),
        ("N ⋅ m", "N*m"),
        (" N * m ", "N*m"),
        ("mm2", "mm^2"),
        ("mm²", "mm^2"),
        ("m/s2", "m/s^2"),
        ("m*s⁻¹", "m/s"),
        ("m ^ -3", "1/m^3"),
        ("1/min", "min^-1"),
        ("J/(kg*K)", "J/kg/K"),
        ("J/kg*K", "J*K/kg"),
        ("\u00b5m", "um"),
        ("\u03bcm", "um"),
        ("k\u2126", "kohm"),
        ("k\u03a9", "kohm"),
        ("°", "deg"),
        ("turn", "rev"),
        ("hours", "h"),
        ("€", "EUR"),
        ("ft*lbf", "lbf*ft"),
    ],
)
def test_a_unit_may_be_spelled_in_several_ways(text: str, same_as: str) -> None:
    assert conversion(parse_unit(text), parse_unit(same_as)) == exactly(1)
    assert parse_unit(text).text == text.strip()


@pytest.mark.parametrize(
    ("name", "dimension"),
    [("min", "time"), ("in", "length"), ("d", "time"), ("t", "mass"), ("h", "time"), ("cd", "luminosity")],
)
def test_a_short_name_means_what_the_trade_means(name: str, dimension: str) -> None:
    assert parse_unit(name).dimension == ((dimension, 1),)


@pytest.mark.parametrize("name", ["mm", "mm2", "mm²", "leaf", "leaf3", "°C", "%", "€"])
def test_a_unit_name_is_known_without_pint(name: str) -> None:
    assert is_unit_name(name, OWN)


@pytest.mark.parametrize("name", ["furlong", "KG", "1", "", "²", "N*m", "mm2x"])
def test_what_is_no_name_of_the_table_is_no_unit_name(name: str) -> None:
    assert not is_unit_name(name, OWN)


# ------------------------------------------------------------------------------------------- conversions


def test_a_limit_in_inches_converts_exactly_to_millimetres() -> None:
    assert convert("0.1", "in", "mm") == Fraction("2.54")


def test_a_rotational_speed_keeps_pi_as_a_power() -> None:
    assert conversion(parse_unit("rpm"), parse_unit("rad/s")) == exactly(Fraction(1, 30), pi=1)
    assert conversion(parse_unit("rpm"), parse_unit("rev/s")) == exactly(Fraction(1, 60))


def test_torque_times_rotational_speed_is_power() -> None:
    product = multiply(parse_unit("N*m"), parse_unit("rpm"))
    assert conversion(product, parse_unit("W")) == exactly(Fraction(1, 30), pi=1)
    assert product.text == "N*m*rpm"


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("20", "degC", "K", "293.15"),
        ("293.15", "K", "degC", "20"),
        ("-40", "degF", "degC", "-40"),
        ("212", "°F", "°C", "100"),
        ("0", "degF", "K", "255.372222"),
        ("9", "delta_degF", "delta_degC", "5"),
        ("8.6", "delta_degC", "K", "8.6"),
        ("8.6", "K", "delta_degC", "8.6"),
        ("1", "dphu", "%", "1"),
        ("1", "bu", "in^3", "2150.42"),
        ("1", "psi", "Pa", "6894.757293"),
        ("90", "km/h", "m/s", "25"),
        ("2", "weeks", "days", "14"),
    ],
)
def test_a_value_converts(value: str, source: str, target: str, expected: str) -> None:
    assert round(convert(value, source, target), 6) == Fraction(expected)


def test_fahrenheit_converts_exactly() -> None:
    assert convert("0", "degF", "K") == Fraction("459.67") * 5 / 9


@pytest.mark.parametrize(("left", "right"), [("mm", "K"), ("HRC", "HBW"), ("EUR", "USD"), ("gloss", "%"), ("N", "N*m")])
def test_unlike_units_do_not_convert(left: str, right: str) -> None:
    with pytest.raises(UnitError) as caught:
        conversion(parse_unit(left, OWN), parse_unit(right, OWN))
    assert caught.value.code == "unit-mismatch"
    assert str(caught.value) == f"`{left}` does not convert to `{right}`; compare like with like"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("other", ["delta_degC", "delta_degF", "1*delta_degC", "delta_celsius"])
def test_a_temperature_difference_is_not_a_temperature(other: str, turned: bool) -> None:
    pair = (parse_unit("degC"), parse_unit(other))
    with pytest.raises(UnitError) as caught:
        conversion(*(reversed(pair) if turned else pair))
    assert caught.value.code == "unit-mismatch"
    assert caught.value.what == f"`degC` meets `{other}`, and a temperature difference is not a temperature"
    assert caught.value.mend == "write differences in `delta_degC` or `K`, and temperatures in `degC` or `K`"


@pytest.mark.parametrize(
    ("point", "step"),
    [("degC", "delta_degC"), ("°F", "delta_degF"), ("(degC)", "delta_degC"), ("K", "K"), ("mm", "mm")],
)
def test_temperatures_differ_by_differences(point: str, step: str) -> None:
    assert difference(parse_unit(point)) == parse_unit(step)


def test_torque_and_energy_are_of_one_kind() -> None:
    assert is_same_kind(parse_unit("N*m"), parse_unit("J"))
    assert not is_same_kind(parse_unit("N"), parse_unit("J"))


# -------------------------------------------------------------------------------------------- arithmetic


def test_a_quotient_of_equal_units_is_a_pure_number() -> None:
    assert divide(parse_unit("mm"), parse_unit("mm")) == PURE
    assert raise_to(parse_unit("mm"), 0) == PURE


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (multiply(PURE, parse_unit("m")), "m"),
        (multiply(PURE, PURE), "1"),
        (divide(PURE, parse_unit("s")), "1/s"),
        (divide(parse_unit("s"), PURE), "s"),
        (divide(parse_unit("J"), parse_unit("kg*K")), "J/(kg*K)"),
        (raise_to(parse_unit("mm"), 2), "mm^2"),
        (raise_to(parse_unit("mm2"), 2), "(mm2)^2"),
        (raise_to(parse_unit("mm"), 1), "mm"),
        (raise_to(parse_unit("m/s"), -2), "(m/s)^-2"),
    ],
)
def test_a_computed_unit_is_written_as_it_can_be_read(unit: Unit, text: str) -> None:
    assert unit.text == text
    assert parse_unit(text) == unit


@pytest.mark.parametrize("text", ["degC*m", "m/degC", "degF^2", "1*°C"])
def test_a_point_on_a_scale_takes_no_part_in_a_product(text: str) -> None:
    point = next(name for name in ("degC", "degF", "°C") if name in text)
    error = refusal(text)
    assert error.code == "unit-mismatch"
    assert error.what == f"`{point}` is a point on a scale, and can't be multiplied, divided or raised to a power"
    assert error.mend == ("write `delta_degF`" if point == "degF" else "write `delta_degC`")


@given(unit_texts())
def test_conversion_there_and_back_changes_nothing(text: str) -> None:
    there = parse_unit(text)
    back = Unit("of another size", there.dimension, Fraction(7, 3), pi=1, is_angular=there.is_angular)
    factor, pi, offset = conversion(there, back)
    inverse, inverse_pi, inverse_offset = conversion(back, there)
    assert (factor * inverse, pi + inverse_pi, offset * inverse + inverse_offset) == exactly(1)


@given(st.sampled_from(["K", *POINTS]), st.sampled_from(["K", *POINTS]), st.fractions())
def test_a_temperature_there_and_back_is_the_same(source: str, target: str, value: Fraction) -> None:
    assert convert(str(convert(str(value), source, target)), target, source) == value


@given(unit_texts(), unit_texts())
def test_the_order_of_factors_does_not_matter(left: str, right: str) -> None:
    one, other = parse_unit(f"({left})*({right})"), parse_unit(f"({right})*({left})")
    assert (one.dimension, one.factor, one.pi) == (other.dimension, other.factor, other.pi)


@given(unit_texts(), unit_texts())
def test_the_text_of_a_computed_unit_reads_as_that_unit(left: str, right: str) -> None:
    for combine in (multiply, divide):
        unit = combine(parse_unit(left), parse_unit(right))
        assert parse_unit(unit.text) == unit


# ---------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("KG", "`KG` is not a known unit; write `kg`"),
        ("MM2", "`MM` is not a known unit; write `mm`"),
        ("N*MM", "`MM` is not a known unit; write `mm`"),
        ("NM", "`NM` is not a known unit; write `Nm` or `nm`"),
        ("Leaf", "`Leaf` is not a known unit; write `leaf`"),
        ("leav", "`leav` is not a known unit; write `leaf`, or declare it under `units`"),
        ("inche", "`inche` is not a known unit; write `in`, or declare it under `units`"),
        ("zq", "`zq` is not a known unit; write it in known units, such as `N*m`, or declare it under `units`"),
        ("", "`` is not a unit; join units with `*` and `/`, and write powers as in `mm^2`"),
        ("N m", "`N m` is not a unit; join units with `*` and `/`, and write powers as in `mm^2`"),
        ("N**m", "`N**m` is not a unit; join units with `*` and `/`, and write powers as in `mm^2`"),
        ("(m", "`(m` is not a unit; join units with `*` and `/`, and write powers as in `mm^2`"),
        ("m^0.5", "`m^0.5` is not a unit; join units with `*` and `/`, and write powers as in `mm^2`"),
        ("100*m", "`100*m` has the number `100` in it; declare the multiple under `units`, as in `leaf: 0.5 mm`"),
        ("m^13", "`m` is raised to 13; stay within ±12"),
    ],
)
def test_what_is_not_a_unit_is_refused_with_what_to_write(text: str, message: str) -> None:
    error = refusal(text)
    assert str(error) == message
    assert error.code == "unknown-unit"


@pytest.mark.parametrize(
    "text",
    [
        "m" * 1_000_000,
        "m*" * 1_000_000,
        "(" * 150 + "m" + ")" * 40,
        "1" * 199 + "!",
        " " * 199 + "!",
        "m^" + "9" * 190,
        "((((nm^12)^12)^12)^12)^12",
        "((((%^12)^12)^12)^12)^12",
        "__class__",
        "m;import os",
        "lambda:0",
        "m\x00",
    ],
)
def test_a_hostile_text_is_refused(text: str) -> None:
    error = refusal(text)
    assert error.code == "unknown-unit"
    assert len(str(error)) < 300


@settings(deadline=None)  # the first rare name loads pint
@given(st.text(max_size=30))
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    with suppress(UnitError):
        assert parse_unit(text).factor > 0


# ------------------------------------------------------------------------------------- beyond the table


@pytest.mark.parametrize(
    ("text", "dimension", "factor", "pi"),
    [
        ("millimeter", "length", Fraction(1, 1000), 0),
        ("angstrom", "length", Fraction(1, 10**10), 0),
        ("inHg", None, Fraction("13.5951") * Fraction("9.80665") * Fraction("25.4"), 0),
        ("gradian", None, Fraction(1, 200), 1),
        ("circular_mil", None, Fraction("0.0000254") ** 2 / 4, 1),
    ],
)
def test_pint_is_asked_for_rare_units_and_stays_exact(
    text: str, dimension: str | None, factor: Fraction, pi: int
) -> None:
    unit = parse_unit(text)
    assert (unit.factor, unit.pi) == (factor, pi)
    assert dimension is None or unit.dimension == ((dimension, 1),)


@pytest.mark.parametrize(
    ("text", "mend"),
    [("celsius", "write `degC` or `degF`"), ("dBm", "declare it under `units` as a `scale`")],
)
def test_a_scale_of_pint_is_refused(text: str, mend: str) -> None:
    what = f"`{text}` is not a multiple of another unit, but a scale with an offset or a logarithm"
    assert str(refusal(text)) == f"{what}; {mend}"


@pytest.mark.parametrize("text", ["rm", "qs", "franklin"])
def test_what_only_pint_would_call_a_unit_is_refused(text: str) -> None:
    assert refusal(text).code == "unknown-unit"


# ------------------------------------------------------------------------------------------ declarations


def test_a_standard_declares_a_multiple_of_a_known_unit() -> None:
    leaf = declare("mil_leaf", "0.5 mm", {})
    assert conversion(parse_unit("mil_leaf", {"mil_leaf": leaf}), parse_unit("mm")) == exactly(Fraction(1, 2))


@pytest.mark.parametrize(
    ("text", "same_as", "factor"),
    [("12", "1", 12), ("mm", "mm", 1), ("1/min", "1/min", 1), ("3leaf", "mm", Fraction(3, 2)), ("2 leaf*m", "mm*m", 1)],
)
def test_a_declaration_is_a_multiple_of_any_unit_known_before(text: str, same_as: str, factor: Fraction | int) -> None:
    assert conversion(declare("mine", text, OWN), parse_unit(same_as)) == exactly(factor)


def test_an_own_scale_converts_to_nothing_but_its_multiples() -> None:
    gloss = OWN["gloss"]
    assert gloss.dimension == (("gloss", 1),)
    assert conversion(declare("double", "2 gloss", OWN), gloss) == exactly(2)


def test_a_multiple_of_a_difference_is_a_difference() -> None:
    with pytest.raises(UnitError, match="a temperature difference is not a temperature"):
        conversion(declare("step", "5 delta_degC", {}), parse_unit("degC"))


@pytest.mark.parametrize(
    ("name", "text", "code", "message"),
    [
        ("mm", "2 m", "unit-mismatch", "`mm` has a meaning already; choose another name"),
        ("mm2", "2 m", "unit-mismatch", "`mm2` has a meaning already; choose another name"),
        ("length", "scale", "unit-mismatch", "`length` has a meaning already; choose another name"),
        (
            "a b",
            "scale",
            "unknown-unit",
            "`a b` can't name a unit; use letters, digits and `_`, and begin with a letter",
        ),
        (
            "x",
            "0 mm",
            "unknown-unit",
            "`x` is declared as `0 mm`; write a multiple of a known unit, such as `0.5 mm`, or `scale`",
        ),
        ("x", "2 KG", "unknown-unit", "`KG` is not a known unit; write `kg`"),
        (
            "x",
            "2 degC",
            "unit-mismatch",
            "`degC` is a point on a scale, and can't be multiplied, divided or raised to a power; write `delta_degC`",
        ),
    ],
)
def test_a_declaration_that_says_nothing_is_refused(name: str, text: str, code: str, message: str) -> None:
    with pytest.raises(UnitError) as caught:
        declare(name, text, OWN)
    assert str(caught.value) == message
    assert caught.value.code == code


def test_a_long_declaration_is_refused_whole() -> None:
    with pytest.raises(UnitError, match="too long"):
        declare("x", "2 " + "m*" * 1_000 + "m", {})


def test_declarations_can_not_grow_without_bound() -> None:
    own = {"big": declare("big", "9" * 190, {})}
    with pytest.raises(UnitError, match="a size that no unit can have"):
        declare("bigger", "*".join(["big"] * 40), own)


def test_the_examples_in_the_docstrings_run() -> None:
    assert doctest.testmod(units) == (0, 6)
