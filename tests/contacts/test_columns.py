"""Columns, and text made safe once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.columns import (
    BASIC,
    CELL_LIMIT,
    COLUMNS,
    Listed,
    Origin,
    People,
    Row,
    Seen,
    Table,
    Together,
    build,
    titles,
    with_a_row,
)
from workbook.contacts.contact import Contact
from workbook.errors import WrongUsage

SHOP = Origin("shop", datetime(2026, 11, 23, 13, 5, tzinfo=UTC))
ANNA = Contact("4915100000001@c.us", "Anna", "Anna Berg", "user")
ANY_TEXT = st.text(st.characters(codec=None))  # lone surrogates too


def table_of(*contacts: Contact, header: Iterable[str] = BASIC) -> tuple[list[Row], Table]:
    table = build(contacts, SHOP, tuple(header))
    return list(table.rows), table


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_the_four_columns_are_those_of_the_api_in_its_order() -> None:
    rows, table = table_of(ANNA)
    assert table.header == ("id", "name", "contactName", "type")
    assert [tuple(row) for row in rows] == [("4915100000001@c.us", "Anna", "Anna Berg", "user")]


def test_every_other_column_is_derived_from_the_contact_or_its_origin() -> None:
    (row,), table = table_of(ANNA, header=titles("full"))
    told = dict(zip(table.header, row, strict=True))
    assert told["phone"] == "+4915100000001"
    assert told["country"] == "Germany"
    assert told["link"] == "https://wa.me/4915100000001"
    assert (told["saved"], told["label"], told["idKind"]) == ("yes", "Anna Berg", "phone")
    assert told["account"] == "shop"
    assert datetime.fromisoformat(told["fetched"]) == SHOP.fetched


@pytest.mark.parametrize(
    ("wanted", "header"),
    [
        ("basic", BASIC),
        ("full", tuple(COLUMNS)),
        ("name,id", ("name", "id")),
        (" contactname , ID ", ("contactName", "id")),
        ("id,basic,phone,id", (*BASIC, "phone")),
    ],
)
def test_columns_are_named_by_preset_or_title_each_once(
    wanted: str, header: tuple[str, ...]
) -> None:
    assert titles(wanted) == header


@pytest.mark.parametrize("wanted", ["avatar", "id,avatar", "", " , "])
def test_an_unknown_column_is_refused_with_the_known_ones(wanted: str) -> None:
    with pytest.raises(WrongUsage, match="contactName"):
        titles(wanted)


def test_a_lone_surrogate_becomes_a_replacement_character_and_is_counted() -> None:
    rows, table = table_of(Contact("1@c.us", "half \ud83d emoji", "\ud83d\ud83d"))
    assert list(rows[0][1:3]) == ["half \ufffd emoji", "\ufffd\ufffd"]
    assert table.altered == {"lone surrogate replaced": 2}


def test_a_text_as_long_as_a_cell_stays_whole() -> None:
    rows, table = table_of(Contact("1@c.us", "a" * CELL_LIMIT))
    assert rows[0][1] == "a" * CELL_LIMIT
    assert not table.altered


def test_a_long_text_without_characters_of_two_units_stays_whole_too() -> None:
    rows, table = table_of(Contact("1@c.us", "😀" * (CELL_LIMIT // 2), "a" * CELL_LIMIT))
    assert [len(value) for value in rows[0][1:3]] == [CELL_LIMIT // 2, CELL_LIMIT]
    assert not table.altered


def test_a_longer_text_is_cut_between_characters_and_counted() -> None:
    rows, table = table_of(Contact("1@c.us", "a" * (CELL_LIMIT - 1) + "😀"), ANNA)
    assert rows[0][1] == "a" * (CELL_LIMIT - 1)
    assert table.altered == {"longer than a cell, cut": 1}


def test_a_contact_that_has_to_be_mended_leaves_its_neighbours_alone() -> None:
    many = [ANNA] * 3_000
    rows, table = table_of(*many, Contact("2@c.us", "\udc00"), *many)
    assert len(rows) == table.length == 6_001
    assert [tuple(row) for row in rows if row[1] == "Anna"] == [tuple(rows[0])] * 6_000


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=5))
def test_whatever_comes_every_value_can_be_held_by_a_cell(names: list[tuple[str, str]]) -> None:
    rows, table = table_of(*(Contact("1@c.us", *pair) for pair in names))
    assert all(units(value) <= CELL_LIMIT for row in rows for value in row)
    lone = sum(any("\ud800" <= c <= "\udfff" for c in name) for pair in names for name in pair)
    assert +table.altered == Counter({"lone surrogate replaced": lone} if lone else {})


@pytest.mark.parametrize(("length", "kept"), [(32_767, 32_767), (32_768, 32_767)])
def test_a_cell_holds_32767_units(length: int, kept: int) -> None:
    for name in ("a" * length, "é" * length):
        rows, table = table_of(Contact("1@c.us", name))
        assert len(rows[0][1]) == kept
        assert table.altered.total() == length - kept


def test_what_happened_last_has_its_day_beside_it_or_in_a_column_of_its_own() -> None:
    seen = {ANNA.id: Seen("2026-01-01", "2026-11-21", "renamed", "2026-11-20T10:15:00+01:00")}
    origin = Origin("shop", SHOP.fetched, lambda id_: seen.get(id_, Seen()))
    people = [ANNA, Contact("2@c.us")]
    assert [*build(people, origin, ("status",)).rows] == [("renamed 2026-11-20",), ("",)]
    historical = ("firstSeen", "lastSeen", "status", "statusDate")
    assert [*build(people, origin, historical).rows] == [
        ("2026-01-01", "2026-11-21", "renamed", "2026-11-20T10:15:00+01:00"),
        ("", "", "", ""),
    ]


def test_the_accounts_that_know_somebody_are_named_and_counted() -> None:
    known = Origin("shop", SHOP.fetched, known_by=lambda _: ("berlin", "shop"))
    header = ("accounts", "knownBy")
    assert [*build([ANNA], known, header).rows] == [("berlin, shop", "2")]
    assert [*build([ANNA], SHOP, header).rows] == [("", "0")]


def test_over_several_accounts_a_person_has_no_account_but_how_many_know_it() -> None:
    assert titles("basic", across=True) == (*BASIC, "accounts", "knownBy")
    assert titles("account,knownby,id", across=True) == ("knownBy", "id", "accounts")
    with pytest.raises(WrongUsage, match='no column "knownBy"'):
        titles("id,knownBy")


def test_rows_can_be_had_in_blocks_column_by_column() -> None:
    assert [*build([ANNA, ANNA], SHOP, ("id", "name")).blocks()] == [
        [[ANNA.id, ANNA.id], ["Anna", "Anna"]]
    ]
    assert [*Table(("a", "b"), [["1", "2"], ["3", "4"]], 2).blocks()] == [[("1", "3"), ("2", "4")]]
    assert [*Table(("a", "b"), [], 0).blocks()] == []


def test_a_table_of_nobody_gets_a_blank_row_and_another_stays_as_it_is() -> None:
    blank = with_a_row(build([], SHOP, ("id", "name")))
    assert ([*blank.rows], blank.length, blank.header) == ([["", ""]], 1, ("id", "name"))
    table = build([ANNA], SHOP)
    assert with_a_row(table) is table


def test_an_empty_list_makes_a_table_without_rows() -> None:
    rows, table = table_of()
    assert (rows, table.length) == ([], 0)


def test_the_case_of_a_preset_or_a_title_does_not_matter() -> None:
    assert titles("Full") == titles("full")
    assert titles("ID,CONTACTNAME") == ("id", "contactName")


def test_rows_of_lists_together_name_the_account_of_their_own_list() -> None:
    shop = Listed([Contact("1@c.us", "A")], SHOP)
    berlin = Listed(
        [Contact("2@c.us", "B"), Contact("1@c.us", "A2")], Origin("berlin", SHOP.fetched)
    )
    both = Together([shop, berlin])
    table = build(both, Origin("2 accounts", SHOP.fetched), ("account", "id", "name"))
    assert table.length == len(both) == 3
    assert [tuple(row) for row in table.rows] == [
        ("shop", "1@c.us", "A"),
        ("berlin", "2@c.us", "B"),
        ("berlin", "1@c.us", "A2"),
    ]


def test_lists_together_are_as_new_as_the_newest_and_people_as_old_as_the_oldest() -> None:
    berlin = Origin("berlin", datetime(2026, 11, 23, 9, tzinfo=UTC))
    ben = Contact("2@c.us", "Ben")
    whole = Together([Listed([ANNA], SHOP), Listed([ben, ANNA], berlin)], {"lima": "no list"})
    assert whole.origin == Origin("3 accounts", SHOP.fetched)
    assert (len(whole), [*whole]) == (3, [ANNA, ben, ANNA])
    people = People(lambda: iter([(ANNA, SHOP), (ben, berlin)]), 2, whole)
    assert people.origin == Origin("3 accounts", berlin.fetched)
    assert (len(people), [*people], people.absent) == (2, [ANNA, ben], {"lima": "no list"})
    table = build(people, people.origin, ("account", "name"))
    assert [*table.rows] == [("shop", "Anna"), ("berlin", "Ben")]
