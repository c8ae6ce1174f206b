"""What is told of many accounts: a line a cause, and the exit code."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from workbook.accounts.accounts import Account
from workbook.contacts.changes import Kind, Tally
from workbook.contacts.contact import Contact, ContactList
from workbook.errors import ContactsError, CredentialsRefused, EmptyList, Unreachable
from workbook.store.snapshots import Snapshot
from workbook.sync import outcome
from workbook.sync.latest import Latest
from workbook.sync.many import Gathered

MORNING = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
LIST = Latest(Snapshot("any", MORNING, ContactList.pack([Contact("1@c.us")])))


def one(alias: str, failure: ContactsError | None = None, latest: Latest | None = LIST) -> Gathered:
    return Gathered(Account(alias, "", "1", ""), latest, failure)


def refused(alias: str, latest: Latest | None = LIST) -> Gathered:
    return one(alias, CredentialsRefused(401), latest)


@pytest.mark.parametrize(
    ("gathered", "code"),
    [
        ([one("a"), one("b")], 0),
        ([one("a"), refused("b")], 10),
        ([refused("a"), refused("b")], 3),
        ([one("a", Unreachable("x", "name")), one("b", Unreachable("y", "name"))], 6),
        ([one("a", Unreachable("x", "name")), one("b", Unreachable("x", "timeout"))], 10),
        ([refused("a"), one("b", EmptyList())], 10),
    ],
)
def test_the_exit_code_is_10_unless_all_failed_for_one_cause(
    gathered: list[Gathered], code: int
) -> None:
    assert outcome.exit_code(gathered) == code


def test_each_cause_is_one_line_with_its_accounts_and_what_was_kept() -> None:
    gathered = [one("a"), refused("b"), refused("c", None), one("d", EmptyList("9:00"), None)]
    first, second = outcome.failures(gathered)
    local = f"{MORNING.astimezone():%Y-%m-%d %H:%M}"
    assert first.startswith("2 accounts failed (b, c). GREEN-API refused")
    assert first.endswith(f" 1 of their lists, of {local}, were kept.")
    assert second.startswith("1 account failed (d). GREEN-API sent an empty list")
    assert "kept" not in second


def test_of_many_failed_accounts_the_first_twenty_are_named() -> None:
    (told,) = outcome.failures([refused(f"s{n:03}", None) for n in range(500)])
    assert told.startswith("500 accounts failed (s000, s001,")
    assert "s019 and 480 more)" in told


def test_a_doubt_about_several_lists_is_told_once() -> None:
    stale = Latest(LIST.snapshot, stale="The list may be old.")
    gathered = [one("a", latest=stale), one("b", latest=stale), refused("c", stale)]
    assert [*outcome.doubts(gathered)] == ["a, b: The list may be old."]


def test_in_few_words_a_problem_is_why_and_what_was_kept() -> None:
    local = f"{MORNING.astimezone():%Y-%m-%d %H:%M}"
    why = "GREEN-API refused the apiTokenInstance (401)"
    assert outcome.problem(one("a")) == ""
    assert outcome.problem(refused("a")) == f"{why}; its list of {local} was kept"
    assert outcome.problem(refused("a", None)) == why


def test_new_people_are_known_only_of_a_list_that_came_after_another() -> None:
    tally = Tally(Counter({Kind.NEW: 2, Kind.GONE: 1}))
    assert outcome.new(one("a", latest=replace(LIST, changes=tally))) == 2
    assert outcome.new(one("a")) is outcome.new(one("a", latest=None)) is None
