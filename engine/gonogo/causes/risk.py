"""What actions do to the chances of nonconformities, in the long run: exactly, set of actions by set of actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from gonogo.causes.combining import Floats
from gonogo.causes.inference import Inference
from gonogo.causes.network import Network, Node
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

    Attributes
    ----------
    error : float
        The largest standard error of the chances that were asked for; 0 where they are exact.
    """

    def __init__(
        self, network: Network, number: dict[str, int], stake: Sequence[str], actions: Sequence[Action]
    ) -> None:
        self.number = number
        targets = tuple(sorted(number[name] for name in stake))
        together = Node("any of these", "any", targets, (1.0,) * len(targets))
        self.network = Network((*network.nodes, together))
        self.actions = tuple(actions)
        self.targets = [*(number[name] for name in stake), len(network.nodes)]
        self.error = 0.0
        self._known: dict[Chosen, Floats] = {}

    def chances(self, chosen: Chosen) -> Floats:
        """The chance of each nonconformity, and of any of them, for one part."""
        found = self._known.get(chosen)
        if found is None:
            network = self._with(chosen)
            beliefs = [Inference(network).infer([()], [each]) for each in self.targets]
            found = np.array([each.probability[0, target] for each, target in zip(beliefs, self.targets, strict=True)])
            self.error = max(self.error, *(float(each.error[0]) for each in beliefs))
            self._known[chosen] = found
        return found

    def _with(self, chosen: Chosen) -> Network:
        nodes = list(self.network.nodes)
        for each in sorted(chosen):
            action = self.actions[each]
            for cause, share in action.removes.items():
                place = self.number[cause]
                nodes[place] = replace(nodes[place], leak=nodes[place].leak * (1 - share))
            for (source, target), share in action.weakens.items():
                place, parent = self.number[target], self.number[source]
                node = nodes[place]
                strengths = tuple(
                    strength * (1 - share) if number == parent else strength
                    for number, strength in zip(node.parents, node.strengths, strict=True)
                )
                nodes[place] = replace(node, strengths=strengths)
        return Network(tuple(nodes))
