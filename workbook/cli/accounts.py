"""The commands about the accounts that are kept: accounts, logout, status."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click
import msgspec

from workbook.accounts.accounts import (
    ENVIRONMENT,
    Account,
    AccountInfo,
    find,
    forget,
    known,
    make_default,
    rename,
)
from workbook.cli import console, options, tokens
from workbook.cli.importing import import_command
from workbook.errors import ADVICE, ContactsError, NoAccount, NotReady, WrongUsage
from workbook.green_api.login import meaning, state_of
from workbook.sync.latest import LID_MODE, last_time


@click.group(short_help="List the accounts that are kept.", invoke_without_command=True)
@click.option("--default", metavar="A", help="Use this account where none is named.",
              shell_complete=options.aliases)  # fmt: skip
@options.as_json
@click.pass_context
def accounts(ctx: click.Context, default: str | None, as_json: bool) -> None:
    """getcontacts accounts --default shop

    List the kept accounts, the default one with a star, or choose another default.
    """
    if ctx.invoked_subcommand is not None:
        return
    if default is not None:
        make_default(default)
    listed = known()
    if not listed:
        raise NoAccount
    if as_json:
        console.say_json({"accounts": msgspec.to_builtins(listed)})
    else:
        for each in listed:
            console.say(_line(each))


def _line(each: AccountInfo) -> str:
    star = "*" if each.default else " "
    where = each.where or "token missing: log in again"
    return f"{star} {each.alias}  {each.id_instance}  {each.api_url}  ({where})"


@accounts.command("rename", short_help="Give an account another alias.")
@click.argument("alias", shell_complete=options.aliases)
@click.argument("new")
def rename_command(alias: str, new: str) -> None:
    """getcontacts accounts rename main shop

    Give ALIAS the alias NEW. Its token, lists, history and tables stay with it, and workbooks and
    scripts that name the old alias still mean it.
    """
    rename(alias, new)
    console.note(f'"{alias}" is now "{new}"; the old alias is still understood.')


accounts.add_command(import_command)


@click.command(short_help="Forget an account.")
@click.argument("alias", required=False, shell_complete=options.aliases)
def logout(alias: str | None) -> None:
    """getcontacts logout shop

    Forget the credentials of ALIAS (may be left out where there is only one account). The last
    good list stays; getcontacts purge deletes everything.
    """
    chosen = alias or _only_one()
    with tokens.telling_copies():
        forget(chosen)
    console.note(f'"{chosen}" is forgotten.')


def _only_one() -> str:
    stored = [each.alias for each in known() if each.where != ENVIRONMENT]
    if not stored:
        raise NoAccount
    if len(stored) > 1:
        raise WrongUsage(f"Say which account to forget: {', '.join(stored)}.")
    return stored[0]


@click.command(short_help="Tell the instance's state and what to do.")
@options.account
@options.as_json
@options.ca_bundle
@options.verbose
def status(account: str | None, as_json: bool, ca_bundle: Path | None, verbose: bool) -> None:
    """getcontacts status --account shop

    Ask GREEN-API for the state of the instance, and say what to do about it; tell when the last
    list came, for a run that changes nothing leaves no trace in a file. The exit code is 4 when
    contacts cannot be read.
    """
    console.talk(verbose)
    found = find(account)
    console.speak_of(found)
    state = state_of(found, ca_bundle=ca_bundle)
    if state in ADVICE:
        raise NotReady(state)
    hides, last = _hides_numbers(found, ca_bundle), last_time(found)
    if as_json:
        console.say_json(
            {
                "account": found.alias,
                "id_instance": found.id_instance,
                "state": state,
                "meaning": meaning(state),
                "hides_numbers": hides,
                "last_list": last and last.isoformat(timespec="seconds"),
            }
        )
        return
    console.say(f"{found.alias}: {state}. {meaning(state)}")
    console.say(f"Last list: {last.astimezone():%Y-%m-%d %H:%M}." if last else "No list yet.")
    if hides:
        console.warn(LID_MODE)


def _hides_numbers(account: Account, ca_bundle: Path | None) -> bool:
    from workbook.green_api.client import Client

    with Client(account, ca_bundle=ca_bundle) as client, suppress(ContactsError):
        return client.settings().hides_numbers
    return False
