"""Log in: ask GREEN-API for the state of an account, save the account, explain the state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workbook.accounts import accounts, credentials
from workbook.accounts.accounts import Account
from workbook.errors import ADVICE, TokenNotKept

_LIMITED = "WhatsApp limits sending from this account; contacts can be read, but may be old ones."
READABLE = {
    "authorized": "The instance is ready; contacts can be read.",
    "yellowCard": _LIMITED,
    "suspended": _LIMITED,
}
# states in which the service may answer with an old list and 200 (green-api.md, 2.4 and 3)
_MAY_BE_OLD = {
    "yellowCard": "see the GREEN-API console for what WhatsApp allows.",
    "suspended": "see the GREEN-API console for what WhatsApp allows.",
    "sleepMode": "switch the phone on, wait five minutes and repeat.",
}


def check_and_keep(
    account: Account,
    *,
    default: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    budget: float | None = None,
    ca_bundle: Path | None = None,
    plain_file: bool = False,
    ask: Callable[[TokenNotKept], bool] = lambda _: False,
) -> str:
    """Ask GREEN-API whether the credentials are right, save them, and return sentences about it.

    `plain_file`: keep the token in a file. `ask`: may it go there, as the keyring did not take it?
    If `cancelled` returns True after that call, save nothing and return "". `budget`: seconds in
    all. Raises ContactsError, and has saved nothing then.
    """
    state = state_of(account, budget=budget, ca_bundle=ca_bundle)
    if cancelled():
        return ""
    where = _kept(account, plain_file, ask)
    if default:
        accounts.make_default(account.alias)
    return f'"{account.alias}" is saved; its token is in {_place(where)}. {meaning(state)}'


def _place(where: str) -> str:
    name = credentials.keyring_name()
    if where == credentials.KEYRING:
        return f"the system's keyring ({name})"
    return f"{where} (readable by you alone)" + ("" if name else ", as there is no keyring here")


def _kept(account: Account, plain_file: bool, ask: Callable[[TokenNotKept], bool]) -> str:
    try:
        return accounts.save(account, plain_file=plain_file)
    except TokenNotKept as error:
        refusal = error
    if not ask(refusal):
        raise refusal
    return accounts.save(account, plain_file=True)


def state_of(
    account: Account, *, budget: float | None = None, ca_bundle: Path | None = None
) -> str:
    """Ask GREEN-API for the state of the instance. Raises ContactsError."""
    from workbook.green_api.client import Client

    with Client(account, budget=budget, ca_bundle=ca_bundle) as client:
        return client.state()


def meaning(state: str) -> str:
    """Return what a state means for reading contacts, or what to do about it."""
    new = f'The state "{state}" is new to getcontacts; try to export.'
    return READABLE.get(state) or ADVICE.get(state, new)


def staleness(state: str) -> str:
    """Return a sentence for a state in which a list may be an old one, "" for any other state."""
    if state not in _MAY_BE_OLD:
        return ""
    advice = _MAY_BE_OLD[state]
    return f'The list may be an old one, for the instance is in the state "{state}"; {advice}'
