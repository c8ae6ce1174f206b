"""What a user is told after an update."""

from __future__ import annotations

from tests.update_files import ANN, ANN_ROW, BOB, BOB_ROW, EVE, book, contact, updated
from workbook.contacts import Contact
from workbook.plans import Memory, Wish
from workbook.table import BASIC
from workbook.update.sentences import SHOWN, sentences


def test_an_update_is_told_in_one_sentence() -> None:
    _, report = updated(book(), contact(1, "Anna"), BOB, EVE)
    assert sentences(report) == ['Table Contacts on sheet "Contacts": 1 updated, 1 new.']


def test_nothing_to_do_is_told_too() -> None:
    _, report = updated(book(), ANN, BOB)
    assert sentences(report) == ['Table Contacts on sheet "Contacts": nothing to change.']


def test_people_who_are_missing_or_moved_are_counted() -> None:
    lid = Contact("100000000000001@lid", "Ann", "", "user")
    _, report = updated(book(), lid, memory=Memory(same={ANN.id: lid.id}))
    assert sentences(report)[1:] == [
        "1 not in the list any more; nobody was removed.",
        "1 with another id than before; their rows and notes went along.",
    ]


def test_rows_and_cells_that_were_left_are_named() -> None:
    rows = [ANN_ROW, BOB_ROW, (ANN.id, '=UPPER("ann")'), (None, None, None, None, "a line of mine")]
    _, report = updated(book(rows), ANN, contact(2, "Bo"))
    assert sentences(report)[1:] == [
        "More than one row of the same person, left as they are: rows 4 (kept up: 2).",
        "Rows without an id, left as they are: 5.",
    ]
    _, report = updated(book([(ANN.id, '=UPPER("ann")')]), ANN)
    assert "Cells that hold a formula of yours, not written: B2." in sentences(report)


def test_titles_that_are_not_there_are_named() -> None:
    _, report = updated(book(), ANN, BOB, wish=Wish((*BASIC, "phone")))
    assert "Not in the table: phone." in sentences(report)[1]


def test_values_that_had_to_be_altered_are_counted() -> None:
    _, report = updated(book(), contact(1, "a\x07b"), BOB)
    assert sentences(report)[1] == "1 value not exactly as sent: control character escaped."


def test_a_long_list_of_places_is_cut() -> None:
    rows = [(None, None, None, None, "mine")] * (SHOWN + 2)
    _, report = updated(book([*rows, ANN_ROW]), ANN)
    assert sentences(report)[1].endswith("2, 3, 4, 5, 6 and 2 more.")


def test_notices_come_last() -> None:
    _, report = updated(book([(*ANN_ROW[:4], "=1+1")]), ANN, BOB)
    assert "no formula in notes" in sentences(report)[-1]
