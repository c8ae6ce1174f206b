"""The last good list of each account: kept whole, replaced whole, and never by an older one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from workbook.contacts import contact
from workbook.contacts.contact import Contact, ContactList
from workbook.errors import NotWritable
from workbook.store import database, snapshots
from workbook.store.snapshots import Snapshot
from workbook.sync.recording import record

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
SHOP, HOME = "1101000001", "1101000002"


def snapshot(*names: str, at: datetime = NOON) -> Snapshot:
    contacts = (Contact(f"4915100000{n:03}@c.us", name) for n, name in enumerate(names))
    return Snapshot("shop", at, ContactList.pack(contacts))


def kept(instance: str = SHOP) -> list[str]:
    last = snapshots.last_good(instance)
    return [contact.name for contact in last.contacts] if last else []


def test_nothing_is_kept_at_first() -> None:
    assert snapshots.last_good(SHOP) is None


def test_what_is_kept_comes_back_as_it_was() -> None:
    contact = Contact("1@c.us", "Anna \ufffd\n\x00", "אנה", "user", "49151", "@anna", "2@lid")
    contacts, dropped = ContactList.pack([contact]), Counter({"junk id": 2})
    before = Snapshot("shop", NOON, contacts, dropped, Counter({"lone surrogate replaced": 1}))
    record(SHOP, before)
    last = snapshots.last_good(SHOP)
    assert last is not None
    assert list(last.contacts) == [contact]
    assert (last.alias, last.fetched, len(last.contacts)) == ("shop", NOON, 1)
    assert (last.dropped, last.altered) == (before.dropped, before.altered)


def test_a_later_list_takes_the_place_of_the_former() -> None:
    record(SHOP, snapshot(*(f"Person {n}" for n in range(5_000))))
    record(SHOP, snapshot("Anna", "Jo", at=NOON + timedelta(seconds=1)))
    assert kept() == ["Anna", "Jo"]


def test_a_list_that_was_kept_before_pieces_were_deflated_is_followed_by_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(contact, "PLAIN", 0)
    people = [Contact("1@c.us", "Anna"), Contact("2@c.us", "Ben")]
    before = ContactList([msgspec.msgpack.encode(people)], 2)
    record(SHOP, Snapshot("shop", NOON, before))
    assert kept() == ["Anna", "Ben"]
    hour_later = Snapshot("shop", NOON + timedelta(hours=1), ContactList.pack(people))
    assert not record(SHOP, hour_later).difference.ended
    assert kept() == ["Anna", "Ben"]
    last = snapshots.last_good(SHOP)
    assert last
    assert last.contacts.pieces == hour_later.contacts.pieces != before.pieces


def test_a_list_that_comes_late_does_not_replace_a_newer_one() -> None:
    record(SHOP, snapshot("new"))
    for late in (NOON - timedelta(microseconds=1), NOON - timedelta(days=1)):
        record(SHOP, snapshot("old", at=late))
    assert kept() == ["new"]


def test_times_are_compared_and_not_their_spelling() -> None:
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-10))
    record(SHOP, snapshot("sooner", at=NOON.astimezone(east)))
    record(SHOP, snapshot("later", at=(NOON + timedelta(microseconds=1)).astimezone(west)))
    assert kept() == ["later"]


def test_a_list_from_the_future_does_not_stay_for_ever() -> None:
    record(SHOP, snapshot("with a wrong clock", at=datetime.now(UTC) + timedelta(days=365)))
    record(SHOP, snapshot("with a good clock", at=datetime.now(UTC)))
    assert kept() == ["with a good clock"]


def test_each_instance_has_its_own_list() -> None:
    record(SHOP, snapshot("of the shop"))
    record(HOME, snapshot("of home"))
    record(HOME, snapshot("of home", "later", at=NOON + timedelta(days=1)))
    assert (kept(SHOP), kept(HOME)) == (["of the shop"], ["of home", "later"])


def test_a_write_that_fails_leaves_the_old_list_whole() -> None:
    record(SHOP, snapshot("old"))
    with database.opened() as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON piece BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    with pytest.raises(NotWritable):
        record(SHOP, snapshot("new", at=NOON + timedelta(days=1)))
    last = snapshots.last_good(SHOP)
    assert last is not None
    assert (kept(), last.fetched) == (["old"], NOON)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (119, "119 seconds"), (150, "2 minutes"), (7_200, "2 hours"),
     (90_000, "25 hours"), (172_800, "2 days")],
)  # fmt: skip
def test_the_age_is_told_in_words(
    seconds: float, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Snapshot, "age", lambda _: seconds)
    assert snapshot().age_text == words


def test_the_age_is_told_in_seconds_and_never_negative() -> None:
    now = datetime.now(UTC)
    assert snapshot(at=now - timedelta(seconds=90)).age() == pytest.approx(90, abs=5)
    assert snapshot(at=now + timedelta(days=1)).age() == 0


def test_only_a_list_of_the_last_seconds_is_younger() -> None:
    now = datetime.now(UTC)
    assert snapshot(at=now - timedelta(seconds=30)).younger_than(60)
    assert not snapshot(at=now - timedelta(seconds=90)).younger_than(60)
    assert not snapshot(at=now + timedelta(days=1)).younger_than(60), "the clock was set back"
