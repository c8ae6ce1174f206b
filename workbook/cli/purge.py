"""The command `purge`: everything, one account or one person deleted from what is kept here."""

from __future__ import annotations

import sys

import click

from workbook.accounts import settings
from workbook.cli import console, options, tokens
from workbook.errors import WrongUsage
from workbook.sync import latest
from workbook.sync.purge import purge_account, purge_everything, purge_person


@click.command(short_help="Delete what is kept here.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--person", metavar="ID_OR_PHONE", help="Only what is kept of this person.")
@options.account_for("Only this account: its token and its lists.")
def purge(yes: bool, person: str | None, account: str | None) -> None:
    """getcontacts purge --person +4915100000001

    Delete the accounts, their tokens, the settings and all kept lists; or one account only; or one
    person, of all lists and changes. Workbooks and other files you exported stay.
    """
    if person is not None:
        _person(person, account, yes)
    elif account is not None:
        _confirm(f'Delete the token and all lists of "{account}"?', yes)
        with tokens.telling_copies():
            purge_account(account)
        console.note(f'Everything that was kept of "{account}" is deleted.')
    else:
        _confirm(f"Delete everything in {settings.home()} and the tokens?", yes)
        with tokens.telling_copies():
            purge_everything()
        console.note("Everything that was kept here is deleted.")


def _confirm(question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin:
        raise WrongUsage("There is nobody to ask; to delete without being asked, add --yes.")
    if not click.confirm(question, err=True):
        console.note("Nothing was deleted.")
        raise click.exceptions.Exit(0)


def _person(wanted: str, alias: str | None, yes: bool) -> None:
    account, shown = latest.whose(alias), console.shown(wanted)
    console.speak_of(account)
    _confirm(f'Delete all that is kept of {shown} in "{account.alias}"?', yes)
    ids = purge_person(account.id_instance, wanted, settings.load().country)
    if not ids:
        raise WrongUsage(f'Nobody with "{shown}" is in the lists of "{account.alias}".')
    console.note(
        f"Deleted: {', '.join(map(console.shown, ids))}. As long as WhatsApp lists this person, "
        "the next refresh brings the row again."
    )
