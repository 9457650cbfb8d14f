"""`gonogo init`: a small working pack to start from."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Final

import click

import gonogo
from gonogo_cli.formats.report import dumps
from gonogo_cli.options import Run, common
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.page import line

TEMPLATE: Final = Path(__file__).resolve().parents[1] / "template"
FILES: Final = ("standard.yaml", "sample.csv", "README.md", "features/bore.feature")


@click.command(epilog="\b\nExample:\n  gonogo init my-standard")
@click.argument("folder", metavar="DIR", type=click.Path())
@common("text", "json")
def init(run: Run, folder: str) -> int:
    """Write a small working pack: a standard with comments, sample facts, a spec and a README.

    Nothing that is there already is overwritten.
    """
    target = Path(folder)
    _refuse_existing(target)
    refuse_overwriting(run.output, [str(target / name) for name in FILES])
    written = [str(path) for path in _write(target)]
    name = shlex.quote(folder)
    following = [f"gonogo lint {name}", f"gonogo check {name} {shlex.quote(str(target / 'sample.csv'))}"]
    following.append(f"gonogo spec {name}")
    with open_output(run.output) as stream:
        if run.format == "json":
            stream.write(dumps({"written": written, "next": following}) + "\n")
        elif not run.quiet:
            stream.writelines(f"{line(text).text}\n" for text in (*(f"wrote {path}" for path in written), "", "next:"))
            stream.writelines(f"  {command}\n" for command in following)
    return 0


def _refuse_existing(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise gonogo.Refused([gonogo.Problem("already-there", str(target), "this is a file", "name a new folder")])
    there = [target / name for name in FILES if (target / name).exists() or (target / name).is_symlink()]
    what, mend = "this file is there already", "name another folder, or move it away"
    if there:
        raise gonogo.Refused([gonogo.Problem("already-there", str(path), what, mend) for path in there])


def _write(target: Path) -> list[Path]:
    name = _id_of(target.resolve().name)
    written: list[Path] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            text = (TEMPLATE / file).read_text(encoding="utf-8").replace("my-standard", name)
            (target / file).parent.mkdir(exist_ok=True)
            with (target / file).open("x", encoding="utf-8", newline="\n") as stream:
                written.append(target / file)
                stream.write(text)
    except BaseException as error:
        for path in written:  # all of a pack, or nothing
            path.unlink()
            if path.parent != target:
                path.parent.rmdir()
        if not isinstance(error, OSError):
            raise
        what = f"this can't be written: {(error.strerror or str(error)).lower()}"
        raise gonogo.Refused([gonogo.Problem("unwritable", str(target), what)]) from None
    return written


def _id_of(folder: str) -> str:
    """The id of a standard that is named after its folder: lower case, digits, hyphens."""
    name = re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")
    return name if name[:1].isalpha() else f"standard-{name}".strip("-")
