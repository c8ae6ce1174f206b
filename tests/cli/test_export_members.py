"""`getcontacts export --members`: contacts and who is in which group, in one workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import TableColumn

from tests.cli.command import getcontacts, use
from workbook.contacts.members import HEADER
from workbook.simulator.people import LEFT_GROUP, group, person
from workbook.simulator.simulator import Simulator
from workbook.store import database, managed_tables

ANNA, BEN, EVE = "4915100000001@c.us", "4915100000002@c.us", "4915100000003@c.us"
TEAM = "120363043968066561@g.us"
BOOK = "both.xlsx"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    monkeypatch.chdir(tmp_path)
    with Simulator(rate=0) as simulator:
        groups = [group(TEAM, "=Team"), group(LEFT_GROUP, "Left")]
        simulator.contacts = [person(ANNA, "Anna"), person(BEN, "Ben"), *groups]
        use(simulator, monkeypatch)
        yield simulator


def rows(sheet: str) -> list[tuple[object, ...]]:
    return [*openpyxl.load_workbook(BOOK)[sheet].iter_rows(values_only=True)]


def asked(service: Simulator) -> int:
    return sum(call.method == "getgroupdata" for call in service.calls)


def test_both_stand_in_one_new_workbook(service: Simulator) -> None:
    ran = getcontacts("export", BOOK, "--members")
    assert ran.code == 0, ran.stderr
    assert 'members of 1 group are on the sheet "Members".' in ran.stderr
    assert "1 group was refused with the word forbidden" in ran.stderr
    assert [*openpyxl.load_workbook(BOOK).sheetnames] == ["Contacts", "Summary", "Members"]
    header, *members = rows("Members")
    assert header == HEADER
    assert {row[:2] for row in members} == {(TEAM, "=Team")}
    assert {row[5] for row in members} == {"+4915100000001", "+4915100000002"}
    assert len(rows("Contacts")) == 5


def test_each_table_comes_up_to_date_by_its_own_command(service: Simulator) -> None:
    getcontacts("export", BOOK, "--members")
    service.contacts = [*(service.contacts or []), person(EVE, "Eve")]
    for command in ("export", "members"):
        ran = getcontacts(command, BOOK, "--update", "--max-age", "0s")
        assert ran.code == 0, ran.stderr
        assert "is up to date: 1 row new" in ran.stderr
    assert rows("Contacts")[-1][0] == EVE
    assert "+4915100000003" in {row[5] for row in rows("Members")}


@pytest.mark.parametrize(("command", "lost"), [("members", "Contacts"), ("export", "Members")])
def test_a_sheet_of_ours_is_not_lost_by_the_other_command(
    command: str, lost: str, service: Simulator
) -> None:
    getcontacts("export", BOOK, "--members")
    before, calls = Path(BOOK).read_bytes(), len(service.calls)
    ran = getcontacts(command, BOOK)
    assert (ran.code, len(service.calls)) == (8, calls)
    assert f'holds the table "{lost}", which would be gone' in ran.stderr
    assert Path(BOOK).read_bytes() == before
    assert getcontacts(command, BOOK, "--overwrite").code == 0
    assert getcontacts(command, BOOK).code == 0, "it holds nothing else any more"


def test_an_update_brings_both_up_to_date_in_one_write(service: Simulator) -> None:
    assert getcontacts("export", BOOK, "--members", "--update").code == 0, "it is made"
    take_notes()
    let_groups_be_asked_again()
    service.contacts = [*(service.contacts or []), person(EVE, "Eve")]
    ran = getcontacts("export", BOOK, "--members", "--update", "--backup")
    assert ran.code == 0, ran.stderr
    assert '1 row new, 0 changed, in the table "Contacts"' in ran.stderr
    assert 'In the table "Members": 1 row new, ' in ran.stderr
    notes = {row[5]: row[7] for row in rows("Members")[1:]}
    assert notes == {
        "+4915100000001": "note of +4915100000001",
        "+4915100000002": "note of +4915100000002",
        "+4915100000003": None,
    }
    assert rows("Contacts")[-1][0] == EVE
    assert [file.name for file in Path().glob("both.xlsx.bak*")] == ["both.xlsx.bak"]


def take_notes() -> None:
    """Write beside each member who it is, in a column of the user's own."""
    book = openpyxl.load_workbook(BOOK)
    sheet = book["Members"]
    sheet["H1"] = "note"
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 8, f"note of {sheet.cell(row, 6).value}")
    table = sheet.tables["Members"]
    table.ref = table.autoFilter.ref = f"A1:H{sheet.max_row}"
    table.tableColumns.append(TableColumn(id=8, name="note"))
    book.save(BOOK)


def let_groups_be_asked_again() -> None:
    with database.writing() as connection:
        connection.execute("DELETE FROM asked_group")


def test_a_book_made_before_there_was_a_group_takes_members_later(service: Simulator) -> None:
    whole, service.contacts = service.contacts, [person(ANNA, "Anna")]
    getcontacts("export", BOOK, "--members")
    getcontacts("members", "alone.xlsx")
    service.contacts = whole
    ran = getcontacts("export", BOOK, "--members", "--update")
    assert (ran.code, 'In the table "Members": 2 rows new' in ran.stderr) == (0, True), ran.stderr
    assert {row[5] for row in rows("Members")[1:]} == {"+4915100000001", "+4915100000002"}
    assert getcontacts("members", "alone.xlsx", "--update").code == 0


def test_where_nothing_changed_in_both_nothing_is_written(service: Simulator) -> None:
    getcontacts("export", BOOK, "--members")
    before = Path(BOOK).read_bytes()
    ran = getcontacts("export", BOOK, "--members", "--update")
    assert "nothing was written" in ran.stderr
    assert Path(BOOK).read_bytes() == before


def test_where_one_table_alone_changed_it_is_written(service: Simulator) -> None:
    getcontacts("export", BOOK, "--members")
    service.contacts = [*(service.contacts or []), person(EVE, "Eve")]
    ran = getcontacts("export", BOOK, "--members", "--update")
    assert '1 row new, 0 changed, in the table "Contacts"' in ran.stderr
    let_groups_be_asked_again()
    ran = getcontacts("export", BOOK, "--members", "--update")
    assert '0 rows new, 0 changed, in the table "Contacts"' in ran.stderr
    assert 'In the table "Members": 1 row new' in ran.stderr
    assert "nothing was written" not in ran.stderr


def test_an_update_of_both_without_a_table_of_members_is_refused_before_any_call(
    service: Simulator,
) -> None:
    getcontacts("export", BOOK)
    before, calls = Path(BOOK).read_bytes(), len(service.calls)
    ran = getcontacts("export", BOOK, "--members", "--update")
    assert (ran.code, len(service.calls)) == (8, calls)
    assert "no table called Members" in ran.stderr
    assert Path(BOOK).read_bytes() == before


def test_members_do_not_come_onto_a_hidden_sheet_of_somebody_elses_book(
    service: Simulator,
) -> None:
    getcontacts("export", BOOK, "--members")
    book = openpyxl.load_workbook(BOOK)
    book["Members"].sheet_state = "hidden"
    book.save("sent.xlsx")
    calls = len(service.calls)
    ran = getcontacts("export", "sent.xlsx", "--members", "--update")
    assert (ran.code, len(service.calls)) == (8, calls)
    assert 'the hidden sheet "Members"' in ran.stderr


def test_whose_members_came_into_somebody_elses_book_is_remembered(service: Simulator) -> None:
    getcontacts("export", BOOK, "--members")
    Path(BOOK).rename("sent.xlsx")
    ran = getcontacts("export", "sent.xlsx", "--members", "--update")
    assert ran.code == 0, ran.stderr
    kept = managed_tables.recall(Path("sent.xlsx").resolve(), "Members")
    assert (kept.instance, {*kept.titles}) == (service.id_instance, {*HEADER})


def test_filters_are_about_contacts_and_an_exclusion_about_everybody(service: Simulator) -> None:
    Path("no.txt").write_text("+4915100000002\n")
    ran = getcontacts("export", BOOK, "--members", "--type", "user", "--exclude", "no.txt")
    assert ran.code == 0, ran.stderr
    assert len(rows("Contacts")) == 2
    assert {row[5] for row in rows("Members")[1:]} == {"+4915100000001"}


def test_what_is_kept_is_used_and_offline_asks_nobody(service: Simulator) -> None:
    getcontacts("export", BOOK, "--members")
    getcontacts("export", BOOK, "--members")
    assert asked(service) == 2, "a group each, once a week"
    calls = len(service.calls)
    assert getcontacts("export", BOOK, "--members", "--offline").code == 0
    assert (len(service.calls), len(rows("Members"))) == (calls, 3)


def test_many_groups_want_a_yes_and_nothing_is_written_without(service: Simulator) -> None:
    service.contacts = [group(f"12036304396{n:07}@g.us", "") for n in range(101)]
    ran = getcontacts("export", BOOK, "--members")
    assert (ran.code, asked(service), Path(BOOK).exists()) == (2, 0, False)
    assert "101 groups are to be asked" in ran.stderr


@pytest.mark.parametrize("words", [("a.csv",), (BOOK, "--all-accounts")])
def test_members_go_with_a_workbook_of_one_account(
    service: Simulator, words: tuple[str, ...]
) -> None:
    ran = getcontacts("export", *words, "--members")
    assert (ran.code, service.calls) == (2, [])
