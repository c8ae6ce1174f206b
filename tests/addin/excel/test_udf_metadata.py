"""The worksheet functions as xlwings sees them on Windows: its own metadata, wrapper and call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any, get_type_hints

import pytest
import xlwings
from xlwings import conversion

from addin.excel import udfs
from addin.excel.xlam import wrappers
from addin.excel.xlam.wrappers import Function, functions
from tests.addin.excel.xlam.vba import RESERVED
from tests.hosts.excel_data import Excel
from tests.hosts.excel_engine import Range, running
from tests.hosts.excel_side import ANNA, CROWD, FORM, excel_account
from workbook.simulator.simulator import Simulator

MISSING = -2147352572  # what pywin32 makes of an argument that was left out
SIGNATURES = {
    "GETCONTACT": "(id_or_phone, Optional field, Optional account)",
    "GETCONTACTS": "(Optional kind, Optional count, Optional headers, Optional account)",
    "GETCONTACTSINFO": "(Optional account)",
}
NAMES = sorted(SIGNATURES)


@pytest.fixture(scope="module")
def generated() -> dict[str, Function]:
    return {function.name: function for function in functions("addin.excel.udfs")}


def test_there_are_three_functions(generated: dict[str, Function]) -> None:
    assert sorted(generated) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_may_be_left_out_is_optional_in_vba(generated: dict[str, Function], name: str) -> None:
    assert generated[name].source.startswith(f"Public Function {name}{SIGNATURES[name]}\n")


@pytest.mark.parametrize("name", NAMES)
def test_excels_function_window_explains_function_and_arguments(
    generated: dict[str, Function], name: str
) -> None:
    function = generated[name]
    assert function.category == "Contacts"
    for text in (function.description, *function.argument_texts):
        assert 20 < len(text) <= 255
        assert text.endswith(".")
        assert "Positional argument" not in text


def test_what_the_window_says_about_fields_names_real_ones() -> None:
    named = udfs.FIELD.partition(";")[0].replace(",", "").split()
    assert {name.casefold() for name in named} <= {*udfs.FIELDS}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_recalculated_without_a_reason(
    generated: dict[str, Function], name: str
) -> None:
    assert "Volatile" not in generated[name].source
    assert "CommandBars" not in generated[name].source


@pytest.mark.parametrize("name", NAMES)
def test_every_type_hint_is_one_that_xlwings_can_convert(name: str) -> None:
    hints = get_type_hints(getattr(udfs, name))
    assert hints
    for hint in hints.values():
        assert getattr(hint, "__origin__", hint) in conversion.accessors


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_a_reserved_word_of_vba(generated: dict[str, Function], name: str) -> None:
    words = {name.casefold(), *(argument.casefold() for argument in generated[name].arguments)}
    assert not words & RESERVED


@pytest.fixture
def excel() -> Iterator[Excel]:
    with running() as started:
        yield started


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with excel_account(monkeypatch) as simulator:
        yield simulator


Call = Callable[..., Any]


@pytest.fixture
def call(excel: Excel, service: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """Call a function through xlwings.udfs.call_udf, as its COM server does for a cell."""
    windows = SimpleNamespace(
        Range=lambda xl: xl, is_range_instance=lambda arg: isinstance(arg, Range)
    )
    server = ModuleType("xlwings.com_server")
    server.loop = None  # type: ignore[attr-defined]  # only asynchronous functions use it
    monkeypatch.setattr(xlwings, "_xlwindows", windows, raising=False)
    monkeypatch.setitem(sys.modules, "xlwings.com_server", server)
    with wrappers.generator("addin.excel.udfs") as (real, module):
        real.udf_modules["addin.excel.udfs"] = {"filetime": None, "module": module}
        here = cell("Z99")
        yield lambda name, *args: real.call_udf("addin.excel.udfs", name, args, None, here)


def cell(address: str) -> Range:
    """Return a range of the first sheet as Excel hands it over."""
    found = xlwings.Book.caller().sheets[0][address].impl
    assert isinstance(found, Range)
    return found


def test_a_cell_without_arguments_spills_the_list(call: Call) -> None:
    rows = call("GETCONTACTS", MISSING, MISSING, MISSING, MISSING, FORM)
    assert rows[:2] == [["id", "name", "contactName", "type"], [ANNA, "Anna", "Anna Berg", "user"]]
    assert len(rows) == 1 + len(CROWD)


def test_arguments_may_be_cells(call: Call, excel: Excel) -> None:
    sheet = excel.sheets[0]
    for column, value in enumerate(("USER", 2.0, False), start=1):
        sheet.cell(1, column).value = value
    rows = call("GETCONTACTS", cell("A1"), cell("B1"), cell("C1"), cell("D1"), FORM)
    assert [row[1] for row in rows] == ["Anna", "Ben"]


def test_one_cell_gives_one_cell_and_a_column_gives_a_column(call: Call, excel: Excel) -> None:
    for row, value in enumerate((ANNA, 4915100000002.0, "nobody", None), start=1):
        excel.sheets[0].cell(row, 1).value = value
    assert call("GETCONTACT", cell("A1"), MISSING, MISSING, FORM) == [["Anna Berg"]]
    assert call("GETCONTACT", 4915100000001.0, "name", MISSING, FORM) == [["Anna"]]
    column = call("GETCONTACT", cell("A1:A4"), "name", MISSING, FORM)
    assert column == [["Anna"], ["Ben"], [""], [""]]


def test_a_row_of_people_gives_a_row(call: Call, excel: Excel) -> None:
    excel.sheets[0].cell(1, 1).value, excel.sheets[0].cell(1, 2).value = ANNA, "nobody"
    assert call("GETCONTACT", cell("A1:B1"), "name", MISSING, FORM) == [["Anna", ""]]


def test_the_info_arrives_as_a_block_of_two_columns(call: Call) -> None:
    block = call("GETCONTACTSINFO", MISSING, FORM)
    assert {len(row) for row in block} == {2}
    assert block[3] == ["contacts", len(CROWD)]
