"""A phone number as people write it: its digits and its country, not who has it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from itertools import product

import msgspec

from workbook.contacts.calling_codes import CALLING_CODES
from workbook.errors import WrongUsage

# between the digits of a number: blanks, brackets, dashes, dots and slashes; for ASCII text
_BETWEEN = r"[\s()\[\]./-]"
_PLAIN = r"(?:tel:|whatsapp:)?(?P<plus>\+|00)?(?P<digits>[0-9]{5,20})"
# an id of a phone may name an agent and a device: 4915100000001.0:3@s.whatsapp.net
_ID = r"\+?(?P<digits>[0-9]{5,20})(?:\.[0-9]+)?(?::[0-9]+)?@(?:c\.us|s\.whatsapp\.net)"
_LINK = (
    r"(?:https?://)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?(?:[^#]*&)?phone=|"
    r"whatsapp://send/?\?(?:[^#]*&)?phone=)(?:\+|%2b)?(?P<digits>[0-9]{5,20})(?:[/?&#].*)?"
)
_DEVICE = r"(?:\.[0-9]+)?:[0-9]+(?=@)"  # 71111111111:3@c.us (green-api/docs 22)


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
    """Return the phone number that a text is, in any script's digits; None for any other text.

    It may stand in an id or in a link to a chat. What stands between digits does not matter.
    """
    visible = without_marks(text).strip().casefold()
    if found := re.fullmatch(_ID, visible) or re.fullmatch(_LINK, visible):
        return PhoneText(found["digits"], prefixed=True)
    found = re.fullmatch(_PLAIN, re.sub(_BETWEEN, "", visible))
    return PhoneText(found["digits"], found["plus"] is not None) if found else None


def plain_id(text: str) -> str:
    """Return an id without blanks, invisible marks, capitals and the number of a device."""
    return without_device(without_marks(text).strip().casefold())


def without_device(contact_id: str) -> str:
    """Return an id without the number of a device."""
    return re.sub(_DEVICE, "", contact_id) if ":" in contact_id else contact_id


def without_marks(text: str) -> str:
    """Return a text without invisible characters; digits, plus, dashes and dots become ASCII.

    Such characters come along when a number is copied from a web page or a right-to-left text.
    """
    return text if text.isascii() else "".join(map(_ascii, text))


_DOTS = "\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb\uff65"  # "middle dots"
_SHAPES = {**dict.fromkeys(_DOTS, "."), "\u2212": "-", "\u2044": "/", "\u2215": "/", "\u20e3": ""}
_CLASSES = {"Cf": "", "Mn": "", "Pd": "-", "Ps": "(", "Pe": ")", "Zs": " ", "Zl": " ", "Zp": " "}


@lru_cache(4096)
def _ascii(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    shape = _SHAPES.get(character, _CLASSES.get(unicodedata.category(character)))
    if shape is not None:
        return shape
    alike = unicodedata.normalize("NFKC", character)  # full-width letters, plus and dots
    return alike if len(alike) == 1 and alike.isascii() and not alike.isdigit() else character


COUNTRIES = {
    prefix: country for country, prefixes in CALLING_CODES.items() for prefix in prefixes.split()
}


def country_of(digits: str) -> str:
    """Return the English name of the country of an international number's digits, "" if none.

    The first digits are enough, at least three; satellites and services (+800, +881) have none.
    """
    for length in _lengths().get(digits[:3], ()):
        if country := COUNTRIES.get(digits[:length]):
            return country
    return ""


def country_named(text: str) -> str:
    """Return the English name of a country that is named so, or by two letters: DE, Germany.

    Raises WrongUsage, which names the nearest one.
    """
    by_name = {name.casefold(): name for name in CALLING_CODES}
    wanted = text.strip().casefold()
    named = wanted if len(wanted) != 2 else english_name(_USUAL.get(wanted, wanted.upper()))
    if found := by_name.get(named.casefold()):
        return found
    from difflib import get_close_matches

    near = [by_name[each] for each in get_close_matches(wanted, by_name, n=1)]
    hint = f"; did you mean {near[0]}?" if near else ": give two letters such as DE, or its name."
    raise WrongUsage(f'No country is called "{text.strip():.64}"{hint}')


_USUAL = {"uk": "GB", "el": "GR"}
_NOT_OR_OLD_IN_DATA = {
    "AC": "Ascension Island",
    "CD": "Congo (DR)",
    "MK": "North Macedonia",
    "SZ": "Eswatini",
    "TA": "Tristan da Cunha",
    "XK": "Kosovo",
}


def english_name(region: str) -> str:
    """Return what English calls an ISO region, "" if there is none."""
    from phonenumbers.geodata.locale import LOCALE_DATA  # slow to import, and rarely needed

    if region in _NOT_OR_OLD_IN_DATA:
        return _NOT_OR_OLD_IN_DATA[region]
    name: str = LOCALE_DATA.get(region, {}).get("en", "")
    # it writes "*aa" for "as in the entry aa"
    name = LOCALE_DATA[region][name[1:]] if name.startswith("*") else name
    return re.sub(" (And|Of|The) ", lambda word: word[0].lower(), name)


@cache
def _lengths() -> dict[str, list[int]]:
    """Return by the first three digits, longest first, how long the prefixes are that may fit."""
    fitting: dict[str, list[int]] = defaultdict(list)
    for prefix in sorted(COUNTRIES, key=len, reverse=True):
        for rest in product("0123456789", repeat=max(0, 3 - len(prefix))):
            lengths = fitting[prefix[:3] + "".join(rest)]
            if len(prefix) not in lengths:
                lengths.append(len(prefix))
    return fitting
