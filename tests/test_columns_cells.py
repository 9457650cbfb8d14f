"""Every sort of cell in every sort of column: SQL makes of it what the scalar reader does, or the row is odd."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from gonogo.facts.arrays import cells_of
from gonogo.facts.columns import Column, numbers_of_words
from gonogo.facts.unusable import Unusable, decimal_comma
from gonogo.program.ir import Field, Kind, Type
from gonogo.screen.columnar import Session
from gonogo.screen.sql.bounds import LARGEST, LARGEST_WIDE
from gonogo.screen.sql.cells import Cells, Names
from gonogo.screen.sql.dialect import BLANKS, DUCKDB
from gonogo.screen.sql.shape import Form
from gonogo.screen.sql.stages import Sql, Stages

ODD = object()
WORDS: tuple[tuple[str, ...], ...] = (
    (),
    ("NA", "-999", "0"),
    ("9,99", "1e3", "7.5", "1234567890123.456789", "99999999999999999999"),
    ("L", "true", "1", "2026-01-31", "-", "5 "),
)

# ---------------------------------------------------------------------------------------------------- cells

NUMERALS = """
0 -0 +0 00 5 -5 +5 005 -005 5. .5 -.5 0.5 5.0 5.00 5.000000000 5.0000000000 5.5 5.50 5.55 5.555 -5.5 -0.5 -0.05 +0.5
0.000 -0.000 12345.678 007.70 1e3 1E3 1e+3 1.5e-3 1e400 1_000 1,000 1,5 1.234 1,234.5 1.2.3 - + . , -. e3 1e 0x10 ++1
--1 +-1 1/3 inf -inf Infinity nan NaN NA null None -999 -999.0 -999.00 999 1000 7.5 7.50 9,99 9.99 99999999999999999999
9007199254740991 9007199254740992 9007199254740993 9223372036854775807 9223372036854775808 -9223372036854775808
18446744073709551615 170141183460469231731687303715884105728 123456789012345 1234567890123456 12345678901234567
0.1234567890123456789 1234567890123.456789 0.30000000000000004 0.00000000000000000001 1000000000000000000000000
123456789012345678901234567890123456 -123456789012345678901234567890123456.5 1e-5 4O.2 true #DIV/0! ½ 5% 12mm
000000000000000000000000000000000000000005 0.50000000000000000000000000000
""".split()
DIGITS = (
    "٣",
    "４２",
    "\u22125",
    "−5",
    "5\u00a0000",
    "5\u2009",
    "5\u202f0",
    "߅",
    "Ⅴ",
    "5٣",
    "٣.٥",
    "5\0",
    "\0",
    "5\n",
    "5'",
    '5"',
)
DAYS = """
2026-01-31 2026-02-30 2026-02-29 2024-02-29 2026-13-01 2026-00-10 2026-01-00 2026-1-5 0000-01-01 0001-01-01 0001-01-02
9999-12-31 10000-01-01 -2026-01-31 2026/01/31 2026.01.31 20260131 31.01.2026 01/31/2026 2026-01-31T00:00:00Z
2026-01-31T00:00:00 2026-01-31T00:00 2026-01-31T14:05:30 2026-01-31t14:05:30z 2026-01-31T14:05:30.25
2026-01-31T14:05:30,25 2026-01-31T14:05:30.123456 2026-01-31T14:05:30.1234567 2026-01-31T14:05:30.1234560
2026-01-31T23:59:59 2026-01-31T23:59:60 2026-01-31T24:00:00 2026-01-31T25:00:00 2026-01-31T14:60:00
2026-01-31T14:05:30+02:00 2026-01-31T14:05:30-0930 2026-01-31T14:05:30+02 2026-01-31T14:05:30Z 2026-W05-6 2026-031
0001-01-01T00:00:00 0001-01-01T00:00:00+01:00 9999-12-31T23:59:59.999999 9999-12-31T23:59:59-01:00 infinity -infinity
epoch today now 1970-01-01T00:00:00 1969-12-31T23:59:59.999999 2016-12-31T23:59:60 2026-01-31T14:05 2026-01-31T
0000-12-31T00:00:00 2026-02-30T00:00:00 2026-01-31T14:05:30. 2026-01-31T4:05:30 2026-01-31T14:5:30 1582-10-10
""".split()
SPACED_DAYS = (
    "2026-01-31 14:05:30", "2026-01-31 24:00:00", "2026-01-31 00:00:00", "2026-01-31 14:05:30 Z", "2026-01-31 AD",
    "2026-01-31 (BC)", "2026-01-31  14:05:30", "2026-01-31 14:05:30.5 UTC", "２０２６-01-31", "2026\u201101\u201131",
)  # fmt: skip
FLAGS = """true True TRUE tRuE false False yes YES no No 1 0 1.0 0.0 01 -0 on off y n t f wahr ja 2 -1 trueish İ K ſ yeſ
true\u00a0 \u2009no""".split(" ")
TEXTS = (
    "L", "M", "l", " L", "L ", "\tL", "L\n", "\u00a0L\u2009", "M\0", "\x1fL\x1c", "XL", "L M", "-", "a b", "it's",
    'say "x"', "back\\slash", "{0}", "%s", "ß", "SS", "İ", "é", "e\u0301", "☃", "\U0001f600", "\u2028", "x" * 70, "1",
    "1.0", "5 ",
)  # fmt: skip
BLANK = ("", " ", "  ", "\t", "\u00a0", "\u2009", "\u3000", "\x1c", "\x85", "\u200b", "\ufeff", BLANKS)


def texts_of(kind: Kind) -> list[str | None]:
    """Texts for fields of a kind, with blanks of all sorts around them."""
    own = {Kind.NUMBER: (*NUMERALS, *DIGITS), Kind.FLAG: FLAGS, Kind.TEXT: TEXTS}.get(kind, (*DAYS, *SPACED_DAYS))
    others = ("5", "5.5", "true", "L", "2026-01-31", "NA", "-999", "0", "-")
    plain = list(dict.fromkeys((*own, *others)))
    padded = [text for cell in plain for text in (f" {cell}", f"{cell} ", f"\u00a0{cell}", f"{cell}\t")]
    return [None, *BLANK, *plain, *padded]


def floats() -> list[float | None]:
    """Floats at the edges of what 15 digits and whole numbers tell apart, and neighbours of plain decimals."""
    random = Random(1)
    plain = [
        0.0, -0.0, 0.1, 0.2, 0.1 + 0.2, 0.5, 2.5, 5.5, 8.6, 1 / 3, 1e15, 1e16, 1e22, 1e300, -1e300, 2.0**53,
        2.0**53 + 2, 2.0**63, -(2.0**63), 2.0**64, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, math.nan,
        math.inf, -math.inf, 999999999999999.0, 99999999999999.95, 9999999999999.995, 123456789012345.6, -999.0, 7.5,
        1000.0, 1e-5, 1e-15, 1234567890123.456789, 1e20, 99999999999999999999.0,
    ]  # fmt: skip
    decimals = [
        random.randrange(-(10**size), 10**size) / 10 ** random.randrange(size)
        for size in range(1, 17)
        for _ in range(12)
    ]
    near = [math.nextafter(number, side) for number in (*plain, *decimals) for side in (math.inf, -math.inf)]
    wild = [struct.unpack("d", random.randbytes(8))[0] for _ in range(200)]
    return [None, *plain, *decimals, *near, *wild]


def wholes(kind: pa.DataType) -> pa.Array:
    signed, bits = pa.types.is_signed_integer(kind), kind.bit_width
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    edges = [
        edge + step
        for edge in (0, 7, 1000, -999, 2**31, 2**53, -(2**53), 10**15, 10**14, 9007199254740, low, high)
        for step in (-1, 0, 1)
    ]
    return pa.array([None, *(number for number in edges if low <= number <= high)], kind)


def decimals(precision: int, scale: int) -> pa.Array:
    random = Random(precision)
    most = 10**precision - 1
    found = [0, 1, -1, most, -most, 5 * 10**scale, -999 * 10**scale, 75 * 10 ** max(scale - 1, 0), 1000 * 10**scale]
    found += [random.randrange(-(10**size), 10**size) for size in range(1, precision + 1) for _ in range(4)]
    kept = [Decimal((number < 0, tuple(map(int, str(abs(number)))), -scale)) for number in found if abs(number) <= most]
    return pa.array([None, *kept], pa.decimal128(precision, scale))


def moments(unit: str, zone: str | None) -> pa.Array:
    per = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    seconds = [
        0,
        1,
        -1,
        86_400,
        -86_400,
        1_700_000_000,
        -62_135_596_800,
        -62_135_596_801,
        253_402_300_799,
        253_402_300_800,
    ]
    ticks = [second * per + step for second in seconds for step in (-1, 0, 1)] + [1500, 10**18 + 1000, 9 * 10**18]
    held = (tick for tick in ticks if abs(tick) < 2**63 and abs(tick) // per < 2**62 // 10**6)
    return pa.array([None, *held], pa.int64()).cast(pa.timestamp(unit, zone), safe=False)


def typed_columns() -> Iterator[tuple[str, pa.Array]]:
    """Columns of all types that a Parquet file may have, but texts."""
    for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()):
        yield str(kind), wholes(kind)
    yield "float64", pa.array(floats(), pa.float64())
    short = [
        None if number is None else struct.unpack("f", struct.pack("f", number))[0]
        for number in floats()
        if number is None or not abs(number) > 3e38
    ]
    yield "float32", pa.array([*short, math.inf, math.nan, 308.7, 16777216.0, 1e-40], pa.float32())
    for precision, scale in ((3, 1), (9, 2), (18, 0), (18, 10), (18, 18), (30, 12), (38, 0), (38, 20), (38, 38)):
        yield f"decimal({precision},{scale})", decimals(precision, scale)
    yield "bool", pa.array([None, True, False])
    yield (
        "date32",
        pa.array(
            [None, 0, 1, -1, 20_000, -719_162, -719_163, 2_932_896, 2_932_897, 2**31 - 1, -(2**31)], pa.int32()
        ).cast(pa.date32()),
    )
    for unit, zone in product(("s", "ms", "us", "ns"), (None, "UTC", "Europe/Berlin")):
        yield f"timestamp({unit}, {zone})", moments(unit, zone)
    yield "null", pa.nulls(3)
    yield "time64", pa.array([None, 0, 1], pa.time64("us"))
    yield "list", pa.array([None, [1], []], pa.list_(pa.int64()))
    yield "struct", pa.array([None, {"a": 1}], pa.struct([("a", pa.int64())]))
    yield "binary", pa.array([None, b"5", b"\xff"], pa.binary())
    yield "dictionary", pa.array(["L", "5", None, " M", "true", "2026-01-31"]).dictionary_encode()


# -------------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Case:
    """A field, the column that it is read from, and what the column is called in messages."""

    label: str
    field: Field
    array: pa.Array
    bound: int = LARGEST


def field_of(kind: Kind, *, decimals: int = 0, one_of: tuple[str, ...] = ()) -> Field:
    return Field("x", "X", Type(kind), one_of=one_of, tick=Fraction(1, 10**decimals))


def by_sql(
    session: Session, cases: Sequence[Case], words: tuple[str, ...], decimal: Any
) -> Iterator[tuple[Case, list[object]]]:
    """What SQL reads, case by case: values, None where they are missing, `ODD`."""
    size = max(len(case.array) for case in cases)
    columns = {
        f"c{n}": pa.concat_arrays([case.array, pa.nulls(size - len(case.array), case.array.type)])
        for n, case in enumerate(cases)
    }
    session.register("facts", pa.table(columns))
    forms = {column.name: column.form for column in session.columns("facts")}
    stages = Stages(DUCKDB)
    cells = Cells(DUCKDB, decimal, words, numbers_of_words(words))
    last: dict[str, Sql] = {}
    for n, case in enumerate(cases):
        stages.raw[f"cell{n}"] = f"c{n}"
        form = forms[f"c{n}"]
        draft, value = stages.name(f"draft{n}"), stages.name(f"value{n}")
        names = Names(f"cell{n}" if form is not Form.NOTHING else "", draft, value)
        reading = cells.reading(case.field, form, case.bound, names)
        last |= {f"v{n}": stages.place(reading, draft, value), f"o{n}": Sql(reading.odd or "FALSE", 2)}
    rows = session.run(stages.select(last, "facts"))
    for n, case in enumerate(cases):
        yield case, [ODD if row[2 * n + 1] else row[2 * n] for row in rows[: len(case.array)]]
        assert all(row[2 * n + 1] is not None for row in rows), "whether a row is odd is never unknown"


def by_reader(case: Case, words: tuple[str, ...], decimal: str) -> Iterator[tuple[object, object]]:
    """What the scalar reader makes of the same cells: in ticks, or `ODD` where it has something to say."""
    column = Column(case.field, words)
    for cell in cells_of(case.array):
        raw = (
            decimal_comma(cell)
            if decimal == "," and isinstance(cell, str) and case.field.type.kind is Kind.NUMBER
            else cell
        )
        try:
            value = column.exact(raw)
        except Unusable:
            yield cell, ODD
            continue
        yield cell, value / case.field.tick if isinstance(value, Fraction) else value


def cases_of(kind: Kind) -> list[Case]:
    texts = pa.array(texts_of(kind), pa.string())
    columns = [("text", texts), ("large text", texts.cast(pa.large_string())), *typed_columns()]
    if kind is Kind.NUMBER:
        sizes = [
            (0, LARGEST), (1, LARGEST), (2, 2**24), (3, LARGEST), (6, LARGEST), (9, LARGEST), (12, LARGEST),
            (14, LARGEST), (15, LARGEST), (0, LARGEST_WIDE), (2, LARGEST_WIDE), (9, LARGEST_WIDE), (20, LARGEST_WIDE),
        ]  # fmt: skip
        return [
            Case(f"{label}, {places} decimals, {bound}", field_of(kind, decimals=places), array, bound)
            for label, array in columns
            for places, bound in sizes
        ]
    kinds = [()] if kind is not Kind.TEXT else [(), ("L", "M", "true", "1", "ß", "2026-01-31", "it's", "5", " l", "")]
    return [
        Case(f"{label}, one of {one_of}", field_of(kind, one_of=one_of), array)
        for label, array in columns
        for one_of in kinds
    ]


@pytest.mark.parametrize("words", WORDS, ids=["no words", "numbers", "commas", "texts"])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_cell_that_is_not_odd_has_the_value_that_the_reader_gives_it(kind: Kind, words: tuple[str, ...]) -> None:
    wrong = []
    for decimal in (".", ",") if kind is Kind.NUMBER else (".",):
        with Session() as session:
            for case, found in by_sql(session, cases_of(kind), words, decimal):
                for have, (cell, want) in zip(found, by_reader(case, words, decimal), strict=True):
                    if have is not ODD and (have != want or type(have) is bool is not type(want) is bool):
                        wrong.append(f"{case.label}, decimal {decimal}: {cell!r} is {want}, not {have}")
    assert not wrong, "\n".join(wrong[:60])


PLAIN = {
    Kind.NUMBER: pa.array(["5", "-5.5", "0", "+0.25", " 12345.678", "-0.00", "007", "", "  ", None, "99999.999"]),
    Kind.TEXT: pa.array(["L", " M ", "\u00a0L", "", None]),
    Kind.FLAG: pa.array(["true", "No", " YES", "0", "1", "", None]),
    Kind.DATE: pa.array(["2026-01-31", " 0001-01-01", "9999-12-31 ", "", None]),
    Kind.TIME: pa.array(["2026-01-31T14:05:30", "2026-01-31 14:05:30.25", "0001-01-01T00:00:00.000001", "", None]),
}
TYPED = [
    (Kind.NUMBER, pa.array([1, -5, None, 10**12])),
    (Kind.NUMBER, pa.array([8.6, -0.001, 0.0, None, 12345.678])),
    (Kind.NUMBER, pa.array([308.7, None, 0.125], pa.float32())),
    (Kind.NUMBER, pa.array([Decimal("1.50"), None], pa.decimal128(20, 6))),
    (Kind.NUMBER, pa.array([-999, 5, None])),
    (Kind.FLAG, pa.array([True, None])),
    (Kind.FLAG, pa.array([1.0, 0.0, None])),
    (Kind.DATE, pa.array([date(2026, 1, 31), None])),
    (Kind.DATE, pa.array([datetime(2026, 1, 31), None], pa.timestamp("ns"))),
    (Kind.TIME, pa.array([datetime(2026, 1, 31, 5, 6, 7, 8), None], pa.timestamp("ns", "UTC"))),
    (Kind.TIME, pa.array([datetime(2026, 1, 31, 5, 6, 7, 8), None], pa.timestamp("us"))),
    (Kind.TIME, pa.array([date(2026, 1, 31), None])),
]


@pytest.mark.parametrize(("kind", "array"), [*PLAIN.items(), *TYPED], ids=lambda value: str(getattr(value, "type", "")))
def test_a_plain_cell_is_never_odd(kind: Kind, array: pa.Array) -> None:
    field = field_of(kind, decimals=3, one_of=("L", "M") if kind is Kind.TEXT else ())
    words = ("-999",) if kind is Kind.NUMBER else ()
    with Session() as session:
        [(_, found)] = by_sql(session, [Case("plain", field, array)], words, ".")
    assert ODD not in found
    assert sum(value is not None for value in found) >= len(array) - 3
