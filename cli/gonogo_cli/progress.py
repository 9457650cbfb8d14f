"""A progress bar on a terminal, once work has taken half a second; nothing anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

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


def _started_bar(no_color: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]}"))
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
