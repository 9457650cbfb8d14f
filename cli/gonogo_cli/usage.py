"""A command line that can't be understood, as one line: `gonogo check: what; mend [usage]`."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

import gonogo


def usage_problem(error: click.ClickException) -> str:
    """Say a click error in the form of all messages."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "gonogo"
    mend = f"see `{command} --help`"
    match error:
        case click.NoSuchOption():
            what = f"there is no option `{error.option_name}`"
            near = nearest_word(error.option_name, _options(context))
        case click.UsageError() if match := re.match(r"No such command ['\"](.*?)['\"]\.", error.format_message()):
            what = f"there is no command `{match[1]}`"
            near = nearest_word(match[1], context.command.list_commands(context) if context is not None else ())
        case click.BadParameter(param=click.Option(type=click.IntRange(min=int(least), max=most)) as option):
            given = re.search(r"(\S+) is not", error.format_message())
            what = f"`{option.opts[0]}` takes a whole number from {least} {'on' if most is None else f'to {most}'}"
            what, near = f"{what}, not `{given[1].strip(chr(39))}`" if given else what, None
        case _:
            what, near = _in_our_words(error.format_message()), None
    return str(gonogo.Problem("usage", command, what, f"did you mean `{near}`?" if near else mend))


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word[:80], list(known), n=1)), None)


def _options(context: click.Context | None) -> list[str]:
    if context is None:
        return []
    return [name for parameter in context.command.get_params(context) for name in parameter.opts if name[:1] == "-"]


def _in_our_words(message: str) -> str:
    """Click's sentence, as a clause: lower case, backticks, no full stop, one line."""
    clause = re.sub(r"'([^']*)'", r"`\1`", " ".join(message.split())).rstrip(".")
    return clause[:1].lower() + clause[1:]
