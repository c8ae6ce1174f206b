"""A table in an .xlsx or .xlsm file brought up to date, with all the rest of the file left alone.

Streams in and out; which cells change is decided by `merge.plan`, and what is told by `report`.
"""

from __future__ import annotations

from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from workbook.contacts.summary import summarize
from workbook.errors import WrongUsage
from workbook.merge.model import ExistingTable, Incoming, Missing, Plan, TableMemory, UpdateOptions
from workbook.merge.plan import own_columns, plan
from workbook.merge.report import UpdateReport
from workbook.ooxml import calc_chain
from workbook.ooxml.calculated_columns import Fillings, fillings
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.checks import check_room, check_sheet
from workbook.ooxml.markup import written
from workbook.ooxml.package import Package
from workbook.ooxml.reading import existing, texts_of
from workbook.ooxml.report import told
from workbook.ooxml.summary import refreshed
from workbook.ooxml.table_growth import grow_rules, grow_table, reach_over
from workbook.ooxml.table_part import Table, chosen
from workbook.ooxml.worksheet import Grid
from workbook.ooxml.writing import append_rows, write_updates

Parts = dict[str, bytes | None]


class Book(msgspec.Struct, frozen=True):
    """An opened workbook, its table found and read; nothing in it speaks against an update."""

    package: Package
    table: Table
    grid: Grid
    texts: Texts
    existing: ExistingTable


def opened(source: BinaryIO) -> Book:
    """Open a workbook and find its table, so that every refusal comes before anything is asked.

    `source` has to be seekable and to stay open as long as the book is used. Raises NotAWorkbook,
    BrokenPart, NoTable, FilledByQuery, SheetProtected, MergedCells, TitlesDisagree, IdTitleMissing,
    TitleTwice, IdsAreFormulas.
    """
    package = Package(source)
    table = chosen(package)
    grid = Grid(package.read(table.sheet_part), table.sheet_part)
    check_sheet(table, grid)
    texts = texts_of(package, grid)
    there = existing(table, grid, texts)
    own_columns(there, ())
    return Book(package, table, grid, texts, there)


def update(
    book: Book,
    out: BinaryIO,
    incoming: Incoming,
    memory: TableMemory | None = None,
    options: UpdateOptions | None = None,
) -> UpdateReport:
    """Write the workbook with its table brought up to date; the same bytes when nothing changes.

    A book serves for one update. Raises WrongUsage for rows to remove, which only Excel can do,
    NoRoomBelow and SheetFull, and what `plan` raises.
    """
    if options is not None and options.missing is Missing.REMOVE:
        raise WrongUsage(
            "Rows are removed in Excel only, by Refresh on the ribbon; here use --missing mark."
        )
    decided = plan(book.existing, incoming, memory, options)
    if decided.changes_nothing:
        book.package.copy_to(out)
        return told(book.package, book.table, book.existing, decided, {}, [])
    if decided.appended:
        check_room(book.package, book.table, book.grid, len(decided.appended))
    last = book.table.body.bottom + len(decided.appended)
    formulas = fillings(book.table, book.grid, last) if decided.new else {}
    numbers, notices = refreshed(
        book.package, book.texts, summarize(incoming.listed, incoming.origin)
    )
    report = told(book.package, book.table, book.existing, decided, formulas, notices)
    book.package.write(out, {**numbers, **_edited(book, decided, formulas)})
    return report


def _edited(book: Book, plan: Plan, formulas: Fillings) -> Parts:
    """Carry out the plan, and return the parts of the file that it changes."""
    table, grid, new = book.table, book.grid, len(plan.appended)
    parts = _recalculated(book, any(formulas.values()))
    write_updates(plan, table, grid, formulas)
    if new:
        append_rows(plan, table, grid, formulas)
        grow_rules(table, grid, new)
        reach_over(grid, replace(table.ref, bottom=table.ref.bottom + new))
    if grow_table(table, new):
        parts[table.part] = written(table.root)
    parts[table.sheet_part] = grid.written()
    return parts


def _recalculated(book: Book, formulas_added: bool) -> Parts:
    """Return the parts that make formulas see the new values, none where there are no formulas."""
    chain = calc_chain.chain(book.package)
    if not (chain or book.grid.has_formulas or formulas_added):
        return {}
    parts = calc_chain.compute_on_opening(book.package)
    return parts | calc_chain.without(book.package, chain) if formulas_added else parts
