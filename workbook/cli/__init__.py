"""The command line, the only room that prints."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from workbook import __version__
from workbook.cli import edge, streams
from workbook.cli.streams import ReaderGone
from workbook.files import called

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

# name -> module of the command, in the order of the help; each is imported when it is needed
COMMANDS = {
    "demo": "workbook.cli.demo",
    "login": "workbook.cli.login",
    "accounts": "workbook.cli.accounts",
    "logout": "workbook.cli.accounts",
    "status": "workbook.cli.accounts",
    "config": "workbook.cli.config",
    "export": "workbook.cli.export",
    "changes": "workbook.cli.history",
    "history": "workbook.cli.history",
    "runs": "workbook.cli.runs",
    "fleet": "workbook.cli.fleet",
    "schedule": "workbook.cli.schedule",
    "members": "workbook.cli.members",
    "resolve": "workbook.cli.resolve",
    "allow": "workbook.cli.allow",
    "doctor": "workbook.cli.doctor",
    "purge": "workbook.cli.purge",
    "simulate": "workbook.cli.simulate",
    "completion": "workbook.cli.completion",
    "help": "workbook.cli.help",
}
COMPLETE = "_GETCONTACTS_COMPLETE"  # the variable by which a shell asks for completions
PLUGINS = "getcontacts.commands"  # entry points: the add-ins bring their own commands


class _Group(click.Group):
    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with streams.to_stdout() if sys.stdout else nullcontext():  # where help is printed
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:  # of a command's help; click itself would make it an exit of 1
            if not streams.is_gone(error):
                raise
        raise ReaderGone

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *sorted(_plugins().names)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        else:
            command = next((plugin.load() for plugin in _plugins().select(name=cmd_name)), None)
        assert command is None or isinstance(command, click.Command)
        for each in (command, *getattr(command, "commands", {}).values()):
            if each is not None:
                each.help = called.as_called(each.help or "")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            near = _suggestion(args[0], self.list_commands(ctx))
            raise click.UsageError(f'There is no command "{args[0]}".{near}', ctx)
        return super().resolve_command(ctx, args)


def _plugins() -> EntryPoints:
    from importlib.metadata import entry_points

    return entry_points(group=PLUGINS)


def _suggestion(typed: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(typed, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 2 wrong usage, 3 credentials, 4 instance not ready, 5 limit, "
    "6 network, 7 senseless answer, 8 file, 9 empty list, 10 some failed, 130 stopped, 1 a bug.",
)
@click.version_option(__version__, prog_name="getcontacts")
def app() -> None:
    """\b
    getcontacts demo                    try it without an account
    getcontacts login                   say once which account is yours
    getcontacts export contacts.xlsx    whenever you want a fresh list

    Bring the contacts of a WhatsApp account at GREEN-API into a spreadsheet.
    """


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    gc.disable()  # a run is short and makes no cycles in numbers; looking for them took 4 %
    streams.prepare()
    name = called.remember()
    app.help = called.as_called(app.help or "")
    if os.environ.get(COMPLETE, "").startswith("powershell"):
        import_module("workbook.cli.completion")  # which makes click know it
    code = edge.guarded(
        lambda: app(prog_name=name, complete_var=COMPLETE, standalone_mode=False), sys.argv
    )
    gc.freeze()  # else Python looks for them at its end, in all that was imported: another 10 %
    sys.exit(code)
