"""What all formats have in common, and how a verdict becomes JSON fast."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from json.encoder import encode_basestring
from typing import ClassVar, Final, Literal, Protocol, TypeAlias

import gonogo

MOST_KEPT: Final = 50_000

OUTCOMES: Final = ("conforming", "nonconforming", "indeterminate")


Reads: TypeAlias = Literal["lines", "rows", "both"] | None


class Placing(Protocol):
    """What gives verdicts, and tells where the fact of the last one stands."""

    @property
    def place(self) -> gonogo.FactPlace:
        """Its place."""


class Report(ABC):
    """A format of results: takes verdicts and whatever else comes up in a run, and writes the rest at the end."""

    takes_all: ClassVar[bool] = False
    """Whether it is given all verdicts, and not only those that are shown: it counts the others, too."""

    reads: Reads = None
    """What it reads of facts that were judged in columns, beside single verdicts."""

    @abstractmethod
    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        """Take one verdict, and what tells where its fact stands."""

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        """Take all verdicts with these outcomes of facts judged in columns; singly, unless it knows better."""
        for verdict in judged.verdicts(outcomes):
            self.add(verdict, judged)

    def add_unusable(self, cell: gonogo.Unusable) -> None:  # noqa: B027 (most formats leave it to standard error)
        """Take one cell that could not be used."""

    def add_problem(self, problem: gonogo.Problem) -> None:  # noqa: B027 (likewise)
        """Take one problem that did not stop the run."""

    def finish(self, summary: gonogo.Summary) -> None:  # noqa: B027 (nothing may be left to write)
        """Write what was left to the end."""

    def release(self) -> None:  # noqa: B027 (most formats hold nothing)
        """Let go of what is held, however it went."""


class Serializer:
    """Verdicts as JSON objects; what all items in one situation share is made once, and kept within bounds."""

    def __init__(self) -> None:
        self._tails: dict[int, str] = {}

    def text(self, verdict: gonogo.Verdict) -> str:
        """The verdict as an object on one line."""
        answer = verdict.answer
        if answer.findings and answer.concessions:  # they are given to single items, and not to what is alike
            tail = _rest(verdict)
        else:
            tail = self._tails.get(answer.situation) or self._tail(verdict)
        lot = "null" if verdict.lot is None else encode_basestring(verdict.lot)
        return f'{{"item": {encode_basestring(verdict.item)}, "lot": {lot}, {tail}'

    def _tail(self, verdict: gonogo.Verdict) -> str:
        tail = _rest(verdict)
        if not verdict.answer.unknown:  # what is missing is each fact's own
            if len(self._tails) >= MOST_KEPT:
                self._tails.clear()
            self._tails[verdict.answer.situation] = tail
        return tail


def _rest(verdict: gonogo.Verdict) -> str:
    """The end of a verdict's object, behind item and lot."""
    rest = verdict.as_dict()
    del rest["item"], rest["lot"]
    return dumps(rest)[1:]


def dumps(value: object) -> str:
    """A value as JSON on one line, as people wrote it."""
    return json.dumps(value, ensure_ascii=False)


def dumps_lines(values: Iterable[object]) -> str:
    """A list as JSON, each of its members on a line."""
    lines = ",\n".join(map(dumps, values))
    return f"[\n{lines}\n]" if lines else "[]"
