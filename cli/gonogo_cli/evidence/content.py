"""What the evidence tells: a run of specs, its circumstances, and what it shows of the standard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import gonogo


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario, with all its examples where it is an outline.

    Parameters
    ----------
    anchor : str
        The id of its place on the page.
    approvals : tuple of str
        For each of the results: ``approved``, ``proposed`` or ``stale``.
    """

    anchor: str
    results: tuple[gonogo.ScenarioResult, ...]
    approvals: tuple[str, ...]

    @property
    def first(self) -> gonogo.ScenarioResult:
        """It, or its first example."""
        return self.results[0]

    @property
    def failed(self) -> tuple[gonogo.ScenarioResult, ...]:
        """What of it failed."""
        return tuple(each for each in self.results if not each.passed)

    @property
    def approval(self) -> str:
        """What all of it is to be taken for: approved only where each example is."""
        return next((told for told in ("stale", "proposed") if told in self.approvals), "approved")

    @property
    def is_outline(self) -> bool:
        """Whether it has examples."""
        return bool(self.first.example)


@dataclass(frozen=True)
class Content:
    """All that the evidence is made of.

    Parameters
    ----------
    told : Circumstances
        What the run was made with, when, and by whom.
    documents : sequence of FeatureDocument
        The files whose scenarios were run.
    hashes : mapping
        SHA-256 of each of them, by path.
    name : callable
        What a path is called.
    """

    standard: gonogo.Standard
    run: gonogo.SpecRun
    covered: gonogo.Coverage
    told: gonogo.Circumstances
    documents: Sequence[gonogo.FeatureDocument]
    hashes: Mapping[str, str]
    name: Callable[[str], str]

    @cached_property
    def rows(self) -> tuple[gonogo.MatrixRow, ...]:
        """The matrix."""
        return gonogo.matrix(self.standard, self.run.scenarios)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Scenarios, by file and line."""
        return tuple(self._scenarios())

    def _scenarios(self) -> Iterator[Scenario]:
        hashes = gonogo.rule_hashes(self.standard)
        grouped = groupby(self.run.scenarios, key=lambda each: (each.path, each.line))
        for number, (_, results) in enumerate(grouped, 1):
            found = tuple(results)
            yield Scenario(f"s-{number}", found, tuple(gonogo.approval(each.tags, hashes) for each in found))

    @cached_property
    def anchors(self) -> dict[tuple[str, int], str]:
        """The places of scenarios on the page, by path and line."""
        return {(each.first.path, each.first.line): each.anchor for each in self.scenarios}

    @cached_property
    def document(self) -> dict[str, gonogo.FeatureDocument]:
        """The files, by path."""
        return {each.path: each for each in self.documents}

    @cached_property
    def _names(self) -> dict[tuple[str, int], str]:
        """The names of scenarios as they are written, by path and line: an outline's with its placeholders."""
        return {(each.path, line): name for each in self.documents for line, name in each.names.items()}

    def title(self, path: str, line: int) -> str:
        """The name of a scenario as it is written."""
        return self._names[path, line]

    @property
    def failed(self) -> int:
        """How many scenarios and examples failed."""
        return sum(not each.passed for each in self.run.scenarios)

    @cached_property
    def elsewhere(self) -> int:
        """How many scenarios and examples judge by another standard."""
        return len(self.run.scenarios) - len(gonogo.judged_by(self.standard, self.run.scenarios))

    @property
    def holes(self) -> tuple[gonogo.MatrixRow, ...]:
        """Rules of which no approved scenario passed."""
        return tuple(row for row in self.rows if row.is_hole)

    def by_approval(self, told: str) -> tuple[Scenario, ...]:
        """The scenarios of which some example is approved, proposed or stale."""
        return tuple(each for each in self.scenarios if told in each.approvals)

    def count(self, told: str) -> int:
        """How many scenarios and examples are approved, proposed or stale."""
        return sum(each.approvals.count(told) for each in self.scenarios)
