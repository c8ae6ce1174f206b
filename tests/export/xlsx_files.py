"""Workbooks for the tests of formats.xlsx: written to memory, and read part by part or as a book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
from openpyxl import Workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from workbook.contacts.columns import BASIC, PRESETS, Origin, Table, build
from workbook.contacts.contact import Contact, ContactList
from workbook.contacts.summary import summarize
from workbook.export import xlsx

WHEN = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
SHOP = Origin("shop", WHEN)
ROW = ("4915100000001@c.us", "Anna", "Anna Berg", "user")
SHEET = "xl/worksheets/sheet1.xml"

BELIEVABLE = [
    Contact("4915100000001@c.us", "Anna", "Anna Berg (work)", "user"),
    Contact("4915100000002@c.us", "", "Plumber, 24 h", "user"),
    Contact("12025550123@c.us", "Ben 😀", "", "user"),
    Contact("79160000001@c.us", "Дмитрий Иванов", "", "user"),
    Contact("972500000001@c.us", "דנה כהן", "דנה", "user"),
    Contact("102388094480549@lid", "Jo", "", "user"),
    Contact("4915100000003-1479621234@g.us", "Football & friends", "", "group"),
    Contact("120363043968066561@g.us", "", "", "group"),
]


def table_of(*rows: Sequence[str], header: Sequence[str] = BASIC) -> Table:
    return Table(tuple(header), rows, len(rows))


def written(table: Table, **options: Any) -> bytes:
    out = BytesIO()
    xlsx.write(table, out, **options)
    return out.getvalue()


def full_workbook(contacts: Sequence[Contact] = BELIEVABLE, **options: Any) -> bytes:
    """Return a workbook with every column and the summary."""
    packed = ContactList.pack(contacts)
    table = build(packed, SHOP, PRESETS["full"])
    return written(table, summary=summarize(packed, SHOP), when=WHEN, **options)


def parts(content: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def loaded(content: bytes) -> Workbook:
    """Read a workbook by openpyxl, with escapes as they stand: it takes x005F_ out of strings."""
    with patch("openpyxl.reader.excel.read_string_table", _strings):
        return openpyxl.load_workbook(BytesIO(content))


def _strings(source: Any) -> list[str]:
    items = ElementTree.parse(source).getroot()
    return ["".join(text.text or "" for text in item.iterfind("{*}t")) for item in items]


def sheet_of(content: bytes, number: int = 0) -> Worksheet:
    return loaded(content).worksheets[number]


def texts(sheet: Worksheet) -> list[tuple[str, ...]]:
    """Return the rows below the header as they were before they were written."""
    rows = sheet.iter_rows(min_row=2, values_only=True)
    return [tuple(unescape(str(value or "")) for value in row) for row in rows]
