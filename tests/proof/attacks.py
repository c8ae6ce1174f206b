"""Make a workbook that tries every known way from a cell into the add-in; all of it is harmless.

    python -m tests.proof.attacks attacks.xlsx

Open it in Excel with the add-in installed, enable editing, and compare columns B and C. If one of
the attacks ran, it would write a file into the folder for temporary files, and nothing else.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.chart.data_source import NumDataSource, NumRef
from openpyxl.chart.series import Series
from openpyxl.formatting.rule import Rule
from openpyxl.packaging.relationship import Relationship
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.external_link.external import (
    ExternalBook,
    ExternalDefinedName,
    ExternalLink,
    ExternalSheetNames,
)
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

# finds the add-in in Excel's start folder, whatever the user's name is
STARTUP = "http://schemas.microsoft.com/office/2006/relationships/xlExternalLinkPath/xlStartup"
ADDIN = "GetContacts.xlam"
MARK = "getcontacts-attack.txt"
PYTHON = (
    "import pathlib, tempfile; "
    f"pathlib.Path(tempfile.gettempdir(), '{MARK}').write_text('an attack ran')"
)
COMMAND = rf"cmd.exe /c echo an attack ran> %TEMP%\{MARK}"
ERROR = "an error value such as #NAME?, #REF! or #VALUE!"
NOTHING = f"nothing happens, and no file {MARK} is in the folder %TEMP%"


class Attack(NamedTuple):
    """What is tried, with which call, and what must be seen."""

    tried: str
    call: str
    seen: str = ERROR


def _python(function: str) -> str:
    return f'{function}("{PYTHON}")'


# what add-ins of version 0.1 showed to every cell
FORMER = (
    Attack("run Python code", _python("RunPython")),
    Attack("run a program", r'RunFrozenPython("C:\Windows\System32\whoami.exe")'),
    Attack("run Python code the other way", f'ExecuteWindows(FALSE,"{PYTHON}","python")'),
    Attack("read a file", r'ReadFile("C:\Windows\win.ini")'),
    Attack("read the environment", 'ExpandEnvironmentStrings("%USERNAME%")'),
    Attack("read a setting", 'GetConfig("INTERPRETER_WIN")'),
    Attack("read Python's command line", "XLPyCommand()"),
    Attack("get Python itself", "XLPy()"),
    Attack("start a process by the DLL", f'XLPyDLLActivateAuto(A1,"{COMMAND}",1)'),
    Attack("call the DLL", "XLPyDLLNDims(A1,1,FALSE,A1)"),
    Attack("ask the DLL for its version", 'XLPyDLLVersion("",0,"")'),
)
# what the add-in holds, private
PRIVATE = (
    Attack("start a process by the DLL, by a number", "XLPyDLLActivateAuto(A1,12345,1)"),
    Attack("load a library", "LoadLibraryW(12345)"),
    Attack("change Excel's folder", "SetCurrentDirectoryW(12345)"),
    Attack("ask for Excel's folder", "GetCurrentDirectoryW(0,0)"),
    Attack("get Python itself", "Python()"),
    Attack("learn where Python is", "WindowsFolder()"),
    Attack("learn what is told of this workbook", "CallingWorkbook()"),
    Attack("press a button", "Press(7)", f"{ERROR}, and no help appears"),
)
# what is public for buttons, shapes and Excel itself; none of these three writes anything
BUTTONS = (
    Attack("press a button", "UndoRefresh()", f"{ERROR}, and no message appears"),
    Attack("press a button of the ribbon", "ContactsHelp(A1)", f"{ERROR}, and no help appears"),
    Attack("run the hook of the start", "DescribeFunctions()"),
)
CONTROL = Attack(
    "nothing: this one shows that the link to the add-in works",
    "GETCONTACTSINFO()",
    "the word account",
)
NAMED = Attack("run Python code, by a defined name", "attack_name")
HOVERS = (
    Attack(
        "run Python code when the mouse passes",
        f"HYPERLINK([1]!{_python('RunPython')},1)",
        f"{ERROR}; move the mouse over it: {NOTHING}",
    ),
    Attack(
        "press a button when the mouse passes",
        "HYPERLINK([1]!UndoRefresh(),1)",
        f"{ERROR}; move the mouse over it: no message appears",
    ),
)
CLICKED = (  # macros of shapes; an apostrophe and quotes let them take arguments
    f"[1]!'RunPython \"{PYTHON}\"'",
    f'[1]!\'XLPyDLLActivateAuto "", "{COMMAND}", 1\'',
    f'[1]!\'ExecuteMac "{PYTHON}", "python3"\'',
    "[1]!'LoadLibraryW 12345'",
    "[1]!'Press 99'",
)
HEAD = ("What is tried", "What the cell shows", "What it must show")
DRAWING_NS = (
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
SHAPE = """\
<xdr:twoCellAnchor {ns}><xdr:from><xdr:col>4</xdr:col><xdr:colOff>0</xdr:colOff>\
<xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>6</xdr:col>\
<xdr:colOff>0</xdr:colOff><xdr:row>{end}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>\
<xdr:sp macro={macro} textlink=""><xdr:nvSpPr><xdr:cNvPr id="{id}" name="Attack {id}"/>\
<xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1" cy="1"/></a:xfrm>\
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r>\
<a:t>Click: an error message, or nothing</a:t></a:r></a:p></xdr:txBody></xdr:sp>\
<xdr:clientData/></xdr:twoCellAnchor>"""


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield what is tried, the formula, and what must be seen."""
    for attack in (CONTROL, *FORMER, *PRIVATE, *BUTTONS):
        yield f"{attack.tried}, by a link to the start folder", f"=[1]!{attack.call}", attack.seen
    for attack in FORMER:
        yield f"{attack.tried}, by the bare name", f"={attack.call}", attack.seen
    yield NAMED.tried, f"={NAMED.call}", NAMED.seen
    for hover in HOVERS:
        yield hover.tried, f"={hover.call}", hover.seen


def workbook() -> bytes:
    """Return the workbook as a file's bytes."""
    book = Workbook()
    assert book.calculation is not None
    book.calculation.fullCalcOnLoad = True  # enabling editing is enough for it all to be tried
    book._external_links.append(_link())  # type: ignore[attr-defined]  # openpyxl has no other way
    book.defined_names["attack_name"] = DefinedName(
        "attack_name", attr_text=f"[1]!{_python('RunPython')}"
    )
    sheet = book.worksheets[0]
    sheet.title = "Attacks"
    _fill(sheet)
    _hide_in_rules(sheet)
    saved = io.BytesIO()
    book.save(saved)
    return _with_shapes(saved.getvalue())


def _link() -> ExternalLink:
    tried = (CONTROL, *FORMER, *PRIVATE, *BUTTONS)
    names = sorted({attack.call.partition("(")[0] for attack in tried})
    known = [ExternalDefinedName(name=name) for name in names]
    book = ExternalBook(
        sheetNames=ExternalSheetNames(["getcontacts.conf"]),
        definedNames=known,
        id="rId1",
    )
    link = ExternalLink(externalBook=book)
    link.file_link = Relationship(Type=STARTUP, Target=ADDIN, TargetMode="External", Id="rId1")
    return link


def _fill(sheet: Worksheet) -> None:
    sheet.append(HEAD)
    for row in rows():
        sheet.append(row)
    last = sheet.max_row
    sheet.append((f"Afterwards, and after a click on each shape: {NOTHING}.",))
    for column, width in zip("ABC", (70, 30, 70), strict=True):
        sheet.column_dimensions[column].width = width
        sheet[f"{column}1"].font = Font(bold=True)
        for cell in sheet[column]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    chart = BarChart()  # its values are asked for whenever it is drawn
    source = NumDataSource(numRef=NumRef(f="Attacks!attack_name"))
    chart.series.append(Series(idx=0, order=0, val=source))
    sheet.add_chart(chart, f"E{last}")


def _hide_in_rules(sheet: Worksheet) -> None:
    """Let a conditional format and a validation calculate the name, too."""
    red = DifferentialStyle(fill=PatternFill(bgColor="FFFF0000"))
    sheet.conditional_formatting.add("A1", Rule("expression", dxf=red, formula=["attack_name=0"]))
    choice = DataValidation(type="list", formula1="attack_name")
    sheet.add_data_validation(choice)
    choice.add("A2")


def _with_shapes(saved: bytes) -> bytes:
    """Add the shapes to the drawing: openpyxl writes none."""
    shapes = "".join(
        SHAPE.format(ns=DRAWING_NS, row=4 * at, end=4 * at + 3, id=at + 50, macro=quoteattr(macro))
        for at, macro in enumerate(CLICKED)
    )
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(saved)) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as out:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "xl/drawings/drawing1.xml":
                head, end, _ = content.decode().rpartition("</wsDr>")
                content = f"{head}{shapes}{end}".encode()
            out.writestr(name, content)
    return packed.getvalue()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(workbook())
