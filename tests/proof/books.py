"""Workbooks by other programs, made while the tests run: our table laid beside a user's things.

The table is the same everywhere: on the sheet People from B3, six people in rows 4 to 9, our four
columns, then the user's notes and amounts and a formula of the whole column. All formulas have the
results that a spreadsheet program would have stored.
"""

from __future__ import annotations

import base64
import json
import re
import tempfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from lxml import etree
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table, TableColumn, TableFormula, TableStyleInfo

from tests.hosts.exceljs import run_node
from tests.hosts.libreoffice import convert
from tests.ooxml.update_files import contact, parts, replaced, saved, zipped

TITLES = ("id", "name", "contactName", "type", "notes", "amount", "twice")
NAMES = ("Ann", "Bob", "Eve", "Dora", "Emil", "Fatma")
PEOPLE = tuple(contact(n, name) for n, name in enumerate(NAMES, 1))
TOP, BOTTOM = 4, 9  # the first and the last data row
OURS, COLUMNS = range(2, 6), range(2, 9)  # our columns, and all of the table
TWICE = "Contacts[[#This Row],[amount]]*2"
TOTAL = sum(10 * n for n in range(1, 7))
LETTERS = sum(map(len, NAMES))
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ROWS: list[tuple[Any, ...]] = [
    (each.id, each.name, "", each.type, f"about {each.name}", 10 * n)
    for n, each in enumerate(PEOPLE, 1)
]
BESIDE: dict[str, Any] = {
    "A1": "my list",
    "J4": 5,
    "J5": 7,
    "J6": 0.25,
    "K3": "rate",
    "A20": "far below",
    "J12": "x",
}
SUMS: dict[str, tuple[str, object]] = {
    "A1": ("COUNTA(Contacts[id])", 6),
    "A2": ("COUNTA(People!B4:B9)", 6),
    "A3": ("SUM(People!$G$4:$G$9)", TOTAL),
    "A4": ('VLOOKUP("120255501002@c.us",People!B4:H9,2,FALSE)', ""),
    "A5": ("People!C4", "Ann"),
    "A6": ("A2*2", 12),
    "A7": ("1+1", 2),
    "A8": ("SUM(People!J4:J6)", 12.25),
    "A9": ("SUMPRODUCT(LEN(Contacts[name]))", LETTERS),
    "A10": ('INDIRECT("People!J4")', 5),
    "A11": ('INDEX(Contacts[name],2)&"!"', "Bob!"),
    "A12": ('COUNTIF(Everybody,"?*")', 6),
    "A13": ("SUM(Contacts[amount])+Other!A1", TOTAL + 3),
    "A14": ('IF(TRUE,"a <b> & ""c""",People!J5)', 'a <b> & "c"'),
}
SUMS["A4"] = (f'VLOOKUP("{PEOPLE[1].id}",People!B4:H9,2,FALSE)', "Bob")
ARRAY = ("C1:C3", "LEN(People!C4:C6)", [len(name) for name in NAMES[:3]])
OTHER: dict[str, tuple[str, object]] = {"A1": ("1+2", 3), "A2": ("A1*People!J4", 15)}
FEATURES = ("totals", "filter", "chartsheet", "1904", "dynamic", "below", "protected")


def by_xlsxwriter(*features: str) -> bytes:
    """Return a workbook with all that XlsxWriter can put around a table, and some features."""
    stream = BytesIO()
    options: dict[str, object] = {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    made = xlsxwriter.Workbook(stream, options | {"date_1904": "1904" in features})
    sheet, sums, other = (made.add_worksheet(name) for name in ("People", "Sums", "Other"))
    _xlsxwriter_table(made, sheet, features)
    _xlsxwriter_guests(made, sheet)
    for cells, at in ((SUMS, sums), (OTHER, other)):
        for cell, (formula, value) in cells.items():
            at.write_formula(cell, f"={formula}", None, value)
    _xlsxwriter_array(sums, dynamic="dynamic" in features)
    made.define_name("Everybody", "=People!$C$4:$C$9")
    made.define_name("Other!Mine", "=People!$J$4:$J$6")
    made.set_properties({"title": "Ours", "author": "somebody"})
    if "totals" in features:
        sums.write_formula("E1", "=People!G10+1", None, TOTAL + 1)
    if "protected" in features:
        other.protect("secret")
        other.hide()
    if "chartsheet" in features:
        made.add_chartsheet("Drawn").set_chart(_xlsxwriter_chart(made))
    made.close()
    return _filtered(stream.getvalue()) if "filter" in features else stream.getvalue()


def _filtered(data: bytes) -> bytes:
    """Return a workbook whose table leaves out Bob, which XlsxWriter cannot say."""
    filters = '<filterColumn colId="1"><filters><filter val="Ann"/></filters></filterColumn>'
    change = {
        "xl/tables/table1.xml": lambda t: re.sub(
            r'(<autoFilter ref="[^"]*")/>', rf"\1>{filters}</autoFilter>", t
        )
    }
    return replaced(data, change)


def _xlsxwriter_table(made: Any, sheet: Any, features: Sequence[str]) -> None:
    text, money = made.add_format({"num_format": "@"}), made.add_format({"num_format": "0.00"})
    columns: list[dict[str, object]] = [{"header": title, "format": text} for title in TITLES]
    columns[5]["format"] = money
    columns[6] = {"header": "twice", "formula": f"={TWICE}"}
    totals = "totals" in features
    if totals:
        columns[0]["total_string"] = "Total"
        columns[5] |= {"total_function": "sum", "total_value": TOTAL}
    sheet.add_table(
        f"B3:H{BOTTOM + totals}",
        {"name": "Contacts", "columns": columns, "data": ROWS, "total_row": totals},
    )
    for row, line in enumerate(ROWS, TOP):
        sheet.write_formula(f"H{row}", f"={TWICE}", None, 2 * int(line[5]))
    if "filter" in features:
        sheet.set_row(4, None, None, {"hidden": True})
    if "below" in features:
        sheet.write("C14", "below the table")
        sheet.write_formula("D14", "=1+1", None, 2)


def _xlsxwriter_array(sums: Any, *, dynamic: bool) -> None:
    area, formula, values = ARRAY
    write = sums.write_dynamic_array_formula if dynamic else sums.write_array_formula
    write(area, f"{{={formula}}}", None, values[0])
    for row, value in enumerate(values[1:], 2):
        sums.write_number(f"C{row}", value)


def _xlsxwriter_chart(made: Any) -> Any:
    chart = made.add_chart({"type": "column"})
    chart.add_series({"categories": "=People!$C$4:$C$9", "values": "=People!$G$4:$G$9"})
    chart.add_series({"values": "=People!$J$4:$J$6", "name": "=People!$K$3"})
    return chart


def _xlsxwriter_guests(made: Any, sheet: Any) -> None:
    red = made.add_format({"bg_color": "#FF0000", "bold": True})
    for cell, value in BESIDE.items():
        sheet.write(cell, value)
    sheet.write_rich_string("L3", "rich ", red, "text")
    sheet.write_datetime("L4", date(2026, 11, 23), made.add_format({"num_format": "d mmm yyyy"}))
    sheet.write_boolean("L5", True)
    sheet.write_formula("L6", "=1/0", None, "#DIV/0!")
    sheet.write_formula("L7", '="a "&" b"', None, "a  b")
    sheet.merge_range("L10:M11", "merged", red)
    sheet.conditional_format("G4:G9", {"type": "data_bar", "data_bar_2010": True})
    rule = {"type": "formula", "criteria": '=$F4="about Bob"', "format": red}
    sheet.conditional_format("F4:F9", rule)
    sheet.data_validation("F4:F9", {"validate": "length", "criteria": "<", "value": 99})
    sheet.data_validation("L12", {"validate": "list", "source": "=$C$4:$C$9"})
    sheet.write_comment("F5", "She prefers mornings.")
    sheet.write_url("L13", "https://example.org/", string="a link")
    sheet.insert_image("N2", "dot.png", {"image_data": BytesIO(PIXEL)})
    sheet.insert_chart("N6", _xlsxwriter_chart(made))
    sheet.insert_textbox("N22", "a box")
    sheet.add_sparkline("L15", {"range": "People!G4:G9"})
    sheet.ignore_errors({"number_stored_as_text": "B4:F9"})
    sheet.add_table("P3:Q5", {"name": "Rates", "data": [["a", 1], ["b", 2]]})
    sheet.freeze_panes(3, 2)
    sheet.set_column("B:B", 24)
    sheet.set_row(6, 40)
    sheet.set_header("&L&D")
    sheet.print_area("A1:H9")
    sheet.repeat_rows(2)


def by_openpyxl(*features: str) -> bytes:
    """Return a workbook with what openpyxl can put around a table."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "People"
    for row in range(len(ROWS)):
        for column, value in enumerate((*ROWS[row], f"={TWICE}"), 2):
            sheet.cell(TOP + row, column, value or None)
    for column, title in enumerate(TITLES, 2):
        sheet.cell(TOP - 1, column, title)
    sheet.add_table(_openpyxl_table(totals="totals" in features))
    if "totals" in features:
        sheet["B10"], sheet["G10"] = "Total", "=SUBTOTAL(109,Contacts[amount])"
    for cell, value in BESIDE.items():
        sheet[cell] = value
    sums, other = made.create_sheet("Sums"), made.create_sheet("Other")
    for cell, (formula, _) in SUMS.items():
        sums[cell] = f"={formula}"
    for cell, (formula, _) in OTHER.items():
        other[cell] = f"={formula}"
    area, formula, _ = ARRAY
    sums["C1"] = ArrayFormula(area, f"={formula}")
    made.defined_names["Everybody"] = DefinedName("Everybody", attr_text="People!$C$4:$C$9")
    _openpyxl_guests(made, sheet, features)
    return with_results(saved(made), totals="totals" in features)


def _openpyxl_table(*, totals: bool) -> Table:
    table = Table(displayName="Contacts", ref=f"B3:H{BOTTOM + totals}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium9", showRowStripes=True)
    table._initialise_columns()  # type: ignore[attr-defined]  # the stubs miss it
    for column, title in zip(table.tableColumns, TITLES, strict=True):
        column.name = title
    table.tableColumns[6].calculatedColumnFormula = TableFormula(attr_text=TWICE)
    if totals:
        first, amount = table.tableColumns[0], table.tableColumns[5]
        assert isinstance(first, TableColumn)
        assert isinstance(amount, TableColumn)
        table.totalsRowCount, table.autoFilter = 1, AutoFilter(ref=f"B3:H{BOTTOM}")
        first.totalsRowLabel, amount.totalsRowFunction = "Total", "sum"
    return table


def _openpyxl_guests(made: Workbook, sheet: Any, features: Sequence[str]) -> None:
    sheet["F5"].comment = Comment("She prefers mornings.", "me")
    listed = DataValidation(type="list", formula1="$C$4:$C$9")
    listed.add("L12")
    sheet.add_data_validation(listed)
    sheet.conditional_formatting.add("G4:G9", CellIsRule(operator="lessThan", formula=["20"]))  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add("L4:L5", FormulaRule(formula=["COUNTIF($C$4:$C$9,$L4)>1"]))  # type: ignore[no-untyped-call]
    sheet.merge_cells("L10:M11")
    sheet.column_dimensions["B"].width = 24
    sheet.row_dimensions[7].height = 40
    sheet.freeze_panes = "C4"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=7, min_row=TOP, max_row=BOTTOM))
    chart.set_categories(Reference(sheet, min_col=3, min_row=TOP, max_row=BOTTOM))
    if "chartsheet" in features:
        made.create_chartsheet("Drawn").add_chart(chart)
    else:
        sheet.add_chart(chart, "N2")
    if "filter" in features:
        sheet.row_dimensions[5].hidden = True
    if "1904" in features:
        made.epoch = CALENDAR_MAC_1904


def with_results(data: bytes, *, totals: bool = False) -> bytes:
    """Return a workbook of these sheets with the results that openpyxl leaves out."""
    people: dict[str, object] = {f"H{row}": 20 * (row - TOP + 1) for row in range(TOP, BOTTOM + 1)}
    people |= {"G10": TOTAL} if totals else {}
    sums = {cell: value for cell, (_, value) in SUMS.items()}
    sums |= {f"C{row}": value for row, value in enumerate(ARRAY[2], 1)}
    other = {cell: value for cell, (_, value) in OTHER.items()}
    texts = parts(data)
    for number, results in enumerate((people, sums, other), 1):
        part = f"xl/worksheets/sheet{number}.xml"
        texts[part] = _with_values(texts[part], results)
    return zipped(texts)


def _with_values(sheet: bytes, results: dict[str, object]) -> bytes:
    root = etree.fromstring(sheet)
    for cell in root.iter("{*}c"):
        value = results.get(cell.get("r", ""))
        if value is not None:
            for old in cell.findall("{*}v"):
                cell.remove(old)
            etree.SubElement(cell, str(cell.tag)[:-1] + "v").text = str(value)
            cell.attrib.pop("t", None)
            if isinstance(value, str):
                cell.set("t", "str")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def by_exceljs(*features: str) -> bytes:
    """Return a workbook by exceljs; skips the test loudly where that cannot be had."""
    wish = {
        "titles": TITLES,
        "rows": [[*line, None] for line in ROWS],
        "twice": TWICE,
        "beside": BESIDE,
        "sums": SUMS,
        "other": OTHER,
        "totals": "totals" in features,
        "total": TOTAL,
        "filter": "filter" in features,
        "picture": base64.b64encode(PIXEL).decode(),
        "date1904": "1904" in features,
    }
    return run_node(Path(__file__).with_name("exceljs_book.cjs"), json.dumps(wish))


def by_libreoffice(data: bytes) -> bytes:
    """Return a workbook as LibreOffice saves it."""
    with tempfile.TemporaryDirectory() as name:
        there = Path(name) / "book.xlsx"
        there.write_bytes(data)
        return convert(there, "xlsx", Path(name) / "saved").read_bytes()
