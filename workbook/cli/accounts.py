"""The commands about accounts: login, accounts, logout, status."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import click

from workbook.accounts import credentials
from workbook.accounts.accounts import (
    ENVIRONMENT,
    Account,
    checked,
    find,
    forget,
    known,
    suggested_url,
)
from workbook.cli import console, options, streams, tokens
from workbook.errors import ADVICE, ContactsError, NoAccount, NotReady, TokenNotKept, WrongUsage
from workbook.green_api.login import check_and_keep, meaning, state_of
from workbook.sync.latest import LID_MODE


@click.command(short_help="Keep an account's credentials.")
@click.argument("alias", default="main")
@click.option("--stdin", is_flag=True, help="Read apiUrl, idInstance, apiTokenInstance as lines.")
@click.option("--plain-file", is_flag=True, help="Keep the token in a file of yours, mode 0600.")
@options.ca_bundle
@options.verbose
def login(alias: str, stdin: bool, plain_file: bool, ca_bundle: Path | None, verbose: bool) -> None:
    """getcontacts login shop

    Ask for apiUrl, idInstance and apiTokenInstance, check them, and keep them as ALIAS (default
    main). All three stand in the console, console.green-api.com.

    The token goes into the system's keyring. Where there is none, it goes into a file that only you
    can read; where there is one that does not take it, only if you say so.
    """
    console.talk(verbose)
    account = _read_lines(alias) if stdin else _ask(alias)
    console.note(
        check_and_keep(account, ca_bundle=ca_bundle, plain_file=plain_file, ask=_may_use_file)
    )


def _may_use_file(refusal: TokenNotKept) -> bool:
    if not streams.is_terminal(sys.stdin):
        return False
    why = "would keep the token as plain text" if refusal.plain_text else "did not take the token"
    return click.confirm(
        f"The keyring ({refusal.name}) {why}. Keep it in {credentials.path()}, which only you can "
        "read?",
        err=True,
    )


def _ask(alias: str) -> Account:
    if not streams.is_terminal(sys.stdin):
        raise WrongUsage("There is no terminal to ask at; give three lines and --stdin.")
    id_instance = click.prompt("idInstance", err=True)
    api_url = click.prompt("apiUrl", default=suggested_url(id_instance.strip()), err=True)
    token = click.prompt("apiTokenInstance (not shown)", hide_input=True, err=True)
    return checked(alias, api_url, id_instance, token)


def _read_lines(alias: str) -> Account:
    lines = sys.stdin.read(4096).splitlines() if sys.stdin else []
    if len(lines) < 3:
        raise WrongUsage("--stdin takes three lines: apiUrl, idInstance, apiTokenInstance.")
    return checked(alias, *lines[:3])


@click.command(short_help="List the accounts that are kept.")
def accounts() -> None:
    """getcontacts accounts

    List the kept accounts, the default one with a star.
    """
    listed = known()
    if not listed:
        raise NoAccount
    for each in listed:
        star = "*" if each.default else " "
        where = each.where or "token missing: log in again"
        console.say(f"{star} {each.alias}  {each.id_instance}  {each.api_url}  ({where})")


@click.command(short_help="Forget an account.")
@click.argument("alias", required=False)
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
@options.ca_bundle
@options.verbose
def status(account: str | None, ca_bundle: Path | None, verbose: bool) -> None:
    """getcontacts status --account shop

    Ask GREEN-API for the state of the instance, and say what to do about it. The exit code is 4
    when contacts cannot be read.
    """
    console.talk(verbose)
    found = find(account)
    console.speak_of(found)
    state = state_of(found, ca_bundle=ca_bundle)
    if state in ADVICE:
        raise NotReady(state)
    console.say(f"{found.alias}: {state}. {meaning(state)}")
    if _hides_numbers(found, ca_bundle):
        console.warn(LID_MODE)


def _hides_numbers(account: Account, ca_bundle: Path | None) -> bool:
    from workbook.green_api.client import Client

    with Client(account, ca_bundle=ca_bundle) as client, suppress(ContactsError):
        return client.settings().hides_numbers
    return False
