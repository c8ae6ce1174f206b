"""Read who is left out from a file: a line each, or the column "id" or "phone" of a table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from workbook.contacts import exclusion
from workbook.contacts.exclusion import Exclusion
from workbook.errors import WrongUsage

TITLES = ("id", "phone")
WORKBOOKS = (".xlsx", ".xlsm")
MOST_ROWS, MOST_COLUMNS = 1_048_576, 64


def read(path: Path, country: str = "") -> Exclusion:
    """Return who is left out. Raises WrongUsage for a file that cannot be read or names nobody."""
    try:
        rows = _of_workbook(path) if path.suffix.lower() in WORKBOOKS else _of_text(path)
    except (OSError, UnicodeDecodeError, csv.Error):
        rows = None
    if rows is None:
        raise WrongUsage(f"{path} cannot be read, so nobody would be left out. Nothing was done.")
    named = [(number, text) for number, text in _named(rows) if text]
    if not named:
        raise WrongUsage(
            f"{path} names nobody: it takes an id or a phone a line, or a column id or phone. "
            "Nothing was done."
        )
    return exclusion.of(named, country)


def _named(rows: Sequence[Sequence[str]]) -> Iterable[tuple[int, str]]:
    """Yield the numbered texts of the columns "id" and "phone", else of the first column."""
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    columns = [at for at, title in enumerate(header) if title in TITLES]
    for number, row in enumerate(rows, 1):
        if columns and number == 1:
            continue
        for at in columns or [0]:
            yield number, row[at].strip() if at < len(row) else ""


def _of_text(path: Path) -> list[list[str]]:
    lines = path.read_text("utf-8-sig").splitlines()
    delimiter = max(",;\t", key=(lines[0] if lines else "").count)
    return [row or [""] for row in csv.reader(lines, delimiter=delimiter)]


def _of_workbook(path: Path) -> list[list[str]] | None:
    """Return the rows of the first sheet that has such a column, else of the first one."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        sheets = [_rows(sheet.values) for sheet in book.worksheets]
        book.close()
    except (KeyError, ValueError, BadZipFile):  # what openpyxl raises for a broken file
        return None
    titled = (rows for rows in sheets if rows and {*TITLES} & {c.casefold() for c in rows[0]})
    return next(titled, sheets[0] if sheets else [])


def _rows(values: Iterable[Iterable[object]]) -> list[list[str]]:
    return [
        ["" if value is None else str(value) for value in islice(row, MOST_COLUMNS)]
        for row in islice(values, MOST_ROWS)
    ]
