"""Brazil, Mexico and Argentina, where an id is not the number that people dial."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.contact import Contact, chat_link, country, phone
from workbook.contacts.dialling import dialled, other_form

BRAZIL, MEXICO, ARGENTINA = "553187654321", "5215512345678", "5491123456789"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BRAZIL, "5531987654321"),
        (MEXICO, "525512345678"),
        (ARGENTINA, "541123456789"),
        ("5492914123456", "542914123456"),
    ],
)
def test_a_mobile_phone_may_be_written_in_two_ways(one: str, other: str) -> None:
    assert (other_form(one), other_form(other)) == (other, one)


@pytest.mark.parametrize(
    "digits",
    [
        "553132345678",  # a fixed line in Brazil
        "5531932345678",  # a mobile number that never had eight digits
        "4915100000001",
        "5521",
        "521551234567",
        "55318765432100",
        "",
    ],
)
def test_any_other_number_is_written_in_one_way(digits: str) -> None:
    assert other_form(digits) == ""
    assert dialled(digits) == digits


@pytest.mark.parametrize(
    ("digits", "called"),
    [
        (BRAZIL, "5531987654321"),
        ("5531987654321", "5531987654321"),
        ("551178654321", "551178654321"),  # trunked radio
        (MEXICO, "525512345678"),
        ("525512345678", "525512345678"),
        (ARGENTINA, ARGENTINA),
        ("541123456789", "541123456789"),  # may be a fixed line
    ],
)
def test_the_number_that_reaches_the_phone_is_one_of_the_numbering_plan(
    digits: str, called: str
) -> None:
    assert dialled(digits) == called
    assert phonenumbers.is_valid_number(phonenumbers.parse(f"+{called}"))


@given(st.from_regex(r"5[245][0-9]{8,13}", fullmatch=True))
def test_a_form_of_a_form_is_the_number_again(digits: str) -> None:
    other = other_form(digits)
    assert not other or other_form(other) == digits
    assert dialled(dialled(digits)) == dialled(digits)


def test_a_row_shows_the_phone_to_dial_and_links_to_the_id() -> None:
    ana = Contact(f"{BRAZIL}@c.us", "Ana")
    assert (phone(ana), country(ana)) == ("+5531987654321", "Brazil")
    assert chat_link(ana) == f"https://wa.me/{BRAZIL}"
