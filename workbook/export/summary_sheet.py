"""The sheet Summary without its lines, by openpyxl: its columns, its kinds of cells, its charts."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from workbook.contacts import times
from workbook.export.charts import add_bar_chart, add_line_chart
from workbook.export.summary_lines import COUNTRIES, GROWTH, NAME, TOP, TYPES, Kind

GREY = "BFBFBF"
FORMATS = {
    Kind.TIME: times.FORMAT,
    **dict.fromkeys((Kind.COUNT, Kind.RULE, Kind.OVER_NOTES), "#,##0"),
    Kind.CHANGE: "+#,##0;-#,##0;0",
}
SIDES = {
    **dict.fromkeys((Kind.TITLE, Kind.LABEL, Kind.HEADING, Kind.NOTE, Kind.OVER_NOTES), "left"),
    **dict.fromkeys((Kind.TEXT, Kind.RULE), "right"),
}
RULED = (Kind.HEADING, Kind.RULE, Kind.OVER_NOTES)
SIZES = {Kind.TITLE: 16, **dict.fromkeys(RULED, 11)}  # of what is bold
LEFT, RIGHT = "F", "L"  # the columns that charts begin and end at


def add(book: Workbook, charts: Sequence[tuple[str, int]]) -> tuple[Worksheet, list[int]]:
    """Append the sheet to the book; return it, and the styles of its kinds of cells.

    `charts`: the titles of the blocks that are drawn, and the heights of their charts in rows.
    """
    sheet: Worksheet = book.create_sheet(NAME)
    sheet.sheet_view.showGridLines = False
    styles = [_style(sheet, kind) for kind in Kind]
    sheet.delete_rows(1)
    top = TOP
    for title, height in charts:
        _draw(sheet, title, (f"{LEFT}{top}", f"{RIGHT}{top + height}"))
        top += height + 1
    return sheet, styles


def _style(sheet: Worksheet, kind: Kind) -> int:
    cell = sheet.cell(1, 1 + kind)
    if kind in SIZES:
        cell.font = Font(name="Calibri", sz=SIZES[kind], b=True)
    if kind in RULED:
        cell.border = Border(bottom=Side("thin", color=GREY))
    if kind in SIDES:
        notes = kind in (Kind.NOTE, Kind.OVER_NOTES)  # which keep off the time on their left
        fits = kind is not Kind.NOTE
        cell.alignment = Alignment(SIDES[kind], indent=int(notes), shrink_to_fit=fits or None)
    cell.number_format = FORMATS.get(kind, "General")
    return int(cell.style_id)


def _draw(sheet: Worksheet, title: str, corners: tuple[str, str]) -> None:
    if title == GROWTH:
        add_line_chart(sheet, "Contacts over time", corners)
    elif title == TYPES:
        add_bar_chart(sheet, "Contacts by type", corners, upright=True)
    else:
        add_bar_chart(sheet, COUNTRIES, corners)
