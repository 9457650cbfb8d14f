"""Reasoning, against the plainest oracle there is, and at the edges of what durable-rules can bear."""

from __future__ import annotations

import builtins
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gonogo import reason
from gonogo.problems import Problems, Refused, Source, Span
from gonogo.program.ir import FALSE, TRUE, UNKNOWN, All, AnyOf, Component, Found, Logic, Not, Open, Outcome, Proposition
from gonogo.program.strata import PAGE_CLAUSES, PAGE_KEYS, Plan, plan_reasoning
from gonogo.reason import Reasoner
from oracle import expected


def plan_of(rules: Mapping[str, Logic], components: Sequence[Component] | None = None) -> tuple[Plan, Problems]:
    propositions = [Proposition(name, when) for name, when in rules.items()]
    conditions = tuple(sorted(set().union(*map(conditions_of, rules.values()))))
    problems = Problems()
    return plan_reasoning(propositions, components or [Component(conditions, tuple(rules))], problems), problems


def answer(rules: Mapping[str, Logic], outcomes: Sequence[int]) -> dict[str, int]:
    """What the one component of these rules answers, checked against the oracle."""
    plan, problems = plan_of(rules)
    assert not problems.found
    known = dict(zip(plan.groups[0].conditions, outcomes, strict=True))
    answers = dict(zip(rules, Reasoner(plan).reason(0, outcomes), strict=True))
    assert answers == expected([Proposition(name, when) for name, when in rules.items()], known)
    return answers


def conditions_of(tree: Logic) -> set[int]:
    todo, conditions = [tree], set()
    while todo:
        match todo.pop():
            case Outcome(condition):
                conditions.add(condition)
            case Not(part):
                todo.append(part)
            case All(parts) | AnyOf(parts):
                todo.extend(parts)
            case _:
                pass
    return conditions


# ------------------------------------------------------------------------------------- equal to the oracle


def trees(conditions: range, names: Sequence[str]) -> st.SearchStrategy[Logic]:
    literals: st.SearchStrategy[Logic] = st.one_of(st.sampled_from(conditions).map(Outcome), st.just(Open()))
    if names:
        literals = st.one_of(literals, st.sampled_from(names).map(Found))
    return st.recursive(
        literals,
        lambda parts: st.one_of(
            parts.map(Not),
            st.lists(parts, max_size=5).map(lambda those: All(tuple(those))),
            st.lists(parts, max_size=5).map(lambda those: AnyOf(tuple(those))),
        ),
        max_leaves=14,
    )


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[Proposition], list[Component]]:
    propositions, components = [], []
    for number in range(draw(st.integers(1, 4))):
        conditions = range(number * 5, number * 5 + draw(st.integers(1, 5)))
        names = [f"r{number}.{rule}" for rule in range(draw(st.integers(1, 7)))]
        goes_round = draw(st.booleans())
        for index, name in enumerate(names):
            tree = draw(trees(conditions, names if goes_round else names[:index]))
            propositions.append(Proposition(name, tree))
        order = draw(st.permutations(names))
        components.append(Component(tuple(conditions), tuple(order)))
    return draw(st.permutations(propositions)), components


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(programs(), st.randoms(use_true_random=False))
def test_every_situation_is_answered_as_kleene_says(
    program: tuple[list[Proposition], list[Component]], dice: random.Random
) -> None:
    propositions, components = program
    problems = Problems()
    plan = plan_reasoning(propositions, components, problems)
    everything = [condition for component in components for condition in component.conditions]
    if expected(propositions, dict.fromkeys(everything, FALSE)) is None:
        assert {problem.code for problem in problems.found} == {"circle-through-not"}
        return
    assert not problems.found
    reasoner = Reasoner(plan)
    for outcomes_there_are in ((FALSE, TRUE, UNKNOWN), (FALSE, TRUE), (UNKNOWN,)) * 3:
        known = {condition: dice.choice(outcomes_there_are) for condition in everything}
        oracle = expected(propositions, known)
        assert oracle is not None
        for number, component in enumerate(components):
            answers = reasoner.reason(number, [known[condition] for condition in component.conditions])
            assert dict(zip(component.propositions, answers, strict=True)) == {
                name: oracle[name] for name in component.propositions
            }


def random_tree(dice: random.Random, names: Sequence[str], conditions: int, depth: int) -> Logic:
    if depth == 0 or dice.random() < 0.2:
        leaf = Found(dice.choice(names)) if names and dice.random() < 0.3 else Outcome(dice.randrange(conditions))
        literal: Logic = leaf if dice.random() < 0.9 else Open()
        return literal if dice.random() < 0.7 else Not(literal)
    parts = tuple(random_tree(dice, names, conditions, depth - 1) for _ in range(dice.choice((1, 2, 2, 3, 12))))
    return dice.choice((All, AnyOf))(parts)


@pytest.mark.parametrize("seed", range(12))
def test_large_programs_are_answered_as_kleene_says(seed: int) -> None:
    dice = random.Random(seed)
    rules: dict[str, Logic] = {f"c{number}": Outcome(number) for number in range(40)}
    for number in range(80):
        rules[f"r{number}"] = random_tree(dice, list(rules)[-30:], 40, 4)
    propositions = [Proposition(name, when) for name, when in rules.items()]
    plan, problems = plan_of(rules)
    assert not problems.found
    reasoner = Reasoner(plan)
    for choices in ((FALSE, TRUE), (FALSE, TRUE, UNKNOWN), (FALSE, FALSE, FALSE, UNKNOWN)):
        outcomes = dice.choices(choices, k=40)
        answers = dict(zip(rules, reasoner.reason(0, outcomes), strict=True))
        assert answers == expected(propositions, dict(enumerate(outcomes)))


# --------------------------------------------------------------------------------------------- what it says


def test_unknown_or_true_is_true_and_unknown_and_true_is_unknown() -> None:
    either, both = AnyOf((Outcome(0), Outcome(1))), All((Outcome(0), Outcome(1)))
    assert answer({"either": either, "both": both}, [UNKNOWN, TRUE]) == {"either": TRUE, "both": UNKNOWN}


def test_what_is_open_is_unknown_in_every_situation_and_so_is_its_denial() -> None:
    rules: dict[str, Logic] = {
        "zone": All((Outcome(0), AnyOf((Outcome(1), Open())))),
        "open": Open(),
        "denied": Not(Open()),
        "not found": Not(Found("zone")),
    }
    always = {"open": UNKNOWN, "denied": UNKNOWN}
    assert answer(rules, [FALSE, FALSE]) == always | {"zone": FALSE, "not found": TRUE}
    assert answer(rules, [TRUE, FALSE]) == always | {"zone": UNKNOWN, "not found": UNKNOWN}
    assert answer(rules, [TRUE, TRUE]) == always | {"zone": TRUE, "not found": FALSE}
    assert answer(rules, [UNKNOWN, UNKNOWN]) == always | {"zone": UNKNOWN, "not found": UNKNOWN}


def test_there_is_no_reasoning_by_cases() -> None:
    cases = AnyOf((All((Outcome(0), Outcome(1))), All((Outcome(0), Not(Outcome(1))))))
    assert answer({"cases": cases}, [TRUE, UNKNOWN]) == {"cases": UNKNOWN}


def test_all_of_nothing_is_true_and_any_of_nothing_is_false() -> None:
    rules: dict[str, Logic] = {
        "true": All(()),
        "false": AnyOf(()),
        "not true": Not(All(())),
        "absent": Not(Found("false")),
    }
    assert answer(rules, []) == {"true": TRUE, "false": FALSE, "not true": FALSE, "absent": TRUE}


def test_findings_that_stand_only_on_each_other_are_false() -> None:
    rules: dict[str, Logic] = {"a": AnyOf((Found("b"), Outcome(0))), "b": Found("a"), "c": Not(Found("b"))}
    assert answer(rules, [FALSE]) == {"a": FALSE, "b": FALSE, "c": TRUE}
    assert answer(rules, [UNKNOWN]) == {"a": UNKNOWN, "b": UNKNOWN, "c": UNKNOWN}
    assert answer(rules, [TRUE]) == {"a": TRUE, "b": TRUE, "c": FALSE}


def test_answers_stand_in_the_order_of_the_component() -> None:
    propositions = [Proposition("a", Outcome(7)), Proposition("b", Not(Outcome(7)))]
    plan = plan_reasoning(propositions, [Component((7,), ("b", "a"))], Problems())
    assert Reasoner(plan).reason(0, [TRUE]) == (FALSE, TRUE)


def test_a_situation_of_the_wrong_length_is_an_error() -> None:
    plan, _ = plan_of({"a": All((Outcome(0), Outcome(1)))})
    with pytest.raises(ValueError, match="1 outcomes for 2 conditions"):
        Reasoner(plan).reason(0, [TRUE])


def test_a_plan_can_be_read() -> None:
    rules: dict[str, Logic] = {
        "hot": All((Outcome(0), Not(Outcome(1)))),
        "worn": All(()),
        "near": Open(),
        "run": Not(Found("hot")),
    }
    plan, _ = plan_of(rules)
    assert str(plan).splitlines() == [
        "component 0: conditions 0 1",
        "  layer 0",
        "    page 0",
        "      hot <- c0 & not c1",
        "      worn <- true",
        "      near <- unknown",
        "  layer 1",
        "    page 0",
        "      run <- not found(hot)",
    ]


# ------------------------------------------------------------------------------------------------- circles


def test_a_circle_through_not_names_its_rules_and_points_at_the_finding() -> None:
    source = Source("standard.yaml", "a: found(b)\nb: found(c)\nc: not found(a)\nd: found(c)\n")
    start = source.text.index("found(a)")
    denied = Found("a", Span(source, start, start + len("found(a)")))
    _, problems = plan_of({"a": Found("b"), "b": Found("c"), "c": Not(denied), "d": Found("c")})
    (problem,) = problems.found
    assert isinstance(problem.place, Span)
    assert problem.place.text == "found(a)"
    assert str(problem) == (
        "standard.yaml:3:8: `not` stands in a circle of findings: c → a → b → c; "
        "let one of them stand on conditions in place of the finding [circle-through-not]"
    )


def test_a_rule_that_denies_itself_is_a_circle() -> None:
    _, problems = plan_of({"a": Not(Found("a"))})
    assert [problem.what for problem in problems.found] == ["`not` stands in a circle of findings: a → a"]


def test_each_circle_is_reported_once() -> None:
    rules: dict[str, Logic] = {"a": Not(Found("b")), "b": Not(Found("a")), "c": Not(Found("d")), "d": Found("c")}
    _, problems = plan_of(rules)
    assert [problem.what.rpartition(": ")[2] for problem in problems.found] == ["a → b → a", "c → d → c"]


def test_not_twice_in_a_circle_is_no_circle_through_not() -> None:
    assert answer({"a": Not(AnyOf((Not(Found("b")),))), "b": Found("a")}, []) == {"a": FALSE, "b": FALSE}


# ---------------------------------------------------------------------------------- large, wide, deep, many


def test_five_thousand_rules_of_their_own_share_pages() -> None:
    rules = {f"r{number}": AnyOf((Outcome(2 * number), Outcome(2 * number + 1))) for number in range(5000)}
    components = [Component((2 * number, 2 * number + 1), (f"r{number}",)) for number in range(5000)]
    plan, _ = plan_of(rules, components)
    assert len(plan.pages) < 200
    reasoner = Reasoner(plan)
    assert reasoner.reason(4321, [FALSE, TRUE]) == (TRUE,)
    assert sum(len(page.idle) for page in reasoner._pages) == 1
    for number in range(0, 5000, 97):
        assert reasoner.reason(number, [FALSE, FALSE]) == (FALSE,)
        assert reasoner.reason(number, [UNKNOWN, FALSE]) == (UNKNOWN,)
        assert reasoner.reason(number, [UNKNOWN, TRUE]) == (TRUE,)


def test_five_thousand_rules_in_one_component() -> None:
    rules: dict[str, Logic] = {f"r{n}": All((Outcome(n % 50), Outcome(n % 49), Not(Outcome(50)))) for n in range(5000)}
    answers = answer(rules, [TRUE] * 50 + [FALSE])
    assert set(answers.values()) == {TRUE}
    assert set(answer(rules, [UNKNOWN] + [TRUE] * 49 + [FALSE]).values()) == {TRUE, UNKNOWN}


def test_three_hundred_conditions_in_one_conjunction() -> None:
    rules = {"all": All(tuple(map(Outcome, range(300)))), "none": All(tuple(Not(Outcome(n)) for n in range(300)))}
    assert answer(rules, [TRUE] * 300) == {"all": TRUE, "none": FALSE}
    assert answer(rules, [FALSE] * 300) == {"all": FALSE, "none": TRUE}
    assert answer(rules, [TRUE] * 250 + [UNKNOWN] + [TRUE] * 49) == {"all": UNKNOWN, "none": FALSE}
    assert answer(rules, [TRUE] * 250 + [UNKNOWN] + [FALSE] * 49) == {"all": FALSE, "none": FALSE}


def test_two_hundred_findings_are_true_at_once() -> None:
    rules: dict[str, Logic] = {f"r{number}": Outcome(number) for number in range(200)}
    rules["all"] = All(tuple(Found(name) for name in rules))
    rules["none"] = Not(AnyOf(tuple(Found(f"r{number}") for number in range(200))))
    answers = answer(rules, [TRUE] * 200)
    assert answers.pop("none") == FALSE
    assert set(answers.values()) == {TRUE}
    assert answer(rules, [FALSE] * 200)["none"] == TRUE


def test_twenty_strata_stand_on_each_other() -> None:
    rules: dict[str, Logic] = {"r0": Outcome(0)}
    for number in range(1, 20):
        rules[f"r{number}"] = All((Not(Found(f"r{number - 1}")), Outcome(1)))
    plan, _ = plan_of(rules)
    assert len(plan.groups[0].layers) == 20
    assert list(answer(rules, [FALSE, TRUE]).values()) == [FALSE, TRUE] * 10
    assert set(answer(rules, [UNKNOWN, TRUE]).values()) == {UNKNOWN}


def test_a_chain_of_three_thousand_findings_does_not_exhaust_the_stack() -> None:
    rules: dict[str, Logic] = {f"r{n}": Found(f"r{n - 1}") if n else Outcome(0) for n in range(3000)}
    assert set(answer(rules, [UNKNOWN]).values()) == {UNKNOWN}


def test_two_hundred_rules_go_round_in_a_circle_without_not() -> None:
    rules: dict[str, Logic] = {f"r{n}": AnyOf((Found(f"r{(n + 1) % 200}"), Outcome(n))) for n in range(200)}
    assert set(answer(rules, [FALSE] * 200).values()) == {FALSE}
    assert set(answer(rules, [FALSE] * 100 + [TRUE] + [FALSE] * 99).values()) == {TRUE}
    assert set(answer(rules, [FALSE] * 100 + [UNKNOWN] + [FALSE] * 99).values()) == {UNKNOWN}


def test_six_hundred_rules_share_their_first_condition() -> None:
    rules: dict[str, Logic] = {f"r{number}": All((Outcome(0), Outcome(number))) for number in range(1, 601)}
    assert set(answer(rules, [TRUE] * 601).values()) == {TRUE}
    assert set(answer(rules, [UNKNOWN] + [TRUE] * 600).values()) == {UNKNOWN}


def test_three_hundred_rules_end_in_the_same_condition() -> None:
    rules: dict[str, Logic] = {f"r{number}": All((Outcome(number), Outcome(0))) for number in range(1, 301)}
    assert set(answer(rules, [TRUE] * 301).values()) == {TRUE}
    assert set(answer(rules, [FALSE] + [TRUE] * 300).values()) == {FALSE}


def test_clauses_grow_with_the_tree_and_not_with_its_product() -> None:
    parts = tuple(AnyOf((Outcome(2 * number), Outcome(2 * number + 1))) for number in range(200))
    plan, _ = plan_of({"all": All(parts)})
    assert sum(map(len, plan.pages)) < 1000
    assert answer({"all": All(parts)}, [TRUE, FALSE] * 200) == {"all": TRUE}
    assert answer({"all": All(parts)}, [TRUE, FALSE] * 199 + [FALSE, UNKNOWN]) == {"all": UNKNOWN}
    assert answer({"all": All(parts)}, [TRUE, FALSE] * 199 + [FALSE, FALSE]) == {"all": FALSE}


@pytest.mark.parametrize("is_denied", [False, True])
def test_a_tree_of_sixty_storeys(is_denied: bool) -> None:
    tree: Logic = Outcome(0)
    for storey in range(60):
        tree = Not(tree) if is_denied else tree
        tree = (All, AnyOf)[storey % 2]((tree, Outcome(storey % 7), Outcome(storey % 5)))
    dice = random.Random(0)
    for _ in range(5):
        answer({"tall": tree}, dice.choices((FALSE, TRUE, UNKNOWN), k=7))


def test_a_tree_too_deep_for_recursion() -> None:
    tree: Logic = Outcome(0)
    for storey in range(20_000):
        tree = Not((All, AnyOf)[storey % 2]((tree, Outcome(1))))
    plan, _ = plan_of({"deep": tree})
    assert sum(map(len, plan.pages)) < 200_000
    while isinstance(tree, Not | All | AnyOf):  # taken apart by hand: deallocation recurses, too
        tree = tree.part if isinstance(tree, Not) else tree.parts[0]


def test_pages_stay_inside_the_envelope() -> None:
    dice = random.Random(1)
    rules = {f"r{number}": random_tree(dice, (), 400, 4) for number in range(300)}
    plan, _ = plan_of(rules)
    for page in plan.pages:
        assert len(page) <= PAGE_CLAUSES
        assert len({key for clause in page for key in clause.keys}) <= PAGE_KEYS


def test_no_two_field_names_have_one_hash() -> None:
    def fnv1a(name: str) -> int:
        hash_ = 2166136261
        for byte in name.encode():
            hash_ = (hash_ ^ byte) * 16777619 % 2**32
        return hash_

    names = ["id", "sid", "t", *(f"k{number}" for number in range(PAGE_KEYS))]
    assert len(set(map(fnv1a, names))) == len(names)


# ------------------------------------------------------------------------------- threads, memory, failures

CHAIN: dict[str, Logic] = {
    "a": All((Outcome(0), Not(Outcome(1)))),
    "b": AnyOf((Found("a"), Outcome(2))),
    "c": All((Found("b"), Not(Found("a")))),
    "d": AnyOf((All((Outcome(0), Outcome(3))), Found("c"))),
}


def situations(count: int) -> Iterator[tuple[int, ...]]:
    dice = random.Random(2)
    return (tuple(dice.choices((FALSE, TRUE, UNKNOWN), k=4)) for _ in range(count))


def test_threads_may_share_a_reasoner() -> None:
    plan, _ = plan_of(CHAIN)
    alone, shared = Reasoner(plan), Reasoner(plan)
    answers = {situation: alone.reason(0, situation) for situation in situations(1000)}
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            asked = list(situations(20_000))
            assert list(threads.map(lambda s: shared.reason(0, s), asked, chunksize=100)) == [answers[s] for s in asked]
    finally:
        sys.setswitchinterval(interval)
    assert 1 <= len(shared._pages[0].idle) <= 4


def resident_kb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_stays_flat_over_many_situations() -> None:
    plan, _ = plan_of(CHAIN)
    reasoner = Reasoner(plan)
    for situation in situations(20_000):
        reasoner.reason(0, situation)
    before = resident_kb()
    for situation in situations(200_000):
        reasoner.reason(0, situation)
    assert resident_kb() - before < 4_000


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_a_reasoner_takes_its_rulesets_with_it() -> None:
    plan, _ = plan_of({f"r{n}": All((Outcome(n), Outcome(n + 1))) for n in range(60)})

    def reason_once() -> None:
        Reasoner(plan).reason(0, [TRUE] * 61)

    for _ in range(20):
        reason_once()
    before = resident_kb()
    for _ in range(200):
        reason_once()
    assert resident_kb() - before < 20_000


@pytest.mark.parametrize("step", ["assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact"])
def test_after_a_failure_nothing_of_the_situation_is_left(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, _ = plan_of(CHAIN)
    reasoner = Reasoner(plan)
    right = reasoner.reason(0, [FALSE, FALSE, TRUE, FALSE])

    class Failing:
        def __getattr__(self, name: str) -> Any:
            return self.fail if name == step else getattr(engine, name)

        def fail(self, *_: Any) -> None:
            raise engine.error("no")

    engine = reason._engine()
    with monkeypatch.context() as patch:
        patch.setattr(reason, "_engine", Failing)
        with pytest.raises(engine.error):
            reasoner.reason(0, [TRUE, FALSE, TRUE, TRUE])
    assert reasoner._pages[0].idle == []
    assert reasoner.reason(0, [FALSE, FALSE, TRUE, FALSE]) == right


def test_without_durable_rules_the_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *rest: Any) -> Any:
        if name == "durable_rules_engine":
            raise ImportError("no module named durable_rules_engine")
        return import_(name, *rest)

    import_ = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.setattr(reason, "_engine", reason._engine.__wrapped__)
    plan, _ = plan_of(CHAIN)
    with pytest.raises(Refused) as refused:
        Reasoner(plan)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place) == ("no-durable-rules", "durable-rules")
    assert "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install" in problem.mend
