"""A phone number as people write it: its digits and its country, not who has it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec

from workbook.contacts.calling_codes import CALLING_CODES

# blanks, brackets, dashes and dots of many scripts, and the invisible marks that come along with
# a number copied out of a text that runs from right to left
_BETWEEN = re.compile(r"[\s()\[\]./\-\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_SPELLED = re.compile(r"(?:(?:tel|whatsapp):)?(?P<prefix>\+|00)?(?P<digits>[0-9]{5,20})", re.ASCII)


class PhoneText(msgspec.Struct, frozen=True):
    """The digits of a phone as typed; `prefixed`: it began with + or 00, so it is international.

    Without a prefix it may be international or of the user's own country: 2025550123 is a number
    in Washington, or one in Egypt (country code 20).
    """

    digits: str
    prefixed: bool

    def by_plan(self, country: str) -> str:
        """Return the international digits by the numbering plan; "" if there is no such number.

        The zero of +49 (0)151 is removed. `country` (ISO) is that of numbers without a prefix.
        """
        if not (self.prefixed or country):
            return ""
        import phonenumbers  # a tenth of a second, and most lookups do without

        try:
            number = phonenumbers.parse("+" * self.prefixed + self.digits, country.upper() or None)
        except phonenumbers.NumberParseException:
            return ""
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return str(e164).removeprefix("+")


def parse_phone(text: str) -> PhoneText | None:
    """Return the phone number that a text is, in any script's digits; None for any other text."""
    plain = "".join(map(_ascii, _BETWEEN.sub("", text))).casefold()
    found = _SPELLED.fullmatch(plain)
    return PhoneText(found["digits"], found["prefix"] is not None) if found else None


def _ascii(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character.replace("\N{FULLWIDTH PLUS SIGN}", "+") if digit is None else str(digit)


_COUNTRIES = {
    prefix: country for country, prefixes in CALLING_CODES.items() for prefix in prefixes.split()
}


def country_of(digits: str) -> str:
    """Return the English name of the country of an international number's digits, "" if none.

    The first digits are enough. Numbers of satellites and services (+800, +881) have no country.
    """
    for length in _lengths(digits[:3]):
        if country := _COUNTRIES.get(digits[:length]):
            return country
    return ""


@lru_cache(1024)
def _lengths(head: str) -> tuple[int, ...]:
    """Return, longest first, the lengths of the prefixes that fit a number with these digits."""
    fitting = {len(p) for p in _COUNTRIES if p.startswith(head) or head.startswith(p)}
    return tuple(sorted(fitting, reverse=True))
