"""The plan of reasoning: clauses in layers, bound into pages.

INVARIANT: a clause asks `f` of earlier layers or, in a circular layer, of its own; `g` of earlier ones only.
INVARIANT: a page stays far inside what durable-rules can bear: `PAGE_CLAUSES`, `PAGE_KEYS`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from gonogo.problems import Problems
from gonogo.program.clauses import ALWAYS, OPEN, Clause, Draft, Mention
from gonogo.program.ir import Component, Proposition
from gonogo.standard.order import circle_text

PAGE_CLAUSES: Final = 60
"""Most clauses of a page. durable-rules goes wrong at 64 pending matches, 256 equal ends, 512 first conditions."""

PAGE_KEYS: Final = 200
"""Most distinct keys of a page: a message to durable-rules has at most 252 fields."""

MOST_CIRCLES: Final = 3
"""Most circles that are told of rules that all stand on each other: looking for one takes a walk through them."""


@dataclass(frozen=True, slots=True)
class Section:
    """The clauses `start:stop` of a page."""

    page: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Layer:
    """Clauses of one component that stand on earlier layers, or circularly on each other.

    Parameters
    ----------
    sections : tuple of Section
        Where its clauses are bound.
    denied : tuple of int
        Propositions settled in this layer whose falsehood (`g`) a later one asks for.
    is_circular : bool
        Whether it must be repeated until nothing is added (its least fixpoint).
    """

    sections: tuple[Section, ...]
    denied: tuple[int, ...]
    is_circular: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One component's share of the plan.

    Parameters
    ----------
    conditions : tuple of int
        Numbers of its conditions, in the component's order.
    propositions : tuple of int
        Numbers of its propositions, in the component's order, and then of the auxiliary ones.
    named : int
        How many of `propositions` are not auxiliary.
    layers : tuple of Layer
        In the order in which they are worked out.
    """

    conditions: tuple[int, ...]
    propositions: tuple[int, ...]
    named: int
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How each component is reasoned about; `str(plan)` is for reading.

    Parameters
    ----------
    names : tuple of str
        By proposition number; auxiliary propositions are called ``rule#1``, ``rule#2``, …
    pages : tuple of tuple of Clause
        Each becomes one ruleset; components may share a page.
    groups : tuple of Group
        By component number.
    """

    names: tuple[str, ...]
    pages: tuple[tuple[Clause, ...], ...]
    groups: tuple[Group, ...]

    def __str__(self) -> str:
        """Write each component's layers, clause by clause."""
        return "\n".join(chain.from_iterable(self._group_lines(n, group) for n, group in enumerate(self.groups)))

    def _group_lines(self, number: int, group: Group) -> Iterator[str]:
        yield f"component {number}: conditions {' '.join(map(str, group.conditions)) or 'none'}"
        for depth, layer in enumerate(group.layers):
            yield f"  layer {depth}{', repeated until nothing is added' if layer.is_circular else ''}"
            for section in layer.sections:
                yield f"    page {section.page}"
                for clause in self.pages[section.page][section.start : section.stop]:
                    yield f"      {self.names[clause.head]} <- {' & '.join(map(self._literal, clause.keys))}"

    def _literal(self, key: str) -> str:
        if key in (ALWAYS, OPEN):
            return "true" if key == ALWAYS else "unknown"
        said = key.replace("n", "c") if key[0] in "cn" else f"found({self.names[int(key[1:])]})"
        return f"not {said}" if key[0] in "ng" else said


def plan_reasoning(propositions: Sequence[Proposition], components: Sequence[Component], problems: Problems) -> Plan:
    """Plan how the propositions of each component are worked out from the outcomes of its conditions.

    Parameters
    ----------
    propositions : sequence of Proposition
        Of the whole program. Their trees hold `All`, `AnyOf`, `Not`, `Open`, `Outcome` and `Found` only, and each
        `Found` names one of them.
    components : sequence of Component
        No two share a condition or a finding.
    problems : Problems
        Receives ``circle-through-not`` where a finding stands, in a circle, on its own absence. The plan is
        then of no use.

    Returns
    -------
    Plan
        Linear in the size of the trees.

    References
    ----------
    S. C. Kleene, *Introduction to Metamathematics* (1952), section 64; K. R. Apt, H. A. Blair, A. Walker,
    *Towards a Theory of Declarative Knowledge* (1988), on stratification; G. S. Tseitin, *On the Complexity of
    Derivation in Propositional Calculus* (1968), on auxiliary propositions.
    """
    numbers = {proposition.name: number for number, proposition in enumerate(propositions)}
    draft = Draft(numbers, list(numbers))
    binder = _Binder()
    groups = []
    for component in components:
        named = tuple(numbers[name] for name in component.propositions)
        first = len(draft.names)
        draft.clauses.clear()
        for number in named:
            draft.write(number, propositions[number].when)
        members = (*named, *range(first, len(draft.names)))
        layers = tuple(
            Layer(binder.bind(clauses), denied, is_circular)
            for clauses, denied, is_circular in _layers(members, draft.clauses)
        )
        groups.append(Group(component.conditions, members, len(named), layers))
    _report_circles(draft.mentions, draft.names, problems)
    return Plan(tuple(draft.names), tuple(map(tuple, binder.pages)), tuple(groups))


# -------------------------------------------------------------------------------------------------- layers


def _layers(members: Sequence[int], clauses: Sequence[Clause]) -> Iterator[tuple[list[Clause], tuple[int, ...], bool]]:
    """Yield each layer's clauses, denied propositions and circularity: a proposition is as early as its needs allow."""
    needs: dict[int, dict[int, None]] = {member: {} for member in members}
    denied: set[int] = set()
    for clause in clauses:
        needs[clause.head].update(dict.fromkeys(clause.needs))
        denied.update(int(key[1:]) for key in clause.keys if key[0] == "g")
    level: dict[int, int] = {}
    circular = set()
    for knot in _knots(needs):
        below = {level[need] for member in knot for need in needs[member] if need in level}
        depth = max(below, default=-1) + 1
        level.update(dict.fromkeys(knot, depth))
        if len(knot) > 1 or knot[0] in needs[knot[0]]:
            circular.add(depth)
    layers: dict[int, list[Clause]] = defaultdict(list)
    for clause in clauses:
        layers[level[clause.head]].append(clause)
    for depth in range(max(level.values(), default=-1) + 1):
        settled = tuple(member for member in members if member in denied and level[member] == depth)
        yield layers[depth], settled, depth in circular


def _knots(needs: Mapping[int, Iterable[int]]) -> Iterator[list[int]]:
    """Yield strongly connected components, each after those it needs (Tarjan 1972, a stack in place of recursion)."""
    low: dict[int, float] = {}
    open_: list[int] = []
    for root in needs:
        path = [] if root in low else [(root, len(low), iter(needs[root]))]
        while path:
            node, index, rest = path[-1]
            if node not in low:
                low[node] = index
                open_.append(node)
            for other in rest:
                if other not in low:
                    path.append((other, len(low), iter(needs[other])))
                    break
                low[node] = min(low[node], low[other])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index:
                    knot = [open_.pop()]
                    while knot[-1] != node:
                        knot.append(open_.pop())
                    low.update(dict.fromkeys(knot, float("inf")))
                    yield knot


# ------------------------------------------------------------------------------------------------- circles


def _report_circles(mentions: Sequence[Mention], names: Sequence[str], problems: Problems) -> None:
    """Report the circles that go through a `not`, each once, and of rules that are all tangled up the first few."""
    needs: dict[int, dict[int, None]] = defaultdict(dict)
    for mention in mentions:
        needs[mention.owner][mention.other] = None
        needs.setdefault(mention.other, {})
    knot_of = {member: index for index, knot in enumerate(_knots(needs)) for member in knot}
    told: dict[int, set[frozenset[int]]] = defaultdict(set)
    for mention in mentions:
        knot = knot_of[mention.owner]
        if not mention.is_denied or knot != knot_of[mention.other] or len(told[knot]) >= MOST_CIRCLES:
            continue
        if any({mention.owner, mention.other} <= circle for circle in told[knot]):
            continue
        way = _way(mention.other, mention.owner, needs)
        if frozenset(way) not in told[knot]:
            told[knot].add(frozenset(way))
            circle = circle_text([names[number] for number in (mention.owner, *way)])
            place = mention.found.span or names[mention.owner]
            what = f"`not` stands in a circle of findings: {circle}"
            mend = "let one of them stand on conditions in place of the finding"
            problems.error("circle-through-not", place, what, mend)


def _way(start: int, end: int, needs: Mapping[int, Iterable[int]]) -> list[int]:
    """Find the shortest way from `start` to `end`, both included."""
    came_from: dict[int, int] = {start: start}
    todo = deque([start])
    while end not in came_from:
        node = todo.popleft()
        for other in needs[node]:
            if other not in came_from:
                came_from[other] = node
                todo.append(other)
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


# --------------------------------------------------------------------------------------------------- pages


@dataclass(slots=True)
class _Binder:
    """Clauses bound into pages in the order of components: small components share one, large ones have several."""

    pages: list[list[Clause]] = field(default_factory=lambda: [[]])
    keys: set[str] = field(default_factory=set)

    def bind(self, clauses: Sequence[Clause]) -> tuple[Section, ...]:
        """Bind the clauses of one layer; a new page begins where the open one would not hold them all."""
        if clauses and not self._has_room(clauses):
            self._turn()
        sections: list[Section] = []
        start = len(self.pages[-1])
        for clause in clauses:
            if not self._has_room((clause,)):
                sections.append(self._section(start))
                self._turn()
                start = 0
            self.pages[-1].append(clause)
            self.keys.update(clause.keys)
        return (*sections, self._section(start)) if clauses else ()

    def _has_room(self, clauses: Sequence[Clause]) -> bool:
        page = self.pages[-1]
        keys = self.keys.union(*(clause.keys for clause in clauses))
        return not page or (len(page) + len(clauses) <= PAGE_CLAUSES and len(keys) <= PAGE_KEYS)

    def _turn(self) -> None:
        self.pages.append([])
        self.keys.clear()

    def _section(self, start: int) -> Section:
        return Section(len(self.pages) - 1, start, len(self.pages[-1]))
