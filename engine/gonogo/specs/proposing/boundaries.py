"""The cases of items that a standard needs: at each limit and one step off, each category, each value missing.

A case is kept where something is judged otherwise on its other side: there, and nowhere else, the standard decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, islice, pairwise
from typing import Final

from gonogo.facts.columns import Exact
from gonogo.pack import Standard
from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, Kind, Logic, Value
from gonogo.program.passes.rewrite import TESTS, values_of
from gonogo.specs.approval import APPLIES, DISPOSITIONS
from gonogo.specs.mutants import Goal, Site, limit_step, sites, standing_on
from gonogo.specs.proposing.search import Item, Search

NEAREST: Final = 300
"""So many steps of another field are tried to come nearer to a limit."""


@dataclass(frozen=True, slots=True)
class Case:
    """An item, as it differs from the sound one.

    Parameters
    ----------
    values : dict of str to value or None
        By field; None: nothing is there.
    """

    values: Mapping[str, Exact | None]


@dataclass(frozen=True, slots=True)
class Cases:
    """What is proposed for one rule, or for what stands in the place of one.

    Parameters
    ----------
    rule : str
        Its id.
    limits, categories, speaking, missing : list of Case
        Around limits; of each value of a category; where the rule speaks, if it does in none of these; without a value
        that it needs.
    """

    rule: str
    limits: list[Case] = field(default_factory=list)
    categories: list[Case] = field(default_factory=list)
    speaking: list[Case] = field(default_factory=list)
    missing: list[Case] = field(default_factory=list)


class Boundaries:
    """Finds the cases of one standard.

    Parameters
    ----------
    standard : Standard
        As it judges.
    sound : mapping
        The cells of an item that conforms.
    texts : mapping of str to tuple of str
        Of fields that hold text, some that were met.
    """

    def __init__(self, standard: Standard, sound: Item, texts: Mapping[str, tuple[str, ...]]) -> None:
        self.search = Search(standard.judging, texts)
        self.program = standard.judging.exact
        self.sound = sound
        columns: dict[str, tuple[str, str]] = {}  # fields of one column have their values together
        for name, each in self.search.fields.items():
            columns.setdefault(each.column, (name, each.name))
        self._told = tuple(columns.values())
        self.when = {each.name: each.when for each in self.program.propositions}

    def cases(self) -> Iterator[Cases]:
        """Those of each rule in the order of the standard, and then of what else decides."""
        found = {rule.name: Cases(rule.name) for rule in self.program.rules}
        found |= {name: Cases(name) for name in (APPLIES, DISPOSITIONS)}
        for site in sites(self.program):
            if site.home[0] in ("condition", "derived") and isinstance(site.node, TESTS):
                for name in self._owners(site):
                    self._at(site, name, found[name])
        for cases in found.values():
            self._speaking(cases)
            self._without_values(cases)
            if cases.limits or cases.categories or cases.speaking or cases.missing:
                yield cases

    def _owners(self, site: Site) -> list[str]:
        """The rules that a site is tried for: of a derived quantity the first that stands on it will do."""
        rules = {rule.name for rule in self.program.rules}
        found = []
        for name in standing_on(self.program, site.home):
            if name in rules:
                found.append(name)
            elif name == "disposition":
                found.append(DISPOSITIONS)
            elif name == "applies":
                found.append(APPLIES)
        own = [name for name in found if name in rules] or found
        return own if site.home[0] == "condition" else own[:1]

    def counted(self) -> list[Case]:
        """Items on both sides of each limit of what lots count by itself."""
        found = Cases("count")
        for site in sites(self.program):
            is_condition = site.home[0] == "condition" and isinstance(site.node, TESTS)
            if is_condition and "count" in standing_on(self.program, site.home):
                self._at(site, "count", found)
        return [*found.limits, *found.categories]

    def item(self, case: Case) -> Item:
        """The sound item with the values of a case."""
        item = self.sound
        for name, value in case.values.items():
            item = self.search.put(item, name, value)
        return item

    # --------------------------------------------------------------------------------------------------- boundaries

    def _at(self, site: Site, name: str, cases: Cases) -> None:
        (kind, number), test = site.home, site.node
        assert isinstance(test, TESTS)
        goals = [site.goal]
        if kind == "condition":
            goals = [(*path, *site.goal) for path in self._paths(name, number)] or goals
        for goal in goals:
            for row in _rows_of(test):
                self._around(test, (*row, *goal), cases)

    def _around(self, test: Logic, goal: Goal, cases: Cases) -> None:
        """The cases beside which a test turns, along the first field, in the first context, where it decides."""
        own = self.search.below(test)
        pinned = [each for each in own if self.search.fields[each].type.kind is not Kind.TEXT]
        for keep in (pinned, ()):
            for context in self.search.reach(goal, self.sound, keep):
                for name in own:
                    if self._along(test, goal, context, name, cases):
                        return

    def _paths(self, name: str, condition: int) -> Iterator[Goal]:
        """What has to hold so that a condition decides a rule, for each place where it stands in it."""
        own = {DISPOSITIONS: "disposition", APPLIES: "applies"}.get(name, name)
        family = {each: when for each, when in self.when.items() if each.partition(".")[0] == own}
        for when in family.values():
            yield from _paths(when, condition, family)

    def _along(self, test: Logic, goal: Goal, context: Item, name: str, cases: Cases) -> bool:
        """Add the values of one field beside which a test turns, in a context; says whether there are some."""
        if self.search.fields[name].type.kind in (Kind.TEXT, Kind.FLAG):
            found = self._categories(test, context, name)
            _add(cases.categories, found)
            return bool(found)
        turn = self._turn(test, goal, context, name)
        if turn is None:
            return False
        _add(cases.limits, [self._case(self.search.put(context, name, value)) for value in turn])
        _add(cases.limits, self._nearer(test, goal, context, name, turn))
        return True

    def _turn(self, test: Logic, goal: Goal, context: Item, name: str) -> tuple[Fraction, ...] | None:
        """The values of a field between which a test turns, one step apart; three where the limit is one of them."""
        known, held = self.search.fields[name], self.search.values(context)
        value = held.get(known.name)
        step = self.search.step(name, context)
        if value is None or step is None:
            return None
        found = sorted({Fraction(value), *(Fraction(each) for each in self.search.candidates(name, context))})
        outcomes = {each: self._outcome(test, self.search.put(context, name, each)) for each in found}
        for low, high in pairwise(found):
            if high - low != step or {outcomes[low], outcomes[high]} != {TRUE, FALSE}:
                continue
            if not self._decides(goal, context, name, low, high):
                continue
            for at, beyond in ((low, low - step), (high, high + step)):
                if self._distance(test, self.search.put(context, name, at)) == 0:
                    return tuple(sorted({low, high, beyond}))
            return low, high
        return None

    def _decides(self, goal: Goal, context: Item, name: str, low: Fraction, high: Fraction) -> bool:
        """Whether something is judged otherwise on the two sides, and for no other reason."""
        items = [self.search.put(context, name, value) for value in (low, high)]
        if not all(self.search.holds(goal, item) for item in items):
            return False
        one, other = (self._said(item) for item in items)
        return one != other

    def _nearer(self, test: Logic, goal: Goal, context: Item, name: str, turn: tuple[Fraction, ...]) -> list[Case]:
        """Of a test of several fields, cases as near to its limit as the steps of another field allow."""
        if not isinstance(test, ir.Compare) or test.left.type.kind is not Kind.NUMBER:
            return []
        step, held = limit_step(self.program, test), self.search.values(context)
        best: dict[bool, tuple[Fraction, Item]] = {}
        self._keep_nearest(test, context, name, turn, best)
        for other in self.search.below(test):
            known = self.search.fields[other]
            value = held.get(known.name)
            size = self.search.step(other, context)
            if other == name or known.type.kind is not Kind.NUMBER or value is None or size is None:
                continue
            for count in islice(_both_ways(), NEAREST):
                if len(best) == 2 and all(distance < step for distance, _ in best.values()):
                    break
                moved = self.search.put(context, other, Fraction(value) + count * size)
                self._keep_nearest(test, moved, name, self._turn(test, goal, moved, name) or (), best)
        return [self._case(item) for _, item in best.values()]

    def _keep_nearest(
        self,
        test: ir.Compare,
        context: Item,
        name: str,
        turn: Sequence[Fraction],
        best: dict[bool, tuple[Fraction, Item]],
    ) -> None:
        """Keep those of some values that come nearest to a limit, on each side of it."""
        for each in turn:
            item = self.search.put(context, name, each)
            distance = self._distance(test, item)
            if distance is not None:
                side = self._outcome(test, item) == TRUE
                if side not in best or abs(distance) < best[side][0]:
                    best[side] = abs(distance), item

    def _distance(self, test: Logic, item: Item) -> Fraction | None:
        """How far a value is from its limit."""
        if not isinstance(test, ir.Compare):
            return None
        evaluator = self.search.evaluator(item)
        one, other = evaluator.value(test.left), evaluator.value(test.right)
        if one is None or other is None or isinstance(one, str) or isinstance(other, str):
            return None
        return Fraction(one) - Fraction(other)

    def _categories(self, test: Logic, context: Item, name: str) -> list[Case]:
        """Each value of a category, where a test stands on it."""
        known = self.search.fields[name]
        held = self.search.values(context).get(known.name)
        items = [context, *(self.search.put(context, name, value) for value in self.search.candidates(name, context))]
        if not known.one_of and known.type.kind is Kind.TEXT:
            outcomes: dict[int, Item] = {}
            for item in items:
                outcomes.setdefault(self._outcome(test, item), item)
            items = list(outcomes.values())
        if held is None or len({self._outcome(test, item) for item in items}) < 2:
            return []
        if len({self._said(item) for item in items}) < 2:
            return []
        return [self._case(item) for item in items]

    def _speaking(self, cases: Cases) -> None:
        """A case in which a rule speaks, where none does so far."""
        logic = self.when.get(cases.rule)
        if logic is None or any(self._speaks(cases.rule, case) for case in (*cases.limits, *cases.categories)):
            return
        for item in self.search.reach(((logic, True),), self.sound):
            if self._speaks(cases.rule, self._case(item)):
                cases.speaking.append(self._case(item))
                return

    def _speaks(self, rule: str, case: Case) -> bool:
        return any(finding.rule == rule for finding in self.search.judge.judge(self.item(case))[0].findings)

    # -------------------------------------------------------------------------------------------------------- missing

    def _without_values(self, cases: Cases) -> None:
        """Without each of the values that a rule needs."""
        logic = self.when.get(cases.rule)
        if logic is None:
            return
        for name in self.search.below(self.search.spelled(logic)):
            speaks = ((logic, True),)
            contexts = (self.search.reach(speaks, self.sound, pinned, most=1) for pinned in ([name], []))
            for context in (self.sound, *chain.from_iterable(contexts)):
                item = self.search.put(context, name, None)
                if cases.rule in self.search.judge.judge(item)[0].unknown:
                    _add(cases.missing, [self._case(item)])
                    break

    # --------------------------------------------------------------------------------------------------------- asking

    def _outcome(self, test: Logic, item: Item) -> int:
        return self.search.evaluator(item).outcome(test)

    def _said(self, item: Item) -> tuple[object, ...]:
        judge = self.search.judge
        answer = judge.judge(item)[0]
        counted = judge.key(answer) if self.program.is_counted else None
        return answer.outcome, answer.class_, answer.disposition, answer.findings, answer.unknown, counted

    def _case(self, item: Item) -> Case:
        """An item, as it differs from the sound one."""
        own, sound = self.search.values(item), self.search.values(self.sound)
        return Case({name: own.get(field) for name, field in self._told if own.get(field) != sound.get(field)})


def _add(cases: list[Case], more: Collection[Case]) -> None:
    cases.extend(case for case in more if case not in cases)


def _both_ways() -> Iterator[int]:
    count = 0
    while True:
        yield count
        count = -count if count > 0 else 1 - count


def _paths(logic: Logic, condition: int, family: Mapping[str, Logic], goal: Goal = ()) -> Iterator[Goal]:
    match logic:
        case ir.All(parts) | ir.AnyOf(parts):
            is_all = isinstance(logic, ir.All)
            for number, part in enumerate(parts):
                others = (each for place, each in enumerate(parts) if place != number and not _is_open(each, family))
                yield from _paths(part, condition, family, (*goal, *((other, is_all) for other in others)))
        case ir.Not(part):
            yield from _paths(part, condition, family, goal)
        case ir.Found(name) if name in family:
            rest = {each: when for each, when in family.items() if each != name}
            yield from _paths(family[name], condition, rest, goal)
        case ir.Outcome(number) if number == condition:
            yield goal
        case _:
            return


def _is_open(logic: Logic, family: Mapping[str, Logic]) -> bool:
    """Whether a logic stays unknown where a measurement can't decide it: nothing can be asked of it then."""
    match logic:
        case ir.All(parts) | ir.AnyOf(parts):
            return any(_is_open(part, family) for part in parts)
        case ir.Not(part):
            return _is_open(part, family)
        case ir.Found(name) if name in family:
            return _is_open(family[name], {each: when for each, when in family.items() if each != name})
        case _:
            return isinstance(logic, ir.Open)


def _rows_of(test: Logic) -> Iterator[Goal]:
    """Of a test that is held against a table, what makes each of its rows count."""
    found = False
    for value in values_of(test):
        for goal in _rows(value):
            found = True
            yield goal
    if not found:
        yield ()


def _rows(value: Value) -> Iterator[Goal]:
    match value:
        case ir.Lookup(by, entries):
            for word, _ in entries:
                yield ((ir.Compare("=", by, ir.Constant(word, by.type)), True),)
        case ir.Choice(cases, otherwise):
            before: Goal = ()
            for test, _ in cases:
                yield (*before, (test, True))
                before = (*before, (test, False))
            if otherwise is not None:
                yield before
        case _:
            return
