"""What the add-ins add to the command line: getcontacts addin.

`workbook` does not import this room; the command finds what stands here as entry points
(pyproject.toml). So `addin` prints here, and nowhere else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from addin.calc import FILE, offices
from addin.calc import install as calc_install
from addin.calc.install import Installed as InCalc
from addin.excel import install, machine
from addin.excel.former import SENTENCE
from addin.excel.install import NAME, Installed
from workbook.files.called import as_called


@click.group(short_help="Put the add-in into Excel or LibreOffice, or take it out.")
def addin() -> None:
    """getcontacts addin install

    The add-in brings the tab Contacts and =GETCONTACTS() into Excel. For LibreOffice Calc:
    getcontacts addin calc install
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

    _write(out, builder.build(interpreter), overwrite=overwrite)


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


@addin.group(short_help="The same for LibreOffice Calc.")
def calc() -> None:
    """getcontacts addin calc install

    The extension brings the toolbar and menu Contacts and =GETCONTACT() into LibreOffice Calc.
    """


_office = click.option("--office", metavar="PATH", help="The program soffice of a LibreOffice.")


@calc.command("build", short_help="Write the extension file.")
@click.argument("out", default=FILE)
@click.option(
    "--interpreter", metavar="PATH", help="The Python that LibreOffice starts (this one)."
)
@click.option("--overwrite", is_flag=True, help="Replace a file that was changed.")
def calc_build_command(out: str, interpreter: str | None, overwrite: bool) -> None:
    """getcontacts addin calc build GetContacts.oxt

    Write the extension to OUT; install does that in the right place.
    """
    from addin.calc import oxt

    _write(out, oxt.build(interpreter), overwrite=overwrite)


@calc.command("install", short_help="Add the extension to LibreOffice.")
@_office
def calc_install_command(office: str | None) -> None:
    """getcontacts addin calc install

    Build the extension here and now and add it to LibreOffice. Repeat it after every update;
    administrator rights are not needed.
    """
    _show_calc(calc_install.install(offices.chosen(office)))
    click.echo("Start LibreOffice anew: the toolbar and the menu Contacts are in Calc.")


@calc.command("status", short_help="Tell whether, where and which version.")
@_office
def calc_status_command(office: str | None) -> None:
    """getcontacts addin calc status

    Tell whether the extension is in LibreOffice, and which Python it starts.
    """
    found = calc_install.status(offices.chosen(office))
    if not found.version:
        click.echo(f"The extension is not in {found.office.program}. ", nl=False)
        click.echo(as_called("Run: getcontacts addin calc install"))
    else:
        _show_calc(found)


@calc.command("remove", short_help="Take the extension out of LibreOffice.")
@_office
def calc_remove_command(office: str | None) -> None:
    """getcontacts addin calc remove

    Take the extension out of LibreOffice. Accounts and lists stay; getcontacts purge deletes those.
    """
    there = calc_install.remove(offices.chosen(office))
    click.echo("The extension is removed." if there else "There was no extension to remove.")


def _show_calc(found: InCalc) -> None:
    click.echo(f"LibreOffice  {found.office.program}")
    click.echo(f"getcontacts  {found.version}")
    click.echo(f"Python       {found.interpreter or 'unknown'}")


def _write(out: str, content: bytes, *, overwrite: bool) -> None:
    from workbook.export import output_file

    path = output_file.writable_target(out, overwrite=overwrite)
    kept: list[Path] = []
    output_file.replace(
        path, lambda file: file.write(content), overwrite=overwrite, kept=kept.append
    )
    for place in kept:
        click.echo(output_file.kept_as(place), err=True)
    click.echo(f"{path} is written.")


def _show(found: Installed) -> None:
    click.echo(f"add-in       {found.path}")
    if found.stamp is not None:
        click.echo(f"getcontacts  {found.stamp.getcontacts or 'unknown'}")
        click.echo(f"xlwings      {found.stamp.xlwings or 'unknown'}")
        click.echo(f"Python       {found.stamp.interpreter or 'unknown'}")
        if found.former:
            click.echo(f"\n{as_called(SENTENCE)}")
