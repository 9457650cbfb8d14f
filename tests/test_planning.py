"""The actions that pay: held against a look at every set of actions."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import chain, combinations
from random import Random

import numpy as np
import pytest

from causes_beside import graph_of_text
from gonogo.causes.actions import Plan, Planner
from gonogo.causes.bounds import Bounds
from gonogo.causes.fmea import undetected_cost
from gonogo.causes.pack import CauseGraph
from gonogo.problems import Refused


def random_document(random: Random, causes: int, actions: int, *, is_plain: bool = False) -> str:
    """A graph with gates of all kinds, and actions on its causes and links; or with `any` only, and on causes only."""
    lines = ["gonogo: 1", "causes-of: bores", "causes:"]
    names = [f"c{number}" for number in range(causes)]
    lines += [f"  {name}: {{prior: {random.uniform(0.001, 0.2):.4f}}}" for name in names]
    lines.append("effects:")
    links = []
    for number in range(3):
        parents = random.sample(names, 2)
        if not is_plain and random.random() < 0.2:
            chances = [f"{word}: {random.random():.3f}" for word in ("none", *parents, " and ".join(parents))]
            lines.append(f"  e{number}: {{gate: table, from: [{', '.join(parents)}], table: {{{', '.join(chances)}}}}}")
            continue
        gate = random.choice(["any"] if is_plain else ["any", "any", "all"])
        told = ", ".join(f"{parent}: {random.uniform(0.1, 0.95):.3f}" for parent in parents)
        lines.append(f"  e{number}: {{gate: {gate}, from: {{{told}}}}}")
        links += [f"{parent} -> e{number}" for parent in parents] if gate == "any" else []
    lines.append("nonconformities:")
    for name in ("bore", "rough"):
        parents = random.sample([*names, "e0", "e1", "e2"], 3)
        told = ", ".join(f"{parent}: {random.uniform(0.1, 0.95):.3f}" for parent in parents)
        lines.append(
            f"  {name}: {{from: {{{told}}}, cost: {random.randint(5, 90)}, detection: {random.randint(1, 9)}}}"
        )
        links += [f"{parent} -> {name}" for parent in parents]
    lines.append("actions:")
    for number in range(actions):
        told = f"kind: corrective, cost: {random.randint(1, 60)}, lead time: {random.randint(1, 9)} days"
        if is_plain or random.random() < 0.7:
            told += f", removes: {{{random.choice(names)}: {random.choice([0.5, 0.9, 1])}}}"
        else:
            told += f', weakens: {{"{random.choice(links)}": {random.choice([0.4, 0.8])}}}'
        if number and random.random() < 0.3:
            told += f", excludes: [a{random.randrange(number)}]"
        lines.append(f"  a{number}: {{{told}}}")
    return "\n".join(lines)


class Enumerated:
    """All sets of actions that exclude nothing of each other, and what they do."""

    def __init__(self, graph: CauseGraph, planner: Planner) -> None:
        actions = planner.actions
        numbers = range(len(actions))
        told = [graph.written.nonconformities[name] for name in planner.stake]
        weights = np.array([undetected_cost(each.cost, each.detection) for each in told])
        self.sets = []
        for chosen in chain.from_iterable(combinations(numbers, size) for size in range(len(actions) + 1)):
            names = {actions[each].name for each in chosen}
            if any(names.intersection(actions[each].excludes) for each in chosen):
                continue
            cost = sum((actions[each].cost for each in chosen), Fraction(0))
            chances = planner._risk.chances(frozenset(chosen))
            self.sets.append((float(cost), chances, float(weights @ chances[:-1])))


@pytest.mark.parametrize("seed", range(25))
def test_plans_are_the_best_of_all_sets(seed: int) -> None:
    random = Random(seed)
    graph = graph_of_text(random_document(random, 5, 7))
    planner = Planner(graph, ["bore", "rough"], None if seed % 3 else Fraction(6))
    every = Enumerated(graph, planner)

    total = min(cost + 4000 * loss for cost, _, loss in every.sets)
    paying = planner.most_paying(4000)
    assert paying.gap == 0
    assert float(paying.cost) + 4 * paying.loss_after == pytest.approx(total, rel=1e-6)

    budget = random.randint(10, 120)
    least = min(chances[-1] for cost, chances, _ in every.sets if cost <= budget)
    bought = planner.within_budget(Fraction(budget))
    assert bought.cost <= budget
    assert bought.risk_after == pytest.approx(least, rel=1e-6)

    for share in (0.9, 0.6, 0.3, 0.05):
        target = float(share * every.sets[0][1][:-1].max())
        costs = [cost for cost, chances, _ in every.sets if (chances[:-1] <= target).all()]
        found = planner.cheapest(target)
        assert (found is None) == (not costs)
        if found is not None:
            assert float(found.cost) == min(costs)
            assert all(chance <= target + 1e-8 for chance in found.after.values())


@pytest.mark.parametrize("seed", range(30))
def test_what_is_known_of_one_set_bounds_all_others(seed: int) -> None:
    random = Random(500 + seed)
    text = random_document(random, 5, 6, is_plain=seed % 2 == 1)  # plain ones have the narrowest bounds
    planner = Planner(graph_of_text(text), ["bore", "rough"])
    bounds = Bounds(planner._risk)
    numbers = range(len(planner.actions))
    sets = [
        frozenset(chosen)
        for chosen in chain.from_iterable(combinations(numbers, size) for size in range(len(numbers) + 1))
    ]
    measures = {chosen: bounds.measured(planner._risk.chances(chosen)) for chosen in sets}
    for known in random.sample(sets, min(12, len(sets))):
        for cut in bounds.cuts(known, planner._risk.chances(known)):
            for other in sets:
                taken = float(sum(cut.taken[each] for each in other))
                least = cut.constant + float(cut.left @ bounds.left(other)) + taken
                assert least <= measures[other][cut.target] + 1e-12
                if other == known:
                    assert least == pytest.approx(measures[other][cut.target], abs=1e-12)


def test_many_actions_are_planned_to_the_end() -> None:
    """Optimal as far as can be seen without looking at all sets: nothing is gained by one more, one less, one other."""
    random = Random(3)
    lines = ["gonogo: 1", "causes-of: bores", "causes:"]
    lines += [f"  c{number}: {{prior: {random.uniform(0.001, 0.03):.4f}}}" for number in range(20)]
    lines.append("effects:")
    for number in range(8):
        told = ", ".join(f"c{each}: {random.uniform(0.2, 0.9):.2f}" for each in random.sample(range(20), 4))
        lines.append(f"  e{number}: {{from: {{{told}}}}}")
    lines.append("nonconformities:")
    for name in ("bore", "rough"):
        told = ", ".join(f"e{each}: {random.uniform(0.2, 0.9):.2f}" for each in random.sample(range(8), 5))
        lines.append(f"  {name}: {{from: {{{told}}}, cost: {random.randint(200, 900)}}}")
    lines.append("actions:")
    for number in range(40):
        told = f"c{random.randrange(20)}: {random.choice([0.5, 0.8, 0.9])}"
        lines.append(f"  a{number}: {{kind: corrective, cost: {random.randint(10, 200)}, removes: {{{told}}}}}")
    planner = Planner(graph_of_text("\n".join(lines)), ["bore", "rough"])
    everything = range(len(planner.actions))

    def near(plan: Plan) -> list[frozenset[int]]:
        chosen = frozenset(each for each in everything if planner.actions[each].name in names(plan))
        swapped = [chosen - {one} | {other} for one in chosen for other in everything if other not in chosen]
        return [*swapped, *(chosen ^ {each} for each in everything)]

    def costs(chosen: frozenset[int]) -> float:
        return float(sum(planner.actions[each].cost for each in chosen))

    paying = planner.most_paying()
    assert paying.gap == 0
    assert 5 < len(paying.actions) < 40
    for other in near(paying):
        loss = 1000 * float(planner._weights @ planner._risk.chances(other)[:-1])
        assert costs(other) + loss >= float(paying.cost) + paying.loss_after - 1e-6

    target = max(paying.before.values()) / 2
    cheapest = planner.cheapest(target)
    assert cheapest is not None
    for other in near(cheapest):
        assert costs(other) >= cheapest.cost or planner._risk.chances(other)[:-1].max() > target

    bought = planner.within_budget(cheapest.cost)
    assert bought.gap == 0
    for other in near(bought):
        assert costs(other) > cheapest.cost or planner._risk.chances(other)[-1] >= bought.risk_after - 1e-9


@pytest.mark.parametrize("seed", range(16))
def test_the_frontier_has_all_plans_that_no_other_beats(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gonogo.causes.actions.MOST_SECONDS", 600.0)  # however busy the machine is
    graph = graph_of_text(random_document(Random(100 + seed), 4, 6))
    planner = Planner(graph, ["bore", "rough"])
    frontier = planner.frontier()
    assert frontier.is_whole
    every = Enumerated(graph, planner)
    best: list[tuple[float, float]] = []
    for cost, chances, _ in sorted(every.sets, key=lambda each: (each[0], each[1][-1])):
        if not best or chances[-1] < best[-1][1] * (1 - 1e-6):
            best.append((cost, float(chances[-1])))
    assert [float(point.cost) for point in frontier.points] == [cost for cost, _ in best]
    assert [point.risk for point in frontier.points] == pytest.approx([risk for _, risk in best], rel=2e-6)


@pytest.mark.parametrize("scale", [1e-3, 1e-6])
@pytest.mark.parametrize("seed", range(8))
def test_rare_causes_are_planned_against_as_well(seed: int, scale: float) -> None:
    """A saving of a millionth is told from none, and an action that saves nothing is in no plan."""
    random = Random(300 + seed)
    text = random_document(random, 4, 6)
    text = re.sub(r"prior: ([0-9.]+)", lambda found: f"prior: {float(found[1]) * scale:.12f}", text)
    graph = graph_of_text(text)
    planner = Planner(graph, ["bore", "rough"])
    every = Enumerated(graph, planner)
    for parts in (1, 4000):
        paying = planner.most_paying(parts)
        total = min(cost + parts * loss for cost, _, loss in every.sets)
        assert float(paying.cost) + parts / 1000 * paying.loss_after == pytest.approx(total, rel=1e-6)
        assert all(each.saved * parts / 1000 > 0 for each in paying.actions)
    for budget in (15, 60):
        bought = planner.within_budget(Fraction(budget))
        least = min(chances[-1] for cost, chances, _ in every.sets if cost <= budget)
        assert bought.risk_after == pytest.approx(least, rel=1e-5)
        cheapest = min(cost for cost, chances, _ in every.sets if chances[-1] <= bought.risk_after * (1 + 1e-12))
        assert float(bought.cost) == cheapest


def test_an_action_beyond_all_means_is_in_no_plan() -> None:
    text = GREEDY.replace("third: {kind: corrective, cost: 10", "third: {kind: corrective, cost: 1e15")
    planner = Planner(graph_of_text(text), ["bore"])
    assert names(planner.within_budget(Fraction(1000))) == ["both"]
    assert names(planner.most_paying(10_000)) == ["both"]


GREEDY = """
gonogo: 1
causes-of: bores
causes: {a: {prior: 0.1}, b: {prior: 0.1}, c: {prior: 0.11}}
nonconformities: {bore: {from: {a: 0.9, b: 0.9, c: 0.9}, leak: 0, cost: 10}}
actions:
  first: {kind: corrective, cost: 10, removes: {a: 1, b: 0.1}}
  both: {kind: corrective, cost: 17, removes: {a: 1, b: 1}}
  third: {kind: corrective, cost: 10, removes: {c: 1}}
  second: {kind: corrective, cost: 10, removes: {b: 1}}
"""


def names(plan: Plan | None) -> list[str]:
    return [] if plan is None else [each.action.name for each in plan.actions]


def test_what_looks_best_first_is_not_taken_where_it_makes_the_whole_dearer() -> None:
    planner = Planner(graph_of_text(GREEDY), ["bore"])
    plan = planner.cheapest(0.001)
    assert names(plan) == ["both", "third"]  # the cheapest gain for its cost is `first`, and then 30 are spent
    assert plan is not None
    assert plan.cost == 27
    assert plan.after["bore"] == pytest.approx(0)
    assert plan.actions[0].reduces == {"a": 1.0, "b": 1.0}


def test_a_target_that_no_actions_reach_has_no_plan() -> None:
    planner = Planner(graph_of_text(GREEDY.replace("leak: 0,", "leak: 0.01,")), ["bore"])
    assert planner.cheapest(0.005) is None
    assert planner.least()[1]["bore"] == pytest.approx(0.01)


def test_corrections_are_not_planned() -> None:
    text = GREEDY + "  regrind: {kind: correction, cost: 0, corrects: [bore]}\n"
    assert "regrind" not in [action.name for action in Planner(graph_of_text(text), ["bore"]).actions]


def test_risk_that_cannot_be_worked_out_exactly_is_not_planned_against(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gonogo.causes.inference.MOST_WORK", -1)
    with pytest.raises(Refused, match="too many causes") as told:
        Planner(
            graph_of_text(GREEDY.replace("nonconf", "effects: {e: {from: {a: 0.5, b: 0.5, c: 0.5}}}\nnonconf")),
            ["bore"],
        )
    assert [problem.code for problem in told.value.problems] == ["too-large"]
