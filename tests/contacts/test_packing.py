"""Packed contacts come back as they were, whoever packed them, and take little room."""

from __future__ import annotations

import zlib
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.lists import ANNA, BEN, CLUB, crowd
from workbook.contacts import contact, packing
from workbook.contacts.contact import BATCH, ContactList
from workbook.contacts.packing import packed, unpacked

by_zlib = patch.object(packing, "fast", zlib)


@given(st.lists(st.text()).map(msgspec.msgpack.encode))
def test_what_is_packed_here_is_unpacked_where_there_is_no_isal_and_the_reverse(
    rows: bytes,
) -> None:
    here = packed(rows)
    with by_zlib:
        there = packed(rows)
        assert unpacked(here) == rows
    assert unpacked(there) == unpacked(here) == rows


@pytest.mark.parametrize("count", [0, 1, 15, 16, 70_000])
def test_a_piece_of_before_is_read_however_many_it_holds(count: int) -> None:
    rows = msgspec.msgpack.encode(["x"] * count)
    assert unpacked(rows) == rows


def test_a_list_that_was_kept_before_is_the_same_list() -> None:
    people = [ANNA, BEN, CLUB]
    kept = ContactList([msgspec.msgpack.encode(people)], len(people))
    assert list(kept) == people
    assert kept.types() == {"user": 2, "group": 1}


def test_of_a_long_list_most_takes_less_than_half_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact, "PLAIN", 1)
    contacts = ContactList.pack(crowd(2 * BATCH))
    first, second = map(len, contacts.pieces)
    assert 2 * second < first
    assert list(contacts) == crowd(2 * BATCH)
