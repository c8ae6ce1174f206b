"""The formulas that fill whole columns of a table, for rows that are added to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec
from lxml import etree

from workbook.merge.exposure import Meanings, sends
from workbook.merge.formulas import moved
from workbook.merge.ranges import letters
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.cell_formulas import cell_formulas
from workbook.ooxml.markup import is_true
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid

SAMPLE = 500  # rows that a definition is held against


class Filling(msgspec.Struct, frozen=True):
    """The formula of one column, written for the row `base`."""

    column: int
    text: str
    base: int
    is_array: bool
    metadata: str | None
    moves: bool

    def put(self, cell: etree._Element, ns: str, row: int) -> None:
        """Write the formula into a cell of that row; the program that opens it computes it."""
        formula = etree.SubElement(cell, f"{ns}f")
        formula.text = moved(self.text, row - self.base) if self.moves else self.text
        if self.is_array:
            formula.set("t", "array")
            formula.set("ref", f"{letters(self.column)}{row}")
        if self.metadata is not None:
            cell.set("cm", self.metadata)


Fillings = Mapping[int, Filling | None]


def fillings(table: Table, grid: Grid, last: int) -> Fillings:
    """Return the formulas by column, from 0, for rows down to `last`.

    None where it cannot be told what a new row gets. A definition with references like B2 is
    written for the first row; where most rows have something else, it is not believed.
    Raises BrokenPart where the characters of the file's budget are spent.
    """
    found = {at: _filling(table, grid, at, each, last) for at, each in table.formulas.items()}
    relative = {at: each for at, each in found.items() if each and each.moves}
    doubtful = _doubtful(table, grid, relative) if relative else frozenset()
    return {at: None if at in doubtful else each for at, each in found.items()}


def withheld(table: Table, names: Meanings) -> frozenset[int]:
    """Return the columns whose formula could send what stands in new rows to somebody else."""
    texts = {at: definition.text or "" for at, definition in table.formulas.items()}
    return frozenset(at for at, text in texts.items() if sends(text.removeprefix("="), names))


def _filling(
    table: Table, grid: Grid, at: int, definition: etree._Element, last: int
) -> Filling | None:
    body = table.body
    text = (definition.text or "").removeprefix("=")
    if not grid.budget.reads(len(text)):
        raise BrokenPart(table.part, "has very long formulas of whole columns")
    if not text or moved(text, last - body.top) is None:
        return None
    above = grid.found(body.bottom, body.left + at)
    is_array = is_true(definition.get("array"))
    metadata = above.get("cm") if above is not None and is_array else None
    moves = moved(text, 1) != text
    return Filling(body.left + at, text, body.top, is_array, metadata, moves)


def _doubtful(table: Table, grid: Grid, relative: Mapping[int, Filling]) -> frozenset[int]:
    """Return the columns in most of whose rows another formula stands than the definition says."""
    body = table.body
    step = 1 + (body.bottom - body.top) // SAMPLE
    held: Counter[int] = Counter()
    agreeing: Counter[int] = Counter()
    for each in cell_formulas(grid, body.top, body.bottom):
        at = each.column - body.left
        if at in relative and (each.row - body.top) % step == 0:
            held[at] += 1
            agreeing[at] += each.text == moved(relative[at].text, each.row - body.top)
    return frozenset(at for at, rows in held.items() if 2 * agreeing[at] <= rows)
