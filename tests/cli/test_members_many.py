"""`getcontacts members` of several accounts: one sheet, and what is told when some fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from tests.cli.command import getcontacts
from tests.cli.fleet import fleet
from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.contacts.members import HEADER
from workbook.green_api.client import Client
from workbook.green_api.other_methods import GroupData
from workbook.simulator.behaviour import fine, only
from workbook.simulator.people import group, person
from workbook.simulator.replies import spent
from workbook.simulator.scenarios import SCENARIOS
from workbook.simulator.simulator import Simulator

BOOK = "all.xlsx"
PEOPLE = [person(f"491510000000{n}@c.us", f"Ann {n}") for n in range(3)]
GROUPS = [group("120363043968066561@g.us", "Team"), group("120363043968066562@g.us", "Club")]
FEW = replace(SCENARIOS["normal"], rows=lambda: [*PEOPLE, *GROUPS])
GOOD = dict.fromkeys(("berlin", "shop-1", "shop-2"), FEW)
USED_UP = replace(
    FEW,
    quota=(fine, only("getgroupdata", lambda request: spent("getGroupData", 1_000))),
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with fleet(GOOD, monkeypatch) as service:
        yield service


def rows() -> list[dict[object, object]]:
    header, *lines = openpyxl.load_workbook(BOOK)["Members"].iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def by_account() -> Counter[object]:
    return Counter(row["account"] for row in rows())


def asked(service: Simulator) -> int:
    return sum(call.method == "getgroupdata" for call in service.calls)


def test_one_sheet_has_the_members_of_all_with_their_account_in_front(three: Simulator) -> None:
    ran = getcontacts("members", BOOK, "--accounts", "shop-*")
    assert ran.code == 0, ran.stderr
    assert [*rows()[0]] == ["account", *HEADER]
    counts = by_account()
    assert counts.keys() == {"shop-1", "shop-2"}
    assert f"{counts.total():,} members of" in ran.stderr
    before = asked(three)
    getcontacts("members", BOOK, "--all-accounts")
    assert by_account().keys() == {"berlin", "shop-1", "shop-2"}
    assert asked(three) * 2 == before * 3, "those of the shops are kept"


def test_one_that_fails_spoils_nothing_and_the_run_ends_with_10(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with fleet({**GOOD, "shop-2": "renewed-token"}, monkeypatch):
        ran = getcontacts("members", BOOK, "--all-accounts", "-q")
    assert ran.code == 10
    assert by_account().keys() == {"berlin", "shop-1"}
    assert "1 account failed (shop-2)." in ran.stderr


def test_a_quota_that_is_used_up_is_one_accounts_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with fleet({**GOOD, "shop-2": USED_UP}, monkeypatch):
        ran = getcontacts("members", BOOK, "--all-accounts")
        assert ran.code == 10
        assert "1 account failed (shop-2). The month's quota" in ran.stderr
        assert "What came is kept; the next run goes on from there." in ran.stderr
        counts = by_account()
        assert 0 < counts["shop-2"] < counts["shop-1"], "one group had answered"
        getcontacts("members", BOOK, "--all-accounts", "--failed", "skip")
        assert by_account().keys() == {"berlin", "shop-1"}


def test_ctrl_c_keeps_what_came_of_all_and_writes_nothing(
    three: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Client.group_data

    def interrupted(client: Client, group_id: str) -> GroupData:
        if group_id == GROUPS[1]["id"]:
            raise KeyboardInterrupt
        return asking(client, group_id)

    with monkeypatch.context() as patch:
        patch.setattr(Client, "group_data", interrupted)
        ran = getcontacts("members", BOOK, "--all-accounts", "--jobs", "1")
    assert (ran.code, "Stopped. What came is kept" in ran.stderr) == (130, True)
    assert not Path(BOOK).exists()
    assert getcontacts("members", BOOK, "--all-accounts").code == 0
    assert asked(three) == 6, "each group of each account once"


def test_where_all_fail_the_file_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    with fleet(dict.fromkeys(GOOD, "renewed-token"), monkeypatch):
        ran = getcontacts("members", BOOK, "--all-accounts")
    assert (ran.code, Path(BOOK).exists()) == (3, False)
    assert "3 accounts failed" in ran.stderr


def test_where_all_fail_a_book_to_update_is_as_it_was(three: Simulator) -> None:
    getcontacts("members", BOOK, "--all-accounts")
    before = Path(BOOK).read_bytes()
    for alias in GOOD:
        instance = accounts.identify(alias).id_instance
        accounts.save(Account(alias, three.api_url, instance, "no"))
    ran = getcontacts("members", BOOK, "--all-accounts", "--update", "--max-age", "0s")
    assert (ran.code, "3 accounts failed" in ran.stderr) == (3, True), ran.stderr
    assert Path(BOOK).read_bytes() == before


def test_nobody_of_an_account_that_fails_is_marked_as_missing(three: Simulator) -> None:
    getcontacts("members", BOOK, "--all-accounts")
    let_one_leave_each_account()
    accounts.save(Account("shop-2", three.api_url, accounts.identify("shop-2").id_instance, "no"))
    fresh = "--update", "--max-age", "0s", "--missing", "mark"
    ran = getcontacts("members", BOOK, "--all-accounts", *fresh)
    assert ran.code == 10, ran.stderr
    assert "1 account failed (shop-2)." in ran.stderr
    marked = [row["account"] for row in rows() if row["status"] == "not seen"]
    assert marked == ["berlin", "shop-1"]


def let_one_leave_each_account() -> None:
    """Write an id that nobody has into one row of each account."""
    book = openpyxl.load_workbook(BOOK)
    seen: set[object] = set()
    for row in book["Members"].iter_rows(min_row=2):
        if row[0].value not in seen:
            seen.add(row[0].value)
            row[3].value = "19999999999@c.us"
    book.save(BOOK)


def test_a_second_account_comes_into_a_table_of_one_by_a_new_column(three: Simulator) -> None:
    getcontacts("members", BOOK, "--account", "berlin")
    alone = len(rows())
    refused = getcontacts("members", BOOK, "--update", "--account", "shop-1")
    assert (refused.code, "--update --all-accounts" in refused.stderr) == (8, True)
    ran = getcontacts("members", BOOK, "--update", "--accounts", "shop-1")
    assert ran.code == 0, ran.stderr
    assert by_account() == {"berlin": alone, "shop-1": alone}


def test_many_groups_of_all_accounts_together_want_a_yes(
    three: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbook.cli.groups.MANY", 5)
    ran = getcontacts("members", BOOK, "--all-accounts")
    assert (ran.code, asked(three), Path(BOOK).exists()) == (2, 0, False)
    assert getcontacts("members", BOOK, "--all-accounts", "--yes").code == 0


@pytest.mark.parametrize(
    "words",
    [(BOOK, "--account", "berlin"), (BOOK, "--group", "120363043968066561@g.us"),
     ("{account}.xlsx",)],
)  # fmt: skip
def test_what_is_of_one_account_does_not_go_with_several(
    three: Simulator, words: tuple[str, ...]
) -> None:
    assert getcontacts("members", *words, "--all-accounts").code == 2
    assert three.calls == []
