"""An add-in of version 0.1 runs code from a cell: at its first press or formula it says so."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
import xlwings

from addin import ribbon
from addin.excel import doctor, former, install, udfs
from addin.excel import ribbon as excel_ribbon
from addin.excel.xlam import wrappers
from addin.excel.xlam.vba_sources import RIBBON, UDFS
from tests.addin.excel.xlam.vba import built
from tests.cli.command import getcontacts
from tests.hosts.excel_data import Excel
from tests.hosts.excel_engine import running
from tests.hosts.excel_machine import windows

MISSING = -2147352572  # what pywin32 makes of an argument that was left out
BUTTONS = ("refresh", "undo", "undo_last_press", "export", "account", "check", "help")
SENTENCE = (
    "This add-in was built by getcontacts 0.1, and through it a workbook from anybody can run "
    "programs on this computer. Close Excel and run: getcontacts addin install"
)


@pytest.mark.parametrize("button", BUTTONS)
def test_each_button_says_why_the_add_in_must_be_installed_anew(excel: Excel, button: str) -> None:
    line = f"import addin.ribbon; addin.ribbon.{button}()"  # in the VBA of version 0.1
    exec(line)
    assert excel.alerts == [(SENTENCE, "critical")]


@pytest.mark.parametrize(
    ("function", "arguments", "shown"),
    [
        ("GETCONTACTS", 4, SENTENCE),
        ("GETCONTACTSINFO", 1, SENTENCE),
        ("GETCONTACT", 3, ""),  # what goes wrong stays out of the letters of a mail merge
    ],
)
def test_each_formula_says_it_in_its_cell(
    function: str, arguments: int, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = SimpleNamespace(Range=lambda xl: xl, is_range_instance=lambda _: False)
    monkeypatch.setattr(xlwings, "_xlwindows", windows, raising=False)
    server: Any = ModuleType("xlwings.com_server")
    server.loop = None  # only asynchronous functions use it
    monkeypatch.setitem(sys.modules, "xlwings.com_server", server)
    with wrappers.generator("addin.udfs") as (real, module), running():
        real.udf_modules["addin.udfs"] = {"filetime": None, "module": module}
        cell = xlwings.Book.caller().sheets[0]["A1"].impl
        rows = real.call_udf("addin.udfs", function, (MISSING,) * arguments, None, cell)
    assert rows == [[shown]]


def test_the_add_in_of_today_calls_other_names() -> None:
    assert {RIBBON, UDFS}.isdisjoint({"addin.ribbon", "addin.udfs"})
    assert ribbon.__name__ != RIBBON


@pytest.mark.parametrize(
    ("version", "one_of_them"),
    [("0.1.0", True), ("0.1.7", True), ("0.2.0", False), ("0.10.0", False), ("", False)],
)
def test_it_is_known_by_the_version_in_its_file(version: str, one_of_them: bool) -> None:
    assert former.is_former(version) is one_of_them


def file_of(module: str) -> bytes:
    """Return an add-in of today with another module's name in its VBA project."""
    packed = BytesIO()
    with ZipFile(BytesIO(built())) as parts, ZipFile(packed, "w") as out:
        for name in parts.namelist():
            changed = parts.read(name).replace(b"Module=ContactsAddin", module.encode())
            out.writestr(name, changed)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "one_of_them"),
    [
        (file_of("Module=xlwings\r\nModule=ContactsRibbon"), True),  # as version 0.1 has it
        (built(), False),
        (b"no zip", False),
        (b"", False),
    ],
)
def test_it_is_known_by_xlwings_own_module_whatever_it_says_of_itself(
    content: bytes, one_of_them: bool
) -> None:
    assert former.runs_code(content) is one_of_them


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have an add-in in the start folder that calls the names of today, and has the hole."""
    windows(tmp_path, monkeypatch)
    place = install.status().path
    place.parent.mkdir(parents=True)
    place.write_bytes(file_of("Module=xlwings"))
    install.former_is_open.cache_clear()
    yield
    install.former_is_open.cache_clear()


@pytest.mark.usefixtures("installed")
def test_one_that_calls_the_names_of_today_is_known_at_each_press(excel: Excel) -> None:
    excel_ribbon.help()
    assert excel.alerts == [(SENTENCE, "critical")]


@pytest.mark.usefixtures("installed")
def test_one_that_calls_the_names_of_today_is_known_by_its_formulas() -> None:
    assert udfs.GETCONTACTS() == [[SENTENCE]]
    assert udfs.GETCONTACTSINFO()[-1] == ["last error", SENTENCE]
    assert udfs.GETCONTACT("79001234567") == ""


@pytest.mark.usefixtures("installed")
def test_one_whose_stamp_is_of_today_is_known_by_the_status_and_the_doctor() -> None:
    assert install.status().former
    assert SENTENCE in getcontacts("addin", "status").out
    found = {each.name: each for each in doctor.excel_checks()}["Add-in file"]
    assert former.WHY in found.detail


def test_without_an_add_in_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows(tmp_path, monkeypatch)
    install.former_is_open.cache_clear()
    assert not install.former_is_open()
    install.former_is_open.cache_clear()
