"""What one race is about: a file of facts, the standard they are judged by, and the exact answers to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

MOST_OF_A_FEW: Final = 100_000
FEW_CELLS: Final = 4_000_000

COLUMNS: Final = ("item", "lot", "outcome", "class", "disposition", "findings", "unknown")
"""What everybody writes, all text."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one process is told."""

    kind: Literal["milling", "ranges"]
    rules: int
    standard: str
    facts: str
    out: str


@dataclass(frozen=True, slots=True)
class Load:
    """One workload, and where its files lie."""

    title: str
    source: str
    kind: Literal["milling", "ranges"]
    rules: int
    rows: int
    unique: int  # the exact answers begin anew after so many rows
    standard: str
    folder: Path
    suffix: Literal[".parquet", ".csv"]

    @property
    def facts(self) -> Path:
        return self.folder / f"facts{self.suffix}"

    @property
    def exact(self) -> Path:
        return self.folder / "exact.parquet"

    @property
    def few(self) -> int:
        """As many facts as those who take them one at a time are given."""
        return min(MOST_OF_A_FEW, FEW_CELLS // self.rules, self.rows // 2)

    def first(self, rows: int) -> Path:
        """The file of the first so many facts."""
        return self.facts if rows == self.rows else self.folder / f"first-{rows}{self.suffix}"

    def job(self, rows: int, out: Path) -> Job:
        return Job(self.kind, self.rules, self.standard, str(self.first(rows)), str(out))
