"""A plan carried out on a sheet part's cells: texts, times, and formulas of the table's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lxml import etree

from workbook.contacts import times
from workbook.merge.model import Plan, counted
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.calculated_columns import Filling, Fillings
from workbook.ooxml.styles import Formats
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import BY_DEFAULT, Grid, set_style

CELL, ROW = 40, 2 << 10  # bytes of a cell with a style alone; of a new row beside contacts
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Cells:
    """Writes what a plan has for single cells; times become numbers that show as dates."""

    def __init__(self, plan: Plan, formats: Formats, *, since_1904: bool) -> None:
        self.plan, self.formats = plan, formats
        self._dated, self._since_1904 = plan.dated, since_1904
        self._counted = counted(plan.ours)

    def put(self, cell: etree._Element, ns: str, column: int, text: str) -> None:
        """Write the value of a column, counted from 0 within the table, into a cell."""
        number = times.serial(text, since_1904=self._since_1904) if column in self._dated else None
        if column in self._counted and text.isdecimal():
            set_number(cell, ns, int(text))
        elif number is None:
            set_text(cell, ns, text, self.plan.notes.altered)
        else:
            set_number(cell, ns, number)
            set_style(cell, self.formats.dated(cell.get("s", BY_DEFAULT)))


def write_updates(cells: Cells, table: Table, grid: Grid, fillings: Fillings) -> None:
    """Write the cells of rows that are there; blank rows that get somebody get formulas too."""
    plan, top, left = cells.plan, table.body.top, table.body.left
    _pay(table, grid, len(plan.filled) * max(0, _cost(fillings.values()) - ROW))
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
    left, first = table.body.left, table.body.bottom + 1
    blank = [grid.column_style(left + at) for at in range(len(styles))]
    usual = _beside_texts(fillings, styles, blank)
    beside = _cost(fillings.get(at) for at in usual) + CELL * len(usual)
    _pay(table, grid, len(cells.plan.appended) * max(0, beside - ROW))
    for row, new in enumerate(cells.plan.appended, first):
        at_hand = usual
        if (own := grid.row_style(row)) is not None:
            at_hand = _beside_texts(fillings, styles, [own] * len(styles))
            _pay(table, grid, CELL * len(at_hand))
        for at in sorted({*at_hand, *(at for at, text in new.items() if text)}):
            cell = grid.cell(row, left + at)
            set_style(cell, styles[at])
            cells.put(cell, grid.ns, at, new.get(at, ""))
            if filling := fillings.get(at):
                filling.put(cell, grid.ns, row)


def _beside_texts(fillings: Fillings, styles: Sequence[str], blank: Sequence[str]) -> list[int]:
    """Return the columns in which a new row gets a cell even without a text."""
    each = enumerate(zip(styles, blank, strict=True))
    return [at for at, (style, there) in each if fillings.get(at) or style != there]


def _cost(fillings: Iterable[Filling | None]) -> int:
    return sum(CELL + len(each.text) for each in fillings if each)


def _pay(table: Table, grid: Grid, size: int) -> None:
    """Raise BrokenPart if new rows have got far more than contacts."""
    if not grid.budget.grows(size):
        raise BrokenPart(table.part, "would give the new rows far more than contacts")


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
        held.text = escaped(text, altered)
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


def escaped(text: str, altered: Counter[str]) -> str:
    """Return text as a part can hold it; what had to be escaped is counted."""
    if text.isprintable() and "_x" not in text:
        return text
    from workbook.export.sheet_xml import escape

    return escape(text.encode(), altered).decode()
