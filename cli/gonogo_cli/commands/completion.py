"""`gonogo completion`: the script that completes commands in a shell."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from gonogo_cli.group import cli
from gonogo_cli.options import Run, common
from gonogo_cli.output import open_output

BASH_FILES: Final = """            COMPREPLY=()
            compopt -o default
"""
BOTH_FILES: Final = """            compopt -o filenames 2> /dev/null
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$value")
"""
"""Click's script for bash offers files instead of what else there is: here, beside it."""


@click.command(epilog="\b\nExample:\n  gonogo completion bash")
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@common("text")
def completion(run: Run, shell: str) -> int:
    """Print the script that completes commands, options, packs and files in bash, zsh or fish.

    In bash, put `source <(gonogo completion bash)` into ~/.bashrc; in zsh the same, with zsh, into ~/.zshrc; in fish,
    `gonogo completion fish > ~/.config/fish/completions/gonogo.fish`.
    """
    found = get_completion_class(shell)
    assert found is not None  # the three that click knows
    complete = found(cli, {}, "gonogo", "_GONOGO_COMPLETE")
    with open_output(run.output) as stream:
        # Not `source()`: for bash that starts a bash to ask for its version.
        template = complete.source_template.replace(BASH_FILES, BOTH_FILES)
        stream.write((template % complete.source_vars()).strip() + "\n")
    return 0
