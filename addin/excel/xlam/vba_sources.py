"""Which modules the add-in's VBA project has, and the source of each."""

from __future__ import annotations

import re
from importlib.resources import files

from addin.excel.xlam import library, start
from addin.excel.xlam.dir_stream import Kind, Module
from addin.excel.xlam.literals import expression, literal
from addin.excel.xlam.wrappers import Function, functions

PROJECT = "GreenApiContacts"  # not GetContacts: VBA would take it for the function GETCONTACTS
CODE = "ContactsAddin"  # the one module with code
UDFS, RIBBON = "addin.excel.udfs", "addin.excel.ribbon"  # what VBA calls in Python
WORKBOOK, SHEET = "ThisWorkbook", "Sheet1"  # the code names in the workbook's parts, too
WORKBOOK_CLASS, SHEET_CLASS = "00020819", "00020820"

_DOCUMENT = """\
Attribute VB_Name = "{name}"
Attribute VB_Base = "0{{{guid}-0000-0000-C000-000000000046}}"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = True
Attribute VB_Exposed = True
Attribute VB_TemplateDerived = False
Attribute VB_Customizable = True
"""
_ON_OPEN = """\
Option Explicit

Private Sub Workbook_Open()
    On Error Resume Next
    Application.OnTime Now, "'" & ThisWorkbook.Name & "'!DescribeFunctions"
End Sub
"""
_DESCRIPTION = """\
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!{name}", _
        Description:={description}, _
        Category:={category}, _
        ArgumentDescriptions:=Array( _
            {arguments})"""


def modules(interpreter: str) -> list[Module]:
    """Return every module; `interpreter` is the Python that Excel starts.

    Raises WrongUsage for an interpreter without full path, XlwingsChanged for an xlwings that was
    not reviewed.
    """
    return [
        Module(
            WORKBOOK, Kind.DOCUMENT, _DOCUMENT.format(name=WORKBOOK, guid=WORKBOOK_CLASS) + _ON_OPEN
        ),
        Module(SHEET, Kind.DOCUMENT, _DOCUMENT.format(name=SHEET, guid=SHEET_CLASS)),
        Module(CODE, Kind.MODULE, _code(interpreter)),
    ]


def text_of(name: str) -> str:
    """Return a text that lies beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _code(interpreter: str) -> str:
    """Return the module with code, each @NAME@ in its text replaced by a constant."""
    wrapped = functions(UDFS)
    constants = {
        "XLWINGS": library.reviewed(),
        "RIBBON": RIBBON,
        "SERVE": literal(start.serve_command(interpreter)),
        "WINDOWS_FOLDER": start.windows_folder(interpreter),
        "MAC_START": start.mac_start(interpreter),
        "MAC_LOG": start.MAC_LOG,
        "FUNCTIONS": "\n".join(function.source for function in wrapped),
        "DESCRIPTIONS": "\n".join(map(_described, wrapped)),
    }
    return re.sub(r"@([A-Z_]+)@", lambda place: constants[place[1]], text_of("contacts.bas"))


def _described(function: Function) -> str:
    """Return the call that gives Excel's function window the texts of a function."""
    return _DESCRIPTION.format(
        name=function.name,
        description=expression(function.description),
        category=expression(function.category),
        arguments=", _\n            ".join(map(expression, function.argument_texts)),
    )
