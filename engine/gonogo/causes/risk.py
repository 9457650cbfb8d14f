"""What actions do to the chances of nonconformities, in the long run: exactly, set of actions by set of actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from gonogo.causes.combining import Floats
from gonogo.causes.inference import Inference
from gonogo.causes.network import Network, Node, Observation
from gonogo.standard.causes.model import Action

Chosen: TypeAlias = frozenset[int]
"""Numbers of actions."""


class Risk:
    """The chances of some nonconformities, and of any of them, with some actions in place.

    Priors are multiplied by what actions leave of them, strengths of links likewise; what several leave is multiplied.

    Parameters
    ----------
    network : Network
        Without actions.
    number : dict of str to int
        The numbers of its nodes.
    stake : sequence of str
        The nonconformities; one more chance, the last, is that of any of them.
    actions : sequence of Action
        Those that may be taken.
    """

    def __init__(
        self, network: Network, number: dict[str, int], stake: Sequence[str], actions: Sequence[Action]
    ) -> None:
        self._number = number
        targets = tuple(sorted(number[name] for name in stake))
        together = Node("any of these", "any", targets, (1.0,) * len(targets))
        self._network = Network((*network.nodes, together))
        self._actions = tuple(actions)
        self._targets = [*(number[name] for name in stake), len(network.nodes)]
        self._known: dict[Chosen, Floats] = {}
        self._relevant = self._network.ancestors(self._targets)

    def chances(self, chosen: Chosen) -> Floats:
        """The chance of each nonconformity, and of any of them, for one part."""
        found = self._known.get(chosen)
        if found is None:
            network = self._with(chosen)
            found = np.array([Inference(network).infer([()], [each]).probability[0, each] for each in self._targets])
            self._known[chosen] = found
        return found

    def _with(self, chosen: Chosen) -> Network:
        nodes = list(self._network.nodes)
        for each in sorted(chosen):
            action = self._actions[each]
            for cause, share in action.removes.items():
                place = self._number[cause]
                nodes[place] = replace(nodes[place], leak=nodes[place].leak * (1 - share))
            for (source, target), share in action.weakens.items():
                place, parent = self._number[target], self._number[source]
                node = nodes[place]
                strengths = tuple(
                    strength * (1 - share) if number == parent else strength
                    for number, strength in zip(node.parents, node.strengths, strict=True)
                )
                nodes[place] = replace(node, strengths=strengths)
        return Network(tuple(nodes))

    @property
    def is_monotone(self) -> bool:
        """Whether no action can raise a chance: only a table may have it so that a cause prevents something."""
        tables = (self._network.nodes[number].table for number in self._relevant)
        return all(
            table[index] <= table[index | 1 << bit]
            for table in tables
            for index in range(len(table))
            for bit in range(len(table).bit_length() - 1)
        )

    def bounds(self) -> tuple[Floats, Floats]:
        """What bounds the gains of actions, whatever else is done.

        A cause can bring about no more than it does alone, with no other cause and no leak, where all gates are `any`
        (what is reached from a set of nodes is submodular in that set: Kempe, Kleinberg and Tardos 2003); through other
        gates at most all that it is there. A link adds at most its strength where its source is present.

        Returns
        -------
        shares : array of shape (actions, elements)
            What each action takes away of each cause, and of each link.
        worth : array of shape (elements, chances)
            What each chance loses at most where that cause, or link, is gone.
        """
        elements: dict[object, Floats] = {}
        taken: list[dict[object, float]] = []
        for action in self._actions:
            own: dict[object, float] = {}
            for cause, share in action.removes.items():
                if cause not in elements:
                    number = self._number[cause]
                    elements[cause] = self._network.nodes[number].leak * self._reached(number)
                own[cause] = share
            for link, share in action.weakens.items():
                if link not in elements:
                    elements[link] = self._worth_of_link(*link)
                own[link] = share
            taken.append(own)
        shares = np.array([[own.get(element, 0.0) for element in elements] for own in taken])
        worth = np.array(list(elements.values()))
        return shares.reshape(len(taken), len(elements)), worth.reshape(len(elements), len(self._targets))

    def _worth_of_link(self, source: str, target: str) -> Floats:
        number, node = self._number[source], self._network.nodes[self._number[target]]
        presence = float(Inference(self._network).infer([()], [number]).probability[0, number])
        strength = node.strengths[node.parents.index(number)]
        reached = [self._number[target] in self._network.ancestors([each]) for each in self._targets]
        return strength * presence * np.array(reached, dtype=float)

    def _reached(self, cause: int) -> Floats:
        """How likely a cause that is present brings about each target, alone; 1 where another gate lies between."""
        nodes = [
            replace(node, leak=0.5 if node.gate == "cause" else 0.0 if node.gate == "any" else node.leak)
            for node in self._network.nodes
        ]
        inference = Inference(Network(tuple(nodes)))
        found = []
        for target in self._targets:
            above = self._network.ancestors([target])
            if cause not in above:
                found.append(0.0)
            elif any(nodes[each].gate not in ("cause", "any") for each in above):
                found.append(1.0)
            else:
                causes = (each for each in sorted(above) if nodes[each].gate == "cause")
                case = tuple(Observation(each, *((0.0, 1.0) if each == cause else (1.0, 0.0))) for each in causes)
                found.append(float(inference.infer([case], [target]).probability[0, target]))
        return np.array(found)
