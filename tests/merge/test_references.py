"""What formulas refer to, and how they follow a table that gets rows."""

from __future__ import annotations

import pytest

from workbook.merge.formulas import tokens
from workbook.merge.ranges import LAST_COLUMN, LAST_ROW, Range
from workbook.merge.references import ALIKE, ANY, FIXED, Growth, followed, references, rewritten

BODY = Range(2, 3, 4, 10)  # B3:D10
PLAIN = Growth("People", BODY, Range(2, 2, 4, 10), 3)
TOTALS = Growth("People", BODY, Range(2, 2, 4, 11), 3)


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("A1+$B$2", [("", Range(1, 1, 1, 1), 0), ("", Range(2, 2, 2, 2), 2)]),
        ("SUM(B$2:A1)", [("", Range(1, 1, 2, 2), 1)]),
        ("'it''s'!A1:B2*C3", [("it's", Range(1, 1, 2, 2), 0), ("", Range(3, 3, 3, 3), 0)]),
        ("X!A1:X!B2", [("X", Range(1, 1, 2, 2), 0)]),
        ("X!A1:Y!B2", [("X", Range(1, 1, 1, 1), 0), ("Y", Range(2, 2, 2, 2), 0)]),
        ("A1:INDEX(A:B,2)", [("", Range(1, 1, 1, 1), 0), ("", Range(1, 1, 2, LAST_ROW), 0)]),
        ("[1]X!A1+B2", [("[X!", Range(1, 1, 1, 1), 0), ("", Range(2, 2, 2, 2), 0)]),
        ("X!A1+T[a]", [("X", Range(1, 1, 1, 1), 0)]),
        ("X!name+A1", [("", Range(1, 1, 1, 1), 0)]),
        ("$A1:B2", [("", Range(1, 1, 2, 2), 0)]),
        ("X!A1:X!Y!B2", [("X", Range(1, 1, 1, 1), 0), ("Y", Range(2, 2, 2, 2), 0)]),
        ("'a b'!A1:'a b'!B2+C3", [("a b", Range(1, 1, 2, 2), 0), ("", Range(3, 3, 3, 3), 0)]),
        ("A1:", [("", Range(1, 1, 1, 1), 0)]),
        ("X!A1:X!", [("X", Range(1, 1, 1, 1), 0)]),
        ("X!A1:X!T", [("X", Range(1, 1, 1, 1), 0)]),
        ("A1,B2", [("", Range(1, 1, 1, 1), 0), ("", Range(2, 2, 2, 2), 0)]),
        ("X!4:5", [("X", Range(1, 4, LAST_COLUMN, 5), 0)]),
        ('LOG10("A1")', []),
        ("", []),
    ],
)
def test_cells_and_ranges_are_found_with_their_sheet(
    formula: str, found: list[tuple[str, Range, int]]
) -> None:
    told = references(tokens(formula) or [])
    assert [(each.sheet, each.cells, each.fixed) for each in told] == found


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("SUM(People!C3:C10)", "SUM(People!C3:C13)"),
        ("SUM(people!$B$3:$D$10)", "SUM(people!$B$3:$D$13)"),
        ("People!C3:People!C10", "People!C3:People!C13"),
        ("SUM(People!C10:C3)", "SUM(People!C3:C13)"),
        ("People!$D10:B$3", "People!B$3:$D13"),
        ("SUM(People!B3:B10,'Other'!B3:B10,B3:B10)", "SUM(People!B3:B13,'Other'!B3:B10,B3:B10)"),
    ],
)
def test_a_range_of_all_data_rows_grows(formula: str, after: str) -> None:
    told = followed(PLAIN, formula, "Other")
    assert (told.text, told.grew, told.stayed) == (after, True, False)
    assert followed(TOTALS, formula, "Other") == told


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(People!C2:C10)",
        "People!C4:C10",
        "People!A3:B10",
        "People!D3:E10",
        "People!3:10",
        "People!10:$2",
    ],
)
def test_another_range_that_ends_with_them_stays_and_that_is_told(formula: str) -> None:
    told = followed(PLAIN, formula, "Other")
    assert (told.text, told.grew, told.stayed) == (None, False, True)


@pytest.mark.parametrize(
    "formula",
    ["C3:C10", "People!C10", "People!C3:C9", "People!C3:C12", "People!A3:A10", "People!E3:E10",
     "People!C:C", "People!10:10", "People!3:9", "People!C10:C10", "[1]People!C3:C10", "Peoples!C3:C10", "1+", '"open'],
)  # fmt: skip
def test_nothing_else_is_touched(formula: str) -> None:
    told = followed(PLAIN, formula, "Other")
    assert (told.text, told.grew, told.stayed) == (None, False, False)


def test_a_range_without_a_sheet_is_one_of_the_sheet_where_the_formula_stands() -> None:
    assert followed(PLAIN, "SUM(C3:C10)", "PEOPLE").text == "SUM(C3:C13)"


@pytest.mark.parametrize(
    ("grows", "grown"),
    [
        (FIXED, ["C$3:C$10"]),
        (ALIKE, ["C3:C10", "C$3:C$10"]),
        (ANY, ["C3:C10", "C$3:C10", "C$3:C$10"]),
    ],
)
def test_only_ranges_with_so_many_corners_held_grow(
    grows: frozenset[int], grown: list[str]
) -> None:
    formulas = ("C3:C10", "C$3:C10", "C$3:C$10")
    told = {formula: followed(PLAIN, formula, "People", grows) for formula in formulas}
    assert [formula for formula, each in told.items() if each.grew] == grown
    assert all(each.grew != each.stayed for each in told.values())


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("People!C11*2", "People!C14*2"),
        ("SUM(People!C3:C11)", "SUM(People!C3:C14)"),
        ("People!$B$11:$D$11", "People!$B$14:$D$14"),
        ("People!C11:C3", "People!C3:C14"),
        ("People!11:11", None),
        ("People!A11+People!E11+People!C12+C11", None),
    ],
)
def test_the_row_of_totals_is_followed_where_it_is_pushed(formula: str, after: str | None) -> None:
    told = followed(TOTALS, formula, "Other")
    assert (told.text, told.grew, told.stayed) == (after, False, False)


def test_whole_rows_stay_even_where_a_table_is_as_wide_as_a_sheet() -> None:
    wide = Growth("People", Range(1, 3, 16_384, 10), Range(1, 2, 16_384, 11), 3)
    for formula in ("People!3:10", "People!11:11"):
        assert followed(wide, formula, "Other").text is None


def test_only_formulas_with_the_number_of_a_last_row_are_taken_apart() -> None:
    asked = ["A10", "A11", "A9", "B$110"]
    assert [PLAIN.may_concern(each) for each in asked] == [True, False, False, True]
    assert [TOTALS.may_concern(each) for each in asked] == [True, True, False, True]


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("$A1:B$2+A1", "$A5:B$6+A1"),
        ("B2:A1", "A5:B6"),
        ("B$2:$A1", "$A5:B$6"),
        ("$B1:A$2", "A5:$B$6"),
        ("$A$2:A1", "$A5:B$6"),
        ("A1", None),
    ],
)
def test_corners_are_written_in_order_and_keep_what_holds_them(
    formula: str, after: str | None
) -> None:
    there = Range(1, 5, 2, 6)
    assert rewritten(formula, lambda each: there if each.last > each.first else None) == after
