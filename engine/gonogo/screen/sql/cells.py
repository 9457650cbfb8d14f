"""Cells as SQL: the column of a field → its value in ticks, and whether that took more than SQL can be trusted with.

What the readers of `facts.cells` make of a cell is said here again for the cells that are plain: numerals of few
digits, the words of a flag, dates and times in their usual form, the texts of a category. Any other cell that is
not blank makes its row *odd*, and an odd row is judged by the scalar screen.
INVARIANT: a plain cell has the value that the scalar reader gives it; property tests hold the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from gonogo.program import ir
from gonogo.program.ir import Kind
from gonogo.screen.sql.dialect import WHOLE_LIMIT, Dialect
from gonogo.screen.sql.shape import Form

REAL_DIGITS: Final = 15
"""Decimals of so many digits are the shortest of the float64 nearest to them."""

_DAY: Final = r" *[0-9]{4}-[0-9]{2}-[0-9]{2} *"
_MOMENT: Final = r" *[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})? *"
_NO_YEAR: Final = "trim({cell}) NOT LIKE '0000%'"
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
    """

    value: str
    odd: str | None = None
    draft: str | None = None


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
        decimals = len(str(field.tick.denominator)) - 1
        cell = names.cell
        match form:
            case Form.WHOLE:
                return self.whole(field, bound, names)
            case Form.REAL if decimals < REAL_DIGITS:
                return self.real(field, bound, names)
            case Form.REAL | Form.SHORT_REAL | Form.DECIMAL:
                text = self.dialect.cast(cell, self.dialect.text)
                return self.typed(self.present(field, self.numeral(text, decimals, bound)), names)
            case Form.TEXT:
                # Commas and points exchanged where commas are decimal signs: a point is then no part of a number.
                text = cell if self.decimal == "." else f"translate({cell}, ',.', '.,')"
                return self.written(self.present(field, self.numeral(text, decimals, bound)), names)
            case _:
                return self.unreadable(Kind.NUMBER, names)

    def whole(self, field: ir.Field, bound: int, names: Names) -> Reading:
        d, steps = self.dialect, field.tick.denominator
        most = bound // steps
        fits = f"{names.cell} BETWEEN {d.number(-most)} AND {d.number(most)}"
        ticks = d.try_cast(names.cell, self.kind(bound))
        ticks = ticks if steps == 1 else d.product(ticks, d.number(steps), self.kind(bound))
        return self.typed(self.present(field, f"CASE WHEN {fits} THEN {ticks} END"), names)

    def real(self, field: ir.Field, bound: int, names: Names) -> Reading:
        """Where so few digits give the float back, they are those of its shortest decimal."""
        d = self.dialect
        per_unit = d.float64(float(field.tick.denominator))
        most = min(bound, 10**REAL_DIGITS - 1)
        draft = d.try_cast(d.rounded(f"{names.cell} * {per_unit}"), d.whole)
        same = f"{d.cast(names.draft, d.real)} / {per_unit} = {names.cell}"
        fits = f"{same} AND {names.draft} BETWEEN {d.number(-most)} AND {d.number(most)}"
        return self.typed(self.present(field, f"CASE WHEN {fits} THEN {names.draft} END"), names, draft)

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

    def present(self, field: ir.Field, ticks: str) -> str:
        """The ticks, but for those that are numbers for nothing: `-999` says nothing as `-999.0` either."""
        d = self.dialect
        found = [number / field.tick for number in self.missing_numbers]
        numbers = [d.number(int(each)) for each in found if each.denominator == 1 and abs(each) <= WHOLE_LIMIT]
        if not numbers:
            return ticks
        return " ".join(["CASE", *(f"WHEN {ticks} = {number} THEN NULL" for number in numbers), f"ELSE {ticks} END"])

    def kind(self, bound: int) -> str:
        return self.dialect.whole if bound <= WHOLE_LIMIT else self.dialect.wide

    # ---------------------------------------------------------------------------- texts, flags, dates, times

    def text(self, field: ir.Field, form: Form, names: Names) -> Reading:
        d = self.dialect
        if form not in (Form.TEXT, Form.WHOLE):
            return self.unreadable(Kind.TEXT, names)
        cell = names.cell if form is Form.TEXT else d.cast(names.cell, d.text)
        if not field.one_of:
            return Reading(f"CASE WHEN NOT {self.is_nothing(cell)} THEN {cell} END")
        words = [word for word in field.one_of if word not in self.missing_words]
        if not words:
            return self.unreadable(Kind.TEXT, names)
        listed, bare = ", ".join(map(d.string, words)), d.stripped(cell)
        value = f"CASE WHEN {cell} IN ({listed}) THEN {cell} WHEN {bare} IN ({listed}) THEN {bare} END"
        return self.written(value, Names(cell, names.draft, names.value))

    def flag(self, form: Form, names: Names) -> Reading:
        d = self.dialect
        if form is Form.FLAG:
            return Reading(names.cell)
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
            return self.typed(
                f"CASE WHEN {cell} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN {d.day(cell)} END", names
            )
        if form is not Form.TEXT:
            return self.unreadable(Kind.DATE, names)
        plain = f"{d.is_full_match(cell, _DAY)} AND {_NO_YEAR.format(cell=cell)}"
        value = f"CASE WHEN {plain} THEN {d.day(d.try_cast(f'trim({cell})', 'DATE'))} END"
        return self.written(self.unless_nothing(value, cell), names)

    def time(self, form: Form, names: Names) -> Reading:
        d, cell = self.dialect, names.cell
        if form is Form.TIME:
            first, last = "TIMESTAMP '0001-01-02 00:00:00'", "TIMESTAMP '9999-12-30 00:00:00'"
            return self.typed(f"CASE WHEN {cell} BETWEEN {first} AND {last} THEN {d.microsecond(cell)} END", names)
        if form is not Form.TEXT:
            return self.unreadable(Kind.TIME, names)
        plain = f"{d.is_full_match(cell, _MOMENT)} AND {_NO_YEAR.format(cell=cell)}"
        moment = d.microsecond(d.timestamp_of(f"replace(trim({cell}), 'T', ' ')"))
        return self.written(self.unless_nothing(f"CASE WHEN {plain} THEN {moment} END", cell), names)


def float_limit(number: Fraction) -> float | None:
    """The float64 that a limit on a column of float64 is compared as; None where the limit has more than 15 digits.

    The shortest decimals of float64 lie in the order of the float64, and a decimal of at most 15 digits is the
    shortest of the one nearest to it. So a float lies on that side of the limit's float on which its decimal lies of
    the limit, and nothing is computed (docs/decisions).
    """
    rest, places = number.denominator, 0
    while rest % 10 == 0 or rest % 5 == 0 or rest % 2 == 0:
        rest, places = rest // (10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2), places + 1
    digits = str(abs(number.numerator) * 10**places // number.denominator).rstrip("0") if rest == 1 else ""
    if rest != 1 or len(digits) > REAL_DIGITS or places > 290 or abs(number) > 10**290:
        return None
    return number.numerator / number.denominator
