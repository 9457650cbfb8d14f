"""How facts lie in columns: the form of each column, which says by what SQL its cells are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal


class Form(Enum):
    """The sorts of columns that are read in columns; a cell of any other counts as one that only Python can read."""

    TEXT = auto()
    WHOLE = auto()
    REAL = auto()
    """float64"""
    SHORT_REAL = auto()
    """float32: its shortest decimal is found through its text"""
    DECIMAL = auto()
    FLAG = auto()
    DATE = auto()
    TIME = auto()
    FINE_TIME = auto()
    """a timestamp in nanoseconds"""
    NOTHING = auto()
    """no value in any row"""
    TICKS = auto()
    """values that were read already: numbers in ticks, dates in days, times in microseconds"""
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of facts, as an engine sees it; `kind` is what the engine calls its type."""

    name: str
    form: Form
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a table of facts before its rows are read.

    Parameters
    ----------
    columns : mapping of str to Form
        By the names that stand in the header.
    decimal : {".", ","}
        The decimal sign of numbers in columns of text.
    """

    columns: Mapping[str, Form] = field(default_factory=dict)
    decimal: Literal[".", ","] = "."
