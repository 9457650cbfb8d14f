"""The cause-effect graph in numbers: what inference runs on, and what was observed of one part.

Leaky noisy-OR and noisy-AND gates (Pearl 1988; Henrion 1989), counts of what acts, and tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Gate: TypeAlias = Literal["cause", "any", "all", "at least", "table"]


@dataclass(frozen=True, slots=True)
class Node:
    """A cause, an effect or a nonconformity: present or absent.

    Parameters
    ----------
    gate : str
        How its parents bring it about; a cause has none.
    parents : tuple of int
        Numbers of nodes, each smaller than its own.
    strengths : tuple of float
        One for each parent; of a table none.
    leak : float
        Of a cause its prior; of ``any`` and ``at least`` the chance that it is there without its parents; of ``all``
        the chance that it is not, though they all are.
    least : int
        Of ``at least``, how many parents must act.
    table : tuple of float
        Of a table, the chance that it is present; bit `i` of the index is the presence of parent `i`.
    """

    name: str
    gate: Gate
    parents: tuple[int, ...] = ()
    strengths: tuple[float, ...] = ()
    leak: float = 0.0
    least: int = 1
    table: tuple[float, ...] = ()

    def chance(self, present: Sequence[bool]) -> float:
        """How likely it is present, given which of its parents are.

        This defines what each gate means; inference agrees with it. Nothing is subtracted that is nearly as large, so
        that small chances keep their digits.
        """
        match self.gate:
            case "cause":
                return self.leak
            case "any":
                chance = self.leak
                for there, strength in zip(present, self.strengths, strict=True):
                    chance += (1.0 - chance) * strength if there else 0.0
                return chance
            case "all":
                chance = 1.0 - self.leak
                for there, strength in zip(present, self.strengths, strict=True):
                    chance *= 1.0 if there else 1.0 - strength
                return chance
            case "at least":
                acting = [1.0, *[0.0] * self.least]  # how likely 0, 1, … parents act, and as many as are needed
                for there, strength in zip(present, self.strengths, strict=True):
                    if there:
                        more = [0.0, *(chance * strength for chance in acting[:-1])]
                        acting = [chance * (1.0 - strength) for chance in acting[:-1]] + acting[-1:]
                        acting = [one + other for one, other in zip(acting, more, strict=True)]
                return acting[-1] + self.leak * (1.0 - acting[-1])
            case "table":
                return self.table[sum(1 << place for place, there in enumerate(present) if there)]


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes, each behind its parents."""

    nodes: tuple[Node, ...]

    def ancestors(self, nodes: Sequence[int]) -> frozenset[int]:
        """Some nodes, and all that may bring them about."""
        found, todo = set(nodes), list(nodes)
        while todo:
            for parent in self.nodes[todo.pop()].parents:
                if parent not in found:
                    found.add(parent)
                    todo.append(parent)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Observation:
    """Something that is known of one part, as it bears on one node.

    A node that was seen is ``(0, 1)``, one that was looked for in vain ``(1, 0)``, as is a cause that is ruled out;
    evidence has the likelihoods of what the facts say.

    Parameters
    ----------
    node : int
        The number of the node.
    absent, present : float
        How likely the observation is without it, and with it.
    """

    node: int
    absent: float
    present: float


Case: TypeAlias = "tuple[Observation, ...]"
"""All that is known of one part. A node may have several observations: they are independent, given the node."""
