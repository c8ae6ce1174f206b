"""The command line of the Excel side: getcontacts addin and getcontacts doctor.

`workbook` may not import this room, so its commands find their way into `getcontacts` as entry
points; by that they print here, and nowhere else in `addin`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from addin.excel import install, machine
from addin.excel.former import SENTENCE, is_former
from addin.excel.install import NAME, Installed

if TYPE_CHECKING:
    from addin.excel.doctor import Check


@click.group(short_help="Put the Excel add-in into place, or take it out.")
def addin() -> None:
    """getcontacts addin install

    The add-in brings the tab Contacts and =GETCONTACTS() into Excel.
    """


@addin.command("build", short_help="Write the add-in file.")
@click.argument("out", default=NAME)
@click.option("--interpreter", metavar="PATH", help="The Python that Excel starts (this one).")
@click.option("--overwrite", is_flag=True, help="Replace a file that was changed.")
def build_command(out: str, interpreter: str | None, overwrite: bool) -> None:
    """getcontacts addin build GetContacts.xlam

    Write the add-in to OUT, on any system; install does that in the right place.
    """
    from addin.excel.xlam import builder
    from workbook.export import output_file

    path = output_file.writable_target(out, overwrite=overwrite)
    content = builder.build(interpreter)
    output_file.replace(path, lambda file: file.write(content), overwrite=overwrite)
    click.echo(f"{path} is written.")


@addin.command("install", short_help="Put the add-in into Excel's start folder.")
def install_command() -> None:
    """getcontacts addin install

    Build the add-in here and now and put it into Excel's start folder. Repeat it after every
    update; administrator rights are not needed.
    """
    _show(install.install())
    click.echo("Start Excel anew: the tab Contacts is there.")
    if machine.system() == "Darwin":
        xlwings = Path(sys.executable).with_name("xlwings")
        click.echo(f"Once on every Mac: {machine.command(xlwings, 'runpython install')}")


@addin.command("status", short_help="Tell whether, where and which version.")
def status_command() -> None:
    """getcontacts addin status

    Tell whether the add-in is in Excel's start folder, and what it was built from.
    """
    found = install.status()
    if found.stamp is None:
        click.echo(f"The add-in is not installed ({found.path}). Run: getcontacts addin install")
    else:
        _show(found)


@addin.command("remove", short_help="Take the add-in out of Excel's start folder.")
def remove_command() -> None:
    """getcontacts addin remove

    Delete the add-in from Excel's start folder. Accounts and lists stay; getcontacts purge deletes
    those.
    """
    there = install.remove()
    click.echo("The add-in is removed." if there else "There was no add-in to remove.")


def _show(found: Installed) -> None:
    click.echo(f"add-in       {found.path}")
    if found.stamp is not None:
        click.echo(f"getcontacts  {found.stamp.getcontacts or 'unknown'}")
        click.echo(f"xlwings      {found.stamp.xlwings or 'unknown'}")
        click.echo(f"Python       {found.stamp.interpreter or 'unknown'}")
        if is_former(found.stamp.getcontacts):
            click.echo(f"\n{SENTENCE}")


@click.command(short_help="Find out what is wrong, and the one next step.")
@click.option("--account", metavar="ALIAS", help="The account to try; else the default one.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(account: str | None, as_json: bool) -> None:
    """getcontacts doctor

    Check Python, Excel, the add-in, the keyring, the account and the way to GREEN-API. The exit
    code is that of the first failure.
    """
    from addin.excel import doctor as room

    found = room.checks(account)
    if as_json:
        _print_json(found, room.next_step(found))
    else:
        _print_list(found, room.next_step(found))
    raise click.exceptions.Exit(room.exit_code(found))


def _print_json(found: list[Check], step: str) -> None:
    import msgspec

    content = msgspec.json.encode({"checks": found, "next_step": step})
    click.echo(msgspec.json.format(content, indent=2))


def _print_list(found: list[Check], step: str) -> None:
    yes, no, none = _marks(getattr(sys.stdout, "encoding", None) or "ascii")
    width = max(len(each.name) for each in found)
    for each in found:
        mark = none if each.ok is None else yes if each.ok else no
        click.echo(f"{mark} {each.name:{width}}  {each.detail}")
    click.echo(f"\nNext: {step}")


def _marks(encoding: str) -> tuple[str, str, str]:
    """Return tick, cross and dash, in ASCII where the console cannot show them."""
    try:
        "✓✗".encode(encoding)
    except UnicodeEncodeError:
        return "+", "x", "-"
    return "✓", "✗", "-"
