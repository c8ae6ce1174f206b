"""Ids and phones keep every digit, and nothing is lost at the limits of a sheet.

Excel specifications and limits: 32,767 UTF-16 units in a cell, 1,048,576 rows on a sheet, 65,530
links on a sheet, 15 digits in a number.
"""

from __future__ import annotations

import csv as stdlib_csv
import json as stdlib_json
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import xlwings as xw

from addin.excel import sheet as sheets
from tests.export.xlsx_files import SHOP, parts, sheet_of, texts, written
from tests.hosts.excel_engine import running
from tests.hosts.libreoffice import SCRIPTS, convert, needs_libreoffice, needs_uno, run_uno
from tests.hosts.ooxml_validator import needs_validator, problems
from tests.proof.report import tried
from workbook.contacts.columns import CELL_LIMIT, COLUMNS, Table, build
from workbook.contacts.contact import Contact, ContactList, IdKind, id_kind, phone
from workbook.export import xlsx
from workbook.export.formats import FORMATS, Wishes, write
from workbook.green_api.contacts_stream import ContactsReader

LAST_ROW = 1_048_576
DOMAINS = ("@c.us", "@g.us", "@lid", "@s.whatsapp.net", "")
IDS = [digits * length + domain for length in range(1, 65) for digits in "17" for domain in DOMAINS]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


LENGTHS = [
    *[("x" * (CELL_LIMIT + more), min(0, more)) for more in (-1, 0, 1, 5_000)],
    *[("😀" * 16_383 + "x" * more, 0) for more in (0, 1)],
    ("😀" * 16_384, -1),  # half a character would be left
    ("x" + "😀" * 16_384, 0),
    ("é" * 40_000, 0),
    ("e\N{COMBINING ACUTE ACCENT}" * 20_000, 0),
]


@pytest.mark.parametrize(("name", "short"), LENGTHS)
def test_a_cell_is_filled_to_its_last_unit_and_a_cut_is_counted(name: str, short: int) -> None:
    table = build([Contact("4915100000001@c.us", name)], SHOP)
    [[_, read, *_]] = texts(sheet_of(written(table)))
    assert units(read) == CELL_LIMIT + short or read == name
    assert name.startswith(read)
    assert table.altered == ({} if read == name else {"longer than a cell, cut": 1})
    tried("text", 1)


@needs_libreoffice
def test_libreoffice_reads_the_fullest_cells(tmp_path: Path) -> None:
    people = [Contact(f"{n}@c.us", name) for n, (name, _) in enumerate(LENGTHS, 10_000)]
    path = tmp_path / "full.xlsx"
    path.write_bytes(written(build(people, SHOP)))
    with convert(path, "csv", tmp_path).open(encoding="utf-8", newline="") as lines:
        stdlib_csv.field_size_limit(200_000)
        read = [row[1] for row in stdlib_csv.reader(lines)][1:]
    assert read == [row[1] for row in build(people, SHOP).rows]
    tried("text", len(LENGTHS))


def in_format(contacts: list[Contact], format_name: str, columns: tuple[str, ...]) -> bytes:
    out = BytesIO()
    write(contacts, SHOP, Wishes(format_name, columns), out)
    return out.getvalue()


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("format_name", FORMATS)
def test_the_shortest_lists_are_whole_files(format_name: str, count: int) -> None:
    people = [Contact(f"491510000000{n}@c.us", "Anna") for n in range(count)]
    content = in_format(people, format_name, ("id", "name"))
    counted: dict[str, Callable[[], int]] = {
        "xlsx": lambda: len(texts(sheet_of(content))),
        "csv": lambda: len(content.decode().splitlines()) - 1,
        "json": lambda: len(stdlib_json.loads(content)),
        "jsonl": lambda: len(content.splitlines()),
        "vcf": lambda: content.count(b"BEGIN:VCARD"),
        "google-csv": lambda: len(content.decode().splitlines()) - 1,
    }
    assert counted[format_name]() == count
    tried("text", 1)


@needs_validator
@needs_uno
@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_shortest_workbooks_open_without_complaint(count: int, tmp_path: Path) -> None:
    people = [Contact(f"491510000000{n}@c.us", "Anna") for n in range(count)]
    path = tmp_path / "short.xlsx"
    path.write_bytes(in_format(people, "xlsx", tuple(COLUMNS)))
    assert problems(path) == []
    opened = stdlib_json.loads(run_uno(SCRIPTS / "uno_sheets.py", str(path)))
    assert [sheet["name"] for sheet in opened] == ["Contacts", "Summary"]
    assert opened[0]["rows"] == 1 + count
    tried("text", 1)


def test_no_size_and_no_column_makes_a_link() -> None:
    people = [Contact(f"49151{n:08}@c.us", "https://evil.example") for n in range(66_000)]
    content = written(build(people, SHOP, ("id", "name", "link")))
    with ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            assert b"hyperlink" not in archive.read(name).lower(), name
    assert "https://wa.me/4915100065999" in parts(content)["xl/sharedStrings.xml"]
    tried("text", 2 * len(people))


def numbered() -> list[Contact]:
    """Return contacts with ids of all lengths, as they come out of an answer."""
    taken = ContactsReader()
    taken.feed(stdlib_json.dumps([{"id": id_, "name": id_} for id_ in IDS]).encode())
    return list(taken.finish().contacts)


def test_ids_of_all_lengths_come_out_of_an_answer_as_they_are() -> None:
    assert [contact.id for contact in numbered()] == IDS
    as_numbers = ContactsReader()
    as_numbers.feed(b"[" + b",".join(b'{"id":%b}' % (b"7" * n) for n in range(1, 65)) + b"]")
    assert [contact.id for contact in as_numbers.finish().contacts] == [
        "7" * n for n in range(1, 65)
    ]
    tried("digits", len(IDS) + 64)


@pytest.mark.parametrize("format_name", ["xlsx", "csv", "json"])
def test_ids_of_all_lengths_keep_every_digit(format_name: str) -> None:
    content = in_format(numbered(), format_name, ("id", "phone", "label"))
    readers: dict[str, Callable[[], Any]] = {
        "xlsx": lambda: texts(sheet_of(content)),
        "csv": lambda: [*stdlib_csv.reader(StringIO(content.decode("utf-8-sig")))][1:],
        "json": lambda: [tuple(row.values()) for row in stdlib_json.loads(content)],
    }
    rows = readers[format_name]()
    assert [row[0] for row in rows] == IDS
    assert [row[2] for row in rows] == IDS
    assert [row[1].lstrip("+") for row in rows] == [phone(Contact(id_))[1:] for id_ in IDS]
    tried("digits", 3 * len(IDS))


def test_phones_are_the_ids_digits_behind_a_plus_and_nothing_else_is_a_phone() -> None:
    for id_ in IDS:
        digits, _, domain = id_.partition("@")
        believable = domain in ("c.us", "s.whatsapp.net") and 5 <= len(digits) <= 14
        assert phone(Contact(id_)) == (f"+{digits}" if believable else "")
        assert (id_kind(id_) is IdKind.PHONE) == believable
    tried("digits", len(IDS))


def test_excel_keeps_every_digit() -> None:
    with running() as excel:
        sheets.create(xw.Book.caller(), build(numbered(), SHOP, ("id", "phone")))
        read = excel.sheet("Contacts").values(f"A2:B{len(IDS) + 1}")
    assert [[id_, told or ""] for id_, told in read] == [[i, phone(Contact(i))] for i in IDS]
    tried("digits", 2 * len(IDS))


@needs_libreoffice
@pytest.mark.parametrize("format_name", ["xlsx", "csv"])
def test_libreoffice_keeps_every_digit(format_name: str, tmp_path: Path) -> None:
    path = tmp_path / f"ids.{format_name}"
    path.write_bytes(in_format(numbered(), format_name, ("id",)))
    sheet = openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "again")).worksheets[0]
    read = [cell.value for (cell,) in sheet.iter_rows(min_row=2)]
    # csv has no types: a number with more digits than a number holds is the file's reader's choice
    assert [value for value in read if isinstance(value, str)] == [
        id_ for id_, value in zip(IDS, read, strict=True) if format_name == "xlsx" or "@" in id_
    ]
    tried("digits", len(IDS))


def many(rows: int, path: Path) -> None:
    """Write a workbook of so many rows, each with a number of its own."""
    values = ((f"{number}@c.us", "Anna") for number in range(1, rows + 1))
    with path.open("wb") as file:
        xlsx.write(Table(("id", "name"), values, rows), file)


@pytest.mark.long
@needs_uno
@pytest.mark.parametrize("rows", [LAST_ROW - 1, LAST_ROW, LAST_ROW + 1])
def test_libreoffice_opens_the_sheets_of_the_longest_lists(rows: int, tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    many(rows, path)
    opened = stdlib_json.loads(run_uno(SCRIPTS / "uno_sheets.py", str(path)))
    header = ["id", "name"]
    fuller = [("Contacts", LAST_ROW, header, [f"{LAST_ROW - 1}@c.us", "Anna"])]
    rest = rows - LAST_ROW + 1
    if rest:
        fuller.append(("Contacts 2", 1 + rest, header, [f"{rows}@c.us", "Anna"]))
    assert [tuple(sheet.values()) for sheet in opened] == fuller
    tried("digits", rows)


@pytest.mark.long
def test_every_row_of_the_longest_lists_is_there(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    many(LAST_ROW + 1, path)
    book = openpyxl.load_workbook(path, read_only=True)
    ids = (row[0] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True))
    assert all(id_ == f"{number}@c.us" for number, id_ in enumerate(ids, 1))
    assert [(sheet.title, sheet.max_row) for sheet in book] == [
        ("Contacts", LAST_ROW),
        ("Contacts 2", 3),
    ]
    book.close()
    tried("digits", LAST_ROW + 1)


def test_a_packed_list_of_any_length_counts_right() -> None:
    for count in (0, 1, 1_999, 2_000, 2_001, 4_000):
        packed = ContactList.pack(Contact(str(number)) for number in range(count))
        assert len(packed) == count == len(list(packed))
    tried("digits", 6)
