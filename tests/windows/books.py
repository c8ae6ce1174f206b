"""Workbooks that were exported, as a person reads them and writes in them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from openpyxl.worksheet.table import TableColumn


def rows(path: Path) -> list[tuple[object, ...]]:
    """Return the rows of the sheet Contacts, titles first."""
    return list(openpyxl.load_workbook(path)["Contacts"].iter_rows(values_only=True))


def take_notes(path: Path, *notes: str) -> None:
    """Add a column `note` to the table Contacts, with one note for each row."""
    book = openpyxl.load_workbook(path)
    sheet = book["Contacts"]
    for row, text in enumerate(("note", *notes), start=1):
        sheet.cell(row, 5, text)
    table = sheet.tables["Contacts"]
    table.ref = table.autoFilter.ref = f"A1:E{1 + len(notes)}"
    table.tableColumns.append(TableColumn(id=5, name="note"))
    book.save(path)
