"""Counting many contacts at once gives what counting them one by one gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.contact import Contact, IdKind, id_kind
from workbook.contacts.counting import countries_and_hidden, leaning, one_by_one

DIGITS = st.text("0123456789", max_size=17) | st.from_regex(r"4[0-9]{4,13}", fullmatch=True)
SUFFIX = st.sampled_from(["@c.us", "@s.whatsapp.net", "@lid", "@g.us", "", "@c.us\n", "\n1@lid"])
LONG = ["447624", "447781", "77172", "358181", "3906698", "1684", "590", "2622691"]
ID = st.builds(str.__add__, DIGITS, SUFFIX) | st.builds(
    "{}{}@c.us".format, st.sampled_from(LONG), DIGITS
)
CONTACTS = st.lists(st.builds(Contact, ID | st.text(max_size=5)), max_size=9)


@given(CONTACTS)
def test_countries_and_hidden_numbers_are_those_of_each(contacts: list[Contact]) -> None:
    assert countries_and_hidden(contacts) == one_by_one(contacts)


def test_a_country_whose_prefix_is_long_is_told_from_its_neighbours() -> None:
    phones = ("447624123456", "447700900123", "4930123456", "12025550123")
    countries, hidden = countries_and_hidden([Contact(f"{each}@c.us") for each in phones])
    assert countries == {"Isle of Man": 1, "United Kingdom": 1, "Germany": 1, "United States": 1}
    assert hidden == 0


def test_phones_of_other_messengers_count_and_their_ids_do_not() -> None:
    sent = [Contact("123456", phone_number="4930123456"), Contact("5@lid", phone_number="7916123")]
    assert countries_and_hidden(sent) == ({"Germany": 1, "Russia": 1}, 0)
    assert id_kind("5@lid") is IdKind.HIDDEN


def test_one_phone_of_another_messenger_does_not_hide_the_others() -> None:
    sent = [Contact("4915123456@c.us"), Contact("5@lid", phone_number="7916123"), Contact("6@lid")]
    assert countries_and_hidden(sent) == ({"Germany": 1, "Russia": 1}, 1)


STRONG = {"a": -1, "\u05d0": 1, "\u0627": 1, "\u0416": -1}


@given(st.lists(st.text("1 \U0001f600a\u05d0\u0627\u0416\u0301"), max_size=9))
def test_the_direction_of_each_text_is_that_of_its_first_strong_character(texts: list[str]) -> None:
    firsts = ([STRONG[each] for each in text if each in STRONG][:1] for text in texts)
    assert leaning(texts) == sum(map(sum, firsts))
