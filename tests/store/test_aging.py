"""Lists that become older, as the demonstration needs them."""

from __future__ import annotations

from datetime import timedelta

from tests.store.lists import ANNA, BEN, INSTANCE, day
from workbook.contacts.contact import Contact, ContactList
from workbook.store import aging, database
from workbook.store.snapshots import Snapshot
from workbook.sync import history
from workbook.sync.recording import record

ALL = (
    "fetched", "first", "first_seen", "valid_from", "last_seen", "valid_to", "since", "counted",
    "found",
)  # fmt: skip


def fetched(number: int, *contacts: Contact) -> None:
    record(INSTANCE, Snapshot("shop", day(number), ContactList.pack(contacts)))


def aged() -> None:
    with database.writing() as connection:
        aging.age(connection, INSTANCE, timedelta(days=1))


def test_every_change_happened_a_day_earlier() -> None:
    fetched(1, ANNA)
    fetched(2, ANNA, BEN)
    fetched(3, ANNA)
    before = history.known_changes(INSTANCE)
    aged()
    after = history.known_changes(INSTANCE)
    assert [change.at for change in after] == [c.at - timedelta(days=1) for c in before]
    assert [change.kind for change in after] == [change.kind for change in before]


def test_no_time_of_a_list_is_forgotten() -> None:
    fetched(1, ANNA)
    with database.reading() as connection:
        for table, columns in aging.TIMES.items():
            [sql] = connection.execute(
                "SELECT sql FROM sqlite_master WHERE name = ?", (table,)
            ).fetchone()
            there = {name for name in ALL if f"{name} TEXT" in sql}
            assert there == {*columns}, table
