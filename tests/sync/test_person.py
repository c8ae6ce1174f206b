"""Whom a user means."""

from __future__ import annotations

import pytest

from tests.store.lists import ANNA, BEN, INSTANCE, JO, JO_PHONE, came, day
from workbook.contacts.contact import Contact
from workbook.contacts.identity import GROUP, Pair
from workbook.errors import WrongUsage
from workbook.store import pairs
from workbook.sync import person
from workbook.sync.purge import purge_person


@pytest.mark.parametrize(
    ("spelled", "country"),
    [
        ("4915100000001", ""),
        ("+49 (151) 000-00001", ""),
        ("0049 151 00000001", "us"),
        ("0151 00000001", "de"),
        ("4915100000001", "DE"),
        ("+49 (0)151 00000001", ""),
        ("\uff0b\uff14\uff19 151 00000001", ""),
        ("whatsapp:+4915100000001", ""),
        ("4915100000001@C.US", ""),
        ("4915100000001:3@s.whatsapp.net", ""),
        ("https://wa.me/4915100000001", "us"),
        ("+49\u00ad151\ufeff0000\u00b70001", ""),
    ],
)
def test_a_phone_is_understood_as_people_write_it(spelled: str, country: str) -> None:
    came(0, ANNA, BEN)
    found = person.find(INSTANCE, spelled, country)
    assert found is not None
    assert found.contact == ANNA


@pytest.mark.parametrize("wanted", ["", "Anna", "+", "0151 00000001", "99", "@c.us"])
def test_a_stranger_is_nobody(wanted: str) -> None:
    came(0, ANNA, BEN)
    assert person.find(INSTANCE, wanted) is None
    assert person.find(INSTANCE, wanted, "us") is None


def test_a_number_that_may_be_of_two_people_is_refused() -> None:
    washington, cairo = Contact("12025550123@c.us", "Ben"), Contact("2025550123@c.us", "Cairo")
    came(0, washington, cairo)
    with pytest.raises(WrongUsage, match=r"\+2025550123 or \+12025550123, and both"):
        person.find(INSTANCE, "202 555 0123", "US")
    for spelled, meant in (("+1 202 555 0123", washington), ("+20 2555 0123", cairo)):
        found = person.find(INSTANCE, spelled, "US")
        assert found is not None
        assert found.contact == meant


ANA, ANA_9 = Contact("553187654321@c.us", "Ana"), Contact("5531987654321@c.us", "Ana too")


@pytest.mark.parametrize("spelled", ["+55 31 98765-4321", "+55 31 8765-4321"])
def test_the_number_that_is_dialled_finds_the_id_that_is_not(spelled: str) -> None:
    came(0, ANNA, ANA)
    found = person.find(INSTANCE, spelled)
    assert found is not None
    assert (found.contact, found.ids) == (ANA, (ANA.id,))


def test_of_two_forms_of_a_number_the_one_that_was_typed_counts() -> None:
    came(0, ANA, ANA_9)
    found = person.find(INSTANCE, "+55 31 98765-4321")
    assert found is not None
    assert found.contact == ANA_9


def test_a_phone_and_a_hidden_number_of_the_same_digits_are_two_people() -> None:
    phone, hidden = Contact("12345678901234@c.us", "Ann"), Contact("12345678901234@lid", "Jo")
    came(0, phone, hidden, BEN)
    for wanted, meant in (("12345678901234", phone), (hidden.id, hidden)):
        found = person.find(INSTANCE, wanted)
        assert found is not None
        assert (found.contact, found.ids) == (meant, (meant.id,))
    assert purge_person(INSTANCE, "+12345678901234") == (phone.id,)
    assert purge_person(INSTANCE, "12345678901234") == (hidden.id,), "once nobody has the phone"


def test_an_id_goes_before_a_phone_of_the_same_digits() -> None:
    group, user = Contact("-10000003", "Club", "", "group"), Contact("10000003", "Timur")
    came(0, group, user)
    for contact in (group, user):
        found = person.find(INSTANCE, contact.id, "DE")
        assert found is not None
        assert found.contact == contact


def test_a_phone_beside_an_id_of_another_messenger_is_found() -> None:
    timur = Contact("10000003", "Timur", "", "user", phone_number="79000000003")
    came(0, timur)
    for wanted in ("10000003", "+7 900 000 00 03"):
        found = person.find(INSTANCE, wanted)
        assert found is not None
        assert found.contact == timur


def test_all_that_is_known_of_somebody_is_told_together() -> None:
    came(0, ANNA, JO)
    pairs.keep(INSTANCE, [Pair(JO.id, JO_PHONE.id, GROUP, day(1))])
    came(2, ANNA, JO_PHONE)
    came(3, ANNA)
    found = person.find(INSTANCE, JO.id)
    assert found is not None
    assert (found.contact, found.here) == (JO_PHONE, False)
    assert found.ids == (JO.id, JO_PHONE.id)
    assert (found.first_seen, found.last_seen) == (day(0), day(2))
    assert [str(change.kind) for change in found.changes] == ["number revealed", "not seen"]


def test_a_phone_that_only_a_pair_knows_finds_its_hidden_number() -> None:
    came(0, JO)
    pairs.keep(INSTANCE, [Pair(JO.id, JO_PHONE.id, GROUP, day(1))])
    found = person.find(INSTANCE, "+4915100000009")
    assert found is not None
    assert (found.contact, found.here) == (JO, True)
