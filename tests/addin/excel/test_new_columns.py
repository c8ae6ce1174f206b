"""Columns that the settings want besides: Refresh gives them to a table, at its right end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.excel_data import Cell, SheetData
from tests.hosts.excel_tables import (
    ANN,
    BOB,
    EVE,
    HEADER,
    contents,
    lay,
    make,
    refresh,
    row,
    undo,
)
from workbook.accounts import settings
from workbook.accounts.settings import Settings
from workbook.merge.refusals import ColumnsInTheWay

ADDED = ("phone", "saved")
ANNS, BOBS, EVES = ([f"+12025550{number}", "no"] for number in (101, 102, 103))


@pytest.fixture(autouse=True)
def wanted() -> None:
    settings.save(Settings(columns="basic,phone,saved"))


def test_a_table_gets_them_at_its_right_end_and_the_users_columns_stay(data: SheetData) -> None:
    lay(data, [*HEADER, "notes"], row(ANN, "tea"), row(BOB, None))
    refresh(ANN, BOB, EVE)
    assert contents(data, *HEADER, "notes", *ADDED) == [
        row(ANN, "tea", *ANNS),
        row(BOB, None, *BOBS),
        row(EVE, None, *EVES),
    ]


def test_a_second_refresh_changes_nothing(data: SheetData) -> None:
    lay(data, HEADER, row(ANN))
    refresh(ANN, BOB)
    before = contents(data)
    assert refresh(ANN, BOB).changed == 0
    assert contents(data) == before


def test_a_new_table_has_them(data: SheetData) -> None:
    sheet = make(ANN)
    assert contents(sheet) == [row(ANN, *ANNS)]


@pytest.mark.parametrize("place", [(1, 5), (2, 6), (4, 5)], ids=["title", "cell", "new row"])
def test_what_stands_in_their_way_is_named_and_nothing_changes(
    data: SheetData, place: tuple[int, int]
) -> None:
    lay(data, HEADER, row(ANN), row(BOB))
    data.cells[place] = Cell("mine")
    with pytest.raises(ColumnsInTheWay, match="something in E1:F4"):
        refresh(ANN, BOB, EVE)
    assert contents(data) == [row(ANN), row(BOB)]
    assert data.cells[place].value == "mine"


def test_a_totals_row_is_in_the_way(data: SheetData) -> None:
    laid = lay(data, HEADER, row(ANN), ["all", None, None, None])
    laid.totals = True
    with pytest.raises(ColumnsInTheWay, match="the totals row"):
        refresh(ANN)


def test_undo_leaves_them_blank_and_refresh_fills_them_again(data: SheetData) -> None:
    lay(data, HEADER, row(ANN))
    refresh(ANN)
    undo()
    assert contents(data, *HEADER, *ADDED) == [row(ANN, None, None)]
    refresh(ANN)
    assert contents(data, *HEADER, *ADDED) == [row(ANN, *ANNS)]


def test_a_column_of_the_users_that_is_called_alike_stays_his(data: SheetData) -> None:
    lay(data, [*HEADER, "Phone"], row(ANN, "ask her"))
    refresh(ANN)
    assert contents(data, *HEADER, "Phone", "saved") == [row(ANN, "ask her", "no")]


def test_an_unknown_column_is_refused_by_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there are basic, full, id"):
        Settings(columns="id,phon")
