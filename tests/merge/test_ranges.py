"""Ranges as files spell them, and how lists of them grow with a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.merge.ranges import LAST_COLUMN, LAST_ROW, Range, grown, letters, number, parse

BODY = Range(1, 2, 4, 10)  # A2:D10


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("A1", Range(1, 1, 1, 1)),
        ("$B$2:d5", Range(2, 2, 4, 5)),
        ("D5:B2", Range(2, 2, 4, 5)),
        ("C:D", Range(3, 1, 4, LAST_ROW)),
        ("$3:4", Range(1, 3, LAST_COLUMN, 4)),
    ],
)
def test_a_range_is_read_in_every_spelling(text: str, cells: Range) -> None:
    assert parse(text) == cells


@pytest.mark.parametrize("text", ["", "A", "A1:", "#REF!", "Sheet!A1", "A1 B2", "ABCD1"])
def test_what_is_no_range_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "cells"), [("B2", 1), ("B2:B4", 3), ("B2:D2", 3), ("B2:D5", 12), ("3:3", LAST_COLUMN)]
)
def test_a_range_has_so_many_cells(text: str, cells: int) -> None:
    found = parse(text)
    assert found is not None
    assert found.size == cells


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A2:A10", "A2:A13"),  # one column
        ("A2:D10", "A2:D13"),  # the whole body
        ("B1:B10", "B1:B13"),  # with its header
        ("A2:A9", "A2:A9"),  # not the whole column
        ("A3:A10", "A3:A10"),
        ("A2:A99", "A2:A99"),  # reaches over the new rows anyway
        ("C:C", "C:C"),
        ("F2:F10", "F2:F10"),  # beside the table
        ("C2:F10", "C2:F10 C11:D13"),  # the part beside the table stays
        ("A2:A10 F2 C2:C10", "A2:A13 F2 C2:C13"),
        ("#REF! A2:A10", "#REF! A2:A13"),
    ],
)
def test_what_covers_a_whole_column_grows_with_the_table(before: str, after: str) -> None:
    assert grown(before, BODY, 3) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("C2:D10", "C2:D13"),  # the whole body
        ("A2:D10", "A2:D10 C11:D13"),  # more to the left
        ("C2:F10", "C2:F10 C11:D13"),  # more to the right
        ("A2:B10", "A2:B10"),  # beside it
        ("D1:E10", "D1:E10 D11:D13"),
    ],
)
def test_beside_a_table_that_begins_elsewhere_nothing_grows(before: str, after: str) -> None:
    assert grown(before, Range(3, 2, 4, 10), 3) == after


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        *((same, True) for same in ("B3:D5", "C4", "A1:XFD9", "C:C", "4:4")),
        *((corner, True) for corner in ("A1:B3", "D1:E3", "A5:B9", "D5:E9")),
        *((side, False) for side in ("A3:A5", "E3:E5", "B2:D2", "B6:D6", "A:A", "6:9")),
    ],
)
def test_ranges_meet_where_they_have_a_cell_in_common(other: str, meets: bool) -> None:
    cells, there = Range(2, 3, 4, 5), parse(other)  # B3:D5
    assert there is not None
    assert (cells.meets(there), there.meets(cells)) == (meets, meets)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [("A1", "D9", "A1:D9"), ("A9", "D1", "A1:D9"), ("B2:C3", "A1:D9", "A1:D9"), ("B2", "B2", "B2")],
)
def test_around_two_ranges_is_the_smallest_that_holds_both(one: str, other: str, both: str) -> None:
    first, second = parse(one), parse(other)
    assert first is not None
    assert second is not None
    assert str(first.around(second)) == str(second.around(first)) == both


@given(st.integers(1, LAST_COLUMN))
def test_letters_and_numbers_of_columns_are_one_to_one(column: int) -> None:
    assert number(letters(column)) == column


@given(st.builds(Range, *[st.integers(1, 99)] * 2, *[st.integers(100, 999)] * 2))
def test_what_is_written_reads_back(cells: Range) -> None:
    assert parse(str(cells)) == cells
