"""The command `completion`: what a shell needs to complete our commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from workbook.cli import console


@click.command(short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """eval "$(getcontacts completion bash)"

    Print what makes the shell complete getcontacts' commands and options.
    """
    root = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    assert kind is not None
    console.say(kind(root, {}, "getcontacts", "_GETCONTACTS_COMPLETE").source())
