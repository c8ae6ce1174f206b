"""Formulas in new rows, judged by LibreOffice: what it fills down is what we write.

A formula that several cells share is filled down by whoever opens the file. Beside each such cell
stands ours; after LibreOffice has written both, they are the same.
"""

from __future__ import annotations

import itertools
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.ooxml.update_files import replaced, saved
from workbook.merge.formulas import moved

FIRST, LAST = 4, 9
CELLS = ["A4", "$A4", "A$4", "$A$4", "B2:C4", "$B$2:B4", "A:A", "4:4", "$3:4"]
SHEETS = ["", "Other!", "'it''s A4'!", "Jan2024!"]
FORMS = [
    "{}", "SUM({})", 'COUNTIF({},"A4")', "-{}%", "SUM({},Other!B4)", "IF(1<2,{},\"a\"\"A4\")",
    "ROWS({})+LOG10(100)", "SUM(Other!Tax,{})", "INDEX({},1,1)", "SUM(({},A5))", "Rate*{}",
]  # fmt: skip
ODD = [
    "SUM(A4:INDEX(A:D,ROW(),4))",
    "SUM(Other!A4:Other!D4)",
    "SUM(A4:B5 B4:C4)",
    "SUM(A4:B4,C4)",
    'SUBSTITUTE("A4","4",A4)',
    "SUM({1,2;3,4})*A4",
    "OFFSET(A4,1,0)",
    'A4&"\'"&B4',
    "SUM(A3:A4)/ROW(A$4)",
    "ATAN2(A4,B4)+1E5",
    "_xlfn.IFNA(A4,B4)",
]
CORPUS = [f.format(s + c) for f, s, c in itertools.product(FORMS, SHEETS, CELLS)] + ODD


def filled_down(formulas: list[str]) -> bytes:
    """Return a workbook with each formula shared down column E, ours beside it, block by block."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "People"
    for title in ("Other", "it's A4", "Jan2024"):
        made.create_sheet(title)
    made["Other"].defined_names["Tax"] = DefinedName("Tax", attr_text="Other!$A$1")
    made.defined_names["Rate"] = DefinedName("Rate", attr_text="Other!$A$2")
    for at, formula in enumerate(formulas):
        column = 6 + 2 * at
        sheet.cell(FIRST, column, f"={formula}")
        sheet.cell(LAST, column, f"=0+{at}")
        sheet.cell(LAST, column + 1, f"={moved(formula, LAST - FIRST)}")
    return replaced(saved(made), {"xl/worksheets/sheet1.xml": lambda t: _shared(t, sheet)})


def _shared(text: str, sheet: Worksheet) -> str:
    for at, column in enumerate(range(6, sheet.max_column + 1, 2)):
        first, last = sheet.cell(FIRST, column), sheet.cell(LAST, column)
        ref = f"{first.coordinate}:{last.coordinate}"
        text = text.replace(
            f'<c r="{first.coordinate}"><f>',
            f'<c r="{first.coordinate}"><f t="shared" ref="{ref}" si="{at}">',
        )
        text = text.replace(
            f'<c r="{last.coordinate}"><f>0+{at}</f>',
            f'<c r="{last.coordinate}"><f t="shared" si="{at}"/>',
        )
    return text


@needs_libreoffice
def test_what_libreoffice_fills_down_is_what_new_rows_get(tmp_path: Path) -> None:
    there = tmp_path / "there.xlsx"
    there.write_bytes(filled_down(CORPUS))
    opened = load_workbook(BytesIO(convert(there, "xlsx", tmp_path / "out").read_bytes()))["People"]
    differing = {}
    for at, formula in enumerate(CORPUS):
        theirs, ours = (opened.cell(LAST, 6 + 2 * at + beside).value for beside in (0, 1))
        assert str(theirs).startswith("=")
        if theirs != ours:
            differing[formula] = (theirs, ours)
    assert differing == {}
    assert len(CORPUS) > 400
