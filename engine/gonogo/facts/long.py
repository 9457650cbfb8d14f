"""Rows of measurements → facts: in a long layout an item's rows, wherever they stand, are gathered into one fact.

INVARIANT: no row is lost without a word. A row that names no item is an item of its own, called by its number, as in
any other layout; what no field is read from is counted and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from gonogo.facts.naming import item_of
from gonogo.facts.picks import Values
from gonogo.facts.row import UNTRUSTED, Row
from gonogo.facts.unusable import shown
from gonogo.problems import Problem
from gonogo.program.ir import Program
from gonogo.program.picks import LongLayout

MOST_LOTS: Final = 3
"""So many lots of one item are named."""


def belonging_of(program: Program) -> tuple[str, ...]:
    """The columns that name what an item belongs to: its lot, and the units of the levels above."""
    return tuple(dict.fromkeys(filter(None, (program.lot, *program.grouping))))


@dataclass(slots=True)
class Gathered:
    """One item: where its first row stands, what it belongs to, and its cells by characteristic.

    Parameters
    ----------
    place : tuple of (str, int, int)
        File, number of the row, line.
    name : str or None
        None where the row names no item.
    is_trusted : bool
        Whether it is a row that could be read.
    belongs : mapping of str to mapping of str
        By column, the lots, or units of levels above, that its rows name, in their order.
    cells : mapping of str to list of (object, (str, int, int))
        By characteristic: each cell, and where it stands.
    """

    place: tuple[str, int, int]
    name: str | None
    is_trusted: bool = True
    belongs: dict[str, dict[str, None]] = field(default_factory=dict)
    cells: dict[str, list[tuple[object, tuple[str, int, int]]]] = field(default_factory=dict)

    def add(self, word: str | None, cell: object, place: tuple[str, int, int]) -> None:
        """Take one row."""
        if word is not None:
            self.cells.setdefault(word, []).append((cell, place))

    def fact(self, program: Program, known: Collection[str]) -> Row:
        """The item as a row of facts; `known` are the characteristics that the program reads."""
        _, number, line = self.place
        if not self.is_trusted:
            return Row(number, line, UNTRUSTED)
        cells: dict[str, object] = {}
        for word, found in self.cells.items():
            if word in known:
                each, places = zip(*found, strict=True)
                cells[word] = Values(each, places)
        if program.item is not None:
            cells[program.item] = self.name
        cells |= {column: next(iter(units)) for column, units in self.belongs.items() if len(units) == 1}
        return Row(number, line, cells)

    @property
    def differing(self) -> Iterator[Problem]:
        """What is told of an item in several lots: it is said to be in none."""
        for column, units in self.belongs.items():
            if len(units) > 1:
                yield differing_lots(self.name or "", self.place, column, list(units))


class Gathering:
    """Takes the rows of all files of a run, then gives the items, in the order of their first rows.

    Parameters
    ----------
    program : Program
        Of a long layout.
    report : callable
        Takes each problem that does not stop the run.
    """

    def __init__(self, program: Program, report: Callable[[Problem], None]) -> None:
        assert program.long is not None
        self._program = program
        self._long: LongLayout = program.long
        self._report = report
        self._belonging = belonging_of(program)
        self._items: dict[object, Gathered] = {}
        self.words: Counter[str] = Counter()
        self.has_rows = False

    def add(self, path: str, row: Row) -> None:
        """Take one row; a row that can't be trusted is an item of its own, of which nothing is known."""
        place = (path, row.number, row.line)
        name, word = self._cell(row, self._program.item), self._cell(row, self._long.characteristic)
        item = self._items.get(name) if name is not None else None
        if item is None:
            item = self._items[place if name is None else name] = Gathered(place, name, row.cells is not UNTRUSTED)
        if word is None and row.cells is not UNTRUSTED:
            self._report(blank_characteristic(self._long, place))
        elif word is not None:
            self.words[word] += 1
        self.has_rows = True
        item.add(word, row.cells.get(self._long.value), place)
        for column in self._belonging:
            if (unit := self._cell(row, column)) is not None:
                item.belongs.setdefault(column, {})[unit] = None

    def _cell(self, row: Row, column: str | None) -> str | None:
        return None if column is None else item_of(row.cells.get(column))

    def facts(self) -> Iterator[tuple[str, Row]]:
        """Each item as a fact, with the file that its first row stands in; what is given is let go of."""
        known = frozenset(field.column for field in self._program.fields)
        for key in list(self._items):
            item = self._items.pop(key)
            for problem in item.differing:
                self._report(problem)
            yield item.place[0], item.fact(self._program, known)


def blank_characteristic(long: LongLayout, place: tuple[str, int, int]) -> Problem:
    """The warning that a row does not say what was measured."""
    what = f"row {place[1]} has no `{long.characteristic}`: nobody knows what was measured"
    return Problem("blank-characteristic", place_of(place), what, "write it there", "warning")


def differing_lots(name: str, place: tuple[str, int, int], column: str, units: list[str]) -> Problem:
    """The warning that the rows of an item name several lots, or several units of a level above."""
    named = ", ".join(f"`{shown(unit)}`" for unit in sorted(units)[:MOST_LOTS]) + ", …" * (len(units) > MOST_LOTS)
    what = f"the rows of `{shown(name)}` do not agree in `{column}`: {named}; it counts as in none"
    return Problem("differing-lots", place_of(place), what, "give all of its rows the same", "warning")


def place_of(place: tuple[str, int, int]) -> str:
    """Where a row stands, as problems say it."""
    path, _, line = place
    name = "standard input" if path == "-" else path
    return f"{name}:{line}" if line else name
