"""The smallest changes that reach a given outcome: of one field, and of two where neither of them does it alone.

One field is searched as in `flips`. For two, one of them takes the values at which something turns, and the other is
searched at each; then each is made as small as the other allows. Every change that is told has been judged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, islice
from typing import Final, TypeAlias

from gonogo.answer import Answer, Outcome
from gonogo.facts.columns import is_read_back
from gonogo.flips import Flip, FlipFinder, TooLong, flip_of, size_of
from gonogo.program.ir import Field, Program
from gonogo.program.picks import plain_name
from gonogo.screen.exact import Exact
from gonogo.screen.standing import Standing

MOST_PAIRED: Final = 60
"""So many values of one field, the nearest, are looked at together with another field."""

JudgeWith: TypeAlias = Callable[[Mapping[str, Exact]], Answer]
"""The answer to the fact with other values in some fields."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """One value, or two, with which an item would have the outcome that was asked for.

    Parameters
    ----------
    changes : tuple of Flip
        Of one field, or of two.
    outcome, disposition : str or None
        Of the item with them.
    """

    changes: tuple[Flip, ...]
    outcome: str
    disposition: str | None

    @property
    def sentence(self) -> str:
        """The same, to be read."""
        parts = (f"{each.field} {each.value} -> {each.changed}{_by(each)}" for each in self.changes)
        disposition = f", {self.disposition}" if self.disposition else ""
        return f"{' and '.join(parts)}: {self.outcome}{disposition}"

    def as_dict(self) -> dict[str, object]:
        """The counterfactual as plain data, with the keys of ``gonogo explain --flip --format json``."""
        return {
            "changes": [
                {"field": each.field, "value": each.value, "changed": each.changed, "change": each.change}
                for each in self.changes
            ],
            "outcome": self.outcome,
            "disposition": self.disposition,
            "sentence": self.sentence,
        }


def _by(flip: Flip) -> str:
    return f" ({flip.change})" if flip.change else ""


@dataclass(frozen=True, slots=True)
class Reaching:
    """Searches what reaches an outcome.

    Parameters
    ----------
    program : Program
        Before the pass `ticks`.
    fields : mapping of str to value
        What the fact holds.
    judge : callable
        The answer to the fact with other values.
    wanted : str
        The outcome.
    found : collection of str
        The rules that spoke: to reach ``conforming``, something has to be done about each of them.
    """

    program: Program
    fields: Mapping[str, Exact | None]
    judge: JudgeWith
    wanted: Outcome
    found: Collection[str] = ()

    def counterfactuals(self) -> tuple[Counterfactual, ...]:
        """Those of one field, then those of two; the smallest in proportion to their values first."""
        finder = self._finder({}, [0])
        singles = finder.nearest(self.program.fields, self._is_wanted)
        done = {flip.field for flip in singles}
        found = [Counterfactual((flip,), flip.outcome, flip.disposition) for flip in singles]
        pairs = []
        left = [each for each in self.program.fields if plain_name(each.name) not in done and self._may_change(each)]
        with suppress(TooLong):
            for one, other in combinations(left, 2):
                if plain_name(one.name) != plain_name(other.name) and self._may_do(one, other):
                    pairs += list(self._pair(one, other, finder))
        return (*found, *(counterfactual for _, counterfactual in sorted(pairs, key=lambda pair: pair[0])))

    def _is_wanted(self, answer: Answer) -> bool:
        return answer.outcome == self.wanted

    def _finder(self, changed: Mapping[str, Exact], spent: list[int]) -> FlipFinder:
        """What searches one field while others hold other values; all share what may be spent."""

        def judge(field: Field, value: Exact) -> Answer:
            return self.judge({**changed, field.name: value})

        return FlipFinder(self.program, {**self.fields, **changed}, judge, outcome="", _spent=spent)

    def _may_change(self, field: Field) -> bool:
        is_whole = field.pick is None or field.pick.how not in ("gap", "range")
        return is_whole and self.fields.get(field.name) is not None and bool(self._reach(field))

    def _reach(self, field: Field) -> frozenset[str]:
        return Standing.of(self.program).reach.get(field.name, frozenset())

    def _may_do(self, one: Field, other: Field) -> bool:
        """Whether two fields together may do what neither does alone."""
        reaches = self._reach(one), self._reach(other)
        if self.wanted == "conforming" and self.found:
            return (reaches[0] | reaches[1]).issuperset(self.found)
        return not reaches[0].isdisjoint(reaches[1])

    def _pair(self, one: Field, other: Field, finder: FlipFinder) -> Iterator[tuple[Fraction, Counterfactual]]:
        """The smallest pair of changes of two fields, with its size."""
        best: tuple[Fraction, Exact, Exact] | None = None
        for value in islice(finder.candidates(one, self._held(one)), MOST_PAIRED):
            if is_read_back(one, value, self.program.missing_words):
                beside = self._nearest(other, {one.name: value}, finder)
                if beside is not None:
                    size = self._size(one, value) + self._size(other, beside)
                    best = min(best or (size, value, beside), (size, value, beside), key=lambda pair: pair[0])
        if best is not None:
            yield self._told(one, other, *self._tightened(one, other, best[1], best[2], finder))

    def _tightened(
        self, one: Field, other: Field, value: Exact, beside: Exact, finder: FlipFinder
    ) -> tuple[Exact, Exact]:
        """Both values made as near to what is held as the other one allows."""
        while True:
            nearer = self._nearest(one, {other.name: beside}, finder)
            beside_it = None if nearer is None else self._nearest(other, {one.name: nearer}, finder)
            if nearer is None or beside_it is None or (nearer, beside_it) == (value, beside):
                return value, beside
            if self._size(one, nearer) > self._size(one, value) or self._size(other, beside_it) > self._size(
                other, beside
            ):
                return value, beside
            value, beside = nearer, beside_it

    def _nearest(self, field: Field, changed: Mapping[str, Exact], finder: FlipFinder) -> Exact | None:
        """The nearest value of a field that reaches the outcome, while others hold other values."""
        inner = self._finder(changed, finder.spent)
        return next((value for value, _ in inner.of_field(field, self._held(field), self._is_wanted)), None)

    def _held(self, field: Field) -> Exact:
        held = self.fields[field.name]
        assert held is not None
        return held

    def _size(self, field: Field, value: Exact) -> Fraction:
        return size_of(field, self._held(field), value)

    def _told(self, one: Field, other: Field, value: Exact, beside: Exact) -> tuple[Fraction, Counterfactual]:
        answer = self.judge({one.name: value, other.name: beside})
        tell = partial(flip_of, answer=answer)
        changes = (tell(one, self._held(one), value), tell(other, self._held(other), beside))
        size = self._size(one, value) + self._size(other, beside)
        return size, Counterfactual(changes, answer.outcome, answer.disposition)
