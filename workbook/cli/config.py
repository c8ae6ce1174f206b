"""The command `config`: the settings listed, read, changed and edited."""

from __future__ import annotations

import sys

import click

from workbook.accounts import setting_texts, settings
from workbook.accounts.setting_texts import Setting, every, setting, shown, value_of
from workbook.accounts.settings import Settings
from workbook.cli import console, options, streams
from workbook.errors import WrongUsage


def _names(ctx: click.Context, param: click.Parameter, begun: str) -> list[str]:
    return [each.name for each in every() if each.name.startswith(begun)]


_key = click.argument("key", shell_complete=_names)


@click.group(short_help="Show and change the settings.")
def config() -> None:
    """getcontacts config set country DE

    Show and change the settings. They hold for the command, for Excel and for LibreOffice.
    """


@config.command("list", short_help="List all settings with their meaning.")
@options.as_json
def list_command(as_json: bool) -> None:
    """getcontacts config list

    List each setting with its value, what it means, which values it takes and its default.
    """
    now = settings.load()
    if as_json:
        console.say_json({"settings": [_facts(each, now) for each in every()]})
    else:
        console.say("\n\n".join(_lines(each, now) for each in every()))
    for name in settings.unknown_names():
        console.warn(setting_texts.unknown(name))


def _lines(each: Setting, now: Settings) -> str:
    value = console.shown(shown(getattr(now, each.name)))
    default = shown(each.default) or "empty"
    return f"{each.name} = {value}\n  {each.meaning}\n  {each.values}; by default {default}"


def _facts(each: Setting, now: Settings) -> dict[str, object]:
    return {
        "name": each.name,
        "value": getattr(now, each.name),
        "default": each.default,
        "meaning": each.meaning,
        "values": each.values,
    }


@config.command("get", short_help="Print one setting.")
@_key
def get_command(key: str) -> None:
    """getcontacts config get country

    Print the value of KEY.
    """
    console.say(console.shown(shown(getattr(settings.load(), setting(key).name))))


@config.command("set", short_help="Change one setting.")
@_key
@click.argument("value")
def set_command(key: str, value: str) -> None:
    """getcontacts config set shrink_percent 50

    Change KEY to VALUE; several values have commas between them.
    """
    wanted = setting(key)
    read = value_of(wanted, value)
    settings.put(wanted.name, read)
    console.note(f"{wanted.name} is now {shown(read) or 'empty'}.")


@config.command("unset", short_help="Give one setting its default.")
@_key
def unset_command(key: str) -> None:
    """getcontacts config unset shrink_percent

    Give KEY its default again.
    """
    wanted = setting(key)
    settings.put(wanted.name)
    console.note(f"{wanted.name} has its default again: {shown(wanted.default) or 'empty'}.")


@config.command("path", short_help="Print where the settings are.")
def path_command() -> None:
    """getcontacts config path

    Print the path of the settings file.
    """
    console.say(str(settings.home() / settings.FILE))


@config.command("edit", short_help="Open the settings in an editor.")
def edit_command() -> None:
    """getcontacts config edit

    Open the settings file in your editor ($VISUAL or $EDITOR), and check it afterwards.
    """
    if not streams.is_terminal(sys.stdin):
        raise WrongUsage("An editor needs a terminal; use getcontacts config set KEY VALUE.")
    click.edit(filename=str(settings.made_home() / settings.FILE))
    settings.load()
    console.note("The settings are in order.")
