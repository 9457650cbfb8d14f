"""`gonogo` itself: its commands by name, each imported only when it is asked for, so that `--help` takes a blink."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

COMMANDS: Final = {
    "demo": "Judge the shipped sample facts, and be told why.",
    "init": "Write a small working pack.",
    "lint": "Tell every problem of a pack, with place and mend.",
    "show": "Print the program that a standard compiles to.",
    "check": "Judge facts.",
    "report": "Judge facts, and write a page about it.",
    "explain": "Explain one verdict: why, why not, and what would flip it.",
    "trace": "Trace nonconformities to their root causes.",
    "whatif": "Show what would flip if facts, limits or rules were others.",
    "diff": "Show what a new version of a standard changes, and which verdicts it flips.",
    "spec": "Run the Gherkin specs of a pack.",
    "plan": "Propose the corrective actions that pay.",
    "ledger": "Keep, verify and replay the record of judgements.",
    "completion": "Print the script that completes commands in your shell.",
}
"""What each command does, in the order in which a newcomer meets them."""


class Commands(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"gonogo_cli.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"gonogo {version('gonogo')}")
        context.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["--help"], "max_content_width": 100},
    epilog="\b\nStart here:\n  gonogo demo",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version and exit."
)
def cli() -> None:
    """Quality standards as code: judge inspection facts with a standard, and be told why.

    A PACK is a folder or a standard file, or the name of a pack that ships with gonogo. Exit codes: 0 done and all
    conforming, 1 done and not all conforming, 2 usage, unreadable input or a bad standard.
    """
