"""`getcontacts demo`: a first day, and another one that leaves what people wrote."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.cli.command import getcontacts

BOOK = "contacts-demo.xlsx"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Play in a folder of its own, and without any pace."""
    monkeypatch.chdir(tmp_path)


def noted(row: int, note: str) -> str:
    """Write a note beside somebody, and return whose it is."""
    book = openpyxl.load_workbook(BOOK)
    sheet = book["Contacts"]
    sheet.cell(row, 6, note)
    book.save(BOOK)
    return str(sheet.cell(row, 1).value)


def notes() -> dict[str, str]:
    sheet = openpyxl.load_workbook(BOOK)["Contacts"]
    return {str(row[0]): str(row[5]) for row in sheet.values if len(row) > 5 and row[5]}


def test_the_first_day_says_what_to_try_next() -> None:
    ran = getcontacts("demo")
    assert ran.code == 0
    assert "let a day pass: getcontacts demo" in ran.stderr
    assert ran.stderr.endswith("With your own account: getcontacts login\n")


def test_another_day_updates_the_book_and_leaves_the_note_with_its_person() -> None:
    getcontacts("demo")
    who = noted(7, "call back")
    ran = getcontacts("demo")
    assert ran.code == 0, ran.stderr
    yesterday = date.today() - timedelta(days=1)
    assert f"Since the list before: 3 new, 1 renamed, 1 not seen since {yesterday}." in ran.stderr
    assert "This was day 2." in ran.stderr
    assert notes() == {who: "call back"}


def test_fresh_begins_anew_and_keeps_what_somebody_wrote() -> None:
    getcontacts("demo")
    noted(7, "call back")
    ran = getcontacts("demo", "--fresh")
    assert (ran.code, "let a day pass" in ran.stderr) == (0, True)
    assert "Since the list before" not in ran.stderr
    assert (notes(), Path(f"{BOOK}.bak1").exists()) == ({}, True)


def test_two_books_have_their_own_days() -> None:
    getcontacts("demo")
    assert (
        "let a day pass: getcontacts demo 'my book.xlsx'"
        in getcontacts("demo", "my book.xlsx").stderr
    )
    assert "This was day 2." in getcontacts("demo").stderr


def test_a_book_that_was_deleted_begins_anew() -> None:
    getcontacts("demo")
    Path(BOOK).unlink()
    assert "Since the list before" not in getcontacts("demo").stderr


@pytest.mark.parametrize("words", [(), ("--fresh",)])
def test_a_book_that_no_demonstration_made_is_left_alone(words: tuple[str, ...]) -> None:
    Path(BOOK).write_text("mine")
    ran = getcontacts("demo", *words)
    assert (ran.code, Path(BOOK).read_text()) == (8, "mine")


def test_the_file_is_opened_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def launch(path: str) -> int:
        opened.append(path)
        return 0

    monkeypatch.setattr("click.launch", launch)
    assert getcontacts("demo", "people.csv", "--open").code == 0
    assert opened == [str(Path("people.csv").absolute())]


def test_where_nothing_opens_it_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.launch", lambda _: 1)
    assert "open it yourself" in getcontacts("demo", "people.csv", "--open").stderr


def test_many_accounts_are_one_sheet_and_the_one_that_fails_is_told() -> None:
    ran = getcontacts("demo", "many.xlsx", "--many", "3")
    assert ran.code == 0
    assert "2 of 3 accounts are in many.xlsx" in ran.stderr
    assert "1 account failed (haifa). GREEN-API refused the apiTokenInstance (401)" in ran.stderr
    assert "Its list of 20" in ran.stderr
    book = openpyxl.load_workbook("many.xlsx")
    accounts = [row[0] for row in book["Contacts"].iter_rows(min_row=2, values_only=True)]
    assert [*dict.fromkeys(accounts)] == ["shop", "berlin", "haifa"]
    assert book["Summary"]["B2"].value == "3 accounts, 1 failed"
