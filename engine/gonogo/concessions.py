"""Concessions that are in force: which findings they permit, and what becomes of an item all of whose findings are.

INVARIANT: a concession hides nothing. Outcome, class and what levels above count stay as they were found; a permitted
finding is marked, and only the disposition of what has no other finding, and nothing unknown, becomes `concession`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeVar

from gonogo.answer import Finding, Permitted
from gonogo.problems import Problem
from gonogo.standard.concessions import Concession
from gonogo.standard.sections import shown

CONCESSION: Final = "concession"
"""The disposition of what may be used or released though it does not conform."""


_Answer = TypeVar("_Answer", bound=Permitted)


@dataclass(frozen=True, slots=True)
class Concessions:
    """The concessions of a pack as of a day.

    Parameters
    ----------
    known : tuple of Concession
        All that the pack has.
    day : date
        As of which facts are judged: those that expired before permit nothing.
    """

    known: tuple[Concession, ...]
    day: date
    _by_scope: dict[tuple[str, str, str], list[Concession]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort what is in force by level and by what it is about."""
        found = defaultdict(list)
        for concession in self.in_force:
            for item in concession.items:
                found[concession.level, "item", item].append(concession)
            for unit in concession.units:
                found[concession.level, "unit", unit].append(concession)
        object.__setattr__(self, "_by_scope", dict(found))

    @property
    def in_force(self) -> tuple[Concession, ...]:
        """Those that hold on the day."""
        return tuple(each for each in self.known if self.day <= each.expires)

    def expired(self) -> Iterator[Problem]:
        """Tell of those that held before, and permit nothing any more."""
        for each in self.known:
            if self.day > each.expires:
                what = f"the concession {shown(each.id)} held until {each.expires}, and permits nothing any more"
                yield Problem("expired-concession", each.span, what, "renew it, or remove it", "warning")

    def unused(self, used: Collection[str]) -> Iterator[Problem]:
        """Tell of those that are in force, and not among those that were used."""
        for each in self.in_force:
            if each.id not in used:
                what = f"nothing was found that the concession {shown(each.id)} permits"
                yield Problem("unused-concession", each.span, what, "remove it, if it is not needed", "warning")

    def scope(self, level: str) -> tuple[frozenset[str], frozenset[str]]:
        """The items, and the lots or other units, that concessions for rules of a level are about."""
        mine = [each for each in self.in_force if each.level == level]
        nothing = frozenset[str]()
        return nothing.union(*(each.items for each in mine)), nothing.union(*(each.units for each in mine))

    def applied(self, answer: _Answer, level: str, item: str | None, unit: str | None) -> _Answer:
        """An answer with the findings marked that are permitted."""
        about = [*self._about(level, "item", item), *self._about(level, "unit", unit)]
        if not about:
            return answer
        findings = tuple(_marked(finding, about) for finding in answer.findings)
        if findings == answer.findings:
            return answer
        marked: _Answer = replace(answer, findings=findings)  # type: ignore[type-var]  # answers are dataclasses
        return replace(marked, disposition=CONCESSION) if marked.is_conceded else marked  # type: ignore[type-var]

    def _about(self, level: str, kind: str, name: str | None) -> list[Concession]:
        return [] if name is None else self._by_scope.get((level, kind, name), [])


def _marked(finding: Finding, about: Iterable[Concession]) -> Finding:
    """A finding with the concession that permits it; of several the one whose id comes first."""
    permits = [each.id for each in about if each.rule == finding.rule and each.side in ("", finding.side)]
    return replace(finding, concession=min(permits)) if permits else finding
