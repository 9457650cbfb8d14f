"""The cells of one column → the values that screens take: numbers as whole ticks, the rest as it is.

A column remembers what it has read, because inspection values repeat: reading a cell a second time is one look
into a dictionary. What it remembers is bounded, and only of text: `1`, `1.0` and `True` are equal as keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias

from gonogo.facts.cells import Unusable, read_category, read_date, read_flag, read_number, read_text, read_time
from gonogo.facts.picks import Values, cells_in, changed, picked
from gonogo.facts.reading import PLAIN_BELOW, Reader, generate_reader
from gonogo.facts.unusable import DecimalComma, as_written, name_of
from gonogo.program.ir import Field, Kind, Program
from gonogo.program.passes.ticks import decimal_tick
from gonogo.program.picks import Pick, plain_name

Exact: TypeAlias = Fraction | int | str | bool
"""A value as it was read: numbers as fractions, dates as days, times as microseconds."""

MOST_REMEMBERED: Final = 100_000
"""Most cells that the columns of a program remember together."""

LONGEST_REMEMBERED: Final = 64
LONGEST_SHOWN: Final = 1000
MOST_SHOWN: Final = 5
"""So many of several values are shown."""

SEVERAL_MEND: Final = "say which is meant: `judge: mean`, `min`, `max` or `range`, with the field"

_TEXTS: Final = (str, DecimalComma)
_PLAIN = re.compile(r"-?[0-9]{1,12}(?:\.([0-9]{1,12}))?")


class TooFine(Exception):
    """A value has more decimals than the ticks of its field; `tick` is the size that would hold it."""

    def __init__(self, tick: Fraction) -> None:
        super().__init__()
        self.tick = tick


@dataclass(frozen=True, slots=True)
class UnusableCell:
    """A cell that could not be read as its kind and counts as missing.

    Parameters
    ----------
    column : str
        The column's name, or that of the characteristic.
    text : str
        What stands there.
    problem : str
        What is wrong with it.
    place : tuple of (str, int, int) or None
        Of one of several rows of an item: its file, the number of the row there, and its line.
    code : str
        Of the problem.
    """

    column: str
    text: str
    problem: str
    place: tuple[str, int, int] | None = None
    code: str = "unusable-value"


class Column(dict[object, object]):
    """`column[raw]` is the value of a raw cell: None where it is missing or unusable; raises `TooFine`."""

    def __init__(self, field: Field, missing_words: tuple[str, ...], room: int = 64) -> None:
        super().__init__()
        self.room = room
        self.field = field
        self.name = field.column
        self.missing_words = frozenset(missing_words)
        self.missing_numbers = _numbers(missing_words) if field.type.kind is Kind.NUMBER else frozenset()
        is_number = field.type.kind is Kind.NUMBER and field.tick.numerator == 1
        is_plain = is_number and not self.missing_numbers and not any("," in word for word in missing_words)
        self.per_unit = field.tick.denominator if is_plain and field.tick.denominator < PLAIN_BELOW else 0
        self.decimals = len(str(field.tick.denominator)) - 1
        self.remembers = field.type.kind is not Kind.TEXT or field.one_of != ()
        self.read_kind = _reader(field)

    def __missing__(self, raw: object) -> object:
        try:
            value = self.read(raw)
        except Unusable:
            value = None
        if raw.__class__ in _TEXTS and self.remembers and len(raw) <= LONGEST_REMEMBERED:
            if len(self) >= self.room:
                self.clear()
            self[raw] = value
        return value

    def exact(self, raw: object) -> Exact | None:
        """The value of a raw cell, numbers as fractions of the field's unit; raises `Unusable` with the reason."""
        if self.missing_words and _word_of(raw) in self.missing_words:
            return None
        value = self.read_kind(raw)
        if not isinstance(value, Decimal):
            return value
        return None if value in self.missing_numbers else Fraction(value)

    def read(self, raw: object) -> object:
        """The value of a raw cell, numbers as ticks; raises `Unusable` with the reason, or `TooFine`."""
        if self.per_unit and raw.__class__ in _TEXTS and (numeral := _PLAIN.fullmatch(str(raw))):
            # A numeral of few digits, as most are: its digits are its ticks.
            spare = self.decimals - len(numeral[1] or "")
            if spare >= 0:
                return int(numeral[0].replace(".", "")) * 10**spare
        value = self.exact(raw)
        if not isinstance(value, Fraction):
            return value
        ticks = value / self.field.tick
        if ticks.denominator != 1:
            raise TooFine(decimal_tick(value))
        return ticks.numerator

    def unusable(self, raw: object) -> Iterator[UnusableCell]:
        """What is wrong with a raw cell, if something is."""
        try:
            self.read(raw)
        except Unusable as error:
            yield UnusableCell(self.name, text_of(raw), error.problem)
        except TooFine:
            return

    def changed(self, _raw: object, value: object) -> object:
        """What would stand in the cell if it held this value."""
        return raw_of(self.field, value)


class Picked(Column):
    """A column of a long layout: `column[raw]` is what its pick makes of a cell, or of several."""

    def __init__(self, field: Field, pick: Pick, missing_words: tuple[str, ...], room: int = 64) -> None:
        super().__init__(field, missing_words, room)
        self.per_unit = 0
        self.pick = pick
        of_each = replace(field, type=replace(field.type, kind=pick.kind), pick=None)
        kind = _Usable if pick.how in ("gap", "count") else Column
        self.each: Column = kind(of_each, missing_words, room)
        size = field.tick if pick.kind is Kind.NUMBER else 1
        self.options = frozenset(pick.options)
        self.ticks_of_options = frozenset(
            option if isinstance(option, str | bool) else Fraction(option) / size for option in self.options
        )

    def __missing__(self, raw: object) -> object:
        return self.read(raw)

    def exact(self, raw: object) -> Exact | None:
        found = picked(self.pick.how, [self._exact(cell) for cell in cells_in(raw)], self.options)
        return Fraction(found) if self.pick.how == "count" and found is not None else found

    def _exact(self, cell: object) -> Exact | None:
        try:
            return self.each.exact(cell)
        except Unusable:
            return None

    def read(self, raw: object) -> object:
        return picked(self.pick.how, [self._ticks(cell) for cell in self._fine(raw)], self.ticks_of_options)

    def _ticks(self, cell: object) -> object:
        try:
            return self.each[cell]
        except TypeError:  # an object can't be looked up
            return self.each.__missing__(cell)

    def _fine(self, raw: object) -> tuple[object, ...]:
        """The cells; raises `TooFine` for the finest of those that are too fine."""
        cells, finest = cells_in(raw), None
        for cell in cells:
            try:
                self._ticks(cell)
            except TooFine as fine:
                finest = fine if finest is None or fine.tick < finest.tick else finest
        if finest is not None:
            raise finest
        return cells

    def unusable(self, raw: object) -> Iterator[UnusableCell]:
        """Told once for all picks of a field: of each cell by its gap, that there are several where one is asked."""
        cells = cells_in(raw)
        places = raw.places if isinstance(raw, Values) and raw.places else (None,) * len(cells)
        if self.pick.how == "gap":
            for cell, place in zip(cells, places, strict=True):
                yield from (replace(found, place=place) for found in self.each.unusable(cell))
        elif self.pick.how == "one" and len(cells) > 1:
            said = [text for cell in cells if (text := text_of(cell).strip()) and cell is not None]
            texts = ", ".join(said[:MOST_SHOWN]) + ", …" * (len(said) > MOST_SHOWN)
            problem = f"there are {len(cells)} values where one is asked for; {SEVERAL_MEND}"
            yield UnusableCell(self.name, texts, problem, places[0], "several-values")

    def changed(self, raw: object, value: object) -> object:
        values = changed(self.pick.how, [self._exact(cell) for cell in cells_in(raw)], value)
        return Values(tuple(raw_of(self.each.field, each) for each in values))


class _Usable(Column):
    """A column of which only matters whether its cells can be used: no value is too fine."""

    def read(self, raw: object) -> object:
        return self.exact(raw)


def column_of(field: Field, missing_words: tuple[str, ...], room: int = 64) -> Column:
    """The column of a field."""
    return Column(field, missing_words, room) if field.pick is None else Picked(field, field.pick, missing_words, room)


def _word_of(raw: object) -> str | None:
    """A cell as missing words are compared with it; flags of JSON are none."""
    if isinstance(raw, str):
        return as_written(raw).strip()
    return str(raw) if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool) else None


def _numbers(words: Iterable[str]) -> frozenset[Decimal]:
    """The missing words that are numbers: `-999` says nothing as `-999.0`, and in JSON, either."""
    found = set()
    for word in words:
        try:
            found.add(read_number(word))
        except Unusable:
            continue
    return frozenset(number for number in found if number is not None)


def numbers_of_words(words: Iterable[str]) -> tuple[Fraction, ...]:
    """Those of the missing words that are numbers, in the order of size."""
    return tuple(sorted(map(Fraction, _numbers(words))))


class Columns:
    """All columns that a program reads.

    Parameters
    ----------
    program : Program
        Its fields have the sizes of their ticks.
    """

    def __init__(self, program: Program) -> None:
        room = max(64, MOST_REMEMBERED // max(1, len(program.fields)))
        self.columns = tuple(column_of(field, program.missing_words, room) for field in program.fields)

    @cached_property
    def reader(self) -> Reader:
        """The code that reads a fact, generated when there is a first one."""
        return generate_reader(self.columns)

    def values(self, cells: Mapping[str, object]) -> list[object]:
        """The value of every field in one fact, in the order of the program's fields; raises `TooFine`."""
        try:
            return self.reader(cells)
        except TypeError:  # a list or an object where one value should stand can't be looked up
            return [self.careful(column, cells.get(column.name)) for column in self.columns]

    def exact(self, cells: Mapping[str, object]) -> dict[str, Exact | None]:
        """What one fact holds, by field: numbers as fractions; None where a value is missing or unusable."""
        found: dict[str, Exact | None] = {}
        for column in self.columns:
            try:
                found[column.field.name] = column.exact(cells.get(column.name))
            except Unusable:
                found[column.field.name] = None
        return found

    def counts(self, cells: Mapping[str, object]) -> dict[str, int]:
        """Of the fields of a long layout, how many values there are of each."""
        columns = {plain_name(column.field.name): column for column in self.columns if isinstance(column, Picked)}
        return {name: len(cells_in(cells.get(column.name))) for name, column in columns.items()}

    def careful(self, column: Column, raw: object) -> object:
        try:
            return column.read(raw)
        except Unusable:
            return None

    def ticks(self, cells: Mapping[str, object]) -> dict[str, Fraction]:
        """Of the fields that hold a value too fine for their ticks, the sizes that would hold it."""
        found: dict[str, Fraction] = {}
        for column in self.columns:
            try:
                column.read(cells.get(column.name))
            except TooFine as fine:
                found[column.field.name] = fine.tick
            except Unusable:
                continue
        return found

    def unusable(self, cells: Mapping[str, object]) -> Iterator[UnusableCell]:
        """The cells of one fact that hold something, but nothing of their kind."""
        told: set[tuple[object, ...]] = set()
        for column in self.columns:
            for cell in column.unusable(cells.get(column.name)):
                if (key := (cell.column, cell.problem, cell.place)) not in told:
                    told.add(key)
                    yield cell


def text_of(raw: object) -> str:
    """What stands in a cell, as the facts spell it: text as it is, anything else as JSON writes it."""
    text = getattr(raw, "written", raw)
    if not isinstance(text, str):
        try:
            text = json.dumps(raw, ensure_ascii=False, default=str)
        except (ValueError, TypeError, RecursionError):  # a whole number of thousands of digits, a circle
            text = name_of(raw)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def raw_of(field: Field, value: object) -> object:
    """What would stand in a cell that holds this value: the inverse of reading it."""
    match field.type.kind:
        case Kind.NUMBER if isinstance(value, Fraction | int):
            return _decimal(Fraction(value))
        case Kind.DATE if isinstance(value, Fraction | int):
            return date.fromordinal(min(max(int(value), 1), date.max.toordinal()))
        case Kind.TIME if isinstance(value, Fraction | int):
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(value))
        case _:
            return value


def is_read_back(field: Field, value: object, missing_words: tuple[str, ...] = ()) -> bool:
    """Whether a cell can hold this value: not a date beyond the calendar, a number too long, a word for nothing."""
    try:
        return column_of(replace(field, tick=Fraction(1)), missing_words).exact(raw_of(field, value)) == value
    except (Unusable, OverflowError):
        return False


def _decimal(number: Fraction) -> Decimal:
    """A finite decimal, exactly."""
    places = len(str(decimal_tick(number).denominator)) - 1
    whole = number * 10**places
    sign, digits = int(whole < 0), tuple(map(int, str(abs(int(whole)))))
    return Decimal((sign, digits, -places))


def _reader(field: Field) -> Callable[[object], Decimal | int | str | bool | None]:
    match field.type.kind:
        case Kind.NUMBER:
            return read_number
        case Kind.TEXT if field.one_of:
            one_of = frozenset(field.one_of)
            return lambda raw: read_category(raw, one_of)
        case Kind.TEXT:
            return read_text
        case Kind.FLAG:
            return read_flag
        case Kind.DATE:
            return read_date
        case Kind.TIME:
            return read_time
