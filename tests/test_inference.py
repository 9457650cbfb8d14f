"""Inference on cause-effect graphs: against enumeration, against another engine, and against published posteriors."""

from __future__ import annotations

import json
import re
from math import log10
from pathlib import Path
from random import Random

import numpy as np
import pytest

from gonogo.causes.checks import check_gains, contributions
from gonogo.causes.explanations import explanations
from gonogo.causes.inference import Inference
from gonogo.causes.network import Case, Network, Node, Observation
from gonogo.causes.sampling import sample
from random_networks import enumerated, random_case, random_network

DATA = Path(__file__).parents[2] / "shared" / "data" / "bayes_networks"


@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_random_networks_agree_with_enumeration(part: int) -> None:
    impossible = 0
    for seed in range(1000 * part, 1000 * (part + 1)):
        random = Random(seed)
        network = random_network(random)
        case = random_case(random, network)
        whole, probability, _ = enumerated(network, case)
        beliefs = Inference(network).infer([case], range(len(network.nodes)))
        assert beliefs.is_possible == [whole > 0], seed
        if whole > 0:
            assert np.abs(beliefs.probability[0] - probability).max() < 1e-12, seed
            assert beliefs.log_evidence[0] == pytest.approx(np.log(whole), rel=1e-9, abs=1e-11), seed
        impossible += whole <= 0
    assert impossible  # contradictions are among them


def test_many_cases_at_once_come_out_as_one_by_one() -> None:
    random = Random(1)
    network = random_network(random, 12)
    cases = [random_case(random, network) for _ in range(200)]
    inference = Inference(network)
    together = inference.infer(cases)
    for place, case in enumerate(cases):
        alone = Inference(network).infer([case])
        np.testing.assert_allclose(together.probability[place], alone.probability[0], atol=1e-14)
        assert together.log_evidence[place] == pytest.approx(alone.log_evidence[0], rel=1e-12, abs=1e-12)


# ------------------------------------------------------------------------------------------------ another engine


def noisy_or(random: Random, causes: int, effects: int, findings: int) -> tuple[Network, Case]:
    """A layered network of noisy-OR gates, and findings that are seen or not."""
    nodes = [Node(f"c{number}", "cause", leak=random.uniform(0.005, 0.2)) for number in range(causes)]
    for number in range(effects + findings):
        below = causes if number < effects else causes + effects
        parents = tuple(sorted(random.sample(range(below), random.randint(2, 4))))
        strengths = tuple(random.uniform(0.05, 0.99) for _ in parents)
        nodes.append(Node(f"e{number}", "any", parents, strengths, random.choice([0.002, 0.02])))
    seen = range(causes + effects, len(nodes))
    case = tuple(Observation(each, *((0.0, 1.0) if random.random() < 0.5 else (1.0, 0.0))) for each in seen)
    return Network(tuple(nodes)), case


@pytest.mark.filterwarnings("ignore")  # those of a library that is only held against ours
@pytest.mark.parametrize("seed", range(12))
def test_noisy_or_networks_agree_with_pgmpy(seed: int) -> None:
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    network, case = noisy_or(Random(seed), 8, 4, 4)
    model = DiscreteBayesianNetwork()
    model.add_nodes_from([node.name for node in network.nodes])
    for node in network.nodes:
        names = [network.nodes[parent].name for parent in node.parents]
        model.add_edges_from((name, node.name) for name in names)
        count = len(names)
        states = ([bool(index >> (count - 1 - place) & 1) for place in range(count)] for index in range(2**count))
        chances = [node.chance(each) for each in states]
        table = [[1 - chance for chance in chances], chances]
        model.add_cpds(TabularCPD(node.name, 2, table, evidence=names, evidence_card=[2] * count))
    evidence = {network.nodes[each.node].name: int(each.absent == 0) for each in case}
    engine = VariableElimination(model)
    found = Inference(network).infer([case]).probability[0]
    for number in range(8):
        name = network.nodes[number].name
        other = engine.query([name], evidence=evidence, show_progress=False).values[1]
        assert found[number] == pytest.approx(other, abs=1e-9)


# ------------------------------------------------------------------------------------------- published networks


def read_bif(path: Path) -> tuple[Network, dict[str, list[str]]]:
    """A network of two-valued nodes, and the values of each, the one that is presence first."""
    text = path.read_text(encoding="utf-8")
    values = {
        name: [value.strip() for value in told.split(",")]
        for name, told in re.findall(r"variable\s+(\w+)\s*\{[^{]*\{([^}]*)\}", text)
    }
    tables = {
        head.split("|")[0].strip(): ([each.strip() for each in head.partition("|")[2].split(",") if each.strip()], body)
        for head, body in re.findall(r"probability\s*\(([^)]*)\)\s*\{([^}]*)\}", text)
    }
    order: list[str] = []
    while len(order) < len(tables):
        order += [name for name, (parents, _) in tables.items() if name not in order and set(parents) <= set(order)]
    number = {name: place for place, name in enumerate(order)}
    nodes = []
    for name in order:
        parents, body = tables[name]
        if not parents:
            first = re.search(r"table\s+([\d.eE+-]+)", body)
            assert first is not None
            nodes.append(Node(name, "cause", leak=float(first[1])))
            continue
        chances = [0.0] * 2 ** len(parents)
        for states, chance in re.findall(r"\(([^)]*)\)\s*([\d.eE+-]+)", body):
            told = [each.strip() for each in states.split(",")]
            index = sum(1 << bit for bit, each in enumerate(parents) if told[bit] == values[each][0])
            chances[index] = float(chance)
        nodes.append(Node(name, "table", tuple(number[each] for each in parents), table=tuple(chances)))
    return Network(tuple(nodes)), values


@pytest.mark.skipif(not DATA.is_dir(), reason="the published networks are not here")
def test_published_posteriors_of_asia_and_earthquake() -> None:
    queries = json.loads((DATA / "expected_posteriors.json").read_text(encoding="utf-8"))
    queries = [query for query in queries if (DATA / f"{query['network']}.bif").is_file()]
    assert {query["network"] for query in queries} == {"asia", "earthquake"}
    for query in queries:
        network, values = read_bif(DATA / f"{query['network']}.bif")
        number = {node.name: place for place, node in enumerate(network.nodes)}
        case = tuple(
            Observation(number[name], *((0.0, 1.0) if value == values[name][0] else (1.0, 0.0)))
            for name, value in query["evidence"].items()
        )
        beliefs = Inference(network).infer([case], range(len(network.nodes)))
        assert np.exp(beliefs.log_evidence[0]) == pytest.approx(query["p_evidence"], abs=1e-6)
        for name, told in query["posteriors"].items():
            assert beliefs.probability[0, number[name]] == pytest.approx(told[values[name][0]], abs=1e-6)


# ------------------------------------------------------------------------------------------------------ the wide


def tangled(size: int) -> tuple[Network, Case]:
    """Findings that each may come of many of the same causes."""
    random = Random(7)
    nodes = [Node(f"c{number}", "cause", leak=random.uniform(0.02, 0.2)) for number in range(size)]
    for number in range(size):
        parents = tuple(sorted(random.sample(range(size), min(size, 7))))
        strengths = tuple(random.uniform(0.3, 0.95) for _ in parents)
        nodes.append(Node(f"f{number}", "any", parents, strengths, 0.002))
    return Network(tuple(nodes)), tuple(Observation(size + number, 0.0, 1.0) for number in range(size))


def test_what_is_too_wide_is_known_before_and_answered_approximately() -> None:
    network, case = tangled(60)
    inference = Inference(network)
    assert inference.width(case) > 30  # a table of it would take gigabytes; nothing of the kind is made
    narrow = Inference(network, widest=10)
    assert narrow.width(case) > 10


def test_a_sampled_answer_says_so_and_how_well_it_is_known() -> None:
    network, case = tangled(9)
    exact = Inference(network).infer([case])
    assert exact.error[0] == 0
    sampled = Inference(network, widest=2).infer([case])
    assert 0 < sampled.error[0] < 0.05
    assert np.isnan(sampled.log_evidence[0])
    assert sampled.is_possible == [True]
    far = np.abs(sampled.probability[0, :9] - exact.probability[0, :9])
    assert far.max() < 0.05 + 4 * sampled.error[0]
    none = Inference(network).absence([case], [range(9)])[0]
    assert Inference(network, widest=2).absence([case], [range(9)])[0] == pytest.approx(none, abs=0.03)


@pytest.mark.parametrize("seed", range(8))
def test_chains_visit_gates_of_all_kinds(seed: int) -> None:
    random = Random(50 + seed)
    network = random_network(random, 8)
    case = random_case(random, network)
    whole, probability, _ = enumerated(network, case)
    if whole < 1e-4:
        pytest.skip("next to impossible")
    fixed = {each.node: each.absent == 0 for each in case if 0 in (each.absent, each.present)}
    sampled = sample(network, fixed, {each.node: (each.absent, each.present) for each in case})
    assert np.abs(sampled.probability - probability).max() < 0.06


def test_twenty_thousand_causes_are_no_more_than_their_findings() -> None:
    random = Random(3)
    nodes = [Node(f"c{number}", "cause", leak=random.choice([0.01, 0.002, 1e-7])) for number in range(20_000)]
    for number in range(64):
        parents = tuple(
            sorted({*random.sample(range(312 * number, 312 * (number + 1)), 300), random.randrange(20_000)})
        )
        nodes.append(Node(f"f{number}", "any", parents, tuple(random.uniform(0.05, 0.99) for _ in parents), 0.002))
    network = Network(tuple(nodes))
    case = tuple(Observation(20_000 + number, 0.0, 1.0) for number in range(64))
    beliefs = Inference(network).infer([case])
    assert beliefs.is_possible == [True]
    found = beliefs.probability[0, :20_000]
    assert ((found >= 0) & (found <= 1)).all()
    for number in range(64):  # each finding has a cause, or comes of its leak; both must be likely together
        reached = list(nodes[20_000 + number].parents)
        assert 0.05 < 1 - np.prod(1 - found[reached]) <= 1


# ------------------------------------------------------------------------------------- what else is asked of it


@pytest.mark.parametrize("seed", range(40))
def test_the_most_probable_sets_are_those_of_enumeration(seed: int) -> None:
    random = Random(200 + seed)
    network = random_network(random, 8)
    case = random_case(random, network)
    whole, _, given = enumerated(network, case)
    causes = [number for number, node in enumerate(network.nodes) if node.gate == "cause"]
    found = explanations(Inference(network), case, causes, 5)
    if whole <= 0:
        assert found.sets == ()
        return
    size = len(network.nodes)
    states = (np.arange(2**size)[:, None] >> np.arange(size)) & 1 == 1
    sums: dict[frozenset[int], float] = {}
    for row, chance in zip(states, given, strict=True):
        chosen = frozenset(number for number in causes if row[number])
        sums[chosen] = sums.get(chosen, 0.0) + float(chance)
    best = sorted(sums.values(), reverse=True)[:5]
    assert found.is_proven
    assert [chance for _, chance in found.sets] == pytest.approx([each for each in best if each > 0], abs=1e-10)
    assert all(sums[chosen] == pytest.approx(chance, abs=1e-10) for chosen, chance in found.sets)


def test_contributions_are_what_is_lost_without_each_observation() -> None:
    network = Network((Node("c", "cause", leak=0.1), Node("f", "any", (0,), (0.8,), 0.1)))
    case = (Observation(1, 0.0, 1.0), Observation(0, 0.2, 0.9))
    seen, evidence = contributions(Inference(network), case, 0)
    assert evidence == pytest.approx(10 * log10(0.9 / 0.2))
    assert seen == pytest.approx(10 * log10((1 - 0.9 * 0.2) / 0.1))


def test_a_check_gains_what_it_is_expected_to_tell() -> None:
    network = Network((Node("c", "cause", leak=0.5), Node("f", "any", (0,), (0.5,), 0.0), Node("d", "cause", leak=0.3)))
    looks = [Observation(0, 0.0, 1.0), Observation(2, 0.0, 1.0), Observation(1, 0.0, 1.0)]
    (chance, gain), other, finding = check_gains(Inference(network), (), looks, [0])
    assert [chance, gain] == pytest.approx([0.5, 1])
    assert other[1] == pytest.approx(0, abs=1e-12)
    left = 0.75 * -(1 / 3 * np.log2(1 / 3) + 2 / 3 * np.log2(2 / 3))
    assert list(finding) == pytest.approx([0.25, 1 - left])


def test_a_contradiction_names_no_more_than_it_takes() -> None:
    network = Network(
        (
            Node("c", "cause", leak=0.1),
            Node("d", "cause", leak=0.1),
            Node("e", "any", (0,), (1.0,), 0.0),
            Node("f", "any", (1,), (0.5,), 0.1),
        )
    )
    case = (Observation(3, 0.0, 1.0), Observation(0, 0.0, 1.0), Observation(1, 0.3, 0.4), Observation(2, 1.0, 0.0))
    inference = Inference(network)
    assert inference.infer([case]).is_possible == [False]
    assert inference.contradiction(case) == (1, 3)
    assert inference.contradiction(case[:3]) == ()
