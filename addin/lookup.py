"""Everybody of one list, found by id or by any spelling of the phone; it guesses nobody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from workbook.contacts import Contact, phone

# blanks, brackets, dashes and dots of many scripts, and the invisible marks that come along with
# a number copied out of a text that runs from right to left
_BETWEEN = re.compile(r"[\s()\[\]./\-\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_SPELLED = re.compile(r"(?:tel:)?(?P<prefix>\+|00)?(?P<digits>[0-9]{5,20})", re.ASCII)


class People:
    """An index of a list, made once and asked often."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self._by_id: dict[str, Contact] = {}
        self._by_phone: dict[str, Contact] = {}
        for contact in contacts:
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
        plain = "".join(_ascii(each) for each in _BETWEEN.sub("", wanted)).casefold()
        spelled = _SPELLED.fullmatch(plain)
        if spelled is None:
            return None
        prefix, digits = spelled["prefix"], spelled["digits"]
        international = self._by_phone.get(digits)
        if international is not None and (prefix or not country):
            return international
        if not prefix and not country:
            return None
        # 2025550123 is a number in Washington, and of Egypt when read with its country code
        read = self._by_phone.get(_read(f"+{digits}" if prefix else digits, country))
        found = {each.id: each for each in (international, read) if each is not None}
        return found.popitem()[1] if len(found) == 1 else None


def _ascii(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character.replace("\N{FULLWIDTH PLUS SIGN}", "+") if digit is None else str(digit)


def _read(spelled: str, country: str) -> str:
    """Return the digits of a number as the numbering plans have it, "" if it is none."""
    import phonenumbers  # a tenth of a second, and most lookups do without

    try:
        number = phonenumbers.parse(spelled, country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return str(e164).removeprefix("+")
