"""Broken facts: whatever is done to a file, it is read, or refused with a reason; nothing else ever comes out."""

from __future__ import annotations

import io
import random
from itertools import pairwise
from pathlib import Path

import pytest

from gonogo.facts import FactsOptions, Unusable, open_facts, read_date, read_flag, read_number, read_text, read_time
from gonogo.problems import Problem, Refused

CSV = (
    b'\xef\xbb\xbfid;torque;"speed, rpm";note;ok;at\r\n'
    + b'1;"12,5";1500;"say ""no""\r\nmore";yes;2026-01-31T10:00\r\n' * 3
    + "2;-0,25;1e3;µ – naïve;0;31.01.2026\r\n\r\n".encode() * 3,
    b"id,torque,speed,note\n" + b"1,42.8,1551,ok\n" * 20,
    b"sep=|\nid|a\n1|2\n3|4\n",
    "id\ttorque\nä\t1,5\n".encode("utf-16"),
)
JSON = (
    b'{"id": 1, "torque": 42.80, "note": "a\\u00e9\\ud83d\\ude00", "ok": true, "at": null}\n' * 5,
    b'[\n {"id": 1, "torque": 42.80, "list": [1, {"x": []}]},\n {"id": 2, "torque": -1e-3}\n]\n',
    b'{"id": 1}',
)
NUMBERS = ["torque", "speed", "speed, rpm", "a", "id"]
PIECES = [
    b'"',
    b'""',
    b"\0",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\r\n",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
]
PIECES += [
    b"[",
    b"]",
    b":",
    b"\\",
    b"\\u12",
    b"NaN",
    b"1e999999999999999999",
    b"9" * 5000,
    b"[" * 5000,
    b" " * 300,
    b"sep=\r",
]


def mutate(content: bytes, chance: random.Random) -> bytes:
    """A few blows: flipped bytes, cuts, insertions, chunks that come twice or go."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(changed) + 1)
        end = min(len(changed), at + chance.randint(1, 40))
        match chance.randrange(6):
            case 0 if changed:
                changed[at % len(changed)] ^= 1 << chance.randrange(8)
            case 1:
                changed[at:at] = chance.choice(PIECES)
            case 2:
                changed[at:at] = changed[at:end] * chance.randint(1, 50)
            case 3:
                del changed[at:end]
            case 4 if chance.random() < 0.3:
                del changed[at:]
            case _:
                changed[at:at] = bytes(chance.choices(range(256), k=3))
    return bytes(changed)


class Dripping(io.BytesIO):
    """Gives a few bytes at a time, as a slow pipe does."""

    def read1(self, size: int | None = -1) -> bytes:
        return self.read(7)


def read_whole(source: io.BytesIO | str, options: FactsOptions) -> tuple[list[tuple[int, int, str]], list[str]]:
    """Read every row and every cell in every way; only what may happen happens."""
    problems: list[Problem] = []
    rows: list[tuple[int, int, str]] = []
    path, stdin = (source, None) if isinstance(source, str) else ("-", source)
    try:
        with open_facts(path, NUMBERS, options, problems.append, stdin) as facts:
            for row in facts:
                rows.append((row.number, row.line, repr(dict(row.cells))))
                for cell in row.cells.values():
                    read_cell(cell)
    except Refused as refused:
        problems.extend(refused.problems)
    for problem in problems:
        line = str(problem)
        assert "\n" not in line
        assert len(line) < 400
        line.encode("utf-8")
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert all(earlier[1] <= later[1] for earlier, later in pairwise(rows))
    return rows, [problem.code for problem in problems]


def read_cell(cell: object) -> None:
    for read in (read_number, read_flag, read_text, read_date, read_time):
        try:
            read(cell)
        except Unusable as unusable:
            words = unusable.problem
        else:
            words = "a value"
        assert words
        assert "\n" not in words


@pytest.mark.parametrize("seed", range(25))
def test_a_hundred_broken_csv_files_are_read_or_refused(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    content = b""
    for _ in range(100):
        content = mutate(chance.choice(CSV), chance)
        options = FactsOptions("csv", chance.choice([None, None, ";"]), chance.choice([None, None, ","]))
        read_whole(io.BytesIO(content), options)
    path = tmp_path / "facts.csv"
    path.write_bytes(content)
    read_whole(str(path), FactsOptions())


@pytest.mark.parametrize("seed", range(25))
def test_thirty_broken_json_files_are_read_or_refused(seed: int, tmp_path: Path) -> None:
    chance = random.Random(1000 + seed)
    content = b""
    for _ in range(30):
        content = mutate(chance.choice(JSON), chance)
        for form in ("json", "jsonl", None):
            read_whole(io.BytesIO(content), FactsOptions(form))
    path = tmp_path / "facts.json"
    path.write_bytes(content)
    read_whole(str(path), FactsOptions())


@pytest.mark.parametrize("seed", range(10))
def test_a_slow_pipe_gives_what_a_fast_one_gives(seed: int) -> None:
    chance = random.Random(2000 + seed)
    for content, options in [
        *((content, FactsOptions("csv", ";", ",")) for content in CSV),
        *((content, FactsOptions(form)) for content in JSON for form in ("json", "jsonl")),
    ]:
        broken = mutate(content, chance)
        fast, slow = (read_whole(stream, options) for stream in (io.BytesIO(broken), Dripping(broken)))
        # Where it is refused for its bytes or its end, a fast pipe may be refused before all good rows came out.
        assert slow[0][: len(fast[0])] == fast[0]
        if not {"broken-encoding", "unreadable"}.intersection(fast[1] + slow[1]):
            assert slow == fast
