"""Reading facts in tests: what came of a path."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, BinaryIO

from gonogo.facts import FactsOptions, Row, open_facts
from gonogo.problems import Problem, Refused


class Read:
    """What reading a file gave: columns, rows, what was said, and why it was refused."""

    def __init__(
        self,
        path: Path | str,
        wanted: Collection[str] = (),
        numbers: Collection[str] = (),
        stdin: BinaryIO | None = None,
        **options: Any,
    ) -> None:
        self.path = str(path)
        self.rows: list[Row] = []
        self.columns: tuple[str, ...] | None = None
        self.refused = ""
        self.problems: list[Problem] = []
        try:
            with open_facts(
                self.path, numbers, FactsOptions(**options), self.problems.append, stdin, wanted=wanted
            ) as facts:
                self.columns = facts.columns
                self.rows.extend(facts)
                self.progress = facts.progress()
        except Refused as refused:
            self.refused = str(refused).replace(self.path if stdin is None else "standard input", "F")

    @property
    def said(self) -> list[str]:
        """The warnings and problems of rows."""
        return [str(problem).replace(self.path, "F") for problem in self.problems]

    @property
    def cells(self) -> list[dict[str, object]]:
        """The cells of all rows; nothing was refused."""
        assert not self.refused
        return [dict(row.cells) for row in self.rows]
