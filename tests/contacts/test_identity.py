"""Which ids are one person's."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.store.lists import ANNA, BEN, CLUB, JO, JO_PHONE, START
from workbook.contacts.contact import Contact, ContactList, phone
from workbook.contacts.identity import (
    GROUP,
    NUMBER,
    Pair,
    extend,
    from_contacts,
    from_list,
    groups,
    link,
    maybe_same,
    merge_duplicates,
    merged,
    replacements,
    under_another_id,
    without_phone,
)
from workbook.contacts.matching import successors

NEXT_LID = "102388094480999@lid"


def pair(former: str = JO.id, present: str = JO_PHONE.id) -> Pair:
    return Pair(former, present, GROUP, START)


def listed(*contacts: Contact, pairs: tuple[Pair, ...] = (pair(),)) -> list[Contact]:
    return list(merge_duplicates(ContactList.pack(contacts), replacements(pairs)))


@pytest.mark.parametrize(
    ("one", "other"), [(JO.id, JO_PHONE.id), (JO_PHONE.id, JO.id), (JO.id, "4915100000009:3@c.us")]
)
def test_a_hidden_number_leads_to_its_phone(one: str, other: str) -> None:
    assert link(one, other, GROUP, START) == pair()


def test_a_hidden_number_leads_to_the_one_that_replaced_it() -> None:
    assert link(JO.id, NEXT_LID, GROUP, START) == pair(present=NEXT_LID)


@pytest.mark.parametrize(
    ("one", "other"), [(JO.id, JO.id), (ANNA.id, BEN.id), (JO.id, CLUB.id), (JO.id, ""), ("", "")]
)
def test_what_cannot_be_one_person_is_no_pair(one: str, other: str) -> None:
    assert link(one, other, GROUP, START) is None


def test_a_row_that_names_its_new_chat_gives_a_pair() -> None:
    moved = Contact(JO.id, "Jo", "", "user", new_chat_id=NEXT_LID)
    both = from_contacts([ANNA, moved], START), from_list(ContactList.pack([ANNA, moved]), START)
    assert [[each.present for each in found] for found in both] == [[NEXT_LID], [NEXT_LID]]


def numbered(contact: Contact, phone_number: str) -> Contact:
    return replace(contact, phone_number=phone_number)


def test_a_hidden_number_that_names_its_phone_gives_a_pair() -> None:
    told = [numbered(JO, "4915100000009"), numbered(ANNA, "4915100000001"), BEN]
    assert from_contacts(told, START) == [Pair(JO.id, JO_PHONE.id, NUMBER, START)]
    assert from_list(ContactList.pack(told), START) == from_contacts(told, START)


def test_a_phone_that_several_hidden_numbers_name_is_nobodys() -> None:
    told = [numbered(each, "4915100000009") for each in (JO, replace(JO, id=NEXT_LID))]
    assert from_contacts(told, START) == []


def test_a_row_may_name_its_new_chat_and_its_phone() -> None:
    both = numbered(replace(JO, new_chat_id=NEXT_LID), "4915100000009")
    assert [each.present for each in from_contacts([both], START)] == [NEXT_LID, JO_PHONE.id]


@pytest.mark.parametrize(
    ("known", "told", "kept"),
    [
        ({}, pair(), pair()),
        ({JO.id: JO_PHONE.id}, pair(), None),
        ({JO.id: NEXT_LID}, pair(), pair(NEXT_LID)),
        ({JO.id: JO_PHONE.id}, pair(present=NEXT_LID), pair(NEXT_LID)),
        ({JO.id: JO_PHONE.id}, pair(present=ANNA.id), pair(present=ANNA.id)),
        ({NEXT_LID: JO.id}, pair(present=NEXT_LID), None),
    ],
    ids=["new", "known", "phone of a replaced lid", "lid after its phone", "new phone", "circle"],
)
def test_a_pair_goes_on_from_what_is_known(
    known: dict[str, str], told: Pair, kept: Pair | None
) -> None:
    assert extend(told, known) == kept


@pytest.mark.parametrize("start", ["1@lid", "2@lid", "3@lid"])
def test_whoever_is_in_a_circle_comes_to_the_same(start: str) -> None:
    circle = {"1@lid": "2@lid", "2@lid": "3@lid", "3@lid": "2@lid"}
    assert successors(start, circle)[-1] == "2@lid"


def test_all_ids_of_a_person_belong_together() -> None:
    told = [pair(NEXT_LID), pair(JO.id, NEXT_LID), pair("333333333333333@lid", ANNA.id)]
    assert set(groups(told)) == {
        frozenset({JO.id, NEXT_LID, JO_PHONE.id}),
        frozenset({"333333333333333@lid", ANNA.id}),
    }


def test_one_person_is_one_row_under_the_phone() -> None:
    assert listed(JO, ANNA, JO_PHONE) == [ANNA, JO_PHONE]


def test_a_row_says_what_only_its_twin_knew() -> None:
    hidden = Contact(JO.id, "Jo", "", "user")
    saved = Contact(JO_PHONE.id, "", "Jo Winter", "user")
    assert listed(hidden, saved) == [Contact(JO_PHONE.id, "Jo", "Jo Winter", "user")]


def test_a_hidden_number_alone_keeps_its_id_and_gets_its_phone() -> None:
    (row,) = listed(JO)
    assert row.id == JO.id
    assert phone(row) == "+4915100000009"


def test_a_hidden_number_keeps_the_phone_that_its_own_row_tells() -> None:
    told = numbered(JO, "12025550101")
    assert listed(told) == [told]


def test_a_hidden_number_that_another_replaced_gets_no_phone_of_it() -> None:
    assert listed(JO, pairs=(pair(present=NEXT_LID),)) == [JO]


def test_the_row_of_a_person_has_the_id_that_counts_and_the_names_of_all() -> None:
    same = replacements([pair()])
    hidden, saved = replace(JO, name="Jo"), Contact(JO_PHONE.id, "", "Jo Winter", "user")
    for rows in ([hidden, saved], [saved, hidden]):
        assert merged(rows, same) == Contact(JO_PHONE.id, "Jo", "Jo Winter", "user")
    assert merged([hidden], same) == hidden


def test_without_pairs_the_list_is_as_it_was() -> None:
    contacts = ContactList.pack([JO, JO_PHONE])
    assert merge_duplicates(contacts, {}) is contacts
    assert merge_duplicates(contacts, replacements([pair("333333333333333@lid")])) is contacts


def test_a_missing_id_whose_person_is_listed_under_another_is_not_missing() -> None:
    assert under_another_id([JO, BEN], [JO_PHONE, ANNA], [pair()]) == {JO.id}
    assert under_another_id([JO, BEN], [ANNA], [pair()]) == set()


def test_hidden_numbers_without_a_phone_are_known() -> None:
    told = [pair(), pair("333333333333333@lid", NEXT_LID)]
    ids = [JO.id, NEXT_LID, ANNA.id, "333333333333333@lid"]
    assert without_phone(ids, told) == [NEXT_LID, "333333333333333@lid"]


def test_equal_names_are_only_a_hint() -> None:
    saved = Contact(JO_PHONE.id, "", " jo ", "user")
    assert list(maybe_same([JO, ANNA, saved], [])) == [(JO, saved)]
    assert list(maybe_same([JO, ANNA, saved], [pair()])) == []
    spaced = replace(JO, name=" JO ")
    assert list(maybe_same([saved, spaced], [])) == [(spaced, saved)]


def test_phones_of_one_name_are_two_people() -> None:
    other = Contact(BEN.id, ANNA.name, "", "user")
    assert list(maybe_same([ANNA, other], [])) == []


@pytest.mark.parametrize(("phones", "hints"), [(4, 4), (5, 0)])
def test_a_name_that_more_than_five_bear_is_no_hint(phones: int, hints: int) -> None:
    mothers = [Contact(f"4915100000{n}@c.us", "Mum", "", "user") for n in range(100, 100 + phones)]
    assert len(list(maybe_same([Contact(JO.id, "Mum", "", "user"), *mothers], []))) == hints


def test_people_without_a_name_are_no_namesakes() -> None:
    nameless = [Contact(JO.id, " ", "", "user"), Contact(BEN.id, "", "", "user")]
    assert list(maybe_same(nameless, [])) == []


def test_a_group_is_nobodys_namesake() -> None:
    assert list(maybe_same([JO, Contact(CLUB.id, "Jo", "", "group")], [])) == []


def test_a_phone_book_name_may_be_the_other_ones_profile_name() -> None:
    saved = Contact(JO_PHONE.id, "J.", "JO", "user")
    assert list(maybe_same([saved, JO], [])) == [(JO, saved)]


def test_two_who_share_both_names_are_one_hint() -> None:
    one, other = Contact(JO.id, "Jo", "Winter"), Contact(JO_PHONE.id, "Jo", "Winter")
    assert list(maybe_same([one, other], [])) == [(one, other)]
