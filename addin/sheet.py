"""Rows into the table Contacts of a workbook, through xlwings, in whole blocks; no fetching."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import xlwings as xw
from xlwings.main import Table as ListObject

from addin import arguments
from workbook.errors import WrongUsage
from workbook.refusals import IdTitleMissing
from workbook.table import BASIC, Row, Table

NAME = "Contacts"  # of the table, and of a sheet that is made for it
ALIAS = "getcontacts_account"  # the one name in a workbook that is read
TEXT = "@"
WIDTH = 26  # characters


@dataclass(frozen=True, slots=True)
class Written:
    """Which sheet holds the rows now, whether it was made for them, and how many ids are new."""

    sheet: str
    made: bool
    new: int


@contextmanager
def undisturbed(app: xw.App) -> Iterator[None]:
    """Keep Excel from painting and calculating; both are as before at the end, errors or not."""
    with app.properties(screen_updating=False), app.properties(calculation="manual"):
        yield


def account_alias(book: xw.Book) -> str | None:
    """Return the alias that the workbook names, None where it names none.

    Raises WrongUsage where the name stands for something else than a text or a cell.
    """
    if ALIAS not in book.names:
        return None
    refers_to = str(book.names[ALIAS].refers_to).removeprefix("=")
    if refers_to.startswith('"'):
        return refers_to.strip('"')[:64] or None
    if "!" not in refers_to:
        raise WrongUsage(
            f'The name {ALIAS} of this workbook is no account; let it be ="main", for example.'
        )
    return arguments.text(book.names[ALIAS].refers_to_range.value)[:64] or None


def table_in(book: xw.Book) -> ListObject | None:
    """Return the table Contacts of the workbook, None where there is none."""
    found = (sheet.tables[NAME] for sheet in book.sheets if NAME in sheet.tables)
    return next(found, None)


def titles(table: ListObject) -> tuple[str, ...]:
    """Return the titles of a table that may be filled anew, in their order.

    Raises WrongUsage or IdTitleMissing where that would do harm.
    """
    if not table.show_headers or table.show_totals:
        raise WrongUsage(
            f'Show the header row of the table "{NAME}" and hide its total row (Table Design), '
            "then repeat. Nothing was changed."
        )
    header = tuple(column.name for column in table.columns)
    if foreign := [title for title in header if title not in BASIC]:
        raise WrongUsage(
            f'The table "{NAME}" has columns of its own ({", ".join(foreign):.200}). A new list '
            "would put them beside the wrong person, so nothing was changed. Give the table "
            "another name (Table Design), and Refresh makes a new one."
        )
    if "id" not in header:
        raise IdTitleMissing(header)
    return header


def fill(table: ListObject, contents: Table) -> Written:
    """Replace the rows of a table; what stands below it makes way, and none of that is lost."""
    rows = list(contents.rows)
    body = table.data_body_range
    known = _ids(body, contents) if body else set()
    before = table.range.shape[0] - 1
    _make_room(table, len(rows) - before)
    table.resize(table.range.resize(1 + len(rows)))
    now = table.range
    _write_text(now.offset(1).resize(len(rows)), rows)
    if before > len(rows):
        _vacate(now.offset(1 + len(rows)).resize(before - len(rows)))
    new = sum(row[contents.header.index("id")] not in known for row in rows)
    return Written(table.parent.name, made=False, new=new)


def create(book: xw.Book, contents: Table) -> Written:
    """Make the table on a sheet of its own; raises WrongUsage where its name is taken."""
    if NAME in book.names:
        raise WrongUsage(
            f'In this workbook the name "{NAME}" is not a table. Give it another name '
            "(Formulas, Name Manager) and repeat. Nothing was changed."
        )
    rows = list(contents.rows)
    sheet = _own_sheet(book)
    head = sheet.range((1, 1)).resize(1, len(contents.header))
    head.value = [contents.header]
    _write_text(head.offset(1).resize(len(rows)), rows)
    sheet.tables.add(source=head.resize(1 + len(rows)), name=NAME)
    head.column_width = WIDTH
    return Written(sheet.name, made=True, new=len(rows))


def _ids(body: xw.Range, contents: Table) -> set[str]:
    column = body[:, contents.header.index("id")]
    return {arguments.text(value) for value in column.options(ndim=1).value}


def _make_room(table: ListObject, more: int) -> None:
    """Push down what stands where the table is going to grow."""
    if more <= 0:
        return
    below = table.range.offset(table.range.shape[0]).resize(more)
    if _holds_something(below):
        below.insert("down")


def _holds_something(cells: xw.Range) -> bool:
    formulas = cells.formula  # of values, too; a formula may show nothing
    rows = [[formulas]] if isinstance(formulas, str) else formulas
    return any(cell for row in rows for cell in row)


def _write_text(cells: xw.Range, rows: list[Row]) -> None:
    cells.number_format = TEXT  # first, or Excel takes 007 for a number and =1+1 for a formula
    cells.value = rows


def _vacate(cells: xw.Range) -> None:
    cells.clear_contents()
    cells.number_format = "General"  # what is typed there later is not ours and no text


def _own_sheet(book: xw.Book) -> xw.Sheet:
    named = {sheet.name.casefold(): sheet for sheet in book.sheets}
    there = named.get(NAME.casefold())
    if there is None:
        return book.sheets.add(NAME)
    if _is_blank(there):
        there.activate()
        return there
    names = (f"{NAME} {number}" for number in count(2))
    return book.sheets.add(next(name for name in names if name.casefold() not in named))


def _is_blank(sheet: xw.Sheet) -> bool:
    used = sheet.used_range
    return bool(
        sheet.visible and used.shape == (1, 1) and not used.formula and not len(sheet.shapes)
    )
