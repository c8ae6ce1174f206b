"""Which country a phone number is of, from a table of calling codes and not a parse per number."""

from __future__ import annotations

from functools import lru_cache

from workbook.contacts.calling_codes import CALLING_CODES

_COUNTRIES = {
    prefix: country for country, prefixes in CALLING_CODES.items() for prefix in prefixes.split()
}


@lru_cache(1024)
def _lengths(head: str) -> tuple[int, ...]:
    """Return how long the prefixes can be that fit a number beginning so, the longest first."""
    fitting = {len(p) for p in _COUNTRIES if p.startswith(head) or head.startswith(p)}
    return tuple(sorted(fitting, reverse=True))


def country_of(digits: str) -> str:
    """Return the English name of the country of an international number's digits, "" if none.

    The first digits are enough. Numbers of satellites and services (+800, +881) are of no country.
    """
    for length in _lengths(digits[:3]):
        if country := _COUNTRIES.get(digits[:length]):
            return country
    return ""
