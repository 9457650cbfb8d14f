"""From verdicts to root causes: what is observed, what is traced, and what is said where that can't be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gonogo
from causes_beside import bores, graph_of_text
from command_line import gonogo as run
from gonogo.causes.run import Tracing, pareto
from gonogo.problems import Problem, Refused
from test_problems import BORES

CAUSES = """
gonogo: 1
causes-of: bores
causes:
  worn: {category: machine, prior: 0.1, evidence: [{when: wear > 100 min, seen if present: 0.9, seen if absent: 0.1}]}
  hot: {category: milieu, prior: 0.05}
  soft: {category: material, prior: 0.02, requires: wear < 500 min, check: {title: test the hardness, cost: 4}}
effects:
  chatter: {from: {worn: often}}
nonconformities:
  bore.above: {from: {chatter: usually, hot: sometimes}, severity: 8, detection: 4, cost: 50}
  bore.below: {from: {soft: often}}
  rough: {from: {chatter: often, soft: sometimes}}
  many: {from: {worn: often}}
  loud: {observed: by a person, from: {chatter: always}}
actions:
  change: {kind: corrective, cost: 20, removes: {worn: 0.9}}
  ream: {kind: correction, cost: 3, corrects: [bore.below]}
"""

FACTS = """id,lot,bore,wear,ok
1,A,10.05,120,yes
2,A,9.90,50,no
3,A,10.00,50,no
4,B,10.00,50,yes
5,B,,50,yes
6,B,10.06,120,yes
7,B,10.05,600,
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    lines = (line for line in BORES.splitlines(keepends=True) if "never" not in line)
    (tmp_path / "standard.yaml").write_text("".join(lines), "utf-8")
    (tmp_path / "causes.yaml").write_text(CAUSES, "utf-8")
    (tmp_path / "facts.csv").write_text(FACTS, "utf-8")
    return tmp_path


def verdict(**cells: str) -> gonogo.Verdict:
    return bores().judge(cells)


# -------------------------------------------------------------------------------------------------- observations


def test_found_silent_and_unknown_rules_are_three_different_things() -> None:
    graph = graph_of_text(CAUSES)
    trace = graph.trace(verdict(bore="10.05", wear="120", ok=""))
    assert trace.seen == ("bore.above",)
    assert trace.not_seen == ("bore.below",)  # `rough` could not be judged, `loud` nobody listened for
    assert [str(each) for each in trace.known if each.text] == ["wear > 100 min"]


def test_evidence_that_does_not_hold_and_what_is_ruled_out_are_told() -> None:
    graph = graph_of_text(CAUSES)
    trace = graph.trace(verdict(bore="9.9", wear="600", ok="yes"))
    assert [str(each) for each in trace.known if each.text] == [
        "wear > 100 min",
        "soft ruled out, for it requires: wear < 500 min",
    ]
    soft = next(cause for cause in trace.causes if cause.cause == "soft")
    assert soft.probability == 0
    assert soft.decibans == float("-inf")
    assert trace.none_of_these == 1  # the one cause in reach is ruled out
    assert trace.top is None


def test_missing_values_say_nothing() -> None:
    graph = graph_of_text(CAUSES)
    trace = graph.trace(verdict(bore="10.05", wear="", ok="yes"))
    assert not [each for each in trace.known if each.text]


def test_the_findings_of_the_most_severe_class_are_traced_and_others_are_observations() -> None:
    graph = graph_of_text(CAUSES)
    trace = graph.trace(verdict(bore="10.05", wear="120", ok="no"))
    assert trace.traced == ("bore.above",)
    assert trace.seen == ("bore.above", "rough")
    assert graph.trace(verdict(bore="10.05", wear="120", ok="no"), findings=["rough"]).traced == ("rough",)


def test_what_a_person_says_outranks_the_verdict() -> None:
    graph = graph_of_text(CAUSES)
    trace = graph.trace(verdict(bore="10.05", wear="120", ok="yes"), seen=["rough", "loud"], not_seen=["bore.above"])
    assert trace.seen == ("rough", "loud")
    assert "bore.above" in trace.not_seen
    assert trace.traced == ("rough", "loud")


def test_probabilities_are_those_of_the_formula() -> None:
    graph = graph_of_text(CAUSES)
    trace = graph.trace(seen=["bore.below"])
    soft = next(cause for cause in trace.causes if cause.cause == "soft")
    seen = 0.02 * (1 - 0.998 * 0.5)
    assert soft.probability == pytest.approx(seen / (seen + 0.98 * 0.002))
    assert trace.none_of_these == pytest.approx(1 - soft.probability)
    assert [cause.cause for cause in trace.candidates] == ["soft"]
    assert [path.nodes for path in trace.paths("soft")] == [("soft", "bore.below")]


def test_where_nothing_is_traced_all_causes_are_ranked() -> None:
    trace = graph_of_text(CAUSES).trace(not_seen=["rough"])
    assert trace.traced == ()
    assert [cause.cause for cause in trace.candidates] == ["worn", "hot", "soft"]
    assert run("trace", "milling-cell", "--not-seen", "overstrain").code == 0


def test_ties_are_shown_as_such() -> None:
    text = "gonogo: 1\ncauses-of: bores\ncauses: {a: {prior: 0.1}, b: {prior: 0.1}}\n"
    graph = graph_of_text(f"{text}nonconformities: {{bore: {{from: {{a: often, b: often}}}}}}\n")
    trace = graph.trace(seen=["bore"])
    assert trace.ties == ("a", "b")
    assert not trace.is_joint
    assert trace.as_dict()["ties"] == [["a", "b"]]


def test_a_check_that_tells_more_for_its_cost_comes_first() -> None:
    checks = graph_of_text(CAUSES).trace(seen=["rough"]).checks()
    assert {"find out whether wear > 100 min", "test the hardness"} <= {check.text for check in checks}
    assert checks == tuple(sorted(checks, key=lambda check: -check.gain / float(check.cost)))


# ------------------------------------------------------------------------------------------------------- refusals


def test_observations_that_contradict_each_other_are_named() -> None:
    text = CAUSES.replace("chatter: {from: {worn: often}}", "chatter: {from: {worn: 1}, leak: 0}")
    graph = graph_of_text(text)
    with pytest.raises(Refused, match="`chatter seen` and `worn not seen` can't be true together"):
        graph.trace(seen=["chatter", "rough"], not_seen=["worn", "hot"])


def test_names_that_are_none_are_refused_with_the_nearest() -> None:
    graph = graph_of_text(CAUSES)
    with pytest.raises(Refused) as refused:
        graph.trace(seen=["ruogh"], not_seen=["rough", "hots"], findings=["worn"])
    assert [(problem.place, problem.code) for problem in refused.value.problems] == [
        ("--for", "unknown-name"),
        ("--not-seen", "unknown-name"),
        ("--seen", "unknown-name"),
    ]
    assert "did you mean `rough`?" in str(refused.value)


def test_a_rule_that_can_never_speak_is_no_observation() -> None:
    text = CAUSES.replace("  many:", "  never: {from: {worn: often}}\n  many:")
    graph = graph_of_text(text)
    assert [problem.code for problem in graph.warnings] == ["never-true"]
    assert "never" not in graph.trace(verdict(bore="10.05", wear="120", ok="yes")).not_seen


# ----------------------------------------------------------------------------------------------------- many units


def test_units_that_are_alike_are_traced_once_and_grouped_by_cause() -> None:
    graph = graph_of_text(CAUSES)
    tracing = Tracing(graph)
    for _ in range(50):
        for cells in ({"bore": "10.05"}, {"bore": "10.06"}, {"bore": "9.9"}, {"bore": "10"}):
            tracing.add(verdict(wear="120", ok="yes", **cells))
    assert (tracing.units, tracing.distinct) == (150, 2)
    told: list[Problem] = []
    found = pareto(tracing.traces(told.append))
    assert [(group.causes, group.units) for group in found.groups] == [(("worn",), 100), (("soft",), 50)]
    assert found.expected["worn"] > 90
    assert not told


def test_trace_of_a_file(pack: Path) -> None:
    result = run("trace", pack, pack / "facts.csv", "--format", "json")
    assert result.code == 1
    document = json.loads(result.out)
    assert document["traced"] == 7  # five items, and both lots
    assert [each.get("item") or each["lot"] for each in document["items"]] == ["1", "2", "3", "6", "7", "A", "B"]
    assert document["items"][-1]["traced"] == ["many"]
    assert sum(group["units"] for group in document["pareto"]) == 7


def test_trace_of_one_item(pack: Path) -> None:
    facts = pack / "facts.csv"
    document = json.loads(run("trace", pack, facts, "--item", "2", "--format", "json").out)
    assert (document["item"], document["lot"], document["traced"]) == ("2", "A", ["bore.below"])
    assert set(document) == {
        "item", "lot", "observed", "traced", "causes", "none_of_these", "ties", "explanations", "exact",
    }  # fmt: skip
    assert document["observed"]["seen"] == ["bore.below", "rough"]
    assert set(document["causes"][0]) == {"cause", "category", "probability", "prior", "decibans", "paths"}
    assert len(document["causes"]) == 3
    page = run("trace", pack, facts, "--item", "2").out
    assert "item 2: bore.below" in page
    assert "soft > bore.below 0.5" in page
    assert "ream" in page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--item", "4"], "nothing was found of item 4: there is nothing to trace"),
        (["--item", "5", "--for", "bore.above"], "`bore.above` could not be judged of item 5 for want of `bore`"),
        (["--item", "99"], "there is no item `99` in these facts"),
        (["--lot", "C"], "there is no lot `C` in these facts"),
        (["--for", "nosuch"], "`nosuch` is no finding or effect of the cause-effect graph"),
        (["--item", "1", "--lot", "A"], "say which to trace"),
        (["--draw", "fish.gif"], "ends in none of .svg, .png, .dot"),
        (["--format", "xlsx"], "is for `--fmea`"),
    ],
)
def test_what_can_not_be_traced_is_told_in_one_line(pack: Path, arguments: list[str], told: str) -> None:
    result = run("trace", pack, pack / "facts.csv", *arguments)
    assert len(result.errors) == 1
    assert told in result.errors[0]
    assert result.code in (0, 2)


def test_a_pack_without_causes_says_so() -> None:
    result = run("trace", "food-containers", "--seen", "leak")
    assert result.code == 2
    assert result.errors[0].endswith("[no-causes]")


def test_formats_of_many_traces_agree(pack: Path) -> None:
    facts = pack / "facts.csv"
    lines = [json.loads(line) for line in run("trace", pack, facts, "--format", "jsonl").out.splitlines()]
    assert lines == json.loads(run("trace", pack, facts, "--format", "json").out)["items"]
    rows = run("trace", pack, facts, "--format", "csv").out.splitlines()
    assert rows[0].startswith("item,lot,traced,cause,category,probability")
    assert len(rows) == len(lines) + 1
    page = run("trace", pack, facts).out
    assert "root causes of 5 items" in page


def test_fmea_in_every_format(pack: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    rows = json.loads(run("trace", pack, "--fmea", "--format", "json").out)["rows"]
    hot = next(row for row in rows if (row["cause"], row["nonconformity"]) == ("hot", "bore.above"))
    assert (hot["severity"], hot["occurrence"], hot["detection"], hot["rpn"]) == (8, 9, 4, 288)
    assert hot["cost_per_1000"] == pytest.approx(1000 * 50 * (1 - 6 / 9) * hot["due_to_cause"])
    assert rows == sorted(rows, key=lambda row: -(row["cost_per_1000"] or 0))
    written = run("trace", pack, "--fmea", "--format", "csv").out.splitlines()
    assert len(written) == len(rows) + 1
    book = tmp_path / "fmea.xlsx"
    assert run("trace", pack, "--fmea", "--format", "xlsx", "-o", book).code == 0
    sheet = load_workbook(book).active
    assert sheet is not None
    assert sheet.max_row == len(rows) + 1
    assert sheet.freeze_panes == "A2"
    assert {cell.value for cell in sheet["A"]} >= {"nonconformity", "bore.above"}
    assert "S" in run("trace", pack, "--fmea").out


def test_observations_that_contradict_the_graph_are_counted(pack: Path) -> None:
    strict = CAUSES.replace("chatter: usually, hot: sometimes}", "soft: 0.9}, leak: 0")
    (pack / "causes.yaml").write_text(strict, "utf-8")
    (pack / "facts.csv").write_text("id,lot,bore,wear,ok\n1,A,10.05,600,yes\n2,A,10.05,700,yes\n", "utf-8")
    result = run("trace", pack, pack / "facts.csv")
    assert result.code == 1
    assert "2 of 3 units with findings can't be traced" in result.out
    assert "nothing to trace" not in result.out
    document = json.loads(run("trace", pack, pack / "facts.csv", "--format", "json").out)
    assert (document["contradicting"], document["traced"]) == (2, 1)  # the lot of both is traced


def test_what_could_not_be_judged_is_counted_and_named(pack: Path) -> None:
    facts = pack / "facts.csv"
    (pack / "facts.csv").write_text("id,lot,bore,wear,ok\n1,A,10.05,120,yes\n2,A,,50,yes\n", "utf-8")
    assert "2 units that could not be judged are not in this" in run("trace", pack, facts).out  # the item, and its lot
    assert json.loads(run("trace", pack, facts, "--format", "json").out)["indeterminate"] == 2
    single = run("trace", pack, facts, "--item", "2")
    assert "item 2 could not be judged for want of bore" in single.errors[0]
    told = json.loads(run("trace", pack, facts, "--item", "2", "--format", "json").out)
    assert told == {"item": None, "lot": None, "traced": [], "causes": []}


def test_an_unexplained_finding_is_told_beside_one_that_is_explained(pack: Path) -> None:
    without = CAUSES.replace("  rough: {from: {chatter: often, soft: sometimes}}\n", "")
    (pack / "causes.yaml").write_text(without, "utf-8")
    (pack / "facts.csv").write_text("id,lot,bore,wear,ok\n1,A,10.05,120,no\n2,A,10.05,120,yes\n", "utf-8")
    result = run("trace", pack, pack / "facts.csv", "--item", "1")
    assert any("`rough`, minor, was found of one unit" in error for error in result.errors)
    document = json.loads(run("trace", pack, pack / "facts.csv", "--format", "json").out)
    assert document["unexplained"] == {"rough": 1}
    assert {"bore.above"} == {name for item in document["items"] if item["item"] for name in item["traced"]}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--seen", "rough", "--for", "bore.above"], "`bore.above` was not seen"),
        (["facts.csv", "--for", "chatter"], "`chatter` is an effect"),
        (["facts.csv", "--item", "1", "--fmea", "--draw", "f.svg"], "no FMEA"),
        (["--seen", "rough", "--fmea"], "leave `--seen`"),
        (["--seen", "rough", "--top", "2"], "`--top` is for many"),
        (["facts.csv", "-o", "a.svg", "--draw", "a.svg"], "name the same file"),
    ],
)
def test_what_can_not_be_asked_for_is_refused(pack: Path, arguments: list[str], told: str) -> None:
    result = run("trace", pack, *(str(pack / each) if each == "facts.csv" else each for each in arguments))
    assert result.code == 2
    assert told in result.err
    assert not Path("a.svg").exists()


def test_sampled_numbers_of_an_fmea_are_told_as_such(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = json.loads(run("trace", pack, "--fmea", "--format", "json").out)["rows"]
    assert {row["exact"] for row in exact} == {True}
    assert exact[0]["category"] == "machine"
    monkeypatch.setattr("gonogo.causes.inference.MOST_WORK", -1)
    rows = gonogo.fmea(graph_of_text(CAUSES))
    assert any(row.error > 0 for row in rows)


def test_plans_against_what_lots_have(tmp_path: Path) -> None:
    standard = (
        "gonogo: 1\nstandard: rods\nfacts: {item: id, lot: lot, fields: {size: {column: size, kind: number}}}\n"
        "rules: {large: {when: size > 5, class: minor}}\n"
        "lots: {rules: {many: {when: nonconforming > 1, class: major}}}\nclasses: [major, minor]\n"
    )
    causes = (
        "gonogo: 1\ncauses-of: rods\ncauses: {worn: {prior: 0.1}, mixed: {prior: 0.1}}\n"
        "nonconformities: {large: {from: {worn: often}, cost: 5}, many: {from: {mixed: often}, cost: 900}}\n"
        "actions: {sort: {kind: corrective, cost: 10, removes: {mixed: 0.9}}}\n"
    )
    (tmp_path / "standard.yaml").write_text(standard, "utf-8")
    (tmp_path / "causes.yaml").write_text(causes, "utf-8")
    (tmp_path / "facts.csv").write_text("id,lot,size\n1,A,6\n2,A,7\n", "utf-8")
    document = json.loads(run("plan", tmp_path, tmp_path / "facts.csv", "--format", "json").out)
    assert set(document["nonconformities"]) == {"large", "many"}
    assert [each["action"] for each in document["actions"]] == ["sort"]
    (tmp_path / "facts.csv").write_text("id,lot,size\n1,A,1\n", "utf-8")
    nothing = run("plan", tmp_path, tmp_path / "facts.csv")
    assert nothing.code == 0
    assert nothing.errors[0].endswith("[nothing-to-plan]")


def test_plans_that_exclude_each_other_and_rare_ones(pack: Path) -> None:
    other = "excludes: [cool]}\n  cool: {kind: corrective, cost: 5, removes: {hot: 1}}"
    both = CAUSES.replace("removes: {worn: 0.9}}", f"removes: {{worn: 0.9}}, {other}")
    (pack / "causes.yaml").write_text(both, "utf-8")
    result = run("plan", pack, "--for", "bore.above", "--residual-risk", "1 %", "--frontier")
    assert result.code == 1
    assert "exclude each other" in result.errors[-1]
    assert "what less and less risk costs" in result.out
    document = json.loads(
        run("plan", pack, "--for", "bore.above", "--residual-risk", "20 ppm", "--format", "json", "--frontier").out
    )
    assert document["actions"] is None
    assert document["frontier_whole"] is True


def test_plans_from_the_command_line(pack: Path) -> None:
    document = json.loads(
        run("plan", pack, pack / "facts.csv", "--budget", "100", "--format", "json", "--frontier").out
    )
    assert [each["action"] for each in document["actions"]] == ["change"]
    assert document["actions"][0]["reduces"] == {"worn": 0.9}
    assert document["cost"] == 20
    assert document["risk_after"] < document["risk_before"]
    assert document["gap"] == 0
    assert [point["cost"] for point in document["frontier"]] == [0, 20]
    assert "change" in run("plan", pack, "--for", "rough", "--budget", "20").out
    refused = run("plan", pack, "--for", "rough", "--residual-risk", "1 in 1000000")
    assert refused.code == 1
    assert refused.errors[0].endswith("[out-of-budget]")
    assert run("plan", pack, "--budget", "lots").code == 2
    assert run("plan", pack, "--residual-risk", "2").code == 2
    assert run("plan", pack, "--budget", "5", "--residual-risk", "0.1").code == 2


def test_lint_tells_problems_of_causes(pack: Path) -> None:
    (pack / "causes.yaml").write_text(CAUSES.replace("worn: often}}", "wron: often}}", 1), "utf-8")
    result = run("lint", pack)
    assert result.code == 1
    assert "did you mean `worn`?" in result.out + "".join(result.errors)
    assert run("check", pack, pack / "facts.csv").code == 1  # and judging needs no causes


@pytest.mark.parametrize("section", ["causes", "nonconformities"])
def test_a_graph_without_causes_or_nonconformities_is_a_problem(pack: Path, section: str) -> None:
    held = {"causes": "{a: {prior: 0.1}}", "nonconformities": "{rough: {from: {a: often}}}", section: "{}"}
    if section == "causes":
        held["nonconformities"] = "{}"
    lines = ["gonogo: 1", "causes-of: bores", *(f"{name}: {text}" for name, text in held.items())]
    (pack / "causes.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    result = run("lint", pack)
    assert result.code == 1
    assert f"there are no {section} here" in result.out + "".join(result.errors)
