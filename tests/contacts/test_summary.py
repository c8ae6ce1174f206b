"""The numbers of a list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from workbook.contacts.columns import Listed, Origin, People, Together
from workbook.contacts.contact import Contact, Contacts
from workbook.contacts.counting import leaning
from workbook.contacts.summary import CountedList, Numbers, OfAccount, Summary, summarize

SHOP = Origin("shop", datetime(2026, 11, 23, 13, 5, tzinfo=UTC))
ANNA = Contact("4915100000001@c.us", "Anna", "Anna Berg", "user")
UNSAVED = Contact("12025550123@c.us", "Ben", "", "user")
HIDDEN = Contact("102388094480549@lid", "Jo", "", "user")
CLUB = Contact("120363043968066561@g.us", "Football", "", "group")
DANA = Contact("972500000001@c.us", "דנה", "", "user")


def summary(*contacts: Contact) -> Summary:
    return summarize(list(contacts), SHOP)


def people_of(prefix: str, count: int) -> list[Contact]:
    return [Contact(f"{prefix}{10_000_000 + n}@c.us", type="user") for n in range(count)]


def test_a_summary_says_whose_list_it_is_and_of_when() -> None:
    told = summary(ANNA)
    assert (told.account, told.fetched, told.total) == ("shop", SHOP.fetched, 1)


def test_people_and_groups_come_first_and_other_types_as_the_service_spells_them() -> None:
    others = [Contact(f"{n}@newsletter", type="channel") for n in range(3)]
    told = summary(*others, CLUB, ANNA, UNSAVED)
    assert told.by_type == (("user", 2), ("group", 1), ("channel", 3))


def test_people_are_saved_or_not_and_groups_are_neither() -> None:
    named = replace(CLUB, contact_name="Our club")
    for group in (CLUB, named):
        told = summary(ANNA, UNSAVED, HIDDEN, group)
        assert (told.saved, told.unsaved) == (1, 2)


def test_a_hidden_number_is_counted_unless_the_service_tells_it() -> None:
    told = summary(HIDDEN, replace(HIDDEN, phone_number="4915100000009"), ANNA, CLUB)
    assert told.hidden == 1
    assert told.countries == (("Germany", 2),)


def test_countries_are_ranked_by_their_phones_and_equal_ones_by_name() -> None:
    told = summary(*people_of("44740", 2), *people_of("49151", 3), *people_of("39340", 2))
    assert told.countries == (("Germany", 3), ("Italy", 2), ("United Kingdom", 2))


def test_what_is_beyond_the_top_ten_is_told_in_one_number() -> None:
    prefixes = ["30", "31", "32", "33", "34", "36", "40", "41", "43", "45", "46", "48"]
    crowd = [c for n, prefix in enumerate(prefixes) for c in people_of(prefix, 12 - n)]
    told = summary(*crowd)
    assert len(told.countries) == 10
    assert told.other_countries == 2 + 1


def test_a_change_is_who_came_less_who_went() -> None:
    changed = Numbers()
    changed.change([ANNA, UNSAVED, HIDDEN], [CLUB, CLUB, DANA])
    assert (changed.types, changed.total) == ({"user": 2, "group": -2}, 0)
    assert changed.countries == {"Germany": 1, "United States": 1, "Israel": -1}
    assert (changed.saved, changed.people, changed.hidden) == (1, 2, 1)


def test_a_list_of_nobody_has_zeros_and_no_country() -> None:
    told = summary()
    assert (told.total, told.by_type) == (0, (("user", 0), ("group", 0)))
    assert (told.countries, told.other_countries, told.mostly_rtl) == ((), 0, False)


def test_counting_a_list_that_is_longer_than_a_batch_loses_nobody() -> None:
    told = summary(*people_of("49151", 4_500), CLUB)
    assert (told.total, told.unsaved, told.countries) == (4_501, 4_500, (("Germany", 4_500),))


def counted(*batches: list[Contact]) -> CountedList:
    """Return a list of contacts that came in these batches."""
    contacts = CountedList()
    for batch in batches:
        contacts.append(batch)
    return contacts


some = st.lists(st.sampled_from([ANNA, UNSAVED, HIDDEN, CLUB, DANA, Contact("x", type="bot")]))


@given(st.lists(some))
def test_a_list_that_is_counted_as_it_comes_has_the_same_numbers(
    batches: list[list[Contact]],
) -> None:
    contacts = counted(*batches)
    assert summarize(contacts, SHOP) == summary(*contacts) == summarize(contacts, SHOP)


def test_what_was_counted_as_it_came_is_not_unpacked_for_its_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contacts = counted([ANNA, CLUB], [DANA])
    monkeypatch.delattr("workbook.contacts.contact.ContactList.batches")
    assert summarize(contacts, SHOP) == summary(ANNA, CLUB, DANA)


@pytest.mark.parametrize(
    ("names", "more_rtl"),
    [
        (["Anna"], -1),
        (["דנה"], 1),
        (["😀 123 دانا"], 1),
        (["+49 (0)", "😀", ""], 0),
        (["דנה", "Борис", "Anna"], -1),
    ],
)
def test_the_first_strong_character_says_how_a_name_is_written(
    names: list[str], more_rtl: int
) -> None:
    assert leaning(names) == more_rtl


@pytest.mark.parametrize(("contacts", "rtl"), [([DANA, DANA, ANNA], True), ([DANA, ANNA], False)])
def test_a_list_is_right_to_left_where_most_names_are(contacts: Contacts, rtl: bool) -> None:
    assert summarize(contacts, SHOP).mostly_rtl is rtl


def test_the_saved_name_decides_how_a_contact_is_written() -> None:
    assert not summary(replace(ANNA, name="דנה")).mostly_rtl
    assert summary(replace(ANNA, contact_name="דנה")).mostly_rtl


def test_of_several_lists_each_account_is_told_and_all_are_counted() -> None:
    berlin = Origin("berlin", datetime(2026, 11, 23, 9, tzinfo=UTC))
    lists = [
        Listed([ANNA, UNSAVED, CLUB], SHOP, new=1),
        Listed([DANA], berlin, problem="refused; its list of 9:00 was kept"),
    ]
    whole = Together(lists, {"lima": "no list of it is kept here"})
    told = summarize(whole, whole.origin)
    assert (told.account, told.fetched, told.total) == ("3 accounts", SHOP.fetched, 4)
    assert (told.by_type, told.saved, told.unsaved) == ((("user", 3), ("group", 1)), 1, 2)
    assert told.accounts == (
        OfAccount("shop", 3, 2, 1, 1, 1, SHOP.fetched),
        OfAccount("berlin", 1, 1, 0, 0, None, berlin.fetched, "refused; its list of 9:00 was kept"),
        OfAccount("lima", problem="no list of it is kept here"),
    )


def test_people_of_several_lists_count_once_and_are_as_old_as_the_oldest_list() -> None:
    berlin = Origin("berlin", datetime(2026, 11, 23, 9, tzinfo=UTC))
    whole = Together([Listed([ANNA, DANA], SHOP), Listed([ANNA], berlin)])
    people = People(lambda: iter([(ANNA, SHOP), (DANA, SHOP)]), 2, whole)
    told = summarize(people, people.origin)
    assert (told.account, told.fetched) == ("2 accounts", berlin.fetched)
    assert (told.total, told.once) == (2, True)
    assert [(each.account, each.contacts) for each in told.accounts] == [("shop", 2), ("berlin", 1)]


def test_the_names_of_all_lists_decide_how_they_are_written() -> None:
    whole = Together([Listed([DANA, DANA], SHOP), Listed([ANNA], SHOP)])
    assert summarize(whole, whole.origin).mostly_rtl
