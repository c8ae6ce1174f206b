"""A table on a sheet, read as rows of text for the plan."""

from __future__ import annotations

from workbook.contacts import times
from workbook.contacts.columns import COLUMNS, IN_GROUP
from workbook.merge.model import ExistingTable
from workbook.merge.packed_rows import PackedRows
from workbook.merge.refusals import BrokenPart, TitlesDisagree
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.markup import each, is_true, parsed
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import reached, workbook_part
from workbook.ooxml.row_texts import row_texts
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid


def texts_of(package: Package, grid: Grid) -> Texts:
    """Return the reader of a sheet's cells, with the strings that the whole workbook shares."""
    texts = Texts(grid.ns, ())
    for part in reached(package, workbook_part(package), "sharedStrings"):
        if part not in package:  # some programs name it always; it matters where a cell needs it
            return Texts(grid.ns, (), missing=part)
        shared = [texts.of_item(item) for item in each(package.read(part), part, "si")]
        return Texts(grid.ns, shared)
    return texts


def counts_from_1904(package: Package) -> bool:
    """Tell whether day 0 of the workbook's dates is in 1904 instead of 1899."""
    part = workbook_part(package)
    properties = parsed(package.read(part), part).find("{*}workbookPr")
    return properties is not None and is_true(properties.get("date1904"))


def existing(table: Table, grid: Grid, texts: Texts, room: int, package: Package) -> ExistingTable:
    """Return a table's titles and rows. Raises BrokenPart, TitlesDisagree.

    Titles are what the header cells say. Cells that a formula of the table fills are "".
    """
    body, titles, filled = table.body, table.titles, table.formulas
    budget, since_1904 = package.budget, counts_from_1904(package)
    dated = [at for at, title in enumerate(titles) if title in times.TITLES]
    width = body.right - body.left + 1
    if width != len(titles):
        raise BrokenPart(table.part, "lists more or fewer columns than the table has")
    rows = PackedRows(max(0, body.bottom - body.top + 1), width)
    formulas: set[tuple[int, int]] = set()
    columns = range(body.left, body.right + 1)
    for at, cells in row_texts(grid, range(table.ref.top, body.bottom + 1), columns, texts):
        if not budget.holds(width):
            raise BrokenPart(table.part, "is much larger than what is in it")
        line = [""] * width
        computed = []
        for column, text, is_formula in cells:
            line[column - body.left] = text
            if is_formula:
                computed.append(column - body.left)
        if table.headers and at == table.ref.top:
            titles = _agreed(line, titles)
            continue
        row = at - body.top
        for column in dated:
            line[column] = times.of_serial(line[column], since_1904=since_1904)
        for column in computed:
            if column in filled:
                line[column] = ""
            else:
                formulas.add((row, column))
        rows.put(row, line)
    calculated = [titles[column] for column in filled]
    return ExistingTable(titles, rows, calculated, formulas, room)


def _agreed(cells: list[str], listed: list[str]) -> list[str]:
    for cell, title in zip(cells, listed, strict=True):
        differ = cell.split() != title.split()  # a broken line is spelled in more than one way
        if differ and not {cell, title}.isdisjoint({*COLUMNS, *IN_GROUP}):
            raise TitlesDisagree(cell, title)
    return cells
