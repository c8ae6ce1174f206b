"""A formula in another row: what is relative in it moves along, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.merge.formulas import entered_in, moved, tokens


@pytest.mark.parametrize(
    ("formula", "three_rows_below"),
    [
        ("B4*$C4+B$4+$B$4", "B7*$C7+B$4+$B$4"),
        ("SUM(A1:B4,Sheet2!A4)", "SUM(A4:B7,Sheet2!A7)"),
        ('IF(A4="B4",C:C,[@name])', 'IF(A7="B4",C:C,[@name])'),
        ("Settings!Tax*LEN(B4)", "Settings!Tax*LEN(B7)"),  # a name of one sheet
        ("A4:INDEX(A:D,ROW(),4)", "A7:INDEX(A:D,ROW(),4)"),  # a range that a function ends
        ("People!A4:People!D4", "People!A7:People!D7"),
        ("'it''s \"B4\"'!B4&'2024'!B4", "'it''s \"B4\"'!B7&'2024'!B7"),
        ("SUM(Jan:Mar!A4)", "SUM(Jan:Mar!A7)"),
        ("[1]Sheet1!A4+'[Rates.xlsx]A4'!A4", "[1]Sheet1!A7+'[Rates.xlsx]A4'!A7"),
        ("(A4,B4:C4) C4:D9", "(A7,B7:C7) C7:D12"),  # union and intersection
        ("SUM(4:4,$4:5)", "SUM(7:7,$4:8)"),
        ("A4#+SUM(@A4:A9)", "A7#+SUM(@A7:A12)"),
        ("#REF!+#N/A+A4", "#REF!+#N/A+A7"),
        ("Contacts[[#This Row],[A4 'n' '[B4']]]&A4", "Contacts[[#This Row],[A4 'n' '[B4']]]&A7"),
        ('"say ""A4"" to "&A4', '"say ""A4"" to "&A7'),
        ("LOG10(A4)+ATAN2(A4,1)+1E5", "LOG10(A7)+ATAN2(A7,1)+1E5"),
        ("TAX2024+TAXE2024+XFE4+A1048577", "TAX2027+TAXE2024+XFE4+A1048577"),  # cells end at XFD
        ("_xlfn.XLOOKUP(A4,B:B,C:C)*Umsatz4", "_xlfn.XLOOKUP(A7,B:B,C:C)*Umsatz4"),
        ("ที่A4+R4C4", "ที่A4+R4C4"),
        ("SUM({1,2;3,4})*10%", "SUM({1,2;3,4})*10%"),
    ],
)
def test_references_move_with_their_row(formula: str, three_rows_below: str) -> None:
    assert moved(formula, 3) == three_rows_below


@pytest.mark.parametrize(
    "formula", ['"open', "A1&{", "SUM(A1", "A1)", "Contacts[[a]", "'Sheet!A1", "A1\u00a0+1", "(1}"]
)
def test_what_cannot_be_read_is_not_guessed_at(formula: str) -> None:
    assert moved(formula, 3) is None


@pytest.mark.parametrize(("formula", "rows"), [("A2", -2), ("A2:A1048576", 1), ("2:3", -2)])
def test_what_would_leave_the_sheet_is_not_moved(formula: str, rows: int) -> None:
    assert moved(formula, rows) is None


@pytest.mark.parametrize(
    ("formula", "rows", "columns", "there"),
    [
        ("A2", -1, 0, "A1"),
        ("A1048575", 1, 0, "A1048576"),
        ("A1048576", -1, 0, "A1048575"),
        ("2:1048575", -1, 0, "1:1048574"),
        ("B2", 0, -1, "A2"),
        ("XFC2", 0, 1, "XFD2"),
        ("XFD2", 0, -1, "XFC2"),
        ("A0+A1", 1, 0, "A0+A2"),  # a name
        ("XFD1+XFE1", 1, 0, "XFD2+XFE1"),
        ("b2", 1, 0, "b3"),
        ("b2", 1, 1, "C3"),
        ("B2", 1, 1, "C3"),
    ],
)
def test_cells_move_up_to_the_edges_of_the_sheet(
    formula: str, rows: int, columns: int, there: str
) -> None:
    assert moved(formula, rows, columns) == there


@pytest.mark.parametrize(
    ("formula", "rows", "columns"),
    [("A1", -1, 0), ("A1048576", 1, 0), ("A1", 0, -1), ("A:B", 0, -1), ("XFC:XFD", 0, 1)],
)
def test_one_beyond_an_edge_is_not_moved(formula: str, rows: int, columns: int) -> None:
    assert moved(formula, rows, columns) is None


@pytest.mark.parametrize(
    ("formula", "texts"),
    [
        ("", []),
        ("()", ["(", ")"]),
        ("({1},(2))", ["(", "{", "1", "}", ",", "(", "2", ")", ")"]),
        ("T[a]+[b]", ["T", "[a]", "+", "[b]"]),
        ("[[a],[b]]A1", ["[[a],[b]]", "A1"]),
        ("['[']]1", ["['[']]", "1"]),
        ('"(" &")"', ['"("', " ", "&", '")"']),
        (" 1.5e-3 ", [" ", "1.5e-3", " "]),
    ],
)
def test_a_formula_is_taken_apart_into_its_tokens(formula: str, texts: list[str]) -> None:
    found = tokens(formula)
    assert found is not None
    assert [token.text for token in found] == texts


@pytest.mark.parametrize(
    "formula",
    ["(", ")", ")(", "({)}", "{", "}", "(1))", "((1)", "[", "[a", "[a'", "[a']", "1\u2028"],
)
def test_brackets_that_do_not_end_or_match_cannot_be_read(formula: str) -> None:
    assert tokens(formula) is None


def test_to_the_right_columns_move_that_are_not_held() -> None:
    assert moved("A1+$A1+A:B+$A:B", 0, 26) == "AA1+$A1+AA:AB+$A:AB"
    assert moved("XFD1", 0, 1) is None


@pytest.mark.parametrize("text", ["7.5", "#N/A", "A1", "12:30"])
def test_what_was_entered_and_is_no_formula_stays(text: str) -> None:
    assert entered_in(text, 2, 9) == text


@pytest.mark.parametrize(("text", "there"), [("=B2", "=B9"), ("=B2&{", "=B2&{"), ("=A:B", "=A:B")])
def test_a_formula_that_comes_back_in_another_row_goes_along(text: str, there: str) -> None:
    assert entered_in(text, 2, 9) == there


PIECES = st.sampled_from(["A4", "$B$7", '"x""y"', "[@[a b]]", "'a b'!", "SUM(", ")", ",", "+", "[", '"', "#REF!", " ", "1e3", "ö", "{", "}", ":", "T1[a]"])  # fmt: skip


@given(st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=12))
def test_tokens_are_the_formula_again_and_moving_nowhere_changes_nothing(formula: str) -> None:
    found = tokens(formula)
    assert found is None or "".join(token.text for token in found) == formula
    assert moved(formula, 0) in (None, formula)


@given(st.lists(PIECES, max_size=9).map("".join))
def test_there_and_back_again_is_the_same(formula: str) -> None:
    there = moved(formula, 5)
    assert there is None or moved(there, -5) == formula
