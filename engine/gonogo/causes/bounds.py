"""What bounds the chances of nonconformities while actions take away causes and links, whatever else is done.

Chances are measured by −log(1 − P), in which independent causes add up. Let ``y`` be what actions leave of a cause
with prior ``p``, and ``q`` its chance to bring the nonconformity about alone. Where all gates are `any`, the measure
rises in ``y`` no faster than ``h(y) = −log(1 − p q y)`` does: "nothing reaches it" is log-supermodular in what is
present, for what reaches a node, given that some nodes do not, is positively associated (J. van den Berg, O. Häggström
and J. Kahn, "Some conditional correlation inequalities for percolation and related processes", 2006), and summing out
keeps that (S. Karlin and Y. Rinott, "Classes of orderings of measures and related correlation inequalities", 1980). So
the overlap ``Σ h(y) − measure(y)`` never falls in any ``y``: known for one set of actions, it bounds the measure of all
others. Other gates and links have wider bounds of the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gonogo.causes.combining import Floats
from gonogo.causes.inference import Inference
from gonogo.causes.network import Case, Network, Node, Observation
from gonogo.causes.risk import Chosen, Risk

CERTAIN: Final = 0.999_999
"""What is that likely is not measured by a logarithm."""

Bools: TypeAlias = NDArray[np.bool_]


class Cut(NamedTuple):
    """What a set of actions whose chances are known says of all others.

    The measure of a target is at least ``constant + left · y + taken · x``, where ``y`` is what is left of each
    element, and ``x`` is 1 for actions that are taken.
    """

    target: int
    constant: float
    left: Floats
    taken: Floats


@dataclass(frozen=True, slots=True)
class _Rise:
    """How fast the measures of the targets rise with what is left of one element.

    Parameters
    ----------
    most : array of shape (targets,)
        The ``p q`` of a curve, or the slope of a line.
    is_curve : array of shape (targets,)
        Which of both.
    least : array of shape (targets,)
        The least slope.
    """

    most: Floats
    is_curve: Bools
    least: Floats


class Bounds:
    """Bounds on the measures of some targets.

    Parameters
    ----------
    risk : Risk
        The network, its actions and its targets.

    Attributes
    ----------
    shares : array of shape (actions, elements)
        What each action takes away of each cause, and of each link.
    is_log : array of shape (targets,)
        Which targets are measured by the logarithm; others by the chance itself.
    is_monotone : array of shape (targets,)
        Of which no action can raise the chance: only a table may have it so that a cause prevents something.
    """

    def __init__(self, risk: Risk) -> None:
        self._network, self._targets, number = risk.network, risk.targets, risk.number
        self._above = [self._network.ancestors([target]) for target in self._targets]
        self.is_monotone = np.array([all(map(self._is_monotone, above)) for above in self._above])
        self._is_any = np.array([all(map(self._is_plain, above)) for above in self._above])
        self._before = risk.chances(frozenset())
        self.is_log = self.is_monotone & (self._before < CERTAIN)
        links = {link for action in risk.actions for link in action.weakens}
        causes = {cause for action in risk.actions for cause in action.removes}
        elements: list[object] = [*sorted(causes), *sorted(links)]
        rises = [
            *self._rises_of_causes([number[cause] for cause in sorted(causes)], has_links=bool(links)),
            *(self._rise_of_link(number[source], number[target]) for source, target in sorted(links)),
        ]
        shape = (len(elements), len(self._targets))
        self._most = np.array([each.most for each in rises]).reshape(shape)
        self._is_curve = np.array([each.is_curve for each in rises], dtype=bool).reshape(shape)
        least = np.array([each.least for each in rises]).reshape(shape)
        self._spread = np.maximum(self._slopes(np.ones(len(elements))) - least, 0.0)
        taken = [dict[object, float]([*action.removes.items(), *action.weakens.items()]) for action in risk.actions]
        shares = np.array([[own.get(element, 0.0) for element in elements] for own in taken])
        self.shares = shares.reshape(len(taken), len(elements))

    # ----------------------------------------------------------------------------------------------- measuring

    def measured(self, chances: Floats) -> Floats:
        """The measures of chances of the targets."""
        return np.where(self.is_log, -np.log1p(-np.where(self.is_log, chances, 0.0)), chances)

    def left(self, chosen: Chosen) -> Floats:
        """What a set of actions leaves of each element."""
        return np.asarray(np.prod(1.0 - self.shares[sorted(chosen)], axis=0))

    def cuts(self, chosen: Chosen, chances: Floats) -> list[Cut]:
        """What the chances of one set say of all others, for each target."""
        left = self.left(chosen)
        slopes, heights = self._slopes(left), self._heights(left)
        overlap = heights.sum(axis=0) - self.measured(chances)
        dropped = self.shares @ self._spread  # by how much the overlap may be larger, where an action is not taken
        dropped[[each for each in range(len(dropped)) if each not in chosen]] = 0.0
        constants = (heights - slopes * left[:, None]).sum(axis=0) - overlap - dropped.sum(axis=0)
        return [
            Cut(target, float(constants[target]), slopes[:, target], dropped[:, target])
            for target in range(len(self._targets))
        ]

    def _heights(self, left: Floats) -> Floats:
        alone = self._most * left[:, None]
        return np.where(self._is_curve, -np.log1p(-np.where(self._is_curve, alone, 0.0)), alone)

    def _slopes(self, left: Floats) -> Floats:
        return np.where(
            self._is_curve, self._most / (1.0 - np.where(self._is_curve, self._most * left[:, None], 0.0)), self._most
        )

    # ------------------------------------------------------------------------------------------------ elements

    def _is_plain(self, number: int) -> bool:
        return self._network.nodes[number].gate in ("cause", "any")

    def _is_monotone(self, number: int) -> bool:
        table = self._network.nodes[number].table
        bits = range(len(table).bit_length() - 1)
        return all(table[index] <= table[index | 1 << bit] for index in range(len(table)) for bit in bits)

    def _line(self, most: Floats) -> _Rise:
        """A slope of chances that is at most so much, in measures."""
        rest = np.where(self.is_log, 1.0 - self._before, 1.0)
        least = np.where(self.is_monotone, 0.0, -most)
        return _Rise(most / rest, np.zeros(len(most), dtype=bool), least)

    def _rises_of_causes(self, causes: Sequence[int], *, has_links: bool) -> list[_Rise]:
        priors = np.array([self._network.nodes[cause].leak for cause in causes])
        states = [(Observation(cause, *state),) for cause in causes for state in ((1.0, 0.0), (0.0, 1.0))]
        beside = 1.0 - Inference(self._network).infer(states, self._targets).probability[:, self._targets]
        found = []
        for place, (cause, prior) in enumerate(zip(causes, priors, strict=True)):
            alone = prior * self._reached(cause)
            line = self._line(np.array([prior if cause in above else 0.0 for above in self._above]))
            is_curve = self.is_log & self._is_any & (alone < CERTAIN)
            without, there = beside[2 * place], beside[2 * place + 1]
            least = np.where(without > 0, prior * (without - there) / np.where(without > 0, without, 1.0), 0.0)
            most = np.where(is_curve, alone, np.where(self._is_any, self._line(alone).most, line.most))
            found.append(_Rise(most, is_curve, np.where(is_curve & ~np.bool_(has_links), least, line.least)))
        return found

    def _rise_of_link(self, source: int, target: int) -> _Rise:
        node = self._network.nodes[target]
        presence = 1.0  # where it may rise by what is taken away, nothing less is known
        if all(map(self._is_monotone, self._network.ancestors([source]))):
            presence = float(Inference(self._network).infer([()], [source]).probability[0, source])
        strength = node.strengths[node.parents.index(source)]
        return self._line(strength * presence * self._reached(target))

    def _reached(self, node: int) -> Floats:
        """How likely a node that is present brings about each target, alone; 1 where another gate lies between."""
        nodes = list(self._network.nodes)
        for number, each in enumerate(nodes):
            if number == node:
                nodes[number] = Node(each.name, "cause", leak=0.5)
            elif self._is_plain(number):
                nodes[number] = replace(each, leak=0.5 if each.gate == "cause" else 0.0)
        case: Case = tuple(
            Observation(number, *((0.0, 1.0) if number == node else (1.0, 0.0)))
            for number, each in enumerate(nodes)
            if each.gate == "cause"
        )
        asked = [
            target
            for target, above, is_any in zip(self._targets, self._above, self._is_any, strict=True)
            if is_any and node in above and target != node
        ]
        chances = Inference(Network(tuple(nodes))).infer([case], asked).probability[0] if asked else None
        return np.array(
            [
                0.0 if node not in above else float(chances[target]) if chances is not None and target in asked else 1.0
                for target, above in zip(self._targets, self._above, strict=True)
            ]
        )
