"""`getcontacts members --update`: notes about people in their groups, kept where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace
from openpyxl.worksheet.table import TableColumn

from tests.cli.command import getcontacts, use
from workbook.simulator.behaviour import only
from workbook.simulator.people import LEFT_GROUP, group, person
from workbook.simulator.replies import ok
from workbook.simulator.scenarios import SCENARIOS
from workbook.simulator.simulator import Simulator

ANNA, BEN, EVE = "4915100000001@c.us", "4915100000002@c.us", "4915100000003@c.us"
TEAM, CLUB = "120363043968066561@g.us", "120363043968066562@g.us"
BOOK = "book.xlsx"
FRESH = ("--update", "--max-age", "0s")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    """Serve two people in two groups, written into a book with a note beside each."""
    monkeypatch.chdir(tmp_path)
    with Simulator(rate=0) as simulator:
        serve(simulator, ANNA, BEN)
        use(simulator, monkeypatch)
        getcontacts("members", BOOK)
        take_notes()
        yield simulator


def serve(service: Simulator, *people: str) -> None:
    """Let these people be in every group."""
    groups = [group(TEAM, "Team"), group(CLUB, "Club"), group(LEFT_GROUP, "Left")]
    service.contacts = [*(person(each, each[10:13]) for each in people), *groups]


def take_notes() -> None:
    """Write beside each member who it is and where, in a column of the user's own."""
    book = openpyxl.load_workbook(BOOK)
    sheet = book["Members"]
    sheet["H1"] = "note"
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 8, f"{sheet.cell(row, 2).value} {sheet.cell(row, 6).value}")
    table = sheet.tables["Members"]
    table.ref = table.autoFilter.ref = f"A1:H{sheet.max_row}"
    table.tableColumns.append(TableColumn(id=8, name="note"))
    book.save(BOOK)


def rows(path: str = BOOK) -> list[dict[object, object]]:
    header, *lines = openpyxl.load_workbook(path)["Members"].iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def notes() -> dict[tuple[object, object], object]:
    return {(row["group"], row["phone"]): row["note"] for row in rows()}


def test_a_note_stays_beside_the_person_in_that_group(service: Simulator) -> None:
    before = notes()
    assert len(before) == 4
    serve(service, EVE, BEN, ANNA)
    getcontacts("export", "list.csv")
    ran = getcontacts("members", BOOK, *FRESH)
    assert ran.code == 0, ran.stderr
    assert f'{BOOK} is up to date: 2 rows new, 1 changed, in the table "Members"' in ran.stderr
    assert notes() == before | {(TEAM, "+4915100000003"): None, (CLUB, "+4915100000003"): None}


def test_who_left_keeps_the_row_and_is_marked_when_asked(service: Simulator) -> None:
    serve(service, BEN)
    getcontacts("export", "list.csv")
    ran = getcontacts("members", BOOK, *FRESH)
    assert "2 rows kept, of people who are not in the group now." in ran.stderr
    assert "Columns added at the right end: status, statusDate." in marked(service)
    left = {row["phone"]: row["status"] for row in rows()}
    assert left == {"+4915100000001": "not seen", "+4915100000002": None}
    serve(service, ANNA, BEN)
    getcontacts("export", "list.csv")
    marked(service)
    assert {row["status"] for row in rows()} == {None}, "they are back"


def marked(service: Simulator) -> str:
    ran = getcontacts("members", BOOK, *FRESH, "--missing", "mark")
    assert ran.code == 0, ran.stderr
    return ran.stderr


def test_a_group_that_refuses_keeps_its_rows(service: Simulator) -> None:
    refused = only("getgroupdata", lambda request: ok("Error: forbidden"))
    service.scenario = replace(SCENARIOS["normal"], quota=(refused,))
    before = Path(BOOK).read_bytes()
    ran = getcontacts("members", BOOK, *FRESH)
    assert "3 groups were refused with the word forbidden" in ran.stderr
    assert Path(BOOK).read_bytes() == before


def test_a_book_that_is_up_to_date_is_not_written(service: Simulator) -> None:
    before = Path(BOOK).read_bytes()
    ran = getcontacts("members", BOOK, "--update")
    assert "nothing was written" in ran.stderr
    assert Path(BOOK).read_bytes() == before


def test_contacts_never_come_into_members_nor_the_other_way(service: Simulator) -> None:
    getcontacts("export", "contacts.xlsx")
    before, calls = Path(BOOK).read_bytes(), len(service.calls)
    contacts = getcontacts("export", BOOK, "--update")
    assert (contacts.code, "getcontacts members FILE --update" in contacts.stderr) == (8, True)
    members = getcontacts("members", "contacts.xlsx", "--update")
    assert (members.code, "no table called Members" in members.stderr) == (8, True)
    assert (Path(BOOK).read_bytes(), len(service.calls)) == (before, calls)


def test_a_book_with_notes_is_not_replaced_and_an_overwritten_one_is_kept(
    service: Simulator,
) -> None:
    before = Path(BOOK).read_bytes()
    ran = getcontacts("members", BOOK)
    assert (ran.code, "Bring its table up to date with --update" in ran.stderr) == (8, True)
    ran = getcontacts("members", BOOK, "--overwrite")
    assert "What was there before is kept in" in ran.stderr
    assert Path(f"{BOOK}.bak1").read_bytes() == before


def test_a_missing_book_is_made_and_then_brought_up_to_date(service: Simulator) -> None:
    for _ in range(2):
        ran = getcontacts("members", "new.xlsx", "--update", "--missing", "mark")
        assert ran.code == 0, ran.stderr
    assert len(rows("new.xlsx")) == 4
    assert [*rows("new.xlsx")[0]][-2:] == ["status", "statusDate"]


def test_members_of_another_account_are_refused_before_any_call(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator(rate=0, id_instance="1101000002") as other:
        use(other, monkeypatch)
        ran = getcontacts("members", BOOK, "--update")
        assert (ran.code, other.calls) == (8, [])
        assert "--update --all-accounts" in ran.stderr
