"""Runs the command line for tests: inside this process, with streams like pipes, or as a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
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


def process(
    *arguments: str | Path, stdout: Any = subprocess.PIPE, stderr: Any = subprocess.PIPE, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a command line as a process of its own, in the root of the checkout, its streams being pipes."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'engine'}:{ROOT / 'cli'}", "PYTHONUNBUFFERED": ""}
    command = [sys.executable, "-c", "from gonogo_cli.main import main; main()", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=stdout, stderr=stderr, **options
    )


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
