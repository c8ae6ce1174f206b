"""How new rows look: as most rows of the table do, and not as one that somebody painted."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.update_files import ANN, ANN_ROW, BOB, BOB_ROW, EVE, book, contact, parts, updated

YELLOW = PatternFill("solid", fgColor="FFFF00")
GREEN = PatternFill("solid", fgColor="00FF00")
CARL = contact(5, "Carl")
ROWS = [ANN_ROW, BOB_ROW, (CARL.id, "Carl", None, "user", None)]
STYLES = "xl/styles.xml"


def new_cell(dress: Callable[[Worksheet], None], cell: str = "B5") -> Cell:
    """Return a cell of the row that Eve gets below Ann, Bob and Carl."""
    after, _ = updated(book(ROWS, dress=dress), ANN, BOB, CARL, EVE)
    found = load_workbook(BytesIO(after))["Contacts"][cell]
    assert isinstance(found, Cell)
    return found


def formatted(cell: Cell) -> None:
    cell.number_format = "@"
    cell.alignment = Alignment(horizontal="center", wrap_text=True)
    cell.border = Border(bottom=Side("thin"))
    cell.protection = Protection(locked=False)


def check_format(cell: Cell) -> None:
    assert cell.number_format == "@"
    assert (cell.alignment.horizontal, cell.alignment.wrap_text) == ("center", True)
    assert cell.border.bottom.style == "thin"
    assert not cell.protection.locked


@pytest.mark.parametrize("row", [2, 3, 4])
def test_a_colour_that_was_painted_on_one_row_is_not_inherited(row: int) -> None:
    def dress(sheet: Worksheet) -> None:
        for cell in sheet[row]:
            cell.fill, cell.font = YELLOW, Font(bold=True, color="FF0000")

    for cell in ("B5", "E5"):
        assert new_cell(dress, cell).fill.fill_type is None
        assert not new_cell(dress, cell).font.bold


def test_the_style_of_most_rows_is_inherited_with_its_colour() -> None:
    def dress(sheet: Worksheet) -> None:
        for row in (2, 3, 4):
            formatted(sheet.cell(row, 2))  # type: ignore[arg-type]  # of the stubs
            sheet.cell(row, 2).fill = GREEN
        sheet["B4"].fill = YELLOW

    assert new_cell(dress).fill == GREEN
    check_format(new_cell(dress))


def test_of_rows_in_many_colours_the_rest_of_their_style_is_inherited() -> None:
    def dress(sheet: Worksheet) -> None:
        for row, colour in zip((2, 3, 4), ("FF0000", "00FF00", "0000FF"), strict=True):
            formatted(sheet.cell(row, 2))  # type: ignore[arg-type]  # of the stubs
            sheet.cell(row, 2).fill = PatternFill("solid", fgColor=colour)

    assert new_cell(dress).fill.fill_type is None
    check_format(new_cell(dress))


def test_where_nothing_is_shared_a_new_cell_is_a_plain_one() -> None:
    def dress(sheet: Worksheet) -> None:
        for row, number in zip((2, 3, 4), ("0", "0.00", "@"), strict=True):
            sheet.cell(row, 2).number_format = number

    assert new_cell(dress).number_format == "General"


def test_a_row_that_was_painted_as_a_whole_is_no_model() -> None:
    def dress(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].fill = YELLOW
        for row, number in zip((2, 3, 4), ("0", "0.00", "@"), strict=True):
            sheet.cell(row, 2).number_format = number

    assert new_cell(dress).fill.fill_type is None


def test_the_styles_of_the_file_stay_as_they_are_where_none_is_missing() -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["B4"].fill = YELLOW

    before = book(ROWS, dress=dress)
    assert parts(updated(before, ANN, BOB, CARL, EVE)[0])[STYLES] == parts(before)[STYLES]
