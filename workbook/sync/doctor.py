"""What keeps an account from being read, and the one next step; each check changes nothing.

A spreadsheet program's checks are its add-in's: they stand between those of Python and those of the
account.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Iterable
from importlib import metadata
from typing import TYPE_CHECKING

import msgspec

import workbook
from workbook.accounts import accounts, credentials, setting_texts, settings
from workbook.errors import ADVICE, ContactsError, NoAccount, NotReady, Unreachable, WrongUsage

if TYPE_CHECKING:
    from workbook.accounts.accounts import Account

DISTRIBUTION = "green-api-contacts"
SECONDS = 10.0  # for each of the two questions to GREEN-API
FINE = "Everything is in order."


class Check(msgspec.Struct, frozen=True):
    """What was looked at and found; `ok` is None for what is neither right nor wrong.

    `next_step` is what mends it, `exit_code` what a program is told about it.
    """

    name: str
    ok: bool | None
    detail: str
    next_step: str = ""
    exit_code: int = 0


def checks(alias: str | None = None, hosts: Iterable[Check] = ()) -> list[Check]:
    """Look at everything, from the ground up: Python, spreadsheet programs, account, GREEN-API.

    `hosts` is what the spreadsheet programs' add-ins found. What cannot be looked at because of
    something before it is left out.
    """
    return [_python(), *hosts, _keyring(), *_settings(), *_account_side(alias)]


def next_step(found: Iterable[Check]) -> str:
    """Return the one thing to do: what mends the first failure; others may follow from it."""
    return next((each.next_step for each in found if each.ok is False), FINE)


def exit_code(found: Iterable[Check]) -> int:
    """Return the exit code of the first failure, 0 without any."""
    return next((each.exit_code for each in found if each.ok is False), 0)


def failed(name: str, detail: str, mend: str) -> Check:
    """Return that something is wrong, and what mends it."""
    return Check(name, False, detail, mend, WrongUsage.exit_code)


def failed_with(name: str, error: ContactsError, mend: str = "") -> Check:
    """Return that an error speaks against something; its sentence names the next step, too."""
    return Check(name, False, str(error), mend or str(error), error.exit_code)


def _python() -> Check:
    code, installed = workbook.__version__, metadata.version(DISTRIBUTION)
    bits = struct.calcsize("P") * 8
    detail = f"Python {platform.python_version()} ({bits} bit), getcontacts {code}"
    if installed != code:
        return failed(
            "Python",
            f"{detail}, but {installed} is what was installed",
            "Install getcontacts again, as its README shows.",
        )
    return Check("Python", True, detail)


def _keyring() -> Check:
    if used := credentials.keyring_name():
        return Check("Keyring", True, used)
    instead = f"none answers; tokens go to {credentials.path()}, which only you can read"
    return Check("Keyring", None, instead)


def _settings() -> list[Check]:
    """Tell of names in the settings that mean nothing, such as mistyped ones."""
    try:
        unknown = settings.unknown_names()
    except ContactsError:  # which the account's check tells
        return []
    return [Check("Settings", None, setting_texts.unknown(name)) for name in unknown]


def _account_side(alias: str | None) -> list[Check]:
    try:
        account = accounts.find(alias)
    except ContactsError as error:
        mend = "getcontacts login" if isinstance(error, NoAccount) and not error.known else ""
        return [failed_with("Account", error, mend)]
    named = Check("Account", True, f"{account.alias}, {account.id_instance}, {account.api_url}")
    network = _network(account)
    return [named, network, _state(account)] if network.ok else [named, network]


def _network(account: Account) -> Check:
    """Ask the account's host without a token: any answer at all tells that the way is free."""
    import time

    from workbook.green_api.http import Exchange, SmallBody
    from workbook.green_api.transport import proxy_for

    unsigned = account.without_token()
    try:
        exchange = Exchange(unsigned, settings.load().trusted_hosts)
        failure = exchange.call("getStateInstance", SmallBody(bytes), time.monotonic() + SECONDS)
        exchange.close()
    except ContactsError as error:
        return failed_with("Network", error)
    if isinstance(failure, Unreachable):
        return failed_with("Network", failure)
    way = proxy_for(account.api_url)
    through = f" through the proxy {way}" if way else ""
    return Check("Network", True, f"{exchange.host} answers{through}")


def _state(account: Account) -> Check:
    from workbook.green_api.client import Client

    try:
        with Client(account, budget=SECONDS) as client:
            state = client.state()
    except ContactsError as error:
        return failed_with("Instance", error)
    return (
        failed_with("Instance", NotReady(state))
        if state in ADVICE
        else Check("Instance", True, state)
    )
