"""`causes.yaml` of a pack → `CauseGraph`, with all its problems at once."""

from __future__ import annotations

from pathlib import Path

from gonogo.causes.conditions import FactReader
from gonogo.causes.graph import check_graph, graph_of
from gonogo.causes.pack import CauseGraph
from gonogo.library import find_standard, read_causes_source
from gonogo.loading import load
from gonogo.pack import Standard
from gonogo.problems import Problem, Problems, Refused, Source
from gonogo.standard.causes.document import read_causes


def load_causes(pack: str | Path, standard: Standard | None = None) -> CauseGraph:
    """Read and check the `causes.yaml` of a pack.

    Parameters
    ----------
    pack : str or Path
        A pack's folder, a standard file, or the name of a pack that ships with gonogo.
    standard : Standard, optional
        The pack's standard, where it is loaded already.

    Returns
    -------
    CauseGraph
        Ready to trace.

    Raises
    ------
    Refused
        Where there is none, or it has problems; ``.problems`` holds all of them, sorted by place.

    Examples
    --------
    >>> import gonogo
    >>> causes = gonogo.load_causes("milling-cell")
    >>> "worn-tool" in causes.graph
    True
    """
    found = find_causes(pack, standard)
    if found is None:
        folder = str(find_standard(str(pack)).parent)
        what, mend = "this pack has no `causes.yaml`, and its findings can't be traced", "write one beside its standard"
        raise Refused([Problem("no-causes", folder, what, mend)])
    return found


def find_causes(pack: str | Path, standard: Standard | None = None) -> CauseGraph | None:
    """The same; None where the pack has no `causes.yaml`."""
    source = read_causes_source(str(pack))
    if source is None:
        return None
    return causes_of(source, load(pack) if standard is None else standard)


def causes_of(source: Source, standard: Standard) -> CauseGraph:
    """The cause-effect graph in a text; raises `Refused`."""
    problems = Problems()
    written = read_causes(source, standard.compiled.written, problems)
    if written is None:
        raise Refused(problems.found)
    graph = graph_of(written)
    check_graph(graph, written, problems)
    facts = FactReader.of(written, standard.compiled.written, problems)
    problems.refuse_errors()
    return CauseGraph(written, graph, facts, standard, problems.found)
