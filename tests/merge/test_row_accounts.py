"""Whose each row is where several accounts may have rows in one table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from workbook.contacts.columns import Origin
from workbook.contacts.matching import Persons
from workbook.merge.model import Arrival, ExistingTable, Incoming, TableMemory
from workbook.merge.refusals import ADD_ACCOUNT, SecondAccount
from workbook.merge.row_accounts import refuse_second, rows_of_each, unnamed_owner

ANN, BOB, EVE = "ann@c.us", "bob@c.us", "eve@c.us"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OURS = {"id": 0, "account": 1}


def arrival(account: str, owner: str = "", aliases: Sequence[str] = ()) -> Arrival:
    return Arrival(Incoming((), Origin(account, NOON)), TableMemory(owner, aliases))


def rows(
    there: Sequence[tuple[str, str]], *arrivals: Arrival, lists: Sequence[Sequence[str]] = ()
) -> list[list[int]]:
    known = lists or [()] * len(arrivals)
    persons = [Persons(each, {}) for each in known]
    return rows_of_each(ExistingTable(["id", "account"], there), OURS, arrivals, persons)


def test_each_account_has_the_rows_that_name_it() -> None:
    there = [(ANN, "shop"), (BOB, "home"), (EVE, " shop "), (ANN, "Shop"), (BOB, "other")]
    assert rows(there, arrival("home"), arrival("shop")) == [[1], [0, 2]]


def test_rows_of_former_aliases_are_told_in_the_order_of_the_table() -> None:
    there = [(ANN, "new"), (BOB, "old"), (EVE, ""), (ANN, "older"), (BOB, "new")]
    assert rows(there, arrival("new", "new", ["old", "older"])) == [[0, 1, 2, 3, 4]]


def test_a_former_alias_of_two_accounts_is_the_first_ones() -> None:
    there = [(ANN, "old")]
    both = [arrival("a", aliases=["old"]), arrival("b", aliases=["old"])]
    assert rows(there, *both) == [[0], []]
    assert rows(there, *both[::-1]) == [[0], []]


def test_the_alias_that_an_account_has_now_is_no_others_former_one() -> None:
    there = [(ANN, "a"), (BOB, "b")]
    assert rows(there, arrival("a", aliases=["b"]), arrival("b")) == [[0], [1]]


@pytest.mark.parametrize(
    ("owner", "of_the_one_that_came"),
    [("", [0, 1]), ("shop", [0, 1]), ("home", [0])],
)
def test_a_row_that_names_no_account_is_the_owners(
    owner: str, of_the_one_that_came: list[int]
) -> None:
    there = [(ANN, "shop"), (BOB, "")]
    assert rows(there, arrival("shop", owner), lists=[[ANN, BOB]]) == [of_the_one_that_came]


def test_of_several_the_one_that_lists_somebody_has_the_row_else_the_owner() -> None:
    there = [(ANN, "home"), (BOB, " "), (f" {EVE} ", ""), ("who", "")]
    home, shop = arrival("home", "shop"), arrival("shop", "shop")
    lists = [[ANN, EVE], [BOB]]
    assert rows(there, home, shop, lists=lists) == [[0, 2], [1, 3]]
    assert rows(there, home, arrival("shop", "far"), lists=lists) == [[0, 2], [1]]


def test_where_two_list_somebody_the_first_has_the_row() -> None:
    two = [arrival("home"), arrival("shop")]
    assert rows([(ANN, "home"), (BOB, "")], *two, lists=[[BOB], [BOB]]) == [[0, 1], []]


@pytest.mark.parametrize(("owner", "whose"), [("shop", [[], [0, 1]]), ("", [[], []])])
def test_where_no_row_names_an_account_all_are_the_owners(
    owner: str, whose: list[list[int]]
) -> None:
    two = arrival("home", owner), arrival("shop", owner)
    assert rows([(ANN, ""), (BOB, "")], *two, lists=[[ANN], []]) == whose


def test_without_a_column_for_accounts_all_rows_are_the_one_accounts() -> None:
    there = ExistingTable(["id"], [(ANN,), ("",), (BOB,)])
    assert rows_of_each(there, {"id": 0}, [arrival("shop")], [Persons([], {})]) == [[0, 1, 2]]
    with pytest.raises(SecondAccount) as refused:
        rows_of_each(there, {"id": 0}, [arrival("shop", "home")], [], "add it so")
    assert (refused.value.owner, refused.value.account) == ("home", "shop")
    assert "run once: add it so;" in str(refused.value)


@pytest.mark.parametrize(
    ("arrivals", "owner", "refused"),
    [
        ([arrival("shop"), arrival("home")], "shop", "home"),
        ([arrival("shop", "home"), arrival("home", "home")], "home", "shop"),
        ([arrival("shop", "shop"), arrival("home", "home")], "shop", "home"),
    ],
)
def test_the_first_account_that_is_not_the_owner_is_refused(
    arrivals: list[Arrival], owner: str, refused: str
) -> None:
    with pytest.raises(SecondAccount) as why:
        refuse_second(arrivals, ADD_ACCOUNT)
    assert (why.value.owner, why.value.account) == (owner, refused)


@pytest.mark.parametrize("owner", ["", "shop"])
def test_the_owner_alone_is_not_refused(owner: str) -> None:
    refuse_second([arrival("shop", owner)], ADD_ACCOUNT)


@pytest.mark.parametrize(
    ("arrivals", "named", "owner"),
    [
        ([arrival("home", "shop")], "", "shop"),
        ([arrival("home", "shop"), arrival("far")], "", "shop"),
        ([arrival("home", "shop"), arrival("shop")], "", ""),  # whose rows they are, anyway
        ([arrival("home", "home")], "", ""),
        ([arrival("home", "shop"), arrival("far", "club")], "", ""),  # not known whose
        ([arrival("home")], "", ""),
        ([arrival("home", "shop")], "other", ""),
    ],
)
def test_rows_of_before_the_column_are_of_the_one_owner_that_did_not_come(
    arrivals: list[Arrival], named: str, owner: str
) -> None:
    there = ExistingTable(["id", "account"], [(ANN, ""), (BOB, named)])
    assert unnamed_owner(there, OURS, arrivals) == owner
    assert unnamed_owner(there, {"id": 0}, arrivals) == ""
