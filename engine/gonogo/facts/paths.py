"""What is named → files: folders and patterns are expanded, and whatever names nothing is told, all at once."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from glob import glob
from pathlib import Path

from gonogo.facts.formats import ENDINGS, PACKED, is_read
from gonogo.facts.input import unopened
from gonogo.facts.unusable import shown
from gonogo.problems import Problem, Refused


def expand_paths(paths: Sequence[str]) -> tuple[str, ...]:
    """Expand folders and patterns into the files of facts that they stand for.

    Parameters
    ----------
    paths : sequence of str
        Files, which stay as they are, as does ``-``; folders, which stand for all files in and below them whose
        ending is that of facts, but those whose name, or whose folder's, begins with ``.`` or ``_``; and patterns
        with ``*``, ``?`` or ``[…]``, where ``**`` stands for any folders.

    Returns
    -------
    tuple of str
        The files, those of one folder or pattern sorted.

    Raises
    ------
    Refused
        Where a path names nothing; no file has been opened then, for a pipe can be opened only once.
    """
    files: list[str] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            files.extend(_expand(path))
        except (OSError, ValueError) as error:
            problems.append(unopened(path, error))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return tuple(files)


def _expand(path: str) -> list[str]:
    if path == "-":
        return [path]
    try:
        is_folder = stat.S_ISDIR(Path(path).stat().st_mode)
    except OSError:
        if not any(mark in path for mark in "*?["):
            raise
        return _matches(path)
    if not is_folder:
        return [path]
    files = sorted(_files_below(path))
    if not files:
        endings = ", ".join(f"`{ending}`" for ending in ENDINGS)
        what = "there are no facts in this folder"
        mend = f"the names of facts end with {endings}; text may be packed, {' or '.join(map(_quoted, PACKED))}"
        raise Refused([Problem("unreadable", path, what, mend)])
    return files


def _matches(pattern: str) -> list[str]:
    """The files of a pattern; a folder that it matches stands for those in it."""
    found: set[str] = set()
    for path in glob(pattern, recursive=True):  # noqa: PTH207 (`Path` takes no patterns that begin at the root)
        if Path(path).is_dir():
            found.update(_files_below(path))
        else:
            found.add(path)
    if not found:
        what = f"no facts match the pattern `{shown(pattern)}`"
        raise Refused([Problem("unreadable", pattern, what)])
    return sorted(found)


def _files_below(folder: str) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        # INVARIANT: a folder that can't be looked into may hold facts, and facts are never left out in silence.
        raise Refused([unopened(str(error.filename or folder), error)])

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if _is_shown(name)]
        yield from (str(Path(place) / name) for name in names if _is_shown(name) and is_read(name))


def _is_shown(name: str) -> bool:
    return not name.startswith((".", "_"))


def _quoted(ending: str) -> str:
    return f"`{ending}`"
