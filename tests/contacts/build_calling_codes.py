"""Write workbook/contacts/calling_codes.py anew from phonenumbers' data: python -m tests.contacts.build_calling_codes

Takes some minutes. Countries that share a code are told apart by trying numbers, five digits deep.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumber, PhoneNumberType

from workbook.contacts.phone_numbers import english_name

TARGET = Path(__file__).parents[2] / "workbook" / "contacts" / "calling_codes.py"
DEEPEST = 5
TRIES = 8
PERSONAL = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.PAGER,  # between the mobile phones of Britain and of the Isle of Man
}


def region_of(code: int, national: str) -> str | None:
    """Return the region whose people have such a number; national zeros in front count (Italy)."""
    zeros = len(national) - len(national.lstrip("0"))
    number = PhoneNumber(
        country_code=code,
        national_number=int(national),
        italian_leading_zero=zeros > 0 or None,
        number_of_leading_zeros=zeros or None,
    )
    if phonenumbers.number_type(number) not in PERSONAL:
        return None
    region: str | None = phonenumbers.region_code_for_number(number)
    return region


@cache
def lengths(code: int) -> list[int]:
    """Return how long whole national numbers are; the shortest ones are services."""
    regions = [set(possible_lengths(region)) for region in COUNTRY_CODE_TO_REGION_CODE[code]]
    shortest = min(8, *map(max, regions))
    return sorted(length for length in set().union(*regions) if length >= shortest)


def possible_lengths(region: str) -> tuple[int, ...]:
    """Return every length that phonenumbers allows there."""
    metadata = PhoneMetadata.metadata_for_region(region)
    assert metadata
    assert metadata.general_desc
    return metadata.general_desc.possible_length


def tried(code: int, prefix: str) -> str | None:
    """Return the region that numbers with this prefix are of, None where none or several fit."""
    dice, found = random.Random(f"{code} {prefix}"), set()
    for attempt in range(TRIES):
        length = lengths(code)[attempt % len(lengths(code))]
        rest = "".join(dice.choices("0123456789", k=length - len(prefix)))
        found.add(region_of(code, prefix + rest))
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def told_apart(code: int, prefix: str = "") -> tuple[set[str], dict[str, str]]:
    """Return the regions under a prefix, and prefix -> region, an only region in one entry."""
    if len(prefix) == min(DEEPEST, *lengths(code)):
        region = tried(code, prefix)
        return ({region}, {f"{code}{prefix}": region}) if region else (set(), {})
    regions: set[str] = set()
    entries: dict[str, str] = {}
    for digit in "0123456789":
        below, found = told_apart(code, prefix + digit)
        regions |= below
        entries |= found
    return regions, {f"{code}{prefix}": min(regions)} if len(regions) == 1 else entries


def prefixes() -> Iterator[tuple[str, str]]:
    """Go through (calling code with the digits that matter, region)."""
    for code, (main, *others) in COUNTRY_CODE_TO_REGION_CODE.items():
        if main != "001":  # satellites and services are no country
            yield str(code), main
        if others:
            _, entries = told_apart(code)
            yield from (entry for entry in entries.items() if entry[1] != main)


def build() -> dict[str, str]:
    """Return country -> its prefixes, both sorted."""
    countries: dict[str, list[str]] = {}
    for prefix, region in prefixes():
        countries.setdefault(english_name(region), []).append(prefix)
    return {name: " ".join(sorted(countries[name])) for name in sorted(countries)}


def source(countries: dict[str, str]) -> str:
    """Return the text of the module."""
    lines = [
        '"""Which digits the phones of a country begin with; made by tests/contacts/build_calling_codes.py.',
        "",
        f"Made from phonenumbers {version('phonenumbers')}. The longest prefix that fits decides.",
        '"""',
        "",
        "CALLING_CODES = {",
    ]
    for name, digits in countries.items():
        line = f'    "{name}": "{digits}",'
        lines += [line] if len(line) <= 100 else wrapped(name, digits)
    return "\n".join([*lines, "}", ""])


def wrapped(name: str, digits: str) -> list[str]:
    """Return the lines of an entry with many prefixes."""
    words = digits.split()
    rows = [" ".join(words[at : at + 8]) for at in range(0, len(words), 8)]
    texts = [f'        "{row} "' for row in rows[:-1]] + [f'        "{rows[-1]}"']
    return [f'    "{name}": (', *texts, "    ),"]


if __name__ == "__main__":
    TARGET.write_text(source(build()), encoding="utf-8")
