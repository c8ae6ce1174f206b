"""Who is meant by an id or a phone in a cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.contact import Contact
from workbook.contacts.lookup import People, find_all

ANNA = Contact("4915100000001@c.us", "Anna")
BEN = Contact("12025550123@c.us", "Ben")
CAIRO = Contact("2025550123@c.us", "Cairo")
JO = Contact("102388094480549@lid", "Jo")
CLUB = Contact("120363043968066561@g.us", "Club", type="group")
MAX = Contact("10000001", "Max", phone_number="4915100000002")
EVERYBODY = People([ANNA, BEN, JO, CLUB, MAX])


@pytest.mark.parametrize("contact", [ANNA, BEN, JO, CLUB, MAX])
def test_everybody_is_found_by_id(contact: Contact) -> None:
    assert EVERYBODY.find(contact.id) is contact


def test_the_case_of_an_id_does_not_matter() -> None:
    assert EVERYBODY.find("4915100000001@C.US") is ANNA


def test_blanks_around_an_id_that_has_capitals_do_not_matter() -> None:
    odd = Contact("LongTimeNoSee@telegram", "Odd")
    assert People([odd]).find(" LongTimeNoSee@telegram\n") is odd


@pytest.mark.parametrize(
    "spelled",
    [
        "4915100000001",
        "+4915100000001",
        "+49 151 00000001",
        "0049 151 00000001",
        "+49 (151) 000-00001",
        "+49 (0)151 00000001",
        "(+49) 151/000.000-01",
        "tel:+49-151-00000001",
        "whatsapp:+4915100000001",
        "\u202a+49\u00a0151\u00a000000001\u202c",
        "\uff0b\uff14\uff19 151 00000001",
        "+\u0664\u0669 151 00000001",
        "+49\u00ad151\ufeff00000001",
        "+49\u00b7151\uff0d00000001",
        "https://wa.me/4915100000001",
        "4915100000001:3@s.whatsapp.net",
        "\u200e4915100000001@c.us",
    ],
)
def test_a_phone_is_found_in_any_international_spelling(spelled: str) -> None:
    assert EVERYBODY.find(spelled) is ANNA


@given(
    st.lists(
        st.sampled_from(
            [
                " ",
                "-",
                ".",
                "/",
                "(",
                ")",
                "\u00a0",
                "\u2011",
                "\u00ad",
                "\ufeff",
                "\u2069",
                "\u00b7",
            ]
        ),
        max_size=12,
    )
)
def test_nothing_that_stands_between_digits_matters(between: list[str]) -> None:
    marks = [*between, *[""] * 13]
    spelled = "+" + "".join(a + b for a, b in zip("4915100000001", marks, strict=False))
    assert EVERYBODY.find(spelled) is ANNA


@pytest.mark.parametrize(
    "spelled", ["0151 00000001", "015100000001", "15100000001", "151-00000001"]
)
def test_a_national_number_is_found_where_a_country_is_set(spelled: str) -> None:
    assert EVERYBODY.find(spelled, "DE") is ANNA
    assert EVERYBODY.find(spelled, "de") is ANNA
    assert EVERYBODY.find(spelled) is None


ANA, ANA_9 = Contact("553187654321@c.us", "Ana"), Contact("5531987654321@c.us", "Ana too")
LUIS = Contact("5215512345678@c.us", "Luis")
MARTA = Contact("5491123456789@c.us", "Marta")


@pytest.mark.parametrize(
    ("spelled", "country", "meant"),
    [
        ("+55 31 98765-4321", "", ANA),
        ("+55 31 8765-4321", "", ANA),
        ("(31) 98765-4321", "BR", ANA),
        ("https://wa.me/5531987654321", "", ANA),
        ("5531987654321@c.us", "", ANA),
        ("+52 55 1234 5678", "", LUIS),
        ("55 1234 5678", "MX", LUIS),
        ("+54 11 2345-6789", "", MARTA),
        ("+54 11 15 2345-6789", "", MARTA),
        ("011 15 2345-6789", "AR", MARTA),
    ],
)
def test_the_number_that_is_dialled_finds_the_id_that_is_not(
    spelled: str, country: str, meant: Contact
) -> None:
    assert People([ANNA, ANA, LUIS, MARTA]).find(spelled, country) is meant


def test_of_two_forms_of_a_number_the_one_that_was_typed_counts() -> None:
    both = People([ANA, ANA_9])
    assert both.find("+55 31 98765-4321") is ANA_9
    assert both.find("+55 31 8765-4321") is ANA


def test_the_other_messengers_phone_numbers_count_too() -> None:
    assert EVERYBODY.find("+49 151 00000002") is MAX


def test_of_two_readings_of_a_whole_number_the_digits_as_they_stand_count() -> None:
    zero = Contact("49015100000001@c.us", "Zero")
    assert People([ANNA, zero]).find("+49 (0)151 00000001") is zero
    assert People([ANNA, zero]).find("+49 (0)151 00000001", "DE") is zero


def test_all_whose_number_may_be_meant_are_found_where_that_is_asked() -> None:
    phones = {"49015100000001": "zero", "4915100000001": "anna"}
    found = find_all("+49 (0)151 00000001", "", {"": ""}.get, phones.get)
    assert found == {"zero": "+49015100000001", "anna": "+4915100000001"}


def test_an_id_means_nobody_else_even_then() -> None:
    found = find_all(ANNA.id, "", {ANNA.id: "anna"}.get, {"4915100000001": "other"}.get)
    assert found == {"anna": ANNA.id}


def test_a_number_that_may_be_of_two_people_is_of_nobody() -> None:
    both = People([BEN, CAIRO])
    assert both.find("2025550123", "US") is None
    assert both.find("2025550123") is CAIRO
    assert both.find("+12025550123", "US") is BEN
    assert EVERYBODY.find("(202) 555-0123", "US") is BEN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Anna",
        "4915100000009",
        "+",
        "call 4915100000001",
        "@c.us",
        "49",
        "1" * 40,
        "=1+1",
        "²",
        "+00000",
    ],
)
def test_a_stranger_is_nobody(text: str) -> None:
    assert EVERYBODY.find(text) is None
    assert EVERYBODY.find(text, "DE") is None


@given(st.text(max_size=40))
def test_no_text_upsets_it(text: str) -> None:
    found = EVERYBODY.find(text, "DE")
    assert found is None or any(character.isdecimal() for character in text)


def test_of_two_rows_with_one_id_the_first_counts() -> None:
    assert People([ANNA, Contact(ANNA.id, "Impostor")]).find(ANNA.id) is ANNA
