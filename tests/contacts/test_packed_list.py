"""Contacts picked out of a packed list."""

from __future__ import annotations

from itertools import chain

import pytest

from tests.store.lists import ANNA, BEN, crowd
from workbook.contacts import packed_list
from workbook.contacts.contact import ContactList
from workbook.contacts.difference import between
from workbook.contacts.packed_list import PackedSelection


def everybody(count: int) -> PackedSelection:
    return between(ContactList(), ContactList.pack(reversed(crowd(count)))).began


def test_they_can_be_gone_through_again() -> None:
    people = everybody(5)
    assert len(people) == 5
    assert list(people) == list(people) == crowd(5)[::-1]


@pytest.mark.parametrize("one_in", [2, 50])
def test_some_of_them_are_picked_again(one_in: int) -> None:
    wanted = {contact.id for contact in crowd(100)[::one_in]}
    some = everybody(100).only(lambda contact: contact.id in wanted)
    assert {contact.id for contact in some} == wanted
    assert list(some.only(lambda contact: contact in (ANNA, BEN))) == []


@pytest.mark.parametrize("part", [1, 30, 100, 1_000])
def test_part_by_part_they_come_in_the_order_of_their_ids(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed_list, "PART", part)
    monkeypatch.setattr(packed_list, "SAMPLE", 1)
    parts = list(everybody(100).in_order())
    assert len(parts) == -(-100 // part)
    assert [each.id for each in chain.from_iterable(parts)] == sorted(
        each.id for each in crowd(100)
    )
