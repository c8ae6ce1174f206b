"""The command `allow`: which workbooks may see the contacts of which account."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workbook.accounts import accounts
from workbook.cli import console, options
from workbook.errors import WrongUsage
from workbook.files.place import place_of
from workbook.merge.exposure import Exposure, sentences
from workbook.store import consents
from workbook.sync import consent


@click.command(short_help="Let a workbook see your contacts, or no longer.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--list", "listed", is_flag=True, help="List the workbooks that may.")
@click.option("--remove", is_flag=True, help="Let FILE no longer see them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.account
def allow(file: Path | None, listed: bool, remove: bool, yes: bool, account: str | None) -> None:
    """getcontacts allow FILE

    Let the formulas of a workbook show your contacts, and let a table on a hidden sheet of it be
    filled. You are told what is hidden in it, and what in it can send data away.
    """
    if listed == (file is not None):
        raise WrongUsage("Name one workbook, or list them all: getcontacts allow --list")
    if file is None:
        _list()
    elif remove:
        _remove(file)
    else:
        _allow(file, account, yes)


def _list() -> None:
    for each in consents.every():
        console.say(f"{each.instance}  {each.given:%Y-%m-%d}  {console.shown(each.place)}")


def _remove(file: Path) -> None:
    if not consents.take_back(place_of(str(file.absolute()))):
        raise WrongUsage(f"{file} was not allowed; see: getcontacts allow --list")
    console.note(f"Formulas in {file} see no contacts any more.")


def _allow(file: Path, alias: str | None, yes: bool) -> None:
    chosen, found = accounts.identify(alias), _looked_at(file)
    for sentence in sentences(found):
        console.note(sentence)
    question = f'May formulas in {file} show the contacts of "{chosen.alias}"?'
    if not yes:
        if not sys.stdin:
            raise WrongUsage("There is nobody to ask; to allow it without being asked, add --yes.")
        if not click.confirm(question, err=True):
            console.note("Nothing was allowed.")
            return
    consent.allow(place_of(str(file.absolute())), chosen.id_instance, found.hidden_tables)
    console.note(f'Formulas in {file} may show the contacts of "{chosen.alias}" from now on.')


def _looked_at(file: Path) -> Exposure:
    """Return what is in a workbook. Raises WrongUsage where it cannot be read."""
    from workbook.ooxml.exposure import exposure  # lxml takes its time to import

    problem = ""
    try:
        with file.open("rb") as source:
            return exposure(source)
    except OSError as error:
        problem = error.strerror or "the system refused"
    raise WrongUsage(f"{file} cannot be read: {problem}.")
