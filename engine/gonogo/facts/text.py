"""The characters of the facts, as they come: bytes are decoded piece by piece, and cut into whole lines.

A pipe is never waited on for more than is needed: each piece is what one read gives. A regular file is looked
through once before, so that its encoding is known before its first row is.

INVARIANT: memory is bounded by the size of a piece and the limit on a line, whatever the input.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import chain
from typing import Final, NoReturn, Protocol

from gonogo.facts.formats import compression_of, kind_of
from gonogo.facts.input import PIECE
from gonogo.facts.row import refusal
from gonogo.problems import Problem

SAMPLE: Final = 1 << 16

_FALLBACKS: Final = ("utf-8", "cp1252", "latin-1")
_BYTE_ORDER_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def line_ends(text: str) -> int:
    """Return how many lines end in the text; only a text without line feeds is taken to end them with returns."""
    return text.count("\n") or text.count("\r")


class Bytes(Protocol):
    """Bytes as they come, from an `Input` or something that unpacks one."""

    name: str
    total: int | None

    def read(self, size: int, /) -> bytes:
        """Take what comes next; nothing at the end."""

    def seek(self, offset: int, /) -> None:
        """Go on from there; only where there is a total."""


class Text:
    """An open input as text.

    Parameters
    ----------
    source : Bytes
        What it is decoded from; owned by the caller.
    encoding : str or None
        As the user says; None: find out.
    report : callable
        Takes the warning that the encoding was found by trying.
    """

    def __init__(self, source: Bytes, encoding: str | None, report: Callable[[Problem], None]) -> None:
        self.name = source.name
        self.ended = False
        self._source = source
        self._lines = 0
        head = b""
        while len(head) < 4 and (piece := source.read(PIECE)):
            head += piece
        if encoding is None:
            self._refuse_binary(head)
            encoding = self._find_encoding(head, report)
        self._encoding = encoding
        self._decoder = self._find_decoder(encoding)
        self._ahead = self._decode(head).removeprefix("\ufeff")

    def ahead(self, lines: int) -> str:
        """Look ahead: the text until that many lines have ended (or 64 Ki characters, or all there is)."""
        while not self.ended and len(self._ahead) < SAMPLE:
            start = self._ahead.lstrip()
            if start and line_ends(start) >= lines:
                break
            self._ahead += self._more()
        return self._ahead[:SAMPLE]

    def is_all_ahead(self) -> bool:
        """Whether `ahead` showed all there is."""
        return self.ended and len(self._ahead) <= SAMPLE

    def pieces(self) -> Iterator[str]:
        """Yield the text, piece by piece."""
        piece, self._ahead = self._ahead, ""
        yield piece
        while not self.ended:
            yield self._more()

    def blocks(self, limit: int, code: str) -> Iterator[StringIO]:
        """Yield the text in blocks of whole lines; a line beyond the limit is refused with the code."""
        rest = ""
        for piece in self.pieces():
            # A return at the very end may be half of a line end: it waits for the other half.
            cut = 1 + max(piece.rfind("\n"), piece.rfind("\r", 0, -1))
            if cut:
                yield StringIO(rest + piece[:cut], newline="")
                rest = piece[cut:]
            else:
                rest += piece
            if len(rest) > limit:
                place = f"{self.name}:{self._lines + 1}"
                raise refusal(code, place, f"a line of more than {limit:,} characters is no row of facts")
        yield StringIO(rest, newline="")

    def lines(self, limit: int, code: str) -> Iterator[str]:
        """Return the lines with their ends, from blocks."""
        return chain.from_iterable(self.blocks(limit, code))

    def _more(self) -> str:
        raw = self._source.read(PIECE)
        self.ended = not raw
        return self._decode(raw)

    def _decode(self, raw: bytes) -> str:
        try:
            text = self._decoder.decode(raw, final=not raw)
        except UnicodeError as error:
            self._refuse_bytes(error)
        if "\0" in text:
            line = self._lines + line_ends(text[: text.index("\0")]) + 1
            what = "a NUL character stands where only text should"
            raise refusal("broken-encoding", f"{self.name}:{line}", what, "export the facts anew, as UTF-8")
        self._lines += line_ends(text)
        return text

    def _refuse_bytes(self, error: UnicodeError) -> NoReturn:
        before = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
        raise refusal(
            "broken-encoding",
            f"{self.name}:{self._lines + line_ends(before.decode('latin-1')) + 1}",
            f"these bytes are not {self._encoding}",
            "say which encoding it is, such as `--encoding latin-1`",
        ) from None

    def _refuse_binary(self, head: bytes) -> None:
        if any(head.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS):
            return
        # `PAR1,PAR2` may well be a header: what only starts like a binary file must hold a NUL, too.
        if b"\0" in head or compression_of(head) is not None:
            kind, mend = kind_of(head) or ("a binary file", "export it as CSV")
            raise refusal("unreadable", self.name, f"this is not text, it seems to be {kind}", mend)

    def _find_encoding(self, head: bytes, report: Callable[[Problem], None]) -> str:
        for mark, encoding in _BYTE_ORDER_MARKS:
            if head.startswith(mark):
                return encoding
        if self._source.total is None:
            return "utf-8"
        encoding = next(encoding for encoding in _FALLBACKS if self._is_all(encoding, head))
        if encoding != "utf-8":
            what = f"the file is not UTF-8, and is read as {encoding}"
            mend = f"say `--encoding {encoding}` if that is right"
            report(Problem("assumed-encoding", self.name, what, mend, "warning"))
        return encoding

    def _is_all(self, encoding: str, head: bytes) -> bool:
        """Whether the whole file decodes; the source then stands again where it stood."""
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            decoder.decode(head)
            while raw := self._source.read(PIECE):
                decoder.decode(raw)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        finally:
            self._source.seek(len(head))
        return True

    def _find_decoder(self, encoding: str) -> codecs.IncrementalDecoder:
        try:
            "a".encode(encoding)  # refuses the codecs that turn bytes into bytes
            return codecs.getincrementaldecoder(encoding)()
        except (LookupError, UnicodeError, ValueError):
            what = f"`{encoding}` is not the name of an encoding"
            raise refusal("unknown-encoding", self.name, what, "say utf-8, cp1252, latin-1 or utf-16") from None
