"""What flips: held against judging twice, on random standards, edits and facts, on both engines; and how it is told."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from fractions import Fraction
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given

import gonogo
from both_engines import standard_of
from causes_beside import graph_of_text
from command_line import MILLING, SHAFTS
from command_line import gonogo as command
from gonogo.problems import Refused
from gonogo.whatif.comparison import Comparison
from random_standards import COLUMNS, Author
from test_properties import SEEDS, deeply, written

AI4I = Path(__file__).parents[2] / "shared" / "data" / "ai4i2020" / "ai4i2020.csv"
SHAFT = gonogo.load("turned-shaft")
CELL = gonogo.load("milling-cell")


def random_change(random: Random, author: Author, standard: gonogo.Standard) -> gonogo.Change:
    """An edit that may be made of a random standard."""
    rule = random.choice(standard.rules)
    kinds = [gonogo.Change("class", rule, random.choice(standard.classes)), gonogo.Change("withdraw", rule)]
    if author.parameters:
        name = random.choice(list(author.parameters))
        kinds.append(gonogo.Change("parameter", name, f"{random.randint(-20, 60)} mm"))
    if rule.startswith("rule-"):
        kinds.append(gonogo.Change("rule", f"{rule}.when", author.decides(1)))
    return random.choice(kinds)


def compared(
    before: gonogo.Standard, after: gonogo.Standard, path: Path, engine: str
) -> tuple[Comparison, list[gonogo.Flipped]]:
    told = (str(path),), gonogo.FactsOptions(), _ignore, _ignore
    pair: gonogo.ScalarComparison | gonogo.ColumnarComparison
    if engine == "scalar":
        pair = gonogo.ScalarComparison(gonogo.Inspection(before, *told), gonogo.Inspection(after, *told))
    else:

        def inspect(standard: gonogo.Standard) -> gonogo.ColumnarInspection:
            return gonogo.ColumnarInspection(standard, *told, has_sides=True)

        pair = gonogo.ColumnarComparison(before, after, inspect)
    with pair as found:
        found.run()
        return found, list(found.flipped())


def _ignore(_told: object) -> None:
    pass


def judged(verdict: gonogo.Verdict) -> gonogo.Judged:
    found = tuple(finding.name for finding in verdict.findings)
    return gonogo.Judged(verdict.outcome, verdict.class_, verdict.disposition, found)


def written_csv(path: Path, cells: list[dict[str, object]]) -> list[dict[str, object]]:
    """The facts as a CSV file, and as it is read."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(COLUMNS.values())), restval="")
        writer.writeheader()
        writer.writerows(cells)
    with path.open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


@pytest.mark.parametrize("engine", ["scalar", "columnar"])
@deeply(25)
@given(seed=SEEDS)
def test_flips_are_those_of_judging_twice(seed: int, engine: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    random = Random(seed)
    author, before = written(seed)
    try:
        after = before.revised(random_change(random, author, before))
    except Refused:  # what is withdrawn is asked for, say
        return
    path = tmp_path_factory.mktemp("facts") / "facts.csv"
    facts = written_csv(path, [{k: v for k, v in author.fact().cells.items() if v is not None} for _ in range(30)])
    pairs = [(judged(one), judged(other)) for one, other in zip(before.judge(facts), after.judge(facts), strict=True)]
    found, flips = compared(before, after, path, engine)
    assert found.judged == len(pairs)
    expected = [
        gonogo.Flipped(str(number), None, one, other)
        for number, (one, other) in enumerate(pairs, 1)
        if one.answer != other.answer
    ]
    assert flips == expected
    assert found.count == len(expected)
    assert found.found_otherwise == sum(o.answer == t.answer and o.findings != t.findings for o, t in pairs)


@deeply(40)
@given(seed=SEEDS)
def test_what_is_called_tightened_speaks_of_all_that_it_spoke_of(seed: int) -> None:
    random = Random(seed)
    author, before = written(seed)
    try:
        after = before.revised(*(random_change(random, author, before) for _ in range(2)))
    except Refused:
        return
    effects = {
        each.name: each.effect for each in gonogo.differences(before, after) if each.key in ("condition", "findings")
    }
    same = set(before.rules) & set(after.rules) - {name.partition(".")[0] for name in effects}
    for _ in range(60):
        fact = dict(author.fact().cells)
        sides = [_named(standard.judge(fact)) for standard in (before, after)]
        for name, effect in effects.items():
            if effect == "tightened":
                assert name not in sides[0] or name in sides[1]
            if effect == "loosened":
                assert name not in sides[1] or name in sides[0]
        for name in same:  # where the standard applies to the same: what is no difference judges alike
            assert (name in sides[0]) == (name in sides[1]) or "applies" in effects


def _named(verdict: gonogo.Verdict) -> set[str]:
    return {name for finding in verdict.findings for name in (finding.rule, finding.name)}


# ---------------------------------------------------------------------------------------------------------- changes


@pytest.mark.parametrize(
    ("change", "rule", "text"),
    [
        (
            gonogo.Change("limit", "seat_diameter.upper", "-0.002 mm"),
            "seat_diameter",
            "upper: -0.002 mm, lower: -0.013 mm",
        ),
        (
            gonogo.Change("limit", "journal_diameter.upper", "0.04 mm"),
            "journal_diameter",
            "upper: 0.04 mm, lower: -0.05 mm",
        ),
        (
            gonogo.Change("limit", "journal_diameter.lower", "-1 thou"),
            "journal_diameter",
            "upper: 0.05 mm, lower: -1 thou",
        ),
    ],
)
def test_a_changed_limit_judges_as_a_standard_that_says_so(change: gonogo.Change, rule: str, text: str) -> None:
    source = SHAFT.compiled.written.sources[0].text
    old = {"seat_diameter": "{upper: 0 mm, lower: -0.013 mm}", "journal_diameter": "0.05 mm"}[rule]
    edited = standard_of(source.replace(f"tolerance: {old}", f"tolerance: {{{text}}}"))
    assert edited.hash == SHAFT.revised(change).hash or gonogo.differences(edited, SHAFT.revised(change)) == ()
    assert gonogo.differences(SHAFT, edited)


def test_changes_are_seen_in_the_hash_and_leave_the_standard_as_it_is() -> None:
    before = SHAFT.hash
    after = SHAFT.revised(gonogo.Change("class", "burr", "minor"), gonogo.Change("withdraw", "colour"))
    assert after.hash != before == SHAFT.hash
    assert after.finding("burr").class_ == "minor"
    assert "colour" not in after.rules
    assert after.revised(gonogo.Change("withdraw", "certificate-number")).rules == tuple(
        rule for rule in after.rules if rule != "certificate-number"
    )


@pytest.mark.parametrize(
    ("change", "code", "mend"),
    [
        (gonogo.Change("limit", "seat_diametr.upper", "1 mm"), "unknown-rule", "`seat_diameter`"),
        (gonogo.Change("limit", "seat_diameter", "1 mm"), "missing-key", "seat_diameter.KEY"),
        (gonogo.Change("limit", "seat_diameter.uper", "1 mm"), "unknown-key", ""),
        (gonogo.Change("limit", "seat_diameter.upper", "1 kg"), "unit-mismatch", ""),
        (gonogo.Change("limit", "seat_diameter.upper", "1 mm +"), "bad-expression", ""),
        (gonogo.Change("parameter", "nothing", "1"), "unknown-name", ""),
        (gonogo.Change("rule", "gauge-overdue.when", "runot > 1 mm"), "unknown-name", "`runout`"),
        (gonogo.Change("class", "burr", "terrible"), "unknown-word", "critical"),
        (gonogo.Change("withdraw", "bur"), "unknown-rule", "`burr`"),
        (gonogo.Change("withdraw", "burr"), "unknown-rule", ""),  # others ask for it
        (gonogo.Change("limit", "colour.one of", "[blue"), "bad-yaml", ""),
    ],
)
def test_what_cant_be_changed_is_told_where_it_is_told(change: gonogo.Change, code: str, mend: str) -> None:
    with pytest.raises(Refused) as refused:
        SHAFT.revised(change)
    (problem,) = [each for each in refused.value.problems if each.code == code][:1]
    assert mend in f"{problem}"
    if change != gonogo.Change("withdraw", "burr"):
        assert str(problem).startswith(f"--{change.kind} {change.target}")


def test_lots_are_changed_by_their_names() -> None:
    cans = gonogo.load("food-containers")
    rule = cans.compiled.levels[0].exact.rules[0]
    other = next(name for name in cans.classes if name != rule.class_)
    (told,) = gonogo.differences(cans, cans.revised(gonogo.Change("class", f"lots.{rule.name}", other)))
    assert (told.name, told.key, told.after) == (f"lots.{rule.name}", "class", other)


# ------------------------------------------------------------------------------------------------------- other values


def changed_text(rows: list[dict[str, str]], column: str, add: str) -> list[dict[str, object]]:
    """Facts with a number added to the cells of a column that hold one."""
    found: list[dict[str, object]] = []
    for row in rows:
        try:
            found.append({**row, column: str(float(Fraction(row[column]) + Fraction(add)))})
        except ValueError:
            found.append(dict(row))
    return found


def sample(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO((Path(__file__).parents[1] / path).read_text("utf-8-sig"))))


def test_a_value_that_moves_is_judged_as_if_it_had_been_measured() -> None:
    rows = sample(MILLING)
    settings = gonogo.read_settings(CELL, ["torque+=5.5 N*m", "Tool wear [min] += 3 min"])
    changed = gonogo.changed_facts(CELL, settings)
    wanted = changed_text(rows, "Torque [Nm]", "5.5")
    wanted = changed_text([{k: str(v) for k, v in row.items()} for row in wanted], "Tool wear [min]", "3")
    assert [judged(verdict) for verdict in changed.judge(rows)] == [judged(verdict) for verdict in CELL.judge(wanted)]


@pytest.mark.parametrize(
    ("told", "value"),
    [("torque=40", Fraction(40)), ("torque=0.04 kN*m", Fraction(40)), ("torque=", None), ("type=M", "M"),
     ("air_temperature=26.85 degC", Fraction(300)), ("air_temperature+=1 delta_degC", Fraction(1))],
)  # fmt: skip
def test_values_are_read_with_their_units(told: str, value: object) -> None:
    (setting,) = gonogo.read_settings(CELL, [told])
    assert setting.value == value


def test_what_is_missing_stays_missing_where_a_value_only_moves() -> None:
    fact = {**sample(MILLING)[0], "Torque [Nm]": ""}
    moved = gonogo.changed_facts(CELL, gonogo.read_settings(CELL, ["torque+=1 N*m"]))
    placed = gonogo.changed_facts(CELL, gonogo.read_settings(CELL, ["torque=40 N*m"]))
    gone = gonogo.changed_facts(CELL, gonogo.read_settings(CELL, ["torque="]))
    assert moved.judge(fact).outcome == "indeterminate"
    assert placed.judge(fact).outcome == "conforming"
    assert gone.judge({**fact, "Torque [Nm]": "40"}).outcome == "indeterminate"


@pytest.mark.parametrize(
    ("told", "code"),
    [("torque", "bad-setting"), ("=4", "bad-setting"), ("torque+=", "bad-setting"), ("torque=much", "unknown-name"),
     ("torque=4 kg", "unit-mismatch"), ("torq=4", "unknown-name"), ("power=4 W", "unknown-name"),
     ("hot_limit=4 K", "unknown-name"), ("type=X", "unusable-value"), ("type+=1", "bad-setting"),
     ("air_temperature=1 degF", "bad-setting")],
)  # fmt: skip
def test_what_cant_be_set_is_told(told: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        gonogo.read_settings(CELL, [told])
    assert [problem.code for problem in refused.value.problems] == [code]
    assert str(refused.value).startswith("--set")


# ------------------------------------------------------------------------------------------------------------- AI4I


@pytest.fixture(scope="module")
def published() -> Iterator[list[dict[str, str]]]:
    if not AI4I.exists():
        pytest.skip("../shared/data/ai4i2020 is not there")
    with AI4I.open(encoding="utf-8-sig", newline="") as file:
        yield list(csv.DictReader(file))


@pytest.mark.parametrize("engine", ["scalar", "columnar"])
def test_a_hotter_limit_flips_the_rows_that_arithmetic_says(published: list[dict[str, str]], engine: str) -> None:
    def is_hot(row: dict[str, str], limit: str) -> bool:
        rise = Fraction(row["Process temperature [K]"]) - Fraction(row["Air temperature [K]"])
        return rise < Fraction(limit) and int(row["Rotational speed [rpm]"]) < 1380

    expected = [row["UDI"] for row in published if is_hot(row, "8.7") != is_hot(row, "8.6")]
    after = CELL.revised(gonogo.Change("parameter", "hot_limit", "8.7 K"))
    found, flips = compared(CELL, after, AI4I, engine)
    otherwise = {flip.item for flip in flips}
    assert found.count + found.found_otherwise == len(expected)
    assert otherwise <= set(expected)
    assert found.judged == 10_000


# ------------------------------------------------------------------------------------------------- the command line


def test_both_engines_print_the_same() -> None:
    told = ("whatif", "turned-shaft", SHAFTS, "--limit", "seat_diameter.upper=-0.002 mm", "--quiet")
    engines = ("scalar", "columnar")
    table, other = (command(*told, "--engine", engine) for engine in engines)
    assert table == other
    assert table.code == 1
    one, other = (command(*told, "--format", "json", "--engine", engine) for engine in engines)
    assert one == other
    assert one.json["items"]["judged"] == 120
    assert [flip["item"] for flip in one.json["items"]["flipped"]] == ["S0003", "S0045", "S0046", "S0050", "S0079"]
    assert one.json["cost_per_1000"]["after"] > one.json["cost_per_1000"]["before"]


def test_where_nothing_flips_the_exit_code_is_0() -> None:
    result = command("whatif", "turned-shaft", SHAFTS, "--limit", "overall_length.upper=127.001 mm", "--item", "S0001")
    assert "no verdict flips" in result.out or result.code == 1
    same = command("whatif", "turned-shaft", SHAFTS, "--limit", "seat_diameter.upper=0.000 mm")
    assert same.code == 0
    assert "no verdict flips" in same.out


def test_one_item_and_standard_input() -> None:
    told = ("whatif", "milling-cell", "--set", "torque+=60 N*m", "--format", "json", "--quiet")
    one = command(*told[:2], MILLING, *told[2:], "--item", "42")
    assert [flip["item"] for flip in one.json["items"]["flipped"]] == ["42"]
    whole = command(*told[:2], MILLING, *told[2:])
    piped = command(*told[:2], "-", *told[2:], stdin=(Path(__file__).parents[1] / MILLING).read_text("utf-8"))
    assert piped.json["items"] == whole.json["items"]


@pytest.mark.parametrize(
    "told",
    [(), ("--limit", "seat_diameter.upper"), ("--limit", "=4"), ("--set", "hardness=60", "--engine", "columnar"),
     ("--master", "x", "--withdraw", "colour")],
)  # fmt: skip
def test_wrong_usage_is_one_line(told: tuple[str, ...]) -> None:
    result = command("whatif", "turned-shaft", SHAFTS, *told)
    assert result.code == 2
    assert not result.out
    assert len(result.err.strip().splitlines()) == 1


def test_lots_and_objectives_before_and_after() -> None:
    result = command("whatif", "food-containers", "rules/food-containers/sample.csv", "--format", "json", "--quiet",
                     "--class", "lots.nothing=minor")  # fmt: skip
    assert result.code == 2
    found = json.loads(
        command(
            "diff",
            "food-containers",
            "food-containers",
            "rules/food-containers/sample.csv",
            "--format",
            "json",
            "--quiet",
        ).out
    )
    assert found["lots"]["judged"] > 0
    assert found["lots"]["flipped"] == []
    assert found["changes"] == []


# ------------------------------------------------------------------------------------------------------------ sweeps


def test_each_step_of_a_sweep_is_what_a_check_counts() -> None:
    told = ("whatif", "turned-shaft", SHAFTS, "--sweep", "seat_diameter.upper=-0.003:0.002:0.001", "--format", "json")
    one, other = (command(*told, "--quiet", "--engine", engine) for engine in ("scalar", "columnar"))
    assert one == other
    assert one.code == 1
    points = one.json["sweep"]
    assert [point["value"] for point in points] == [-0.003, -0.002, -0.001, 0, 0.001, 0.002]
    for point in points:
        after = SHAFT.revised(gonogo.Change("limit", "seat_diameter.upper", f"{point['value']:.3f} mm"))
        verdicts = list(after.judge(sample(SHAFTS)))
        assert point["conforming"] == sum(verdict.outcome == "conforming" for verdict in verdicts)
        assert point["conforming_rate"] == point["conforming"] / 120
        assert point["unit"] == "mm"
    costs = [point["cost_per_1000"] for point in points]
    assert costs == sorted(costs, reverse=True)


def test_parameters_and_their_categories_are_swept_in_their_units() -> None:
    steps = gonogo.read_sweep(CELL, "strain_limit.L=10000:11000:500")
    assert [str(step.change) for step in steps][-1] == "strain_limit.L = 11000 min*N*m"
    assert gonogo.written_value(CELL, steps[0]) == 11000
    assert [step.value for step in gonogo.read_sweep(CELL, "hot_limit=8.8 K:8.6 K:-0.1 K")] == [
        Fraction("8.8"), Fraction("8.7"), Fraction("8.6"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "code"),
    [("hot_limit", "bad-setting"), ("hot_limit=8:9", "bad-setting"), ("hot_limit=8:9:0", "bad-setting"),
     ("hot_limit=9:8:1", "bad-setting"), ("hot_limit=8 K:9 mm:1", "bad-setting"), ("hot_limit=0:9:0.001", "too-large")],
)  # fmt: skip
def test_what_is_no_sweep_is_told(told: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        gonogo.read_sweep(CELL, told)
    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize("name", ["sweep.svg", "sweep.png"])
def test_a_sweep_is_drawn(name: str, tmp_path: Path) -> None:
    told = ("whatif", "milling-cell", MILLING, "--sweep", "hot_limit=8:9:0.1", "--quiet", "--draw")
    assert command(*told, tmp_path / name).code == 1
    content = (tmp_path / name).read_bytes()
    assert content.startswith(b"<svg" if name.endswith("svg") else b"\x89PNG")
    if name.endswith("svg"):
        assert content.count(b"<circle") == 22  # a curve of rates, and one of costs
        assert b"as it is" in content
    assert command(*told, tmp_path / "sweep.pdf").code == 2


# ------------------------------------------------------------------------------------------------------------ actions

INCIDENT = """
gonogo: 1
causes-of: bores
causes:
  worn: {prior: 0.1, persists: 0.8}
  dirty: {prior: 0.2}
nonconformities: {bore: {from: {worn: 0.9, dirty: 0.5}, leak: 0.01, cost: 10}}
actions:
  renew: {kind: corrective, cost: 50, removes: {worn: 0.75}}
  guard: {kind: corrective, cost: 20, weakens: {"worn -> bore": 0.5}}
  other: {kind: corrective, cost: 20, removes: {dirty: 0.5}, excludes: [guard]}
  rework: {kind: correction, cost: 1, corrects: [bore]}
"""


@pytest.mark.parametrize("actions", [(), ("renew",), ("guard",), ("renew", "guard"), ("renew", "other")])
def test_the_next_part_is_what_the_causes_of_this_one_make_it(actions: tuple[str, ...]) -> None:
    """By hand: of the four states of two causes, given the finding, and of the four of the part after."""
    graph = graph_of_text(INCIDENT)
    acting = gonogo.Acting(graph, actions or ("renew",))
    verdict = next(iter(graph.standard.judge([{"bore": "10.5", "ok": "yes", "wear": "1"}])))
    assert [finding.rule for finding in verdict.findings] == ["bore"]
    acting.add(verdict)
    (told,) = acting.recurrences()

    def chance(worn: float, dirty: float, strength: float) -> float:
        return sum(
            (worn if w else 1 - worn) * (dirty if d else 1 - dirty) * _finding(w, d, strength)
            for w in (False, True)
            for d in (False, True)
        )

    def _finding(worn: bool, dirty: bool, strength: float) -> float:
        return 1 - 0.99 * (1 - strength if worn else 1) * (0.5 if dirty else 1)

    left = 0.25 if "renew" in actions else 1.0
    strength = 0.45 if "guard" in actions else 0.9
    dirty = 0.1 if "other" in actions else 0.2
    whole = chance(0.1, 0.2, 0.9)
    given = sum(0.1 * (0.2 if d else 0.8) * _finding(True, d, 0.9) for d in (False, True)) / whole  # of worn
    for is_after, seen in ((False, told.before), (True, told.after)):
        keep, power, other = (left, strength, dirty) if is_after else (1.0, 0.9, 0.2)
        stays, comes = keep * (0.8 + 0.2 * 0.1), keep * 0.2 * 0.1
        expected = given * chance(stays, other, power) + (1 - given) * chance(comes, other, power)
        if actions or not is_after:
            assert seen == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("actions", "code"),
    [(["nothing"], "unknown-name"), (["rework"], "bad-setting"), (["guard", "other"], "contradiction")],
)
def test_actions_that_cant_be_taken_are_told(actions: list[str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        gonogo.Acting(graph_of_text(INCIDENT), actions)
    assert {problem.code for problem in refused.value.problems} == {code}


def test_actions_on_the_command_line() -> None:
    told = ("whatif", "milling-cell", MILLING, "--act", "flow-switch", "--quiet")
    page = command(*told)
    assert page.code == 0  # nothing is judged otherwise
    assert "in the long run" in page.out
    assert "this incident" in page.out
    act = command(*told, "--format", "json").json["act"]
    assert act["actions"] == ["flow-switch"]
    assert act["long_run"]["risk_after"] < act["long_run"]["risk_before"]
    both = command(*told, "--parameter", "hot_limit=8.7 K", "--format", "json")
    assert both.json["act"] == act
    assert both.json["items"]["judged"] == 300
    assert command(*told, "--sweep", "hot_limit=8:9:1").code == 2


def test_the_picture_of_the_page_is_what_is_drawn(tmp_path: Path) -> None:
    told = ("whatif", "turned-shaft", SHAFTS, "--sweep", "seat_diameter.upper=-0.003:0.003:0.001", "--quiet", "--draw")
    command(*told, tmp_path / "sweep.svg")
    shown = Path(__file__).parents[1] / "docs" / "sweep.svg"
    assert (tmp_path / "sweep.svg").read_text("utf-8") == shown.read_text("utf-8")


def test_a_broken_pack_and_lost_facts_are_one_line_each(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "header.csv").write_text("UDI,Type\n")
    for facts in (tmp_path / "empty.csv", tmp_path / "header.csv", tmp_path / "no.csv"):
        result = command("whatif", "milling-cell", facts, "--parameter", "hot_limit=9 K", "--quiet")
        assert result.code == 2
        assert not result.out
        assert all("[" in line for line in result.errors)
    output = tmp_path / "out.json"
    output.write_text("kept")
    assert command("whatif", "milling-cell", tmp_path / "no.csv", "--withdraw", "power", "-o", output).code == 2
    assert output.read_text() == "kept"
