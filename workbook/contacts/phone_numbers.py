"""A phone as people write it, into the numbers it may stand for; who has them, others know."""

from __future__ import annotations

import re
import unicodedata

import msgspec

# blanks, brackets, dashes and dots of many scripts, and the invisible marks that come along with
# a number copied out of a text that runs from right to left
_BETWEEN = re.compile(r"[\s()\[\]./\-\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_SPELLED = re.compile(r"(?:(?:tel|whatsapp):)?(?P<prefix>\+|00)?(?P<digits>[0-9]{5,20})", re.ASCII)


class PhoneText(msgspec.Struct, frozen=True):
    """The digits of a phone as they stand; `prefixed` where + or 00 says that all are there.

    Without it they may be a whole number or one of the user's own country: 2025550123 is a number
    in Washington, and of Egypt when it is read with its country code.
    """

    digits: str
    prefixed: bool

    def by_plan(self, country: str) -> str:
        """Return the digits as the numbering plans have them, "" where they say nothing.

        +49 (0)151 loses its zero there. `country` (ISO): where numbers without prefix are at home.
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


def phone(text: str) -> PhoneText | None:
    """Return the phone that a text is, in any script's digits; None where it is something else."""
    plain = "".join(map(_ascii, _BETWEEN.sub("", text))).casefold()
    found = _SPELLED.fullmatch(plain)
    return PhoneText(found["digits"], found["prefix"] is not None) if found else None


def _ascii(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character.replace("\N{FULLWIDTH PLUS SIGN}", "+") if digit is None else str(digit)
