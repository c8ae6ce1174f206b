"""Excel's Refresh and Undo refresh: read the table, let it be decided, keep, write.

No lock and no transaction is held while Excel is written to, for it may calculate our own
functions meanwhile, in this very thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import xlwings as xw
from msgspec.structs import replace
from xlwings.main import Table as ListObject

from addin.excel import areas, reading, sheet, workbook_memory, writing
from addin.shared import refresh_decision, undo
from addin.shared.refresh_decision import Came
from addin.shared.undo import Undone
from workbook.accounts.accounts import Account
from workbook.contacts.columns import NAME
from workbook.merge.model import Place, UpdateReport
from workbook.store.managed_tables import ManagedTable
from workbook.sync.latest import Latest


def refresh(book: xw.Book, table: ListObject, came: Sequence[Came]) -> UpdateReport:
    """Bring a table up to date; the sheet is as it was where nothing has changed.

    Raises what refresh_decision.decide raises, SheetFull, ColumnsInTheWay and WrongUsage; the sheet
    is as it was then, too. An error of Excel's itself has a note on the state of the sheet.
    """
    there, added = refresh_decision.widened(reading.read(table))
    area, name = areas.where(table.range), table.name
    place = Place(table.parent.name, name, area.top + 1, area.left)
    known = workbook_memory.recall(book, name)
    decision = refresh_decision.decide(there, place, came, known, added)
    writing.check(there, decision.work)
    room = writing.room(table, there, len(decision.work.appended), added)
    workbook_memory.remember(book, name, *decision.owned)
    if decision.past is not None:
        past = replace(decision.past, pushed=room.pushes)
        begun = partial(workbook_memory.keep, workbook_memory.name_of(book), past)
        with sheet.undisturbed(book.app):
            writing.carry_out(table, there, decision.work, room, begun)
    return decision.report


def make(book: xw.Book, account: Account, got: Latest) -> tuple[str, Counter[str]]:
    """Make the table on a sheet of its own; return that sheet's name and what was altered.

    Raises WrongUsage where the name of the table is taken.
    """
    sheet.check(book)
    contents = refresh_decision.new_table(account, got)
    workbook_memory.forget(book)
    workbook_memory.remember(book, NAME, ManagedTable.of(account, contents.header))
    with sheet.undisturbed(book.app):
        return sheet.create(book, contents), contents.altered


def take_back(book: xw.Book, table: ListObject, past: undo.Refresh) -> Undone:
    """Put our columns back as they were before a refresh.

    Raises IdTitleMissing, SheetFull, WrongUsage and what reading.check raises.
    """
    reading.check(table)
    there = reading.read(table)
    work, undone = undo.work_back(there, past)
    writing.check(there, work)
    room = writing.room(table, there, len(work.appended))
    with sheet.undisturbed(book.app):
        writing.carry_out(table, there, work, room, lambda: None)
        if work.removed and not past.pushed:
            writing.make_way(table, len(work.removed))  # nothing below had moved
    workbook_memory.forget(book)
    return undone
