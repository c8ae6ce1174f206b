"""Which modules the add-in's VBA project has, and the source of each."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from addin.xlam.dir_stream import Kind, Module
from addin.xlam.wrappers import Function, functions, udfs_module
from addin.xlam.xlwings_text import dictionary_class, xlwings_module

PROJECT = "GreenApiContacts"  # not GetContacts: VBA would take it for the function GETCONTACTS
UDFS = "addin.udfs"
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
    On Error Resume Next 'Excel may have no window yet to take these texts for
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
        Module(WORKBOOK, Kind.DOCUMENT, _this_workbook(wrapped)),
        Module(SHEET, Kind.DOCUMENT, _DOCUMENT.format(name=SHEET, guid=SHEET_CLASS)),
        Module("xlwings", Kind.MODULE, xlwings_module()),
        Module("Dictionary", Kind.CLASS, dictionary_class()),
        Module("xlwings_udfs", Kind.MODULE, udfs_module(wrapped)),
        Module("ContactsRibbon", Kind.MODULE, text_of("contacts.bas")),
    ]


def text_of(name: str) -> str:
    """Return a text that lies beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _this_workbook(wrapped: Iterable[Function]) -> str:
    """Return the module that gives Excel's function window its texts when the add-in opens."""
    calls = "".join(map(_described, wrapped))
    return _DOCUMENT.format(name=WORKBOOK, guid=WORKBOOK_CLASS) + _ON_OPEN.format(calls=calls)


def _described(function: Function) -> str:
    return _CALL.format(
        name=function.name,
        description=_literal(function.description),
        category=_literal(function.category),
        arguments=", _\n            ".join(map(_literal, function.argument_texts)),
    )


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
