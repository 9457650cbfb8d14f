"""What is wrong with an input, as data: one place, one fact, one instruction, one stable code.

A problem is never printed here; `str(problem)` is the one line that people read, and `as_dict` what
programs read. Places are 1-based and count characters, as editors do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was read, and the path that the user named it by."""

    path: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch `start:end` (character offsets) of a source: where something was written."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """The 1-based line of the first character."""
        return self.source.text.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        """The 1-based column of the first character."""
        return self.start - self.source.text.rfind("\n", 0, self.start)

    @property
    def text(self) -> str:
        """The characters pointed at."""
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        return f"{self.source.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `place: what; mend [code]`.

    Parameters
    ----------
    code : str
        Stable name of the kind of problem; each has an entry in ``docs/problems.md``.
    place : Span or str
        Where it stands; a string where there is no position inside a text (a path, an option).
    what : str
        The fact, in the user's own words, lower case, without a full stop.
    mend : str
        The instruction; empty where none would be more than a guess.
    severity : {"error", "warning"}
        An error refuses the input; a warning does not.
    """

    code: str
    place: Span | str
    what: str
    mend: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        mend = f"; {self.mend}" if self.mend else ""
        warning = "warning: " if self.severity == "warning" else ""
        return _visible(f"{self.place}: {warning}{self.what}{mend} [{self.code}]")

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        """Problems are listed by path, then by position, then by code."""
        if isinstance(self.place, Span):
            return (self.place.source.path, self.place.start, self.code, self.what)
        return (self.place, -1, self.code, self.what)

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as plain data, with the keys that other programs may rely on."""
        place = self.place
        inside = isinstance(place, Span)
        return {
            "path": place.source.path if isinstance(place, Span) else place,
            "line": place.line if isinstance(place, Span) else None,
            "column": place.column if isinstance(place, Span) else None,
            "text": place.text if inside and isinstance(place, Span) else None,
            "code": self.code,
            "severity": self.severity,
            "what": self.what,
            "mend": self.mend or None,
        }


def _visible(text: str) -> str:
    """The text on one line, and nothing in it that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


class Refused(Exception):
    """An input was refused; `problems` holds every reason, sorted by place.

    Parameters
    ----------
    problems : iterable of Problem
        At least one of them an error.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems), key=lambda p: p.sort_key))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Problems:
    """A collector: stages add what they find and go on, so that all problems are told at once."""

    found: list[Problem] = field(default_factory=list)

    def error(self, code: str, place: Span | str, what: str, mend: str = "") -> None:
        """Add an error."""
        self.found.append(Problem(code, place, what, mend))

    def warn(self, code: str, place: Span | str, what: str, mend: str = "") -> None:
        """Add a warning."""
        self.found.append(Problem(code, place, what, mend, "warning"))

    @property
    def has_errors(self) -> bool:
        """Whether anything found so far refuses the input."""
        return any(problem.severity == "error" for problem in self.found)

    def refuse_errors(self) -> None:
        """Raise `Refused` with everything found, where any of it is an error."""
        if self.has_errors:
            raise Refused(self.found)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None where nothing is near."""
    from difflib import get_close_matches

    words = {candidate.casefold(): candidate for candidate in sorted(known)}
    # difflib is quadratic in the words' lengths: a hostile word of a million letters is cut first.
    matches = get_close_matches(word.casefold()[:80], words, n=1, cutoff=0.6)
    return words[matches[0]] if matches else None
