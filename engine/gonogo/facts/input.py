"""The bytes of the facts: a file or standard input, opened once, its first bytes looked at and not used up."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from gonogo.facts.row import refusal
from gonogo.problems import Problem, Refused, nearest

PIECE: Final = 1 << 18

_LEAST_HEAD: Final = 8
"""So many bytes tell what a file is, where it has as many."""


class Input:
    """Opened bytes, from the first to the last; of a regular file, as often as one likes.

    Parameters
    ----------
    name : str
        What problems call it.
    stream : BinaryIO
        Where the bytes come from.
    total : int or None
        How many there are where it is a regular file, else None.
    close : callable
        Closes it; does nothing where the stream is not ours.

    Attributes
    ----------
    head : bytes
        What comes first: at least 8 bytes, where there are as many.
    bytes_read : int
        How many bytes were taken.
    """

    def __init__(self, name: str, stream: BinaryIO, total: int | None, close: Callable[[], None]) -> None:
        self.name = name
        self.stream = stream
        self.total = total
        self.close = close
        self.bytes_read = 0
        self._read: Callable[[int], bytes | None] = getattr(stream, "read1", stream.read)
        self.head = b""
        while len(self.head) < _LEAST_HEAD and (piece := self._take(PIECE)):
            self.head += piece
        self._ahead = self.head

    def read(self, size: int) -> bytes:
        """Take what comes next: what one read gives, at most so many bytes; nothing at the end."""
        if self._ahead:
            piece, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            piece = self._take(size)
        self.bytes_read += len(piece)
        return piece

    def seek(self, offset: int) -> None:
        """Go on from there; only in a regular file."""
        self.stream.seek(offset)
        self._ahead = b""
        self.bytes_read = offset

    def progress(self) -> tuple[int, int | None]:
        """How many bytes were taken, and how many there are (None where nobody knows)."""
        return self.bytes_read, self.total

    def _take(self, size: int) -> bytes:
        try:
            return self._read(size) or b""
        except OSError as error:
            what = f"reading failed: {(error.strerror or str(error)).lower()}"
            raise refusal("unreadable", self.name, what) from None


def open_input(path: str, stdin: BinaryIO | None = None) -> Input:
    """Open a file, or standard input where the path is `-`; raises Refused."""
    if path == "-":
        stream = stdin if stdin is not None else standard_input()
        # A pipe that does not block says "nothing" for "nothing yet": facts would end before their end.
        with suppress(OSError, AttributeError, io.UnsupportedOperation):
            os.set_blocking(stream.fileno(), True)
        return Input("standard input", stream, None, lambda: None)
    try:
        # Unbuffered, so that a read of a named pipe gives what is there.
        file = Path(path).open("rb", buffering=0)  # noqa: SIM115 (who opens an input closes it)
        status = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        raise Refused([unopened(path, error)]) from None
    try:
        return Input(path, file, status.st_size if stat.S_ISREG(status.st_mode) else None, file.close)
    except BaseException:
        file.close()
        raise


def standard_input() -> BinaryIO:
    """What the program reads where the path is `-`; raises Refused."""
    if sys.stdin is None:
        raise refusal("unreadable", "standard input", "it is closed", "name a file, or pipe the facts into it")
    return sys.stdin.buffer


def unopened(path: str, error: OSError | ValueError) -> Problem:
    """What is said of a file that can't be opened."""
    match error:
        case FileNotFoundError():
            what, mend = "there is no such file", _similar(Path(path))
        case IsADirectoryError():
            what, mend = "this is a folder", "name a file in it"
        case PermissionError():
            what, mend = "this file may not be read", "ask for the right to read it"
        case OSError(errno=errno.ELOOP):
            what, mend = "this link leads back to itself", "name the file itself"
        case _:
            what, mend = f"this cannot be opened: {(getattr(error, 'strerror', None) or str(error)).lower()}", ""
    return Problem("unreadable", path, what, mend)


def _similar(path: Path) -> str:
    """Propose the file of the folder with the nearest name."""
    with suppress(OSError):
        near = nearest(path.name, (entry.name for entry in islice(os.scandir(path.parent), 1000)))
        return f"perhaps `{path.parent / near}` is meant" if near else ""
    return ""
