"""Programs cut into groups of components: however keys are packed and answers looked up, verdicts are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from both_engines import OUTCOMES, compare, compare_rows, standard_of
from gonogo.batch import combining, groups, run, settling, source, told
from gonogo.facts import FactsOptions
from gonogo.inspection.columnar import ColumnarInspection
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused
from gonogo.screen.sql import statement


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large groups, words, lists and batches are."""

    written: int = combining.MOST_WRITTEN
    together: int = groups.TOGETHER
    in_a_group: int = groups.IN_A_GROUP
    word: int = statement.WORD
    at_once: int = run.AT_ONCE
    at_a_time: int = run.AT_A_TIME


SIZES = {
    "as they are": Sizes(),
    "few written": Sizes(written=3),
    "none written": Sizes(written=0, together=0, in_a_group=2, word=2, at_once=3, at_a_time=1),
    "narrow words": Sizes(written=1, together=0, in_a_group=0, word=1, at_once=7, at_a_time=3),
    "one group": Sizes(written=0, together=1000, word=3, at_once=4),
}


@pytest.fixture(params=SIZES)
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    chosen = SIZES[request.param]
    for part in (run, settling):
        monkeypatch.setattr(part, "MOST_WRITTEN", chosen.written)
        monkeypatch.setattr(part, "AT_ONCE", chosen.at_once)
    monkeypatch.setattr(groups, "TOGETHER", chosen.together)
    monkeypatch.setattr(groups, "IN_A_GROUP", chosen.in_a_group)
    monkeypatch.setattr(groups, "WORD", chosen.word)
    monkeypatch.setattr(run, "AT_A_TIME", chosen.at_a_time)
    monkeypatch.setattr(told, "AT_ONCE", chosen.at_once)
    monkeypatch.setattr(source, "BATCH", chosen.at_once)
    return str(request.param)


# ------------------------------------------------------------------------------------------- random standards


@dataclass(slots=True)
class Author:
    """Writes standards of many flags, whose rules stand on a few of them each, and on each other."""

    random: Random
    fields: int
    rules: int
    applies: str | None = None
    has_lots: bool = False
    found: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [f"f{number}" for number in range(self.fields)]

    def text(self) -> str:
        optional = (", optional: true" if self.random.random() < 0.2 else "" for _ in self.names)
        lines = [
            "gonogo: 1",
            "standard: s",
            "facts:",
            "  item: id",
            *(["  lot: lot"] if self.has_lots else []),
            "  fields:",
        ]
        lines += [f"    {name}: {{kind: flag{more}}}" for name, more in zip(self.names, optional, strict=True)]
        lines += ["    x: {kind: number, resolution: 0.1}"]
        if self.applies is not None:
            lines.append(f"applies: {self.applies}")
        return "\n".join([*lines, "rules:", *self.written_rules(), "dispositions:", *self.dispositions()]) + "\n"

    def written_rules(self) -> Iterator[str]:
        for number in range(self.rules):
            near = [self.names[(number * 7 + step) % self.fields] for step in range(self.random.randint(1, 3))]
            when = (
                self.logic(near, self.random.randrange(3))
                if self.random.random() > 0.03
                else "f0 or not f0 or f0 is missing"
            )
            applies = f", applies: '{self.logic(near, 1)}'" if self.random.random() < 0.1 else ""
            class_ = self.random.choice(("critical", "major", "minor"))
            yield f"  rule-{number}: {{when: '{when}', class: {class_}{applies}, clause: 'ü {number}'}}"
            self.found.append(f"rule-{number}")

    def logic(self, near: list[str], depth: int) -> str:
        if depth == 0 or self.random.random() < 0.3:
            return self.leaf(near)
        match self.random.randrange(5):
            case 0 | 1:
                return f"({self.logic(near, depth - 1)} and {self.logic(near, depth - 1)})"
            case 2 | 3:
                return f"({self.logic(near, depth - 1)} or {self.logic(near, depth - 1)})"
            case _:
                return f"not ({self.logic(near, depth - 1)})"

    def leaf(self, near: list[str]) -> str:
        name = self.random.choice(near)
        more = [f"found({self.random.choice(self.found)})"] if self.found else []
        others = [
            f"{name} is recorded",
            f"{name} is missing",
            f"x {self.random.choice('<>')} {self.random.choice(('0.5', '1'))}",
            *more,
        ]
        return name if self.random.random() < 0.7 else self.random.choice(others)

    def dispositions(self) -> Iterator[str]:
        for _ in range(self.random.randint(1, 4)):
            one, other = self.random.choice(self.found), self.random.choice(self.found)
            tests = [
                "class = critical", "class in (critical, major)", "outcome = indeterminate", f"found({one})",
                f"not found({one})", f"found({one}) and not found({other})", f"class != minor and found({one})",
            ]  # fmt: skip
            then = self.random.choice(("scrap", "rework", "regrade"))
            yield f"  - {{when: '{self.random.choice(tests)}', then: {then}}}"
        if self.random.random() < 0.7:
            yield "  - {otherwise: release}"

    def facts(self, count: int, text: str) -> pa.Table:
        random = self.random
        columns: dict[str, Any] = {"id": [f"i{number}" for number in range(count)]}
        if self.has_lots:
            columns["lot"] = [f"L{number // 10}" if random.random() < 0.9 else None for number in range(count)]
        for name in self.names:
            if random.random() < 0.9 or f"{name}: {{kind: flag}}" in text:
                share, missing = random.choice((0.05, 0.5, 0.9)), random.choice((0, 0, 0.05))
                columns[name] = pa.array(
                    [None if random.random() < missing else random.random() < share for _ in range(count)], pa.bool_()
                )
        columns["x"] = pa.array([random.choice((0.0, 0.5, 1.0, 2.5, None)) for _ in range(count)], pa.float64())
        return pa.table(columns)


def written(seed: int) -> tuple[Standard, pa.Table]:
    """A random standard that compiles, and facts for it."""
    random = Random(seed)
    for _ in range(30):
        author = Author(
            random,
            random.choice((6, 20, 45)),
            random.choice((5, 15, 40)),
            random.choice((None, "f1", "f1 and not f2")),
            random.random() < 0.5,
        )
        text = author.text()
        try:
            return standard_of(text), author.facts(120, text)
        except Refused:
            continue
    raise AssertionError


@pytest.mark.parametrize("seed", [9, 5])
def test_the_cut_into_groups_never_shows(seed: int, sizes: str, tmp_path: Path) -> None:
    standard, table = written(seed)
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=50)
    assert compare(standard, tmp_path / "x.parquet").tables == 1


# ------------------------------------------------------------------------------------------------ named cases


def flags(count: int, *lines: str) -> Standard:
    fields = "".join(f"    f{number}: {{kind: flag}}\n" for number in range(count))
    return standard_of(f"gonogo: 1\nstandard: s\nfacts:\n  item: id\n  fields:\n{fields}" + "\n".join(lines) + "\n")


def random_flags(count: int, rows: int, share: float = 0.3, missing: float = 0.05) -> pa.Table:
    random = Random(count)
    columns: dict[str, Any] = {"id": [f"i{number}" for number in range(rows)]}
    for number in range(count):
        columns[f"f{number}"] = pa.array(
            [None if random.random() < missing else random.random() < share for _ in range(rows)], pa.bool_()
        )
    return pa.table(columns)


def rules(*whens: str) -> list[str]:
    return [
        "rules:",
        *(
            f"  r{number}: {{when: '{when}', class: {('critical', 'major', 'minor')[number % 3]}}}"
            for number, when in enumerate(whens)
        ),
    ]


EACH = [f"f{number}" for number in range(40)]

CASES: dict[str, tuple[int, list[str]]] = {
    "findings in the order of the standard": (24, rules(*(f"f{n * 7 % 24} or f{n * 5 % 24}" for n in range(24)))),
    "a component of 40 conditions": (40, rules(" or ".join(EACH), *(f"f{n} and not f{n + 1}" for n in range(39)))),
    "rules that speak of what is false": (
        20,
        rules(*(f"not f{n}" for n in range(20)), "not found(r3)", "not (f1 or f2)"),
    ),
    "rules that always speak": (
        16,
        rules(
            "1 < 2 or f0",
            *EACH[:16],
            "f0 or not f0 or f0 is missing",
            "f3 is recorded",
            "not (f3 is recorded)",
            "2 < 1",
        ),
    ),
    "a standard that applies now and then": (
        20,
        ["applies: f0", *rules(*EACH[:20], "found(r0) and f5", "not f0 and f7")],
    ),
    "a standard that applies by ten conditions": (20, [f"applies: {' or '.join(EACH[:10])}", *rules(*EACH[:20])]),
    "dispositions that ask after forty findings": (
        40,
        [
            *rules(*EACH),
            "dispositions:",
            *(f"  - {{when: 'found(r{n}) and not found(r{n - 1})', then: d{n}}}" for n in range(1, 40)),
        ],
    ),
    "dispositions by what was not found": (
        20,
        [
            *rules(*EACH[:20]),
            "dispositions:",
            "  - {when: not found(r3) and class = minor, then: regrade}",
            "  - {when: class = critical, then: scrap}",
            "  - {when: outcome = indeterminate and not found(r7), then: recheck}",
            "  - {when: 'class in (major, minor)', then: rework}",
            "  - {otherwise: release}",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("written_at_most", [400, 2])
def test_a_standard_of_many_conditions_says_the_same(
    case: str, written_at_most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MOST_WRITTEN", written_at_most)
    monkeypatch.setattr(settling, "MOST_WRITTEN", written_at_most)
    count, lines = CASES[case]
    standard = flags(count, *lines)
    pq.write_table(random_flags(len(standard.compiled.exact.fields), 150), tmp_path / "x.parquet")
    assert compare(standard, tmp_path / "x.parquet").tables == 1


def test_a_rule_of_the_part_that_says_where_a_standard_applies_is_counted_once(tmp_path: Path) -> None:
    count, lines = CASES["a standard that applies now and then"]
    standard = flags(count, *lines)
    pq.write_table(random_flags(20, 50, missing=0), tmp_path / "x.parquet")
    said = compare(standard, tmp_path / "x.parquet")
    assert said.summary is not None
    assert said.summary.by_rule["r0"] == sum("r0" in row[5].split(";") for row in said.rows)


def test_words_of_the_standard_are_written_as_they_are(tmp_path: Path) -> None:
    standard = standard_of(r"""
gonogo: 1
standard: s
classes: ["a\"b", "c\\d", "ü ☃"]
facts:
  item: id
  lot: lot
  fields:
    x: {kind: number}
    y: {kind: number, optional: true}
rules:
  r: {when: x > 1, class: "a\"b", clause: "say \"x\" \\ \u0001 \u2028 ü, 3;4 {0} %s", nonconformity: "N;1"}
  q: {when: x > 2, class: "ü ☃", clause: "tab\tnew\nline it's"}
  p: {when: y > 2, class: "c\\d", clause: "\0"}
dispositions:
  - {when: 'class = "a\"b"', then: "re\"work \u2028"}
  - {when: 'found(q)', then: "it's \\ \t ☃"}
  - {otherwise: "a;b"}
""")
    pq.write_table(
        pa.table({"id": ["a", "b", "c", "d"], "lot": ["L", None, "M", "ü"], "x": [0, 2, 3, None], "y": [3, 1, 3, 1]}),
        tmp_path / "x.parquet",
    )
    assert compare(standard, tmp_path / "x.parquet").tables == 1


# -------------------------------------------------------------------------------------------------- many rows

MANY = 300_000


@pytest.mark.parametrize("written_at_most", [400, 0])
@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_third_of_a_million_rows_come_out_in_their_order(
    kind: str, written_at_most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MOST_WRITTEN", written_at_most)
    monkeypatch.setattr(settling, "MOST_WRITTEN", written_at_most)
    random = np.random.default_rng(1)
    cells = {f"c{number}": np.round(random.uniform(0, 100, MANY), 1) for number in range(4)}
    limits = [f"c{number} > {limit}" for number in range(4) for limit in (99.9, 95, 90, 80)]
    fields = "".join(f"    c{number}: {{kind: number, resolution: 0.1}}\n" for number in range(4))
    standard = standard_of(
        f"gonogo: 1\nstandard: s\nfacts:\n  item: id\n  fields:\n{fields}" + "\n".join(rules(*limits)) + "\n"
    )
    path = file_of(kind, {"id": np.arange(MANY).astype(str), **cells}, tmp_path)
    with ColumnarInspection(standard, [str(path)], FactsOptions(), print, print) as judged:
        judged.judge()
        judged.write_parquet(str(tmp_path / "out.parquet"), OUTCOMES)
        rows = [row for some in judged.rows(("nonconforming",)) for row in some]
    found = pq.read_table(tmp_path / "out.parquet")
    spoke = np.stack([cells[f"c{number}"] > limit for number in range(4) for limit in (99.9, 95, 90, 80)])
    wanted = pa.array([";".join(f"r{rule}" for rule in np.flatnonzero(column)) for column in spoke.T])
    assert found["item"].combine_chunks().equals(pa.array(np.arange(MANY).astype(str)))
    assert found["findings"].combine_chunks().equals(wanted)
    assert [int(row[0]) for row in rows] == np.flatnonzero(spoke.any(axis=0)).tolist()
    if written_at_most == 0:
        with ColumnarInspection(standard, [str(path)], FactsOptions(), print, print, is_json=True) as judged:
            judged.judge()
            items = [
                int(line[len('{"item": "') :].partition('"')[0])
                for some in judged.lines(("nonconforming",))
                for line in some
            ]
        assert items == [int(row[0]) for row in rows]


def file_of(kind: str, columns: dict[str, Any], folder: Path) -> Path:
    """Facts as a file; in text, every two thousandth number is spelt so that it is left to the scalar screen."""
    if kind == "parquet":
        pq.write_table(pa.table(columns), folder / "x.parquet", row_group_size=50_000)
        return folder / "x.parquet"
    texts = [
        columns["id"].tolist(),
        *([repr(cell) for cell in column.tolist()] for name, column in columns.items() if name != "id"),
    ]
    texts[1] = [f"{text}e0" if number % 2000 == 7 else text for number, text in enumerate(texts[1])]
    lines = "\n".join(map(",".join, zip(*texts, strict=True)))
    (folder / "x.csv").write_text(f"{','.join(columns)}\n{lines}\n")
    return folder / "x.csv"


def test_very_many_situations_are_answered_right_and_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MANY", 9_000)
    count, rows = 24, 10_000
    tied = " and ".join(f"(f{number} or not f{number + 1})" for number in range(count - 1))
    standard = flags(count, *rules(tied, "f0 and f5", "not f1 and f6"))
    pq.write_table(random_flags(count, rows, share=0.5, missing=0), tmp_path / "x.parquet")
    said = compare_rows(standard, tmp_path / "x.parquet")
    assert said.situations > 9_000
    assert [problem.code for problem in said.problems] == ["many-situations"]
    assert all(isinstance(problem, Problem) for problem in said.problems)


def test_very_many_combinations_of_findings_are_settled_right(tmp_path: Path) -> None:
    asked = (f"  - {{when: 'found(r{n}) and not found(r{n - 1})', then: d{n}}}" for n in range(1, 20))
    standard = flags(20, *rules(*EACH[:20]), "dispositions:", *asked)
    pq.write_table(random_flags(20, 3_000, share=0.5, missing=0.01), tmp_path / "x.parquet", row_group_size=1_000)
    said = compare_rows(standard, tmp_path / "x.parquet")
    assert len({row[4] for row in said.rows}) > 10
