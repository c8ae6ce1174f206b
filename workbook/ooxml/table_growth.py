"""Let a table's ranges, rules and links reach over new rows, and move its row of totals down."""

from __future__ import annotations

from msgspec.structs import replace

from workbook.merge.ranges import Range, grown, letters, parse
from workbook.merge.references import Growth
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.cell_formulas import CellFormula, cell_formulas
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid

_RULES = frozenset({"conditionalFormatting", "dataValidation", "ignoredError"})


def grow_table(table: Table, new: int) -> bool:
    """Let the table's range, filter and sorting reach over so many more rows; tell if it changed.

    A table that Excel shows a blank row for, since it has none, has rows now.
    """
    waited = table.root.attrib.pop("insertRow", None) is not None
    if not new:
        return waited
    for element in table.root.iter("{*}table", "{*}autoFilter", "{*}sortState", "{*}sortCondition"):
        covered = parse(element.get("ref", ""))
        # a filter does not reach over the totals
        if covered is not None and covered.bottom in (table.ref.bottom, table.body.bottom):
            element.set("ref", str(replace(covered, bottom=covered.bottom + new)))
    return True


def grow_rules(table: Table, grid: Grid, growth: Growth) -> None:
    """Let formats, validations and switched-off warnings that covered whole columns grow.

    Those that newer versions of Excel keep in extensions (x14) grow as well. What lies on the row
    of totals goes down with it, a link too.
    """
    for rule in grid.root.iter(*(f"{{*}}{name}" for name in _RULES)):
        extended = rule.find("{*}sqref")
        cells = rule.get("sqref", "") if extended is None else extended.text or ""
        if not grid.budget.reads(len(cells)):
            raise BrokenPart(table.sheet_part, "has formats and dropdowns for very many ranges")
        if extended is not None:
            extended.text = _followed(cells, table, growth)
        elif cells:
            rule.set("sqref", _followed(cells, table, growth))
    for link in grid.root.iterfind(f"{grid.ns}hyperlinks/{grid.ns}hyperlink"):
        link.set("ref", _pushed(link.get("ref", ""), growth))


def push_totals(table: Table, grid: Grid, new: int) -> None:
    """Move the totals down, cells within the table's columns only; heights of rows stay."""
    totals = table.totals_row
    if totals is None:
        return
    spelled = {each.column: each.text for each in cell_formulas(grid, 1, totals.top) if each.group}
    row = grid.row(totals.top)
    there = [*grid.cells(row)]
    for at, cell in there:  # those that say no place have one by those before them
        cell.set("r", f"{letters(at)}{totals.top}")
    going = [(at, cell) for at, cell in there if totals.left <= at <= totals.right]
    for _, cell in going:
        row.remove(cell)
    for column, cell in going:
        blank = grid.cell(totals.top + new, column)
        place = f"{letters(column)}{totals.top + new}"
        formula = cell.find(f"{grid.ns}f")
        if formula is not None and formula.get("t") == "shared":
            text = spelled[column]
            if text is None:
                raise BrokenPart(table.sheet_part, "has a formula that cannot be read")
            CellFormula(totals.top, column, cell, formula, None).spell_out(text)
        if formula is not None and "ref" in formula.attrib:
            formula.set("ref", place)
        blank.addprevious(cell)
        grid.row(totals.top + new).remove(blank)
        cell.set("r", place)


def _followed(sqref: str, table: Table, growth: Growth) -> str:
    return " ".join(_pushed(each, growth) for each in grown(sqref, table.body, growth.new).split())


def _pushed(cells: str, growth: Growth) -> str:
    covered = parse(cells)
    pushed = growth.pushed(covered) if covered is not None else None
    return cells if pushed is None else str(pushed)


def reach_over(grid: Grid, cells: Range) -> None:
    """Let the used range that the sheet states, if it does, hold these cells."""
    stated = grid.root.find(f"{grid.ns}dimension")
    if stated is not None and (used := parse(stated.get("ref", ""))) is not None:
        stated.set("ref", str(used.around(cells)))
