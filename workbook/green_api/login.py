"""An account asked for its state and kept, and what that state means; it asks no person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workbook.accounts import accounts, credentials
from workbook.accounts.accounts import Account
from workbook.errors import ADVICE

READABLE = {
    "authorized": "The instance is ready; contacts can be read.",
    "yellowCard": "WhatsApp limits sending from this account; contacts can be read.",
    "suspended": "WhatsApp limits sending from this account; contacts can be read.",
}


def check_and_keep(
    account: Account,
    *,
    default: bool = False,
    lost_columns: Callable[[], bool] = lambda: False,
    budget: float | None = None,
    ca_bundle: Path | None = None,
) -> str:
    """Ask GREEN-API whether the credentials are right, keep them, and say so in sentences.

    Nothing is kept, and "" returned, once `lost_columns` says yes. `budget`: seconds in all.
    Raises ContactsError, having kept nothing.
    """
    state = state_of(account, budget=budget, ca_bundle=ca_bundle)
    if lost_columns():
        return ""
    where = accounts.save(account)
    if default:
        accounts.make_default(account.alias)
    return f'"{account.alias}" is kept; its token is in {_place(where)}. {meaning(state)}'


def state_of(
    account: Account, *, budget: float | None = None, ca_bundle: Path | None = None
) -> str:
    """Return the state of the instance as GREEN-API tells it. Raises ContactsError."""
    from workbook.green_api.client import Client

    with Client(account, budget=budget, ca_bundle=ca_bundle) as client:
        return client.state()


def meaning(state: str) -> str:
    """Return what a state means for reading contacts, or what to do about it."""
    new = f'The state "{state}" is new to getcontacts; try to export.'
    return READABLE.get(state) or ADVICE.get(state, new)


def _place(where: str) -> str:
    if where == credentials.KEYRING:
        return "the system's keyring"
    return f"{where} (readable by you alone), as no keyring answered"
