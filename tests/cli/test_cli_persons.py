"""`export --by person --update`: notes stay beside the person, whichever accounts know them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from tests.cli.command import getcontacts
from tests.cli.fleet import fleet
from workbook.simulator.behaviour import Scenario, fine
from workbook.simulator.replies import silent

UPDATE = ("export", "-q", "people.xlsx", "--all-accounts", "--by", "person", "--update")
ANNA, BEN, CARL = "4915100000001@c.us", "4915100000002@c.us", "4915100000003@c.us"

Lists = dict[str, list[dict[str, str]]]


def person(id_: str, name: str = "", contact_name: str = "") -> dict[str, str]:
    return {"id": id_, "name": name, "contactName": contact_name, "type": "user"}


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lists]:
    """Give the lists of two accounts, in a book with a note beside Anna and beside Ben."""
    monkeypatch.chdir(tmp_path)
    lists = {
        "shop": [person(ANNA, "Anna"), person(BEN, "Ben")],
        "home": [person(ANNA, "Anni", "Anna Berg")],
    }
    scenarios = {
        alias: Scenario(description="", rows=partial(lists.__getitem__, alias)) for alias in lists
    }
    with fleet(scenarios, monkeypatch):
        assert getcontacts(*UPDATE).code == 0
        note("people.xlsx")
        yield lists


def note(path: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Contacts"]
    assert isinstance(sheet, Worksheet)
    sheet["G1"] = "notes"
    sheet.tables["Contacts"].ref = f"A1:G{sheet.max_row}"
    sheet.tables["Contacts"].tableColumns.append(TableColumn(7, name="notes"))
    sheet.tables["Contacts"].autoFilter.ref = sheet.tables["Contacts"].ref
    for row in sheet.iter_rows(min_row=2):
        sheet.cell(row[0].row or 0, 7, f"note on {row[0].value}")
    book.save(path)


def people() -> dict[object, tuple[object, ...]]:
    _, *rows = openpyxl.load_workbook("people.xlsx")["Contacts"].values
    return {row[0]: row[1:] for row in rows}


def test_notes_stay_beside_the_person_and_the_accounts_are_told(lists: Lists) -> None:
    lists["home"] += [person(BEN, "", "Ben Roth"), person(CARL, "Carl")]
    ran = getcontacts(*UPDATE)
    assert ran.code == 0, ran.stderr
    assert people() == {
        ANNA: ("Anni", "Anna Berg", "user", "home, shop", 2, f"note on {ANNA}"),
        BEN: (None, "Ben Roth", "user", "home, shop", 2, f"note on {BEN}"),
        CARL: ("Carl", None, "user", "home", 1, None),
    }


def test_names_come_from_the_account_that_has_the_fullest_now(lists: Lists) -> None:
    lists["shop"][0] = person(ANNA, "Anna", "Anna from work")
    lists["home"][0] = person(ANNA, "Anni")
    assert getcontacts(*UPDATE).code == 0
    assert people()[ANNA][:2] == ("Anna", "Anna from work")


def test_who_left_one_account_is_known_by_the_other_and_not_missing(lists: Lists) -> None:
    lists["home"][:] = [person(CARL, "Carl")]
    assert getcontacts(*UPDATE, "--accept-loss").code == 0
    assert people()[ANNA] == ("Anna", None, "user", "shop", 1, f"note on {ANNA}")


def test_an_account_that_is_not_asked_has_its_kept_list(lists: Lists) -> None:
    lists["home"].append(person(CARL, "Carl"))
    some = ["--accounts", "home", *(word for word in UPDATE[1:] if word != "--all-accounts")]
    assert getcontacts("export", *some).code == 0
    assert people()[ANNA][3:5] == ("home, shop", 2)
    assert people()[BEN][3:5] == ("shop", 1)


def test_an_unchanged_list_leaves_the_file(lists: Lists) -> None:
    before = Path("people.xlsx").read_bytes()
    assert getcontacts(*UPDATE).code == 0
    assert Path("people.xlsx").read_bytes() == before


def test_the_summary_counts_each_person_once(lists: Lists) -> None:
    lists["home"].append(person(CARL, "Carl"))
    assert getcontacts(*UPDATE).code == 0
    lines = {row[0]: row[1] for row in openpyxl.load_workbook("people.xlsx")["Summary"].values}
    assert (lines["Each person once"], lines["shop"], lines["home"]) == (3, 2, 2)


@pytest.mark.parametrize("failed", ["keep", "skip"])
def test_nobody_of_an_account_that_failed_is_missing(
    failed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shop, home = [person(ANNA, "Anna")], [person(BEN, "Ben")]
    once = Scenario(description="", rows=lambda: home, gateway=(fine, silent(401)))
    with fleet({"shop": Scenario(description="", rows=lambda: shop), "home": once}, monkeypatch):
        assert getcontacts(*UPDATE, "--missing", "mark").code == 0
        shop.append(person(CARL, "Carl"))
        assert getcontacts(*UPDATE, "--missing", "mark", "--failed", failed).code == 10
        header, *rows = openpyxl.load_workbook("people.xlsx")["Contacts"].values
    of = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert of.keys() == {ANNA, BEN, CARL}
    assert (of[BEN]["accounts"], of[BEN]["status"]) == ("home", None)


def test_a_table_with_a_row_an_account_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with fleet({"shop": "normal", "home": "quirks"}, monkeypatch):
        assert getcontacts("export", "-q", "people.xlsx", "--all-accounts").code == 0
        before = Path("people.xlsx").read_bytes()
        ran = getcontacts(*UPDATE)
    assert (ran.code, '"accounts" and "knownBy"' in ran.stderr) == (8, True)
    assert Path("people.xlsx").read_bytes() == before


def test_the_past_of_a_person_is_brought_along_where_a_column_tells_it(lists: Lists) -> None:
    words = ("--columns", "basic,firstSeen")
    assert getcontacts(*UPDATE, *words).code == 0
    lists["home"].append(person(CARL, "Carl"))
    assert getcontacts(*UPDATE, *words).code == 0
    header, *rows = openpyxl.load_workbook("people.xlsx")["Contacts"].values
    of = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert all(of[each]["firstSeen"] for each in (ANNA, BEN, CARL))
    assert of[ANNA]["notes"] == f"note on {ANNA}"
