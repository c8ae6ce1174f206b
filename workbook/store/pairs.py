"""Which ids are one person's, kept in the database, and whom the service was asked about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from workbook.contacts.identity import Pair, extend, replacements
from workbook.store import database
from workbook.store.database import Connection


def replacements_of(instance: str) -> dict[str, str]:
    """Return for each former id of a person the one that has taken its place."""
    return replacements(known(instance))


def known(instance: str) -> list[Pair]:
    """Return all pairs of an instance's people."""
    with database.reading() as connection:
        return pairs_of(connection, instance)


def pairs_of(connection: Connection, instance: str) -> list[Pair]:
    """Return all pairs within somebody's transaction."""
    rows = connection.execute(
        "SELECT former, present, source, found FROM pair WHERE instance = ? ORDER BY found, former",
        (instance,),
    )
    return [
        Pair(former, present, source, datetime.fromisoformat(found))
        for former, present, source, found in rows
    ]


def keep(instance: str, pairs: Iterable[Pair], asked: str = "") -> int:
    """Keep pairs, and that the service was asked about an id; return how many are news."""
    with database.writing() as connection:
        if asked:
            now = database.text_of(datetime.now(UTC))
            connection.execute(
                "INSERT OR REPLACE INTO asked VALUES (?, ?, ?)", (instance, asked, now)
            )
        return add(connection, instance, pairs)


def add(connection: Connection, instance: str, pairs: Iterable[Pair]) -> int:
    """Keep pairs within somebody's transaction; return how many are news."""
    news, same = 0, None
    for pair in pairs:
        same = replacements(pairs_of(connection, instance)) if same is None else same
        told = extend(pair, same)
        if told is not None:
            same[told.former] = told.present
            connection.execute(
                "INSERT OR REPLACE INTO pair VALUES (?, ?, ?, ?, ?)",
                (instance, told.former, told.present, told.source, database.text_of(told.found)),
            )
            news += 1
    return news


def separate(instance: str, contact_id: str) -> bool:
    """Forget what joins this id to others; tell whether there was anything to forget."""
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
