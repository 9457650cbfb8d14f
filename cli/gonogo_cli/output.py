"""Where results go: standard output, or a file that is there as a whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import gonogo


@contextmanager
def open_output(path: str | None) -> Iterator[TextIO]:
    """Open what a result is written to.

    INVARIANT: a file is written beside its place and renamed at the end; whatever goes wrong, an interrupt too,
    leaves the file that was there before, and nothing else.
    """
    if path is None or path == "-":
        yield sys.stdout
        return
    target = Path(path).resolve()
    if target.exists() and not target.is_file():  # a device or a named pipe takes what it is given
        with _telling(path), target.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            yield stream
        return
    with _telling(path):
        handle, beside = tempfile.mkstemp(prefix=f".{target.name[:50]}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            yield stream
        with _telling(path):
            Path(beside).chmod(_mode(target))
            Path(beside).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise


def is_streamed(stream: TextIO) -> bool:
    """Whether somebody may be waiting for each line: a pipe or a terminal, not a file."""
    try:
        return not stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


@contextmanager
def _telling(path: str) -> Iterator[None]:
    """A file that can't be written is the user's to know."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        what = f"this can't be written: {(error.strerror or str(error)).lower()}"
        raise gonogo.Refused([gonogo.Problem("unwritable", path, what)]) from None


def _mode(target: Path) -> int:
    """The rights that the file has, or that a new one gets."""
    with suppress(OSError):
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
