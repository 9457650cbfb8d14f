"""The cases of lots that a standard needs: as many defective items as are accepted, and one more.

A lot is so many items of one sort and so many of another: sound ones, one of each class, and those on both sides of
each limit of what is counted by itself. Where the lot's verdict turns, from one number to the next or from one sort to
the next, both sides are tried; a case is kept where it tells the standard from one of its mutants that no other case
before it did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Final

from gonogo.answer import Key
from gonogo.judge import Judge
from gonogo.levels.counting import LevelJudges
from gonogo.levels.judging import LevelJudge
from gonogo.pack import Standard
from gonogo.program import ir
from gonogo.program.passes.rewrite import leaves
from gonogo.specs.mutants import Mutant, mutants, sites, standing_on
from gonogo.specs.mutation import MutantJudge, mutant_level
from gonogo.specs.proposing.boundaries import Boundaries, Case, Cases
from gonogo.specs.proposing.search import Item

USUAL: Final = 20
"""Items of a lot, where the standard names no number."""

LARGEST: Final = 5_000
MOST_OTHERS: Final = 150
"""So many items of the second sort are tried one by one; beyond, only all of them and all but one."""


@dataclass(frozen=True, slots=True)
class LotCase:
    """A lot of some sorts of items, and how many there are of each.

    Parameters
    ----------
    rule : str
        Of the lot, for which it is told.
    """

    rule: str
    sorts: tuple[Case, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Sort:
    case: Case
    cells: Item
    is_sound: bool


@dataclass(frozen=True, slots=True)
class _Lot:
    sorts: tuple[_Sort, ...]
    counts: tuple[int, ...]


class LotBoundaries:
    """Finds the cases of lots of one standard.

    Parameters
    ----------
    standard : Standard
        As it judges; it judges lots.
    boundaries : Boundaries
        What finds the cases of its items.
    of_rules : sequence of Cases
        Those that it found.
    """

    def __init__(self, standard: Standard, boundaries: Boundaries, of_rules: Sequence[Cases]) -> None:
        self.items = standard.judging
        self.level: LevelJudge = LevelJudges(self.items).levels[0]
        self.program = self.level.program
        self._boundaries = boundaries
        self._sorts = [self._sort(case) for case in self._unlike(of_rules)]
        self._kept: dict[int, list[_Sort]] = {}
        self.itself = _Judges(self.items, self.level)
        self._mutants = [*self._of_lots(), *self._of_counts()]

    def cases(self, watch: Callable[[int, int], None] = lambda _done, _whole: None) -> Iterator[LotCase]:
        """The cases, smaller lots first."""
        open_ = list(self._mutants)
        sizes = self._sizes()
        for done, size in enumerate(sizes):
            watch(done, len(sizes))
            for lot in dict.fromkeys(self._turns(size)):
                yield from self._telling(lot, open_)
        for size in sizes if open_ else ():
            for lot in dict.fromkeys(self._turns(size)):
                for more in self._with_another(lot) if open_ else ():
                    yield from self._telling(more, open_)
        yield from self._unjudged(sizes)

    def _telling(self, lot: _Lot, open_: list[_Mutated]) -> Iterator[LotCase]:
        """A lot as a case, where it tells the standard from mutants that were not told so far."""
        told = [mutant for mutant in open_ if mutant.tells(lot)]
        if told:
            open_[:] = [mutant for mutant in open_ if mutant not in told]
            yield LotCase(told[0].rule, tuple(sort.case for sort in lot.sorts), lot.counts)

    # ---------------------------------------------------------------------------------------------------------- sorts

    def _unlike(self, of_rules: Sequence[Cases]) -> list[Case]:
        """The sound item, one item of each class with a single finding, and those that are counted by themselves."""
        found, classes = [Case({})], set[str]()
        for cases in of_rules:
            for case in (*cases.categories, *cases.limits, *cases.speaking):
                answer = self.items.judge(self._boundaries.item(case))[0]
                if len(answer.findings) == 1 and not answer.unknown and answer.class_ not in classes:
                    classes.add(str(answer.class_))
                    found.append(case)
        found += [case for case in self._boundaries.counted() if case not in found]
        return found

    def _sort(self, case: Case) -> _Sort:
        cells = self._boundaries.item(case)
        return _Sort(case, cells, self.items.judge(cells)[0].outcome == "conforming")

    def _sizes(self) -> list[int]:
        """Numbers of items: those that the standard names, and one less and more where they are limits."""
        found: set[int] = set()
        for site in sites(self.program):
            test = site.node
            if isinstance(test, ir.Compare):
                sides = (test.left, test.right)
                named = [side.value for side in sides if isinstance(side, ir.Constant)]
                if any(isinstance(side, ir.FieldValue) and side.name == "inspected" for side in sides):
                    near = (0,) if test.op == "=" else (-1, 0, 1)
                    found |= {int(each) + off for each in named if isinstance(each, Fraction) for off in near}
        return sorted(size for size in found if 0 < size <= LARGEST) or [USUAL]

    # ---------------------------------------------------------------------------------------------------------- turns

    def _turns(self, size: int) -> Iterator[_Lot]:
        """Lots beside which the verdict turns."""
        sound = [sort for sort in self._sorts if sort.is_sound]
        for one, other in combinations([_Lot((sort,), (size,)) for sort in sound], 2):
            if self.itself.said(one) != self.itself.said(other):
                yield from (one, other)
        for first in sound:
            for second in self._beside(first):
                tried = sorted({*range(min(size, MOST_OTHERS) + 1), size - 1, size})
                lots = [_Lot((first, second), (size - count, count)) for count in tried]
                for before, after in pairwise(lots):
                    if self.itself.said(before) != self.itself.said(after):
                        yield from (before, after)

    def _beside(self, first: _Sort) -> list[_Sort]:
        """The sorts that stand beside one in lots: each as it differs from the sound item, in what else is alike."""
        found = self._kept.get(id(first))
        if found is None:
            told = [Case({**first.case.values, **sort.case.values}) for sort in self._sorts if sort is not first]
            kinds = {frozenset(case.values.items()): case for case in told if case != first.case}
            sound = [Case({})] if first.case.values else []
            found = self._kept[id(first)] = [self._sort(case) for case in (*kinds.values(), *sound)]
        return found

    def _with_another(self, lot: _Lot) -> Iterator[_Lot]:
        """A lot of two sorts with one item of a third, in place of one of the first."""
        if len(lot.sorts) == 2 and lot.counts[0]:
            for third in self._beside(lot.sorts[0]):
                if third.case != lot.sorts[1].case:
                    yield _Lot((*lot.sorts, third), (lot.counts[0] - 1, lot.counts[1], 1))

    def _unjudged(self, sizes: Sequence[int]) -> Iterator[LotCase]:
        """A sound lot with one item that could not be judged."""
        for name in self._boundaries.search.fields:
            case = Case({name: None})
            if self.items.judge(self._boundaries.item(case))[0].outcome == "indeterminate":
                yield LotCase("", (Case({}), case), (sizes[0] - 1, 1))
                return

    # -------------------------------------------------------------------------------------------------------- mutants

    def _of_lots(self) -> Iterator[_Mutated]:
        for mutant in mutants(self.program):
            names = standing_on(self.program, mutant.home)
            level = mutant_level(self.level, mutant)
            rule = next((name for name in names if any(rule.name == name for rule in self.program.rules)), "")
            yield _Mutated(_Judges(self.items, level), self.itself, rule)

    def _of_counts(self) -> Iterator[_Mutated]:
        """Mutants of items that change nothing but what is counted."""
        program = self.items.exact
        for mutant in mutants(program):
            if set(standing_on(program, mutant.home)) == {"count"}:
                judges = _Judges(MutantJudge(self.items, mutant), self.level)
                yield _Mutated(judges, self.itself, self._rule_of(mutant))

    def _rule_of(self, mutant: Mutant) -> str:
        """The first rule of lots that stands on a count of which an item's condition was changed."""
        number = mutant.home[1]
        for proposition in self.items.exact.propositions:
            if any(isinstance(leaf, ir.Outcome) and leaf.condition == number for leaf in leaves(proposition.when)):
                _, _, rest = proposition.name.partition(".")
                count = rest.rpartition(".")[0]
                for place, test in enumerate(self.program.conditions):
                    if any(isinstance(leaf, ir.FieldValue) and leaf.name == count for leaf in leaves(test)):
                        return standing_on(self.program, ("condition", place))[0]
        return ""


@dataclass(frozen=True, slots=True, eq=False)
class _Judges:
    """Judges of items and of lots, and what they say of lots."""

    items: Judge
    level: LevelJudge
    _keys: dict[int, Key] = field(default_factory=dict)

    def said(self, lot: _Lot) -> tuple[object, ...]:
        """What is said of a lot."""
        tally: Counter[Key] = Counter()
        for sort, count in zip(lot.sorts, lot.counts, strict=True):
            if count:
                tally[self._key(sort)] += count
        answer = self.level.settled(tally, {})[1]
        found = tuple(finding.name for finding in answer.findings)
        return answer.outcome, answer.class_, answer.disposition, found, answer.unknown

    def _key(self, sort: _Sort) -> Key:
        key = self._keys.get(id(sort))
        if key is None:
            key = self._keys[id(sort)] = self.items.key(self.items.judge(sort.cells)[0])
        return key


@dataclass(frozen=True, slots=True, eq=False)
class _Mutated:
    """A mutant that lots have to tell from the standard; `rule` is the one of lots that it changes."""

    judges: _Judges
    itself: _Judges
    rule: str

    def tells(self, lot: _Lot) -> bool:
        """Whether a lot is judged otherwise by it."""
        return self.judges.said(lot) != self.itself.said(lot)
