"""Bring a table in an .xlsx or .xlsm file up to date, and leave the rest of the file alone.

Streams in and out; which cells change is decided by `merge.plan`, and what is told by `report`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from workbook.contacts.columns import Listed, Together
from workbook.contacts.summary import Summary, summarize
from workbook.errors import WrongUsage
from workbook.export.summary_lines import NAME
from workbook.merge.dependencies import Area
from workbook.merge.exposure import meanings
from workbook.merge.model import (
    CONTACTS,
    MEMBERS,
    Arrival,
    ExistingTable,
    Incoming,
    Missing,
    Place,
    Plan,
    TableKind,
    TableMemory,
    UpdateOptions,
    UpdateReport,
)
from workbook.merge.plan import new_titles, own_columns, plan_all
from workbook.merge.ranges import LAST_ROW, Range
from workbook.merge.references import Growth
from workbook.ooxml import recalculation
from workbook.ooxml.calculated_columns import Fillings, fillings, withheld
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.checks import Room, check_book, check_sheet, room_below
from workbook.ooxml.computing import compute
from workbook.ooxml.copies import renew
from workbook.ooxml.markup import written
from workbook.ooxml.new_columns import widened
from workbook.ooxml.package import Package
from workbook.ooxml.reading import counts_from_1904, existing, texts_of
from workbook.ooxml.reference_updates import follow
from workbook.ooxml.report import about_rows, no_room
from workbook.ooxml.results import about_results, forget_results, grids, names, put_grids
from workbook.ooxml.styles import Formats, styles_of_new_rows
from workbook.ooxml.summary import tells_otherwise, update_summary
from workbook.ooxml.summary_layout import WIDEST
from workbook.ooxml.table_growth import grow_rules, grow_table, push_totals, reach_over
from workbook.ooxml.table_part import Table, chosen, sheets
from workbook.ooxml.worksheet import Grid
from workbook.ooxml.writing import Cells, append_rows, write_updates


class Book(msgspec.Struct, frozen=True):
    """An opened workbook, its table found and read; nothing in it speaks against an update."""

    package: Package
    table: Table
    grid: Grid
    texts: Texts
    existing: ExistingTable
    room: Room
    added: Sequence[str] = ()


def opened(source: BinaryIO, wanted: Sequence[str] = (), kind: TableKind = CONTACTS) -> Book:
    """Open a workbook and find its table, so that every refusal comes before anything is asked.

    `wanted`: the titles of columns that the table gets if it has none so called. `source` has to be
    seekable and to stay open as long as the book is used. Raises NotAWorkbook, SignedWorkbook,
    SharedWorkbook, BrokenPart, NoTable, FilledByQuery, SheetProtected, MergedCells, TitlesDisagree,
    IdTitleMissing, TitleTwice, IdsAreFormulas, HoldsMembers, ColumnsInTheWay.
    """
    package = Package(source)
    check_book(package)
    table = chosen(package, kind)
    grid = Grid(package.read(table.sheet_part), table.sheet_part, package.budget)
    check_sheet(table, grid)
    texts = texts_of(package, grid)
    room = room_below(package, table, grid)
    there = existing(table, grid, texts, room.rows, package)
    own_columns(there, (), kind)
    if added := new_titles(there.header, wanted):
        table, there = widened(package, table, grid, there, added)
        room = room_below(package, table, grid)
        there = replace(there, room=room.rows)
    return Book(package, table, grid, texts, there, room, added)


def update(
    book: Book,
    out: BinaryIO,
    incoming: Incoming,
    memory: TableMemory | None = None,
    options: UpdateOptions | None = None,
    *,
    recalculate: bool = False,
) -> UpdateReport:
    """Write the workbook with its table brought up to date for one account; as `update_all`."""
    arrivals = [Arrival(incoming, memory or TableMemory())]
    return update_all(book, out, arrivals, options, recalculate=recalculate)


def update_all(
    book: Book,
    out: BinaryIO,
    arrivals: Sequence[Arrival],
    options: UpdateOptions | None = None,
    *,
    recalculate: bool = False,
    summary: Callable[[bool], Summary] | None = None,
    problems: Mapping[str, str] = {},
) -> UpdateReport:
    """Write the workbook with its table brought up to date; the same bytes when nothing changes.

    `summary` returns the numbers for the sheet of them, with the past where its argument is True;
    `problems` of each account, "" for none, change it even where no row changes.
    `recalculate` lets LibreOffice compute the results that are old. A book serves for one update.
    Raises WrongUsage for rows to remove, which only Excel can do, and what `plan_all` raises.
    """
    options = replace(options or UpdateOptions(), added=book.added)
    if options.missing is Missing.REMOVE:
        raise WrongUsage(
            "Rows are removed in Excel only, by Refresh on the ribbon; here use --missing mark."
        )
    decided = plan_all(book.existing, arrivals, options)
    same = decided.changes_nothing and not book.added
    if same and not tells_otherwise(book.package, book.texts, problems):
        book.package.copy_to(out)
        return _told(book, decided, {}, (), [], options.kind)
    package, table, grid, new = book.package, book.table, book.grid, len(decided.appended)
    growth = Growth(table.sheet, table.body, table.ref, new)
    about = [f"Columns added at the right end: {', '.join(book.added)}."] * bool(book.added)
    about += [*follow(package, table, grid, growth).sentences()] if new else []
    formulas = fillings(table, grid, table.body.bottom + new) if decided.new else {}
    made = all(each.memory.made for each in arrivals)
    kept_out = frozenset() if made else withheld(table, meanings(names(package)))
    formulas = {at: None if at in kept_out else each for at, each in formulas.items()}
    if options.kind is not MEMBERS:
        former = {alias for each in arrivals for alias in each.memory.aliases}
        told = summary or partial(_summary, arrivals)
        about += update_summary(package, book.texts, told, former)
    report = _told(book, decided, formulas, kept_out, about, options.kind)
    _carry_out(book, decided, formulas, growth)
    there = _order_calculation(book, decided, any(formulas.values()))
    forgotten = forget_results(package, there, _changed(book, decided))
    put_grids(package, {**there, table.sheet: grid}, {table.sheet, *forgotten.sheets})
    computed = ""
    if recalculate and forgotten.cells:
        computed = compute(package, there, forgotten.cells)
        put_grids(package, there, forgotten.cells)
    about = [*about_results(forgotten, computed), *renew(package, forgotten.copies)]
    package.write(out)
    return replace(report, written=True, notices=(*report.notices, *about))


def _summary(arrivals: Sequence[Arrival], past: bool) -> Summary:
    """Return the numbers of the lists alone, for nothing of their `past` is known here."""
    if len(arrivals) == 1:
        return summarize(arrivals[0].incoming.listed, arrivals[0].incoming.origin)
    whole = Together(Listed(each.incoming.listed, each.incoming.origin) for each in arrivals)
    return summarize(whole, whole.origin)


def _told(
    book: Book,
    plan: Plan,
    formulas: Fillings,
    kept_out: Collection[int],
    notices: Sequence[str],
    kind: TableKind,
) -> UpdateReport:
    """Return the report; rows are named as they were before the table grows."""
    table, body, existing = book.table, book.table.body, book.existing
    place = Place(table.sheet, table.name, body.top, body.left)
    added = range(body.bottom + 1, body.bottom + 1 + len(plan.appended))
    rows = [*(body.top + row for row in plan.filled), *added]
    about = about_rows(book.package, table, book.grid, existing, formulas, kept_out, rows)
    warnings = no_room(plan.notes.without_room, book.room)
    return UpdateReport.of(place, existing, plan, (*notices, *about), [*warnings], kind)


def _carry_out(book: Book, plan: Plan, formulas: Fillings, growth: Growth) -> None:
    table, grid, new = book.table, book.grid, growth.new
    cells = Cells(plan, Formats(book.package), since_1904=counts_from_1904(book.package))
    write_updates(cells, table, grid, formulas)
    if new:
        styles = styles_of_new_rows(cells.formats, table, grid)
        push_totals(table, grid, new)
        append_rows(cells, table, grid, formulas, styles)
        grow_rules(table, grid, growth)
        reach_over(grid, replace(table.ref, bottom=table.ref.bottom + new))
    cells.formats.put()
    if grow_table(table, new) or book.added:
        book.package.put(table.part, written(table.root))


def _order_calculation(book: Book, plan: Plan, formulas_added: bool) -> dict[str, Grid]:
    """Order a calculation for the next opening; return the worksheets with formulas."""
    package, table = book.package, book.table
    there = grids(package, table, book.grid)
    if there or recalculation.has_chain(package):
        recalculation.compute_on_opening(package)
    if formulas_added or (plan.appended and table.totals):  # cells with formulas came or moved
        recalculation.forget_chain(package)
    return there


def _changed(book: Book, plan: Plan) -> Iterator[Area]:
    """Yield the cells that have another value now."""
    body, sheet = book.table.body, book.table.sheet
    for row, cells in plan.updates.items():
        for column in cells:
            at, line = body.left + column, body.top + row
            yield sheet, Range(at, line, at, line)
    if plan.appended:
        new = len(plan.appended)
        yield sheet, Range(body.left, body.bottom + 1, body.right, book.table.ref.bottom + new)
    summary = dict(sheets(book.package)).get(NAME)
    if summary is not None and book.package.is_edited(summary):
        yield NAME, Range(1, 1, WIDEST, LAST_ROW)
