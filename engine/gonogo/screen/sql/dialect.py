"""What DuckDB and Spark spell differently; everything else of the SQL is said once, in the other files of this folder.

INVARIANT: every name and every literal is quoted here, and nowhere else.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Final

BLANKS: Final = "".join(filter(str.isspace, map(chr, range(sys.maxunicode + 1))))
"""What Python's `strip` takes off the ends of a text: blanks, as the readers of cells know them."""

WHOLE_LIMIT: Final = 2**63 - 1
"""The largest number of the columns' own type for whole numbers; what may be larger is computed in the wide one."""

WIDE_LIMIT: Final = 10**37
"""The wide types hold 38 digits, and one is kept in hand."""

REAL_LIMIT: Final = 2**53
"""Whole numbers up to here are float64, too."""


class Dialect(ABC):
    """How one engine spells names, literals, types and functions."""

    name: str
    whole: str
    wide: str
    real: str
    text: str
    code: str
    """The type in which the outcomes of a few conditions are put together, two bits each."""

    codes: int
    """How many conditions' outcomes it holds."""

    # ------------------------------------------------------------------------------------ names and literals

    @abstractmethod
    def named(self, name: str) -> str:
        """A column's name."""

    @abstractmethod
    def string(self, text: str) -> str:
        """A text, as a literal."""

    def number(self, number: int) -> str:
        """A whole number, as a literal."""
        return str(number) if number >= 0 else f"({number})"

    def computed(self, number: int) -> str:
        """A whole number that is computed with, as a literal: by itself it may be of a type that holds few digits."""
        return self.number(number)

    def float64(self, number: float) -> str:
        """A float64, as a literal with an exponent: without one it would be a decimal, and rounded twice."""
        digits = repr(float(number))
        digits = digits if "e" in digits else f"{digits}e0"
        return digits if number >= 0 else f"({digits})"

    def boolean(self, truth: bool) -> str:
        """A truth value, as a literal."""
        return "TRUE" if truth else "FALSE"

    # --------------------------------------------------------------------------------------------- functions

    def cast(self, expression: str, kind: str) -> str:
        """The expression as another type, where that cannot fail."""
        return f"CAST({expression} AS {kind})"

    def try_cast(self, expression: str, kind: str) -> str:
        """The expression as another type; NULL where it cannot be."""
        return f"TRY_CAST({expression} AS {kind})"

    @abstractmethod
    def quotient(self, dividend: str, divisor: str) -> str:
        """The quotient of two whole numbers, cut off towards zero."""

    def product(self, one: str, other: str, kind: str) -> str:
        """The product of two whole numbers of one type."""
        return f"({one} * {other})"

    @abstractmethod
    def picked(self, values: Sequence[str], place: str) -> str:
        """The value at a place, from 1, of a list; NULL where there is no place."""

    def shifted(self, word: str, bits: int) -> str:
        """A word without its lowest bits."""
        return f"({word} >> {bits})" if bits else word

    def picked_text(self, texts: Sequence[str], place: str, enumeration: str | None) -> str:
        """The text at a place, from 1, of a list; as one of an enumeration, where the engine knows such."""
        return self.picked(texts, place)

    def least(self, values: Sequence[str]) -> str:
        """The least of some values that are not NULL."""
        return f"least({', '.join(values)})" if len(values) > 1 else values[0]

    @abstractmethod
    def is_full_match(self, text: str, pattern: str) -> str:
        """Whether the whole text matches a pattern that all engines read alike."""

    @abstractmethod
    def search(self, text: str, pattern: str) -> str:
        """Whether the text holds a match of an RE2 pattern."""

    @abstractmethod
    def stripped(self, text: str) -> str:
        """The text without blanks around it."""

    def is_broken(self, text: str) -> str | None:
        """Whether a text holds half a character, never NULL; None where the engine reads no such texts."""
        return None

    @abstractmethod
    def is_ascii(self, text: str) -> str:
        """Whether all characters are ASCII."""

    @abstractmethod
    def day(self, date: str) -> str:
        """The days since 0001-01-01, which is 1."""

    @abstractmethod
    def microsecond(self, time: str) -> str:
        """The microseconds of a timestamp since 1970-01-01T00:00Z."""

    def nanosecond(self, time: str) -> str:
        """The nanoseconds of a timestamp that has them, since then."""
        return f"epoch_ns({time})"

    @abstractmethod
    def timestamp_of(self, text: str) -> str:
        """The timestamp of a text `YYYY-MM-DD hh:mm:ss`, as UTC; NULL where the calendar has none."""

    @abstractmethod
    def text_test(self, op: str, text: str, part: str) -> str:
        """`text contains | starts with | ends with part`, the part being a literal."""

    def coded(self, condition: str, place: int, unknown: bool) -> str:
        """The two bits of an outcome at their place among a few."""
        outcome = self.cast(condition, self.code)
        outcome = f"coalesce({outcome}, {self.cast('2', self.code)})" if unknown else outcome
        return f"{outcome} * {self.cast(str(4**place), self.code)}" if place else outcome

    def rounded(self, real: str) -> str:
        """A float64 to be cast to a whole number, to the nearest; the result is held against it."""
        return real

    def power_of_ten(self, exponent: int) -> str:
        """A factor that a decimal of that many decimals is multiplied with."""
        return str(10**exponent)

    def is_finite(self, real: str) -> str:
        """Whether a float64 is a finite number; NULL for NULL. NaN is larger than all in every dialect."""
        most = self.float64(sys.float_info.max)
        return f"({real} BETWEEN -{most} AND {most})"


class DuckDb(Dialect):
    """SQL as DuckDB reads it."""

    name = "duckdb"
    whole = "BIGINT"
    wide = "HUGEINT"
    real = "DOUBLE"
    text = "VARCHAR"
    code = "UTINYINT"
    codes = 4

    def named(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def string(self, text: str) -> str:
        if "\0" in text:
            return f"({' || chr(0) || '.join(map(self.string, text.split(chr(0))))})"
        if _is_printable(text):
            return "'" + text.replace("'", "''") + "'"
        return "E'" + _escaped(text, _bytes) + "'"

    def computed(self, number: int) -> str:
        return self.cast(str(number), self.whole) if abs(number) <= WHOLE_LIMIT else self.number(number)

    def quotient(self, dividend: str, divisor: str) -> str:
        return f"({dividend} // {divisor})"

    def picked(self, values: Sequence[str], place: str) -> str:
        return f"list_extract([{', '.join(values)}], {place})" if values else "NULL"

    def picked_text(self, texts: Sequence[str], place: str, enumeration: str | None) -> str:
        if enumeration is None:
            return self.picked(texts, place)
        return f"list_extract(CAST([{', '.join(texts)}] AS {enumeration}[]), {place})"

    def is_full_match(self, text: str, pattern: str) -> str:
        return f"regexp_full_match({text}, {self.string(pattern)})"

    def search(self, text: str, pattern: str) -> str:
        return f"regexp_matches({text}, {self.string(pattern)})"

    def stripped(self, text: str) -> str:
        # Most texts have no blanks to lose, and telling that is ten times as fast as looking for so many sorts of them.
        bare = self.is_full_match(text, "[!-~](?:[ -~]*[!-~])?")
        return f"CASE WHEN {bare} THEN {text} ELSE trim({text}, {self.string(BLANKS)}) END"

    def is_ascii(self, text: str) -> str:
        return f"(strlen({text}) = length({text}))"

    def day(self, date: str) -> str:
        return f"(CAST(CAST({date} AS DATE) - DATE '1970-01-01' AS BIGINT) + 719163)"

    def microsecond(self, time: str) -> str:
        return f"epoch_us({time})"

    def timestamp_of(self, text: str) -> str:
        return f"TRY_CAST({text} AS TIMESTAMP)"

    def text_test(self, op: str, text: str, part: str) -> str:
        function = {"contains": "contains", "starts with": "starts_with", "ends with": "ends_with"}[op]
        return f"{function}({text}, {part})"


class Spark(Dialect):
    """SQL as Spark reads it, under ANSI rules and in the time zone UTC."""

    name = "spark"
    whole = "BIGINT"
    wide = "DECIMAL(38,0)"
    real = "DOUBLE"
    text = "STRING"
    code = "INT"
    codes = 15

    def named(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def string(self, text: str) -> str:
        return "'" + _escaped(text, _code) + "'"

    def number(self, number: int) -> str:
        if abs(number) > WHOLE_LIMIT:
            return f"CAST('{number}' AS {self.wide})"
        return f"{number}L" if number >= 0 else f"({number}L)"

    def quotient(self, dividend: str, divisor: str) -> str:
        return f"({dividend} DIV {divisor})"

    def product(self, one: str, other: str, kind: str) -> str:
        product = f"({one} * {other})"
        return f"CAST({product} AS {kind})" if kind == self.wide else product

    def picked(self, values: Sequence[str], place: str) -> str:
        # Not `element_at`: in Spark 4.3 that gives some value of the list where the place is NULL.
        return f"try_element_at(array({', '.join(values)}), {place})" if values else "NULL"

    def shifted(self, word: str, bits: int) -> str:
        return f"shiftright({word}, {bits})" if bits else word

    def is_full_match(self, text: str, pattern: str) -> str:
        whole = rf"^(?:{pattern})\z"
        return f"({text} RLIKE {self.string(whole)})"

    def search(self, text: str, pattern: str) -> str:
        return f"gonogo_matches({text}, {self.string(pattern)})"

    def stripped(self, text: str) -> str:
        return f"btrim({text}, {self.string(BLANKS)})"

    def is_broken(self, text: str) -> str | None:
        return f"NOT coalesce(is_valid_utf8({text}), TRUE)"

    def rounded(self, real: str) -> str:
        return f"rint({real})"

    def is_ascii(self, text: str) -> str:
        return f"(octet_length({text}) = length({text}))"

    def day(self, date: str) -> str:
        return f"(CAST(unix_date(CAST({date} AS DATE)) AS BIGINT) + 719163L)"

    def microsecond(self, time: str) -> str:
        return f"unix_micros(CAST({time} AS TIMESTAMP))"

    def timestamp_of(self, text: str) -> str:
        return f"TRY_CAST({text} AS TIMESTAMP)"

    def text_test(self, op: str, text: str, part: str) -> str:
        function = {"contains": "contains", "starts with": "startswith", "ends with": "endswith"}[op]
        return f"{function}({text}, {part})"


def _is_printable(text: str) -> bool:
    return all(character == " " or (character.isprintable() and not character.isspace()) for character in text)


def _escaped(text: str, invisible: Callable[[str], str]) -> str:
    """The text with escapes for what has a meaning between quotes, and for what can't be seen."""
    return "".join(
        f"\\{character}" if character in "\\'" else character if _is_printable(character) else invisible(character)
        for character in text
    )


def _bytes(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode())


def _code(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


DUCKDB: Final = DuckDb()
SPARK: Final = Spark()
