"""Which lists look as if the instance had enableLidMode on."""

from __future__ import annotations

import msgspec

from tests.store.lists import ANNA, JO, crowd
from workbook.contacts.contact import Contact, ContactList
from workbook.contacts.difference import Difference, between
from workbook.sync.latest import mostly_hidden, phone_book_gone

PEOPLE, GROUPS = crowd(100), crowd(30, "group")


def compared(before: list[Contact], after: list[Contact]) -> Difference:
    return between(ContactList.pack(before), ContactList.pack(after))


def test_a_list_of_mostly_hidden_numbers_looks_like_lid_mode() -> None:
    assert mostly_hidden([JO, JO, ANNA, *GROUPS])
    assert not mostly_hidden([JO, ANNA])
    assert not mostly_hidden(GROUPS)


def test_many_names_lost_at_once_look_like_lid_mode() -> None:
    nameless = [msgspec.structs.replace(each, contact_name="") for each in PEOPLE[:20]]
    assert phone_book_gone(compared(PEOPLE[:20], nameless), 20)
    assert not phone_book_gone(compared(PEOPLE[:20], []), 20)
    assert not phone_book_gone(compared(PEOPLE[:20], nameless[:19] + PEOPLE[19:20]), 20)


def test_many_renamed_at_once_are_no_lid_mode() -> None:
    renamed = [msgspec.structs.replace(each, contact_name="Other") for each in PEOPLE]
    assert not phone_book_gone(compared(PEOPLE, renamed), 20)


def test_many_who_had_no_name_and_changed_otherwise_are_no_lid_mode() -> None:
    nameless = [msgspec.structs.replace(each, contact_name="") for each in PEOPLE]
    others = [msgspec.structs.replace(each, name="Other") for each in nameless]
    assert not phone_book_gone(compared(nameless, others), 20)


def test_the_user_sets_how_many_lost_names_look_like_lid_mode() -> None:
    one = [msgspec.structs.replace(PEOPLE[0], contact_name=""), *PEOPLE[1:]]
    for people in (0, 1):
        assert phone_book_gone(compared(PEOPLE, one), people)
        assert not phone_book_gone(compared(PEOPLE, PEOPLE), people)
    assert not phone_book_gone(compared(PEOPLE, one), 2)


def test_many_new_hidden_numbers_look_like_lid_mode() -> None:
    hidden = [Contact(f"{n}@lid", "", "", "user") for n in range(20)]
    assert phone_book_gone(compared([], hidden), 20)
