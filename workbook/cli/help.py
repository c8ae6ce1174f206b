"""The command `help`: what --help of a command says, for those who look for it here."""

from __future__ import annotations

import click

from workbook.cli import console


@click.command(short_help="Tell what a command does and takes.")
@click.argument("command", nargs=-1)
@click.pass_context
def help(ctx: click.Context, command: tuple[str, ...]) -> None:
    """getcontacts help export

    Tell what COMMAND does and takes, as --help of that command does.
    """
    at = ctx.find_root()
    for name in command:
        group = at.command
        found = group.get_command(at, name) if isinstance(group, click.Group) else None
        if found is None:
            raise click.UsageError(f'There is no command "{" ".join(command)}".', at)
        at = click.Context(found, info_name=name, parent=at)
    console.say(at.command.get_help(at))
