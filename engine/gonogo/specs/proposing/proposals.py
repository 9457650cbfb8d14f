"""Specs that gonogo proposes: the boundary cases of a standard, with what the engine says of each.

INVARIANT: every proposed scenario was played before it is written, by the words in which it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, TypeAlias

from gonogo.facts.columns import Exact
from gonogo.pack import Standard
from gonogo.specs.approval import APPLIES, DISPOSITIONS
from gonogo.specs.proposing.boundaries import Boundaries, Case, Cases
from gonogo.specs.proposing.lots import LotBoundaries, LotCase
from gonogo.specs.proposing.phrasing import Phrasing, called, expected, joined, outcome_words, steps, titles
from gonogo.specs.proposing.sound import sound_item

HEADINGS: Final = {DISPOSITIONS: "What becomes of items", APPLIES: "To which items the standard applies"}
NO_CLAUSE: Final = "No clause"

Rows: TypeAlias = tuple[tuple[str, ...], ...]

Watch: TypeAlias = Callable[[str, int | None, int], None]
"""Called with what is being done, how much there is to do, and how much is done."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed scenario; with several rows, an outline.

    Parameters
    ----------
    rule : str
        Of which rule, by the name that its hash goes by; empty: of the standard as a whole.
    clause : str
        The heading that it stands under; empty: none.
    name : str
        What it is called, unlike all others.
    steps : tuple of str
        Its steps, with ``<COLUMN>`` for what differs from row to row.
    header, rows : tuple
        Of its examples; none where it has a single one.
    table : tuple of tuple of str
        Below its first step, where there is one.
    """

    rule: str
    clause: str
    name: str
    steps: tuple[str, ...]
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class Proposed:
    """What is proposed for a standard.

    Parameters
    ----------
    item : tuple of (str, str)
        The sound item that all scenarios start from: fields and values.
    origin : str
        Where that item comes from.
    items, lots : list of Proposal
        Scenarios about items, and about lots.
    """

    item: tuple[tuple[str, str], ...]
    origin: str
    items: list[Proposal] = field(default_factory=list)
    lots: list[Proposal] = field(default_factory=list)


def propose(standard: Standard, pack: str, watch: Watch = lambda _what, _whole, _done: None) -> Proposed:
    """The scenarios that a standard needs, about items and about lots.

    Parameters
    ----------
    pack : str
        The pack, as a spec names it.
    watch : callable, optional
        Called as it goes on.

    Raises
    ------
    Refused
        Where no item is found that conforms.
    """
    sound = sound_item(standard)
    phrasing = Phrasing(standard, pack, sound.item)
    boundaries = Boundaries(standard, sound.item, sound.texts)
    found: list[Cases] = []
    for cases in boundaries.cases():
        found.append(cases)
        watch("looking for cases", len(standard.rules), len(found))
    writer = _Items(standard, phrasing)
    items = [writer.sound(), *(each for cases in found for each in writer.of(cases))]
    proposed = Proposed(phrasing.item, sound.origin, items)
    if standard.compiled.levels:
        lots = LotBoundaries(standard, boundaries, found)
        told = list(lots.cases(lambda done, whole: watch("looking for lots", whole, done)))
        proposed.lots = list(_Lots(standard, phrasing).of(told))
    return proposed


class _Items:
    """Puts cases of items into the words of specs."""

    def __init__(self, standard: Standard, phrasing: Phrasing) -> None:
        rules = standard.judging.exact.rules
        self.phrasing = phrasing
        self.clauses = {rule.name: rule.clause or NO_CLAUSE for rule in rules} | HEADINGS
        self.titles = titles(rules) | HEADINGS

    def sound(self) -> Proposal:
        """The scenario of the item that all others start from."""
        return Proposal("", "", "An item as it should be", steps((), expected(self.phrasing.scene().verdict)))

    def of(self, cases: Cases) -> Iterator[Proposal]:
        """The scenarios of one rule."""
        for words, own in (("at its limits", cases.limits), ("", cases.categories), ("found", cases.speaking)):
            groups = _by_fields(own)
            for fields, alike in groups.items():
                by = f"by {joined(map(called, fields))}" if fields and (len(groups) > 1 or not words) else ""
                told = ", ".join(filter(None, [words, by])) or "as it should be"
                yield from self._outline(cases.rule, told, fields, alike)
        for case in cases.missing:
            yield from self._without(cases.rule, case)

    def _outline(self, rule: str, words: str, fields: tuple[str, ...], cases: Sequence[Case]) -> Iterator[Proposal]:
        """What all rows share stands in the steps; what differs, in the examples."""
        held = [{**self.phrasing.sound, **case.values} for case in cases]
        rows: dict[tuple[str, ...], None] = {}
        for values in sorted(held, key=lambda values: tuple(_order(values[name]) for name in fields)):
            told = {name: self.phrasing.text(name, values[name]) for name in fields}
            verdict = self.phrasing.played(told)
            if verdict is not None:
                rows[*told.values(), outcome_words(verdict), verdict.disposition or ""] = None
        if not rows:
            return
        columns = _apart([*map(called, fields), "outcome", "disposition"])
        header, kept, cells = _shared(columns, list(rows))
        given = [self.phrasing.given(name, cells[place]) for place, name in enumerate(fields)]
        then = [f"it is {cells[len(fields)]}", *(f'its disposition is "{told}"' for told in cells[len(fields) + 1 :])]
        name = f"{self.titles[rule]}: {words}"
        yield Proposal(rule, self.clauses[rule], name, steps(given, then), header, kept)

    def _without(self, rule: str, case: Case) -> Iterator[Proposal]:
        """Without a value that the rule needs."""
        told = {name: self.phrasing.text(name, value) for name, value in case.values.items()}
        verdict = self.phrasing.played(told)
        if verdict is None:
            return
        (missing,) = [called(name) for name, value in told.items() if not value]
        given = [self.phrasing.given(name, value) for name, value in sorted(told.items(), key=lambda pair: not pair[1])]
        then = expected(verdict)
        then.insert(1, f'"{rule}" is not judged, because {missing} is missing')
        yield Proposal(rule, self.clauses[rule], f"{self.titles[rule]}: without {missing}", steps(given, then))


class _Lots:
    """Puts cases of lots into the words of specs."""

    def __init__(self, standard: Standard, phrasing: Phrasing) -> None:
        program = standard.compiled.levels[0].exact
        self.phrasing = phrasing
        self.prefix = f"{program.level}."
        self.clauses = {rule.name: rule.clause or NO_CLAUSE for rule in program.rules}
        self.titles = titles(program.rules)
        self.order = [*self.clauses, ""]

    def of(self, cases: Sequence[LotCase]) -> Iterator[Proposal]:
        """The scenarios of all cases: an outline of those of one rule that are made up of the same sorts."""
        ordered = sorted(cases, key=lambda case: self.order.index(case.rule))
        for rule, own in groupby(ordered, key=lambda case: case.rule):
            groups: dict[str, list[LotCase]] = {}
            for case in own:
                groups.setdefault(self._sorts(case), []).append(case)
            for sorts, alike in groups.items():
                yield self._outline(rule, sorts, alike)

    def _sorts(self, case: LotCase) -> str:
        """The sorts of a lot's items, in words."""
        first, *others = case.sorts
        base = self._like(first.values) or "sound"
        if not others:
            return f"all {base}"
        told = [self._like(_unlike(other.values, first.values)) or "sound" for other in others]
        return f"{', and '.join(told)}, among {base}"

    def _like(self, values: Mapping[str, Exact | None]) -> str:
        text = self.phrasing.text
        told = [f"{called(name)} {text(name, value) or 'not known'}" for name, value in values.items()]
        return joined(told) if told else ""

    def _outline(self, rule: str, sorts: str, cases: Sequence[LotCase]) -> Proposal:
        own = cases[0].sorts
        fields = list(dict.fromkeys(name for sort in own for name in sort.values))
        held = [{**self.phrasing.sound, **sort.values} for sort in own]
        values = [[self.phrasing.text(name, each[name]) for name in fields] for each in held]
        rows: dict[tuple[str, ...], None] = {}
        for case in cases:
            counts = [str(count) for count in case.counts]
            scene = self.phrasing.scene()
            scene.items("A", _table(fields, counts, values))
            verdict = scene.lot_verdict
            rows[*counts, outcome_words(verdict), verdict.disposition or ""] = None
        header, kept, cells = _shared([*_COUNTS[len(own)], "outcome", "disposition"], list(rows))
        then = [f"the lot is {cells[len(own)]}"]
        then += [f'the lot\'s disposition is "{told}"' for told in cells[len(own) + 1 :]]
        told = steps(['the lot "A" of these items:'], then, "the lot is inspected")
        title, clause = (self.titles[rule], self.clauses[rule]) if rule else ("A lot", "")
        name, hashed = f"{title}: {sorts}", f"{self.prefix}{rule}" if rule else ""
        return Proposal(hashed, clause, name, told, header, kept, _table(fields, cells, values))


_COUNTS: Final = {1: ("items",), 2: ("these", "those"), 3: ("these", "those", "others")}
"""What the columns are called that tell how many items there are of each sort."""


def _table(fields: Sequence[str], counts: Sequence[str], values: Sequence[Sequence[str]]) -> Rows:
    rows = ((count, *own) for count, own in zip(counts, values, strict=False))
    return (("count", *map(called, fields)), *rows)


def _unlike(values: Mapping[str, Exact | None], others: Mapping[str, Exact | None]) -> dict[str, Exact | None]:
    """The values that others do not have."""
    return {name: value for name, value in values.items() if name not in others or others[name] != value}


def _apart(columns: Sequence[str]) -> list[str]:
    """Names of columns, each unlike those before it."""
    return [name if name not in columns[:place] else f"{name} expected" for place, name in enumerate(columns)]


def _shared(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], Rows, list[str]]:
    """The columns in which rows differ, the rows with these alone, and what stands in the steps for each column.

    The last column, which is the disposition, is left out where not all rows have one.
    """
    if not all(row[-1] for row in rows):
        columns, rows = columns[:-1], list(dict.fromkeys(row[:-1] for row in rows))
    differs = [len({row[place] for row in rows}) > 1 for place in range(len(columns))]
    header = tuple(name for name, is_own in zip(columns, differs, strict=True) if is_own)
    kept = tuple(tuple(cell for cell, is_own in zip(row, differs, strict=True) if is_own) for row in rows)
    cells = [f"<{name}>" if is_own else cell for name, is_own, cell in zip(columns, differs, rows[0], strict=True)]
    return header, kept if header else (), cells


def _by_fields(cases: Sequence[Case]) -> Mapping[tuple[str, ...], list[Case]]:
    """Cases that differ from the sound item in the same fields; those in some of them stand with these."""
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in sorted(cases, key=lambda case: -len(case.values)):
        home = next((fields for fields in groups if set(case.values) <= set(fields)), tuple(case.values))
        groups.setdefault(home, []).append(case)
    return groups


def _order(value: Exact | None) -> tuple[bool, object]:
    return not isinstance(value, str), value
