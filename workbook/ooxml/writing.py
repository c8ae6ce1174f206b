"""A plan carried out on a sheet part's cells: texts, times, and formulas of the table's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lxml import etree

from workbook.contacts import times
from workbook.merge.model import Plan
from workbook.ooxml.calculated_columns import Fillings
from workbook.ooxml.styles import Formats
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import BY_DEFAULT, Grid, set_style

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Cells:
    """Writes what a plan has for single cells; times become numbers that show as dates."""

    def __init__(self, plan: Plan, formats: Formats, *, since_1904: bool) -> None:
        self.plan, self.formats = plan, formats
        self._dated, self._since_1904 = plan.dated, since_1904

    def put(self, cell: etree._Element, ns: str, column: int, text: str) -> None:
        """Write the value of a column, counted from 0 within the table, into a cell."""
        number = times.serial(text, since_1904=self._since_1904) if column in self._dated else None
        if number is None:
            set_text(cell, ns, text, self.plan.notes.altered)
        else:
            set_number(cell, ns, number)
            set_style(cell, self.formats.dated(cell.get("s", BY_DEFAULT)))


def write_updates(cells: Cells, table: Table, grid: Grid, fillings: Fillings) -> None:
    """Write the cells of rows that are there; blank rows that get somebody get formulas too."""
    plan, top, left = cells.plan, table.body.top, table.body.left
    for row in sorted(plan.updates):  # the grid goes through a sheet from top to bottom
        for column, text in plan.updates[row].items():
            cells.put(grid.cell(top + row, left + column), grid.ns, column, text)
        _forget_results(grid, top + row)
    for row in plan.filled:
        for column, filling in fillings.items():
            cell = grid.cell(top + row, left + column)
            if filling and not len(cell):
                filling.put(cell, grid.ns, top + row)


def append_rows(
    cells: Cells, table: Table, grid: Grid, fillings: Fillings, styles: Sequence[str]
) -> None:
    """Write the new rows below the table; `styles` are those of the columns."""
    body = table.body
    columns = range(body.right - body.left + 1)
    for row, new in enumerate(cells.plan.appended, body.bottom + 1):
        for at in columns:
            filling = fillings.get(at)
            text = new.get(at, "")
            if text or filling or styles[at] != grid.blank_style(row, body.left + at):
                cell = grid.cell(row, body.left + at)
                set_style(cell, styles[at])
                cells.put(cell, grid.ns, at, text)
                if filling:
                    filling.put(cell, grid.ns, row)


def _forget_results(grid: Grid, row: int) -> None:
    """Take from formulas beside new values what they gave for the old ones."""
    for cell in grid.row(row).iterchildren(f"{grid.ns}c"):
        if cell.find(f"{grid.ns}f") is not None:
            forget_result(cell, grid.ns)


def forget_result(cell: etree._Element, ns: str) -> None:
    """Take the result of a formula from a cell, with the mark of what kind it was.

    Excel is told to compute everything; LibreOffice computes what has no result.
    """
    cell.attrib.pop("t", None)
    for value in list(cell.iterchildren(f"{ns}v")):
        cell.remove(value)


def set_text(cell: etree._Element, ns: str, text: str, altered: Counter[str]) -> None:
    """Make a cell hold a text and nothing else; its style stays. What is escaped is counted."""
    _clear(cell, ns)
    if text:
        cell.set("t", "inlineStr")
        inline = cell.makeelement(f"{ns}is")
        held = etree.SubElement(inline, f"{ns}t")
        held.text = _escaped(text, altered)
        if text != text.strip() or "\n" in text:
            held.set(_SPACE, "preserve")
        cell.insert(0, inline)


def set_number(cell: etree._Element, ns: str, number: float) -> None:
    """Make a cell hold a number and nothing else; its style stays."""
    _clear(cell, ns)
    value = cell.makeelement(f"{ns}v")
    value.text = repr(number)
    cell.insert(0, value)


def _clear(cell: etree._Element, ns: str) -> None:
    for old in list(cell.iterchildren(f"{ns}f", f"{ns}v", f"{ns}is")):
        cell.remove(old)
    for attribute in ("t", "cm", "vm"):  # what described the old value
        cell.attrib.pop(attribute, None)


def _escaped(text: str, altered: Counter[str]) -> str:
    """Return text as a part can hold it; what had to be escaped is counted."""
    if text.isprintable() and "_x" not in text:
        return text
    from workbook.export.sheet_xml import escape

    return escape(text.encode(), altered).decode()
