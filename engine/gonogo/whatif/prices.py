"""What nonconformities cost, by the `causes.yaml` of a pack: each nonconformity of an item once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from gonogo.causes.pack import CauseGraph
from gonogo.standard.concessions import ITEMS


class Prices:
    """What an item costs that has some findings.

    Parameters
    ----------
    graph : CauseGraph
        What a nonconformity costs, and which rule finds it.
    """

    def __init__(self, graph: CauseGraph) -> None:
        self._of_rules: dict[str, dict[str, tuple[str, Fraction]]] = {}
        for told in graph.written.nonconformities.values():
            if told.level == ITEMS and told.cost is not None:
                self._of_rules.setdefault(told.rule, {})[told.side] = (told.name, told.cost)
        self._known: dict[str, Mapping[str, Fraction]] = {}

    def cost(self, findings: Iterable[str]) -> Fraction:
        """The cost of the nonconformities that are found, each once.

        Parameters
        ----------
        findings : iterable of str
            As ``RULE`` or ``RULE.SIDE``.
        """
        return sum({name: cost for found in findings for name, cost in self._of(found).items()}.values(), Fraction(0))

    def _of(self, finding: str) -> Mapping[str, Fraction]:
        """A nonconformity of that side, else of either; of a rule without sides whichever side it is of."""
        known = self._known.get(finding)
        if known is None:
            rule, _, side = finding.partition(".")
            told = self._of_rules.get(rule, {})
            chosen = [told[each] for each in ((side, "") if side else tuple(told)) if each in told][:1]
            known = self._known[finding] = dict(chosen)
        return known
