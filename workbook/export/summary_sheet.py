"""The sheet Summary: its lines as values, and beside them two charts."""

from __future__ import annotations

from collections import Counter

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbook.contacts.columns import safe_text
from workbook.contacts.summary import Counts, Summary
from workbook.export.charts import add_bar_chart
from workbook.export.sheet_xml import escape
from workbook.export.summary_lines import COUNTRIES, MOST_TYPES, NAME, TYPES, blocks, head

GREY = "BFBFBF"


def add(book: Workbook, summary: Summary) -> None:
    """Append the sheet to the book."""
    sheet = book.create_sheet(NAME)
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 20
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _head(sheet, summary)
    rows = {title: _block(sheet, row, title, counts) for row, title, counts in blocks(summary)}
    add_bar_chart(sheet, "Contacts by type", rows[TYPES][:MOST_TYPES], ("D2", "M17"), upright=True)
    if COUNTRIES in rows:
        add_bar_chart(sheet, COUNTRIES, rows[COUNTRIES], ("D19", "M46"))


def _head(sheet: Worksheet, summary: Summary) -> None:
    (title, _), (account, alias), (fetched, moment), (contacts, total) = head(summary)
    _write(sheet["A1"], title).font = Font(name="Calibri", sz=16, b=True)
    for row, label in enumerate((account, fetched, contacts), start=2):
        _write(sheet.cell(row, 1), label)
    _write(sheet["B2"], str(alias)).alignment = Alignment(horizontal="right", shrink_to_fit=True)
    sheet["B3"] = moment
    sheet["B3"].number_format = "yyyy-mm-dd hh:mm"
    sheet["B4"] = total
    sheet["B4"].number_format = "#,##0"


def _block(sheet: Worksheet, heading: int, title: str, counts: Counts) -> range:
    """Write a list of counts below its heading; return its rows without the heading."""
    _write(sheet.cell(heading, 1), title)
    for cell in sheet[f"A{heading}:B{heading}"][0]:
        cell.font = Font(name="Calibri", sz=11, b=True)
        cell.border = Border(bottom=Side("thin", color=GREY))
    rows = range(heading + 1, heading + 1 + len(counts))
    for row, (label, count) in zip(rows, counts, strict=True):
        _write(sheet.cell(row, 1), label)
        sheet.cell(row, 2, count).number_format = "#,##0"
    return rows


def _write(cell: Cell | MergedCell, text: str) -> Cell | MergedCell:
    """Put text into a cell as text, whatever it looks like."""
    holdable = safe_text(text, Counter())
    cell.value = escape(holdable.encode(), Counter()).decode()
    cell.data_type = "s"
    return cell
