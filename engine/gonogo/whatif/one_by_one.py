"""Facts judged twice, one by one: two inspections side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from gonogo.inspection.one_by_one import Inspection
from gonogo.verdict import Verdict
from gonogo.whatif.comparison import Comparison, Flipped, Judged, PriceLists, Spool


class ScalarComparison(Comparison):
    """Compares two inspections of the same facts, one item at a time; to be used in a `with`.

    Parameters
    ----------
    before, after : Inspection
        Of the same files, which have not been iterated.
    prices : PriceLists
        What findings cost.
    """

    def __init__(self, before: Inspection, after: Inspection, prices: PriceLists = (None, None)) -> None:
        super().__init__(before.standard.classes, after.standard.classes, prices)
        self._inspections = before, after
        self._spool = Spool()

    def close(self) -> None:
        """Let go of what was kept."""
        self._spool.close()

    def run(self, watch: Callable[[Inspection], Iterable[Verdict]] = iter) -> None:
        """Judge all facts; raises `Refused`.

        Parameters
        ----------
        watch : callable
            Gives the verdicts of the first inspection, and may show how far it is.
        """
        first, second = self._inspections
        costs = [Fraction(0), Fraction(0)]
        for before, after in zip(watch(first), second, strict=True):
            sides = (_judged(before), _judged(after))
            self.turned[sides[0].answer, sides[1].answer] += 1
            if sides[0].answer != sides[1].answer:
                self._spool.add(Flipped(before.item, before.lot, *sides))
            else:
                self.found_otherwise += sides[0].findings != sides[1].findings
            for place, (side, prices) in enumerate(zip(sides, self.prices, strict=True)):
                if prices is not None and side.findings:
                    costs[place] += prices.cost(side.findings)
        self.costs = costs[0], costs[1]
        self.before, self.after = first.summary, second.summary

    def flipped(self) -> Iterator[Flipped]:
        """The items that flip, in the order of the facts."""
        yield from self._spool


def _judged(verdict: Verdict) -> Judged:
    answer = verdict.answer
    findings = tuple(finding.name for finding in answer.findings)
    return Judged(answer.outcome, answer.class_, answer.disposition, findings)
