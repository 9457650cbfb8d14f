"""Runs the command line for tests: inside this process, with streams like pipes, or as a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

from gonogo_cli.main import run

ROOT = Path(__file__).resolve().parents[1]
MILLING = "rules/milling-cell/sample.csv"
SHAFTS = "rules/turned-shaft/sample.csv"
CANS = "rules/food-containers/sample.csv"
BARLEY = "rules/malting-barley/sample.csv"
IS_UPDATING = bool(os.environ.get("GONOGO_UPDATE"))
"""With GONOGO_UPDATE=1 the tests write down what they see as what is expected."""


@dataclass(frozen=True)
class Result:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def errors(self) -> list[str]:
        return self.err.splitlines()


def gonogo(*arguments: str | Path, stdin: str | bytes = b"") -> Result:
    """Run a command line in this process, in the folder that one is in."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with redirect_stdout(out), redirect_stderr(err), patch("sys.stdin", io.TextIOWrapper(io.BytesIO(given))):
        code = run([str(argument) for argument in arguments])
    return Result(code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


@contextmanager
def process(*arguments: str | Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A command line as a process of its own, in the root of the checkout, its streams being pipes; see `started`."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'engine'}:{ROOT / 'cli'}", "PYTHONUNBUFFERED": ""}
    command = [sys.executable, "-c", "from gonogo_cli.main import main; main()", *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started(command, cwd=ROOT, env=environment, **{**pipes, **options}) as child:
        yield child


LAUNCH = """
import os, resource, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
what, most = map(int, sys.argv[1:3])
if what >= 0:
    resource.setrlimit(what, (most, most))
os.execv(sys.argv[3], sys.argv[3:])
"""


@contextmanager
def started(
    command: Sequence[str], *, limit: tuple[int, int] = (-1, 0), **options: Any
) -> Iterator[subprocess.Popen[Any]]:
    """A process that heeds interrupts, which what runs in the background of a script ignores, and so do its children.

    `limit` is a resource and how much of it the process may have. It is set by a Python that then becomes the process:
    a fork of this one, with its threads, may never come to set anything. Where the block raises, the process is killed,
    for which `Popen` alone would wait.
    """
    launched = [sys.executable, "-I", "-S", "-c", LAUNCH, *map(str, limit), *command]
    with subprocess.Popen(launched, **options) as child:
        try:
            yield child
        except BaseException:
            child.kill()
            raise


def expected(name: str, seen: str) -> str:
    """What is written down in `tests/cli`; with GONOGO_UPDATE=1, what was seen, and it is written down."""
    path = ROOT / "tests" / "cli" / name
    if IS_UPDATING:
        path.write_text(seen, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def streams(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """The pipes of a process: to its standard input, from its standard output and error; what is no pipe is empty."""
    assert child.stdin is not None
    return child.stdin, child.stdout or io.BytesIO(), child.stderr or io.BytesIO()
