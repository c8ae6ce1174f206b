"""xlwings' VBA after our changes: no workbook can steer it, and no change is made by halves."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from addin.excel.xlam.patch import Change, XlwingsChanged, changed
from addin.excel.xlam.patched_vba import (
    RUN_PYTHON,
    SERVER,
    SETTINGS_SHEET,
    STORED_CLASS,
    UNUSED,
    dictionary_class,
    shipped,
    xlwings_module,
)

CHANGES = (*SETTINGS_SHEET, *RUN_PYTHON, *SERVER, *UNUSED)


def body(name: str) -> str:
    """Return the code of one procedure of the changed module, without its comments."""
    found = re.search(rf"^[ \w]*(Sub|Function) {name}\(.*?^End \1", xlwings_module(), re.M | re.S)
    assert found is not None
    return re.sub(r"(?m)^\s*'.*$|\s'[^\"\n]*$", "", found[0])


def test_settings_come_from_the_add_ins_own_sheet_only() -> None:
    code = body("GetConfig")
    assert 'SheetExists(ThisWorkbook, PROJECT_NAME & ".conf")' in code
    assert "ActiveWorkbook" not in code
    assert "File" not in code


def test_no_file_is_opened_but_the_log_of_a_run_on_a_mac() -> None:
    opened = re.findall(r"(?m)^.*\bOpen .* For .*$", xlwings_module())
    assert [line.strip() for line in opened] == ["Open FileName For Input As #FileNum"]
    assert re.findall(r"(?m)^.*\bReadFile\(.*$", body("ExecuteMac")) == [
        "        Log = ReadFile(LOG_FILE)"
    ]


@pytest.mark.parametrize("word", ['".py"', "embedded_code(", "xlwings.pro", "LICENSE"])
def test_there_is_no_way_to_run_code_out_of_a_sheet(word: str) -> None:
    assert word in shipped("xlwings_custom_addin.bas")
    assert word not in xlwings_module()


@pytest.mark.parametrize("name", ["XLPyCommand", "XLPyLoadDLL"])
def test_the_command_line_of_python_names_no_workbook(name: str) -> None:
    assert not re.search(r"(Active|This)Workbook|FullName|LICENSE", body(name))


def test_the_active_workbook_is_handed_to_python_and_nothing_of_it_read() -> None:
    used = re.findall(r"(?m)^.*\b(?:Active|This)Workbook.*$", body("RunPython"))
    assert [line.strip() for line in used] == [
        "If ActiveWorkbook Is Nothing Then",
        'XLPy.SetAttr XLPy.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook',
    ]


def test_a_button_pressed_while_no_workbook_is_open_says_what_to_do() -> None:
    code = body("RunPython")
    assert code.index('MsgBox "Open a workbook') < code.index("XLPy")


def test_a_name_that_a_mac_shell_would_read_as_a_command_is_refused() -> None:
    code = body("ExecuteMac")
    refused = re.search(r'ActiveWorkbook\.Name Like "\*\[(.*)\]\*" Then', code)
    assert refused is not None
    assert set(refused[1].replace('""', '"')) == set('$`|"\\')
    assert code.index("Like") < code.index("ParameterString = ")


def test_a_python_that_cannot_start_is_told_in_the_message_box_of_any_other_error() -> None:
    code = body("RunPython")
    assert code.index("On Error GoTo err_handling") < code.index("XLPy.SetAttr")
    assert code.index("XLPy.Exec") < code.index("err_handling:") < code.index("ShowError")


@pytest.mark.parametrize("folder", ["My Python", "Bob's", "$(touch x)", "`touch x`"])
def test_on_a_mac_python_may_be_in_a_folder_with_any_name(tmp_path: Path, folder: str) -> None:
    shell = tmp_path / folder / "python"
    shell.parent.mkdir()
    shell.symlink_to(sys.executable)
    quoting = re.search(
        r"""\+ "\|(')" \+ Replace\(PythonInterpreter, "(')", "(.*)"\) \+ "(')"\n""",
        body("ExecuteMac"),
    )
    assert quoting is not None
    begin, quote, escaped, end = quoting.groups()
    words = f"{begin}{str(shell).replace(quote, escaped)}{end} -c 'print(1)'"  # as VbaHandler does
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_the_command_interpreter_is_windows_own_and_not_one_beside_a_workbook() -> None:
    assert "cmd.exe" not in body("XLPyCommand")
    assert body("XLPyCommand").count('Environ("ComSpec")') == 2


def test_python_takes_no_module_from_the_folder_excel_stands_in(tmp_path: Path) -> None:
    found = re.search(r'tail = "([^"]*) ""import', body("XLPyCommand"))
    assert found is not None
    (tmp_path / "colorsys.py").write_text("print('planted')")
    code = "import xlwings.utils as u; u.prepare_sys_path('FALSE'); import colorsys"
    command = [sys.executable, *found[1].replace("-c", "").split(), "-c", code]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout == ""


def test_an_add_in_without_an_interpreter_says_so_before_anything_is_started() -> None:
    code = body("XLPyLoadDLL")
    assert "getcontacts addin install" in code
    assert code.index("Err.Raise") < code.index("LoadLibrary")


def test_what_was_cut_out_is_called_from_nowhere() -> None:
    defined = re.compile(r"(?m)^\s*(?:Public |Private )?(?:Sub|Function) (\w+)")
    before, after = (
        set(defined.findall(text))
        for text in (shipped("xlwings_custom_addin.bas"), xlwings_module())
    )
    assert after < before
    for name in before - after:
        assert not re.search(rf"\b{name}\b", xlwings_module()), name


def test_every_block_that_is_opened_is_closed() -> None:
    text = xlwings_module()
    for opening, closing in (
        ("#If ", "#End If"),
        ("Sub ", "End Sub"),
        ("Function ", "End Function"),
    ):
        opened = re.findall(rf"(?m)^\s*(?:Public |Private )?{opening}", text)
        assert len(opened) == len(re.findall(rf"(?m)^\s*{closing}", text)), opening


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_text_that_is_not_as_reviewed_is_refused_and_the_change_named(change: Change) -> None:
    text = shipped("xlwings_custom_addin.bas")
    for other in (text.replace(change.old, ""), text + change.old):
        with pytest.raises(XlwingsChanged, match=re.escape(f"({change.name})")) as refused:
            changed(other, [change])
        assert refused.value.change == change.name


@pytest.mark.parametrize("change", [c for c in CHANGES if c.until], ids=lambda change: change.name)
def test_a_cut_whose_end_is_not_as_reviewed_is_refused(change: Change) -> None:
    text = shipped("xlwings_custom_addin.bas")
    for other in (text.replace(change.until, ""), text + change.until):
        with pytest.raises(XlwingsChanged, match=re.escape(f"({change.name})")):
            changed(other, [change])


def test_the_dictionary_is_stored_without_the_header_of_an_exported_class() -> None:
    text = dictionary_class()
    assert text.startswith('Attribute VB_Name = "Dictionary"\nAttribute VB_Base = "0{FCFB3D2A-')
    assert text.endswith(shipped("addin", "Dictionary.cls")[-500:])
    with pytest.raises(XlwingsChanged, match="header of a class"):
        changed("Attribute VB_Name", STORED_CLASS)
