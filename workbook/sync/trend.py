"""How the list of an account changed: numbers, growth and names for the Summary. It only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain

import msgspec

from workbook.contacts.changes import Change, Kind, Version
from workbook.contacts.contact import Contact, ContactList, label
from workbook.contacts.identity import groups, merge_duplicates, replacements
from workbook.contacts.summary import Counts, Numbers, Times, Trend
from workbook.files.source_date_epoch import epoch, told
from workbook.store import database, pairs, snapshots, versions
from workbook.store.database import Connection
from workbook.sync.history import parts_changed, past_of

MONTH, YEAR = timedelta(days=30), timedelta(days=365)
NAMES = 10  # of each kind of change
CANDIDATES = 5 * NAMES  # not each new version is one that a user wants to know
POINTS = 13  # of the line of growth; with them all of the Summary is on one page


class Course(msgspec.Struct, frozen=True):
    """The last good list of an instance: its time, that of the list before it, and its people."""

    instance: str
    fetched: datetime
    before: datetime | None
    total: int


def trend_of(courses: Sequence[Course], history_days: int = 0) -> Trend:
    """Return how the last good lists came about, those of several accounts together.

    What is older than `history_days` is not told, for it may be deleted in part. Where
    SOURCE_DATE_EPOCH is set, the lists alone are told of.
    """
    fetched = max(each.fetched for each in courses)
    if epoch() is not None:
        total = sum(each.total for each in courses)
        return Trend(growth=((f"{told(fetched):%Y-%m-%d}", total),))
    with database.reading() as connection:
        starts = [_start(connection, each, history_days) for each in courses]
        of_each = [
            _changed(connection, each, start) for each, start in zip(courses, starts, strict=True)
        ]
        growth = _growth(connection, courses, starts, fetched)
    return Trend(
        last=_sum(each.last for each in of_each),
        month=_sum(each.month for each in of_each),
        growth=growth,
        new=_newest(each.new for each in of_each),
        renamed=_newest(each.renamed for each in of_each),
        gone=_newest(each.gone for each in of_each),
    )


def _start(connection: Connection, course: Course, history_days: int) -> datetime:
    """Return since when the lists of an instance are known."""
    first = snapshots.first_time(connection, course.instance) or course.fetched
    return max(first, course.fetched - timedelta(days=history_days)) if history_days else first


def _changed(connection: Connection, course: Course, start: datetime) -> Trend:
    """Return how one list came about, but for its growth."""
    instance, month = course.instance, max(start, course.fetched - MONTH)
    known = _known_changes(connection, instance, month)
    return Trend(
        last=None if course.before is None else _since(connection, instance, course.before),
        month=_since(connection, instance, month) if month < course.fetched else None,
        new=_named(known, Kind.NEW),
        renamed=_named(known, Kind.RENAMED),
        gone=_gone(known),
    )


def _sum(parts: Iterable[Numbers | None]) -> Numbers | None:
    """Return the counts of all that are known together."""
    total = None
    for each in parts:
        if each is not None:
            total = total or Numbers()
            total.add(each)
    return total


def _newest(parts: Iterable[Times]) -> Times:
    """Return the last ones of several accounts, the newest first."""
    everybody = sorted(chain.from_iterable(parts), key=lambda each: each[1], reverse=True)
    return tuple(everybody[:NAMES])


def _since(connection: Connection, instance: str, then: datetime) -> Numbers:
    """Return by how much the numbers changed, from the ids alone that did."""
    same, changed = replacements(pairs.pairs_of(connection, instance)), Numbers()
    for ids in parts_changed(connection, instance, then):
        past = past_of(connection, instance, ids)
        each = [version for mine in past.versions.values() for version in mine]
        now = (version.contact for version in each if version.valid_to is None)
        before = (version.contact for version in each if _was(version, then))
        changed.change(_people(now, same), _people(before, same))
    return changed


def _was(version: Version, then: datetime) -> bool:
    return version.valid_from <= then and (version.valid_to is None or then < version.valid_to)


def _people(contacts: Iterable[Contact], same: dict[str, str]) -> ContactList:
    return merge_duplicates(ContactList.pack(contacts), same)


def _growth(
    connection: Connection,
    courses: Sequence[Course],
    starts: Sequence[datetime],
    fetched: datetime,
) -> Counts:
    """Return the number of contacts at the end of some days, the last one that of the lists.

    An account counts from the day of its first list on.
    """
    start = max(min(starts), fetched - YEAR)
    steps: Counter[str] = Counter()
    for course, since in zip(courses, starts, strict=True):
        mine = versions.steps(connection, course.instance, max(start, since))
        steps.update(mine)
        if _day(since) > _day(start):
            steps[f"{_day(since)}"] += course.total - sum(mine.values())
    total, last = sum(each.total for each in courses), _day(fetched)
    days = (last - _day(start)).days
    between = max(1, -(-days // (POINTS - 1)))
    points = [last - timedelta(days=back) for back in range(0, days + 1, between)]
    return tuple((f"{day}", total - _later(steps, day)) for day in reversed(points))


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _later(steps: Mapping[str, int], day: date) -> int:
    return sum(step for each, step in steps.items() if each > f"{day}")


def _known_changes(connection: Connection, instance: str, after: datetime) -> list[Change]:
    """Return the last changes after a time, the newest first; there are more of them."""
    ids = versions.newest(connection, instance, after, CANDIDATES)
    persons = groups(pairs.pairs_of(connection, instance))
    ids = ids.union(*(mine for mine in persons if mine & ids))
    past = past_of(connection, instance, ids)
    return [change for change in reversed(past.changes()) if change.at > after]


def _named(known: Sequence[Change], kind: Kind) -> Times:
    told_of = [change for change in known if change.kind is kind][:NAMES]
    return tuple((_words(change), told(change.at)) for change in told_of)


def _words(change: Change) -> str:
    if change.kind is not Kind.RENAMED:
        return label(change.contact)
    return f"{change.before or '-'} \N{RIGHTWARDS ARROW} {change.after or '-'}"


def _gone(known: Sequence[Change]) -> Times:
    """Return those whose last change of presence it was to leave."""
    presence: dict[str, Change] = {}
    for change in known:
        if change.kind in (Kind.GONE, Kind.BACK):
            presence.setdefault(change.contact.id, change)
    gone = [change for change in presence.values() if change.kind is Kind.GONE]
    return tuple((label(c.contact), told(c.last_seen or c.at)) for c in gone[:NAMES])
