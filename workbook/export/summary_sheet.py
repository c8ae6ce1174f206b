"""The sheet Summary: its lines as values, and beside them charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from workbook.contacts import times
from workbook.contacts.columns import safe_text
from workbook.export.charts import add_bar_chart, add_line_chart
from workbook.export.sheet_xml import escape
from workbook.export.summary_lines import (
    COUNTRIES,
    GROWTH,
    MOST_TYPES,
    NAME,
    TYPES,
    Block,
    Line,
    Lines,
    Value,
)

GREY = "BFBFBF"
COUNT, CHANGE = "#,##0", "+#,##0;-#,##0;0"
WIDTHS = {"A": 34, "B": 17, "C": 14, "D": 12, "E": 3}
LEFT, RIGHT = "F", "L"  # the columns that charts begin and end at


def add(book: Workbook, lines: Lines) -> Worksheet:
    """Append the sheet to the book, and return it."""
    sheet: Worksheet = book.create_sheet(NAME)
    sheet.sheet_view.showGridLines = False
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    _head(sheet, lines.head)
    for block in lines.blocks:
        _block(sheet, block)
    _charts(sheet, {block.title: block for block in lines.blocks if block.title in lines.charts})
    return sheet


def _head(sheet: Worksheet, lines: Sequence[Line]) -> None:
    for row, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            _put(sheet, row, column, value)
    sheet["A1"].font = Font(name="Calibri", sz=16, b=True)


def _block(sheet: Worksheet, block: Block) -> None:
    """Write lines below their heading, with a rule under that."""
    _put(sheet, block.row, 1, block.title)
    width = max(map(len, block.lines))
    for cell in (sheet.cell(block.row, column) for column in range(1, width + 1)):
        cell.font = Font(name="Calibri", sz=11, b=True)
        cell.border = Border(bottom=Side("thin", color=GREY))
    for row, line in zip(block.rows, block.lines, strict=True):
        for column, value in enumerate(line, start=1):
            _put(sheet, row, column, value)


def _charts(sheet: Worksheet, found: dict[str, Block]) -> None:
    """Draw these blocks, one below the other.

    The line begins with the first day: an update prolongs charts, and draws none.
    """
    top = 2
    if GROWTH in found:
        corners = _corners(top, 15)
        add_line_chart(sheet, "Contacts over time", found[GROWTH].rows, corners)
        top += 16
    if TYPES in found:
        rows = found[TYPES].rows[:MOST_TYPES]
        add_bar_chart(sheet, "Contacts by type", rows, _corners(top, 9), upright=True)
        top += 10
    if COUNTRIES in found:
        rows = found[COUNTRIES].rows
        add_bar_chart(sheet, COUNTRIES, rows, _corners(top, 5 + 2 * len(rows)))


def _corners(top: int, height: int) -> tuple[str, str]:
    return f"{LEFT}{top}", f"{RIGHT}{top + height}"


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        if value:
            side = "left" if column == 1 else "right"
            _write(cell, value).alignment = Alignment(horizontal=side, shrink_to_fit=True)
        return
    cell.value = value
    is_time = isinstance(value, datetime)
    cell.number_format = times.FORMAT if is_time else COUNT if column < 3 else CHANGE


def _write(cell: Cell | MergedCell, text: str) -> Cell | MergedCell:
    """Put text into a cell as text, whatever it looks like."""
    holdable = safe_text(text, Counter())
    cell.value = escape(holdable.encode(), Counter()).decode()
    cell.data_type = "s"
    return cell
