"""What a phone stands for, as people write it."""

from __future__ import annotations

import pytest

from workbook.contacts.phone_numbers import parse_phone


@pytest.mark.parametrize(
    ("text", "digits", "prefixed"),
    [
        ("+49 151 00000001", "4915100000001", True),
        ("0049 151 00000001", "4915100000001", True),
        ("0151/000.000-01", "015100000001", False),
        ("tel:+49-151-00000001", "4915100000001", True),
        ("whatsapp:+4915100000001", "4915100000001", True),
        ("\uff0b\uff14\uff19 151 00000001", "4915100000001", True),
    ],
)
def test_the_digits_stand_as_they_were_typed(text: str, digits: str, prefixed: bool) -> None:
    phone = parse_phone(text)
    assert phone is not None
    assert (phone.digits, phone.prefixed) == (digits, prefixed)


@pytest.mark.parametrize(
    ("text", "country", "digits"),
    [
        ("0151 00000001", "de", "4915100000001"),
        ("0151 00000001", "", ""),
        ("+49 (0)151 00000001", "", "4915100000001"),
        ("(202) 555-0123", "US", "12025550123"),
        ("12345", "ZZ", ""),
    ],
)
def test_the_plan_of_a_country_says_the_whole_number(text: str, country: str, digits: str) -> None:
    phone = parse_phone(text)
    assert phone is not None
    assert phone.by_plan(country) == digits


@pytest.mark.parametrize("text", ["", "Anna", "call 4915100000001", "4915100000001@c.us", "1234"])
def test_anything_else_is_no_phone(text: str) -> None:
    assert parse_phone(text) is None
