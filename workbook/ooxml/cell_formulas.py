"""The formulas in the cells of a sheet part, with those that several cells share spelled out."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from lxml import etree

from workbook.merge.formulas import moved
from workbook.ooxml.worksheet import Grid


class CellFormula(msgspec.Struct, frozen=True):
    """A formula and where it stands; `text` is without "=", None where it cannot be told."""

    row: int
    column: int
    cell: etree._Element
    element: etree._Element
    text: str | None


def cell_formulas(grid: Grid, first: int, last: int) -> Iterator[CellFormula]:
    """Yield the formulas in these rows, from top to bottom.

    A cell that shares a formula names the first cell that has it (ECMA-376 part 1, 18.3.1.40).
    """
    masters: dict[str, CellFormula] = {}
    for row, holder in grid.rows(first, last):
        for column, cell in grid.cells(holder):
            element = cell.find(f"{grid.ns}f")
            if element is None:
                continue
            found = CellFormula(row, column, cell, element, element.text)
            if element.get("t") == "shared":
                master = masters.setdefault(element.get("si", ""), found)
                if not element.text:
                    found = CellFormula(row, column, cell, element, _moved_to(found, master))
            yield found


def _moved_to(shared: CellFormula, master: CellFormula) -> str | None:
    if not master.text:
        return None
    return moved(master.text, shared.row - master.row, shared.column - master.column)
