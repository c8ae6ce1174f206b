"""A home and a workbook that 0.1 made open as before.

`home_of_0_1.zip` was made by 0.1.0: the accounts shop and office with made-up tokens, country DE,
one list of the office and two of the shop, two days apart. Between these a group told Jo's number.
The workbook was exported for the office first, then for the shop with its first list; its column
"note" is the user's.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from tests.cli.command import getcontacts
from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.store import database, managed_tables, pairs

URL = "https://1101.api.green-api.com"
SHOP = Account("shop", URL, "1101000001", "made-up-token-of-the-shop")
OFFICE = Account("office", URL, "1101000002", "made-up-token-of-the-office")
JO, JO_PHONE = "102388094480549@lid", "4915100000009@c.us"


@pytest.fixture
def book(home: Path, tmp_path: Path) -> Path:
    """Unpack the home and the workbook, which moves to where this test may write."""
    with ZipFile(Path(__file__).with_name("home_of_0_1.zip")) as archive:
        archive.extractall(tmp_path)
    book = tmp_path / "people.xlsx"
    with sqlite3.connect(home / database.NAME) as connection:
        for table, column in (("owned", "book"), ("wrote", "book"), ("written", "path")):
            connection.execute(f"UPDATE {table} SET {column} = ?", (os.fsencode(book),))
    connection.close()
    return book


@pytest.mark.usefixtures("book")
def test_its_accounts_and_settings_are_found() -> None:
    assert (accounts.find(), accounts.find("office")) == (SHOP, OFFICE)
    assert (settings.load().country, settings.load().missing) == ("DE", "mark")


@pytest.mark.usefixtures("book")
def test_its_changes_are_told() -> None:
    told = getcontacts("changes").out
    assert told.count("\n") == 4
    assert "number revealed: Jo (4915100000009@c.us)" in told
    assert "new: =1+1 (4915100000003@c.us)" in told
    assert 'renamed: Anna Berg (4915100000001@c.us)  "Anna" -> "Anne"' in told
    assert "not seen since 2026-09-01: Ben (4915100000002@c.us)" in told


@pytest.mark.usefixtures("book")
def test_a_person_has_its_history_under_both_ids() -> None:
    told = getcontacts("history", JO).out.replace("\r\n", "\n")
    assert told.startswith(f"Jo\n  {JO}\n  {JO_PHONE}\n  {JO} is {JO_PHONE} (getGroupData, 2026-")
    assert "first seen 2026-09-01, last seen 2026-09-03" in told
    assert pairs.replacements_of(SHOP.id_instance) == {JO: JO_PHONE}


def test_its_workbook_is_known_and_brought_up_to_date(book: Path) -> None:
    known = managed_tables.recall(book, "Contacts")
    assert (known.alias, known.before) == ("shop", {"office": OFFICE.id_instance})
    ran = getcontacts("export", str(book), "--update", "--offline", "--missing", "mark")
    assert (ran.code, "1 row new, 2 changed" in ran.stderr) == (0, True), ran.stderr
    rows = {
        row[0]: row for row in openpyxl.load_workbook(book)["Contacts"].iter_rows(values_only=True)
    }
    assert rows["4915100000001@c.us"][1:5] == ("Anne", "Anna Berg", "user", "pays on Fridays")
    assert JO not in rows
    assert {JO_PHONE, "4915100000002@c.us", "4915100000003@c.us"} <= rows.keys()
