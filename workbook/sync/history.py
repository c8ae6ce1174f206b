"""The history of an account's contacts: who came, left and changed, and when. It only reads.

A person who has several ids has one history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, islice

import msgspec
from msgspec.structs import replace

from workbook.accounts.accounts import Account
from workbook.contacts import times
from workbook.contacts.changes import Change, Tally, Version, from_versions
from workbook.contacts.columns import HISTORICAL, Origin, Seen
from workbook.contacts.contact import Contact
from workbook.contacts.identity import Pair, groups
from workbook.files.source_date_epoch import told
from workbook.store import database, pairs, snapshots, versions
from workbook.store.database import Connection

PART = 20_000  # people at a time, whose versions take 20 MB


class Past(msgspec.Struct, frozen=True):
    """Versions by id, the pairs of these ids, and the time of the first list."""

    versions: Mapping[str, list[Version]]
    pairs: list[Pair]
    first: datetime

    def changes(self) -> list[Change]:
        """Return all changes in the order of time."""
        return from_versions(self.versions, self.pairs, self.first)

    def first_seen(self) -> dict[str, datetime]:
        """Return, by id, when the person was seen first; other ids were in the first list."""
        starts = {id_: each[0].first_seen for id_, each in self.versions.items()}
        for ids in groups(self.pairs):
            together = [starts[id_] for id_ in ids if id_ in starts]
            if together:
                starts.update(dict.fromkeys(ids, min(together)))
        return starts

    def status(self) -> dict[str, tuple[str, datetime]]:
        """Return, by id, what changed last and when."""
        persons = {id_: ids for ids in groups(self.pairs) for id_ in ids}
        status: dict[str, tuple[str, datetime]] = {}
        for change in self.changes():
            for id_ in persons.get(change.contact.id, (change.contact.id,)):
                status[id_] = str(change.kind), change.at
        return status


def known_changes(instance: str, after: datetime | None = None) -> list[Change]:
    """Return all changes, or those after a time, in the order of time."""
    with database.reading() as connection:
        if after is None:
            return past_of(connection, instance).changes()
        changes = [*chain.from_iterable(_changes(connection, instance, after))]
    return sorted(changes, key=lambda change: change.at)


def came_since(instance: str, since: datetime) -> set[str]:
    """Return the ids of those who were in a list first then or later; in the first list nobody."""
    with database.reading() as connection:
        past = past_of(connection, instance)
    starts = past.first_seen()
    return {id_ for id_, start in starts.items() if start >= since and start > past.first}


def is_first_list(instance: str) -> bool:
    """Tell whether the list that is kept is the only one that was ever fetched."""
    with database.reading() as connection:
        first = snapshots.first_time(connection, instance)
        return first == snapshots.last_time(connection, instance)


def changed_within(instance: str, fetched: datetime, time: timedelta) -> bool:
    """Tell whether the list that was fetched then had changed, or begun, within the time before."""
    with database.reading() as connection:
        first = snapshots.first_time(connection, instance)
        if first is None or first > fetched - time:
            return True
        return any(versions.changed_after(connection, instance, fetched - time))


def tally(instance: str, after: datetime) -> Tally:
    """Count the changes after a time, in little memory however many there are."""
    with database.reading() as connection:
        return Tally.of(_changes(connection, instance, after))


def _changes(connection: Connection, instance: str, after: datetime) -> Iterator[list[Change]]:
    for ids in parts_changed(connection, instance, after):
        past = past_of(connection, instance, ids)
        yield [change for change in past.changes() if change.at > after]


def parts_changed(connection: Connection, instance: str, after: datetime) -> Iterator[set[str]]:
    """Yield the ids that changed after a time, part by part, as they may be a million.

    All ids of persons who have several are in one part.
    """
    links = pairs.pairs_of(connection, instance)
    persons = groups(links)
    paired = frozenset().union(*persons)
    if several := _touched(connection, instance, after, paired, links):
        yield several.union(*(mine for mine in persons if mine & several))
    alone = (i for i in versions.changed_after(connection, instance, after) if i not in paired)
    while part := set(islice(alone, PART)):
        yield part


def _touched(
    connection: Connection,
    instance: str,
    after: datetime,
    paired: Set[str],
    links: list[Pair],
) -> set[str]:
    """Return those ids, of persons who have several, that changed after a time."""
    if not paired:
        return set()
    ids = {id_ for id_ in versions.changed_after(connection, instance, after) if id_ in paired}
    return ids | {
        id_ for pair in links if pair.found > after for id_ in (pair.former, pair.present)
    }


def origin(account: Account, fetched: datetime, titles: Iterable[str]) -> Origin:
    """Return what the columns with these titles need beside the contacts; `fetched` is aware.

    The past is read only where one of them tells of it.
    """
    if HISTORICAL.isdisjoint(titles):
        return Origin(account.alias, told(fetched))
    return Origin(account.alias, told(fetched), seen(account.id_instance, fetched))


def seen(instance: str, fetched: datetime) -> Callable[[str], Seen]:
    """Return a function: id in the list -> when its person was seen, and what changed last."""
    with database.reading() as connection:
        past = past_of(connection, instance)
        doubted = versions.last_seen(connection, instance, believed=False)
    starts, status = past.first_seen(), past.status()
    text = cache(lambda moment: times.text_of(told(moment)))  # a list gives its people one time
    usual = Seen(text(past.first), text(fetched))

    def of(contact_id: str) -> Seen:
        if contact_id not in starts:
            return usual if contact_id not in doubted else replace(usual, last=last(contact_id))
        first, (word, at) = text(starts[contact_id]), status.get(contact_id, ("", None))
        return Seen(first, last(contact_id), word, text(at) if at else "")

    def last(contact_id: str) -> str:
        return text(doubted[contact_id][0]) if contact_id in doubted else usual.last

    return of


def gone(instance: str) -> Mapping[str, tuple[datetime, int]]:
    """Return, by id of those who left the list, when they were last seen and missing how often.

    Lists less than five minutes apart count as one; nobody is counted further than 3.
    """
    with database.reading() as connection:
        return versions.last_seen(connection, instance, believed=True)


def past_of(connection: Connection, instance: str, ids: Set[str] | None = None) -> Past:
    """Return the history of these ids, or of all, within the caller's transaction."""
    links = pairs.pairs_of(connection, instance)
    if ids is None:
        wanted = {id_ for pair in links for id_ in (pair.former, pair.present)}
    else:
        links = [pair for pair in links if pair.former in ids or pair.present in ids]
        wanted = {*ids}
    known = versions.versions_of(connection, instance, ids)
    first = snapshots.first_time(connection, instance) or datetime.now(UTC)
    for contact in _listed(connection, instance, wanted - known.keys()):
        known[contact.id] = [Version(contact, first, first)]
    return Past(known, links, first)


def _listed(connection: Connection, instance: str, ids: set[str]) -> Iterator[Contact]:
    """Yield those of these contacts that are in the list; they have not changed since the first."""
    snapshot = snapshots.snapshot_of(connection, instance) if ids else None
    for contact in snapshot.contacts if snapshot else ():
        if contact.id in ids:
            yield contact
