"""What a phone stands for, as people write it."""

from __future__ import annotations

import pytest

from workbook.contacts.phone_numbers import parse_phone, plain_id


@pytest.mark.parametrize(
    ("text", "digits", "prefixed"),
    [
        ("+49 151 00000001", "4915100000001", True),
        ("0049 151 00000001", "4915100000001", True),
        ("0151/000.000-01", "015100000001", False),
        ("tel:+49-151-00000001", "4915100000001", True),
        ("whatsapp:+4915100000001", "4915100000001", True),
        ("\uff0b\uff14\uff19 151 00000001", "4915100000001", True),
        ("+49\u00ad151\u00ad00000001", "4915100000001", True),  # soft hyphens
        ("\ufeff+49 151 00000001", "4915100000001", True),
        ("\u2066+49\u200e 151\u061c 00000001\u2069", "4915100000001", True),  # bidi marks
        ("+49\uff0d151\u201100000001", "4915100000001", True),  # full-width, non-breaking hyphen
        ("+49\u00b7151\u30fb00000001", "4915100000001", True),  # middle dots
        ("+49\uff08151\uff0900000001", "4915100000001", True),
        ("\uff54\uff45\uff4c\uff1a\uff0b4915100000001", "4915100000001", True),
        ("https://wa.me/4915100000001", "4915100000001", True),
        ("HTTPS://WA.ME/+4915100000001/", "4915100000001", True),
        ("wa.me/4915100000001?text=Hi%20there", "4915100000001", True),
        ("https://api.whatsapp.com/send?phone=%2B4915100000001&text=Hi", "4915100000001", True),
        ("https://web.whatsapp.com/send/?text=Hi&phone=4915100000001", "4915100000001", True),
        ("whatsapp://send?phone=+4915100000001", "4915100000001", True),
        ("4915100000001@s.whatsapp.net", "4915100000001", True),
        (" 4915100000001:3@C.US ", "4915100000001", True),
        ("4915100000001.0:12@s.whatsapp.net", "4915100000001", True),
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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Anna",
        "call 4915100000001",
        "1234",
        "null@c.us",
        "4915100000001@lid",
        "4915100000001@c.us 4915100000002@c.us",
        "wa.me/4915100000001 wa.me/4915100000002",
        "+49\u2474 151 00000001",
        "4915100000001@example.com",
        "https://wa.me/message/4915100000001",
        "https://example.com/4915100000001",
        "\u00b2\u00b2\u00b2\u00b2\u00b2",
    ],
)
def test_anything_else_is_no_phone(text: str) -> None:
    assert parse_phone(text) is None


def test_a_letter_that_looks_like_no_ascii_stays_as_it_is() -> None:
    assert plain_id(" \uff76@Telegram") == "\uff76@telegram"


@pytest.mark.parametrize("text", ["\u200e102388094480549@lid", " 102388094480549:3@LID\n"])
def test_an_id_is_known_without_what_came_along_when_it_was_copied(text: str) -> None:
    assert plain_id(text) == "102388094480549@lid"
