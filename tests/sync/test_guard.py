"""Which lists are believed at once."""

from __future__ import annotations

import msgspec
import pytest

from tests.store.lists import ANNA, JO, crowd
from workbook.contacts.contact import Contact, ContactList
from workbook.contacts.difference import Difference, between
from workbook.sync.guard import Limits, Loss, lost_too_much, mostly_hidden, phone_book_gone

PEOPLE, GROUPS = crowd(100), crowd(30, "group")


def compared(before: list[Contact], after: list[Contact]) -> Difference:
    return between(ContactList.pack(before), ContactList.pack(after))


def doubted(before: list[Contact], after: list[Contact], limits: Limits | None = None) -> bool:
    return lost_too_much(before, compared(before, after), limits or Limits())


@pytest.mark.parametrize(("left", "expected"), [(100, False), (70, False), (69, True), (1, True)])
def test_more_than_thirty_percent_is_too_much(left: int, expected: bool) -> None:
    assert doubted(PEOPLE, PEOPLE[:left]) is expected


@pytest.mark.parametrize(("lost", "expected"), [(19, False), (20, True)])
def test_fewer_than_twenty_people_are_a_clearing_out(lost: int, expected: bool) -> None:
    assert doubted(PEOPLE[:30], PEOPLE[: 30 - lost]) is expected


@pytest.mark.parametrize(("lost", "expected"), [(300, False), (301, True)])
def test_thirty_percent_is_counted_to_the_person(lost: int, expected: bool) -> None:
    many = crowd(1000, first=1000)
    assert doubted(many, many[lost:]) is expected


def test_people_and_groups_lost_together_are_too_much_where_neither_is() -> None:
    assert doubted(PEOPLE[:30] + GROUPS, PEOPLE[:18] + GROUPS[:18])
    assert not doubted(PEOPLE[:30] + GROUPS, PEOPLE[:30] + GROUPS[:18])
    assert not doubted(PEOPLE[:30] + GROUPS, PEOPLE[:18] + GROUPS)


def test_all_groups_gone_is_doubted_however_many_people_stayed() -> None:
    assert doubted(PEOPLE + GROUPS, PEOPLE)


def test_people_who_came_count_against_people_who_went() -> None:
    others = crowd(100, first=500)
    assert not doubted(PEOPLE, others)
    assert doubted(PEOPLE, others[:60])


def test_new_groups_do_not_make_up_for_lost_people() -> None:
    assert doubted(PEOPLE, PEOPLE[:50] + crowd(50, "group", first=500))


def test_another_type_for_everybody_is_no_loss() -> None:
    assert not doubted(PEOPLE, [msgspec.structs.replace(each, type="contact") for each in PEOPLE])


def test_the_user_sets_how_much_is_too_much() -> None:
    assert doubted(PEOPLE, PEOPLE[:95], Limits(percent=4, people=5))
    assert not doubted(PEOPLE, PEOPLE[:1], Limits(percent=100, people=0))
    assert not doubted(PEOPLE, PEOPLE, Limits(percent=0, people=0))
    assert doubted(PEOPLE, PEOPLE[:99], Limits(percent=0, people=0))


def test_a_loss_is_told_with_both_numbers_and_ways_on() -> None:
    told = Loss(141, 1390).sentence()
    assert told.startswith("141 of 1,390 missing; nobody was removed.")
    assert "--accept-loss" in told


def test_a_list_of_mostly_hidden_numbers_looks_like_lid_mode() -> None:
    assert mostly_hidden([JO, JO, ANNA, *GROUPS])
    assert not mostly_hidden([JO, ANNA])
    assert not mostly_hidden(GROUPS)


def test_many_names_lost_at_once_look_like_lid_mode() -> None:
    nameless = [msgspec.structs.replace(each, contact_name="") for each in PEOPLE[:20]]
    assert phone_book_gone(compared(PEOPLE[:20], nameless), Limits())
    assert not phone_book_gone(compared(PEOPLE[:20], []), Limits())
    assert not phone_book_gone(compared(PEOPLE[:20], nameless[:19] + PEOPLE[19:20]), Limits())


def test_many_renamed_at_once_are_no_lid_mode() -> None:
    renamed = [msgspec.structs.replace(each, contact_name="Other") for each in PEOPLE]
    assert not phone_book_gone(compared(PEOPLE, renamed), Limits())


def test_many_who_had_no_name_and_changed_otherwise_are_no_lid_mode() -> None:
    nameless = [msgspec.structs.replace(each, contact_name="") for each in PEOPLE]
    others = [msgspec.structs.replace(each, name="Other") for each in nameless]
    assert not phone_book_gone(compared(nameless, others), Limits())


def test_the_user_sets_how_many_lost_names_look_like_lid_mode() -> None:
    one = [msgspec.structs.replace(PEOPLE[0], contact_name=""), *PEOPLE[1:]]
    for people in (0, 1):
        assert phone_book_gone(compared(PEOPLE, one), Limits(people=people))
        assert not phone_book_gone(compared(PEOPLE, PEOPLE), Limits(people=people))
    assert not phone_book_gone(compared(PEOPLE, one), Limits(people=2))


def test_many_new_hidden_numbers_look_like_lid_mode() -> None:
    hidden = [Contact(f"{n}@lid", "", "", "user") for n in range(20)]
    assert phone_book_gone(compared([], hidden), Limits())
