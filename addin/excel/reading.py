"""Check whether a table on a sheet may be changed, and read it, in two blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlwings as xw
from msgspec.structs import replace
from xlwings.main import Table as ListObject

from addin.excel import areas, excel_objects
from addin.shared import arguments, words
from addin.shared.blocks import SheetTable
from workbook.contacts.times import TITLES, of_cell
from workbook.errors import WrongUsage
from workbook.merge.model import ACCOUNT, ExistingTable
from workbook.merge.plan import own_columns
from workbook.merge.refusals import UNTOUCHED, FilledByQuery, MergedCells, SheetProtected

Cells = Sequence[Sequence[Any]]


def check(table: ListObject) -> None:
    """Raise what speaks against touching a table, before anything is asked or read.

    SheetProtected, MergedCells, FilledByQuery, IdTitleMissing, TitleTwice, WrongUsage.
    """
    if not table.show_headers:
        raise WrongUsage(
            f'Show the header row of the table "{table.name}" ({words.here().table_options}), '
            f"then repeat. {UNTOUCHED}"
        )
    if excel_objects.is_protected(table.parent):
        raise SheetProtected(table.parent.name)
    if excel_objects.is_fed(table):
        raise FilledByQuery(table.name)
    cells = table.range
    if cells.merge_cells is not False:  # None: some of them
        raise MergedCells(f"in {areas.where(cells)}")
    own_columns(ExistingTable(_titles(table), ()), ())


def aliases(table: ListObject) -> set[str]:
    """Return the accounts that the column "account" of a table names; none where there is none."""
    header, body = _titles(table), table.data_body_range
    if ACCOUNT not in header or body is None:
        return set()
    area = areas.where(body)
    column = areas.at(area, 0, header.index(ACCOUNT), area.bottom - area.top + 1, 1)
    cells = areas.cells(table.parent, column).options(ndim=2).value
    return {arguments.text(cell) for (cell,) in cells} - {""}


def read(table: ListObject) -> SheetTable:
    """Return what a table holds.

    A column with a formula in every row counts as one that the table itself fills.
    """
    header, body, filtered = _titles(table), table.data_body_range, excel_objects.is_filtered(table)
    if body is None:
        top = areas.where(table.range).top + 1
        return SheetTable(ExistingTable(header, ()), filtered=filtered, top=top)
    values, shown = body.options(ndim=2).value, _block(body)
    formulas = frozenset(
        (row, column)
        for row, line in enumerate(shown)
        for column, cell in enumerate(line)
        if cell[:1] == "=" and cell != values[row][column]  # else it is text that looks like one
    )
    counts = Counter(column for _, column in formulas)
    filled = frozenset(column for column, count in counts.items() if count == len(shown))
    rows = [
        ["" if column in filled else _text(*pair) for column, pair in enumerate(pairs)]
        for pairs in map(zip, values, shown)
    ]
    _put_times(rows, values, [at for at, title in enumerate(header) if title in TITLES])
    existing = ExistingTable(
        header,
        rows,
        [header[column] for column in sorted(filled)],
        frozenset(place for place in formulas if place[1] not in filled),
    )
    foreign = formulas | _other_than_text(values, shown)
    said = {(row, column): shown[row][column] for row, column in foreign}
    return SheetTable(existing, said, filtered, body.row)


def _put_times(rows: list[list[str]], values: Cells, columns: Sequence[int]) -> None:
    """Put the times of date cells into columns of times, as text."""
    for texts, line in zip(rows, values, strict=True):
        for column in columns:
            if isinstance(value := line[column], datetime):
                texts[column] = of_cell(value)


def _titles(table: ListObject) -> tuple[str, ...]:
    area = areas.where(table.range)
    return tuple(_block(areas.cells(table.parent, replace(area, bottom=area.top)))[0])


def _block(cells: xw.Range) -> Sequence[Sequence[str]]:
    shown = cells.formula
    if isinstance(shown, str):
        return [[shown]]
    return [shown] if isinstance(shown[0], str) else shown  # one row, as Excel for Mac gives it


def _text(value: Any, shown: str) -> str:
    """Return the text of a cell; `shown` is what its Formula says, the digits of a number too."""
    if isinstance(value, str):
        return value
    return arguments.text(value) if shown[:1] == "=" else shown


def _other_than_text(values: Cells, shown: Cells) -> frozenset[tuple[int, int]]:
    return frozenset(
        (row, column)
        for row, pairs in enumerate(map(zip, values, shown))
        for column, (value, formula) in enumerate(pairs)
        if not isinstance(value, str) and formula
    )
