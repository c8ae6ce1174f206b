"""What a user is told of rows and cells that an update has found and left alone."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from tests.ooxml.update_files import (
    ANN,
    ANN_ROW,
    BOB,
    BOB_ROW,
    HEADER,
    SHEET,
    book,
    contact,
    replaced,
    updated,
)
from workbook.contacts.contact import Contact
from workbook.merge.model import CONTACTS, MEMBERS, Missing, TableKind, TableMemory, UpdateOptions
from workbook.merge.remarks import SHOWN, remarks, rows, some

MINE = (None, None, None, None, "a line of mine")


def test_where_nothing_is_odd_there_is_nothing_to_tell() -> None:
    _, report = updated(book(), contact(1, "Anna"), BOB)
    assert [*remarks(report)] == []


def test_people_with_another_id_are_counted() -> None:
    lid = Contact("100000000000001@lid", "Ann", "", "user")
    _, report = updated(book(), lid, BOB, memory=TableMemory(same={ANN.id: lid.id}))
    assert [*remarks(report)] == ["1 person has another id now; rows and notes went along."]


def test_an_id_that_a_formula_makes_has_not_changed_though_the_person_has_another() -> None:
    lid = Contact("100000000000001@lid", "Anna", "", "user")
    there = replaced(
        book([(f'="{ANN.id}"', "Ann"), BOB_ROW]),
        {SHEET: lambda text: re.sub("(@c.us.</f><v)( ?/>|></v>)", rf"\1>{ANN.id}</v>", text)},
    )
    _, report = updated(there, lid, BOB, memory=TableMemory(same={ANN.id: lid.id}))
    assert (report.changed, report.moved, report.unseen) == (1, {}, ())
    assert [*remarks(report)] == ["Formulas of yours in our columns were left alone: A2."]


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
    assert next(remarks(report)).endswith(": 2, 3, 4, 5, 6 and 2 more.")


NOTHING = updated(book(), ANN, BOB)[1]


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        ({"1": "2"}, "1 person has another id now; rows and notes went along."),
        ({f"{n}": "x" for n in range(1_200)}, "1,200 people have another id now; rows and notes"),
    ],
)
def test_one_person_and_many_are_told_alike(moved: dict[str, str], told: str) -> None:
    assert next(remarks(replace(NOTHING, moved=moved))).startswith(told)


@pytest.mark.parametrize(
    ("kind", "unseen", "removed", "told"),
    [
        (CONTACTS, 2, 1, ["1 row removed, of people missing from 3 lists in a row.",
                          "1 row kept, of people who are not in the list now."]),
        (MEMBERS, 3, 1, ["1 row removed, of people missing from 3 lists in a row.",
                         "2 rows kept, of people who are not in the group now."]),
        (CONTACTS, 1, 1, ["1 row removed, of people missing from 3 lists in a row."]),
        (CONTACTS, 1, 0, ["1 row kept, of people who are not in the list now."]),
    ],
)  # fmt: skip
def test_rows_of_missing_people_are_removed_or_kept(
    kind: TableKind, unseen: int, removed: int, told: list[str]
) -> None:
    done = replace(NOTHING, kind=kind, unseen=("?",) * unseen, removed=removed)
    assert [*remarks(done)] == told


def test_rows_that_were_marked_are_counted() -> None:
    assert [*remarks(replace(NOTHING, marked=2))] == ["2 rows marked as not seen from now on."]


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        (CONTACTS, "getcontacts export FILE --update --columns basic,phone,label"),
        (MEMBERS, "getcontacts members FILE --update --missing mark"),
    ],
)
def test_columns_that_are_the_users_now_are_named_with_the_way_back(
    kind: TableKind, claim: str
) -> None:
    (told,) = remarks(replace(NOTHING, kind=kind, lost_columns=("phone", "label")))
    assert ": phone, label. " in told
    assert told.endswith(f"run once: {claim}")


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1_000, "1,000 rows")]
)
def test_numbers_of_rows_are_told_in_words(count: int, words: str) -> None:
    assert rows(count) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, ""),
        (1, "0"),
        (3, "0, 1, 2"),
        (4, "0, 1, 2 and 1 more"),
        (1_003, "0, 1, 2 and 1,000 more"),
    ],
)
def test_of_many_items_so_many_are_named(count: int, words: str) -> None:
    assert some(map(str, range(count)), 3) == words
