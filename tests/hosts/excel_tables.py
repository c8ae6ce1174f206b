"""Tables in an Excel in memory for the tests of refreshing: laid out, refreshed, read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlwings as xw
from xlwings.main import Table as ListObject

from addin.excel import reading, refreshing, sheet, workbook_memory
from addin.shared.undo import Undone
from tests.hosts.excel_data import Area, Cell, Excel, SheetData, TableData
from workbook.accounts.accounts import Account
from workbook.contacts.columns import BASIC
from workbook.contacts.contact import Contact, ContactList
from workbook.merge.model import UpdateReport
from workbook.store.snapshots import Snapshot
from workbook.sync.latest import Latest

HEADER = [*BASIC]
MAIN = Account("main", "https://1101.api.green-api.com", "1101000001", "0" * 50)
OTHER = Account("other", "https://1101.api.green-api.com", "1101000002", "0" * 50)


def person(number: int, name: str = "", contact_name: str = "") -> Contact:
    """Return somebody with a fictional number."""
    return Contact(f"1202555{number:04}@c.us", name, contact_name, "user")


def people(count: int, first: int = 1) -> list[Contact]:
    """Return so many people with names."""
    numbers = range(first, first + count)
    return [Contact(f"491510{at:07}@c.us", f"Name {at}", "", "user") for at in numbers]


ANN, BOB, EVE = person(101, "Ann"), person(102, "Bob"), person(103, "Eve")


def row(contact: Contact, *more: Any) -> list[Any]:
    """Return the four columns of a contact, and what the user has beside them."""
    texts = (contact.id, contact.name, contact.contact_name, contact.type)
    return [text or None for text in texts] + list(more)


def lay(
    data: SheetData, header: Sequence[str], *rows: Sequence[Any], at: tuple[int, int] = (1, 1)
) -> TableData:
    """Put a table Contacts onto a sheet; a text that begins with "=" is a formula."""
    for down, values in enumerate([header, *rows]):
        for right, value in enumerate(values):
            formula = isinstance(value, str) and value.startswith("=")
            cell = Cell("shown", value) if formula else Cell(value)
            data.cells[at[0] + down, at[1] + right] = cell
    table = TableData("Contacts", Area(*at, max(2, 1 + len(rows)), len(header)))
    data.tables.append(table)
    return table


def contents(data: SheetData, *titles: str) -> list[list[Any]]:
    """Return the rows of a sheet's first table, of some columns or all; formulas as they are."""
    head, *rows = data.tables[0].area.lines()
    named = [data.cell(*place).value for place in head]
    wanted = [named.index(title) for title in titles or named]
    body = rows[:-1] if data.tables[0].totals else rows
    return [
        [data.cell(*line[at]).formula or data.cell(*line[at]).value for at in wanted]
        for line in body
    ]


def table() -> ListObject:
    """Return the table of the one workbook."""
    found = sheet.table_in(xw.Book.caller())
    assert found is not None
    return found


def latest(*contacts: Contact, dropped: Counter[str] | None = None) -> Latest:
    """Return a list as the service would have sent it just now."""
    packed = ContactList.pack(contacts)
    return Latest(Snapshot("main", datetime.now(UTC), packed, dropped or Counter()))


def refresh(
    *contacts: Contact, account: Account = MAIN, dropped: Counter[str] | None = None
) -> UpdateReport:
    """Press Refresh; this is what came."""
    reading.check(table())
    came = [(account, latest(*contacts, dropped=dropped))]
    return refreshing.refresh(xw.Book.caller(), table(), came)


def make(*contacts: Contact, account: Account = MAIN) -> SheetData:
    """Press Refresh where there is no table yet, and return its sheet."""
    name, _ = refreshing.make(xw.Book.caller(), account, latest(*contacts))
    return _excel().sheet(name)


def undo() -> Undone:
    """Press Undo refresh."""
    past = workbook_memory.last_refresh(xw.Book.caller())
    assert past is not None, "there is nothing to undo"
    return refreshing.take_back(xw.Book.caller(), table(), past)


def _excel() -> Excel:
    excel = xw.Book.caller().impl.excel
    assert isinstance(excel, Excel)
    return excel
