"""Formulas all over a workbook that refer to plain cells of a table which gets rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from lxml import etree

from workbook.merge.ranges import LAST_ROW, Range
from workbook.merge.references import Growth, Reference, rewritten
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.cell_formulas import cell_formulas
from workbook.ooxml.markup import written
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import looked_at, reached, relations, workbook_part
from workbook.ooxml.table_part import Table, sheets
from workbook.ooxml.worksheet import Grid

Change = Callable[[Reference], Range | None]
_RULES = ("{*}formula", "{*}formula1", "{*}formula2", "{*}f")  # also of extensions


def follow(package: Package, table: Table, grid: Grid, growth: Growth) -> None:
    """Let every reference to the row of totals go down with it.

    `grid` is the table's own sheet, and is changed in place as the table is; other parts are put.
    """
    for name, part in sheets(package):
        if part == table.sheet_part:
            _follow_on_sheet(grid, growth, name)
        else:
            with suppress(BrokenPart):  # a sheet that is damaged is not ours to mend
                other_grid = Grid(package.read(part), part)
                if _follow_on_sheet(other_grid, growth, name):
                    package.put(part, other_grid.written())
        for other in reached(package, part, "table"):
            if other == table.part:
                _follow_in(_definitions(table.root), _change(growth, name))
            else:
                _follow_in_part(package, other, _definitions, _change(growth, name))
    _follow_in_part(package, workbook_part(package), _names, _change(growth, ""))
    for chart in charts(package):
        _follow_in_part(package, chart, lambda root: root.iter("{*}f"), _change(growth, ""))


def charts(package: Package) -> Iterator[str]:
    """Yield the parts of all charts, on worksheets and on sheets of their own."""
    for each in relations(package, workbook_part(package)):
        if each.kind in ("worksheet", "chartsheet"):
            for drawing in reached(package, each.target, "drawing"):
                drawn = relations(package, drawing)
                yield from (at.target for at in drawn if at.kind in ("chart", "chartEx"))


def _change(growth: Growth, home: str) -> Change:
    def change(reference: Reference) -> Range | None:
        sheet = reference.sheet or home
        here = sheet.casefold() == growth.sheet.casefold()
        return growth.pushed(reference.cells) if here else None

    return change


def _follow_on_sheet(grid: Grid, growth: Growth, home: str) -> int:
    return _follow_in_cells(grid, growth, home) + _follow_in(
        grid.root.iter(*_RULES), _change(growth, home)
    )


def _follow_in_cells(grid: Grid, growth: Growth, home: str) -> int:
    """Change the formulas of a sheet's cells; those that share one are spelled out where needed."""
    if not grid.has_formulas:
        return 0
    change = _change(growth, home)
    changes: dict[tuple[int, int], str] = {}
    groups: set[str] = set()
    for each in cell_formulas(grid, 1, LAST_ROW):
        if each.text and growth.may_concern(each.text):
            text = rewritten(each.text, change)
            if text is not None:
                changes[each.row, each.column] = text
                groups.update(filter(None, [each.group]))
    for each in cell_formulas(grid, 1, LAST_ROW) if changes else ():
        text = changes.get((each.row, each.column), each.text)
        if text is not None and ((each.row, each.column) in changes or each.group in groups):
            grid.row(each.row)  # so that it is written
            each.spell_out(text)
    return len(changes)


def _follow_in(elements: Iterable[etree._Element], change: Change) -> int:
    changed = 0
    for element in elements:
        text = rewritten(element.text or "", change)
        if text is not None:
            element.text = text
            changed += 1
    return changed


def _follow_in_part(
    package: Package,
    part: str,
    formulas: Callable[[etree._Element], Iterable[etree._Element]],
    change: Change,
) -> None:
    root = looked_at(package, part)
    if root is not None and _follow_in(formulas(root), change):
        package.put(part, written(root))


def _definitions(root: etree._Element) -> Iterator[etree._Element]:
    return root.iter("{*}calculatedColumnFormula", "{*}totalsRowFormula")


def _names(root: etree._Element) -> Iterable[etree._Element]:
    return root.iterfind("{*}definedNames/{*}definedName")
