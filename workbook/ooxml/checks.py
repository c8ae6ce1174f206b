"""What on a sheet stands in the way of an update: protection, merged cells, things below."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workbook.merge.ranges import LAST_ROW, Range, letters, parse
from workbook.merge.refusals import MergedCells, NoRoomBelow, SheetFull, SheetProtected
from workbook.ooxml.markup import is_true, local
from workbook.ooxml.package import Package
from workbook.ooxml.table_part import Table, ranges_of_tables
from workbook.ooxml.worksheet import Grid

_CONTENT = frozenset({"f", "v", "is"})


def check_sheet(table: Table, grid: Grid) -> None:
    """Raise SheetProtected or MergedCells for a sheet that must not be touched."""
    protection = grid.root.find(f"{grid.ns}sheetProtection")
    if protection is not None and is_true(protection.get("sheet")):
        raise SheetProtected(table.sheet)
    for merged in _merged(grid):
        if merged.meets(table.ref):
            raise MergedCells(str(merged))


def check_room(package: Package, table: Table, grid: Grid, new: int) -> None:
    """Raise NoRoomBelow or SheetFull when so many rows cannot be added below a table."""
    if table.totals:
        raise NoRoomBelow("its row of totals", new)
    ref = table.ref
    if ref.bottom + new > LAST_ROW:
        raise SheetFull(new)
    below = Range(ref.left, ref.bottom + 1, ref.right, LAST_ROW)
    for other in ranges_of_tables(package, table.sheet_part):
        if other.meets(below):
            raise NoRoomBelow(f"another table ({other})", new)
    for merged in _merged(grid):
        if merged.meets(below):
            raise NoRoomBelow(f"a merged cell ({merged})", new)
    for place in _filled(grid, below):
        raise NoRoomBelow(f"something in {place}", new)


def _filled(grid: Grid, area: Range) -> Iterator[str]:
    for row, holder in grid.rows(area.top, area.bottom):
        for column, cell in grid.cells(holder):
            if area.left <= column <= area.right and _has_content(cell):
                yield f"{letters(column)}{row}"


def _has_content(cell: etree._Element) -> bool:
    return any(local(child) in _CONTENT for child in cell)


def _merged(grid: Grid) -> Iterator[Range]:
    for cell in grid.root.iterfind(f"{grid.ns}mergeCells/{grid.ns}mergeCell"):
        merged = parse(cell.get("ref", ""))
        if merged is not None:
            yield merged
