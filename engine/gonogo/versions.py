"""Versions of a standard: a pack as it stands on disk, or as it stood at a revision of a git repository."""

from __future__ import annotations

import posixpath
from pathlib import Path

from gonogo.library import CONCESSIONS_FILE, LARGEST_FILE, STANDARD_FILE, read_base, shipped_packs
from gonogo.loading import load, standard_of
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused, Source
from gonogo.repository import Revision, revision_of
from gonogo.standard.bases import FindBase


def load_version(told: str) -> Standard:
    """Read and compile a standard, from disk or from a git repository.

    Parameters
    ----------
    told : str
        A pack's folder, a standard file, or the name of a pack that ships with gonogo; or ``REV:PATH``: a folder or
        file of the repository that one is in, as it was at a commit, a branch or a tag, such as
        ``HEAD~3:rules/turned-shaft``.

    Returns
    -------
    Standard
        Ready to judge. What it extends is that of the same revision.

    Raises
    ------
    Refused
        Where it can't be read or has problems.

    Examples
    --------
    >>> import gonogo
    >>> gonogo.load_version("milling-cell").version
    '1.0.0'
    """
    if Path(told).exists() or told in shipped_packs():
        return load(told)
    revision = revision_of(told)
    if revision is None:
        return load(told)  # which says what is wrong with it
    file = _file_of(revision)
    concessions = file.at(posixpath.join(posixpath.dirname(file.path), CONCESSIONS_FILE))
    has_them = posixpath.basename(file.path) == STANDARD_FILE and concessions.kind() == "blob"
    source = concessions.read(LARGEST_FILE) if has_them else None
    return standard_of(file.read(LARGEST_FILE), _base_finder(revision), source)


def _file_of(revision: Revision) -> Revision:
    """The file of a standard: the one that is named, or that of a folder."""
    kind = revision.kind()
    if kind == "blob":
        return revision
    if kind is None:
        revision.refuse("there was nothing of that path", "name a folder or a file of that revision")
    file = revision.at(posixpath.join(revision.path, STANDARD_FILE))
    if file.kind() != "blob":
        revision.refuse(f"this folder had no `{STANDARD_FILE}`")
    return file


def _base_finder(revision: Revision) -> FindBase:
    """Finds what a standard extends, in the same revision; or a pack that ships."""

    def find(named: str, path: str) -> Source:
        own = path.removeprefix(f"{revision.name}:")
        if own == path:  # a pack that ships extends what lies beside it
            return read_base(named, path)
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(own), named))
        found = revision.at(beside)
        is_inside = not beside.startswith("..") and not posixpath.isabs(named)
        kind = found.kind() if is_inside else None
        if kind is None and named in shipped_packs():
            return read_base(named, str(Path.cwd() / STANDARD_FILE))
        if kind is None:
            raise Refused([Problem("unreadable", named, f"there was no such file at `{revision.name}`")])
        return _file_of(found).read(LARGEST_FILE)

    return find
