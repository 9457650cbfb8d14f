"""What a report tells: what a run has counted, and the few items and cells that are shown one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import gonogo


@dataclass(frozen=True, slots=True)
class Told:
    """What a run is told, and does not find out.

    Parameters
    ----------
    title : str
        What the page is called.
    facts : sequence of str
        The files that were judged.
    as_of : date
        The day as of which they were.
    made : datetime
        When, with its zone.
    program : str
        The version of gonogo.
    """

    title: str
    facts: Sequence[str]
    as_of: date
    made: datetime
    program: str


@dataclass(frozen=True, slots=True)
class Content:
    """All that the page is made of.

    Parameters
    ----------
    top : int
        How many items, lots and cells of a kind are shown.
    worst, open : sequence of Verdict
        The worst that are nonconforming, worst first, and the first that could not be judged.
    unusable : sequence of Unusable
        The first cells that could not be used.
    history : History
        Lots over time.
    """

    told: Told
    standard: gonogo.Standard
    top: int
    summary: gonogo.Summary
    worst: Sequence[gonogo.Verdict]
    open: Sequence[gonogo.Verdict]
    unusable: Sequence[gonogo.Unusable]
    history: gonogo.History

    def severity(self, class_: str | None) -> str:
        """How a class is to stand out: ``worst``, ``middle``, ``mild``, or not at all."""
        return severity(self.standard, class_)


def severity(standard: gonogo.Standard, class_: str | None) -> str:
    """How a class of a standard is to stand out: ``worst``, ``middle``, ``mild``, or not at all."""
    classes = standard.classes
    if class_ not in classes:
        return "none"
    rank = classes.index(class_)
    return "worst" if rank == 0 else "mild" if rank == len(classes) - 1 else "middle"
