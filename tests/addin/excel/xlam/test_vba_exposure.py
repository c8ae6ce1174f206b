"""Nothing that a cell, a shape or Application.Run can reach takes code, a command or a path."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlwings
from lxml import etree

from addin.excel import ribbon
from addin.excel.xlam.builder import build
from tests.addin.excel.xlam.vba import INTERPRETER, built, sources
from tests.addin.excel.xlam.vba_audit import Code, findings, parsed, result_of, text_of

POINTERS = "(ByRef Result As Variant, ByVal CommandPointer As LongPtr, ByVal Mode As Long) As Long"
CONTROL = "(control As IRibbonControl)"
ALLOWED = {
    # what a cell, a shape, a button and Excel itself may call
    "Public Function GETCONTACT(id_or_phone, Optional field, Optional account)",
    "Public Function GETCONTACTS(Optional kind, Optional count, Optional headers, Optional account)",
    "Public Function GETCONTACTSINFO(Optional account)",
    f"Public Sub ContactsRefresh{CONTROL}",
    f"Public Sub ContactsUndo{CONTROL}",
    f"Public Sub ContactsExport{CONTROL}",
    f"Public Sub ContactsAccount{CONTROL}",
    f"Public Sub ContactsCheck{CONTROL}",
    f"Public Sub ContactsHelp{CONTROL}",
    f"Public Sub ContactsAllow{CONTROL}",
    "Public Sub RefreshSheet()",
    "Public Sub UndoRefresh()",
    "Public Sub DescribeFunctions()",
    # helpers: the one parameter among them is a number that selects a constant
    "Private Sub Workbook_Open()",
    "Private Sub Press(ByVal button As Long)",
    "Private Function Python()",
    "Private Function CallingWorkbook()",
    "Private Sub LoadOnce()",
    "Private Function WindowsFolder()",
    "Private Function MacStart()",
    # where a library takes a text, it takes a pointer: no cell has one
    'Private Declare LoadLibraryW "kernel32" (ByVal FilePointer As LongPtr) As LongPtr',
    'Private Declare GetCurrentDirectoryW "kernel32" (ByVal Size As Long, ByVal FolderPointer As LongPtr) As Long',
    'Private Declare SetCurrentDirectoryW "kernel32" (ByVal FolderPointer As LongPtr) As Long',
    f'Private Declare XLPyDLLActivateAuto "xlwings64-{xlwings.__version__}.dll" {POINTERS}',
    f'Private Declare XLPyDLLActivateAuto "xlwings32-{xlwings.__version__}.dll" {POINTERS}',
}
PARTS = {
    *("[Content_Types].xml", "_rels/.rels", "customUI/customUI14.xml"),
    *("docProps/app.xml", "docProps/core.xml"),
    *("xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/theme/theme1.xml", "xl/vbaProject.bin"),
    *("xl/workbook.xml", "xl/worksheets/sheet1.xml"),
}
LOG = "Library/Containers/com.microsoft.Excel/Data/xlwings.log"
MAC = "/Users/me/my $(venv)/bin/python"

# what add-ins were built from until version 0.1.0: xlwings' own text, and these callbacks
FORMER_CALLBACKS = """\
Attribute VB_Name = "ContactsRibbon"
Option Explicit

Public Sub ContactsRefresh(control As IRibbonControl)
    RunPython "import addin.ribbon; addin.ribbon.refresh()"
    On Error Resume Next
    Application.OnUndo "Undo refresh", "'" & ThisWorkbook.Name & "'!UndoRefresh"
End Sub
"""
FORMER = Path(xlwings.__file__).with_name("xlwings_custom_addin.bas").read_text("cp1252")


def code(addin: bytes = b"") -> Code:
    return parsed(sources(addin or built())["ContactsAddin"])


@pytest.mark.parametrize("interpreter", [INTERPRETER, MAC, r"C:\Łukasz\$(x) & " "y" r"\python.exe"])
def test_the_built_file_holds_what_may_be_there_and_nothing_else(interpreter: str) -> None:
    modules = sources(build(interpreter))
    assert findings(modules, ALLOWED) == []
    found = [each for source in modules.values() for each in parsed(source).signatures]
    assert sorted(found) == sorted(ALLOWED)
    assert all("Option Explicit" in modules[name] for name in ("ThisWorkbook", "ContactsAddin"))


@pytest.mark.parametrize(
    "hole",
    [
        "Public Function RunPython(PythonCommand As String) is not among",
        "Public Function ReadFile(ByVal FileName As String) is not among",
        "Public Function ExpandEnvironmentStrings(ByVal s As String) is not among",
        'Public Declare XLPyDLLActivateAuto "xlwings64-0.37.8.dll" (ByRef Result As Variant, '
        'Optional ByVal Config As String = ""',
        'Private Declare system "libc.dylib" (ByVal Command As String)',
        'RunPython: Exec is used in another way: XLPy.Exec "" & PythonCommand & ""',
        "ReadFile: uses Open",
        "WScript: uses CreateObject",
        "the constant XLWINGS_VERSION can be seen by anybody",
    ],
)
def test_the_add_in_of_before_would_be_refused_for_each_of_its_holes(hole: str) -> None:
    found = findings({"xlwings": FORMER, "ContactsRibbon": FORMER_CALLBACKS}, ALLOWED)
    assert any(hole in each for each in found), found


CELL = (
    "Public Function GETCONTACTS(Optional kind, Optional count, Optional headers, Optional account)"
)
BUTTON = "    If ActiveWorkbook Is Nothing Then\n        MsgBox"  # in Press, behind the constants
DOOR = 'Public Declare PtrSafe Function WinExec Lib "kernel32" (ByVal a As String, ByVal b As Long)'


def findings_after(place: str, changed: str) -> list[str]:
    """Return the findings in the module of today, a place of it changed."""
    source = sources(built())["ContactsAddin"].replace("\r\n", "\n")
    assert place in source
    return findings({"ContactsAddin": source.replace(place, changed, 1)}, ALLOWED)


@pytest.mark.parametrize(
    "line",
    [
        "Python().Exec kind",
        "RefreshSheet",
        "Press kind",
        "kind = [A1]",
        'GETCONTACTS = Python().CallUDF(kind, "GETCONTACTS", Array(count), Nothing, Nothing)',
        'Python().Call Python().Module("os"), "system", Array(kind)',
        "Name kind As count",
    ],
)
def test_a_function_that_does_more_than_to_hand_its_arguments_over_is_found(line: str) -> None:
    found = findings_after(f"{CELL}\n", f"{CELL}\n    {line}\n")
    assert "ContactsAddin.GETCONTACTS: does more than to hand its arguments over" in found


@pytest.mark.parametrize(
    ("given", "also_given"),
    [
        ('CallUDF("addin.excel.udfs", ', "CallUDF(kind, "),
        ('"GETCONTACTS", Array(', "count, Array("),
        (", Nothing, Nothing)", ", ActiveWorkbook, Nothing)"),
    ],
)
def test_a_cell_chooses_neither_module_nor_function(given: str, also_given: str) -> None:
    call = "GETCONTACTS = Python().CallUDF("
    source = sources(built())["ContactsAddin"]
    whole = source[source.index(call) :].splitlines()[0]
    found = findings_after(whole, whole.replace(given, also_given))
    assert any("CallUDF is used in another way" in each for each in found)


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("server.Exec code & button", "Exec is used in another way"),
        ("server.Exec (HELP_CODE) & button", "Exec is used in another way"),
        ("If server.Exec(code) = server.Exec(button) Then Exit Sub", "Exec is used in another way"),
        ('server.Exec "exec(xw.books.active.name)"', "Exec is used in another way"),
        ("server.Exec Error", "Exec is used in another way"),
        ('code = "exec(xw.books.active.name)"', 'code becomes "exec(xw.books.active.name)"'),
        ('server.Call server.Module("os"), "system", Array(button)', "uses server.Call"),
        ("Call Python().Exec(button)", "uses Call"),
        ("Application.Run button", "uses Application.Run"),
        ("Application!Run button", "uses !"),
        ("With Application: .Run button: End With", "uses With"),
        ("Dim Run As String: Application.Run button", "uses Application.Run"),
        ("On Error GoTo Evaluate: Application.Evaluate button", "uses Application.Evaluate"),
        ("[A1] = button", "uses ["),
        ("Python() _\n    .Exec _\n    button", "Exec is used in another way"),
        ("Python().Exec\t_\n    button", "Exec is used in another way"),
        ('Application.OnTime Now, "other.xlsm!Run"', "OnTime is used in another way"),
        ('Application.OnUndo "x", ActiveWorkbook.Name', "OnUndo is used in another way"),
        ("Shell button", "uses Shell"),
        ("CreateObject button", "uses CreateObject"),
        ('TITLE = Environ("TOKEN")', "uses Environ"),
        ("Open button For Input As 1", "uses Open"),
        ("Name button As TITLE", "uses Name"),
        ("TITLE = InputB(5, 1)", "uses InputB"),
        ('MsgBox "x", vbCritical, TITLE, button, 1', "MsgBox is used in another way"),
        ('Err.Raise OUR_ERROR, , "x", button, 1', "Raise is used in another way"),
        ("LoadLibraryW button", "LoadLibraryW is used in another way"),
        ('x = "a _\n & Shell(button) & "', "uses Shell"),
        ("Rem x\n'x _\n", "uses Rem"),
        ("Public Sub Press(ByVal button As Long)", "uses Public"),
        ("End Sub: Public Sub Run(button): Shell button: End Sub", "uses Shell"),
    ],
)
def test_what_a_helper_may_not_do_is_found(line: str, finding: str) -> None:
    found = findings_after(BUTTON, f"    {line}\n{BUTTON}")
    assert any(f"ContactsAddin.Press: {finding}" in each for each in found), found


@pytest.mark.parametrize(
    "line",
    [
        "code = button",
        "LSet code = button",
        "10 code = button",
        "If(button = 9)Then code = button",
        "If button = 9 Then\n    Else code = button\n    End If",
        "For Each code In Array(button): Next",
        "Mid(code, 1) = button",
        "Dim other As String: other = button: code = other",
        "code = ActiveWorkbook.Name",
        "code = Err.Description",
    ],
)
def test_code_from_anybody_else_is_found_in_whatever_way_it_comes(line: str) -> None:
    found = findings_after(BUTTON, f"    {line}\n{BUTTON}")
    assert "ContactsAddin.Press: Exec is given more than constants in: server.Exec code" in found


@pytest.mark.parametrize(
    ("place", "changed", "library"),
    [
        (
            "LoadOnce\n        words =",
            "words(0) = ActiveWorkbook.Name\n words =",
            "XLPyDLLActivateAuto",
        ),
        ("SERVE & vbNullChar", "SERVE & ActiveWorkbook.Name & vbNullChar", "XLPyDLLActivateAuto"),
        ("WindowsFolder = ", "WindowsFolder = ActiveWorkbook.Path & ", "LoadLibraryW"),
        ("WindowsFolder = ", "WindowsFolder = ActiveWorkbook.Path & ", "SetCurrentDirectoryW"),
        (
            'file = folder & "',
            'Dim former As String: GetCurrentDirectoryW LONGEST_PATH, StrPtr(former)\nfile = former & "',
            "LoadLibraryW",
        ),
    ],
)
def test_a_command_or_a_folder_that_a_workbook_chooses_is_found(
    place: str, changed: str, library: str
) -> None:
    found = findings_after(place, changed)
    assert any(f"{library} is given more than constants" in each for each in found), found


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("Public Const SECRET As String = 1", "the constant SECRET can be seen by anybody"),
        (
            "#If Win64 Then\nPublic Const SERVE As String = 1\n#End If",
            "SERVE can be seen by anybody",
        ),
        ('Private Const SECRET As String = Environ("TOKEN")', "Private Const SECRET"),
        ("Private Const SECRET As String = Environ", "the constant SECRET uses Environ"),
        (f'Private Const SAFE As String = "x": {DOOR}', "Private Const SAFE"),
        (f"Option Explicit: {DOOR}", "Option Explicit: Public Declare"),
        (DOOR, "Public Declare WinExec"),
        (DOOR.removeprefix("Public "), "Public Declare WinExec"),
        (f"Attribute VB_Exposed = True: {DOOR}", "Attribute VB_Exposed"),
        (f"#If Mac Then: {DOOR}\n#End If", "#If Mac Then: Public Declare"),
        ("Public Shared As Object", "Public Shared As Object"),
        ("Sub Open_Door(path)\nEnd Sub", "Public Sub Open_Door(path) is not among"),
        ("public sub open_door(path): shell path: end sub", "public sub open_door"),
        ("Friend Sub Door(path)\nEnd Sub", "Friend Sub Door(path) is not among"),
        ("Property Let Door(path)\nEnd Property", "Public Property Let Door(path) is not among"),
        ("Private Static Sub Door(path)\nEnd Sub", "Private Static Sub Door(path)"),
        ("'a comment that goes on _\n'here", "'a comment that goes on _"),
    ],
)
def test_a_new_declaration_is_found(line: str, finding: str) -> None:
    found = findings_after("Private Const OUR_ERROR", f"{line}\nPrivate Const OUR_ERROR")
    assert any(finding in each for each in found), found


@pytest.mark.parametrize(
    ("place", "changed"),
    [
        ('Lib "kernel32" (ByVal FilePointer', 'Lib "kernel32" Alias "WinExec" (ByVal FilePointer'),
        ("Private Declare PtrSafe Function LoadLibraryW", "Declare PtrSafe Function LoadLibraryW"),
        ("Private Sub Press(", "Sub Press("),
        ("Private Sub Press(ByVal button As Long)", "Private Sub Press(ByVal button As String)"),
        ("Public Sub RefreshSheet()", "Public Sub RefreshSheet(Optional code)"),
    ],
)
def test_a_declaration_that_changed_is_found(place: str, changed: str) -> None:
    assert any("is not among what may be there" in each for each in findings_after(place, changed))


def test_nothing_but_its_vba_and_the_ribbon_could_start_anything_in_the_file() -> None:
    with ZipFile(io.BytesIO(built())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert set(parts) == PARTS  # no sheet of Excel 4 macros, link, connection, control or object
    assert b"<definedName " not in parts["xl/workbook.xml"], "as Auto_Open would be"
    assert b"<f>" not in parts["xl/worksheets/sheet1.xml"]
    for name in (each for each in parts if each.endswith(".rels")):
        assert b"TargetMode" not in parts[name], "as a link to another file has"


def test_excel_asks_the_add_in_for_nothing_before_a_button_is_pressed() -> None:
    with ZipFile(io.BytesIO(built())) as package:
        ribbon_xml = etree.fromstring(package.read("customUI/customUI14.xml"))
    given = {name for each in ribbon_xml.iter() for name in each.attrib}
    callbacks = {name for name in given if name.startswith(("on", "get", "load"))}
    assert callbacks == {"onAction"}


def test_python_on_windows_is_started_by_one_constant_line_that_names_no_folder() -> None:
    line = text_of(code(), "SERVE")
    assert line == """.\\python.exe -I -B -c "import xlwings; xlwings.serve('$(CLSID)')\""""
    assert result_of(code(), "WindowsFolder") == INTERPRETER.removesuffix(r"\python.exe")
    libraries = [f"xlwings{bits}-{xlwings.__version__}.dll" for bits in (64, 32)]
    assert [text_of(code(), value) for value in code().values("LIBRARY")] == libraries


def test_each_button_runs_one_constant_statement_of_our_own_module() -> None:
    module = "addin.excel.ribbon"
    constants = [name for _, name, _ in code().constants if name.endswith("_CODE")]
    assert code().procedure("Press").assigned("code") == constants
    told = [text_of(code(), name) for name in constants]
    names = ("refresh", "undo", "undo_last_press", "export", "account", "check", "help", "allow")
    assert told == [f"import {module}; {module}.{name}()" for name in names]
    assert all(callable(getattr(ribbon, name)) for name in names)


@pytest.mark.parametrize("folder", ["venv", "My $(touch x)", "Bob's", "`touch x`", "Zoë 李", 'a"b'])
def test_on_a_mac_the_shell_runs_the_isolated_python_of_any_folder(
    tmp_path: Path, folder: str
) -> None:
    python = tmp_path / folder / "python"
    python.parent.mkdir()
    python.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" > "$(dirname "$0")/arguments"\necho started >&2\n'
    )
    python.chmod(0o755)
    built_for_mac = code(build(str(python)))
    told = [text_of(built_for_mac, "HELP_CODE"), text_of(built_for_mac, "MAC_REST")]
    given = result_of(built_for_mac, "MacStart") + "".join(told)
    log = tmp_path / LOG
    log.parent.mkdir(parents=True)
    command = ["sh", "-c", as_the_script_does(given)]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)}, check=True)
    arguments = (python.parent / "arguments").read_text().splitlines()
    assert arguments[:4] == ["-I", "-B", "-u", "-W"]
    assert arguments[6] == (
        "import xlwings.utils;xlwings.utils.prepare_sys_path('FALSE');"
        "import addin.excel.ribbon; addin.excel.ribbon.help() "
    )
    assert arguments[7:9] == ["--wb=-", "--from_xl=1"], "no workbook has a say in it"
    assert log.read_text() == "started\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([folder, "Library"])


def as_the_script_does(given: str) -> str:
    """Return the shell command that xlwings' AppleScript makes, run here and not in the background."""
    path, python, statement, book, application, log = given.split("|")
    return (
        f'{python} -B -u -W ignore -c "import xlwings.utils;xlwings.utils.prepare_sys_path'
        f'(\'{path}\');{statement} " "--wb={book}" "--from_xl=1" "--app={application}" '
        f'> /dev/null 2>"{log}"'
    )


def test_that_is_what_the_script_of_this_xlwings_does() -> None:
    version = xlwings.__version__
    script = Path(xlwings.__file__).with_name(f"xlwings-{version}.applescript").read_text("utf-8")
    assert '" -B -u -W ignore -c \\"import xlwings.utils;' in script
    assert 'SplitString(ParameterString, "|")' in script
    assert text_of(code(), "MAC_SCRIPT") == f"xlwings-{version}.applescript"


def test_excels_python_takes_no_module_from_where_it_is_started(tmp_path: Path) -> None:
    (tmp_path / "colorsys.py").write_text("print('planted')")
    options = text_of(code(), "SERVE").split()[1:3]
    assert options == ["-I", "-B"]
    run = [sys.executable, *options, "-c", "import colorsys"]
    told = subprocess.run(
        run,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == ""
