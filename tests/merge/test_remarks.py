"""What a user is told of rows and cells that an update has found and left alone."""

from __future__ import annotations

import pytest

from tests.ooxml.update_files import ANN, ANN_ROW, BOB, HEADER, book, contact, updated
from workbook.contacts.contact import Contact
from workbook.merge.model import Missing, TableMemory, UpdateOptions
from workbook.merge.remarks import SHOWN, remarks

MINE = (None, None, None, None, "a line of mine")


def test_where_nothing_is_odd_there_is_nothing_to_tell() -> None:
    _, report = updated(book(), contact(1, "Anna"), BOB)
    assert [*remarks(report)] == []


def test_people_with_another_id_are_counted() -> None:
    lid = Contact("100000000000001@lid", "Ann", "", "user")
    _, report = updated(book(), lid, BOB, memory=TableMemory(same={ANN.id: lid.id}))
    assert [*remarks(report)] == ["1 person has another id now; rows and notes went along."]


@pytest.mark.parametrize(
    ("title", "advice"),
    [
        ("plans", 'has no column "status". To add it, run once: '),
        ("status", "give it another title; then run once: "),
    ],
)
def test_where_nobody_could_be_marked_the_way_there_is_told(title: str, advice: str) -> None:
    there = book([ANN_ROW, (BOB.id, "Bob", "", "user", "", "owes me")], (*HEADER, title))
    _, report = updated(there, ANN, options=UpdateOptions(missing=Missing.MARK))
    assert [*remarks(report)][1].partition(advice)[2].endswith("--columns basic,status,statusDate")


def test_who_is_not_listed_is_named_without_the_blanks_around_an_id() -> None:
    _, report = updated(book([ANN_ROW, (f" {BOB.id} ", "Bob")]), ANN)
    assert report.unseen == (BOB.id,)


def test_rows_and_cells_are_named_as_the_sheet_names_them() -> None:
    rows = [ANN_ROW, (ANN.id, "Ann"), MINE]
    _, report = updated(book(rows, at="C4"), ANN)
    assert [*remarks(report)] == [
        "Two rows are one person's, the first is kept up to date: 5 and 6.",
        "Rows without an id were left alone: 7.",
    ]
    _, report = updated(book([(ANN.id, '=UPPER("ann")')]), ANN)
    assert [*remarks(report)] == ["Formulas of yours in our columns were left alone: B2."]


def test_of_many_places_the_first_are_named() -> None:
    _, report = updated(book([*[MINE] * (SHOWN + 2), ANN_ROW]), ANN)
    assert next(remarks(report)).endswith("2, 3, 4, 5, 6 and 2 more.")
