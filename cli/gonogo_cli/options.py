"""What every command takes, and what it makes of it: a `Run`."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

import gonogo
from gonogo_cli.messages import Messages
from gonogo_cli.outputs import Output, paired_as_told

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Run:
    """What a command is told by the options that all commands share.

    Parameters
    ----------
    outputs : tuple of Output
        In which formats the result is wanted, and where; one, but for commands that take several.
    quiet : bool
        Say only results and errors.
    no_color : bool
        Never colour.
    exit_zero : bool
        Make exit code 1 a 0.
    """

    outputs: tuple[Output, ...]
    quiet: bool = False
    no_color: bool = False
    exit_zero: bool = False
    messages: Messages = field(default_factory=Messages)

    @property
    def format(self) -> str:
        """The format of the one result."""
        return self.outputs[0].format

    @property
    def output(self) -> str | None:
        """The file that the one result goes to; None: standard output."""
        return self.outputs[0].path

    def code(self, is_good: bool) -> int:
        """The exit code of what was done."""
        return 0 if is_good or self.exit_zero else 1


def common(
    *formats: str, can_fail: bool = False, several: bool = False, is_folder: bool = False
) -> Callable[[_Command], _Command]:
    """Give a command the shared options; it gets them as its first argument, a `Run`.

    Parameters
    ----------
    formats : str
        Those that there are, the default first.
    can_fail : bool
        Whether it may exit with 1.
    several : bool
        Whether one run may write several results; the command is then an `InOrder`.
    is_folder : bool
        Whether the result is a folder, which has to be named.
    """

    def decorate(command: _Command) -> _Command:
        @wraps(command)
        def told(form: Any, output: Any, quiet: bool, no_color: bool, exit_zero: bool = False, **rest: Any) -> Any:
            outputs = paired_as_told(form, output, formats[0]) if several else (Output(form, output),)
            run = Run(outputs, quiet, no_color, exit_zero, Messages(quiet, no_color))
            return command(run, **rest)

        shared = [
            *(_several(formats) if several else _one(formats, is_folder=is_folder)),
            click.option("--quiet", is_flag=True, help="Say only results and errors."),
            click.option("--no-color", is_flag=True, help="Never colour; NO_COLOR says the same."),
        ]
        if can_fail:
            shared.append(click.option("--exit-zero", is_flag=True, help="Exit with 0 where it would be 1."))
        for option in reversed(shared):
            told = option(told)
        return told  # type: ignore[return-value]  # decorated, it still takes and gives the same

    return decorate


def _one(formats: tuple[str, ...], *, is_folder: bool) -> list[Callable[[Any], Any]]:
    """The options of a command that writes one result."""
    choice, what = click.Choice(formats), "Format of the result."
    form = click.option("--format", "form", type=choice, default=formats[0], show_default=True, help=what)
    metavar, callback = ("DIR", _named_folder) if is_folder else ("FILE", _named_file)
    help_ = f"Write the result to this {'folder' if is_folder else 'file'}."
    path = click.Path()
    return [
        form,
        click.option("-o", "--output", metavar=metavar, type=path, required=is_folder, callback=callback, help=help_),
    ]


def _several(formats: tuple[str, ...]) -> list[Callable[[Any], Any]]:
    """Those of a command that writes several."""
    form = f"Format of the result; may be told again, each with its `-o`.  [default: {formats[0]}]"
    file = "Write the result to this file: that of the `--format` before it."
    return [
        click.option("--format", "form", type=click.Choice(formats), multiple=True, help=form),
        click.option(
            "-o", "--output", metavar="FILE", type=click.Path(), multiple=True, callback=_named_file, help=file
        ),
    ]


def _named_file(context: click.Context, _parameter: click.Parameter, told: Any) -> Any:
    if told == "" or (isinstance(told, tuple) and "" in told):
        raise click.UsageError("`--output` names no file", context)
    return told


def _named_folder(context: click.Context, _parameter: click.Parameter, path: str) -> str:
    if path in ("", "-") or "://" in path:
        raise click.UsageError(f"`--output {path}` names no folder here", context)
    return path


def complete_packs(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """A pack is one of those that ship, or a path."""
    shipped = [CompletionItem(name) for name in gonogo.shipped_packs() if name.startswith(incomplete)]
    return [*shipped, CompletionItem(incomplete, type="file")]


def complete_files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Facts are files."""
    return [CompletionItem(incomplete, type="file")]


pack_argument = click.argument("pack", metavar="PACK", shell_complete=complete_packs)
facts_argument = click.argument("facts", metavar="FACTS...", nargs=-1, required=True, shell_complete=complete_files)


def engines(command: _Command) -> _Command:
    """Give a command the options that say how facts are judged; it gets `engine`, and the cluster as `master`."""

    @wraps(command)
    def told(*args: Any, engine: str, master: str | None, **rest: Any) -> Any:
        if master is not None and engine != "spark":
            raise click.UsageError(
                "`--master` names a Spark cluster: say `--engine spark`, too", click.get_current_context()
            )
        return command(*args, engine=engine, master="local[*]" if master is None else master, **rest)

    for option in (
        click.option(
            "--master",
            metavar="URL",
            help="The Spark cluster, such as spark://host:7077; without it, Spark works on this machine.",
        ),
        click.option(
            "--engine",
            type=click.Choice(["auto", "scalar", "columnar", "spark"]),
            default="auto",
            show_default=True,
            help="How facts are judged: one by one, in columns, or on a Spark cluster; auto takes columns for large "
            "files.",
        ),
    ):
        told = option(told)
    return told  # type: ignore[return-value]  # decorated, it still takes and gives the same


def top_option(told: str) -> Callable[[_Command], _Command]:
    """Give a command the option that bounds what it shows one by one; it gets `top`."""
    return click.option("--top", metavar="N", type=click.IntRange(min=0), default=20, show_default=True, help=told)


def reading(command: _Command) -> _Command:
    """Give a command the options that say how facts are read; it gets `reading`, a `FactsOptions`."""

    @wraps(command)
    def told(
        *args: Any,
        facts_format: str | None,
        delimiter: str | None,
        decimal: Any,
        encoding: str | None,
        sheet: str | None,
        **rest: Any,
    ) -> Any:
        return command(*args, reading=gonogo.FactsOptions(facts_format, delimiter, decimal, encoding, sheet), **rest)

    for option in (
        click.option("--sheet", metavar="NAME", help="Worksheet of a workbook; else the first that is not hidden."),
        click.option("--encoding", metavar="NAME", help="Character encoding of the facts; else it is found out."),
        click.option("--decimal", type=click.Choice([".", ","]), help="Decimal sign of a CSV; else it is found out."),
        click.option(
            "--delimiter", metavar="CHAR", help="What stands between two cells of a CSV; else it is found out."
        ),
        click.option(
            "--facts-format",
            type=click.Choice(["csv", "jsonl", "json", "parquet", "arrow", "xlsx"]),
            help="Format of the facts; else it is found out.",
        ),
    ):
        told = option(told)
    return told  # type: ignore[return-value]  # decorated, it still takes and gives the same


# ------------------------------------------------------------------------------------------- what may be judged by


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day as of which facts are judged, and whether a draft may.

    Parameters
    ----------
    day : date
        The standard has to be effective on it.
    draft : bool
        Whether a standard that is a draft is tried out.
    """

    day: date
    draft: bool

    def load(self, pack: str, messages: Messages) -> gonogo.Standard:
        """A standard that may be judged by, its warnings told; raises `gonogo.Refused`."""
        standard = gonogo.load(pack).as_of(self.day, draft=self.draft)
        for warning in standard.warnings:
            messages.tell(warning)
        return standard


def today() -> date:
    """What the calendar on the wall says."""
    return datetime.now().astimezone().date()


def _day(context: click.Context, _parameter: click.Parameter, told: str | None) -> date:
    if told is None:
        return today()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", told, re.ASCII):
        with suppress(ValueError):
            return date.fromisoformat(told)
    raise click.UsageError(f"`{told}` is not a date: write it as 2026-01-31", context)


def conceded(command: _Command) -> _Command:
    """Give a command the option that says which concessions count; it gets `day`."""
    told = "Count the concessions that are in force on this day, such as 2026-01-31.  [default: today]"
    return click.option("--as-of", "day", metavar="DATE", callback=_day, help=told)(command)


def effective(command: _Command) -> _Command:
    """Give a command the options that say what may be judged by; it gets `as_of`, an `AsOf`."""

    @wraps(command)
    def told(*args: Any, as_of: date, draft: bool, **rest: Any) -> Any:
        return command(*args, as_of=AsOf(as_of, draft), **rest)

    for option in (
        click.option("--draft", is_flag=True, help="Judge by a standard that is a draft, too."),
        click.option(
            "--as-of",
            metavar="DATE",
            callback=_day,
            help="Judge by what is effective on this day, such as 2026-01-31.  [default: today]",
        ),
    ):
        told = option(told)
    return told  # type: ignore[return-value]  # decorated, it still takes and gives the same
