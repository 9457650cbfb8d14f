"""Packed facts: gzip and zstd are unpacked as they are read, piece by piece.

INVARIANT: memory is bounded by the size of a piece, however much comes out of the packed bytes.
INVARIANT: what was cut off or damaged is never taken for the end.
"""

from __future__ import annotations

import zlib
from typing import Final, NoReturn, Protocol

from gonogo.facts.formats import Compression
from gonogo.facts.input import PIECE, Input
from gonogo.facts.row import refusal

_GZIP: Final = 16 + zlib.MAX_WBITS


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Unpacked:
    """What is in a packed input, with the manners of an `Input`; its progress counts the packed bytes.

    Parameters
    ----------
    packed : Input
        From its first byte on.
    compression : {"gzip", "zstd"}
        How it is packed.
    """

    def __init__(self, packed: Input, compression: Compression) -> None:
        self.name = packed.name
        self.total = packed.total
        self._packed = packed
        self._compression = compression
        self._stream = _open_stream(packed, compression)

    def read(self, size: int) -> bytes:
        """Take what comes next, at most so many bytes; raises Refused where it is cut off or damaged."""
        try:
            return self._stream.read(size)
        except EOFError:
            self._refuse("ends before its end")
        except (zlib.error, OSError) as error:
            self._refuse("ends before its end" if "truncated" in str(error).lower() else "is damaged")

    def seek(self, offset: int) -> None:
        """Go on from there; only in a regular file."""
        self._packed.seek(0)
        self._stream = _open_stream(self._packed, self._compression)
        while offset > 0 and (piece := self.read(min(offset, PIECE))):
            offset -= len(piece)

    def progress(self) -> tuple[int, int | None]:
        """How many packed bytes were taken, and how many there are (None where nobody knows)."""
        return self._packed.progress()

    def _refuse(self, what: str) -> NoReturn:
        mend = "copy it anew from where it comes from"
        raise refusal("unreadable", self.name, f"what is packed here with {self._compression} {what}", mend) from None


def _open_stream(packed: Input, compression: Compression) -> _Stream:
    if compression == "gzip":
        return _Gzip(packed)
    from gonogo.facts.tables import open_zstd

    stream: _Stream = open_zstd(packed)
    return stream


class _Gzip:
    """What is in a gzip file, member by member; a read gives what there is, and waits for no more."""

    def __init__(self, packed: Input) -> None:
        self._source = packed
        self._waiting = b""
        self._member = zlib.decompressobj(_GZIP)

    def read(self, size: int) -> bytes:
        while True:
            if self._member.eof and not self._starts_next():
                return b""
            waiting = self._waiting or self._source.read(PIECE)
            unpacked = self._member.decompress(waiting, size)
            self._waiting = self._member.unconsumed_tail or self._member.unused_data
            if unpacked:
                return unpacked
            if not waiting and not self._member.eof:
                raise EOFError

    def _starts_next(self) -> bool:
        """Whether another member follows; zeros behind the last fill up a tape, and mean nothing."""
        while not (waiting := self._waiting.lstrip(b"\0")):
            self._waiting = self._source.read(PIECE)
            if not self._waiting:
                return False
        self._waiting = waiting
        self._member = zlib.decompressobj(_GZIP)
        return True
