"""Concessions: what they permit stays visible, on every engine; what they don't stays as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from both_engines import compare
from command_line import gonogo
from gonogo.facts import FactsOptions
from gonogo.inspection.one_by_one import Inspection
from gonogo.loading import load
from gonogo.pack import Standard
from gonogo.problems import Problem, Problems, Refused, Source
from gonogo.program.compiler import compile_standard
from gonogo.standard.concessions import read_concessions
from gonogo.verdict import Verdict
from test_levels import WAYS, lay_out, written

STANDARD = """
gonogo: 1
standard: parts
facts: {item: id, lot: L, fields: {x: {unit: mm, resolution: 0.1}, y: {unit: mm, resolution: 0.1}, burr: {kind: flag}}}
characteristics:
  width: {field: x, at least: 4 mm, at most: 5 mm, class: major}
  height: {field: y, at most: 5 mm, class: critical}
rules:
  burred: {when: burr, class: minor}
dispositions:
  - {when: class = critical, then: scrap}
  - {when: outcome != conforming, then: rework}
  - {otherwise: release}
lots:
  rules: {many: {when: nonconforming > 1, class: major}}
  dispositions: [{when: found(many), then: reject}, {otherwise: accept}]
"""

CONCESSIONS = """
gonogo: 1
concessions-of: parts
concessions:
  C-1:
    rule: width.above
    items: [2, 3, 4, "5"]
    reason: Fits the bore as it is
    approver: M. Weber, design
    approved: 2026-03-01
    expires: 2026-06-30
  C-2: {rule: burred, lots: [B], reason: Removed by the customer, approver: Sales, expires: 2026-12-31}
  C-3: {rule: many, lots: [A], reason: All are sorted, approver: Quality, expires: 2026-12-31}
  C-4: {rule: height, items: [1], reason: Measured again, approver: Quality, expires: 2026-12-31}
"""

FACTS: list[Mapping[str, object]] = [
    {"id": 1, "L": "A", "x": "4.5", "y": "4", "burr": "no"},
    {"id": 2, "L": "A", "x": "5.1", "y": "4", "burr": "no"},
    {"id": 3, "L": "A", "x": "3.9", "y": "4", "burr": "no"},
    {"id": 4, "L": "A", "x": "5.2", "y": "6", "burr": "no"},
    {"id": 5, "L": "A", "x": "5.2", "y": "", "burr": "no"},
    {"id": 6, "L": "B", "x": "4.5", "y": "4", "burr": "yes"},
    {"id": 7, "L": "B", "x": "5.2", "y": "4", "burr": "yes"},
    {"id": 8, "L": "", "x": "4.5", "y": "4", "burr": "yes"},
]


def one(*keys: str, expires: str = "2026-06-30") -> str:
    """A document with one concession."""
    told = ", ".join((*keys, "reason: r", "approver: a", f"expires: {expires}"))
    return f"concessions-of: parts\nconcessions:\n  C: {{{told}}}"


def conceding(day: date, text: str = CONCESSIONS, standard: str = STANDARD) -> Standard:
    compiled = compile_standard(Source("standard.yaml", standard))
    problems = Problems()
    known = read_concessions(Source("concessions.yaml", text), compiled.written, problems)
    problems.refuse_errors()
    return Standard(compiled, known, day)


def told(verdict: Verdict) -> tuple[str, str | None, list[str]]:
    findings = [f"{f.rule} {f.concession}" if f.concession else f.rule for f in verdict.findings]
    return verdict.outcome, verdict.disposition, findings


def test_a_permitted_finding_stays_and_is_marked_and_nothing_else_changes() -> None:
    standard = conceding(date(2026, 4, 1))
    assert [told(standard.judge(dict(fact))) for fact in FACTS] == [
        ("conforming", "release", []),
        ("nonconforming", "concession", ["width C-1"]),
        ("nonconforming", "rework", ["width"]),  # too thin, where too thick is permitted
        ("nonconforming", "scrap", ["width C-1", "height"]),
        ("nonconforming", "hold", ["width C-1"]),  # what is unknown may still be found
        ("nonconforming", "concession", ["burred C-2"]),
        ("nonconforming", "rework", ["width", "burred C-2"]),
        ("nonconforming", "rework", ["burred"]),
    ]


@pytest.mark.parametrize(("day", "holds"), [(date(2026, 6, 30), True), (date(2026, 7, 1), False)])
def test_a_concession_holds_through_its_last_day(day: date, holds: bool) -> None:
    standard = conceding(day)
    assert (standard.judge(dict(FACTS[1])).disposition == "concession") is holds


def test_lots_count_what_is_permitted_and_have_concessions_of_their_own() -> None:
    lots = conceding(date(2026, 4, 1)).judge_levels(FACTS).lots
    assert [(lot.name, lot.counts["nonconforming"][0], lot.outcome, lot.disposition) for lot in lots] == [
        ("A", 4, "nonconforming", "concession"),
        ("B", 2, "nonconforming", "reject"),
        (None, 1, "indeterminate", "hold"),
    ]
    assert lots[0].as_dict()["findings"] == [
        {"rule": "many", "class": "major", "nonconformity": "many", "clause": None, "side": None, "concession": "C-3"}
    ]


@pytest.mark.parametrize("way", WAYS)
def test_columns_say_what_single_facts_say(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(monkeypatch, way)
    path = written(FACTS, tmp_path / "facts.csv")
    said = compare(conceding(date(2026, 4, 1)), path)
    assert said.summary is not None
    assert said.summary.conceded == 2
    assert +said.summary.by_disposition == {"concession": 2, "release": 1, "rework": 3, "scrap": 1, "hold": 1}
    assert not said.summary.is_good
    unused = [problem for problem in said.problems if problem.code == "unused-concession"]
    assert [str(problem.place) for problem in unused] == ["concessions.yaml:14:3"]
    said = compare(conceding(date(2026, 4, 1)), written([FACTS[0], FACTS[1], FACTS[5]], tmp_path / "few.csv"))
    assert said.summary is not None
    assert said.summary.is_good
    assert said.summary.as_dict()["under_concession"] == 2


BROKEN = [
    ("gonogo: 1\nconcessions: {}", "missing-key", "1:1", "`concessions-of` is missing"),
    ("concessions-of: prats\nconcessions: {}", "unknown-word", "1:17", "concessions-of: parts"),
    ("concessions-of: parts\nconcessions: {C: {}}", "missing-key", "2:15", "`rule` is missing"),
    (one("rule: widht", "items: [1]"), "unknown-rule", "3:13", "did you mean `width`"),
    (one("rule: width.left", "items: [1]"), "unknown-rule", "3:13", "no side `left`"),
    (one("rule: width"), "missing-key", "3:3", "name its items or lots"),
    (one("rule: many", "items: [1]"), "contradiction", "3:19", "a rule of lots is not about items"),
    (one("rule: width", "items: [1]", "color: red"), "unknown-key", "3:32", "is not a key"),
    (one("rule: width", "items: [1]", expires="soon"), "bad-value", "3:65", "is not a date"),
    (one("rule: width", 'items: [1, " "]'), "missing-value", "3:31", "this names nothing"),
    ("- C", "wrong-shape", "1:1", "a mapping of keys"),
]


@pytest.mark.parametrize(("text", "code", "place", "says"), BROKEN)
def test_what_is_wrong_with_a_concession_is_told_at_its_place(text: str, code: str, place: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        conceding(date(2026, 4, 1), text)
    said = [str(problem) for problem in refused.value.problems if problem.code == code]
    assert any(line.startswith(f"concessions.yaml:{place}: ") and says in line for line in said), str(refused.value)


def test_a_pack_has_its_concessions_beside_its_standard(tmp_path: Path) -> None:
    (tmp_path / "standard.yaml").write_text(STANDARD, "utf-8")
    (tmp_path / "concessions.yaml").write_text(CONCESSIONS, "utf-8")
    facts = written(FACTS[:2], tmp_path / "facts.csv")
    assert load(tmp_path).judge(dict(FACTS[1])).disposition == "rework"  # nobody said which day it is
    assert [each.id for each in load(tmp_path).concessions] == ["C-1", "C-2", "C-3", "C-4"]
    said = gonogo("check", tmp_path, facts, "--as-of", "2026-04-01")
    assert said.code == 0
    assert "width above  under concession C-1" in said.out
    assert "[unused-concession]" in said.err
    lines = gonogo("check", tmp_path, facts, "--as-of", "2026-04-01", "--format", "jsonl").lines
    assert json.loads(lines[1])["findings"][0]["concession"] == "C-1"
    assert json.loads(lines[1])["disposition"] == "concession"
    late = gonogo("check", tmp_path, facts, "--as-of", "2026-07-01")
    assert late.code == 1
    assert "the concession `C-1` held until 2026-06-30" in late.err
    explained = gonogo("explain", tmp_path, facts, "--item", "2", "--as-of", "2026-04-01").out
    assert "under concession C-1" in explained
    (tmp_path / "concessions.yaml").write_text("concessions-of: x\n", "utf-8")
    assert gonogo("lint", tmp_path).code == 1
    assert gonogo("lint", tmp_path / "concessions.yaml").out == gonogo("lint", tmp_path / "standard.yaml").out
    assert gonogo("check", tmp_path, facts).code == 2


def test_where_one_item_is_asked_for_nothing_is_said_of_the_others(tmp_path: Path) -> None:
    path = written(FACTS, tmp_path / "facts.csv")
    problems: list[Problem] = []
    wanted = {"2"}.__contains__
    standard = conceding(date(2026, 4, 1))
    inspection = Inspection(standard, [str(path)], FactsOptions(), problems.append, lambda _: None, wanted=wanted)
    assert [verdict.disposition for verdict in inspection] == ["concession"]
    assert problems == []
    assert inspection.summary.levels.lots == ()


def test_a_standard_without_lots_has_concessions_too(tmp_path: Path) -> None:
    plain = STANDARD.partition("lots:")[0].replace("lot: L, ", "")
    text = CONCESSIONS.partition("  C-2:")[0]
    path = written([{**fact, "L": ""} for fact in FACTS[:2]], tmp_path / "facts.csv")
    said = compare(conceding(date(2026, 4, 1), text, plain), path)
    assert said.summary is not None
    assert said.summary.conceded == 1
    assert said.problems == []
