"""gonogo's command line, as `python -m gonogo_cli` runs it."""

from __future__ import annotations

import sys

from bulk.load import Job
from gonogo_cli.main import main


def columnar(job: Job) -> None:
    _check(job, "columnar")


def scalar(job: Job) -> None:
    _check(job, "scalar")


def _check(job: Job, engine: str) -> None:
    sys.argv = ["gonogo", "check", job.standard, job.facts]
    sys.argv += ["--engine", engine, "--format", "parquet", "-o", job.out, "--quiet", "--exit-zero"]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
