"""Specs that gonogo proposes, written: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import gonogo
from gonogo_cli.formats.report import dumps
from gonogo_cli.formats.specs import proposal_lines
from gonogo_cli.options import Run
from gonogo_cli.output import beside, open_output, refuse_overwriting
from gonogo_cli.page import write_page
from gonogo_cli.progress import Waiting


def write_proposals(run: Run, pack: str, into: str | None) -> int:
    """Write what is proposed for a pack, and tell of it; raises `Refused`."""
    if into is None and not Path(pack).exists():
        gonogo.load(pack)  # what is no pack is refused as everywhere
        what, mend = "this pack ships with gonogo: nothing is written into it", "say where by `--into DIR`"
        raise gonogo.Refused([gonogo.Problem("unwritable", pack, what, mend)])
    with Waiting(run.quiet, run.no_color) as waiting:

        def watch(what: str, whole: int | None, done: int) -> None:
            waiting.tell(what, done / whole if whole else None, None)

        files = gonogo.propose_specs(pack, into, watch)
    for file in files:
        refuse_overwriting(run.output, [file.path])
    _write(files)
    with open_output(run.output) as stream:
        if run.format == "json":
            stream.write(dumps({"written": [file.as_dict() for file in files]}) + "\n")
        else:
            write_page(proposal_lines(files), stream, run.no_color)
    return 0


def _write(files: Sequence[gonogo.ProposedFile]) -> None:
    with ExitStack() as stack:
        for file in files:
            folder = Path(file.path).parent
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                what = f"this can't be written: {(error.strerror or str(error)).lower()}"
                raise gonogo.Refused([gonogo.Problem("unwritable", str(folder), what)]) from None
            stack.enter_context(beside(file.path)).write_text(file.text, encoding="utf-8", newline="\n")
