"""Which results go where: `--format` and `-o` repeat, and belong together as they stand on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from io import TextIOBase
from typing import Any, Final

import click

from gonogo_cli.output import beside, folder_beside, is_same_file, open_output

_ORDER: Final = "gonogo_cli.outputs.order"


@dataclass(frozen=True, slots=True)
class Output:
    """One result.

    Parameters
    ----------
    format : str
        Which format it has.
    path : str or None
        The file that it goes to; None or ``-``: standard output.
    """

    format: str
    path: str | None = None

    @property
    def is_standard(self) -> bool:
        """Whether it goes to standard output."""
        return self.path in (None, "-")


class InOrder(click.Command):
    """A command that remembers in which order `--format` and `-o` were told; `paired_as_told` needs it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[_ORDER] = "".join({"form": "f", "output": "o"}.get(told.name or "", "") for told in order)
        return super().parse_args(ctx, args)


def paired_as_told(formats: Sequence[str], paths: Sequence[str], default: str) -> tuple[Output, ...]:
    """Pair the formats and files of the command that is run; raises `click.UsageError` where that can't be told."""
    context = click.get_current_context()
    try:
        outputs = paired(formats or [default], paths, context.meta[_ORDER] if formats else "f" + "o" * len(paths))
    except ValueError as error:
        raise click.UsageError(str(error), context) from None
    return outputs


def paired(formats: Sequence[str], paths: Sequence[str], order: str) -> tuple[Output, ...]:
    """Formats with their files.

    Parameters
    ----------
    formats, paths : sequence of str
        As they were told.
    order : str
        An ``f`` for each format and an ``o`` for each file, as they stand on the command line.

    Raises
    ------
    ValueError
        Where it can't be told which file is for which format, or two results would go to one place.
    """
    if len(paths) > len(formats):
        raise ValueError(f"there is no `--format` left for `-o {paths[len(formats)]}`")
    if len(paths) < len(formats) - 1:
        raise ValueError("only one result can go to standard output: tell an `-o` for each of the others")
    outputs = tuple(map(Output, formats, _places(paths, order, len(formats))))
    _refuse_same(outputs)
    return outputs


def _places(paths: Sequence[str], order: str, count: int) -> list[str | None]:
    """For each of so many formats its file; None: standard output."""
    if len(paths) == count:
        return list(paths)
    if order.endswith("f"):
        return [*paths, None]
    if "oo" in order or order.startswith("o"):
        raise ValueError("it can't be told which `--format` each `-o` is for: put it right behind its `--format`")
    left = iter(paths)
    return [next(left) if after == "o" else None for after in _after_each_format(order)]


def _after_each_format(order: str) -> Iterator[str]:
    """What stands right behind each format."""
    yield from (order[place + 1 : place + 2] for place, what in enumerate(order) if what == "f")


@contextmanager
def opened(outputs: Sequence[Output], *, are_folders: bool = False) -> Iterator[list[Any]]:
    """What results are written to: a stream each, and for Parquet the path of a file, or of a folder.

    INVARIANT: files take their places when all results are written; if one can't be, none does.

    Raises
    ------
    click.UsageError
        Where Parquet, which is no text, would go to standard output.
    """
    if any(output.format == "parquet" and output.is_standard for output in outputs):
        raise click.UsageError("`--format parquet` needs a file: name one with `-o`", click.get_current_context())
    with ExitStack() as at_the_end:
        places = [at_the_end.enter_context(_place(output, are_folders)) for output in outputs]
        yield places
        for place in places:
            if isinstance(place, TextIOBase):
                place.flush()


def _place(output: Output, is_folder: bool) -> AbstractContextManager[Any]:
    if output.format != "parquet":
        return open_output(output.path)
    assert output.path is not None
    return folder_beside(output.path) if is_folder else beside(output.path)


def _refuse_same(outputs: Sequence[Output]) -> None:
    if sum(output.is_standard for output in outputs) > 1:
        raise ValueError("only one result can go to standard output: tell an `-o` for each of the others")
    paths = [output.path for output in outputs if output.path is not None and not output.is_standard]
    for place, path in enumerate(paths):
        if any(is_same_file(path, other) for other in paths[:place]):
            raise ValueError(f"two results would go to one file, `{path}`: name another for one of them")
