"""The last good list of each account, kept in the database; it does not judge lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from workbook import store
from workbook.contacts import ContactList


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One whole list with its account and its time (aware, UTC)."""

    alias: str
    fetched: datetime
    contacts: ContactList
    dropped: Counter[str] = field(default_factory=Counter)
    altered: Counter[str] = field(default_factory=Counter)

    def age(self) -> float:
        """Return the age in seconds, never negative."""
        return max(0.0, (datetime.now(UTC) - self.fetched).total_seconds())


def record(instance: str, snapshot: Snapshot) -> None:
    """Keep this list as the last good one of the instance, unless a later one is kept already."""
    fetched = snapshot.fetched.astimezone(UTC).isoformat()
    counts = (_dump(snapshot.dropped), _dump(snapshot.altered))
    with store.opened() as connection:
        connection.execute("BEGIN IMMEDIATE")
        later = connection.execute(
            "SELECT 1 FROM snapshot WHERE instance = ? AND fetched > ?", (instance, fetched)
        ).fetchone()
        if later:
            return
        connection.execute("DELETE FROM piece WHERE instance = ?", (instance,))
        connection.executemany(
            "INSERT INTO piece VALUES (?, ?, ?)",
            ((instance, place, body) for place, body in enumerate(snapshot.contacts.pieces)),
        )
        connection.execute(
            "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?, ?)",
            (instance, snapshot.alias, fetched, len(snapshot.contacts), *counts),
        )


def last_good(instance: str) -> Snapshot | None:
    """Return the last good list of an instance, None when there is none yet."""
    with store.opened() as connection:
        connection.execute("BEGIN")
        row = connection.execute(
            "SELECT alias, fetched, length, dropped, altered FROM snapshot WHERE instance = ?",
            (instance,),
        ).fetchone()
        if row is None:
            return None
        bodies = connection.execute(
            "SELECT body FROM piece WHERE instance = ? ORDER BY position", (instance,)
        )
        contacts = ContactList((body for (body,) in bodies), row[2])
    alias, fetched, _, dropped, altered = row
    return Snapshot(
        alias, datetime.fromisoformat(fetched), contacts, _load(dropped), _load(altered)
    )


def last_time(instance: str) -> datetime | None:
    """Return when the last good list was fetched, without reading the list."""
    with store.opened() as connection:
        row = connection.execute(
            "SELECT fetched FROM snapshot WHERE instance = ?", (instance,)
        ).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def _dump(counts: Counter[str]) -> str:
    return msgspec.json.encode(dict(+counts)).decode()


def _load(text: str) -> Counter[str]:
    return Counter(msgspec.json.decode(text, type=dict[str, int]))
