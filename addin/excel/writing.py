"""Write new values into a table on a sheet, through xlwings, in blocks; nothing is decided here.

Excel knows no transactions, so the order matters: first room for new rows, which Excel may refuse,
then the rows that are there, then the new ones, last of all the rows that go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

import msgspec
import xlwings as xw
from msgspec.structs import replace
from xlwings.main import Table as ListObject

from addin.excel import areas
from addin.shared import blocks, words
from addin.shared.blocks import SheetTable, Work
from workbook.contacts.columns import Row
from workbook.contacts.times import FORMAT, parsed
from workbook.errors import WrongUsage
from workbook.merge.ranges import LAST_COLUMN, LAST_ROW, Range
from workbook.merge.refusals import UNTOUCHED, ColumnsInTheWay, SheetFull

TEXT = "@"
AT_ONCE = 100_000  # cells, as xlwings does: Excel may run out of memory
WIDTH, NARROW = 22, 12  # characters; columns are narrow where nobody has set a width
PATIENCE = 2_000  # cells written one by one take some seconds
HALFWAY = (
    "Some rows may have been written before that; each still belongs to its person. "
    "Undo refresh puts them back, and Refresh completes them."
)


class Room(msgspec.Struct, frozen=True):
    """What new rows and columns need.

    How many more rows the table gets, whether cells below make way, the titles at its right end.
    """

    more: int = 0
    pushes: bool = False
    titles: Sequence[str] = ()


def room(table: ListObject, there: SheetTable, new: int, titles: Sequence[str] = ()) -> Room:
    """Return what new rows and new columns need; raises SheetFull, ColumnsInTheWay."""
    area, totals = areas.where(table.range), bool(table.show_totals)
    shown = areas.height(area) - 1 - totals  # an empty table shows one row all the same
    more = max(0, len(there.existing.rows) + new - shown)
    if area.bottom + more > LAST_ROW:
        raise SheetFull(new)
    below = areas.cells(table.parent, areas.beneath(area, more)) if more else None
    if titles:
        _check_beside(table.parent, areas.taller(area, more), titles, totals=totals)
    return Room(more, below is not None and (totals or _holds_something(below)), titles)


def _check_beside(sheet: xw.Sheet, area: Range, titles: Sequence[str], *, totals: bool) -> None:
    beside = areas.beside(area, len(titles))
    if beside.right > LAST_COLUMN:
        raise ColumnsInTheWay(tuple(titles), "the end of the sheet")
    if totals:  # Excel gives such a table no other place
        raise ColumnsInTheWay(tuple(titles), "the totals row")
    if _holds_something(areas.cells(sheet, beside)):
        raise ColumnsInTheWay(tuple(titles), f"something in {beside}")


def check(there: SheetTable, work: Work) -> None:
    """Raise WrongUsage for what cannot be done, or not in time, while a filter hides rows."""
    beside = (cells for each in work.beside for cells in (each.texts, each.entered))
    cells = sum(map(len, (*work.updates.values(), *work.appended, *beside)))
    if there.filtered and work.removed:
        raise WrongUsage(f"The table is filtered, and rows cannot be taken away then. {_clear()}")
    if there.filtered and cells > PATIENCE:
        raise WrongUsage(
            f"The table is filtered, and its {cells:,} new values would have to be written one by "
            f"one. {_clear()}"
        )


def _clear() -> str:
    return f"Clear the filter ({words.here().clear_filter}) and repeat. {UNTOUCHED}"


def carry_out(
    table: ListObject, there: SheetTable, work: Work, room: Room, begun: Callable[[], None]
) -> None:
    """Give the table its new rows, write all values, and take rows away.

    `begun` is called as soon as something has changed. An error of Excel's gets a note on the
    state in which it leaves the sheet.
    """
    wanted = areas.height(areas.where(table.range)) + room.more
    with _noting(UNTOUCHED):
        _grow(table, room)
    begun()
    with _noting(HALFWAY):
        _widen(table, room.titles)
        area = areas.where(table.range)
        if areas.height(area) == wanted:
            return _write(table.parent, area, there, work)
    spoken = words.here()
    raise WrongUsage(
        f"{spoken.program} added no rows. Hide the total row ({spoken.hide_totals}) and repeat."
    )


def put(sheet: xw.Sheet, first: Range, rows: Sequence[Row]) -> None:
    """Write texts from the first cell of an area on, to the right and down."""
    width = len(rows[0])
    for at in range(0, len(rows), max(1, AT_ONCE // width)):
        some = [list(row) for row in rows[at : at + max(1, AT_ONCE // width)]]
        cells = areas.cells(sheet, areas.at(first, at, 0, len(some), width))
        cells.number_format = TEXT  # first, or Excel takes 007 for a number and =1+1 for a formula
        cells.raw_value = some


def put_times(sheet: xw.Sheet, first: Range, rows: Sequence[Row]) -> None:
    """Write times as dates, from a cell on; where one is no time, all of them as texts."""
    values = [[parsed(text) for text in row] for row in rows]
    if any(text and parsed(text) is None for row in rows for text in row):
        put(sheet, first, rows)
        return
    cells = areas.cells(sheet, areas.at(first, 0, 0, len(rows), len(rows[0])))
    if cells.number_format in (None, TEXT, "General"):  # else the user has chosen one
        cells.number_format = FORMAT
    cells.value = values


def make_way(table: ListObject, rows: int) -> None:
    """Insert cells below a table, so that what stands there goes down by so many rows."""
    with _noting("All is put back, but what stands below the table has moved up."):
        below = areas.cells(table.parent, areas.beneath(areas.where(table.range), rows))
        below.insert("down", copy_origin="format_from_right_or_below")


def _grow(table: ListObject, room: Room) -> None:
    """Give a table more rows; Excel itself fills the formulas of whole columns down."""
    if not room.more:
        return
    sheet, area = table.parent, areas.where(table.range)
    whole = areas.cells(sheet, areas.taller(area, room.more))
    if table.show_totals:
        totals = replace(area, top=area.bottom, bottom=area.bottom + room.more - 1)
        areas.cells(sheet, totals).insert("down")  # within the table, so it grows
    elif room.pushes:
        _push(table, areas.cells(sheet, areas.beneath(area, room.more)), whole)
    else:
        table.resize(whole)


def _widen(table: ListObject, titles: Sequence[str]) -> None:
    """Give a table columns at its right end, wide enough for a name where nobody set a width."""
    if not titles:
        return
    sheet, area = table.parent, areas.where(table.range)
    beside = areas.beside(area, len(titles))
    put(sheet, beside, [titles])
    table.resize(areas.cells(sheet, replace(area, right=beside.right)))
    cells = areas.cells(sheet, beside)
    if (cells.column_width or WIDTH) < NARROW:
        cells.column_width = WIDTH


def _push(table: ListObject, below: xw.Range, whole: xw.Range) -> None:
    there = areas.where(below)
    below.insert("down")
    try:
        table.resize(whole)
    except BaseException:
        areas.cells(table.parent, there).delete("up")  # what made way goes back to its place
        raise


def _write(sheet: xw.Sheet, area: Range, there: SheetTable, work: Work) -> None:
    if there.filtered:
        parts = blocks.single(there, work)
    else:
        parts = chain(blocks.over(there, work), blocks.below(there, work))
    first = areas.at(area, 1, 0, 1, 1)
    for block in parts:
        write = put_times if block.times else put
        write(sheet, areas.at(first, block.row, block.column, 1, 1), block.texts)
    for block in blocks.down(there, [each.texts for each in work.beside]):
        put(sheet, areas.at(first, block.row, block.column, 1, 1), block.texts)
    for block in blocks.down(there, [each.entered for each in work.beside]):
        _enter(sheet, areas.at(first, block.row, block.column, 1, 1), block.texts)
    for run in reversed(blocks.runs(work.removed)):
        gone = areas.at(first, run.start, 0, len(run), area.right - area.left + 1)
        areas.cells(sheet, gone).delete("up")


def _enter(sheet: xw.Sheet, first: Range, formulas: Sequence[Row]) -> None:
    """Write what Range.Formula gave: numbers, dates, formulas."""
    cells = areas.cells(sheet, areas.at(first, 0, 0, len(formulas), len(formulas[0])))
    if cells.number_format == TEXT:
        cells.number_format = "General"
    cells.formula = formulas


def _holds_something(cells: xw.Range) -> bool:
    formulas = cells.formula  # of values, too; a formula may show nothing
    rows = [[formulas]] if isinstance(formulas, str) else formulas
    return any(cell for row in rows for cell in row)


@contextmanager
def _noting(state: str) -> Iterator[None]:
    """Let an error that passes say in which state it leaves the sheet."""
    try:
        yield
    except BaseException as error:
        error.add_note(state)
        raise
