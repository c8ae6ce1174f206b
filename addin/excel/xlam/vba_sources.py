"""Which modules the add-in's VBA project has, and the source of each."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from addin.excel.xlam.dir_stream import Kind, Module
from addin.excel.xlam.patched_vba import dictionary_class, xlwings_module
from addin.excel.xlam.wrappers import Function, functions, udfs_module

PROJECT = "GreenApiContacts"  # not GetContacts: VBA would take it for the function GETCONTACTS
UDFS = "addin.excel.udfs"
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
_TEXTS = """\
Attribute VB_Name = "ContactsTexts"
Option Explicit

'Excel takes texts for its function window only while a workbook is open, and starts without one.
Public Sub DescribeFunctions()
    On Error Resume Next
    If ActiveWorkbook Is Nothing Then
        Application.OnTime Now + TimeSerial(0, 0, 5), _
            "'" & ThisWorkbook.Name & "'!DescribeFunctions"
        Exit Sub
    End If
{calls}End Sub
"""
_CALL = """\
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!{name}", _
        Description:={description}, _
        Category:={category}, _
        ArgumentDescriptions:=Array( _
            {arguments})
"""


def modules() -> list[Module]:
    """Return every module. Raises XlwingsChanged where xlwings' VBA is not as it was reviewed."""
    wrapped = functions(UDFS)
    return [
        Module(
            WORKBOOK, Kind.DOCUMENT, _DOCUMENT.format(name=WORKBOOK, guid=WORKBOOK_CLASS) + _ON_OPEN
        ),
        Module(SHEET, Kind.DOCUMENT, _DOCUMENT.format(name=SHEET, guid=SHEET_CLASS)),
        Module("xlwings", Kind.MODULE, xlwings_module()),
        Module("Dictionary", Kind.CLASS, dictionary_class()),
        Module("xlwings_udfs", Kind.MODULE, udfs_module(wrapped)),
        Module("ContactsRibbon", Kind.MODULE, text_of("contacts.bas")),
        Module("ContactsTexts", Kind.MODULE, _texts(wrapped)),
    ]


def text_of(name: str) -> str:
    """Return a text that lies beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _texts(wrapped: Iterable[Function]) -> str:
    """Return the module that gives Excel's function window its texts."""
    return _TEXTS.format(calls="".join(map(_described, wrapped)))


def _described(function: Function) -> str:
    return _CALL.format(
        name=function.name,
        description=_literal(function.description),
        category=_literal(function.category),
        arguments=", _\n            ".join(map(_literal, function.argument_texts)),
    )


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
