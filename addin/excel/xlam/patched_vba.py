"""xlwings' own VBA, from the installed wheel, cut down to what no workbook can steer.

A workbook is data, never configuration. As it comes, this VBA reads its settings (interpreter,
paths, licence key) from the active workbook and from files beside it first; it runs Python kept in
sheets named `*.py`; it puts the workbook's path on Python's path and on a command line; and it
takes `cmd.exe` and modules from the folder Excel stands in, where a workbook's neighbours may lie.
A settings file of the user's own goes too: the add-in's sheet is the one place, and removing the
add-in leaves nothing.

The command line without a workbook in it has one more effect: xlwings starts one Python for each
different command line, and so one for all workbooks now.
"""

from __future__ import annotations

import re
from importlib.resources import files

from addin.excel.xlam.patch import Change, changed

SETTINGS = "getcontacts"  # settings are read from the add-in's own sheet getcontacts.conf

_ONLY_EXCEL = '#If App = "Microsoft Excel" Then\n'
_NO_WORKBOOK_ON_THE_PATH = """\
    ' Nothing of a workbook gets onto Python's path or a command line
    PYTHONPATH = GetConfig("ADD_WORKBOOK_TO_PYTHONPATH", "FALSE")

"""
_A_WORKBOOK_IS_OPEN = """\
    If ActiveWorkbook Is Nothing Then
        MsgBox "Open a workbook, or enable editing in this one, and repeat.", vbExclamation
        Exit Function
    End If

"""

_THE_CALLER = """\
            XLPy.SetAttr XLPy.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
"""

SETTINGS_SHEET = (
    Change(
        "name of the settings", '_NAME As String = "myaddin"', f'_NAME As String = "{SETTINGS}"'
    ),
    Change(
        "settings from the active workbook",
        "            'Workbook Sheet Config\n",
        until="            'Add-in Sheet Config",
    ),
    Change(
        "settings from files",
        "    ' Directory Config\n",
        until="    ' Defaults\n    GetConfig = default\n",
    ),
    Change(  # Range alone is the active workbook's, and there may be none
        "settings while no workbook is open",
        'In Range(sht.Range("A1"), lastCell)',
        'In sht.Range(sht.Range("A1"), lastCell)',
    ),
)
RUN_PYTHON = (
    Change(
        "search for embedded code",
        "    ' Check for embedded Python code\n",
        _A_WORKBOOK_IS_OPEN + _NO_WORKBOOK_ON_THE_PATH,
        until='    OPTIMIZED_CONNECTION = GetConfig("USE UDF SERVER", False)\n',
    ),
    Change(
        "run of embedded code",
        "    ' PythonCommand with embedded code\n",
        until="    ' Call Python platform-dependent\n",
    ),
    Change(  # else a Python that does not start is an error box of VBA's own
        "errors of the start of Python",
        _THE_CALLER,
        f"            On Error GoTo err_handling\n\n{_THE_CALLER}",
        until='            XLPy.Exec "" & PythonCommand & ""\n',
    ),
    Change(  # it would put the workbook's name on a command line
        "run without the server",
        "RunPython = ExecuteWindows(False, PythonCommand, interpreter, PYTHONPATH)",
        'Err.Raise 1000, Description:="Use UDF Server has to be TRUE."',
    ),
    Change(  # its AppleScript hands this to a shell as it is
        "blanks in the path of Python on a Mac",
        'ParameterString + "|" + PythonInterpreter\n',
        """\
ParameterString + "|'" + Replace(PythonInterpreter, "'", "'\\''") + "'"
""",
    ),
    Change(  # xlwings' AppleScript puts the name between a shell's double quotes as it is
        "name of the workbook on a Mac",
        "    ' Transform paths\n",
        """\
    If ActiveWorkbook.Name Like "*[$`|""\\]*" Then
        Application.StatusBar = False
        MsgBox "Save this workbook under a name without $ ` | "" and \\ first.", vbExclamation
        Exit Sub
    End If

    ' Transform paths
""",
    ),
)
SERVER = (
    Change(
        "path of the workbook for the server",
        "    ' TODO: Doesn't automatically check if code is embedded\n",
        _NO_WORKBOOK_ON_THE_PATH,
        until="    ' Escaping backslashes and quotes\n",
    ),
    Change(
        "licence key",
        '    licenseKey = GetConfig("LICENSE_KEY", "")\n',
        until="    If DEBUG_UDFS = True Then\n",
    ),
    Change(
        "cmd.exe for Conda",
        '"cmd.exe " & ConsoleSwitch & " /K " & CondaCmd',
        'Environ("ComSpec") & " " & ConsoleSwitch & " /K " & CondaCmd',
    ),
    Change(
        "cmd.exe",
        '"cmd.exe " & ConsoleSwitch & " /K " & Chr(34)',
        'Environ("ComSpec") & " " & ConsoleSwitch & " /K " & Chr(34)',
    ),
    Change(  # -P: not from the current folder
        "modules of the server", 'tail = " -B -c ""import', 'tail = " -P -B -c ""import'
    ),
    Change(
        "server without an interpreter",
        """\
Private Sub XLPyLoadDLL()
    Dim PYTHON_WIN As String, CondaCmd As String, CondaPath As String, CondaEnv As String

    PYTHON_WIN = GetConfig("INTERPRETER_WIN", "")
    If PYTHON_WIN = "" Then
        ' Legacy
        PYTHON_WIN = GetConfig("INTERPRETER", "pythonw")
""",
        """\
Private Sub XLPyLoadDLL()
    Dim PYTHON_WIN As String, CondaCmd As String, CondaPath As String, CondaEnv As String

    PYTHON_WIN = GetConfig("INTERPRETER_WIN", "")
    If PYTHON_WIN = "" Then
        Err.Raise 1000, Description:="This add-in names no Python for Windows. " & _
            "Close Excel and run: getcontacts addin install"
""",
    ),
)
UNUSED = (
    Change(
        "import of functions",
        "Sub ImportPythonUDFsBase(",
        until="Private Sub GetDLLVersion()\n",
    ),
    Change(
        "programs, and functions out of sheets",
        "Function ExecuteWindows(IsFrozen",
        until="Private Sub CleanUp()\n",
    ),
    Change(
        "paths of settings files",
        _ONLY_EXCEL + "Function GetDirectoryPath(",
        until=_ONLY_EXCEL + "Function GetConfigFromSheet(",
    ),
    Change(
        "files of settings",
        "Function SaveConfigToFile(",
        until='\'Attribute VB_Name = "Utils"\n',
    ),
)
STORED_CLASS = (  # what a project stores differs from what the editor exports
    Change("header of a class", "VERSION 1.0 CLASS\n", until='Attribute VB_Name = "Dictionary"\n'),
    Change(
        "base of a class",
        "Attribute VB_GlobalNameSpace = False\n",
        'Attribute VB_Base = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"\n'
        "Attribute VB_GlobalNameSpace = False\n",
    ),
    Change(
        "attributes of a class",
        "Attribute VB_Exposed = True\n",
        "Attribute VB_Exposed = True\n"
        "Attribute VB_TemplateDerived = False\n"
        "Attribute VB_Customizable = False\n",
    ),
)


def xlwings_module() -> str:
    """Return the source of the module `xlwings`. Raises XlwingsChanged."""
    text = shipped("xlwings_custom_addin.bas")
    return changed(text, (*SETTINGS_SHEET, *RUN_PYTHON, *SERVER, *UNUSED))


def dictionary_class() -> str:
    """Return the source of the class `Dictionary`, used on a Mac only. Raises XlwingsChanged."""
    return changed(shipped("addin", "Dictionary.cls"), STORED_CLASS)


def shipped(*path: str) -> str:
    """Return a text of xlwings' as it is in the wheel, its lines ended by a line feed."""
    text = files("xlwings").joinpath(*path).read_text(encoding="cp1252")
    return re.sub(r"\r\n?", "\n", text)
