"""Files that are read more than once must stay as they are between the first time and the last."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gonogo.problems import Problem, Refused


class Unchanged:
    """Some files as they were when they were named; what is no regular file, such as a pipe, is read once."""

    def __init__(self) -> None:
        self._states: dict[str, tuple[int, ...]] = {}

    def watch(self, paths: Iterable[str]) -> None:
        """Take these files, and no others, as they are now."""
        self._states = {path: state for path in paths if (state := _state_of(path)) is not None}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Whatever is done in here has read the files as they were; else raises `Refused`: `changed-facts`."""
        try:
            yield
        except Exception:
            self._check()
            raise
        self._check()

    def _check(self) -> None:
        changed = [path for path, state in self._states.items() if _state_of(path) != state]
        if changed:
            what, mend = "this file was changed while it was judged", "judge it again when it stays as it is, or a copy"
            raise Refused([Problem("changed-facts", path, what, mend) for path in changed]) from None


def _state_of(path: str) -> tuple[int, ...] | None:
    """What changes with a file."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None
