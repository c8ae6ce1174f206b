"""The last good list of each account; whether a list is good is decided elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from workbook.contacts.contact import NO_CONTACT, ContactList
from workbook.store import database
from workbook.store.database import Connection


class Snapshot(msgspec.Struct, frozen=True):
    """One whole list, with its account and the time it was fetched (aware, UTC)."""

    alias: str
    fetched: datetime
    contacts: ContactList
    dropped: Counter[str] = msgspec.field(default_factory=Counter)
    altered: Counter[str] = msgspec.field(default_factory=Counter)

    def age(self) -> float:
        """Return the age in seconds, never negative."""
        return max(0.0, (datetime.now(UTC) - self.fetched).total_seconds())

    @property
    def flawed(self) -> bool:
        """Tell whether the answer had rows that were no contacts, so that somebody may lack."""
        return self.dropped[NO_CONTACT] > 0

    @property
    def age_text(self) -> str:
        """Return the age in words, in the largest unit that makes it 2 or more."""
        seconds = self.age()
        for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            if seconds >= 2 * length:
                return f"{seconds / length:.0f} {unit}"
        return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"

    def younger_than(self, seconds: float) -> bool:
        """Return whether it is; a list from the future (the clock was set back) is not."""
        return self.fetched <= datetime.now(UTC) and self.age() < seconds


def put(
    connection: Connection, instance: str, snapshot: Snapshot, there: Sequence[bytes] = ()
) -> None:
    """Replace the last good list, within the caller's transaction.

    `there`: the packed pieces of the list before; equal ones are not written again.
    """
    fetched, counts = database.text_of(snapshot.fetched), (snapshot.dropped, snapshot.altered)
    connection.execute(
        "INSERT INTO snapshot VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?3) ON CONFLICT DO UPDATE SET"
        " alias = ?2, fetched = ?3, length = ?4, dropped = ?5, altered = ?6",
        (instance, snapshot.alias, fetched, len(snapshot.contacts), *map(_dump, counts)),
    )
    pieces = snapshot.contacts.pieces
    connection.executemany(
        "INSERT OR REPLACE INTO piece VALUES (?, ?, ?)",
        ((instance, at, p) for at, p in enumerate(pieces) if at >= len(there) or p != there[at]),
    )
    connection.execute(
        "DELETE FROM piece WHERE instance = ? AND position >= ?", (instance, len(pieces))
    )


def take_out(connection: Connection, instance: str, ids: Set[str]) -> None:
    """Delete contacts from the last good list, within the caller's transaction."""
    there = snapshot_of(connection, instance)
    if there is not None:
        kept = ContactList.pack(contact for contact in there.contacts if contact.id not in ids)
        put(connection, instance, replace(there, contacts=kept), there.contacts.pieces)


def last_good(instance: str) -> Snapshot | None:
    """Return the last good list of an instance, or None."""
    with database.reading() as connection:
        return snapshot_of(connection, instance)


def snapshot_of(connection: Connection, instance: str) -> Snapshot | None:
    """Return the last good list of an instance or None, within the caller's transaction."""
    row = connection.execute(
        "SELECT alias, fetched, length, dropped, altered FROM snapshot WHERE instance = ?",
        (instance,),
    ).fetchone()
    if row is None:
        return None
    alias, fetched, length, dropped, altered = row
    return Snapshot(
        alias,
        datetime.fromisoformat(fetched),
        ContactList(_pieces(connection, instance), length),
        _load(dropped),
        _load(altered),
    )


def last_time(connection: Connection, instance: str) -> datetime | None:
    """Return when the last good list was fetched, without reading the list."""
    row = connection.execute(
        "SELECT fetched FROM snapshot WHERE instance = ?", (instance,)
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def accounts_with_lists(alias: str | None = None) -> list[tuple[str, str]]:
    """Return alias and instance of every list that is kept, or of the lists under one alias."""
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT alias, instance FROM snapshot WHERE ?1 IS NULL OR alias = ?1", (alias,)
        )
        return list(rows)


def _pieces(connection: Connection, instance: str) -> list[bytes]:
    bodies = connection.execute(
        "SELECT body FROM piece WHERE instance = ? ORDER BY position", (instance,)
    )
    return [body for (body,) in bodies]


def first_time(connection: Connection, instance: str) -> datetime | None:
    """Return when the first list of an instance was fetched."""
    row = connection.execute(
        "SELECT first FROM snapshot WHERE instance = ?", (instance,)
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def _dump(counts: Counter[str]) -> str:
    return msgspec.json.encode(dict(+counts)).decode()


def _load(text: str) -> Counter[str]:
    return Counter(msgspec.json.decode(text, type=dict[str, int]))
