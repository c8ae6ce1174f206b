"""Workbooks for the tests of updates in place: made, updated in memory, taken apart and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.table import Table, TableFormula, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from workbook.contacts.columns import Origin
from workbook.contacts.contact import Contact
from workbook.merge.model import Incoming, TableMemory, UpdateOptions, UpdateReport
from workbook.ooxml.workbook_file import opened, update

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEADER = ("id", "name", "contactName", "type", "notes")
SHEET, TABLE = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"

Rows = Sequence[Sequence[Any]]


def contact(number: int, name: str = "", contact_name: str = "") -> Contact:
    """Return somebody with a fictional number."""
    return Contact(f"120255501{number:02}@c.us", name, contact_name, "user")


ANN, BOB, EVE = contact(1, "Ann"), contact(2, "Bob"), contact(3, "Eve")
ANN_ROW = (ANN.id, "Ann", None, "user", "met in May")
BOB_ROW = (BOB.id, "Bob", None, "user", None)


def book(
    rows: Rows = (ANN_ROW, BOB_ROW),
    header: Sequence[str] = HEADER,
    *,
    at: str = "A1",
    formulas: dict[str, str] | None = None,
    dress: Callable[[Worksheet], None] = lambda sheet: None,
) -> bytes:
    """Return a workbook by openpyxl: sheet and table `Contacts`, the table's first cell at `at`.

    `formulas` are the definitions of calculated columns, by title; `dress` adds to the sheet.
    """
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Contacts"
    first = sheet[at]
    for row, line in enumerate((header, *rows), first.row):
        for column, value in enumerate(line, first.column):
            sheet.cell(row, column, value)
    last = f"{get_column_letter(first.column + len(header) - 1)}{first.row + len(rows)}"
    sheet.add_table(_table(f"{at}:{last}", header, formulas or {}))
    dress(sheet)
    return saved(made)


def _table(ref: str, header: Sequence[str], formulas: dict[str, str]) -> Table:
    style = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    table = Table(displayName="Contacts", ref=ref, tableStyleInfo=style)
    table._initialise_columns()  # type: ignore[attr-defined]  # the stubs miss it
    for column, title in zip(table.tableColumns, header, strict=True):
        column.name = title
        if title in formulas:
            column.calculatedColumnFormula = TableFormula(attr_text=formulas[title])
    return table


def saved(made: Workbook) -> bytes:
    """Return the bytes of a workbook of openpyxl."""
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def fresh(*people: Contact, account: str = "work") -> Incoming:
    """Return a list that just came."""
    return Incoming(people, Origin(account, NOON))


def updated(
    data: bytes,
    *people: Contact,
    memory: TableMemory | None = None,
    options: UpdateOptions | None = None,
) -> tuple[bytes, UpdateReport]:
    """Return the workbook brought up to date with these people, and the report."""
    out = BytesIO()
    report = update(opened(BytesIO(data)), out, fresh(*people), memory, options)
    return out.getvalue(), report


def read(data: bytes, sheet: str = "Contacts") -> list[tuple[str, ...]]:
    """Return the rows of a sheet as openpyxl reads them, escapes undone, "" for blank cells."""
    rows = load_workbook(BytesIO(data))[sheet].iter_rows(values_only=True)
    return [tuple("" if value is None else unescape(str(value)) for value in row) for row in rows]


def parts(data: bytes) -> dict[str, bytes]:
    """Return the parts of a file, unpacked, in their order."""
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def replaced(data: bytes, changes: Mapping[str, Callable[[str], str]]) -> bytes:
    """Return a file with some parts rewritten as text, made where they are new."""
    texts = parts(data)
    for name, change in changes.items():
        texts[name] = change(texts.get(name, b"").decode()).encode()
    return zipped(texts)


def zipped(texts: dict[str, bytes]) -> bytes:
    """Return a zip of these parts."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class Packed:
    """What a zip says about one member, and its packed bytes."""

    name: str
    date: tuple[int, ...]
    attributes: int
    packed: bytes


def packed(data: bytes) -> list[Packed]:
    """Return the members of a zip as they stand in it, still compressed."""
    with ZipFile(BytesIO(data)) as archive:
        return [
            Packed(info.filename, info.date_time, info.external_attr, _packed(data, info))
            for info in archive.infolist()
        ]


def _packed(data: bytes, info: Any) -> bytes:
    start = info.header_offset
    names = int.from_bytes(data[start + 26 : start + 28], "little")
    extra = int.from_bytes(data[start + 28 : start + 30], "little")
    begin = start + 30 + names + extra
    return data[begin : begin + info.compress_size]
