"""Files as they stand in a git repository, at any revision (the only user of git).

What is read is read from git's objects, by its plumbing: no work tree is touched, and none is needed, so that clones,
worktrees and bare repositories are alike; only `tree_state` tells how a work tree lies. INVARIANT: what is named is an
argument and never an option, and of a file no more is read than a standard may hold.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from gonogo.problems import Problem, Refused, Source

GIT: Final = "git"
HOOKS: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
"""By these git tells hooks what repository they are called for."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit, or any other object that holds files, and a path in it.

    Parameters
    ----------
    name : str
        As it was told: ``HEAD~3``.
    path : str
        From the top of the repository.
    """

    name: str
    path: str

    def __str__(self) -> str:
        return f"{self.name}:{self.path}"

    def at(self, path: str) -> Revision:
        """Another path of the same revision."""
        return Revision(self.name, path)

    def kind(self) -> str | None:
        """``blob`` for a file, ``tree`` for a folder; None where there is nothing."""
        found = _git("cat-file", "-t", str(self))
        return found.stdout.decode().strip() if found.returncode == 0 else None

    def read(self, largest: int) -> Source:
        """The text of a file; raises `Refused` where it can't be read as UTF-8, or is larger than that, in bytes."""
        size = _git("cat-file", "-s", str(self))
        if size.returncode != 0:
            self.refuse(_reason(size.stderr))
        if int(size.stdout) > largest:
            what = f"this file has more than {largest:,} bytes, too many for a standard"
            raise Refused([Problem("too-large", str(self), what, "split the standard")])
        content = _git("cat-file", "blob", str(self))
        if content.returncode != 0:
            self.refuse(_reason(content.stderr))
        try:
            return Source(str(self), content.stdout.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise Refused([Problem("bad-yaml", str(self), "this file is not UTF-8", "save it as UTF-8 text")]) from None

    def refuse(self, what: str, mend: str = "") -> NoReturn:
        """Refuse what can't be read."""
        raise Refused([Problem("unreadable", str(self), what, mend)])


@dataclass(frozen=True, slots=True)
class TreeState:
    """What git says of a folder as it lies there.

    Parameters
    ----------
    commit : str or None
        The commit that is checked out; None where there is none.
    changed : tuple of str
        Files that are otherwise than in it, or not in it, from the top of the repository.
    reason : str
        Why there is no commit; empty where there is one.
    """

    commit: str | None
    changed: tuple[str, ...] = ()
    reason: str = ""

    @property
    def is_dirty(self) -> bool:
        """Whether anything is otherwise than in the commit."""
        return bool(self.changed)


def tree_state(folder: str, files: Sequence[str] = (), apart: str | None = None) -> TreeState:
    """The commit that a folder stands in, and what in it is otherwise.

    Parameters
    ----------
    folder : str
        The folder.
    files : sequence of str, optional
        Further files that matter; those outside of the repository count as not in it.
    apart : str, optional
        A folder that does not matter.
    """
    try:
        top = _in(folder, "rev-parse", "--show-toplevel")
        head = _in(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except Refused:
        return TreeState(None, (), "git is not installed, or can't be called")
    if top.returncode != 0:
        return TreeState(None, (), _reason(top.stderr))
    if head.returncode != 0:
        return TreeState(None, (), "nothing is committed yet")
    root = os.path.realpath(os.fsdecode(top.stdout).rstrip("\n"))
    wanted = {os.path.relpath(os.path.realpath(path), root) for path in (folder, *files)}
    outside = {path for path in wanted if path.startswith("..")}
    inside = [f":(top,literal){path}" for path in sorted(wanted - outside)]
    asked = _in(folder, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", *inside)
    known = _in(folder, "ls-files", "-z", "--full-name", "--", *inside)
    if asked.returncode or known.returncode:
        return TreeState(None, (), _reason(asked.stderr or known.stderr))
    tracked = set(os.fsdecode(known.stdout).split("\0"))
    changed = {entry[3:] for entry in os.fsdecode(asked.stdout).split("\0") if entry}
    changed |= {path for path in wanted - outside if Path(root, path).is_file() and path not in tracked}
    left = os.path.relpath(os.path.realpath(apart), root) if apart is not None else None
    changed = {path for path in changed if left is None or not f"{path}/".startswith(f"{left}/")}
    changed |= {Path(path).name for path in outside}
    return TreeState(head.stdout.decode().strip(), tuple(sorted(changed)))


def _in(folder: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Ask git in a folder, whatever its settings would have it run, and whatever repository a hook is called for."""
    return _git("-C", folder, "-c", "core.fsmonitor=false", *arguments, without=HOOKS)


def revision_of(told: str) -> Revision | None:
    """What ``REV:PATH`` names; None where it is not written like that.

    Raises
    ------
    Refused
        Where there is no git, no repository here, or no such revision.
    """
    name, colon, path = told.partition(":")
    if not colon or not name or name.startswith("-") or "\0" in told:
        return None
    if path.startswith(("./", "../")) or path in (".", ".."):
        top = _git("rev-parse", "--show-prefix")
        path = posixpath.join(top.stdout.decode(errors="replace").strip(), path)
    path = posixpath.normpath(path) if path else ""
    found = Revision(name, "" if path == "." else path)
    if path.startswith(".."):
        found.refuse("this path leads out of the repository", "name it from the top of the repository")
    known = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{tree}}")
    if known.returncode != 0:
        here = _git("rev-parse", "--git-dir")
        if here.returncode != 0:
            found.refuse(_reason(here.stderr), "call gonogo from inside of the repository")
        found.refuse(f"there is no revision `{name}`", "name a commit, a branch or a tag; `git log` shows commits")
    return found


def _git(*arguments: str, without: Collection[str] = ()) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in without}
    environment = {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        return subprocess.run([GIT, *arguments], capture_output=True, check=False, env=environment)
    except OSError:
        mend = "install git, or name folders and files"
        raise Refused([Problem("no-git", arguments[-1], "git is not installed, or can't be called", mend)]) from None


def _reason(stderr: bytes) -> str:
    if b"not a git repository" in stderr:
        return "this is no git repository"
    lines = stderr.decode(errors="replace").strip().splitlines()
    text = lines[0].removeprefix("fatal: ") if lines else "git can't read it"
    return text[:1].lower() + text[1:200]
