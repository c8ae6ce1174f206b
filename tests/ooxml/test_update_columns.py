"""Columns that an update adds: at the table's right end, and never over anything."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.update_files import (
    ANN,
    ANN_ROW,
    BOB,
    BOB_ROW,
    EVE,
    HEADER,
    NOON,
    TABLE,
    book,
    fresh,
    parts,
    read,
)
from workbook.contacts.columns import BASIC
from workbook.contacts.contact import Contact
from workbook.merge.model import TableMemory, UpdateOptions, UpdateReport
from workbook.merge.refusals import ColumnsInTheWay
from workbook.ooxml.workbook_file import opened, update

WANTED = (*BASIC, "phone", "country")
MEMORY = TableMemory(owner="work")


def widened(
    data: bytes, *people: Contact, wanted: tuple[str, ...] = WANTED
) -> tuple[bytes, UpdateReport]:
    out = BytesIO()
    options = UpdateOptions(wanted, added=wanted)
    report = update(opened(BytesIO(data), wanted), out, fresh(*people), MEMORY, options)
    return out.getvalue(), report


def test_missing_columns_come_behind_the_users_own() -> None:
    after, report = widened(book(), ANN, BOB, EVE)
    assert read(after) == [
        (*HEADER, "phone", "country"),
        (ANN.id, "Ann", "", "user", "met in May", "+12025550101", "United States"),
        (BOB.id, "Bob", "", "user", "", "+12025550102", "United States"),
        (EVE.id, "Eve", "", "user", "", "+12025550103", "United States"),
    ]
    assert "Columns added at the right end: phone, country." in report.notices
    assert report.absent == ()


def test_the_table_reaches_over_them() -> None:
    after, _ = widened(book(), ANN, BOB)
    table = load_workbook(BytesIO(after))["Contacts"].tables["Contacts"]
    assert table.ref == table.autoFilter.ref == "A1:G3"
    assert [column.name for column in table.tableColumns] == [*HEADER, "phone", "country"]
    assert [column.id for column in table.tableColumns] == [1, 2, 3, 4, 5, 6, 7]


def test_what_was_added_once_is_not_added_again() -> None:
    once, _ = widened(book(), ANN, BOB)
    again, report = widened(once, ANN, BOB)
    assert again == once
    assert not report.written


def test_they_look_like_the_table() -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["E1"].font = Font(b=True)
        for cell in sheet["A2:E2"][0]:
            cell.fill = PatternFill("solid", fgColor="FFFF00")
            cell.number_format = "@"

    after, _ = widened(book(dress=dress), ANN, BOB)
    sheet = load_workbook(BytesIO(after))["Contacts"]
    assert sheet["F1"].font.b
    assert (sheet["F2"].fill.fgColor.rgb, sheet["F2"].number_format) == ("00FFFF00", "@")
    assert sheet["F3"].fill.fgColor.rgb == "00000000"
    assert sheet.column_dimensions["F"].width > 20


def test_an_empty_table_gets_them_too() -> None:
    there = book([(None,) * 5])
    after, report = widened(there)
    assert report.written
    assert read(after)[0] == (*HEADER, "phone", "country")


def test_a_title_that_differs_in_case_alone_is_not_added() -> None:
    there = book([(*ANN_ROW, "ask her")], (*HEADER, "Phone"))
    after, report = widened(there, ANN)
    assert read(after)[0] == (*HEADER, "Phone", "country")
    assert report.absent == ("phone",)


def cell_right(sheet: Worksheet) -> None:
    sheet["G3"] = "total: 5"


def merged_right(sheet: Worksheet) -> None:
    sheet.merge_cells("G2:H3")


def table_right(sheet: Worksheet) -> None:
    sheet["G1"], sheet["G2"] = "other", "x"
    sheet.add_table(Table(displayName="Other", ref="G1:G2"))


@pytest.mark.parametrize(
    ("dress", "told"),
    [
        (cell_right, "something in G3"),
        (merged_right, "a merged cell (G2:H3)"),
        (table_right, "another table (G1:G2)"),
    ],
)
def test_what_stands_in_the_way_is_named_before_anything_is_asked(
    dress: Callable[[Worksheet], None], told: str
) -> None:
    there = book(dress=dress)
    with pytest.raises(ColumnsInTheWay) as refused:
        opened(BytesIO(there), WANTED)
    assert f"(phone, country): {told} is in the way" in refused.value.sentence()
    opened(BytesIO(there), ())


def test_what_stands_right_of_the_table_below_it_is_no_obstacle() -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["G9"] = "a remark"

    after, _ = widened(book(dress=dress), ANN, BOB)
    assert load_workbook(BytesIO(after))["Contacts"]["G9"].value == "a remark"
    assert read(after)[0][:7] == (*HEADER, "phone", "country")


def test_only_the_parts_with_the_table_change() -> None:
    before = book()
    after, _ = widened(before, ANN, BOB)
    changed = {name for name, data in parts(before).items() if parts(after)[name] != data}
    assert changed == {TABLE, "xl/worksheets/sheet1.xml"}


def test_a_row_of_totals_gets_cells_and_no_text() -> None:
    made = load_workbook(BytesIO(book([ANN_ROW, BOB_ROW, ("sum", None, None, None, 2)])))
    table = made["Contacts"].tables["Contacts"]
    table.totalsRowCount, table.autoFilter.ref = 1, "A1:E3"
    stream = BytesIO()
    made.save(stream)
    after, _ = widened(stream.getvalue(), ANN, BOB, EVE)
    assert read(after)[4] == ("sum", "", "", "", "2", "", "")
    assert load_workbook(BytesIO(after))["Contacts"].tables["Contacts"].autoFilter.ref == "A1:G4"


def test_times_among_them_are_dates() -> None:
    after, _ = widened(book(), ANN, BOB, wanted=(*BASIC, "fetched"))
    cell = load_workbook(BytesIO(after))["Contacts"]["F2"]
    assert (cell.value, cell.number_format) == (NOON.replace(tzinfo=None), "yyyy-mm-dd hh:mm")


def test_a_workbook_of_nothing_but_ids_gets_the_other_three() -> None:
    after, _ = widened(book([(ANN.id,)], ("id",)), ANN, wanted=BASIC)
    assert read(after) == [BASIC, (ANN.id, "Ann", "", "user")]
