"""Rows on a sheet through xlwings' real code, on an Excel that does to text what Excel does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
import xlwings as xw

from addin import sheet
from addin.sheet import Written
from tests.excel_engine import Area, Excel, SheetData, TableData, com_error, running
from workbook.contacts import Contact
from workbook.errors import ContactsError, WrongUsage
from workbook.green_api.people import account
from workbook.refusals import IdTitleMissing
from workbook.table import BASIC, Origin, Table, build

HEADER = [*BASIC]


@pytest.fixture
def excel() -> Iterator[Excel]:
    with running() as started:
        yield started


def people(count: int, first: int = 1) -> list[Contact]:
    numbers = range(first, first + count)
    return [Contact(f"491510{number:07}@c.us", f"Name {number}", "", "user") for number in numbers]


def contents(contacts: Sequence[Contact], header: Sequence[str] = BASIC) -> Table:
    return build(contacts, Origin("main", datetime.now(UTC)), header)


def show(contacts: Sequence[Contact]) -> Written:
    """Write a list as the button does."""
    book = xw.Book.caller()
    table = sheet.table_in(book)
    if table is None:
        return sheet.create(book, contents(contacts))
    return sheet.fill(table, contents(contacts, sheet.titles(table)))


def rows_of(data: SheetData) -> list[list[object]]:
    """Return what stands in the table of a sheet, its header first."""
    area = data.tables[0].area
    return [[data.cell(*place).value for place in row] for row in area.cells()]


def test_the_first_list_comes_onto_a_sheet_of_its_own(excel: Excel) -> None:
    assert show(people(3)) == Written("Contacts", made=True, new=3)
    rows = rows_of(excel.sheet("Contacts"))
    assert rows[0] == HEADER
    assert rows[1] == ["4915100000001@c.us", "Name 1", None, "user"]
    assert len(rows) == 4
    assert excel.sheet("Sheet1").cells == {}


@pytest.mark.parametrize(
    "name", ["007", "=1+1", "+49 151 00000001", "-1", "@SUM(1)", "1E5", "TRUE", "5%", "=(", "'a"]
)
def test_a_name_is_written_as_it_is_whatever_it_looks_like(excel: Excel, name: str) -> None:
    show([Contact("4915100000001@c.us", name, name, "user")])
    cell = excel.sheet("Contacts").cell(2, 2)
    assert (cell.value, cell.formula) == (name, "")


def test_without_the_text_format_excel_would_have_taken_names_for_something_else() -> None:
    with running() as excel:
        cells = xw.Book.caller().sheets[0]["A1:C1"]
        cells.value = [["007", "=1+1", "TRUE"]]
        assert excel.sheets[0].values("A1:C1") == [[7.0, "=1+1", True]]


def test_ids_keep_every_digit(excel: Excel) -> None:
    show([Contact("120363043968066561"), Contact("0049"), Contact("10000001")])
    assert [row[0] for row in rows_of(excel.sheet("Contacts"))[1:]] == [
        "120363043968066561", "0049", "10000001",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Contacts", "CONTACTS"])
def test_a_sheet_with_something_on_it_is_never_written_to(name: str) -> None:
    with running("Sheet1", name) as excel:
        excel.sheet(name).cell(5, 5).enter("mine")
        assert show(people(2)).sheet == "Contacts 2"
        assert {cell.value for cell in excel.sheet(name).cells.values()} == {"mine"}


def test_a_sheet_with_a_drawing_alone_is_not_empty() -> None:
    with running("Contacts", "contacts 2") as excel:
        excel.sheet("Contacts").shapes = 1
        assert show(people(2)).sheet == "Contacts 3"


def test_an_empty_sheet_of_the_right_name_is_used() -> None:
    with running("Contacts") as excel:
        assert show(people(2)).sheet == "Contacts"
        assert len(excel.sheets) == 1


@pytest.mark.parametrize(("before", "after"), [(3, 3), (3, 8), (8, 3), (1, 5), (5, 1)])
def test_a_list_of_another_length_resizes_the_table(excel: Excel, before: int, after: int) -> None:
    show(people(before))
    table = excel.sheet("Contacts").tables[0]
    show(people(after))
    assert excel.sheet("Contacts").tables == [table]
    assert table.area == Area(1, 1, 1 + after, 4)
    assert rows_of(excel.sheet("Contacts"))[after][1] == f"Name {after}"


def test_what_is_no_row_any_more_is_blank_and_no_text_column(excel: Excel) -> None:
    show(people(8))
    show(people(3))
    data = excel.sheet("Contacts")
    assert data.values("A5:D9") == [[None] * 4] * 5
    assert {data.cell(row, 1).format for row in range(5, 10)} == {"General"}


def test_people_who_were_not_in_the_table_are_counted_as_new(excel: Excel) -> None:
    show(people(5))
    assert show(people(5)).new == 0
    assert show(people(6, first=3)).new == 3
    assert show(list(reversed(people(6, first=3)))).new == 0


def test_ids_that_a_user_turned_into_numbers_are_not_new(excel: Excel) -> None:
    show([Contact("10000001", "Max")])
    excel.sheet("Contacts").cell(2, 1).value = 10_000_001.0
    assert show([Contact("10000001", "Max")]).new == 0


def test_columns_in_another_order_get_their_own_values(excel: Excel) -> None:
    show(people(2))
    data = excel.sheet("Contacts")
    for column, title in enumerate(("type", "id", "contactName", "name"), start=1):
        data.cell(1, column).value = title
    show(people(2))
    assert rows_of(data)[1] == ["user", "4915100000001@c.us", None, "Name 1"]


def test_the_table_is_found_wherever_it_was_moved(excel: Excel) -> None:
    data = excel.sheet("Sheet1")
    for column, title in enumerate(HEADER, start=3):
        data.cell(7, column).enter(title)
    data.tables.append(TableData("contacts", Area(7, 3, 2, 4)))
    written = show(people(4))
    assert written == Written("Sheet1", made=False, new=4)
    assert data.values("C11:D11") == [["4915100000004@c.us", "Name 4"]]
    assert [each.name for each in excel.sheets] == ["Sheet1"]


def test_what_stands_below_the_table_is_pushed_down(excel: Excel) -> None:
    show(people(2))
    data = excel.sheet("Contacts")
    data.cell(5, 1).enter("my total")
    data.cell(5, 2).formula = '=""'
    data.cell(5, 7).enter("beside")
    show(people(6))
    assert data.values("A9:B9") == [["my total", '=""']]
    assert data.values("G5:G5") == [["beside"]]
    assert rows_of(data)[6][1] == "Name 6"


def test_a_table_below_that_is_wider_is_not_torn_apart(excel: Excel) -> None:
    show(people(2))
    data = excel.sheet("Contacts")
    data.tables.append(TableData("Other", Area(5, 2, 3, 6)))
    data.cell(5, 2).enter("head")
    before = rows_of(data)
    with pytest.raises(com_error):
        show(people(9))
    assert rows_of(data) == before
    assert data.tables[1].area == Area(5, 2, 3, 6)


@pytest.mark.parametrize("title", ["Notes", "phone", "Id"])
def test_a_table_with_other_columns_is_refused_untouched(excel: Excel, title: str) -> None:
    show(people(2))
    data = excel.sheet("Contacts")
    data.tables[0].area = Area(1, 1, 3, 5)
    data.cell(1, 5).enter(title)
    excel.calls.clear()
    with pytest.raises(WrongUsage, match=f"columns of its own \\({title}\\)"):
        show(people(3))
    assert not {"Range.Value, written", "ListObject.Resize"} & {*excel.calls}


def test_a_table_without_ids_is_refused(excel: Excel) -> None:
    show(people(2))
    excel.sheet("Contacts").tables[0].area = Area(1, 2, 3, 3)
    with pytest.raises(IdTitleMissing):
        show(people(2))


@pytest.mark.parametrize("change", [{"totals": True}, {"headers": False}])
def test_a_table_with_a_total_row_or_no_header_is_refused(
    excel: Excel, change: dict[str, bool]
) -> None:
    show(people(2))
    for name, value in change.items():
        setattr(excel.sheet("Contacts").tables[0], name, value)
    with pytest.raises(WrongUsage, match="Table Design"):
        show(people(2))


def test_a_name_that_is_no_table_is_refused_before_a_sheet_is_made(excel: Excel) -> None:
    excel.names["CONTACTS"] = "=Sheet1!$A$1"
    with pytest.raises(WrongUsage, match="Name Manager"):
        show(people(2))
    assert len(excel.sheets) == 1


def test_a_protected_sheet_keeps_everything(excel: Excel) -> None:
    show(people(2))
    data = excel.sheet("Contacts")
    before, data.protected = rows_of(data), True
    with pytest.raises(com_error):
        show(people(5))
    assert rows_of(data) == before


def test_as_many_calls_for_ten_rows_as_for_ten_thousand() -> None:
    assert _calls(10, 10) == _calls(10_000, 10_000)
    assert _calls(5, 10) == _calls(5, 10_000)
    assert _calls(20, 10) == _calls(20_000, 10)
    assert sum(_calls(10, 10).values()) < 40


def _calls(before: int, after: int) -> Counter[str]:
    """Count the calls of writing one list, and then another over it."""
    with running() as excel:
        show(people(before))
        show(people(after))
        return excel.counted()


def test_names_in_all_scripts_arrive_letter_by_letter(excel: Excel) -> None:
    rows = [[str(row.get(title, "")) for title in HEADER] for row in account()]
    show([Contact(*row) for row in rows])
    shown = rows_of(excel.sheet("Contacts"))[1:]
    assert [[cell or "" for cell in row] for row in shown] == rows


def test_painting_and_calculation_stand_still_and_are_as_before_even_after_an_error(
    excel: Excel,
) -> None:
    excel.calculating = "semiautomatic"
    seen = []
    excel.on_write = lambda: seen.append((excel.painting, excel.calculating))
    with pytest.raises(ZeroDivisionError), sheet.undisturbed(xw.Book.caller().app):
        _ = show(people(2)).new / 0
    assert {*seen} == {(False, "manual")}
    assert (excel.painting, excel.calculating) == (True, "semiautomatic")


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


def test_a_name_that_is_neither_text_nor_cell_is_told(excel: Excel) -> None:
    excel.names["getcontacts_account"] = "=1+1"
    with pytest.raises(ContactsError, match='="main"'):
        sheet.account_alias(xw.Book.caller())
