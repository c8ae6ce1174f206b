"""Pairs of ids that are one person, and the ids that the service was asked about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from workbook.contacts.identity import Pair, extend, replacements
from workbook.store import database
from workbook.store.database import Connection


def replacements_of(instance: str) -> dict[str, str]:
    """Return, for each former id of a person, the id that has replaced it."""
    return replacements(known(instance))


def known(instance: str) -> list[Pair]:
    """Return all pairs of an instance."""
    with database.reading() as connection:
        return pairs_of(connection, instance)


def of_all() -> list[Pair]:
    """Return the pairs of all accounts."""
    with database.reading() as connection:
        rows = connection.execute("SELECT DISTINCT instance FROM pair").fetchall()
        return [pair for (instance,) in rows for pair in pairs_of(connection, instance)]


def pairs_of(connection: Connection, instance: str) -> list[Pair]:
    """Return all pairs of an instance, within the caller's transaction."""
    rows = connection.execute(
        "SELECT former, present, source, found FROM pair WHERE instance = ? ORDER BY found, former",
        (instance,),
    )
    return [
        Pair(former, present, source, datetime.fromisoformat(found))
        for former, present, source, found in rows
    ]


def keep(instance: str, pairs: Iterable[Pair], asked: str = "") -> int:
    """Keep pairs, and the id that the service was `asked` about; return how many pairs are new."""
    with database.writing() as connection:
        if asked:
            note(connection, instance, asked, datetime.now(UTC))
        return add(connection, instance, pairs)


def note(connection: Connection, instance: str, asked: str, at: datetime) -> None:
    """Note that the service was asked about an id, within the caller's transaction."""
    row = (instance, asked, database.text_of(at))
    connection.execute("INSERT OR REPLACE INTO asked VALUES (?, ?, ?)", row)


def add(connection: Connection, instance: str, pairs: Iterable[Pair]) -> int:
    """Keep pairs, within the caller's transaction; return how many are new."""
    count, replaced_by = 0, None
    for pair in pairs:
        if replaced_by is None:
            replaced_by = replacements(pairs_of(connection, instance))
        new = extend(pair, replaced_by)
        if new is not None:
            replaced_by[new.former] = new.present
            connection.execute(
                "INSERT OR REPLACE INTO pair VALUES (?, ?, ?, ?, ?)",
                (instance, new.former, new.present, new.source, database.text_of(new.found)),
            )
            count += 1
    return count


def separate(instance: str, contact_id: str) -> bool:
    """Delete all pairs with this id; return whether there was one."""
    with database.writing() as connection:
        done = connection.execute(
            "DELETE FROM pair WHERE instance = ?1 AND (former = ?2 OR present = ?2)",
            (instance, contact_id),
        )
        return bool(done.rowcount)


def asked_since(instance: str, moment: datetime) -> set[str]:
    """Return the ids about which the service was asked at that time or later."""
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT id FROM asked WHERE instance = ? AND at >= ?",
            (instance, database.text_of(moment)),
        )
        return {id_ for (id_,) in rows}
