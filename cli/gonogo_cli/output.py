"""Where results go: standard output, or a file that is there as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TextIO

import gonogo

MARK: Final = "_gonogo"
"""The file that tells a folder of verdicts from others."""


def refuse_overwriting(
    output: str | None, facts: Iterable[str] = (), packs: Iterable[str] = (), *, option: str = "-o"
) -> None:
    """Refuse to write a result over what it is made from: facts, also from a redirected input, or a standard.

    Parameters
    ----------
    output : str or None
        What the result is to be written to.
    facts, packs : iterable of str
        As they stand on the command line.
    option : str, optional
        By which another place is named.
    """
    if output is None or output == "-":
        return
    for source in (*facts, *(file for pack in packs for file in _files_of(pack))):
        if is_same_file(output, source):
            name = "standard input" if source == "-" else source
            kind = "file" if option == "-o" else "folder"
            what, mend = (
                f"the result would overwrite `{name}`, which it is made from",
                f"name another {kind} with `{option}`",
            )
            raise gonogo.Refused([gonogo.Problem("output-is-input", output, what, mend)])


def _files_of(pack: str) -> Iterator[str]:
    """The files of a pack: its standard and those that it extends, and what of YAML or specs lies in its folder."""
    path = Path(pack)
    path = path if path.exists() else gonogo.shipped_packs().get(pack, path)
    yield from gonogo.standard_files(pack)
    if not path.is_dir():
        yield str(path)
        return
    yield str(path / "standard.yaml")
    for folder, _, names in os.walk(path):
        yield from (str(Path(folder, name)) for name in names if name.endswith((".yaml", ".yml", ".feature")))


def is_same_file(output: str, source: str) -> bool:
    """Whether two paths lead to one file, be it that it is not there yet; devices and pipes may be both.

    Of a folder the same is said where it is, holds, or lies in the other.
    """
    if "://" in output or "://" in source:
        one, other = output.rstrip("/") + "/", source.rstrip("/") + "/"
        return one.startswith(other) or other.startswith(one)
    try:
        written = Path(output).stat()
        read = os.fstat(sys.stdin.fileno()) if source == "-" else Path(source).stat()
        if stat.S_ISDIR(written.st_mode) or stat.S_ISDIR(read.st_mode):
            return _is_inside(output, source)
        return stat.S_ISREG(written.st_mode) and os.path.samestat(written, read)
    except (OSError, ValueError, AttributeError):
        return source != "-" and os.path.realpath(output) == os.path.realpath(source)


def _is_inside(output: str, source: str) -> bool:
    """Whether one of two paths holds the other, the output being a folder, or they are the same."""
    one, other = Path(os.path.realpath(output)), Path(os.path.realpath(source))
    return one == other or (one.is_dir() and (one in other.parents or other in one.parents))


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
    with beside(path) as part, part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
        yield stream


@contextmanager
def beside(path: str) -> Iterator[Path]:
    """A file beside the place of a result, which takes that place at the end, or is gone; see `open_output`."""
    target = Path(path).resolve()
    with _telling(path):
        if target.exists() and not target.is_file():
            raise IsADirectoryError(None, "this is no file" if not target.is_dir() else "this is a folder")
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:50]}.", suffix=".part", dir=target.parent)
        os.close(handle)
    try:
        yield Path(name)
        with _telling(path):
            Path(name).chmod(_mode(target))
            Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def append_text(path: str, text: str) -> None:
    """Append to a file that others write to, as well; raises `Refused` where that can't be done."""
    with _telling(path), Path(path).open("a", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(text)


@contextmanager
def folder_beside(
    path: str, what: str = "result of a cluster", names: Collection[str] = (), *, option: str = "-o"
) -> Iterator[Path | str]:
    """The same of a folder, which a cluster writes, or a command; what has a scheme, `s3a://`, is left to Spark.

    Only a folder that gonogo has written before is replaced: it has its mark in it.

    Parameters
    ----------
    what : str
        What the folder is; nothing else is replaced by it.
    names : collection of str, optional
        All that may be in a folder that is replaced; without it, anything may.
    option : str, optional
        By which another folder is named.
    """
    if "://" in path:
        yield path
        return
    target = Path(path).resolve()
    refuse_replacing(path, what, names, option=option)
    part = target.with_name(f".{target.name[:50]}.{os.getpid()}.part")
    try:
        with _telling(path):
            part.mkdir(parents=True)
        yield part
        with _telling(path):
            for sum_of_bytes in part.glob(".*.crc"):  # other readers take them for data
                sum_of_bytes.unlink()
            (part / MARK).write_text(f"{what}\n", "utf-8")
            _replace(target, part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def refuse_replacing(path: str, what: str, names: Collection[str], *, option: str = "-o") -> None:
    """Refuse to replace what gonogo has not written, or what somebody else has put beside it; see `folder_beside`."""
    target = Path(path).resolve()
    with _telling(path):
        if not target.exists() or (target.is_dir() and not any(target.iterdir())):
            return
        mark = target / MARK
        is_ours = mark.is_file() and mark.read_text("utf-8", "replace").strip() == what
        others = {file.name for file in target.iterdir()} - {*names, MARK} if is_ours and names else set()
    if is_ours and not others:
        return
    mend = f"name another folder with `{option}`, or remove it"
    told = f"this holds `{min(others)}`, which gonogo did not write" if others else f"this is there, and no {what}"
    raise gonogo.Refused([gonogo.Problem("already-there", path, told, mend)])


def _replace(target: Path, part: Path) -> None:
    """Put a folder in the place of another, which comes back if that fails."""
    old = target.with_name(f"{part.name}.old")
    if not target.exists():
        part.replace(target)
        return
    target.replace(old)
    try:
        part.replace(target)
    except BaseException:
        old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


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
