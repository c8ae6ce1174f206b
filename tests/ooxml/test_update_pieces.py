"""Sheets of many rows, gone through a piece at a time: rows that nobody edits keep their bytes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.ooxml.update_files import (
    ANN,
    BOB,
    EVE,
    SHEET,
    book,
    contact,
    parts,
    read,
    replaced,
    updated,
    zipped,
)
from workbook.contacts.contact import Contact
from workbook.ooxml.worksheet import ROWS

MANY = 3 * ROWS + 7


def crowd(count: int, *renamed: int) -> list[Contact]:
    return [
        Contact(f"4915100{n:06}@c.us", f"{'New' if n in renamed else 'Name'} {n}", "", "user")
        for n in range(count)
    ]


def table(count: int) -> bytes:
    return book([(each.id, each.name, "", each.type, f"note {each.id}") for each in crowd(count)])


def rows(data: bytes) -> dict[str, str]:
    sheet = parts(data)[SHEET].decode()
    return {found[1]: found[0] for found in re.finditer(r'<row r="(\d+)".*?</row>', sheet)}


@pytest.mark.parametrize("declared", ["", f' xmlns:long="{"x" * 5_000}"'])
def test_rows_that_nobody_edits_keep_their_bytes(declared: str) -> None:
    def odd(text: str) -> str:
        return text.replace("<v/>", "<v></v >").replace("<worksheet", f"<worksheet{declared}")

    unusual = replaced(table(MANY), {SHEET: odd})
    before, after = rows(unusual), rows(updated(unusual, *crowd(MANY, ROWS + 1))[0])
    changed = {number for number, text in before.items() if after[number] != text}
    assert str(ROWS + 3) in changed
    piece = {str(number) for number in range(ROWS + 1, 2 * ROWS + 1)}
    assert changed <= (piece if declared else {str(ROWS + 3)})


def test_changes_in_every_piece_and_new_rows_below_all_arrive() -> None:
    renamed = (0, ROWS - 1, ROWS, 2 * ROWS, MANY - 1)
    after, report = updated(table(MANY), *crowd(2 * MANY, *renamed))
    got = read(after)[1:]
    assert [row[:2] for row in got] == [(c.id, c.name) for c in crowd(2 * MANY, *renamed)]
    assert all(row[4] == f"note {row[0]}" for row in got[:MANY])
    assert (report.changed, report.new) == (len(renamed), MANY)


def test_a_second_update_of_many_rows_changes_no_byte() -> None:
    after, _ = updated(table(MANY), *crowd(MANY + 9, 5))
    assert updated(after, *crowd(MANY + 9, 5))[0] == after


def test_new_rows_come_between_what_stands_beside_the_table() -> None:
    beside = '<row r="4"><c r="H4"><v>4</v></c></row><row r="900"><c r="H900"><v>900</v></c></row>'
    there = replaced(book(), {SHEET: lambda t: t.replace("</sheetData>", f"{beside}</sheetData>")})
    after, _ = updated(there, ANN, BOB, *crowd(ROWS + 3))
    got = read(after)
    assert [row[1] for row in got[3 : ROWS + 6]] == [each.name for each in crowd(ROWS + 3)]
    assert (got[3][7], got[899][7]) == ("4", "900")


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text.replace("<sheetData>", "<!-- <row r='1'/> <sheetData> --><sheetData>"),
        lambda text: text.replace("<t>Bob</t>", "<t><![CDATA[Bob]]></t>"),
        lambda text: text.replace('<row r="3"', '<!-- a row --><?x <row r="9"/>?><row r="3"'),
        lambda text: text.replace("<row ", "\n  <row\t"),
    ],
)
def test_comments_and_other_unusual_spellings_do_not_mislead(spell: Callable[[str], str]) -> None:
    unusual = replaced(book(), {SHEET: spell})
    assert updated(unusual, ANN, BOB)[0] == unusual
    after, _ = updated(unusual, contact(1, "Anna"), BOB, EVE)
    assert [row[1] for row in read(after)] == ["name", "Anna", "Bob", "Eve"]


def test_a_sheet_in_another_encoding_is_read_and_written_as_utf_8() -> None:
    whole = parts(book())
    text = whole[SHEET].decode().replace("Bob", "Bøb")
    wide = f'<?xml version="1.0" encoding="UTF-16"?>{text.partition("?>")[2] or text}'
    data = zipped({**whole, SHEET: wide.encode("utf-16")})
    after, _ = updated(data, contact(1, "Anna"), contact(2, "Bøb"))
    assert [row[1] for row in read(after)] == ["name", "Anna", "Bøb"]
