"""Cells as SQL: the column of a field → its value in ticks, and whether that took more than SQL can be trusted with.

What the readers of `facts.cells` make of a cell is said here again for the cells that are plain: numerals of few
digits, the words of a flag, dates and times in their usual form, the texts of a category. Any other cell that is
not blank makes its row *odd*, and an odd row is judged by the scalar screen.
INVARIANT: a plain cell has the value that the scalar reader gives it; property tests hold the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from gonogo.program import ir
from gonogo.program.ir import Kind
from gonogo.screen.sql.dialect import WHOLE_LIMIT, Dialect
from gonogo.screen.sql.shape import Form

REAL_DIGITS: Final = 15
"""Decimals of so many digits are the shortest of the float64 nearest to them."""

SHORT_REAL_LIMIT: Final = 2.0**24
"""Up to here all whole numbers are float32."""

_DAY: Final = r" *[0-9]{4}-[0-9]{2}-[0-9]{2} *"
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_MOMENT: Final = rf" *[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]{_CLOCK}(?:\.[0-9]{{1,6}})? *"
_NO_YEAR: Final = "trim({cell}) NOT LIKE '0000%'"
_EPOCH_DAY: Final = 719163
_MICROSECONDS: Final = 86_400_000_000
_FLAGS: Final = {"TRUE": ("true", "yes", "1"), "FALSE": ("false", "no", "0")}


@dataclass(frozen=True, slots=True)
class Names:
    """What the columns of one field are called on the way: its cell, a draft of its value, the value."""

    cell: str
    draft: str
    value: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How one field is read, in steps of which each may name what came before; none of them can fail.

    Parameters
    ----------
    draft : str or None
        Of the cell: something that the value is made from.
    value : str
        Of the cell and the draft: NULL where it is missing, or odd.
    odd : str or None
        Of the cell and the value: whether the row is odd for it, never NULL; None: it never is.
    nothing : tuple of str
        Values that say nothing, as literals: behind this step they are NULL.
    """

    value: str
    odd: str | None = None
    draft: str | None = None
    nothing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cells:
    """Writes the readings of fields.

    Parameters
    ----------
    decimal : {".", ","}
        The decimal sign in columns of text.
    missing_words : tuple of str
        Of the standard.
    missing_numbers : tuple of Fraction
        Those of them that are numbers.
    """

    dialect: Dialect
    decimal: str
    missing_words: tuple[str, ...]
    missing_numbers: tuple[Fraction, ...]

    def reading(self, field: ir.Field, form: Form, bound: int, names: Names) -> Reading:
        """The reading of a field; more than `bound` ticks are odd."""
        if form is Form.NOTHING:
            return Reading(self.null_of(field.type.kind))
        if form is Form.TICKS:
            return self.ticks(field, bound, names)
        match field.type.kind:
            case Kind.NUMBER:
                return self.number(field, form, bound, names)
            case Kind.TEXT:
                return self.text(field, form, names)
            case Kind.FLAG:
                return self.flag(form, names)
            case Kind.DATE:
                return self.date(form, names)
            case Kind.TIME:
                return self.time(form, names)

    def ticks(self, field: ir.Field, bound: int, names: Names) -> Reading:
        """What was read already; a sum may have become too large."""
        if field.type.kind is not Kind.NUMBER:
            return Reading(names.cell)
        d = self.dialect
        fits = f"{names.cell} BETWEEN {d.number(-bound)} AND {d.number(bound)}"
        return self.typed(f"CASE WHEN {fits} THEN {d.cast(names.cell, self.kind(bound))} END", names)

    def null_of(self, kind: Kind) -> str:
        """No value, as a column of that kind."""
        types = {Kind.TEXT: self.dialect.text, Kind.FLAG: "BOOLEAN"}
        return self.dialect.cast("NULL", types.get(kind, self.dialect.whole))

    def unreadable(self, kind: Kind, names: Names) -> Reading:
        """No cell of the column is read here; those that are there are odd."""
        return Reading(self.null_of(kind), f"({names.cell} IS NOT NULL)")

    def typed(self, value: str, names: Names, draft: str | None = None) -> Reading:
        """Of a column that is no text: what is there and has no value is odd."""
        return Reading(value, f"({names.value} IS NULL AND {names.cell} IS NOT NULL)", draft)

    def written(self, value: str, names: Names) -> Reading:
        """Of a column of text: what has no value, and is neither blank nor a word for nothing, is odd."""
        is_odd = f"NOT {self.is_nothing(names.cell)}"
        return Reading(value, f"CASE WHEN {names.value} IS NULL THEN {is_odd} ELSE FALSE END")

    def is_nothing(self, text: str) -> str:
        """Whether a cell is blank, or a word for nothing; never NULL."""
        d = self.dialect
        words = ", ".join(map(d.string, dict.fromkeys(("", *self.missing_words))))
        return f"(coalesce({d.stripped(text)}, '') IN ({words}))"

    def unless_nothing(self, value: str, text: str) -> str:
        """The value of a cell that is no word for nothing."""
        return f"CASE WHEN NOT {self.is_nothing(text)} THEN {value} END" if self.missing_words else value

    # ----------------------------------------------------------------------------------------------- numbers

    def number(self, field: ir.Field, form: Form, bound: int, names: Names) -> Reading:
        """A number, and the numbers for nothing: `-999` says nothing as `-999.0` either."""
        found = [number / field.tick for number in self.missing_numbers]
        numbers = (int(each) for each in found if each.denominator == 1 and abs(each) <= bound)
        return replace(self.numbered(field, form, bound, names), nothing=tuple(map(self.dialect.number, numbers)))

    def numbered(self, field: ir.Field, form: Form, bound: int, names: Names) -> Reading:
        """A number of any sort, also one that says nothing."""
        decimals = len(str(field.tick.denominator)) - 1
        cell = names.cell
        match form:
            case Form.WHOLE:
                return self.whole(field, bound, names)
            case Form.REAL if decimals < REAL_DIGITS:
                return self.real(field, bound, names)
            case Form.REAL | Form.SHORT_REAL | Form.DECIMAL:
                text = self.dialect.cast(cell, self.dialect.text)
                if form is Form.SHORT_REAL:  # of larger ones all digits are written, and not the shortest decimal
                    text = f"CASE WHEN abs({cell}) <= {self.dialect.float64(SHORT_REAL_LIMIT)} THEN {text} END"
                return self.typed(self.numeral(text, decimals, bound), names)
            case Form.TEXT:
                # Commas and points exchanged where commas are decimal signs: a point is then no part of a number.
                text = cell if self.decimal == "." else f"translate({cell}, ',.', '.,')"
                value = self.numeral(text, decimals, bound)
                return self.written(value if self.decimal == "." else self.unless_nothing(value, cell), names)
            case _:
                return self.unreadable(Kind.NUMBER, names)

    def whole(self, field: ir.Field, bound: int, names: Names) -> Reading:
        d, steps = self.dialect, field.tick.denominator
        most = bound // steps
        fits = f"{names.cell} BETWEEN {d.number(-most)} AND {d.number(most)}"
        ticks = d.try_cast(names.cell, self.kind(bound))
        ticks = ticks if steps == 1 else d.product(ticks, d.number(steps), self.kind(bound))
        return self.typed(f"CASE WHEN {fits} THEN {ticks} END", names)

    def real(self, field: ir.Field, bound: int, names: Names) -> Reading:
        """Where so few digits give the float back, they are those of its shortest decimal."""
        d = self.dialect
        per_unit = d.float64(float(field.tick.denominator))
        most = min(bound, 10**REAL_DIGITS - 1)
        draft = d.try_cast(d.rounded(f"{names.cell} * {per_unit}"), d.whole)
        same = f"{d.cast(names.draft, d.real)} / {per_unit} = {names.cell}"
        fits = f"{same} AND {names.draft} BETWEEN {d.number(-most)} AND {d.number(most)}"
        return self.typed(f"CASE WHEN {fits} THEN {names.draft} END", names, draft)

    def numeral(self, text: str, decimals: int, bound: int) -> str:
        """The ticks of a numeral with an optional sign and point, and not more decimals than ticks tell apart."""
        d = self.dialect
        before = len(str(bound)) - 1 - decimals
        if before < 1:
            return d.cast("NULL", self.kind(bound))
        fraction = rf"(?:\.[0-9]{{1,{decimals}}}0{{0,9}})?" if decimals else r"(?:\.0{1,9})?"
        plain = d.is_full_match(text, rf" *[+-]?[0-9]{{1,{before}}}{fraction} *")
        if not decimals:
            ticks = d.try_cast(d.try_cast(text, f"DECIMAL({38 if bound > WHOLE_LIMIT else 18},0)"), self.kind(bound))
        elif before + 2 * decimals <= 18:
            point = d.try_cast(text, f"DECIMAL(18,{decimals})")
            ticks = d.try_cast(f"{point} * {d.power_of_ten(decimals)}", self.kind(bound))
        else:  # the digits before the point, and so many behind it, as they stand
            bare = f"trim({text})"
            padded = f"rpad(split_part({bare}, '.', 2), {decimals}, '0')"
            ticks = d.try_cast(f"split_part({bare}, '.', 1) || {padded}", self.kind(bound))
        return f"CASE WHEN {plain} THEN {ticks} END"

    def kind(self, bound: int) -> str:
        return self.dialect.whole if bound <= WHOLE_LIMIT else self.dialect.wide

    # ---------------------------------------------------------------------------- texts, flags, dates, times

    def text(self, field: ir.Field, form: Form, names: Names) -> Reading:
        d = self.dialect
        if form not in (Form.TEXT, Form.WHOLE):
            return self.unreadable(Kind.TEXT, names)
        cell = names.cell if form is Form.TEXT else d.cast(names.cell, d.text)
        if not field.one_of:
            value = f"CASE WHEN NOT {self.is_nothing(cell)} THEN {cell} END"
            return Reading(value, d.is_broken(cell) if form is Form.TEXT else None)
        words = [word for word in field.one_of if word not in self.missing_words and word and word == word.strip()]
        if not words:
            return self.unreadable(Kind.TEXT, names)
        listed, bare = ", ".join(map(d.string, words)), d.stripped(cell)
        value = f"CASE WHEN {cell} IN ({listed}) THEN {cell} WHEN {bare} IN ({listed}) THEN {bare} END"
        return self.written(value, Names(cell, names.draft, names.value))

    def flag(self, form: Form, names: Names) -> Reading:
        d = self.dialect
        if form is Form.FLAG:
            return Reading(names.cell)
        if form is Form.REAL and not self.missing_words:  # data frames make floats of flags of which some are missing
            return self.typed(f"CASE WHEN {names.cell} IN (0e0, 1e0) THEN {names.cell} = 1e0 END", names)
        if form not in (Form.TEXT, Form.WHOLE):
            return self.unreadable(Kind.FLAG, names)
        cell = names.cell if form is Form.TEXT else d.cast(names.cell, d.text)
        word = f"lower(trim({cell}))"
        cases = (f"WHEN {word} IN ({', '.join(map(d.string, words))}) THEN {flag}" for flag, words in _FLAGS.items())
        value = self.unless_nothing(" ".join(["CASE", *cases, "END"]), cell)
        return self.written(value, Names(cell, names.draft, names.value))

    def date(self, form: Form, names: Names) -> Reading:
        d, cell = self.dialect, names.cell
        if form is Form.DATE:
            return self.typed(f"CASE WHEN {self.in_calendar(cell)} THEN {d.day(cell)} END", names)
        if form in (Form.TIME, Form.FINE_TIME):  # a midnight, as spreadsheets and data frames write dates
            draft, day = self.moment(form, cell), d.number(_MICROSECONDS)
            days = d.quotient(names.draft, day)
            value = f"CASE WHEN {names.draft} % {day} = 0 THEN {days} + {d.number(_EPOCH_DAY)} END"
            return self.typed(value, names, draft)
        if form is not Form.TEXT:
            return self.unreadable(Kind.DATE, names)
        plain = f"{d.is_full_match(cell, _DAY)} AND {_NO_YEAR.format(cell=cell)}"
        value = f"CASE WHEN {plain} THEN {d.day(d.try_cast(f'trim({cell})', 'DATE'))} END"
        return self.written(self.unless_nothing(value, cell), names)

    def time(self, form: Form, names: Names) -> Reading:
        d, cell = self.dialect, names.cell
        if form in (Form.TIME, Form.FINE_TIME):
            return self.typed(self.moment(form, cell), names)
        if form is Form.DATE:
            midnight = f"({d.day(cell)} - {d.number(_EPOCH_DAY)}) * {d.number(_MICROSECONDS)}"
            return self.typed(f"CASE WHEN {self.in_calendar(cell)} THEN {midnight} END", names)
        if form is not Form.TEXT:
            return self.unreadable(Kind.TIME, names)
        plain = f"{d.is_full_match(cell, _MOMENT)} AND {_NO_YEAR.format(cell=cell)}"
        moment = d.microsecond(d.timestamp_of(f"replace(trim({cell}), 'T', ' ')"))
        return self.written(self.unless_nothing(f"CASE WHEN {plain} THEN {moment} END", cell), names)

    def in_calendar(self, date: str) -> str:
        return f"{date} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"

    def moment(self, form: Form, time: str) -> str:
        """The microseconds of a timestamp, where it is in the calendar whatever the zone, and has no finer part."""
        d = self.dialect
        if form is Form.FINE_TIME:
            fine, step = d.nanosecond(time), d.number(1000)
            return f"CASE WHEN {fine} % {step} = 0 THEN {d.quotient(fine, step)} END"
        first, last = "TIMESTAMP '0001-01-02 00:00:00'", "TIMESTAMP '9999-12-30 00:00:00'"
        return f"CASE WHEN {time} BETWEEN {first} AND {last} THEN {d.microsecond(time)} END"


def float_limit(number: Fraction) -> float | None:
    """The float64 that a limit on a column of float64 is compared as: the one whose shortest decimal it is, or none.

    The shortest decimals of float64 lie in the order of the float64. So a float lies on that side of the limit's
    float on which its decimal lies of the limit, and nothing is computed (docs/decisions).
    """
    try:
        nearest = number.numerator / number.denominator
    except OverflowError:
        return None
    return nearest if Fraction(repr(nearest)) == number else None
