"""What `gonogo whatif` and `gonogo diff` do with facts: judge them twice, one by one or in columns."""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

import gonogo
from gonogo_cli.options import Run
from gonogo_cli.progress import Waiting, watched

MOST_TOLD: Final = 100_000
"""So many messages of the first judgement are remembered, so that the second does not tell them again."""


@dataclass(slots=True)
class _ToldOnce:
    """Tells what comes up in two judgements of the same facts once."""

    run: Run
    told: set[object] = field(default_factory=set)

    def tell(self, problem: gonogo.Problem) -> None:
        if self._is_new(problem):
            self.run.messages.tell(problem)

    def tell_unusable(self, cell: gonogo.Unusable) -> None:
        if self._is_new(cell):
            self.run.messages.tell_unusable(cell)

    def _is_new(self, told: object) -> bool:
        is_new = told not in self.told
        if is_new and len(self.told) < MOST_TOLD:
            self.told.add(told)
        return is_new


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared on which facts.

    Parameters
    ----------
    before, after : Standard
        Judge them.
    prices : PriceLists
        What findings cost.
    items : frozenset of str
        Only these; empty: all.
    engine, master : str
        As of ``gonogo check``.
    """

    run: Run
    before: gonogo.Standard
    after: gonogo.Standard
    files: tuple[str, ...]
    reading: gonogo.FactsOptions
    prices: tuple[gonogo.Prices | None, gonogo.Prices | None] = (None, None)
    items: frozenset[str] = frozenset()
    engine: str = "scalar"
    master: str = "local[*]"

    @contextmanager
    def compared(self) -> Iterator[gonogo.Comparison]:
        """Judge the facts twice; raises `Refused`."""
        once = _ToldOnce(self.run)
        if self.engine == "scalar":
            with self._stdins() as stdins, self._one_by_one(once, stdins) as scalar:
                try:
                    scalar.run(lambda inspection: watched(inspection, self.run.quiet, self.run.no_color))
                finally:
                    self.run.messages.close()
                yield scalar
            return
        with Waiting(self.run.quiet, self.run.no_color) as waiting, self._in_columns(once, waiting) as columnar:
            try:
                columnar.run()
            finally:
                self.run.messages.close()
            yield columnar

    @contextmanager
    def _stdins(self) -> Iterator[tuple[BinaryIO | None, BinaryIO | None]]:
        """Standard input twice: it can't be read again, and so is kept in a file meanwhile."""
        if "-" not in self.files:
            yield None, None
            return
        with tempfile.NamedTemporaryFile(prefix="gonogo-") as held:
            shutil.copyfileobj(sys.stdin.buffer, held)
            held.flush()
            with Path(held.name).open("rb") as one, Path(held.name).open("rb") as other:
                yield one, other

    def _one_by_one(self, once: _ToldOnce, stdins: tuple[BinaryIO | None, BinaryIO | None]) -> gonogo.ScalarComparison:
        wanted = self.items.__contains__ if self.items else None
        before, after = (
            gonogo.Inspection(standard, self.files, self.reading, once.tell, once.tell_unusable, stdin, wanted)
            for standard, stdin in zip((self.before, self.after), stdins, strict=True)
        )
        return gonogo.ScalarComparison(before, after, self.prices)

    @property
    def name(self) -> str:
        """What the facts are called together."""
        return name_of(self.files)

    def take(self, add: Callable[[gonogo.Verdict], None]) -> None:
        """Judge the facts as it is, and give the verdicts to somebody; raises `Refused`."""
        once = _ToldOnce(self.run)
        wanted = self.items.__contains__ if self.items else None
        told = (self.reading, once.tell, once.tell_unusable, None, wanted)
        try:
            for verdict in watched(
                gonogo.Inspection(self.before, self.files, *told), self.run.quiet, self.run.no_color
            ):
                add(verdict)
        finally:
            self.run.messages.close()

    def swept(self, standards: Sequence[tuple[gonogo.Step, gonogo.Standard]]) -> list[gonogo.SweepPoint]:
        """Judge the facts by several standards; raises `Refused`."""
        once, prices = _ToldOnce(self.run), self.prices[1]
        try:
            if self.engine == "scalar":
                wanted = self.items.__contains__ if self.items else None
                told = (self.reading, once.tell, once.tell_unusable, None, wanted)
                inspection = gonogo.Inspection(self.before, self.files, *told)
                watch = partial(watched, quiet=self.run.quiet, no_color=self.run.no_color)
                return gonogo.swept(inspection, standards, prices, watch)
            with Waiting(self.run.quiet, self.run.no_color) as waiting:
                inspect = partial(self._inspection, once, waiting)
                return list(gonogo.swept_in_columns(standards, inspect, prices))
        finally:
            self.run.messages.close()

    def _in_columns(self, once: _ToldOnce, waiting: Waiting) -> gonogo.ColumnarComparison:
        inspect = partial(self._inspection, once, waiting)
        return gonogo.ColumnarComparison(self.before, self.after, inspect, self.prices)

    def _inspection(self, once: _ToldOnce, waiting: Waiting, standard: gonogo.Standard) -> gonogo.ColumnarInspection:
        told = (standard, self.files, self.reading, once.tell, once.tell_unusable)
        if self.engine == "spark":
            # What reaches a person is ours to say; without a handler, Spark's log would go to standard error.
            logging.getLogger().addHandler(logging.NullHandler())
            return gonogo.ClusterInspection(*told, master=self.master, has_sides=True, watch=waiting.tell)
        return gonogo.ColumnarInspection(*told, has_sides=True, watch=waiting.tell)


def name_of(facts: tuple[str, ...]) -> str:
    """What facts are called together."""
    names = ["standard input" if path == "-" else Path(path).name for path in facts]
    return names[0] if len(names) == 1 else f"{len(names)} files"
