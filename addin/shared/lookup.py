"""Everybody of one list, found by id or by any spelling of the phone; it guesses nobody."""

from __future__ import annotations

from collections.abc import Iterable

from workbook.contacts.contact import Contact, phone
from workbook.contacts.phone_numbers import parse_phone


class People:
    """An index of a list, made once and asked often."""

    def __init__(self, listed: Iterable[Contact]) -> None:
        self._by_id: dict[str, Contact] = {}
        self._by_phone: dict[str, Contact] = {}
        for contact in listed:
            self._by_id.setdefault(contact.id, contact)
            if digits := phone(contact)[1:]:
                self._by_phone.setdefault(digits, contact)

    def find(self, wanted: str, country: str = "") -> Contact | None:
        """Return who has this id or phone, None for nobody and where it may be either of two.

        `country` (ISO) is where numbers without a country code are at home.
        """
        if not wanted:
            return None
        return (
            self._by_id.get(wanted)
            or self._by_id.get(wanted.lower())
            or self._called(wanted, country)
        )

    def _called(self, wanted: str, country: str) -> Contact | None:
        number = parse_phone(wanted)
        if number is None:
            return None
        as_it_stands = self._by_phone.get(number.digits)
        if as_it_stands is not None and (number.prefixed or not country):
            return as_it_stands
        read = self._by_phone.get(number.by_plan(country))
        found = {each.id: each for each in (as_it_stands, read) if each is not None}
        return found.popitem()[1] if len(found) == 1 else None
