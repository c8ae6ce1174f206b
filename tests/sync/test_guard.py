"""Which lists are believed at once."""

from __future__ import annotations

import msgspec
import pytest

from tests.store.lists import crowd
from workbook.contacts.contact import Contact, ContactList, by_type
from workbook.contacts.difference import between
from workbook.sync.guard import Loss, has_other_people, lost_too_much

PEOPLE, GROUPS = crowd(100), crowd(30, "group")


def doubted(
    before: list[Contact], after: list[Contact], percent: int = 30, people: int = 20
) -> bool:
    lost = between(ContactList.pack(before), ContactList.pack(after)).net_losses()
    return lost_too_much(by_type(before), lost, percent=percent, people=people)


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
    assert doubted(PEOPLE, PEOPLE[:95], percent=4, people=5)
    assert not doubted(PEOPLE, PEOPLE[:1], percent=100, people=0)
    assert not doubted(PEOPLE, PEOPLE, percent=0, people=0)
    assert doubted(PEOPLE, PEOPLE[:99], percent=0, people=0)


def test_a_loss_is_told_with_both_numbers_and_ways_on() -> None:
    told = Loss(141, 1390).sentence()
    assert told.startswith("141 of 1,390 missing; nobody was removed.")
    assert "--accept-loss" in told


def others(before: list[Contact], after: list[Contact]) -> bool:
    return has_other_people(len(before), between(ContactList.pack(before), ContactList.pack(after)))


def named(ids: str, *names: str) -> list[Contact]:
    return [Contact(ids.format(at), name=name) for at, name in enumerate(names)]


BOOK = named("49151000{:03}@c.us", "Anna", "Ben", "Cleo", "Dan")


def test_a_list_without_anybody_of_the_one_before_is_of_other_people() -> None:
    assert others(BOOK, named("49160000{:03}@c.us", "Eva", "Finn", "Anna", "Gil"))
    assert others(BOOK, named("49160000{:03}@c.us", "", "", "", ""))


def test_one_known_contact_makes_it_a_list_of_the_same_people() -> None:
    assert not others(BOOK, [*named("49160000{:03}@c.us", "Eva", "Finn"), BOOK[3]])


def test_the_same_names_under_other_ids_are_the_same_people() -> None:
    assert not others(BOOK, named("49160000{:03}@c.us", "Anna", "Ben", "Eva", "Finn"))


def test_half_of_the_names_of_the_shorter_list_are_enough_and_fewer_are_not() -> None:
    five = named("49160000{:03}@c.us", "Anna", "Ben", "Eva", "Finn", "Gil")
    assert not others(BOOK, five)
    assert others([*BOOK, *named("49151100{:03}@c.us", "Hal")], five)
    assert others(BOOK, named("49160000{:03}@c.us", "Anna", "", "Eva", "Finn"))
    assert not others(BOOK, named("49160000{:03}@c.us", "Anna", "", "", "Eva"))


def test_numbers_that_are_hidden_or_shown_all_at_once_are_the_same_people() -> None:
    hidden = named("12345678{:03}@lid", "", "", "", "")
    assert not others(BOOK, hidden)
    assert not others(hidden, BOOK)
    assert others(hidden, named("98765432{:03}@lid", "", "", "", ""))


def test_a_list_of_as_many_hidden_numbers_as_phones_is_not_one_of_hidden_numbers() -> None:
    mixed = [*named("12345678{:03}@lid", "", ""), *BOOK[:2]]
    assert others(mixed, named("49160000{:03}@c.us", "Eva", "Finn"))
    assert not others(mixed, named("98765432{:03}@lid", "Eva", "Finn"))


def test_one_or_two_contacts_may_all_be_replaced_but_not_three() -> None:
    assert others(BOOK[:3], named("49160000{:03}@c.us", "Eva", "Finn", "Gil"))
    assert not others(BOOK[:2], named("49160000{:03}@c.us", "Eva", "Finn"))
