"""What the ribbon says after Refresh and Undo refresh."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from addin.shared import messages
from addin.shared.undo import Refresh, Undone
from tests.hosts.excel_tables import ANN, BOB, MAIN, OTHER, latest
from workbook.contacts.changes import Change, Kind, Tally
from workbook.errors import ServiceDown
from workbook.merge.model import UpdateReport
from workbook.sync.guard import Loss
from workbook.sync.latest import Latest
from workbook.sync.many import Gathered

NOW = datetime(2026, 11, 23, 12, 5).astimezone()
REPORT = UpdateReport(
    "Sheet1", "Contacts", True, 1, 4, (), {}, (), (), (), ("id",), (), (), 0, None, 0, Counter(), ()
)
PAST = Refresh(NOW, ("id",), (), (), (), (), pushed=False)
WHERE = ', on the sheet "Sheet1", from "main".'


def refreshed(got: Latest, report: UpdateReport) -> str:
    return messages.refreshed([Gathered(MAIN, got)], report)


def test_a_refresh_is_told_in_one_short_sentence() -> None:
    assert refreshed(latest(ANN, BOB), REPORT) == f"2 contacts, 4 new{WHERE}"


def test_what_changed_since_the_list_before_is_told() -> None:
    changes = [Change(datetime.now(UTC), Kind.NEW, BOB)]
    got = replace(latest(ANN, BOB), changes=Tally.of([changes]))
    said = refreshed(got, REPORT)
    assert said == f"2 contacts, 4 new{WHERE}\nSince the list before: 1 new."
    unchanged = refreshed(replace(got, changes=Tally()), REPORT)
    assert unchanged.endswith(f"4 new{WHERE}\nSince the list before: nothing changed.")


def test_a_list_that_is_not_believed_is_told() -> None:
    got = replace(latest(ANN), loss=Loss(141, 390), hint="A hint.")
    said = refreshed(got, REPORT)
    assert "141 of 390 missing; nobody was removed." in said
    assert said.endswith("getcontacts export --accept-loss\nA hint.")


@pytest.mark.parametrize(
    ("unseen", "removed", "sentences"),
    [
        (1, 0, "1 row kept, of people who are not in the list now."),
        (3, 0, "3 rows kept, of people who are not in the list now."),
        (2, 2, "2 rows removed, of people missing from 3 lists in a row."),
    ],
)
def test_what_became_of_missing_people_is_told(unseen: int, removed: int, sentences: str) -> None:
    report = replace(REPORT, unseen=("x",) * unseen, removed=removed)
    said = refreshed(latest(ANN), report)
    assert said == f"1 contact, 4 new{WHERE}\n{sentences}"


def test_what_was_found_odd_and_altered_is_told() -> None:
    report = replace(REPORT, left=("B2",), notices=("Mind the gap.",), altered=Counter(cut=1200))
    said = refreshed(latest(ANN), report)
    assert "left alone: B2.\nMind the gap.\n1,200 values changed: 1,200 cut." in said


def test_what_was_left_out_is_told_as_the_command_tells_it() -> None:
    got = latest(ANN)
    got = replace(got, snapshot=replace(got.snapshot, dropped=Counter({"junk id": 2})))
    left_out = "2 rows were left out: 2 junk id."
    assert refreshed(got, REPORT) == f"1 contact, 4 new{WHERE}\n{left_out}"
    assert messages.made(got, "Contacts", Counter()).splitlines()[1] == left_out


def test_a_new_sheet_is_told_by_its_name_and_what_was_in_the_way_of_the_usual_one() -> None:
    sentence = '2 contacts, on the new sheet "{}", from "main".'
    assert messages.made(latest(ANN, BOB), "Contacts", Counter()) == sentence.format("Contacts")
    assert messages.made(latest(ANN, BOB), "Contacts 2", Counter()).splitlines() == [
        sentence.format("Contacts 2"),
        'The sheet "Contacts" holds something else and was left as it is.',
    ]


def test_of_several_accounts_it_is_told_which_failed_and_that_their_rows_are_kept() -> None:
    report = replace(REPORT, altered=Counter(cut=2))
    lists = [Gathered(MAIN, latest(ANN)), Gathered(OTHER, None, ServiceDown(503))]
    first, changed, failed, kept = messages.refreshed(lists, report).splitlines()
    assert first == f"1 contact, 4 new{WHERE}"
    assert changed == "2 values changed: 2 cut."
    assert failed.startswith("1 account failed (other). ")
    assert kept == "Rows of accounts that failed are as they were."


def test_of_several_accounts_that_all_came_none_is_said_to_have_failed() -> None:
    lists = [Gathered(MAIN, latest(ANN)), Gathered(OTHER, latest(BOB))]
    assert messages.refreshed(lists, REPORT).startswith("2 contacts, 4 new, on the sheet")
    assert "failed" not in messages.refreshed(lists, REPORT)


def test_an_undo_says_what_it_did_and_what_stayed() -> None:
    assert messages.undone(PAST, Undone(12, 0, 0, 0, 0)) == (
        "As before the refresh of 12:05: 12 rows put back."
    )
    assert messages.undone(PAST, Undone(1, 2, 3, 1, 4)).splitlines() == [
        "As before the refresh of 12:05: 1 row put back.",
        "2 rows taken away, of new people.",
        "1 row kept, of new people beside whom you wrote.",
        "3 rows brought back, at the end of the table.",
        "4 rows not found any more.",
    ]
