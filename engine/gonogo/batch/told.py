"""Rows that the scalar screen judged one by one, as a table beside those that were judged in columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gonogo.facts.naming import storable
from gonogo.screen.engine import Engine, Values
from gonogo.verdict import Verdict

AT_ONCE: Final = 10_000

COLUMNS: Final = {
    "r": "BIGINT",
    "item": "VARCHAR",
    "lot": "VARCHAR",
    "outcome": "VARCHAR",
    "class": "VARCHAR",
    "disposition": "VARCHAR",
    "findings": "VARCHAR",
    "unknown": "VARCHAR",
    "line": "VARCHAR",
}


@dataclass(slots=True)
class Told:
    """Fills a table with verdicts, each by the place of its row.

    Parameters
    ----------
    has_lines : bool
        Whether the verdicts are wanted as JSON.
    has_sides : bool
        Whether findings say on which side of limits they are.
    """

    engine: Engine
    table: str
    has_lines: bool
    has_sides: bool
    _rows: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, place: int, verdict: Verdict) -> None:
        """Add the verdict on the row at a place."""
        self._rows.append(told_row(place, verdict, has_lines=self.has_lines, has_sides=self.has_sides))
        if len(self._rows) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what has been gathered."""
        self.engine.insert(self.table, in_columns(self._rows, COLUMNS))
        self._rows.clear()


def told_row(place: int, verdict: Verdict, *, has_lines: bool, has_sides: bool) -> tuple[object, ...]:
    """The verdict on the row at a place as a row of `COLUMNS`."""
    answer = verdict.answer
    findings = ";".join(finding.name if has_sides else finding.rule for finding in answer.findings)
    line = json.dumps(verdict.as_dict(), ensure_ascii=False) if has_lines else None
    named = (verdict.item, verdict.lot, answer.outcome, answer.class_, answer.disposition)
    return (place, *map(_storable, named), _storable(findings), ";".join(answer.unknown), _storable(line))


def in_columns(rows: Sequence[Sequence[object]], kinds: Mapping[str, str]) -> dict[str, Values]:
    """Rows as columns of these names and types."""
    return {name: (kind, [row[place] for row in rows]) for place, (name, kind) in enumerate(kinds.items())}


def _storable(value: object) -> object:
    """A value as a column holds it."""
    return storable(value) if isinstance(value, str) else value
