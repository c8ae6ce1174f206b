"""The command `login`: three fields asked for one by one, each checked before the next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from workbook.accounts import accounts, credentials, fields, settings
from workbook.accounts.accounts import Account, AccountInfo, checked
from workbook.accounts.fields import Request
from workbook.cli import console, options, streams, typed
from workbook.errors import ContactsError, TokenNotKept, WrongUsage
from workbook.files import shell
from workbook.green_api.login import check_and_keep
from workbook.green_api.protocol import base_url

WHERE = (
    "All three values stand on your instance's page at console.green-api.com; the URL of any "
    "request, pasted at the first question, answers all of them."
)
IS_TOKEN = "That is the apiTokenInstance; it is asked for third, and not shown then."  # noqa: S105 - a sentence
IS_ID = (
    "That is the idInstance; it is asked for next. Press Enter to have the apiUrl derived from it."
)


@click.command(short_help="Keep an account's credentials.")
@click.argument("alias", default="main", shell_complete=options.aliases)
@click.option("--stdin", is_flag=True, help="Read apiUrl, idInstance, apiTokenInstance as lines.")
@click.option("--plain-file", is_flag=True, help="Keep the token in a file of yours, mode 0600.")
@options.ca_bundle
@options.verbose
def login(alias: str, stdin: bool, plain_file: bool, ca_bundle: Path | None, verbose: bool) -> None:
    """getcontacts login shop

    Ask for apiUrl, idInstance and apiTokenInstance, check them, and keep them as ALIAS (default
    main).

    console.green-api.com shows all three; an empty apiUrl is derived from the idInstance. The URL
    of a request, or a line for curl, may be pasted instead. Where the account is kept already,
    Enter keeps each value.

    The token goes into the system's keyring. Where there is none, it goes into a file that only you
    can read; where there is one that does not take it, only if you say so.
    """
    console.talk(verbose)
    alias = fields.alias(alias)
    account = _read_lines(alias) if stdin else _ask(alias)
    console.note(
        check_and_keep(account, ca_bundle=ca_bundle, plain_file=plain_file, ask=_may_use_file)
    )
    console.note(f"Next step: getcontacts export contacts.xlsx{_which(account.alias)}")


def _which(alias: str) -> str:
    default = next((each.alias for each in accounts.known() if each.default), "")
    return "" if default == alias else f" --account {shell.word(alias, shell.in_use())}"


def _may_use_file(refusal: TokenNotKept) -> bool:
    if not streams.is_terminal(sys.stdin):
        return False
    why = "would keep the token as plain text" if refusal.plain_text else "did not take the token"
    return click.confirm(
        f"The keyring ({refusal.name}) {why}. Keep it in {credentials.path()}, which only you can "
        "read?",
        err=True,
    )


def _read_lines(alias: str) -> Account:
    text = sys.stdin.read(4096) if sys.stdin else ""
    if request := fields.request_in(text):
        return checked(alias, *request)
    lines = text.splitlines()
    if len(lines) < 3:
        raise WrongUsage("--stdin takes three lines: apiUrl, idInstance, apiTokenInstance.")
    return checked(alias, *lines[:3])


def _ask(alias: str) -> Account:
    if not streams.is_terminal(sys.stdin):
        raise WrongUsage("There is no terminal to ask at; give three lines and --stdin.")
    console.note(WHERE)
    kept = next((each for each in accounts.known() if each.alias == alias and each.where), None)
    try:
        api_url = _field("apiUrl", kept.api_url if kept else "", _url)
        id_instance = _field("idInstance", kept.id_instance if kept else "", fields.id_instance)
    except _Pasted as pasted:
        return checked(alias, *pasted.request)
    api_url = api_url or fields.suggested_url(id_instance)
    return Account(alias, api_url, id_instance, _token(kept, api_url, id_instance))


class _Pasted(Exception):
    """The URL of a request was pasted, which answers all questions."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request


def _url(text: str) -> str:
    typed_in = fields.tidy(text)
    if typed_in.isalnum() and not typed_in.isalpha():
        raise WrongUsage(IS_ID if typed_in.isdecimal() else IS_TOKEN)
    address = fields.api_url(text)
    if address:
        base_url(address, settings.load().trusted_hosts)  # may a token be sent there?
    return address


def _field(name: str, offered: str, check: Callable[[str], str]) -> str:
    """Ask until the answer is right. Raises _Pasted for the URL of a request."""
    while True:
        answer = typed.ask(_question(name, offered))
        if request := fields.request_in(answer.text):
            answer.wipe()
            typed.forget_rest()
            raise _Pasted(request)
        try:
            return check(answer.text) if answer.text.strip() else offered or check("")
        except ContactsError as error:
            problem = error
        answer.wipe()  # it may be the token, in the wrong place
        console.note(str(problem))


def _question(name: str, offered: str) -> str:
    if name == "apiUrl" and not offered:
        return "apiUrl (Enter: derived from the idInstance): "
    return f"{name} [{offered}]: " if offered else f"{name}: "


def _token(kept: AccountInfo | None, api_url: str, id_instance: str) -> str:
    """Ask for the token; Enter keeps the one that is kept for this instance and host."""
    host = accounts.host_of(api_url, id_instance)
    same = (
        kept is not None
        and kept.id_instance == id_instance
        and accounts.host_of(kept.api_url, kept.id_instance) == host
    )
    question = f"apiTokenInstance (not shown{'; Enter keeps the one that is kept' * same})"
    while True:
        text = click.prompt(question, default="", show_default=False, hide_input=True, err=True)
        if not text.strip() and kept is not None and same:
            return credentials.token_of(kept.alias, id_instance, host)
        if request := fields.request_in(text):
            text = request.token
        try:
            return fields.token(text)
        except ContactsError as error:
            problem = error
        console.note(str(problem))
