"""Standards that extend each other, in memory: files by their paths, and what one of them finds by a name."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import dirname, join, normpath

from gonogo.problems import Problem, Refused, Source
from gonogo.standard.bases import FindBase


def beside(files: Mapping[str, str]) -> FindBase:
    """Finds each of these files by its path, as seen from the file that names it."""

    def find(named: str, path: str) -> Source:
        found = normpath(join(dirname(path), named))
        if found not in files:
            raise Refused([Problem("unreadable", named, "there is no such file")])
        return Source(found, files[found])

    return find
