"""The workbook around the rows, by openpyxl: sheets, tables, styles; the rows are not in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from workbook.contacts import times
from workbook.contacts.columns import KNOWN_BY
from workbook.export import summary_sheet
from workbook.export.look import Look, Skeleton

_UNPREFIXED = re.compile(rb"<(/?)(?=\w+[\s/>])")
BLUE = "4472C4"  # what TableStyleMedium2 gives a header, for programs that know no table styles
TEXT = "@"
UPRIGHT = 5  # so many columns are legible on an upright page


def make(
    looks: Sequence[Look], charts: Sequence[tuple[str, int]] | None, when: datetime
) -> Skeleton:
    """Make a workbook that lacks only its rows; its properties name `when` as its time.

    The summary, with these charts, comes behind the first table; None stands for no summary.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    first, *others = looks
    added = [_add(book, first)]
    summary_styles: list[int] = []
    if charts is not None:
        summary, summary_styles = summary_sheet.add(book, charts)
        _make_printable(summary)
    added += [_add(book, look) for look in others]
    _describe(book, when)
    places = {
        sheet.title: f"xl/worksheets/sheet{number}.xml"
        for number, sheet in enumerate(book.worksheets, start=1)
    }
    return Skeleton(
        parts=_parts(book),
        sheets=[[places[name] for name in names] for names, _ in added],
        styles=[styles for _, styles in added],
        summary=places[summary.title] if charts is not None else "",
        summary_styles=summary_styles,
    )


def _add(book: Workbook, look: Look) -> tuple[list[str], list[int]]:
    """Append a table's sheets; return their names and the styles of its columns."""
    names = []
    for number, length in enumerate(look.lengths, start=1):
        sheet = book.create_sheet(look.name if number == 1 else f"{look.name} {number}")
        _dress(sheet, look)
        if length:
            sheet.add_table(_table(look, length, number))
        names.append(sheet.title)
    return names, [sheet.column_dimensions[letter].style_id for letter in _letters(look)]


def _letters(look: Look) -> list[str]:
    return [get_column_letter(column) for column in range(1, len(look.header) + 1)]


def _format(title: str) -> str:
    if title in times.TITLES:
        return times.FORMAT
    return "0" if title == KNOWN_BY else TEXT


def _dress(sheet: Worksheet, look: Look) -> None:
    sheet.append(list(look.header))
    for cell in sheet[1]:
        cell.number_format = TEXT
        cell.alignment = Alignment(horizontal="right" if look.rtl else "left")
        cell.font = Font(name="Calibri", sz=11, b=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=BLUE)
    for letter, width, title in zip(_letters(look), look.widths, look.header, strict=True):
        column = sheet.column_dimensions[letter]
        column.width = width
        column.number_format = _format(title)
        column.alignment = Alignment(
            # names of the other direction would else end where the next column begins
            horizontal="right" if look.rtl else "left",
            # what is too long for even this column shrinks: no digit is ever cut
            shrink_to_fit=title == "id",
        )
    sheet.freeze_panes = "A2"
    sheet.sheet_view.rightToLeft = look.rtl or None
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "portrait" if len(look.header) <= UPRIGHT else "landscape"
    _make_printable(sheet)


def _make_printable(sheet: Worksheet) -> None:
    """Let a sheet be one page wide and as many long as it takes, with their numbers."""
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("&P / &N"))


def _table(look: Look, length: int, number: int) -> Table:
    """Return the table of one sheet.

    Its columns are given by hand: asked to find them, openpyxl makes every cell of the range.
    """
    name = look.name if number == 1 else f"{look.name}_{number}"
    ref = f"A1:{get_column_letter(len(look.header))}{length + 1}"
    return Table(
        name=name,
        displayName=name,
        ref=ref,
        autoFilter=AutoFilter(ref=ref),
        tableColumns=[
            TableColumn(id=n, name=title) for n, title in enumerate(look.header, start=1)
        ],
        tableStyleInfo=TableStyleInfo(name="TableStyleMedium2", showRowStripes=True),
    )


def _describe(book: Workbook, when: datetime) -> None:
    book.properties = DocumentProperties(
        creator="getcontacts", title="Contacts from GREEN-API", created=when, modified=when
    )
    # else Excel recalculates what has no formulas, and asks whether to save that
    book.calculation = CalcProperties(fullCalcOnLoad=False)


def _parts(book: Workbook) -> dict[str, bytes]:
    saved = BytesIO()
    ExcelWriter(book, ZipFile(saved, "w")).save()  # unlike Workbook.save it leaves the times alone
    with ZipFile(saved) as archive:
        return {name: _spelled(name, archive.read(name)) for name in archive.namelist()}


def _spelled(name: str, part: bytes) -> bytes:
    """Return a part as Excel itself spells it: exceljs finds no table and no drawing otherwise."""
    if name.startswith("xl/drawings/drawing"):
        return _UNPREFIXED.sub(rb"<\1xdr:", part).replace(b' xmlns="', b' xmlns:xdr="', 1)
    if name.endswith(".rels") and name.startswith("xl/"):
        above = b"" if name.startswith("xl/_rels/") else b"../"
        return part.replace(b'Target="/xl/', b'Target="' + above)
    return part
