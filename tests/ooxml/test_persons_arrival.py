"""What comes into a table with a row a person: whom several accounts know, and who may be missing."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.store.lists import ANNA, BEN, INSTANCE, JO, came, day
from workbook.accounts.accounts import Account
from workbook.contacts.columns import Seen
from workbook.contacts.contact import NO_CONTACT, Contact, ContactList
from workbook.errors import ContactsError, CredentialsRefused
from workbook.export.formats import Wishes
from workbook.merge.model import Arrival, Missing
from workbook.ooxml.persons_arrival import arrival, holds_persons
from workbook.store.managed_tables import ManagedTable
from workbook.store.snapshots import Snapshot
from workbook.sync.latest import Latest
from workbook.sync.many import Gathered

OTHER = "1101000002"
TITLES = ("id", "name", "accounts", "knownBy")
# days from the first list to the one on which clocks in Berlin go back
BACK = (datetime(2026, 10, 25, tzinfo=UTC) - day(0)).total_seconds() / 86_400


def gathered(
    alias: str,
    *contacts: Contact,
    instance: str = INSTANCE,
    failure: ContactsError | None = None,
    dropped: str = "",
) -> Gathered:
    """Return the list of an account as it came, or as it was kept."""
    rows = Snapshot(alias, day(9), ContactList.pack(contacts), Counter([dropped] * bool(dropped)))
    return Gathered(Account(alias, "", instance, ""), Latest(rows), failure)


SHOP, HOME = gathered("shop", ANNA, BEN), gathered("home", ANNA, instance=OTHER)
NO_LIST = Gathered(Account("far", "", "1101000003", ""), None, CredentialsRefused(401))


def arrived(
    *lists: Gathered,
    wishes: Wishes | None = None,
    titles: tuple[str, ...] = TITLES,
    owned: ManagedTable | None = None,
) -> Arrival:
    return arrival(wishes or Wishes(), lists, titles, owned or ManagedTable())


@pytest.fixture
def in_berlin() -> Iterator[None]:
    if sys.platform == "win32":
        pytest.skip("the zone is the system's")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("titles", "holds"),
    [
        (TITLES, True),
        (("knownBy",), True),
        (("name", "accounts"), True),
        (("id", "account", "status"), False),
        ((), False),
    ],
)
def test_either_column_of_the_accounts_tells_such_a_table(
    titles: tuple[str, ...], holds: bool
) -> None:
    assert holds_persons(titles) is holds


class TestPeople:
    def test_come_once_with_the_accounts_that_know_them(self) -> None:
        incoming = arrived(SHOP, HOME, NO_LIST).incoming
        known = {each.id: tuple(incoming.origin.known_by(each.id)) for each in incoming.contacts}
        assert known == {ANNA.id: ("shop", "home"), BEN.id: ("shop",)}

    def test_who_are_not_wanted_are_not_missing_either(self) -> None:
        incoming = arrived(SHOP, HOME, wishes=Wishes(count=1)).incoming
        assert len(incoming.contacts) == 1
        assert {each.id for each in incoming.listed} == {ANNA.id, BEN.id}

    def test_have_a_past_only_where_a_column_tells_it(self) -> None:
        came(1, ANNA)
        came(2, ANNA, BEN)
        incoming = arrived(SHOP, titles=("id", "firstSeen")).incoming
        first = incoming.origin.seen(ANNA.id).first, incoming.origin.seen(BEN.id).first
        assert "" < first[0] < first[1]
        assert incoming.origin.seen("nobody@c.us") == Seen()
        assert arrived(SHOP).incoming.origin.seen(ANNA.id) == Seen()


class TestWhoMayBeMissing:
    @pytest.mark.parametrize("first", [True, False])
    @pytest.mark.parametrize(
        ("other", "missing"),
        [
            (HOME, None),
            (NO_LIST, Missing.KEEP),
            (Gathered(NO_LIST.account), Missing.KEEP),
            (gathered("kept", ANNA, failure=CredentialsRefused(401)), Missing.KEEP),
            (gathered("flawed", ANNA, dropped=NO_CONTACT), Missing.KEEP),
            (gathered("twice", ANNA, dropped="duplicate"), None),
        ],
    )
    def test_is_nobody_while_a_list_is_not_whole(
        self, other: Gathered, missing: Missing | None, first: bool
    ) -> None:
        lists = (other, SHOP) if first else (SHOP, other)
        assert arrived(*lists).missing is missing

    def test_was_seen_last_where_any_list_had_them_last(self) -> None:
        for instance, until in ((INSTANCE, 3), (OTHER, 5)):
            came(1, ANNA, BEN, JO, instance=instance)
            came(until, ANNA, BEN, instance=instance)
            came(until + 1, ANNA, instance=instance)
        for lists in ((SHOP, HOME), (HOME, SHOP)):
            seen = arrived(*lists).memory.last_seen
            assert {id_: datetime.fromisoformat(text) for id_, text in seen.items()} == {
                BEN.id: day(5),
                JO.id: day(1),
            }

    @pytest.mark.usefixtures("in_berlin")
    def test_was_seen_last_by_the_clock_of_the_world(self) -> None:
        for instance, minutes in ((INSTANCE, 30), (OTHER, 75)):  # 2:30, and 2:15 in winter time
            came(BACK + minutes / 1_440, ANNA, BEN, instance=instance)
            came(BACK + 9, ANNA, instance=instance)
        assert arrived(SHOP, HOME).memory.last_seen == {BEN.id: "2026-10-25T02:15:00+01:00"}


class TestTheTable:
    def test_that_nobody_filled_is_of_no_account(self) -> None:
        assert arrived(SHOP, HOME).memory.owner == ""

    def test_that_was_filled_is_the_one_of_these_accounts(self) -> None:
        owned = ManagedTable(OTHER, "home", ("id", "name"), made=True)
        came_in = arrived(SHOP, HOME, owned=owned)
        assert came_in.memory.owner == came_in.incoming.origin.account != ""
        assert (came_in.memory.written, came_in.memory.made) == (("id", "name"), True)
