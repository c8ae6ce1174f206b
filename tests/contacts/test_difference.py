"""What two lists do not share, and contacts picked out of packed ones."""

from __future__ import annotations

from itertools import chain

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.lists import ANNA, BEN, CLUB, crowd
from workbook.contacts.contact import Contact, ContactList
from workbook.contacts.difference import Difference, PackedSelection, between

names = st.sampled_from(["", "Anna", "Аня", "=1+1", "🌻"])
lists = st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(names, names)).map(
    lambda rows: [Contact(id_, *both, "user") for id_, both in rows.items()]
)


def compared(before: list[Contact], after: list[Contact]) -> Difference:
    return between(ContactList.pack(before), ContactList.pack(after))


@given(before=lists, after=lists)
def test_it_leads_from_one_list_to_the_other(before: list[Contact], after: list[Contact]) -> None:
    difference = compared(before, after)
    ended = {contact.id for contact in difference.ended}
    here = {contact.id: contact for contact in before if contact.id not in ended}
    began = {contact.id: contact for contact in difference.began}
    assert here | began == {contact.id: contact for contact in after}
    assert all(contact in before for contact in difference.ended)


def test_another_order_is_no_difference() -> None:
    assert compared([ANNA, BEN, CLUB], [CLUB, ANNA, BEN]) == Difference()


def test_it_does_not_matter_how_a_list_was_cut_into_pieces() -> None:
    people = crowd(60)
    pieces = ContactList()
    for start in range(0, 60, 7):
        pieces.append(people[start : start + 7])
    assert between(ContactList.pack(people), pieces) == Difference()


def test_who_is_missing_and_who_came_is_told_apart_from_who_changed() -> None:
    renamed = msgspec.structs.replace(BEN, name="Benny")
    difference = compared([ANNA, BEN], [renamed, CLUB])
    assert list(difference.missing) == [ANNA]
    assert list(difference.newcomers) == [CLUB]
    assert list(difference.ended) == [ANNA, BEN]
    assert list(difference.began) == [renamed, CLUB]


def test_the_missing_can_be_left_out() -> None:
    difference = compared([ANNA, BEN], []).without_end_of({ANNA.id})
    assert list(difference.missing) == list(difference.ended) == [BEN]


def test_who_came_makes_up_for_who_went_of_the_same_type() -> None:
    jo, team = Contact("102388094480549@lid", "Jo", "", "user"), crowd(2, "group")
    losses = compared([ANNA, BEN, CLUB], [jo, *team]).net_losses()
    assert losses == {"user": 1, "group": -1}


def test_where_nobody_is_left_out_the_difference_stays_the_same() -> None:
    difference = compared([ANNA, BEN], [CLUB])
    assert difference.without_end_of([]) == difference
    assert list(difference.without_end_of({ANNA.id}).began) == [CLUB]
    assert list(difference.without_end_of({ANNA.id}).newcomers) == [CLUB]


def packed_by_an_older_version(*contacts: Contact) -> ContactList:
    rows = [{"type": c.type, "name": c.name, "id": c.id} for c in contacts]
    return ContactList([msgspec.msgpack.encode(rows)], len(rows))


def test_what_is_only_packed_in_another_way_is_the_same_contact() -> None:
    older = packed_by_an_older_version(BEN, CLUB)
    assert between(older, ContactList.pack([BEN, CLUB])) == Difference()


def test_beside_what_is_only_packed_in_another_way_changes_are_found() -> None:
    renamed, jo = msgspec.structs.replace(BEN, name="Benny"), Contact("102388094480549@lid", "Jo")
    older = packed_by_an_older_version(BEN, CLUB, jo)
    difference = between(older, ContactList.pack([ANNA, renamed, CLUB]))
    assert list(difference.ended) == [BEN, jo]
    assert list(difference.began) == [ANNA, renamed]
    assert (list(difference.missing), list(difference.newcomers)) == ([jo], [ANNA])


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
    monkeypatch.setattr("workbook.contacts.difference.PART", part)
    monkeypatch.setattr("workbook.contacts.difference.SAMPLE", 1)
    parts = list(everybody(100).in_order())
    assert len(parts) == -(-100 // part)
    assert [each.id for each in chain.from_iterable(parts)] == sorted(
        each.id for each in crowd(100)
    )
