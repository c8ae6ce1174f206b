"""From what is remembered of a table to the plan for it, with two instances and one alias."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest

from tests.store.lists import ANNA, BEN, CLUB, INSTANCE, came, day
from workbook.accounts.accounts import Account
from workbook.contacts.columns import Origin
from workbook.contacts.contact import Contact
from workbook.merge.model import ExistingTable, Incoming, Missing, Plan, UpdateOptions
from workbook.merge.plan import plan
from workbook.merge.refusals import FullOfStrangers, SecondAccount
from workbook.store.managed_tables import ManagedTable, noted, recall, remember
from workbook.sync.table_memory import table_memory

BOOK, NAME = Path("/books/people.xlsx"), "Contacts"
SHOP = Account("shop", "", INSTANCE, "")
OFFICE = Account("office", "", "1101000002", "")
BOUTIQUE = Account("boutique", "", SHOP.id_instance, "")  # the shop under another alias
NEW_SHOP = Account("shop", "", OFFICE.id_instance, "")  # another instance under the shop's alias
WITH_ACCOUNTS = ("account", "id", "name")


def filled_for(*accounts: Account, titles: tuple[str, ...] = ("id", "name")) -> None:
    for account in accounts:
        remember(BOOK, NAME, ManagedTable.of(account, titles))


def planned(
    account: Account,
    rows: Sequence[tuple[str, ...]],
    *listed: Contact,
    options: UpdateOptions | None = None,
) -> Plan:
    """Return the plan for the table that is remembered, once this list has come."""
    known = recall(BOOK, NAME)
    incoming = Incoming(listed, Origin(account.alias, day(9)))
    there = ExistingTable(known.titles, rows)
    return plan(there, incoming, table_memory(account, known), options)


def test_nothing_is_known_of_a_table_that_nobody_filled() -> None:
    assert recall(BOOK, NAME) == ManagedTable()
    filled_for(SHOP)
    assert recall(BOOK, "Other") == recall("/books/other.xlsx", NAME) == ManagedTable()


def test_everybody_who_filled_a_table_is_remembered() -> None:
    filled_for(SHOP, OFFICE)
    expected = ManagedTable("1101000002", "office", ("id", "name"), {"shop": INSTANCE})
    assert recall(BOOK, NAME) == expected


def test_a_new_workbook_of_the_name_makes_the_former_one_forgotten() -> None:
    filled_for(SHOP)
    remember(BOOK, "Second", ManagedTable.of(SHOP, ["id"]))
    write = noted(lambda out: out.write(b"new"), BOOK, ManagedTable.of(OFFICE, ["id"]))
    assert write(BytesIO()) == 3
    assert recall(BOOK, NAME) == ManagedTable("1101000002", "office", ("id",), made=True)
    assert recall(BOOK, "Second") == ManagedTable()


def test_a_workbook_that_we_made_stays_one_when_it_is_filled_again() -> None:
    noted(lambda out: out.write(b"new"), BOOK, ManagedTable.of(OFFICE, ["id"]))(BytesIO())
    filled_for(SHOP)
    assert table_memory(SHOP, recall(BOOK, NAME)).made
    assert not table_memory(SHOP, recall("/books/mailed.xlsx", NAME)).made


def test_a_workbook_that_cannot_be_written_leaves_what_was_remembered() -> None:
    def broken(_: object) -> None:
        raise OSError("no space left")

    filled_for(SHOP)
    with pytest.raises(OSError, match="no space left"):
        noted(broken, BOOK, ManagedTable.of(OFFICE, ["id"]))(BytesIO())
    assert recall(BOOK, NAME).alias == "shop"


def test_the_account_that_filled_a_table_goes_on_with_it() -> None:
    filled_for(SHOP)
    rows = [(ANNA.id, "Anna"), ("49151@c.us", "A"), ("49152@c.us", "B"), ("49153@c.us", "C")]
    decided = planned(SHOP, rows, Contact(ANNA.id, "Anne"))
    assert decided.updates == {0: {1: "Anne"}}, "although most rows are strangers"


def test_a_table_of_another_account_is_refused_with_its_alias() -> None:
    filled_for(SHOP, OFFICE)
    with pytest.raises(SecondAccount, match='"office"'):
        planned(SHOP, [(ANNA.id, "Anna")], ANNA)


def test_an_account_under_a_new_alias_still_owns_its_table() -> None:
    filled_for(SHOP)
    decided = planned(BOUTIQUE, [(ANNA.id, "Anna")], Contact(ANNA.id, "Anne"))
    assert decided.updates == {0: {1: "Anne"}}


def test_an_account_under_a_new_alias_still_owns_its_rows() -> None:
    filled_for(SHOP, titles=WITH_ACCOUNTS)
    decided = planned(BOUTIQUE, [("shop", ANNA.id, "Anna")], Contact(ANNA.id, "Anne"))
    assert (decided.updates, decided.appended) == ({0: {0: "boutique", 2: "Anne"}}, [])


def test_rows_of_both_accounts_stay_apart_in_one_table() -> None:
    filled_for(SHOP, OFFICE, titles=WITH_ACCOUNTS)
    rows = [("shop", ANNA.id, "Anna"), ("office", BEN.id, "Ben")]
    decided = planned(BOUTIQUE, rows, Contact(ANNA.id, "Anne"), Contact(BEN.id, "Benny"))
    assert decided.updates == {0: {0: "boutique", 2: "Anne"}}, (
        "the shop's rows are known by its former alias"
    )
    assert decided.appended == [{0: "boutique", 1: BEN.id, 2: "Benny"}]


@pytest.mark.parametrize("filled", [(SHOP,), (SHOP, OFFICE), (OFFICE, SHOP)])
def test_one_stranger_is_enough_where_the_alias_had_another_instance(
    filled: tuple[Account, ...],
) -> None:
    filled_for(*filled, titles=WITH_ACCOUNTS)
    rows = [("shop", ANNA.id, "Anna")]
    with pytest.raises(FullOfStrangers):
        planned(NEW_SHOP, rows, CLUB)
    assert planned(NEW_SHOP, rows, CLUB, options=UpdateOptions(adopt=True)).appended
    assert planned(NEW_SHOP, rows, Contact(ANNA.id, "Anne")).updates == {0: {2: "Anne"}}


def test_who_is_gone_is_marked_with_the_day_the_lists_tell() -> None:
    came(0, ANNA, BEN)
    came(1, ANNA)
    filled_for(SHOP, titles=("id", "name", "status"))
    rows = [(ANNA.id, "Anna", ""), (BEN.id, "Ben", "")]
    decided = planned(SHOP, rows, ANNA, options=UpdateOptions((), Missing.MARK))
    assert decided.updates == {1: {2: "not seen since 2026-09-01"}}
