"""SQL as stages: each `SELECT` adds columns that those above it may name, so that nothing is ever computed twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from gonogo.screen.sql.cells import Reading
from gonogo.screen.sql.dialect import Dialect

RAW: Final = 0
"""The stage of the facts' own columns."""


@dataclass(frozen=True, slots=True)
class Sql:
    """An expression, and the first stage whose columns it may name."""

    text: str
    stage: int = RAW
    is_name: bool = False


@dataclass(slots=True)
class Stages:
    """Collects columns stage by stage.

    Parameters
    ----------
    raw : dict of str to str
        The columns of the facts that are read: what they are called here, and the expression that gives them.
    """

    dialect: Dialect
    raw: dict[str, str] = field(default_factory=dict)
    _columns: list[dict[str, str]] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _known: dict[tuple[str, int], Sql] = field(default_factory=dict)

    def make(self, template: str, *parts: Sql) -> Sql:
        """An expression of parts, in the template's `{}`."""
        return Sql(template.format(*(part.text for part in parts)), latest(parts))

    def name(self, wish: str) -> str:
        """A name that no other column has, whatever the case of its letters."""
        name, number = wish, 1
        while name.casefold() in self._names:
            number += 1
            name = f"{wish} ({number})"
        self._names.add(name.casefold())
        return name

    def bind(self, sql: Sql, wish: str = "step") -> Sql:
        """A column for an expression, one stage up; a name stays what it is."""
        if sql.is_name:
            return sql
        known = self._known.get((sql.text, sql.stage))
        if known is not None:
            return known
        bound = self._known[sql.text, sql.stage] = self._put(sql.stage + 1, self.name(wish), sql.text)
        return bound

    def place(self, reading: Reading, draft: str, value: str) -> Sql:
        """The columns of a field that is read, under names that were taken before; the last of them."""
        if reading.draft is not None:
            self._put(1, draft, reading.draft)
        placed = self._put(2, value, reading.value)
        if not reading.nothing:
            return placed
        return self.bind(
            self.make(f"CASE WHEN {{0}} NOT IN ({', '.join(reading.nothing)}) THEN {{0}} END", placed), value
        )

    def _put(self, stage: int, name: str, text: str) -> Sql:
        """A new column of a stage."""
        while len(self._columns) < stage:
            self._columns.append({})
        self._columns[stage - 1][name] = text
        return Sql(self.dialect.named(name), stage, is_name=True)

    def select(self, last: dict[str, Sql], source: str) -> str:
        """The statement: the stages over each other, and above them all the last columns."""
        named, depth = self.dialect.named, latest(last.values())
        raw = ",\n  ".join(f"{text} AS {named(alias)}" for alias, text in self.raw.items())
        statement = f"SELECT\n  {raw}\nFROM {source}" if raw else f"SELECT 1 AS nothing FROM {source}"
        for columns in self._columns[:depth]:
            if columns:
                added = "".join(f",\n  {text} AS {named(name)}" for name, text in columns.items())
                statement = f"SELECT *{added}\nFROM (\n{statement}\n)"
        chosen = ",\n  ".join(f"{sql.text} AS {named(name)}" for name, sql in last.items())
        return f"SELECT\n  {chosen}\nFROM (\n{statement}\n)"


def latest(parts: Iterable[Sql]) -> int:
    """The latest stage that any of the parts needs."""
    return max((part.stage for part in parts), default=RAW)
