"""Files of text in columns: a plain CSV is read by DuckDB as our own reader reads it, any other is left to ours."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from both_engines import compare_rows, standard_of
from command_line import MILLING, ROOT, gonogo
from gonogo.facts import FactsOptions
from gonogo.pack import Standard
from gonogo_cli import worst
from gonogo_cli.formats import table


def standard(*rules: str, words: str = "") -> Standard:
    facts = [f"  missing words: {words}"] if words else []
    fields = ["    x: {column: X, kind: number}", "    t: {column: T, kind: text, optional: true}"]
    lines = ["gonogo: 1", "standard: s", "facts:", "  item: id", *facts, "  fields:", *fields, "rules:"]
    return standard_of("\n".join([*lines, "  r: {when: x > 1, class: major}", *(f"  {rule}" for rule in rules)]))


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("id,X\na,1\nb,2\n", 1),
        ("id,X\r\na,1\r\nb,2\r\n", 1),
        ("\ufeffid,X\na,1\nb,2\n", 1),
        (" id , X \na,1\nb,2", 1),
        ("id,,no name 1,X\na,1,2,3\nb,2,3,4\n", 1),
        ("id,,,X\na,1,2,3\nb,2,3,4\n", 1),
        ("id,X,\na,1,\nb,1,\n", 1),
        ("id,X\na,1\n,\nb,2\n", 1),
        ("id,X\n#a,1\n\\N,\\N\nNULL,NULL\n", 1),
        ('id,X\n"a,b",1\n"","2"\n" c ",""\n', 1),
        ("id,X\na\\,1\nb,2\n", 1),
        ("id|X\na|1\nb|2\n", 1),
        ("id,X\n", 1),
        ("id,X", 1),
        ("", 0),
        ("id,Y\na,1\n", 0),
        ("id,x,X\na,1,2\nb,3,0\n", 0),
        ("id,X,X\na,1,2\n", 0),
        ("id,X\na,1\nb\nc,3\n", 0),
        ("id,X\na,1\nb,1,2\nc,3\n", 0),
        ('id,X\n"a""b",1\n"c",2\n', 0),
        ('id,X\n"a\nb",1\n"c",2\n', 0),
        ('id,X\na"b,1\n"c",2\n', 0),
        ("id,X\na\rb,1\nc,2\n", 0),
        ("id,X\na,1\n\nb,2\n", 0),
        ("id;X\na;1,5\nb;0,5\nc;1.234\nd;1e0\n", 1),
        ("id,X\n" + "".join(f"{n},{n % 3}\n" for n in range(5000)) + "x\n" + "y,1\n" * 5000, 0),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, str) else None,
)
def test_a_text_file_is_read_alike(text: str, tables: int, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(text.encode())
    assert compare_rows(standard(), tmp_path / "x.csv").tables == tables


def test_words_for_nothing_are_told_as_they_stand_in_files_with_decimal_commas(tmp_path: Path) -> None:
    words = standard("m: {when: x is missing, class: minor}", words='["9,99", "7.5", "-999"]')
    (tmp_path / "x.csv").write_text("id;X\na;1,5\nb;9,99\nc;7,5\nd;-999,0\ne;7.5\nf;9,990\n")
    said = compare_rows(words, tmp_path / "x.csv", options=FactsOptions(decimal=","))
    assert [row[5] for row in said.rows] == ["r", "m", "m", "m", "m", "r"]


def test_random_text_files_are_read_alike(tmp_path: Path) -> None:
    own = standard("q: {when: 't contains \"a\"', class: minor}")
    for seed in range(12):
        (tmp_path / "x.csv").write_bytes(random_csv(Random(seed)).encode())
        compare_rows(own, tmp_path / "x.csv")


def random_csv(random: Random) -> str:
    letters = random.choice(
        ["a1,.", 'a1,"', "a1,\n", "a1, \t#", "a1,\\'\"", "a1,é\u00a0", 'a,"\r\n', "a1,\x0b\x0c\x1c\u2028", "-+eE.1,0"]
    )

    def cell() -> str:
        drawn = "".join(random.choice(letters.replace(",", "")) for _ in range(random.randrange(5)))
        text = drawn if random.random() < 0.6 else random.choice(("1", "2.5", "abc", ""))
        return f'"{text}"' if random.random() < 0.3 else text

    rows = [",".join(cell() for _ in range(3)) for _ in range(random.randrange(8))]
    return random.choice(("\n", "\r\n", "\n\n")).join(["id,X,T", *rows]) + "\n"


@pytest.mark.parametrize("files", [["a.csv"], ["a.csv", "b.csv"], ["-"]], ids=" ".join)
@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv"])
def test_the_command_line_says_the_same_letter_by_letter(
    format_: str, files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, *rows = (ROOT / MILLING).read_text().splitlines()
    spoilt = [row.split(",") for row in rows[200:400]]
    for number, row in enumerate(spoilt):
        row[0] = "" if number % 23 == 0 else row[0]
        row[3] = "n/a" if number % 17 == 0 else row[3]
        row[4] = f"{row[4]}e0" if number % 19 == 0 else row[4]
    (tmp_path / "a.csv").write_text("\n".join([head, *rows[:200]]) + "\n")
    (tmp_path / "b.csv").write_text("\n".join([head, *map(",".join, spoilt)]) + "\n")
    monkeypatch.chdir(tmp_path)
    given = (tmp_path / "b.csv").read_bytes() if files == ["-"] else b""
    said = [
        gonogo("check", "milling-cell", *files, "--format", format_, "--engine", engine, stdin=given)
        for engine in ("scalar", "columnar")
    ]
    assert said[0] == said[1]


@pytest.mark.parametrize(("most_weighed", "top"), [(1, 5), (2, 20), (5, 3), (10_000, 4)])
def test_the_worst_are_the_same_however_many_are_weighed(
    most_weighed: int, top: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worst, "MOST_WEIGHED", most_weighed)
    monkeypatch.setattr(table, "MOST_WEIGHED", most_weighed)
    random = Random(top)
    cells = ((random.choice(("", "0", "2", "3", "9")), random.choice("0273")) for _ in range(80))
    (tmp_path / "x.csv").write_text("id,X,Y\n" + "".join(f"i{n},{x},{y}\n" for n, (x, y) in enumerate(cells)))
    (tmp_path / "standard.yaml").write_text(
        "gonogo: 1\nstandard: s\nfacts:\n  item: id\n"
        "  fields: {x: {column: X, kind: number}, y: {column: Y, kind: number}}\n"
        "rules:\n  r: {when: x > 1, class: major}\n  q: {when: y > 1, class: minor}\n"
    )
    told = ["check", str(tmp_path / "standard.yaml"), str(tmp_path / "x.csv"), "--top", str(top), "--engine"]
    assert gonogo(*told, "scalar") == gonogo(*told, "columnar")
