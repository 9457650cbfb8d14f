"""What a report tells: what a run has counted, and the few items and cells that are shown one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import gonogo


@dataclass(frozen=True, slots=True)
class Content:
    """All that the page is made of.

    Parameters
    ----------
    title : str
        What the page is called.
    facts : sequence of str
        The files that were judged.
    made : datetime
        When, with its zone.
    program : str
        The version of gonogo.
    top : int
        How many items, lots and cells of a kind are shown.
    worst, open : sequence of Verdict
        The worst that are nonconforming, worst first, and the first that could not be judged.
    unusable : sequence of Unusable
        The first cells that could not be used.
    history : History
        Lots over time.
    """

    title: str
    standard: gonogo.Standard
    facts: Sequence[str]
    made: datetime
    program: str
    top: int
    summary: gonogo.Summary
    worst: Sequence[gonogo.Verdict]
    open: Sequence[gonogo.Verdict]
    unusable: Sequence[gonogo.Unusable]
    history: gonogo.History

    def severity(self, class_: str | None) -> str:
        """How a class is to stand out: ``worst``, ``middle``, ``mild``, or not at all."""
        classes = self.standard.classes
        if class_ not in classes:
            return "none"
        rank = classes.index(class_)
        return "worst" if rank == 0 else "mild" if rank == len(classes) - 1 else "middle"
