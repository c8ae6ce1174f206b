"""Which cells an update writes once it is known whose a row is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from workbook.contacts.columns import COLUMNS, Origin, Seen
from workbook.merge.model import Cells, ExistingTable, TableMemory
from workbook.merge.row_edits import RowEdits

ANN, BOB, EVE, LID = "ann@c.us", "bob@c.us", "eve@c.us", "1@lid"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNASKED = Origin("work", NOON)
ASKED = Origin("work", NOON, lambda id_: Seen(last="2026-10-31T08:00:00+00:00" * (id_ == EVE)))


def edits(
    header: str,
    *rows: Sequence[str],
    formulas: Sequence[tuple[int, int]] = (),
    origins: Sequence[Origin] = (ASKED,),
    room: int | None = None,
) -> RowEdits:
    """Return no edits yet of a table in which all columns with titles of ours are ours."""
    titles = header.split()
    there = ExistingTable(titles, rows, formulas=frozenset(formulas), room=room)
    return RowEdits(
        there, {each: titles.index(each) for each in titles if each in COLUMNS}, origins
    )


@pytest.mark.parametrize(
    ("origins", "titles"),
    [
        ([ASKED], ("id", "name", "firstSeen", "lastSeen", "status", "statusDate", "fetched")),
        ([UNASKED], ("id", "name", "fetched")),
        ([ASKED, UNASKED], ("id", "name", "fetched")),
    ],
)
def test_columns_of_the_past_are_written_only_where_every_history_was_asked(
    origins: list[Origin], titles: tuple[str, ...]
) -> None:
    header = "id name firstSeen lastSeen status statusDate notes fetched"
    assert edits(header, origins=origins).titles == titles


@pytest.mark.parametrize(
    ("rows", "best"),
    [
        ([("x", "")], 0),
        ([(ANN, ""), (ANN, "")], 0),
        ([(f" {ANN}", ""), (ANN, "")], 1),  # spelled as the list does
        ([(ANN, ""), (f" {ANN}", "met in May")], 1),  # notes weigh more
        ([(ANN, ""), (f" {ANN}", "note"), (ANN, "note")], 2),
        ([(ANN, ""), (ANN, "one"), (ANN, "two")], 1),
    ],
)
def test_of_a_persons_rows_the_one_with_notes_is_kept_up(
    rows: list[tuple[str, str]], best: int
) -> None:
    assert edits("id notes", *rows).best([*range(len(rows))], ANN) == best


def test_notes_are_texts_and_formulas_in_columns_of_the_users() -> None:
    rows = [(ANN, "", "x", ""), ("", "a line", "", ""), ("", "", "", "1"), (BOB, *[""] * 3)]
    made = edits("id notes name more", *rows, (EVE, *[""] * 3), formulas=[(3, 1), (4, 2)])
    assert made.noted == {1, 2, 3}


@pytest.mark.parametrize(
    ("there", "values", "written"),
    [
        ((ANN, "Ann", "2026-11-20T09:00:00"), (ANN, "Ann", "2026-11-20T09:00:00"), {}),
        ((ANN, "Ann", "2026-11-20 09:00:00 +0100"), (ANN, "Ann", "2026-11-20T09:00:00"), {}),
        ((ANN, "Ann", "2026-11-20"), (ANN, "Ann", "2026-11-20T09:00:00"),
         {2: "2026-11-20T09:00:00"}),
        ((ANN, "2026-11-20 09:00:00", ""), (ANN, "2026-11-20T09:00:00", ""),
         {1: "2026-11-20T09:00:00"}),  # a name that looks like a time is a name
        ((ANN, "A", "?"), (ANN, "Ann", ""), {1: "Ann", 2: ""}),
    ],
)  # fmt: skip
def test_only_cells_with_another_value_are_written(
    there: Sequence[str], values: Sequence[str], written: Cells
) -> None:
    made = edits("id name firstSeen", there)
    assert made.update({0: values}) == [0][: len(written)]
    assert made.updates.get(0, {}) == written


def test_rows_that_differ_are_told_in_their_order() -> None:
    made = edits("id name", (ANN, "A"), (BOB, "Bob"), (EVE, "E"))
    assert made.update({2: (EVE, "Eve"), 1: (BOB, "Bob"), 0: (ANN, "Ann")}) == [0, 2]


def test_times_that_pass_are_no_reason_to_write_but_renewed_once_there_is_one() -> None:
    rows = [(ANN, "1", "then", "now"), (BOB, "1", "2", "x")]
    made = edits("id lastSeen firstSeen fetched", *rows)
    known = {0: (ANN, "2", "then", "now"), 1: (BOB, "1", "2", "now")}
    assert made.update(known) == []
    made.renew_times(known)
    assert made.updates == {0: {1: "2"}, 1: {3: "now"}}


@pytest.mark.parametrize(
    ("there", "now", "moved"),
    [
        (ANN, LID, {0: ANN}),
        (f" {ANN.upper()} ", ANN, {}),
        ("10000001.0", "10000001", {}),
        (ANN, ANN, {}),
    ],
)
def test_an_id_that_is_another_one_is_told(there: str, now: str, moved: dict[int, str]) -> None:
    made = edits("id name", (there, "A"))
    made.update({0: (now, "Ann")})
    assert (made.moved, made.updates[0][1]) == (moved, "Ann")


@pytest.mark.parametrize("name", ["A", "Ann"])
def test_an_id_that_a_formula_of_the_users_makes_stays_and_has_not_moved(name: str) -> None:
    made = edits("id name", (ANN, "A"), formulas=[(0, 0)])
    made.update({0: (LID, name)})
    assert (made.moved, made.left) == ({}, {(0, 0)})
    assert made.updates == ({} if name == "A" else {0: {1: "Ann"}})


@pytest.mark.parametrize(
    ("origin", "status", "written"),
    [
        (UNASKED, "not seen", {1: "", 2: ""}),
        (UNASKED, "not seen since 2026-11-02", {1: "", 2: ""}),
        (UNASKED, "renamed", {}),
        (ASKED, "not seen", {1: "back", 2: "2026-11-23T12:00:00"}),
    ],
)
def test_a_mark_goes_once_somebody_is_back(origin: Origin, status: str, written: Cells) -> None:
    made = edits("id status statusDate", (ANN, status, "2026-11-02T00:00:00"), origins=[origin])
    made.update({0: (ANN, "back", "2026-11-23T12:00:00")})
    assert made.updates.get(0, {}) == written


def test_everybody_gets_the_owners_name_but_for_lines_of_nobody() -> None:
    rows = [(ANN, ""), (" ", ""), (BOB, ""), (EVE, "")]
    made = edits("id account", *rows, formulas=[(2, 1)])
    made.name_owner("shop")
    assert made.updates == {0: {1: "shop"}, 3: {1: "shop"}}
    assert made.left == {(2, 1)}


BLANK = ("", "", "")


@pytest.mark.parametrize(
    ("rows", "formulas", "filled"),
    [
        ([], [], []),
        ([(ANN, "", "")], [], []),
        ([BLANK], [], [0]),
        ([BLANK, BLANK, BLANK], [], [0, 1]),  # no more than came
        ([BLANK, (ANN, "", ""), BLANK], [], [2]),
        ([("", "", "a line"), BLANK, ("", "", "")], [], [1, 2]),
        ([BLANK, BLANK, BLANK], [(1, 2)], [2]),
        ([BLANK, BLANK, BLANK], [(2, 1)], []),
    ],
)
def test_newcomers_get_the_blank_rows_at_the_end_then_rows_below(
    rows: list[tuple[str, ...]], formulas: list[tuple[int, int]], filled: list[int]
) -> None:
    made = edits("name id notes", *rows, formulas=formulas)
    cells: list[Cells] = [{0: "Bob", 1: BOB}, {1: EVE}]
    assert made.place([("Bob", BOB), ("", EVE)]) == (filled, cells[len(filled) :])
    assert made.updates == dict(zip(filled, cells, strict=False))


@pytest.mark.parametrize(
    ("room", "appended", "without"), [(None, 2, 0), (3, 2, 0), (2, 2, 0), (1, 0, 2), (0, 0, 2)]
)
def test_where_not_all_have_room_below_none_is_added(
    room: int | None, appended: int, without: int
) -> None:
    made = edits("id", ("",), room=room)
    filled, below = made.place([(ANN,), (BOB,), (EVE,)])
    assert (filled, len(below), made.without_room) == ([0], appended, without)


def marked(header: str, *rows: Sequence[str], who: str = ANN, last: str = "") -> RowEdits:
    """Return the edits of a table whose first row is of somebody who is missing."""
    made = edits(header, *rows)
    memory = TableMemory(last_seen={who: last} if last else {})
    places = made.mark({0: who}, memory, ASKED)
    assert places == [*made.updates]
    return made


@pytest.mark.parametrize(
    ("who", "last", "day"),
    [
        (ANN, "2026-11-02T07:00:00+00:00", "2026-11-02"),
        (EVE, "2026-11-02T07:00:00+00:00", "2026-11-02"),
        (EVE, "", "2026-10-31"),  # as the history tells
        (ANN, "", "2026-11-23"),  # the day of this list
    ],
)
def test_who_is_missing_is_marked_since_when_he_was_seen_last(
    who: str, last: str, day: str
) -> None:
    made = marked("id status", (who, "new 2026-01-01"), who=who, last=last)
    assert made.updates == {0: {1: f"not seen since {day}"}}


@pytest.mark.parametrize(
    ("status", "date", "written"),
    [
        ("new", "2026-01-01T00:00:00", {1: "not seen", 2: "2026-11-02T07:00:00"}),
        ("not seen", "2026-01-01T00:00:00", {}),
        ("not seen", "", {1: "not seen", 2: "2026-11-02T07:00:00"}),
        ("not seen since 2025-05-01", "", {1: "not seen", 2: "2025-05-01T00:00:00"}),
        ("", "", {1: "not seen", 2: "2026-11-02T07:00:00"}),
    ],
)
def test_a_column_for_the_day_takes_the_day_and_no_mark_is_renewed(
    status: str, date: str, written: Cells
) -> None:
    made = marked("id status statusDate", (ANN, status, date), last="2026-11-02T07:00:00+00:00")
    assert made.updates.get(0, {}) == written


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("id name", ""),
        ("id statusDate", ""),
        ("id status", "not seen"),
        ("id status", "not seen since 2026-11-02"),
    ],
)
def test_without_a_column_for_it_or_with_the_mark_there_nobody_is_marked(
    header: str, cell: str
) -> None:
    assert marked(header, (ANN, cell)).updates == {}


def test_a_formula_in_the_place_of_a_mark_is_left() -> None:
    made = edits("id status", (ANN, ""), formulas=[(0, 1)])
    assert made.mark({0: ANN}, TableMemory(), ASKED) == []
    assert made.left == {(0, 1)}


def test_a_mark_of_somebody_is_written_beside_what_else_changes_in_the_row() -> None:
    made = edits("id name status", (ANN, "A", ""))
    made.update({0: (ANN, "Ann", "")})
    assert made.mark({0: ANN}, TableMemory(), ASKED) == [0]
    assert made.updates == {0: {1: "Ann", 2: "not seen since 2026-11-23"}}
