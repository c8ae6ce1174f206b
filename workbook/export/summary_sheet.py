"""The second sheet: the summary's numbers as values, and beside them two charts."""

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

NAME = "Summary"
KINDS = {"user": "People", "group": "Groups", "": "Without a type"}
GREY = "BFBFBF"
MOST_TYPES = 6  # in the chart; the service knows two, and seven more would not be legible


def add(book: Workbook, summary: Summary) -> None:
    """Append the sheet to the book."""
    sheet = book.create_sheet(NAME)
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 20
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _origin(sheet, summary)
    types = _block(sheet, "By type", _types(summary))
    _block(sheet, "People", _people(summary))
    add_bar_chart(sheet, "Contacts by type", types[:MOST_TYPES], ("D2", "M17"), upright=True)
    if summary.countries:
        countries = _block(sheet, "Phones by country", _countries(summary))
        add_bar_chart(sheet, "Phones by country", countries, ("D19", "M46"))


def _origin(sheet: Worksheet, summary: Summary) -> None:
    _write(sheet["A1"], "Contacts from GREEN-API").font = Font(name="Calibri", sz=16, b=True)
    _write(sheet["A2"], "Account")
    _write(sheet["B2"], summary.account).alignment = Alignment(
        horizontal="right", shrink_to_fit=True
    )
    _write(sheet["A3"], "Fetched")
    sheet["B3"] = summary.fetched.astimezone().replace(tzinfo=None)
    sheet["B3"].number_format = "yyyy-mm-dd hh:mm"
    _write(sheet["A4"], "Contacts")
    sheet["B4"] = summary.total
    sheet["B4"].number_format = "#,##0"


def _types(summary: Summary) -> Counts:
    return tuple((KINDS.get(kind, kind), count) for kind, count in summary.by_type)


def _people(summary: Summary) -> Counts:
    return (
        ("In the phone book", summary.saved),
        ("Not in the phone book", summary.unsaved),
        ("Number hidden by WhatsApp", summary.hidden),
    )


def _countries(summary: Summary) -> Counts:
    others = summary.other_countries
    return summary.countries + ((("Other countries", others),) if others else ())


def _block(sheet: Worksheet, title: str, counts: Counts) -> range:
    """Write a headed list of counts below what is there; return its rows without the heading."""
    heading = sheet.max_row + 2
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
