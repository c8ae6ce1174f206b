"""The formulas that fill whole columns of a table, for rows that are added to it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from lxml import etree

from workbook.merge.ranges import letters
from workbook.ooxml.markup import is_true
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid


class Filling(msgspec.Struct, frozen=True):
    """The formula of one column; `base` is the row it is written for, None when every row's is."""

    column: int
    text: str
    base: int | None
    is_array: bool
    metadata: str | None

    def put(self, cell: etree._Element, ns: str, row: int) -> None:
        """Write the formula into a cell of that row; its value is for the program that opens it."""
        formula = etree.SubElement(cell, f"{ns}f")
        formula.text = self.text if self.base is None else self._moved_to(row)
        if self.is_array:
            formula.set("t", "array")
            formula.set("ref", f"{letters(self.column)}{row}")
        if self.metadata is not None:
            cell.set("cm", self.metadata)

    def _moved_to(self, row: int) -> str:
        return _translated(self.text, self.column, self.base or row, row)


Fillings = Mapping[int, Filling | None]


def fillings(table: Table, grid: Grid) -> Fillings:
    """Return the formulas by column, from 0; None where it cannot be told what a new row gets.

    A definition with references like B2 is written for one row; it is the row that holds exactly
    this formula.
    """
    return {
        at: _filling(table, grid, table.body.left + at, definition)
        for at, definition in table.formulas.items()
    }


def _filling(table: Table, grid: Grid, column: int, definition: etree._Element) -> Filling | None:
    text = definition.text or ""
    base = None
    if _translated(text, column, 1, 2) != text:
        base = _row_with(text, table, grid, column)
        if base is None:
            return None
    above = grid.found(table.body.bottom, column)
    is_array = is_true(definition.get("array"))
    metadata = above.get("cm") if above is not None and is_array else None
    return Filling(column, text, base, is_array, metadata)


def _row_with(text: str, table: Table, grid: Grid, column: int) -> int | None:
    for row in range(table.body.top, table.body.bottom + 1):
        cell = grid.found(row, column)
        if cell is not None and cell.findtext(f"{grid.ns}f") == text:
            return row
    return None


def _translated(text: str, column: int, from_row: int, to_row: int) -> str:
    from openpyxl.formula.translate import Translator

    place = letters(column)
    translator = Translator("=" + text, origin=f"{place}{from_row}")
    return str(translator.translate_formula(f"{place}{to_row}"))[1:]
