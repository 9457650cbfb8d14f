"""A long layout: one row a measurement; judged as the wide facts that it stands for, by every engine."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from both_engines import compare, compare_rows, in_columns, one_by_one, standard_of
from gonogo.facts import FactsOptions
from gonogo.pack import Standard
from gonogo.problems import Problem

HEAD = "gonogo: 1\nstandard: s\n"
LONG = "{layout: long, item: Part, lot: Lot, characteristic: Feature, value: Actual, fields: {"
FIELDS = """
    diameter: {column: Diameter, unit: mm, resolution: 0.001, optional: true},
    length: {column: Length, unit: in, optional: true},
    colour: {column: Colour, one of: [blue, green, red], optional: true},
    note: {column: Note, kind: text, optional: true},
    deburred: {column: Deburred, kind: flag, optional: true},
    day: {column: Day, kind: date, optional: true},
    moment: {column: Moment, kind: time, optional: true}}}
"""
CHARACTERISTICS = """
characteristics:
  seat: {field: diameter, nominal: 25 mm, tolerance: {upper: 0.013 mm, lower: -0.02 mm}, class: major}
  longest: {field: length, below: 50.8 mm}
  sizes: {field: length, one of: [1 in, 50.8 mm, 3 in], class: minor}
  paint: {field: colour, none of: [red], class: minor}
  remark: {field: note, one of: [ok, good]}
  burr: {field: deburred, one of: [yes]}
  due: {field: day, at least: 2026-01-01, class: minor}
  when: {field: moment, above: 2026-01-01T12:00:00, class: minor}
"""
RULES = """
rules:
  thick: {when: diameter * 2 > 50.02 mm, class: minor}
  absent: {when: colour is missing, class: minor}
  known: {when: note is recorded and note contains "bad", class: minor}
"""
CELLS: dict[str, st.SearchStrategy[str]] = {
    "Diameter": st.sampled_from(["25", "25.013", "25.0130001", "24.98", "24.979", "x", "", " 25.014 ", "1e400", "7"]),
    "Length": st.sampled_from(["1", "2", "2.0", "1.999999", "3", "-", "2,5"]),
    "Colour": st.sampled_from(["blue", " red", "green", "RED", ""]),
    "Note": st.sampled_from(["ok", "good", "bad", " ok", "1", 'a "b"']),
    "Deburred": st.sampled_from(["yes", "NO", "1", "0", "perhaps", ""]),
    "Day": st.sampled_from(["2026-01-01", "2025-12-31", "2026-02-30", "31.12.2025", ""]),
    "Moment": st.sampled_from(["2026-01-01T12:00:00", "2026-01-01 12:00:00.000001", "noon", ""]),
}
ITEMS = [f"P{number}" for number in range(6)]


def long_standard(more: str = CHARACTERISTICS + RULES) -> Standard:
    return standard_of(f"{HEAD}facts: {LONG}{FIELDS}{more}")


def wide_standard() -> Standard:
    return standard_of(f"{HEAD}facts: {{item: Part, lot: Lot, fields: {{{FIELDS}{CHARACTERISTICS}{RULES}")


def measurement(item: str, word: str, value: object, lot: str = "L1") -> dict[str, object]:
    return {"Part": item, "Lot": lot, "Feature": word, "Actual": value}


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["Part", "Lot", "Feature", "Actual"])
        writer.writeheader()
        writer.writerows(rows)
    return path


@st.composite
def wide_facts(draw: st.DrawFn) -> list[dict[str, str]]:
    wide = draw(st.lists(st.fixed_dictionaries({}, optional=CELLS), min_size=1, max_size=6))
    return [{"Part": item, "Lot": "L1", **fact} for item, fact in zip(ITEMS, wide, strict=False)]


@given(wide_facts(), st.randoms(use_true_random=False))
def test_wide_facts_as_measurements_in_any_order_get_the_same_verdicts(
    facts: list[dict[str, str]], random: Any
) -> None:
    rows = [measurement(f["Part"], word, f[word]) for f in facts for word in CELLS if word in f]
    random.shuffle(rows)
    there = {row["Part"] for row in rows}
    judged = {verdict.item: verdict.as_dict() for verdict in LONG_STANDARD.judge(rows)}
    assert judged == {f["Part"]: WIDE_STANDARD.judge(f).as_dict() for f in facts if f["Part"] in there}


def test_items_come_in_the_order_of_their_first_rows() -> None:
    rows = [measurement(item, "Diameter", "25") for item in ("B", "A", "B", "C", "A")]
    assert [verdict.item for verdict in LONG_STANDARD.judge(rows)] == ["B", "A", "C"]


# ------------------------------------------------------------------------------- several values, and a reference

LIMITS = """
characteristics:
  each: {field: diameter, at most: 25.01 mm, at least: 24.99 mm}
  mean: {field: diameter, judge: mean, at most: 25.001 mm, at least: 24.999 mm}
  max: {field: diameter, judge: max, below: 25.01 mm}
  min: {field: diameter, judge: min, above: 24.99 mm}
  range: {field: diameter, judge: range, at most: 0.012 mm}
  colour: {one of: [blue, green]}
  unlike: {field: colour, none of: [red]}
  deburred: {none of: [no]}
"""
NUMBERS = st.sampled_from(["25", "25.001", "24.999", "25.01", "24.99", "25.0100001", "25.012", "24.9985", "", "x"])


def reference(values: Mapping[str, list[str]]) -> tuple[set[str], set[str]]:
    """The characteristics that find, and those that are unknown, one value after the other."""
    numbers = [Fraction(Decimal(text)) if text not in ("", "x") else None for text in values.get("Diameter", [])]
    colours = [text or None for text in values.get("Colour", [])]
    flags = [{"yes": True, "no": False}.get(text) for text in values.get("Deburred", [])]
    limit = {text: Fraction(text) for text in ("25.01", "24.99", "25.001", "24.999", "0.012")}
    known = [number for number in numbers if number is not None]
    whole = len(known) == len(numbers) and known != []
    mean = sum(known) / len(known) if known else Fraction(0)
    tests = {
        "each": _of_any([None if n is None else not limit["24.99"] <= n <= limit["25.01"] for n in numbers]),
        "mean": not limit["24.999"] <= mean <= limit["25.001"] if whole else None,
        "max": max(known) >= limit["25.01"] if whole else None,
        "min": min(known) <= limit["24.99"] if whole else None,
        "range": max(known) - min(known) > limit["0.012"] if whole else None,
        "colour": _of_any([None if c is None else c == "red" for c in colours]),
        "unlike": _of_any([None if c is None else c == "red" for c in colours]),
        "deburred": _of_any([None if flag is None else not flag for flag in flags]),
    }
    return {name for name, found in tests.items() if found}, {name for name, found in tests.items() if found is None}


def _of_any(found: list[bool | None]) -> bool | None:
    """Kleene's `or` of at least one."""
    return True if True in found else None if None in found or not found else False


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "Diameter": st.lists(NUMBERS, min_size=1, max_size=5),
            "Colour": st.lists(st.sampled_from(["blue", "green", "red", ""]), min_size=1, max_size=4),
            "Deburred": st.lists(st.sampled_from(["yes", "no", ""]), min_size=1, max_size=4),
        },
    )
)
def test_several_values_are_judged_each_or_by_one_number_of_them(values: dict[str, list[str]]) -> None:
    verdict = LIMITED.judge({"Part": "A", **values})
    found, unknown = reference(values)
    assert {finding.rule for finding in verdict.findings} == found
    assert {rule.rule for rule in verdict.unknown} == unknown


def test_a_mean_that_is_exactly_its_limit_conforms() -> None:
    more = "characteristics: {mean: {field: diameter, judge: mean, at least: 0.1 mm, at most: 0.1 mm}}"
    assert long_standard(more).judge({"Part": "A", "Diameter": ["0.1", "0.1", "0.1"]}).outcome == "conforming"


def test_a_mean_in_an_expression_is_a_quotient_as_any_other() -> None:
    text = f"{HEAD}facts: {LONG}d: {{unit: mm, judge: mean}}}}}}\nrules: {{r: {{when: d * 3 > 0.3 mm}}}}"
    verdict = standard_of(text).judge({"Part": "A", "d": ["0.1", "0.2", "0.6"]})
    assert [finding.rule for finding in verdict.findings] == ["r"]
    [evidence] = verdict.evidence(verdict.findings[0])
    assert "0.9 mm" in evidence.sentence


@pytest.mark.parametrize("unit", ["mm", "in"])
def test_several_values_are_judged_by_how_well_they_are_measured(unit: str, tmp_path: Path) -> None:
    within = {"mm": "0.003 mm", "in": "0.0001 in"}[unit]
    more = f"""
characteristics:
  each: {{field: diameter, at most: 25.01 mm, at least: 24.99 mm, measured within: {within}}}
  mean: {{field: diameter, judge: mean, at most: 25.01 mm, measured within: {within}}}
"""
    standard = long_standard(more)
    values = {
        "clear": ["25", "25.005"],
        "near": ["25", "25.009"],
        "beyond": ["25.009", "25.02"],
        "low": ["24.98", "25.009"],
        "gap": ["25.009", "x"],
    }
    verdicts = {name: standard.judge({"Part": name, "Diameter": cells}) for name, cells in values.items()}
    assert {name: [f"{f.rule} {f.side}" for f in verdict.findings] for name, verdict in verdicts.items()} == {
        "clear": [], "near": [], "beyond": ["each above", "mean None"], "low": ["each below"], "gap": [],
    }  # fmt: skip
    assert {name: [open_.rule for open_ in verdict.unknown] for name, verdict in verdicts.items()} == {
        "clear": [], "near": ["each"], "beyond": [], "low": [], "gap": ["each", "mean"],
    }  # fmt: skip
    rows = [measurement(name, "Diameter", cell) for name, cells in values.items() for cell in cells]
    assert compare(standard, write(tmp_path / "a.csv", rows)).odd == 1


def test_no_probability_is_told_of_several_values_together() -> None:
    more = "characteristics: {each: {field: diameter, at most: 25.01 mm, measured within: 0.003 mm}}"
    one, two = (long_standard(more).judge({"Part": "A", "Diameter": cells}).explain() for cells in (["25"], ["25"] * 2))
    assert one.rules[0].conformance_probability is not None
    assert two.rules[0].conformance_probability is None


def test_the_mean_of_temperatures_is_held_against_a_limit_in_another_unit() -> None:
    text = f"{HEAD}facts: {LONG}t: {{unit: degC}}}}}}\ncharacteristics: {{t: {{judge: mean, at most: 294.15 K}}}}"
    standard = standard_of(text)
    assert standard.judge({"Part": "A", "t": ["20.9", "21", "21.1"]}).outcome == "conforming"
    assert standard.judge({"Part": "A", "t": ["20.9", "21", "21.2"]}).outcome == "nonconforming"


# ------------------------------------------------------------------------------------------ what is told of them


def test_the_evidence_says_which_of_several_values_it_is() -> None:
    verdict = LIMITED.judge({"Part": "A", "Diameter": ["25.02", "25", "25"], "Colour": ["blue", "red"]})
    told = {finding.rule: [e.sentence for e in verdict.evidence(finding)] for finding in verdict.findings}
    assert told == {
        "each": ["diameter is 25.02 mm (the largest of 3 values), 0.01 mm above the limit 25.01 mm"],
        "mean": ["diameter is 25.0067 mm (the mean of 3 values), 0.0057 mm above the limit 25.001 mm"],
        "max": ["diameter is 25.02 mm (the largest of 3 values), 0.01 mm above the limit 25.01 mm"],
        "range": ["range of diameter is 0.02 mm (3 values), 0.008 mm above the limit 0.012 mm"],
        "colour": ["colour is `red` (one of 2 values), not one of `blue`, `green`"],
        "unlike": ["colour is `red` (one of 2 values)"],
    }


def test_what_stays_open_is_told_by_the_names_of_the_standard() -> None:
    verdict = LIMITED.judge({"Part": "A", "Diameter": ["25", "x"]})
    assert verdict.outcome == "indeterminate"
    assert {unknown.missing for unknown in verdict.unknown} == {("diameter",), ("colour",), ("deburred",)}
    assert "not all 2 values of diameter can be used" in verdict.reasons
    assert "." not in "".join(name for unknown in verdict.unknown for name in unknown.missing)


def test_what_is_missing_is_asked_of_all_values_and_told_by_the_name_of_the_field() -> None:
    standard = long_standard("rules: {there: {when: colour is present}, not: {when: colour is missing}}")
    verdicts = [standard.judge({"Part": "A", "Colour": colours}) for colours in (["red", "blue"], ["red", ""], [])]
    told = [[e.sentence for f in verdict.findings for e in verdict.evidence(f)] for verdict in verdicts]
    assert told == [["colour is present"], ["not all 2 values of colour can be used"], ["colour is missing"]]
    assert [verdict.unusable for verdict in verdicts] == [(), (), ()]


def test_evidence_of_what_stays_open_names_no_pick() -> None:
    report = LIMITED.judge({"Part": "A", "Diameter": ["25", "x"], "Colour": []}).explain()
    told = {rule.rule: [(e.condition, e.sentence) for e in rule.evidence] for rule in report.rules}
    assert told["each"] == [("diameter is present", "not all 2 values of diameter can be used")]
    assert told["colour"] == [('colour not in ("blue", "green")', "colour is missing")]


def test_a_flip_caps_the_values_that_lie_beyond_it() -> None:
    more = "characteristics: {each: {field: diameter, at most: 25.01 mm}}"
    verdict = long_standard(more).judge({"Part": "A", "Diameter": ["25.02", "25.03", "25"]})
    [flip] = verdict.explain().flips
    assert (flip.field, flip.changed, flip.outcome) == ("diameter", "25.01 mm", "conforming")


def test_several_values_where_one_is_asked_for_are_reported_and_count_as_missing(tmp_path: Path) -> None:
    rows = [measurement("A", "Diameter", "25"), measurement("A", "Diameter", "25.02")]
    said = compare(long_standard("rules: {r: {when: diameter > 25.01 mm}}"), write(tmp_path / "a.csv", rows))
    assert [row[2] for row in said.rows] == ["indeterminate"]
    [cell] = said.unusable
    assert (cell.code, cell.row, cell.text) == ("several-values", 1, "25, 25.02")
    assert cell.as_problem().mend.startswith("say which is meant")


def test_what_no_field_is_read_from_is_told_once_with_its_rows_and_what_was_meant(tmp_path: Path) -> None:
    rows = [measurement("A", word, "25") for word in ("Diameter", "Diametr", "Diametr", "Weight")]
    said = compare(long_standard(), write(tmp_path / "a.csv", rows))
    told = [f"{problem.what}; {problem.mend}" for problem in said.problems if problem.code == "unknown-characteristic"]
    assert told == [
        "`Diametr`, which 2 rows have in `Feature`, is read by no field; did you mean `Diameter`?",
        "`Weight`, which 1 row has in `Feature`, is read by no field; ",
    ]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_field_that_no_row_is_about_is_refused_as_a_missing_column_is(tmp_path: Path, ending: str) -> None:
    standard = standard_of(
        f"{HEAD}facts: {LONG}d: {{column: Diameter, unit: mm}}}}}}\nrules: {{r: {{when: d > 1 mm}}}}"
    )
    path = tmp_path / f"a.{ending}"
    if ending == "csv":
        write(path, [measurement("A", "Diametr", "25")])
    else:
        path.write_text(json.dumps(measurement("A", "Diametr", 25)) + "\n", "utf-8")
    assert compare(standard, path).refused == [
        f"{path}: no row has `Diameter` in `Feature`, which `d` is read from; did you mean `Diametr`? [missing-column]"
    ]


def test_rows_without_item_or_characteristic_are_told_and_none_is_lost(tmp_path: Path) -> None:
    rows = [
        measurement("A", "Diameter", "25"),
        measurement("", "Diameter", "25"),
        measurement(" ", "Diameter", "24"),
        measurement("A", "", "25"),
    ]
    said = compare(long_standard(), write(tmp_path / "a.csv", rows))
    assert [row[0] for row in said.rows] == ["A", "row 2", "row 3"]
    assert sorted(problem.code for problem in said.problems) == ["blank-characteristic", "blank-item", "blank-item"]


def test_an_item_in_several_lots_is_told_and_counts_as_in_none(tmp_path: Path) -> None:
    rows = [measurement("A", "Diameter", "25", lot) for lot in ("L2", "L1", "")] + [measurement("B", "Diameter", "25")]
    said = compare(long_standard(), write(tmp_path / "a.csv", rows))
    assert [row[:2] for row in said.rows] == [("A", None), ("B", "L1")]
    [told] = [problem for problem in said.problems if problem.code == "differing-lots"]
    assert told.what == "the rows of `A` do not agree in `Lot`: `L1`, `L2`; it counts as in none"


def test_a_row_that_cannot_be_read_is_an_item_of_which_nothing_is_known(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(measurement("A", "Diameter", 25)) + '\n{"Part": "A", \n', "utf-8")
    said = compare(long_standard("characteristics: {seat: {field: diameter, at most: 25.01 mm}}"), path)
    assert [row[0::2][:2] for row in said.rows] == [("A", "conforming"), ("row 2", "indeterminate")]
    assert [problem.code for problem in said.problems] == ["broken-json"]


def test_lots_of_measured_items_are_judged(tmp_path: Path) -> None:
    more = """
characteristics: {seat: {field: diameter, at most: 25.01 mm, class: major}}
lots: {rules: {too-many: {when: major >= 2, class: major}}}
"""
    rows = [measurement(f"P{n}", "Diameter", "25.02" if n < 3 else "25", f"L{n % 2}") for n in (0, 1, 2, 3, 0, 1)]
    standard, path = long_standard(more), write(tmp_path / "a.csv", rows)
    said = compare(standard, path)
    assert said.summary is not None
    assert [(lot.name, lot.outcome) for lot in said.summary.levels.lots] == [
        ("L0", "nonconforming"),
        ("L1", "conforming"),
    ]
    assert [lot.name for lot in standard.judge_levels(rows).lots] == ["L0", "L1"]


# ------------------------------------------------------------------------------------------------------- engines


@st.composite
def measurements(draw: st.DrawFn) -> list[dict[str, object]]:
    def row(word: str) -> st.SearchStrategy[dict[str, object]]:
        item, lot = st.sampled_from([*ITEMS, " P1 ", "", "7"]), st.sampled_from(["L1", "L1", "L1", "", "L2"])
        return st.builds(measurement, item, st.sampled_from([word, f" {word}"]), CELLS[word], lot)

    return draw(st.lists(st.sampled_from(sorted(CELLS)).flatmap(row), min_size=1, max_size=40))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(measurements())
def test_columns_and_the_scalar_engine_agree_on_measurements(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    more = f"{CHARACTERISTICS}  mean: {{field: length, judge: mean, at most: 2 in}}\n{RULES}"
    compare_rows(long_standard(more), write(tmp_path / "a.csv", rows))


def test_plain_measurements_are_judged_in_columns_whatever_the_file(tmp_path: Path) -> None:
    rows = [measurement(f"P{n % 50}", "Diameter", f"25.0{n % 20:02}") for n in range(400)]
    standard = long_standard("characteristics: {seat: {field: diameter, judge: mean, at most: 25.01 mm}}")
    typed = pa.Table.from_pylist([row | {"Actual": float(str(row["Actual"]))} for row in rows])
    pq.write_table(typed, tmp_path / "a.parquet")
    for path in (write(tmp_path / "a.csv", rows), tmp_path / "a.parquet"):
        said = compare(standard, path)
        assert (said.tables, said.odd, len(said.rows)) == (1, 0, 50)


def test_an_item_of_which_a_cell_is_odd_is_judged_by_all_its_rows(tmp_path: Path) -> None:
    rows = [measurement(f"P{n % 300}", "Diameter", "25.02" if n == 400 else "25") for n in range(600)]
    rows[100]["Actual"] = "2x5"
    standard = long_standard("characteristics: {seat: {field: diameter, at most: 25.01 mm}}")
    said = compare(standard, write(tmp_path / "a.csv", rows))
    assert (said.tables, said.odd) == (1, 1)
    assert [row[0] for row in said.rows if row[2] == "nonconforming"] == ["P100"]


def test_an_item_whose_rows_lie_in_several_files_is_one_item(tmp_path: Path) -> None:
    rows = [measurement(item, "Diameter", "25") for item in ("A", "B", "A", "C", "B")]
    first, second = write(tmp_path / "1.csv", rows[:3]), write(tmp_path / "2.csv", rows[3:])
    json_lines = tmp_path / "3.jsonl"
    json_lines.write_text(json.dumps(measurement("C", "Diameter", "x")) + "\n", "utf-8")
    standard = long_standard("characteristics: {seat: {field: diameter, at most: 25.01 mm}}")
    said = compare(standard, first, second)
    assert ([row[0] for row in said.rows], said.tables) == (["A", "B", "C"], 1)
    said = compare(standard, first, second, json_lines)
    assert ([row[2] for row in said.rows], said.tables) == (["conforming", "conforming", "indeterminate"], 0)
    assert [(cell.path, cell.row) for cell in said.unusable] == [(str(json_lines), 1)]


def test_decimal_commas_are_read_in_a_column_of_all_sorts_of_values(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = ["A;Diameter;25,001", "A;Colour;red", "B;Diameter;25,1", "B;Diameter;25.1", "B;Note;ok"]
    path.write_text("Part;Feature;Actual\n" + "\n".join(lines) + "\n", "utf-8")
    text = f"{HEAD}facts: {LONG}{FIELDS}{CHARACTERISTICS}{RULES}".replace("lot: Lot, ", "")
    said = compare(standard_of(text), path, options=FactsOptions(decimal=","))
    assert [row[2] for row in said.rows] == ["nonconforming", "nonconforming"]


def test_names_that_are_numbers_are_written_alike(tmp_path: Path) -> None:
    columns: list[tuple[str, list[Any]]] = [("whole", [1, 1, 2]), ("real", [1.0, 1.0, 2.5]), ("text", ["1", "1", "2"])]
    standard = long_standard("characteristics: {seat: {field: diameter, at most: 25.01 mm}}")
    for name, items in columns:
        table = {"Part": items, "Lot": items, "Feature": ["Diameter"] * 3, "Actual": [25.0, 26.0, None]}
        pq.write_table(pa.table(table), tmp_path / f"{name}.parquet")
        assert len(compare(standard, tmp_path / f"{name}.parquet").rows) == 2


def test_a_table_in_memory_of_measurements_gives_a_row_for_each_item() -> None:
    rows = [measurement(item, "Diameter", "25.03") for item in ("A", "B", "A")]
    told: list[Problem] = []
    found = LONG_STANDARD.judge(pa.Table.from_pylist([*rows, measurement("B", "Dia", "1")]), report=told.append)
    assert found.column("item").to_pylist() == ["A", "B"]
    assert found.column("outcome").to_pylist() == ["nonconforming"] * 2
    assert [problem.code for problem in told] == ["unknown-characteristic"]


def test_too_fine_values_are_judged_in_columns_as_they_stand(tmp_path: Path) -> None:
    rows = [measurement(f"P{n % 50}", "Diameter", f"25.0{n % 20:02}0{n:04}") for n in range(400)]
    standard = long_standard("characteristics: {seat: {field: diameter, judge: range, at most: 0.01 mm}}")
    said = in_columns(standard, [str(write(tmp_path / "a.csv", rows))], FactsOptions())
    assert said.rows == one_by_one(standard, [str(tmp_path / "a.csv")], FactsOptions()).rows
    assert (said.tables, said.odd) == (1, 0)


LONG_STANDARD, WIDE_STANDARD, LIMITED = long_standard(), wide_standard(), long_standard(LIMITS)
