"""Where standards lie: packs on disk, those that ship with gonogo, and what a standard extends."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from gonogo.problems import Problem, Problems, Refused, Source, nearest
from gonogo.standard.bases import documents
from gonogo.standard.document import read_top
from gonogo.standard.reader import LARGEST_DOCUMENT
from gonogo.standard.sections import Reading

STANDARD_FILE: Final = "standard.yaml"
CONCESSIONS_FILE: Final = "concessions.yaml"
CAUSES_FILE: Final = "causes.yaml"
LARGEST_FILE: Final = 4 * LARGEST_DOCUMENT
"""In bytes: no character takes more than four."""


def shipped_packs() -> dict[str, Path]:
    """The packs that ship with gonogo, by name; in a checkout they are those under ``rules/``."""
    here = Path(__file__).resolve().parent
    for folder in (here / "rules", here.parents[1] / "rules"):
        if folder.is_dir():
            return {pack.name: pack for pack in sorted(folder.iterdir()) if (pack / STANDARD_FILE).is_file()}
    return {}


def find_standard(pack: str) -> Path:
    """The standard file of a pack, named by its folder, its file, what stands beside it, or the name of one that ships.

    Raises
    ------
    Refused
        Where there is none; the problem names the nearest that there is.
    """
    path = Path(pack)
    if path.is_dir():
        if (path / STANDARD_FILE).is_file():
            return path / STANDARD_FILE
        mend = "`gonogo init DIR` writes a pack"
        raise Refused([Problem("unreadable", pack, f"this folder has no `{STANDARD_FILE}`", mend)])
    if path.name in (CONCESSIONS_FILE, CAUSES_FILE) and path.with_name(STANDARD_FILE).is_file():
        return path.with_name(STANDARD_FILE)
    if path.is_file():
        return path
    shipped = shipped_packs()
    if pack in shipped:
        return shipped[pack] / STANDARD_FILE
    near = nearest(path.name, [*shipped, *_neighbours(path)])
    mend = f"did you mean `{near}`?" if near else f"name a folder, a file, or one of {', '.join(shipped)}"
    raise Refused([Problem("unreadable", pack, "there is no such pack", mend)])


def _neighbours(path: Path) -> list[str]:
    try:
        return [str(path.with_name(other.name)) for other in path.parent.iterdir()]
    except OSError:
        return []


def read_source(pack: str) -> Source:
    """The text of a pack's standard; raises `Refused` where it can't be read as UTF-8."""
    return _read(find_standard(pack))


def read_concessions_source(pack: str) -> Source | None:
    """The text of a pack's concessions, which stand beside its standard; None where it has none."""
    return _read_beside(pack, CONCESSIONS_FILE)


def read_causes_source(pack: str) -> Source | None:
    """The text of a pack's cause-effect graph, likewise."""
    return _read_beside(pack, CAUSES_FILE)


def _read_beside(pack: str, name: str) -> Source | None:
    path = find_standard(pack)
    beside = path.with_name(name)
    return _read(beside) if path.name == STANDARD_FILE and beside.exists() else None


def _read(path: Path) -> Source:
    try:
        with path.open("rb") as file:  # a file too large to be a standard is not read to its end to learn that
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            what = f"this file has more than {LARGEST_FILE:,} bytes, too many for a standard"
            raise Refused([Problem("too-large", str(path), what, "split the standard")])
        return Source(str(path), content.decode("utf-8-sig"))
    except OSError as error:
        what = f"this file can't be read: {(error.strerror or 'no reason given').lower()}"
        raise Refused([Problem("unreadable", str(path), what)]) from None
    except UnicodeDecodeError:
        raise Refused([Problem("bad-yaml", str(path), "this file is not UTF-8", "save it as UTF-8 text")]) from None


# ------------------------------------------------------------------------------------------------- what is extended


def read_base(named: str, path: str) -> Source:
    """What the standard at a path extends by a name: a file or folder as seen from there, or a pack that ships.

    INVARIANT: nothing but a file of this file system is read, and of it no more than a standard may hold.
    """
    if "://" in named:
        mend = "keep a copy beside this standard, and name that"
        raise Refused([Problem("unreadable", named, "only a file or folder can be extended", mend)])
    if PurePosixPath(named).is_absolute() or PureWindowsPath(named).drive:
        what, mend = "this path is not seen from here", "write it relative to this file, as in `../base/standard.yaml`"
        raise Refused([Problem("unreadable", named, what, mend)])
    beside, shipped = Path(path).parent / named, shipped_packs()
    try:
        if not beside.exists() and named in shipped:
            return _read(shipped[named] / STANDARD_FILE)
        file = beside / STANDARD_FILE if beside.is_dir() else beside
        if file.is_file():
            return _read(_tidied(file))
        is_folder = beside.is_dir()
    except (OSError, ValueError):  # no name that a file could have
        is_folder = False
    what = f"this folder has no `{STANDARD_FILE}`" if is_folder else "there is no such file"
    raise Refused([Problem("unreadable", named, what, "" if is_folder else _meant(named, beside, shipped))])


def _meant(named: str, beside: Path, shipped: Iterable[str]) -> str:
    """What else could have been meant, as it would be written in the same place."""
    if "\\" in named:
        return "separate folders by `/`"
    before, slash, _ = named.rpartition("/")
    names = [Path(other).name for other in _neighbours(beside)]
    near = nearest(named, [*shipped, *(f"{before}{slash}{name}" for name in names)])
    return f"did you mean `{near}`?" if near else "name a file or folder as seen from this file, or a pack that ships"


def _tidied(path: Path) -> Path:
    """A path without `..`, where that leads to the same file: behind a linked folder it may not."""
    short = Path(os.path.normpath(path))
    return short if short.exists() and short.samefile(path) else path


def standard_files(pack: str | Path) -> tuple[str, ...]:
    """The files that a standard is read from: its own, and those of the standards that it extends.

    Parameters
    ----------
    pack : str or Path
        A pack's folder, a standard file, or the name of a pack that ships with gonogo.

    Returns
    -------
    tuple of str
        As far as they can be read; where the standard itself can't be, none.

    Examples
    --------
    >>> import gonogo
    >>> [path.endswith("standard.yaml") for path in gonogo.standard_files("milling-cell")]
    [True]
    """
    found: list[str] = []
    with suppress(Refused):
        reading, source = Reading(Problems()), read_source(str(pack))
        for document in documents(reading, source, read_base, partial(read_top, reading)):
            found.append(document.source.path)
    return tuple(found)
