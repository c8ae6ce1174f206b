"""References to other sheets, as Calc and as Excel spell them."""

from __future__ import annotations

import pytest

from addin.calc.office.spelling import calcs, excels
from workbook.merge.formulas import entered_in

SPELLED = [
    ("=$Sheet2.B3", "=Sheet2!B3"),
    ("=SUM($Sheet2.$B$3:C5;1.5)", "=SUM(Sheet2!$B$3:C5;1.5)"),
    ("=$'My ''own'' sheet.B2'.B3&B2", "='My ''own'' sheet.B2'!B3&B2"),
    ("=COUNTA($Übersicht.A:A)+SUM($Sheet2.1:2)", "=COUNTA(Übersicht!A:A)+SUM(Sheet2!1:2)"),
    ("=SUM($Sheet2.B3:$Sheet3.B5)", "=SUM(Sheet2!B3:Sheet3!B5)"),
    ("=SUM(A1:B2!B1:C3)", "=SUM(A1:B2 B1:C3)"),
    ("=first!B2", "=first B2"),
    ("='file:///a.ods'#$Sheet1.A1", "='file:///a.ods'#Sheet1!A1"),
]
THE_SAME = ['="$Sheet2.B3!"&#REF!&A1', "=ERROR.TYPE(B3)", "=1.5 + B2 * ( 3 )", "=T.DIST.2T(1;2)"]


@pytest.mark.parametrize(("calc", "excel"), [*SPELLED, *zip(THE_SAME, THE_SAME, strict=True)])
def test_a_formula_goes_to_the_other_spelling_and_back(calc: str, excel: str) -> None:
    assert excels(calc) == excel
    assert calcs(excel) == calc


def test_a_sheet_named_without_a_dollar_becomes_a_fixed_one() -> None:
    assert calcs(excels("=Sheet2.B3")) == "=$Sheet2.B3"


def test_a_moved_row_takes_its_references_to_other_sheets_along() -> None:
    assert calcs(entered_in(excels("=$Sheet2.B3&$Sheet2.$B$3"), 3, 5)) == "=$Sheet2.B5&$Sheet2.$B$3"
