"""What an add-in file says of itself, and what becomes of files that say nothing."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

import workbook
from addin.excel.addin_info import Stamp, stamp_of
from addin.excel.xlam.builder import build

PYTHON = r"C:\Users\me\venv\Scripts\python.exe"


@cache
def built() -> bytes:
    return build(PYTHON)


def test_a_built_file_names_its_versions_and_its_python() -> None:
    assert stamp_of(built()) == Stamp(workbook.__version__, version("xlwings"), PYTHON)


def test_a_file_for_the_mac_names_its_python_too() -> None:
    assert stamp_of(build("/Users/me/venv/bin/python")).interpreter == "/Users/me/venv/bin/python"


def test_a_workbook_of_somebody_else_says_nothing() -> None:
    book, file = Workbook(), BytesIO()
    book.worksheets[0].append(["Interpreter", 3, None])
    book.save(file)
    assert stamp_of(file.getvalue()) == Stamp()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_no_workbook_says_nothing(content: bytes) -> None:
    assert stamp_of(content) == Stamp()


@given(st.data())
def test_a_damaged_file_never_fails(data: st.DataObject) -> None:
    content = bytearray(built())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(content)))
    assert isinstance(stamp_of(bytes(content[:cut])), Stamp)
