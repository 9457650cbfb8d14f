"""The words of an expression: numbers with their units, texts, dates, names and signs.

A unit belongs to the number before it, so it is read here: `50 N*m` is one token. An operator joins two
unit names only where no blank stands around it and what follows is a unit: `2 mm * width` multiplies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final, Literal

from gonogo.problems import Problem, Span
from gonogo.standard.units import Unit, UnitError, is_unit_name, parse_unit

Locate = Callable[[int, int], Span]
"""Turns offsets inside an expression into a place in the file."""

LONGEST_EXPRESSION: Final = 200_000
MOST_DIGITS: Final = 60

KEYWORDS: Final = frozenset(
    "and or not in between is missing present recorded contains starts ends with matches"
    " if then else true false found".split()
)

_BLANK = re.compile(r"\s+")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?P<time>[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?(?![\w.])"
)
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_UNIT_START = re.compile(r"\s*(?=[^\W\d]|[%‰°€$£])|\s+(?=1/[^\W\d])")
_UNIT_ATOM = re.compile(r"(?:[%‰€$£]|°?[^\W\d_]\w*|°)(?:\^-?\d+)?")
_NAME = re.compile(r"[^\W\d]\w*")
_RULE_ID = re.compile(r"\s*\(\s*(?P<id>[\w-]+(?:\.[\w-]+)?)\s*\)")
_GROUPED_REST = re.compile(r"[\d_.]*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+$")
_LIST_OR_RANGE = re.compile(r"\s*[(\[]")
_SIGN = re.compile(r"<=|>=|!=|\.\.|[=<>+\-*/()\[\],]")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\])')

_OTHER_SPELLINGS: Final = {
    "==": "=", "<>": "!=", "=<": "<=", "=>": ">=", "&&": "and", "||": "or", "!": "not", "≤": "<=", "≥": ">=",
    "≠": "!=", "×": "*", "·": "*", "÷": "/", "−": "-", "^": "*", "±": "-", "'": '"', "“": '"', "„": '"', "”": '"',
}  # fmt: skip
_ALIEN = re.compile("|".join(re.escape(sign) for sign in sorted(_OTHER_SPELLINGS, key=len, reverse=True)))


class BadExpression(Exception):
    """An expression that can't be read; holds the one problem that says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression, and its offsets in it."""

    kind: Literal["number", "text", "date", "time", "name", "found", "sign", "end"]
    text: str
    start: int
    end: int
    value: Fraction | int | str | None = None
    unit: Unit | None = None


def split(text: str, locate: Locate, own_units: Mapping[str, Unit]) -> list[Token]:
    """The tokens of an expression, closed by one of kind `end`; raises BadExpression."""
    return list(_Lexer(text, locate, own_units).tokens())


class _Lexer:
    def __init__(self, text: str, locate: Locate, own_units: Mapping[str, Unit]) -> None:
        self.text = text
        self.locate = locate
        self.own_units = own_units
        self.position = 0

    def tokens(self) -> list[Token]:
        if len(self.text) > LONGEST_EXPRESSION:
            what = f"this expression has {len(self.text):,} characters, more than {LONGEST_EXPRESSION:,}"
            raise self.refuse("too-large", 0, 1, what, "split it into several rules or derived quantities")
        found: list[Token] = []
        while True:
            if blank := _BLANK.match(self.text, self.position):
                self.position = blank.end()
            if self.position == len(self.text):
                return [*found, Token("end", "", self.position, self.position)]
            token = self.next_token()
            self.position = token.end
            found.append(token)

    def next_token(self) -> Token:
        start, text = self.position, self.text
        if moment := _MOMENT.match(text, start):
            return self.moment(moment)
        if number := _NUMBER.match(text, start):
            return self.number(number)
        if name := _NAME.match(text, start):
            if name[0] == "found" and (rule := _RULE_ID.match(text, name.end())):
                return Token("found", rule["id"], start, rule.end())
            return Token("name", name[0], start, name.end())
        if quoted := _TEXT.match(text, start):
            return Token("text", quoted[0], start, quoted.end(), _ESCAPE.sub(r"\1", quoted[0][1:-1]))
        if alien := _ALIEN.match(text, start):
            if text.startswith("!=", start):
                return Token("sign", "!=", start, start + 2)
            return self.refuse_alien(alien)
        if sign := _SIGN.match(text, start):
            return Token("sign", sign[0], start, sign.end())
        if text[start] == '"':
            raise self.refuse("bad-expression", start, len(text), "this text has no closing quote", 'add `"`')
        raise self.refuse("bad-expression", start, start + 1, f"`{text[start]}` has no meaning here")

    def refuse_alien(self, alien: re.Match[str]) -> Token:
        mend = f"write `{_OTHER_SPELLINGS[alien[0]]}`"
        if alien[0] == "^":
            mend = "write a power as a product"
        if alien[0] == "±":
            mend = "write both limits, or a characteristic with `nominal` and `tolerance`"
        if alien[0] in "'“„”":
            mend = "put text in double quotes"
        raise self.refuse("bad-expression", alien.start(), alien.end(), f"`{alien[0]}` has no meaning here", mend)

    def refuse(self, code: str, start: int, end: int, what: str, mend: str = "") -> BadExpression:
        return BadExpression(Problem(code, self.locate(start, end), what, mend))

    def moment(self, match: re.Match[str]) -> Token:
        try:
            if match["time"] is None:
                day = date.fromisoformat(match[0]).toordinal()
                return Token("date", match[0], match.start(), match.end(), day)
            instant = datetime.fromisoformat(match[0])
            instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
            micros = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
            return Token("time", match[0], match.start(), match.end(), micros)
        except ValueError:
            what = f"`{match[0]}` is not a date of the calendar"
            raise self.refuse("bad-expression", match.start(), match.end(), what) from None

    def number(self, match: re.Match[str]) -> Token:
        start, end, text = match.start(), match.end(), match[0]
        digits, _, exponent = text.lower().partition("e")
        whole = digits.partition(".")[0]
        if len(whole) > 1 and whole[0] == "0" and (grouped := _GROUPED.search(self.text, 0, end)):
            sign = "." if grouped[0].startswith("0,") and grouped[0].count(",") == 1 else ""
            what, mend = f"`{grouped[0]}` is not a number", f"write `{grouped[0].replace(',', sign)}`"
            raise self.refuse("ambiguous-number", grouped.start(), end, what, mend)
        if len(whole) > 1 and whole[0] == "0":
            mend = f"write `{digits.lstrip('0') or '0'}`"
            what = f"`{text[:20]}` begins with a zero that could mean octal"
            raise self.refuse("ambiguous-number", start, end, what, mend)
        if len(digits) > MOST_DIGITS or len(exponent) > 3 or (exponent and abs(int(exponent)) > MOST_DIGITS):
            what = f"`{text[:20]}…` has more than {MOST_DIGITS} digits" if len(text) > 20 else f"`{text}` is too large"
            raise self.refuse("too-large", start, end, what, "choose a unit that fits the value")
        if self.text.startswith("_", end):
            raise self.refuse_grouping(match)
        value = Fraction(text)
        unit, end = self.unit_after(end)
        return Token("number", self.text[start:end], start, end, value, unit)

    def refuse_grouping(self, match: re.Match[str]) -> BadExpression:
        rest = _GROUPED_REST.match(self.text, match.end())
        shown = match[0] + (rest[0] if rest else "")
        what, mend = f"`{shown}` is not a number", f"write `{shown.replace('_', '')}`"
        return self.refuse("ambiguous-number", match.start(), match.start() + len(shown), what, mend)

    def unit_after(self, end: int) -> tuple[Unit | None, int]:
        start_of_unit = _UNIT_START.match(self.text, end)
        if start_of_unit is None:
            return None, end
        start = start_of_unit.end()
        stop = self.end_of_unit(start)
        if stop == start:
            return None, end
        try:
            return parse_unit(self.text[start:stop], self.own_units), stop
        except UnitError as error:
            raise self.refuse(error.code, start, stop, error.what, error.mend) from None

    def end_of_unit(self, start: int) -> int:
        position = start + 2 if self.text.startswith("1/", start) else start
        atom = _UNIT_ATOM.match(self.text, position)
        if atom is None or self.is_word_of_the_language(atom):
            return start
        position = atom.end()
        while self.text[position : position + 1] in ("*", "/", "·", "⋅"):
            atom = _UNIT_ATOM.match(self.text, position + 1)
            if atom is None or not is_unit_name(re.split(r"\^", atom[0])[0].rstrip("0123456789²³"), self.own_units):
                break
            position = atom.end()
        return position

    def is_word_of_the_language(self, atom: re.Match[str]) -> bool:
        if atom[0] == "in":  # inches, unless a list or a range follows
            return bool(_LIST_OR_RANGE.match(self.text, atom.end()))
        return atom[0] in KEYWORDS or (is_capitalised(atom[0]) and not is_unit_name(atom[0], self.own_units))


def is_capitalised(word: str) -> bool:
    """Whether the word is one of the language, but for its capitals."""
    return word not in KEYWORDS and word.lower() in KEYWORDS
