"""What an id tells, what is derived from it, and which contacts are selected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.contact import (
    Contact,
    ContactList,
    Contacts,
    IdKind,
    batches,
    by_type,
    can_be_called,
    chat_link,
    counted,
    country,
    fuller,
    id_kind,
    label,
    phone,
    saved,
    select,
)
from workbook.errors import WrongUsage

ANNA = Contact("4915100000001@c.us", "Anna", "Anna Berg", "user")
PLUMBER = Contact("4915100000002@c.us", "", "plumber", "user")
HIDDEN = Contact("102388094480549@lid", "Jo", "", "user")
CLUB = Contact("120363043968066561@g.us", "Football", "", "group")
TEAM = Contact("4915100000003-1479621234@g.us", "", "", "group")
ALL = [ANNA, PLUMBER, HIDDEN, CLUB, TEAM]

CONTACTS = st.builds(Contact, st.text(), st.text(), st.text(), st.text(), st.text(), st.text())


@pytest.mark.parametrize(
    ("contact_id", "kind"),
    [
        ("4915100000001@c.us", IdKind.PHONE),
        ("4915100000001@s.whatsapp.net", IdKind.PHONE),
        ("120363043968066561@g.us", IdKind.GROUP),
        ("4915100000003-1479621234@g.us", IdKind.GROUP),
        ("-70000000000001", IdKind.GROUP),
        ("102388094480549@lid", IdKind.HIDDEN),
        ("102388094480549@c.us", IdKind.HIDDEN),
        ("status@broadcast", IdKind.OTHER),
        ("100000000000001@lid.us", IdKind.OTHER),
        ("10000000", IdKind.OTHER),
        ("0@c.us", IdKind.OTHER),
        ("٤٩١٥١٠٠٠@c.us", IdKind.OTHER),
        ("", IdKind.OTHER),
    ],
)
def test_an_id_alone_tells_people_groups_and_hidden_numbers(contact_id: str, kind: IdKind) -> None:
    assert id_kind(contact_id) is kind


@pytest.mark.parametrize("contact", ALL)
@pytest.mark.parametrize("more", [".net", " ", "\n", "x"])
def test_an_id_with_something_around_it_tells_nothing(contact: Contact, more: str) -> None:
    for odd in (contact.id + more, more + contact.id, f"{contact.id}{more}{contact.id}"):
        assert id_kind(odd) is IdKind.OTHER
        assert phone(Contact(odd)) == ""


def test_the_phone_of_a_person_is_in_the_id() -> None:
    assert phone(ANNA) == "+4915100000001"
    assert country(ANNA) == "Germany"
    assert chat_link(ANNA) == "https://wa.me/4915100000001"


@pytest.mark.parametrize("contact", [HIDDEN, CLUB, TEAM, Contact("102388094480549@c.us")])
def test_groups_and_hidden_numbers_have_no_phone(contact: Contact) -> None:
    assert phone(contact) == country(contact) == chat_link(contact) == ""


def test_other_messengers_tell_the_phone_beside_the_id() -> None:
    assert phone(Contact("10000000", "Max", type="user", phone_number="79160000001")) == (
        "+79160000001"
    )


def test_people_with_a_phone_can_be_called_and_groups_never() -> None:
    assert [can_be_called(c) for c in ALL] == [True, True, False, False, False]
    assert not can_be_called(Contact(ANNA.id, type="group"))


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (("Ann", ""), ("", "Berg"), ("Ann", "Berg")),
        (("Ann", ""), ("Anna", ""), ("Ann", "")),
        (("Ann", ""), ("Anna", "Berg"), ("Anna", "Berg")),
        (("Anna", "Berg"), ("Ann", ""), ("Anna", "Berg")),
    ],
)
def test_of_two_rows_the_fuller_one_counts_and_the_other_fills_it(
    one: tuple[str, str], other: tuple[str, str], told: tuple[str, str]
) -> None:
    assert fuller(Contact("1", *one), Contact("1", *other)) == Contact("1", *told)


def test_saved_is_who_stands_in_the_phone_book_and_nothing_for_groups() -> None:
    assert [saved(c) for c in ALL] == ["yes", "yes", "no", "", ""]


@pytest.mark.parametrize(
    ("contact", "best"),
    [
        (ANNA, "Anna Berg"),
        (HIDDEN, "Jo"),
        (Contact("4915100000004@c.us"), "+4915100000004"),
        (TEAM, "4915100000003-1479621234@g.us"),
    ],
)
def test_a_label_is_the_best_name_there_is(contact: Contact, best: str) -> None:
    assert label(contact) == best


@given(st.lists(CONTACTS))
def test_a_packed_list_gives_back_what_was_put_in_as_often_as_asked(
    contacts: list[Contact],
) -> None:
    packed = ContactList.pack(contacts)
    assert len(packed) == len(contacts)
    assert list(packed) == contacts
    assert list(packed) == contacts


def test_a_list_longer_than_one_piece_keeps_its_order() -> None:
    many = [Contact(f"{number}@c.us") for number in range(5_001)]
    packed = ContactList.pack(iter(many))
    assert len(packed.pieces) == 3
    assert list(packed) == many


@pytest.mark.parametrize(
    ("wishes", "wanted"),
    [
        ({}, ALL),
        ({"kind": "group"}, [CLUB, TEAM]),
        ({"count": 2}, [ANNA, PLUMBER]),
        ({"kind": "user", "count": 99}, [ANNA, PLUMBER, HIDDEN]),
        ({"sort": "id"}, [HIDDEN, CLUB, ANNA, PLUMBER, TEAM]),
        ({"sort": "name"}, [ANNA, CLUB, HIDDEN, PLUMBER, TEAM]),
        ({"sort": "contactName"}, [ANNA, PLUMBER, HIDDEN, CLUB, TEAM]),
        ({"sort": "label"}, [TEAM, ANNA, CLUB, HIDDEN, PLUMBER]),
        ({"kind": "user", "sort": "label", "count": 1}, [ANNA]),
    ],
)
def test_count_is_taken_after_type_and_sort(wishes: dict[str, Any], wanted: list[Contact]) -> None:
    assert list(select(ALL, **wishes)) == wanted


@pytest.mark.parametrize("wishes", [{"count": 0}, {"count": -1}, {"sort": "phone"}])
def test_what_cannot_be_selected_is_refused(wishes: dict[str, Any]) -> None:
    with pytest.raises(WrongUsage):
        select(ALL, **wishes)


def test_a_list_made_fuller_has_its_rows_in_their_order_and_counts_its_types() -> None:
    came = ContactList.pack(ALL)
    full = came.completed({PLUMBER.id: Contact(PLUMBER.id, "Paul"), "9@c.us": ANNA})
    plumber = Contact(PLUMBER.id, "Paul", "plumber", "user")
    assert list(full) == [ANNA, plumber, HIDDEN, CLUB, TEAM]
    assert (len(full), by_type(full)) == (5, {"user": 3, "group": 2})


def test_case_does_not_matter_to_an_order_and_what_has_nothing_comes_last() -> None:
    people = [Contact("1"), Contact("2", type="User"), Contact("3", type="group")]
    assert [c.id for c in select(people, sort="type")] == ["3", "2", "1"]


def test_types_of_a_kept_list_are_counted_from_its_pieces() -> None:
    came = ContactList.pack([Contact("1", type="user"), Contact("2", type="group")])
    kept = ContactList(came.pieces, len(came))
    assert by_type(kept) == by_type(came) == {"user": 1, "group": 1}
    assert by_type(ContactList(came.pieces)) == by_type(came)


@pytest.mark.parametrize("count", [0, 1, 2_000, 2_001])
def test_any_list_is_gone_through_in_batches(count: int) -> None:
    contacts = [Contact(f"{number}@c.us") for number in range(count)]
    for each in (contacts, ContactList.pack(contacts)):
        found = list(batches(each))
        assert [len(batch) for batch in found] == [2_000] * (count > 1_999) + [1] * (count % 2)
        assert [*chain.from_iterable(found)] == contacts


def test_a_list_is_gone_through_in_the_pieces_in_which_it_came() -> None:
    came = ContactList()
    for batch in ([ANNA, CLUB], [PLUMBER]):
        came.append(batch)
    assert list(batches(came)) == [[ANNA, CLUB], [PLUMBER]]


@pytest.mark.parametrize("pack", [list, ContactList.pack])
def test_types_are_counted_in_any_kind_of_list(
    pack: Callable[[Iterable[Contact]], Contacts],
) -> None:
    contacts = [Contact("1@c.us", type="user"), Contact("2@g.us", type="group"), Contact("3")]
    assert by_type(pack(contacts)) == {"user": 1, "group": 1, "": 1}


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 contacts"), (1, "1 contact"), (1_234, "1,234 contacts")]
)
def test_contacts_are_counted_in_words(number: int, words: str) -> None:
    assert counted(number) == words
