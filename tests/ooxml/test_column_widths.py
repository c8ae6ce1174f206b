"""Columns that are made wide enough, whatever spans a program wrote their widths in."""

from __future__ import annotations

import pytest

from workbook.ooxml.column_widths import widen
from workbook.ooxml.worksheet import Grid

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def widened(columns: str, wanted: dict[int, int]) -> Grid:
    """Return a sheet with these spans, once its columns are so wide."""
    cols = f"<cols>{columns}</cols>" if columns else ""
    data = f'<worksheet xmlns="{NAMESPACE}">{cols}<sheetData/></worksheet>'
    grid = Grid(data.encode(), "sheet1.xml")
    widen(grid, wanted)
    return grid


def spans(columns: str, wanted: dict[int, int]) -> list[tuple[str, str, str]]:
    """Return the first and last column of each span, and its width, once these are widened."""
    found = widened(columns, wanted).root.iterfind("{*}cols/{*}col")
    return [(each.get("min", ""), each.get("max", ""), each.get("width", "")) for each in found]


@pytest.mark.parametrize(
    ("columns", "after"),
    [
        ("", [("5", "5", "12")]),
        ('<col min="5" max="5" width="3"/>', [("5", "5", "12")]),
        ('<col min="5" max="5" width="30.5"/>', [("5", "5", "30.5")]),
        ('<col min="1" max="2" width="4"/>', [("1", "2", "4"), ("5", "5", "12")]),
        ('<col min="7" max="9" width="4"/>', [("5", "5", "12"), ("7", "9", "4")]),
        (
            '<col min="4" max="9" width="4"/>',
            [("4", "4", "4"), ("5", "5", "12"), ("6", "9", "4")],
        ),
        (
            '<col min="1" max="2" width="4"/><col min="5" max="6" width="4"/><col min="7" max="7"/>',
            [("1", "2", "4"), ("5", "5", "12"), ("6", "6", "4"), ("7", "7", "")],
        ),
        (
            '<col min="1" max="2" width="4"/><col min="7" max="9" width="4"/>',
            [("1", "2", "4"), ("5", "5", "12"), ("7", "9", "4")],
        ),
    ],
)
def test_a_column_gets_its_width_and_its_neighbours_keep_theirs(
    columns: str, after: list[tuple[str, str, str]]
) -> None:
    assert spans(columns, {5: 12}) == after


@pytest.mark.parametrize(
    ("stated", "wanted", "width"),
    [
        ('width="12"', 12, "12"),
        ('width="11.9"', 12, "12"),
        ("", 9, ""),  # what a column has that states nothing
        ("", 10, "10"),
        ('width="wide"', 9, "wide"),
        ('width="wide"', 10, "10"),
    ],
)
def test_a_column_is_widened_only_where_it_is_narrower(
    stated: str, wanted: int, width: str
) -> None:
    assert spans(f'<col min="2" max="2" {stated}/>', {2: wanted}) == [("2", "2", width)]


def test_a_width_is_said_to_be_somebodys_wish_so_that_programs_keep_it() -> None:
    col = widened('<col min="2" max="2" style="3" hidden="1"/>', {2: 12}).root.find(
        "{*}cols/{*}col"
    )
    assert col is not None
    assert (col.get("customWidth"), col.get("style"), col.get("hidden")) == ("1", "3", "1")


@pytest.mark.parametrize(
    ("span", "after"),
    [
        ('<col max="2" width="4"/>', [("1", "1", "12"), ("2", "2", "4")]),
        ('<col min="1" width="4"/>', [("1", "1", "12")]),
    ],
)
def test_a_span_that_lacks_an_end_has_it_at_the_first_column(
    span: str, after: list[tuple[str, str, str]]
) -> None:
    assert spans(span, {1: 12}) == after


def test_the_widths_stand_right_before_the_rows() -> None:
    root = widened("", {1: 12, 3: 12}).root
    assert [str(each.tag).rpartition("}")[2] for each in root] == ["cols", "sheetData"]
    assert spans("", {1: 12, 3: 12}) == [("1", "1", "12"), ("3", "3", "12")]
