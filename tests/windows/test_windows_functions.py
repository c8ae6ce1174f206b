"""The worksheet functions on Windows: started by xlwings' DLL with what stands in our VBA."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.wine import Windows, windows_path
from tests.windows.excel_program import Excel
from workbook.simulator.people import group, person
from workbook.simulator.simulator import Simulator

ANNA, BEN, TEAM = "4915100000001@c.us", "4915100000002@c.us", "120363043968066561@g.us"
TITLES = ["id", "name", "contactName", "type"]
NOT_AVAILABLE, SPILLED = -2146826246, -2146826243  # xlwings names the first, not the second
LEFT_OUT = -2147352572  # DISP_E_PARAMNOTFOUND


@pytest.fixture
def excel(excel: Excel, service: Simulator) -> Excel:
    """Run an Excel whose workbook may show three contacts."""
    service.contacts = [person(ANNA, "=1+1"), person(BEN, "שלום"), group(TEAM, "Team")]
    excel.press("ALLOW", "yes")
    excel.press("REFRESH")  # a fetch of the cells' own may end after their patience
    return excel


def test_excel_starts_the_python_of_the_add_in_isolated(excel: Excel, pc: Windows) -> None:
    assert excel.do("evaluate", "__import__('sys').executable") == windows_path(pc.python)
    assert excel.do("evaluate", "__import__('sys').flags.isolated") == "1"


def test_a_list_spills_and_arguments_may_be_left_out(excel: Excel) -> None:
    everybody = excel.cell("GETCONTACTS", None, None, None, None)
    assert everybody[0] == TITLES
    assert {row[0]: row[1] for row in everybody[1:]} == {ANNA: "=1+1", BEN: "שלום", TEAM: "Team"}
    assert [row[0] for row in excel.cell("GETCONTACTS", "group", None, None, None)[1:]] == [TEAM]
    assert len(excel.cell("GETCONTACTS", None, 1, None, None)) == 2
    assert excel.cell("GETCONTACTS", "group", None, False, None) == [TEAM, "Team", "", "group"]


def test_a_range_of_ids_and_phones_is_looked_up_cell_by_cell(excel: Excel) -> None:
    excel.do("enter", "G1:G4", [[ANNA], ["nobody"], [""], ["'+49 151 00000002"]])
    assert excel.cell("GETCONTACT", {"range": "G1:G4"}, "name", None) == [
        ["=1+1"], [""], [""], ["שלום"],
    ]  # fmt: skip
    assert excel.cell("GETCONTACT", ANNA, "type", None) == "user"


@pytest.mark.parametrize("error", [NOT_AVAILABLE, SPILLED], ids=["#N/A", "#SPILL!"])
@pytest.mark.parametrize("at", range(4))
def test_an_error_instead_of_an_argument_is_told_and_lists_nobody(
    excel: Excel, at: int, error: int
) -> None:
    given = [LEFT_OUT] * 4
    given[at] = error
    call = f"'addin.excel.udfs', 'GETCONTACTS', {(*given, excel.do('caller'))}"
    # pywin32 cannot send an error, only receive it
    said = excel.do("evaluate", f"__import__('xlwings').udfs.call_udf({call})")
    assert "Mend the cell it comes from" in said
    assert ANNA not in said


def test_an_error_instead_of_an_id_is_nobody(excel: Excel) -> None:
    call = f"'addin.excel.udfs', 'GETCONTACT', {(NOT_AVAILABLE, LEFT_OUT, LEFT_OUT, excel.do('caller'))}"
    assert excel.do("evaluate", f"__import__('xlwings').udfs.call_udf({call})") == "[['']]"


def test_the_info_tells_the_list_and_an_unknown_account_the_next_step(excel: Excel) -> None:
    assert dict(excel.cell("GETCONTACTSINFO", None))["contacts"] == 3
    said = excel.cell("GETCONTACTS", None, None, None, "nobody")
    assert "nobody" in said


def test_another_workbook_sees_no_contact_until_it_is_allowed(excel: Excel, tmp_path: Path) -> None:
    excel.do("set", full_name=windows_path(tmp_path / "Łukasz שלום.xlsx"), window=77)
    assert "may not see your contacts" in excel.cell("GETCONTACTS", None, None, None, None)
    assert excel.cell("GETCONTACT", ANNA, None, None) == ""
    asked = excel.press("ALLOW", "no")["said"][0]
    assert 'May formulas in "Łukasz שלום.xlsx" show the contacts' in asked
    assert "may not see your contacts" in excel.cell("GETCONTACTS", None, None, None, None)
    excel.press("ALLOW", "yes")
    assert len(excel.cell("GETCONTACTS", None, None, None, None)) == 4


def test_ten_thousand_rows_arrive(excel: Excel, service: Simulator) -> None:
    service.contacts = [person(f"49151{at:08}@c.us", f"Name {at}") for at in range(10_000)]
    excel.press("REFRESH")
    found = excel.cell("GETCONTACTS", None, None, None, None)
    assert len(found) == 10_001
    assert {"4915100000000@c.us", "4915100009999@c.us"} <= {row[0] for row in found}
