"""One update from wish to report: which file and table it may touch, and what is told of it."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.update_files import ANN, ANN_ROW, BOB, BOB_ROW, EVE, HEADER, NOON, book, contact
from workbook.accounts.accounts import Account
from workbook.contacts.columns import Origin
from workbook.contacts.contact import Contact, ContactList
from workbook.contacts.exclusion import Exclusion
from workbook.errors import WrongUsage
from workbook.export.formats import Wishes
from workbook.export.run import Report, Run
from workbook.files.place import place_of
from workbook.merge.model import (
    CONTACTS,
    MEMBERS,
    PERSONS,
    Arrival,
    Incoming,
    Missing,
    TableKind,
    TableMemory,
    UpdateOptions,
)
from workbook.merge.refusals import RowsOfPersons, SecondAccount, SheetHidden
from workbook.ooxml.update_run import check, has_table, is_missing, made_with, opened, update
from workbook.ooxml.workbook_file import opened as opened_book
from workbook.ooxml.workbook_file import update_all
from workbook.store import managed_tables
from workbook.store.managed_tables import ManagedTable
from workbook.store.snapshots import Snapshot
from workbook.sync import consent
from workbook.sync.latest import Latest

UNNAMED = contact(9)
SHOP, HOME = Account("shop", "", "1101000001", ""), Account("home", "", "1101000002", "")
PLACE = Path("C:/books" if os.name == "nt" else "/books", "people.xlsx")
NOBODYS = ManagedTable()
OF_SHOP = ManagedTable.of(SHOP, ["id", "name"])
ROWS_OF_PERSONS = ("id", "name", "accounts", "knownBy")
OF_PERSONS = ManagedTable.of(SHOP, ROWS_OF_PERSONS)
WITH_ACCOUNT = ("account", "id", "name")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class TestAMissingFile:
    def test_is_one_that_is_not_there_and_can_be(self) -> None:
        Path("there.xlsx").touch()
        assert is_missing("new.xlsx")
        assert not is_missing("there.xlsx")

    @pytest.mark.skipif(os.name == "nt", reason="there no file of such a name is there")
    def test_is_none_whose_name_is_too_long_which_is_told_when_it_is_opened(self) -> None:
        assert not is_missing("x" * 5_000)

    @pytest.mark.parametrize("out", ["a.xlsx", "a.XLSX", "b/a.b.xlsx"])
    def test_is_made_with_the_columns_for_marks_behind_those_wanted(self, out: str) -> None:
        marked = UpdateOptions(missing=Missing.MARK)
        assert made_with(out, ("id", "status"), marked) == ("id", "status", "statusDate")
        assert made_with(out, ("id", "name"), UpdateOptions()) == ("id", "name")

    @pytest.mark.parametrize("out", ["a.xlsm", "a.csv", "xlsx", ".xlsx.bak", "a"])
    def test_of_another_kind_is_not_made(self, out: str) -> None:
        with pytest.raises(WrongUsage, match=r"no file .* only an \.xlsx file can be made"):
            made_with(out, ("id",), UpdateOptions())


class TestATableToUpdate:
    def test_is_one_with_our_titles_or_one_that_we_remember(self) -> None:
        Path("ours.xlsx").write_bytes(book())
        Path("other.xlsx").write_bytes(book([("1",)], ["a"]))
        Path("text.xlsx").write_bytes(b"text")
        found = [has_table("1", f"{name}.xlsx", CONTACTS) for name in ("ours", "text", "gone")]
        assert found == [True, False, False]
        assert not has_table("1", "ours.xlsx", MEMBERS)
        managed_tables.remember("gone.xlsx", CONTACTS.name, ManagedTable("1"))
        assert has_table("1", "gone.xlsx", CONTACTS)
        assert not has_table("2", "gone.xlsx", CONTACTS)


def checked(
    header: tuple[str, ...],
    owned: ManagedTable,
    *chosen: Account,
    kind: TableKind = CONTACTS,
    hidden: bool = False,
) -> None:
    """Check a table with these titles for an update by these accounts."""

    def dress(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("Shown")
        sheet.sheet_state = "hidden" if hidden else "visible"

    there = opened_book(BytesIO(book([()], header, dress=dress)), (), kind)
    check("people.xlsx", PLACE, there, owned, chosen, kind)


class TestWhoseTableItIs:
    @pytest.mark.parametrize(
        ("header", "owned", "chosen"),
        [
            (HEADER, NOBODYS, [SHOP]),
            (HEADER, NOBODYS, [SHOP, SHOP]),
            (HEADER, OF_SHOP, [SHOP]),
            (WITH_ACCOUNT, NOBODYS, [SHOP, HOME]),
            (WITH_ACCOUNT, OF_SHOP, [HOME]),
        ],
    )
    def test_is_one_accounts_unless_a_column_tells_accounts_apart(
        self, header: tuple[str, ...], owned: ManagedTable, chosen: list[Account]
    ) -> None:
        checked(header, owned, *chosen)

    @pytest.mark.parametrize(
        ("owned", "chosen"), [(NOBODYS, [SHOP, HOME]), (OF_SHOP, [HOME]), (OF_SHOP, [SHOP, HOME])]
    )
    def test_is_not_a_second_accounts(self, owned: ManagedTable, chosen: list[Account]) -> None:
        with pytest.raises(SecondAccount, match=r"(?s)shop.*home"):
            checked(HEADER, owned, *chosen)

    @pytest.mark.parametrize(
        ("header", "owned"),
        [(ROWS_OF_PERSONS, NOBODYS), (ROWS_OF_PERSONS, OF_PERSONS), (HEADER, OF_PERSONS)],
    )
    def test_may_be_that_of_persons_over_accounts(
        self, header: tuple[str, ...], owned: ManagedTable
    ) -> None:
        checked(header, owned, SHOP, HOME, kind=PERSONS)

    @pytest.mark.parametrize(
        ("header", "owned"),
        [(HEADER, NOBODYS), (ROWS_OF_PERSONS, OF_SHOP), (WITH_ACCOUNT, NOBODYS)],
    )
    def test_gets_no_rows_of_persons_where_it_has_others(
        self, header: tuple[str, ...], owned: ManagedTable
    ) -> None:
        with pytest.raises(RowsOfPersons, match='has no columns "accounts" and "knownBy"'):
            checked(header, owned, SHOP, HOME, kind=PERSONS)

    def test_of_persons_gets_no_list_of_one_account(self) -> None:
        with pytest.raises(RowsOfPersons, match="has a row for each person"):
            checked(ROWS_OF_PERSONS, OF_PERSONS, SHOP)
        checked(ROWS_OF_PERSONS, NOBODYS, SHOP)  # a column that a user called so


class TestAHiddenSheet:
    def test_is_filled_only_for_an_account_that_filled_it_before(self) -> None:
        with pytest.raises(SheetHidden, match=r"getcontacts allow people\.xlsx") as refused:
            checked(HEADER, NOBODYS, SHOP, hidden=True)
        assert refused.value.sheet == "Contacts"
        checked(HEADER, OF_SHOP, SHOP, hidden=True)
        with pytest.raises(SheetHidden):
            checked(WITH_ACCOUNT, OF_SHOP, SHOP, HOME, hidden=True)

    def test_is_filled_where_somebody_allowed_it(self) -> None:
        consent.allow(place_of(str(PLACE)), SHOP.id_instance, ["Contacts"])
        checked(HEADER, NOBODYS, SHOP, hidden=True)
        with pytest.raises(SheetHidden):
            checked(HEADER, NOBODYS, HOME, hidden=True)


def ran(
    people: tuple[Contact, ...], wishes: Wishes | None = None, *, backup: bool = False
) -> Report:
    """Bring book.xlsx up to date with the list of an account."""
    latest = Latest(Snapshot("shop", NOON, ContactList.pack(people)))
    run, how = Run(SHOP, "book.xlsx", wishes or Wishes()), UpdateOptions()
    return update(run, lambda: latest, how, backup=backup, recalculate=False, force_open=False)


class TestWhatIsTold:
    def test_people_who_are_left_out_stay_for_the_user_to_delete(self) -> None:
        rows = [
            (f" {ANN.id} ", "Ann", "Annie", "user", None),
            BOB_ROW,
            (EVE.id, "Eve", None, "user", None),
            (UNNAMED.id, *[None] * 4),
        ]
        Path("book.xlsx").write_bytes(book(rows))
        left = Exclusion(frozenset({ANN.id, BOB.id, UNNAMED.id}))
        told = ran((ANN, BOB, EVE, UNNAMED), Wishes(excluded=left)).told
        said = f"Left out, but still in the table, for you to delete: Annie, Bob, {UNNAMED.id}."
        assert said in told

    def test_where_none_of_them_is_there_nothing_is_told_of_them(self) -> None:
        Path("book.xlsx").write_bytes(book())
        wishes = Wishes(excluded=Exclusion(frozenset({UNNAMED.id})))
        assert not [each for each in ran((ANN, BOB), wishes).told if "Left out" in each]
        assert not [each for each in ran((ANN, BOB)).told if "Left out" in each]

    def test_no_other_format_is_updated(self) -> None:
        Path("book.xlsx").write_bytes(book())
        with pytest.raises(WrongUsage, match="Only a workbook can be updated"):
            ran((ANN,), Wishes(format="csv"))

    @pytest.mark.parametrize("backup", [True, False])
    def test_a_backup_is_kept_only_where_it_is_wanted(self, backup: bool) -> None:
        Path("book.xlsx").write_bytes(book())
        assert (ran((contact(1, "Anna"), BOB), backup=backup).update or {})["written"] is True
        assert len([*Path().glob("*book*")]) == 1 + backup

    def test_a_file_that_was_up_to_date_is_so_with_the_youngest_list(self) -> None:
        header = ("account", *HEADER)
        rows = [("shop", *ANN_ROW), ("home", *BOB_ROW)]
        Path("book.xlsx").write_bytes(book(rows, header))
        lists = [
            Incoming((ANN,), Origin("shop", NOON)),
            Incoming((BOB,), Origin("home", NOON.replace(hour=9))),
        ]
        arrivals = [Arrival(each, TableMemory(written=header)) for each in lists]
        for order in (arrivals, arrivals[::-1]):
            with opened("book.xlsx", [SHOP, HOME], UpdateOptions(), force_open=False) as target:
                done, told = target.save(
                    [SHOP, HOME], order, UpdateOptions(), update_all, backup=False
                )
            assert not done.written
            assert told[0].startswith("book.xlsx was up to date with the list of 2026-11-23 12:00;")
