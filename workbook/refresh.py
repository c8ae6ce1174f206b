"""The one door to an account's contacts: the last good list if young enough, else a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from workbook import snapshots
from workbook.accounts import Account
from workbook.errors import ADVICE, ContactsError, EmptyList, NoSnapshot, NotReady
from workbook.snapshots import Snapshot

if TYPE_CHECKING:
    from workbook.green_api.client import Client


@dataclass(frozen=True, slots=True)
class Latest:
    """A list that may be shown, and how many requests it took to have it."""

    snapshot: Snapshot
    calls: int = 0


def latest(
    account: Account,
    max_age: float = 0.0,
    *,
    budget: float | None = None,
    ca_bundle: Path | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Latest:
    """Return the last good list if it is younger than `max_age` seconds, else fetch and keep it.

    `budget` is the seconds a fetch may take in all; `on_bytes` is told how much has arrived.
    Raises the errors of exit codes 2 to 9; the
    kept list stays as it was then.
    """
    if max_age > 0:
        kept = snapshots.last_good(account.id_instance)
        if kept is not None and kept.age() < max_age:
            return Latest(kept)
    return _fetched(account, budget, ca_bundle, on_bytes)


def last_good(account: Account) -> Snapshot:
    """Return the last good list, however old; raises NoSnapshot."""
    kept = snapshots.last_good(account.id_instance)
    if kept is None:
        raise NoSnapshot(account.alias)
    return kept


def _fetched(
    account: Account,
    budget: float | None,
    ca_bundle: Path | None,
    on_bytes: Callable[[int], None] | None,
) -> Latest:
    from workbook.green_api.client import Client  # requests takes a tenth of a second to import

    with Client(account, budget=budget, ca_bundle=ca_bundle) as client:
        try:
            answer = client.contacts(on_bytes)
        except EmptyList:
            answer = None
        if answer is None:
            raise _why_empty(client, account)
        calls = client.calls
    now = datetime.now(UTC)
    snapshot = Snapshot(account.alias, now, answer.contacts, answer.dropped, answer.altered)
    snapshots.record(account.id_instance, snapshot)
    return Latest(snapshot, calls)


def _why_empty(client: Client, account: Account) -> ContactsError:
    """Ask for the state: an instance that is not authorized sends an empty list, too (209)."""
    try:
        state = client.state()
    except ContactsError:
        state = "authorized"
    if state in ADVICE:
        return NotReady(state)
    kept = snapshots.last_time(account.id_instance)
    return EmptyList(f"{kept.astimezone():%Y-%m-%d %H:%M}" if kept else "")
