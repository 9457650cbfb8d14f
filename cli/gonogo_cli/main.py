"""The console script: whatever happens inside ends in an exit code and, at most, one line.

It imports next to nothing itself, so that an interrupt finds it ready from the first moment.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import gonogo

USAGE, INTERRUPTED, TERMINATED, BROKEN_PIPE = 2, 130, 143, 141


class Terminated(BaseException):
    """Somebody asked this process to end; what is under way is cleaned up on the way out."""


def main() -> NoReturn:
    """Run the command line, as the console script does."""
    _replace_closed()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code: 0 all conforming, 1 not all, 2 refused.

    Parameters
    ----------
    arguments : sequence of str
        What stands behind ``gonogo``.
    """
    _speak_utf8()
    try:
        with _endable():
            code = _invoke(arguments)
            sys.stdout.flush()
            return code
    except KeyboardInterrupt:
        _say("gonogo: interrupted")
        return INTERRUPTED
    except Terminated:
        _say("gonogo: terminated")
        return TERMINATED
    except BrokenPipeError:
        _silence(sys.stdout)
        return BROKEN_PIPE
    except gonogo.Refused as refused:
        _say_all(refused.problems, "--no-color" in arguments)
        return USAGE
    except OSError as error:  # what is read is told by the engine: this was written
        why = "standard output is closed" if error.errno == errno.EBADF else (error.strerror or str(error)).lower()
        _say(f"gonogo: the result can't be written: {why} [unwritable]")
        _silence(sys.stdout)
        return USAGE
    except Exception as error:
        return _internal(error)


def _invoke(arguments: Sequence[str]) -> int:
    import click

    from gonogo_cli.group import cli
    from gonogo_cli.usage import usage_problem

    if instruction := os.environ.get("_GONOGO_COMPLETE"):
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, "gonogo", "_GONOGO_COMPLETE", instruction)
    try:
        with cli.make_context("gonogo", list(arguments) or ["--help"]) as context:
            return int(cli.invoke(context) or 0)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        _say(usage_problem(error))
        return USAGE


def _internal(error: Exception) -> int:
    """A fault of gonogo's own: one line; `GONOGO_DEBUG=1` shows where it happened."""
    if os.environ.get("GONOGO_DEBUG"):
        import traceback

        traceback.print_exception(error)
    words = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    _say(f"gonogo: something went wrong inside ({words}); please report it [internal]")
    return USAGE


@contextmanager
def _endable() -> Iterator[None]:
    """While this lasts, a request to end unwinds like an interrupt does, so that nothing half-written is left.

    It stays that request where what is under way makes another fault of it, as Python's own class statements do. Where
    it is dropped, as in finalizers and by modules in C that are being imported, it is made again every second.
    """
    asked: list[BaseException] = []
    kept: dict[int, Any] = {}
    tell = sys.unraisablehook

    def leave(number: int, _frame: FrameType | None) -> None:
        asked.append(KeyboardInterrupt() if number == signal.SIGINT else Terminated())
        if signal.SIGALRM not in kept:
            kept[signal.SIGALRM] = signal.signal(signal.SIGALRM, remind)
        signal.setitimer(signal.ITIMER_REAL, 1, 1)
        raise asked[-1]

    def remind(_number: int, _frame: FrameType | None) -> None:
        if not _is_handled(sys.exc_info()[1], asked):  # else what is under way is cleaned up just now
            asked.append(type(asked[-1])())
            raise asked[-1]

    def complain(dropped: sys.UnraisableHookArgs) -> None:
        if not _is_handled(dropped.exc_value, asked):
            tell(dropped)

    with suppress(ValueError):  # signals belong to the main thread
        for request in (signal.SIGTERM, signal.SIGHUP):
            kept[request] = signal.signal(request, leave)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a script's background ignores it
            kept[signal.SIGINT] = signal.signal(signal.SIGINT, leave)
        sys.unraisablehook = complain
    try:
        yield
    except Exception as error:
        if asked:
            raise asked[-1] from error
        raise
    finally:
        sys.unraisablehook = tell
        if signal.SIGALRM in kept:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in kept.items():
            signal.signal(number, handler)


def _is_handled(error: BaseException | None, asked: Sequence[BaseException]) -> bool:
    """Whether it is one of these, or was raised while one of them was handled."""
    seen: list[BaseException] = []
    while error is not None and not any(error is each for each in seen):
        if any(error is each for each in asked):
            return True
        seen.append(error)
        error = error.__context__
    return False


def _replace_closed() -> None:
    """Occupy the streams that are closed, lest a file that is opened takes their place and gets their words.

    What is written to standard output then fails, as it should; what is said on standard error is lost.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # the lowest number that is free: this one
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 (lasts as long as the process)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (lasts as long as the process)


def _speak_utf8() -> None:
    """Whatever the locale, pipes and files get UTF-8; what can't be encoded is escaped, and never ends a run."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")  # type: ignore[union-attr]  # a stand-in can't


def _say(line: str) -> None:
    with suppress(OSError, ValueError):
        print(line, file=sys.stderr)


def _say_all(problems: Sequence[gonogo.Problem], no_color: bool) -> None:
    from gonogo_cli.messages import is_colored, painted

    for problem in problems:
        _say(painted(problem, is_colored(sys.stderr, no_color)))


def _silence(stream: object) -> None:
    """What is still buffered has no reader any more: let it go quietly at exit."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[attr-defined]
