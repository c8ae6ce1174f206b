"""The VBA around worksheet functions, made by xlwings' generator on a machine without pywin32."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest
import xlwings

from addin.excel.xlam import wrappers
from addin.excel.xlam.wrappers import Function, _stubbed, functions

MODULE = '''
import xlwings as xw

@xw.func(category="Sample")
@xw.arg("first", doc="""What
    comes first""")
def ADD(first: float, second: float = 1) -> float:
    """Add two numbers,
    the second being "one" if it is left out."""
    return first + second

@xw.func
@xw.arg("first", doc="...")
def LAST(first):
    "Take one."
'''
WRITTEN = """\
Public Function ADD(first, Optional second)
Attribute ADD.VB_Description = "Add two numbers, the second being ""one"" if it is left out."
    On Error GoTo failed
    ADD = Python().CallUDF("sample_udfs", "ADD", Array(first, second, CallingWorkbook()), Nothing, Nothing)
    Exit Function
failed: 'Python could not even be started
    ADD = Err.Description
End Function
"""
LONG = MODULE.replace("Take one.", "x" * 256)
MISSPELT = MODULE.replace('"first", doc="..."', '"frist", doc="..."')

without_pywin32 = pytest.mark.skipif(
    find_spec("pythoncom") is not None, reason="pywin32 is installed, so no stub is needed"
)


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A module `sample_udfs` that can be imported; tests may write another text into it."""
    path = tmp_path / "sample_udfs.py"
    path.write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    yield path
    sys.modules.pop("sample_udfs", None)


@pytest.fixture
def add(sample: Path) -> Function:
    return functions("sample_udfs")[0]


def test_a_function_calls_python_by_name_and_shows_an_error_as_text(add: Function) -> None:
    assert add.source == WRITTEN


def test_neither_workbook_nor_cell_is_handed_over_but_a_text_that_names_the_workbook(
    add: Function,
) -> None:
    assert add.source.count("Workbook") == add.source.count("CallingWorkbook()") == 1
    assert "Caller" not in add.source


def test_a_function_that_must_stay_silent_shows_no_error(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrappers, "SILENT", "ADD")
    assert functions("sample_udfs")[0].source == WRITTEN.replace("Err.Description", '""')


def test_the_docstring_is_what_excels_function_window_shows(add: Function) -> None:
    text = 'Add two numbers, the second being "one" if it is left out.'
    assert add.description == text


def test_arguments_are_described(add: Function) -> None:
    assert add.arguments == ("first", "second")
    assert add.argument_texts == ("What comes first", "Positional argument 2")
    assert add.category == "Sample"


def test_every_function_of_the_module_is_found(sample: Path) -> None:
    assert [function.name for function in functions("sample_udfs")] == ["ADD", "LAST"]


def test_a_text_that_excel_would_cut_off_is_refused(sample: Path) -> None:
    sample.write_text(LONG)
    with pytest.raises(ValueError, match="1 to 255 characters fit, not 256"):
        functions("sample_udfs")


@without_pywin32
def test_a_description_of_no_argument_is_found_though_xlwings_checks_nothing_here(
    sample: Path,
) -> None:
    sample.write_text(MISSPELT)
    importlib.import_module("sample_udfs")
    with pytest.raises(Exception, match="Invalid argument name 'frist'"):
        functions("sample_udfs")


@without_pywin32
def test_with_pywin32_the_functions_are_the_same(sample: Path) -> None:
    with _stubbed():
        sys.modules["pythoncom"].__spec__ = ModuleSpec("pythoncom", None)
        found = functions("sample_udfs")
        assert "sample_udfs" in sys.modules
    assert found == functions("sample_udfs")


@without_pywin32
@pytest.mark.parametrize("text", [MODULE, LONG, MISSPELT])
def test_the_stub_of_pywin32_is_gone_afterwards_after_an_error_too(sample: Path, text: str) -> None:
    sample.write_text(text)
    before = (xlwings.func, xlwings.arg, xlwings.ret, xlwings.script)
    with suppress(Exception):
        functions("sample_udfs")
    assert not {"pythoncom", "pywintypes", "win32com", "xlwings.udfs"} & set(sys.modules)
    assert not hasattr(xlwings, "udfs")
    assert (xlwings.func, xlwings.arg, xlwings.ret, xlwings.script) == before
