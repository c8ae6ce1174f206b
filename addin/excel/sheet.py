"""Find the table and the account of a workbook, or make a sheet for the table; through xlwings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import xlwings as xw
from xlwings.main import Table as ListObject

from addin.excel import areas, excel_objects, writing
from addin.shared import arguments, words
from workbook.contacts.columns import NAME, Table
from workbook.errors import WrongUsage
from workbook.merge.ranges import Range
from workbook.merge.refusals import UNTOUCHED

ALIAS = "getcontacts_account"  # the one name in a workbook that is read
# a cell of this workbook: of no other one, no formula, nothing like DDE (program|topic!item)
CELL = re.compile(r"(?:'(?:[^'\[\]|]|'')+'|[^\W\d][\w.]*)!\$[A-Z]{1,3}\$[0-9]{1,7}")
WIDTH = 26  # characters


@contextmanager
def undisturbed(app: xw.App) -> Iterator[None]:
    """Keep Excel from painting, calculating and running macros that wait for changes.

    All is as before at the end, errors or not.
    """
    with (  # one by one: what Excel refuses of them keeps no other one back
        app.properties(screen_updating=False),
        app.properties(enable_events=False),
        app.properties(calculation="manual"),
    ):
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
    if not CELL.fullmatch(refers_to):
        raise WrongUsage(
            f'The name {ALIAS} of this workbook is no account; let it be ="main", for example.'
        )
    return arguments.text(book.names[ALIAS].refers_to_range.value)[:64] or None


def table_in(book: xw.Book) -> ListObject | None:
    """Return the table Contacts of the workbook, None where there is none."""
    found = (sheet.tables[NAME] for sheet in book.sheets if NAME in sheet.tables)
    return next(found, None)


def check(book: xw.Book) -> None:
    """Raise WrongUsage where no table can be made, for its name is taken."""
    if NAME in book.names:
        raise WrongUsage(
            f'In this workbook the name "{NAME}" is not a table. Give it another name '
            f"({words.here().name_manager}) and repeat. {UNTOUCHED}"
        )


def create(book: xw.Book, contents: Table) -> str:
    """Make the table on a sheet of its own and return that sheet's name."""
    rows = list(contents.rows)
    sheet = _own_sheet(book)
    corner, width = Range(1, 1, 1, 1), len(contents.header)
    head = areas.at(corner, 0, 0, 1, width)
    areas.cells(sheet, head).raw_value = [list(contents.header)]
    if rows:
        writing.put(sheet, areas.beneath(corner, 1), rows)
    whole = areas.taller(head, max(1, len(rows)))
    sheet.tables.add(source=areas.cells(sheet, whole), name=NAME)
    areas.cells(sheet, head).column_width = WIDTH
    return str(sheet.name)


def _own_sheet(book: xw.Book) -> xw.Sheet:
    taken = set(map(str.casefold, excel_objects.sheet_names(book)))
    if NAME.casefold() not in taken:
        return book.sheets.add(NAME)
    named = {sheet.name.casefold(): sheet for sheet in book.sheets}
    there = named.get(NAME.casefold())  # none where it is a sheet of a chart
    if there is not None and _is_blank(there):
        there.activate()
        return there
    names = (f"{NAME} {number}" for number in count(2))
    return book.sheets.add(next(name for name in names if name.casefold() not in taken))


def _is_blank(sheet: xw.Sheet) -> bool:
    used = sheet.used_range
    return bool(
        excel_objects.is_shown(sheet)
        and used.shape == (1, 1)
        and not used.formula
        and not len(sheet.shapes)
    )
