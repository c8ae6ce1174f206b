"""Find what prevents an update: signatures, protection, merged cells, content below the table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec
from lxml import etree

from workbook.merge.ranges import LAST_ROW, Range, letters, parse
from workbook.merge.refusals import (
    MergedCells,
    SharedWorkbook,
    SheetProtected,
    SignedWorkbook,
)
from workbook.ooxml.cell_formulas import CellFormula, cell_formulas
from workbook.ooxml.markup import is_true, local
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import looked_at, reached
from workbook.ooxml.table_part import Table, ranges_of_tables
from workbook.ooxml.worksheet import Grid

_CONTENT = frozenset({"f", "v", "is"})


def check_book(package: Package) -> None:
    """Raise SignedWorkbook or SharedWorkbook for a workbook that must not be touched.

    The signature of macros is another matter: nothing that it covers is changed.
    """
    for name in package.names():
        if name.startswith("_xmlsignatures/") and name.endswith(".xml"):
            raise SignedWorkbook
        if name.endswith("/revisions/revisionheaders.xml"):
            raise SharedWorkbook


def check_sheet(table: Table, grid: Grid) -> None:
    """Raise SheetProtected or MergedCells for a sheet that must not be touched."""
    protection = grid.root.find(f"{grid.ns}sheetProtection")
    if protection is not None and is_true(protection.get("sheet")):
        raise SheetProtected(table.sheet)
    for merged in _merged(grid):
        if merged.meets(table.ref):
            raise MergedCells(str(merged))


class Room(msgspec.Struct, frozen=True):
    """How many rows a table can get, and what is in the way of more, in words."""

    rows: int
    obstacle: str


def room_below(package: Package, table: Table, grid: Grid) -> Room:
    """Return the room below a table; a row of totals goes down, all else stays where it is."""
    if fixed := _fixed_totals(package, table, grid):
        return Room(0, fixed)
    ref = table.ref
    below = Range(ref.left, ref.bottom + 1, ref.right, LAST_ROW)
    end = (LAST_ROW + 1, f"the end of the sheet at row {LAST_ROW:,}")
    row, obstacle = min([end, *obstacles(package, table, grid, below)])
    return Room(row - below.top, obstacle)


def obstacles(package: Package, table: Table, grid: Grid, area: Range) -> Iterator[tuple[int, str]]:
    """Yield what stands in an area outside of the table: the first row of it, and words for it."""
    for other in ranges_of_tables(package, table.sheet_part):
        if other.meets(area):
            yield other.top, f"another table ({other})"
    for merged in _merged(grid):
        if merged.meets(area):
            yield merged.top, f"a merged cell ({merged})"
    yield from islice(_filled(grid, area), 1)


def _fixed_totals(package: Package, table: Table, grid: Grid) -> str:
    """Return in words what keeps a row of totals where it is, "" when it can go down."""
    totals = table.totals_row
    if totals is None:
        return ""
    for kind in ("comments", "threadedComment"):
        for part in reached(package, table.sheet_part, kind):
            root = looked_at(package, part)
            comments = root.iter("{*}comment", "{*}threadedComment") if root is not None else ()
            cells = (parse(each.get("ref", "")) for each in comments)
            if any(each is not None and each.meets(totals) for each in cells):
                return "a comment in its row of totals"
    shared = [each for each in cell_formulas(grid, 1, LAST_ROW) if each.group is not None]
    inside = {each.group for each in shared if _is_in(totals, each)}
    if any(each.group in inside and not _is_in(totals, each) for each in shared):
        return "a formula that its row of totals shares with other cells"
    return ""


def _is_in(area: Range, at: CellFormula) -> bool:
    return at.row == area.top and area.left <= at.column <= area.right


def _filled(grid: Grid, area: Range) -> Iterator[tuple[int, str]]:
    for row, holder in grid.rows(area.top, area.bottom):
        for column, cell in grid.cells(holder):
            if area.left <= column <= area.right and _has_content(cell):
                yield row, f"something in {letters(column)}{row}"


def _has_content(cell: etree._Element) -> bool:
    return any(local(child) in _CONTENT for child in cell)


def _merged(grid: Grid) -> Iterator[Range]:
    for cell in grid.root.iterfind(f"{grid.ns}mergeCells/{grid.ns}mergeCell"):
        merged = parse(cell.get("ref", ""))
        if merged is not None:
            yield merged
