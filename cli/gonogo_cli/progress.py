"""A progress bar on a terminal, once work has taken half a second; nothing anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import gonogo
from gonogo_cli.messages import is_colored

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE: Final = 0.5
PACE: Final = 0.1


def watched(inspection: gonogo.Inspection, quiet: bool, no_color: bool = False) -> Iterable[gonogo.Verdict]:
    """The verdicts of an inspection, with a bar on standard error where a person is waiting."""
    return inspection if quiet or not sys.stderr.isatty() else _with_bar(inspection, no_color)


def _with_bar(inspection: gonogo.Inspection, no_color: bool) -> Iterator[gonogo.Verdict]:
    bar: Progress | None = None
    due = time.monotonic() + PATIENCE
    try:
        for verdict in inspection:
            if time.monotonic() >= due:
                if bar is None:
                    bar = _started_bar(no_color)
                _advance(bar, inspection)
                due = time.monotonic() + PACE
            yield verdict
    finally:
        if bar is not None:
            bar.stop()


class Waiting:
    """Tells on a terminal what work that has no verdicts to show yet is at, and what share of it is done."""

    def __init__(self, quiet: bool, no_color: bool = False) -> None:
        self._is_quiet = quiet or not sys.stderr.isatty()
        self._no_color = no_color
        self._bar: Progress | None = None
        self._due = time.monotonic() + PATIENCE

    def __enter__(self) -> Self:
        """Return what is to be told."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def tell(self, doing: str, share: float | None, facts: int | None) -> None:
        """Show what is done, the share of it, and of how many facts, once it has taken half a second."""
        if self._is_quiet or time.monotonic() < self._due:
            return
        if self._bar is None:
            self._bar = _started_bar(self._no_color)
        done, total = (None, None) if share is None else (share, 1.0)
        rows = f"{round((share or 0) * facts):,} of {facts:,} facts" if facts else ""
        self._bar.update(self._bar.task_ids[0], description=doing, completed=done, total=total, rows=rows)


def _started_bar(no_color: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[rows]}"),
    )
    console = Console(stderr=True, color_system="auto" if is_colored(sys.stderr, no_color) else None)
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False)
    bar.add_task("", total=None, rows="")
    bar.start()
    return bar


def _advance(bar: Progress, inspection: gonogo.Inspection) -> None:
    path, done, total = inspection.progress()
    name = "standard input" if path == "-" else Path(path).name
    bar.update(
        bar.task_ids[0], description=name, completed=done, total=total, rows=f"{inspection.summary.rows:,} facts"
    )
