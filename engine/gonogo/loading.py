"""Packs on disk → standards that judge."""

from __future__ import annotations

from pathlib import Path

from gonogo.library import read_base, read_concessions_source, read_source
from gonogo.pack import Standard
from gonogo.problems import Problems, Source
from gonogo.program.compiler import Compiled, compile_standard
from gonogo.standard.bases import FindBase
from gonogo.standard.concessions import Concession, read_concessions


def load(pack: str | Path) -> Standard:
    """Read and compile a standard.

    Parameters
    ----------
    pack : str or Path
        A pack's folder, a standard file, or the name of a pack that ships with gonogo.

    Returns
    -------
    Standard
        Ready to judge.

    Raises
    ------
    Refused
        Where it can't be read or has problems; ``.problems`` holds all of them, sorted by place.

    Examples
    --------
    >>> import gonogo
    >>> standard = gonogo.load("milling-cell")
    >>> standard.id, standard.version
    ('milling-cell', '1.0.0')
    """
    return standard_of(read_source(str(pack)), read_base, read_concessions_source(str(pack)))


def standard_of(source: Source, find_base: FindBase, concessions: Source | None = None) -> Standard:
    """The standard in a text, with the concessions in another; raises `Refused`.

    Parameters
    ----------
    find_base : callable
        Gives what it extends; see `FindBase`.
    """
    compiled = compile_standard(source, find_base)
    return Standard(compiled, () if concessions is None else _concessions(concessions, compiled))


def _concessions(source: Source, compiled: Compiled) -> tuple[Concession, ...]:
    problems = Problems()
    known = read_concessions(source, compiled.written, problems)
    problems.refuse_errors()
    return known
