"""Lines that wait: in memory while they are few, in a file without a name beyond."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Final

IN_MEMORY: Final = 1 << 24


def new_spool() -> IO[str]:
    """An empty one; it takes halves of characters, too."""
    return SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", errors="surrogatepass", newline="\n")


def elements(spool: IO[str]) -> Iterator[str]:
    """The lines of a spool as the elements of an array of JSON."""
    spool.seek(0)
    return joined(spool)


def joined(lines: Iterable[str]) -> Iterator[str]:
    """Lines as the elements of an array of JSON."""
    comma = "\n"
    for text in lines:
        yield comma + text.rstrip("\n")
        comma = ",\n"
    if comma != "\n":
        yield "\n"
