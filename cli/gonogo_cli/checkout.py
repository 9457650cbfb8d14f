"""Where a file stands in a checkout: what other programs call it by, whatever folder gonogo was started in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

STANDARD_INPUT = "standard input"
"""What the engine calls facts that come through a pipe."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """The folder that paths are told from.

    Parameters
    ----------
    root : str
        The root of the git checkout that one is in; else the folder that one is in.
    is_git : bool
        Whether it is such a checkout.
    """

    root: str
    is_git: bool

    @classmethod
    def here(cls) -> Checkout:
        """The checkout that one is in."""
        here = Path.cwd()
        root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), None)
        return cls(str(root or here), root is not None)

    def inside(self, path: str) -> str | None:
        """A path as it is told from the root, with slashes; None where it leads elsewhere, or is no path."""
        return _inside(self.root, path)


@lru_cache(maxsize=1000)
def _inside(root: str, path: str) -> str | None:
    if path == STANDARD_INPUT or "://" in path:
        return None
    whole = os.path.normpath(Path.cwd() / path)
    prefix = root.rstrip(os.sep) + os.sep
    return Path(whole[len(prefix) :]).as_posix() if whole.startswith(prefix) else None


def split_place(place: str) -> tuple[str, int, int]:
    """Path, line and column of `path:line:column`; 0 for what is not told."""
    path, *numbers = _cut_numbers(place)
    line, column = (*numbers, 0, 0)[:2]
    return str(path), int(line), int(column)


def _cut_numbers(place: str) -> Iterator[str | int]:
    head, colon, last = place.rpartition(":")
    if not (colon and last.isascii() and last.isdecimal()):
        yield place
        return
    before, colon, line = head.rpartition(":")
    if colon and line.isascii() and line.isdecimal():
        yield from (before, int(line), int(last))
    else:
        yield from (head, int(last))
