"""Inference where it easily goes wrong: rare causes, certain links, contradictions, parts, chains that stick."""

from __future__ import annotations

import tracemalloc
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import inf, log2, log10
from random import Random

import numpy as np
import pytest

from gonogo.causes import combining
from gonogo.causes.checks import check_gains, contributions
from gonogo.causes.explanations import explanations
from gonogo.causes.inference import Inference
from gonogo.causes.network import Case, Gate, Network, Node, Observation
from gonogo.causes.sampling import sample
from random_networks import enumerated, random_case, random_network

SEEN, UNSEEN = (0.0, 1.0), (1.0, 0.0)


def exactly(network: Network, case: Case) -> tuple[Fraction, list[Fraction]]:
    """The probability of a case, and of each node with it, of a network of causes and gates `any`, in fractions."""
    size = len(network.nodes)
    whole, present = Fraction(0), [Fraction(0)] * size
    for states in product((False, True), repeat=size):
        likely = Fraction(1)
        for number, node in enumerate(network.nodes):
            absent = 1 - Fraction(node.leak)
            for parent, strength in zip(node.parents, node.strengths, strict=True):
                absent *= 1 - Fraction(strength) if states[parent] else 1
            likely *= 1 - absent if states[number] else absent
        for each in case:
            likely *= Fraction(each.present if states[each.node] else each.absent)
        whole += likely
        for number, is_there in enumerate(states):
            present[number] += likely if is_there else 0
    return whole, present


def coupled(random: Random, prior: float, causes: int, findings: int) -> tuple[Network, Case]:
    """Rare causes, each of which may bring about several findings; all of these are seen."""
    nodes = [Node(f"c{number}", "cause", leak=prior * random.choice([1, 0.3, 0.1])) for number in range(causes)]
    for number in range(findings):
        parents = tuple(sorted(random.sample(range(causes), 4)))
        strengths = tuple(random.uniform(0.2, 0.95) for _ in parents)
        nodes.append(Node(f"f{number}", "any", parents, strengths, random.choice([0.0, prior])))
    return Network(tuple(nodes)), tuple(Observation(causes + number, *SEEN) for number in range(findings))


@pytest.mark.parametrize("prior", [1e-2, 1e-4, 1e-7, 1e-12])
@pytest.mark.parametrize("seed", range(3))
def test_rare_causes_of_several_findings_keep_their_digits(prior: float, seed: int) -> None:
    network, case = coupled(Random(seed), prior, 6, 4)
    whole, present = exactly(network, case)
    beliefs = Inference(network).infer([case])
    assert float(beliefs.log_evidence[0]) == pytest.approx(np.log(float(whole)), rel=1e-14, abs=1e-13)
    for number in range(6):
        assert float(beliefs.probability[0, number]) == pytest.approx(float(present[number] / whole), rel=1e-12)


def test_sixty_four_findings_of_rare_causes_do_not_underflow() -> None:
    """A finding each, with two causes: independent of the others, so that all is known without a program."""
    nodes = [Node(f"c{number}", "cause", leak=1e-7) for number in range(192)]
    nodes += [Node(f"f{each}", "any", (3 * each, 3 * each + 1, 3 * each + 2), (0.5,) * 3) for each in range(64)]
    case = tuple(Observation(192 + number, *SEEN) for number in range(64))
    beliefs = Inference(Network(tuple(nodes))).infer([case])
    acts = Fraction(1e-7) / 2
    seen = 1 - (1 - acts) ** 3
    assert beliefs.log_evidence[0] == pytest.approx(64 * np.log(float(seen)), rel=1e-13)
    share = float(Fraction(1e-7) * (1 - Fraction(1, 2) * (1 - acts) ** 2) / seen)
    assert beliefs.probability[0, :192] == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7, 11, 13, 21, 40])
@pytest.mark.parametrize("gate", ["any", "all"])
def test_many_causes_of_the_same_findings(count: int, gate: str) -> None:
    """Against the same network with an effect of certainty behind each cause: then no cause is like another."""
    random = Random(count)
    causes = [Node(f"c{number}", "cause", leak=random.uniform(0.001, 0.3)) for number in range(count)]
    strengths = [tuple(random.uniform(0.1, 0.9) for _ in range(count)) for _ in range(2)]
    copies = [Node(f"d{number}", "any", (number,), (1.0,)) for number in range(count)]
    state = SEEN if gate == "any" else UNSEEN
    found = []
    for first, before in ((0, causes), (count, causes + copies)):
        parents = tuple(range(first, first + count))
        gates = [Node(f"f{each}", "any" if gate == "any" else "all", parents, strengths[each], 0.01) for each in (0, 1)]
        case = tuple(Observation(len(before) + each, *state) for each in (0, 1))
        soft = tuple(Observation(number, 0.2, 0.7) for number in range(0, count, 3))
        beliefs = Inference(Network((*before, *gates))).infer([case, case + soft])
        found.append((beliefs.probability[:, :count], beliefs.log_evidence))
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-12)
    np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-12, atol=1e-13)


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Products are made in parts, however small they are."""
    monkeypatch.setattr(combining, "LARGEST", 4)
    combining._plan.cache_clear()
    yield
    combining._plan.cache_clear()


@pytest.mark.usefixtures("in_parts")
def test_products_in_parts_are_the_same() -> None:
    for seed in range(300):
        random = Random(seed)
        network = random_network(random)
        case = random_case(random, network)
        whole, probability, _ = enumerated(network, case)
        beliefs = Inference(network).infer([case], range(len(network.nodes)))
        assert beliefs.is_possible == [whole > 0], seed
        if whole > 0:
            assert np.abs(beliefs.probability[0] - probability).max() < 1e-12, seed


def layered(random: Random) -> tuple[Network, Case]:
    """Nine causes, five effects, four findings of which two are seen: large enough that many axes are shared."""
    nodes = [Node(f"c{number}", "cause", leak=random.choice([0.1, 0.01, 1e-5])) for number in range(9)]
    for number in range(9):
        below = range(9) if number < 5 else range(9, 14)
        parents = tuple(sorted(random.sample(below, random.randint(3, 5))))
        strengths = tuple(random.choice([0.999, random.uniform(0.2, 0.9)]) for _ in parents)
        nodes.append(Node(f"e{number}", random.choice(["any", "any", "all"]), parents, strengths, 0.01))
    case = tuple(Observation(14 + number, *(SEEN if number < 2 else UNSEEN)) for number in range(4))
    return Network(tuple(nodes)), case


@pytest.mark.parametrize("seed", range(5))
def test_hidden_effects_between_causes_and_findings(seed: int) -> None:
    network, case = layered(Random(seed))
    whole, probability, _ = enumerated(network, case)
    beliefs = Inference(network).infer([case], range(len(network.nodes)))
    assert beliefs.log_evidence[0] == pytest.approx(np.log(whole), abs=1e-11)
    assert np.abs(beliefs.probability[0] - probability).max() < 1e-12


def test_too_wide_a_network_takes_no_memory() -> None:
    random = Random(7)
    nodes = [Node(f"c{number}", "cause", leak=0.05) for number in range(60)]
    for number in range(60):
        parents = tuple(sorted(random.sample(range(60), 9)))
        nodes.append(Node(f"f{number}", "any", parents, (0.7,) * 9, 0.002))
    case = tuple(Observation(60 + number, *SEEN) for number in range(60))
    tracemalloc.start()
    assert Inference(Network(tuple(nodes))).width(case) >= 40
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1 << 24


# --------------------------------------------------------------------------------------------------------- chains


@pytest.mark.parametrize("seed", range(4))
def test_chains_do_not_stick_where_links_are_certain(seed: int) -> None:
    random = Random(seed)
    nodes = [Node(f"c{number}", "cause", leak=random.choice([0.2, 0.05, 0.02])) for number in range(8)]
    both: tuple[Gate, ...] = ("any", "all")
    for first, count, gates in ((0, 4, both), (8, 3, both[:1])):
        below = range(first, len(nodes))
        for _ in range(count):
            parents = tuple(sorted(random.sample(below, 2)))
            nodes.append(Node(f"e{len(nodes)}", random.choice(gates), parents, (1.0, 1.0)))
    nodes += [Node(f"f{each}", "any", (12 + each, 13 + each), (0.9, 0.8), 0.001) for each in (0, 1)]
    network = Network(tuple(nodes))
    case = (Observation(15, *SEEN), Observation(16, *(UNSEEN if seed % 2 else SEEN)))
    exact = Inference(network).infer([case], range(17)).probability[0]
    sampled = sample(
        network, {each.node: each.absent == 0 for each in case}, {e.node: (e.absent, e.present) for e in case}
    )
    assert sampled.error < 0.02
    assert np.abs(sampled.probability - exact).max() < 5 * sampled.error


def test_chains_that_find_no_possible_state_say_so() -> None:
    network = Network((Node("c", "cause", leak=0.1), Node("e", "any", (0,), (1.0,))))
    assert sample(network, {0: False, 1: True}, {0: UNSEEN, 1: SEEN}).error == 1


# ---------------------------------------------------------------------------------------------------- what is asked


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_asked_of_a_contradiction_gets_numbers(seed: int) -> None:
    random = Random(900 + seed)
    network = random_network(random, 7)
    case = (*random_case(random, network), Observation(0, *SEEN), Observation(0, *UNSEEN))
    inference = Inference(network)
    assert inference.infer([case]).is_possible == [False]
    assert contributions(inference, case, 0) == (0.0,) * len(case)
    assert check_gains(inference, case, [Observation(0, *SEEN)], [0]) == ((0.0, 0.0),)
    assert explanations(inference, case, [0], 3).sets == ()
    named = inference.contradiction(case)
    assert not inference.infer([tuple(case[place] for place in named)]).is_possible[0]
    for place in named:  # and none of them can be left out
        assert inference.infer([tuple(case[each] for each in named if each != place)]).is_possible[0]


@pytest.mark.parametrize("seed", range(30))
def test_contributions_gains_and_absence_agree_with_enumeration(seed: int) -> None:
    random = Random(400 + seed)
    network = random_network(random, 8)
    case = random_case(random, network)
    whole, probability, given = enumerated(network, case)
    if whole <= 0:
        case, (whole, probability, given) = (), enumerated(network, ())
    inference = Inference(network)
    causes = [number for number, node in enumerate(network.nodes) if node.gate == "cause"]

    def decibans(known: Case) -> float:
        states = enumerated(network, known)[2]
        is_there = np.arange(len(states)) >> causes[0] & 1 == 1
        absent, present = float(states[~is_there].sum()), float(states[is_there].sum())
        return inf if absent == 0 else -inf if present == 0 else 10 * log10(present / absent)

    here = decibans(case)
    for place, told in enumerate(contributions(inference, case, causes[0])):
        there = decibans(case[:place] + case[place + 1 :])
        assert told == pytest.approx(0.0 if here == there else here - there, abs=1e-8)

    def entropy(chances: list[float]) -> float:
        return -sum(each * log2(each) for chance in chances for each in (chance, 1 - chance) if 0 < each < 1)

    last = len(network.nodes) - 1
    checks = [Observation(last, *SEEN), Observation(last, 0.1, 0.8)]
    for check, (chance, gain) in zip(checks, check_gains(inference, case, checks, causes), strict=True):
        left = 0.0
        for is_true, outcome in ((True, check), (False, Observation(last, 1 - check.absent, 1 - check.present))):
            then, after, _ = enumerated(network, (*case, outcome))
            assert not is_true or chance == pytest.approx(then / whole, abs=1e-12)
            left += then / whole * entropy([float(after[each]) for each in causes])
        assert gain == pytest.approx(entropy([float(probability[each]) for each in causes]) - left, abs=1e-9)

    bits = sum(1 << number for number in causes)
    none = sum(chance for state, chance in enumerate(given) if not state & bits)
    assert inference.absence([case], [causes])[0] == pytest.approx(none, abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_explanations_of_many_causes(seed: int) -> None:
    """The most probable sets of some of ten causes; those that are not told apart are summed over."""
    random = Random(seed)
    network, case = coupled(random, 0.05, 10, 4)
    told_apart = sorted(random.sample(range(10), 6))
    _, _, given = enumerated(network, case)
    sums: dict[frozenset[int], float] = defaultdict(float)
    for state, chance in enumerate(given):
        sums[frozenset(each for each in told_apart if state >> each & 1)] += float(chance)
    found = explanations(Inference(network), case, told_apart, 12)
    assert found.is_proven
    best = sorted(sums.values(), reverse=True)[:12]
    assert [chance for _, chance in found.sets] == pytest.approx(best, abs=1e-12)
    assert all(sums[chosen] == pytest.approx(chance, abs=1e-12) for chosen, chance in found.sets)


def test_explanations_that_take_too_much_are_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    network, case = coupled(Random(1), 0.2, 10, 4)
    monkeypatch.setattr("gonogo.causes.explanations.MOST_EXPANDED", 2)
    found = explanations(Inference(network), case, range(10), 50)
    assert not found.is_proven
    assert len(found.sets) < 50
