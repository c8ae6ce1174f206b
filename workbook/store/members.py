"""Who is in which group, as the service said it, and when it was asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from workbook.contacts.identity import Pair
from workbook.contacts.members import Group, Member
from workbook.store import database, pairs
from workbook.store.database import Connection


def keep(instance: str, group: Group, told: Iterable[Pair], at: datetime) -> None:
    """Keep the members of a group instead of those of before, and pairs of ids that they tell."""
    key = (instance, group.id)
    with database.writing() as connection:
        connection.execute("DELETE FROM member WHERE instance = ? AND chat = ?", key)
        connection.executemany(
            "INSERT INTO member VALUES (?, ?, ?, ?, ?, ?)",
            [(*key, at_, m.id, m.lid, m.role) for at_, m in enumerate(group.members)],
        )
        connection.execute(
            "INSERT OR REPLACE INTO asked_group VALUES (?, ?, ?, ?, ?)",
            (*key, group.subject, group.refused, database.text_of(at)),
        )
        pairs.note(connection, instance, group.id, at)  # which resolve asks about, too
        pairs.add(connection, instance, told)


def asked_since(instance: str, moment: datetime) -> set[str]:
    """Return the groups about which the service was asked at that time or later."""
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT id FROM asked_group WHERE instance = ? AND at >= ?",
            (instance, database.text_of(moment)),
        )
        return {id_ for (id_,) in rows}


def last_asked(instance: str) -> datetime | None:
    """Return when the service was asked last about any group."""
    with database.reading() as connection:
        (at,) = connection.execute(
            "SELECT max(at) FROM asked_group WHERE instance = ?", (instance,)
        ).fetchone()
    return datetime.fromisoformat(at) if at else None


def groups(instance: str, wanted: Iterable[str]) -> list[Group]:
    """Return what is kept of these groups, in their order."""
    with database.reading() as connection:
        return [group for id_ in wanted if (group := _group(connection, instance, id_)) is not None]


def _group(connection: Connection, *key: str) -> Group | None:
    told = connection.execute(
        "SELECT subject, refused FROM asked_group WHERE instance = ? AND id = ?", key
    ).fetchone()
    members = connection.execute(
        "SELECT id, lid, role FROM member WHERE instance = ? AND chat = ? ORDER BY position", key
    )
    return told and Group(key[1], told[0], tuple(Member(*each) for each in members), told[1])
