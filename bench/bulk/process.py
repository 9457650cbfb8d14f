"""One run of one peer, alone in its process: does the job, and tells how long it took and how much memory.

    python -m bulk.process RUN TOLD JOB [MODULE …]

RUN is `module:function`; TOLD is the file to tell it in; JOB is JSON. The modules are imported before the inner
clock starts, the peer's own among them: what it shows is the work without the start of a Python and its libraries.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from bulk.load import Job


def main(arguments: Sequence[str]) -> None:
    run, told, job, *modules = arguments
    module, _, function = run.partition(":")
    for name in (module, *modules):
        import_module(name)
    start = time.perf_counter()
    getattr(sys.modules[module], function)(Job(**json.loads(job)))
    inside = time.perf_counter() - start
    Path(told).write_text(json.dumps({"inside": inside, "megabytes": peak_megabytes()}), encoding="utf-8")


def peak_megabytes() -> float:
    """The most memory that this process has had in hand.

    Not `ru_maxrss` where it can be helped: on Linux that counts in what the parent had when it started us.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main(sys.argv[1:])
