"""The few facts that Excel's own objects know and xlwings has no name for; it changes nothing.

The names are those of Excel for Windows. Where Excel for Mac has none, it says no by itself.
"""

from __future__ import annotations

import xlwings as xw
from xlwings.main import Table as ListObject

SHOWN = -1  # xlSheetVisible; hidden is 0, and very hidden 2
FROM_CELLS = 1  # xlSrcRange: not filled by a query, a server or a data model


def full_name(book: xw.Book) -> str:
    """Return a workbook's path or address, its bare name as long as it was never saved.

    xlwings' own fullname looks into a sheet of the workbook where the name is an address.
    """
    name = getattr(book.api, "FullName", None)
    return str(book.fullname if name is None else name)


def is_saved(book: xw.Book) -> bool:
    """Tell whether a workbook has a folder or an address."""
    return bool(getattr(book.api, "Path", ""))


def is_embedded(book: xw.Book) -> bool:
    """Tell whether a workbook is edited inside another document, as in a letter."""
    return bool(getattr(book.api, "IsInplace", False))


def links(book: xw.Book) -> dict[str, int]:
    """Return how many links, connections and queries to the outside a workbook has."""
    sources = getattr(book.api, "LinkSources", None)
    found = {"external link": len((sources and sources(1)) or ())}  # 1: xlExcelLinks
    for name, kind in (("Connections", "connection"), ("Queries", "query")):
        listed = getattr(book.api, name, None)
        found[kind] = 0 if listed is None else int(listed.Count)
    return found


def window(book: xw.Book) -> int:
    """Return what tells a workbook's window from all others, saved or not; 0 where nothing does."""
    windows = getattr(book.api, "Windows", None)
    return int(getattr(windows(1), "Hwnd", 0)) if windows is not None and windows.Count else 0


def sheet_names(book: xw.Book) -> list[str]:
    """Return the names of all sheets of a workbook, sheets of charts among them."""
    sheets = getattr(book.api, "Sheets", None)
    if sheets is None:
        return [each.name for each in book.sheets]
    return [each.Name for each in sheets]


def is_shown(sheet: xw.Sheet) -> bool:
    """Tell whether a sheet can be activated; where Excel tells it otherwise, it is taken for no."""
    return sheet.visible in (SHOWN, True)


def is_protected(sheet: xw.Sheet) -> bool:
    """Tell whether the cells of a sheet are protected."""
    return bool(getattr(sheet.api, "ProtectContents", False))


def is_fed(table: ListObject) -> bool:
    """Tell whether something else than people and programs fills a table."""
    return bool(getattr(table.api, "SourceType", FROM_CELLS) != FROM_CELLS)


def is_filtered(table: ListObject) -> bool:
    """Tell whether a filter may hide rows of a table.

    A block that is written over such rows ends up in other ones (xlwings/issues 679 and 747).
    """
    mode = getattr(table.parent.api, "FilterMode", None)
    if mode is None:
        return table.range.rows.hidden is not False
    return bool(mode) or any(map(_filters, table.parent.tables))


def _filters(table: ListObject) -> bool:
    buttons = table.api.AutoFilter
    return buttons is not None and bool(buttons.FilterMode)
