"""The vCards that contacts become."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.contacts.contact import Contact
from workbook.export import vcard

ANNA = Contact("4915100000001@c.us", "Anna", "Anna Berg", "user")


def written(*contacts: Contact) -> tuple[bytes, Counter[str]]:
    out = BytesIO()
    altered = vcard.write(contacts, out)
    return out.getvalue(), altered


def cards(*contacts: Contact) -> list[Any]:
    return list(vobject.readComponents(written(*contacts)[0].decode()))


def named(name: str) -> Contact:
    return Contact("4915100000001@c.us", name, "", "user")


def test_a_card_has_the_number_to_dial_where_the_id_has_another_one() -> None:
    told = cards(Contact("553187654321@c.us", "Ana"), Contact("5215512345678@c.us", "Luis"))
    assert [card.tel.value for card in told] == ["+5531987654321", "+525512345678"]


def test_a_card_says_name_and_mobile_phone() -> None:
    (card,) = cards(ANNA)
    assert card.version.value == "3.0"
    assert (card.fn.value, card.n.value.given) == ("Anna Berg", "Anna Berg")
    assert (card.tel.value, card.tel.type_param) == ("+4915100000001", "CELL")
    assert card.categories.value == ["WhatsApp"]


def test_lines_end_as_the_standard_wants_and_are_at_most_75_bytes_long() -> None:
    content, _ = written(named("Очень длинное имя " * 20))
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


def test_only_people_one_can_call_get_a_card() -> None:
    club = Contact("120363043968066561@g.us", "Football", "", "group")
    hidden = Contact("102388094480549@lid", "Jo", "", "user")
    told = Contact("10000000", "Max", "", "user", phone_number="79160000001")
    assert [card.tel.value for card in cards(club, ANNA, hidden, told)] == [
        "+4915100000001",
        "+79160000001",
    ]


@pytest.mark.parametrize("name", ["", "\x01", " \t "])
def test_who_has_no_name_is_called_by_the_phone(name: str) -> None:
    (card,) = cards(named(name))
    assert card.fn.value == "+4915100000001"


def test_control_characters_go_and_the_name_is_counted_once() -> None:
    content, altered = written(named("Tab\there\x07, bell\x85"))
    assert vobject.readOne(content.decode()).fn.value == "Tab here, bell "
    assert altered == {"control character removed": 1}


def test_a_name_cannot_end_its_card_and_begin_another() -> None:
    hostile = "x\r\nEND:VCARD\r\nBEGIN:VCARD\r\nTEL:+12025550123\r\n"
    (card,) = cards(named(hostile))
    assert [line.value for line in card.contents["tel"]] == ["+4915100000001"]


def test_a_lone_surrogate_does_not_lose_the_card() -> None:
    content, altered = written(named("Anna \ud83d"))
    assert vobject.readOne(content.decode()).fn.value == "Anna \ufffd"
    assert altered == {"lone surrogate replaced": 1}


def test_no_contacts_make_an_empty_file() -> None:
    assert written() == (b"", Counter())


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"])))
def test_any_name_of_visible_characters_comes_back_as_it_was(name: str) -> None:
    (card,) = cards(named(name))
    assert card.fn.value == (name if name.strip() else "+4915100000001")
