"""The ribbon's Refresh and Undo refresh: read, decide, keep, write; the service is not asked here.

No lock and no transaction is held while Excel is written to, for it may calculate our own
functions meanwhile, in this very thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import partial

import msgspec
import xlwings as xw
from msgspec.structs import replace
from xlwings.main import Table as ListObject

from addin.excel import reading, sheet, workbook_memory, writing
from addin.excel.writing import Room
from addin.shared import undo
from addin.shared.blocks import SheetTable, Work
from addin.shared.undo import Undone
from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.contacts.columns import BASIC, HISTORICAL, NAME, Origin, build
from workbook.merge import plan as merge
from workbook.merge.model import Incoming, Missing, Plan, UpdateOptions
from workbook.merge.report import Place, UpdateReport, reported
from workbook.merge.row_edits import STATUS
from workbook.sync import history, managed_tables
from workbook.sync.latest import Latest
from workbook.sync.managed_tables import ManagedTable

STILL_FILTERED = (
    "Nobody was removed, for the table is filtered. Clear the filter (Data, Clear) and repeat."
)


class Refreshed(msgspec.Struct, frozen=True):
    """What a refresh did with a table: what there is to tell, and how many rows it took away."""

    report: UpdateReport
    removed: int


def refresh(book: xw.Book, table: ListObject, account: Account, got: Latest) -> Refreshed:
    """Bring a table up to date; the sheet is as it was where nothing has changed.

    Raises SecondAccount, AccountUnclear, IdsAreFormulas, SheetFull, WrongUsage; the sheet is as it
    was then, too. An error of Excel's itself has a note on the state of the sheet.
    """
    there, owned = reading.read(table), workbook_memory.recall(book, table.name)
    plan, notices = _planned(there, account, owned, got)
    work, room = _checked(table, there, plan)
    workbook_memory.remember(book, table.name, workbook_memory.owned_by(account, *plan.ours))
    area = table.range
    place = Place(table.parent.name, table.name, area.row + 1, area.column)
    report = reported(place, there.existing, plan, notices)
    if not plan.changes_nothing:
        past = undo.kept(there, plan, room.pushes, datetime.now().astimezone())
        begun = partial(workbook_memory.keep, workbook_memory.name_of(book), past)
        with sheet.undisturbed(book.app):
            writing.carry_out(table, there, work, room, begun)
    return Refreshed(report, len(plan.removed))


def make(book: xw.Book, account: Account, got: Latest) -> tuple[str, Counter[str]]:
    """Make the table on a sheet of its own; return that sheet's name and what was altered.

    Raises WrongUsage where the name of the table is taken.
    """
    sheet.check(book)
    header = (*BASIC, STATUS) if _missing() is Missing.MARK else BASIC
    contents = build(got.snapshot.contacts, _origin(account, header, got), header)
    workbook_memory.forget(book)
    workbook_memory.remember(book, NAME, workbook_memory.owned_by(account, *header))
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


def _planned(
    there: SheetTable, account: Account, owned: ManagedTable, got: Latest
) -> tuple[Plan, list[str]]:
    """Return what to do, and sentences on what cannot be done of it."""
    wish = UpdateOptions(columns=(), missing=_missing(), force=settings.load().remove_noted)
    fresh = Incoming(
        got.snapshot.contacts,
        _origin(account, owned.titles, got),
        {contact.id for contact in got.snapshot.contacts},
    )
    plan = merge.plan(there.existing, fresh, managed_tables.memory(account, owned), wish)
    if plan.removed and there.filtered:
        return replace(plan, removed=()), [STILL_FILTERED]
    return plan, []


def _missing() -> Missing:
    return Missing(settings.load().missing)


def _origin(account: Account, titles: Iterable[str], got: Latest) -> Origin:
    fetched = got.snapshot.fetched
    if HISTORICAL.isdisjoint(titles):
        return Origin(account.alias, fetched)
    return Origin(account.alias, fetched, history.seen(account.id_instance, fetched))


def _checked(table: ListObject, there: SheetTable, plan: Plan) -> tuple[Work, Room]:
    """Return what to write and the room that it needs, before anything is kept or touched.

    Raises SheetFull, WrongUsage.
    """
    work = Work(plan.ours, plan.updates, plan.appended, plan.removed)
    writing.check(there, work)
    return work, writing.room(table, there, len(plan.appended))
