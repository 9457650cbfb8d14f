"""Cause-effect graphs beside a small standard of bores."""

from __future__ import annotations

from gonogo.causes.loading import causes_of
from gonogo.causes.pack import CauseGraph
from gonogo.pack import Standard
from gonogo.problems import Source
from gonogo.program.compiler import compile_standard
from test_problems import BORES


def bores() -> Standard:
    """The standard."""
    return Standard(compile_standard(Source("bores.yaml", BORES)))


def graph_of_text(text: str) -> CauseGraph:
    """The graph of a `causes.yaml`."""
    return causes_of(Source("causes.yaml", text), bores())
