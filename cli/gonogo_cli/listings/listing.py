"""What was found in some packs, whatever it is written as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import gonogo


@dataclass(frozen=True, slots=True)
class Listing:
    """The problems of packs.

    Parameters
    ----------
    packs : mapping of str to tuple of Problem
        By the names of the packs, as they stand on the command line.
    """

    packs: Mapping[str, tuple[gonogo.Problem, ...]]

    @property
    def problems(self) -> tuple[gonogo.Problem, ...]:
        """All of them, each once, though two names may be of one pack."""
        return tuple(dict.fromkeys(problem for found in self.packs.values() for problem in found))

    @property
    def errors(self) -> tuple[gonogo.Problem, ...]:
        """Those that refuse a standard."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def unreadable(self) -> tuple[gonogo.Problem, ...]:
        """Those that tell of a pack that was never looked into."""
        return tuple(problem for problem in self.errors if is_unreadable(problem))

    @property
    def readable(self) -> tuple[gonogo.Problem, ...]:
        """All others."""
        return tuple(problem for problem in self.problems if not is_unreadable(problem))


def is_unreadable(problem: gonogo.Problem) -> bool:
    """Whether a pack could not be read at all."""
    # What a standard extends is a problem of the standard, told at its place; only what is named can't be read itself.
    return problem.code == "unreadable" and isinstance(problem.place, str)
