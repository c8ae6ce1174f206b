"""The add-in file as a whole, read back with the tools of others."""

from __future__ import annotations

import getpass
import io
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path, PureWindowsPath
from zipfile import ZipFile

import pytest
import xlwings
from lxml import etree

from addin.excel.xlam import vba_sources
from addin.excel.xlam.builder import build
from addin.excel.xlam.project import REFERENCES
from addin.excel.xlam.vba_sources import CODE, PROJECT, UDFS, modules, text_of
from addin.excel.xlam.wrappers import functions
from tests.addin.excel.xlam.vba import (
    INTERPRETER,
    built,
    decompress,
    project_of,
    settings,
    sources,
    streams,
)
from tests.hosts.libreoffice import SCRIPTS, needs_uno, run_uno
from tests.hosts.ooxml_validator import needs_validator, problems
from workbook.errors import WrongUsage

WINDOW_TEXTS = """\
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!GETCONTACTSINFO", _
        Description:="{0.description}", _
        Category:="Contacts", _
        ArgumentDescriptions:=Array( _
            "{0.argument_texts[0]}")
End Sub
""".format(functions(UDFS)[-1])
LONGEST_LINE, MOST_CONTINUATIONS = 1_023, 24  # of VBA


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    with ZipFile(io.BytesIO(built())) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "GetContacts.xlam"
    path.write_bytes(built())
    return path


def test_the_same_environment_makes_the_same_bytes() -> None:
    assert build(INTERPRETER) == built()


def test_no_moment_of_building_is_in_it(parts: dict[str, bytes]) -> None:
    with ZipFile(io.BytesIO(built())) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2026, 1, 1, 0, 0, 0)}
    moments = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", parts["docProps/core.xml"])
    assert moments == [b"2026-01-01T00:00:00Z"] * 2


def test_olevba_reads_every_module_back_as_it_was_written() -> None:
    written = {module.name: module.source.splitlines() for module in modules(INTERPRETER)}
    read = {name: source.splitlines() for name, source in sources(built()).items()}
    assert read == written
    for name, lines in read.items():
        assert lines[0] == f'Attribute VB_Name = "{name}"'


def test_the_container_has_no_defect_and_every_stream_its_place() -> None:
    found = streams(project_of(built()))
    names = {module.name for module in modules(INTERPRETER)}
    assert set(found) == {"PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT"} | {
        f"VBA/{name}" for name in names
    }


def test_every_part_has_its_content_type(parts: dict[str, bytes]) -> None:
    types = etree.fromstring(parts["[Content_Types].xml"])
    by_part = {
        each.get("PartName"): each.get("ContentType") for each in types.iterfind("{*}Override")
    }
    by_ending = {each.get("Extension") for each in types.iterfind("{*}Default")}
    assert by_part["/xl/workbook.xml"] == "application/vnd.ms-excel.addin.macroEnabled.main+xml"
    assert by_part["/xl/vbaProject.bin"] == "application/vnd.ms-office.vbaProject"
    assert {name.rpartition(".")[2] for name in parts if f"/{name}" not in by_part} <= by_ending


@pytest.mark.parametrize(
    ("where", "kind", "target"),
    [
        ("_rels/.rels", "2007/relationships/ui/extensibility", "customUI/customUI14.xml"),
        ("xl/_rels/workbook.xml.rels", "2006/relationships/vbaProject", "vbaProject.bin"),
    ],
)
def test_ribbon_and_vba_are_found_by_their_relationships(
    parts: dict[str, bytes], where: str, kind: str, target: str
) -> None:
    found = etree.fromstring(parts[where]).iterfind("{*}Relationship")
    relations = [(each.get("Type"), each.get("Target")) for each in found]
    assert (f"http://schemas.microsoft.com/office/{kind}", target) in relations


def test_code_names_of_book_and_sheet_are_those_of_their_modules(parts: dict[str, bytes]) -> None:
    names = {module.name for module in modules(INTERPRETER)}
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        found = re.search(rb'codeName="(\w+)"', parts[part])
        assert found is not None
        assert found[1].decode() in names


def test_its_window_is_hidden_and_excels_list_of_add_ins_has_a_name_for_it(
    parts: dict[str, bytes],
) -> None:
    assert b'visibility="hidden"' in parts["xl/workbook.xml"]
    assert b">GetContacts</dc:title>" in parts["docProps/core.xml"]


def test_the_settings_are_those_of_this_environment() -> None:
    found = settings(built())
    assert found["Interpreter_Win"] == INTERPRETER
    assert found["xlwings version"] == xlwings.__version__
    assert found["getcontacts version"] == version("green-api-contacts")


def test_without_being_told_it_starts_the_python_that_built_it() -> None:
    name = "Interpreter_Win" if sys.platform == "win32" else "Interpreter_Mac"
    assert settings(build())[name] == sys.executable


def test_an_interpreter_may_have_any_characters_in_its_path() -> None:
    odd = r"C:\Users\Zoë & 李 (x)\$(y)\python.exe"
    assert settings(build(odd))["Interpreter_Win"] == odd


@pytest.mark.parametrize("interpreter", ["python", r"venv\python.exe", "../python", "=1+1"])
def test_an_interpreter_that_is_no_full_path_is_refused(interpreter: str) -> None:
    with pytest.raises(WrongUsage, match="is no full path"):
        build(interpreter)


def test_the_vba_is_of_the_same_version_as_the_installed_xlwings() -> None:
    source = sources(built())["ContactsAddin"]
    found = re.findall(r"xlwings(?:32|64)?-([\d.]+)\.(?:dll|applescript)", source)
    assert set(found) == {xlwings.__version__}
    assert len(found) == 5


def test_nothing_tells_who_built_it_or_where(parts: dict[str, bytes]) -> None:
    project = streams(parts.pop("xl/vbaProject.bin"))
    texts = {name: decompress(data) for name, data in project.items() if data[:1] == b"\1"}
    everything = b"\n".join([*parts.values(), *project.values(), *texts.values()])
    known = [
        str(PureWindowsPath(INTERPRETER).parent),
        *(reference.path for reference in REFERENCES),
    ]
    for path in known:
        everything = everything.replace(path.encode(), b"")
    home, prefix = str(Path.home()), sys.prefix
    for own in (home, prefix, str(Path.cwd())):
        assert len(own) < 3 or own.encode() not in everything
    users = re.findall(rb"(?i)(?:[A-Z]:\\|/)(?:users|home)[\\/](?!<User>)\w+", everything)
    assert users == []
    assert not re.search(rf"\b{getpass.getuser()}@|/{getpass.getuser()}/".encode(), everything)


def test_when_the_add_in_opens_excel_is_asked_to_take_the_texts_when_it_is_ready() -> None:
    opening = sources(built())["ThisWorkbook"].replace("\r\n", "\n")
    assert opening.endswith("""\
Private Sub Workbook_Open()
    On Error Resume Next
    Application.OnTime Now, "'" & ThisWorkbook.Name & "'!DescribeFunctions"
End Sub
""")


def described() -> str:
    """Return the Sub that gives Excel's function window its texts."""
    _, _, found = sources(built())["ContactsAddin"].partition("Public Sub DescribeFunctions()")
    return found.replace("\r\n", "\n")


def test_without_a_workbook_the_texts_wait_for_one() -> None:
    source = described()
    waiting, _, texts = source.partition("        Exit Sub\n    End If\n")
    assert "If ActiveWorkbook Is Nothing Then\n        Application.OnTime Now + " in waiting
    assert "MacroOptions" in texts
    assert "MacroOptions" not in waiting


def test_excels_function_window_gets_every_text() -> None:
    source = described()
    assert source.index("On Error Resume Next") < source.index("Application.MacroOptions")
    assert source.endswith(WINDOW_TEXTS)
    for function in functions(UDFS):
        assert f"'!{function.name}\"" in source
        for text in (function.description, function.category, *function.argument_texts):
            assert '"' + text.replace('"', '""') + '"' in source


def test_every_line_is_short_enough_for_vba() -> None:
    for source in sources(built()).values():
        assert max(map(len, source.splitlines())) <= LONGEST_LINE
        assert not re.search(rf"(?:[^\n]* _\r?\n){{{MOST_CONTINUATIONS + 1}}}", source)


@needs_uno
def test_libreoffice_loads_it_and_lists_its_modules(file: Path) -> None:
    script = SCRIPTS / "uno_list_modules.py"
    found = json.loads(run_uno(script, str(file)))
    assert set(found[PROJECT]) == {module.name for module in modules(INTERPRETER)}
    assert "import addin.excel.ribbon; addin.excel.ribbon.refresh()" in found[PROJECT][CODE]


COMPILED = r"C:\Users\Łukasz\my " "venv" r" 李\python.exe"


def returned(addin: bytes, folder: Path) -> dict[str, object]:
    """Return what functions of an add-in give in LibreOffice, which compiles a module as a whole."""
    path = folder / "GetContacts.xlam"
    path.write_bytes(addin)
    functions = ("WindowsFolder", "GETCONTACTSINFO")
    script = SCRIPTS / "uno_call.py"
    found: dict[str, object] = json.loads(
        run_uno(script, str(path), f"{PROJECT}.{CODE}", *functions)
    )
    return found


@needs_uno
def test_libreoffice_compiles_it_and_reads_the_folder_of_python_as_it_is(tmp_path: Path) -> None:
    found = returned(build(COMPILED), tmp_path)
    assert found["WindowsFolder"] == str(PureWindowsPath(COMPILED).parent)
    assert found["GETCONTACTSINFO"], "no Python can be started there, and a sentence says so"


@needs_uno
def test_libreoffice_would_find_a_line_that_does_not_compile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = text_of("contacts.bas").replace("    Press 5\n", "    Press 5 +\n")
    monkeypatch.setattr(vba_sources, "text_of", lambda _: broken)
    assert returned(build(COMPILED), tmp_path) == dict.fromkeys(
        ("WindowsFolder", "GETCONTACTSINFO")
    )


@needs_validator
def test_microsofts_validator_finds_nothing(file: Path) -> None:
    assert problems(file) == []


@needs_validator
def test_the_validator_would_find_a_mistake_in_the_ribbon(file: Path) -> None:
    with ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["customUI/customUI14.xml"] = parts["customUI/customUI14.xml"].replace(b"large", b"huge")
    with ZipFile(file, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    assert problems(file) != []
