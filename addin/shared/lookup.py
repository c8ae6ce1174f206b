"""An index of one list, to find a contact by id or by any spelling of the phone."""

from __future__ import annotations

from collections.abc import Iterable

from workbook.contacts import lookup
from workbook.contacts.contact import Contact, phone_digits


class People:
    """An index of a list, made once and asked often."""

    def __init__(self, listed: Iterable[Contact]) -> None:
        self._by_id: dict[str, Contact] = {}
        self._by_phone: dict[str, Contact] = {}
        for contact in listed:
            self._by_id.setdefault(contact.id, contact)
            if digits := phone_digits(contact):
                self._by_phone.setdefault(digits, contact)

    def find(self, wanted: str, country: str = "") -> Contact | None:
        """Return who has this id or phone, None for nobody and where it may be either of two.

        `country` (ISO) is where numbers without a country code are at home.
        """
        if not wanted:
            return None
        if (contact := self._by_id.get(wanted)) is not None:
            return contact
        found = lookup.find(wanted, country, self._by_id.get, self._by_phone.get)
        return next(iter(found)) if len(found) == 1 else None
