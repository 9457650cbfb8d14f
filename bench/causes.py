"""Root causes, measured: one incident beside pgmpy, very many causes, many incidents at once, and an optimal plan."""

from __future__ import annotations

import multiprocessing
import platform
import resource
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from multiprocessing.connection import Connection
from random import Random
from statistics import median
from time import perf_counter
from typing import Final

from gonogo.causes.actions import Planner
from gonogo.causes.inference import Inference
from gonogo.causes.loading import causes_of
from gonogo.causes.network import Case, Network, Node, Observation
from gonogo.pack import Standard
from gonogo.problems import Source
from gonogo.program.compiler import compile_standard

BEGIN: Final = "<!-- causes: written by bench/run.py -->"
END: Final = "<!-- /causes -->"

MOST_MEMORY: Final = 8 << 30
"""In bytes, of another engine: it must not take the machine along."""

STANDARD: Final = "gonogo: 1\nstandard: bench\nfacts: {fields: {x: {unit: mm}}}\nrules: {r: {when: x > 1 mm}}\n"


@dataclass(frozen=True, slots=True)
class Shape:
    """A layered network: causes, effects, findings, and how many parents a gate has."""

    causes: int
    effects: int
    findings: int
    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.causes}/{self.effects}/{self.findings}, fan-in {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    shapes: tuple[Shape, ...]
    incidents: int
    seconds: float
    causes: int
    batch: int
    actions: int


FULL: Final = Size(
    (Shape(12, 6, 4, 2, 4), Shape(30, 15, 8, 3, 6), Shape(40, 20, 10, 3, 8), Shape(60, 20, 10, 4, 10)),
    incidents=9, seconds=60.0, causes=20_000, batch=20_000, actions=60,
)  # fmt: skip
TINY: Final = Size((Shape(6, 3, 2, 2, 3),), incidents=2, seconds=30.0, causes=640, batch=50, actions=8)


def network_of(shape: Shape, random: Random) -> Network:
    """A network of noisy-OR gates."""
    nodes = [Node(f"c{number}", "cause", leak=random.choice([0.1, 0.05, 0.02, 0.01])) for number in range(shape.causes)]
    for number in range(shape.effects + shape.findings):
        above = shape.causes + (0 if number < shape.effects else shape.effects)
        parents = tuple(sorted(random.sample(range(above), random.randint(shape.least, shape.most))))
        strengths = tuple(random.uniform(0.05, 0.99) for _ in parents)
        nodes.append(Node(f"e{number}", "any", parents, strengths, 0.002))
    return Network(tuple(nodes))


def case_of(shape: Shape, random: Random) -> Case:
    """Each finding seen, or looked for in vain; one at least is seen."""
    first = shape.causes + shape.effects
    seen = [random.random() < 0.5 for _ in range(shape.findings)]
    seen[0] = True
    return tuple(Observation(first + place, *((0.0, 1.0) if each else (1.0, 0.0))) for place, each in enumerate(seen))


# -------------------------------------------------------------------------------------------------------- incidents


def of_gonogo(network: Network, case: Case) -> tuple[float, list[float]]:
    """Seconds for all posteriors, the structure included, and the posteriors."""
    start = perf_counter()
    found = Inference(network).infer([case]).probability[0]
    return perf_counter() - start, [
        float(found[number]) for number, node in enumerate(network.nodes) if not node.parents
    ]


def of_pgmpy(network: Network, case: Case, answer: Connection) -> None:
    """The same by pgmpy, in a process of its own, for it may run out of memory or time."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    warnings.simplefilter("ignore")
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    model = DiscreteBayesianNetwork()
    model.add_nodes_from([node.name for node in network.nodes])
    for node in network.nodes:
        names = [network.nodes[parent].name for parent in node.parents]
        model.add_edges_from((name, node.name) for name in names)
        count = len(names)
        chances = [
            node.chance([bool(index >> (count - 1 - bit) & 1) for bit in range(count)]) for index in range(2**count)
        ]
        model.add_cpds(
            TabularCPD(
                node.name, 2, [[1 - each for each in chances], chances], evidence=names, evidence_card=[2] * count
            )
        )
    evidence = {network.nodes[each.node].name: int(each.absent == 0) for each in case}
    engine = VariableElimination(model)
    start = perf_counter()
    found = [
        float(engine.query([node.name], evidence=evidence, show_progress=False).values[1])
        for node in network.nodes
        if not node.parents
    ]
    answer.send((perf_counter() - start, found))


def limited(network: Network, case: Case, seconds: float) -> tuple[float, list[float]] | None:
    """What pgmpy says within so many seconds; None where it does not."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=of_pgmpy, args=(network, case, there))
    process.start()
    there.close()
    try:
        found = here.recv() if here.poll(seconds) else None
    except EOFError:  # it ran out of memory
        found = None
    process.kill()
    process.join()
    return found


def incidents(size: Size) -> Iterator[str]:
    yield "| network (causes/effects/findings) | gonogo | pgmpy | ratio | largest difference |"
    yield "|---|---|---|---|---|"
    for shape in size.shapes:
        ours, theirs, worst, is_out = [], [], 0.0, False
        for seed in range(size.incidents):
            random = Random(seed)
            network, case = network_of(shape, random), case_of(shape, random)
            seconds, found = of_gonogo(network, case)
            ours.append(seconds)
            other = None if is_out else limited(network, case, size.seconds)
            is_out = other is None
            if other is not None:
                theirs.append(other[0])
                worst = max(worst, *(abs(one - two) for one, two in zip(found, other[1], strict=True)))
        told = f"| {shape} | {1000 * median(ours):.1f} ms |"
        if theirs and not is_out:
            yield f"{told} {1000 * median(theirs):,.0f} ms | {median(theirs) / median(ours):,.0f} × | {worst:.0e} |"
        else:
            yield f"{told} no answer within {size.seconds:.0f} s, or out of memory | | |"


# ----------------------------------------------------------------------------------------------------- large, many


def large(size: Size) -> str:
    """Very many causes, 64 findings that are seen."""
    random = Random(1)
    each = size.causes // 64
    nodes = [Node(f"c{number}", "cause", leak=random.choice([0.01, 0.002, 1e-4])) for number in range(size.causes)]
    for number in range(64):
        own = random.sample(range(each * number, each * (number + 1)), each * 9 // 10)
        parents = tuple(sorted({*own, random.randrange(size.causes)}))
        nodes.append(Node(f"f{number}", "any", parents, tuple(random.uniform(0.05, 0.99) for _ in parents), 0.002))
    network = Network(tuple(nodes))
    case = tuple(Observation(size.causes + number, 0.0, 1.0) for number in range(64))
    start = perf_counter()
    Inference(network).infer([case])
    return f"* {size.causes:,} causes, 64 findings seen: all posteriors in **{perf_counter() - start:.2f} s**."


def many(size: Size) -> str:
    """Many incidents of one network of 30 causes, each with evidence of its own."""
    random = Random(3)
    shape = Shape(30, 15, 8, 3, 6)
    network = network_of(shape, random)
    cases = [
        (*case_of(shape, random), *(Observation(place, random.random(), random.random()) for place in range(6)))
        for _ in range(size.batch)
    ]
    inference = Inference(network)
    start = perf_counter()
    inference.infer(cases)
    speed = size.batch / (perf_counter() - start)
    told = f"* {size.batch:,} incidents of a network of 30 causes, all with different evidence"
    return f"{told}: **{speed:,.0f} diagnoses a second**."


def plan(size: Size) -> str:
    """The best of many actions."""
    random = Random(5)
    lines = ["gonogo: 1", "causes-of: bench", "causes:"]
    lines += [f"  c{number}: {{prior: {random.uniform(0.001, 0.03):.4f}}}" for number in range(30)]
    lines.append("effects:")
    for number in range(15):
        told = ", ".join(f"c{each}: {random.uniform(0.2, 0.9):.2f}" for each in random.sample(range(30), 4))
        lines.append(f"  e{number}: {{from: {{{told}}}}}")
    lines.append("nonconformities:")
    for number in range(8):
        told = ", ".join(f"e{each}: {random.uniform(0.2, 0.9):.2f}" for each in random.sample(range(15), 4))
        lines.append(f"  n{number}: {{observed: by a person, from: {{{told}}}, cost: {random.randint(20, 90)}}}")
    lines.append("actions:")
    for number in range(size.actions):
        cause, share, cost = random.randrange(30), random.choice([0.5, 0.8, 0.9]), random.randint(10, 200)
        lines.append(f"  a{number}: {{kind: corrective, cost: {cost}, removes: {{c{cause}: {share}}}}}")
    standard = Standard(compile_standard(Source("bench.yaml", STANDARD)))
    graph = causes_of(Source("causes.yaml", "\n".join(lines)), standard)
    names = list(graph.nonconformities)
    told = []
    for what in ("pays most", "within a budget of 1,000", "half the risk"):
        planner = Planner(graph, names)
        start = perf_counter()
        if what == "pays most":
            found = planner.most_paying()
        elif what == "half the risk":
            found = planner.cheapest(max(planner._risk.chances(frozenset())[:-1]) / 2)
        else:
            found = planner.within_budget(Fraction(1000))
        gap = "none reaches it" if found is None else f"{len(found.actions)} actions, gap {found.gap:.1g}"
        told.append(f"{what}: {perf_counter() - start:.1f} s ({gap})")
    return f"* The best plan of {size.actions} actions against 8 nonconformities of 30 causes: {'; '.join(told)}."


def measured(size: Size, today: date) -> str:
    """All of it, as Markdown."""
    rows = [*incidents(size), "", large(size), many(size), plan(size)]
    return f"Measured on {today}, Python {platform.python_version()}.\n\n" + "\n".join(rows) + "\n"
