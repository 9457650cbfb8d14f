"""Facts judged twice in columns: each run writes its verdicts, and they are joined by their places.

Runs give verdicts in the order of the facts, so that the two belong together row by row, and no key is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import starmap
from pathlib import Path
from typing import Any, Final

from gonogo.inspection.columnar import ColumnarInspection
from gonogo.pack import Standard
from gonogo.screen.columnar import Session, parquet_source
from gonogo.screen.sql.dialect import DUCKDB
from gonogo.tally import Summary
from gonogo.whatif.comparison import Comparison, Flipped, Judged, PriceLists
from gonogo.whatif.prices import Prices

AT_ONCE: Final = 20_000

_ANSWER: Final = ("outcome", "class", "disposition")
OUTCOMES: Final = ("conforming", "nonconforming", "indeterminate")
_DIFFERS: Final = " OR ".join(f"b.{DUCKDB.named(name)} IS DISTINCT FROM a.{DUCKDB.named(name)}" for name in _ANSWER)


class ColumnarComparison(Comparison):
    """Compares two inspections of the same facts in columns; to be used in a `with`.

    Parameters
    ----------
    before, after : Standard
        What judges them.
    inspect : callable
        Gives an inspection of the facts by a standard, with sides; one is done with when the other is asked for.
    prices : PriceLists
        What findings cost.
    """

    def __init__(
        self,
        before: Standard,
        after: Standard,
        inspect: Callable[[Standard], ColumnarInspection],
        prices: PriceLists = (None, None),
    ) -> None:
        super().__init__(before.classes, after.classes, prices)
        self._standards = before, after
        self._inspect = inspect
        self._session = Session()
        self._files = tuple(str(self._session.folder / f"{side}.parquet") for side in ("before", "after"))

    def close(self) -> None:
        """Let go of what was kept."""
        self._session.close()

    def run(self) -> None:
        """Judge all facts; raises `Refused`."""
        self.before, self.after = (
            self._judged(standard, file) for standard, file in zip(self._standards, self._files, strict=True)
        )
        if not self.before.rows:
            return
        answers = ", ".join(f"{side}.{DUCKDB.named(name)}" for side in ("b", "a") for name in _ANSWER)
        counted = self._session.run(f"SELECT {answers}, count(*) FROM {self._joined} GROUP BY ALL")
        for *told, items in counted:
            self.turned[tuple(told[:3]), tuple(told[3:])] += items
        same = f"NOT ({_DIFFERS}) AND b.findings IS DISTINCT FROM a.findings"
        self.found_otherwise = self._session.run(f"SELECT count(*) FROM {self._joined} WHERE {same}")[0][0]
        before, after = (
            Fraction(0) if prices is None else _cost(self._session, file, prices)
            for file, prices in zip(self._files, self.prices, strict=True)
        )
        self.costs = before, after

    def _judged(self, standard: Standard, file: str) -> Summary:
        with self._inspect(standard) as inspection:
            inspection.judge()
            inspection.write_parquet(file, OUTCOMES)
            return inspection.summary

    @property
    def _joined(self) -> str:
        before, after = (parquet_source(*_parts(file)) for file in self._files)
        return f"(SELECT *, row_number() OVER () AS r FROM {before}) AS b POSITIONAL JOIN (SELECT * FROM {after}) AS a"

    def flipped(self) -> Iterator[Flipped]:
        """The items that flip, in the order of the facts."""
        return self._flips("")

    def worst(self, count: int) -> list[Flipped]:
        """The first of them, the most severe first."""
        ranks = " ".join(f"WHEN {DUCKDB.string(name)} THEN {rank}" for name, rank in self._severity.items())
        before, after = (
            f"CASE {side}.{DUCKDB.named('class')} {ranks} ELSE {len(self._severity)} END" for side in ("b", "a")
        )
        weight = f"least({before}, {after}), {before} > {after}, b.r"
        return list(self._flips(f"ORDER BY {weight} LIMIT {count}")) if count else []

    def _flips(self, order: str) -> Iterator[Flipped]:
        if not self.before.rows:
            return
        columns = ", ".join(f"{side}.{DUCKDB.named(name)}" for side in ("b", "a") for name in (*_ANSWER, "findings"))
        statement = f"SELECT b.item, b.lot, {columns} FROM {self._joined} WHERE {_DIFFERS} {order}"
        for rows in self._session.pieces(statement, AT_ONCE):
            yield from starmap(_flip, rows)


def judged_in_columns(inspection: ColumnarInspection, prices: Prices | None) -> tuple[Summary, Fraction | None]:
    """What facts come to, and what the nonconformities of all items cost; raises `Refused`.

    Parameters
    ----------
    inspection : ColumnarInspection
        With sides; it has not judged yet, and is closed then.
    """
    with inspection, Session() as session:
        inspection.judge()
        if prices is None or not inspection.summary.rows:
            return inspection.summary, None if prices is None else Fraction(0)
        file = str(session.folder / "verdicts.parquet")
        inspection.write_parquet(file, OUTCOMES)
        return inspection.summary, _cost(session, file, prices)


def _cost(session: Session, file: str, prices: Prices) -> Fraction:
    statement = f"SELECT findings, count(*) FROM {parquet_source(*_parts(file))} GROUP BY ALL"
    found = Fraction(0)
    for rows in session.pieces(statement, AT_ONCE):
        found += sum((items * prices.cost(_rules(text)) for text, items in rows), Fraction(0))
    return found


def _parts(path: str) -> list[str]:
    """The files of a result, in their order: a cluster writes a folder of them."""
    return sorted(map(str, Path(path).glob("*.parquet"))) if Path(path).is_dir() else [path]


def _rules(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


def _flip(item: str, lot: str | None, *told: Any) -> Flipped:
    sides = (Judged(side[0], side[1], side[2], _rules(side[3])) for side in (told[:4], told[4:]))
    return Flipped(str(item), lot, *sides)
