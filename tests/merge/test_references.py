"""A formula in another row: what is relative in it moves along, and nothing is lost."""

from __future__ import annotations

import pytest

from workbook.merge.references import moved


@pytest.mark.parametrize(
    ("formula", "in_row_9"),
    [
        ("=B2*$C2+B$2+$B$2", "=B9*$C9+B$2+$B$2"),
        ("=SUM(A1:B2,Sheet2!A2)", "=SUM(A8:B9,Sheet2!A9)"),
        ('=IF(A2="B2",C:C,[@name])', '=IF(A9="B2",C:C,[@name])'),
        ("7.5", "7.5"),
        ("#N/A", "#N/A"),
    ],
)
def test_references_move_with_their_row(formula: str, in_row_9: str) -> None:
    assert moved(formula, 2, 9) == in_row_9


@pytest.mark.parametrize("formula", ["=Sheet2!mine", "=Contacts[Hey!]", "=A1&{", "=A1"])
def test_what_cannot_be_moved_stays_as_it_was(formula: str) -> None:
    assert moved(formula, 2, 1) == formula
