"""The button Allow: what a user has to know of a workbook before its formulas show contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain

import xlwings as xw
from xlwings.main import Table as ListObject

from addin.excel import areas, excel_objects, onedrive, workbook_memory
from addin.shared import consent_gate, words
from addin.shared.consent_gate import Caller
from workbook.accounts.accounts import Account
from workbook.contacts.columns import NAME
from workbook.errors import WrongUsage
from workbook.merge.exposure import (
    NAMES,
    OURS,
    Exposure,
    Meanings,
    Sheet,
    functions,
    looked_at,
    meanings,
    sentences,
)
from workbook.merge.refusals import SheetHidden
from workbook.sync import consent

EMBEDDED = (
    "This workbook stands inside another document, so nobody can say where it is. "
    "Save it as a workbook of its own and repeat."
)


def caller(book: xw.Book) -> Caller:
    """Return the workbook as its formulas name it."""
    saved = excel_objects.is_saved(book)
    place = onedrive.place(excel_objects.full_name(book)) if saved else ""
    return Caller(place, str(excel_objects.window(book) or ""))


def question(book: xw.Book, account: Account) -> str:
    """Return what is asked before a workbook may see the contacts of an account.

    Raises WrongUsage for a workbook inside another document.
    """
    if excel_objects.is_embedded(book):
        raise WrongUsage(EMBEDDED)
    asked = f'May formulas in "{book.name}" show the contacts of "{account.alias}"?'
    found = [*sentences(exposure(book))]
    warning = "Whoever gets this workbook gets the contacts that stand in it."
    return "\n\n".join([asked, *found, warning])


def allow(book: xw.Book, account: Account) -> None:
    """Let a workbook see the contacts of an account, and calculate the formulas that wait for it.

    Its tables on hidden sheets, which were named, may be filled from now on, too.
    """
    unseen = (sheet for sheet in book.sheets if not excel_objects.is_shown(sheet))
    hidden_tables = [sheet.name for sheet in unseen if NAME in sheet.tables]
    consent_gate.gate.allow(caller(book), account.id_instance, hidden_tables)
    known = meanings(_names(book))
    for sheet in book.sheets:
        for area in _ours(sheet, known):
            area.api.Calculate()


def may_fill(book: xw.Book, table: ListObject) -> Callable[[str], bool]:
    """Return what tells whether an account may be brought up to date in a table beside others.

    It may where we filled it there before, or where the workbook may see its contacts: on a hidden
    sheet, where that was named.
    """
    filled, of = workbook_memory.recall(book, table.name).instances, caller(book)
    if excel_objects.is_shown(table.parent):
        return lambda instance: instance in filled or consent_gate.gate.may(of, instance)
    name = str(table.parent.name)
    return lambda instance: instance in filled or consent.may_fill(of.place, instance, name)


def check_shown(book: xw.Book, table: ListObject, account: Account) -> None:
    """Raise SheetHidden for a hidden table that we neither made nor were told of."""
    sheet = table.parent
    if excel_objects.is_shown(sheet):
        return
    known = account.id_instance in workbook_memory.recall(book, table.name).instances
    if not known and not consent.may_fill(caller(book).place, account.id_instance, sheet.name):
        raise SheetHidden(sheet.name, f"press Allow {words.here().buttons}")


def exposure(book: xw.Book) -> Exposure:
    """Return what in a workbook shows contacts unseen, or can send them away."""
    texts = _names(book)
    known = meanings(texts)
    sheets = [_looked_at(sheet, known) for sheet in book.sheets]
    names = looked_at(NAMES, False, chain.from_iterable(texts.values()))
    return Exposure((*sheets, names), excel_objects.links(book))


def _names(book: xw.Book) -> dict[str, list[str]]:
    """Return what the defined names of a workbook stand for; one may be defined for each sheet."""
    texts: dict[str, list[str]] = defaultdict(list)
    for each in book.names:
        texts[str(each.name).rpartition("!")[2]].append(str(each.refers_to))
    return texts


def _looked_at(sheet: xw.Sheet, known: Meanings) -> Sheet:
    formulas = (cell for row in _formulas(sheet) for cell in row)
    hidden = not excel_objects.is_shown(sheet)
    called = (cell for cell in formulas if cell[:1] == "=")
    return looked_at(sheet.name, hidden, called, known, NAME in sheet.tables)


def _formulas(sheet: xw.Sheet) -> list[list[str]]:
    shown = sheet.used_range.formula
    rows = [shown] if isinstance(shown, str) or isinstance(shown[0], str) else shown
    return [[row] if isinstance(row, str) else list(row) for row in rows]


def _ours(sheet: xw.Sheet, known: Meanings) -> Iterator[xw.Range]:
    """Yield the cells with formulas of ours, those below one another together."""
    used = areas.where(sheet.used_range)
    for column, cells in enumerate(zip(*_formulas(sheet), strict=True)):
        begin = None
        for row, cell in enumerate((*cells, "")):
            is_ours = cell[:1] == "=" and not functions(cell, known).isdisjoint(OURS)
            if is_ours and begin is None:
                begin = row
            elif not is_ours and begin is not None:
                yield areas.cells(sheet, areas.at(used, begin, column, row - begin, 1))
                begin = None
