"""Nothing that a cell, a shape or Application.Run can reach takes code, a command or a path."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import xlwings

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
        'RunPython: Exec is given more than constants in: XLPy.Exec "" & PythonCommand & ""',
        "ReadFile: uses Open",
        "WScript: uses CreateObject",
        "the constant XLWINGS_VERSION can be seen by anybody",
    ],
)
def test_the_add_in_of_before_would_be_refused_for_each_of_its_holes(hole: str) -> None:
    found = findings({"xlwings": FORMER, "ContactsRibbon": FORMER_CALLBACKS}, ALLOWED)
    assert any(hole in each for each in found), found


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("    Python().Exec kind", "Exec is given more than constants"),
        ("    kind = [A1]", "evaluates [...]"),
        ("    Application.Run kind", "uses Run"),
        ("    Application.OnTime Now, kind", "OnTime is given more than constants"),
        ("    Dim a As String: a = kind: Python().Exec a", "Exec is given more than constants"),
        ("    SetCurrentDirectoryW kind", "SetCurrentDirectoryW is given more than constants"),
        ("    Open kind For Input As #1", "uses Open"),
        ("    Shell kind", "uses Shell"),
        ('    GETCONTACTS = Python().CallUDF(kind, "x", Array(), Nothing, Nothing)', "CallUDF"),
    ],
)
def test_a_way_from_a_cell_to_code_would_be_found(line: str, finding: str) -> None:
    source = sources(built())["ContactsAddin"].replace("\r\n", "\n")
    head = "Public Function GETCONTACTS(Optional kind, Optional count, Optional headers, Optional account)\n"
    assert head in source
    broken = source.replace(head, f"{head}{line}\n")
    assert any(finding in each for each in findings({"ContactsAddin": broken}, ALLOWED))


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("Public Const SECRET As String = 1", "the constant SECRET can be seen by anybody"),
        ("Public Shared As Object", "Public Shared As Object"),
        ("Sub Open_Door(path)\nEnd Sub", "Public Sub Open_Door(path) is not among"),
    ],
)
def test_a_new_declaration_would_be_found(line: str, finding: str) -> None:
    source = f"{sources(built())['ContactsAddin']}\n{line}\n"
    assert any(finding in each for each in findings({"ContactsAddin": source}, ALLOWED))


def test_a_button_that_runs_what_it_is_given_would_be_found() -> None:
    source = sources(built())["ContactsAddin"]
    broken = source.replace("Case 1: code = REFRESH_CODE", "Case 1: code = button")
    assert broken != source
    [found] = findings({"ContactsAddin": broken}, ALLOWED)[:1]
    assert "Press: AppleScriptTask is given more than constants" in found


def test_a_folder_that_a_workbook_chooses_would_be_found() -> None:
    source = sources(built())["ContactsAddin"]
    broken = re.sub(r"WindowsFolder = .*", "WindowsFolder = ActiveWorkbook.Path", source)
    found = findings({"ContactsAddin": broken}, ALLOWED)
    for library in ("LoadLibraryW", "SetCurrentDirectoryW"):
        assert any(f"{library} is given more than constants" in each for each in found)


def test_python_on_windows_is_started_by_one_constant_line_that_names_no_folder() -> None:
    line = text_of(code(), "SERVE")
    assert line == """.\\python.exe -I -B -c "import xlwings; xlwings.serve('$(CLSID)')\""""
    assert result_of(code(), "WindowsFolder") == INTERPRETER.removesuffix(r"\python.exe")


def test_each_button_runs_one_constant_statement_of_our_own_module() -> None:
    module = "addin.excel.ribbon"
    told = [text_of(code(), name) for name in code().constants if name.endswith("_CODE")]
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
