"""What the add-ins add to the command line: getcontacts addin.

`workbook` does not import this room; the command finds what stands here as entry points
(pyproject.toml). So `addin` prints here, and nowhere else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from addin.excel import install, machine
from addin.excel.former import SENTENCE
from addin.excel.install import NAME, Installed
from workbook.files.called import as_called


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
    kept: list[Path] = []
    output_file.replace(
        path, lambda file: file.write(content), overwrite=overwrite, kept=kept.append
    )
    for place in kept:
        click.echo(output_file.kept_as(place), err=True)
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
        click.echo(
            f"The add-in is not installed ({found.path}). Run: "
            + as_called("getcontacts addin install")
        )
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
        if found.former:
            click.echo(f"\n{as_called(SENTENCE)}")
