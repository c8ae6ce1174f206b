"""Turn the fields of the account window into a checked and kept account; no window here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from workbook.accounts import accounts, credentials, fields, settings
from workbook.accounts.accounts import ENVIRONMENT, Account, AccountInfo
from workbook.errors import ContactsError
from workbook.green_api import login
from workbook.green_api.protocol import base_url

CHECKS = {
    "alias": fields.alias,
    "api_url": fields.api_url,
    "id_instance": fields.id_instance,
    "token": fields.token,
}
NEXT = "Now close this window and press Refresh."
SECONDS = 10.0  # a person is watching
NEW_ALIAS = "main"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as they were filled; no token means the one that is kept under this alias."""

    alias: str
    api_url: str
    id_instance: str
    token: str = field(repr=False)
    default: bool = False


class Choices(msgspec.Struct, frozen=True):
    """The accounts there are; `overruled` if the environment names one that goes before them."""

    stored: list[AccountInfo]
    overruled: bool


def choices() -> Choices:
    """Return the accounts one can choose among.

    Raises WrongUsage where settings or environment make no sense.
    """
    known = accounts.known()
    stored = [each for each in known if each.where != ENVIRONMENT]
    return Choices(stored, len(stored) < len(known))


def problem(name: str, text: str) -> str:
    """Return what is wrong with one filled field, "" if nothing."""
    try:
        address = CHECKS[name](text) if text.strip() else ""
        if name == "api_url" and address:
            base_url(address, settings.load().trusted_hosts)
    except ContactsError as error:
        return str(error)
    return ""


def check_and_save(form: Form, cancelled: Callable[[], bool]) -> str:
    """Ask GREEN-API whether the fields are right, keep them, and say so in a sentence or two.

    Nothing is kept once `cancelled` says yes. Raises ContactsError, having kept nothing.
    """
    said = login.check_and_keep(
        _account(form), default=form.default, cancelled=cancelled, budget=SECONDS
    )
    return said and f"{said} {NEXT}"


def _account(form: Form) -> Account:
    alias, id_instance = form.alias.strip(), form.id_instance.strip()
    stored = settings.load().accounts.get(alias)
    token = form.token
    if not token.strip() and stored is not None and stored.id_instance == id_instance:
        host = accounts.host_of(form.api_url, id_instance)
        token = credentials.token_of(alias, id_instance, host)
    return accounts.checked(alias, form.api_url, id_instance, token)
