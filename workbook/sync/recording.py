"""Believe, doubt or refuse a list, and record it: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from enum import Enum

import msgspec
from msgspec.structs import replace

from workbook.accounts.settings import Settings
from workbook.contacts.contact import ContactList, by_type
from workbook.contacts.difference import NOBODY, Difference, PackedSelection, between
from workbook.contacts.identity import from_contacts, from_list, groups, under_another_id
from workbook.errors import OtherPeople
from workbook.store import database, pairs, snapshots, told, versions
from workbook.store.database import Connection
from workbook.store.snapshots import Snapshot
from workbook.store.versions import Step
from workbook.sync import guard
from workbook.sync.guard import Loss


class Trust(Enum):
    """What to do with a list that lost too much.

    REFUSE: record nothing, unless everybody who is missing was doubted before; then as DOUBT.
    DOUBT: record it, and keep those who are missing in the list. BELIEVE: record it as it is.
    """

    REFUSE = "refuse"
    DOUBT = "doubt"
    BELIEVE = "believe"


class RecordResult(msgspec.Struct, frozen=True):
    """The last good list after a recording, and its difference from the list of the time `before`.

    `loss`: too much was missing; the list was `refused`, or those who are missing stay in it.
    `dropped_before`: rows that were left out of the list before, by reason. `forgotten`: until when
    history was deleted, as the database became too large. `endless`: it is to be told that
    history is kept for ever.
    """

    snapshot: Snapshot
    before: datetime | None = None
    difference: Difference = msgspec.field(default_factory=Difference)
    loss: Loss | None = None
    refused: bool = False
    dropped_before: Counter[str] = msgspec.field(default_factory=Counter)
    forgotten: datetime | None = None
    endless: bool = False


def record(
    instance: str,
    snapshot: Snapshot,
    trust: Trust = Trust.BELIEVE,
    settings: Settings = Settings(),  # noqa: B008 - frozen
) -> RecordResult:
    """Record this list as the last good one of the instance, unless a later one is there.

    Raises OtherPeople, and records nothing, for a list that is not believed at all.
    """
    with database.writing() as connection:
        there = snapshots.snapshot_of(connection, instance)
        if there is None:
            snapshots.put(connection, instance, snapshot)
            pairs.add(connection, instance, from_list(snapshot.contacts, snapshot.fetched))
            return RecordResult(snapshot)
        if snapshot.fetched < there.fetched <= datetime.now(UTC):
            return RecordResult(there, dropped_before=there.dropped)
        return _follow(connection, instance, there, snapshot, trust, settings)


def _follow(
    connection: Connection,
    instance: str,
    there: Snapshot,
    snapshot: Snapshot,
    trust: Trust,
    settings: Settings,
) -> RecordResult:
    difference = between(there.contacts, snapshot.contacts)
    doubted = NOBODY
    if trust is not Trust.BELIEVE:
        gone = _gone(connection, instance, snapshot, difference)
        if guard.has_other_people(len(there.contacts), gone):
            raise OtherPeople(len(there.contacts), len(snapshot.contacts))
        doubted = _doubted(connection, instance, there, snapshot, gone, settings)
    loss = Loss(len(doubted), len(there.contacts)) if doubted else None
    if loss and trust is Trust.REFUSE:
        known = versions.doubted(connection, instance)
        if not all(contact.id in known for contact in doubted):
            return RecordResult(there, loss=loss, refused=True)
    snapshot = _with(snapshot, doubted)
    difference = difference.without_end_of(contact.id for contact in doubted)
    step = Step(difference, snapshot.fetched, there.fetched, doubted, snapshot.flawed)
    versions.add_step(connection, instance, step)
    pairs.add(connection, instance, from_contacts(difference.began, snapshot.fetched))
    snapshots.put(connection, instance, snapshot, there.contacts.pieces)
    if settings.history_days:
        oldest = snapshot.fetched - timedelta(days=settings.history_days)
        versions.forget_before(connection, instance, oldest)
    cut = versions.forget_oldest(connection, settings.max_database_mib << 20)
    endless = not settings.history_days and told.is_news(connection, instance, told.ENDLESS_HISTORY)
    result = RecordResult(snapshot, there.fetched, difference, loss, dropped_before=there.dropped)
    return replace(result, forgotten=cut, endless=endless)


def _gone(
    connection: Connection, instance: str, snapshot: Snapshot, difference: Difference
) -> Difference:
    """Return the difference as if people who are listed under another id had not left."""
    if not difference.missing:
        return difference
    links = pairs.pairs_of(connection, instance) + from_contacts(difference.began, snapshot.fetched)
    paired = frozenset().union(*groups(links))
    several = [contact for contact in difference.missing if contact.id in paired] if paired else []
    return difference.without_end_of(under_another_id(several, snapshot.contacts, links))


def _doubted(
    connection: Connection,
    instance: str,
    there: Snapshot,
    snapshot: Snapshot,
    gone: Difference,
    settings: Settings,
) -> PackedSelection:
    """Return those who are missing and not believed to be gone; everybody of a flawed answer.

    Those who were missing from every answer for days are believed to be gone.
    """
    if len(gone.missing) < settings.shrink_people and not snapshot.flawed:
        return NOBODY
    too_much = guard.lost_too_much(
        by_type(there.contacts),
        gone.net_losses(),
        percent=settings.shrink_percent,
        people=settings.shrink_people,
    )
    if not (too_much or snapshot.flawed):
        return NOBODY
    long_missing = versions.long_missing(connection, instance, snapshot.fetched)
    return gone.missing.only(lambda contact: contact.id not in long_missing)


def _with(snapshot: Snapshot, kept: PackedSelection) -> Snapshot:
    if not kept:
        return snapshot
    there, more = snapshot.contacts, ContactList.pack(kept)
    contacts = ContactList((*there.pieces, *more.pieces), len(there) + len(more))
    return replace(snapshot, contacts=contacts)
