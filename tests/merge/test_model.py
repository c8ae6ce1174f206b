"""What the data of an update say of themselves."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from workbook.contacts.columns import BASIC, KNOWN_BY, Origin
from workbook.contacts.contact import Contact
from workbook.merge.model import (
    CONTACTS,
    MEMBERS,
    PERSONS,
    Cells,
    ExistingTable,
    Incoming,
    Missing,
    Notes,
    Place,
    Plan,
    TableMemory,
    Unmarked,
    UpdateOptions,
    UpdateReport,
    counted,
    dated,
    holds_members,
)

ANN, BOB = "12025550101@c.us", "12025550102@c.us"
NOTES = Notes(
    changed=[0, 2],
    moved={0: " old "},
    unseen=[1],
    noted=[1],
    duplicates=[(1, 2)],
    left=[(1, 0), (2, 3)],
    nameless=[3],
    absent=["phone"],
    lost_columns=["label"],
    marked=[1],
    unmarked=Unmarked.NOT_OURS,
    without_room=7,
    altered=Counter(cut=2),
)
ROWS = [("old", "", "", ""), (f" {BOB} ", "", "", ""), (ANN, "", "", ""), ("", "note", "", "")]
PLAN = Plan({"id": 0, "name": 1}, {0: {0: ANN}}, [3], [{0: BOB}, {0: "x"}], [1], NOTES)


@pytest.mark.parametrize(
    ("missing", "titles"),
    [(Missing.KEEP, ()), (Missing.MARK, ("status", "statusDate")), (Missing.REMOVE, ())],
)
def test_only_a_mark_needs_columns(missing: Missing, titles: tuple[str, ...]) -> None:
    assert missing.marks == titles


def test_a_row_is_a_persons_and_of_members_a_persons_in_a_group() -> None:
    assert [kind.keys for kind in (CONTACTS, PERSONS, MEMBERS)] == [
        ("id",), ("id",), ("id", "group"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "is_so"),
    [
        (("notes", "groupName", "id", "group"), True),
        (("id", "group", "groupName"), True),
        (("id", "group"), False),
        (("group", "groupName"), False),
        (BASIC, False),
        ((), False),
    ],
)
def test_a_table_of_members_is_told_by_its_titles(titles: tuple[str, ...], is_so: bool) -> None:
    assert holds_members(titles) is is_so


def test_the_same_row_again_and_again_is_one_run() -> None:
    blank, ann, again = [""], [ANN], [ANN]
    runs = [*ExistingTable(["id"], [blank, blank, ann, again, blank]).runs()]
    assert [row for row, _ in runs] == [blank, ann, again, blank]
    assert [run for _, run in runs] == [range(2), range(2, 3), range(3, 4), range(4, 5)]
    assert [*ExistingTable(["id"], []).runs()] == []


def test_absence_is_judged_by_the_whole_list_even_by_an_empty_one() -> None:
    few, origin = [Contact(ANN, "", "", "user")], Origin("work", datetime(2026, 11, 23, tzinfo=UTC))
    everybody = [*few, Contact(BOB, "", "", "user")]
    assert Incoming(few, origin).listed == few
    assert Incoming(few, origin, everybody).listed == everybody
    assert Incoming(few, origin, []).listed == []


def test_nothing_is_remembered_allowed_or_done_unless_it_is_said() -> None:
    memory, options = TableMemory(), UpdateOptions()
    assert (memory.contested, memory.made) == (False, False)
    assert (options.force, options.adopt, options.missing) == (False, False, Missing.KEEP)


def test_columns_of_times_and_of_numbers_are_known_by_their_titles() -> None:
    ours = {"id": 4, "fetched": 3, KNOWN_BY: 2, "statusDate": 1, "status": 0}
    assert dated(ours) == {1, 3}
    assert counted(ours) == {2}
    assert replace(PLAN, ours=ours).dated == {1, 3}


@pytest.mark.parametrize(
    ("updates", "appended", "removed", "nothing"),
    [
        ({}, [], [], True),
        ({0: {0: ANN}}, [], [], False),
        ({}, [{0: ANN}], [], False),
        ({}, [], [0], False),
    ],
)
def test_a_plan_changes_nothing_only_where_nothing_is_written_added_or_removed(
    updates: dict[int, Cells], appended: list[Cells], removed: list[int], nothing: bool
) -> None:
    decided = Plan({"id": 0}, updates, [], appended, removed, NOTES)
    assert decided.changes_nothing is nothing


def test_a_report_names_rows_and_cells_as_the_sheet_does() -> None:
    table = ExistingTable(["id", "name", "a", "b"], ROWS)
    told = UpdateReport.of(Place("People", "Contacts", top=5, left=3), table, PLAN)
    assert (told.sheet, told.table) == ("People", "Contacts")
    assert told.duplicates == ((6, 7),)
    assert told.left == ("C6", "F7")
    assert told.nameless == (8,)
    assert (told.unseen, told.moved) == ((BOB,), {"old": ANN})


def test_a_report_tells_the_plan_in_numbers() -> None:
    table, place = ExistingTable(["id", "name", "a", "b"], ROWS), Place("People", "Contacts", 2, 1)
    told = UpdateReport.of(place, table, PLAN, ["a word"], ["a warning"], MEMBERS)
    assert (told.written, told.changed, told.new, told.marked, told.removed) == (True, 2, 3, 1, 1)
    assert (told.owned, told.absent, told.lost_columns) == (("id", "name"), ("phone",), ("label",))
    assert (told.unmarked, told.without_room, told.altered) == (Unmarked.NOT_OURS, 7, {"cut": 2})
    assert (told.notices, told.warnings, told.kind) == (("a word",), ("a warning",), MEMBERS)
