"""Random networks and cases, and what is true of them by enumeration of all states."""

from __future__ import annotations

from random import Random

import numpy as np
from numpy.typing import NDArray

from gonogo.causes.network import Case, Gate, Network, Node, Observation

GATES: tuple[Gate, ...] = ("any", "any", "all", "at least", "table")


def random_network(random: Random, most: int = 9) -> Network:
    """Up to so many nodes, with gates of all kinds."""
    nodes: list[Node] = []
    size = random.randint(2, most)
    causes = random.randint(1, max(1, size - 1))
    for number in range(size):
        name = f"n{number}"
        if number < causes:
            nodes.append(Node(name, "cause", leak=random.choice([0.5, 0.1, 0.01, random.random()])))
            continue
        parents = tuple(sorted(random.sample(range(number), random.randint(1, min(number, 4)))))
        gate = random.choice(GATES)
        if gate == "table":
            table = tuple(random.random() for _ in range(2 ** len(parents)))
            nodes.append(Node(name, "table", parents, table=table))
            continue
        strengths = tuple(random.choice([0.99, 0.8, 0.5, 0.05, random.random()]) for _ in parents)
        leak = random.choice([0.0, 0.002, 0.1]) if gate != "any" else random.choice([0.002, 0.05, 0.3])
        least = random.randint(1, len(parents))
        nodes.append(Node(name, gate, parents, strengths, leak, least if gate == "at least" else 1))
    return Network(tuple(nodes))


def random_case(random: Random, network: Network) -> Case:
    """Hard and soft observations of some nodes."""
    found = []
    for number in range(len(network.nodes)):
        match random.randint(0, 5):
            case 0:
                found.append(Observation(number, 0.0, 1.0))
            case 1:
                found.append(Observation(number, 1.0, 0.0))
            case 2:
                found.append(Observation(number, random.random(), random.random()))
            case _:
                pass
    random.shuffle(found)
    return tuple(found)


def joint(network: Network) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """All states of a network, a row each, and how likely each is, by `Node.chance`."""
    size = len(network.nodes)
    states = (np.arange(2**size)[:, None] >> np.arange(size)) & 1 == 1
    likely = np.ones(len(states))
    for number, node in enumerate(network.nodes):
        count = len(node.parents)
        chances = np.array([node.chance([bool(index >> bit & 1) for bit in range(count)]) for index in range(2**count)])
        index = (states[:, list(node.parents)] * (1 << np.arange(count))).sum(axis=1).astype(int)
        chance = chances[index]
        likely *= np.where(states[:, number], chance, 1 - chance)
    return states, likely


def enumerated(network: Network, case: Case) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """The probability of a case, that of each node given it, and that of each state given it."""
    states, likely = joint(network)
    for each in case:
        likely = likely * np.where(states[:, each.node], each.present, each.absent)
    whole = float(likely.sum())
    given = likely / whole if whole > 0 else likely
    return whole, given @ states, given
