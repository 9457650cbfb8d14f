"""JSON lines and JSON: each object is a row, its keys are the columns.

Numbers stay the decimals that were written. Whatever is wrong with one line costs that row; inside a JSON
document nothing says where the next object starts, and reading stops.

INVARIANT: at most one object, bounded at 16 Mi characters, and one piece of input are held at a time.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn

from gonogo.facts.row import UNTRUSTED, Row, refusal
from gonogo.facts.text import Text
from gonogo.facts.unusable import MOST_DIGITS, shown
from gonogo.problems import Problem

LIMIT: Final = 1 << 24
PATIENCE: Final = 1 << 20
"""From this many characters on, an unfinished object is tried again only when it has doubled: linear, not quadratic."""

_BLANKS = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class RepeatedKey:
    """What an object with a repeated key is read as: which value was meant, nobody can say."""

    key: str


def _object(pairs: list[tuple[str, object]]) -> dict[str, object] | RepeatedKey:
    cells = dict(pairs)
    if len(cells) == len(pairs):
        return cells
    [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
    return RepeatedKey(key)


def _whole(digits: str) -> int | Decimal:
    # Python takes quadratic time over a whole number, and refuses at 4,300 digits; a Decimal takes them all.
    return int(digits) if len(digits) <= MOST_DIGITS else Decimal(digits)


def _decimal(numeral: str) -> Decimal | str:
    try:
        return Decimal(numeral)
    except InvalidOperation:
        return numeral  # an exponent beyond all bounds: `read_number` refuses it, in the words that stand there


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole, parse_float=_decimal)


def is_one_line_object(sample: str) -> bool:
    """Whether the first line that is not blank is an object by itself, as in JSON lines."""
    first = sample.lstrip().splitlines()[0]
    try:
        return isinstance(_DECODER.decode(first), dict | RepeatedKey)
    except (json.JSONDecodeError, RecursionError):
        return False


def read_lines(text: Text, report: Callable[[Problem], None]) -> Iterator[Row]:
    """Read JSON lines: one object a line; a line that is none becomes a row without cells, and is reported."""
    number = 0
    for line, written in enumerate(text.lines(LIMIT, "broken-json"), 1):
        if written.isspace():
            continue
        number += 1
        try:
            value = _DECODER.decode(written)
            column, what = len(written) - len(written.lstrip()) + 1, "is not an object"
        except json.JSONDecodeError as error:
            value, column, what = None, error.colno, f"is not JSON: {_words(error)}"
        except RecursionError:
            value, column, what = None, 1, "is nested too deeply"
        if not isinstance(value, dict | RepeatedKey):
            place = f"{text.name}:{line}:{column}"
            mend = "write one object, `{…}`, on each line"
            report(Problem("broken-json", place, f"row {number} {what}, and all of it counts as missing", mend))
        yield Row(number, line, _cells(value, number, f"{text.name}:{line}", report))


def _cells(value: object, number: int, place: str, report: Callable[[Problem], None]) -> Mapping[str, object]:
    """Return the cells of a row; none where it cannot be trusted."""
    if isinstance(value, RepeatedKey):
        what = f"row {number} has the key `{shown(value.key)}` twice, and all of it counts as missing"
        report(Problem("repeated-key", place, what, "give each value a key of its own"))
    return value if isinstance(value, dict) else UNTRUSTED


def _words(error: json.JSONDecodeError) -> str:
    words = error.msg[:1].lower() + error.msg[1:]
    return re.sub(r"'(.)'", r"`\1`", words).removesuffix(" at").removesuffix(" starting")


def read_document(text: Text, report: Callable[[Problem], None]) -> Iterator[Row]:
    """Read JSON: an array of objects, or one object."""
    document = _Document(text)
    opening = document.peek()
    if opening == "[":
        yield from _elements(document, report)
    elif opening == "{":
        line, value = document.take_object()
        yield Row(1, line, _cells(value, 1, f"{text.name}:{line}", report))
    else:
        document.refuse("this is neither an array of objects nor an object")
    if document.peek():
        document.refuse("something follows the end of the JSON", "end the name of JSON lines with `.jsonl`")


def _elements(document: _Document, report: Callable[[Problem], None]) -> Iterator[Row]:
    document.skip()
    number = 0
    while document.peek() != "]" or number:
        number += 1
        if document.peek() != "{":
            document.refuse(f"row {number} is not an object", "write an array of objects, `[{…}, {…}]`")
        line, value = document.take_object()
        yield Row(number, line, _cells(value, number, f"{document.name}:{line}", report))
        if document.peek() != ",":
            break
        document.skip()
    if document.peek() != "]":
        document.refuse("the array is not closed here", "write `,` between two objects and `]` after the last")
    document.skip()


class _Document:
    """A window on a JSON text: what is used up falls off its left end, what comes in is added on its right."""

    def __init__(self, text: Text) -> None:
        self.name = text.name
        self._pieces = text.pieces()
        self._window = ""
        self._at = 0
        self._settled = 0
        self._line = 1
        self._column = 1

    def peek(self) -> str:
        """Return the next character that is not blank; nothing at the end."""
        while True:
            match = _BLANKS.match(self._window, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._window) or not self._grow():
                return self._window[self._at : self._at + 1]

    def skip(self) -> None:
        """Leave one character behind."""
        self._at += 1

    def take_object(self) -> tuple[int, object]:
        """Return the line of the object that starts here, and the object."""
        self._settle()
        while True:
            try:
                value, self._at = _DECODER.raw_decode(self._window, self._at)
                return self._line, value
            except json.JSONDecodeError as error:
                offset = error.pos - self._at
                if not self._grow():
                    self._at += offset
                    self.refuse(f"this is not JSON: {_words(error)}")
            except RecursionError:
                self.refuse("this is nested too deeply")

    def refuse(self, what: str, mend: str = "") -> NoReturn:
        """Refuse the document for what stands here."""
        self._settle()
        raise refusal("broken-json", f"{self.name}:{self._line}:{self._column}", what, mend)

    def _settle(self) -> None:
        """Bring line and column up to here."""
        lines = self._window.count("\n", self._settled, self._at)
        if lines:
            self._line += lines
            self._column = self._at - self._window.rfind("\n", self._settled, self._at)
        else:
            self._column += self._at - self._settled
        self._settled = self._at

    def _grow(self) -> bool:
        """Read on; False where nothing more comes, or more than an object may take is held."""
        self._settle()
        pieces = [self._window[self._at :]]
        self._window, self._at, self._settled = pieces[0], 0, 0
        held = len(self._window)
        if held > LIMIT:
            return False
        wanted = 2 * held if held > PATIENCE else held + 1
        for piece in self._pieces:
            pieces.append(piece)
            held += len(piece)
            if held >= wanted:
                break
        self._window = "".join(pieces)
        return len(pieces) > 1
