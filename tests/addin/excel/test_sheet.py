"""Where contacts go in a workbook, through xlwings' real code, on an Excel in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import xlwings as xw

from addin.excel import sheet
from tests.hosts.excel_data import Area, Excel, com_error, refuse
from tests.hosts.excel_engine import running
from tests.hosts.excel_tables import HEADER, contents, make, people
from workbook.contacts.columns import Origin, build
from workbook.contacts.contact import Contact
from workbook.errors import ContactsError, WrongUsage
from workbook.simulator.people import account


def create(contacts: Sequence[Contact]) -> str:
    table = build(contacts, Origin("main", datetime.now(UTC)))
    return sheet.create(xw.Book.caller(), table)


def test_the_first_list_comes_onto_a_sheet_of_its_own(excel: Excel) -> None:
    assert create(people(3)) == "Contacts"
    data = excel.sheet("Contacts")
    assert data.values("A1:D2") == [HEADER, ["4915100000001@c.us", "Name 1", None, "user"]]
    assert data.tables[0].area == Area(1, 1, 4, 4)
    assert excel.sheet("Sheet1").cells == {}


def test_a_list_of_nobody_makes_a_table_that_can_be_filled(excel: Excel) -> None:
    create([])
    assert excel.sheet("Contacts").tables[0].area == Area(1, 1, 2, 4)


@pytest.mark.parametrize(
    "name", ["007", "=1+1", "+49 151 00000001", "-1", "@SUM(1)", "1E5", "TRUE", "5%", "=(", "'a"]
)
def test_a_name_is_written_as_it_is_whatever_it_looks_like(excel: Excel, name: str) -> None:
    create([Contact("4915100000001@c.us", name, name, "user")])
    cell = excel.sheet("Contacts").cell(2, 2)
    assert (cell.value, cell.formula) == (name, "")


def test_without_the_text_format_excel_would_have_taken_names_for_something_else() -> None:
    with running() as excel:
        cells = xw.Book.caller().sheets[0]["A1:C1"]
        cells.value = [["007", "=1+1", "TRUE"]]
        assert excel.sheets[0].values("A1:C1") == [[7.0, "=1+1", True]]


def test_ids_keep_every_digit(excel: Excel) -> None:
    create([Contact("120363043968066561"), Contact("0049"), Contact("10000001")])
    ids = contents(excel.sheet("Contacts"), "id")
    assert ids == [["120363043968066561"], ["0049"], ["10000001"]]


@pytest.mark.parametrize("name", ["Contacts", "CONTACTS"])
def test_a_sheet_with_something_on_it_is_never_written_to(name: str) -> None:
    with running("Sheet1", name) as excel:
        excel.sheet(name).cell(5, 5).enter("mine")
        assert create(people(2)) == "Contacts 2"
        assert {cell.value for cell in excel.sheet(name).cells.values()} == {"mine"}


def test_a_sheet_with_a_drawing_alone_is_not_empty() -> None:
    with running("Contacts", "contacts 2") as excel:
        excel.sheet("Contacts").shapes = 1
        assert create(people(2)) == "Contacts 3"


def test_a_sheet_of_a_chart_has_its_name_for_itself(excel: Excel) -> None:
    excel.charts = ["Contacts", "contacts 2"]
    assert create(people(2)) == "Contacts 3"
    assert [each.name for each in excel.sheets] == ["Sheet1", "Contacts 3"]


@pytest.mark.parametrize("visible", [0, 2])
def test_an_empty_sheet_that_nobody_sees_is_left_alone(visible: int) -> None:
    with running("Sheet1", "Contacts") as excel:
        excel.sheet("Contacts").visible = visible
        assert create(people(2)) == "Contacts 2"


def test_an_empty_sheet_of_the_right_name_is_used() -> None:
    with running("Contacts") as excel:
        assert create(people(2)) == "Contacts"
        assert len(excel.sheets) == 1


def test_a_name_that_is_no_table_is_refused_before_a_sheet_is_made(excel: Excel) -> None:
    excel.names["CONTACTS"] = "=Sheet1!$A$1"
    with pytest.raises(WrongUsage, match="Name Manager"):
        make(*people(2))
    assert len(excel.sheets) == 1


def test_as_many_calls_for_ten_rows_as_for_ten_thousand() -> None:
    calls = []
    for count in (10, 10_000):
        with running() as excel:
            create(people(count))
            calls.append(excel.counted())
    assert calls[0] == calls[1]


def test_names_in_all_scripts_arrive_letter_by_letter(excel: Excel) -> None:
    rows = [[str(row.get(title, "")) for title in HEADER] for row in account()]
    create([Contact(*row) for row in rows])
    shown = contents(excel.sheet("Contacts"))
    assert [[cell or "" for cell in row] for row in shown] == rows


def test_excel_is_undisturbed_meanwhile_and_as_before_even_after_an_error(excel: Excel) -> None:
    excel.calculating = "semiautomatic"
    seen = []
    excel.on_write = lambda: seen.append((excel.painting, excel.events, excel.calculating))
    with pytest.raises(ZeroDivisionError), sheet.undisturbed(xw.Book.caller().app):
        _ = len(create(people(2))) / 0
    assert {*seen} == {(False, False, "manual")}
    assert (excel.painting, excel.events, excel.calculating) == (True, True, "semiautomatic")


@pytest.mark.parametrize("nth", range(6))
def test_a_setting_that_excel_refuses_keeps_no_other_one_back(excel: Excel, nth: int) -> None:
    class Refusing(list[str]):
        def append(self, name: str) -> None:
            super().append(name)
            if len(self) == nth + 1:
                raise refuse("busy")

    excel.calls = Refusing()
    with pytest.raises(com_error), sheet.undisturbed(xw.Book.caller().app):
        pass
    kept_back = (excel.painting, excel.events, excel.calculating == "automatic").count(False)
    assert kept_back == (1 if nth >= 3 else 0), "of those that Excel let us change"


@pytest.mark.parametrize(
    ("refers_to", "alias"),
    [('="second"', "second"), ("=Sheet1!$B$2", "third"), ('=""', None), ("=Sheet1!$A$1", None)],
)
def test_a_workbook_may_name_its_account(excel: Excel, refers_to: str, alias: str | None) -> None:
    excel.sheets[0].cell(2, 2).enter(" third ")
    excel.names["getcontacts_account"] = refers_to
    assert sheet.account_alias(xw.Book.caller()) == alias


def test_a_workbook_that_names_no_account_leaves_it_to_the_settings(excel: Excel) -> None:
    assert sheet.account_alias(xw.Book.caller()) is None


@pytest.mark.parametrize(
    "refers_to",
    [
        "=1+1",
        "=cmd|'/c calc'!A1",
        "='cmd|/c calc'!$A$1",
        r"='\\server\share\[book.xlsx]Sheet1'!$A$1",
        "=[book.xlsx]Sheet1!$A$1",
        "=Sheet1!$A$1:$B$2",
        "=Sheet1!#REF!",
        "=#REF!$A$1",
        "=HYPERLINK(Sheet1!$A$1)",
        "=Sheet1!$A$1&Sheet1!$A$2",
    ],
)
def test_a_name_that_is_neither_text_nor_cell_of_the_workbook_is_told(
    excel: Excel, refers_to: str
) -> None:
    excel.names["getcontacts_account"] = refers_to
    with pytest.raises(ContactsError, match='="main"'):
        sheet.account_alias(xw.Book.caller())
