"""Lots, the levels above them and objectives: cases on every engine that runs here, and against all that may be."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from both_engines import compare, standard_of
from gonogo.batch import combining, groups, run, settling
from gonogo.levels import judging
from gonogo.levels.unless import plural
from gonogo.levels.verdict import LevelVerdict
from gonogo.pack import Standard
from random_standards import COLUMNS
from test_properties import SEEDS, deeply
from test_properties import written as random_standard

FOLDER = Path(__file__).parent / "levels"
KEYS = {"name", "standard", "facts", "lots", "levels", "objectives"}
TOLD = {"inspected", "outcome", "class", "disposition", "findings", "unknown", "unless"}


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    standard: str
    facts: tuple[Mapping[str, str], ...]
    lots: tuple[Mapping[str, Any], ...]
    levels: tuple[Mapping[str, Any], ...]
    objectives: tuple[Mapping[str, Any], ...]


def load_cases() -> list[Case]:
    """All cases; one that asserts nothing is refused."""
    cases = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for raw in yaml.load(path.read_text("utf-8"), yaml.BaseLoader):  # noqa: S506  # makes text only
            assert set(raw) <= KEYS, raw["name"]
            assert raw["lots"] or raw["objectives"], raw["name"]
            assert all(len(set(unit) & TOLD) for unit in (*raw["lots"], *raw.get("levels", ()))), raw["name"]
            units = (tuple(raw.get(key, ())) for key in ("facts", "lots", "levels", "objectives"))
            cases.append(Case(raw["name"], raw["standard"], *units))
    return cases


CASES = load_cases()


def standard(text: str) -> Standard:
    return standard_of(f"gonogo: 1\nstandard: case\n{text}")


def written(facts: Sequence[Mapping[str, object]], path: Path) -> Path:
    """Facts as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(facts[0]))
        writer.writeheader()
        writer.writerows(facts)
    return path


def assert_unit(verdict: LevelVerdict, expected: Mapping[str, Any]) -> None:
    said = verdict.as_dict()
    said["findings"] = sorted(finding.rule for finding in verdict.findings)
    said["unknown"] = {unknown.rule: list(unknown.missing) for unknown in verdict.unknown}
    for key, wanted in expected.items():
        told = said[key]
        assert told == (None if wanted == "null" else int(wanted) if key == "inspected" else wanted), (key, said)


WAYS = {"one group": (12, 400), "several groups": (0, 400), "one group, joined": (12, 0), "several, joined": (0, 0)}
"""Ways in which columns lay answers out: conditions that stand together, and answers that are written into SQL."""


def lay_out(patch: pytest.MonkeyPatch, way: str) -> None:
    together, most_written = WAYS[way]
    patch.setattr(groups, "TOGETHER", together)
    patch.setattr(groups, "IN_A_GROUP", min(together, groups.IN_A_GROUP))
    for module in (combining, run, settling):
        patch.setattr(module, "MOST_WRITTEN", most_written)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_holds_on_single_facts_and_in_columns(
    case: Case, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(monkeypatch, way)
    judged = compare(standard(case.standard), written(case.facts, tmp_path / "facts.csv"))
    assert judged.summary is not None
    levels = judged.summary.levels
    assert len(levels.lots) == len(case.lots)
    for verdict, expected in zip(levels.lots, case.lots, strict=True):
        assert_unit(verdict, expected)
    above = [verdict for name, verdicts in levels.verdicts.items() if name != "lots" for verdict in verdicts]
    assert len(above) == len(case.levels)
    for verdict, expected in zip(above, case.levels, strict=True):
        assert_unit(verdict, expected)
    assert len(levels.objectives) == len(case.objectives)
    for objective, expected in zip(levels.objectives, case.objectives, strict=True):
        said = objective.as_dict() | {"sentence": objective.sentence}
        for key, wanted in expected.items():
            number = yaml.safe_load(str(wanted).replace("'", "")) if key in ("value", "met", "by", "range") else wanted
            told = pytest.approx(number) if key in ("by", "range") and number is not None else number
            assert said[key] == told, (key, said)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_order_of_facts_never_changes_what_is_said_of_a_lot(case: Case) -> None:
    judged = standard(case.standard)
    said, turned = (judged.judge_levels(facts) for facts in (case.facts, case.facts[::-1]))
    for level, verdicts in said.verdicts.items():
        assert sorted(map(str, map(LevelVerdict.as_dict, verdicts))) == sorted(
            map(str, map(LevelVerdict.as_dict, turned.verdicts[level]))
        )


# ------------------------------------------------------------------------------------------ all that may be

UNCERTAIN = """
facts: {item: id, lot: L, fields: {x: {unit: mm}, y: {unit: mm}, z: {unit: mm}}}
characteristics:
  wide: {field: x, at most: 5 mm, class: critical}
  tall: {field: y, at most: 5 mm, class: major}
rules:
  deep: {when: z > 5 mm, class: minor}
lots:
  counts: {both: found(tall) and found(deep), talls: found(tall), flat: z < 1 mm}
  derived: {share: (major + minor) / inspected, worst: "max(critical * 3, major)"}
  rules:
    any-critical: {when: critical > 0, class: critical}
    too-many: {when: "share >= 1 / 2", class: major}
    both-twice: {when: both >= 2 or flat >= 2, class: minor}
    much: {when: worst > 2 and nonconforming > 1, class: major}
    unlike: {when: major > talls, class: minor}
    graded: {when: grade = worst or grade in (poor), class: minor}
    ungraded: {when: grade is missing, class: minor}
  tables:
    grading:
      hit: first
      inputs: [critical, major / conforming]
      output: grade
      rows: [[0, "<= 1", good], [0, "> 1", poor], ["> 1", -, worst]]
  dispositions:
    - {when: found(any-critical), then: reject}
    - {when: found(too-many) or found(much), then: sort}
    - {otherwise: accept}
"""
VALUES = ("", "0", "9")


def settled(item: Sequence[str]) -> list[tuple[str, ...]]:
    """All items that one may turn out to be whose missing values are measured after all."""
    return list(product(*(VALUES[1:] if value == "" else (value,) for value in item)))


def facts_of(items: Sequence[Sequence[str]]) -> list[dict[str, object]]:
    return [dict(zip("xyz", item, strict=True)) | {"id": n, "L": "A"} for n, item in enumerate(items)]


def verdicts_of(judged: Standard, items: Sequence[Sequence[str]]) -> list[LevelVerdict]:
    """The verdicts on a lot in all the ways in which its items may turn out."""
    ways = product(*map(settled, items))
    return [judged.judge_levels(facts_of(way)).lots[0] for way in ways]


ITEMS = st.lists(st.tuples(*[st.sampled_from(VALUES)] * 3), min_size=1, max_size=4).filter(
    lambda items: sum(item.count("") for item in items) <= 5
)


@deeply(60)
@given(items=ITEMS)
def test_a_lot_is_said_to_be_what_it_is_in_all_ways_in_which_its_items_may_turn_out(
    items: Sequence[tuple[str, ...]],
) -> None:
    judged = standard(UNCERTAIN)
    said, ways = judged.judge_levels(facts_of(items)).lots[0], verdicts_of(judged, items)
    assert_is_certain(said, ways)
    dispositions = {way.disposition for way in ways}
    if all(item[2] != "" for item in items):  # where only classes are open, it is exact
        assert said.disposition == (dispositions.pop() if len(dispositions) == 1 else "hold")
        outcomes = {way.outcome for way in ways}
        assert said.outcome == (outcomes.pop() if len(outcomes) == 1 else "indeterminate")


@deeply(60)
@given(items=ITEMS)
def test_where_ways_are_too_many_less_is_certain_and_nothing_is_wrong(items: Sequence[tuple[str, ...]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "MOST_WORLDS", 0)
        judged = standard(UNCERTAIN)
        said = judged.judge_levels(facts_of(items)).lots[0]
        assert_is_certain(said, verdicts_of(judged, items))


def test_what_a_table_says_is_certain_where_every_row_that_may_hold_says_so() -> None:
    text = """
facts: {item: id, lot: L, fields: {x: {unit: mm}, y: {unit: mm}, z: {unit: mm}}}
characteristics:
  wide: {field: x, at most: 5 mm, class: critical}
  tall: {field: y, at most: 5 mm, class: major}
lots:
  tables:
    grading:
      hit: first
      inputs: [critical, major]
      output: grade
      rows: [[0, "<= 2", good], ["<= 1", -, fair], [-, -, poor]]
    what-becomes-of-it:
      inputs: [grade]
      output: disposition
      rows: [["good, fair", accept], [poor, reject]]
  dispositions: [{otherwise: look}]
"""
    judged = standard(text)
    items = [("9", "9", "0"), ("0", "", "0"), ("9", "", "0"), *[("0", "0", "0")] * 3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "MOST_WORLDS", 0)
        assert [judged.judge_levels(facts_of(some)).lots[0].disposition for some in (items, items[1:], items[1:2])] == [
            "reject",
            "accept",
            "accept",
        ]
        assert judged.judge_levels(facts_of([*items[1:], ("", "0", "0")])).lots[0].disposition == "hold"


def assert_is_certain(said: LevelVerdict, ways: Sequence[LevelVerdict]) -> None:
    """What is said of a lot holds in every way in which its items may turn out."""
    for way in ways:
        assert {finding.rule for finding in said.findings} <= {finding.rule for finding in way.findings}
        silent = {finding.rule for finding in way.findings} - {finding.rule for finding in said.findings}
        assert silent <= set(said.answer.unknown)
        assert said.outcome in ("indeterminate", way.outcome)
        assert said.disposition in ("hold", way.disposition)
        assert said.class_ is None or (way.class_ or "") <= said.class_  # critical, major, minor: in this order
        for name, (count, _) in way.counts.items():
            low, high = said.counts[name]
            assert name == "indeterminate" or low <= count <= high


LOTS = """
lots:
  counts: {{{counts}}}
  rules:
    bad: {{when: "nonconforming / inspected > 1 / 3", class: major}}
    worst: {{when: critical > 1, class: critical}}
    some: {{when: "{asked}"}}
  dispositions: [{{when: class = critical, then: reject}}, {{when: found(bad), then: sort}}, {{otherwise: accept}}]
levels:
  - {{level: lines, by: Line, counts: {{sorted: found(bad)}}, rules: {{many: {{when: sorted > 2}}}}}}
objectives:
  yield: {{measure: conforming / inspected, at least: 60 %}}
  first: {{measure: found({first}) / inspected, at most: 20 %}}
"""


def with_lots(text: str, rules: Sequence[str]) -> str:
    """A random standard with lots that count what its rules find."""
    counts = ", ".join(f"n{number}: found({rule})" for number, rule in enumerate(rules[:6]))
    asked = " or ".join(f"n{number} > 2" for number, _ in enumerate(rules[:6]))
    lots = LOTS.format(counts=counts, asked=asked, first=rules[0])
    return text.replace("facts:\n", "facts:\n  lot: Lot\n", 1) + lots


@pytest.mark.parametrize("way", WAYS)
@deeply(3)
@given(seed=SEEDS)
def test_columns_say_of_random_lots_what_single_facts_say(seed: int, way: str) -> None:
    author, plain = random_standard(seed)
    random = Random(seed)
    judged = standard_of(with_lots(plain.compiled.written.span.source.text, plain.rules))
    header = list(dict.fromkeys(COLUMNS.values()))
    facts = [
        {name: author_fact.cells.get(name) or "" for name in header}
        | {"Lot": random.choice(("A", "B", " C", "", 'D"')), "Line": random.choice(("1", "2", ""))}
        for author_fact in (author.fact() for _ in range(40))
    ]
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        lay_out(patch, way)
        compare(judged, written(facts, Path(folder) / "facts.csv"))


def test_the_order_in_which_keys_are_counted_changes_nothing_that_is_said() -> None:
    judged = standard(UNCERTAIN)
    facts = facts_of([("", "", ""), ("", "9", ""), ("9", "", "0"), ("0", "", ""), ("", "0", "9"), ("0", "0", "")])
    for turn in range(len(facts)):
        said, turned = (judged.judge_levels(each).lots[0] for each in (facts, facts[turn:] + facts[:turn]))
        assert said.as_dict() == turned.as_dict()


def test_a_table_without_a_row_for_a_lot_says_so() -> None:
    text = """
facts: {item: id, lot: L, fields: {bad: {kind: flag}}}
rules: {r: {when: bad, class: major}}
lots:
  parameters: {most: {by: inspected, 1: 0, 3: 1}}
  rules: {many: {when: major > most}}
"""
    (lot,) = standard(text).judge_levels([{"id": n, "L": "A", "bad": "no"} for n in (1, 2)]).lots
    assert lot.outcome == "indeterminate"
    assert lot.reasons == ("there is no limit for inspected 2",)


@pytest.mark.parametrize(
    ("level", "unit"), [("lots", "lot"), ("batches", "batch"), ("factories", "factory"), ("plant", "plant")]
)
def test_one_of_a_level_is_called_as_it_is_in_english(level: str, unit: str) -> None:
    assert plural(level, 1) == unit
    assert plural(level, 2) == level
