"""Find the formulas in the cells of a sheet part; one that cells share is given for each cell."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from lxml import etree

from workbook.merge.formulas import moved
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.markup import name_of
from workbook.ooxml.worksheet import Grid


class CellFormula(msgspec.Struct, frozen=True):
    """A formula and where it stands; `text` is without "=", None where it cannot be told."""

    row: int
    column: int
    cell: etree._Element
    element: etree._Element
    text: str | None

    @property
    def length(self) -> int:
        """Return how many characters it has, as far as it can be told."""
        return len(self.text or "")

    @property
    def group(self) -> str | None:
        """Return the number of the formula that it shares with other cells."""
        return self.element.get("si") if self.element.get("t") == "shared" else None

    def spell_out(self, text: str) -> None:
        """Give the cell a formula of its own."""
        self.element.text = text
        if self.group is not None:
            for attribute in ("t", "si", "ref"):
                self.element.attrib.pop(attribute, None)


def cell_formulas(grid: Grid, first: int, last: int) -> Iterator[CellFormula]:
    """Yield the formulas in these rows, from top to bottom.

    A cell that shares a formula names the first cell that has it (ECMA-376 part 1, 18.3.1.40).
    Raises BrokenPart where the characters of the file's budget are spent.
    """
    masters: dict[str, CellFormula] = {}
    for row, holder in grid.rows(first, last):
        for column, cell in grid.cells(holder):
            element = cell.find(f"{grid.ns}f")
            if element is None:
                continue
            found = CellFormula(row, column, cell, element, element.text)
            if found.group is not None:
                master = masters.setdefault(found.group, found)
                if not element.text:
                    if not grid.budget.reads(master.length):
                        raise BrokenPart(name_of(grid.root), "shares long formulas very often")
                    text = _moved_to(found, master)
                    found = CellFormula(row, column, cell, element, text)
            yield found


def _moved_to(shared: CellFormula, master: CellFormula) -> str | None:
    if not master.text:
        return None
    return moved(master.text, shared.row - master.row, shared.column - master.column)
