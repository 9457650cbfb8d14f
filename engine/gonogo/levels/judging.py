"""A unit of a level above items, judged by how many units of which sort it has: what is certain, and what may flip it.

INVARIANT: missing data never passes. A unit below that could not be judged may turn out in several ways; only what
is the same in all of them is said of the unit above, and otherwise it is indeterminate and held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Final, TypeAlias

from gonogo.answer import HOLD, Answer, Answering, Finding, Key, Outcome, Permitted
from gonogo.concessions import Concessions
from gonogo.judge import Judge
from gonogo.levels.ranges import Ranges
from gonogo.levels.unless import Unless
from gonogo.levels.worlds import Share, Shares, Vector
from gonogo.program import ir
from gonogo.program.compiler import Compiled
from gonogo.program.ir import UNKNOWN
from gonogo.program.passes.rewrite import leaves

MOST_WORLDS: Final = 1_000
"""So many sums of counts are judged one by one; beyond, each count is bounded by itself."""

MOST_KEPT: Final = 10_000

Tally: TypeAlias = Mapping[Key, int]
"""How many units have each key."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What the units of one unit above add up to.

    Parameters
    ----------
    low, high : tuple of int
        The least and the most of each count.
    best : tuple of int
        The counts where all units turn out as good as they can.
    open : tuple of (Share, int)
        What is not known to be added, and by how many units each.
    """

    low: Vector
    high: Vector
    best: Vector
    open: tuple[tuple[Share, int], ...]


@dataclass(frozen=True, slots=True)
class LevelAnswer(Permitted):
    """What is certain of a unit.

    Parameters
    ----------
    findings : tuple of Finding
        What is found however the units below turn out.
    unknown : tuple of str
        Ids of rules that find in some of these cases only, or could not be judged.
    key : tuple of int
        What it adds to counts of the level above.
    unless : str or None
        What would have to be the case for another verdict; None where nothing would.
    """

    outcome: Outcome
    class_: str | None
    disposition: str | None
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]
    key: Key
    unless: str | None = None


class LevelJudge:
    """Judges the units of one level.

    Parameters
    ----------
    compiled : Compiled
        Of the level.
    below : Answering
        Of the level below, whose units are counted.
    concessions : Concessions, optional
        What of findings is permitted.
    """

    def __init__(self, compiled: Compiled, below: Answering, concessions: Concessions | None = None) -> None:
        program = compiled.exact
        self.judge = Judge(compiled, concessions)
        self.program = program
        self.answering = self.judge.answering
        self.counts = tuple(known.name for known in program.fields)
        used = {leaf.name for tree in _trees(program) for leaf in leaves(tree) if isinstance(leaf, ir.FieldValue)}
        self.shares = Shares(below, self.counts, frozenset(used))
        self.known = frozenset(self.counts) - frozenset(self.shares.untold)
        self.below = below.program.level
        self.column = compiled.written.column
        self._kept: dict[tuple[tuple[tuple[Key, int], ...], ...], tuple[Sums, LevelAnswer]] = {}

    def forget(self) -> None:
        """Keep no answers from before."""
        self._kept = {}

    def cells(self, counts: Vector) -> dict[str, int]:
        """Counts as the cells of a fact."""
        return dict(zip(self.counts, counts, strict=True))

    # ------------------------------------------------------------------------------------------------- sums

    def sums(self, tally: Tally, doubtful: Tally | None = None) -> Sums:
        """What units with these keys add up to; of the `doubtful` ones any number may be there."""
        zero = (0,) * len(self.counts)
        low, high, best, is_open = zero, zero, zero, []
        shares = [(self.shares.of(key), units) for key, units in sorted(tally.items())]  # in one order on all engines
        shares += [(self.shares.of(key).doubted(), units) for key, units in sorted((doubtful or {}).items())]
        for share, units in shares:
            low, high = _plus(low, share.low, units), _plus(high, share.high, units)
            best = _plus(best, share.worlds[0].adds, units)
            if share.is_open:
                is_open.append((share, units))
        return Sums(low, high, best, tuple(is_open))

    def worlds(self, sums: Sums) -> tuple[Vector, ...] | None:
        """All counts that are possible, the best first; None where they are too many."""
        found = {sums.best: None}
        for share, units in sums.open:
            if not share.is_all:
                return None
            first = share.worlds[0].adds
            changes = dict.fromkeys(_minus(world.adds, first) for world in share.worlds[1:])
            latest = tuple(found)  # only what the unit before made possible can make more possible
            for _ in range(units):
                further = dict.fromkeys(_plus(sums, change, 1) for sums in latest for change in changes)
                latest = tuple(sums for sums in further if sums not in found)
                found |= dict.fromkeys(latest)
                if len(found) > MOST_WORLDS:
                    return None
                if not latest:
                    break
        return tuple(found)

    # ---------------------------------------------------------------------------------------------- judging

    def settled(self, tally: Tally, doubtful: Tally) -> tuple[Sums, LevelAnswer]:
        """What units with these keys add up to, and what is certain of it; kept, for many lots are alike."""
        kept = tuple(sorted(tally.items())), tuple(sorted(doubtful.items()))
        found = self._kept.get(kept)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            sums = self.sums(tally, doubtful)
            found = self._kept[kept] = sums, self.answer(sums)
        return found

    def answer(self, sums: Sums) -> LevelAnswer:
        """What is certain of a unit whose units below add up to this."""
        worlds = self.worlds(sums)
        if worlds is None:
            answers = [self.judge.answer_to(self._situation(sums))]
        else:
            answers = list({(found := self.at(counts)).situation: found for counts in worlds}.values())
        certain, best = self._certain(answers), self.at(sums.best)
        verdicts = {(each.outcome, each.class_, each.disposition) for each in (certain, best)}
        if not sums.open or len(verdicts) == 1:
            return certain
        return replace(certain, unless=Unless(self, sums, best).sentence())

    def at(self, counts: Vector) -> Answer:
        """The answer to certain counts."""
        return self.judge.judge(self.cells(counts))[0]

    def _situation(self, sums: Sums) -> int:
        """The outcomes of all conditions, each by itself, where every count lies between two ends."""
        ends = {name: (low, high) for name, low, high in zip(self.counts, sums.low, sums.high, strict=True)}
        ranges, layout = Ranges(self.program, ends), self.judge.layout
        return sum(ranges.outcome(test) << layout.shifts[number] for number, test in enumerate(self.program.conditions))

    def _certain(self, answers: Sequence[Answer]) -> LevelAnswer:
        """What several answers, one of which is right, have in common."""
        keys = [self.judge.key(answer) for answer in answers]
        if len(answers) == 1:
            (one,) = answers
            return LevelAnswer(one.outcome, one.class_, one.disposition, one.findings, one.unknown, keys[0])
        found = [set(answer.findings) for answer in answers]
        always, ever = reduce(and_, found), set().union(*found)
        unknown = {name for answer in answers for name in answer.unknown} | {finding.rule for finding in ever - always}
        unknown -= {finding.rule for finding in always}
        outcomes = {answer.outcome for answer in answers}
        is_bad = outcomes == {"nonconforming"}
        ranks = self.answering.severity
        class_ = max((answer.class_ or "" for answer in answers), key=lambda name: ranks[name]) if is_bad else None
        dispositions = {answer.disposition for answer in answers}
        return LevelAnswer(
            outcome=outcomes.pop() if len(outcomes) == 1 else "indeterminate",
            class_=class_,
            disposition=dispositions.pop() if len(dispositions) == 1 else HOLD,
            findings=tuple(finding for finding in answers[0].findings if finding in always),
            unknown=tuple(name for name in self.answering.rules if name in unknown),
            key=self._joined(keys, class_),
        )

    def _joined(self, keys: Sequence[Key], class_: str | None) -> Key:
        """The key of something that has one of several keys."""
        ranks = self.answering.severity
        worst = len(ranks) if class_ is None else ranks[class_]
        could = reduce(or_, (key[1] | (1 << key[0]) for key in keys)) & ((1 << worst) - 1)
        asked = 0
        for place in range(len(self.answering.asked)):
            outcomes = {key[2] >> (2 * place) & 3 for key in keys}
            asked |= (outcomes.pop() if len(outcomes) == 1 else UNKNOWN) << (2 * place)
        return worst, could, asked

    def unnamed(self) -> LevelAnswer:
        """The answer to units below that do not say whose they are: nothing is known of what they add up to."""
        disposition = HOLD if self.program.dispositions else None
        asked = sum(UNKNOWN << (2 * place) for place in range(len(self.answering.asked)))
        rules = tuple(rule.name for rule in self.program.rules)
        key = len(self.answering.severity), self.answering.open_bits(rules), asked
        return LevelAnswer("indeterminate", None, disposition, (), rules, key)


def _trees(program: ir.Program) -> Iterator[ir.Value | ir.Logic]:
    """All that is worked out of counts."""
    yield from (quantity.value for quantity in program.derived)
    yield from program.conditions


def _plus(sums: Vector, adds: Vector, times: int) -> Vector:
    return tuple(a + times * b for a, b in zip(sums, adds, strict=True))


def _minus(one: Vector, other: Vector) -> Vector:
    return tuple(a - b for a, b in zip(one, other, strict=True))
