"""Columns that are made wide enough, whatever spans a program wrote their widths in."""

from __future__ import annotations

import pytest

from workbook.ooxml.column_widths import widen
from workbook.ooxml.worksheet import Grid

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def spans(columns: str, wanted: dict[int, int]) -> list[tuple[str, str, str]]:
    """Return the first and last column of each span, and its width, once these are widened."""
    cols = f"<cols>{columns}</cols>" if columns else ""
    data = f'<worksheet xmlns="{NAMESPACE}">{cols}<sheetData/></worksheet>'
    grid = Grid(data.encode(), "sheet1.xml")
    widen(grid, wanted)
    found = grid.root.iterfind("{*}cols/{*}col")
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
    ],
)
def test_a_column_gets_its_width_and_its_neighbours_keep_theirs(
    columns: str, after: list[tuple[str, str, str]]
) -> None:
    assert spans(columns, {5: 12}) == after
