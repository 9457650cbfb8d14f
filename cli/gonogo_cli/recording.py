"""What is recorded of a run, and where: the options of `--record`, and the record itself."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

import click

import gonogo
from gonogo_cli.options import Run
from gonogo_cli.output import refuse_overwriting
from gonogo_cli.progress import Waiting

_Command = TypeVar("_Command", bound=Callable[..., Any])


def recording(*, has_file: bool = True) -> Callable[[_Command], _Command]:
    """Give a command the options that say who records, and why; it gets `by`, `reason`, and `record` where wanted."""

    def decorate(command: _Command) -> _Command:
        @wraps(command)
        def told(*args: Any, by: str | None, reason: str, **rest: Any) -> Any:
            return command(*args, by=by or _user(), reason=reason, **rest)

        options = [
            click.option("--by", metavar="NAME", help="Who records it.  [default: the user of this machine]"),
            click.option("--reason", metavar="TEXT", default="", help="Why it is recorded."),
        ]
        if has_file:
            options.insert(
                0, click.option("--record", metavar="LEDGER", type=click.Path(), help="Record it in this ledger.")
            )
        for option in reversed(options):
            told = option(told)
        return told  # type: ignore[return-value]  # decorated, it still takes and gives the same

    return decorate


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a number
        return "unknown"


def opened_ledger(record: str | None, outputs: Sequence[str | None]) -> gonogo.Ledger | None:
    """The ledger that is recorded in, before anything is done; raises `Refused` where it can't be written."""
    if record is None:
        return None
    for output in outputs:
        refuse_overwriting(output, [record])
    return gonogo.Ledger(record, create=True)


def write_record(
    run: Run,
    book: gonogo.Ledger,
    standard: gonogo.Standard,
    files: Sequence[str],
    reading: gonogo.FactsOptions,
    day: date,
    by: str,
    reason: str,
) -> gonogo.Record:
    """Judge facts for the record, and write it; raises `Refused`, and then nothing was written."""
    with Waiting(run.quiet, run.no_color) as waiting:
        content = gonogo.judgement(standard, files, reading, day, waiting.tell)
    return book.append("check", content, by, reason, now())


def write_specs(book: gonogo.Ledger, content: Mapping[str, object], by: str, reason: str) -> gonogo.Record:
    """Write what came of specs; raises `Refused`."""
    return book.append("spec", content, by, reason, now())


def clock() -> datetime:
    """The time, with its zone."""
    return datetime.now().astimezone()


def now() -> str:
    """The time, with its zone, as it is recorded."""
    return clock().isoformat(timespec="seconds")
