"""What is remembered of a workbook: whose its table is, and how its last refresh is taken back.

The first is in the database, the second in this process only, as long as Excel runs. A workbook
that was never saved is known by its window, and still is once it was.
"""

from __future__ import annotations

from pathlib import Path

import xlwings as xw

from addin.excel import excel_objects, onedrive
from addin.shared.undo import Refresh
from workbook.store import managed_tables
from workbook.store.managed_tables import ManagedTable

_unsaved: dict[str, ManagedTable] = {}
_refreshes: dict[str, Refresh] = {}
_last_press: list[Refresh] = []  # what the last press of Refresh wrote, if anything


def recall(book: xw.Book, table: str) -> ManagedTable:
    """Return what we know of a table of a workbook."""
    place, nothing = _place(book), ManagedTable()
    known = nothing if place is None else managed_tables.recall(place, table)
    if known == nothing and place is not None:  # or it was not synced to this computer then
        known = managed_tables.recall(excel_objects.full_name(book), table)
    return _unsaved.get(_unsaved_name(book), nothing) if known == nothing else known


def remember(book: xw.Book, table: str, *owned: ManagedTable) -> None:
    """Keep for whom a table was filled, and with which columns."""
    place = _place(book)
    if place is None:
        name = _unsaved_name(book)
        known = [_unsaved[name]] if name in _unsaved else []
        _unsaved[name] = owned[-1].beside(*known, *owned[:-1])
    else:
        managed_tables.remember(place, table, *owned)


def last_refresh(book: xw.Book) -> Refresh | None:
    """Return the last refresh of a workbook that wrote something and was not undone."""
    return _refreshes.get(name_of(book)) or _refreshes.get(_unsaved_name(book))


def keep(name: str, refresh: Refresh) -> None:
    """Keep a refresh of the workbook with this `name_of`, so that it can be undone."""
    _refreshes[name] = refresh
    _last_press[:] = [refresh]


def begin() -> None:
    """Note that Refresh was pressed, which has written nothing yet."""
    _last_press.clear()


def wrote(book: xw.Book) -> bool:
    """Tell whether the last press of Refresh wrote something into this workbook, not undone yet."""
    past = last_refresh(book)
    return past is not None and any(past is kept for kept in _last_press)


def forget(book: xw.Book) -> None:
    """Forget the last refresh of a workbook."""
    for name in (name_of(book), _unsaved_name(book)):
        _refreshes.pop(name, None)


def name_of(book: xw.Book) -> str:
    """Return the name by which this process knows a workbook."""
    return _unsaved_name(book) if _place(book) is None else excel_objects.full_name(book)


def _unsaved_name(book: xw.Book) -> str:
    """Return the name until a workbook is saved; afterwards it is still that of its past."""
    window = excel_objects.window(book)
    return f"window {window}" if window else str(book.name)


def _place(book: xw.Book) -> Path | str | None:
    """Return a workbook's path as `export --update` knows it, None where it was never saved."""
    name = excel_objects.full_name(book)
    if "://" in name:  # OneDrive, SharePoint
        return onedrive.local(name) or name
    return Path(name).resolve() if Path(name).is_absolute() else None
