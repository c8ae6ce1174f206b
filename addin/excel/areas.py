"""Speak of cells by their addresses: that is one call into Excel.

xlwings' own offset, resize and indexing compare sheets, workbooks and programs first, some 30 calls
each time, and each one crosses to another process.
"""

from __future__ import annotations

import xlwings as xw
from msgspec.structs import replace

from workbook.merge.ranges import Range, parse


def where(cells: xw.Range) -> Range:
    """Return which cells these are."""
    area = parse(cells.address)
    assert area is not None, "one rectangle"
    return area


def cells(sheet: xw.Sheet, area: Range) -> xw.Range:
    """Return the cells of an area."""
    return sheet.range(str(area))


def at(first: Range, down: int, right: int, rows: int, columns: int) -> Range:
    """Return an area of this size, so many rows and columns from the first cell of another one."""
    top, left = first.top + down, first.left + right
    return Range(left, top, left + columns - 1, top + rows - 1)


def taller(area: Range, rows: int) -> Range:
    """Return an area with so many rows more."""
    return replace(area, bottom=area.bottom + rows)


def beneath(area: Range, rows: int) -> Range:
    """Return so many rows right below an area."""
    return replace(area, top=area.bottom + 1, bottom=area.bottom + rows)


def beside(area: Range, columns: int) -> Range:
    """Return so many columns right beside an area."""
    return replace(area, left=area.right + 1, right=area.right + columns)


def height(area: Range) -> int:
    """Return how many rows an area has."""
    return area.bottom - area.top + 1
