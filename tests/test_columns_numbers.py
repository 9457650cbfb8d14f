"""What is computed and compared in columns comes to what it does for single facts, at every edge that numbers have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from both_engines import Said, compare_rows, standard_of
from gonogo.screen.columnar import Session
from gonogo.screen.scalar import search_of
from gonogo.screen.sql.dialect import DUCKDB

COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")

FIELDS = """
gonogo: 1
standard: numbers
facts:
  fields:
    a: {column: A, unit: mm, resolution: 0.01}
    b: {column: B, unit: in, resolution: 0.001}
    c: {column: C, kind: number}
    d: {column: D, kind: number, resolution: 0.1}
    fine: {column: E, kind: number, resolution: 0.0000001}
    n: {column: C, unit: rpm, resolution: 1}
    q: {column: D, unit: N*m, resolution: 0.1}
    t: {column: A, unit: degC, resolution: 0.1}
    half_up: {column: A, unit: mm, resolution: 0.5, rounding: half-up}
    half_even: {column: A, unit: mm, resolution: 0.5, rounding: half-even}
    eighths: {column: B, unit: in, resolution: 0.125, rounding: half-up}
    thirds: {column: C, kind: number, resolution: 0.3, rounding: half-even}
    k: {column: K, one of: [L, M, H]}
    ok: {column: OK, kind: flag}
    day: {column: DAY, kind: date}
    day2: {column: DAY2, kind: date}
    w: {column: W, kind: time}
  derived:
    area: {is: b * b, unit: mm^2}
    volume: {is: b * b * b, unit: mm^3}
parameters:
  lim: {by: k, L: 1 mm, M: 0.1 in}
  ran: {by: c, "< 0": 1 mm, "[0 .. 10)": 2.54 mm, "> 10": 0.3 in}
rules:
"""

EXPRESSIONS = {
    "products": """
        a * b > 25.4 mm^2; a * a * a > 8 mm^3; c * c * c * c > 16; c * d * c * d * c > 100
        a * b * c * d > 0.5 mm^2; (a + b) * (a - b) >= 0 mm^2; a * lim > 1 mm^2; area > 1 in^2
        volume > 10 in^3 / 3; area + 1 in^2 > 700 mm^2
    """,
    "quotients": """
        a / c > 1 mm; a / b > 1; a / b = 1; c / d = 1; c / d > 1e10; 1 / c > 1e15; c / (c - d) > 3
        (c / d) * (d / c) = 1; c / d in (0.5, 1, 2, 1e20); -(c / d) > 3; abs(c / d) >= 3
        min(c, d, c / d) < 0.5; q * n / 3 > 1 W; area / c > 3 mm^2; volume / c > 1 in^3; (c / d) is missing
        c / d / d > 1; c / d - d / c > 0; max(c / d, 1) = 1
    """,
    "roundings": """
        round(c / d) = 1; floor(c / d) = -1; ceiling(c / d) = 0; round(a / c, 0.1 mm) = 0.3 mm
        round(a, 0.1 in) = 2.54 mm; floor(a, 0.1 in) = -2.54 mm; ceiling(a, 0.3 mm) > 0.3 mm
        round(b) = 1 in; round(b, 1 mm) = 25 mm; half_up = 0.5 mm; floor(b, 0.7 mm) * 3 > 20 mm
        half_even = 1 mm; half_up > half_even; eighths > 0.5 in; eighths * thirds > 1 in
        thirds in (0.3, 0.6, 0.9); round(c * d) = 0; round(c, 7) = 7; floor(-c, 7) = -7; round(-c, 2) = -2
        round(c / d) * c > 3; round(c / d) * c * d * c > 5; round(area, 0.7 mm^2) > 7 mm^2
        round(volume / c, 1 mm^3) > 4 mm^3; ceiling(-d) = 0; floor(b) < 0 in
    """,
    "missing": """
        abs(a - b) <= 0.005 mm; min(a, b) > 0 mm; max(a, b) is missing; max(a, b, 1 in) > 1 in; c is missing
        c is recorded; if c > d then a > 1 mm else b > 0.1 in; (if c > d then a else b) > 1 mm
        (if ok then c else d) is missing; a > lim; (if k = L then c / d else d) > 1; a > ran; ran is missing
        lim is missing; (if ok then 1 else 2) = 2; not ok; ok = false
        (if c > 1 then 1 else if d > 1 then 2 else 3) = 3; length(k) = 1
    """,
    "units": """
        q * n > 10 W; n > 10 rad/s; n = 1 rad/s; t > 300 K; t - 1 delta_degC > 20 degC
        a in (1.3 mm, 2.54 mm); b in (1 mm, 2 mm); b in (25.4 mm, 0.5 in); b not in (1 mm, 2 mm); b = 1 mm
        b != 1 mm; a between 0.1 in and 1 in; a = b; a < b; b >= a; t = 290 K; t in (290 K, 10 degC)
    """,
    "decimals": """
        c in [0 .. 10); c * 3 = 1; c * 0.1 = 0.3; c + 0.1 = 0.3; c - d = 0.1; -c > 3; c = d
        c in (0.1, 1000, -2.5, 7); 0.1 < c <= 2.5; c not in (0, 1); d in (0.1, 0.3)
    """,
    "calendar": """
        day - day2 > 3 days; day + 2 days > day2; day > 2026-01-15; w > day; w > 2026-01-15T06:30
        w >= 2026-01-15; day in (2026-01-15, 2026-01-12); day != day2; w = day2
    """,
}

TAME = """
    0 -0 1 -1 2 0.5 -0.5 0.1 0.2 0.3 2.54 25.4 1.27 1.3 0.125 0.25 -0.125 0.75
    1.25 -1.25 1.5 2.5 -2.5 3.5 10 10.5 7 -7 100 0.005 -0.15 0.15 0.45 50.8
""".split()
WILD = [
    *TAME, "1e3", "99999", "123456.78", "-123456.789", "1000000000", "12345678901234", "9007199254740992",
    "9007199254740993", "0.0000001", "1e-20", "1e20", "1e300", "0.30000000000000004", "3.3333333333",
    "1.0000000000000002", "170000000000000000000000000000000000000", "90071992547409.93", "99999999999.999",
    "999999999999999999", "", "n/a", None,
]  # fmt: skip


def expressions(theme: str) -> list[str]:
    return [each for each in EXPRESSIONS[theme].replace("\n", ";").split(";") if each.strip()]


def facts(numbers: Sequence[str | None], count: int) -> list[dict[str, Any]]:
    random, found = Random(1), []
    for _ in range(count):
        fact: dict[str, Any] = {name: random.choice(numbers) for name in "ABCDE"}
        fact["B"], fact["D"] = (fact[random.choice(pair)] for pair in ("AB", "CD"))
        fact |= {"K": random.choice(("L", "M", "H", None)), "OK": random.choice(("true", "false", None))}
        days = ("2026-01-15", "2026-01-12", "2026-01-18", "0001-01-01", "9999-12-31", None)
        fact |= {"DAY": random.choice(days), "DAY2": random.choice(days)}
        fact["W"] = random.choice(
            (
                "2026-01-15T06:30:00",
                "2026-01-15T00:00:00",
                "2026-01-15T06:30:00.000001",
                "0001-01-01T00:00:00",
                "9999-12-31T23:59:59",
                None,
            )
        )
        found.append(fact)
    return found


def as_float(cell: str | None) -> float | None:
    try:
        return float(cell or "")
    except ValueError:
        return None


def table_of(cells: Sequence[dict[str, Any]], *, is_text: bool) -> pa.Table:
    if not is_text:
        cells = [{name: as_float(cell) if name in "ABCDE" else cell for name, cell in fact.items()} for fact in cells]
    kinds = {name: pa.float64() if name in "ABCDE" and not is_text else pa.string() for name in cells[0]}
    return pa.table({name: pa.array([fact[name] for fact in cells], kind) for name, kind in kinds.items()})


def judged(path: Path, text: str, table: pa.Table) -> Said:
    """Assert that both engines say the same, and that columns could be used."""
    pq.write_table(table, path / "x.parquet")
    said = compare_rows(standard_of(text), path / "x.parquet")
    assert said.tables == 1
    return said


def rules(expressions: Sequence[str]) -> str:
    return "".join(f"  r{n}: {{when: '{each.strip()}', class: major}}\n" for n, each in enumerate(expressions))


@pytest.mark.parametrize("is_text", [True, False], ids=["texts", "floats"])
@pytest.mark.parametrize("theme", EXPRESSIONS)
def test_what_is_computed_comes_to_the_same(theme: str, is_text: bool, tmp_path: Path) -> None:
    text = FIELDS + rules(expressions(theme))
    tame = judged(tmp_path, text, table_of(facts(TAME, 250), is_text=is_text))
    assert tame.odd < 125
    judged(tmp_path, text, table_of(facts(WILD, 150), is_text=is_text))


@pytest.mark.parametrize(
    ("expression", "big", "small"),
    [
        ("round(c / fine) * c * c * c > 5", [2**29, 2**29 - 1, -(2**28), 3], ["0.0000001", "-0.0000001", "1"]),
        ("floor(c / fine) * c * c * c = 7 * c", [2**29, 2**29 - 1, -(2**28), 3], ["0.0000001", "-0.0000001", "1"]),
        ("(if c > 1 then round(c / fine) else c) * c * c > 7", [2**24 - 1, 2**20, 3], ["0.0000001", "1"]),
        ("volume / c > 1 mm^3", ["999999999.999", "-999999999.999", "9999999.999", "1"], ["1", "3", "0.1"]),
        ("round(volume / c, 1 mm^3) > 4 mm^3", ["999999999.999", "99999.999", "1"], ["1", "3", "0.1"]),
        ("volume > 1 in^3", ["999999999.999", "-999999999.999", "99999.999", "1"], ["1"]),
        ("c * fine * c > 3", ["999999999999999999", "123456789012345678901234"], ["99999999999999999.9", "0.1"]),
        ("c * c * c * c * c * c > 1", [2**20, 2**20 - 1, -(2**19), 2**26], ["1"]),
    ],
)
def test_nothing_overflows(expression: str, big: Sequence[object], small: Sequence[str], tmp_path: Path) -> None:
    pairs = [(str(one), other) for one in big for other in small]
    columns = {
        "B": [one for one, _ in pairs],
        "C": [one if "volume" not in expression else other for one, other in pairs],
        "E": [other for _, other in pairs],
    }
    text = "".join(
        line
        for line in FIELDS.splitlines(keepends=True)
        if not line.startswith("    ") or any(name in line for name in ("b:", " c:", "fine:", "area", "volume"))
    )
    text = text[: text.index("parameters:")] + "rules:\n"
    judged(
        tmp_path,
        text + rules([expression]),
        pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}),
    )


def test_numbers_of_the_standard_are_computed_with_as_whole_numbers_of_any_size(tmp_path: Path) -> None:
    text = FIELDS.replace("L: 1 mm, M: 0.1 in", "L: 100000.01 mm, M: 12345.678 in, H: 3 mm")
    text = text.replace("parameters:", "parameters:\n  big: {by: k, L: 1000000, M: 50000.001, H: 3}")
    expressions = [
        "lim * lim > 1 mm^2",
        "lim * 123456.789 > a",
        "big * big > c",
        "(if c > 1 then 1000000 else 50000) * (if ok then 3000 else 123456) > 5",
        "abs(lim - 200000 mm) * big > a",
        "min(50000, 100000) * 123456 > c",
    ]
    assert judged(tmp_path, text + rules(expressions), table_of(facts(["1", "2.5", "3"], 40), is_text=True)).odd == 0


def test_a_long_text_leaves_room_for_numbers(tmp_path: Path) -> None:
    text = (
        FIELDS[: FIELDS.index("    a:")] + "    t: {column: T, kind: text}\n    c: {column: C, kind: number}\nrules:\n"
    )
    table = pa.table({"T": ["x" * 70_000, "é", "", None], "C": ["123456", "-7", "1", "1"]})
    assert judged(tmp_path, text + rules(["length(t) * length(t) * c > 5", "length(t) = 1"]), table).odd == 0


# ------------------------------------------------------------------------------------------------------- limits


def limits_of(random: Random) -> list[str]:
    """Limits as people write them, and such that are a float's own shortest decimal of 16 and 17 digits."""
    found = ["0", "0.1", "0.3", "9007199254740993"]
    for digits in (1, 3, 15, 15, 16, 17):
        number = (
            random.randrange(10 ** (digits - 1), 10**digits) * random.choice((1, -1)) / 10 ** random.randrange(digits)
        )
        found.append(
            f"{math.nextafter(number, math.inf) if digits > 15 else number:.17f}".rstrip("0")
            if random.random() < 0.5
            else repr(number)
        )
    return [limit.rstrip(".") for limit in found if "e" not in limit]


def floats_near(limits: Sequence[float], random: Random) -> list[float | None]:
    found: list[float | None] = [None, 0.0, -0.0, 5e-324, 1e300, -1e300]
    for limit in limits:
        below, above = math.nextafter(limit, -math.inf), math.nextafter(limit, math.inf)
        found += [
            limit,
            below,
            above,
            math.nextafter(below, -math.inf),
            limit * random.random(),
            float(f"{limit:.15g}"),
            float(f"{limit:.16g}"),
        ]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_float_is_compared_as_its_shortest_decimal(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    limits = limits_of(random)
    text = FIELDS[: FIELDS.index("    a:")] + "    x: {column: X, unit: mm}\n    y: {column: Y, unit: in}\nrules:\n"
    tests = [f"{name} {op} {limit} mm" for name in "xy" for limit in limits for op in COMPARATORS]
    tests += [f"{name} in ({limit} mm, {limits[n - 1]} mm, 7 mm)" for name in "xy" for n, limit in enumerate(limits)]
    values = floats_near([float(limit) for limit in limits], random)
    inches = floats_near([float(limit) / 25.4 for limit in limits], random)
    table = pa.table({"X": pa.array(values), "Y": pa.array([*inches[7:], *inches[:7]])})
    judged(tmp_path, text + rules([test for test in tests if test.startswith("x")]), table.select(["X", "Y"]))
    judged(tmp_path, text + rules(tests), table)


def test_plain_floats_against_plain_limits_are_never_odd(tmp_path: Path) -> None:
    text = FIELDS[: FIELDS.index("    a:")] + "    x: {column: X, kind: number}\nrules:\n"
    tests = [f"x {op} {limit}" for limit in ("0.3", "-2.5", "0.30000000000000004", "1e-9") for op in COMPARATORS]
    table = pa.table({"X": pa.array(floats_near([0.3, 0.1 + 0.2, -2.5, 1e-9, 1 / 3], Random(1)))})
    assert (
        judged(tmp_path, text + rules([*tests, "x in (0, 0.3, 1, 2, 3, 4, 5, 6, 7, 8, 9)", "x is missing"]), table).odd
        == 0
    )
    wild = pa.table({"X": [math.nan, math.inf, -math.inf, None, 1e308, -1e308]})
    assert judged(tmp_path, text + rules([*tests, "x is missing"]), wild).odd == 3


def test_numbers_for_nothing_are_nothing_in_columns_of_all_types(tmp_path: Path) -> None:
    words = '["0.1234567890123456", "-999", "1e3", "99999999999999999999"]'
    text = f"gonogo: 1\nstandard: s\nfacts:\n  missing words: {words}\n  fields:\n"
    text += "    x: {column: X, kind: number, resolution: 0.1}\nrules:\n"
    numbers = [0.1234567890123456, -999.0, 1000.0, 99999999999999999999.0, 5.0, 999.0, None]
    columns = [
        pa.array(numbers),
        pa.array([-999.0, 1000.0, 5.5], pa.float32()),
        pa.array([-999, 1000, 5]),
        pa.array(["-999", "-999.0", "1e3", "1000.00", "5", "99999999999999999999"]),
    ]
    for test in ("x > 5", "x * x > 5", "x + 0.1 > 0.2"):
        for array in columns:
            judged(tmp_path, text + rules([test, "x is missing"]), pa.table({"X": array}))
    assert judged(tmp_path, text + rules(["x > 5 or x < -5"]), pa.table({"X": numbers})).odd == 0
    assert judged(tmp_path, text + rules(["x * x > 5"]), pa.table({"X": [-999, 1000, 5]})).odd == 0


# -------------------------------------------------------------------------------------------------------- texts

STRINGS = [
    "L", "rust", "Rost ß", "straße", "STRASSE", "İstanbul", "ıI", "K", "ſ", "s", "k", "é", "É", "e\u0301", "a.b",
    "a\nb", "a\r\nb", "\n", "a\n", "it's", 'say "x"', "back\\slash", "100%", "a_b", "{0}", "tab\tx", "nul\0x", "☃",
    "\U0001f600", "日本語", "x" * 300, "\u2028", "ǅ", "Σς", "  padded  ", " ", "", "a,b", "0", "-0", "007", "1e3", "%",
    "_", "ab" * 50, "٣", "\x0b", "\x85", "\u00a0x", "\ufeffx", "A\0", "ﬁ", "\u1e9e", None,
]  # fmt: skip
PATTERNS = [
    r"^a", r"b$", r"^a.b$", r"a.b", r"(?s)a.b", r"(?m)^b$", r"(?i)k", r"\d", r"\w", r"\s", r"\S+", r"[[:alpha:]]+",
    r"[^a-z]", r"^$", r"^.$", r"^..$", r".{3,5}", r"(a|b)+c?", r"\.", r"\\\\", "'", r"\x{e9}", r"\Qa.b\E", r"\bb\b",
    r"\Aa", r"b\z", r"x{300}", r"[\x{100}-\x{ffff}]", r"\x00", "%", "_", "^%$", r"\{0\}", r"a.*b", r"^rust$",
    r"(?U)a.*", r"(?i)ss", r"\t", r"\C", r"(?i)(?-i)s", "σ", r"^\s*$", "|a", r"\x{2028}", "é|ß", "[éß]", "^[^é]*$",
    r"\{\}",
]  # fmt: skip
FOLDED = [
    r"(?i)straße",
    r"(?i)ı",
    r"(?i)É",
    r"\pL",
    r"\p{Lu}",
    r"\P{L}",
    r"\p{Greek}",
    r"(?i)[é-ê]",
    r"[\pN]",
    r"(?i)σ",
    r"(?i)ﬁ",
]
WORDS = [
    "a",
    "'",
    '\\"',
    "\\\\",
    "%",
    "_",
    "{0}",
    "{}",
    "\\n",
    "ß",
    "SS",
    "İ",
    "☃",
    "é",
    "e\u0301",
    "%s",
    " ",
    "b",
    "st",
    "x",
    "L",
]


def test_texts_are_searched_alike(tmp_path: Path) -> None:
    text = FIELDS[: FIELDS.index("    a:")] + "    t: {column: T, kind: text}\nrules:\n"
    table = pa.table({"T": STRINGS})
    plain = [f't matches "{pattern}"' for pattern in PATTERNS]
    plain += [f't {op} "{word}"' for word in WORDS for op in ("contains", "starts with", "ends with", "=", "!=")]
    plain += ["length(t) = 0", "length(t) > 2", "length(t) = 1", "t is missing"]
    assert judged(tmp_path, text + rules([each.replace("'", "''") for each in plain]), table).odd == 0
    folded = [f't matches "{pattern}"' for pattern in FOLDED]
    folded += [
        f'{name}(t) {op} "{word}"'
        for name in ("upper", "lower")
        for word in ("ss", "SS", "I", "i", "K", "k")
        for op in ("=", "contains")
    ]
    said = judged(tmp_path, text + rules([*folded, 'upper(lower(t)) = "K"', "length(upper(t)) = 2"]), table)
    assert said.odd == sum(not each.isascii() for each in STRINGS if each and not each.isspace())


def test_random_patterns_find_the_same() -> None:
    random = Random(7)
    atoms = [
        *"ab.^$ é%_'\n", r"\.", r"\n", "[ab]", "[^a]", r"\w", r"\W", r"\s", r"\d", r"\A", r"\z", r"\b", r"\B", "(?i)",
        "(?s)", "(?m)", "(?i:a)", "(a|b)", "(?:ab)", "[[:alpha:]]", "[é-í]", r"\x61", r"\Q.\E", r"[\s\S]", r"[^\n]",
        "(?U)", r"\\",
    ]  # fmt: skip
    texts = ["".join(random.choice("ab.\n é\\%_'A-1") for _ in range(random.randrange(7))) for _ in range(150)] + [
        "",
        "\n",
        "a\n",
        "\na",
        "a.b",
    ]
    found = 0
    with Session() as session:
        session.register("facts", pa.table({"t": texts}))
        for _ in range(150):
            pattern = "".join(
                random.choice(atoms) + random.choice(["", "", "", "*", "+", "?", "{2}", "*?"])
                for _ in range(random.randrange(1, 6))
            )
            search = _search_or_none(pattern)
            if search is not None:
                found += 1
                rows = session.run(f"SELECT {DUCKDB.search('t', pattern)} FROM facts")
                assert [row[0] for row in rows] == [search(text) for text in texts], pattern
    assert found > 100


def _search_or_none(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error:
        return None
    return search_of(pattern)
