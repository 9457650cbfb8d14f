"""One cell, one value: what is read, what is missing, what is unusable and in which words."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.facts import (
    Unusable,
    read_category,
    read_date,
    read_flag,
    read_number,
    read_text,
    read_time,
)
from gonogo.facts.unusable import decimal_comma, shown

Reader = Callable[[object], object]
READERS: list[Reader] = [
    read_number,
    read_flag,
    read_text,
    read_date,
    read_time,
    lambda raw: read_category(raw, frozenset({"L", "M"})),
]


def problem(read: Reader, raw: object) -> str:
    with pytest.raises(Unusable) as caught:
        read(raw)
    return caught.value.problem


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("raw", [None, "", "   ", "\t", "\u00a0"])
def test_nothing_and_blanks_are_missing_in_every_kind(read: Reader, raw: object) -> None:
    assert read(raw) is None


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("raw", [[], [1], {}, {"a": 1}, object(), b"1", 1j])
def test_what_is_no_single_value_is_unusable_in_every_kind(read: Reader, raw: object) -> None:
    assert problem(read, raw)


# ---- numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8.6", "8.6"),
        ("8.60", "8.60"),
        ("+1", "1"),
        ("-0.5", "-0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1E+3"),
        ("1.5E-3", "0.0015"),
        (" 42 ", "42"),
        ("\u00a042\u202f", "42"),
        ("\u221242", "-42"),
        ("007", "7"),
        ("1" * 1000, "1" * 1000),
        ("1e400", "1e400"),
        ("1e-400", "1e-400"),
    ],
)
def test_a_number_is_the_decimal_that_is_written(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)
    assert str(read_number(text)) == str(Decimal(value))


@pytest.mark.parametrize(
    "text",
    [
        "4O.2",
        "1_000",
        "inf",
        "-Infinity",
        "nan",
        "NaN",
        "0x10",
        "--1",
        "- 1",
        ".",
        "e3",
        "1e",
        "1.2.3",
        "٣",
        "４２",
        "1/3",
        "#DIV/0!",
        "NA",
        "-",
        "1 2",
        "½",
    ],
)
def test_what_is_not_written_as_a_number_is_none(text: str) -> None:
    assert problem(read_number, text).startswith(f"`{text}` is not a number")


@pytest.mark.parametrize("text", ["1" * 1001, "0." + "0" * 1000, "1e401", "1e-401", "1e" + "9" * 5000, "1" * 100_000])
def test_a_number_beyond_all_bounds_is_refused_in_no_time(text: str) -> None:
    assert problem(read_number, text).endswith("is not a number that gonogo can hold")


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("12,5", "; write 12.5, or say that the file has decimal commas"),
        ("0,125", "; write 0.125, or say that the file has decimal commas"),
        ("1,234", "; write it with a decimal point, and without thousands separators"),
        ("1,234.5", "; write 1234.5"),
        ("1.234,5", "; write 1234.5"),
        ("1 234 567", "; write 1234567"),
        ("1_000", "; write 1000"),
        ("12.5 mm", "; write the number alone, in the unit that the standard gives the field"),
        ("25mm", "; write the number alone, in the unit that the standard gives the field"),
        ("98 %", "; write the number alone, in the unit that the standard gives the field"),
        ("4O.2", ""),
        ("12O", ""),
    ],
)
def test_a_mend_is_told_only_where_there_is_one(text: str, mend: str) -> None:
    assert problem(read_number, text) == f"`{text}` is not a number{mend}"


def test_a_float_stands_for_the_shortest_decimal_that_prints_it() -> None:
    assert read_number(8.6) == Decimal("8.6")
    assert read_number(1e22) == Decimal("1e22")


@pytest.mark.parametrize("raw", [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")])
def test_what_is_not_finite_is_not_a_number(raw: object) -> None:
    assert "is not a number" in problem(read_number, raw)
    assert problem(read_text, raw)
    assert problem(read_flag, raw)


def test_whole_numbers_and_decimals_are_taken_as_they_are() -> None:
    assert read_number(7) == Decimal(7)
    assert read_number(10**999) == 10**999
    assert str(read_number(Decimal("8.60"))) == "8.60"


@pytest.mark.parametrize(
    "raw", [True, False, Fraction(1, 3), 10**1000, pytest.param(10**100_000, id="giant"), Decimal("1e401")]
)
def test_a_truth_value_a_fraction_and_a_giant_are_no_numbers(raw: object) -> None:
    assert "is not a number" in problem(read_number, raw)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_every_decimal_is_read_back_as_it_was_printed(number: Decimal) -> None:
    assert read_number(str(number)) == number
    assert read_number(number) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_and_its_text_are_one_number(number: float) -> None:
    assert read_number(number) == read_number(repr(number))


# ---- decimal commas


def test_a_decimal_comma_is_read_as_a_number_and_kept_as_text() -> None:
    cell = decimal_comma(" 12,50 ")
    assert str(read_number(cell)) == "12.50"
    assert read_text(cell) == " 12,50 "


@pytest.mark.parametrize("text", ["1.234", "1.234,5", "1,2,3"])
def test_a_point_in_a_file_of_decimal_commas_is_unusable(text: str) -> None:
    words = problem(read_number, decimal_comma(text))
    assert words.startswith(f"`{text}` is not a number of a file with decimal commas; write it with a decimal comma")


@pytest.mark.parametrize("text", ["12", "n.a.", "-", "", "Fig. 3, left"])
def test_what_is_no_numeral_with_a_comma_stays_as_it_is(text: str) -> None:
    assert decimal_comma(text) == text
    assert type(decimal_comma(text)) is str


@pytest.mark.parametrize("text", ["1" * 131_072 + ",x", "." * 131_072, " " * 131_072 + ",", "1," * 65_536])
def test_a_giant_cell_takes_no_time(text: str) -> None:
    for read in READERS:
        if read is not read_text:
            assert problem(read, decimal_comma(text))


# ---- flags


@pytest.mark.parametrize("raw", ["true", "TRUE", "Yes", "1", " yes ", True, 1, Decimal(1), Decimal("1.0"), 1.0])
def test_yes_is_yes_however_it_is_written(raw: object) -> None:
    assert read_flag(raw) is True


@pytest.mark.parametrize("raw", ["false", "No", "0", "FALSE\t", False, 0, Decimal(0)])
def test_no_is_no_however_it_is_written(raw: object) -> None:
    assert read_flag(raw) is False


@pytest.mark.parametrize("raw", ["y", "n", "t", "on", "2", "1.0", "ja", "YE\u017f", 2, Decimal("0.5")])
def test_anything_else_is_no_flag(raw: object) -> None:
    assert problem(read_flag, raw) == (f"`{raw}` is neither true nor false; write true or false, yes or no, 1 or 0")


# ---- texts and categories


@pytest.mark.parametrize("text", [" as it is ", "Ä\u00a0", "NA", "null", "0"])
def test_text_stands_as_it_is(text: str) -> None:
    assert read_text(text) == text


@pytest.mark.parametrize(("raw", "text"), [(7, "7"), (Decimal("8.60"), "8.60"), (8.6, "8.6")])
def test_a_number_stands_for_its_text(raw: object, text: str) -> None:
    assert read_text(raw) == text


@pytest.mark.parametrize("raw", [True, False, "half \ud83d"])
def test_a_truth_value_and_half_a_character_are_no_text(raw: object) -> None:
    assert problem(read_text, raw).encode("utf-8")


def test_a_category_is_read_without_blanks_around_it() -> None:
    assert read_category(" M ", frozenset({"L", "M"})) == "M"
    assert read_category(1, frozenset({"1", "2"})) == "1"


def test_a_category_outside_the_list_is_told_the_list_and_the_nearest() -> None:
    assert problem(lambda raw: read_category(raw, frozenset({"L", "M", "H"})), "m") == (
        "`m` is not one of `H`, `L`, `M`; the nearest is `M`"
    )


def test_a_long_list_of_categories_is_cut() -> None:
    words = problem(lambda raw: read_category(raw, frozenset(map(str, range(100, 130)))), "x")
    assert words.endswith("`107` and 22 more")


# ---- dates and times


@pytest.mark.parametrize(
    "raw", ["2026-01-31", " 2026-01-31 ", "2026-01-31T00:00:00", "2026-01-31 00:00", "2026-01-31 00:00:00.000"]
)
def test_a_date_is_a_day_also_where_midnight_is_written_after_it(raw: object) -> None:
    assert read_date(raw) == date(2026, 1, 31).toordinal()


def test_dates_and_midnights_are_taken_as_they_are() -> None:
    assert read_date(date(2026, 1, 31)) == date(2026, 1, 31).toordinal()
    assert read_date(datetime(2026, 1, 31)) == date(2026, 1, 31).toordinal()


@pytest.mark.parametrize("raw", ["2026-01-31T08:00", "2026-01-31 00:00:01", datetime(2026, 1, 31, 8)])
def test_a_time_of_day_is_not_dropped_from_a_date(raw: object) -> None:
    assert problem(read_date, raw).endswith("is not a date: it says a time of day; call the field a time")


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("31.01.2026", "2026-01-31"),
        ("01/31/2026", "2026-01-31"),
        ("31/1/2026", "2026-01-31"),
        ("05.05.2026", "2026-05-05"),
        ("2026/01/31", "2026-01-31"),
        ("20260131", "2026-01-31"),
        ("2026-1-5", "2026-01-05"),
        ("03.04.2026", "dates as YYYY-MM-DD"),
        ("31.13.2026", "dates as YYYY-MM-DD"),
        ("32.01.2026", "dates as YYYY-MM-DD"),
        ("31.01.26", "dates as YYYY-MM-DD"),
        ("tomorrow", "dates as YYYY-MM-DD"),
    ],
)
def test_the_date_that_was_meant_is_told_where_it_can_be_only_one(text: str, mend: str) -> None:
    assert problem(read_date, text) == f"`{text}` is not a date; write {mend}"
    assert problem(read_time, text).startswith(f"`{text}` is not a time; write ")


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "0000-01-01"])
def test_a_day_that_the_calendar_lacks_is_no_date_and_no_time(text: str) -> None:
    assert problem(read_date, text) == f"`{text}` is not a date: the calendar has no such day"
    assert problem(read_time, text)


@pytest.mark.parametrize("raw", [20260131, Decimal("46053"), True, 46053.0])
def test_a_number_is_no_date_and_no_time(raw: object) -> None:
    assert problem(read_date, raw)
    assert problem(read_time, raw)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T00:00Z", 0),
        ("1970-01-01 00:00:01", 1_000_000),
        ("1970-01-01T00:00:00.5", 500_000),
        ("1970-01-01T00:00:00.000001", 1),
        ("1970-01-01T00:00:00,25", 250_000),
        ("1970-01-01T00:00:00.1234560", 123_456),
        ("1970-01-01t02:00+02:00", 0),
        ("1970-01-01T02:00+0200", 0),
        ("1970-01-01T02:00:00 +02", 0),
        ("1969-12-31T22:30:00-01:30", 0),
        ("1970-01-02", 86_400_000_000),
        ("1969-12-31T23:59:59.999999Z", -1),
    ],
)
def test_a_time_counts_microseconds_since_1970(text: str, microseconds: int) -> None:
    assert read_time(text) == microseconds


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T24:00",
        "1970-01-01T00:60",
        "1970-01-01T00:00:60",
        "1970-01-01T00",
        "1970-01-01T00:00+24:00",
        "1970-01-01T00:00:00.1234567",
        "00:30",
        "1970-01-01T00:00 CET",
        "1970-01-01T00:00+02:",
        "0001-01-01T00:00+01:00",
    ],
)
def test_what_is_no_time_is_told_so(text: str) -> None:
    assert problem(read_time, text).startswith(f"`{text}` is not a time")


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_a_time_its_text_and_python_agree(moment: datetime, minutes: int) -> None:
    moment = moment.replace(year=max(2, min(9998, moment.year)), day=min(28, moment.day))
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    expected = (zoned - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert read_time(zoned) == read_time(zoned.isoformat()) == expected
    assert read_time(moment) == read_time(moment.isoformat()) == read_time(moment.replace(tzinfo=UTC))


@given(st.dates())
def test_a_date_its_text_and_python_agree(day: date) -> None:
    assert read_date(day) == read_date(day.isoformat()) == day.toordinal()
    assert read_time(day) == read_time(day.isoformat())


# ---- words


def test_a_message_shows_little_of_a_long_text_and_nothing_invisible() -> None:
    assert shown("a" * 100) == "a" * 39 + "…"
    assert shown("a\nb\x1b[31m\u00a0\ud800") == r"a\nb\x1b[31m\xa0\ud800"
    assert problem(read_number, "x" * 1_000_000) == f"`{'x' * 39}…` is not a number"


@pytest.mark.parametrize("read", READERS)
@given(
    raw=st.one_of(
        st.text(), st.text("0123456789.,+-eETZ:/ \u2212", max_size=30), st.integers(), st.floats(), st.decimals()
    )
)
def test_whatever_stands_in_a_cell_is_a_value_missing_or_unusable(read: Reader, raw: object) -> None:
    try:
        read(raw)
    except Unusable as unusable:
        words = unusable.problem
    else:
        words = "a value"
    words.encode("utf-8")
    assert "\n" not in words
