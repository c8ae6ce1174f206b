"""The history of contacts: a version for each state that differs from the list of today.

A contact without a version has not changed since the first list.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec

from workbook.contacts.changes import Version
from workbook.contacts.contact import Contact
from workbook.contacts.difference import NOBODY, Difference, PackedSelection
from workbook.merge.model import CONFIRMED
from workbook.store import database
from workbook.store.database import Connection, text_of

# the service's list may be five minutes old (green-api.md, 1): lists less apart count as one
APART = timedelta(minutes=5)
OLDEST = 5_000  # versions at a time that make room
LET_GO = timedelta(days=3)  # after which an absence that was doubted is believed

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Contact).decode


class Step(msgspec.Struct, frozen=True):
    """What the list of `now` changed; `before` is the time of the list before it.

    `doubted` are missing from the answer and stay in the list, as the answer is not believed.
    `flawed`: nobody's absence is counted by this answer.
    """

    difference: Difference
    now: datetime
    before: datetime
    doubted: PackedSelection = NOBODY
    flawed: bool = False


def add_step(connection: Connection, instance: str, step: Step) -> None:
    """Keep what a list changed, within the transaction that keeps the list."""
    # in the order in which the tables keep them; another takes thrice as long
    for part in step.difference.ended.in_order():
        _end(connection, instance, step, part)
    for part in step.difference.began.in_order():
        _begin(connection, instance, step, part)
    _miss(connection, instance, step)
    _find(connection, instance, step)


def _of(
    connection: Connection, instance: str, contacts: Iterable[Contact], value: str
) -> dict[str, str]:
    """Return, by id of those contacts that have one, a `value`: SQL that names column and table."""
    rows = connection.execute(
        f"SELECT id, {value} WHERE instance = ?"  # noqa: S608 - a text of our own
        " AND id IN (SELECT value FROM json_each(?)) GROUP BY id",
        (instance, json.dumps([contact.id for contact in contacts])),
    )
    return dict(rows)


def _end(connection: Connection, instance: str, step: Step, contacts: Sequence[Contact]) -> None:
    now, before = text_of(step.now), text_of(step.before)
    known = among(connection, instance, (contact.id for contact in contacts))
    seen = _of(connection, instance, contacts, "last_seen FROM absence")
    connection.executemany(
        "UPDATE version SET valid_to = ?, last_seen = ?"
        " WHERE instance = ? AND id = ? AND valid_to IS NULL",
        ((now, seen.get(c.id, before), instance, c.id) for c in contacts if c.id in known),
    )
    # who is in the list without a version has been so since the first list
    connection.executemany(
        "INSERT OR REPLACE INTO version SELECT ?1, ?2, ?3, first, first, ?4, ?5 FROM snapshot"
        " WHERE instance = ?1",
        (
            (instance, c.id, _encode(c), seen.get(c.id, before), now)
            for c in contacts
            if c.id not in known
        ),
    )


def _begin(connection: Connection, instance: str, step: Step, contacts: Sequence[Contact]) -> None:
    """Begin the new versions of contacts, once their former ones were ended."""
    now = text_of(step.now)
    known = _of(connection, instance, contacts, "MIN(first_seen) FROM version")
    connection.executemany(
        "INSERT OR REPLACE INTO version VALUES (?, ?, ?, ?, ?, NULL, NULL)",
        ((instance, c.id, _encode(c), known.get(c.id, now), now) for c in contacts),
    )


def _miss(connection: Connection, instance: str, step: Step) -> None:
    """Count absences; those from an answer that is not believed are counted apart."""
    now, before = text_of(step.now), text_of(step.before)
    connection.executemany(
        "INSERT OR REPLACE INTO absence SELECT ?1, ?2, 1, COALESCE((SELECT last_seen FROM absence"
        " WHERE instance = ?1 AND id = ?2), ?3), ?4, ?4, 1",
        ((instance, contact.id, before, now) for contact in step.difference.missing),
    )
    connection.executemany(
        "INSERT INTO absence VALUES (?1, ?2, 0, ?3, ?4, ?4, 1) ON CONFLICT DO NOTHING",
        ((instance, contact.id, before, now) for contact in step.doubted),
    )
    if step.flawed and not step.doubted:
        return
    connection.execute(
        "UPDATE absence SET times = times + 1, counted = ?1"
        " WHERE instance = ?2 AND believed = ?3 AND times < ?4 AND counted <= ?5",
        (now, instance, not step.doubted, CONFIRMED, text_of(step.now - APART)),
    )


def _find(connection: Connection, instance: str, step: Step) -> None:
    """Forget the absence of those who are back."""
    connection.executemany(
        "DELETE FROM absence WHERE instance = ? AND id = ?",
        ((instance, contact.id) for contact in step.difference.newcomers),
    )
    still = {hash(contact.id) for contact in step.doubted}
    found = [id_ for id_ in doubted(connection, instance) if hash(id_) not in still]
    connection.executemany(
        "DELETE FROM absence WHERE instance = ? AND id = ? AND NOT believed",
        ((instance, id_) for id_ in found),
    )


def doubted(connection: Connection, instance: str) -> set[str]:
    """Return the ids that stay in the list although the last answer lacked them."""
    rows = connection.execute(
        "SELECT id FROM absence WHERE instance = ? AND NOT believed", (instance,)
    )
    return {id_ for (id_,) in rows}


def long_missing(connection: Connection, instance: str, now: datetime) -> set[str]:
    """Return the ids whose absence is believed, if they are missing from the list of `now` too."""
    rows = connection.execute(
        "SELECT id FROM absence WHERE instance = ? AND NOT believed AND since <= ?"
        " AND times + (counted <= ?) >= ?",
        (instance, text_of(now - LET_GO), text_of(now - APART), CONFIRMED),
    )
    return {id_ for (id_,) in rows}


def forget_oldest(connection: Connection, size: int) -> datetime | None:
    """Delete the history that ended first, of any account, until `size` bytes are enough.

    Return until when history was deleted, None if none was. The lists themselves always stay.
    """
    until = None
    while database.used(connection) > size:
        ends = connection.execute(
            "SELECT valid_to FROM version WHERE valid_to IS NOT NULL ORDER BY valid_to LIMIT ?",
            (OLDEST,),
        ).fetchall()
        if not ends:
            break
        until = datetime.fromisoformat(ends[-1][0])
        instances = connection.execute("SELECT instance FROM snapshot").fetchall()
        for (instance,) in instances:
            forget_before(connection, instance, until + timedelta(microseconds=1))
        if connection.execute("SELECT 1 FROM version WHERE valid_to <= ?", ends[-1]).fetchone():
            break  # of an account without a list
    return until


def forget_before(connection: Connection, instance: str, moment: datetime) -> None:
    """Delete versions that ended before that time, and absences of which no version is left."""
    connection.execute(
        "DELETE FROM version WHERE instance = ? AND valid_to < ?", (instance, text_of(moment))
    )
    connection.execute(
        "DELETE FROM absence WHERE instance = ?1 AND believed AND NOT EXISTS"
        " (SELECT 1 FROM version WHERE version.instance = ?1 AND version.id = absence.id)",
        (instance,),
    )


def changed_after(connection: Connection, instance: str, moment: datetime) -> Iterator[str]:
    """Yield, in order, the ids with a version that began or ended after that time."""
    # without the inner one SQLite goes through all versions, as these are in the order of ids
    rows = connection.execute(
        "SELECT DISTINCT id FROM"
        " (SELECT id FROM version WHERE instance = ?1 AND valid_from > ?2"
        "  UNION ALL SELECT id FROM version WHERE instance = ?1 AND valid_to > ?2) ORDER BY id",
        (instance, text_of(moment)),
    )
    return (id_ for (id_,) in rows)


def steps(connection: Connection, instance: str, moment: datetime) -> dict[str, int]:
    """Return by how many ids the list grew on each day (UTC) after that time, where it did."""
    rows = connection.execute(
        "SELECT day, SUM(step) FROM"
        " (SELECT substr(valid_from, 1, 10) AS day, 1 AS step FROM version"
        "  WHERE instance = ?1 AND valid_from > ?2 UNION ALL"
        "  SELECT substr(valid_to, 1, 10), -1 FROM version WHERE instance = ?1 AND valid_to > ?2)"
        " GROUP BY day",
        (instance, text_of(moment)),
    )
    return dict(rows)


def newest(connection: Connection, instance: str, moment: datetime, count: int) -> set[str]:
    """Return the ids that came, changed and went last after that time, so many of each."""
    since = (instance, text_of(moment), count)
    version = "SELECT id FROM version WHERE instance = ?1 AND valid_from > ?2 AND valid_from"
    ids: set[str] = set()
    for query in (
        f"{version} = first_seen ORDER BY valid_from DESC LIMIT ?3",
        f"{version} > first_seen ORDER BY valid_from DESC LIMIT ?3",
        "SELECT id FROM absence WHERE instance = ?1 AND believed AND since > ?2"
        " ORDER BY since DESC LIMIT ?3",
    ):
        ids.update(id_ for (id_,) in connection.execute(query, since))
    return ids


def among(connection: Connection, instance: str, ids: Iterable[str]) -> set[str]:
    """Return those of these ids that have versions."""
    rows = connection.execute(
        "SELECT id FROM version WHERE instance = ? AND id IN (SELECT value FROM json_each(?))",
        (instance, json.dumps(sorted(ids))),
    )
    return {id_ for (id_,) in rows}


def versions_of(
    connection: Connection, instance: str, ids: Iterable[str] | None = None
) -> dict[str, list[Version]]:
    """Return the versions of these ids, or of all, by id and in the order of time."""
    columns = "id, body, first_seen, valid_from, last_seen, valid_to"
    only = "" if ids is None else " AND id IN (SELECT value FROM json_each(?))"
    rows = connection.execute(
        f"SELECT {columns} FROM version WHERE instance = ?{only} ORDER BY id, valid_from",  # noqa: S608 - two texts of our own
        (instance,) if ids is None else (instance, json.dumps(sorted(ids))),
    )
    versions: dict[str, list[Version]] = defaultdict(list)
    for id_, body, *times in rows:
        versions[id_].append(_version(body, *times))
    return dict(versions)


def _version(body: bytes, first: str, start: str, last: str | None, end: str | None) -> Version:
    return Version(
        _decode(body),
        _moment(first),
        _moment(start),
        _moment(last) if last else None,
        _moment(end) if end else None,
    )


@lru_cache(64)  # a list gives all its versions one time
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def last_seen(
    connection: Connection, instance: str, believed: bool
) -> Mapping[str, tuple[datetime, int]]:
    """Return, by id of absent contacts, when they were seen last and how many lists lacked them.

    `believed`: of those who left the list; else of those kept in it although an answer lacked them.
    """
    rows = connection.execute(
        "SELECT id, last_seen, times FROM absence WHERE instance = ? AND believed = ?",
        (instance, believed),
    )
    return {id_: (datetime.fromisoformat(seen), times) for id_, seen, times in rows}
